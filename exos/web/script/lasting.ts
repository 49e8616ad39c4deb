// What waits to be sent, a second time, on the disk. localStorage is read and written at once, and reaches the disk seconds later: what a page
// said to be kept would be gone with a browser that is killed meanwhile. Where the browser gives no database, there is localStorage alone.
import { type Database, database } from "./app/idb";

interface Kept { key: string; value: unknown }

let base: Database | undefined;
const opened = (): Database => (base ??= database("exos-attente", 1, ({ result }) => { result.createObjectStore("kept", { keyPath: "key" }); }));

/** Keeps a value by its key, and returns once it is on the disk, or cannot be. */
export async function last(key: string, value: unknown): Promise<void> {
  try { await opened().within(["kept"], "readwrite", (at) => at("kept").put({ key, value } satisfies Kept)); } catch { /* as before */ }
}

/** Lets go of it. What comes back all the same, for the browser was killed at once, is sent again by its id, and counts once. */
export function pass(key: string): void {
  try { void opened().within(["kept"], "readwrite", (at) => at("kept").delete(key)).catch(() => undefined); } catch { /* there is none */ }
}

/** All that is kept by keys that begin so. */
export async function lasting(prefix: string): Promise<Kept[]> {
  try {
    const all = await opened().within(["kept"], "readonly", (at) => at("kept").getAll(IDBKeyRange.bound(prefix, `${prefix}\uffff`)));
    return all.result as Kept[];
  } catch {
    return [];
  }
}
