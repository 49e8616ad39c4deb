// The demonstration's workbook, as journeys begin that work in it: it is the class's, who holds it comes in by its card, and where the
// server can be stopped it is told so.
import { look, must, signIn, through, world, yes } from "./lib.mjs";

export const title = "Le labo de grammaire 5e";

/** Comes in by its card's own address, and returns the address of its module. */
export async function arrive(page, login) {
  look(page);
  await signIn(page, login);
  await page.goto(`${world.broker}/acces/${world.workbook}`);
  await page.waitForURL(/\/modules\/[^/]+$/);
  return page.url();
}

/** Signs the school's manager in, who gives it to the pupils and the teachers of 5e B. */
export async function giveToClass(manager) {
  await signIn(manager, "claire.vasseur");
  const press = (name) => through(manager, manager.getByRole("button", { name }).or(manager.getByRole("link", { name })).first());
  for (const who of [/^Élèves/, /^Enseignants/]) {
    await manager.goto(`${world.broker}/affectation/${world.school}/ressources?q=le+labo+de+grammaire`);
    await through(manager, manager.getByRole("link", { name: title }).first());
    if (who.test("Enseignants")) await press(who);
    await manager.getByRole("checkbox", { name: /^5e B / }).check();
    await press("Voir le plan");
    await press(/^Attribuer \d+ exemplaires?/);
    await manager.locator("main .msg-green").waitFor();
  }
}

/** What a database of the app's holds on a page's device: all of one store. */
export const stored = (page, store, database = "biblio-exos") => page.evaluate(([name, at]) => new Promise((done, fail) => {
  const asked = indexedDB.open(name);
  asked.onerror = fail;
  asked.onsuccess = ({ target: { result: db } }) => {
    db.transaction(at).objectStore(at).getAll().onsuccess = (e) => { db.close(); done(e.target.result); };
  };
}), [database, store]);

/** Waits until so many drafts are kept in the app's database on a page's device: they are written behind the hand. */
export const drafts = (page, n, database = "biblio-exos") => yes(page, ([name, n]) => new Promise((done, fail) => {
  const asked = indexedDB.open(name);
  asked.onerror = fail;
  asked.onsuccess = ({ target: { result: db } }) => {
    db.transaction("drafts").objectStore("drafts").count().onsuccess = (e) => { db.close(); done(e.target.result === n); };
  };
}), [database, n]);

/** Tells the journey's Go side to do something with a server, and returns what it says. */
export async function server(what) {
  const answer = await fetch(`${world.control}/${what}`, { method: "POST" });
  const text = await answer.text();
  must(answer.ok, `${what}: ${text}`);
  return text.trim();
}

/** Answers something in the sheet that is open, right or wrong. */
export const answerSomething = (page, text = "mot") => page.locator("form[data-player]").evaluate((form, text) => {
  for (const c of form.querySelectorAll("[name^='r.']")) {
    if (c.type === "radio" || c.type === "checkbox") c.checked = true;
    else if (c.tagName === "SELECT") c.value = [...c.options].map((o) => o.value).find(Boolean);
    else if (c.type === "text") c.value = text;
  }
  form.dispatchEvent(new Event("change", { bubbles: true }));
}, text);

/** Answers what stands in the sheet, the same whatever its draw: by values, not by places. */
export const answerAlike = (page) => page.locator("form[data-player]").evaluate((form) => {
  for (const list of form.querySelectorAll("ol[data-order]")) {
    const value = (li) => li.querySelector("input[type=hidden]").value;
    list.append(...[...list.children].sort((a, b) => (value(a) < value(b) ? -1 : 1)));
  }
  const names = new Set([...form.querySelectorAll("[name^='r.']")].map((c) => c.name));
  for (const name of names) {
    const controls = [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)];
    const ticked = controls.filter((c) => c.type === "radio" || c.type === "checkbox").sort((a, b) => (a.value < b.value ? -1 : 1));
    if (ticked.length > 0) ticked[0].checked = true;
    for (const c of controls) {
      if (c.tagName === "SELECT") c.value = [...c.options].map((o) => o.value).filter(Boolean).sort()[0];
      else if (c.type === "text") c.value = "mot";
    }
  }
  form.dispatchEvent(new Event("change", { bubbles: true }));
});
