// A hint that the teacher gives to everybody is shown in exercises that are open already: the stream says that there is one, and the page
// itself is asked for it, which says whether it is for this reader. What is being written, and the hand, stay where they are.
import { say, word } from "./words";

interface Given { homework: string; exercise: string }

export function awaitHint(): void {
  const place = document.querySelector<HTMLElement>("[data-sheet][data-hints]");
  if (!place) return;
  const stream = new EventSource(`${place.dataset["hints"]!}?depuis=${encodeURIComponent(place.dataset["from"]!)}`);
  const look = async (): Promise<void> => { if (await show(place)) stream.close(); };
  stream.addEventListener("moved", (event) => {
    const given = JSON.parse((event as MessageEvent<string>).data) as Given;
    const here = place.querySelector<HTMLElement>("form[data-player]")?.dataset;
    if (given.homework === here?.["homework"] && given.exercise === here["exercise"]) void look();
  });
  stream.addEventListener("all", () => void look());
  stream.addEventListener("over", () => { stream.close(); });
  addEventListener("pagehide", () => { stream.close(); });
}

/** Puts the hint that the page has now under the answers, and says it; false where there is none. */
async function show(place: HTMLElement): Promise<boolean> {
  let text: string;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) return false;
    text = await answer.text();
  } catch {
    return false; // the page has it when it is next read
  }
  const hint = new DOMParser().parseFromString(text, "text/html").querySelector<HTMLElement>("[data-hint]");
  if (!hint) return false;
  if (place.querySelector("[data-hint]")) return true;
  place.querySelector("[data-said]")?.prepend(document.importNode(hint, true)); // drawn and escaped by our own server
  say(word("hint", { text: hint.querySelector("div")?.textContent?.replace(/\s+/g, " ").trim() ?? "" }));
  return true;
}
