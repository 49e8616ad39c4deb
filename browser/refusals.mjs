// What goes wrong on a device: no room, a right that was altered, content that was altered, a lease that ran out, a module that is taken
// back, a device that is lost. Where it matters the server is stopped. No answer that was kept is lost, and the teacher reads of it.
import { briefly, end, equal, everywhere, look, must, person, step, through, walked, world, yes } from "./lib.mjs";
import { arrive, giveToClass, server, stored, title } from "./workbook.mjs";

const claire = await person();
const nadia = await person();
const malo = await person();
let module = "";

/** Changes what the app's database holds, as somebody may who has the device in hand. */
const meddle = (store, how) => malo.evaluate(([name, body]) => new Promise((done, fail) => {
  const change = new Function("it", body);
  indexedDB.open("biblio-exos").onsuccess = ({ target: { result: db } }) => {
    const tx = db.transaction(name, "readwrite");
    tx.objectStore(name).openCursor().onsuccess = ({ target: { result: at } }) => {
      if (!at) return;
      const it = at.value;
      if (change(it)) at.update(it);
      at.continue();
    };
    tx.oncomplete = () => { db.close(); done(); };
    tx.onerror = () => { fail(tx.error); };
  };
}), [store, how]);
const count = async (store) => (await stored(malo, store)).length;
const go = (to) => malo.evaluate((hash) => { location.hash = hash; }, to);
const exercise = async (n) => {
  await go(`#/${module}/${n}`);
  await malo.getByRole("heading", { level: 1, name: `Exercice ${n}`, exact: true }).waitFor();
  await malo.locator("form[data-player]").waitFor();
};
const answer = () => malo.locator("form[data-player]").evaluate((form) => {
  for (const c of form.querySelectorAll("select")) c.value = [...c.options].map((o) => o.value).filter(Boolean)[0];
  for (const c of form.querySelectorAll("input[type=text]")) c.value = "mot";
  form.querySelector("input[type=radio], input[type=checkbox]")?.click();
  form.dispatchEvent(new Event("change", { bubbles: true }));
});
const submit = () => malo.getByRole("button", { name: "Valider" }).first().click();
const sent = () => malo.getByText(/pas encore envoyée/).waitFor({ state: "detached" });
const back = () => malo.evaluate(() => dispatchEvent(new Event("online")));

await step("no room: a download stops and says so, and goes on once there is some", async () => {
  await giveToClass(claire);
  module = (await arrive(malo, "malo.kerbrat")).split("/").pop();
  look(malo);
  await malo.goto(`${world.exos}/appli/`);
  await malo.getByRole("button", { name: `Télécharger ${title}` }).waitFor();
  await malo.evaluate(() => navigator.serviceWorker.ready);
  const take = malo.getByRole("button", { name: new RegExp(`^(Télécharger|Reprendre) ${title}`) });
  await malo.evaluate(() => { // what the browser grants is not enough
    const estimate = navigator.storage.estimate.bind(navigator.storage);
    navigator.storage.estimate = async () => ({ usage: 1000, quota: 2000 });
    globalThis.granted = () => { navigator.storage.estimate = estimate; };
  });
  await take.click();
  await malo.getByText("Il n’y a plus assez de place sur cet appareil").waitFor();
  equal(await count("sheets"), 0, "exercises that are here");
  await everywhere(malo, "app-full");
  await malo.evaluate(() => { // enough is granted, and the disk is full half-way
    globalThis.granted();
    const put = IDBObjectStore.prototype.put;
    let left = 5;
    IDBObjectStore.prototype.put = function few(...args) {
      if (this.name !== "sheets" || left-- > 0) return put.apply(this, args);
      globalThis.refused = true;
      this.transaction.abort();
      throw new DOMException("", "QuotaExceededError");
    };
    globalThis.roomAgain = () => { IDBObjectStore.prototype.put = put; };
  });
  await take.click();
  await malo.waitForFunction(() => globalThis.refused);
  await malo.locator("progress").waitFor();
  await malo.getByText("Il n’y a plus assez de place sur cet appareil").waitFor();
  equal(await count("sheets"), 5, "exercises that are here");
  await malo.evaluate(() => { globalThis.roomAgain(); });
  await take.click();
  await malo.getByText(/^Prêt, /).waitFor();
});

await step("no room for an answer: it stays on the page, it is said, and it is taken the second time", async () => {
  await server("stop");
  await malo.reload();
  await exercise(1);
  await answer();
  await malo.evaluate(() => { // a disk that is full, as the browser says it: not every store is counted against a quota at once
    const add = IDBObjectStore.prototype.add;
    IDBObjectStore.prototype.add = function full() { this.transaction.abort(); throw new DOMException("", "QuotaExceededError"); };
    globalThis.roomAgain = () => { IDBObjectStore.prototype.add = add; };
  });
  await submit();
  await malo.getByText("Ta réponse n’a pas pu être gardée").waitFor();
  equal(await count("waiting"), 0, "acts of an answer that was not kept");
  await briefly(malo, "app-answer-full");
  await malo.evaluate(() => { globalThis.roomAgain(); });
  await submit();
  await malo.locator("[data-work] .msg", { hasText: "provisoire" }).waitFor();
  await malo.getByText("1 réponse pas encore envoyée").waitFor();
  equal(await count("waiting"), 2, "acts that wait: opened and answered");
});

await step("with the server stopped, content that was altered is refused", async () => {
  const { sha256 } = (await stored(malo, "books"))[0].exercises.find((e) => e.number === 2);
  await meddle("sheets", `if (it.sha256 !== "${sha256}") return false; it.html = it.html.replace("<form", "<p>Triche</p><form"); return true;`);
  await go(`#/${module}`);
  await go(`#/${module}/2`);
  await malo.getByText("Ce contenu n’est plus celui qui a été téléchargé").waitFor();
  equal(await malo.getByText("Triche").count(), 0, "what was altered is drawn");
  await everywhere(malo, "app-altered");
  await malo.reload();
  await malo.getByText("Triche").waitFor({ state: "detached" });
});

await step("a lease that was lengthened by hand is no right, and what is kept stays to be sent", async () => {
  const lengthen = () => meddle("books", "it.entitlement.lease += 1e9; it.entitlement.exp = 0; return true;");
  const [{ entitlement, token }] = await stored(malo, "books");
  await lengthen();
  await go("#/"); // the shelf believes it no more than the module does
  await malo.getByText("pas de droit hors connexion valable").waitFor();
  equal(await malo.getByRole("link", { name: title }).count(), 0, "links to a module whose right nobody signed");
  await meddle("books", `Object.assign(it, ${JSON.stringify({ entitlement, token })}); return true;`);
  await go(`#/${module}`);
  await malo.getByRole("link", { name: /^Exercice 1 :/ }).waitFor();
  await lengthen();
  await go(`#/${module}/1`);
  await malo.getByText("pas de droit hors connexion valable").waitFor();
  must(!await malo.locator("form[data-player]").count(), "the module opens by a right that nobody signed");
  equal(await count("waiting"), 2, "acts that wait");
});

await step("the server is back: the answer counts, the module is whole again, and the teacher reads of both", async () => {
  await server("start");
  await back();
  await sent();
  await go("#/");
  await malo.getByRole("button", { name: `Reprendre ${title}` }).click();
  await malo.getByText(/^Prêt, /).waitFor();
  await exercise(3);
  await arrive(nadia, "nadia.aubry");
  await nadia.goto(`${world.exos}/hors-ligne/eleves`);
  await nadia.getByText("Un droit hors connexion a été modifié sur l’appareil").waitFor();
  await nadia.getByText("Un contenu a été modifié sur l’appareil").first().waitFor();
  await everywhere(nadia, "away-altered");
  await walked(nadia, "away-altered");
});

await step("a backup is put back and an act is damaged: all the rest is sent, the damaged one is set aside, and both are told", async () => {
  const self = async () => (await malo.evaluate(() => new Promise((done) => {
    indexedDB.open("biblio-exos").onsuccess = ({ target: { result: db } }) => {
      db.transaction("self").objectStore("self").get("self").onsuccess = ({ target: { result } }) => { db.close(); done({ seq: result.seq, prev: result.prev }); };
    };
  })));
  look(malo);
  await exercise(5);
  const before = await self();
  await answer();
  await submit();
  await yes(malo, (was) => new Promise((done) => {
    indexedDB.open("biblio-exos").onsuccess = ({ target: { result: db } }) => {
      const tx = db.transaction(["self", "waiting"]);
      const [me, waits] = [tx.objectStore("self").get("self"), tx.objectStore("waiting").count()];
      tx.oncomplete = () => { db.close(); done(me.result.seq > was && waits.result === 0); };
    };
  }), before.seq);
  await server("stop");
  await meddle("self", `it.seq = ${before.seq}; it.prev = "${before.prev}"; return true;`);
  for (const n of [6, 7]) {
    await exercise(n);
    await answer();
    await submit();
    await malo.locator("[data-work] .msg", { hasText: /provisoire|gardée/ }).waitFor();
  }
  const waiting = await stored(malo, "waiting");
  const damaged = waiting.filter((w) => w.kind === "answered")[0].seq;
  await meddle("waiting", `if (it.seq !== ${damaged}) return false; it.text = it.text.slice(0, -9); return true;`);
  await server("start");
  await back();
  await sent();
  equal((await stored(malo, "waiting")).filter((w) => !w.aside).length, 0, "acts that wait");
  await go("#/");
  await malo.getByText("1 réponse est mise de côté.").waitFor();
  await everywhere(malo, "app-aside");
  await go("#/remettre");
  await malo.getByRole("button", { name: "Faire le fichier" }).waitFor();
  await go("#/");
  look(nadia);
  await nadia.goto(`${world.exos}/hors-ligne/eleves`);
  await nadia.getByText("L’appareil a déjà envoyé autre chose sous ce numéro").first().waitFor();
});

await step("after its lease, with the server stopped, a module closes; the answer of before is sent", async () => {
  look(malo);
  await server("stop");
  await exercise(4);
  await answer();
  await submit();
  await malo.locator("[data-work] .msg", { hasText: "provisoire" }).waitFor();
  await malo.clock.install({ time: Date.now() + 40 * 24 * 3600 * 1000 });
  await malo.reload();
  await malo.getByText("Cet appareil ne s’est pas connecté depuis trente jours").waitFor();
  await go(`#/${module}/5`);
  equal(await malo.locator("form[data-player]").count(), 0, "exercises that open after the lease");
  await briefly(malo, "app-lease");
  await server("start");
  await back();
  await sent();
});

await step("a device that is lost: its teacher takes it back, its content goes at the next contact", async () => {
  look(nadia);
  await nadia.goto(`${world.exos}/hors-ligne/eleves`);
  await through(nadia, nadia.getByRole("button", { name: /^Retirer/ }).first());
  look(malo);
  await malo.reload();
  await malo.getByText("Cet appareil a été retiré").waitFor();
  equal(await count("sheets"), 0, "exercises on a lost device");
  equal(await count("programs"), 0, "keys on a lost device");
});

await end();
