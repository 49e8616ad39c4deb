// The player: sends what the form says, and puts the sheet that comes back in the old one's place.
import { liven } from "./order";
import { type Act, type Outcome, type Shown, flush, mayBeOld, newAct, send } from "./outbox";
import { handInAll, relist } from "./file";
import { handInDrawings, livenInk } from "./ink";
import { livenPictures } from "./picture";
import { askPortables, fieldsOf, livenPortables, refill, stateIn } from "./portable";
import { renew } from "./renew";
import { forget, keep, keysOf, recall } from "./store";
import { word } from "./words";

interface Answer { responses: { id: string; values?: string[]; fields?: { name: string; value: string }[]; state?: string }[]; seconds?: number }

const opened = performance.now();
let place: HTMLElement; // where the sheet stands
let sent = ""; // the last answer that was sent, as text
let drawn = ""; // the answer that the sheet came with, as text
const tabs = "BroadcastChannel" in globalThis ? new BroadcastChannel("exos.answers") : null; // other pages of this browser
let delivering = false; // an act is on its way, and what it comes to will be shown

export function play(): void {
  const found = document.querySelector<HTMLElement>("[data-sheet]");
  if (!found) return;
  place = found;
  settle();
  restore();
  place.addEventListener("submit", (event) => {
    const by = (event as SubmitEvent).submitter as HTMLButtonElement | null;
    if (by?.hasAttribute("data-plain") || by?.dataset["move"]) return; // a new attempt is a new page; arrows are order's
    event.preventDefault();
    void act(by);
  });
  place.addEventListener("input", (event) => { changed(event.target as Element); });
  place.addEventListener("change", (event) => {
    const field = event.target as HTMLInputElement;
    if (field.matches("input[type=file][data-file]")) void chosen(field);
  });
  document.addEventListener("exos:flush", () => void later());
  renew(place);
  if (mayBeOld()) void later(); // read anew while its answer was on its way
  tabs?.addEventListener("message", (event) => { if (event.data === `${me()}.${attempt()}`) void elsewhere(); });
}

const form = (): HTMLFormElement => place.querySelector<HTMLFormElement>("form[data-player]")!;
const me = (): string => form().dataset["me"] ?? "";
const shown = (): Shown => ({ show: form().dataset["exercise"]!, ...(form().dataset["homework"] ? { homework: form().dataset["homework"]! } : {}) });
const draftKey = (): string => `exos.draft.${me()}.${attempt()}`;
const attempt = (): string => (form().elements.namedItem("attempt") as HTMLInputElement).value;

/** What every new sheet needs. */
function settle(): void {
  enliven(place, `${me()}.${attempt()}`, () => { changed(null); });
  drawn = JSON.stringify(read().responses);
  sent = form().querySelector("[data-result]") ? JSON.stringify(read().responses) : "";
}

/** Adds what the controls can do with a script. key tells whose they are, for what they keep on the device. */
export function enliven(root: HTMLElement, key: string, changed: () => void): void {
  liven(root, changed);
  livenPictures(root);
  livenInk(root, `exos.ink.${key}`, changed);
  livenPortables(root, `exos.state.${key}`);
  for (const range of root.querySelectorAll<HTMLInputElement>("input[type=range]")) {
    range.addEventListener("input", () => { range.parentElement!.querySelector("output")!.value = range.value; });
  }
}

/** The form's answer: for each response the values of its controls, in the order of the page, the empty ones left out. */
function read(by?: HTMLButtonElement | null): Answer {
  const values = new Map<string, string[]>();
  for (const control of form().querySelectorAll<HTMLInputElement>("[name^='r.']")) values.set(control.name.slice(2), []);
  for (const list of form().querySelectorAll<HTMLElement>("[data-handed]")) values.set(list.dataset["handed"]!, []);
  for (const box of form().querySelectorAll<HTMLElement>("[data-portable]")) values.set(box.dataset["portable"]!, []);
  const data = new FormData(form(), by?.name.startsWith("r.") ? by : undefined);
  for (const [name, value] of data) {
    if (name.startsWith("r.") && typeof value === "string" && value.trim()) values.get(name.slice(2))?.push(value);
  }
  const fields = new Map([...form().querySelectorAll<HTMLElement>("[data-portable]")].map((box) => [box.dataset["portable"]!, fieldsOf(box)]));
  return { responses: [...values].map(([id, given]) => {
    const record = fields.get(id) ?? [];
    return { id, ...(given.length > 0 && { values: given }), ...(record.length > 0 && { fields: record }) };
  }) };
}

async function act(by: HTMLButtonElement | null): Promise<void> {
  const kind = ({ hint: "hinted", solve: "solved" } as Record<string, Act["kind"]>)[by?.value ?? ""] ?? "answered";
  const of = { attempt: attempt(), exercise: form().dataset["exercise"]!, version: form().dataset["version"]!, seed: form().dataset["seed"]! };
  if (kind !== "answered") {
    await deliver(newAct({ ...of, kind }));
    return;
  }
  const trouble = await handInDrawings(form()) || await handInAll(form());
  if (trouble) return notice("", trouble);
  await askPortables(form());
  const answer = read(by);
  const text = JSON.stringify(answer.responses);
  if (answer.responses.length > 0 && answer.responses.every((r) => !r.values && !r.fields)) return notice("empty");
  if (text === sent) return notice("same");
  sent = text;
  answer.responses = answer.responses.map((r) => { // its state is sent with an answer, and makes none by itself
    const state = stateIn(form(), r.id);
    return state ? { ...r, state } : r;
  });
  answer.seconds = Math.round((performance.now() - opened) / 1000);
  await deliver(newAct({ ...of, kind, payload: answer }));
}

/** Sends an act, and shows what came of it. The buttons stay: an answer pressed twice is the same answer, and is not sent again. */
async function deliver(sending: Act): Promise<void> {
  state("saving");
  form().setAttribute("aria-busy", "true");
  delivering = true;
  const whose = `${me()}.${sending.attempt}`;
  try {
    const outcome = await send(me(), sending, shown());
    if (attempt() === sending.attempt) await show(outcome, sending); // in the app, another exercise may be open meanwhile
    if (typeof outcome !== "string") tabs?.postMessage(whose);
  } finally {
    delivering = false;
  }
  place.querySelector("form")?.removeAttribute("aria-busy");
}

/** Sends what was kept. What is being delivered is left alone: its own answer is the one to show, and to have the focus. */
async function later(): Promise<void> {
  if (delivering) return;
  const outcome = await flush(me(), shown());
  if (!delivering) await show(outcome);
}

/** Another page of this browser has answered: this one shows what came of it, and leaves alone what is being written here. */
async function elsewhere(): Promise<void> {
  if (delivering) return;
  await later();
  notice("elsewhere");
}

async function show(outcome: Outcome, sending?: Act): Promise<void> {
  if (outcome === "full" || outcome === "gone") { // given again, it is no answer that was given
    sent = "";
    state("kept");
    notice(outcome === "full" ? "trouble.store" : "trouble.gone");
    return;
  }
  if (outcome === "later" || outcome === "stranger") {
    state("kept");
    notice(outcome === "stranger" ? "stranger" : "kept");
    return;
  }
  const refused = outcome.receipt.verdicts.find((v) => v.status === "refused" || v.code);
  const hint = form().querySelector("[data-hint]");
  // A hint, or an answer kept from before, leaves what is being written alone, and the hand where it is.
  const written = read().responses;
  const kept = (sending && sending.kind !== "hinted") || JSON.stringify(written) === drawn ? null : written;
  const hand = sending ? undefined : handAt();
  if (!kept) forget(draftKey());
  if (!kept && outcome.receipt.verdicts.length > 0) keysOf(`exos.state.${me()}.${attempt()}.`).forEach(forget); // the server has it
  if (outcome.receipt.sheet) {
    place.innerHTML = outcome.receipt.sheet; // drawn and escaped by our own server
    if (hint && !form().querySelector("[data-hint]")) form().querySelector("[data-said]")!.prepend(hint);
    settle();
    if (kept && JSON.stringify(kept) !== sent) fill(kept);
    hand?.()?.focus();
  }
  state("saved");
  if (refused?.text) notice("", refused.text);
  else if (sending) form().querySelector<HTMLElement>(focusFor[sending.kind])?.focus();
}

const named = (name: string): HTMLElement[] => [...form().querySelectorAll<HTMLElement>(`[name="${CSS.escape(name)}"]`)];

const focusFor = { answered: "[data-result]", hinted: "[data-hint]", solved: "[data-solution]" };

/** Finds the place where the hand now is on a sheet that is drawn anew. Boxes of one question share a name. */
function handAt(): (() => HTMLElement | null | undefined) | undefined {
  const at = document.activeElement;
  if (!(at instanceof HTMLElement) || !form().contains(at)) return undefined;
  const said = Object.values(focusFor).find((what) => at.matches(what));
  if (said) return () => form().querySelector<HTMLElement>(said);
  const name = at.getAttribute("name");
  if (!name) return undefined;
  const which = named(name).indexOf(at);
  return () => named(name)[which];
}

/** Says, under the answers, why nothing was counted. */
function notice(name: string, text = word(name)): void {
  let box = form().querySelector<HTMLElement>("[data-notice]");
  if (!box) {
    box = document.createElement("p");
    box.className = "msg";
    box.tabIndex = -1;
    box.dataset["notice"] = "";
    form().querySelector("[data-said]")!.append(box);
  }
  box.textContent = "";
  const span = document.createElement("span");
  span.textContent = text;
  box.append(span);
  box.focus();
}

/** « Enregistrement… », « Enregistré », or kept here. */
function state(name: "saving" | "saved" | "kept"): void {
  const line = document.querySelector<HTMLElement>("[data-save]");
  if (!line) return;
  const icon = document.querySelector<HTMLTemplateElement>("[data-icons]")?.content.querySelector(`[data-icon=${name}] > *`);
  line.classList.toggle("is-kept", name === "kept");
  line.replaceChildren(...(name === "kept" ? [] : [word(name)]));
  if (icon) line.prepend(icon.cloneNode(true));
}

/** A file that was chosen is handed in at once, so that a reload keeps it. */
async function chosen(field: HTMLInputElement): Promise<void> {
  state("saving");
  const trouble = await handInAll(form());
  state(trouble ? "kept" : "saved");
  if (trouble) notice("", trouble);
  changed(field);
}

/** A control that changes loses its mark; what is written is kept as a draft, for a reload or another tab. */
function changed(control: Element | null): void {
  const said = control?.closest(".ask, .ans");
  said?.querySelectorAll("[data-mark]").forEach((m) => { m.remove(); });
  for (const marked of said ? [said, ...said.querySelectorAll(".is-right, .is-wrong-yet")] : []) marked.classList.remove("is-right", "is-wrong-yet");
  if (form().hasAttribute("data-open")) keep(draftKey(), read().responses);
}

function restore(): void {
  const draft = recall<Answer["responses"] | null>(draftKey(), null);
  if (!form().hasAttribute("data-open")) [draftKey(), ...keysOf(`exos.ink.${me()}.${attempt()}.`), ...keysOf(`exos.state.${me()}.${attempt()}.`)].forEach(forget);
  else if (draft && JSON.stringify(draft) !== sent) fill(draft);
}

/** Puts answers into the controls. */
function fill(responses: Answer["responses"]): void {
  for (const { id, values = [], fields = [] } of responses) {
    relist(form(), id, values);
    refill(form(), id, { values, fields });
    const controls = [...form().querySelectorAll<HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement>(`[name="r.${CSS.escape(id)}"]`)];
    const left = [...values];
    for (const control of controls) {
      if (control instanceof HTMLInputElement && (control.type === "checkbox" || control.type === "radio")) {
        control.checked = values.includes(control.value);
      } else if (control.type === "hidden") {
        const item = controls.find((c) => c.value === left[0])?.closest("li");
        left.shift();
        item?.parentElement?.append(item);
      } else if (control instanceof HTMLSelectElement) {
        const at = left.findIndex((v) => [...control.options].some((o) => o.value === v));
        control.value = at < 0 ? "" : left.splice(at, 1)[0]!;
      } else {
        control.value = left.shift() ?? "";
      }
    }
  }
  liven(place, () => { changed(null); });
  livenPictures(place);
}

