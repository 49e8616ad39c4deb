// What the app keeps on the device, of one learner.
import type { Entitlement, Seal, Status } from "./access";
import { type Changes, type DeviceKey, ground } from "./ground";

/** The device, as it knows itself. Its private key cannot be taken out of the browser. */
export interface Self {
  device: string;
  key: DeviceKey;
  thumbprint: string;
  server: Record<string, string>; // the server's public keys, base64, by id
  before?: string; // when another device of the learner's last spoke, until they have read that what it has not sent is not here
  anew?: true; // what waits was taken over from a device that the server forgot, and this one has been lent nothing yet
  found?: { kind: "right" | "content"; what: string }[]; // that is not what was sent here, until it is told
  seq: number; // of the last act
  prev: string; // its hash
  answer: { number: number; at: string; life: string; tick: number }; // the last one had from the server, and the steady clock then
  seal?: Seal; // of the last entitlement that there was
  receipts?: string; // the secret of typed receipts, base64
}

/** An exercise. program is the size of what scores it, whose hash is its version; without, its mark comes from the server alone. */
export interface Piece {
  exercise: string; number: number; section?: string; title: string; module?: string; tries?: number;
  sha256?: string; size?: number; online?: string; version?: string; program?: number;
  said?: NonNullable<Work["said"]>; // of what was answered already, wherever
}

/** What may be taken along. */
export interface Pack {
  title: string;
  exercises: Piece[]; files: { sha256: string; size: number; module: string }[];
  got: string[]; // hashes of what is here, each verified
  paused: boolean;
}

export interface Book extends Pack { module: string; version: string; publisher: string; entitlement?: Entitlement; token?: string; status?: Status } // token: the entitlement as it was signed

/** A homework as the server tells it: mode and due are words, version counts its changes. */
export interface Given { homework: string; version: number; title: string; mode: string; due: string; closes: string; modules: string[]; todo: boolean }

/** taken is the version of which the content is here. */
export interface Paper extends Pack, Given { taken?: number }

/** A sheet as it came; of its own store, so that a list of books does not load them. */
export interface Sheet { sha256: string; html: string }

/** What scores an exercise, key included: of training only. */
export interface Program { sha256: string; data: Uint8Array }

/** again is how often it was signed again because the server could not join it to the others. aside: that was no help, it is kept and waits
 * no more; "new" as long as the server has not been shown it. */
export interface Waiting { seq: number; id: string; kind: string; text: string; signature: string; again?: number; aside?: "new" | "told" }

/** How many of them are answers: an opening is none, and what is set aside waits no more. */
export const answers = (of: Pick<Waiting, "kind" | "aside">[]): number => of.filter((w) => w.kind === "answered" && !w.aside).length;

/** The numbers of what is set aside begin here: beyond those of any chain, and still whole numbers as every ground sorts them. */
export const asideFrom = 1e14;

/** What the device's own scorer found: provisional. */
export interface Found { score: number; max: number }

/** What was done at an exercise on this device, and what the server has said of it. */
export interface Work {
  place: string; // the exercise, behind its homework's id where it is done in one
  exercise: string; homework?: string; attempt: string; tries: number; over: boolean; at: string;
  last?: string; // id of the last answer
  waiting: string; // the same, as long as nothing was said of it
  found?: Found; // of the last answer
  state?: Uint8Array; // where the scorer goes on from
  said?: { score: number; max: number; scored: boolean; right: boolean; ended: boolean; veiled?: boolean; late?: boolean; certainty?: "likely" | "unsure" };
  text?: string; // why it did not count, in words
}

/** What is written at an exercise and not answered yet, as the player names it, and the attempt that it was begun in. */
export interface Draft { place: string; attempt: string; kept: Record<string, string> }

/** The stores, and which field is their key. A new one is a new version of the database (locker.ts). */
export const stores = {
  self: undefined, books: "module", sheets: "sha256", programs: "sha256", waiting: "seq", works: "place", papers: "homework", drafts: "place",
} as const;
export type Store = keyof typeof stores;

/** Writes to several stores in one transaction, and returns once all is on the disk. */
export async function within(names: Store[], f: (at: (name: Store) => Changes) => void): Promise<void> {
  await ground().write(names, f);
  if (names.includes("waiting")) await ground().counted?.(answers(await all<Waiting>("waiting")));
}

export const get = async <T>(name: Store, key: IDBValidKey): Promise<T | undefined> => (await ground().get(name, key)) as T | undefined;
export const all = async <T>(name: Store): Promise<T[]> => (await ground().all(name)) as T[];
export const put = (name: Store, value: unknown, key?: IDBValidKey): Promise<void> => within([name], (at) => { at(name).put(value, key); });
export const drop = (name: Store, key: IDBValidKey): Promise<void> => within([name], (at) => { at(name).delete(key); });

/** Drops sheets and programs, whichever of the two a hash is of. */
export function dropAll(at: (name: Store) => Changes, hashes: string[]): void {
  for (const hash of hashes) {
    at("sheets").delete(hash);
    at("programs").delete(hash);
  }
}

export const placeOf = (exercise: string, homework?: string): string => homework ? `${homework}/${exercise}` : exercise;

export const self = (): Promise<Self | undefined> => get<Self>("self", "self");
