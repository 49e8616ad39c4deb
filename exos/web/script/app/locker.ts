// The lockers (« casiers ») of a device that several pupils share: each has a database of its own, and one only is open, for as long as
// the page lives. To change is to close the page and open it anew, so that nothing that is under way ends up in another's.
//
// Of who has one, the device knows what they chose to be found by, and the server nothing.
import { type Book, type Paper, type Self, type Store, type Waiting, answers, stores } from "./db";
import { database, erase, type Database } from "./idb";
import { newId } from "../id";
import { type Lock, type Opened, seal, unseal } from "./vault";
import { clearWritten, keep, recall } from "../store";

export interface Locker {
  id: string;
  database: string;
  at: string; // since when
  picture: string;
  name?: string;
  device?: string; // none before it is enrolled
  unsent: number; // answers
  left?: boolean; // its learner has signed out: what is not sent is all that it has
  lock?: Lock;
  sealing?: boolean; // its records were being sealed, or unsealed: some may be the one, some the other
  wrong: number; // codes in a row
  until: number; // no code is tried before, in milliseconds
  proof?: Uint8Array<ArrayBuffer>; // that the server has still, of a lock that was taken off without a network
}

/** What a locker is found by, and what codes are made of. */
export const pictures = ["star", "heart", "sun", "moon", "bell", "flag", "house", "lightbulb", "zap", "globe", "truck", "pencil"] as const;

/** A request that the server has not heard yet. */
export interface Farewell { device: string; text: string; signature: string }

/** Which lockers keep a file: it is shared, and goes with the last. */
interface Kept { sha256: string; lockers: string[] }

const index = database("biblio-exos-casiers", 1, ({ result }) => {
  for (const [name, keyPath] of [["lockers", "id"], ["files", "sha256"], ["farewells", "device"]] as const) result.createObjectStore(name, { keyPath });
});

const first = { id: "1", database: "biblio-exos" }; // as it was before there were others

/** All that there are, the first that came first. One that is nobody's yet is made where there is none. */
export async function lockers(): Promise<Locker[]> {
  const all = (await index.within(["lockers"], "readonly", (at) => at("lockers").getAll())).result as Locker[];
  if (all.length > 0) return all.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.id < b.id ? -1 : 1));
  const made = await adopted(fresh(first));
  await index.within(["lockers"], "readwrite", (at) => at("lockers").put(made));
  return [made];
}

const fresh = (of: { id: string; database: string }, taken: string[] = []): Locker =>
  ({ ...of, at: new Date().toISOString(), picture: pictures.find((p) => !taken.includes(p)) ?? pictures[0], unsent: 0, wrong: 0, until: 0 });

/** The locker of a device that had its database before there were lockers: whose it is, and which files it keeps. */
async function adopted(l: Locker): Promise<Locker> {
  const db = data(l.database);
  const [self, books, papers, waiting] = await db.within(["self", "books", "papers", "waiting"], "readonly",
    (at) => [at("self").get("self"), at("books").getAll(), at("papers").getAll(), at("waiting").getAll()] as const);
  for (const pack of [...books.result as Book[], ...papers.result as Paper[]]) {
    for (const f of pack.files) if (pack.got.includes(f.sha256)) await claim(f.sha256, l.id);
  }
  await db.close();
  const device = (self.result as Self | undefined)?.device;
  return { ...l, ...(device ? { device } : {}), unsent: answers(waiting.result as Waiting[]) };
}

/** A locker for one more pupil. */
export async function addLocker(): Promise<Locker> {
  const id = newId();
  const made = fresh({ id, database: `biblio-exos-${id}` }, (await lockers()).map((l) => l.picture));
  await index.within(["lockers"], "readwrite", (at) => at("lockers").put(made));
  return made;
}

export async function changeLocker(id: string, change: Partial<Locker>, without: (keyof Locker)[] = []): Promise<void> {
  await index.within(["lockers"], "readwrite", (at) => {
    const asked = at("lockers").get(id);
    asked.onsuccess = () => {
      const now = { ...asked.result as Locker, ...change };
      for (const field of without) delete now[field];
      at("lockers").put(now);
    };
  });
  if (opened?.locker.id === id) opened.locker = (await lockers()).find((l) => l.id === id) ?? opened.locker;
}

/** Takes a locker off the device, database and all. Whoever asks has made sure that nothing in it is unsent. */
export async function dropLocker(l: Locker): Promise<void> {
  await index.within(["lockers"], "readwrite", (at) => at("lockers").delete(l.id));
  const files = (await index.within(["files"], "readonly", (at) => at("files").getAll())).result as Kept[];
  for (const f of files) if (f.lockers.includes(l.id)) await release(f.sha256, l.id);
  await opened?.data.close();
  await erase(l.database);
}

/** Databases of lockers are alike. */
function data(name: string): Database {
  return database(name, 3, (asked, from) => { // a new store is a new version
    if (from === 1) { // works were of modules alone, and named by their exercise
      asked.transaction!.objectStore("works").getAll().onsuccess = ({ target }) => {
        asked.result.deleteObjectStore("works");
        const works = asked.result.createObjectStore("works", { keyPath: "place" });
        for (const w of (target as IDBRequest<{ exercise: string }[]>).result) works.add({ ...w, place: w.exercise });
      };
    }
    if (from > 0) clearBefore();
    for (const [name, key] of Object.entries(stores)) {
      if (!asked.result.objectStoreNames.contains(name)) asked.result.createObjectStore(name, key ? { keyPath: key } : {});
    }
  });
}

/** What was written in the app stood in the browser's own storage, before lockers had it: readable, whoever's it was. It goes, once; which of
 * it was the site's cannot be told. */
function clearBefore(): void {
  if (recall("exos.drafts", "") !== "") return;
  clearWritten();
  keep("exos.drafts", "locker");
}

let opened: { locker: Locker; data: Database; by: Opened | undefined } | undefined;

export const here = (): Locker | undefined => opened?.locker;
export const by = (): Opened | undefined => opened?.by;

const others = "BroadcastChannel" in globalThis ? new BroadcastChannel("biblio-exos-casiers") : undefined;

/** Opens a locker in this page, once. Windows that have another open close it. */
export function enter(l: Locker, key?: Opened): void {
  if (opened) throw new Error("a locker is open already");
  opened = { locker: l, data: data(l.database), by: key };
  sessionStorage.setItem("exos.casier", l.id);
  others?.postMessage(l.id);
  others?.addEventListener("message", ({ data }) => { if (data !== opened?.locker.id) close(); });
}

export const remembered = (): string | null => sessionStorage.getItem("exos.casier");

/** Closes the page's locker: all that is in memory goes with the page. */
export function close(): void {
  sessionStorage.removeItem("exos.casier");
  location.hash = "#/qui";
  location.reload();
}

/** What a closed locker's device signs with, read without its code. */
export async function handleOf(l: Locker): Promise<Self["key"] | undefined> {
  const db = data(l.database);
  const found = (await db.within(["self"], "readonly", (at) => at("self").get("self"))).result as Self | undefined;
  await db.close();
  return found?.key;
}

/** The open locker's records. Nothing is there while none is open. */
export async function read(store: Store, key: IDBValidKey): Promise<unknown> {
  if (!opened) return undefined;
  const found = (await opened.data.within([store], "readonly", (at) => at(store).get(key))).result as unknown;
  return unseal(opened.by, store, stores[store], key, found);
}

export async function readAll(store: Store): Promise<unknown[]> {
  if (!opened) return [];
  const found = (await opened.data.within([store], "readonly", (at) => at(store).getAll())).result as unknown[];
  return Promise.all(found.map((value) => unseal(opened!.by, store, stores[store], store, value)));
}

export interface Change { do: "put" | "add" | "delete"; store: Store; key: IDBValidKey; value?: unknown }

/** All or nothing. Records are sealed first: a transaction does not wait for that. */
export async function change(list: Change[]): Promise<void> {
  if (!opened) throw new Error("no locker is open");
  const key = opened.by;
  const ready = key ? await Promise.all(list.map(async (c) => c.do === "delete" ? c : { ...c, value: await seal(key, c.store, stores[c.store], c.key, c.value) })) : list;
  await opened.data.within([...new Set(list.map((c) => c.store))], "readwrite", (at) => {
    for (const c of ready) {
      const outside = stores[c.store] ? undefined : c.key;
      if (c.do === "delete") at(c.store).delete(c.key);
      else at(c.store)[c.do](c.value, outside);
    }
  });
}

/** Seals all records of the open locker by a key, or none: from now on it is written so. Other windows would write as before: they close. */
export async function reseal(key: Opened | undefined): Promise<void> {
  others?.postMessage("");
  await navigator.locks.request("biblio-exos-speak", () => navigator.locks.request("biblio-exos-acts", async () => {
    const list: Change[] = [];
    for (const store of Object.keys(stores) as Store[]) {
      const path = stores[store];
      for (const value of await readAll(store)) list.push({ do: "put", store, key: path ? (value as Record<string, IDBValidKey>)[path]! : "self", value });
    }
    opened!.by = key;
    if (list.length > 0) await change(list);
  }));
}

/** Notes that a locker keeps a file. */
export async function claim(sha256: string, locker: string): Promise<void> {
  await index.within(["files"], "readwrite", (at) => {
    const asked = at("files").get(sha256);
    asked.onsuccess = () => {
      const kept = (asked.result as Kept | undefined)?.lockers ?? [];
      if (!kept.includes(locker)) at("files").put({ sha256, lockers: [...kept, locker] } satisfies Kept);
    };
  });
}

/** Notes that it does not any more, and lets go of the file where nobody does. */
export async function release(sha256: string, locker: string): Promise<void> {
  let last = false;
  await index.within(["files"], "readwrite", (at) => {
    const asked = at("files").get(sha256);
    asked.onsuccess = () => {
      const kept = ((asked.result as Kept | undefined)?.lockers ?? []).filter((o) => o !== locker);
      last = kept.length === 0;
      if (last) at("files").delete(sha256);
      else at("files").put({ sha256, lockers: kept } satisfies Kept);
    };
  });
  if (last) await (await files()).delete(`/fichiers/${sha256}`);
}

export const files = (): Promise<Cache> => caches.open("biblio-exos-files");

export const farewells = async (): Promise<Farewell[]> => (await index.within(["farewells"], "readonly", (at) => at("farewells").getAll())).result as Farewell[];
export const putFarewell = async (f: Farewell): Promise<void> => { await index.within(["farewells"], "readwrite", (at) => at("farewells").put(f)); };
export const dropFarewell = async (device: string): Promise<void> => { await index.within(["farewells"], "readwrite", (at) => at("farewells").delete(device)); };
