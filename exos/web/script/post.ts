/** The page that carries something to another site posts its form by itself, once: who comes back to it finds the button. */
export function goOn(): void {
  const [entry] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  if (entry?.type !== "back_forward") document.querySelector<HTMLFormElement>("form[data-post]")?.requestSubmit();
}
