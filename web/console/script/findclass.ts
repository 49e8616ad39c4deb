// « Trouver une classe »: of many classes and groups the panel shows those that are called so. What is hidden stays as it was ticked.
export function findClass(): void {
  for (const place of document.querySelectorAll<HTMLElement>("[data-find-class]")) {
    const field = place.querySelector<HTMLInputElement>("input");
    const nobody = place.querySelector<HTMLElement>("p");
    const panel = place.parentElement;
    if (!field || !nobody || !panel) continue;
    const boxes = (): HTMLElement[] => [...panel.querySelectorAll<HTMLElement>(".tree li")];
    const shown = (): HTMLElement[] => boxes().filter((box) => !box.hidden);
    const narrow = (): void => {
      const wanted = plain(field.value);
      for (const box of boxes()) box.hidden = !called(box.querySelector("label span")?.textContent ?? "", wanted);
      for (const tree of panel.querySelectorAll<HTMLElement>(".tree")) {
        const empty = !tree.querySelector("li:not([hidden])");
        tree.hidden = empty;
        const level = tree.previousElementSibling as HTMLElement | null;
        if (level?.classList.contains("lvl")) level.hidden = empty;
      }
      const n = shown().length;
      nobody.hidden = n > 0;
      if (wanted) document.dispatchEvent(new CustomEvent("say", { detail: n === 0 ? nobody.textContent : n === 1 ? place.dataset["one"] : place.dataset["many"]?.replace("{n}", String(n)) }));
    };
    place.hidden = false;
    field.addEventListener("input", narrow);
    field.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && field.value) {
        field.value = "";
        narrow();
      }
      if (event.key !== "Enter") return;
      event.preventDefault(); // the form is for later: the first one found has the hand
      shown()[0]?.querySelector<HTMLElement>("input, button")?.focus();
    });
    narrow(); // a browser that comes back keeps what was typed
  }
}

// called reports whether a class is called so: « 5e B » answers to « 5eb », « 5B » and « e b ».
function called(label: string, wanted: string): boolean {
  const name = plain(label);
  return [name, name.replace(/(\d)e(r?)(?=[a-z0-9])/u, "$1")].some((n) => n.includes(wanted));
}

// plain is a name without case, accents and what is between words.
function plain(text: string): string {
  return text.normalize("NFD").toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}
