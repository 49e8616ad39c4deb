// What is kept on the device. A browser that keeps nothing (private, full) still answers: the page remembers for as long as it lives.

/** Where what is kept is. It is read at once. */
export interface Shelf {
  get(key: string): string | null;
  set(key: string, text: string): void;
  delete(key: string): void;
  keys(): string[];
}

const memory = new Map<string, string>();

const browser: Shelf = {
  get: (key) => memory.get(key) ?? localStorage.getItem(key),
  set(key, text) {
    try {
      localStorage.setItem(key, text);
      memory.delete(key);
    } catch {
      memory.set(key, text);
    }
  },
  delete(key) {
    memory.delete(key);
    try { localStorage.removeItem(key); } catch { /* nothing was kept */ }
  },
  keys() {
    const all = [...memory.keys()];
    try { all.push(...Object.keys(localStorage)); } catch { /* nothing was kept */ }
    return all;
  },
};

// What is written and not answered yet: the player's drafts, strokes, and what interactions remember of themselves.
const written = /^exos\.(draft|ink|state)\./;
let writing = browser;

/** Has what is written kept elsewhere from now on (script/app/drafts.ts). */
export function keepWrittenIn(other: Shelf): void { writing = other; }

const shelfOf = (key: string): Shelf => written.test(key) ? writing : browser;

export function recall<T>(key: string, otherwise: T): T {
  try {
    const text = shelfOf(key).get(key);
    return text === null ? otherwise : (JSON.parse(text) as T);
  } catch {
    return otherwise;
  }
}

export function keep(key: string, value: unknown): void { shelfOf(key).set(key, JSON.stringify(value)); }

export function forget(key: string): void { shelfOf(key).delete(key); }

/** All keys that begin so. */
export const keysOf = (prefix: string): string[] => shelfOf(prefix).keys().filter((k) => k.startsWith(prefix));

/** Takes what is written out of the browser's own storage, whoever wrote it. */
export function clearWritten(): void { browser.keys().filter((k) => written.test(k)).forEach((k) => { browser.delete(k); }); }
