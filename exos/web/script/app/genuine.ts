// What lies on a device lies in its user's hands. Before an exercise opens, what it needs is looked at once more: the right is the one that
// the server signed, the sheet and what scores it are the ones that came. What is not is refused, taken away, and told to the teacher.
import type { Entitlement } from "./access";
import { changeSelf } from "./acts";
import { type Book, type Paper, type Piece, type Program, type Sheet, dropAll, get, put, self, within } from "./db";
import { bytes, read, sha256 } from "./key";
import { request } from "./server";

export interface Found { kind: "right" | "content"; what: string }

/** Looks at the right to a module. One that the server did not sign is no right any more, until the next contact brings another. */
export async function genuine(book: Book): Promise<Book> {
  const { entitlement, token, ...rest } = book;
  if (!entitlement) return book;
  const signed = token && await read<Entitlement>((await self())!, "exos-entitlement+jws", token);
  if (signed && JSON.stringify(signed) === JSON.stringify(entitlement)) return book;
  await put("books", rest satisfies Book);
  await note({ kind: "right", what: book.module });
  return rest;
}

/** Reports whether an exercise is what came, and so is what scores it. What is not goes, to be taken along anew. */
export async function intact(pack: Book | Paper, piece: Piece): Promise<boolean> {
  const sheet = await get<Sheet>("sheets", piece.sha256!);
  const program = piece.program ? await get<Program>("programs", piece.version!) : undefined;
  const bad: string[] = [];
  if (sheet && await sha256(bytes(sheet.html)) !== piece.sha256) bad.push(piece.sha256!);
  if (program && await sha256(program.data as Uint8Array<ArrayBuffer>) !== piece.version) bad.push(piece.version!);
  if (bad.length === 0) return true;
  const store = "homework" in pack ? "papers" : "books";
  pack.got = pack.got.filter((hash) => !bad.includes(hash));
  await within(["sheets", "programs", store], (at) => {
    dropAll(at, bad);
    at(store).put(pack);
  });
  for (const what of bad) await note({ kind: "content", what });
  return false;
}

/** Keeps what was found until it is told. */
const note = (one: Found): Promise<void> =>
  changeSelf((me) => ({ ...me, found: [...(me.found ?? []).filter((f) => f.kind !== one.kind || f.what !== one.what), one].slice(-50) }));

/** Tells what was found, where there is a network. */
export async function tellFound(): Promise<void> {
  const me = await self();
  if (!me?.found?.length) return;
  const told = me.found;
  const answer = await request(me, "/constats", { found: told });
  if (typeof answer !== "string") await changeSelf(({ found, ...now }) => ({ ...now, found: (found ?? []).slice(told.length) }));
}
