// An iPad says that it is a Mac, unless it is asked to be a phone. A Mac has no screen that takes fingers, and so the two are told apart.
export function knowIPad(): void {
  const [mac, pad] = ["macos", "ios"].map((system) => document.querySelector(`.ways [data-system=${system}]`));
  const here = mac?.querySelector("h3 .tag");
  if (!mac || !pad || !here || navigator.maxTouchPoints < 2) return;
  pad.querySelector("h3")?.append(" ", here);
  mac.querySelector("[data-ipad]")?.remove();
  pad.parentElement?.prepend(pad);
}
