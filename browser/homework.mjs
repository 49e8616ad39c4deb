// Homework from the teacher's form to the class at work, with the names at the glass: they come from the broker to the teacher's
// browser, and Biblio Exos never has them.
import { end, equal, everywhere, look, must, person, step, through, walked, world } from "./lib.mjs";
import { arrive, giveToClass, title } from "./workbook.mjs";

const claire = await person();
const nadia = await person();
const ines = await person({ phone: true });
const malo = await person();
let homework = "";
let graded = "";

await step("the workbook is the class’s, and its teachers’", async () => {
  await giveToClass(claire);
});

await step("the class comes once, so that its teacher finds it", async () => {
  await arrive(ines, "ines.marchal");
  await arrive(malo, "malo.kerbrat");
});

await step("the teacher gives homework by one form", async () => {
  await arrive(nadia, "nadia.aubry");
  await nadia.goto(`${world.exos}/devoirs`);
  await everywhere(nadia, "exos-given-none");
  await through(nadia, nadia.getByRole("link", { name: "Donner un devoir" }).first());
  await nadia.fill("#titre", "Les classes de mots");
  await nadia.getByText(title, { exact: true }).click();
  for (const n of [1, 2, 3]) await nadia.getByRole("checkbox", { name: new RegExp(`^Exercice ${n} :`) }).check();
  await nadia.getByRole("checkbox", { name: "5e B" }).first().check();
  await everywhere(nadia, "exos-give");
  await walked(nadia, "exos-give", 80);
  await through(nadia, nadia.getByRole("button", { name: "Donner un devoir" }));
  must((await nadia.locator("body").innerText()).includes("Le devoir est donné"), "nothing says that it was given");
  homework = nadia.url();
  await everywhere(nadia, "exos-results-none");
});

await step("a pupil finds it, and does one exercise", async () => {
  look(ines);
  await ines.goto(`${world.exos}/devoirs`);
  await everywhere(ines, "exos-homework");
  await through(ines, ines.getByRole("link", { name: "Les classes de mots" }));
  await everywhere(ines, "exos-paper");
  await through(ines, ines.getByRole("link", { name: "Faire l’exercice 1" }));
  await ines.locator("input[type=radio]").first().check();
  await ines.getByRole("button", { name: "Valider" }).click();
  await ines.locator("[data-result]").waitFor();
  await everywhere(ines, "exos-task");
});

await step("the teacher sees the class at work, by name, without asking again", async () => {
  look(nadia);
  await nadia.goto(`${homework}/direct`);
  await nadia.locator("[data-sub]", { hasText: "Inès M." }).first().waitFor();
  await everywhere(nadia, "exos-live");
  const begun = nadia.locator("tbody tr", { hasText: "Malo" });
  equal(await begun.locator("td.now").count(), 0, "where Malo is");
  await malo.goto(`${homework}/exercices/1`);
  await malo.locator("form[data-player]").waitFor();
  await begun.locator("td.now").waitFor();
  await nadia.getByRole("button", { name: "Cacher les noms" }).click();
  await nadia.locator("tbody th", { hasText: "Élève 1" }).waitFor();
  must(!(await nadia.locator("main").innerText()).includes("Inès"), "a name is left on the page");
  await nadia.getByRole("button", { name: "Suspendre" }).click();
  equal(await nadia.getByRole("button", { name: "Suspendre" }).getAttribute("aria-pressed"), "true", "paused");
});

await step("the results are a table, and a file with names that the browser makes", async () => {
  await nadia.goto(homework);
  await nadia.locator("tbody th [data-sub]", { hasText: "Inès M." }).waitFor();
  await everywhere(nadia, "exos-results");
  await walked(nadia, "exos-results");
  const [file] = await Promise.all([nadia.waitForEvent("download"), nadia.getByRole("link", { name: "Tableur" }).click()]);
  const text = await (await import("node:fs/promises")).readFile(await file.path(), "utf8");
  must(text.includes('"Inès M.";'), `no name in the file: ${text}`);
  equal(text.split("\r\n").length, 4, "lines of the file");
});

await step("the homework goes on paper", async () => {
  await nadia.goto(`${homework}/papier?corrige`);
  await everywhere(nadia, "exos-print");
});

await step("a group of the teacher’s own is joined by its code", async () => {
  await nadia.goto(`${world.exos}/groupes`);
  await everywhere(nadia, "exos-groups");
  await nadia.fill("#nom", "Soutien du jeudi");
  await through(nadia, nadia.getByRole("button", { name: "Créer le groupe" }));
  const code = await nadia.locator(".join-code").innerText();
  look(malo);
  await malo.goto(`${world.exos}/groupes`);
  await malo.fill("#code", code.toLowerCase());
  await through(malo, malo.getByRole("button", { name: "Rejoindre le groupe" }));
  must((await malo.locator("main").innerText()).includes("Soutien du jeudi"), "Malo is not in the group");
  look(nadia);
  await nadia.reload();
  await nadia.locator("[data-sub]", { hasText: "Malo K." }).waitFor();
  await everywhere(nadia, "exos-group");
});

await step("graded work says nothing before its results", async () => {
  await nadia.goto(`${world.exos}/devoirs/nouveau?de=${homework.split("/").pop()}`);
  await nadia.fill("#titre", "Contrôle");
  await nadia.getByRole("radio", { name: /^Devoir noté/ }).check();
  await nadia.fill("#temps", "30");
  await through(nadia, nadia.getByRole("button", { name: "Donner un devoir" }));
  graded = nadia.url();
  look(ines);
  await ines.goto(graded);
  await everywhere(ines, "exos-paper-timed");
  await through(ines, ines.getByRole("button", { name: "Commencer" }));
  await ines.locator("input[type=radio]").first().check();
  await ines.getByRole("button", { name: "Valider" }).click();
  await ines.locator("[data-result]", { hasText: "Réponse enregistrée" }).waitFor();
  equal(await ines.locator("[data-mark]").count(), 0, "marks beside the answers");
  must((await ines.locator("main").innerText()).includes("tu sauras plus tard"), "nothing says when the result comes");
  await everywhere(ines, "exos-task-graded");
});

await step("all that a pupil answered is theirs to read, and says nothing too early", async () => {
  await ines.goto(`${world.exos}/travail`);
  must((await ines.locator("main").innerText()).includes("le résultat viendra plus tard"), "graded work is not said to wait");
  await everywhere(ines, "exos-history");
});

await step("a due date that passes while the page is open: the answer is kept, said to be late, and counts for nothing", async () => {
  await ines.goto(`${graded}/exercices/2`);
  await ines.locator("form[data-player][data-open]").waitFor();
  look(nadia);
  await nadia.goto(`${graded}/modifier`);
  const opened = new Date(`${await nadia.inputValue("#ouvre")}Z`).getTime(); // the school's own time
  const at = (hours) => new Date(opened - hours * 3_600_000).toISOString().slice(0, 16);
  await nadia.fill("#ouvre", at(24));
  await nadia.fill("#rendre", at(1));
  await through(nadia, nadia.locator("main form button.btn-primary"));
  look(ines);
  await ines.locator("form[data-player] select, form[data-player] input[type=text]").first().evaluate((f) => {
    if (f.localName === "select") f.selectedIndex = 1;
    else f.value = "un mot";
    f.dispatchEvent(new Event("input", { bubbles: true }));
  });
  await ines.getByRole("button", { name: "Valider" }).click();
  const told = ines.locator("[data-notice]");
  await told.waitFor();
  must(/après|fini|termin|clos|tard/.test(await told.innerText()), `what is said: ${await told.innerText()}`);
  equal(await ines.locator("form[data-player][data-open]").count(), 0, "the form is still open");
  await everywhere(ines, "exos-task-late");
  await ines.goto(`${world.exos}/travail`);
  must((await ines.locator("main").innerText()).includes("ne compte pas"), "the late answer is not in the pupil’s history");
});

await end();
