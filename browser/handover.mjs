// A pupil whose device finds no network again: work is done with the server stopped, its receipt is typed by the teacher, its file is carried
// to them; later the device connects after all, and nothing counts twice.
import { readFileSync } from "node:fs";
import { briefly, end, equal, everywhere, look, must, person, step, through, walked, world } from "./lib.mjs";
import { arrive, giveToClass, server, title } from "./workbook.mjs";

const claire = await person();
const nadia = await person();
const malo = await person();

let code = "";
let file = "";

/** Answers what stands in the sheet, somehow. */
const answer = (page) => page.locator("form[data-player]").evaluate((form) => {
  for (const c of form.querySelectorAll("select")) c.value = [...c.options].map((o) => o.value).filter(Boolean)[0];
  for (const c of form.querySelectorAll("input[type=text]")) c.value = "mot";
  form.querySelector("input[type=radio], input[type=checkbox]")?.click();
});

await step("a pupil has the app, and homework of two exercises in it", async () => {
  await giveToClass(claire);
  await arrive(malo, "malo.kerbrat");
  await arrive(nadia, "nadia.aubry");
  await nadia.goto(`${world.exos}/devoirs/nouveau`);
  await nadia.fill("#titre", "Révisions de mai");
  await nadia.getByText(title, { exact: true }).click();
  for (const n of [2, 3]) await nadia.getByRole("checkbox", { name: new RegExp(`^Exercice ${n} :`) }).check();
  await nadia.getByRole("checkbox", { name: "5e B" }).first().check();
  await through(nadia, nadia.getByRole("button", { name: "Donner un devoir" }));
  look(malo);
  await malo.goto(`${world.exos}/appli/`);
  await malo.getByRole("button", { name: "Télécharger Révisions de mai" }).click();
  await malo.getByText(/^Prêt, /).waitFor();
  await malo.evaluate(() => navigator.serviceWorker.ready);
  await malo.getByRole("link", { name: "Révisions de mai" }).click();
  await malo.getByRole("link", { name: /^Exercice 1 :/ }).waitFor();
  equal(await malo.getByRole("link", { name: "Montrer mon reçu" }).count(), 0, "receipts of nothing");
});

await step("with the server stopped, it is done, and the app shows a receipt", async () => {
  await server("stop");
  for (const n of [1, 2]) {
    await malo.getByRole("link", { name: new RegExp(`^Exercice ${n} :`) }).click();
    await answer(malo);
    await malo.getByRole("button", { name: "Valider" }).first().click();
    await malo.getByText("note provisoire").waitFor();
    await malo.getByRole("link", { name: "Retour au devoir" }).click();
  }
  await malo.getByText("Tu as tout fait ici").waitFor();
  await everywhere(malo, "app-done");
  await malo.getByRole("link", { name: "Montrer mon reçu" }).click();
  await malo.getByRole("heading", { level: 1, name: "Reçu : Révisions de mai" }).waitFor();
  await malo.getByText("2 exercices faits sur cet appareil, sur 2.").waitFor();
  await malo.getByText("2 réponses attendent encore").waitFor();
  code = (await malo.locator(".join-code").innerText()).trim();
  must(/^([2-9A-HJ-NP-Z]{5}\s+){3}[2-9A-HJ-NP-Z]{5}$/.test(code), `${code} is not what people type`);
  await malo.getByRole("img", { name: "Le même reçu, à lire avec un appareil photo" }).waitFor();
  await everywhere(malo, "app-receipt");
  await walked(malo, "app-receipt");
});

await step("and makes a file, in which nobody reads anything", async () => {
  await malo.getByRole("link", { name: "Remettre un fichier" }).click();
  await malo.getByRole("heading", { level: 1, name: "Remettre un fichier" }).waitFor();
  await everywhere(malo, "app-hand");
  const [got] = await Promise.all([malo.waitForEvent("download"), malo.getByRole("button", { name: "Faire le fichier" }).click()]);
  must(/^remise-[0-9a-f]{8}\.exos$/.test(got.suggestedFilename()), `the file is called ${got.suggestedFilename()}`);
  file = await got.path();
  const text = readFileSync(file, "utf8");
  must(/^[\w-]+\.\.[\w-]+\.[\w-]+\.[\w-]+$/.test(text), "it is no compact JWE");
  const device = await malo.evaluate(() => new Promise((done) => {
    indexedDB.open("biblio-exos").onsuccess = ({ target: { result: db } }) => {
      db.transaction("self").objectStore("self").get("self").onsuccess = (e) => { db.close(); done(e.target.result.device); };
    };
  }));
  const clear = Buffer.from(text.split(".")[0], "base64url").toString();
  must(![device, "malo", "Malo"].some((w) => text.includes(w) || clear.includes(w)), "the file says whose it is");
  await malo.getByText(`Fichier fait : ${got.suggestedFilename()}`).waitFor();
  await everywhere(malo, "app-handed");
  await walked(malo, "app-handed");
});

await step("the teacher types the receipt before anything has come", async () => {
  await malo.context().setOffline(true);
  await server("start");
  look(nadia);
  await nadia.goto(`${world.exos}/hors-ligne/eleves`);
  await through(nadia, nadia.getByRole("link", { name: "Reçus et fichiers" }));
  await everywhere(nadia, "receipts-none");
  await nadia.getByLabel("Reçu", { exact: true }).fill(code.replace(/.$/, (c) => (c === "A" ? "B" : "A")));
  await through(nadia, nadia.getByRole("button", { name: "Vérifier" }));
  await nadia.getByText("Aucun appareil de vos élèves n’a donné ce reçu").waitFor();
  await briefly(nadia, "receipts-wrong");
  await nadia.getByLabel("Reçu", { exact: true }).fill(` ${code.toLowerCase().replaceAll(/\s+/g, "-")}`);
  await through(nadia, nadia.getByRole("button", { name: "Vérifier" }));
  await nadia.getByText("Ce reçu est vrai").waitFor();
  await nadia.locator("[data-sub]", { hasText: "Malo K." }).waitFor();
  await nadia.getByText("Il manque 4 envois de cet appareil.").waitFor();
  await nadia.getByText("Ce qu’un reçu prouve").click();
  await everywhere(nadia, "receipts-missing");
  await walked(nadia, "receipts");
});

await step("the teacher puts the file there, with one that is none: each is told", async () => {
  await nadia.setInputFiles("#fichiers", [
    { name: "remise-0a1b2c3d.exos", mimeType: "application/jose", buffer: readFileSync(file) },
    { name: "vacances.exos", mimeType: "application/jose", buffer: Buffer.from("rien") },
  ]);
  await through(nadia, nadia.getByRole("button", { name: "Recevoir" }));
  await nadia.getByText("2 réponses reçues.").waitFor();
  await nadia.getByText("Ce n’est pas un fichier remis par l’application").waitFor();
  await nadia.getByText("Reçu, complet").waitFor();
  await nadia.locator("[data-sub]", { hasText: "Malo K." }).first().waitFor();
  await everywhere(nadia, "receipts-came");
  await nadia.setInputFiles("#fichiers", [{ name: "remise-0a1b2c3d.exos", mimeType: "application/jose", buffer: readFileSync(file) }]);
  await through(nadia, nadia.getByRole("button", { name: "Recevoir" }));
  await nadia.getByText("Aucune réponse nouvelle. 2 étaient déjà là.").waitFor();
});

let points = "";
const results = async () => {
  await nadia.goto(`${world.exos}/devoirs`);
  await through(nadia, nadia.getByRole("link", { name: "Révisions de mai" }));
  return (await nadia.locator("tr", { hasText: "Malo K." }).first().innerText()).replaceAll(/\s+/g, " ");
};

await step("the device finds the network after all: nothing counts twice, and its receipt is complete", async () => {
  points = await results();
  look(malo);
  await malo.context().setOffline(false);
  await malo.evaluate(() => dispatchEvent(new Event("online")));
  await malo.getByText("Rien n’attend sur cet appareil").waitFor();
  await briefly(malo, "app-hand-none");
  await malo.evaluate(() => { location.hash = "#/"; });
  await malo.getByRole("link", { name: "Révisions de mai" }).click();
  await malo.getByRole("link", { name: "Montrer mon reçu" }).click();
  await malo.getByText("Reçu, complet : tout ce que ce reçu compte est arrivé").waitFor();
  await briefly(malo, "app-receipt-whole");
  look(nadia);
  equal(await results(), points, "the pupil’s results");
});

await end();
