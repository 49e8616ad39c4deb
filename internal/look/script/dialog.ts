// A dialog written open by the server becomes modal; one that is closed opens from a button[data-dialog=ID]. [data-close] closes both.
export function openDialogs(): void {
  for (const dialog of document.querySelectorAll<HTMLDialogElement>("dialog[data-modal][open]")) {
    dialog.close();
    dialog.showModal();
  }
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    const opener = target.closest<HTMLElement>("[data-dialog]");
    const dialog = opener && document.getElementById(opener.dataset["dialog"] ?? "");
    if (dialog instanceof HTMLDialogElement) {
      event.preventDefault();
      dialog.showModal();
      return;
    }
    const closer = target.closest<HTMLElement>("dialog [data-close]");
    if (closer && (closer.getAttribute("href") ?? "#") === "#") {
      event.preventDefault();
      closer.closest("dialog")?.close();
    }
  });
}
