// A locker's code: chosen, tried, forgotten. It is never told to the server; what it gives is, to be compared with (server.ts, exos/device).
import { self } from "./db";
import { base64, from64 } from "./key";
import { type Locker, by, changeLocker, enter, handleOf, here, lockers, reseal } from "./locker";
import { request } from "./server";
import { type Lock, type Opened, type Stretched, newKey, newSalt, stretch, unwrap, wrap } from "./vault";

const none = new Uint8Array(0);

interface Heard { share?: string; spare?: string; left: number; closed?: boolean }

async function ask(by: Parameters<typeof request>[0], what: object): Promise<Heard | string> {
  const answer = await request(by, "/verrou", what);
  return typeof answer === "string" ? answer : ((await answer.json()) as Heard);
}

/** What opens a locker for its own learner, who is signed in here. From then on no code is right before a new one is chosen. */
async function spareOf(device: string): Promise<Uint8Array<ArrayBuffer> | "later" | "stranger" | "other"> {
  const answer = await fetch("/hors-ligne/casier", {
    method: "POST", headers: { Accept: "application/json", "Content-Type": "application/x-www-form-urlencoded" }, body: new URLSearchParams({ appareil: device }),
  }).catch(() => undefined);
  if (!answer || answer.status >= 500) return "later";
  if (!answer.ok) return answer.status === 404 ? "other" : "stranger";
  return from64(((await answer.json()) as { spare: string }).spare);
}

/** Locks the open locker by a code, or by another than before; away: it opens without a network, too. Needs the network: without the
 * server's spare a code that is forgotten would lose what is not sent. */
export async function setCode(kind: Lock["kind"], code: string, away: boolean): Promise<"done" | "later" | "refused"> {
  const [l, me] = [here()!, (await self())!];
  const salt = newSalt();
  const given = await stretch(code, salt);
  const next = { next: base64(given.proof) };
  const proof = by()?.proof ?? l.proof;
  let heard = await ask(me, { ...(proof ? { proof: base64(proof) } : {}), ...next });
  let spare = typeof heard === "string" ? undefined : heard.spare && from64(heard.spare);
  if (typeof heard !== "string" && !heard.share) { // the server has a lock that this device has not, or another code
    const found = await spareOf(me.device);
    if (typeof found === "string") return found === "later" ? "later" : "refused";
    spare = found;
    heard = await ask(me, next);
  }
  if (typeof heard === "string") return heard === "later" ? "later" : "refused";
  if (!heard.share) return "refused";
  const key = by() ?? await newKey();
  const spareWrapped = spare ? await wrap("spare", [spare], none, key.raw) : l.lock?.spare;
  if (!spareWrapped) return "refused";
  const lock: Lock = {
    kind, ...salt, spare: spareWrapped,
    ...(away ? { alone: await wrap("alone", [given.half], salt.salt, key.raw) } : { shared: await wrap("shared", [given.half, from64(heard.share)], salt.salt, key.raw) }),
  };
  key.proof = given.proof;
  await changeLocker(l.id, { lock, sealing: true, wrong: 0, until: 0 }, ["proof"]);
  await reseal(key);
  await changeLocker(l.id, {}, ["sealing"]);
  return "done";
}

/** Takes the lock off the open locker. The server hears of it if it can. */
export async function dropCode(): Promise<void> {
  const [l, me, proof] = [here()!, (await self())!, by()?.proof];
  await changeLocker(l.id, { sealing: true });
  await reseal(undefined);
  await changeLocker(l.id, proof ? { proof } : {}, ["lock", "sealing"]);
  const heard = await ask(me, { drop: true, ...(proof ? { proof: base64(proof) } : {}) });
  if (typeof heard !== "string" && heard.left > 0) await changeLocker(l.id, {}, ["proof"]);
}

export type Tried = "open" | "wrong" | "closed" | "network" | "ended" | "unknown" | { wait: number } | { left: number };

const free = 5; // wrong codes before the next must wait
const firstWait = 30_000;
const longestWait = 15 * 60_000;

/** Tries a code on a locker, and opens it where it is the right one. */
export async function tryCode(asked: Locker, code: string): Promise<Tried> {
  const l = (await lockers()).find((o) => o.id === asked.id) ?? asked; // as it is now
  const lock = l.lock!;
  if (Date.now() < l.until) return { wait: Math.ceil((l.until - Date.now()) / 1000) };
  const given = await stretch(code, lock);
  if (lock.alone) {
    const key = await unwrap("alone", [given.half], lock.salt, lock.alone);
    return key ? opens(l, key, given) : wrong(l);
  }
  const handle = await handleOf(l);
  if (!handle) return "closed";
  const heard = await ask({ device: l.device!, key: handle }, { proof: base64(given.proof) });
  if (heard === "later") return "network";
  if (heard === "unknown") return "unknown";
  if (typeof heard === "string") return "ended";
  if (!heard.share) return heard.closed ? "closed" : { left: heard.left };
  const key = await unwrap("shared", [given.half, from64(heard.share)], lock.salt, lock.shared!);
  return key ? opens(l, key, given) : "closed";
}

async function opens(l: Locker, key: Opened, given?: Stretched): Promise<"open"> {
  await changeLocker(l.id, { wrong: 0, until: 0 });
  enter(l, given ? { ...key, proof: given.proof } : key);
  if (l.sealing) {
    await reseal(key);
    await changeLocker(l.id, {}, ["sealing"]);
  }
  return "open";
}

async function wrong(l: Locker): Promise<Tried> {
  const n = l.wrong + 1;
  const wait = n < free ? 0 : Math.min(longestWait, firstWait * 2 ** (n - free));
  await changeLocker(l.id, { wrong: n, until: Date.now() + wait });
  return wait > 0 ? { wait: wait / 1000 } : "wrong";
}

/** Opens a locker whose code was forgotten, for its learner, who has signed in. */
export async function recover(l: Locker): Promise<"open" | "later" | "stranger" | "other"> {
  const spare = await spareOf(l.device!);
  if (typeof spare === "string") return spare;
  const key = await unwrap("spare", [spare], none, l.lock!.spare);
  return key ? opens(l, key) : "other";
}
