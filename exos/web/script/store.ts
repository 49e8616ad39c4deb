// What is kept on the device. A browser that keeps nothing (private, full) still answers: the page remembers for as long as it lives.
const memory = new Map<string, string>();

export function recall<T>(key: string, otherwise: T): T {
  try {
    const text = memory.get(key) ?? localStorage.getItem(key);
    return text === null ? otherwise : (JSON.parse(text) as T);
  } catch {
    return otherwise;
  }
}

export function keep(key: string, value: unknown): void {
  const text = JSON.stringify(value);
  try {
    localStorage.setItem(key, text);
    memory.delete(key);
  } catch {
    memory.set(key, text);
  }
}

export function forget(key: string): void {
  memory.delete(key);
  try { localStorage.removeItem(key); } catch { /* nothing was kept */ }
}

/** All keys that begin so. */
export function keysOf(prefix: string): string[] {
  const all = [...memory.keys()];
  try { all.push(...Object.keys(localStorage)); } catch { /* nothing was kept */ }
  return all.filter((k) => k.startsWith(prefix));
}
