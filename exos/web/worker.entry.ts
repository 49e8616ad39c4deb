// The app's worker: hand-written, small, and only for /appli/. It keeps the app's own files, of one version at a time, and answers with
// them; what is the server's to say goes to the server. The server puts the list of files before this script (exos/web/app.go).
declare const shell: { version: string; files: string[]; stopped: boolean };
export {}; // a module of its own, so that nothing leaks

const worker = self as unknown as ServiceWorkerGlobalScope;
const name = `biblio-exos-app-${shell.version}`;
const files = "biblio-exos-files"; // of workbooks: server.ts fills it, and empties it

/** What a browser has that lets a worker say beforehand what it answers nothing to (Service Workers, §4.5, addRoutes). */
interface Routing { addRoutes?(rule: { condition: { requestMethod: string }; source: "network" }): Promise<void> }

worker.addEventListener("install", (event) => {
  // What is sent goes past the worker: a browser that has seen some of it go through is slow to let a newer one in, for it waits until the
  // older is idle (Chromium 156: of 230 newer apps, fourteen were not in after four seconds; of 300 with this, none).
  (event as Routing).addRoutes?.({ condition: { requestMethod: "POST" }, source: "network" }).catch(() => undefined);
  // No skipWaiting: a new version waits until the page says that nothing is under way.
  event.waitUntil(shell.stopped ? worker.skipWaiting() : caches.open(name).then((cache) => cache.addAll(shell.files.map((f) => new Request(f, { cache: "reload" })))));
});

worker.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const old of await caches.keys()) if (old.startsWith("biblio-exos-app-") && (old !== name || shell.stopped)) await caches.delete(old);
    if (shell.stopped) await worker.registration.unregister(); // the kill switch: answers stay in the database, and the page works online
    else await worker.clients.claim();
  })());
});

worker.addEventListener("message", (event) => { if (event.data === "take") void worker.skipWaiting(); });

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (shell.stopped || request.method !== "GET" || url.origin !== worker.location.origin) return;
  if (request.mode === "navigate") return event.respondWith(kept(name, "/appli/", request));
  if (shell.files.includes(url.pathname)) return event.respondWith(kept(name, url.pathname, request));
  if (url.pathname.startsWith("/fichiers/")) return event.respondWith(kept(files, url.pathname, request));
});

const patience = 15_000; // until the network begins to answer, where what is asked is not kept

/** What is kept of an address, or what the network has. A cache that a newer worker has deleted is not made anew by asking for it. */
async function kept(cache: string, path: string, request: Request): Promise<Response> {
  return (await caches.match(path, { cacheName: cache })) ?? network(request);
}

async function network(request: Request): Promise<Response> {
  const stop = new AbortController();
  const timer = setTimeout(() => { stop.abort(); }, patience);
  try {
    return await fetch(request, { signal: stop.signal });
  } finally {
    clearTimeout(timer); // what is answered takes as long as it takes
  }
}
