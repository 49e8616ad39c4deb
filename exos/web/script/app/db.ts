// What the app keeps on the device, of one learner.
import type { Entitlement, Status } from "./access";
import { type Changes, type DeviceKey, ground } from "./ground";

/** The device, as it knows itself. Its private key cannot be taken out of the browser. */
export interface Self {
  device: string;
  key: DeviceKey;
  thumbprint: string;
  server: Record<string, string>; // the server's public keys, base64, by id
  seq: number; // of the last act
  prev: string; // its hash
  answer: { number: number; at: string; life: string; tick: number }; // the last one had from the server, and the steady clock then
}

export interface Piece { exercise: string; number: number; section?: string; title: string; sha256?: string; size?: number; online?: string }

export interface Book {
  module: string; version: string; title: string; publisher: string;
  exercises: Piece[]; files: { sha256: string; size: number }[];
  got: string[]; // hashes of what is here, each verified
  paused: boolean;
  entitlement?: Entitlement; status?: Status;
}

/** A sheet as it came; of its own store, so that a list of books does not load them. */
export interface Sheet { sha256: string; module: string; html: string }

export interface Waiting { seq: number; id: string; kind: string; text: string; signature: string }

/** What was done at an exercise on this device, and what the server has said of it. */
export interface Work {
  exercise: string; module: string; attempt: string; tries: number; over: boolean; at: string;
  waiting: string; // id of the last answer, as long as nothing was said of it
  said?: { score: number; max: number; scored: boolean; right: boolean; ended: boolean; veiled?: boolean };
  text?: string; // why it did not count, in words
}

/** The stores, and which field is their key. */
export const stores = { self: undefined, books: "module", sheets: "sha256", waiting: "seq", works: "exercise" } as const;
export type Store = keyof typeof stores;

/** Writes to several stores in one transaction, and returns once all is on the disk. */
export const within = (names: Store[], f: (at: (name: Store) => Changes) => void): Promise<void> => ground().write(names, f);

export const get = async <T>(name: Store, key: IDBValidKey): Promise<T | undefined> => (await ground().get(name, key)) as T | undefined;
export const all = async <T>(name: Store): Promise<T[]> => (await ground().all(name)) as T[];
export const put = (name: Store, value: unknown, key?: IDBValidKey): Promise<void> => within([name], (at) => { at(name).put(value, key); });
export const drop = (name: Store, key: IDBValidKey): Promise<void> => within([name], (at) => { at(name).delete(key); });

export const self = (): Promise<Self | undefined> => get<Self>("self", "self");
