// What the app stands on: a browser, which keeps everything itself, or the program for computers (exos/desktop), which keeps it for
// whichever browser is open. The rest of the app does not know which.
import { browser } from "./browser";
import type { Store } from "./db";

/** A device's key, as its ground knows it. The private half never comes here. */
export type DeviceKey = CryptoKeyPair | { program: PublicKey };

/** A public key, as the server reads it, its fields in the order of a thumbprint (RFC 7638). */
export interface PublicKey { crv: string; kty: string; x: string; y?: string }

/** What is written to one store, in a transaction of several. */
export interface Changes {
  put(value: unknown, key?: IDBValidKey): unknown;
  add(value: unknown): unknown; // fails, and all with it, where there is one of that key
  delete(key: IDBValidKey): unknown;
}

export interface Ground {
  get(store: Store, key: IDBValidKey): Promise<unknown>;
  all(store: Store): Promise<unknown[]>;
  /** All or nothing, and on the disk once it is over. */
  write(stores: Store[], f: (at: (store: Store) => Changes) => void): Promise<void>;
  makeKey(): Promise<DeviceKey>;
  publicKey(key: DeviceKey): Promise<PublicKey>;
  sign(key: DeviceKey, purpose: string, text: string): Promise<string>;
  /** Keeps a file, which is at /fichiers/SHA256 from then on. */
  keepFile(sha256: string, data: ArrayBuffer, media: string): Promise<void>;
  dropFile(sha256: string): Promise<void>;
  /** Whether a file is here already, another pupil's too: then it is kept for this one as well, and need not be fetched. */
  hasFile?(sha256: string): Promise<boolean>;
  /** Is told how many answers are not sent, whenever that may have changed. */
  counted?(unsent: number): Promise<void>;
  /** Bytes. */
  room(): Promise<{ used: number; free: number }>;
}

/** Thrown where what the app stands on has gone: the program for computers was closed. Nothing was kept, and nothing more can be shown. */
export class Gone extends Error {}

let here: Ground | undefined;

/** Whether pupils may share this device: the program for computers is its user's alone. */
export const shared = (): boolean => here === undefined;

export const ground = (): Ground => here ?? browser;

/** Said once, before the app begins. */
export function standOn(other: Ground): void { here = other; }
