// Open pages follow what somebody else does: within a second, on any node, without moving what the hand is doing.
import { briefly, end, equal, everywhere, look, must, person, signIn, step, through, until, within, world } from "./lib.mjs";

const title = "Le labo de grammaire 5e";
const list = `${world.broker}/affectation/${world.school}/ressources`;
const other = "L’atelier de calcul 6e";

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

const assignedAt = `tr:has(input[data-title="${title}"]) td[data-l=Attribués]`;
const assigned = (page) => page.locator(assignedAt);
const figure = async (cell) => Number((await cell.innerText()).replace(/\D/g, ""));
const show = (page, path) => page.goto(`${world.broker}/affectation/${world.school}${path}`);

/** Notes when a page shows something else in a place than now. */
async function watched(page, name, place) {
  const before = await page.locator(place).first().innerText();
  const moved = page.waitForFunction(([place, before]) => document.querySelector(place)?.innerText !== before, [place, before], { polling: 50, timeout: 20_000 })
    .then(() => Date.now(), () => { throw new Error(`${name}: “${before.slice(0, 60)}” stays as it was`); });
  moved.catch(() => {}); // said once the act is done
  return { name, moved };
}

/** Does something that others see, and returns once each of these shows it: within a second of the server's answer. */
async function seenBy(who, act, ...places) {
  let done = 0;
  const answered = (r) => { if (r.status() === 303) done ||= Date.now(); }; // the form's, not what the page counts
  who.on("response", answered);
  await act();
  who.off("response", answered);
  must(done > 0, "nothing was done");
  for (const { name, moved } of places) {
    const took = await moved - done;
    console.log(`${name}: seen after ${took} ms`);
    must(took < within, `${name}: seen after ${took} ms`);
  }
}

/** Stands before the plan of the workbook, or of another resource, for a class: one press, and it is given. */
async function ready(page, to, what = title) {
  await show(page, `/ressources?q=${encodeURIComponent(what)}&mode=contient`);
  await page.locator("tbody tr", { hasText: what }).getByRole("link").first().click();
  await page.waitForURL(/\/population/);
  await page.getByLabel(to).first().check();
  await through(page, page.getByRole("button", { name: "Voir le plan" }).first());
}
const press = (page) => through(page, page.getByRole("button", { name: /^Attribuer \d+ exemplaires?/ }));

/** The colleague gives the workbook to a class. */
async function give(to, ...places) {
  await ready(colleague, to);
  await seenBy(colleague, () => press(colleague), ...places);
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
  await until(() => seen.opened > 0, "no stream was opened");
  const before = await figure(assigned(claire));
  await claire.locator("tbody tr", { hasText: title }).getByRole("radio").check();
  await claire.fill("input[name=q]", "ce que j’écris");
  await claire.evaluate(() => { globalThis.mine = document.querySelector("input[name=q]"); });
  await give(/5e B/, await watched(claire, "the list", assignedAt));
  must(await figure(assigned(claire)) > before, "the figure is less");
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
  await ready(colleague, /5e A/);
  await seenBy(colleague, () => press(colleague), await watched(claire, "the counters", "[data-counter=available] [data-n]"), await watched(claire, "the classes", "[data-figure=tree]"));
  must(await figure(left) < before, "« Disponibles » is more");
  must(await claire.getByLabel(/5e C/).first().isChecked(), "the selection is gone");
});

await step("a second window listens through the first, and alone once that is closed", async () => {
  const second = await claire.context().newPage();
  await second.goto(list);
  await second.waitForTimeout(1000);
  const opened = seen.opened;
  const before = await figure(assigned(second));
  await give(/6e A/, await watched(second, "the second window", assignedAt)); // 5e C went with 5e A: a manager’s windows share one selection
  must(await figure(assigned(second)) > before, "the figure is less");
  equal(seen.opened, opened, "streams of one browser");
  await claire.goto("about:blank");
  await until(() => seen.opened === opened + 1, "nobody took over");
});

/** How often a page asks for itself. */
function glances(page) {
  const seen = { n: 0 };
  page.on("request", (r) => { if (r.headers()["pupitre-glance"] && !r.url().includes("/suivre")) seen.n++; });
  return seen;
}

/** One more of Claire’s windows, where it follows. */
async function beside(path) {
  const page = await claire.context().newPage();
  page.troubles = claire.troubles;
  page.on("pageerror", (e) => claire.troubles.push(`script error: ${e.message}`));
  await show(page, path);
  return page;
}

await step("two changes at once are both seen within a second, and a storm costs a page no more than two or three looks a second", async () => {
  await show(claire, "/ressources");
  await claire.waitForTimeout(1000);
  const third = await colleague.context().newPage();
  await ready(colleague, /5e D/);
  await ready(third, /6e A/, other);
  const places = [await watched(claire, "the first", assignedAt), await watched(claire, "the second", assignedAt.replace(title, other))];
  await Promise.all([seenBy(colleague, () => press(colleague), places[0]), new Promise((done) => { setTimeout(done, 150); }).then(() => seenBy(third, () => press(third), places[1]))]);
  await third.close();
  const storm = await beside("/ressources"); // a window that does not hold the stream hears of it by the channel
  await storm.waitForTimeout(1500);
  const asked = glances(storm);
  await storm.evaluate(async (path) => {
    const channel = new BroadcastChannel(path);
    for (let i = 0; i < 100; i++) {
      channel.postMessage({ id: "", resources: [`r-${i}`] });
      await new Promise((wait) => { setTimeout(wait, 20); });
    }
    channel.close();
  }, `/affectation/${world.school}/suivre`);
  await storm.waitForTimeout(1000);
  must(asked.n >= 2 && asked.n <= 9, `a hundred changes in two seconds: ${asked.n} looks`);
  await storm.close();
});

await step("every list of the console follows, and ticks, focus, what is open and the place stay", async () => {
  await show(claire, `/ressources?q=${encodeURIComponent(title)}`);
  const labo = new URL(await claire.getByRole("link", { name: title }).getAttribute("href"), claire.url()).pathname.match(/ressources\/[^/]+/)[0];
  const holders = claire;
  await show(holders, `/${labo}/attributions`);
  const people = await beside(`/${labo}/population`);
  await through(people, people.getByRole("button", { name: /^Voir les personnes : 3e B/ }));
  const [take, history] = [await beside("/recuperation"), await beside("/historique")];
  const crowd = await beside("/populations");
  await crowd.getByRole("checkbox", { name: /^3e B/ }).check();
  await through(crowd, crowd.getByRole("button", { name: "Choisir les ressources" }));
  await through(crowd, crowd.getByRole("button", { name: "Aussi les ressources comptées" }));
  const named = await beside(`/${labo}/population`); // a name is in no address: the page answers a form
  await named.locator("input[name=nom]").fill("m");
  await through(named, named.getByRole("button", { name: "Filtrer" }));
  const found = await named.locator("table.people tbody th").allInnerTexts();
  await named.locator("input[name=nom]").fill("mart"); // not sent
  const boxes = holders.locator("table.people tbody input[data-person]");
  await boxes.nth(1).check();
  await boxes.nth(2).focus();
  await take.getByRole("checkbox", { name: `Choisir ${title}` }).check();
  await holders.evaluate(() => { globalThis.mine = document.activeElement; scrollBy(0, 200); globalThis.top0 = globalThis.mine.getBoundingClientRect().top; });
  const rows = await holders.locator("table.people tbody tr").count();
  await ready(colleague, /3e B/);
  const said = await people.locator("[data-say]").innerText();
  await seenBy(colleague, () => press(colleague), await watched(holders, "who holds", "[data-figure=holders]"), await watched(people, "whom it is given to", "[data-figure=list]"),
    await watched(named, "who is called so", "[data-figure=tree]"), await watched(take, "what is taken back", "[data-figure=shelf]"), await watched(crowd, "what a population has", "[data-figure=shelf]"), await watched(history, "the history", "[data-figure=history]"));
  must(await holders.locator("table.people tbody tr").count() > rows, "no row came");
  must(await boxes.nth(1).isChecked() || await holders.locator("table.people tbody input:checked").count() === 1, "the tick is gone");
  must(await holders.evaluate(() => document.activeElement === globalThis.mine), "the focus is gone");
  const moved = await holders.evaluate(() => Math.abs(globalThis.mine.getBoundingClientRect().top - globalThis.top0));
  must(moved < 2, `what was looked at has moved by ${moved} px`);
  equal(await named.locator("table.people tbody th").allInnerTexts(), found, "who is listed by name");
  equal(await named.locator("input[name=nom]").inputValue(), "mart", "what was typed");
  must(await take.getByRole("checkbox", { name: `Choisir ${title}` }).isChecked(), "the resource is ticked no more");
  must((await people.locator("[data-figure=list] tbody").innerText()).includes("exemplaire"), "nobody of the class has a copy");
  must(!/Marchal|3e B/.test(said + await people.locator("[data-say]").innerText()), "a screen reader hears rows");
  await briefly(people, "console-population-followed");
  for (const page of [people, named, take, history, crowd]) await page.close();
});

await step("a plan stays as it was seen, and the page says so once it is another", async () => {
  const changed = "[data-changed]:not([hidden])";
  const news = (page, name) => page.waitForSelector(changed, { timeout: 20_000 }).then(() => undefined, () => { throw new Error(`${name}: nobody says that the plan has changed`); });
  const several = await beside("/populations");
  await several.getByRole("checkbox", { name: /^4e A \d/ }).check();
  await through(several, several.getByRole("button", { name: "Choisir les ressources" }));
  await through(several, several.getByRole("button", { name: "Aussi les ressources comptées" }));
  await several.getByRole("checkbox", { name: `Choisir ${other}` }).check();
  await through(several, several.getByRole("button", { name: "Voir le plan" }));
  const apart = await beside("/populations"); // of a resource that nobody touches
  await apart.getByRole("checkbox", { name: /^4e B \d/ }).check();
  await through(apart, apart.getByRole("button", { name: "Choisir les ressources" }));
  await apart.getByRole("checkbox", { name: /^Choisir / }).first().check();
  await through(apart, apart.getByRole("button", { name: "Voir le plan" }));
  const undo = await beside("/historique");
  await ready(colleague, /4e C/, other);
  await press(colleague);
  await undo.reload();
  await through(undo, undo.locator("[data-figure=history] tbody a").first());
  await through(undo, undo.getByRole("link", { name: /annuler/i }).first());
  for (const page of [several, apart, undo]) equal(await page.locator(changed).count(), 0, `${page.url()}: plans that have changed before anything did`);
  const told = await several.locator("table.before").first().innerText();
  await ready(colleague, /4e A(?!l)/, other);
  await press(colleague);
  await news(several, "what a population is to be given");
  equal(await undo.locator(changed).count(), 0, "the undoing of other copies");
  await colleague.goto(undo.url());
  await through(colleague, colleague.locator(".action-bar .btn-primary"));
  await news(undo, "what is to be undone");
  equal(await several.locator("table.before").first().innerText(), told, "the plan on the page");
  equal(await several.locator("[data-say]").innerText(), "Le plan a changé", "what a screen reader hears");
  equal(await apart.locator(changed).count(), 0, "of another resource’s plan");
  await everywhere(several, "console-plan-changed");
  await through(several, several.getByRole("button", { name: "Revoir le plan" }));
  equal(await several.locator(changed).count(), 0, "the plan that is seen again");
  must(await several.locator("table.before").first().innerText() !== told, "it is as before");
  await through(undo, undo.getByRole("link", { name: "Revoir le plan" }));
  equal(await undo.locator(changed).count(), 0, "the undoing that is seen again");
  for (const page of [several, apart, undo]) await page.close();
});

await step("programs and managers follow too", async () => {
  const list = await beside("/programmes");
  await show(colleague, "/programmes");
  await colleague.locator("#nom").fill("Lecteur de la demi-pension");
  const come = await watched(list, "the programs", "[data-figure=programs]");
  await through(colleague, colleague.getByRole("button", { name: "Faire le jeton" }));
  await come.moved;
  must((await list.locator("[data-figure=programs]").innerText()).includes("demi-pension"), "the program is not listed");
  await list.close();
  await show(claire, "/delegues");
  const helene = await person();
  await signIn(helene, "helene.castaing");
  look(claire);
  await helene.goto(`${world.broker}/responsables?nom=tran`);
  await seenBy(helene, () => through(helene, helene.getByRole("button", { name: /Tran/ }).first()), await watched(claire, "the managers", "[data-figure=managers]"));
  must((await claire.locator("[data-figure=managers]").innerText()).includes("Tran"), "the new manager is not listed");
});

await step("families, delegates and suggestions follow too", async () => {
  await show(claire, "/familles");
  await claire.locator(".mothers summary").first().click();
  await show(colleague, "/familles");
  await through(colleague, colleague.getByRole("button", { name: "Donner à toute la population" }));
  await seenBy(colleague, () => through(colleague, colleague.getByRole("button", { name: /^Attribuer/ }).first()), await watched(claire, "the families", "[data-figure=families]"));
  must(await claire.locator(".mothers details").first().getAttribute("open") !== null, "what was open is closed");
  await show(claire, "/delegues");
  const asked = await beside("/suggestions");
  await show(colleague, "/delegues?nom=belhadj");
  await through(colleague, colleague.getByRole("link", { name: /Choisir/ }).first());
  await colleague.getByLabel("5e B", { exact: true }).check();
  await colleague.locator("#ressources input[value=choix]").check();
  await colleague.locator("#ressources label", { hasText: title }).locator("input").check();
  await colleague.getByLabel(/Budget d’exemplaires/).fill("12");
  await seenBy(colleague, () => through(colleague, colleague.getByRole("button", { name: "Donner la délégation" })), await watched(claire, "the delegates", "[data-figure=delegates]"));
  const nadia = await person();
  await signIn(nadia, "nadia.aubry");
  look(claire);
  await nadia.goto(`${world.broker}/suggestions?q=labo`);
  await through(nadia, nadia.getByRole("link", { name: /^Suggérer/ }).first());
  await nadia.locator("#classes label", { hasText: "5e B" }).locator("input").check();
  await seenBy(nadia, () => through(nadia, nadia.getByRole("button", { name: /Envoyer/ })), await watched(asked, "the suggestions", "[data-figure=suggestions]"), await watched(claire, "the menu", "[data-figure=asked]"));
  must(await asked.getByRole("checkbox").count() > 0, "the suggestion has no box");
  must(await asked.getByRole("button", { name: "Voir le plan" }).last().isVisible(), "the list that is empty no more has no button");
  await asked.close();
});

await step("a delegate follows what is in the delegation, and nothing else", async () => {
  const karim = await person();
  await signIn(karim, "karim.belhadj");
  look(claire);
  let opened = false;
  karim.on("request", (r) => { opened ||= r.url().includes("/suivre"); });
  await show(karim, "/ressources");
  await until(() => opened, "a delegate’s page opens no stream");
  await karim.waitForTimeout(1500);
  const asked = glances(karim);
  await ready(colleague, /6e B/, other);
  await press(colleague);
  await karim.waitForTimeout(1500);
  equal(asked.n, 0, "looks at what is not the delegate’s");
  await show(colleague, `/ressources?q=${encodeURIComponent(title)}`);
  await colleague.getByRole("link", { name: title }).click();
  await through(colleague, colleague.getByRole("link", { name: /a déjà|attribués|porteurs/i }).last());
  await colleague.locator("table.people tbody tr", { hasText: "5e B" }).locator("input[data-person]").first().check();
  await through(colleague, colleague.getByRole("button", { name: "Reprendre" }).last());
  await seenBy(colleague, () => through(colleague, colleague.locator("dialog .btn-danger")), await watched(karim, "a delegate’s list", "[data-figure=list]"));
});

await step("a file of six hundred pupils is left to itself and found again, and the pages stay usable", async () => {
  await show(claire, "/fichier");
  const file = ["identifiant", ...Array.from({ length: 600 }, (_, i) => `tilleuls-c-${String(i + 1).padStart(4, "0")}`)].join("\n");
  await claire.setInputFiles("#fichier", { name: "rentree.csv", mimeType: "text/csv", buffer: Buffer.from(file) });
  await claire.locator("#ressource").selectOption({ label: other });
  await through(claire, claire.locator("form[enctype] button[type=submit]"));
  await everywhere(claire, "console-batch-draft");
  const draft = claire.url();
  const [start, files] = [await beside(""), await beside("/fichier")];
  await claire.locator(".action-bar button[type=submit]").click();
  await claire.waitForURL(draft);
  await show(claire, `/ressources?q=labo&mode=contient`); // left at once: the list answers while the batch is worked on
  must((await claire.locator("main").innerText()).includes(title), "the list does not answer");
  await until(async () => /fait/.test(await files.locator("[data-figure=batches] tbody tr", { hasText: "rentree.csv" }).innerText()), "the list of batches does not follow");
  await until(async () => (await start.locator("[data-figure=todo]").innerText()).includes("rentree.csv"), "the first page does not follow");
  await through(files, files.getByRole("link", { name: "rentree.csv" }));
  equal(files.url(), draft, "the batch that is found again");
  must(/est traité/.test(await files.locator("h1").innerText()), `its title: ${await files.locator("h1").innerText()}`);
  await everywhere(files, "console-batch");
  for (const page of [start, files]) await page.close();
});

await step("signed out, the stream is over", async () => {
  const over = seen.over;
  await claire.goto(`${world.broker}/mediacentre`);
  await claire.locator("form[action='/deconnexion'] button").first().evaluate((button) => button.click());
  await until(() => seen.over > over, "the stream goes on without a session");
});

await end();
