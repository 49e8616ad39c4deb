// A teacher makes exercises of their own: a notebook, a form of each shape, what is missing said beside its field, a preview, a file that
// comes in; then the same form without script, by keyboard.
import { end, equal, everywhere, look, must, person, step, through, walked, world } from "./lib.mjs";

const arrive = async (page) => {
  await page.context().addCookies([{ name: "exos", value: world.teacher, url: world.exos }]);
  look(page);
  return page;
};
const page = await arrive(await person());
const said = (words) => page.locator("main", { hasText: words }).waitFor();
let notebook = "";

await step("a notebook is begun", async () => {
  await page.goto(`${world.exos}/mes-exercices`);
  await everywhere(page, "own-notebooks");
  await page.getByLabel("Titre du recueil").fill("Les moitiés");
  await through(page, page.getByRole("button", { name: "Commencer un recueil" }));
  notebook = page.url();
  await said("Aucun exercice pour l’instant");
});

await step("a number is asked, and what is accepted is said", async () => {
  await page.goto(`${notebook}/nouveau?type=number`);
  await page.getByLabel("Énoncé").fill("La moitié de 7 ?");
  await page.getByLabel("Nombre 1").fill("douze");
  await through(page, page.getByRole("button", { name: "Enregistrer", exact: true }));
  await said("« douze » n’est pas un nombre");
  await everywhere(page, "own-form-wrong");
  await page.getByLabel("Nombre 1").fill("3,5");
  await through(page, page.getByRole("button", { name: "Enregistrer et essayer" }));
  await said("Aperçu");
  await page.getByText("Ce qui est accepté").click();
  must((await page.locator(".expected").innerText()).includes("7/2"), "the fraction is not said to be accepted");
  await everywhere(page, "own-preview");
});

await step("the forms of the other shapes", async () => {
  for (const kind of ["choice", "match", "gaps"]) {
    await page.goto(`${notebook}/nouveau?type=${kind}`);
    await everywhere(page, `own-form-${kind}`);
  }
  await walked(page, "own-form-gaps");
});

await step("a file comes in, and the notebook is made available", async () => {
  await page.goto(notebook);
  await page.setInputFiles("#file", { name: "verbes.gift", mimeType: "text/plain", buffer: Buffer.from("::Verbe::Quel mot est un verbe ? {=dort ~chat}\n\n::Terre::La Terre est ronde. {T}\n") });
  await through(page, page.getByRole("button", { name: "Importer" }));
  await said("2 questions ajoutées au recueil");
  await everywhere(page, "own-notebook");
  await page.goto(notebook);
  await walked(page, "own-notebook");
  await through(page, page.getByRole("button", { name: "Mettre à disposition" }));
  await page.getByText("La version 1 est disponible pour vos devoirs").waitFor();
  equal(await page.locator(".drafts > li").count(), 3, "exercises");
});

await step("without script, rows are added and kept", async () => {
  const plain = await arrive(await person({ script: false }));
  await plain.goto(`${notebook}/nouveau?type=order`);
  await plain.getByLabel("Énoncé").fill("Range du plus petit au plus grand.");
  for (const [i, word] of ["un", "deux", "trois"].entries()) await plain.getByLabel(`Élément ${i + 1}`).fill(word);
  await through(plain, plain.getByRole("button", { name: "Ajouter des lignes" }));
  equal(await plain.getByLabel("Élément 3").inputValue(), "trois", "the third row");
  equal(await plain.locator("input[name=row]").count(), 6, "rows");
  await plain.getByLabel("Élément 3").press("Enter"); // the first button of the form saves
  await plain.locator("main", { hasText: "Range du plus petit" }).waitFor();
  equal(plain.url(), notebook, "where saving leads");
});

await end();
