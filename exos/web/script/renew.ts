// Files of publishers have addresses that are good for half an hour at most. A page that lay open for longer finds them closed: it is read
// again, and what could not be shown is given its new address; a film goes on where it was. Whether it may still be seen is the page's to say.
const pause = 60_000; // milliseconds between two readings

const kinds = "img, audio, video, image";
const attributeOf = (e: Element): string => (e.localName === "image" ? "href" : "src");

/** What an address opens, whatever grants it: what comes after its host and first part. "" of an address that needs no grant. */
function thing(address: string | null): string {
  if (!address) return "";
  const at = new URL(address, location.href);
  return at.origin === location.origin || !at.protocol.startsWith("http") ? "" : at.pathname.replace(/^\/[^/]*/, "");
}

export function renew(place: HTMLElement): void {
  let last = -Infinity;
  place.addEventListener("error", (event) => {
    const failed = event.target as Element;
    if (!failed.matches(kinds) || !thing(failed.getAttribute(attributeOf(failed))) || performance.now() - last < pause) return;
    last = performance.now();
    void again(place);
  }, true);
}

async function again(place: HTMLElement): Promise<void> {
  let text: string;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) return; // it is not to be seen any more
    text = await answer.text();
  } catch {
    return; // no network: nothing is lost but a picture
  }
  const fresh = new Map<string, string>();
  for (const e of new DOMParser().parseFromString(text, "text/html").querySelectorAll(kinds)) {
    const address = e.getAttribute(attributeOf(e));
    if (address) fresh.set(thing(address), address);
  }
  for (const e of place.querySelectorAll(kinds)) {
    const old = e.getAttribute(attributeOf(e)), now = fresh.get(thing(old));
    if (!now || now === old) continue;
    if (e instanceof HTMLMediaElement) goOn(e);
    e.setAttribute(attributeOf(e), now);
  }
}

/** Takes a sound or a film up again where it was, once its new address has been read. */
function goOn(media: HTMLMediaElement): void {
  const at = media.currentTime, playing = !media.paused;
  media.addEventListener("loadedmetadata", () => {
    media.currentTime = at;
    if (playing) media.play().catch(() => { /* the reader presses play */ });
  }, { once: true });
}
