// What the app shows where the server does not know the device any more, and answers are on it that were not sent: nobody takes them as they
// are signed. Whose they are takes them over, signed in or by a code (acts.ts, become); nothing else takes them away but their user's own will.
import { button, counted, door, h, message } from "./view";
import { word } from "../words";

export function stranded(unsent: number, trouble?: string): HTMLElement {
  return h("div", { class: "stack" },
    message(counted(unsent), "amber", "cloud-off", h("p", { class: "small" }, word("stranded.why"))),
    h("section", { class: "panel stack", "aria-labelledby": "h-stranded" }, h("h2", { id: "h-stranded" }, word("stranded.take")),
      h("p", {}, word("stranded.how")),
      h("p", {}, button(word("stranded.mine"), "mine", { icon: "check", main: true })),
      door(trouble, word("stranded.code"))),
    h("p", { class: "small" }, h("a", { href: "#/effacer" }, word("stranded.erase"))));
}

/** Asks whether they are to be erased. */
export const erasing = (unsent: number): HTMLElement => h("div", { class: "stack" },
  message(counted(unsent), "amber", "trash-2", h("p", {}, word("stranded.erase.what"))),
  h("p", { class: "row" }, h("a", { class: "btn", href: "#/" }, word("stranded.keep")), button(word("stranded.erase.do"), "erase-all", { icon: "trash-2" })));
