// The bar at the foot counts the resources that are chosen, those that the list does not show just now too.
export function countPicked(): void {
  const show = (): Element | null => {
    const place = document.querySelector("[data-picked-n]");
    const form = document.querySelector<HTMLFormElement>("#choix, #familles");
    if (place && form) place.textContent = String(new Set(new FormData(form).getAll("ressource")).size);
    return place;
  };
  document.addEventListener("change", (event) => {
    const place = (event.target as Element).closest("#choix, #familles") && show();
    if (place) document.dispatchEvent(new CustomEvent("say", { detail: place.parentElement?.textContent ?? "" }));
  });
  document.addEventListener("renewed", show);
  show(); // a browser that comes back keeps the boxes
}
