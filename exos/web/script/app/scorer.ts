// The scorer on the device: the server's own, in WebAssembly (exos/qti/wasm). What it finds is provisional, and shown as such.
import type { Found } from "./db";

interface Response { id: string; values?: string[]; fields?: { name: string; value: string }[] }
export interface Answer { responses: Response[]; seconds?: number }

type Scored = { json: string; state: Uint8Array } | { error: string };
interface Scorer { score(program: Uint8Array, seed: string, state: Uint8Array | null, answers: unknown[], seconds: number): Scored }

declare global {
  var Go: new () => { importObject: WebAssembly.Imports; run(instance: WebAssembly.Instance): Promise<void> };
  var pupitreScore: Scorer | undefined;
}

let started: Promise<Scorer | undefined> | undefined;

/** Wakes the scorer up, once. Where it cannot be had, answers are kept without a provisional mark. */
export const wake = (): Promise<Scorer | undefined> => (started ??= start().catch(() => undefined));

async function start(): Promise<Scorer | undefined> {
  const { scorer, runtime } = document.querySelector<HTMLElement>("[data-app]")!.dataset;
  await new Promise((done, fail) => {
    const script = document.createElement("script");
    script.src = runtime!;
    script.onload = done;
    script.onerror = fail;
    document.head.append(script);
  });
  const go = new Go();
  const { instance } = await WebAssembly.instantiateStreaming(fetch(scorer!), go.importObject);
  void go.run(instance); // until the page is left
  return globalThis.pupitreScore;
}

/** Scores an answer that follows state: what it earns, and the state after it. Undefined where nothing can be said. */
export async function score(program: Uint8Array, seed: string, state: Uint8Array | undefined, answer: Answer): Promise<{ found: Found; state: Uint8Array } | undefined> {
  const given = answer.responses.map((r) => [r.id, r.values ?? [], (r.fields ?? []).map((f) => [f.name, f.value])]);
  const scored = (await wake())?.score(program, seed, state ?? null, given, answer.seconds ?? 0);
  if (!scored || "error" in scored) return undefined;
  const said = JSON.parse(scored.json) as { score: unknown; max: number };
  return typeof said.score === "number" ? { found: { score: said.score, max: said.max }, state: scored.state } : undefined;
}

export const right = (found: Found): boolean => found.max > 0 && found.score >= found.max;
