// The program for computers as the app's ground: it keeps all in its own database, whichever browser is open, and signs with a key that
// never leaves it. What it answers is exos/desktop's.
import { collected } from "../app/browser";
import { type DeviceKey, Gone, type PublicKey, standOn } from "../app/ground";
import type { Change } from "../app/locker";
import { readBack, written } from "../app/text";

const root = "/programme";

async function ask(method: string, path: string, body?: BodyInit, media = "application/json"): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(root + path, { method, headers: { Accept: "application/json", ...(body === undefined ? {} : { "Content-Type": media }) }, ...(body === undefined ? {} : { body }) });
  } catch {
    throw new Gone("the program does not answer");
  }
  if (!answer.ok && answer.status !== 404) throw new Error(`the program answers ${answer.status}`);
  return answer;
}

const json = async (answer: Promise<Response>): Promise<unknown> => readBack(await (await answer).text());

const publicKey = (key: DeviceKey): PublicKey => (key as { program: PublicKey }).program;

standOn({
  async get(store, key) {
    const answer = await ask("GET", `/magasin/${store}/${encodeURIComponent(JSON.stringify(key))}`);
    return answer.status === 404 ? undefined : readBack(await answer.text());
  },
  all: async (store) => (await json(ask("GET", `/magasin/${store}`))) as unknown[],
  async write(_, f) {
    const list: Change[] = [];
    f(collected(list));
    if (list.length > 0) await ask("POST", "/magasin", written(list));
  },
  makeKey: async () => ({ program: (await json(ask("POST", "/cle"))) as PublicKey }),
  publicKey: async (key) => publicKey(key),
  sign: async (_, purpose, text) => ((await json(ask("POST", "/signature", JSON.stringify({ purpose, text })))) as { signature: string }).signature,
  async keepFile(sha256, data, media) { await ask("PUT", `/fichiers/${sha256}`, data, media || "application/octet-stream"); },
  async dropFile(sha256) { await ask("DELETE", `/fichiers/${sha256}`); },
  room: async () => (await json(ask("GET", "/place"))) as { used: number; free: number },
});
