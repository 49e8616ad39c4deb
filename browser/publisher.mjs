// A publisher at work: in by its key, a package that comes in spite of a line that drops, its report, an exercise tried, a version
// published and undone; then a package that means ill, opened in a real browser: nothing of it runs, and nothing loads from elsewhere.
import { end, equal, everywhere, look, must, person, step, through, walked, world } from "./lib.mjs";

const page = await person();
look(page);
const said = (words) => page.locator("main", { hasText: words }).waitFor();
let report = "";

await step("a publisher comes in by its key", async () => {
  await page.goto(`${world.exos}/editeur`);
  must(page.url().includes("/editeur/connexion"), "a stranger is not asked for the key");
  await everywhere(page, "press-door");
  await page.getByLabel("Clé d’éditeur").fill(world.press);
  await through(page, page.getByRole("button", { name: "Entrer" }));
  await said("Le labo de grammaire 5e");
  await everywhere(page, "press-home");
  await walked(page, "press-home");
});

await step("a line that drops loses nothing, and the same file goes on", async () => {
  let cut = true;
  let parts = 0;
  await page.route("**/api/editeur/depots/*", (route) => {
    if (route.request().method() !== "PATCH") return route.continue();
    parts++;
    return cut && parts > 1 ? route.abort() : route.continue();
  });
  await page.setInputFiles("#file", world.large);
  await page.getByRole("button", { name: "Déposer" }).click();
  await page.getByText("La connexion s’est coupée").waitFor({ timeout: 60_000 });
  const before = parts;
  await page.reload();
  cut = false;
  await page.setInputFiles("#file", world.large);
  await Promise.all([page.waitForURL(/\/editeur\/depots\//), page.getByRole("button", { name: "Déposer" }).click()]);
  await said("Bon à publier");
  must(parts - before < before, `it began anew: ${parts - before} parts after ${before}`);
  await page.unroute("**/api/editeur/depots/*");
});

await step("the report says what is wrong, where, and how to mend it", async () => {
  await page.goto(`${world.exos}/editeur`);
  await page.setInputFiles("#file", world.broken);
  await Promise.all([page.waitForURL(/\/editeur\/depots\//), page.getByRole("button", { name: "Déposer" }).click()]);
  await said("Refusé (1)");
  await everywhere(page, "press-refused");
});

await step("an exercise is tried as a pupil, and the version is published and undone", async () => {
  await page.goto(`${world.exos}/editeur`);
  await page.setInputFiles("#file", world.edition);
  await Promise.all([page.waitForURL(/\/editeur\/depots\//), page.getByRole("button", { name: "Déposer" }).click()]);
  report = page.url();
  await said("Bon à publier");
  await everywhere(page, "press-report");
  await through(page, page.getByRole("link", { name: "Essayer comme un élève" }));
  await everywhere(page, "press-preview");
  await page.locator("input[type=radio]").first().check();
  await through(page, page.getByRole("button", { name: "Valider" }));
  await page.locator("[data-result]").waitFor();
  await page.getByText("Ce qui est accepté").click();
  await page.goto(`${report}/exercices/6`);
  const said1 = await page.locator("ol[data-order] button[data-words]").allInnerTexts(); // the script has made buttons of them
  await page.locator("ol[data-order] button[data-words]").nth(0).click();
  await page.locator("ol[data-order] button[data-words]").nth(2).click();
  equal((await page.locator("ol[data-order] button[data-words]").allInnerTexts())[2], said1[0], "an item placed in a preview");
  await through(page, page.getByRole("button", { name: "Valider" }));
  await page.locator("[data-result]").waitFor();
  equal((await page.locator("ol[data-order] [data-words]").allInnerTexts())[2], said1[0], "the order after the answer");
  equal(await page.evaluate(() => Object.keys(localStorage).filter((k) => k.startsWith("exos."))), [], "what a preview leaves on the device");
  await everywhere(page, "press-preview-order");
  await page.goto(report);
  await through(page, page.getByRole("button", { name: "Publier" }));
  await page.getByText("Version 2 publiée").waitFor();
  await everywhere(page, "press-module");
  await through(page, page.getByRole("button", { name: "Publier à nouveau Version 1" }));
  await page.getByText("La version 1 est en ligne").waitFor();
});

await step("a package that means ill does nothing", async () => {
  const asked = []; // whether anything is loaded from elsewhere the other server says, when the journey is over
  page.on("dialog", (d) => { asked.push(d.message()); void d.dismiss(); });
  await page.goto(`${world.exos}/editeur`);
  await page.setInputFiles("#file", world.hostile);
  await Promise.all([page.waitForURL(/\/editeur\/depots\//), page.getByRole("button", { name: "Déposer" }).click()]);
  await said("Bon à publier");
  await page.goto(`${page.url()}/exercices/1`);
  equal(await page.locator(".q-body a[href]").evaluateAll((all) => all.filter((a) => !/^https?:/.test(a.getAttribute("href")) || a.rel !== "noopener noreferrer").map((a) => a.outerHTML)), [], "links that are more than links");
  await page.locator(".q-body *").evaluateAll((all) => { for (const e of all) if (!e.closest("a[href]")) e.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true })); });
  must(page.url().endsWith("/exercices/1"), "a click led elsewhere");
  const covered = await page.evaluate(() => [...document.querySelectorAll(".q-body *")].filter((e) => ["fixed", "absolute", "sticky"].includes(getComputedStyle(e).position) && !e.closest(".sr")).map((e) => e.outerHTML));
  equal(covered, [], "what covers the page");
  equal(await page.evaluate(() => "owned" in window), false, "a script ran");
  const pictures = await page.locator(".q-body img").evaluateAll((all) => all.map((i) => i.src));
  must(pictures.length > 0, "the package's own picture is not drawn");
  for (const address of pictures) {
    await page.goto(address);
    equal(await page.evaluate(() => "owned" in window).catch(() => false), false, `a script ran in ${address}`);
  }
  await page.waitForTimeout(300);
  equal(asked, [], "dialogs");
  page.troubles.length = 0; // the policy says what it has kept from running
});

await end();
