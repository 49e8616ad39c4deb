// Pages follow what others do: one stream for the whole browser says that something moved, and each page asks for its own figures anew.
// Only figures are replaced, and never under the hand (renew.ts).
import { figures, shows } from "./renew";
import { outdated } from "./plan";

interface News { id: string; resources: string[]; to?: string }
interface Hello { hello: string; from: string }

const often = 400; // milliseconds from one renewal to the next, at least: however much moves, a page asks so often
const quiet = 10_000; // milliseconds between two sentences
const kept = 64; // news that a tab which has just been opened may have missed
const late = 10_000; // milliseconds in which it may have missed them
const all = "*"; // nobody knows which
const bell = "bell"; // somebody has a notice: the bell in the masthead counts it
const asked = "asked"; // teachers' suggestions: the menu counts those that wait
const named = "named"; // delegates have other terms, or managers are others
const programs = "programs"; // a program of the school came or went
const batch = "batch:"; // what moved is no resource but a batch (« traitement par lot »)
const everywhere = [all, bell, asked, named]; // what moves on the pages of one resource too

export function follow(): void {
  const place = document.querySelector<HTMLElement>("[data-follow]");
  if (!place) return;
  const renew = renewal(place);
  const me = Math.random().toString(36).slice(2);
  const path = place.dataset["follow"] ?? "";
  let from = place.dataset["from"] ?? "";
  const hear = (news: News): void => {
    if (news.id) from = news.id;
    renew(news.resources);
  };
  // Whoever holds the lock listens for every tab; another takes over when it is closed. Without locks each tab listens for itself.
  if (!("locks" in navigator) || !("BroadcastChannel" in window)) {
    listen(path, () => from, hear);
    return;
  }
  const channel = new BroadcastChannel(path);
  channel.onmessage = (event: MessageEvent<News | Hello>): void => {
    if ("resources" in event.data && (event.data.to ?? me) === me) hear(event.data);
  };
  channel.postMessage({ hello: me, from } satisfies Hello);
  void navigator.locks.request(path, () => new Promise<void>(() => {
    const recent: { news: News; at: number }[] = [];
    channel.onmessage = (event: MessageEvent<News | Hello>): void => {
      if (!("hello" in event.data)) return;
      const hello = event.data;
      for (const { news, at } of recent) {
        if (Number(news.id) >= Number(hello.from) || Date.now() - at < late) channel.postMessage({ ...news, to: hello.hello });
      }
    };
    listen(path, () => from, (news) => {
      recent.push({ news, at: Date.now() });
      if (recent.length > kept) recent.shift();
      channel.postMessage(news);
      hear(news);
    });
  }));
}

// listen opens the stream. A cut line is taken up again by the browser, from where it was; an answer that is no stream, now and then.
function listen(path: string, from: () => string, hear: (news: News) => void, wait = 30_000): void {
  const source = new EventSource(`${path}?depuis=${encodeURIComponent(from())}`);
  source.addEventListener("open", () => { wait = 30_000; });
  source.addEventListener("moved", (event) => {
    const news = JSON.parse(event.data as string) as { resources: string[]; suggestions?: boolean; delegates?: boolean; programs?: boolean; batch?: string; notifications?: boolean };
    const more = [news.suggestions && asked, news.delegates && named, news.programs && programs, news.notifications && bell, news.batch && batch + news.batch];
    hear({ id: event.lastEventId, resources: [...news.resources, ...more.filter((what) => typeof what === "string" && what !== "") as string[]] });
  });
  source.addEventListener("all", (event) => { hear({ id: event.lastEventId, resources: [all] }); });
  source.addEventListener("over", () => { source.close(); });
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) setTimeout(() => { listen(path, from, hear, Math.min(2 * wait, 600_000)); }, wait);
  });
  addEventListener("pagehide", () => { source.close(); });
}

// renewal gathers what moved, and renews this page's figures now, or when it is looked at again.
function renewal(place: HTMLElement): (resources: string[]) => void {
  const mine = /\/ressources\/([^/]+)\//.exec(location.pathname)?.[1];
  const moved = new Set<string>();
  const changed = new Set<string>();
  const posted = "posted" in place.dataset;
  let next = 0; // when the page may be renewed again
  let renewing = false;
  let spoken = -quiet;
  let wait: ReturnType<typeof setTimeout> | undefined;
  let speech: ReturnType<typeof setTimeout> | undefined;
  const say = (): void => {
    const n = [...changed].filter((what) => !everywhere.includes(what) && !what.startsWith(batch)).length;
    const { single = "", several = "", any = "" } = place.dataset;
    const progress = document.querySelector("[data-progress]")?.textContent; // of a batch, how far it is says all
    const text = progress || (changed.has(all) || n === 0 ? any : n === 1 ? single : several.replace("{n}", String(n)));
    changed.clear();
    spoken = performance.now();
    document.dispatchEvent(new CustomEvent("say", { detail: text }));
  };
  const renew = async (): Promise<void> => {
    const began = performance.now();
    const resources = [...moved];
    moved.clear();
    renewing = true;
    let [counted, other]: [boolean, boolean | "again"] = [false, false];
    try {
      if (await outdated(resources)) return; // it says so itself
      // The selection first: what is not sent yet is then in the answer, and is not taken for another's work.
      counted = await counters();
      other = (shows() || resources.includes(bell) || resources.includes(asked)) && await figures(posted);
    } finally {
      renewing = false;
      next = Math.max(began + often, 2 * performance.now() - began); // a server that is slow to answer is asked more seldom
      if (other === "again") for (const resource of resources) moved.add(resource);
      soon();
    }
    if (!counted && other !== true) return;
    for (const resource of resources) changed.add(resource);
    clearTimeout(speech);
    speech = setTimeout(say, Math.max(0, spoken + quiet - performance.now()));
  };
  const soon = (): void => {
    clearTimeout(wait);
    if (moved.size > 0 && !document.hidden && !renewing) wait = setTimeout(() => { void renew(); }, Math.max(0, next - performance.now()));
  };
  document.addEventListener("visibilitychange", soon);
  return (resources) => {
    for (const resource of resources) if (!mine || resource === mine || everywhere.includes(resource)) moved.add(resource);
    soon();
  };
}

// counters has the selection counted anew (live.ts), and reports whether that changed a figure.
async function counters(): Promise<boolean> {
  if (!document.querySelector("form[data-count]")) return false;
  return new Promise((done) => {
    document.dispatchEvent(new CustomEvent("recount", { detail: done }));
  });
}
