// The first tutorial with the keyboard alone: no pointer is touched. A resource for a class, resources for a population, copies taken back
// by the batch; and each time what the ledger says of it.
import { briefly, end, equal, look, must, person, signIn, step, world } from "./lib.mjs";

const title = "Le labo de grammaire 5e";
const school = `${world.broker}/affectation/${world.school}`;
const claire = await person();
const most = 40; // stops of the Tab key to anything on a page: more is no way to work

/** What has the focus, as it is called. */
const here = () => claire.evaluate(() => {
  const at = document.activeElement;
  const label = at.getAttribute("aria-label") ?? at.labels?.[0]?.innerText ?? at.innerText ?? "";
  return `${at.localName}${at.type ? `.${at.type}` : ""} ${label.replace(/\s+/g, " ").trim()}`;
});

/** Goes on with a key until what has the focus is called so; returns after how many strokes. */
async function until(wanted, key = "Tab") {
  const seen = [];
  for (let n = 0; n < most; n++) {
    const at = await here();
    if (wanted.test(at)) return n;
    seen.push(at);
    await claire.keyboard.press(key);
  }
  must(false, `${wanted} is not reached within ${most} strokes of ${key}: ${seen.join(" | ")}`);
}

/** Presses a key that leads to another page. */
async function through(key = "Enter") {
  const arrived = claire.waitForEvent("framenavigated", (frame) => frame === claire.mainFrame());
  await claire.keyboard.press(key);
  await arrived;
  await claire.waitForLoadState();
}

/** Skips the menu of the page. */
async function content() {
  await until(/^a Aller au contenu/);
  await claire.keyboard.press("Enter");
}

const says = async (...wanted) => {
  const text = (await claire.locator("main").innerText()).replace(/[\u00a0\u202f]/g, " ");
  for (const words of wanted) must(text.includes(words), `« ${words} » is missing: ${text.slice(0, 400)}`);
};

/** Finds a class by its name in the field over the classes, and ticks it. */
async function tick(name) {
  await until(/^input.search Trouver une classe/);
  await claire.keyboard.type(name);
  await claire.keyboard.press("Enter");
  must(new RegExp(`^input.checkbox ${name}`).test(await here()), `the class that was found has no focus: ${await here()}`);
  await claire.keyboard.press("Space");
}

/** Skips what is left of a list, to the bar at the foot. */
async function bar(key = "Tab") {
  await until(/^a Aller aux actions/, key);
  await claire.keyboard.press("Enter");
}

/** How many copies of the workbook are out, by the ledger. */
async function held() {
  await claire.goto(`${school}/ressources?q=${encodeURIComponent(title)}`);
  return Number((await claire.locator("tbody td[data-l=Attribués]").first().innerText()).replace(/\D/g, ""));
}

/** Takes one of the three ways from the first page. */
async function way(name) {
  await claire.goto(school);
  await content();
  await until(name);
  await through();
  await content();
}

let before;
const pointed = [];

await step("no pointer is touched from here on", async () => {
  await signIn(claire, "claire.vasseur");
  await claire.exposeFunction("pointed", (what) => { pointed.push(what); });
  await claire.addInitScript(() => {
    for (const kind of ["pointerdown", "mousedown", "touchstart"]) addEventListener(kind, (event) => { globalThis.pointed(`${kind} ${event.target.outerHTML}`); }, { capture: true });
  });
  look(claire);
  before = await held();
});

await step("Entrer par ressource: a class of many, its plan, its copies", async () => {
  await way(/^a Entrer par ressource/);
  await until(/^input.text/);
  await claire.keyboard.type("labo de grammaire");
  await through();
  await content();
  await until(new RegExp(`^a ${title}`));
  await through();
  await content();
  await tick("5e B");
  await claire.locator("[data-counter=selected].is-live").waitFor();
  await bar();
  await until(/^button.submit Voir le plan/);
  await through();
  await content();
  await until(/^button.submit Attribuer \d+ exemplaires?/);
  await through();
  const now = await held();
  must(now > before, `${before} copies were out, and ${now} are`);
  console.log(`${before} copies were out, ${now} are`);
});

await step("… in the classes the arrows go from line to line, and into a class; one stop of Tab is enough to pass them", async () => {
  await claire.keyboard.press("Tab");
  await content();
  await until(new RegExp(`^a ${title}`));
  await through();
  await content();
  await until(/^input.search Trouver une classe/);
  await claire.keyboard.press("Tab");
  must(/^input.checkbox Tout l’établissement/.test(await here()), `the classes begin with ${await here()}`);
  await until(/^input.checkbox 5e A/, "ArrowDown");
  const [x, y] = [await here(), await claire.keyboard.press("ArrowDown").then(here)];
  must(x !== y, "the arrow goes nowhere");
  await claire.keyboard.press("ArrowUp");
  equal(await here(), x, "the way back");
  await briefly(claire, "console-keyboard-tree");
  await claire.keyboard.press("Tab");
  must(!/^input.checkbox \d|^button.submit Voir les personnes/.test(await here()), `Tab goes on to ${await here()}`);
  await claire.keyboard.press("Shift+Tab");
  equal(await here(), x, "where one was in the classes");
  await claire.keyboard.press("ArrowRight");
  must(/^button.submit Voir les personnes : 5e A/.test((await here()).replaceAll("\u00a0", " ")), `beside the class: ${await here()}`);
  await through();
  must((await claire.locator("#h-list").innerText()).startsWith("5e A"), "the class is not shown");
  await until(/^a Aller à la liste/);
  await claire.keyboard.press("Enter");
  equal(await claire.evaluate(() => document.activeElement.id), "h-list", "the way to the list leads to");
});

await step("Entrer par population: a class, a resource of the school’s, its plan", async () => {
  await way(/^a Entrer par population/);
  await tick("5e C");
  await until(/^button.submit Choisir les ressources/);
  await through();
  await content();
  await until(/^input.checkbox Choisir /);
  const what = (await here()).replace("input.checkbox Choisir ", "");
  await claire.keyboard.press("Space");
  await bar("Shift+Tab");
  await until(/^button.submit Voir le plan/);
  await through();
  await content();
  await until(/^button.submit Attribuer|^button.submit Ouvrir|^button.submit Donner/);
  await through();
  await claire.goto(`${school}/historique`);
  const last = (await claire.locator("tbody tr").first().innerText()).replace(/[\u00a0\u202f]/g, " ");
  must(last.includes(what) && last.includes("5e C"), `the history’s last act is: ${last}, not of ${what}`);
});

await step("Récupération des exemplaires par lot: what a class never opened", async () => {
  const given = await held();
  await way(/^a Récupération des exemplaires par lot/);
  await until(new RegExp(`^input.checkbox Choisir ${title}`));
  await claire.keyboard.press("Space");
  await bar("Shift+Tab");
  await until(/^button.submit Choisir les exemplaires/);
  await through();
  await content();
  await until(/^input.radio/);
  await until(/^input.radio .*classe/i, "ArrowDown");
  await tick("5e B");
  await until(/^input.checkbox .*jamais ouverts/);
  await claire.keyboard.press("Space");
  await until(/^button.submit Voir le plan/);
  await through();
  await content();
  await until(/^button.submit Reprendre \d+ exemplaires?/);
  await through();
  const left = await held();
  must(left < given, `${given} copies were out, and ${left} are`);
  console.log(`${given} copies were out, ${left} are`);
  equal(pointed, [], "pointers");
});

await end();
