// The classes of a school are one stop of the Tab key: the arrows up and down go from one to the next, those aside to what its line has
// more (« voir »). Without script each box is a stop of its own.
export function roam(): void {
  for (const place of document.querySelectorAll<HTMLElement>("[data-roam]")) {
    const lines = (): HTMLElement[][] => [...place.querySelectorAll<HTMLElement>(".tree li, .lvl")]
      .map((line) => [...line.querySelectorAll<HTMLElement>("input:enabled, button")].filter((stop) => stop.checkVisibility()))
      .filter((stops) => stops.length > 0);
    const settle = (here?: HTMLElement): void => {
      const stops = lines().flat();
      const one = stops.find((stop) => stop === here) ?? stops.find((stop) => stop.tabIndex === 0 && stop.hasAttribute("tabindex")) ?? stops.find((stop) => stop.matches(":checked")) ?? stops[0];
      for (const stop of stops) stop.tabIndex = stop === one ? 0 : -1;
    };
    place.addEventListener("focusin", (event) => { if ((event.target as HTMLElement).closest(".tree, .lvl")) settle(event.target as HTMLElement); });
    place.addEventListener("input", () => { settle(); }); // classes are looked for: others are shown
    document.addEventListener("renewed", () => { settle(); });
    document.addEventListener("change", () => { settle(); }); // what is under a choice that is not taken is not shown
    place.addEventListener("keydown", (event) => {
      const all = lines();
      const at = all.findIndex((stops) => stops.includes(event.target as HTMLElement));
      if (at < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
      const aside = all[at]?.indexOf(event.target as HTMLElement) ?? 0;
      const to = {
        ArrowDown: all[at + 1]?.[0], ArrowUp: all[at - 1]?.[0], ArrowRight: all[at]?.[aside + 1], ArrowLeft: all[at]?.[aside - 1], Home: all[0]?.[0], End: all.at(-1)?.[0],
      }[event.key];
      if (!to) return;
      event.preventDefault();
      to.focus();
    });
    settle();
  }
}
