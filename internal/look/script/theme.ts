// The theme is changed at once, and remembered by the same address that the form posts to.
export function chooseTheme(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-theme-choice]")) {
    form.addEventListener("submit", (event) => {
      const chosen = (event as SubmitEvent).submitter as HTMLButtonElement | null;
      if (!chosen) return;
      event.preventDefault();
      const body = new URLSearchParams({ theme: chosen.value });
      fetch(form.action, { method: "POST", body, redirect: "manual" }).catch(() => undefined); // the page has changed anyway
      if (chosen.value) document.documentElement.dataset["theme"] = chosen.value;
      else delete document.documentElement.dataset["theme"];
      for (const button of form.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button === chosen));
    });
  }
}
