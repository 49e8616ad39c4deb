// One polite live region a page. Whoever has something to say sends it; the last sentence is spoken once the hand rests.
const rest = 700; // milliseconds

export function say(sentence: string): void {
  document.dispatchEvent(new CustomEvent("say", { detail: sentence }));
}

export function listen(): void {
  const region = document.querySelector("[data-say]");
  if (!region) return;
  let wait: ReturnType<typeof setTimeout> | undefined;
  document.addEventListener("say", (event) => {
    clearTimeout(wait);
    wait = setTimeout(() => { region.textContent = (event as CustomEvent<string>).detail; }, rest);
  });
}
