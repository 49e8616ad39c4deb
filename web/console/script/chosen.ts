// The bar at the foot says which resource is chosen, and what is left of it.
export function showChosen(): void {
  const show = (): void => {
    const place = document.querySelector("[data-chosen]");
    const radio = document.querySelector<HTMLInputElement>("#choix input[name=ressource]:checked");
    if (!place || !radio) return;
    const title = place.querySelector("strong");
    const note = place.querySelector("span");
    if (title) title.textContent = radio.dataset["title"] ?? "";
    if (note) note.textContent = radio.dataset["note"] ?? "";
  };
  document.addEventListener("change", show);
  document.addEventListener("renewed", show);
  show(); // a browser that comes back keeps the choice
}
