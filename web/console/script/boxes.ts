// « Toute la page »: one box for all boxes of a table. And a class that is chosen chooses its rows: they show it, and are not sent twice.
export function followBoxes(): void {
  const rows = (all: HTMLInputElement): HTMLInputElement[] => [...all.closest("table")?.querySelectorAll<HTMLInputElement>("input[data-person]:not(:disabled)") ?? []];
  const settle = (): void => {
    for (const all of document.querySelectorAll<HTMLInputElement>("input[data-all]")) {
      const boxes = rows(all);
      const on = boxes.filter((box) => box.checked).length;
      all.hidden = false;
      all.checked = on > 0 && on === boxes.length;
      all.indeterminate = on > 0 && on < boxes.length;
    }
  };
  // Of the document, for a list may come after the page; and on the way down, so that what counts boxes finds them ticked.
  document.addEventListener("change", (event) => {
    const all = event.target as HTMLInputElement;
    if ("all" in all.dataset) for (const box of rows(all)) box.checked = all.checked;
  }, { capture: true });
  document.addEventListener("change", settle);
  document.addEventListener("renewed", settle);
  settle();
  for (const group of document.querySelectorAll<HTMLInputElement>("input[data-group]")) {
    group.addEventListener("change", () => cover(group));
  }
  halves();
}

// halves shows which classes some are chosen of: neither ticked nor empty, which readers of screens say as well. The page says in words how
// many there were when it was made.
function halves(): void {
  let groups: HTMLInputElement[] = [];
  const some = new Map<string, number>();
  const was = new Map<HTMLInputElement, boolean>();
  const show = (): void => {
    for (const group of groups) group.indeterminate = !group.checked && (some.get(group.dataset["group"] ?? "") ?? 0) > 0;
  };
  const read = (): void => {
    groups = [...document.querySelectorAll<HTMLInputElement>("input[data-group]")].filter((group) => group.dataset["group"]);
    for (const group of groups) some.set(group.dataset["group"] ?? "", Number(group.dataset["half"] ?? 0));
    was.clear();
    for (const box of document.querySelectorAll<HTMLInputElement>(":is([data-in], [data-cohort]) input[data-person]")) was.set(box, box.checked && !box.disabled);
    show();
  };
  const recount = (): void => {
    for (const [box, before] of was) {
      if (box.disabled || box.checked === before) continue; // a class has it, or nothing is new
      const inside = [...(box.closest<HTMLElement>("[data-in]")?.dataset["in"] ?? "").split(" "), box.closest("table")?.dataset["cohort"] ?? ""];
      for (const id of new Set(inside)) some.set(id, (some.get(id) ?? 0) + (box.checked ? 1 : -1));
      was.set(box, box.checked);
    }
    show();
  };
  read();
  groups[0]?.form?.addEventListener("change", recount); // after what the box itself does
  document.addEventListener("renewed", read);
}

// cover fixes the rows of a class (or of everybody) while its box is ticked, and gives them back their own choice after.
function cover(group: HTMLInputElement): void {
  const id = group.dataset["group"];
  const table = document.querySelector<HTMLTableElement>("table[data-cohort]");
  if (!table) return;
  for (const row of table.querySelectorAll<HTMLTableRowElement>("tbody tr")) {
    const box = row.querySelector<HTMLInputElement>("input[data-person]");
    if (!box || (id && row.dataset["in"] !== id && table.dataset["cohort"] !== id)) continue;
    if (group.checked && !box.checked) { // one that is ticked itself stays so, beside the class
      box.checked = box.disabled = true;
    } else if (!group.checked && box.disabled && !coveredElsewhere(row, table)) {
      box.checked = box.disabled = false;
    }
  }
}

// coveredElsewhere reports whether another ticked class, or everybody, still holds the row.
function coveredElsewhere(row: HTMLTableRowElement, table: HTMLTableElement): boolean {
  return [...document.querySelectorAll<HTMLInputElement>("input[data-group]:checked")].some((group) => {
    const id = group.dataset["group"];
    return !id || id === row.dataset["in"] || id === table.dataset["cohort"];
  });
}
