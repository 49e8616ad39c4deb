// The bar at the foot says which resource is chosen, and what is left of it.
export function showChosen(): void {
  const place = document.querySelector("[data-chosen]");
  const form = document.getElementById("choix");
  if (!place || !form) return;
  const show = (): void => {
    const radio = form.querySelector<HTMLInputElement>("input[name=ressource]:checked");
    if (!radio) return;
    const title = place.querySelector("strong");
    const note = place.querySelector("span");
    if (title) title.textContent = radio.dataset["title"] ?? "";
    if (note) note.textContent = radio.dataset["note"] ?? "";
  };
  form.addEventListener("change", show);
  show(); // a browser that comes back keeps the choice
}
