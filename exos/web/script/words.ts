// The page's sentences, in the reader's language: the script has none of its own.
interface Word { name: string; text: string }

let words: Map<string, string> | undefined;

export function word(name: string, values: Record<string, string | number> = {}): string {
  words ??= new Map((JSON.parse(document.querySelector("[data-sentences]")?.textContent ?? "[]") as Word[]).map((w) => [w.name, w.text]));
  return (words.get(name) ?? "").replace(/\{(\w+)\}/g, (_, key: string) => String(values[key] ?? ""));
}

/** Speaks through the page's one live region. */
export function say(sentence: string): void {
  document.dispatchEvent(new CustomEvent("say", { detail: sentence }));
}
