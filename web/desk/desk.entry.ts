// « Mes ressources » works without this. It keeps, for when there is no network, the page that leads to the programs that need none
// (docs/decisions/0026-desk-without-network.md); the worker answers with it.
export {}; // a module of its own
const kept = "mediacentre-hors-connexion";

/** Keeps the page of this address and the files that it names, in the place of those before; what cannot be had now is kept another day. */
async function keep(address: string): Promise<void> {
  const cache = await caches.open(kept);
  if (await cache.match(address)) return;
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) return; // somebody has signed out meanwhile
  const page = new DOMParser().parseFromString(await answer.clone().text(), "text/html");
  const files = [...page.querySelectorAll("link[rel=stylesheet], script[src], use")].map((e) => (e.getAttribute("href") ?? e.getAttribute("src") ?? "").replace(/#.*/, ""));
  const old = await cache.keys();
  await cache.addAll([...new Set(files.filter((f) => f.startsWith("/")))]);
  await cache.put(address, answer);
  for (const request of old) {
    const at = new URL(request.url);
    if (!files.includes(at.pathname) && at.pathname + at.search !== address) await cache.delete(request);
  }
}

const address = document.querySelector<HTMLElement>("[data-away]")?.dataset["away"];
if (address && "serviceWorker" in navigator) {
  navigator.serviceWorker.register("/mediacentre/ouvrier.js", { scope: "/mediacentre", updateViaCache: "none" })
    .then(() => keep(address)).catch(() => undefined); // a browser that keeps nothing (a private window): the network's own page says so
}
