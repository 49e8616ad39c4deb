// A browser as the app's ground: the open locker's IndexedDB, a key that cannot be taken out of it, files in the cache that its worker
// answers with.
import { type Store, stores } from "./db";
import type { Changes, DeviceKey, Ground, PublicKey } from "./ground";
import { base64, bytes } from "./key";
import { type Change, change, changeLocker, claim, files, here, read, readAll, release } from "./locker";

const ed = { name: "Ed25519" };
const ec = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const pair = (key: DeviceKey): CryptoKeyPair => key as CryptoKeyPair; // it made it

/** Changes as they are asked for, to be done together. */
export function collected(list: Change[]): (store: Store) => Changes {
  return (store) => {
    const keyOf = (value: unknown, key?: IDBValidKey): IDBValidKey => key ?? (value as Record<string, IDBValidKey>)[stores[store]!]!;
    return {
      put: (value, key) => list.push({ do: "put", store, key: keyOf(value, key), value }),
      add: (value) => list.push({ do: "add", store, key: keyOf(value), value }),
      delete: (key) => list.push({ do: "delete", store, key }),
    };
  };
}

export const browser: Ground = {
  get: read,
  all: readAll,
  async write(_, f) {
    const list: Change[] = [];
    f(collected(list));
    if (list.length > 0) await change(list);
  },

  /** Ed25519, or P-256 where the browser has no other. */
  async makeKey(): Promise<CryptoKeyPair> {
    try {
      return (await crypto.subtle.generateKey(ed, false, ["sign", "verify"])) as CryptoKeyPair;
    } catch {
      return crypto.subtle.generateKey(ec, false, ["sign", "verify"]);
    }
  },
  async publicKey(key): Promise<PublicKey> {
    const { crv, kty, x, y } = await crypto.subtle.exportKey("jwk", pair(key).publicKey);
    return { crv: crv!, kty: kty!, x: x!, ...(y ? { y } : {}) };
  },
  async sign(key, purpose, text): Promise<string> {
    const { privateKey } = pair(key);
    return base64(await crypto.subtle.sign(privateKey.algorithm.name === "ECDSA" ? ec : ed, privateKey, bytes(purpose + text)));
  },

  async keepFile(sha256, data, media) {
    await (await files()).put(`/fichiers/${sha256}`, new Response(data, { headers: { "Content-Type": media } }));
    await claim(sha256, here()!.id);
  },
  dropFile: (sha256) => release(sha256, here()!.id),
  hasFile: async (sha256) => await (await files()).match(`/fichiers/${sha256}`) !== undefined && (await claim(sha256, here()!.id), true),
  counted: (unsent) => changeLocker(here()!.id, { unsent }),
  async room() {
    const { usage = 0, quota = 0 } = await navigator.storage.estimate();
    return { used: usage, free: Math.max(0, quota - usage) };
  },
};
