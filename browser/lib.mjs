// What the journeys share: one browser, people who each have their own window, and the checks that hold on every page.
//
// A journey is a file of steps: `await step("the manager gives 25 copies", async () => { … })`. Each step prints one line of
// JSON, which internal/worldtest turns into a Go subtest. A step that fails leaves a picture in PUPITRE_SHOTS.
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { chromium } from "playwright-core";

const require = createRequire(import.meta.url);
const axeSource = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

export const world = JSON.parse(process.env.PUPITRE_WORLD ?? "{}"); // addresses and accounts, from the Go side
const shots = process.env.PUPITRE_SHOTS ?? ""; // where a failure leaves its picture
const slow = Number(process.env.PUPITRE_SLOW ?? 1); // by how much every person's computer is slower: a journey that does not wait shows it. Pages are not looked at: that is told elsewhere
/** Milliseconds that may go by until what is promised within a second is seen: many, where other programs run beside. What it took is printed; a
 * quiet machine is asked with PUPITRE_WITHIN=1000. */
export const within = Number(process.env.PUPITRE_WITHIN ?? 20_000);
const gallery = process.env.PUPITRE_GALLERY ?? ""; // where every page leaves its pictures, when somebody wants to look at them
for (const folder of [shots, gallery]) if (folder) mkdirSync(folder, { recursive: true });

// What the pages say in French: an English page says none of it. Words shorter than eight signs may be data.
const catalogue = new URL("../internal/lang/words/", import.meta.url);
const sayings = readdirSync(catalogue).filter((f) => f.endsWith(".fr.json")).flatMap((f) => {
  const [french, english] = ["fr", "en"].map((l) => JSON.parse(readFileSync(new URL(f.replace(/fr\.json$/, `${l}.json`), catalogue), "utf8")));
  return Object.entries(french).flatMap(([key, text]) => {
    const [said, other] = [text, english[key]].map((t) => (typeof t === "string" ? t : t?.other ?? ""));
    return said.length >= 8 && !said.includes("{") && !other.startsWith(said) ? [said] : [];
  });
});

/** The browser's program, and what it is started with. */
export const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
export const args = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP *.localhost 127.0.0.1",
];
const browser = await chromium.launch({ executablePath, args });

/** A person with a window of their own. Options: phone (360 px), dark, locale, script: false. */
export async function person({ phone = false, dark = false, locale = "fr-FR", script = true } = {}) {
  const context = await browser.newContext({
    viewport: phone ? { width: 360, height: 740 } : { width: 1280, height: 900 },
    colorScheme: dark ? "dark" : "light",
    reducedMotion: "reduce", // a colour half-way between two themes has no contrast to speak of
    hasTouch: phone,
    javaScriptEnabled: script,
    locale,
  });
  context.setDefaultTimeout(30_000); // a machine that runs other tests beside is slow, not wrong
  const page = await context.newPage();
  if (slow > 1) await (await context.newCDPSession(page)).send("Emulation.setCPUThrottlingRate", { rate: slow });
  const troubles = [];
  page.on("pageerror", (e) => troubles.push(`script error: ${e.message}`));
  page.on("console", (m) => {
    // A refused page (403, 404) is sometimes the point of the step; a blocked script or style never is.
    if (m.type() === "error" && !/Failed to load resource/.test(m.text())) troubles.push(`console: ${m.text()}`);
  });
  page.troubles = troubles;
  return page;
}

const only = process.env.PUPITRE_STEP && new RegExp(process.env.PUPITRE_STEP); // for whoever works on one step
let failed = false;
let current = null;

/** One step of the story. After a failure the rest is not tried: it would only repeat the trouble. */
export async function step(name, f) {
  if (only && !only.test(name)) return;
  if (failed) {
    console.log(JSON.stringify({ step: name, skipped: true }));
    return;
  }
  const began = performance.now();
  try {
    await f();
    console.log(JSON.stringify({ step: name, ok: true, ms: Math.round(performance.now() - began) }));
  } catch (e) {
    failed = true;
    let picture = "";
    if (shots && current) {
      picture = join(shots, `failed-${name.replace(/\W+/g, "-").slice(0, 60)}.png`);
      await current.screenshot({ path: picture, fullPage: true }).catch(() => {});
    }
    const at = current ? ` (at ${current.url()})` : "";
    console.log(JSON.stringify({ step: name, ok: false, error: `${e.message}${at}`, picture }));
  }
}

/** Presses what leads to another page, or to this one anew, and waits until it is there: whoever goes on sooner cuts the way short. */
export async function through(page, what) {
  const arrived = page.waitForEvent("framenavigated", (frame) => frame === page.mainFrame());
  await what.click();
  await arrived;
  await page.waitForLoadState();
}

/** Waits until f says yes, for so many milliseconds at most. */
export async function until(f, sentence, most = 20_000) {
  for (const began = performance.now(); !await f();) {
    must(performance.now() - began < most, sentence);
    await new Promise((done) => { setTimeout(done, 20); });
  }
}

/** Waits until a page answers yes to what it can only answer later: page.waitForFunction takes the promise itself for a yes. */
export const yes = (page, f, arg) => until(() => page.evaluate(f, arg).catch((e) => {
  if (/context was destroyed/.test(e.message)) return false; // the page is being read anew
  throw e;
}), `never true: ${f.toString().slice(0, 200)}`, 30_000);

/** Which page a failure's picture is taken of. */
export function look(page) { current = page; return page; }

/** Ends the journey; the exit status tells whether the story held. */
export async function end() {
  await browser.close();
  process.exit(failed ? 1 : 0);
}

export function must(truth, sentence) {
  if (!truth) throw new Error(sentence);
}

export function equal(got, want, what) {
  if (JSON.stringify(got) !== JSON.stringify(want)) throw new Error(`${what}: got ${JSON.stringify(got)}, want ${JSON.stringify(want)}`);
}

/** Signs a person in at the demonstration portal. */
export async function signIn(page, login) {
  look(page);
  await page.goto(world.portal + "/login");
  await page.fill("#login", login);
  await page.fill("#password", world.password);
  await page.click("form[action='/login'] button[type=submit]");
  await page.waitForURL((url) => !url.pathname.startsWith("/login"));
}

/** What axe-core finds: every rule, or the contrast alone where only colours have changed since. */
async function accessible(page, what, rules) {
  if (!await page.evaluate(() => "axe" in window)) await page.evaluate(axeSource);
  const found = await page.evaluate(async (only) => {
    const { violations } = await window.axe.run(document, { resultTypes: ["violations"], ...(only && { runOnly: { type: "rule", values: only } }) });
    return violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(" ")).slice(0, 3).join("; ")}`);
  }, rules);
  equal(found, [], `${what}: axe-core`);
}

/** No sideways scroll: a table may scroll within itself, a page never. */
async function upright(page, what) {
  const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (sideways <= 0) return;
  const wide = await page.evaluate(() => [...document.querySelectorAll("body *")].filter((e) => {
    for (let up = e.parentElement; up; up = up.parentElement) if (getComputedStyle(up).overflowX !== "visible") return false;
    return e.getBoundingClientRect().right > document.documentElement.clientWidth + 1;
  }).slice(0, 3).map((e) => `${e.tagName.toLowerCase()}.${e.className} “${e.textContent.trim().slice(0, 20)}”`).join(", "));
  must(false, `${what}: scrolls sideways by ${sideways} px: ${wide}`);
}

/** What holds of a page's words whatever its width: none missing, one h1, no French on an English page, no trouble in the console. */
export async function worded(page, what) {
  const text = await page.locator("body").innerText();
  must(!text.includes("⟦"), `${what}: words are missing: ${text.match(/⟦[^⟧]*⟧/)?.[0]}`);
  equal(await page.locator("h1").count(), 1, `${what}: number of h1`);
  if (await page.locator("html").getAttribute("lang") === "en") equal(sayings.filter((s) => text.includes(s)), [], `${what}: French on an English page`);
  equal(page.troubles, [], `${what}: troubles`);
}

/** Takes a page's picture as it is, on a desk and on a phone, when asked to. */
export async function pictured(page, name) {
  if (!gallery) return;
  const size = page.viewportSize();
  for (const width of [1280, 360]) {
    await page.setViewportSize({ width, height: width < 500 ? 740 : 900 });
    await page.screenshot({ path: join(gallery, `${name.replaceAll(/\W+/g, "-")}-${width}.png`), fullPage: true });
  }
  await page.setViewportSize(size);
}

/** Checks a page as it is: its words; axe-core on a desk and on a phone, and the contrast in the other theme; no sideways scroll, down
 * to 320 px, which is a desk at 400 %. Takes pictures when asked to. A journey that is told again (world.again) looks at the words
 * alone: the pages are the same. A page without script is checked for what can be known of it without. */
export async function everywhere(page, name) {
  await worded(page, name);
  if (world.again || slow > 1) return await upright(page, name);
  const size = page.viewportSize();
  for (const [theme, width, rules] of [["light", 1280], ["dark", 1280, ["color-contrast"]], ["light", 360], ["dark", 360, []], ["light", 320, []]]) {
    if (theme === "dark" && width === 360 && !gallery) continue;
    await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
    await page.setViewportSize({ width, height: width < 500 ? 740 : 900 });
    const what = `${name}, ${theme}, ${width} px`;
    if (rules?.length !== 0) await accessible(page, what, rules);
    await upright(page, what);
    if (gallery && width !== 320) await page.screenshot({ path: join(gallery, `${name}-${theme}-${width}.png`), fullPage: true });
  }
  await page.setViewportSize(size);
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
}

/** What moves on a page for more than a thousandth of a second, or would at the next change: transitions, animations, gliding scrolls. */
export async function moving(page) {
  return await page.evaluate(() => {
    const longest = (list) => Math.max(...list.split(",").map((d) => parseFloat(d) * (d.trim().endsWith("ms") ? 1 : 1000)));
    const found = document.getAnimations().filter((a) => a.effect.getComputedTiming().duration > 1).map((a) => `runs on ${a.effect.target?.outerHTML.slice(0, 80)}`);
    for (const e of document.querySelectorAll("*")) {
      for (const part of [null, "::before", "::after"]) {
        const s = getComputedStyle(e, part);
        const name = `${e.localName}.${e.className?.baseVal ?? e.className}${part ?? ""}`;
        if (longest(s.transitionDuration) > 1) found.push(`${name} changes slowly`);
        if (s.animationName !== "none" && longest(s.animationDuration) > 1) found.push(`${name} is animated`);
        if (s.scrollBehavior === "smooth") found.push(`${name} scrolls slowly`);
      }
    }
    return found;
  });
}

/** Checks one state of a page whose other states are looked at everywhere: axe-core, the contrast in the dark, no sideways scroll at 320 px. */
export async function briefly(page, name) {
  await worded(page, name);
  if (slow > 1) return;
  const size = page.viewportSize();
  await accessible(page, name);
  await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
  await accessible(page, `${name}, dark`, ["color-contrast"]);
  if (gallery) await page.screenshot({ path: join(gallery, `${name}-dark.png`), fullPage: true });
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  if (gallery) await page.screenshot({ path: join(gallery, `${name}-light.png`), fullPage: true });
  await page.setViewportSize({ width: 320, height: 740 });
  await upright(page, `${name}, 320 px`);
  await page.setViewportSize(size);
}

/** Walks a page with Tab: whatever takes the focus shows it, in sight, and nothing that sticks to an edge covers it. */
export async function walked(page, name, most = 60) {
  if (world.again || slow > 1) return;
  await page.evaluate(() => { document.activeElement?.blur(); scrollTo(0, 0); });
  let seen = 0;
  for (; seen < most; seen++) {
    await page.keyboard.press("Tab");
    const trouble = await page.evaluate(() => {
      const at = document.activeElement;
      if (!at || at === document.body) return "end";
      const ringed = (e) => { const s = getComputedStyle(e); return s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2; };
      const label = `${at.tagName.toLowerCase()} ${at.getAttribute("name") ?? at.textContent.trim().slice(0, 30)}`;
      if (![at, at.closest("label"), at.closest(".card")].some((e) => e && ringed(e))) return `no ring: ${label}`;
      const box = (at.closest("label.chip") ?? at).getBoundingClientRect();
      if (box.bottom <= 0 || box.top >= innerHeight) return `out of sight: ${label}`;
      const within = (n, most) => Math.min(Math.max(n, 0), most - 1);
      const over = document.elementFromPoint(within(box.left + box.width / 2, innerWidth), within(box.top + box.height / 2, innerHeight));
      const bar = over?.closest(".action-bar, .counters-bar");
      return bar && !bar.contains(at) ? `covered: ${label}` : "";
    });
    if (trouble === "end") break;
    must(!trouble, `${name}, by keyboard: ${trouble}`);
  }
  must(seen > 0, `${name}: Tab goes nowhere`);
}
