// A delegate's console: the manager names one, and the delegate gives, looks back, undoes, answers a suggestion and gives a family, within
// the classes and the budget. Every page on the way is checked in both themes, on a desk and on a phone.
import { end, everywhere, must, person, signIn, step, through, walked, world } from "./lib.mjs";

const title = "Le labo de grammaire 5e";
const console_ = `${world.broker}/affectation/${world.school}`;
const claire = await person();
const karim = await person();
const nadia = await person();
const text = async (page) => (await page.locator("body").innerText()).replaceAll(/[\u00a0\u202f]/g, " ");
const says = async (page, what) => must((await text(page)).includes(what), `the page does not say « ${what} »`);

await step("the manager names a delegate for a class, with a budget", async () => {
  await signIn(claire, "claire.vasseur");
  await claire.goto(`${console_}/delegues?nom=belhadj`);
  await everywhere(claire, "delegates-find");
  await through(claire, claire.getByRole("link", { name: /Choisir/ }).first());
  await claire.getByLabel("5e B", { exact: true }).check();
  await claire.getByLabel(/Budget d’exemplaires/).fill("12");
  await everywhere(claire, "delegate-form");
  await walked(claire, "delegate-form");
  await through(claire, claire.getByRole("button", { name: "Donner la délégation" }));
  await says(claire, "il en reste 12 à donner sur 12");
  await everywhere(claire, "delegates");
});

await step("a teacher suggests something for the class", async () => {
  await signIn(nadia, "nadia.aubry");
  await nadia.goto(`${world.broker}/suggestions?q=labo`);
  await through(nadia, nadia.getByRole("link", { name: /^Suggérer/ }).first());
  await nadia.locator("#classes label", { hasText: "5e B" }).locator("input").check();
  await through(nadia, nadia.getByRole("button", { name: /Envoyer/ }));
});

await step("the delegate's home says what is theirs, and whose the rest is", async () => {
  await signIn(karim, "karim.belhadj");
  await karim.goto(console_);
  await says(karim, "Vous êtes délégué jusqu’au");
  await says(karim, "Les affectations permanentes restent aux responsables d’affectation. Demandez à");
  await everywhere(karim, "delegate-home");
  await walked(karim, "delegate-home");
});

await step("each method is of the delegation", async () => {
  for (const [path, name] of [["/ressources", "shelf"], ["/populations", "crowd"], ["/familles", "families"], ["/recuperation", "take"], ["/suggestions", "suggestions"],
    ["/historique", "history"], ["/doubles", "doubles"], ["/fichier", "files"]]) {
    await karim.goto(console_ + path);
    must(!(await text(karim)).includes("5e A"), `${path} tells of another class`);
    await everywhere(karim, `delegate-${name}`);
  }
});

await step("given within the budget, it is counted; undone, it is there to be given again", async () => {
  await karim.goto(`${console_}/ressources`);
  await through(karim, karim.getByRole("link", { name: title }).first());
  await karim.locator(".tree input[name=cible]").first().check();
  await through(karim, karim.getByRole("button", { name: "Voir le plan" }));
  await says(karim, "votre budget est dépensé");
  await everywhere(karim, "delegate-plan");
  await through(karim, karim.getByRole("button", { name: /^Attribuer/ }).first());
  await says(karim, "il en reste 0 à donner sur 12");
  await through(karim, karim.getByRole("link", { name: /annuler cette affectation/i }).first());
  await everywhere(karim, "delegate-undo");
  await walked(karim, "delegate-undo");
  await through(karim, karim.getByRole("button", { name: /Reprendre/ }));
  await says(karim, "il en reste 12 à donner sur 12");
  await everywhere(karim, "delegate-act");
  await karim.goto(`${console_}/historique`);
  await everywhere(karim, "delegate-history-full");
});

await step("a suggestion for the class is accepted, as far as the budget goes", async () => {
  await karim.goto(`${console_}/suggestions?tout=1`);
  await everywhere(karim, "delegate-suggestions-ticked");
  await through(karim, karim.getByRole("button", { name: /plan/i }).first());
  await says(karim, "votre budget est dépensé");
  await everywhere(karim, "delegate-suggestion-plan");
  await through(karim, karim.getByRole("button", { name: /^Attribuer/ }).first());
  await says(karim, "il en reste 0 à donner sur 12");
  await everywhere(karim, "delegate-suggestions-done");
});

await step("standing assignments are the managers', and the page says whom to ask", async () => {
  const answer = await karim.goto(`${console_}/permanentes`);
  must(answer.status() === 403, `it answers ${answer.status()}`);
  await says(karim, "Les affectations permanentes sont aux responsables");
  await says(karim, "Demandez à");
  await everywhere(karim, "delegate-closed");
});

await step("what the manager gave, and changed, is in the history of the school and of the delegate", async () => {
  await claire.goto(`${console_}/delegues`);
  await through(claire, claire.getByRole("link", { name: /Modifier sa délégation/ }).first());
  await claire.getByLabel(/Budget d’exemplaires/).fill("20");
  await through(claire, claire.getByRole("button", { name: "Enregistrer la délégation" }));
  await claire.goto(`${console_}/historique?acte=delegated`);
  await says(claire, "12 exemplaires → 20 exemplaires");
  await everywhere(claire, "delegates-history");
  await through(claire, claire.getByRole("link", { name: "Délégation changée" }).first());
  await everywhere(claire, "delegates-act");
  await through(claire, claire.getByRole("link", { name: /Belhadj/ }).first());
  await says(claire, "Délégation donnée");
  await everywhere(claire, "delegates-past");
});

await end();
