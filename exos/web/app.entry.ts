// Biblio Exos without a network: what is on this device, and what was done on it. The page is the same whatever its address says after #.
import { type Book, type Piece, type Sheet, type Work, all, get, self } from "./script/app/db";
import { ground } from "./script/app/ground";
import { accessTo, download, empties, enrol, forgetMe, pause, speak } from "./script/app/server";
import { after, contents, counter, door, frame, h, message, shelf, size, type Offered } from "./script/app/view";
import { keepDone, unsent, workAt } from "./script/app/acts";
import { newId } from "./script/id";
import { carryBy } from "./script/outbox";
import { play } from "./script/player";
import { say, word } from "./script/words";

const place = document.querySelector<HTMLElement>("[data-app]")!;
const title = document.querySelector("h1")!;
const home = title.textContent!;
const tries = 3; // answers in an attempt: the server's own number
const working = new Set<string>();
let offered: Offered[] | undefined; // what the server would lend; undefined where it is out of reach
let doing = ""; // the exercise that is open: the app is not changed under it

let drawings = 0;

/** Puts a drawing in its place, unless another was begun since: what is read from the disk is not always read in turn. */
function put(drawing: number, heading: string, ...what: Node[]): boolean {
  if (drawing !== drawings) return false;
  doing = "";
  title.textContent = heading;
  place.replaceChildren(...what);
  return true;
}

/** Draws what the address asks for. */
async function show(trouble?: string): Promise<void> {
  const drawing = ++drawings;
  const me = await self();
  const [module, number] = location.hash.startsWith("#/") ? location.hash.slice(2).split("/") : [];
  if (!me) return void put(drawing, home, door(trouble));
  const book = module ? await get<Book>("books", module) : undefined;
  const access = book && accessTo(book, me)[0];
  if (!book || (access !== "open" && access !== "read")) return void put(drawing, home, ...(trouble ? [message(trouble, "amber")] : []), await shelfNow());
  const piece = book.exercises.find((e) => String(e.number) === number);
  const sheet = piece?.sha256 ? await get<Sheet>("sheets", piece.sha256) : undefined;
  if (piece && sheet && access === "open") return exercise(drawing, book, piece, sheet);
  const works = new Map((await all<Work>("works")).map((w) => [w.exercise, w]));
  put(drawing, book.title, back(""), contents(book, works, await unsent()));
}

const back = (to: string): HTMLElement => h("p", {}, h("a", { href: `#/${to}` }, to ? word("back") : word("back.shelf")));

async function shelfNow(): Promise<HTMLElement> {
  const me = (await self())!;
  const books = (await all<Book>("books")).map((book) => {
    const [access, rule] = accessTo(book, me);
    return { book, access, rule, working: working.has(book.module) };
  }).sort((a, b) => a.book.title.localeCompare(b.book.title));
  const { used, free } = await ground().room();
  return shelf(books, offered, word("storage", { used: size(used), free: size(free) }), await unsent());
}

/** Opens an exercise: the attempt that is under way here, or a first one. Nothing is kept of it before something is answered. */
async function exercise(drawing: number, book: Book, piece: Piece, sheet: Sheet): Promise<void> {
  const before = await workAt(piece.exercise);
  let work: Work = before && !before.over ? before : { exercise: piece.exercise, module: book.module, attempt: newId(), tries: 0, over: false, at: "", waiting: "" };
  const box = h("div", { "data-sheet": "" });
  box.innerHTML = sheet.html; // drawn and escaped by our own server, and verified when it came
  const form = box.querySelector("form")!;
  (form.elements.namedItem("attempt") as HTMLInputElement).value = work.attempt;
  if (!put(drawing, word("exercise.n", { n: piece.number }), back(book.module), frame(book, piece, box, before, await unsent()))) return;
  doing = piece.exercise;
  carryBy(async (_, act) => {
    const what = { attempt: work.attempt, exercise: act.exercise, version: act.version, seed: act.seed };
    if (work.tries === 0) await keepDone({ ...what, kind: "opened" }, () => work);
    await keepDone({ ...what, kind: act.kind, payload: act.payload }, (id) => {
      work = { ...work, tries: work.tries + 1, over: work.tries + 1 >= tries, at: new Date().toISOString(), waiting: id };
      delete work.said;
      delete work.text;
      return work;
    });
    void sync();
    await settle(work);
    return { receipt: { verdicts: [] } };
  });
  play();
}

/** Says below the sheet how the answer stands. */
async function settle(work: Work): Promise<void> {
  if (doing !== work.exercise) return;
  place.querySelector("[data-work]")?.replaceChildren(after(work));
  place.querySelectorAll<HTMLButtonElement>("form[data-player] button[value=answer]").forEach((b) => { b.disabled = work.over; });
  place.querySelector("[data-counter]")?.remove();
  const count = counter(await unsent());
  if (count) place.querySelector(".ex")?.append(count);
}

/** Sends what is waiting, and hears what holds now. */
async function sync(modules: string[] = [], returned: string[] = []): Promise<string> {
  if (!await self()) return "unknown";
  const came = await speak(modules, returned);
  if (came === "unknown") await forgetMe(); // the learner is gone: so is all that was theirs here
  if (came === "done") await offers();
  const work = doing ? await workAt(doing) : undefined;
  if (work) await settle(work);
  else if (!doing) await show(came === "ended" || came === "unknown" ? word("ended") : undefined);
  return came;
}

/** Asks what could be taken along: whoever is signed in here sees it. */
async function offers(): Promise<void> {
  const answer = await fetch("/hors-ligne/modules", { headers: { Accept: "application/json" } }).catch(() => undefined);
  if (answer?.ok) offered = (await answer.json()) as Offered[];
}

async function fetchBook(module: string): Promise<void> {
  if (working.has(module)) return;
  working.add(module);
  void navigator.storage.persist?.();
  const asked = await sync([module]);
  const came = asked === "done" ? await download(module, () => void (doing || location.hash.length > 2 || show())) : asked;
  working.delete(module);
  if (came === "done") say(word("got"));
  if (!doing) await show(came === "done" || came === "paused" ? undefined : word(`trouble.${came}`));
}

const acts: Record<string, (value: string) => Promise<unknown>> = {
  get: fetchBook,
  pause: async (module) => { pause(module); },
  send: async () => { if (await sync() === "later") say(word("trouble.later")); },
  remove: async (module) => {
    const book = await get<Book>("books", module);
    pause(module);
    if (book) await empties(book);
    await sync([], [module]);
    await show();
  },
};

place.addEventListener("click", (event) => {
  const pressed = (event.target as Element).closest<HTMLElement>("[data-do]");
  if (pressed) void acts[pressed.dataset["do"]!]?.(pressed.dataset["value"] ?? "");
});
place.addEventListener("submit", (event) => {
  const form = (event.target as Element).closest<HTMLFormElement>("form[data-code]");
  if (!form) return;
  event.preventDefault();
  void enter(new FormData(form).get("code") as string);
});
addEventListener("hashchange", () => {
  if (location.hash.startsWith("#code=")) void begin();
  else void show().then(() => { title.tabIndex = -1; title.focus(); });
});
addEventListener("online", () => void sync());
document.addEventListener("visibilitychange", () => { if (!document.hidden) void sync(); });
setInterval(() => void unsent().then((n) => { if (n > 0) void sync(); }), 60_000);

async function enter(code?: string): Promise<void> {
  const made = await enrol(code);
  if (typeof made === "string") return show(code ? word(`trouble.code.${made === "later" ? "later" : "refused"}`) : undefined);
  await sync();
  await show();
}

/** One click: a code in the address, or whoever is signed in here. */
async function begin(): Promise<void> {
  const code = location.hash.startsWith("#code=") ? location.hash.slice(6) : undefined;
  if (code) history.replaceState(null, "", location.pathname);
  if (!await self()) await enter(code);
  else {
    await show();
    void sync();
  }
}

/** The app itself: kept here, changed only when nothing is under way, and stopped where the server says so. A page without a manifest is
 * the program's for computers, which has it already. */
async function keepApp(): Promise<void> {
  if (!("serviceWorker" in navigator) || !document.querySelector("link[rel=manifest]")) return;
  const kept = await navigator.serviceWorker.register("/appli/ouvrier.js", { scope: "/appli/", updateViaCache: "none" });
  const offer = (): void => { if (kept.waiting && !doing) kept.waiting.postMessage("take"); };
  kept.addEventListener("updatefound", () => { kept.installing?.addEventListener("statechange", offer); });
  addEventListener("hashchange", offer);
  offer();
  void kept.update().catch(() => undefined); // out of reach
}

void begin();
void keepApp();
