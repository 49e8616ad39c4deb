// Drawing (« dessin »): a sheet over the ground, for mouse, pen and finger; by keyboard a cross moves by the arrows, and Space lowers or
// lifts the pen. Strokes are kept on the device until the drawing is handed in, as a picture with its ground.
import { handIn, listFile } from "./file";
import { keep, recall } from "./store";
import { say, word } from "./words";

type Stroke = number[]; // x, y, x, y… in the ground's pixels

const inks = new WeakMap<Element, Ink>();

export function livenInk(root: ParentNode, key: string, changed: () => void): void {
  for (const box of root.querySelectorAll<HTMLElement>("[data-ink]")) {
    if (!inks.has(box)) inks.set(box, new Ink(box, `${key}.${box.dataset["ink"]!}`, changed));
  }
}

/** Hands in the drawings that have changed. It returns the sentence of what went wrong, "" where all is there. */
export async function handInDrawings(form: HTMLFormElement): Promise<string> {
  for (const box of form.querySelectorAll("[data-ink]")) {
    const trouble = await inks.get(box)?.handIn(form);
    if (trouble) return trouble;
  }
  return "";
}

/** Puts the drawings that have lines into the form's own fields for files, where nothing is handed in by itself. */
export async function layDrawings(form: HTMLFormElement): Promise<void> {
  for (const box of form.querySelectorAll("[data-ink]")) await inks.get(box)?.lay(form);
}

class Ink {
  private strokes: Stroke[];
  private readonly sheet = document.createElement("canvas");
  private readonly response: string;
  private now: Stroke | null = null; // under the hand
  private pen = false; // lowered, by keyboard
  private cross: [number, number];
  private handed: string; // the strokes that were handed in, as text

  constructor(private readonly box: HTMLElement, private readonly key: string, private readonly changed: () => void) {
    this.response = box.dataset["ink"]!;
    this.sheet.width = Number(box.dataset["width"]);
    this.sheet.height = Number(box.dataset["height"]);
    this.cross = [Math.round(this.sheet.width / 2), Math.round(this.sheet.height / 2)];
    const kept = recall<{ strokes: Stroke[]; handed: string }>(key, { strokes: [], handed: "[]" });
    this.strokes = kept.strokes;
    this.handed = kept.handed;
    this.sheet.tabIndex = 0;
    this.sheet.setAttribute("role", "application");
    this.sheet.setAttribute("aria-label", word("ink.sheet"));
    box.querySelector(".ink-ground")!.append(this.sheet);
    this.tools();
    this.sheet.addEventListener("pointerdown", (e) => { this.draw(e); });
    this.sheet.addEventListener("keydown", (e) => { this.steer(e); });
    for (const name of ["focus", "blur"]) this.sheet.addEventListener(name, () => { this.paint(); });
    this.paint();
  }

  private tools(): void {
    for (const [name, act] of [["undo", () => { this.undo(); }], ["clear", () => { this.strokes = []; this.done(); say(word("ink.cleared")); }]] as const) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = word(`ink.${name}`);
      button.addEventListener("click", act);
      this.box.querySelector("[data-tools]")!.append(button);
    }
  }

  private undo(): void {
    this.strokes.pop();
    this.pen = false;
    this.done();
    say(word("ink.undone", { n: this.strokes.length }));
  }

  private at(e: PointerEvent): [number, number] {
    const b = this.sheet.getBoundingClientRect();
    return [Math.round((e.clientX - b.left) / b.width * this.sheet.width), Math.round((e.clientY - b.top) / b.height * this.sheet.height)];
  }

  private draw(down: PointerEvent): void {
    if (down.button !== 0) return;
    this.sheet.setPointerCapture(down.pointerId);
    this.now = this.at(down);
    const move = (e: PointerEvent): void => {
      const [x, y] = this.at(e);
      if (Math.hypot(x - this.now!.at(-2)!, y - this.now!.at(-1)!) < 2) return;
      this.now!.push(x, y);
      this.paint();
    };
    const end = (): void => {
      for (const [name, f] of [["pointermove", move], ["pointerup", end], ["pointercancel", end]] as const) this.sheet.removeEventListener(name, f as EventListener);
      this.strokes.push(this.now!);
      this.now = null;
      this.done();
    };
    for (const [name, f] of [["pointermove", move], ["pointerup", end], ["pointercancel", end]] as const) this.sheet.addEventListener(name, f as EventListener);
  }

  private steer(e: KeyboardEvent): void {
    const step = e.shiftKey ? 1 : Math.round(Math.max(this.sheet.width, this.sheet.height) / 50);
    const way = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[e.key];
    if (way) {
      const within = (n: number, most: number): number => Math.min(Math.max(n, 0), most);
      this.cross = [within(this.cross[0] + way[0]!, this.sheet.width), within(this.cross[1] + way[1]!, this.sheet.height)];
      if (this.pen) {
        this.strokes.at(-1)!.push(...this.cross);
        this.done();
      }
      say(word(this.pen ? "ink.at.down" : "ink.at", { x: this.cross[0], y: this.cross[1] }));
      this.paint();
    } else if (e.key === " ") {
      this.pen = !this.pen;
      if (this.pen) this.strokes.push([...this.cross]);
      this.done();
      say(word(this.pen ? "ink.down" : "ink.up"));
    } else if (e.key === "Escape") {
      this.pen = false;
      this.paint();
    } else if (e.key.toLowerCase() === "z" && (e.ctrlKey || e.metaKey)) this.undo();
    else return;
    e.preventDefault();
  }

  /** Keeps what was drawn, and says that something changed. */
  private done(): void {
    keep(this.key, { strokes: this.strokes, handed: this.handed });
    this.paint();
    this.changed();
  }

  private paint(): void {
    const c = this.sheet.getContext("2d")!;
    c.clearRect(0, 0, this.sheet.width, this.sheet.height);
    this.lines(c);
    if (document.activeElement !== this.sheet || !this.sheet.matches(":focus-visible")) return;
    const [x, y] = this.cross, r = this.sheet.width / 50;
    for (const [style, width] of [["#fff", 5], [this.pen ? "#b3142e" : "#6526cf", 2]] as const) {
      c.strokeStyle = style;
      c.lineWidth = width;
      c.beginPath();
      c.moveTo(x - r, y); c.lineTo(x + r, y); c.moveTo(x, y - r); c.lineTo(x, y + r);
      c.stroke();
    }
  }

  private lines(c: CanvasRenderingContext2D): void {
    c.lineCap = c.lineJoin = "round";
    for (const [style, width] of [["#fff", 7], ["#16307f", 4]] as const) {
      c.strokeStyle = style;
      c.lineWidth = width;
      for (const s of this.now ? [...this.strokes, this.now] : this.strokes) {
        c.beginPath();
        c.moveTo(s[0]!, s[1]!);
        for (let i = 0; i < s.length; i += 2) c.lineTo(s[i]!, s[i + 1]!);
        c.stroke();
      }
    }
  }

  /** The drawing as a picture, on its ground. */
  private picture(): Promise<Blob | null> {
    const out = document.createElement("canvas");
    out.width = this.sheet.width;
    out.height = this.sheet.height;
    const c = out.getContext("2d")!;
    c.fillStyle = "#fff";
    c.fillRect(0, 0, out.width, out.height);
    const ground = this.box.querySelector("img");
    if (ground?.complete && ground.naturalWidth > 0) c.drawImage(ground, 0, 0, out.width, out.height);
    this.lines(c);
    return new Promise((resolve) => { out.toBlob(resolve, "image/png"); });
  }

  async lay(form: HTMLFormElement): Promise<void> {
    const picture = this.strokes.length > 0 ? await this.picture() : null;
    const field = form.querySelector<HTMLInputElement>(`input[type=file][data-file="${CSS.escape(this.response)}"]`);
    if (!picture || !field) return;
    const files = new DataTransfer();
    files.items.add(new File([picture], word("ink.name"), { type: "image/png" }));
    field.files = files.files;
  }

  async handIn(form: HTMLFormElement): Promise<string> {
    const text = JSON.stringify(this.strokes);
    if (text === this.handed) return "";
    const list = form.querySelector(`[data-handed="${CSS.escape(this.response)}"]`)!;
    if (this.strokes.length === 0) list.replaceChildren();
    else {
      const picture = await this.picture();
      if (!picture) return word("file.kept");
      const receipt = await handIn(form, this.response, picture, word("ink.name"));
      if (!receipt.word) return receipt.text!;
      listFile(form, this.response, receipt, true);
    }
    this.handed = text;
    keep(this.key, { strokes: this.strokes, handed: this.handed });
    return "";
  }
}
