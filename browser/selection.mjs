// « Entrer par ressource » where there are many persons: the list is narrowed, all its results are chosen in one act, and the selection
// is there after the next page, a reload, another page of the console, in another window, and in the plan.
import { end, equal, everywhere, look, must, person, signIn, step, through, walked, world } from "./lib.mjs";

const title = "Le labo de grammaire 5e";
const school = `${world.broker}/affectation/${world.school}`;
const claire = look(await person());
let address = "";

const figure = async (page, name) => Number((await page.locator(`[data-counter=${name}] [data-n]`).innerText()).replace(/[^\d−]/g, "").replace("−", "-"));
const settled = (page, name, want) => page.waitForFunction(([n, w]) => document.querySelector(`[data-counter=${n}] [data-n]`)?.textContent.replace(/\D/g, "") === String(w), [name, want]);
const press = (page, name) => through(page, page.getByRole("button", { name }).first());
const listed = (page) => page.locator("table.people tbody tr").count();
let chosen = 0;

await step("the population is there, 200 persons a page", async () => {
  await signIn(claire, "claire.vasseur");
  await claire.goto(`${school}/ressources?q=le+labo`);
  await through(claire, claire.getByRole("link", { name: title }));
  address = claire.url();
  equal(await listed(claire), 200, "persons of the first page");
  await everywhere(claire, "console-selection-empty");
});

await step("a class is found among many by its name, however it is typed, and the hand goes to it", async () => {
  const find = claire.getByRole("searchbox", { name: "Trouver une classe, un groupe" });
  const classes = () => claire.locator(".tree-panel .tree li:visible").count();
  const all = await classes();
  await find.fill("5C");
  equal(await claire.locator(".tree-panel .tree li:visible label span").allInnerTexts(), ["5e C"], "classes called 5C");
  await find.press("Enter");
  must(/population$/.test(claire.url()), "Enter sends the form");
  must(await claire.evaluate(() => document.activeElement.matches(".tree input[name=cible]")), "the hand is not on the class");
  await everywhere(claire, "console-selection-class");
  await find.fill("zzz");
  await claire.getByText("Aucune classe ni aucun groupe ne s’appelle ainsi.").first().waitFor();
  await find.press("Escape");
  equal(await classes(), all, "classes after Escape");
});

await step("filters add up, and the address keeps them", async () => {
  await claire.selectOption("#niveau", "5e");
  await claire.getByText("Sans exemplaire").first().click();
  await press(claire, "Filtrer");
  must(/niveau=5e/.test(claire.url()) && /sans=1/.test(claire.url()), `the filters are not in ${claire.url()}`);
  const all = Number((await claire.locator("#h-list small, #h-list .small").innerText()).replace(/\D/g, ""));
  must(all > 0 && all < 400, `${all} results`);
  await claire.getByText("Enlever les filtres").click();
  await claire.waitForURL((url) => !url.search.includes("niveau"));
});

await step("all results are one act, and stay on the next page and after a reload", async () => {
  await claire.getByText("Sans exemplaire").first().click();
  await press(claire, "Filtrer");
  await everywhere(claire, "console-selection-filtered");
  await press(claire, /^Sélectionner les [\d\s]+ résultats/);
  chosen = await figure(claire, "selected");
  must(chosen > 200, `${chosen} chosen`);
  await press(claire, "Suivants");
  must(/rang=200/.test(claire.url()) && !/nom=/.test(claire.url()), `the next page is at ${claire.url()}`);
  equal(await figure(claire, "selected"), chosen, "chosen, on the next page");
  must(await claire.locator("table.people tbody input[data-person]").first().isChecked(), "a person of the next page is not ticked");
  await claire.reload();
  equal(await figure(claire, "selected"), chosen, "chosen, after a reload");
  await everywhere(claire, "console-selection-all");
  await walked(claire, "console-selection-all", 40);
});

await step("one person is unticked by keyboard: the counters follow, and whoever leaves the page takes nothing away", async () => {
  const box = claire.locator("table.people tbody input[data-person]").first();
  await box.focus();
  await claire.keyboard.press("Space");
  await settled(claire, "selected", chosen - 1);
  equal(await claire.locator("[data-say]").count(), 1, "live regions");
  await claire.waitForFunction((n) => document.querySelector("[data-say]").textContent.replace(/[\s\u202f\u00a0]/g, "").startsWith(String(n)), chosen - 1);
  chosen -= 1;
  const left = async () => { // what goes with a page arrives by itself; what is lost never does
    await claire.goto(school);
    chosen -= 1;
    for (let n = 0; n < 10; n++) {
      await claire.goto(address);
      if (await figure(claire, "selected") === chosen) return;
    }
    equal(await figure(claire, "selected"), chosen, "chosen, after leaving");
  };
  const nth = (n) => claire.locator("table.people tbody input[data-person]").nth(n);
  await nth(1).uncheck();
  await left(); // at once: it was not sent yet
  const sent = claire.waitForRequest((r) => r.method() === "POST");
  await nth(2).uncheck();
  await sent;
  await left(); // it was on its way
});

await step("a screen reader hears one short sentence of three quick ticks, and of no counter besides", async () => {
  equal(await claire.locator(".counters-bar :is([aria-live], [role=status], [role=alert])").count(), 0, "counters that speak");
  await claire.evaluate(() => {
    globalThis.heard = [];
    const region = document.querySelector("[data-say]");
    new MutationObserver(() => globalThis.heard.push(region.textContent)).observe(region, { childList: true, characterData: true, subtree: true });
  });
  await claire.evaluate(() => [...document.querySelectorAll("table.people tbody input[data-person]:checked")].slice(0, 3).forEach((box) => box.click()));
  chosen -= 3;
  await settled(claire, "selected", chosen);
  await claire.waitForTimeout(1500);
  const heard = await claire.evaluate(() => globalThis.heard);
  equal(heard.length, 1, `sentences heard: ${heard.join(" / ")}`);
  must(heard[0].length <= 120 && heard[0].replace(/\D/g, "").startsWith(String(chosen)), `« ${heard[0]} »`);
});

await step("a tick, and a press before it is heard of: both count, and nobody is told of another window", async () => {
  await claire.locator("table.people tbody input[data-person]:checked").first().uncheck();
  await claire.waitForTimeout(260); // it is on its way
  await press(claire, /^Enseignants/);
  chosen -= 1;
  equal(await figure(claire, "selected"), chosen, "chosen");
  must(!(await claire.locator("main").innerText()).includes("dans une autre fenêtre"), "one window is taken for two");
});

await step("another window shares the selection, and the late one is told", async () => {
  const other = await claire.context().newPage();
  await other.goto(address);
  await claire.goto(address);
  await other.getByRole("checkbox", { name: /^4e A / }).check();
  await other.waitForFunction(() => Number(document.querySelector("input[name=version]").value) > 0 && document.querySelector("[data-was] input[value^='cohort:']"));
  await claire.locator("table.people tbody input[data-person]:checked").first().uncheck();
  await claire.getByText("La sélection a aussi changé dans une autre fenêtre").first().waitFor();
  await everywhere(claire, "console-selection-moved");
  await through(claire, claire.getByRole("link", { name: "Voir toute la sélection" }));
  must(await claire.getByRole("checkbox", { name: /^4e A / }).isChecked(), "what the other window ticked is not ticked here");
  await other.close();
});

await step("the plan, and the way back", async () => {
  const before = await figure(claire, "selected");
  await press(claire, "Voir le plan");
  await claire.waitForURL(/\/plan$/);
  await claire.reload();
  await everywhere(claire, "console-selection-plan");
  await press(claire, "Revenir à la sélection");
  equal(await figure(claire, "selected"), before, "chosen, back from the plan");
});

await step("emptied, a class is given, and the selection is empty after", async () => {
  await press(claire, "Vider la sélection");
  equal(await figure(claire, "selected"), 0, "chosen");
  const halves = () => claire.locator("input[data-group]").evaluateAll((boxes) => boxes.filter((box) => box.indeterminate).length);
  const left = claire.waitForResponse((answer) => answer.url().endsWith("/compteurs"));
  await claire.locator("table.people input[data-person]:not(:disabled)").first().check();
  must(await halves() > 0, "a class of which one is chosen is not half ticked");
  await left;
  await claire.reload();
  must(await halves() > 0 && /1 choisi sur \d/.test(await claire.locator(".tree-panel").innerText()), "nothing says how many of a class are chosen");
  await everywhere(claire, "console-selection-half");
  await press(claire, "Vider la sélection");
  equal(await halves(), 0, "half ticked, once emptied");
  await claire.getByRole("checkbox", { name: /^5e C / }).check();
  await press(claire, "Voir le plan");
  await press(claire, /^Attribuer \d+ exemplaires?/);
  must(/\d+ exemplaires? attribués?/.test(await claire.locator("main .msg-green").innerText()), "nothing says what was done");
  equal(await figure(claire, "selected"), 0, "chosen, after the act");
  must((await claire.locator("[data-bar-text]").innerText()).includes("Personne n’est choisi"), "somebody is still chosen");
});

await end();
