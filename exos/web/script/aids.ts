// Reading aids (« aides à la lecture »): text and spacing change at once, and are remembered by the address that the form posts to;
// the ruler lights the line under the hand or with the focus; the browser's own voice reads aloud.
import { word } from "./words";

const sheet = (): HTMLElement | null => document.querySelector<HTMLElement>(".ex");

export function offerAids(): void {
  const aids = document.querySelector<HTMLElement>("[data-aids]");
  if (!aids) return;
  for (const form of aids.querySelectorAll("form")) {
    form.addEventListener("submit", (event) => {
      const by = (event as SubmitEvent).submitter as HTMLButtonElement | null;
      if (!by) return;
      event.preventDefault();
      choose(by, form);
      void keep(form.action);
    });
  }
  const listen = aids.querySelector<HTMLButtonElement>("[data-listen]");
  if (listen) new Voice(listen);
  new Ruler();
}

/** What is to be remembered next, and whether a message is on its way. */
let wanted: { address: string; aids: string } | null = null;
let sending = false;

/**
 * Remembers the aids as they now are, one message after the other: two on their way at once may be answered in either order, and the
 * browser may hear of an abort later than of the answer.
 */
async function keep(address: string): Promise<void> {
  wanted = { address, aids: letters() };
  if (sending) return;
  sending = true;
  addEventListener("pagehide", send);
  while (wanted) await send();
  removeEventListener("pagehide", send);
  sending = false;
}

/** Sends what is wanted, if anything still is. A failure is passed over: the page has changed anyway. */
async function send(): Promise<void> {
  if (!wanted) return;
  const { address, aids } = wanted;
  wanted = null;
  await fetch(address, { method: "POST", body: new URLSearchParams({ aids }), redirect: "manual", keepalive: true }).catch(() => undefined);
}

/** The aids of the page, as the server's cookie writes them. */
function letters(): string {
  const ex = sheet()!;
  const size = Number(ex.dataset["size"] ?? 0);
  return (size ? String(size) : "") + ["wide", "easy", "ruler"].filter((aid) => ex.hasAttribute(`data-${aid}`)).map((aid) => aid[0]).join("");
}

function choose(by: HTMLButtonElement, form: HTMLFormElement): void {
  const size = /^size-(\d)$/.exec(by.value);
  if (size) {
    sheet()!.dataset["size"] = size[1]!;
    for (const button of form.querySelectorAll<HTMLButtonElement>("button[value^=size-]")) button.setAttribute("aria-pressed", String(button === by));
    return;
  }
  const on = sheet()!.toggleAttribute(`data-${by.value}`);
  by.setAttribute("aria-pressed", String(on));
  document.dispatchEvent(new Event("exos:ruler"));
}

/** A band of light that follows the pointer, the finger and the focus; Alt with an arrow moves it by a line. */
class Ruler {
  private readonly band = document.createElement("div");
  private at = innerHeight / 3;

  constructor() {
    this.band.className = "ruler";
    this.band.hidden = true;
    this.band.setAttribute("aria-hidden", "true");
    document.body.append(this.band);
    document.addEventListener("exos:ruler", () => { this.show(); });
    document.addEventListener("pointermove", (e) => { this.move(e.clientY); }, { passive: true });
    document.addEventListener("pointerdown", (e) => { this.move(e.clientY); }, { passive: true });
    document.addEventListener("focusin", (e) => {
      const box = (e.target as Element).getBoundingClientRect();
      if (box.height > 0 && box.height < innerHeight / 2) this.move(box.top + box.height / 2);
    });
    document.addEventListener("keydown", (e) => {
      const way = { ArrowUp: -1, ArrowDown: 1 }[e.key];
      if (!way || !e.altKey || this.band.hidden) return;
      e.preventDefault();
      this.move(Math.min(Math.max(this.at + way * this.line(), 0), innerHeight));
    });
    this.show();
  }

  private line(): number { return parseFloat(getComputedStyle(document.querySelector("[data-body]")!).lineHeight) || 32; }

  private show(): void {
    this.band.hidden = !sheet()?.hasAttribute("data-ruler");
    this.move(this.at);
  }

  private move(y: number): void {
    this.at = y;
    if (this.band.hidden) return;
    const height = this.line() * 1.6;
    this.band.style.height = `${height}px`;
    this.band.style.top = `${y - height / 2}px`;
  }
}

/** What is read: the title, then each piece of the exercise in the order of the page, a gap as such. */
export function pieces(): { element: Element; text: string }[] {
  const form = document.querySelector("form[data-player]");
  if (!form) return [];
  const blocks = [...form.querySelectorAll("#q-title, .q-body :is(p, li, .prompt, .choice, .box, td, th, figcaption, h3, h4, summary, .tiles button), [data-said] .msg")];
  return blocks.filter((b) => !blocks.some((other) => other !== b && b.contains(other)) && !b.closest("[hidden]")).map((element) => ({ element, text: textOf(element) })).filter((p) => p.text);
}

function textOf(element: Element): string {
  let out = "";
  const walk = (node: Node): void => {
    if (node instanceof Text) { out += node.data; return; }
    if (!(node instanceof Element) || node.matches("svg, option, [aria-hidden=true], noscript, template, iframe")) return;
    if (node.matches("select, input:not([type=hidden], [type=radio], [type=checkbox]), textarea")) { out += ` ${word("listen.gap")} `; return; }
    if (node.matches(".ans > label")) return; // the gap's name, said as a gap
    if (node instanceof HTMLImageElement) { out += ` ${node.alt} `; return; }
    node.childNodes.forEach(walk);
  };
  walk(element);
  return out.replace(/\s+/g, " ").trim();
}

class Voice {
  constructor(private readonly button: HTMLButtonElement) {
    if (!("speechSynthesis" in window)) {
      button.disabled = true;
      button.title = word("listen.none");
      return;
    }
    speechSynthesis.cancel(); // of the page before
    addEventListener("pagehide", () => { speechSynthesis.cancel(); });
    button.addEventListener("click", () => {
      if (button.getAttribute("aria-pressed") === "true") this.stop();
      else this.start();
    });
  }

  private start(): void {
    const all = pieces();
    this.button.setAttribute("aria-pressed", "true");
    const lang = document.querySelector(".q-body[lang]")?.getAttribute("lang") ?? document.documentElement.lang;
    all.forEach(({ element, text }, i) => {
      const said = new SpeechSynthesisUtterance(text);
      said.lang = element.closest("[lang]")?.getAttribute("lang") ?? lang;
      said.rate = 0.9;
      said.onstart = () => { this.mark(element); };
      said.onend = () => { if (i === all.length - 1) this.stop(); };
      speechSynthesis.speak(said);
    });
    if (all.length === 0) this.stop();
  }

  private stop(): void {
    speechSynthesis.cancel();
    this.button.setAttribute("aria-pressed", "false");
    this.mark(null);
  }

  private mark(element: Element | null): void {
    document.querySelectorAll(".is-read").forEach((e) => { e.classList.remove("is-read"); });
    element?.classList.add("is-read");
  }
}
