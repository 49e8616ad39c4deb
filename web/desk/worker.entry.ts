// The Médiacentre's worker: where a page of it is asked for and there is no network, it answers with the one page that desk.entry.ts keeps,
// and with that page's files. It keeps nothing else, and nothing that the network has is answered from here.
export {}; // a module of its own, so that nothing leaks

const worker = self as unknown as ServiceWorkerGlobalScope;
const kept = "mediacentre-hors-connexion";

worker.addEventListener("install", () => { void worker.skipWaiting(); });
worker.addEventListener("activate", (event) => { event.waitUntil(worker.clients.claim()); });

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const at = new URL(request.url);
  if (request.method !== "GET" || at.origin !== worker.location.origin) return;
  const page = request.mode === "navigate";
  if (!page && worker.navigator.onLine) return; // the browser's own cache has a page's files
  event.respondWith(fetch(request).catch(async (trouble: unknown) => {
    const cache = await caches.open(kept);
    const found = await cache.match(page ? "/mediacentre/hors-connexion" : at.pathname, { ignoreSearch: true });
    if (!found) throw trouble;
    return found;
  }));
});
