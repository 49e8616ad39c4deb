// A class at work: the part that changes is asked for every few seconds while the page is looked at. A page that has not changed is not
// sent again. Whoever reads it can stop it, and can hide the names before it goes on a wall.
import { nameAll, hideNames } from "./names";
import { say } from "./words";

const pace = 4_000;

export function follow(): void {
  const place = document.querySelector<HTMLElement>("[data-live]");
  if (!place) return;
  let tag = "";
  let paused = false;
  let alert = place.querySelector("[data-alert]")?.textContent ?? "";
  const look = async (): Promise<void> => {
    if (paused || document.hidden) return;
    let answer: Response;
    try {
      answer = await fetch(place.dataset["live"]!, { headers: { Accept: "text/html", ...(tag ? { "If-None-Match": tag } : {}) }, cache: "no-store" });
    } catch {
      return; // the next look may fare better
    }
    if (answer.status === 401) { location.reload(); return; }
    if (!answer.ok || paused) return;
    tag = answer.headers.get("ETag") ?? "";
    const scrolled = place.querySelector(".grid-wrap")?.scrollLeft ?? 0;
    const inTable = document.activeElement?.classList.contains("grid-wrap");
    place.innerHTML = await answer.text(); // drawn and escaped by our own server
    const table = place.querySelector<HTMLElement>(".grid-wrap");
    if (table) {
      table.scrollLeft = scrolled;
      if (inTable) table.focus({ preventScroll: true });
    }
    await nameAll(place);
    const now = place.querySelector("[data-alert]")?.textContent ?? "";
    if (now && now !== alert) say(now);
    alert = now;
  };
  setInterval(() => void look(), pace);
  document.addEventListener("visibilitychange", () => void look());
  const pause = document.querySelector<HTMLButtonElement>("[data-pause]");
  press(pause, (on) => { paused = on; void look(); });
  press(document.querySelector<HTMLButtonElement>("[data-hide-names]"), hideNames);
  document.querySelector<HTMLElement>("[data-refresh]")?.setAttribute("hidden", "");
}

/** A button that is in or out. */
function press(button: HTMLButtonElement | null, then: (on: boolean) => void): void {
  if (!button) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    const on = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(on));
    then(on);
  });
}
