// Homework on a device without a network: taken along alone, done with the server stopped, sent later; graded, no key is on the device and
// nothing is said before its results. Then: what its teacher sees.
import { briefly, end, equal, everywhere, look, must, person, step, through, walked, world } from "./lib.mjs";
import { arrive, giveToClass, server, stored, title } from "./workbook.mjs";

const claire = await person();
const nadia = await person();
const malo = await person();

let module = "";

await step("the class has the workbook, and a pupil the app with it", async () => {
  await giveToClass(claire);
  await arrive(malo, "malo.kerbrat");
  module = malo.url().split("/").pop();
  look(malo);
  await malo.goto(`${world.exos}/appli/`);
  await malo.getByRole("button", { name: `Télécharger ${title}` }).click();
  await malo.getByText(/^Prêt, /).waitFor();
  await malo.evaluate(() => navigator.serviceWorker.ready);
  equal((await stored(malo, "programs")).length, 24, "keys of the module, in training");
});

await step("the teacher gives graded homework, and training", async () => {
  await arrive(nadia, "nadia.aubry");
  for (const [name, graded, numbers] of [["Contrôle de mai", true, [1, 2]], ["Révisions", false, [3]], ["Dictée", false, [4]]]) {
    look(nadia);
    await nadia.goto(`${world.exos}/devoirs/nouveau`);
    await nadia.fill("#titre", name);
    await nadia.getByText(title, { exact: true }).click();
    for (const n of numbers) await nadia.getByRole("checkbox", { name: new RegExp(`^Exercice ${n} :`) }).check();
    await nadia.getByRole("checkbox", { name: "5e B" }).first().check();
    if (graded) await nadia.getByRole("radio", { name: /^Devoir noté/ }).check();
    await through(nadia, nadia.getByRole("button", { name: "Donner un devoir" }));
  }
});

await step("the app hears of it, lets go of the keys of graded work, and takes it along", async () => {
  look(malo);
  await malo.reload();
  await malo.getByRole("button", { name: "Télécharger Contrôle de mai" }).waitFor();
  await everywhere(malo, "app-work-offered");
  equal((await stored(malo, "programs")).length, 22, "keys, once two exercises are in graded work");
  await malo.getByRole("button", { name: "Télécharger Contrôle de mai" }).click();
  await malo.getByRole("button", { name: "Télécharger Contrôle de mai" }).waitFor({ state: "detached" });
  await malo.getByRole("button", { name: "Télécharger Révisions" }).click();
  await malo.getByRole("button", { name: "Télécharger Révisions" }).waitFor({ state: "detached" });
  await malo.getByRole("button", { name: "Télécharger Dictée" }).click();
  await malo.getByRole("button", { name: "Télécharger Dictée" }).waitFor({ state: "detached" });
  await malo.waitForFunction(() => !document.querySelector("progress"));
  equal((await stored(malo, "programs")).length, 22, "keys, with graded homework on the device");
  await everywhere(malo, "app-work-shelf");
  await walked(malo, "app-work-shelf");
});

await step("with the server stopped, both are done", async () => {
  await server("stop");
  await malo.reload();
  await malo.getByRole("link", { name: "Contrôle de mai" }).click();
  await malo.getByRole("link", { name: /^Exercice 1 :/ }).click();
  await malo.locator("input[type=radio]").first().check();
  await malo.getByRole("button", { name: "Valider" }).first().click();
  await malo.getByText("corrigée quand elle sera envoyée").waitFor();
  await malo.getByText("à l’heure de cet appareil").waitFor();
  must(!(await malo.locator("main").innerText()).includes("provisoire"), "graded work is scored on the device");
  must(await malo.getByRole("button", { name: "Valider" }).first().isDisabled(), "graded work is answered once");
  await everywhere(malo, "app-work-graded");
  await malo.evaluate(() => { location.hash = "#/"; });
  await malo.getByRole("link", { name: "Révisions" }).click();
  await malo.getByRole("link", { name: /^Exercice 1 :/ }).click();
  await malo.locator("form[data-player]").waitFor();
  await malo.locator("form[data-player]").evaluate((form) => {
    for (const c of form.querySelectorAll("select")) c.value = [...c.options].map((o) => o.value).filter(Boolean)[0];
    for (const c of form.querySelectorAll("input[type=text]")) c.value = "mot";
    form.querySelector("input[type=radio], input[type=checkbox]")?.click();
  });
  await malo.getByRole("button", { name: "Valider" }).first().click();
  await malo.getByText("note provisoire").waitFor();
  await malo.getByText("2 réponses pas encore envoyées").waitFor();
});

await step("the server is back: all is sent, and the graded answer says nothing yet", async () => {
  await server("start");
  await malo.evaluate(() => dispatchEvent(new Event("online")));
  await malo.getByText("pas encore envoyées").waitFor({ state: "detached" });
  await malo.evaluate(() => { location.hash = "#/"; });
  await malo.getByRole("link", { name: "Contrôle de mai" }).click();
  await malo.locator("ol.away .st", { hasText: "Envoyée" }).waitFor();
  await malo.getByRole("link", { name: /^Exercice 1 :/ }).click();
  await malo.getByText("Les résultats se lisent en ligne").waitFor();
  await briefly(malo, "app-work-sent");
  look(nadia);
  await nadia.goto(`${world.exos}/devoirs`);
  await through(nadia, nadia.getByRole("link", { name: "Contrôle de mai" }));
  must(/Malo/.test(await nadia.locator("main").innerText()) || await nadia.locator("[data-sub]").count() > 0, "the teacher does not see the pupil");
  await everywhere(nadia, "app-work-results");
});

await step("the teacher sees the pupils’ devices", async () => {
  await nadia.goto(`${world.exos}/hors-ligne/eleves`);
  await nadia.locator("[data-sub]", { hasText: "Malo K." }).waitFor();
  await everywhere(nadia, "away-pupils");
  await walked(nadia, "away-pupils");
});

await step("a module that goes leaves the homework that needs it, and homework taken back goes", async () => {
  look(malo);
  await malo.evaluate(() => { location.hash = "#/"; });
  await malo.getByRole("button", { name: `Retirer ${title}` }).click();
  await malo.getByRole("button", { name: `Télécharger ${title}` }).waitFor();
  await malo.getByRole("link", { name: "Révisions" }).click();
  await malo.getByRole("link", { name: /^Exercice 1 :/ }).waitFor();
  await malo.evaluate(() => { location.hash = "#/"; });
  look(nadia);
  await nadia.goto(`${world.exos}/devoirs`);
  await through(nadia, nadia.getByRole("link", { name: "Dictée" }));
  await through(nadia, nadia.getByRole("button", { name: "Retirer ce devoir" }));
  look(malo);
  await malo.reload();
  await malo.getByRole("link", { name: "Contrôle de mai" }).waitFor();
  await malo.getByRole("link", { name: "Dictée" }).waitFor({ state: "detached" });
  await malo.getByRole("link", { name: "Révisions" }).waitFor();
});

await step("storage that was lost: what the server has comes back, and what it has not is said", async () => {
  look(malo);
  await malo.evaluate(async () => {
    for (const name of await caches.keys()) await caches.delete(name);
  });
  const wiped = await malo.context().newPage();
  wiped.troubles = [];
  await malo.close();
  await wiped.goto(`${world.exos}/hors-ligne`); // not the app: its database is free to go
  await wiped.evaluate(() => new Promise((done, fail) => { Object.assign(indexedDB.deleteDatabase("biblio-exos"), { onsuccess: done, onerror: fail }); }));
  await wiped.goto(`${world.exos}/appli/`);
  look(wiped);
  await wiped.getByText("n’est pas ici").waitFor();
  await everywhere(wiped, "app-wiped");
  await wiped.getByRole("button", { name: "J’ai compris" }).click();
  await wiped.getByText("n’est pas ici").waitFor({ state: "detached" });
  await wiped.getByRole("button", { name: "Télécharger Révisions" }).waitFor({ state: "detached" }); // done already: nothing is left to do
  await wiped.getByRole("button", { name: "Télécharger Contrôle de mai" }).click();
  await wiped.getByRole("button", { name: "Télécharger Contrôle de mai" }).waitFor({ state: "detached" });
  await wiped.getByRole("link", { name: "Contrôle de mai" }).click();
  await wiped.locator("ol.away > li", { hasText: "Exercice 1 :" }).locator(".st", { hasText: "Envoyée" }).waitFor();
});

await end();
