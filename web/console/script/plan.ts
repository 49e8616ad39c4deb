// A plan is applied exactly as it was seen, or not at all: so a plan on the page never changes by itself. Where what it is about has moved, the
// page asks whether it is still the same, and says so where it is not.
import { came } from "./renew";

// Reports whether the plan that the page shows is another now, the first time that it is.
export async function outdated(moved: string[]): Promise<boolean> {
  const form = document.querySelector<HTMLFormElement>("form[data-plan]");
  const news = document.querySelector<HTMLElement>("[data-changed]");
  if (!form || !news?.hidden) return false;
  const of = (form.dataset["of"] ?? "").split(" ");
  if (!moved.some((what) => of.includes(what) || what === "*" || what === "asked")) return false;
  const answer = await ask(form).catch(() => undefined);
  if (!answer?.ok) return false; // the next click says what is wrong
  if (print(new DOMParser().parseFromString(await answer.text(), "text/html")) === print(document)) return false;
  news.hidden = false;
  document.dispatchEvent(new CustomEvent("say", { detail: news.querySelector("strong")?.textContent ?? "" }));
  return true;
}

// A plan that has an address is read there; another by the form as it came.
function ask(form: HTMLFormElement): Promise<Response> {
  const headers = { "Accept": "text/html", "Pupitre-Glance": "1" };
  const { reread, plan = "" } = form.dataset;
  return reread ? fetch(reread, { headers }) : fetch(plan, { method: "POST", body: came(form), headers });
}

// print is the plan's hash, "" where the page shows none any more.
const print = (page: Document): string => page.querySelector<HTMLInputElement>("form[data-plan] input[name=empreinte]")?.value ?? "";
