// The user's first tutorial, step by step and in its own words: the three methods, the families, and what comes back. Claire Vasseur
// manages the school; Inès Marchal is a pupil of 5e B.
import { end, equal, everywhere, look, must, person, signIn, step, through, walked, world } from "./lib.mjs";

const title = "Le labo de grammaire 5e";
const school = `${world.broker}/affectation/${world.school}`;

const claire = await person();
const ines = await person({ phone: true });

const main = (page) => page.locator("main").innerText();
const press = (name) => through(claire, claire.getByRole("button", { name }).first());

/** What the page must say, each in the document's words. */
async function says(page, ...wanted) {
  const text = (await main(page)).replace(/[\u00a0\u202f]/g, " ");
  for (const words of wanted) must(text.includes(words), `« ${words} » is missing`);
}

/** The six counters of a row of a list. */
async function counters(name) {
  const cells = await claire.locator("tbody tr", { hasText: name }).locator("td.num").allInnerTexts();
  return cells.map((c) => Number(c.replace("−", "-").replace(/[^\d-]/g, "")));
}

await step("étapes 1 and 2: what was ordered is there, behind the widget of whoever assigns", async () => {
  await signIn(ines, "ines.marchal");
  equal(await ines.getByRole("link", { name: /Ma console d’affectation/ }).count(), 0, "widgets of a pupil");
  await signIn(claire, "claire.vasseur");
  await claire.goto(`${world.portal}/`);
  await claire.getByRole("link", { name: /Ma console d’affectation/ }).first().click();
  await claire.waitForURL(/\/affectation/);
  must(/exemplaires nouveaux/.test(await main(claire)), "what was ordered is not told");
  await claire.goto(`${school}/historique?acte=subscribed`); // the order that a bookseller handed in: browser/orders.mjs makes one
  await says(claire, title);
  await through(claire, claire.getByRole("link", { name: "Accueil" }).first());
});

await step("étape 3: Choisir l’établissement et la méthode", async () => {
  await says(claire, "Entrer par ressource", "Entrer par population", "Récupération des exemplaires par lot");
  must(new RegExp(`${world.school}\\s: `).test(await claire.locator("header").innerText()), "the school is not shown by its code and name");
});

await step("étape 3: Entrer par ressource, the six counters in the document’s order", async () => {
  await through(claire, claire.getByRole("link", { name: /^Entrer par ressource/ }).last());
  await says(claire, "Commence par", "Votre sélection affiche");
  equal((await claire.locator("thead th.num").allInnerTexts()).map((t) => t.trim()), ["Sélectionnés", "Disponibles", "Restants", "Suggérés", "Attribués", "Total"], "the heads");
  await claire.fill("#q", "le labo de grammaire");
  await press("Rechercher");
  await says(claire, "Votre sélection affiche 1 résultat(s)");
  await through(claire, claire.getByRole("link", { name: title }));
});

await step("étape 3: the resource, then the population, then the class wanted", async () => {
  await claire.getByRole("checkbox", { name: /^5e B / }).check();
  await press("Voir le plan");
  await says(claire, "reçoivent l’accès", "La mère de famille n’est pas encore donnée.", "Donner aussi la mère de famille");
  await everywhere(claire, "console-plan-family");
  await press("Donner aussi la mère de famille");
  await says(claire, "vont avoir accès à 2 ressources");
  await everywhere(claire, "console-plan-with-family");
  await press(/^Attribuer \d+ exemplaires?/);
  await claire.locator("main .msg-green").waitFor();
});

await step("étape 3: the same for its teachers", async () => {
  const rows = claire.locator("table.people tbody tr");
  const have = () => rows.filter({ hasText: "Déjà attribué" }).count();
  const teachers = async () => {
    await through(claire, claire.getByRole("link", { name: "Entrer par ressource" }).first());
    await claire.fill("#q", "le labo de grammaire");
    await press("Rechercher");
    await through(claire, claire.getByRole("link", { name: title }));
    await press(/^Enseignants/);
    await through(claire, claire.getByRole("button", { name: /^Voir les personnes : 5e B/ }));
    return await rows.count();
  };
  const all = await teachers();
  must(all > await have(), `of ${all} teachers of 5e B nobody is without a copy: nothing is shown by giving it`);
  await claire.getByRole("checkbox", { name: /^5e B / }).check();
  await press("Voir le plan");
  await press(/^Attribuer \d+ exemplaires?/);
  await claire.locator("main .msg-green").waitFor();
  equal([await teachers(), await have()], [all, all], "teachers of 5e B, and those who have the workbook");
});

await step("étape 3: Entrer par population proposes what is « en affectation établissement » alone", async () => {
  await through(claire, claire.getByRole("link", { name: "Entrer par population" }).first());
  await says(claire, "Choix de la population", "Tout l’établissement", "5e B");
  await everywhere(claire, "console-crowd");
  await walked(claire, "console-crowd");
  await claire.fill("#nom", "marchal");
  await press("Chercher ce nom");
  await says(claire, "Marchal Inès");
  await everywhere(claire, "console-crowd-found");
  const half = () => claire.getByRole("checkbox", { name: /^5e B / }).evaluate((box) => box.indeterminate);
  const ines = claire.locator("li", { hasText: "Marchal Inès" }).getByRole("checkbox");
  await ines.check();
  must(await half(), "a class of which one is chosen is not half ticked");
  await press("Chercher ce nom");
  must(await half(), "… nor once the page is made anew");
  await says(claire, "1 choisi sur");
  await everywhere(claire, "console-crowd-half");
  await claire.getByRole("checkbox", { name: /^5e B / }).check();
  must(!await half(), "a class that is chosen is half ticked");
  await claire.getByRole("checkbox", { name: /^5e B / }).uncheck();
  await ines.uncheck();
  must(!await half(), "a class of which nobody is chosen any more is half ticked");
  await claire.getByRole("checkbox", { name: /^5e B / }).check();
  await press("Choisir les ressources");
  await says(claire, "Pour 5e B");
  equal(await claire.locator("tbody tr", { hasText: title }).count(), 0, "a counted resource is proposed");
  must(await claire.locator("tbody tr").count() > 0, "nothing is proposed");
  await everywhere(claire, "console-crowd-resources");
  await walked(claire, "console-crowd-resources");
});

await step("… and counted resources with their counters, where they are asked for", async () => {
  await press("Aussi les ressources comptées");
  const [selected, available, left, , assigned, all] = await counters(title);
  equal([available - selected, available + assigned], [left, all], "the equations");
  await everywhere(claire, "console-crowd-counted");
  for (const box of (await claire.getByRole("checkbox", { name: /^Choisir / }).all()).slice(0, 3)) await box.check();
  await claire.locator("[data-picked-n]", { hasText: /^3$/ }).waitFor();
  await press("Voir le plan");
  await says(claire, "Par ressource", "Ensemble");
  await everywhere(claire, "console-crowd-plan");
  await walked(claire, "console-crowd-plan");
  await press(/^Attribuer/);
  await claire.locator("main .msg-green").waitFor();
});

await step("a pupil has what was given, at once", async () => {
  await ines.goto(`${world.broker}/mediacentre`);
  must((await main(ines)).includes(title), "the workbook is not there");
  look(claire);
});

await step("étape 3: Récupération des exemplaires par lot, several resources at once", async () => {
  await through(claire, claire.getByRole("link", { name: "Récupération par lot" }).first());
  await says(claire, "Récupération des exemplaires par lot", "Votre sélection affiche");
  await everywhere(claire, "console-take");
  await walked(claire, "console-take");
  await claire.getByRole("checkbox", { name: `Choisir ${title}` }).check();
  const other = claire.locator("tbody tr").filter({ hasNotText: title }).getByRole("checkbox").first();
  await other.check();
  await press("Choisir les exemplaires");
  await everywhere(claire, "console-take-which");
  await walked(claire, "console-take-which");
});

await step("… a list with a wrong line is said, with its number", async () => {
  await claire.locator("#quoi-liste").check();
  await claire.fill("#texte", "nom;prénom;classe\nMarchal;Inès;5e B\nPersonne;Nulle;5e B");
  await press("Voir le plan");
  await says(claire, "1 ligne n’est pas prise.", "Ligne 3", "Jamais ouvert");
  await everywhere(claire, "console-take-list");
});

await step("… what a class never opened comes back, and is available at once", async () => {
  await press("Revenir à la sélection");
  must((await claire.locator("#texte").inputValue()).includes("Personne;Nulle"), "the list is forgotten");
  await claire.locator("#quoi-classes").check();
  await claire.getByRole("checkbox", { name: "5e B", exact: true }).check();
  await claire.getByRole("checkbox", { name: /jamais ouverts/ }).check();
  await press("Voir le plan");
  await says(claire, "Dernière ouverture", "Ensemble");
  await everywhere(claire, "console-take-plan");
  await walked(claire, "console-take-plan");
  await press(/^Reprendre \d+ exemplaires?/);
  must(/\d+ exemplaires? repris/.test(await claire.locator("main .msg-green").innerText()), "nothing says what came back");
  await everywhere(claire, "console-taken");
  look(ines);
  await ines.reload();
  must(!(await main(ines)).includes(title), "the workbook is still there");
  look(claire);
});

await step("étape 4: Valider les ressources « Mères de famille »", async () => {
  await through(claire, claire.getByRole("link", { name: "Entrer par ressource" }).first());
  await claire.fill("#q", "mère");
  await press("Rechercher");
  must(await claire.locator("tbody tr").count() > 0, "« Commence par mère » finds nothing");
  await through(claire, claire.getByRole("link", { name: "Mères de famille" }).first());
  await says(claire, "Mères de famille d’éditeurs de");
  await everywhere(claire, "console-families");
  await walked(claire, "console-families");
});

await step("étape 4: given to the whole population in one act", async () => {
  const open = claire.locator(".mothers input:checked");
  must(await open.count() > 0, "those not given yet are not chosen");
  await press("Donner à toute la population");
  await says(claire, "tout l’établissement");
  await everywhere(claire, "console-families-plan");
  await press(/^Attribuer/);
  await says(claire, "Donnée à toute la population");
  equal(await claire.locator(".mothers input:checked").count(), 0, "families still to give");
  await everywhere(claire, "console-families-given");
});

await end();
