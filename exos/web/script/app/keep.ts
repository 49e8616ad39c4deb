// The app itself: kept on the device by its worker, changed only when no exercise is open in any window, and stopped where the server
// says so.
const lock = "biblio-exos-exercise"; // shared by the windows in which one is open

let kept: ServiceWorkerRegistration | undefined;
let leave: (() => void) | undefined; // set from when one is opened here, whether the lock was had yet or not
let held: Promise<unknown> = Promise.resolve();
let changed = false; // a newer worker answers for this window, which still runs the old script

/** An exercise is open in this window: the app is not changed under it. */
export function busy(): void {
  if (leave) return;
  const left = new Promise<void>((done) => { leave = done; });
  held = navigator.locks.request(lock, { mode: "shared" }, () => left);
}

/** None is: what has been waiting for it may come. */
export function idle(): void {
  leave?.();
  leave = undefined;
  if (changed) location.reload();
  void held.then(offer);
}

let again: ReturnType<typeof setTimeout> | undefined;

/** Lets a newer worker in, unless an exercise is open somewhere. It asks again in a second, for as long as one waits and no exercise is open
 * here: waiting for the lock would keep other windows from taking it meanwhile, and a worker that is being started may miss what it is told. */
async function offer(): Promise<void> {
  clearTimeout(again);
  if (!kept?.waiting || leave) return;
  again = setTimeout(() => void offer(), 1000);
  await navigator.locks.request(lock, { ifAvailable: true }, (free) => { if (free) kept?.waiting?.postMessage("take"); });
}

/** A page without a manifest is the program's for computers, which has the app already, or of a server that has stopped it. */
export async function keepApp(): Promise<void> {
  if (!("serviceWorker" in navigator) || !document.querySelector("link[rel=manifest]")) return;
  const first = !navigator.serviceWorker.controller;
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    changed = !first;
    if (changed && !leave) location.reload();
  });
  kept = await navigator.serviceWorker.register("/appli/ouvrier.js", { scope: "/appli/", updateViaCache: "none" });
  kept.addEventListener("updatefound", () => { kept?.installing?.addEventListener("statechange", () => void offer()); });
  void offer();
  void kept.update().catch(() => undefined); // out of reach
}
