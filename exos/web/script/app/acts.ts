// What is done on the device: signed, chained, kept before anything is sent.
import type { Act } from "../outbox";
import { type Self, type Waiting, type Work, all, answers, get, put, self, within } from "./db";
import { hashOf, sign } from "./key";
import { newId } from "../id";

/** This page's life: the browser's steady clock counts no further. */
const life = newId();

/** What an answer of the server's says of the time. */
export const anchored = (number: number, at: string): Self["answer"] => ({ number, at, life, tick: Math.round(performance.now()) });

export interface Done { attempt: string; exercise: string; homework?: string; version: string; seed: string; kind: "opened" | Act["kind"]; payload?: unknown }

/** What comes next in a device's chain: signed, and the device as it is after. */
async function chained(me: Self, act: { id: string; answer: number; since: number; at: string; what: unknown }, kind: string): Promise<[Waiting, Self]> {
  const seq = me.seq + 1;
  const signed = await sign(me.key, "act", { id: act.id, device: me.device, seq, prev: me.prev, answer: act.answer, since: act.since, at: act.at, what: act.what });
  return [{ seq, id: act.id, kind, ...signed }, { ...me, seq, prev: await hashOf(signed.text) }];
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
 * ids, in their order; both, or neither. Of when they were done nothing is certain any more but that it was before now. */
export async function become(me: Self): Promise<void> {
  await navigator.locks.request("biblio-exos-acts", async () => {
    const before = await all<Waiting>("waiting");
    const again: Waiting[] = [];
    let after: Self = before.length > 0 ? { ...me, anew: true } : me;
    for (const { id, kind, text } of before) {
      const { at, what } = JSON.parse(text) as { at: string; what: unknown };
      const [waiting, next] = await chained(after, { id, answer: 0, since: -1, at, what }, kind);
      again.push(waiting);
      after = next;
    }
    await within(["self", "waiting"], (at) => {
      for (const { seq } of before) at("waiting").delete(seq);
      for (const waiting of again) at("waiting").add(waiting);
      at("self").put(after, "self");
    });
  });
}

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
