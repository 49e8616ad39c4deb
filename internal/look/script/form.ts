// Small things that HTML alone cannot say of a form.
export function settleForms(): void {
  for (const box of document.querySelectorAll<HTMLInputElement>("input[data-indeterminate]")) box.indeterminate = true;
  for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-dismiss]")) {
    button.hidden = false;
    button.addEventListener("click", () => button.parentElement?.remove());
  }
  document.querySelector<HTMLElement>("[role=alert][autofocus]")?.focus();
}
