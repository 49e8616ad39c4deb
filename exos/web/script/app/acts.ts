// What is done on the device: signed, chained, kept before anything is sent.
import type { Act } from "../outbox";
import { type Self, type Waiting, type Work, all, answers, asideFrom, get, put, self, within } from "./db";
import { type Signed, from64, hashOf, sign, signedBy } from "./key";
import { newId } from "../id";
import { word } from "../words";

/** This page's life: the browser's steady clock counts no further. */
const life = newId();

/** What an answer of the server's says of the time. */
export const anchored = (number: number, at: string): Self["answer"] => ({ number, at, life, tick: Math.round(performance.now()) });

export interface Done { attempt: string; exercise: string; homework?: string; version: string; seed: string; kind: "opened" | Act["kind"]; payload?: unknown }

interface Said { id: string; answer: number; since: number; at: string; what: unknown }

/** What comes next in a device's chain: signed, and the device as it is after. instead is the hash of what it stands for, if for anything. */
async function chained(me: Self, act: Said, kind: string, instead?: string): Promise<[Waiting, Self]> {
  const seq = me.seq + 1;
  const signed = await sign(me.key, "act", { id: act.id, device: me.device, seq, prev: me.prev, answer: act.answer, since: act.since, at: act.at, what: act.what, ...(instead ? { instead } : {}) });
  return [{ seq, id: act.id, kind, ...signed }, { ...me, seq, prev: instead ?? await hashOf(signed.text) }];
}

/** Keeps what was done, signed, with what it makes of the work at its exercise: both, or neither. */
export async function keepDone(what: Done, work: (id: string) => Work): Promise<void> {
  await navigator.locks.request("biblio-exos-acts", async () => {
    const me = await self();
    if (!me) throw new Error("no device");
    const id = newId();
    const since = me.answer.life === life ? Math.round(performance.now()) - me.answer.tick : -1;
    const [waiting, after] = await chained(me, { id, answer: me.answer.number, since, at: new Date().toISOString(), what }, what.kind);
    await within(["self", "waiting", "works"], (at) => {
      at("self").put(after, "self");
      at("waiting").add(waiting);
      at("works").put(work(id));
    });
  });
}

/** Makes this a device. What waits here in the name of one that the server has forgotten is signed again in its own: the same acts, by the same
 * ids, in their order; both, or neither. Of when they were done nothing is certain any more but that it was before now. What cannot be read is
 * set aside. */
export async function become(me: Self): Promise<void> {
  await navigator.locks.request("biblio-exos-acts", async () => {
    const before = await all<Waiting>("waiting");
    const again: Waiting[] = [];
    const lost: Waiting[] = [];
    let after: Self = before.length > 0 ? { ...me, anew: true } : me;
    for (const one of before) {
      const act = said(one);
      if (!act) {
        lost.push(one);
        continue;
      }
      const [waiting, next] = await chained(after, { ...act, id: one.id, answer: 0, since: -1 }, one.kind);
      again.push(waiting);
      after = next;
    }
    await replace(before, again, lost, after);
  });
}

/** What an act says; undefined where that cannot be read. */
function said({ text }: Pick<Waiting, "text">): (Said & { prev: string }) | undefined {
  try {
    const { id, prev, answer, since, at, what } = JSON.parse(text) as Said & { prev: string };
    return id && at && what ? { id, prev, answer, since, at, what } : undefined;
  } catch {
    return undefined;
  }
}

/** Puts acts in the place of others, and sets some of those aside: all, or none of it. */
async function replace(before: Waiting[], again: Waiting[], lost: Waiting[], after?: Self): Promise<void> {
  const works = await all<Work>("works");
  let last = Math.max(asideFrom, ...(await all<Waiting>("waiting")).map((w) => w.seq));
  await within(["self", "waiting", "works"], (at) => {
    for (const { seq } of before) at("waiting").delete(seq);
    for (const waiting of again) at("waiting").add(waiting);
    for (const one of lost) {
      if (one.kind === "lost") continue; // it stood for another
      at("waiting").add({ ...one, seq: ++last, aside: one.aside ?? "new" } satisfies Waiting);
      const work = works.find((w) => w.waiting === one.id);
      if (work) at("works").put({ ...work, waiting: "", text: word("aside.here") });
    }
    if (after) at("self").put(after, "self");
  });
}

/** Where the server says that a device's chain goes on: exos/offline, Place. */
export interface Place { next: number; head: string; until?: number; then?: string }

const mostAgain = 3; // times that an act is signed again

/** Lets the device go on where the server's chain of its acts does, and reports whether there was anything to do. refused are the numbers of
 * those that the server did not join to the others: its numbers were used already, for the storage was put back to what it was before, or it
 * is damaged. What the device signed itself is signed again, by the same id: nothing counts twice. What it did not is set aside. Where others
 * are there already and wait for what cannot come, something comes in its stead. */
export async function goOn(place: Place, refused: Set<number>): Promise<boolean> {
  return navigator.locks.request("biblio-exos-acts", async () => {
    const me = (await self())!;
    const live = (await all<Waiting>("waiting")).filter((w) => !w.aside);
    const gap = place.until ? live.filter((w) => w.seq >= place.next && w.seq < place.until!) : live;
    const whole = !place.until || gap.length === place.until - place.next && !gap.some((w) => refused.has(w.seq));
    if (whole && (place.until || refused.size === 0)) return refused.size > 0; // what fills the gap is here, and sent next
    let after: Self = { ...me, seq: place.next - 1, prev: place.head };
    const again: Waiting[] = [];
    const lost: Waiting[] = [];
    const add = async (act: Said, kind: string, more: Pick<Waiting, "again">, instead?: string): Promise<void> => {
      const [waiting, next] = await chained(after, act, kind, instead);
      again.push({ ...waiting, ...more });
      after = next;
    };
    const genuine = async (one: Waiting): Promise<Said | undefined> => {
      const act = said(one);
      const times = one.again ?? 0;
      const next = live.find((w) => w.seq === one.seq + 1);
      const named = next ? said(next)?.prev : one.seq + 1 === place.until ? place.then : undefined; // the next act vouches for a text whose signature is damaged
      const ours = act && (await signedBy(me.key, "act", one) || await hashOf(one.text) === named);
      if (ours && times < mostAgain) return { ...act, id: act.id };
      lost.push(one);
      return undefined;
    };
    if (!place.until) {
      const moved = live.filter((w) => w.seq >= place.next || refused.has(w.seq)); // of the others the server may have heard already
      for (const one of moved) {
        const act = await genuine(one);
        if (act) await add(act, one.kind, refused.has(one.seq) ? { again: (one.again ?? 0) + 1 } : one.again ? { again: one.again } : {});
      }
      await replace(moved, again, lost, after);
      return true;
    }
    for (let seq = place.next; seq < place.until; seq++) {
      const one = gap.find((w) => w.seq === seq);
      const act = one && await genuine(one);
      const instead = seq === place.until - 1 ? place.then : undefined;
      if (act) await add(act, one.kind, { again: (one.again ?? 0) + 1 }, instead);
      else await add({ id: newId(), answer: me.answer.number, since: -1, at: new Date().toISOString(), what: { kind: "lost" } }, "lost", {}, instead);
    }
    await replace(gap, again, lost);
    return true;
  });
}

/** An act as it is sent: one that is damaged is shown as far as a message can carry it. */
export function sendable({ text, signature }: Waiting): Signed {
  const shown = typeof text === "string" ? text : JSON.stringify(text ?? null);
  try {
    if (from64(signature).length > 0) return { text: shown, signature };
  } catch { /* it is no base64 */ }
  return { text: shown, signature: "" };
}

/** How many answers are set aside here. */
export const setAside = async (): Promise<number> => (await all<Waiting>("waiting")).filter((w) => w.aside && w.kind === "answered").length;

/** Keeps what the scorer found in the answer of an act, unless there is a later one. */
export async function keepFound(place: string, act: string, found: Pick<Work, "found" | "state" | "over">): Promise<Work | undefined> {
  return navigator.locks.request("biblio-exos-acts", async () => {
    const work = await workAt(place);
    if (!work || work.last !== act) return work;
    const after = { ...work, ...found, over: work.over || found.over };
    await put("works", after);
    return after;
  });
}

/** Changes what the device knows of itself, while nothing is being done on it. */
export async function changeSelf(f: (me: Self) => Self): Promise<void> {
  await navigator.locks.request("biblio-exos-acts", async () => { await put("self", f((await self())!), "self"); });
}

/** Notes that the learner has read what may be missing here. */
export const understood = (): Promise<void> => changeSelf(({ before: _, ...me }) => me);

/** How many answers are not sent yet. */
export const unsent = async (): Promise<number> => answers(await all<Waiting>("waiting"));

export const workAt = (place: string): Promise<Work | undefined> => get<Work>("works", place);
