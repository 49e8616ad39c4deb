// What persons are told: the bell, the list, the address and its link, how often, the letters as the operator of the demonstration reads them.
import { end, equal, everywhere, look, must, person, signIn, step, through, until, walked, within, world } from "./lib.mjs";

const helene = look(await person()), nadia = await person(), claire = await person(), anybody = await person(), operator = await person();
const main = async (page) => (await page.locator("main").innerText()).replace(/\s+/g, " ");
const bell = (page) => page.locator("a.bell");
const fresh = async (page) => Number((await bell(page).locator(".count").allInnerTexts())[0] ?? "0");

/** Nadia asks for an offer. */
async function asks() {
  await nadia.goto(`${world.broker}/commandes/offres`);
  const offer = nadia.locator("li.offer", { hasText: "Lire le monde 3e" });
  await offer.getByLabel(/Nombre/).fill("28");
  await offer.getByLabel(/Un mot/).fill("Pour Inès Marchal et le club de lecture");
  await through(nadia, offer.getByRole("button", { name: /Demander/ }));
}

/** The latest letter, as the operator reads it. */
async function letter() {
  await operator.goto(`${world.admin}/courriels`);
  await through(operator, operator.locator("tbody a").first());
  return main(operator);
}

await step("the head reads that the demonstration's bookseller asked, and has nothing more to read", async () => {
  await signIn(helene, "helene.castaing");
  await helene.goto(`${world.broker}/mediacentre`);
  equal(await fresh(helene), 1, "new notifications");
  await through(helene, bell(helene));
  must((await main(helene)).includes("Librairie des Marronniers propose ses services"), await main(helene));
  await through(helene, helene.getByRole("button", { name: "Tout marquer comme lu" }));
  equal(await fresh(helene), 0, "new notifications");
  await everywhere(helene, "notifications-read");
});

await step("an address that is none is said beside its field; a right one waits for its link", async () => {
  await through(helene, helene.getByRole("link", { name: "Courriels et fréquence" }));
  await everywhere(helene, "notifications-settings-none");
  await helene.fill("#adresse", "Hélène <helene@exemple.fr>");
  await through(helene, helene.getByRole("button", { name: "Envoyer le lien" }));
  equal(await helene.locator("#adresse[aria-invalid=true]").count(), 1, "fields marked wrong");
  await everywhere(helene, "notifications-settings-wrong");
  await helene.fill("#adresse", "helene.castaing@exemple.fr");
  await through(helene, helene.getByRole("button", { name: "Envoyer le lien" }));
  must((await main(helene)).includes("En attente de confirmation"), await main(helene));
  await everywhere(helene, "notifications-settings-pending");
});

await step("the operator of the demonstration reads the letter; its link confirms with a button, without signing in, once", async () => {
  const text = await letter();
  must(text.includes("helene.castaing@exemple.fr") && text.includes("Confirmez votre adresse"), text);
  await everywhere(operator, "operator-letter");
  await operator.goto(`${world.admin}/courriels`);
  must(!(await main(operator)).includes("exemple.fr"), "the list shows an address");
  await everywhere(operator, "operator-letters");
  await letter();
  const link = await operator.locator("main a[href*='/adresse/confirmer/']").getAttribute("href");
  await anybody.goto(link);
  await anybody.goto(link); // looking at it, as programs do, uses nothing up
  await everywhere(anybody, "notifications-confirm");
  await through(anybody, anybody.getByRole("button", { name: "Confirmer cette adresse" }));
  must((await main(anybody)).includes("helene.castaing@exemple.fr"), await main(anybody));
  await everywhere(anybody, "notifications-confirmed");
  await anybody.goto(link);
  must((await main(anybody)).includes("Ce lien ne sert plus"), await main(anybody));
  await helene.goto(`${world.broker}/notifications/choix`);
  must((await main(helene)).includes("Vous recevez vos courriels à cette adresse"), await main(helene));
  await everywhere(helene, "notifications-settings");
  await walked(helene, "notifications-settings", 40);
});

await step("a teacher asks: the bell counts it, the list tells it, a click leads to it and has it read", async () => {
  await signIn(nadia, "nadia.aubry");
  await asks();
  await asks();
  await until(async () => { await helene.goto(`${world.broker}/mediacentre`); return await fresh(helene) === 2; }, "the bell counts nothing", within);
  await through(helene, bell(helene));
  await everywhere(helene, "notifications");
  await walked(helene, "notifications", 30);
  const text = await main(helene);
  must(text.includes("28 exemplaires demandés") && !text.includes("Marchal"), text);
  await through(helene, helene.getByRole("link", { name: /Demande d’un enseignant/ }).first());
  must(helene.url().endsWith("/commandes/demandes"), helene.url());
  equal(await fresh(helene), 1, "new notifications after one was opened");
  await helene.goto(`${world.broker}/notifications`);
  await through(helene, helene.getByRole("button", { name: "Tout marquer comme lu" }));
  equal(await fresh(helene), 0, "new notifications after all were read");
});

await step("the letter says the same, names no pupil, and one click stops the next, without signing in", async () => {
  const text = await letter();
  must(text.includes("28 exemplaires demandés") && !text.includes("Marchal"), text);
  await everywhere(operator, "operator-letter-notification");
  const stop = await operator.locator("main a[href*='/arreter/']").getAttribute("href");
  await anybody.goto(stop);
  await everywhere(anybody, "notifications-stop");
  await through(anybody, anybody.getByRole("button", { name: "Arrêter" }));
  await helene.goto(`${world.broker}/notifications/choix`);
  must(await helene.locator("input[name=quand-request-made][value=never]").isChecked(), "the letters go on");
  await helene.locator("label", { has: helene.locator("input[name=quand-request-made][value=daily]") }).click();
  await through(helene, helene.getByRole("button", { name: "Enregistrer" }));
  must(await helene.locator("input[name=quand-request-made][value=daily]").isChecked(), "the choice is not kept");
});

await step("a manager's open page counts what a teacher suggests within a second, and the hand is not moved", async () => {
  await signIn(claire, "claire.vasseur");
  let opened = false;
  claire.on("request", (r) => { opened ||= r.url().includes("/suivre"); });
  await claire.goto(`${world.broker}/affectation/${world.school}/ressources`);
  await until(() => opened, "no stream was opened");
  await claire.waitForTimeout(500);
  const before = await fresh(claire);
  await claire.fill("input[name=q]", "ce que j’écris");
  await nadia.goto(`${world.broker}/suggestions`);
  await through(nadia, nadia.getByRole("link", { name: /^Suggérer Le labo de grammaire 5e/ }));
  await nadia.getByLabel(/5e B/).check();
  await through(nadia, nadia.getByRole("button", { name: "Envoyer la suggestion" }));
  const began = performance.now();
  await until(async () => await fresh(claire) === before + 1, "the bell stays as it was", within);
  console.log(`seen after ${Math.round(performance.now() - began)} ms`);
  equal(await claire.inputValue("input[name=q]"), "ce que j’écris", "what was written");
  await everywhere(claire, "notifications-console");
});

await step("a pupil has no bell, and no page of it; in English the list says no French", async () => {
  const ines = await person();
  await signIn(ines, "ines.marchal");
  await ines.goto(`${world.broker}/mediacentre`);
  equal(await bell(ines).count(), 0, "bells");
  const answer = await ines.goto(`${world.broker}/notifications`);
  equal(answer.status(), 404, "a pupil's page");
  await helene.context().addCookies([{ name: "langue", value: "en", url: world.broker }]);
  await helene.goto(`${world.broker}/notifications`);
  must((await main(helene)).includes("28 copies asked for"), await main(helene));
  await everywhere(helene, "notifications-english");
});

await end();
