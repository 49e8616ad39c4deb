// What is written in an exercise and not answered yet (« brouillon »). It is kept in the open locker, sealed as its other records are, by
// the exercise's place, with the attempt that it was begun in: so it is found again when the exercise is drawn anew, and there is one of
// each exercise at most. The player reads it from memory, at once; it is written behind.
import { type Book, type Draft, type Paper, all, drop, get, placeOf, put, within } from "./db";
import { Gone } from "./ground";
import { type Shelf, keepWrittenIn } from "../store";

/** Remembers for as long as the page lives. */
class Memory implements Shelf {
  protected readonly kept: Map<string, string>;

  constructor(kept: Record<string, string> = {}) { this.kept = new Map(Object.entries(kept)); }

  get(key: string): string | null { return this.kept.get(key) ?? null; }
  keys(): string[] { return [...this.kept.keys()]; }
  set(key: string, text: string): void { this.kept.set(key, text); }
  delete(key: string): void { this.kept.delete(key); }
}

/** What is written in the exercise that is open. */
class Writing extends Memory {
  private changed = false;
  private saving: Promise<void> | undefined;

  constructor(readonly place: string, private readonly attempt: string, kept: Record<string, string>) { super(kept); }

  override set(key: string, text: string): void {
    if (this.kept.get(key) === text) return;
    super.set(key, text);
    void this.save();
  }

  override delete(key: string): void { if (this.kept.delete(key)) void this.save(); }

  /** Writes what there is, after what is being written. */
  save(): Promise<void> {
    this.changed = true;
    this.saving ??= this.write().finally(() => { this.saving = undefined; });
    return this.saving;
  }

  private async write(): Promise<void> {
    while (this.changed) {
      this.changed = false;
      try { // not while the locker's records are being sealed, or its device becomes another
        await navigator.locks.request("biblio-exos-acts", () =>
          this.kept.size > 0 ? put("drafts", { place: this.place, attempt: this.attempt, kept: Object.fromEntries(this.kept) } satisfies Draft) : drop("drafts", this.place));
      } catch (why) {
        if (why instanceof Gone) throw why;
      } // there is no room: the page has it, for as long as it lives
    }
  }

  settled(): Promise<void> { return this.saving ?? Promise.resolve(); }
}

let writing: Writing | undefined;

/** What was written at a place. What is being written still is waited for. */
export async function draftAt(place: string): Promise<Draft | undefined> {
  await writing?.settled();
  return get<Draft>("drafts", place);
}

/** From now on the player writes at a place, in an attempt, and finds what was written in it. A draft of another attempt goes. */
export function write(place: string, attempt: string, before: Draft | undefined): void {
  const same = before?.attempt === attempt;
  writing = new Writing(place, attempt, same ? before.kept : {});
  keepWrittenIn(writing);
  if (before && !same) void writing.save();
}

/** From now on nothing that is written is kept. It returns once what was written is. */
export async function writeNothing(): Promise<void> {
  const before = writing;
  writing = undefined;
  keepWrittenIn(new Memory());
  await before?.settled();
}

/** An answer at a place is kept: its draft goes. What was drawn, and what interactions remember, is of use until the attempt is over. */
export async function answered(place: string, over: boolean): Promise<void> {
  const before = await draftAt(place);
  const at = writing?.place === place ? writing : before && new Writing(place, before.attempt, before.kept); // another may be open meanwhile
  for (const key of at?.keys() ?? []) if (over || key.startsWith("exos.draft.")) at?.delete(key);
  await at?.settled();
}

/** Drops the drafts of what is not on the device any more. */
export async function sweepDrafts(): Promise<void> {
  const drafts = await all<Draft>("drafts");
  if (drafts.length === 0) return;
  const places = new Set([
    ...(await all<Book>("books")).flatMap((b) => b.exercises.map((e) => placeOf(e.exercise))),
    ...(await all<Paper>("papers")).flatMap((p) => p.exercises.map((e) => placeOf(e.exercise, p.homework))),
  ]);
  const gone = drafts.filter((d) => !places.has(d.place));
  if (gone.length > 0) await within(["drafts"], (at) => { for (const { place } of gone) at("drafts").delete(place); });
}
