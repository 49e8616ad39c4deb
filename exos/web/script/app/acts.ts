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

/** Keeps what was done, signed, with what it makes of the work at its exercise: both, or neither. */
export async function keepDone(what: Done, work: (id: string) => Work): Promise<void> {
  await navigator.locks.request("biblio-exos-acts", async () => {
    const me = await self();
    if (!me) throw new Error("no device");
    const id = newId();
    const since = me.answer.life === life ? Math.round(performance.now()) - me.answer.tick : -1;
    const act = { id, device: me.device, seq: me.seq + 1, prev: me.prev, answer: me.answer.number, since, at: new Date().toISOString(), what };
    const signed = await sign(me.key, "act", act);
    const prev = await hashOf(signed.text);
    const waiting: Waiting = { seq: act.seq, id, kind: what.kind, ...signed };
    await within(["self", "waiting", "works"], (at) => {
      at("self").put({ ...me, seq: act.seq, prev }, "self");
      at("waiting").add(waiting);
      at("works").put(work(id));
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
