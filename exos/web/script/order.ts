// Putting in order. The list works without script, by its arrow buttons; here its items are also dragged, moved by choosing an item
// and then a place, and moved by the keyboard, each time said aloud. The order of the items is the answer: each carries a hidden field.
import { say, word } from "./words";

interface Taken { item: HTMLLIElement; from: Element | null } // from: what it stood before, to put it back

export function liven(root: ParentNode, changed: () => void): void {
  for (const list of root.querySelectorAll<HTMLOListElement>("ol[data-order]")) {
    if (list.querySelector("input:disabled")) continue;
    if (!list.dataset["live"]) new Order(list, changed);
    ends(list);
  }
}

const itemsOf = (list: Element): HTMLLIElement[] => [...list.querySelectorAll<HTMLLIElement>(":scope > li")];
const nameOf = (item: Element): string => item.querySelector("[data-words]")?.textContent?.trim() ?? "";

/** The first cannot go up, the last not down. */
function ends(list: Element): void {
  const items = itemsOf(list);
  items.forEach((item, i) => {
    item.querySelector<HTMLButtonElement>("[data-move=up]")!.disabled = i === 0;
    item.querySelector<HTMLButtonElement>("[data-move=down]")!.disabled = i === items.length - 1;
  });
}

class Order {
  private taken: Taken | null = null;
  private dragged = false;

  constructor(private readonly list: HTMLOListElement, private readonly changed: () => void) {
    list.dataset["live"] = "yes";
    for (const item of itemsOf(list)) this.grip(item);
    list.addEventListener("click", (e) => { this.click(e); });
    list.addEventListener("keydown", (e) => { this.key(e); });
    list.addEventListener("pointerdown", (e) => { this.drag(e); });
  }

  /** The words of an item become a button that takes it. */
  private grip(item: HTMLLIElement): void {
    const words = item.querySelector<HTMLElement>("[data-words]")!;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "order-words";
    button.dataset["words"] = "";
    button.setAttribute("aria-pressed", "false");
    button.setAttribute("aria-label", word("grip", { item: nameOf(item) }));
    button.append(...words.childNodes);
    words.replaceWith(button);
  }

  private click(event: MouseEvent): void {
    const target = event.target as Element;
    const item = target.closest("li");
    if (!item) return;
    const arrow = target.closest<HTMLButtonElement>("[data-move]");
    if (arrow) {
      event.preventDefault();
      this.put(item, itemsOf(this.list).indexOf(item) + (arrow.dataset["move"] === "up" ? -1 : 1));
      (arrow.disabled ? item.querySelector<HTMLElement>("[data-words]")! : arrow).focus();
      return;
    }
    if (this.dragged || !target.closest("[data-words]")) return;
    if (!this.taken) this.take(item);
    else if (this.taken.item === item) this.drop();
    else {
      const { item: moving } = this.taken;
      this.put(moving, itemsOf(this.list).indexOf(item));
      this.drop();
      moving.querySelector<HTMLElement>("[data-words]")?.focus();
    }
  }

  private key(event: KeyboardEvent): void {
    if (!this.taken) return;
    const items = itemsOf(this.list);
    const at = items.indexOf(this.taken.item);
    const to = { ArrowUp: at - 1, ArrowLeft: at - 1, ArrowDown: at + 1, ArrowRight: at + 1, Home: 0, End: items.length - 1 }[event.key];
    if (to !== undefined) this.put(this.taken.item, to);
    else if (event.key === "Escape") this.back();
    else return;
    event.preventDefault();
    (this.taken?.item ?? items[at]!).querySelector<HTMLElement>("[data-words]")?.focus();
  }

  private take(item: HTMLLIElement): void {
    this.taken = { item, from: item.nextElementSibling };
    this.press(item, true);
    say(word("taken", { item: nameOf(item) }));
  }

  private drop(): void {
    if (!this.taken) return;
    this.press(this.taken.item, false);
    say(word("dropped", { item: nameOf(this.taken.item) }));
    this.taken = null;
  }

  private back(): void {
    const { item, from } = this.taken!;
    this.list.insertBefore(item, from);
    this.settle();
    this.drop();
    item.querySelector<HTMLElement>("[data-words]")?.focus();
  }

  private press(item: HTMLLIElement, on: boolean): void {
    item.classList.toggle("is-taken", on);
    item.querySelector("[data-words]")!.setAttribute("aria-pressed", String(on));
  }

  /** Puts an item at a place, counted from 0. */
  private put(item: HTMLLIElement, place: number): void {
    const items = itemsOf(this.list);
    const at = items.indexOf(item);
    if (place < 0 || place >= items.length || place === at) return;
    this.list.insertBefore(item, place > at ? items[place]!.nextElementSibling : items[place]!);
    this.settle();
    say(word("moved", { item: nameOf(item), place: place + 1, total: items.length }));
  }

  private settle(): void {
    ends(this.list);
    this.changed();
  }

  /** Dragging by mouse, pen or finger: the item takes the place that the pointer is over. A small movement is still a click. */
  private drag(event: PointerEvent): void {
    const grip = (event.target as Element).closest<HTMLElement>("[data-words]");
    const item = grip?.closest("li");
    if (!grip || !item || event.button !== 0) return;
    this.dragged = false;
    const from = event.clientY;
    const move = (e: PointerEvent): void => {
      if (!this.dragged && Math.abs(e.clientY - from) < 8) return;
      if (!this.dragged) {
        this.dragged = true;
        this.list.classList.add("is-dragging");
        this.press(item, true);
      }
      const items = itemsOf(this.list);
      const over = items.findIndex((i) => e.clientY < i.getBoundingClientRect().bottom);
      this.put(item, over < 0 ? items.length - 1 : over);
    };
    const end = (): void => {
      removeEventListener("pointermove", move);
      removeEventListener("pointerup", end);
      removeEventListener("pointercancel", end);
      this.list.classList.remove("is-dragging");
      if (this.dragged && this.taken?.item !== item) this.press(item, false);
      setTimeout(() => { this.dragged = false; }); // after the click that ends the drag
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", end);
    addEventListener("pointercancel", end);
  }
}
