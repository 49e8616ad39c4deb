// What the app shows of lockers: whose is to be opened, by what code, and one's own.
import { type Locker, pictures } from "./locker";
import type { Tried } from "./lock";
import type { Lock } from "./vault";
import { asideNote, button, counted, h, icon, message } from "./view";
import { word } from "../words";

/** What a locker is called: as its pupil likes, or by its place. */
export const nameOf = (l: Locker, all: Locker[]): string => l.name ?? word("locker.n", { n: all.findIndex((o) => o.id === l.id) + 1 });

/** « Qui travaille ? » */
export function chooser(all: Locker[], said?: HTMLElement): HTMLElement {
  const list = h("ul", { class: "plain lockers" });
  for (const l of all) {
    list.append(h("li", {}, h("button", { type: "button", "data-do": "choose", "data-value": l.id }, icon(l.picture),
      h("span", { class: "line-name" }, h("span", { class: "strong" }, nameOf(l, all)),
        l.lock ? h("span", { class: "small st" }, icon("lock"), word("locker.locked")) : undefined,
        l.unsent > 0 ? h("span", { class: "small st st-amber" }, icon("cloud-off"), counted(l.unsent)) : undefined))));
  }
  return h("div", { class: "stack" }, said, h("p", {}, word("locker.lead")), list,
    h("p", {}, button(word("locker.add"), "add", { icon: "plus" })));
}

/** What is said of a code that did not open. */
export function refusal(tried: Exclude<Tried, "open">): string {
  if (typeof tried === "string") return word(`locker.${tried}`);
  if ("left" in tried) return tried.left === 1 ? word("locker.left.one") : word("locker.left.many", { n: tried.left });
  return word("locker.wait", { n: Math.ceil(tried.wait) });
}

/** The form that opens a locker. */
export function codeForm(l: Locker, name: string, trouble?: string, more?: HTMLElement): HTMLElement {
  return h("div", { class: "stack" },
    h("p", {}, h("a", { href: "#/qui" }, word("locker.others"))), more,
    h("form", { "data-unlock": l.id, class: "panel locker-code" }, h("p", { class: "row row-2" }, icon(l.picture), h("strong", {}, name)), l.lock!.kind === "digits" ? digits("code", word("locker.code"), trouble) : pad("code", word("locker.pictures"), trouble),
      h("p", { class: "mt-2 row" }, h("button", { class: "btn-primary" }, word("open")), button(word("locker.forgot"), "forgot", { value: l.id }))));
}

function digits(name: string, label: string, trouble?: string): HTMLElement {
  const id = `digits-${name}`;
  return h("div", {}, h("label", { for: id }, label),
    h("input", { id, name, type: "password", inputmode: "numeric", autocomplete: "off", maxlength: "6", size: "8", ...(trouble ? { "aria-invalid": "true", "aria-describedby": `${id}-trouble` } : {}) }),
    trouble ? h("p", { id: `${id}-trouble`, class: "error", role: "alert" }, trouble) : undefined);
}

const most = 4; // pictures in a code

/** Pictures that are pressed in an order. */
function pad(name: string, legend: string, trouble?: string): HTMLElement {
  const keys = h("div", { class: "pad" });
  for (const p of pictures) keys.append(h("button", { type: "button", "data-pick": p }, icon(p), h("span", { class: "sr" }, word(`picture.${p}`))));
  return h("fieldset", { "data-pad": "" }, h("legend", {}, legend), h("input", { type: "hidden", name }), keys,
    h("p", { class: "row row-2 mt-1" }, h("span", { class: "small", role: "status" }, picked(0)), button(word("locker.erase"), "erase")),
    trouble ? h("p", { class: "error", role: "alert" }, trouble) : undefined);
}

const picked = (n: number): string => word("locker.picked", { n });

/** Presses a picture of a pad, or takes all back. */
export function press(at: Element): boolean {
  const box = at.closest<HTMLElement>("[data-pad]");
  const picture = at.closest<HTMLElement>("[data-pick]")?.dataset["pick"];
  const erase = at.closest("[data-do=erase]");
  if (!box || (!picture && !erase)) return false;
  const field = box.querySelector<HTMLInputElement>("input[type=hidden]")!;
  const now = picture ? [...field.value.split(" ").filter(Boolean), picture].slice(0, most) : [];
  field.value = now.join(" ");
  box.querySelector("[role=status]")!.textContent = picked(now.length);
  return true;
}

/** What a form's code is, or what is wrong with it. */
export function codeOf(form: FormData, kind: Lock["kind"]): { code: string } | { trouble: string } {
  const text = (name: string): string => ((form.get(name) as string | null) ?? "").trim();
  if (kind === "pictures") return text("pictures").split(" ").length === most ? { code: `pictures ${text("pictures")}` } : { trouble: word("locker.form.pictures") };
  if (!/^[0-9]{4,6}$/.test(text("code"))) return { trouble: word("locker.form.digits") };
  return text("code") === text("again") ? { code: `digits ${text("code")}` } : { trouble: word("locker.differ") };
}

/** The code that was entered to open. */
export const entered = (form: FormData, kind: Lock["kind"]): string => `${kind} ${((form.get("code") as string | null) ?? "").trim()}`;

/** Whose locker is open, above what is in it. */
export function owner(l: Locker, all: Locker[]): HTMLElement {
  return h("p", { class: "row row-2 owner" }, h("span", { class: "st" }, icon(l.picture), nameOf(l, all)), h("a", { href: "#/casier" }, word("locker.mine")),
    button(word("locker.switch"), "switch", { icon: "users" }));
}

/** One's own locker: how it is found, its code, the way out. */
export function mine(l: Locker, trouble?: string): HTMLElement {
  const tiles = h("div", { class: "pad" });
  for (const p of pictures) {
    tiles.append(h("label", { class: "tile" }, h("input", { type: "radio", name: "picture", value: p, ...(p === l.picture ? { checked: "" } : {}) }), icon(p), h("span", { class: "sr" }, word(`picture.${p}`))));
  }
  const found = h("form", { "data-mine": "", class: "panel" }, h("h2", {}, word("locker.found")), h("p", { class: "small" }, word("locker.found.how")),
    h("label", { for: "name" }, word("locker.name")), h("input", { id: "name", name: "name", maxlength: "20", autocomplete: "off", value: l.name ?? "" }),
    h("fieldset", { class: "mt-1" }, h("legend", {}, word("locker.picture")), tiles), h("p", { class: "mt-2" }, h("button", {}, word("locker.save"))));
  const radio = (name: string, value: string, text: string, how: string, on: boolean): HTMLElement =>
    h("div", { class: "mt-1" }, h("label", { class: "row" }, h("input", { type: "radio", name, value, ...(on ? { checked: "" } : {}), "aria-describedby": `how-${value}` }), text), h("p", { id: `how-${value}`, class: "small muted" }, how));
  const lock = h("form", { "data-lock": "", class: "panel" }, h("h2", {}, word("locker.code")),
    h("p", {}, l.lock ? word("locker.code.has") : word("locker.code.none")),
    h("fieldset", {}, h("legend", {}, word("locker.kind")),
      h("label", { class: "row" }, h("input", { type: "radio", name: "kind", value: "digits", checked: "" }), word("locker.kind.digits")),
      h("label", { class: "row" }, h("input", { type: "radio", name: "kind", value: "pictures" }), word("locker.kind.pictures"))),
    h("div", { "data-kind": "digits", class: "row row-2 mt-1" }, digits("code", word("locker.code.new")), digits("again", word("locker.code.again"))),
    h("div", { "data-kind": "pictures", hidden: "", class: "mt-1" }, pad("pictures", word("locker.pictures.new"))),
    h("fieldset", { class: "mt-2" }, h("legend", {}, word("locker.away")),
      radio("away", "yes", word("locker.away.yes"), word("locker.away.yes.how"), l.lock?.shared === undefined), radio("away", "no", word("locker.away.no"), word("locker.away.no.how"), l.lock?.shared !== undefined)),
    h("p", { class: "small mt-1" }, word("locker.code.network")),
    trouble ? h("p", { class: "error", role: "alert" }, trouble) : undefined,
    h("p", { class: "mt-2 row" }, h("button", {}, l.lock ? word("locker.code.change") : word("locker.code.set")), l.lock ? button(word("locker.code.drop"), "unlock") : undefined));
  return h("div", { class: "stack" },
    h("p", { class: "row row-2" }, h("a", { href: "#/" }, word("back.shelf")), button(word("locker.switch"), "switch", { icon: "users" })), found, lock,
    h("section", { class: "panel", "aria-labelledby": "h-leave" }, h("h2", { id: "h-leave" }, word("locker.leave")), h("p", {}, word("locker.leave.what")), h("p", {}, h("a", { href: "#/depart" }, word("locker.leave")))));
}

/** Asks whether a code that came in the address is its learner's own. */
export const joining = (): HTMLElement => h("div", { class: "stack" }, message(word("join.what"), "", "info", h("p", { class: "small" }, word("join.beware"))),
  h("p", { class: "row" }, button(word("join.do"), "join", { icon: "plus", main: true }), button(word("join.not"), "join-not")));

/** The way out: what is not sent is sent first, or stays. */
export function leaving(unsent: number, aside: number, trouble?: string): HTMLElement {
  const back = h("p", {}, h("a", { href: "#/casier" }, word("locker.mine")));
  const kept = aside > 0 ? asideNote(aside) : undefined;
  if (unsent === 0) return h("div", { class: "stack" }, back, kept, h("p", {}, word(kept ? "locker.leave.aside" : "locker.leave.sent")), h("p", {}, button(word("locker.leave.do"), "leave", { icon: "log-out", main: true })));
  return h("div", { class: "stack" }, back, kept, trouble ? message(trouble, "amber") : undefined,
    message(counted(unsent), "amber", "cloud-off", h("p", { class: "small" }, word("locker.leave.unsent"))),
    h("p", { class: "row" }, button(word("locker.leave.send"), "leave-send", { icon: "cloud-upload", main: true }), button(word("locker.leave.keep"), "leave", { icon: "log-out" })),
    h("p", {}, h("a", { href: "#/remettre" }, word("hand"))));
}

/** A locker whose learner has left: what waits in it is all that there is. */
export function remains(unsent: number): HTMLElement {
  return h("div", { class: "stack" }, h("p", {}, h("a", { href: "#/qui" }, word("locker.others"))),
    message(counted(unsent), "amber", "cloud-off", h("p", { class: "small" }, word("locker.remains")), h("p", { class: "mt-1" }, button(word("send"), "send", { icon: "cloud-upload" }))));
}
