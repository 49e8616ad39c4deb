// What the app shows: drawn here, for the server may be out of reach. Words and icons come with the page.
import { type Book, type Found, type Paper, type Piece, type Work, placeOf } from "./db";
import { right } from "./scorer";
import { idOf, pieces } from "./server";
import { word } from "../words";

type Child = Node | string | undefined;

/** An element, its attributes and what is in it. */
export function h(name: string, attributes: Record<string, string | undefined> = {}, ...children: Child[]): HTMLElement {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== undefined) made.setAttribute(key, value);
  made.append(...children.filter((c): c is Node | string => c !== undefined && c !== ""));
  return made;
}

export function icon(name: string): Node {
  return document.querySelector<HTMLTemplateElement>("[data-icons]")!.content.querySelector(`[data-icon=${name}] > *`)!.cloneNode(true);
}

/** « 1,9 Go », « 42 Mo », « 310 ko ». */
export function size(n: number): string {
  for (const [unit, one] of [["giga", 1e9], ["mega", 1e6]] as const) {
    if (n >= one) return word(`size.${unit}`, { n: (n / one).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 }) });
  }
  return word("size.kilo", { n: Math.ceil(n / 1e3).toLocaleString(document.documentElement.lang) });
}

export function button(text: string, do_: string, more: { icon?: string; main?: boolean; of?: string; value?: string } = {}): HTMLElement {
  return h("button", { type: "button", "data-do": do_, "data-value": more.value, class: more.main ? "btn-primary" : undefined },
    more.icon ? icon(more.icon) : undefined, text, more.of ? h("span", { class: "sr" }, ` ${more.of}`) : undefined);
}

export function message(text: string, tone = "", name = "info", ...more: Child[]): HTMLElement {
  return h("div", { class: `msg${tone && ` msg-${tone}`}` }, icon(name), h("div", {}, h("p", {}, text), ...more));
}

/** « 12 réponses pas encore envoyées » */
export const counted = (n: number): string => n === 1 ? word("unsent.one") : word("unsent.many", { n });

/** The same as a message, with what may be done about it. */
export function counter(n: number): HTMLElement | undefined {
  if (n === 0) return undefined;
  const made = message(counted(n), "amber", "cloud-off",
    h("p", { class: "small" }, word("unsent.how")),
    h("p", { class: "row mt-1" }, button(word("send"), "send", { icon: "cloud-upload" }), h("a", { class: "btn", href: "#/remettre" }, icon("file-up"), word("hand"))));
  made.dataset["counter"] = "";
  return made;
}

/** Says what was set aside, and what may be done about it. */
export function asideNote(n: number): HTMLElement | undefined {
  if (n === 0) return undefined;
  return message(n === 1 ? word("aside.one") : word("aside.many", { n }), "amber", "info",
    h("p", { class: "small" }, word("aside.how")), h("p", { class: "mt-1" }, h("a", { class: "btn", href: "#/remettre" }, icon("file-up"), word("hand"))));
}

/** The door of a device that is nobody's yet, or no more. */
export function door(trouble?: string, lead = word("door")): HTMLElement {
  const form = h("form", { "data-code": "" },
    h("label", { for: "code" }, word("code")),
    h("input", { id: "code", name: "code", required: "", autocomplete: "off", autocapitalize: "characters", spellcheck: "false", ...(trouble ? { "aria-invalid": "true", "aria-describedby": "code-trouble" } : {}) }),
    trouble ? h("p", { id: "code-trouble", class: "error" }, trouble) : undefined,
    h("p", { class: "mt-2" }, h("button", { class: "btn-primary" }, word("open"))));
  return h("div", { class: "stack" }, h("p", {}, lead), h("p", {}, h("a", { href: "/hors-ligne" }, word("door.page"))), form);
}

/** One thing that is here: whether it opens, and what is said of it. */
export interface Line { pack: Book | Paper; open: boolean; said: string; working: boolean }

/** What is here, and what could be: homework first. */
export function shelf(before: Child, here: Line[], more: { id: string; title: string; said: string; what: string }[], storage: string, count: number): HTMLElement {
  const list = h("ul", { class: "plain lines away" });
  for (const { pack, open, said, working } of here) {
    const total = pieces(pack);
    const got = total.filter((p) => pack.got.includes(p.sha256));
    const [have, need] = [got, total].map((parts) => parts.reduce((sum, p) => sum + p.size, 0)) as [number, number];
    const changed = "homework" in pack && pack.taken !== pack.version;
    const ready = got.length === total.length && !changed;
    const share = total.length ? Math.round((got.length / total.length) * 100) : 0;
    const of = { of: pack.title, value: idOf(pack) };
    list.append(h("li", {},
      h("div", { class: "line-name" },
        h("h3", {}, open ? h("a", { href: `#/${idOf(pack)}` }, pack.title) : pack.title),
        said ? h("p", { class: "small" }, said) : undefined,
        h("p", { class: `small st${ready ? " st-green" : ""}` }, ready ? icon("check") : undefined,
          ready ? word("ready", { size: size(need) }) : changed ? word("work.changed") : word("partly", { got: size(have), need: size(need) })),
        ready ? undefined : h("progress", { max: "100", value: String(share), "aria-label": word("progress", { title: pack.title }) })),
      h("div", { class: "row" },
        ready ? undefined : working ? button(word("pause"), "pause", { icon: "pause", ...of }) : button(word(changed ? "work.renew" : "resume"), "homework" in pack ? "work" : "get", { icon: "download", ...of }),
        button(word("remove"), "remove", { icon: "trash-2", ...of }))));
  }
  const others = h("ul", { class: "plain lines away" });
  for (const o of more) {
    others.append(h("li", {}, h("div", { class: "line-name" }, h("h3", {}, o.title), o.said ? h("p", { class: "small" }, o.said) : undefined),
      button(word("get"), o.what, { icon: "download", of: o.title, value: o.id })));
  }
  return h("div", { class: "stack" }, before, counter(count),
    h("section", { class: "panel", "aria-labelledby": "h-here" }, h("h2", { id: "h-here" }, word("here")), here.length ? list : h("p", { class: "muted" }, word("here.none")),
      h("p", { class: "small muted mt-2" }, storage)),
    more.length ? h("section", { class: "panel", "aria-labelledby": "h-more" }, h("h2", { id: "h-more" }, word("more")), others) : undefined);
}

/** The exercises of a module or a homework, as they are on this device; done is how many of them were answered here. */
export function contents(pack: Book | Paper, works: Map<string, Work>, count: number, done: number): HTMLElement {
  const parts: Child[] = [counter(count)];
  const all = pack.exercises.filter((e) => e.sha256).length;
  const receipt = h("a", { class: "btn", href: `#/${idOf(pack)}/recu` }, icon("receipt-text"), word("receipt.show"));
  if (done > 0 && done >= all) parts.push(message(word("receipt.done"), "green", "circle-check", h("p", { class: "mt-1" }, receipt)));
  else if (done > 0) parts.push(h("p", {}, receipt));
  if ("homework" in pack) parts.push(...changes(pack, works), h("p", {}, `${pack.mode} · ${pack.due}`));
  let section: string | undefined;
  let list: HTMLElement | undefined;
  for (const e of pack.exercises) {
    if (e.section !== section || !list) {
      section = e.section;
      list = h("ol", { class: "plain lines away" });
      parts.push(h("section", { class: "panel" }, section ? h("h2", {}, section) : undefined, list));
    }
    const here = e.sha256 && pack.got.includes(e.sha256);
    const name = word("exercise", { n: e.number, title: e.title });
    list.append(h("li", {}, h("div", { class: "line-name" }, here ? h("a", { href: `#/${idOf(pack)}/${e.number}` }, name) : name,
      e.online ? h("p", { class: "small muted" }, e.online) : undefined), state(works.get(placeOf(e.exercise, "homework" in pack ? pack.homework : "")))));
  }
  return h("div", { class: "stack" }, ...parts);
}

/** What of a homework is not as it was when this device took it along, or when something was done in it here. */
function changes(pack: Paper, works: Map<string, Work>): Child[] {
  const changed = pack.taken !== pack.version
    ? message(word("work.changed"), "amber", "info", h("p", { class: "mt-1" }, button(word("work.renew"), "work", { icon: "download", of: pack.title, value: pack.homework })))
    : undefined;
  const removed = [...works.values()].filter((w) => w.homework === pack.homework && w.tries > 0 && !pack.exercises.some((e) => e.exercise === w.exercise)).length;
  return [changed, removed === 0 ? undefined : message(removed === 1 ? word("work.removed.one") : word("work.removed.many", { n: removed }), "", "info")];
}

/** Where the work at an exercise stands, as far as this device knows. */
export function state(work: Work | undefined): HTMLElement | undefined {
  if (!work || work.tries === 0) return undefined;
  if (work.waiting && work.found) return h("span", { class: `st ${right(work.found) ? "st-green" : "st-amber"}` }, icon("cloud-off"), word("found.short", points(work.found)));
  if (work.waiting) return h("span", { class: "st st-amber" }, icon("cloud-off"), word("kept"));
  if (work.text) return h("span", { class: "st st-amber" }, icon("info"), word("aside"));
  const said = work.said;
  if (!said || said.veiled || !said.scored) return h("span", { class: "st st-green" }, icon("check"), word("sent"));
  return h("span", { class: `st${said.right ? " st-green" : ""}` }, said.right ? icon("check") : undefined, word("points", points(said)));
}

const decimal = (n: number): string => n.toLocaleString(document.documentElement.lang, { maximumFractionDigits: 2 });
const points = (of: Found): { earned: string; most: string } => ({ earned: decimal(of.score), most: decimal(of.max) });

/** What is around an exercise. */
export function frame(pack: Book | Paper, piece: Piece, sheet: HTMLElement, said: HTMLElement, count: number): HTMLElement {
  const neighbours = pack.exercises.filter((e) => e.sha256 && pack.got.includes(e.sha256));
  const at = neighbours.findIndex((e) => e.exercise === piece.exercise);
  const link = (e: Piece | undefined, rel: string, name: string): HTMLElement | undefined =>
    e && h("a", { class: "btn btn-quiet", rel, href: `#/${idOf(pack)}/${e.number}` }, name === "arrow-left" ? icon(name) : undefined, ` ${word("exercise.n", { n: e.number })} `, name === "arrow-right" ? icon(name) : undefined);
  return h("div", { class: "ex" },
    h("div", { class: "progress-row" }, h("span", { class: "nowrap" }, word("place", { n: piece.number, total: pack.exercises.length })), h("span", { class: "push st st-green save", "data-save": "", role: "status" })),
    sheet, h("div", { "data-work": "" }, said),
    h("nav", { class: "row neighbours", "aria-label": word("neighbours") }, link(neighbours[at - 1], "prev", "arrow-left"), link(neighbours[at + 1], "next", "arrow-right")),
    counter(count));
}

/** What is said of an answer that was given here, in an attempt of so many tries. */
export function after(work: Work | undefined, tries: number): HTMLElement {
  if (!work || work.tries === 0) return h("div");
  if (work.text) return message(work.text, "amber");
  if (work.waiting && work.found) return provisional(work, work.found, tries);
  if (work.waiting) return message(word(work.homework ? "work.given" : "given"), "", "cloud-off", work.homework ? h("p", { class: "small" }, word("work.when", { at: moment(work.at) })) : undefined);
  const { said, found } = work;
  const told = said?.late ? "late" : said?.certainty;
  const late = told ? h("p", { class: "small" }, word(`work.${told}`)) : undefined;
  if (said?.veiled) return message(word("work.veiled"), "green", "check", late);
  if (said?.scored && found && found.score !== said.score) return message(word("found.other", { ...points(said), found: decimal(found.score) }), "amber", "info", late);
  return message(word("given.sent"), "green", "check", state(work), late);
}

export const moment = (at: string): string => new Date(at).toLocaleString(document.documentElement.lang, { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" });

/** What the device itself found, and that it is not the mark. */
function provisional(work: Work, found: Found, tries: number): HTMLElement {
  const left = tries - work.tries;
  const again = work.over ? undefined : h("p", {}, left === 1 ? word("found.again.one") : word("found.again.many", { n: left }));
  const wait = h("p", { class: "small" }, word("found.wait"));
  return right(found)
    ? message(`${word("found.right")} ${word("found", points(found))}`, "green", "circle-check", wait)
    : message(word("found", points(found)), "amber", "lightbulb", again, wait);
}

/** What a receipt shows. */
export interface Shown { count: number; of: number; at: string; typed: string; picture: Node; waiting: number }

/** A receipt: whether all is there, the code in both its forms, and what it proves. */
export function receipt({ count, of, at, typed, picture, waiting }: Shown): HTMLElement {
  const state = waiting === 0
    ? message(word("receipt.whole"), "green", "circle-check")
    : message(waiting === 1 ? word("receipt.waits.one") : word("receipt.waits.many", { n: waiting }), "amber", "cloud-off",
      h("p", { class: "mt-1" }, h("a", { class: "btn", href: "#/remettre" }, icon("file-up"), word("hand"))));
  const groups = typed.match(/.{5}/g) ?? [];
  return h("div", { class: "stack" }, state,
    h("section", { class: "panel receipt", "aria-labelledby": "h-code" },
      h("div", {}, h("h2", { id: "h-code" }, word("receipt.code")),
        h("p", {}, count === 1 ? word("receipt.count.one", { of }) : word("receipt.count.many", { n: count, of }), " ", word("receipt.at", { at: moment(at) })),
        typed ? h("p", { class: "join-code code-groups", translate: "no" }, ...groups.flatMap((g) => [h("span", {}, g), " "])) : h("p", { class: "muted" }, word("receipt.untyped")),
        h("p", { class: "small" }, word("receipt.how"))),
      picture),
    h("section", { class: "panel", "aria-labelledby": "h-proves" }, h("h2", { id: "h-proves" }, word("receipt.proves")),
      h("ul", {}, ...["here", "clock", "right", "name"].map((what) => h("li", {}, word(`receipt.proves.${what}`))))));
}

/** Where a file for a teacher is made: before, and after. made is the file's name and size, told in words. aside: answers that are set
 * aside, which the file has as well. */
export function hand(count: number, aside: number, ready: boolean, made?: string, ...more: Child[]): HTMLElement {
  if (count + aside === 0) return message(word("hand.none"), "green", "circle-check");
  if (!ready) return message(word("hand.unready"), "amber");
  return h("div", { class: "stack" },
    h("section", { class: "panel", "aria-labelledby": "h-hand" }, h("h2", { id: "h-hand" }, word("hand.title")),
      count > 0 ? h("p", {}, counted(count), ". ", word("hand.what")) : undefined,
      aside > 0 ? h("p", {}, aside === 1 ? word("aside.one") : word("aside.many", { n: aside }), " ", word("hand.aside")) : undefined,
      h("ol", {}, ...["make", "give", "keep"].map((step) => h("li", {}, word(`hand.step.${step}`)))),
      h("p", { class: "row mt-2" }, button(word("hand.make"), "hand", { icon: "file-down", main: true }), ...more),
      h("div", { role: "status" }, made ? message(made, "green", "circle-check") : undefined)),
    h("p", { class: "small muted" }, word("hand.sealed")));
}
