// The whole story by the real doors, told by four actors: the distributor's program, the manager, a pupil who is given a
// copy, and one who is not. Every page met on the way is checked in both themes, on a desk and on a phone.
import { readFileSync } from "node:fs";
import { request } from "node:https";
import { end, equal, everywhere, look, must, person, signIn, step, through, walked, world } from "./lib.mjs";

const title = "Le labo de grammaire 5e";
const launch = `${world.broker}/acces/${world.workbook}`;

/** The distributor's program: one call on the web service, with its certificate. */
function distributor(method, id, body) {
  return new Promise((resolve, reject) => {
    const req = request({
      host: "127.0.0.1", servername: "abonnement.localhost", port: world.secure, path: `/${id}`, method,
      headers: { Host: `abonnement.localhost:${world.secure}`, "Content-Type": "application/xml;charset=utf-8" },
      ca: readFileSync(world.authority), cert: readFileSync(world.cert), key: readFileSync(world.key),
    }, (res) => {
      let text = "";
      res.on("data", (d) => { text += d; });
      res.on("end", () => resolve({ status: res.statusCode, text }));
    });
    req.on("error", reject);
    req.end(body);
  });
}

const subscription = (id, copies) => `<?xml version="1.0" encoding="UTF-8"?>
<abonnement xmlns="http://www.atosworldline.com/wsabonnement/v1.0/">
  <idAbonnement>${id}</idAbonnement><idDistributeurCom>999000808_0000000000000808</idDistributeurCom>
  <idRessource>${world.workbook}</idRessource><typeIdRessource>ark</typeIdRessource><libelleRessource>${title}</libelleRessource>
  <debutValidite>${new Date().getFullYear() - 1}-09-01T00:00:00</debutValidite><finValidite>${new Date().getFullYear() + 1}-08-15T00:00:00</finValidite>
  <uaiEtab>${world.school}</uaiEtab><categorieAffectation>transferable</categorieAffectation><typeAffectation>INDIV</typeAffectation>
  <nbLicenceEleve>${copies}</nbLicenceEleve><publicCible>ELEVE</publicCible>
</abonnement>`;

/** The six counters of a resource's row in the console's list. */
async function counters(page, name) {
  const row = page.locator("tbody tr", { hasText: name });
  const cells = await row.locator("td.num").allInnerTexts();
  return cells.map((c) => Number(c.replace(/\D/g, "")));
}

const claire = await person();
const ines = await person({ phone: true });
const sacha = await person();
let total = 0;

await step("before: the pupil finds an empty shelf where the workbook will be", async () => {
  await signIn(ines, "ines.marchal");
  await ines.goto(`${world.broker}/mediacentre`);
  must(!(await ines.locator("main").innerText()).includes(title), "the workbook is there before anybody gave it");
  await everywhere(ines, "mediacentre-before");
});

await step("the manager signs in at the portal and finds the console's tile", async () => {
  look(claire);
  await claire.goto(`${world.portal}/`);
  await everywhere(claire, "portal-login");
  await signIn(claire, "claire.vasseur");
  await everywhere(claire, "portal");
  await claire.getByRole("link", { name: /Ma console d’affectation/ }).first().click();
  await claire.waitForURL(/\/affectation/);
  await everywhere(claire, "console");
});

await step("Entrer par ressource: the document’s words, and six counters that add up", async () => {
  await claire.goto(`${world.broker}/affectation/${world.school}/ressources`);
  const text = await claire.locator("main").innerText();
  for (const words of ["Choix de la ressource", "Commence par", "Votre sélection affiche"]) must(text.includes(words), `« ${words} » is missing`);
  const [selected, available, remaining, , assigned, all] = await counters(claire, title);
  equal(selected, 0, "Sélectionnés");
  equal(available + assigned, all, "Disponibles + Attribués = Total");
  equal(remaining, available, "Restants = Disponibles − Sélectionnés");
  total = all;
  await everywhere(claire, "console-resources");
});

await step("the distributor’s program orders 25 more copies: the counter has them within a second", async () => {
  const id = "histoire-25";
  const answer = await distributor("PUT", id, subscription(id, 25));
  equal(answer.status, 201, `PUT: ${answer.text}`);
  const again = await distributor("PUT", id, subscription(id, 25));
  equal(again.status, 409, "the same order twice");
  must(again.text.includes("existe deja"), `409 without the words that programs look for: ${again.text}`);
  await claire.reload();
  equal((await counters(claire, title))[5], total + 25, "Total");
});

await step("Commence par narrows the list", async () => {
  await claire.fill("input[name=q]", "le labo");
  await through(claire, claire.getByRole("button", { name: "Rechercher" }));
  must((await claire.locator("main").innerText()).includes("Votre sélection affiche 1 résultat(s)"), "the count is not 1");
});

await step("the manager gives the workbook to the 5e B", async () => {
  await claire.locator("tbody tr", { hasText: title }).getByRole("link").first().click();
  await claire.waitForURL(/\/population/);
  await everywhere(claire, "console-population");
  await walked(claire, "console-population");
  await claire.getByLabel(/5e B/).first().check();
  await claire.getByRole("button", { name: "Voir le plan" }).first().click();
  await claire.waitForURL(/\/plan/);
  await everywhere(claire, "console-plan");
  await claire.getByRole("button", { name: /^Attribuer \d+ exemplaires?/ }).click();
  await claire.waitForURL(/\/population/);
  must(/\d+ exemplaires? attribués?/.test(await claire.locator("main .msg-green").innerText()), "nothing says what was done");
  await everywhere(claire, "console-done");
  await through(claire, claire.getByRole("link", { name: "une autre ressource" }));
  const [, available, , , assigned, all] = await counters(claire, title);
  must(assigned > 0, "nothing was given");
  equal(available + assigned, all, "Disponibles + Attribués = Total");
});

await step("the pupil has it now, with its publisher and why", async () => {
  look(ines);
  await ines.reload();
  const text = await ines.locator("main").innerText();
  must(text.includes(title), "the workbook is not there");
  must(text.includes("5e B"), "nothing says through which class");
  await everywhere(ines, "mediacentre");
  await walked(ines, "mediacentre");
});

await step("the pupil of another class does not, and its address typed by hand says why and whom to ask", async () => {
  await signIn(sacha, "sacha.lemoine");
  await sacha.goto(`${world.broker}/mediacentre`);
  must(!(await sacha.locator("main").innerText()).includes(title), "the workbook is there");
  const answer = await sacha.goto(launch);
  equal(answer.status(), 403, "status");
  const text = await sacha.locator("main").innerText();
  must(/Vasseur/.test(text), `nobody to ask is named: ${text}`);
  await everywhere(sacha, "refused");
});

await step("one click, and the pupil is in Biblio Exos without a second sign-in", async () => {
  look(ines);
  await ines.getByRole("link", { name: title }).first().click();
  await ines.waitForURL((url) => url.host === new URL(world.exos).host);
  must((await ines.locator("main").innerText()).includes(title), "the workbook’s page does not name it");
  await everywhere(ines, "exos-module");
  for (const [path, name] of [["/", "exos-home"], ["/modules", "exos-modules"], ["/groupes", "exos-groups"], ["/devoirs", "exos-homework"], ["/aide", "exos-help"]]) {
    await ines.goto(world.exos + path);
    await everywhere(ines, name);
  }
});

await step("a first exercise: an answer, a mark from the server, feedback at once", async () => {
  await ines.goto(`${world.exos}/modules`);
  await ines.getByRole("link", { name: title }).first().click();
  await ines.locator("main a[href*='/exercices/']").first().click();
  await ines.waitForURL(/\/exercices\//);
  await everywhere(ines, "exos-exercise");
  await ines.locator("main form input[type=radio], main form input[type=checkbox]").first().check();
  await ines.getByRole("button", { name: "Valider" }).click();
  await ines.getByText(/sur \d/).first().waitFor();
  await everywhere(ines, "exos-answered");
});

await step("Biblio Exos without a sign-in shows nothing", async () => {
  const stranger = await person();
  look(stranger);
  await stranger.goto(`${world.exos}/modules`);
  must(!(await stranger.locator("body").innerText()).includes(title), "a stranger sees the workbook");
});

await step("the other publisher shows what it received: a pseudonym, and what its notice declared", async () => {
  look(claire);
  await claire.goto(`${world.broker}/affectation/${world.school}/ressources?q=Physique`);
  await claire.locator("tbody tr", { hasText: "Physique" }).getByRole("link").first().click();
  await claire.getByLabel(/5e B/).first().check();
  await claire.getByRole("button", { name: "Voir le plan" }).first().click();
  await through(claire, claire.getByRole("button", { name: /^Attribuer \d+ exemplaires?/ }));
  look(ines);
  await ines.goto(`${world.broker}/mediacentre`);
  await ines.getByRole("link", { name: /Physique/ }).first().click();
  await ines.waitForURL((url) => url.host === new URL(world.publisher).host && url.pathname === "/recu");
  const text = await ines.locator("main").innerText();
  must(/([0-9a-f]{4}\s){4}…/.test(text), "no pseudonym is shown");
  must(text.includes("Nous ne savons pas qui c’est"), "the publisher does not say that it does not know who came");
  must(!/Marchal|tilleuls-e-0001/.test(text), "the publisher knows the pupil’s name");
  for (const fold of await ines.locator("aside details summary").all()) await fold.click();
  must(/[0-9a-f]{64}/.test(await ines.locator("aside").innerText()), "the message that arrived is not shown");
  await everywhere(ines, "publisher-received");
});

await step("taken back a second ago, gone from every door", async () => {
  look(claire);
  await claire.goto(`${world.broker}/affectation/${world.school}`);
  await claire.getByRole("link", { name: /^Récupération des exemplaires par lot/ }).click();
  await claire.locator("tbody tr", { hasText: title }).getByRole("link").first().click();
  await claire.waitForURL(/\/attributions/);
  await everywhere(claire, "console-holders");
  await walked(claire, "console-holders");
  await claire.getByLabel(/Marchal/).first().check();
  await through(claire, claire.getByRole("button", { name: /[Rr]eprendre/ }).first());
  await everywhere(claire, "console-take-back");
  await through(claire, claire.getByRole("button", { name: /^Reprendre \d+ exemplaires?/ }));
  look(ines);
  await ines.goto(`${world.broker}/mediacentre`);
  must(!(await ines.locator("main").innerText()).includes(title), "the workbook is still in the médiacentre");
  const answer = await ines.goto(launch);
  equal(answer.status(), 403, "its address");
  await ines.waitForTimeout(1000);
  await ines.goto(`${world.exos}/modules`);
  await everywhere(ines, "exos-modules-closed");
  const card = ines.locator("article.is-closed", { hasText: title });
  must((await card.innerText()).includes("Relire mes réponses"), "what the pupil answered is not theirs to read any more");
  await through(ines, card.getByRole("link", { name: title }));
  await everywhere(ines, "exos-contents-closed");
  equal((await ines.goto(`${ines.url()}/exercices/2`)).status(), 403, "an exercise that was not begun");
});

await step("the start page, the journal and the receipt are sound", async () => {
  await claire.goto(world.start);
  await everywhere(claire, "start");
  await walked(claire, "start");
  look(ines);
  await ines.goto(`${world.broker}/mon-journal`);
  await everywhere(ines, "journal");
  await through(ines, ines.locator("main a[href*='/mon-journal/']").first());
  must(/([0-9a-f]{4}\s){4}…/.test(await ines.locator("main").innerText()), "the receipt does not name the pseudonym");
  await everywhere(ines, "receipt");
});

await end();
