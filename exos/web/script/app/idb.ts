// A database of the browser's, opened when it is first asked.
export interface Database {
  /** Runs f in one transaction, and returns what it returns once all is on the disk. */
  within<T>(names: string[], mode: IDBTransactionMode, f: (at: (name: string) => IDBObjectStore) => T): Promise<T>;
  close(): Promise<void>;
}

export function database(name: string, version: number, upgrade: (asked: IDBOpenDBRequest, from: number) => void): Database {
  let opened: Promise<IDBDatabase> | undefined;
  const open = (): Promise<IDBDatabase> => (opened ??= new Promise((done, fail) => {
    const asked = indexedDB.open(name, version);
    asked.onupgradeneeded = ({ oldVersion }) => { upgrade(asked, oldVersion); };
    asked.onsuccess = () => {
      asked.result.onversionchange = () => { // another window has a newer app, or lets go of it: it does not wait for this one
        asked.result.close();
        opened = undefined;
      };
      done(asked.result);
    };
    asked.onerror = () => { fail(asked.error); };
  }));
  return {
    async within(names, mode, f) {
      const db = await open();
      return new Promise((done, fail) => {
        const tx = db.transaction(names, mode, { durability: "strict" });
        const out = f((store) => tx.objectStore(store));
        tx.oncomplete = () => { done(out); };
        tx.onabort = tx.onerror = () => { fail(tx.error); };
      });
    },
    async close() {
      (await opened)?.close();
      opened = undefined;
    },
  };
}

export const erase = (name: string): Promise<void> => new Promise((done, fail) => {
  const asked = indexedDB.deleteDatabase(name);
  asked.onsuccess = () => { done(); };
  asked.onerror = () => { fail(asked.error); };
});
