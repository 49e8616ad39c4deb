// The page that carries something to another site posts its form by itself, once: who comes back to it finds the button.
export {}; // a module of its own
const form = document.querySelector<HTMLFormElement>("form[data-post]");
const [entry] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
if (form && entry?.type !== "back_forward") form.requestSubmit();
