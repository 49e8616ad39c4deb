// Every page in English: no French is left but names and what publishers wrote, and the switch keeps the page.
import { end, equal, look, must, person, pictured, signIn, step, world, worded, through } from "./lib.mjs";

const title = "Le labo de grammaire 5e";
const school = `${world.broker}/affectation/${world.school}`;

const switched = await person();
/** Somebody who has chosen English at every party: the pages are French until one asks. */
async function reader() {
  const page = await person({ locale: "en-GB" });
  await page.context().addCookies([world.start, world.portal, world.broker, world.exos, world.publisher].map((url) => ({ name: "langue", value: "en", url })));
  return page;
}

const english = await reader();
const malo = await reader();

const read = async (page, address, name) => {
  if (address) await page.goto(address);
  equal(await page.locator("html").getAttribute("lang"), "en", `${name}: the language`);
  await worded(page, `${name}, in English`);
  await pictured(page, `en-${name}`);
};

/** Hands in a file of which some lines name nobody. */
async function refused(page) {
  await page.goto(`${school}/fichier`);
  const text = `nom;prenom;classe;titre\nMarchal;Inès;5e B;${title}\nKestrel;Nulle;5e B;${title}\nMarchal;Inès;5e B;Un livre qui n’existe pas\n`;
  await page.setInputFiles("#fichier", { name: "rentree.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
  await through(page, page.locator("form[enctype] button[type=submit]"));
}

await step("the switch keeps the page, its search included, and is remembered everywhere on that site", async () => {
  look(switched);
  await signIn(switched, "claire.vasseur");
  await switched.goto(`${school}/ressources?q=la&mode=contient`);
  await switched.locator("[data-preferences] summary").click();
  await through(switched, switched.getByRole("button", { name: "English" }));
  must(switched.url().endsWith("/ressources?q=la&mode=contient"), `the switch leads to ${switched.url()}`);
  await read(switched, "", "resources");
  await read(switched, `${world.broker}/mediacentre`, "médiacentre");
  await switched.locator("[data-preferences] summary").click();
  await through(switched, switched.getByRole("button", { name: "Français" }));
  equal(await switched.locator("html").getAttribute("lang"), "fr", "the language, back again");
});

await step("in English: the start page, the portal", async () => {
  look(english);
  await read(english, world.start, "start");
  await read(english, `${world.portal}/login`, "portal, sign-in");
  await read(english, `${world.portal}/login?compte=claire.vasseur`, "portal, the form filled");
  await signIn(english, "claire.vasseur");
  await read(english, `${world.portal}/`, "portal");
  await read(english, `${world.portal}/rubrique/messagerie`, "portal, a room");
});

await step("in English: the console, from the list to the plan and the holders", async () => {
  await read(english, school, "console");
  await read(english, `${school}/ressources`, "resources");
  await read(english, `${school}/recuperation`, "recovery");
  await read(english, `${school}/recuperation/exemplaires?ressource=${await english.locator("input[name=ressource]").first().inputValue()}`, "which copies");
  await english.getByRole("button", { name: "See the plan" }).click();
  await english.waitForURL(/\/plan/);
  await read(english, "", "plan of copies that come back");
  await read(english, `${school}/familles`, "families");
  await read(english, `${school}/programmes`, "programs");
  await read(english, `${school}/doubles`, "doubles");
  for (const [path, name] of [["historique", "history"], ["suggestions", "suggestions"], ["permanentes", "standing assignments"], ["delegues?nom=belhadj", "delegates"], ["fichier", "files"]]) {
    await read(english, `${school}/${path}`, name);
  }
  await refused(english);
  await read(english, "", "a file with refused lines");
  await read(english, `${school}/populations`, "by population");
  await english.getByLabel(/^5e C/).first().check();
  await english.getByRole("button", { name: "Choose the resources" }).click();
  await english.waitForURL(/\/ressources$/);
  await read(english, "", "resources for a population");
  await english.goto(`${school}/ressources?q=le+labo`);
  await english.getByRole("link", { name: title }).click();
  await read(english, "", "population");
  await english.getByLabel(/^5e C/).first().check();
  await english.getByRole("button", { name: "See the plan" }).click();
  await english.waitForURL(/\/plan/);
  await read(english, "", "plan");
  await english.getByRole("button", { name: "Back to the selection" }).click();
  await english.getByRole("link", { name: "Who has it" }).click();
  await read(english, "", "holders");
  await english.getByLabel(/^Kerbrat/).check();
  await english.getByRole("button", { name: "Take back…" }).click();
  await read(english, "", "taking back");
});

await step("in English: the médiacentre, a refusal, the journal, a receipt", async () => {
  look(malo);
  await signIn(malo, "malo.kerbrat");
  await read(malo, `${world.broker}/mediacentre`, "médiacentre");
  await read(malo, `${world.broker}/mediacentre?q=zzz`, "médiacentre, nothing found");
  await read(malo, `${world.broker}/acces/ark:/99999/preau-fabrique-maths-5e`, "refused");
  await malo.goto(`${world.broker}/mediacentre`);
  await malo.locator(".card-link", { hasText: "La Lanterne" }).click();
  await malo.waitForURL(/\/recu$/);
  await read(malo, "", "publisher, received");
  await read(malo, `${world.publisher}/`, "publishers");
  await read(malo, `${world.broker}/mon-journal`, "journal");
  await malo.locator("main a[href*='/mon-journal/']").first().click();
  await read(malo, "", "receipt");
  await read(malo, `${world.broker}/mes-lieux`, "places");
  await read(malo, `${world.broker}/deconnexion`, "leaving");
  await read(malo, `${world.broker}/nowhere`, "not found");
});

await step("in English: Biblio Exos", async () => {
  await malo.goto(`${world.broker}/acces/${world.workbook}`);
  await malo.waitForURL(/\/modules\//);
  await read(malo, "", "contents");
  const module = malo.url();
  for (const [path, name] of [["/", "home"], ["/modules", "modules"], ["/groupes", "groups"], ["/devoirs", "homework"], ["/aide", "help"], ["/nowhere", "not found"]]) {
    await read(malo, world.exos + path, `Biblio Exos, ${name}`);
  }
  for (const n of [7, 8, 9, 10]) await read(malo, `${module}/exercices/${n}`, `exercise ${n}`);
  await malo.locator("button.btn-primary[value=answer]").click();
  await malo.locator("[data-result], [data-notice]").first().waitFor();
  await read(malo, "", "exercise, answered");
  const stranger = await reader();
  await read(stranger, `${world.exos}/`, "Biblio Exos, a stranger");
  await read(stranger, `${world.exos}/deconnexion`, "Biblio Exos, left");
});

await end();
