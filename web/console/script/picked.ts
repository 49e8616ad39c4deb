// The bar at the foot counts the resources that are chosen, those that the list does not show just now too.
export function countPicked(): void {
  const place = document.querySelector("[data-picked-n]");
  const form = document.querySelector<HTMLFormElement>("#choix, #familles");
  if (place && form) {
    const show = (): void => { place.textContent = String(new Set(new FormData(form).getAll("ressource")).size); };
    form.addEventListener("change", () => setTimeout(() => { // after « toute la page » has ticked the others
      show();
      document.dispatchEvent(new CustomEvent("say", { detail: place.parentElement?.textContent ?? "" }));
    }));
    show(); // a browser that comes back keeps the boxes
  }
}
