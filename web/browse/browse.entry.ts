// The catalogue's search works without this. It answers while one types: the same page, of which what was found is taken.
export {}; // a module of its own
const rest = 120; // milliseconds that the hand rests

const form = document.querySelector<HTMLFormElement>("[data-find]");
const field = form?.querySelector<HTMLInputElement>("input[type=search]");
let wait: ReturnType<typeof setTimeout> | undefined;
let asking: AbortController | undefined;

async function find(form: HTMLFormElement): Promise<void> {
  const asked = new URLSearchParams(new FormData(form) as unknown as Record<string, string>);
  if (!asked.get("q")) asked.delete("q");
  const address = asked.size > 0 ? `${form.action}?${asked}` : form.action;
  asking?.abort();
  asking = new AbortController();
  const answer = await fetch(address, { headers: { "Accept": "text/html" }, signal: asking.signal }).catch(() => undefined);
  if (!answer?.ok) return; // what is shown stays; Enter asks the plain way
  const text = await answer.text().catch(() => undefined);
  const found = text === undefined ? null : new DOMParser().parseFromString(text, "text/html").getElementById("found");
  const shown = document.getElementById("found");
  if (!found || !shown) return;
  for (const part of found.querySelectorAll<HTMLDetailsElement>("details[data-open-wide]")) {
    part.open = shown.querySelector<HTMLDetailsElement>("details[data-open-wide]")?.open ?? part.open;
  }
  shown.replaceWith(found);
  history.replaceState(null, "", address);
  document.dispatchEvent(new CustomEvent("say", { detail: found.dataset["sayFound"] }));
}

if (form && field) {
  field.addEventListener("input", () => {
    clearTimeout(wait);
    wait = setTimeout(() => { void find(form); }, rest);
  });
}
