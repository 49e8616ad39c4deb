// Interactions on a picture. The controls beside the picture hold the answer and work without script; here the picture itself is
// pressed, by mouse, pen or finger, and moves them; and what they say is drawn on the picture, whoever moved them.
import { say, word } from "./words";

interface Place { x: number; y: number }
type Control = HTMLInputElement | HTMLSelectElement;

const near = 22; // CSS pixels from an area's middle, or from a point, that still mean it: half a fingertip

export function livenPictures(root: ParentNode): void {
  for (const box of root.querySelectorAll<HTMLElement>("[data-pic]")) {
    if (!box.dataset["live"]) new Picture(box);
  }
  for (const box of root.querySelectorAll<HTMLElement>("[data-pic]")) box.dispatchEvent(new Event("repaint"));
}

const drawn = (name: string, values: Record<string, string | number>): SVGElement => {
  const out = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(values)) out.setAttribute(key, String(value));
  return out;
};

const pointOf = (text: string): Place | null => {
  const found = /^\s*(\d+)[\s,;]+(\d+)\s*$/.exec(text);
  return found ? { x: Number(found[1]), y: Number(found[2]) } : null;
};

class Picture {
  private readonly kind: string;
  private readonly ask: HTMLElement;
  private readonly over: SVGSVGElement;
  private readonly frame: HTMLElement;
  private readonly spots: Map<string, SVGGElement>;
  private readonly size: Place;
  private held = ""; // a label, or the first end of a line
  private cross: Place;

  constructor(box: HTMLElement) {
    box.dataset["live"] = "yes";
    this.kind = box.dataset["pic"]!;
    this.ask = box.closest<HTMLElement>(".ask")!;
    this.frame = box.querySelector<HTMLElement>(".pic-frame")!;
    this.over = box.querySelector<SVGSVGElement>("svg.pic-over")!;
    this.size = { x: Number(box.dataset["width"]), y: Number(box.dataset["height"]) };
    this.cross = { x: Math.round(this.size.x / 2), y: Math.round(this.size.y / 2) };
    this.spots = new Map([...this.over.querySelectorAll<SVGGElement>("[data-spot]")].map((g) => [g.dataset["spot"]!, g]));
    box.addEventListener("repaint", () => { this.paint(); });
    if (this.controls().every((c) => c.disabled)) return;
    this.frame.classList.add("is-live");
    if (this.pointed) this.steer();
    this.frame.addEventListener("click", (e) => { this.press(e); });
    this.ask.addEventListener("input", () => { this.paint(); });
    this.ask.addEventListener("focusin", (e) => { this.light(e.target as Element); });
    this.ask.addEventListener("focusout", () => { this.light(null); });
    this.ask.addEventListener("keydown", (e) => { if (e.key === "Escape") this.hold(""); });
    for (const tile of this.ask.querySelectorAll<HTMLElement>("[data-tile]")) this.liftable(tile);
  }

  private get pointed(): boolean { return this.kind === "select-point" || this.kind === "position-object"; }

  private controls(): Control[] { return [...this.ask.querySelectorAll<Control>("[name^='r.']")]; }

  private lists(): HTMLSelectElement[] { return [...this.ask.querySelectorAll<HTMLSelectElement>("select")]; }

  /** What stands in the controls now. */
  private values(): string[] {
    return this.controls().filter((c) => !(c instanceof HTMLInputElement && /radio|checkbox/.test(c.type)) || c.checked).map((c) => c.value);
  }

  private set(control: Control, value: string): void {
    control.value = value;
    control.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // ── pressing ──

  private at(event: MouseEvent): Place {
    const b = this.over.getBoundingClientRect();
    return { x: Math.round((event.clientX - b.left) / b.width * this.size.x), y: Math.round((event.clientY - b.top) / b.height * this.size.y) };
  }

  /** How far apart two places are, in CSS pixels. */
  private apart(a: Place, b: Place): number {
    return Math.hypot(a.x - b.x, a.y - b.y) * this.over.getBoundingClientRect().width / this.size.x;
  }

  private middle(spot: SVGGElement): Place {
    const b = spot.querySelector<SVGGraphicsElement>(".edge")!.getBBox();
    return { x: b.x + b.width / 2, y: b.y + b.height / 2 };
  }

  /** The area under a place, the smallest first; else the nearest that a finger could mean. */
  private hit(place: Place): string {
    const extent = (g: SVGGElement): number => { const b = g.querySelector<SVGGraphicsElement>(".edge")!.getBBox(); return b.width * b.height; };
    const all = [...this.spots].sort((a, b) => extent(a[1]) - extent(b[1]));
    const p = new DOMPoint(place.x, place.y);
    const inside = all.find(([, g]) => g.querySelector<SVGGeometryElement>(".edge")!.isPointInFill(p));
    if (inside) return inside[0];
    const close = all.map(([id, g]) => ({ id, far: this.apart(place, this.middle(g)) })).filter((s) => s.far <= near).sort((a, b) => a.far - b.far);
    return close[0]?.id ?? "";
  }

  private press(event: MouseEvent): void {
    event.preventDefault();
    const place = this.at(event);
    if (this.pointed) return this.point(place);
    const spot = this.hit(place);
    if (!spot) return this.hold("");
    if (this.kind === "hotspot") this.controls().find((c) => c.value === spot)?.click();
    else if (this.kind === "graphic-order") this.rank(spot);
    else if (this.kind === "graphic-associate") this.join(spot);
    else this.fill(spot);
  }

  /** Gives an area the next rank, or takes its rank away: those after it move up. */
  private rank(spot: string): void {
    const lists = this.lists();
    const ranks = lists.map((l) => l.value).filter((v) => v);
    const at = ranks.indexOf(spot);
    if (at >= 0) ranks.splice(at, 1);
    else if (ranks.length < lists.length) ranks.push(spot);
    else return say(word("full"));
    lists.forEach((list, i) => { list.value = ranks[i] ?? ""; });
    this.set(lists[0]!, lists[0]!.value);
  }

  /** Takes an area as one end of a line; then draws the line to the other, or rubs it out. */
  private join(spot: string): void {
    const held = this.held;
    if (!held) return this.hold(spot);
    this.hold("");
    if (held === spot) return;
    const pairs = [`${held} ${spot}`, `${spot} ${held}`];
    const lists = this.lists();
    const there = lists.find((l) => pairs.includes(l.value));
    if (there) return this.set(there, "");
    const free = lists.find((l) => !l.value) ?? (lists.length === 1 ? lists[0] : undefined);
    const pair = [...(free?.options ?? [])].find((o) => pairs.includes(o.value));
    if (!free || !pair) return say(word("full"));
    this.set(free, pair.value);
    say(word("joined", { item: pair.text }));
  }

  /** Puts the label that is held into an area; without one, an area gives its label back. */
  private fill(spot: string): void {
    const held = this.held;
    const row = this.ask.querySelector<HTMLElement>(`[data-of="${CSS.escape(spot)}"]`);
    const list = row?.querySelector("select");
    if (!held) {
      const label = list?.value.split(" ")[0];
      if (!label) return row?.querySelector<HTMLElement>("select, input")?.focus();
      this.set(list!, "");
      return this.hold(label);
    }
    const pair = `${held} ${spot}`;
    const tile = this.tile(held);
    this.hold("");
    if (list && ![...list.options].some((o) => o.value === pair)) return;
    const used = this.controls().filter((c) => c.value.startsWith(`${held} `) && (!(c instanceof HTMLInputElement) || c.checked));
    if (used.length >= Number(tile?.dataset["most"] ?? Infinity)) { // it leaves the place where it was
      const [old] = used;
      if (old instanceof HTMLInputElement) old.click();
      else if (old) this.set(old, "");
    }
    if (list) this.set(list, pair);
    else row?.querySelector<HTMLInputElement>(`input[value="${CSS.escape(pair)}"]`)?.click();
    say(word("joined", { item: tile?.textContent?.trim() ?? "" }));
  }

  // ── labels ──

  private tile(id: string): HTMLElement | undefined {
    return [...this.ask.querySelectorAll<HTMLElement>("[data-tile]")].find((t) => t.dataset["tile"] === id);
  }

  /** A label becomes a button: pressed, it is held until an area is; or it is dragged there. */
  private liftable(tile: HTMLElement): void {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...tile.childNodes);
    tile.append(button);
    button.setAttribute("aria-pressed", "false");
    const id = tile.dataset["tile"]!;
    let dragged = false;
    button.addEventListener("click", () => { if (!dragged) this.hold(this.held === id ? "" : id); });
    button.addEventListener("pointerdown", (down) => {
      if (down.button !== 0) return;
      dragged = false;
      const move = (e: PointerEvent): void => {
        if (!dragged && Math.hypot(e.clientX - down.clientX, e.clientY - down.clientY) < 8) return;
        if (!dragged) this.hold(id);
        dragged = true;
        const over = this.hit(this.at(e));
        for (const [key, g] of this.spots) g.classList.toggle("is-lit", key === over);
      };
      const end = (e: PointerEvent): void => {
        for (const [name, f] of [["pointermove", move], ["pointerup", end], ["pointercancel", end]] as const) removeEventListener(name, f as EventListener);
        if (!dragged) return;
        const over = e.type === "pointerup" ? this.hit(this.at(e)) : "";
        this.light(null);
        if (over) this.fill(over);
        else this.hold("");
        setTimeout(() => { dragged = false; }); // after the click that ends the drag
      };
      for (const [name, f] of [["pointermove", move], ["pointerup", end], ["pointercancel", end]] as const) addEventListener(name, f as EventListener);
    });
  }

  private hold(id: string): void {
    this.held = id;
    for (const tile of this.ask.querySelectorAll<HTMLElement>("[data-tile]")) tile.firstElementChild!.setAttribute("aria-pressed", String(tile.dataset["tile"] === id));
    for (const [key, g] of this.spots) g.classList.toggle("is-held", key === id && this.kind === "graphic-associate");
    if (id) say(word("held", { item: this.tile(id)?.textContent?.trim() ?? this.spots.get(id)?.querySelector(".tag")?.textContent ?? "" }));
  }

  // ── points ──

  /** The picture takes the focus, and the arrows move a cross over it. */
  private steer(): void {
    const button = this.frame.querySelector<HTMLInputElement>("input[type=image]");
    const picture = new Image();
    if (button) {
      picture.alt = button.dataset["alt"] ?? "";
      picture.width = button.width;
      picture.height = button.height;
      picture.src = button.src;
      button.replaceWith(picture);
    }
    this.frame.tabIndex = 0;
    this.frame.setAttribute("role", "application");
    this.frame.setAttribute("aria-label", word("cursor", { picture: picture.alt }));
    this.frame.addEventListener("keydown", (event) => {
      const step = event.shiftKey ? 1 : Math.max(1, Math.round(Math.max(this.size.x, this.size.y) / 50));
      const way = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key];
      if (way) {
        const within = (n: number, most: number): number => Math.min(Math.max(n, 0), most);
        this.cross = { x: within(this.cross.x + way[0]!, this.size.x), y: within(this.cross.y + way[1]!, this.size.y) };
        say(this.said(this.cross));
        this.paint();
      } else if (event.key === " " || event.key === "Enter") this.point(this.cross);
      else return;
      event.preventDefault();
    });
    for (const name of ["focus", "blur"]) this.frame.addEventListener(name, () => { this.paint(); });
  }

  private said(p: Place): string {
    const third = (n: number, of: number): number => Math.min(2, Math.max(0, Math.floor(n / of * 3)));
    const place = `at.${["top", "middle", "bottom"][third(p.y, this.size.y)]}.${["left", "centre", "right"][third(p.x, this.size.x)]}`;
    return word("cursor.at", { place: word(place), x: p.x, y: p.y });
  }

  /** Puts a point, or removes the one that is there already. */
  private point(place: Place): void {
    this.cross = place;
    const fields = this.controls();
    const there = fields.find((f) => { const p = pointOf(f.value); return p && this.apart(p, place) < near; });
    const same = there && there.value === `${place.x} ${place.y}`;
    if (there && (same || fields.length > 1)) {
      say(word("removed", { item: this.said(place) }));
      return this.set(there, "");
    }
    const free = fields.find((f) => !f.value.trim()) ?? (fields.length === 1 ? fields[0] : undefined);
    if (!free) return say(word("full"));
    this.set(free, `${place.x} ${place.y}`);
    say(word("joined", { item: this.said(place) }));
  }

  // ── drawing ──

  /** Lights up on the picture what the control with the focus is about. */
  private light(control: Element | null): void {
    const value = control?.matches("[name^='r.']") ? (control as Control).value || (control.closest("[data-of]") as HTMLElement | null)?.dataset["of"] || "" : "";
    const of = value.split(" ");
    for (const [id, g] of this.spots) g.classList.toggle("is-lit", of.includes(id));
  }

  private paint(): void {
    const values = this.values().filter((v) => v.trim());
    const layer = this.over.querySelector("[data-drawn]")!;
    layer.querySelectorAll(":scope > :not(.is-key)").forEach((e) => { e.remove(); });
    if (this.pointed) {
      for (const v of values) this.thing(layer, pointOf(v));
      if (document.activeElement === this.frame) this.crosshair(layer, this.cross, "cursor");
      return;
    }
    for (const [id, g] of this.spots) {
      const mine = values.filter((v) => v.split(" ").includes(id));
      g.classList.toggle("is-on", mine.length > 0);
      const inner = g.querySelector(".inner")!;
      if (this.kind === "graphic-order") inner.textContent = mine.length > 0 ? String(values.indexOf(id) + 1) : "";
      if (this.kind === "graphic-gap-match") inner.textContent = mine.map((v) => this.tile(v.split(" ")[0]!)?.textContent?.trim() || this.tile(v.split(" ")[0]!)?.querySelector("img")?.alt || "").join(", ");
    }
    if (this.kind === "graphic-associate") {
      for (const v of values) {
        const [a, b] = v.split(" ").map((id) => this.spots.get(id)).map((g) => g && this.middle(g));
        if (a && b) layer.append(drawn("line", { class: "tie", x1: a.x, y1: a.y, x2: b.x, y2: b.y }));
      }
    }
    for (const tile of this.ask.querySelectorAll<HTMLElement>("[data-tile]")) {
      const used = values.filter((v) => v.startsWith(`${tile.dataset["tile"]!} `)).length;
      tile.classList.toggle("is-used", used >= Number(tile.dataset["most"] ?? Infinity));
    }
    this.light(this.ask.contains(document.activeElement) ? document.activeElement : null);
  }

  /** A point on the picture: a cross, on the thing that is placed where there is one. */
  private thing(layer: Element, at: Place | null): void {
    if (!at) return;
    const pattern = this.ask.querySelector<HTMLTemplateElement>("template[data-thing]")?.content.querySelector("img");
    if (pattern) {
      const [w, h] = [pattern.width, pattern.height];
      layer.append(drawn("image", { href: pattern.src, x: at.x - w / 2, y: at.y - h / 2, width: w, height: h }));
    }
    this.crosshair(layer, at, "point");
  }

  private crosshair(layer: Element, at: Place, name: string): void {
    const r = Number(this.over.getAttribute("font-size")) * 0.8;
    const cross = drawn("g", { class: name, transform: `translate(${at.x} ${at.y})` });
    for (const part of ["under", "edge"]) cross.append(drawn("path", { class: part, d: `M-${r} 0H${r}M0-${r}V${r}` }));
    layer.append(cross);
  }
}
