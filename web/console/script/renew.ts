// A page asks for itself as it is now, and takes over what is another: node by node, so that what has the focus, is ticked, typed or opened
// stays, and so does the place to which the reader has scrolled.

let touched = 0; // how often the hand has changed something: an answer that was asked for before does not know of it
addEventListener("change", () => { touched++; });

const figured = "[data-figure]";
const elsewhere = '[data-figure="bell"], [data-figure="asked"]'; // in the masthead of every page

// Whether the page shows figures of its own.
export function shows(): boolean {
  return [...document.querySelectorAll(figured)].some((e) => !e.matches(elsewhere)) || document.querySelector("form[data-count]") !== null;
}

// Takes this page's figures over as they are now; "again" where the hand was quicker than the answer.
export async function figures(posted: boolean): Promise<boolean | "again"> {
  const before = touched;
  const answer = await ask(posted).catch(() => undefined);
  if (!answer?.ok || answer.redirected) return false; // the next click says what is wrong
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (touched !== before) return "again";
  const still = steady();
  let other = false;
  for (const now of document.querySelectorAll(figured)) {
    const then = fresh.querySelector(`[data-figure="${CSS.escape(now.getAttribute("data-figure") ?? "")}"]`);
    if (then && now.isConnected) other = become(now, then) || other;
  }
  if (bar(fresh) || other) document.dispatchEvent(new CustomEvent("renewed"));
  still();
  return other;
}

// ask asks for the page: by its address or, where it is a form's answer, by the form as it came, for what is typed since was not sent.
async function ask(posted: boolean): Promise<Response | undefined> {
  const headers = { "Accept": "text/html", "Pupitre-Glance": "1" };
  if (!posted) return fetch(location.href, { headers });
  const form = document.querySelector<HTMLFormElement>("form[data-again]");
  return form ? fetch(form.getAttribute("action") ?? "", { method: "POST", body: came(form), headers }) : undefined;
}

// came is what a form sends as it came, whatever the hand has changed since.
export function came(form: HTMLFormElement): URLSearchParams {
  const body = new URLSearchParams();
  const chosen = "count" in form.dataset ? ["cible", "etait", "version"] : []; // a selection that the server has is not sent
  for (const e of form.elements) {
    if (e instanceof HTMLSelectElement) {
      const option = [...e.options].find((o) => o.defaultSelected) ?? e.options[0];
      if (option) body.append(e.name, option.value);
    } else if (e instanceof HTMLInputElement && e.name && !chosen.includes(e.name) && (!["checkbox", "radio"].includes(e.type) || e.defaultChecked)) {
      body.append(e.name, e.defaultValue);
    }
  }
  return body;
}

// bar brings the bar at the foot where a list is empty no more, and takes it away where it is now; one that stays is the hand's.
function bar(fresh: Document): boolean {
  const [now, then] = [document, fresh].map((page) => page.querySelector("main > .action-bar"));
  if (!now === !then || holds(now)) return false;
  now?.remove();
  if (then) document.querySelector("main")?.append(document.importNode(then, true));
  return true;
}

// steady keeps where it is what the reader looks at: what has the focus, or the first row in sight.
function steady(): () => void {
  const inSight = (e: Element | null): boolean => e !== null && e !== document.body && e.getBoundingClientRect().bottom > 0 && e.getBoundingClientRect().top < innerHeight;
  const active = document.activeElement;
  const rows = inSight(active) ? [active!] : [...document.querySelectorAll("[data-row]")].filter(inSight);
  const tops = new Map(rows.map((row) => [row, row.getBoundingClientRect().top]));
  return () => {
    if (scrollY === 0) return; // at the top the page stays at the top
    const row = rows.find((r) => r.isConnected);
    if (row) scrollBy({ top: row.getBoundingClientRect().top - (tops.get(row) ?? 0), behavior: "instant" });
  };
}

const holds = (e: Element | null | undefined): boolean => e?.contains(document.activeElement) === true && document.activeElement !== document.body;

// become makes an element what it is now, and reports whether it was another.
function become(now: Element, then: Element): boolean {
  if (now.isEqualNode(then) || "kept" in (now as HTMLElement).dataset && "kept" in (then as HTMLElement).dataset) return false;
  const other = attributes(now, then);
  return children(now, then) || other;
}

const theirs = ["open", "hidden", "checked", "disabled", "tabindex"]; // what the reader or a script has set

function attributes(now: Element, then: Element): boolean {
  let other = now instanceof HTMLInputElement && then instanceof HTMLInputElement && tick(now, then);
  for (const name of new Set([...now.getAttributeNames(), ...then.getAttributeNames()])) {
    const value = then.getAttribute(name);
    if (theirs.includes(name) || value === now.getAttribute(name)) continue;
    if (value === null) now.removeAttribute(name);
    else now.setAttribute(name, value);
    other = true;
  }
  return other;
}

// tick takes over whether a box can be ticked, and what was ticked by itself; what the hand has done stays.
function tick(now: HTMLInputElement, then: HTMLInputElement): boolean {
  const [closes, byItself] = [now.disabled !== then.disabled, now.checked === now.defaultChecked && !now.form?.matches("[data-count]")];
  if (!closes && (!byItself || now.checked === then.checked)) return false;
  now.disabled = then.disabled;
  now.checked = now.defaultChecked = then.checked;
  return true;
}

// children pairs what is there with what is to be: rows by their names, everything else in its order.
function children(now: Element, then: Element): boolean {
  const left = [...now.childNodes];
  const pairs = [...then.childNodes].map((node): [ChildNode, ChildNode | undefined] => {
    const i = left.findIndex((old) => old.nodeName === node.nodeName && row(old) === row(node));
    return [node, i < 0 ? undefined : left.splice(i, 1)[0]];
  });
  let other = false;
  const stays = new Set<ChildNode>();
  for (const old of left) {
    other ||= said(old);
    if (old instanceof Element && holds(old)) stays.add(old);
    else old.remove();
  }
  let at = now.firstChild;
  for (const [node, old] of pairs) {
    while (at && stays.has(at)) at = at.nextSibling;
    if (!old) {
      now.insertBefore(arriving(node), at);
      other ||= said(node);
      continue;
    }
    if (old instanceof Element && node instanceof Element) {
      other = become(old, node) || other;
    } else if (old.nodeValue !== node.nodeValue) {
      other ||= said(old) || said(node);
      old.nodeValue = node.nodeValue;
    }
    if (old === at) at = at.nextSibling;
    else if (!(old instanceof Element && holds(old))) now.insertBefore(old, at);
  }
  return other;
}

const row = (node: Node): string | undefined => (node instanceof HTMLElement ? node.dataset["row"] : undefined);
const said = (node: Node): boolean => node instanceof Element || (node.nodeValue ?? "").trim() !== "";

// arriving is a node that was not there: what comes by itself is not chosen by itself.
function arriving(node: Node): Node {
  const made = document.importNode(node, true);
  if (made instanceof Element) {
    for (const box of made.querySelectorAll<HTMLInputElement>("input[type=checkbox]:checked:not(:disabled)")) box.checked = box.defaultChecked = false;
  }
  return made;
}
