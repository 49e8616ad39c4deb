// One tablet, two pupils: each has a locker of their own, whose content and answers the other never sees; a code closes it, with and
// without the server's half of its key; the server is stopped; who leaves loses nothing. Then: what their teacher sees.
import { briefly, end, equal, everywhere, look, must, person, step, through, walked, world, yes } from "./lib.mjs";
import { answerSomething, arrive, drafts, giveToClass, server, stored, title } from "./workbook.mjs";

const claire = await person();
const nadia = await person();
const tablet = await person();

const lockers = () => stored(tablet, "lockers", "biblio-exos-casiers");
const databases = () => tablet.evaluate(async () => (await indexedDB.databases()).map((d) => d.name).filter((n) => n !== "biblio-exos-casiers").sort());

/** Somebody else takes the tablet, signs in by the portal and opens the app from Biblio Exos: one click. */
async function comes(login) {
  await tablet.context().clearCookies();
  await arrive(tablet, login);
  await tablet.goto(`${world.exos}/modules`);
  await through(tablet, tablet.getByRole("link", { name: "Ouvrir dans Biblio Exos" }));
}

const answer = async (n) => {
  await tablet.getByRole("link", { name: title }).click();
  await tablet.getByRole("link", { name: new RegExp(`^Exercice ${n} :`) }).click();
  await tablet.getByRole("heading", { level: 1, name: `Exercice ${n}`, exact: true }).waitFor();
  await answerSomething(tablet);
  await tablet.getByRole("button", { name: "Valider" }).first().click();
  await tablet.locator("[data-work] .msg").waitFor();
  await tablet.evaluate(() => { location.hash = "#/"; });
  await tablet.getByText("Sur cet appareil", { exact: true }).waitFor();
};
const change = async () => {
  await through(tablet, tablet.getByRole("button", { name: "Changer d’élève" }));
  await tablet.getByRole("heading", { level: 1, name: "Qui travaille ?" }).waitFor();
};
const types = async (code) => {
  await tablet.getByLabel("Code", { exact: true }).fill(code);
  await tablet.keyboard.press("Enter");
  await tried();
};
/** Waits until a code was looked at: the form is another, or gone. */
const tried = () => tablet.waitForFunction(() => !document.querySelector("[data-unlock] button[disabled]"));
const taken = async () => {
  await tablet.getByRole("button", { name: `Télécharger ${title}` }).click();
  await tablet.getByRole("button", { name: /^Télécharger / }).first().waitFor({ state: "detached" }); // the homework comes along
  await tablet.waitForFunction(() => document.querySelectorAll(".away .st-green").length === 2);
};
const chooses = async (name) => tablet.getByRole("button", { name: new RegExp(`^${name}`) }).click();

await step("the class has the workbook, and the teacher gives homework of it", async () => {
  await giveToClass(claire);
  await arrive(nadia, "nadia.aubry");
  await nadia.goto(`${world.exos}/devoirs/nouveau`);
  await nadia.fill("#titre", "Révisions");
  await nadia.getByText(title, { exact: true }).click();
  await nadia.getByRole("checkbox", { name: /^Exercice 3 :/ }).check();
  await nadia.getByRole("checkbox", { name: "5e B" }).first().check();
  await through(nadia, nadia.getByRole("button", { name: "Donner un devoir" }));
});

/** Makes the database what it was before it kept drafts, with all that is in it: they stood in the browser's own storage. */
const asBefore = () => tablet.evaluate(async () => {
  const asked = (request) => new Promise((done, fail) => { Object.assign(request, { onsuccess: () => done(request.result), onerror: fail }); });
  const now = await asked(indexedDB.open("biblio-exos"));
  const stores = [];
  for (const name of [...now.objectStoreNames].filter((n) => n !== "drafts")) {
    const at = now.transaction(name).objectStore(name);
    stores.push({ name, keyPath: at.keyPath, keys: await asked(at.getAllKeys()), values: await asked(now.transaction(name).objectStore(name).getAll()) });
  }
  now.close();
  await asked(indexedDB.deleteDatabase("biblio-exos"));
  const request = indexedDB.open("biblio-exos", 2);
  request.onupgradeneeded = () => {
    for (const { name, keyPath, keys, values } of stores) {
      const at = request.result.createObjectStore(name, keyPath ? { keyPath } : {});
      values.forEach((value, i) => { at.put(value, keyPath ? undefined : keys[i]); });
    }
  };
  (await asked(request)).close();
  localStorage.setItem("exos.draft.before.before", "[]");
});

/** All that is readable of what a page's origin keeps on the tablet, but for files. */
const readable = () => tablet.evaluate(async () => {
  const asked = (request) => new Promise((done, fail) => { Object.assign(request, { onsuccess: () => done(request.result), onerror: fail }); });
  const all = [Object.entries(localStorage), Object.entries(sessionStorage)];
  for (const { name } of await indexedDB.databases()) {
    const db = await asked(indexedDB.open(name));
    for (const store of db.objectStoreNames) all.push(await asked(db.transaction(store).objectStore(store).getAll()));
    db.close();
  }
  return JSON.stringify(all, (_, v) => v instanceof Uint8Array ? new TextDecoder().decode(v) : v);
});
const half = "Nabuchodonosor"; // written, and not answered
const fourth = async () => {
  await tablet.getByRole("link", { name: title }).click();
  await tablet.getByRole("link", { name: /^Exercice 4 :/ }).click();
  await tablet.locator(`input[name="r.R2"]`).waitFor();
};

await step("a first pupil opens the app, gives the locker a name, and closes it by a code", async () => {
  look(tablet);
  await comes("malo.kerbrat");
  await tablet.getByRole("heading", { name: "À emporter" }).waitFor();
  await taken();
  await tablet.goto(`${world.exos}/hors-ligne`); // as it was before there were lockers: what is there is the first one's
  await tablet.evaluate(() => new Promise((done, fail) => { Object.assign(indexedDB.deleteDatabase("biblio-exos-casiers"), { onsuccess: done, onerror: fail }); }));
  await asBefore();
  await tablet.goto(`${world.exos}/appli/`);
  await tablet.getByText(/^Prêt, /).first().waitFor();
  await drafts(tablet, 0); // there is room for them now
  equal(await tablet.evaluate(() => localStorage.getItem("exos.draft.before.before")), null, "what an app of before left readable");
  await tablet.getByRole("link", { name: "Mon casier" }).click();
  await tablet.getByLabel("Surnom (facultatif)").fill("Mouette");
  await tablet.getByRole("button", { name: "Enregistrer" }).click();
  await tablet.getByText("C’est enregistré.").first().waitFor({ state: "attached" });
  await everywhere(tablet, "locker-mine");
  await walked(tablet, "locker-mine");
  await tablet.getByLabel("Code, de 4 à 6 chiffres").fill("12");
  await tablet.getByRole("button", { name: "Fermer par ce code" }).click();
  await tablet.getByText("Il faut de 4 à 6 chiffres.").waitFor();
  await tablet.getByLabel("Code, de 4 à 6 chiffres").fill("2580");
  await tablet.getByLabel("Le même, encore une fois").fill("2580");
  await tablet.getByRole("button", { name: "Fermer par ce code" }).click();
  await tablet.getByText("Ton casier est fermé par un code.", { exact: true }).first().waitFor();
  const [book] = await stored(tablet, "books");
  equal(Object.keys(book).sort(), ["module", "sealed"], "what can be read of a module in a locker that is closed");
});

await step("a second pupil opens the app on the same tablet, and finds a locker of their own", async () => {
  await comes("ines.marchal");
  await tablet.getByRole("button", { name: `Télécharger ${title}` }).waitFor();
  equal(await tablet.getByText(/^Prêt, /).count(), 0, "modules in a new locker");
  await taken();
  await tablet.getByRole("link", { name: "Mon casier" }).click();
  await tablet.getByRole("radio", { name: "de quatre images" }).check();
  for (const name of ["Lune", "Camion", "Lune", "Étoile"]) await tablet.locator("[data-lock]").getByRole("button", { name, exact: true }).click();
  await tablet.getByText("4 images sur 4").waitFor();
  await tablet.getByRole("radio", { name: "Mon casier ne s’ouvre qu’avec le réseau" }).check();
  await briefly(tablet, "locker-pictures");
  await tablet.getByRole("button", { name: "Fermer par ce code" }).click();
  await tablet.getByText("Ton casier est fermé par un code.", { exact: true }).first().waitFor();
  equal((await databases()).length, 2, "databases");
});

await step("« Qui travaille ? »: the other's locker is closed, and wrong codes wait", async () => {
  await change();
  await everywhere(tablet, "locker-who");
  await walked(tablet, "locker-who");
  await chooses("Mouette");
  await tablet.getByLabel("Code", { exact: true }).waitFor();
  await everywhere(tablet, "locker-code");
  await walked(tablet, "locker-code");
  for (let n = 0; n < 4; n++) {
    await types(`111${n}`);
    await tablet.getByText("Ce n’est pas le bon code.").waitFor();
    equal((await lockers())[0].wrong, n + 1, "wrong codes");
  }
  await types("1119");
  await tablet.getByText(/se tape dans \d+ secondes/).waitFor();
  await types("2580"); // the right one, too soon
  await tablet.getByText(/se tape dans \d+ secondes/).waitFor();
  await tablet.reload(); // is no way around
  await tablet.getByRole("heading", { level: 1, name: "Qui travaille ?" }).waitFor();
  await types("2580");
  await tablet.getByText(/se tape dans \d+ secondes/).waitFor();
  equal(await tablet.getByText(/^Prêt, /).count(), 0, "content behind a code");
});

const later = (seconds) => tablet.evaluate((ms) => new Promise((done) => { // as if the wait were over
  indexedDB.open("biblio-exos-casiers").onsuccess = ({ target: { result: db } }) => {
    const tx = db.transaction("lockers", "readwrite");
    tx.objectStore("lockers").openCursor().onsuccess = ({ target: { result: at } }) => {
      if (!at) return;
      at.update({ ...at.value, until: at.value.until - ms });
      at.continue();
    };
    tx.oncomplete = () => { db.close(); done(); };
  };
}), seconds * 1000);

await step("with the server stopped, the first works, and the other's locker waits for the network", async () => {
  await server("stop");
  await later(60);
  await types("2580");
  await tablet.getByText("Sur cet appareil", { exact: true }).waitFor();
  await answer(1);
  await answer(2);
  await tablet.getByText("2 réponses pas encore envoyées").waitFor();
  await briefly(tablet, "locker-shelf");
  await fourth();
  await tablet.locator(`input[name="r.R2"]`).fill(half);
  await drafts(tablet, 1);
  await tablet.evaluate(() => { location.hash = "#/"; });
  await change();
  must(!(await readable()).includes(half), "what was typed can be read in a locker that is closed by a code");
  equal((await stored(tablet, "drafts")).map((d) => Object.keys(d).sort()), [["place", "sealed"]], "what can be read of a draft");
  await tablet.getByText("2 réponses pas encore envoyées").waitFor();
  await briefly(tablet, "locker-who-unsent");
  await tablet.locator(".lockers button").nth(1).click();
  for (const name of ["Lune", "Camion", "Lune", "Étoile"]) await tablet.getByRole("button", { name, exact: true }).click();
  await tablet.getByRole("button", { name: "Ouvrir", exact: true }).click();
  await tried();
  await tablet.getByText("ce casier ne s’ouvre qu’avec lui").waitFor();
  await briefly(tablet, "locker-network");
});

await step("the server is back: the second opens by pictures, and nothing of the first is sent or seen", async () => {
  await server("start");
  for (const name of ["Lune", "Lune", "Camion", "Étoile"]) await tablet.getByRole("button", { name, exact: true }).click();
  await tablet.getByRole("button", { name: "Ouvrir", exact: true }).click();
  await tried();
  await tablet.getByText("Il reste 9 essais").waitFor();
  for (const name of ["Lune", "Camion", "Lune", "Étoile"]) await tablet.getByRole("button", { name, exact: true }).click();
  await tablet.getByRole("button", { name: "Ouvrir", exact: true }).click();
  await tried();
  await tablet.getByText("Sur cet appareil", { exact: true }).waitFor();
  equal(await tablet.getByText("pas encore envoyées").count(), 0, "the first's answers in the second's locker");
  await answer(5);
  await tablet.getByText("pas encore envoyée").waitFor({ state: "detached" });
  equal((await stored(tablet, "waiting")).length, 4, "what waits in the first's locker: twice opened, twice answered");
  equal((await lockers()).map((l) => l.unsent), [2, 0], "counters");
});

await step("a code that was forgotten: only its own learner opens, and the answers are there", async () => {
  await change();
  await chooses("Mouette");
  await tablet.getByRole("button", { name: "J’ai oublié mon code" }).click();
  await tablet.getByText("n’est pas celle de ce casier").waitFor(); // Inès is signed in here
  await briefly(tablet, "locker-forgot");
  await comes("malo.kerbrat"); // and his own locker asks for its code
  await tablet.getByRole("button", { name: "J’ai oublié mon code" }).click();
  await tablet.getByRole("heading", { level: 1, name: "Mon casier" }).waitFor();
  await tablet.evaluate(() => { location.hash = "#/"; });
  await tablet.getByText("pas encore envoyées").waitFor({ state: "detached" });
  await tablet.getByRole("link", { name: title }).click();
  const rows = tablet.locator("ol.away > li");
  for (const n of [0, 1]) must(/ sur /.test(await rows.nth(n).locator(".st").innerText()), `exercise ${n + 1} has no mark`);
  equal(await rows.nth(4).locator(".st").count(), 0, "the second's answer in the first's locker");
  await tablet.evaluate(() => { location.hash = "#/casier"; });
  await tablet.getByRole("button", { name: "Enlever le code" }).click();
  await tablet.getByText("Ton casier s’ouvre sans code.").waitFor();
  must("title" in (await stored(tablet, "books"))[0], "a locker without a code is sealed");
  must((await readable()).includes(half), "what was typed is not in the locker");
  await tablet.evaluate(() => { location.hash = "#/"; });
  await fourth();
  equal(await tablet.locator(`input[name="r.R2"]`).inputValue(), half, "what was typed before the locker was closed");
});

await step("who leaves is told of what is not sent, and it stays until it is", async () => {
  await tablet.evaluate(() => { location.hash = "#/"; });
  await tablet.getByText("Sur cet appareil", { exact: true }).waitFor();
  await server("stop");
  await answer(6);
  await tablet.getByText("1 réponse pas encore envoyée").waitFor();
  await tablet.getByRole("link", { name: "Mon casier" }).click();
  await tablet.getByRole("link", { name: "Quitter cet appareil" }).click();
  await tablet.getByRole("heading", { level: 1, name: "Quitter cet appareil" }).waitFor();
  await tablet.getByText("1 réponse pas encore envoyée").waitFor();
  await everywhere(tablet, "locker-leave");
  await walked(tablet, "locker-leave");
  const second = (await lockers())[1].id;
  await tablet.evaluate(async (other) => {
    const cache = await caches.open("biblio-exos-files");
    for (const name of ["both", "one"]) await cache.put(`/fichiers/${name}`, new Response(name));
    await new Promise((done) => {
      indexedDB.open("biblio-exos-casiers").onsuccess = ({ target: { result: db } }) => {
        const tx = db.transaction("files", "readwrite");
        tx.objectStore("files").put({ sha256: "both", lockers: ["1", other] });
        tx.objectStore("files").put({ sha256: "one", lockers: ["1"] });
        tx.oncomplete = () => { db.close(); done(); };
      };
    });
  }, second);
  await tablet.getByRole("button", { name: "Envoyer, puis quitter" }).click();
  await tablet.getByText("Pas de réseau").waitFor();
  await through(tablet, tablet.getByRole("button", { name: "Quitter, et le garder ici" }));
  await tablet.getByText("1 réponse pas encore envoyée").waitFor();
  const left = {};
  for (const store of ["books", "sheets", "drafts", "waiting"]) left[store] = (await stored(tablet, store)).length;
  equal(left, { books: 0, sheets: 0, drafts: 0, waiting: 2 }, "what is left of who has left");
  await chooses("Mouette");
  await tablet.getByText("Tu as quitté cet appareil").waitFor();
  await briefly(tablet, "locker-remains");
  await server("start");
  await through(tablet, tablet.getByRole("button", { name: "Envoyer maintenant" }));
  await tablet.getByRole("heading", { level: 1, name: "Qui travaille ?" }).waitFor();
  await yes(tablet, async () => (await indexedDB.databases()).filter((d) => d.name.startsWith("biblio-exos")).length === 2);
  equal((await lockers()).map((l) => l.id), [second], "lockers");
  const kept = await tablet.evaluate(async () => (await (await caches.open("biblio-exos-files")).keys()).map((r) => new URL(r.url).pathname));
  equal(kept, ["/fichiers/both"], "files, once the first has left");
});

await step("the teacher's board: who has it ready, when each device spoke, what waits", async () => {
  look(nadia);
  await nadia.goto(`${world.exos}/devoirs`);
  await through(nadia, nadia.getByRole("link", { name: "Révisions" }));
  await through(nadia, nadia.getByRole("link", { name: "Prêt sur les appareils" }));
  const row = nadia.locator("tr", { hasText: "Inès M." });
  await row.getByText("Prêt", { exact: true }).waitFor();
  must(/à \d+\sh\s\d+/.test(await row.innerText()), `no hour: ${await row.innerText()}`);
  await row.getByText("Tout est envoyé").waitFor();
  must((await nadia.locator("tr", { hasText: "Malo K." }).innerText()).includes("Aucun appareil"), "a device that was left is on the board");
  await everywhere(nadia, "board");
  await walked(nadia, "board");
});

await end();
