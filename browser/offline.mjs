// A pupil on the train: one click from the site to the app, a module taken along, the server stopped (not only the network off), the app
// started again without it, ten exercises; then the server is back, and the marks are those of doing it online.
import { briefly, end, equal, everywhere, look, must, person, step, through, walked, world, yes } from "./lib.mjs";
import { answerAlike, arrive, drafts, server, stored } from "./workbook.mjs";

const page = await person();
look(page);
let module = "";
const points = {};
const found = {}; // on the device
const exercise = (n) => page.evaluate((to) => { location.hash = to; }, `#/${module}/${n}`);

await step("one click leads from the site to the app, without a second sign-in", async () => {
  module = (await arrive(page, "malo.kerbrat")).split("/").pop();
  await page.goto(`${world.exos}/modules`);
  await everywhere(page, "modules-banner");
  await through(page, page.getByRole("link", { name: "Ouvrir dans Biblio Exos" }));
  await page.getByRole("heading", { name: "À emporter" }).waitFor();
  await everywhere(page, "app-new");
});

await step("a module is taken along, and the app keeps itself", async () => {
  await page.getByRole("button", { name: "Télécharger Le labo de grammaire 5e" }).click();
  await page.getByText(/^Prêt, /).waitFor();
  await page.evaluate(() => navigator.serviceWorker.ready);
  await yes(page, async () => (await caches.keys()).some((k) => k.startsWith("biblio-exos-app-")));
  await everywhere(page, "app-shelf");
  await walked(page, "app-shelf");
});

let begun = ""; // the attempt in which something is typed, and nothing answered
await step("with the server stopped, what was typed and not answered is there after a reload, and on the way back", async () => {
  await server("stop");
  await page.reload();
  await page.getByRole("link", { name: "Le labo de grammaire 5e" }).click();
  const field = page.locator(`form[data-player] input[name="r.R2"]`);
  await exercise(4);
  await field.fill("à demi");
  await drafts(page, 1);
  begun = await page.locator("[name=attempt]").inputValue();
  await page.reload();
  await field.waitFor();
  equal(await field.inputValue(), "à demi", "after a reload");
  await page.getByRole("link", { name: "Retour au module" }).click();
  await page.getByRole("link", { name: /^Exercice 4 :/ }).click();
  await field.waitFor();
  equal(await field.inputValue(), "à demi", "on the way back from the module");
  equal(await page.locator("[name=attempt]").inputValue(), begun, "the attempt");
  equal(await page.evaluate(() => Object.keys(localStorage).filter((k) => /^exos\.(draft|ink|state)/.test(k))), [], "what of it is in the browser's own storage");
  equal((await stored(page, "waiting")).length, 0, "acts of what was not answered");
  await page.evaluate(() => { location.hash = "#/"; });
});

await step("with the server stopped, the app starts, and ten exercises are done", async () => {
  await page.reload();
  await page.getByRole("link", { name: "Le labo de grammaire 5e" }).click();
  await page.getByRole("link", { name: /^Exercice 1 :/ }).waitFor();
  await everywhere(page, "app-contents");
  for (let n = 1; n <= 10; n++) {
    await exercise(n);
    await page.getByRole("heading", { level: 1, name: `Exercice ${n}`, exact: true }).waitFor();
    await answerAlike(page);
    await page.getByRole("button", { name: "Valider" }).first().click();
    const said = page.locator("[data-work] .msg");
    await said.waitFor();
    found[n] = (await said.innerText()).match(/(\S+ sur \S+), note provisoire/)?.[1] ?? "";
    must(found[n], `exercise ${n} is not scored on the device: ${await said.innerText()}`);
    await drafts(page, n < 4 ? 1 : 0); // answered, it is none any more: what was written in the fourth is, until then
    if (n === 4) equal((await stored(page, "works")).filter((w) => w.attempt === begun).length, 1, "works in the attempt in which it was typed");
    if (n === 5) await page.reload(); // nothing is only in memory
  }
  await page.getByText("10 réponses pas encore envoyées").waitFor();
  await everywhere(page, "app-exercise");
  await page.evaluate((to) => { location.hash = to; }, `#/${module}`);
  await page.getByText("provisoire").first().waitFor();
  await briefly(page, "app-provisional");
  await page.evaluate(() => { location.hash = "#/"; });
  await page.getByRole("button", { name: "Envoyer maintenant" }).click();
  await page.getByText("10 réponses pas encore envoyées").waitFor();
});

await step("the server is back, and all is sent", async () => {
  await server("start");
  await page.evaluate(() => dispatchEvent(new Event("online"))); // as the browser says when the line is back
  await page.getByText("pas encore envoyées").waitFor({ state: "detached" });
  const asked = await page.evaluate(() => performance.getEntriesByType("resource").filter((e) => e.name.includes("/api/appareils/") && e.responseStatus === 200).map((e) => e.workerFinalSourceType));
  must(asked.length > 0 && asked.every((from) => from === "network"), `what is sent goes through the worker, which then is not idle when a newer one comes: ${asked}`);
  await page.getByRole("link", { name: "Le labo de grammaire 5e" }).click();
  const rows = page.locator("ol.away > li");
  for (let n = 0; n < 10; n++) {
    points[n + 1] = (await rows.nth(n).locator(".st").innerText()).trim();
    equal(points[n + 1], found[n + 1], `the server's mark of exercise ${n + 1}, beside the device's`);
  }
  equal(await rows.nth(10).locator(".st").count(), 0, "marks on what was not done");
});

await step("the marks are those of doing it online", async () => {
  await page.goto(`${world.exos}/travail`);
  equal(await page.locator("main").innerText().then((t) => (t.match(/Exercice|Le labo de grammaire/g) ?? []).length > 0), true, "the history");
  for (let n = 1; n <= 10; n++) {
    await page.goto(`${world.exos}/modules/${module}/exercices/${n}`);
    const again = page.getByRole("button", { name: "Recommencer" });
    const fresh = page.locator("form[data-player] [name=attempt]");
    if (await again.count() > 0) await through(page, again);
    await fresh.waitFor({ state: "attached" });
    await answerAlike(page);
    await page.getByRole("button", { name: /^(Valider|Réessayer)/ }).first().click();
    const said = page.locator("[data-result] strong").first();
    await said.waitFor();
    await page.waitForFunction(() => !document.querySelector("form[aria-busy]"));
    must((await said.innerText()).includes(points[n]), `exercise ${n}: online « ${await said.innerText()} », away « ${points[n]} »`);
  }
});

await step("where the device had found otherwise, the server's mark counts, and it is said", async () => {
  await page.goto(`${world.exos}/appli/`);
  await page.getByRole("link", { name: "Le labo de grammaire 5e" }).waitFor();
  const n = await page.evaluate(() => new Promise((done) => {
    indexedDB.open("biblio-exos").onsuccess = ({ target: { result: db } }) => {
      const tx = db.transaction(["works", "books"], "readwrite");
      tx.objectStore("books").getAll().onsuccess = ({ target: { result: [book] } }) => {
        tx.objectStore("works").openCursor().onsuccess = ({ target: { result: at } }) => {
          at.update({ ...at.value, found: { score: 0.25, max: 1 } }); // as by another scorer
          tx.oncomplete = () => { db.close(); done(book.exercises.find((e) => e.exercise === at.value.exercise).number); };
        };
      };
    };
  }));
  await exercise(n);
  await page.getByText(`Biblio Exos donne ${points[n]}`).waitFor();
  await briefly(page, "app-otherwise");
});

await step("an exercise that is done again stays open while the app hears of the answers of before, and what is written in it stays", async () => {
  await exercise(4);
  const field = page.locator("form[data-open] input[name='r.R2']");
  for (let n = 1; await page.locator("form[data-open]").count() > 0; n++) { // until no try is left
    await page.locator("[data-work] .msg").evaluateAll((said) => { for (const one of said) one.dataset.before = ""; });
    await field.fill(`mot ${n}`);
    await page.getByRole("button", { name: "Valider" }).first().click();
    await page.locator("[data-work] .msg:not([data-before])", { hasText: "Réponse envoyée" }).waitFor();
  }
  await page.locator("form[data-player]:not([data-open])").waitFor();
  await page.evaluate(() => { location.hash = "#/"; });
  await exercise(4);
  await field.fill("encore");
  await drafts(page, 1);
  await page.locator("[data-work] .msg").evaluate((said) => { said.id = "before"; });
  await page.evaluate(() => dispatchEvent(new Event("online")));
  await page.locator("#before").waitFor({ state: "detached" }); // it has heard
  equal(await page.locator("form[data-open]").count(), 1, "open exercises");
  await page.reload();
  await field.waitFor();
  equal(await field.inputValue(), "encore", "what was written");
  await page.evaluate(() => { location.hash = "#/"; });
});

await step("a newer app waits until the exercise is left", async () => {
  await exercise(11);
  await page.getByRole("heading", { level: 1, name: "Exercice 11", exact: true }).waitFor();
  await answerAlike(page);
  await server("stop");
  await server("start-newer");
  await page.evaluate(() => navigator.serviceWorker.getRegistration("/appli/").then((r) => r.update()));
  await yes(page, () => navigator.serviceWorker.getRegistration("/appli/").then((r) => r.waiting?.state === "installed"));
  const other = await page.context().newPage(); // a second window, where nothing is under way, does not let it in either
  await other.goto(`${world.exos}/appli/`);
  await other.getByText("Sur cet appareil").waitFor();
  await page.evaluate(() => { globalThis.same = true; });
  await page.getByRole("button", { name: "Valider" }).first().click();
  await page.locator("[data-work] .msg").waitFor();
  equal(await page.evaluate(() => globalThis.same), true, "the page of an attempt that is under way");
  await other.close();
  await page.evaluate(() => { location.hash = "#/"; });
  await page.getByText("Ici, nouvelle version").waitFor(); // it is let in now
  equal(await page.evaluate(() => globalThis.same ?? false), false, "the old page");
  await page.getByText("pas encore envoyée").waitFor({ state: "detached" });
});

let code = "";
await step("the device is listed, and taken back: its content goes", async () => {
  await page.goto(`${world.exos}/hors-ligne`);
  await everywhere(page, "away");
  await walked(page, "away");
  await through(page, page.getByRole("button", { name: "Afficher un code" }));
  await briefly(page, "away-code");
  code = (await page.locator(".join-code").first().innerText()).replaceAll(/[^0-9A-Z]/g, "");
  await page.goto(`${world.exos}/hors-ligne`);
  await through(page, page.getByRole("button", { name: /^Retirer/ }).first());
  await page.goto(`${world.exos}/appli/`);
  await page.getByText("Cet appareil a été retiré").waitFor();
  equal(await page.getByText(/^Prêt, /).count(), 0, "contents of an ended device");
});

await step("a code that comes in the address makes nobody's device before it is said to be one's own", async () => {
  const other = await person();
  look(other);
  await other.goto(`${world.exos}/appli/#code=${code}`); // as its picture (QR) says, or whoever sends one theirs
  await other.getByRole("heading", { level: 1, name: "Ajouter ce compte sur cet appareil ?" }).waitFor();
  equal(await other.evaluate(async () => (await indexedDB.databases()).filter((d) => d.name === "biblio-exos").length), 0, "databases of a learner, before anything is said");
  await everywhere(other, "app-join");
  await walked(other, "app-join");
  await other.getByRole("button", { name: "Ne pas l’ajouter" }).click();
  await other.getByLabel("Code d’ouverture").waitFor();
  equal((await stored(other, "self")).length, 0, "devices, once it was refused");
  await other.goto("about:blank");
  await other.goto(`${world.exos}/appli/#code=${code}`);
  await other.getByRole("button", { name: "C’est mon compte, l’ajouter" }).click();
  await other.getByRole("button", { name: "Télécharger Le labo de grammaire 5e" }).waitFor();
  await other.context().close();
  look(page);
});

await step("the kill switch takes the app off the device", async () => {
  await server("stop");
  await server("start-without-app");
  await page.goto(`${world.exos}/hors-ligne`);
  await page.goto(`${world.exos}/appli/`);
  await yes(page, async () => (await navigator.serviceWorker.getRegistrations()).length === 0 && !(await caches.keys()).some((k) => k.startsWith("biblio-exos-app-")));
});

await end();
