// The pages that the story does not pass: refusals, troubles, empty pages, ways in and out, and what only few people see. None of
// them is a dead end: each has a way on.
import { end, equal, everywhere, look, must, person, signIn, step, through, walked, world } from "./lib.mjs";

const school = `${world.broker}/affectation/${world.school}`;
const stranger = await person();
const claire = await person();
const malo = await person();

/** A page that is checked for its status, for a way on, and everywhere. */
async function corner(page, address, name, status = 200) {
  look(page);
  if (address) {
    const answer = await page.goto(address);
    equal(answer.status(), status, `${name}: status`);
  }
  const ways = await page.locator("main a[href], main button:not([disabled])").count();
  must(ways > 0 || /Demande/.test(await page.locator("main").innerText()), `${name}: no way on, and nobody to ask`);
  await everywhere(page, name);
}

await step("strangers: each party says where to begin", async () => {
  await corner(stranger, `${world.exos}/`, "exos-stranger");
  must(await stranger.getByRole("link", { name: "Aller au Médiacentre" }).count() === 1, "a stranger in Biblio Exos is not led to the Médiacentre");
  await corner(stranger, `${world.exos}/modules`, "exos-door", 403);
  must(await stranger.getByRole("link", { name: "Voir mes modules" }).count() === 0, "a stranger is led in a circle");
  await corner(stranger, `${world.exos}/deconnexion`, "exos-farewell");
  await corner(stranger, `${world.publisher}/`, "publisher");
  await corner(stranger, `${world.publisher}/ouvrir?ark=ark:/99999/x`, "publisher-unknown", 404);
  for (const [host, name] of [[world.broker, "broker"], [world.exos, "exos"], [world.portal, "portal"], [world.publisher, "publisher"], [world.start, "start"]]) {
    await corner(stranger, `${host}/nulle-part`, `${name}-not-found`, 404);
  }
});

await step("the portal: a wrong password, a form that fills, one who takes another’s place, a room, the way out", async () => {
  look(stranger);
  await stranger.goto(`${world.portal}/login`);
  await walked(stranger, "portal-login");
  await stranger.fill("#login", "malo.kerbrat");
  await stranger.fill("#password", "faux");
  await through(stranger, stranger.getByRole("button", { name: "Se connecter" }));
  await corner(stranger, "", "portal-wrong-password");
  await through(stranger, stranger.getByRole("link", { name: /Sacha Lemoine/ }));
  equal(await stranger.inputValue("#login"), "sacha.lemoine", "the form");
  await through(stranger, stranger.getByRole("button", { name: "Se connecter" }));
  await through(stranger, stranger.getByRole("link", { name: /Médiacentre/ }).first());
  must((await stranger.locator(".masthead").innerText()).includes("Sacha"), "Sacha is not there");
  await corner(stranger, `${world.portal}/login?compte=nadia.aubry`, "portal-another");
  await through(stranger, stranger.getByRole("button", { name: "Se connecter" }));
  await through(stranger, stranger.getByRole("link", { name: /Médiacentre/ }).first());
  must((await stranger.locator(".masthead").innerText()).includes("Nadia"), "Nadia finds Sacha’s pages");
  await corner(stranger, `${world.portal}/rubrique/cahier`, "portal-room");
});

await step("who may not: the console says whom to ask, to an adult and to a pupil", async () => {
  await corner(stranger, `${world.broker}/affectation`, "console-denied", 403);
  must(/Mme\sVasseur/.test(await stranger.locator("main").innerText()), "nobody to ask is named");
  await signIn(malo, "malo.kerbrat");
  await corner(malo, school, "console-denied-pupil", 403);
});

await step("the médiacentre’s corners: nothing found, not yours, a family, no resource, a receipt that is not there", async () => {
  await corner(malo, `${world.broker}/mediacentre?q=zzz`, "mediacentre-nothing-found");
  await corner(malo, `${world.broker}/acces/ark:/99999/preau-bibliotheque`, "refused-family", 403);
  await corner(malo, `${world.broker}/acces/ark:/99999/inconnu`, "refused-unknown", 404);
  must((await malo.locator("main").innerText()).includes("Vérifie "), "a pupil is not spoken to with tu");
  await corner(malo, `${world.broker}/mon-journal/inconnu`, "receipt-unknown", 404);
  await corner(malo, `${world.broker}/mes-lieux`, "places");
});

await step("the console’s corners: a list without result, nothing chosen, nobody chosen, copies missing, nothing to take back", async () => {
  await signIn(claire, "claire.vasseur");
  await corner(claire, `${school}/ressources?q=zzz`, "console-nothing-found");
  await corner(claire, `${school}/ressources?choisir=1`, "console-nothing-chosen");
  await walked(claire, "console-nothing-chosen", 15);
  await corner(claire, `${school}/recuperation`, "console-recovery");
  await corner(claire, `${world.broker}/affectation/0000000X`, "console-unknown-school", 404);
  await claire.goto(`${school}/ressources?q=Latin`);
  await through(claire, claire.getByRole("link", { name: /Latin vivant/ }));
  await through(claire, claire.getByRole("button", { name: "Voir le plan" }));
  await corner(claire, "", "console-nobody-chosen");
  await claire.getByRole("checkbox", { name: /^Tout l’établissement/ }).check();
  await claire.locator("[data-counter=left].is-wrong").waitFor(); // the counters follow
  await everywhere(claire, "console-population-short");
  await through(claire, claire.getByRole("button", { name: "Voir le plan" }));
  await claire.waitForURL(/\/plan/);
  const short = await claire.locator("main").innerText();
  must(short.includes("Il reste 40 exemplaires pour 432 élèves") && short.includes("pour un autre public"), `the plan does not say whose the other copies are: ${short}`);
  await corner(claire, "", "console-plan-short");
  await walked(claire, "console-plan-short");
  await through(claire, claire.getByRole("button", { name: "Revenir à la sélection" }));
  await through(claire, claire.getByRole("link", { name: "Qui l’a déjà" }));
  await corner(claire, "", "console-no-holder");
});

await step("a right of the whole school: given, listed, asked back", async () => {
  await claire.goto(`${school}/ressources?q=mere`);
  await through(claire, claire.getByRole("link", { name: /Bibliothèque des Éditions du Préau/ }));
  await claire.getByRole("checkbox", { name: /^Tout l’établissement/ }).check();
  await through(claire, claire.getByRole("button", { name: "Voir le plan" }));
  await claire.waitForURL(/\/plan/);
  await everywhere(claire, "console-plan-family");
  await through(claire, claire.getByRole("button", { name: /^Attribuer à \d+ personnes/ }));
  await claire.waitForURL(/\/population/);
  await through(claire, claire.getByRole("link", { name: "Qui l’a déjà" }));
  await corner(claire, "", "console-holders-school");
  await through(claire, claire.getByRole("button", { name: "Reprendre…" }));
  await corner(claire, "", "console-nobody-to-take-from");
  look(malo);
  await malo.goto(`${world.broker}/mediacentre`);
  must((await malo.locator("main").innerText()).includes("un seul compte"), "the family is not a shelf");
  await everywhere(malo, "mediacentre-shelf");
});

await step("Biblio Exos’ corners: what is not there, what is not open", async () => {
  await malo.goto(`${world.broker}/acces/${world.workbook}`);
  await malo.waitForURL(/\/modules\//);
  const module = malo.url();
  await corner(malo, `${world.exos}/nulle-part`, "exos-not-found-inside", 404);
  await corner(malo, `${module}/exercices/99`, "exos-no-exercise", 404);
  await corner(malo, `${world.exos}/ouvrir?ark=ark:/99999/preau-fabrique-maths-5e`, "exos-refused", 403);
});

if (world.night) {
  await step("the operator: an archive that is none, the next night’s, a school that stops, the word that lets it go on", async () => {
    const page = await person();
    await corner(page, `${world.admin}/`, "operator-empty");
    await page.setInputFiles("#archive", { name: "vacances.tar.gz", mimeType: "application/gzip", buffer: Buffer.from("x") });
    await through(page, page.getByRole("button", { name: "Importer" }));
    must((await page.getByRole("alert").innerText()).includes("vacances.tar.gz"), "the page does not name the archive that it refuses");
    await corner(page, "", "operator-refused");
    await page.setInputFiles("#md5", `${world.night}.md5`);
    await page.setInputFiles("#archive", world.night);
    await through(page, page.getByRole("button", { name: "Importer" }));
    const ended = page.locator("main p.row > .tag").filter({ hasText: "terminée" }); // of the delivery: its schools may be told of before
    await ended.waitFor(); // the page reads itself anew while the import runs
    await page.waitForLoadState();
    equal(await page.getByRole("heading", { name: /attend votre mot/ }).count(), 1, "schools that wait");
    await corner(page, "", "operator-asks");
    await page.getByRole("checkbox").check();
    await through(page, page.getByRole("button", { name: "Laisser partir ces personnes" }));
    await ended.waitFor();
    await page.waitForLoadState();
    equal(await page.getByText("importé", { exact: true }).count(), 1, "schools that the word let go on");
    equal(await page.getByRole("heading", { name: /attend votre mot/ }).count(), 0, "schools that still wait");
    await corner(page, "", "operator-done");
    await page.locator("details summary").first().click();
    await corner(page, `${world.admin}/livraisons`, "operator");
    await corner(page, `${world.admin}/livraisons/rien`, "operator-not-found", 404);
  });
}

await step("the head: who assigns copies, and a word to give", async () => {
  const page = await person();
  await signIn(page, "helene.castaing");
  await page.goto(`${world.broker}/mediacentre`);
  await through(page, page.getByRole("link", { name: "Responsables" }));
  await corner(page, "", "head");
  await through(page, page.getByRole("button", { name: "Demander mon accord" }));
  await corner(page, "", "head-asks");
  await through(page, page.getByRole("button", { name: "Ne plus demander mon accord" }));
});

await step("the way out: asked, done, and closed everywhere", async () => {
  await corner(malo, `${world.broker}/deconnexion`, "leave");
  await through(malo, malo.locator("form[action='/deconnexion'] button.btn-primary"));
  await malo.waitForURL(/fait=2/);
  await corner(malo, "", "left");
  await corner(malo, `${world.portal}/logout`, "portal-out");
  look(malo);
  await malo.goto(`${world.exos}/`);
  must((await malo.locator("main").innerText()).includes("Aller au Médiacentre"), "Biblio Exos still knows who left");
});

if (world.rare) {
  await step("what few people see: two schools, several portals, a right that is over or to come", async () => {
    for (const [who, path, name, status] of world.rare.pages) {
      const one = await person();
      if (who) await one.context().addCookies([{ name: world.rare.cookie, value: who, url: world.rare.at }]);
      await corner(one, world.rare.at + path, name, status);
      if (name.startsWith("mediacentre-pinned")) await walked(one, name);
      await one.context().close();
    }
  });
}

await end();
