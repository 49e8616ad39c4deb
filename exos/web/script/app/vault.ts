// What is encrypted in a locker that has a code, and how its key is wrapped (docs/decisions/0017-shared-devices.md).
//
// The key of a locker is random, and encrypts its records. It is kept wrapped only: by what the code gives alone, where the locker opens
// without a network; by that and the server's share, where it does not; and by the server's spare, for whoever signs in. A record's own
// key stays readable, and so does the handle of the device's key, which is of no use outside of this browser.
import type { Store } from "./db";
import { bytes } from "./key";
import { readBack, written } from "./text";

type Bytes = Uint8Array<ArrayBuffer>;

/** How a locker is locked. */
export interface Lock {
  kind: "digits" | "pictures";
  salt: Bytes;
  rounds: number;
  alone?: Bytes; // its key, wrapped by the code alone
  shared?: Bytes; // wrapped by the code and the server's share
  spare: Bytes; // wrapped by what the server gives to its learner
}

/** A locker's key, while it is open. */
export interface Opened { raw: Bytes; key: CryptoKey; proof?: Bytes }

/** What a code gives: what unwraps, and what the server is shown. Neither tells the other. */
export interface Stretched { half: Bytes; proof: Bytes }

const rounds = 600_000; // PBKDF2 with SHA-256: about half a second on a tablet, for each code that is tried

export const random = (n: number): Bytes => crypto.getRandomValues(new Uint8Array(n)) as Bytes;

async function derive(from: Bytes, salt: Bytes, purpose: string): Promise<Bytes> {
  const key = await crypto.subtle.importKey("raw", from, "HKDF", false, ["deriveBits"]);
  return new Uint8Array(await crypto.subtle.deriveBits({ name: "HKDF", hash: "SHA-256", salt, info: bytes(`biblio-exos ${purpose} 1`) }, key, 256));
}

export async function stretch(code: string, lock: Pick<Lock, "salt" | "rounds">): Promise<Stretched> {
  const from = await crypto.subtle.importKey("raw", bytes(code), "PBKDF2", false, ["deriveBits"]);
  const slow = new Uint8Array(await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt: lock.salt, iterations: lock.rounds }, from, 256));
  return { half: await derive(slow, lock.salt, "half"), proof: await derive(slow, lock.salt, "proof") };
}

export const newSalt = (): Pick<Lock, "salt" | "rounds"> => ({ salt: random(16), rounds });

export async function newKey(): Promise<Opened> { return open(random(32)); }

const aes = (raw: Bytes): Promise<CryptoKey> => crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
const open = async (raw: Bytes): Promise<Opened> => ({ raw, key: await aes(raw) });

const nonce = 12;

async function encrypt(key: CryptoKey, data: Bytes, about: string): Promise<Bytes> {
  const iv = random(nonce);
  const text = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: bytes(about) }, key, data));
  const out = new Uint8Array(nonce + text.length);
  out.set(iv);
  out.set(text, nonce);
  return out;
}

async function decrypt(key: CryptoKey, data: Bytes, about: string): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv: data.subarray(0, nonce), additionalData: bytes(about) }, key, data.subarray(nonce)));
}

export type Way = "alone" | "shared" | "spare";

/** The key that wraps another: of a code, of a code and a share, or of the spare. */
async function wrapper(way: Way, parts: Bytes[], salt: Bytes): Promise<CryptoKey> {
  const all = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const p of parts) {
    all.set(p, at);
    at += p.length;
  }
  return aes(await derive(all, salt, way));
}

/** Wraps a locker's key. */
export async function wrap(way: Way, parts: Bytes[], salt: Bytes, raw: Bytes): Promise<Bytes> {
  return encrypt(await wrapper(way, parts, salt), raw, way);
}

/** Unwraps it; undefined where a part is not the right one. */
export async function unwrap(way: Way, parts: Bytes[], salt: Bytes, wrapped: Bytes): Promise<Opened | undefined> {
  try {
    return await open(await decrypt(await wrapper(way, parts, salt), wrapped, way));
  } catch {
    return undefined;
  }
}

interface Sealed { sealed: Bytes }
const isSealed = (value: unknown): value is Sealed => typeof value === "object" && value !== null && "sealed" in value;

const about = (store: Store, key: IDBValidKey): string => `${store} ${JSON.stringify(key)}`;

/** A record as it is kept in a locker that has a code: its own key to be found by, and nothing else to be read. */
export async function seal(by: Opened, store: Store, path: string | undefined, key: IDBValidKey, value: unknown): Promise<unknown> {
  const { key: handle, ...rest } = value as Record<string, unknown>;
  const kept = store === "self" ? rest : value;
  return { ...(path ? { [path]: key } : {}), ...(store === "self" ? { key: handle } : {}), sealed: await encrypt(by.key, bytes(written(kept)), about(store, key)) };
}

/** A record as it was before; one that was never sealed is as it is. */
export async function unseal(by: Opened | undefined, store: Store, path: string | undefined, key: IDBValidKey, value: unknown): Promise<unknown> {
  if (!isSealed(value)) return value;
  if (!by) throw new Error("the locker is closed");
  const rest = readBack(new TextDecoder().decode(await decrypt(by.key, value.sealed, about(store, path ? (value as unknown as Record<string, IDBValidKey>)[path]! : key)))) as object;
  return store === "self" ? { ...rest, key: (value as unknown as { key: unknown }).key } : rest;
}
