// A browser as the app's ground: one IndexedDB, a key that cannot be taken out of it, files in the cache that its worker answers with.
import { stores, type Store, type Work } from "./db";
import type { DeviceKey, Ground, PublicKey } from "./ground";
import { base64, bytes } from "./key";

let opened: Promise<IDBDatabase> | undefined;

function open(): Promise<IDBDatabase> {
  return (opened ??= new Promise((done, fail) => {
    const asked = indexedDB.open("biblio-exos", 2); // a new store is a new version
    asked.onupgradeneeded = ({ oldVersion }) => {
      if (oldVersion === 1) { // works were of modules alone, and named by their exercise
        asked.transaction!.objectStore("works").getAll().onsuccess = ({ target }) => {
          asked.result.deleteObjectStore("works");
          const works = asked.result.createObjectStore("works", { keyPath: "place" });
          for (const w of (target as IDBRequest<Work[]>).result) works.add({ ...w, place: w.exercise });
        };
      }
      for (const [name, key] of Object.entries(stores)) {
        if (!asked.result.objectStoreNames.contains(name)) asked.result.createObjectStore(name, key ? { keyPath: key } : {});
      }
    };
    asked.onsuccess = () => {
      asked.result.onversionchange = () => { // another window has a newer app: it does not wait for this one
        asked.result.close();
        opened = undefined;
      };
      done(asked.result);
    };
    asked.onerror = () => { fail(asked.error); };
  }));
}

/** Runs f in one transaction, and returns what it returns once all is on the disk. */
async function within<T>(names: Store[], mode: IDBTransactionMode, f: (at: (name: Store) => IDBObjectStore) => T): Promise<T> {
  const db = await open();
  return new Promise((done, fail) => {
    const tx = db.transaction(names, mode, { durability: "strict" });
    const out = f((name) => tx.objectStore(name));
    tx.oncomplete = () => { done(out); };
    tx.onabort = tx.onerror = () => { fail(tx.error); };
  });
}

const ed = { name: "Ed25519" };
const ec = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const pair = (key: DeviceKey): CryptoKeyPair => key as CryptoKeyPair; // it made it
const files = (): Promise<Cache> => caches.open("biblio-exos-files");

export const browser: Ground = {
  get: async (store, key) => (await within([store], "readonly", (at) => at(store).get(key))).result as unknown,
  all: async (store) => (await within([store], "readonly", (at) => at(store).getAll())).result,
  write: (names, f) => within(names, "readwrite", f),

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

  async keepFile(sha256, data, media) { await (await files()).put(`/fichiers/${sha256}`, new Response(data, { headers: { "Content-Type": media } })); },
  async dropFile(sha256) { await (await files()).delete(`/fichiers/${sha256}`); },
  async room() {
    const { usage = 0, quota = 0 } = await navigator.storage.estimate();
    return { used: usage, free: Math.max(0, quota - usage) };
  },
};
