// A homework that its teacher changes while a pupil has it with them, out of reach: what was answered to the homework of before is kept, and
// the pupil is told; then the one of now is taken along.
import { briefly, end, equal, look, must, person, step, through, world } from "./lib.mjs";
import { arrive, giveToClass, stored, title } from "./workbook.mjs";

const claire = await person();
const nadia = await person();
const malo = await person();
let homework = "";

const answer = async (n) => {
  await malo.getByRole("link", { name: new RegExp(`^Exercice ${n} :`) }).click();
  await malo.locator("form[data-player]").waitFor();
  await malo.locator("form[data-player]").evaluate((form) => {
    for (const c of form.querySelectorAll("select")) c.value = [...c.options].map((o) => o.value).filter(Boolean)[0];
    for (const c of form.querySelectorAll("input[type=text]")) c.value = "mot";
    form.querySelector("input[type=radio], input[type=checkbox]")?.click();
    form.dispatchEvent(new Event("change", { bubbles: true }));
  });
  await malo.getByRole("button", { name: "Valider" }).first().click();
  await malo.locator("[data-work] .msg").waitFor();
  await malo.getByRole("link", { name: "Retour au devoir" }).click();
};

await step("a pupil takes homework of two exercises along, and answers both with the line cut", async () => {
  await giveToClass(claire);
  await arrive(nadia, "nadia.aubry");
  await nadia.goto(`${world.exos}/devoirs/nouveau`);
  await nadia.fill("#titre", "Révisions");
  await nadia.getByText(title, { exact: true }).click();
  for (const n of [3, 5]) await nadia.getByRole("checkbox", { name: new RegExp(`^Exercice ${n} :`) }).check();
  await nadia.getByRole("checkbox", { name: "5e B" }).first().check();
  await through(nadia, nadia.getByRole("button", { name: "Donner un devoir" }));
  homework = nadia.url().split("?")[0];
  await arrive(malo, "malo.kerbrat");
  look(malo);
  await malo.goto(`${world.exos}/appli/`);
  await malo.getByRole("button", { name: "Télécharger Révisions" }).click();
  await malo.getByRole("button", { name: "Télécharger Révisions" }).waitFor({ state: "detached" });
  await malo.waitForFunction(() => !document.querySelector("progress"));
  await malo.evaluate(() => navigator.serviceWorker.ready);
  await malo.route("**/api/appareils/**", (route) => route.abort());
  await malo.getByRole("link", { name: "Révisions" }).click();
  await answer(1);
  await answer(2);
  await malo.getByText("2 réponses pas encore envoyées").waitFor();
});

await step("its teacher takes one exercise out, and another in", async () => {
  look(nadia);
  await nadia.goto(`${homework}/modifier`);
  const box = (n) => nadia.getByRole("checkbox", { name: new RegExp(`^Exercice ${n} :`) });
  if (!await box(5).isVisible()) await nadia.getByText(title, { exact: true }).click();
  await box(5).uncheck();
  await box(6).check();
  await through(nadia, nadia.getByRole("button", { name: "Enregistrer" }));
  await nadia.getByText("Le devoir est modifié").waitFor();
});

await step("all is sent: what is still in it counts, and the pupil is told of what is not", async () => {
  look(malo);
  await malo.unroute("**/api/appareils/**");
  await malo.evaluate(() => dispatchEvent(new Event("online")));
  await malo.getByText("pas encore envoyées").waitFor({ state: "detached" });
  equal((await stored(malo, "waiting")).length, 0, "acts that wait");
  await malo.getByText("Ce devoir a changé depuis").waitFor();
  const rows = malo.locator("ol.away > li");
  must(/ sur /.test(await rows.nth(0).locator(".st").innerText()), "the first exercise has no mark");
  await malo.getByText("Ne compte pas").waitFor();
  await briefly(malo, "app-work-changed");
  await malo.getByRole("link", { name: /^Exercice 2 :/ }).click();
  await malo.getByText("Le professeur a retiré cet exercice du devoir « Révisions ». La réponse est gardée, mais elle ne compte pas.").waitFor();
  await malo.getByRole("link", { name: "Retour au devoir" }).click();
});

await step("the homework of now is taken along; what was done before is there, and said", async () => {
  await malo.getByRole("button", { name: "Mettre à jour" }).click();
  await malo.getByText("Ce devoir a changé depuis").waitFor({ state: "detached" });
  await malo.getByText("Tu as répondu à un exercice qui n’est plus dans ce devoir").waitFor();
  await briefly(malo, "app-work-renewed");
  await answer(2);
  await malo.getByText("pas encore envoyée").waitFor({ state: "detached" });
  const rows = malo.locator("ol.away > li");
  equal(await rows.count(), 2, "exercises");
  for (const n of [0, 1]) must(/ sur /.test(await rows.nth(n).locator(".st").innerText()), `exercise ${n + 1} has no mark`);
  await malo.goto(homework);
  must(/2 sur 2|2 exercices sur 2|2\s*\/\s*2/.test(await malo.locator("main").innerText()), `online: ${await malo.locator("main").innerText()}`);
});

await end();
