// What the app says to the server, and what it makes of the answer.
import { type Entitlement, type Status, may } from "./access";
import { anchored } from "./acts";
import { type Book, type Self, type Sheet, type Waiting, type Work, all, drop, get, put, self, within } from "./db";
import { ground } from "./ground";
import { type Signed, hashOf, makeKey, publicKey, read, sha256, sign } from "./key";

export type Trouble = "later" | "unknown" | "refused";

/** Sends something signed. "later": no network, or a server that is not well; "unknown": the device is nobody's; "refused" otherwise. */
async function post(path: string, body: unknown): Promise<Response | Trouble> {
  let answer: Response;
  try {
    answer = await fetch(`/api/appareils${path}`, { method: "POST", headers: { "Content-Type": "application/json", Accept: "application/json" }, body: JSON.stringify(body) });
  } catch {
    return "later";
  }
  if (answer.ok) return answer;
  return answer.status >= 500 || answer.status === 429 ? "later" : answer.status === 404 ? "unknown" : "refused";
}

const kindOfDevice = (): string => matchMedia("(pointer: fine)").matches ? "computer" : Math.min(screen.width, screen.height) < 600 ? "phone" : "tablet";

/** Makes this device a learner's, by a code; without one, by the session of whoever is signed in here. */
export async function enrol(code?: string): Promise<Self | Trouble> {
  if (!code) {
    const minted = await fetch("/hors-ligne/ouvrir", { method: "POST", headers: { Accept: "application/json" } }).catch(() => undefined);
    if (!minted?.ok) return minted && minted.status < 500 ? "refused" : "later";
    code = ((await minted.json()) as { code: string }).code;
  }
  const key = await makeKey();
  const made = await post("", await sign(key, "enrolment", { code, key: await publicKey(key), kind: kindOfDevice() }));
  if (typeof made === "string") return made;
  const { device, at, keys } = (await made.json()) as { device: string; at: string; keys: Record<string, string> };
  const me: Self = { device, key, thumbprint: await hashOf(JSON.stringify(await publicKey(key))), server: keys, seq: 0, prev: "", answer: anchored(0, at) };
  await put("self", me, "self");
  return me;
}

interface Verdict { id: string; seq: number; outcome: string; code?: string; said?: Work["said"] }
interface Heard { number: number; at: string; ended?: boolean; verdicts: Verdict[] | null; entitlements: string[] | null; statuses: string[] | null; texts?: Record<string, string> }

/** Says what is waiting, until nothing is; asks for modules, or gives them back. One at a time on this device, whatever windows are open. */
export async function speak(modules: string[] = [], returned: string[] = []): Promise<"done" | "ended" | Trouble> {
  return navigator.locks.request("biblio-exos-speak", async () => {
    for (;;) {
      const me = await self();
      if (!me) return "unknown";
      const waiting = (await all<Waiting>("waiting")).slice(0, 200);
      const acts: Signed[] = waiting.map(({ text, signature }) => ({ text, signature }));
      const answer = await post("/parole", await sign(me.key, "request", { device: me.device, modules, return: returned, acts }));
      if (typeof answer === "string") return answer;
      const heard = (await answer.json()) as Heard;
      await take(me, heard);
      if (heard.ended) return "ended";
      if (waiting.length < 200 || !heard.verdicts?.some((v) => v.outcome !== "later")) return "done";
    }
  });
}

/** Keeps what was heard: verdicts, rights, and what the time is. */
async function take(me: Self, heard: Heard): Promise<void> {
  const works = await all<Work>("works");
  await navigator.locks.request("biblio-exos-acts", async () => {
    const now = (await self()) ?? me;
    await within(["self", "waiting", "works"], (at) => {
      at("self").put({ ...now, answer: anchored(heard.number, heard.at) }, "self");
      for (const v of heard.verdicts ?? []) {
        if (v.outcome === "later" || !v.seq) continue; // to be sent again, or none of ours
        at("waiting").delete(v.seq);
        const work = works.find((w) => w.waiting === v.id);
        if (!work || v.outcome === "waiting") continue;
        const text = heard.texts?.[v.id];
        at("works").put({ ...work, waiting: "", over: work.over || v.said?.ended === true, ...(v.said ? { said: v.said } : {}), ...(text ? { text } : {}) });
      }
    });
  });
  for (const token of heard.entitlements ?? []) {
    const entitlement = await read<Entitlement>(me, "exos-entitlement+jws", token);
    const book = entitlement && await get<Book>("books", entitlement.module);
    if (entitlement) await put("books", { ...(book ?? empty(entitlement.module)), entitlement });
  }
  for (const token of heard.statuses ?? []) {
    const status = await read<Status>(me, "exos-status+jws", token);
    const book = (await all<Book>("books")).find((b) => b.entitlement?.jti === status?.jti);
    if (status && book) await put("books", { ...book, status });
  }
  for (const book of await all<Book>("books")) if (accessTo(book, (await self())!)[0] === "send") await empties(book);
}

const empty = (module: string): Book => ({ module, version: "", title: "", publisher: "", exercises: [], files: [], got: [], paused: false });

export const accessTo = (book: Book, me: Self): ReturnType<typeof may> => may({
  ...(book.entitlement ? { entitlement: book.entitlement } : {}), ...(book.status ? { status: book.status } : {}),
  device: me.thumbprint, clock: Math.floor(Date.now() / 1000), anchor: Math.floor(Date.parse(me.answer.at) / 1000),
});

/** Takes a module's content from the device. Answers that are not sent stay. */
export async function empties(book: Book): Promise<void> {
  for (const f of book.files) await ground().dropFile(f.sha256);
  await within(["sheets", "books"], (at) => {
    for (const e of book.exercises) if (e.sha256) at("sheets").delete(e.sha256);
    at("books").delete(book.module);
  });
}

const stopped = new Set<string>();
export const pause = (module: string): void => { stopped.add(module); };

/** Fetches what is missing of a module, each piece verified, and says after each how far it is. Stopped or cut off, it goes on from there. */
export async function download(module: string, told: () => void): Promise<"done" | "paused" | "full" | "damaged" | Trouble> {
  stopped.delete(module);
  const me = (await self())!;
  let book = (await get<Book>("books", module)) ?? empty(module);
  const ask = async (path: string, more: object = {}): Promise<Response | Trouble> => post(path, await sign(me.key, "request", { device: me.device, module, ...more }));
  const list = await ask("/module");
  if (typeof list === "string") return list;
  const now = (await list.json()) as Pick<Book, "version" | "title" | "publisher" | "exercises"> & { files: Book["files"] | null };
  book = { ...book, ...now, files: now.files ?? [], paused: false };
  await put("books", book);
  const { used, free } = await ground().room();
  const missing = pieces(book).filter((p) => !book.got.includes(p.sha256));
  const need = missing.reduce((sum, p) => sum + p.size, 0);
  if (used + free > 0 && need > free - (used + free) * 0.1) return "full"; // a tenth is left to others
  for (const p of missing) {
    if (stopped.has(module)) {
      await put("books", { ...book, paused: true });
      return "paused";
    }
    const got = await ask(p.exercise ? "/exercice" : "/fichier", p.exercise ? { exercise: p.exercise } : { file: p.sha256 });
    if (typeof got === "string") return got;
    const data = await got.arrayBuffer();
    if (await sha256(data) !== p.sha256) return "damaged";
    try {
      if (p.exercise) await put("sheets", { sha256: p.sha256, module, html: new TextDecoder().decode(data) } satisfies Sheet);
      else await ground().keepFile(p.sha256, data, got.headers.get("Content-Type") ?? "");
    } catch {
      return "full";
    }
    const kept = await get<Book>("books", module); // what was heard meanwhile stays
    if (!kept) return "refused";
    book = { ...kept, got: [...kept.got, p.sha256] };
    await put("books", book);
    told();
  }
  return "done";
}

/** All that a module consists of on a device. */
export function pieces(book: Book): { sha256: string; size: number; exercise?: string }[] {
  return [
    ...book.exercises.filter((e) => e.sha256).map((e) => ({ sha256: e.sha256!, size: e.size ?? 0, exercise: e.exercise })),
    ...book.files,
  ];
}

/** Forgets who the device was, once nothing waits. */
export async function forgetMe(): Promise<void> {
  for (const book of await all<Book>("books")) await empties(book);
  await drop("self", "self");
}
