// The selection lives on the server: what is ticked or unticked is sent at once, and the counters come back, for the server alone knows
// who has a copy. One change travels at a time, each with the version that the one before it got.
interface Live { counters: string; bar: string; say: string; empty: boolean; version: number; moved: boolean }

const rest = 250; // milliseconds without a change before sending

export function countLive(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-count]");
  const counters = document.querySelector("[data-live-counters]");
  const bar = document.querySelector("[data-bar-text]");
  const was = form?.querySelector("[data-was]");
  const version = form?.querySelector<HTMLInputElement>("input[name=version]");
  if (!form || !counters || !bar || !was || !version) return;
  hideRecount();
  let wait: ReturnType<typeof setTimeout> | undefined;
  let sending: Promise<void> | undefined;

  // The boxes that are ticked now, those that were when the server last heard of it, and what lies between.
  const ticked = (): string[] => new FormData(form).getAll("cible").map(String);
  const known = (): string[] => new FormData(form).getAll("etait").map(String);
  const change = (): URLSearchParams => {
    const [now, before] = [new Set(ticked()), new Set(known())];
    const body = new URLSearchParams({ version: version.value });
    for (const value of now) if (!before.has(value)) body.append("cible", value);
    for (const value of before) if (!now.has(value)) body.append("etait", value);
    return body;
  };
  // By itself, it says nothing, and is no use of the session; it reports whether a figure is another.
  const send = async (itself = false): Promise<boolean> => {
    const [now, body] = [ticked(), change()];
    const headers = { Accept: "application/json", ...(itself && { "Pupitre-Glance": "1" }) };
    // It arrives though its page is left meanwhile.
    const answer = await fetch(form.dataset["count"] ?? "", { method: "POST", body, headers, keepalive: true }).catch(() => undefined);
    if (!answer?.ok) return false; // the next change, or the form, sends it again; the button « Voir le plan » says what is wrong
    const live = await answer.json() as Live;
    version.value = String(live.version);
    was.replaceChildren(...now.map((value) => Object.assign(document.createElement("input"), { type: "hidden", name: "etait", value })));
    const before = counters.textContent;
    show(live, counters, bar, itself);
    return counters.textContent !== before;
  };
  const travel = (sent: Promise<boolean>): void => {
    sending = sent.then(() => undefined).finally(() => { sending = undefined; });
  };
  const soon = (): void => {
    clearTimeout(wait);
    wait = setTimeout(() => {
      wait = undefined;
      if (sending) return soon(); // after the one that is on its way
      travel(send());
    }, rest);
  };
  // What is on its way may have been counted before, and what waits goes at once.
  const recount = async (): Promise<boolean> => {
    while (sending) await sending;
    const itself = wait === undefined;
    clearTimeout(wait);
    wait = undefined;
    const sent = send(itself);
    travel(sent);
    return sent;
  };
  document.addEventListener("recount", (event) => { void recount().then((event as CustomEvent<(other: boolean) => void>).detail); });
  form.addEventListener("change", (event) => {
    const box = event.target as HTMLInputElement;
    if (box.name === "cible" || "all" in box.dataset) soon();
  });
  // The form carries what was not sent yet; what is on its way comes first.
  form.addEventListener("submit", (event) => {
    clearTimeout(wait);
    wait = undefined;
    if (!sending) return;
    event.preventDefault();
    void sending.then(() => { form.requestSubmit(event.submitter); });
  });
  // Whoever leaves by a link takes nothing away.
  addEventListener("pagehide", () => {
    if (wait === undefined) return;
    clearTimeout(wait);
    wait = undefined;
    void fetch(form.dataset["count"] ?? "", { method: "POST", body: change(), keepalive: true });
  });
  // A page that comes back out of the browser's memory may be behind.
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
}

// The form's first button stays the one that Enter presses; it has nothing more to do for a hand that has the script.
function hideRecount(): void {
  const recount = document.querySelector<HTMLElement>("[data-recount]");
  if (!recount) return;
  recount.parentElement?.classList.add("sr");
  recount.tabIndex = -1;
  recount.parentElement?.setAttribute("aria-hidden", "true");
}

function show(live: Live, counters: Element, bar: Element, itself: boolean): void {
  counters.innerHTML = live.counters; // our own template: every name in it is escaped
  bar.innerHTML = live.bar;
  const clear = document.querySelector<HTMLElement>("[data-clear]");
  if (clear) clear.hidden = live.empty;
  if (!live.empty) document.querySelector("[role=alert][autofocus]")?.remove(); // somebody is chosen now
  const moved = document.querySelector<HTMLElement>("[data-moved]");
  if (moved && live.moved) moved.hidden = false;
  if (!itself) document.dispatchEvent(new CustomEvent("say", { detail: live.say }));
}
