// The page's side of a publisher's own interaction. The frame says what is answered; it stands in hidden fields, as any other answer.
// What the interaction remembers of itself (its state) goes to the server with the answer; until then it is kept on the device.
// Messages are believed of the frame's own window alone.
import type { Said } from "./pci";
import { forget, keep, recall } from "./store";
import { word } from "./words";

type Message = { pci: "ready" | "begun" } | { pci: "response"; state: string | null } & Said | { pci: "height"; px: number } | { pci: "refused"; need: string };

const patience = 1000; // milliseconds for a frame to answer
const mostState = 32_000; // characters that are kept with an answer

const portables = new WeakMap<Element, Portable>();

export function livenPortables(root: ParentNode, key: string): void {
  for (const box of root.querySelectorAll<HTMLElement>("[data-portable]")) {
    if (!portables.has(box)) portables.set(box, new Portable(box, `${key}.${box.dataset["portable"]!}`));
  }
}

/** Asks every frame for its last word. */
export async function askPortables(form: HTMLFormElement): Promise<void> {
  await Promise.all([...form.querySelectorAll("[data-portable]")].map((box) => portables.get(box)?.ask()));
}

/** Puts a draft back. */
export function refill(form: HTMLFormElement, response: string, draft: Said): void {
  const box = form.querySelector(`[data-portable="${CSS.escape(response)}"]`);
  if (box) portables.get(box)?.set(draft);
}

/** The fields of a record, as they stand in the form. */
export function fieldsOf(box: Element): Said["fields"] {
  const start = `n.${(box as HTMLElement).dataset["portable"]!}.`;
  return [...box.querySelectorAll<HTMLInputElement>("[data-values] input")].filter((i) => i.name.startsWith(start)).map((i) => ({ name: i.name.slice(start.length), value: i.value }));
}

/** What an interaction remembers of itself, to be kept with its answer; "" where it is nothing. */
export function stateIn(form: HTMLFormElement, response: string): string {
  return form.querySelector<HTMLInputElement>(`[name="s.${CSS.escape(response)}"]`)?.value ?? "";
}

class Portable {
  private readonly frame: HTMLIFrameElement;
  private waiting: (() => void) | null = null;
  private state: string;

  constructor(private readonly box: HTMLElement, private readonly key: string) {
    this.frame = box.querySelector("iframe")!;
    this.state = recall(key, box.querySelector<HTMLInputElement>("[name^='s.']")?.value ?? "");
    addEventListener("message", (event) => { if (event.source && event.source === this.frame.contentWindow) this.hear(event.data as Message); });
    this.post({ pci: "hello" }); // it may have been ready before us
  }

  private post(message: object): void { this.frame.contentWindow?.postMessage(message, "*"); } // to nobody's origin: no other can be named

  private said(): Said {
    const values = [...this.box.querySelectorAll<HTMLInputElement>("[data-values] input[name^='r.']")].map((i) => i.value);
    return { values, fields: fieldsOf(this.box) };
  }

  set({ values, fields }: Said): void {
    const response = this.box.dataset["portable"]!;
    const all = [...values.map((value) => ({ name: `r.${response}`, value })), ...fields.map((f) => ({ name: `n.${response}.${f.name}`, value: f.value }))];
    if (this.state) all.push({ name: `s.${response}`, value: this.state });
    this.box.querySelector("[data-values]")!.replaceChildren(...all.map((one) => Object.assign(document.createElement("input"), { type: "hidden", ...one })));
  }

  private hear(m: Message): void {
    switch (m.pci) {
      case "ready":
        return this.post({ pci: "begin", ...this.said(), state: this.state || null, status: this.box.dataset["status"] });
      case "response": {
        const before = JSON.stringify(this.said());
        this.remember(m.state);
        this.set({ values: m.values.map(String), fields: m.fields.map((f) => ({ name: String(f.name), value: String(f.value) })).sort((a, b) => (a.name < b.name ? -1 : 1)) });
        const changed = JSON.stringify(this.said()) !== before;
        if (changed) this.box.dispatchEvent(new Event("input", { bubbles: true }));
        this.waiting?.();
        return;
      }
      case "height":
        this.frame.style.height = `${Math.min(Math.max(Number(m.px) || 0, this.frame.offsetHeight), 1600)}px`; // it grows, and never shrinks under the hand
        return;
      case "refused": {
        this.tell(word("portable.refused", { need: String(m.need).slice(0, 200) }));
        this.waiting?.();
        return;
      }
      case "begun":
    }
  }

  private remember(state: string | null): void {
    if (state === null || String(state) === this.state) return;
    if (String(state).length > mostState) return this.tell(word("portable.large"));
    this.state = String(state);
    if (this.state) keep(this.key, this.state);
    else forget(this.key);
  }

  private tell(sentence: string): void {
    const line = this.box.querySelector<HTMLElement>("[data-refused]")!;
    line.hidden = false;
    line.textContent = sentence;
  }

  ask(): Promise<void> {
    return new Promise((resolve) => {
      this.waiting = resolve;
      setTimeout(resolve, patience);
      this.post({ pci: "ask" });
    });
  }
}
