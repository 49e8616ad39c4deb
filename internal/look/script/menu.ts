// Menus are native <details>: they open by themselves. They close on Escape, giving the focus back, and on a click elsewhere.
const menus = "details.switcher[open], details.menu[open]";

export function closeMenus(): void {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll<HTMLDetailsElement>(menus)) {
      menu.open = false;
      menu.querySelector("summary")?.focus();
    }
  });
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll<HTMLDetailsElement>(menus)) {
      if (!menu.contains(event.target as Node)) menu.open = false;
    }
  });
  // The menu of a narrow screen shows where we are.
  const here = document.querySelector<HTMLElement>(".mast-nav [aria-current], .ent-nav [aria-current]");
  const strip = here?.closest("ul");
  if (here && strip && strip.scrollWidth > strip.clientWidth) strip.scrollLeft = here.offsetLeft - (strip.clientWidth - here.offsetWidth) / 2;
  // Folded on a phone, open where there is room.
  const wide = matchMedia("(min-width: 60rem)");
  for (const fold of document.querySelectorAll<HTMLDetailsElement>("details[data-open-wide]")) {
    fold.open = wide.matches;
    fold.classList.toggle("is-wide", wide.matches);
  }
}
