// Small things that HTML alone cannot say of a form.
export function settleForms(): void {
  for (const box of document.querySelectorAll<HTMLInputElement>("input[data-indeterminate]")) box.indeterminate = true;
  document.querySelector<HTMLElement>("[role=alert][autofocus]")?.focus();
}
