// Biblio Exos without a network: what is on this device, and what was done on it. The page is the same whatever its address says after #.
import { type Book, type Given, type Paper, type Piece, type Program, type Self, type Sheet, type Work, all, get, placeOf, self } from "./script/app/db";
import { answered, draftAt, sweepDrafts, write, writeNothing } from "./script/app/drafts";
import { Gone, ground, shared } from "./script/app/ground";
import { gone, leave, sayFarewells } from "./script/app/leave";
import { dropCode, recover, setCode, tryCode } from "./script/app/lock";
import { type Locker, addLocker, changeLocker, close, dropLocker, enter as unlock, here as locker, lockers, remembered } from "./script/app/locker";
import { chooser, codeForm, codeOf, entered, joining, leaving, mine, nameOf, owner, press, refusal, remains } from "./script/app/who";
import { accessTo, clears, download, empties, enrol, eraseWaiting, forgetMe, given, idOf, lent, needed, offers as lendable, pause, speak, type Offered } from "./script/app/server";
import { type Line, after, asideNote, button, contents, counter, door, frame, h, hand, icon, message, moment, receipt, shelf, size } from "./script/app/view";
import { handOver } from "./script/app/handover";
import { erasing, stranded } from "./script/app/stranded";
import { qr } from "./script/app/qr";
import { type Done, signedReceipt, typedReceipt } from "./script/app/receipt";
import { genuine, intact, tellFound } from "./script/app/genuine";
import { keepDone, keepFound, setAside, understood, unsent, workAt } from "./script/app/acts";
import { type Answer, right, score, wake } from "./script/app/scorer";
import { busy, idle, keepApp } from "./script/app/keep";
import { newId } from "./script/id";
import { carryBy } from "./script/outbox";
import { play } from "./script/player";
import { clearWritten } from "./script/store";
import { say, word } from "./script/words";

const place = document.querySelector<HTMLElement>("[data-app]")!;
const title = document.querySelector("h1")!;
const home = title.textContent!;
const forgotten = 10 * 60_000; // out of sight for longer, a locker that has a code is closed
const tries = 3; // answers in an attempt: the server's own number
const working = new Set<string>();
let offered: Offered[] | undefined; // what the server would lend; undefined where it is out of reach
let work: Given[] | undefined; // the homework that there is, likewise
let doing = ""; // the place of the exercise that is open
let opened = tries; // and how many answers it takes

let drawings = 0;

/** Puts a drawing in its place, unless another was begun since: what is read from the disk is not always read in turn. */
function put(drawing: number, heading: string, ...what: Node[]): boolean {
  if (drawing !== drawings) return false;
  doing = "";
  void writeNothing();
  title.textContent = heading;
  place.replaceChildren(...what);
  return true;
}

/** Puts a drawing in which nothing is under way. From one exercise to the next the app is not changed either. */
function rest(drawing: number, heading: string, ...what: Node[]): void {
  if (put(drawing, heading, ...what)) idle();
}

/** Draws anew what changed without being asked for. What is being filled in stays as it is: it would be lost. */
async function renew(): Promise<void> {
  if (!doing && !place.querySelector("form")) await show();
}

/** Draws what the address asks for. */
async function show(trouble?: string): Promise<void> {
  const drawing = ++drawings;
  if (shared() && !locker()) return choose(drawing, trouble);
  const me = await self();
  const [module, number] = location.hash.startsWith("#/") ? location.hash.slice(2).split("/") : [];
  if (!me) return nobody(drawing, module, trouble);
  if (module === "remettre") return rest(drawing, word("hand"), back(), hand(await unsent(), await setAside(), me.seal !== undefined));
  if (locker()?.left) return rest(drawing, home, ...(trouble ? [message(trouble, "amber")] : []), remains(await unsent()));
  if (shared() && module === "casier") return rest(drawing, word("locker.mine"), mine(locker()!, trouble));
  if (shared() && module === "depart") return rest(drawing, word("locker.leave"), leaving(await unsent(), await setAside(), trouble));
  const pack = module ? await get<Book>("books", module) ?? await get<Paper>("papers", module) : undefined;
  if (!pack || !await readable(pack)) return rest(drawing, home, ...(trouble ? [message(trouble, "amber")] : []), await shelfNow());
  const piece = pack.exercises.find((e) => String(e.number) === number);
  const sheet = piece?.sha256 ? await get<Sheet>("sheets", piece.sha256) : undefined;
  const closed = piece && sheet ? await closedAt(pack, piece) : "";
  if (piece && sheet && !closed) return exercise(drawing, pack, piece, sheet);
  const done = await doneHere(pack);
  if (number === "recu" && done.count > 0) return rest(drawing, word("receipt.of", { title: pack.title }), back(pack), await receiptOf(pack, me, done));
  const works = new Map((await all<Work>("works")).map((w) => [w.place, w]));
  rest(drawing, pack.title, back(), ...(closed ? [message(closed, "amber")] : []), contents(pack, works, await unsent(), done.count));
}

/** Draws the way in where the device is nobody's: not yet, or no more, with answers on it. */
async function nobody(drawing: number, asked?: string, trouble?: string): Promise<void> {
  const waits = await unsent();
  if (waits > 0 && asked === "effacer") return rest(drawing, word("stranded.erase"), erasing(waits));
  const others = locker() && (await lockers()).length > 1 ? [h("p", {}, h("a", { href: "#/qui" }, word("locker.others")))] : [];
  rest(drawing, home, waits > 0 ? stranded(waits, trouble) : door(trouble), ...others);
}

/** What of a module or a homework was answered on this device. */
async function doneHere(pack: Book | Paper): Promise<Done> {
  const homework = "homework" in pack ? pack.homework : undefined;
  const here = new Set(pack.exercises.map((e) => placeOf(e.exercise, homework)));
  const works = (await all<Work>("works")).filter((w) => w.attempt && w.tries > 0 && here.has(w.place));
  return { work: idOf(pack), count: works.length, at: works.map((w) => w.at).sort().pop() ?? "" };
}

async function receiptOf(pack: Book | Paper, me: Self, done: Done): Promise<HTMLElement> {
  const server = place.dataset["server"] || location.origin;
  const picture = qr(`${server}/hors-ligne/recus?recu=${await signedReceipt(me, done)}`, word("receipt.picture"));
  return receipt({ count: done.count, of: pack.exercises.length, at: done.at, typed: await typedReceipt(me, done), picture, waiting: await unsent() });
}

/** Makes the file for a teacher, and gives it to the learner. */
async function handFile(): Promise<void> {
  const drawing = ++drawings;
  const made = await handOver();
  if (!made) return show();
  const file = new File([made.text], made.name, { type: "application/jose" });
  const link = h("a", { href: URL.createObjectURL(file), download: made.name }) as HTMLAnchorElement;
  link.click();
  setTimeout(() => { URL.revokeObjectURL(link.href); }, 60_000);
  const share = "canShare" in navigator && navigator.canShare({ files: [file] }) ? h("button", { type: "button" }, icon("share-2"), word("hand.share")) : undefined;
  share?.addEventListener("click", () => void navigator.share({ files: [file] }).catch(() => undefined)); // given up
  const told = [word("hand.made", { name: made.name, size: size(file.size) }), made.left > 0 ? word("hand.left", { n: made.left }) : ""].join(" ").trim();
  rest(drawing, word("hand"), back(), hand(await unsent(), await setAside(), true, told, share));
}

/** Whether what is kept of a module or a homework is shown at all. A homework stays to be read, as long as it is here. */
async function readable(pack: Book | Paper): Promise<boolean> {
  if ("homework" in pack) return true;
  const access = accessTo(await genuine(pack), (await self())!)[0];
  return pack.exercises.length > 0 && (access === "open" || access === "read");
}

/** Why an exercise does not open here now, in words; "" where it does. */
async function closedAt(pack: Book | Paper, piece: Piece): Promise<string> {
  if (!await intact(pack, piece)) return word("trouble.altered");
  const me = (await self())!;
  const kept = "homework" in pack ? await get<Book>("books", piece.module!) : pack;
  const book = kept && await genuine(kept);
  const [access, rule] = book ? accessTo(book, me) : ["close", ""];
  if (!("homework" in pack)) return access === "open" && lent(pack, piece) ? "" : because(pack, rule);
  if (Math.max(Date.now(), Date.parse(me.answer.at)) >= Date.parse(pack.closes)) return word("work.over");
  if (access === "open") return "";
  return book && rule === "suspended" ? because(book, rule) : word("work.need");
}

/** Why a rule closes what is kept of a module: the server's own words, where it gave some. */
const because = (book: Book, rule: string): string => rule === "suspended" && book.status?.reason || word(`rule.${rule}`);

const back = (pack?: Book | Paper): HTMLElement =>
  h("p", {}, h("a", { href: `#/${pack ? idOf(pack) : ""}` }, pack ? word("homework" in pack ? "work.back" : "back") : word("back.shelf")));

async function shelfNow(): Promise<HTMLElement> {
  const me = (await self())!;
  const byTitle = (a: { title: string }, b: { title: string }): number => a.title.localeCompare(b.title);
  const books = await Promise.all((await all<Book>("books")).filter((b) => b.exercises.length > 0).map(genuine));
  const papers = await all<Paper>("papers");
  const here: Line[] = [
    ...papers.sort(byTitle).map((pack) => ({ pack, open: true, said: `${pack.mode} · ${pack.due}`, working: working.has(pack.homework) })),
    ...books.sort(byTitle).map((pack) => {
      const [access, rule] = accessTo(pack, me);
      return { pack, open: access === "open" || access === "read", said: access === "open" ? "" : because(pack, rule), working: working.has(pack.module) };
    }),
  ];
  const { used, free } = await ground().room();
  const more = [
    ...(work ?? []).filter((g) => g.todo && !papers.some((p) => p.homework === g.homework)).map((g) => ({ id: g.homework, title: g.title, said: `${g.mode} · ${g.due}`, what: "work" })),
    ...(offered ?? []).filter((o) => !books.some((b) => b.module === o.module)).map((o) => ({ id: o.module, title: o.title, said: "", what: "get" })),
  ];
  const whose = locker() && owner(locker()!, await lockers());
  const before = me.before ? message(word("before", { at: moment(me.before) }), "", "info", h("p", { class: "mt-1" }, button(word("before.ok"), "read"))) : undefined;
  return shelf(h("div", { class: "stack" }, whose, before, asideNote(await setAside())), here, more, word("storage", { used: size(used), free: size(free) }), await unsent());
}

/** Opens an exercise: the attempt that is under way here, or a first one, in which something may be written already. Nothing is signed of it
 * before something is answered. What is done for a homework is begun once: its next attempt's numbers are the server's to draw. */
async function exercise(drawing: number, pack: Book | Paper, piece: Piece, sheet: Sheet): Promise<void> {
  const homework = "homework" in pack ? pack.homework : "";
  const place = placeOf(piece.exercise, homework);
  const most = piece.tries ?? tries;
  const before = await workAt(place);
  const draft = await draftAt(place);
  const attempt = draft && draft.attempt !== before?.attempt ? draft.attempt : newId(); // never one that is over
  const fresh: Work = { place, exercise: piece.exercise, ...(homework ? { homework } : {}), attempt, tries: 0, over: false, at: "", waiting: "" };
  let work: Work = before && (homework || !before.over) ? before : fresh;
  const box = h("div", { "data-sheet": "" });
  box.innerHTML = sheet.html; // drawn and escaped by our own server, and verified when it came
  const form = box.querySelector("form")!;
  (form.elements.namedItem("attempt") as HTMLInputElement).value = work.attempt;
  takesAnswers(form, !work.over);
  if (!put(drawing, word("exercise.n", { n: piece.number }), back(pack), frame(pack, piece, box, after(before, most), await unsent()))) return;
  [doing, opened] = [place, most];
  write(place, work.attempt, draft);
  busy();
  if (piece.program) void wake(); // while the exercise is read
  carryBy(async (_, act) => {
    let id = "";
    const what = { attempt: work.attempt, exercise: act.exercise, version: act.version, seed: act.seed };
    const was = work;
    try {
      const now = await workAt(place); // another window may have begun the same
      if (work.tries === 0 && now?.attempt === work.attempt) work = now;
      if (work.tries === 0) await keepDone({ ...what, ...(homework ? { homework } : {}), kind: "opened" }, () => work);
      await keepDone({ ...what, kind: act.kind, payload: act.payload }, (made) => {
        id = made;
        work = { ...work, tries: work.tries + 1, over: work.tries + 1 >= most, at: new Date().toISOString(), last: id, waiting: id };
        delete work.said;
        delete work.text;
        delete work.found;
        return work;
      });
    } catch (why) { // no room is left: the answer is on the page still, and nowhere else
      work = was;
      return why instanceof Gone ? "gone" : "full";
    }
    await answered(place, work.over);
    await settle(work = await found(piece, act.seed, work, id, act.payload as Answer), most); // it is kept: only now is it looked at
    void sync();
    return { receipt: { verdicts: [] } };
  });
  play(); // before anything is waited for: an answer that is given at once is taken, too
  await settle(work, most);
}

/** Scores an answer that was kept, where the device has its key. */
async function found(piece: Piece, seed: string, work: Work, id: string, answer: Answer): Promise<Work> {
  const program = piece.program ? await get<Program>("programs", piece.version!) : undefined;
  const scored = program && await score(program.data, seed, work.state, answer);
  return (scored && await keepFound(work.place, id, { ...scored, over: right(scored.found) })) ?? work;
}

/** Whether the sheet's answers are taken, and what is written in it is kept. */
function takesAnswers(form: HTMLElement, yes: boolean): void {
  form.toggleAttribute("data-open", yes);
  for (const b of form.querySelectorAll<HTMLButtonElement>("button[value=answer]")) b.disabled = !yes;
}

/** Says below the sheet how the answer stands. The sheet may be of a newer attempt: nothing is closed or taken away in that. */
async function settle(work: Work, most: number): Promise<void> {
  if (doing !== work.place) return;
  const form = place.querySelector<HTMLFormElement>("form[data-player]");
  const own = form && (form.elements.namedItem("attempt") as HTMLInputElement).value === work.attempt;
  if (own && work.over) void answered(work.place, true);
  place.querySelector("[data-work]")?.replaceChildren(after(work.tries > 0 ? work : await workAt(work.place), most));
  if (own) takesAnswers(form, !work.over);
  place.querySelector("[data-counter]")?.remove();
  const count = counter(await unsent());
  if (count) place.querySelector(".ex")?.append(count);
}

/** Sends what is waiting, and hears what holds now. */
async function sync(modules: string[] = [], returned: string[] = []): Promise<string> {
  if (!await self()) return "unknown";
  const came = await speak(modules, returned);
  if (came === "unknown") { // the learner is gone, or the server is as it was before: what was theirs here goes, but for answers
    await writeNothing();
    await forgetMe();
  }
  if (locker()?.left && await gone()) {
    close();
    return came;
  }
  if (came === "done") await offers();
  await sweepDrafts();
  if (came === "done" || came === "ended") await tellFound();
  const open = doing ? await workAt(doing) : undefined;
  if (open) await settle(open, opened);
  else if (came === "ended" || came === "unknown") await show(came === "ended" ? word("ended") : await unsent() === 0 ? word("trouble.unknown") : undefined);
  else await renew();
  return came;
}

/** Asks what could be taken along. */
async function offers(): Promise<void> {
  work = await given();
  offered = await lendable() ?? offered;
}

/** Takes a module or a homework along, of which these modules must be lent first. */
async function take(of: "books" | "papers", id: string, modules: string[]): Promise<void> {
  if (working.has(id)) return;
  working.add(id);
  void navigator.storage.persist?.();
  const asked = await sync(modules);
  const came = asked === "done" ? await download(of, id, () => void (doing || location.hash.length > 2 || show())) : asked;
  working.delete(id);
  if (came === "done") {
    say(word("got"));
    void speak(); // so that their teacher knows that it is here
  }
  if (came === "done" || came === "paused") await renew();
  else if (!doing) await show(word(`trouble.${came}`));
}

/** A module, with the homework that has exercises of it. */
async function fetchBook(module: string): Promise<void> {
  await take("books", module, [module]);
  for (const g of work ?? []) if (g.todo && g.modules.includes(module)) await take("papers", g.homework, g.modules);
}

async function fetchPaper(homework: string): Promise<void> {
  const known = work?.find((g) => g.homework === homework) ?? await get<Paper>("papers", homework);
  await take("papers", homework, known?.modules ?? []);
}

/** Shows whose locker may be opened, or asks for the code of one. */
async function choose(drawing: number, trouble?: string): Promise<void> {
  const all = (await lockers()).filter((l) => l.device);
  const asked = all.find((l) => location.hash === `#/qui/${l.id}` && l.lock);
  if (asked) rest(drawing, word("locker.who"), codeForm(asked, nameOf(asked, all), trouble));
  else rest(drawing, word("locker.who"), chooser(all, trouble ? message(trouble, "amber") : undefined));
}

/** Opens a locker, or asks for its code. */
async function openLocker(l: Locker): Promise<void> {
  if (l.lock) {
    if (location.hash === `#/qui/${l.id}`) await show();
    else location.hash = `#/qui/${l.id}`;
    return;
  }
  unlock(l);
  await inside();
}

/** The open locker's shelf, and what is new of it. */
async function inside(): Promise<void> {
  if (location.hash.startsWith("#/qui")) history.replaceState(null, "", location.pathname);
  if (locker()?.left && await gone()) return close(); // what was left in it went with the device's being forgotten
  if (!await self() && await unsent() === 0 && (await lockers()).length === 1) return enter(); // its storage was lost; among several, or with answers of somebody's, it is asked whose it is
  await show();
  void sync();
}

/** A locker for one more pupil: theirs by a code, or by the session that they have here. */
async function join(code?: string): Promise<void> {
  const made = await addLocker();
  unlock(made);
  history.replaceState(null, "", location.pathname);
  await enter(code);
  if (await self()) say(word("locker.welcome"));
}

async function openBy(form: HTMLFormElement): Promise<void> {
  const button = form.querySelector<HTMLButtonElement>("button.btn-primary")!;
  if (button.disabled) return;
  button.disabled = true; // it takes a moment, on purpose
  const l = (await lockers()).find((o) => o.id === form.dataset["unlock"])!;
  const tried = await tryCode(l, entered(new FormData(form), l.lock!.kind));
  if (tried === "open") return inside();
  await show(refusal(tried));
  place.querySelector<HTMLElement>("[data-unlock] input:not([type=hidden]), [data-unlock] [data-pick]")?.focus();
}

async function lockBy(form: HTMLFormElement): Promise<void> {
  const data = new FormData(form);
  const kind = data.get("kind") === "pictures" ? "pictures" : "digits";
  const code = codeOf(data, kind);
  if ("trouble" in code) return show(code.trouble);
  const came = await setCode(kind, code.code, data.get("away") === "yes");
  await show(came === "done" ? undefined : word(`locker.code.${came}`));
  if (came === "done") say(word("locker.code.done"));
}

const acts: Record<string, (value: string) => Promise<unknown>> = {
  choose: async (id) => openLocker((await lockers()).find((l) => l.id === id)!),
  add: async () => join(),
  switch: async () => { close(); },
  forgot: async (id) => {
    const l = (await lockers()).find((o) => o.id === id)!;
    const came = await recover(l);
    if (came === "open") {
      location.hash = "#/casier";
      say(word("locker.forgot.done"));
      return sync();
    }
    return show(word(`locker.forgot.${came}`));
  },
  unlock: async () => {
    await dropCode();
    await show();
    say(word("locker.code.dropped"));
  },
  leave: async () => {
    await leave();
    close();
  },
  "leave-send": async () => {
    const came = await sync();
    if (await unsent() > 0) return show(word(came === "later" ? "trouble.later" : "locker.leave.not"));
    await leave();
    return close();
  },
  mine: async () => enter(),
  join: async () => beginBy(brought),
  "join-not": async () => beginBy(),
  "erase-all": async () => {
    await eraseWaiting();
    if (!locker()) return show();
    await dropLocker(locker()!);
    return close();
  },
  get: fetchBook,
  work: fetchPaper,
  hand: handFile,
  read: async () => {
    await understood();
    await show();
  },
  pause: async (id) => { pause(id); },
  send: async () => { if (await sync() === "later") say(word("trouble.later")); },
  remove: async (id) => {
    pause(id);
    const paper = await get<Paper>("papers", id);
    const book = await get<Book>("books", id);
    if (paper) await clears(paper);
    else if (book) await empties(book);
    await sync([], paper || await needed(id) ? [] : [id]);
    await show();
  },
};

place.addEventListener("click", (event) => {
  if (press(event.target as Element)) return;
  const pressed = (event.target as Element).closest<HTMLElement>("[data-do]");
  if (pressed) void acts[pressed.dataset["do"]!]?.(pressed.dataset["value"] ?? "");
});
place.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  const data = new FormData(form);
  for (const [name, act] of [
    ["code", () => enter(data.get("code") as string)], ["unlock", () => openBy(form)], ["lock", () => lockBy(form)],
    ["mine", async () => {
      const name = (data.get("name") as string).trim();
      await changeLocker(locker()!.id, { picture: data.get("picture") as string, ...(name ? { name } : {}) }, name ? [] : ["name"]);
      say(word("locker.saved"));
    }],
  ] as const) {
    if (!(name in form.dataset)) continue;
    event.preventDefault();
    void act();
  }
});
place.addEventListener("change", (event) => {
  const at = event.target as HTMLInputElement;
  if (at.name === "kind") for (const part of at.form!.querySelectorAll<HTMLElement>("[data-kind]")) part.hidden = part.dataset["kind"] !== at.value;
});
addEventListener("hashchange", () => {
  if (location.hash.startsWith("#code=") || location.hash === "#/moi") void begin();
  else if (locker() && location.hash.startsWith("#/qui")) close();
  else void show().then(() => { title.tabIndex = -1; title.focus(); });
});
addEventListener("online", () => void sync());
let hiddenAt = 0;
document.addEventListener("visibilitychange", () => {
  if (document.hidden) hiddenAt = Date.now();
  else if (locker()?.lock && Date.now() - hiddenAt > forgotten) close();
  else void sync();
});
setInterval(() => void unsent().then((n) => { if (n > 0) void sync(); }), 60_000);

async function enter(code?: string): Promise<void> {
  const made = await enrol(code);
  if (typeof made === "string") return strange(made, code);
  if (locker()) await changeLocker(locker()!.id, { device: made.device });
  await sync();
  await show();
}

/** It did not become anybody's. A locker that was made for it goes again, where there are others. */
async function strange(came: string, code?: string): Promise<void> {
  const said = came === "many" ? word("trouble.many") : code ? word(`trouble.code.${came === "later" ? "later" : "refused"}`) : undefined;
  const l = locker();
  if (!l || (await lockers()).length === 1 && await unsent() === 0) return show(said);
  return show(said ?? word("locker.door"));
}

let brought = ""; // a code that came in the address, until its learner says that it is theirs

/** One click: a code in the address, or whoever is signed in here. Anybody can send an address with a code of their own in it: what is done
 * here would be done in their name. So it is asked; the program for computers was asked for by the page that the code comes from. */
async function begin(): Promise<void> {
  const code = location.hash.startsWith("#code=") ? location.hash.slice(6) : undefined;
  if (code) history.replaceState(null, "", location.pathname);
  if (!code || !shared()) return beginBy(code);
  brought = code;
  rest(++drawings, word("join"), joining());
}

async function beginBy(code?: string): Promise<void> {
  if (shared()) return beginShared(code);
  if (!await self()) return enter(code);
  return inside();
}

/** The devices of whoever is signed in here; undefined where nobody is, or that cannot be known. */
async function own(): Promise<string[] | undefined> {
  const answer = await fetch("/hors-ligne/moi", { headers: { Accept: "application/json" } }).catch(() => undefined);
  return answer?.ok ? ((await answer.json()) as { devices: string[] }).devices : undefined;
}

async function beginShared(code?: string): Promise<void> {
  void sayFarewells();
  if (locker()) return code || location.hash === "#/moi" ? close() : show(); // the page has one open: it begins anew for another
  const all = await lockers();
  for (const empty of all.slice(1)) if (!empty.device) await dropLocker(empty); // begun, and never anybody's
  const theirs = all.filter((l) => l.device);
  const asked = location.hash;
  if (asked === "#/moi") history.replaceState(null, "", location.pathname);
  if (theirs.length === 0) {
    unlock(all[0]!);
    return asked.startsWith("#/qui") ? show() : enter(code); // whoever has just left is not taken in again
  }
  if (code) return join(code);
  const mine = asked === "#/moi" ? await own() : undefined;
  if (mine) {
    const found = theirs.find((l) => mine.includes(l.device!));
    return found ? openLocker(found) : join();
  }
  const last = theirs.find((l) => l.id === remembered()) ?? (theirs.length === 1 ? theirs[0] : undefined);
  if (last && !asked.startsWith("#/qui")) return openLocker(last);
  return show();
}

// Whatever was under way when the program was closed ends the same: nothing answers here any more. What the page shows stays.
addEventListener("unhandledrejection", (event) => {
  if (!(event.reason instanceof Gone)) return;
  event.preventDefault();
  sayGone();
});

function sayGone(): void {
  if (document.querySelector("[data-gone]")) return;
  const said = message(word("trouble.gone"), "amber");
  said.dataset["gone"] = "";
  place.before(said);
  say(word("trouble.gone"));
}

if (!shared()) clearWritten(); // of an app of before; a browser's lockers see to theirs
void writeNothing();
void begin();
void keepApp();
