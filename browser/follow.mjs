// Open pages follow what somebody else does: within a second, on any node, without moving what the hand is doing.
import { end, equal, everywhere, look, must, person, signIn, step, through, world } from "./lib.mjs";

const title = "Le labo de grammaire 5e";
const list = `${world.broker}/affectation/${world.school}/ressources`;
const soon = 2000; // milliseconds: a second, and as much again for a machine that runs other tests beside

const claire = await person();
const colleague = await person();

/** Every stream that a person's windows opened, and those that are over. */
function streams(page) {
  const seen = { opened: 0, over: 0 };
  page.context().on("request", (r) => { if (r.url().includes("/suivre")) seen.opened++; });
  const gone = (r) => { if (r.url().includes("/suivre")) seen.over++; };
  page.context().on("requestfinished", gone);
  page.context().on("requestfailed", gone);
  return seen;
}

/** Waits until f says yes, and returns after how many milliseconds it did. */
async function until(f, within, sentence) {
  const began = performance.now();
  for (;;) {
    if (await f()) return Math.round(performance.now() - began);
    must(performance.now() - began < within, sentence);
    await new Promise((done) => { setTimeout(done, 20); });
  }
}

const assigned = (page) => page.locator("tbody tr", { hasText: title }).locator("td[data-l=Attribués]");
const figure = async (cell) => Number((await cell.innerText()).replace(/\D/g, ""));

/** The colleague gives the workbook to a class, or takes a copy back, and it is done when this returns. */
async function give(to) {
  await colleague.goto(`${list}?q=${encodeURIComponent("labo de grammaire")}`);
  await colleague.locator("tbody tr", { hasText: title }).getByRole("link").first().click();
  await colleague.waitForURL(/\/population/);
  await colleague.getByLabel(to).first().check();
  await through(colleague, colleague.getByRole("button", { name: "Voir le plan" }).first());
  await through(colleague, colleague.getByRole("button", { name: /^Attribuer \d+ exemplaires?/ }));
}

let seen;

await step("the first page says what came since the last visit, and what to do with it", async () => {
  await signIn(claire, "claire.vasseur");
  await claire.goto(`${world.broker}/affectation/${world.school}`);
  const text = await claire.locator("main").innerText();
  must(text.includes("Bonjour, Claire Vasseur"), "nobody says good morning");
  must(/exemplaires nouveaux/.test(text), `what came is not told: ${text}`);
  equal(await claire.locator("main .btn-primary").count(), 1, "filled buttons");
  await everywhere(claire, "console-dashboard");
  await signIn(colleague, "claire.vasseur");
});

await step("a colleague’s assignment is in the list within a second, and nothing else has moved", async () => {
  seen = streams(claire);
  look(claire);
  await claire.goto(list);
  await until(() => seen.opened > 0, 10_000, "no stream was opened");
  const before = await figure(assigned(claire));
  await claire.locator("tbody tr", { hasText: title }).getByRole("radio").check();
  await claire.fill("input[name=q]", "ce que j’écris");
  await claire.evaluate(() => { globalThis.mine = document.querySelector("input[name=q]"); });
  await give(/5e B/);
  const took = await until(async () => await figure(assigned(claire)) > before, soon, "the figure stays as it was");
  console.log(`seen after ${took} ms`);
  must(await claire.evaluate(() => document.activeElement === globalThis.mine && globalThis.mine.value === "ce que j’écris"), "the hand was moved");
  must(await claire.locator("tbody tr", { hasText: title }).getByRole("radio").isChecked(), "the choice is gone");
  const text = await claire.locator("main").innerText();
  must(!text.includes("⟦"), "words are missing");
  await claire.waitForTimeout(1000);
  equal(await claire.locator("[data-say]").innerText(), "1 ressource mise à jour", "what a screen reader hears");
  await everywhere(claire, "console-followed");
});

await step("the counters of a selection follow too, and the selection stays", async () => {
  await claire.goto(list);
  await claire.locator("tbody tr", { hasText: title }).getByRole("link").first().click();
  await claire.waitForURL(/\/population/);
  await claire.getByLabel(/5e C/).first().check();
  const left = claire.locator("[data-counter=available] [data-n]");
  await claire.waitForTimeout(1500); // the counters of the choice itself
  const before = await figure(left);
  await give(/5e A/);
  await until(async () => await figure(left) < before, soon, "« Disponibles » stays as it was");
  must(await claire.getByLabel(/5e C/).first().isChecked(), "the selection is gone");
});

await step("a second window listens through the first, and alone once that is closed", async () => {
  const second = await claire.context().newPage();
  await second.goto(list);
  await second.waitForTimeout(1000);
  const opened = seen.opened;
  const before = await figure(assigned(second));
  await give(/6e A/); // 5e C went with 5e A: a manager’s windows share one selection
  await until(async () => await figure(assigned(second)) > before, soon, "the second window does not follow");
  equal(seen.opened, opened, "streams of one browser");
  await claire.goto("about:blank");
  await until(() => seen.opened === opened + 1, 10_000, "nobody took over");
});

await step("signed out, the stream is over", async () => {
  const over = seen.over;
  const other = claire;
  await other.goto(`${world.broker}/mediacentre`);
  await other.locator("form[action='/deconnexion'] button").first().evaluate((button) => button.click());
  await until(() => seen.over > over, 12_000, "the stream goes on without a session");
});

await end();
