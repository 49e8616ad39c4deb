// What the app says to the server, and what it makes of the answer.
import { type Entitlement, type Status, may } from "./access";
import { type Place, anchored, become, changeSelf, goOn, sendable } from "./acts";
import { type Book, type Given, type Pack, type Paper, type Piece, type Program, type Self, type Sheet, type Waiting, type Work, all, answers, drop, dropAll, get, placeOf, put, self, within } from "./db";
import { Gone, ground } from "./ground";
import { hashOf, makeKey, publicKey, read, sha256, sign } from "./key";

/** A module that may be taken along. */
export interface Offered { module: string; title: string }

export type Trouble = "later" | "unknown" | "refused" | "many";

/** Why an answer is a refusal. "later": a server that is not well; "unknown": the device is nobody's; "many": its learner has as many as may
 * be; "refused" otherwise. */
async function troubleOf(answer: Response): Promise<Trouble> {
  const { code } = (await answer.json().catch(() => ({}))) as { code?: string };
  if (code === "exos.device.many") return "many";
  return answer.status >= 500 || answer.status === 429 ? "later" : answer.status === 404 ? "unknown" : "refused";
}

/** Sends something signed; "later" where there is no network, too. */
export async function post(path: string, body: unknown): Promise<Response | Trouble> {
  let answer: Response;
  try {
    answer = await fetch(`/api/appareils${path}`, { method: "POST", headers: { "Content-Type": "application/json", Accept: "application/json" }, body: JSON.stringify(body) });
  } catch {
    return "later";
  }
  return answer.ok ? answer : troubleOf(answer);
}

/** Sends what a device asks, signed by it. */
export const request = async (by: Pick<Self, "device" | "key">, path: string, what: object = {}): Promise<Response | Trouble> =>
  post(path, await sign(by.key, "request", { device: by.device, ...what }));

const kindOfDevice = (): string => matchMedia("(pointer: fine)").matches ? "computer" : Math.min(screen.width, screen.height) < 600 ? "phone" : "tablet";

/** Makes this device a learner's, by a code; without one, by the session of whoever is signed in here. */
export async function enrol(code?: string): Promise<Self | Trouble> {
  if (!code) {
    const minted = await fetch("/hors-ligne/ouvrir", { method: "POST", headers: { Accept: "application/json" } }).catch(() => undefined);
    if (!minted?.ok) return minted ? troubleOf(minted) : "later";
    code = ((await minted.json()) as { code: string }).code;
  }
  const key = await makeKey();
  const made = await post("", await sign(key, "enrolment", { code, key: await publicKey(key), kind: kindOfDevice() }));
  if (typeof made === "string") return made;
  const { device, at, keys, before } = (await made.json()) as { device: string; at: string; keys: Record<string, string>; before?: string };
  const me: Self = { device, key, thumbprint: await hashOf(JSON.stringify(await publicKey(key))), server: keys, seq: 0, prev: "", answer: anchored(0, at), ...(before ? { before } : {}) };
  await become(me);
  return me;
}

/** Asks what modules could be taken along; undefined out of reach, or where nothing is lent now. */
export async function offers(): Promise<Offered[] | undefined> {
  const me = (await self())!;
  const answer = await request(me, "/modules");
  return typeof answer === "string" ? undefined : ((await answer.json()) as Offered[]);
}

interface Verdict { id: string; seq: number; outcome: string; code?: string; said?: Work["said"] }
interface Heard { number: number; at: string; ended?: boolean; verdicts: Verdict[] | null; place?: Place; entitlements: string[] | null; statuses: string[] | null; receipts?: string; texts?: Record<string, string> }

const most = 200; // acts at a time
const mostText = 3 << 20; // and signs in them: the server reads no message of any length
const mostTurns = 50; // in which nothing is sent for good

/** As much of what waits as one message takes: one act at least. */
function portion(waiting: Waiting[]): Waiting[] {
  let signs = 0;
  const end = waiting.findIndex(({ text }, i) => i === most || (signs += text?.length ?? 0) > mostText && i > 0);
  return end < 0 ? waiting : waiting.slice(0, end);
}

/** Says what is waiting, until nothing is; asks for modules, or gives them back. What the server cannot join to the rest is made to follow, or
 * set aside; a turn in which neither was done is the last. One at a time on this device, whatever windows are open. */
export async function speak(modules: string[] = [], returned: string[] = []): Promise<"done" | "ended" | Trouble> {
  return navigator.locks.request("biblio-exos-speak", async () => {
    for (let turns = 0, next = 0; ;) { // next: what comes before has a number that is used up
      const me = await self();
      if (!me) return "unknown";
      const trouble = me.anew && await lentAnew(me);
      if (trouble) return trouble;
      const homework = await taken();
      const waiting = await all<Waiting>("waiting");
      const live = waiting.filter((w) => !w.aside).sort((a, b) => Number(a.seq < next) - Number(b.seq < next));
      const now = portion(live);
      const rest = live.slice(now.length);
      const sent = [...now, ...portion(waiting.filter((w) => w.aside === "new"))];
      const answer = await request(me, "/parole", { modules, return: returned, acts: sent.map(sendable), stands: { unsent: answers(rest), homework } });
      if (typeof answer === "string") return answer;
      const heard = (await answer.json()) as Heard;
      const refused = await take(me, heard, sent);
      next = heard.place?.next ?? 0;
      const mended = heard.place !== undefined && ++turns <= mostTurns && await goOn(heard.place, refused);
      const moved = now.some(({ seq }, i) => !refused.has(seq) && heard.verdicts?.[i] && heard.verdicts[i].outcome !== "later");
      if (!mended && (rest.length === 0 || !moved)) return heard.ended ? "ended" : "done";
    }
  });
}

/** Has a device lent what its learner may take along, before it says what was done in the name of a forgotten one: an act of what is not lent
 * counts for nothing. */
async function lentAnew(me: Self): Promise<Trouble | undefined> {
  const modules = await offers();
  if (!modules) return "later";
  const answer = await request(me, "/parole", { modules: modules.map((o) => o.module) });
  if (typeof answer === "string") return answer;
  await take(me, (await answer.json()) as Heard);
  await changeSelf(({ anew: _, ...now }) => now);
  return undefined;
}

/** The homework that the device has, as it says it of itself with every word: the line may be cut before the next. */
async function taken(): Promise<object[]> {
  return (await all<Paper>("papers")).slice(0, 100).map((p) => ({
    homework: p.homework, version: p.taken ?? 0, whole: pieces(p).every((part) => p.got.includes(part.sha256)), online: p.exercises.filter((e) => e.online).length,
  }));
}

/** Whether a verdict joins an act to those before it: one that is reported has no number, and what does not follow counts for nothing. */
const joined = (act: Waiting, v: Verdict): boolean => v.seq === act.seq && v.code !== "exos.act.chain";

/** Keeps what was heard: verdicts, on what was sent first of all, rights, and what the time is. Returns the numbers of the acts that were not
 * joined to the others. */
async function take(me: Self, heard: Heard, sent: Waiting[] = []): Promise<Set<number>> {
  const refused = new Set<number>();
  const works = await all<Work>("works");
  const entitlements: { entitlement: Entitlement; token: string }[] = [];
  for (const token of heard.entitlements ?? []) {
    const entitlement = await read<Entitlement>(me, "exos-entitlement+jws", token);
    if (entitlement) entitlements.push({ entitlement, token });
  }
  const seal = entitlements.find((e) => e.entitlement.seal)?.entitlement.seal;
  await navigator.locks.request("biblio-exos-acts", async () => {
    const now = (await self()) ?? me;
    const held = await all<Waiting>("waiting");
    await within(["self", "waiting", "works"], (at) => {
      at("self").put({ ...now, answer: anchored(heard.number, heard.at), ...(seal ? { seal } : {}), ...(heard.receipts ? { receipts: heard.receipts } : {}) }, "self");
      for (const [i, v] of (heard.verdicts ?? []).entries()) {
        const act = sent[i];
        if (act?.aside && v.id === act.id && v.seq && v.code !== "exos.act.chain") at("waiting").delete(act.seq); // it is there after all
        else if (act?.aside) at("waiting").put({ ...act, aside: "told" } satisfies Waiting);
        else if (act && v.outcome !== "later" && !joined(act, v)) refused.add(act.seq);
        if (v.outcome === "later" || act && !joined(act, v)) continue; // to be sent again, as it is or otherwise
        if (act || held.some((w) => w.seq === v.seq && w.id === v.id)) at("waiting").delete(v.seq); // and none that has only its number
        const work = works.find((w) => w.waiting === v.id);
        if (!work || v.outcome === "waiting") continue;
        const text = heard.texts?.[v.id];
        at("works").put({ ...work, waiting: "", over: work.over || v.said?.ended === true, ...(v.said ? { said: v.said } : {}), ...(text ? { text } : {}) });
      }
    });
  });
  for (const lent of entitlements) await put("books", { ...(await get<Book>("books", lent.entitlement.module) ?? empty(lent.entitlement.module)), ...lent });
  for (const token of heard.statuses ?? []) {
    const status = await read<Status>(me, "exos-status+jws", token);
    const book = (await all<Book>("books")).find((b) => b.entitlement?.jti === status?.jti);
    if (status && book) await put("books", { ...book, status });
  }
  for (const book of await all<Book>("books")) await withhold(book);
  for (const book of await all<Book>("books")) if (accessTo(book, (await self())!)[0] === "send") await empties(book);
  return refused;
}

const empty = (module: string): Book => ({ module, version: "", title: "", publisher: "", exercises: [], files: [], got: [], paused: false }); // lent, and not here

export const accessTo = (book: Book, me: Self): ReturnType<typeof may> => may({
  ...(book.entitlement ? { entitlement: book.entitlement } : {}), ...(book.status ? { status: book.status } : {}),
  device: me.thumbprint, clock: Math.floor(Date.now() / 1000), anchor: Math.floor(Date.parse(me.answer.at) / 1000),
});

/** Whether an exercise may be on this device now: one that graded work has since is not. */
export const lent = (book: Book, piece: Piece): boolean => !piece.version || !book.entitlement || book.entitlement.files.includes(piece.version);

/** Takes from the device what it may not keep any more of a module, keys first of all. */
async function withhold(book: Book): Promise<void> {
  const gone = book.exercises.filter((e) => !lent(book, e)).flatMap((e) => [e.sha256!, e.version!]).filter((h) => book.got.includes(h));
  if (gone.length === 0) return;
  await within(["sheets", "programs", "books"], (at) => {
    dropAll(at, gone);
    at("books").put({ ...book, got: book.got.filter((h) => !gone.includes(h)) });
  });
}

/** Takes a module's content from the device. Answers that are not sent stay, and so does the right where a homework here needs it. */
export async function empties(book: Book): Promise<void> {
  await letGo(book);
  if (await needed(book.module)) await put("books", { ...book, exercises: [], files: [], got: [], version: "" });
  else await drop("books", book.module);
}

/** Whether a homework that is here has exercises of a module. */
export const needed = async (module: string): Promise<boolean> => (await all<Paper>("papers")).some((p) => p.modules.includes(module));

/** Takes a homework's content from the device. */
export async function clears(paper: Paper): Promise<void> {
  await letGo(paper);
  await drop("papers", paper.homework);
}

/** Lets go of what a pack has, and no other. */
async function letGo(pack: Pack): Promise<void> {
  const others = [...await all<Book>("books"), ...await all<Paper>("papers")].filter((o) => idOf(o) !== idOf(pack as Book | Paper)).flatMap((o) => o.got);
  const gone = pack.got.filter((h) => !others.includes(h));
  const files = new Set(pack.files.map((f) => f.sha256));
  for (const h of gone) if (files.has(h)) await ground().dropFile(h);
  await within(["sheets", "programs"], (at) => { dropAll(at, gone); });
}

export const idOf = (pack: Book | Paper): string => "homework" in pack ? pack.homework : pack.module;

/** Asks what homework there is; undefined out of reach. What was taken back goes, its unsent answers stay. */
export async function given(): Promise<Given[] | undefined> {
  const me = (await self())!;
  const answer = await request(me, "/devoirs");
  if (typeof answer === "string") return undefined;
  const list = (await answer.json()) as Given[];
  for (const paper of await all<Paper>("papers")) {
    const now = list.find((g) => g.homework === paper.homework);
    if (now) await put("papers", { ...paper, ...now });
    else await clears(paper);
  }
  return list;
}

const stopped = new Set<string>();
export const pause = (id: string): void => { stopped.add(id); };

/** Fetches what is missing of a module or a homework, each piece verified, and says after each how far it is. Stopped or cut off, it goes
 * on from there. */
export async function download(of: "books" | "papers", id: string, told: () => void): Promise<"done" | "paused" | "full" | "damaged" | Trouble> {
  stopped.delete(id);
  const me = (await self())!;
  const whose = of === "books" ? { module: id } : { homework: id };
  const ask = (path: string, more: object = {}): Promise<Response | Trouble> => request(me, path, { ...whose, ...more });
  const list = await ask(of === "books" ? "/module" : "/devoir");
  if (typeof list === "string") return list;
  const now = (await list.json()) as (Book | Paper) & { exercises: Pack["exercises"] | null; files: Pack["files"] | null };
  const before = await get<Book | Paper>(of, id);
  let pack = { ...before, ...now, ...("homework" in now ? { taken: now.version } : {}), exercises: now.exercises ?? [], files: now.files ?? [], got: before?.got ?? [], paused: false } as Book | Paper;
  await put(of, pack);
  await recall(pack);
  const { used, free } = await ground().room();
  const missing = pieces(pack).filter((p) => !pack.got.includes(p.sha256));
  const need = missing.reduce((sum, p) => sum + p.size, 0);
  if (used + free > 0 && need > free - (used + free) * 0.1) return "full"; // a tenth is left to others
  for (const p of missing) {
    if (stopped.has(id)) {
      await put(of, { ...pack, paused: true });
      return "paused";
    }
    if (p.kind === "file" && await ground().hasFile?.(p.sha256)) {
      pack = await gained(of, id, p.sha256) ?? pack;
      continue;
    }
    const got = await ask(p.path, { ...(p.module ? { module: p.module } : {}), ...(p.exercise ? { exercise: p.exercise } : { file: p.sha256 }) });
    if (typeof got === "string") return got;
    const data = await got.arrayBuffer();
    if (await sha256(data) !== p.sha256) return "damaged";
    try {
      if (p.kind === "program") await put("programs", { sha256: p.sha256, data: new Uint8Array(data) } satisfies Program);
      else if (p.kind === "sheet") await put("sheets", { sha256: p.sha256, html: new TextDecoder().decode(data) } satisfies Sheet);
      else await ground().keepFile(p.sha256, data, got.headers.get("Content-Type") ?? "");
    } catch (why) {
      if (why instanceof Gone) throw why;
      return "full";
    }
    const more = await gained(of, id, p.sha256);
    if (!more) return "refused";
    pack = more;
    told();
  }
  return "done";
}

/** Notes that a piece is here; undefined where the pack went meanwhile. What was heard meanwhile stays. */
async function gained(of: "books" | "papers", id: string, sha256: string): Promise<Book | Paper | undefined> {
  const kept = await get<Book | Paper>(of, id);
  if (!kept) return undefined;
  const pack = { ...kept, got: [...kept.got, sha256] };
  await put(of, pack);
  return pack;
}

/** Puts back what the server has of earlier answers, where this device knows of none: it was done elsewhere, or was lost here. */
async function recall(pack: Book | Paper): Promise<void> {
  const homework = "homework" in pack ? pack.homework : "";
  const known = new Set((await all<Work>("works")).map((w) => w.place));
  for (const { exercise, said } of pack.exercises) {
    const place = placeOf(exercise, homework);
    if (said && !known.has(place)) await put("works", { place, exercise, ...(homework ? { homework } : {}), attempt: "", tries: 1, over: true, at: "", waiting: "", said } satisfies Work);
  }
}

interface Part { sha256: string; size: number; kind: "sheet" | "program" | "file"; path: string; exercise?: string; module: string | undefined }

/** All that a module or a homework consists of on a device. */
export function pieces(pack: Book | Paper): Part[] {
  const homework = "homework" in pack;
  const under = homework ? "/devoir" : "";
  const here = pack.exercises.filter((e) => e.sha256 && (homework || lent(pack, e)));
  return [
    ...here.map((e) => ({ sha256: e.sha256!, size: e.size ?? 0, kind: "sheet", path: `${under}/exercice`, exercise: e.exercise, module: e.module }) as const),
    ...here.filter((e) => e.program).map((e) => ({ sha256: e.version!, size: e.program!, kind: "program", path: `${under}/programme`, exercise: e.exercise, module: e.module }) as const),
    ...pack.files.map((f) => ({ ...f, kind: "file", path: "/fichier" }) as const),
  ];
}

/** Takes all content from the device: homework first, which needs rights to modules. */
export async function clearAll(): Promise<void> {
  for (const paper of await all<Paper>("papers")) await clears(paper);
  for (const book of await all<Book>("books")) await empties(book);
}

/** Forgets who the device was, with all that was theirs. Answers that are not sent stay where they are: nobody takes them as they are signed,
 * but whoever makes the device theirs anew signs them again (become). */
export async function forgetMe(): Promise<void> {
  await clearAll();
  const waits = (await all<Waiting>("waiting")).some((w) => w.kind === "answered"); // what is set aside, too
  for (const { place, waiting } of await all<Work>("works")) if (!waits || !waiting) await drop("works", place);
  if (!waits) for (const { seq } of await all<Waiting>("waiting")) await drop("waiting", seq);
  await drop("self", "self");
}

/** Erases what waits of a forgotten device, by its user's own will. */
export async function eraseWaiting(): Promise<void> {
  for (const { seq } of await all<Waiting>("waiting")) await drop("waiting", seq);
  await forgetMe();
}
