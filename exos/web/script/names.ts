// Names at the glass: a teacher's browser asks the broker who is behind the pseudonyms, with the teacher's own token, and writes the
// names on the page. They never come to Biblio Exos's server, and are kept nowhere.
interface Roster { classes: { persons: { sub: string; name: string }[] }[] }

let known: Promise<Map<string, string>> | undefined;

async function ask(at: string): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  try {
    const { roster, token } = (await (await fetch(at, { headers: { Accept: "application/json" } })).json()) as { roster?: string; token?: string };
    if (!roster || !token) return names;
    const answer = await fetch(roster, { headers: { Authorization: `Bearer ${token}`, Accept: "application/json" } });
    if (!answer.ok) return names;
    for (const c of ((await answer.json()) as Roster).classes) for (const p of c.persons) names.set(p.sub, p.name);
  } catch { /* the page says what it can without them */ }
  return names;
}

let hidden = false;

/** Puts names on all pupils of the page, or of a part of it that has just come. */
export async function nameAll(root: ParentNode = document): Promise<void> {
  const at = document.querySelector<HTMLElement>("[data-names]")?.dataset["names"];
  if (!root.querySelector("[data-sub]")) return;
  if (hidden) { write(root, new Map()); return; } // at once: the page may be on a wall
  known ??= at ? ask(at) : Promise.resolve(new Map<string, string>());
  write(root, await known);
}

function write(root: ParentNode, names: Map<string, string>): void {
  for (const place of root.querySelectorAll<HTMLElement>("[data-sub]")) {
    place.dataset["was"] ??= place.textContent ?? "";
    place.textContent = (hidden ? place.dataset["plain"] : names.get(place.dataset["sub"]!)) ?? place.dataset["was"];
  }
}

/** Takes the names off the page, first names too, before it goes on a wall; or puts them back. */
export function hideNames(on: boolean): void {
  hidden = on;
  void nameAll();
}

/** The table for a spreadsheet with the names in it: it is put together here, where the names are. */
export function nameFiles(): void {
  for (const link of document.querySelectorAll<HTMLAnchorElement>("a[data-csv]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      void save(link.href);
    });
  }
}

async function save(href: string): Promise<void> {
  const answer = await fetch(href);
  if (!answer.ok) { location.assign(href); return; }
  const lines = (await answer.text()).replace(/^\ufeff/, "").split("\r\n");
  // The rows stand as on the page, the pupil in the first cell.
  const pupils = [...document.querySelectorAll<HTMLElement>("tbody th [data-sub]")].map((p) => p.textContent ?? "");
  const cell = (name: string): string => `"${(/^[=+\-@\t\r\n]/.test(name) ? "'" : "") + name.replaceAll('"', '""')}"`; // text, never a formula
  const named = lines.map((line, i) => (i > 0 && pupils[i - 1] && line ? cell(pupils[i - 1]!) + line.slice(firstCell(line)) : line));
  const url = URL.createObjectURL(new Blob(["\ufeff", named.join("\r\n")], { type: "text/csv" }));
  const a = document.createElement("a");
  a.href = url;
  a.download = href.slice(href.lastIndexOf("/") + 1);
  a.click();
  setTimeout(() => { URL.revokeObjectURL(url); }, 60_000);
}

/** Where the first cell of a line ends. */
function firstCell(line: string): number {
  if (!line.startsWith('"')) return line.indexOf(";");
  return /^"(?:[^"]|"")*"/.exec(line)?.[0].length ?? line.indexOf(";");
}

/** A button to print, which makes no sense without a script. */
export function printing(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => { print(); });
  }
}
