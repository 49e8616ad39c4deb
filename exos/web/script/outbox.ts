// The outbox: what the pupil did and the server has not yet said that it has. An event is kept here before it is sent, one key
// each, so that two tabs never write over one another; it goes out with the same id until its verdict comes.
import { newId } from "./id";
import { last, lasting, pass } from "./lasting";
import { forget, keep, keysOf, recall } from "./store";

export interface Act {
  id: string; attempt: string; exercise: string; version: string; seed: string;
  kind: "answered" | "hinted" | "solved"; payload?: unknown; at: string; device: string; seq: number;
}

export interface Verdict { event: string; status: "accepted" | "duplicate" | "refused"; code?: string; text?: string }
export interface Receipt { verdicts: Verdict[]; sheet?: string }

/** The exercise that the page shows, and the homework in which it does. */
export interface Shown { show: string; homework?: string }

/** What sending came to: a receipt, no network (or a server that is not well), nobody signed in any more,
 * no room to keep it, or nothing that keeps it any more. */
export type Outcome = { receipt: Receipt } | "later" | "stranger" | "full" | "gone";

const box = "exos.act.";
const most = 100; // events in one request; the server takes 500
const afloat = 56_000; // bytes of events in one request: one that outlives its page (keepalive) may have 64 KiB (Fetch, HTTP-network-or-cache fetch)
const slack = 4_000; // for what is around them

// Readers of one device are told apart: what one has left behind is never sent in another's name.
const boxOf = (me: string): string => `${box}${me}.`;

export function newAct(of: Omit<Act, "id" | "at" | "device" | "seq">): Act {
  const device = recall("exos.device", "") || newId();
  const seq = recall("exos.seq", 0) + 1;
  keep("exos.device", device);
  keep("exos.seq", seq);
  return { id: newId(), ...of, at: new Date().toISOString(), device, seq };
}

/** Keeps an act on the device, and sends it with all that is waiting. Nothing is said of it before the server has it, or the disk. */
export async function send(me: string, act: Act, show: Shown): Promise<Outcome> {
  if (carrier) return carrier(me, act, show);
  const key = boxOf(me) + act.id;
  keep(key, act);
  const kept = last(key, act);
  const came = await flush(me, show);
  if (typeof came === "string") await kept;
  return came;
}

let carrier: typeof send | undefined;

/** Lets another take acts: where the server is out of reach, they are signed and kept (app.entry.ts). */
export function carryBy(other: typeof send): void { carrier = other; }

export function waiting(me: string): Act[] {
  return keysOf(boxOf(me)).map((k) => recall<Act | null>(k, null)).filter((a) => a !== null).sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** The first of what waits: as much as one request carries though its page is left, or one act that is larger. */
function first(acts: Act[]): Act[] {
  let size = 0;
  const over = acts.slice(0, most).findIndex((a) => (size += bytes(JSON.stringify(a))) > afloat);
  return acts.slice(0, over < 0 ? most : Math.max(1, over));
}

const bytes = (text: string): number => new TextEncoder().encode(text).length;

/** Sends what is waiting, one request after the other. An event leaves the box when its verdict has come, whatever it says: the server keeps
 * refused ones, too. */
export async function flush(me: string, shown: Shown = { show: "" }): Promise<Outcome> {
  const all: Receipt = { verdicts: [] };
  for (;;) {
    const events = first(waiting(me));
    const came = await sendOff({ events, ...shown });
    if (typeof came === "string") return came;
    for (const verdict of came.verdicts) {
      forget(boxOf(me) + verdict.event);
      pass(boxOf(me) + verdict.event);
    }
    if (came.verdicts.length > 0) keep(heard, Date.now());
    all.verdicts.push(...came.verdicts);
    if (came.sheet) all.sheet = came.sheet;
    if (came.verdicts.length === 0 || waiting(me).length === 0) return { receipt: all };
  }
}

async function sendOff(what: { events: Act[] } & Shown): Promise<Receipt | "later" | "stranger"> {
  const body = JSON.stringify(what);
  let answer: Response;
  try {
    answer = await fetch("/api/evenements", {
      method: "POST", headers: { "Content-Type": "application/json", Accept: "application/json" }, keepalive: bytes(body) <= afloat + slack, body,
    });
  } catch {
    return "later";
  }
  if (answer.status === 401) return "stranger";
  if (!answer.ok) return "later";
  try { return (await answer.json()) as Receipt; } catch { return "later"; } // cut off on its way: asked again, answered the same
}

const heard = "exos.heard"; // when a verdict last came, to any page

/** Whether a verdict came after this page was asked for: what it shows may be from before. */
export const mayBeOld = (): boolean => !carrier && recall(heard, 0) >= performance.timeOrigin;

/** On any page with an exercise: sends what an earlier page could not, now and when the network is back. */
export function sendWhatIsKept(): void {
  const me = document.querySelector<HTMLElement>("[data-me]")?.dataset["me"];
  if (!me) return;
  const again = (): void => { if (waiting(me).length > 0) document.dispatchEvent(new Event("exos:flush")); };
  addEventListener("online", again);
  setInterval(again, 20_000);
  void lasting(boxOf(me)).then((all) => {
    for (const { key, value } of all) keep(key, value); // a browser that was killed has lost it
    again();
  });
}
