// The program for computers as the app's ground: it keeps all in its own database, whichever browser is open, and signs with a key that
// never leaves it. What it answers is exos/desktop's.
import { type Store, stores } from "../app/db";
import { base64, from64 } from "../app/key";
import { type Changes, type DeviceKey, type PublicKey, standOn } from "../app/ground";

const root = "/programme";

async function ask(method: string, path: string, body?: BodyInit, media = "application/json"): Promise<Response> {
  const answer = await fetch(root + path, { method, headers: { Accept: "application/json", ...(body === undefined ? {} : { "Content-Type": media }) }, ...(body === undefined ? {} : { body }) });
  if (!answer.ok && answer.status !== 404) throw new Error(`the program answers ${answer.status}`);
  return answer;
}

/** JSON has no bytes: they travel and are kept as {"bytes": base64}. */
const written = (value: unknown): string => JSON.stringify(value, (_, v: unknown) => v instanceof Uint8Array ? { bytes: base64(v) } : v);
const readBack = (text: string): unknown => JSON.parse(text, (_, v: unknown) =>
  v && typeof v === "object" && Object.keys(v).join() === "bytes" ? from64((v as { bytes: string }).bytes) : v);

const json = async (answer: Promise<Response>): Promise<unknown> => readBack(await (await answer).text());

/** One change, as the program reads it. */
interface Change { do: "put" | "add" | "delete"; store: Store; key: IDBValidKey; value?: unknown }

function changesOf(store: Store, list: Change[]): Changes {
  const keyOf = (value: unknown, key?: IDBValidKey): IDBValidKey => key ?? (value as Record<string, IDBValidKey>)[stores[store]!]!;
  return {
    put: (value, key) => list.push({ do: "put", store, key: keyOf(value, key), value }),
    add: (value) => list.push({ do: "add", store, key: keyOf(value), value }),
    delete: (key) => list.push({ do: "delete", store, key }),
  };
}

const publicKey = (key: DeviceKey): PublicKey => (key as { program: PublicKey }).program;

standOn({
  async get(store, key) {
    const answer = await ask("GET", `/magasin/${store}/${encodeURIComponent(JSON.stringify(key))}`);
    return answer.status === 404 ? undefined : readBack(await answer.text());
  },
  all: async (store) => (await json(ask("GET", `/magasin/${store}`))) as unknown[],
  async write(_, f) {
    const list: Change[] = [];
    f((store) => changesOf(store, list));
    if (list.length > 0) await ask("POST", "/magasin", written(list));
  },
  makeKey: async () => ({ program: (await json(ask("POST", "/cle"))) as PublicKey }),
  publicKey: async (key) => publicKey(key),
  sign: async (_, purpose, text) => ((await json(ask("POST", "/signature", JSON.stringify({ purpose, text })))) as { signature: string }).signature,
  async keepFile(sha256, data, media) { await ask("PUT", `/fichiers/${sha256}`, data, media || "application/octet-stream"); },
  async dropFile(sha256) { await ask("DELETE", `/fichiers/${sha256}`); },
  room: async () => (await json(ask("GET", "/place"))) as { used: number; free: number },
});
