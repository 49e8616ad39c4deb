// The console and the Médiacentre where no script runs: every act has a button of its own, and says afterwards what it did.
import { end, equal, look, must, person, signIn, step, world, worded, through } from "./lib.mjs";

const title = "Le labo de grammaire 5e";
const school = `${world.broker}/affectation/${world.school}`;

const claire = await person({ script: false });
const sacha = await person({ script: false });

const figure = async (name) => Number((await claire.locator(`[data-counter=${name}] [data-n]`).innerText()).replace(/\D/g, ""));
const press = async (page, name) => {
  await through(page, page.getByRole("button", { name }).first());
  await worded(page, `without script, after ${name}`);
};

await step("without script: the manager finds the resource", async () => {
  await signIn(claire, "claire.vasseur");
  await claire.goto(`${world.portal}/`);
  await claire.getByRole("link", { name: /Ma console d’affectation/ }).first().click();
  await claire.getByRole("link", { name: "Entrer par ressource" }).first().click();
  await claire.selectOption("#mode", "contient");
  await claire.fill("#q", "grammaire");
  await press(claire, "Rechercher");
  must((await claire.locator("main").innerText()).includes("Votre sélection affiche 1 résultat(s)"), "the count is not 1");
  await claire.getByLabel(`Choisir ${title}`).check();
  await press(claire, "Choisir la population");
  must(claire.url().endsWith("/population"), "the choice leads elsewhere");
});

await step("without script: counters on demand, a class opened, a plan, copies given", async () => {
  const free = await figure("available");
  await claire.getByRole("checkbox", { name: /^5e A / }).check();
  await press(claire, "Mettre à jour les compteurs");
  const chosen = await figure("selected");
  must(chosen > 0, "nobody is counted");
  equal(await figure("left"), free - chosen, "Restants");
  await press(claire, "Voir les personnes : 5e A");
  equal(await claire.locator("table.people tbody tr").count(), chosen, "persons of the class");
  await press(claire, /^Enseignants/);
  equal(await figure("selected"), chosen, "the selection after looking at the teachers");
  await press(claire, "Voir le plan");
  await press(claire, new RegExp(`^Attribuer ${chosen} exemplaires`));
  must((await claire.locator("main .msg-green").innerText()).includes(`${chosen} exemplaires attribués`), "nothing says what was done");
  equal(await figure("available"), free - chosen, "Disponibles");
});

await step("without script: the pupil finds it, narrows, and opens it", async () => {
  await signIn(sacha, "sacha.lemoine");
  look(sacha);
  await sacha.goto(`${world.broker}/mediacentre`);
  await sacha.locator(".facet a", { hasText: "Éditions du Préau" }).click();
  await worded(sacha, "médiacentre, one publisher");
  await sacha.fill("#q", "grammaire");
  await press(sacha, "Chercher");
  await sacha.getByRole("link", { name: title }).first().click();
  await sacha.waitForURL((url) => url.host === new URL(world.exos).host);
  must((await sacha.locator("h1").innerText()).includes(title), "the workbook does not open");
});

await step("without script: one copy is asked back, and comes back after a word", async () => {
  look(claire);
  await claire.goto(`${school}/recuperation`);
  await claire.getByRole("link", { name: title }).click();
  await claire.getByLabel(/^Lemoine/).check();
  await press(claire, "Reprendre…");
  const asked = await claire.locator("dialog[open]").innerText();
  must(asked.includes("Sacha Lemoine") && asked.includes(title), `the question does not say whose copy of what: ${asked}`);
  await press(claire, "Reprendre 1 exemplaire");
  must((await claire.locator("main .msg-green").innerText()).includes("1 exemplaire repris"), "nothing says what was done");
});

await step("without script: language and theme are changed, and the page stays", async () => {
  const here = claire.url();
  await claire.locator("[data-preferences] summary").click();
  await through(claire, claire.getByRole("button", { name: "English" }));
  equal(claire.url(), here, "the page after the switch");
  equal(await claire.locator("html").getAttribute("lang"), "en", "the language");
  await worded(claire, "holders, in English");
  await claire.locator("[data-preferences] summary").click();
  await through(claire, claire.getByRole("button", { name: "Dark" }));
  equal(await claire.locator("html").getAttribute("data-theme"), "dark", "the theme, in the first byte of the page");
  await claire.goto(`${world.broker}/mediacentre`);
  equal(await claire.locator("html").getAttribute("data-theme"), "dark", "the theme of the next page");
});

await step("without script: signing out closes the door", async () => {
  await claire.goto(`${world.broker}/deconnexion`);
  await claire.locator("form[action='/deconnexion'] button.btn-primary").click();
  await claire.waitForURL("**/deconnexion?fait=2"); // here, then at the portal
  await claire.goto(school);
  must(new URL(claire.url()).host === new URL(world.portal).host, `after signing out the console is at ${claire.url()}`);
});

await end();
