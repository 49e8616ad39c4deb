// A rehearsal (« aperçu »): the gestures are a pupil's; the page sends its form as it does without script, and nothing is kept.
import { layDrawings } from "./ink";
import { enliven } from "./player";
import { askPortables } from "./portable";
import { forget, keysOf } from "./store";

export function rehearse(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-rehearsal]");
  if (!form) return;
  for (const kind of ["ink", "state"]) keysOf(`exos.${kind}.rehearsal.`).forEach(forget);
  enliven(form, "rehearsal", () => { /* nothing is kept */ });
  let ready = false;
  form.addEventListener("submit", (event) => {
    if (ready) return;
    event.preventDefault();
    void (async () => {
      await layDrawings(form);
      await askPortables(form);
      ready = true;
      setTimeout(() => { form.requestSubmit(event.submitter as HTMLButtonElement | null); }); // a form does not submit while it is submitting
    })();
  });
}
