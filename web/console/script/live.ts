// The counters follow the boxes: the server counts, for it alone knows who has a copy. The last question asked is the one answered.
interface Live { counters: string; bar: string; say: string; empty: boolean }

const rest = 250; // milliseconds without a change before asking

export function countLive(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-count]");
  const counters = document.querySelector("[data-live-counters]");
  const bar = document.querySelector("[data-bar-text]");
  if (!form || !counters || !bar) return;
  // The form's first button stays the one that Enter presses; it has nothing more to do for a hand that has the script.
  const recount = document.querySelector<HTMLElement>("[data-recount]");
  if (recount) {
    recount.parentElement?.classList.add("sr");
    recount.tabIndex = -1;
    recount.parentElement?.setAttribute("aria-hidden", "true");
  }
  let wait: ReturnType<typeof setTimeout> | undefined;
  let asked = 0;
  // By itself, it says nothing, and is no use of the session; it reports whether a figure is another.
  const ask = async (itself = false): Promise<boolean> => {
    const turn = ++asked;
    const body = new URLSearchParams();
    for (const value of new FormData(form).getAll("cible")) body.append("cible", String(value));
    const answer = await fetch(form.dataset["count"] ?? "", { method: "POST", body, headers: { Accept: "application/json", ...(itself && { "Pupitre-Glance": "1" }) } }).catch(() => undefined);
    if (!answer?.ok || turn !== asked) return false; // the button « Voir le plan » says what is wrong
    const live = await answer.json() as Live;
    if (turn !== asked) return false;
    const before = counters.textContent;
    counters.innerHTML = live.counters; // our own template: every name in it is escaped
    bar.innerHTML = live.bar;
    const clear = document.querySelector<HTMLElement>("[data-clear]");
    if (clear) clear.hidden = live.empty;
    if (!live.empty) document.querySelector("[role=alert][autofocus]")?.remove(); // somebody is chosen now
    if (!itself) document.dispatchEvent(new CustomEvent("say", { detail: live.say }));
    return counters.textContent !== before;
  };
  document.addEventListener("recount", (event) => { void ask(true).then((event as CustomEvent<(other: boolean) => void>).detail); });
  form.addEventListener("change", (event) => {
    const box = event.target as HTMLInputElement;
    if (box.type !== "checkbox") return;
    clearTimeout(wait);
    wait = setTimeout(() => { void ask(); }, rest);
  });
}
