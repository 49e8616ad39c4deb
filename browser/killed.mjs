// A server and a browser that are killed, each or both, at points that a seed says: no answer that a page showed as kept is lost, and none
// that the server acknowledged. Then all of them are in the server's store, each once.
import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { args, end, equal, executablePath, look, must, person, step, through, until, world } from "./lib.mjs";
import { arrive, giveToClass, server, stored, title } from "./workbook.mjs";

// mulberry32: the same points for the same seed, as far as two programs on a busy machine let it be so.
let state = world.seed >>> 0;
const random = () => {
  state = (state + 0x6d2b79f5) >>> 0;
  let t = Math.imul(state ^ (state >>> 15), state | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
};
const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });

let process_; // the browser's, which leads a group of its own
let cdp; // playwright's line to it
let page;
let module = "";
let serves = true;
let kills = 0;
let given = 0;
const showed = new Set(); // the texts of answers that a page showed as kept

/** Opens the browser on its folder, and one window in which what is shown as kept is heard of. */
async function open() {
  const port = join(world.folder, "DevToolsActivePort");
  rmSync(port, { force: true });
  process_ = spawn(executablePath, [...args, "--headless=new", "--accept-lang=fr-FR", `--user-data-dir=${world.folder}`, "--remote-debugging-port=0", "about:blank"], { detached: true, stdio: "ignore" });
  await until(() => existsSync(port) && readFileSync(port, "utf8").includes("\n"), "the browser does not start", 60_000);
  cdp = await chromium.connectOverCDP(`http://127.0.0.1:${readFileSync(port, "utf8").split("\n")[0]}`);
  const context = cdp.contexts()[0];
  context.setDefaultTimeout(30_000);
  page = await context.newPage();
  look(page);
  await page.exposeBinding("showed", (_, text) => { showed.add(text); });
  await page.addInitScript(() => {
    const said = () => document.querySelector("[data-work]")?.textContent;
    globalThis.gives = (text) => {
      const before = said();
      const watch = new MutationObserver(() => {
        const kept = before === undefined // on the site: it is kept, or the sheet came back with it; in the app: what is said is another
          ? /gardée/.test(document.querySelector("[data-notice]")?.textContent) || document.querySelector("[data-result]") && document.querySelector("input[name='r.R2']").getAttribute("value") === text
          : said() !== before && /provisoire/.test(said());
        if (!kept) return;
        watch.disconnect();
        void globalThis.showed(text);
      });
      watch.observe(document.body, { childList: true, subtree: true, characterData: true });
    };
  });
}

/** Ends the browser: at once, as a crash does, or as its user does. */
async function close(kindly = false) {
  const gone = new Promise((done) => { process_.once("exit", done); });
  if (kindly) await (await cdp.newBrowserCDPSession()).send("Browser.close");
  else process.kill(-process_.pid, "SIGKILL");
  await gone;
  await cdp.close().catch(() => undefined);
  page = undefined;
}

async function serve(yes) {
  if (serves !== yes) await server(yes ? "start" : "kill");
  serves = yes;
}

/** Opens the app at its shelf. */
async function app() {
  await page.goto(`${world.exos}/appli/`);
  await page.getByRole("link", { name: title }).waitFor();
}

/** Opens the exercise with a text to write, drawn anew. */
async function exercise() {
  await page.goto(`${world.exos}/appli/#/`);
  await page.reload();
  await page.getByRole("link", { name: title }).waitFor();
  await page.evaluate((to) => { location.hash = to; }, `#/${module}/4`);
  await page.locator("form[data-open] input[name='r.R2']").waitFor();
}

/** Writes a text that no other answer has, and sends it off. Returns the text as soon as the button was pressed. */
async function give() {
  const text = `mot${++given}x`;
  await page.locator("input[name='r.R2']").fill(text);
  await page.evaluate((t) => {
    globalThis.gives(t);
    [...document.querySelectorAll("form[data-player] button[value=answer]")].find((b) => !b.disabled).click();
  }, text);
  return text;
}

const textsIn = (all) => all.flatMap((text) => text.match(/\bmot\d+x\b/g) ?? []);
const waits = async () => textsIn((await stored(page, "waiting")).map((w) => w.text));
const acknowledged = async () => textsIn(JSON.parse(await server("kept")));

/** What was shown is on the device, or in the server's store. The device is read first: what leaves it is acknowledged. */
async function nothingIsLost(where) {
  const shown = [...showed];
  const [here, there] = [await waits(), await acknowledged()];
  equal(shown.filter((t) => !here.includes(t) && !there.includes(t)), [], `${where}: answers that were shown as kept, and are nowhere`);
}

/** Sends all that waits. */
async function sync() {
  await serve(true);
  await page.evaluate(() => dispatchEvent(new Event("online")));
  await until(async () => (await stored(page, "waiting")).length === 0, "what waits is not sent");
}

await step("a pupil takes a module along, in a browser that is then closed", async () => {
  const claire = await person();
  await giveToClass(claire);
  await claire.context().close();
  await open();
  module = (await arrive(page, "malo.kerbrat")).split("/").pop();
  await page.goto(`${world.exos}/appli/`);
  await page.getByRole("button", { name: `Télécharger ${title}` }).click();
  await page.getByText(/^Prêt, /).waitFor();
  await page.evaluate(() => navigator.serviceWorker.ready);
  await close(true);
  await open();
  await app();
});

await step("in the app, server and browser are killed while answers are given and sent", async () => {
  let span = 200; // milliseconds, from the press of the button to somewhat after what it shows
  for (let round = 1; round <= world.rounds; round++) {
    const what = `round ${round}`;
    if (random() < 0.6) await sync(); // else it goes on without a server, if that was killed
    await exercise();
    const before = Math.floor(random() * 3); // answers before the one in which it happens
    for (let n = 0; n < before; n++) {
      const began = performance.now();
      const text = await give();
      await until(() => showed.has(text), `${what}: nothing is shown of an answer`);
      span = Math.max(30, (span + 2 * (performance.now() - began)) / 2);
      if (serves) await until(() => page.evaluate(() => !/provisoire/.test(document.querySelector("[data-work]").textContent)), `${what}: it is not said that it was sent`); // else that would be taken for what is said of the next
      if (!await page.locator("form[data-open]").count()) await exercise(); // no try is left
    }
    await give();
    await pause(random() * span);
    const which = random();
    if (which < 0.7) await serve(false);
    if (which > 0.4) await close();
    kills += Number(which < 0.7) + Number(which > 0.4);
    if (!page) {
      await open();
      await app();
    }
    await nothingIsLost(what);
  }
  must(showed.size > world.rounds / 2, `only ${showed.size} answers of ${given} were shown: every kill came too early to try anything`);
});

await step("on the site, they are killed after an answer was shown as kept, or while it is on its way", async () => {
  await sync();
  await arrive(page, "malo.kerbrat");
  const cookies = await page.context().cookies(); // those of a session end with the browser
  const at = `${world.exos}/modules/${module}/exercices/4`;
  const ready = async () => {
    await page.context().addCookies(cookies); // so that no round signs in anew
    await page.goto(at);
    const again = page.getByRole("button", { name: "Recommencer" });
    if (await again.count()) await through(page, again);
    await page.locator("form[data-open] input[name='r.R2']").waitFor();
  };
  let span = 200;
  for (let round = 1; round <= Math.ceil(world.rounds / 2); round++) {
    const what = `on the site, round ${round}`;
    await serve(true);
    await ready();
    if (random() < 0.5) await serve(false);
    const began = performance.now();
    const text = await give();
    if (random() < 0.7) {
      await until(() => showed.has(text), `${what}: nothing is shown of an answer`);
      span = Math.max(30, (span + 2 * (performance.now() - began)) / 2);
    }
    await pause(random() * span / 2);
    if (random() < 0.5) await serve(false);
    await close();
    kills += 1 + Number(!serves);
    const shown = [...showed];
    await serve(true);
    await open();
    await ready(); // any page with an exercise sends what waits
    let there = [];
    await until(async () => {
      there = await acknowledged();
      return shown.every((t) => there.includes(t));
    }, `${what}: not all that was shown is in the server's store`, 10_000).catch((e) => {
      throw new Error(`${e.message}: ${shown.filter((t) => !there.includes(t))}`);
    });
  }
  await app();
});

await step("in the end all that was shown is in the server's store, each once", async () => {
  await sync();
  const there = await acknowledged();
  equal([...showed].filter((t) => !there.includes(t)), [], "answers that are missing");
  equal(there.filter((t, i) => there.indexOf(t) !== i), [], "answers that are there twice");
  console.log(`${world.seed}: ${kills} kills, ${given} answers given, ${showed.size} of them shown`);
  await close(true);
});

if (process_.exitCode === null && page) await close();
await end();
