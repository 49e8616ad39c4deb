// The program for computers: opened on a computer where the pupil is signed in, made theirs by one click, a module taken along; then the
// server is stopped, the program is closed and opened again in a browser that has kept nothing, and exercises are done.
import { briefly, end, equal, everywhere, look, must, person, step, through, walked, world, yes } from "./lib.mjs";
import { answerSomething, arrive, server } from "./workbook.mjs";

const page = await person();
look(page);

await step("without its start address, the program lets nobody in", async () => {
  const start = new URL(world.program);
  await page.goto(`${start.origin}/appli/`);
  await page.getByText("dans un seul navigateur à la fois").waitFor();
  await briefly(page, "program-door");
});

await step("the door says « Avec ENT » and « Sans ENT », and asks for no password", async () => {
  await page.goto(`${world.exos}/`);
  await page.getByRole("heading", { name: "Sans ENT" }).waitFor();
  equal(await page.locator("main input").count(), 0, "fields of the door");
  await everywhere(page, "door");
  await walked(page, "door");
  await through(page, page.getByRole("link", { name: "Identifiant et mot de passe" }));
  await page.getByText("Il n’y a pas ici de comptes").waitFor(); // the demonstration's schools have a portal
  await briefly(page, "door-none");
});

await step("the page that installs explains this system first, and offers the program", async () => {
  await arrive(page, "malo.kerbrat");
  await page.goto(`${world.exos}/hors-ligne`);
  equal(await page.locator("ul.ways h3").first().innerText(), "Linux\nCet appareil", "the first system");
  await walked(page, "install");
  await page.getByText("empreintes SHA-256").click();
  await everywhere(page, "install");
  const href = await page.getByRole("link", { name: /^Linux, / }).getAttribute("href");
  const got = await page.evaluate(async (from) => { const answer = await fetch(from); return [answer.status, (await answer.blob()).size]; }, href);
  equal(got, [200, 15_000_000], "the program that is downloaded");
});

await step("an iPad, which says that it is a Mac, is explained as what it is", async () => {
  const first = async (fingers) => {
    const window = await page.context().newPage();
    await window.addInitScript((n) => Object.defineProperty(navigator, "maxTouchPoints", { get: () => n }), fingers);
    await (await page.context().newCDPSession(window)).send("Emulation.setUserAgentOverride", // Safari's, and without the hints that it does not give
      { userAgent: "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15", platform: "MacIntel" });
    await window.goto(`${world.exos}/hors-ligne`);
    const said = [await window.locator("ul.ways h3").first().innerText(), await window.locator("[data-ipad]").count(), await window.locator("ul.ways .tag").count()];
    await window.close();
    return said;
  };
  equal(await first(5), ["iPhone et iPad\nCet appareil", 0, 1], "a screen that takes five fingers");
  equal(await first(0), ["Mac\nCet appareil", 1, 1], "one that takes none");
});

await step("one click on the site makes the program the pupil's", async () => {
  await page.goto(world.program);
  await page.getByLabel("Code d’ouverture").waitFor();
  await everywhere(page, "program-new");
  await through(page, page.getByRole("link", { name: "Se connecter, ou prendre un code" }));
  await page.getByRole("heading", { name: "Ouvrir sur cet ordinateur" }).waitFor();
  await everywhere(page, "pair");
  await walked(page, "pair");
  await through(page, page.getByRole("button", { name: "C’est mon programme, l’ouvrir" }));
  await page.getByRole("heading", { name: "À emporter" }).waitFor();
  must(page.url().startsWith(new URL(world.program).origin), `we are at ${page.url()}`);
  must(!page.url().includes("code="), "the code stays in the address");
});

await step("a module is taken along", async () => {
  await page.getByRole("button", { name: "Télécharger Le labo de grammaire 5e" }).click();
  await page.getByText(/^Prêt, /).waitFor();
  await everywhere(page, "program-shelf");
  equal(await page.evaluate(async () => [(await indexedDB.databases()).length, (await caches.keys()).length, (await navigator.serviceWorker.getRegistrations()).length]), [0, 0, 0], "what the browser keeps");
});

const other = await person();
await step("server stopped, program opened again in another browser: all is there, and exercises are done", async () => {
  look(other);
  await server("stop");
  const start = await server("restart-program");
  await other.goto(start);
  await other.getByRole("link", { name: "Le labo de grammaire 5e" }).click();
  for (let n = 1; n <= 3; n++) {
    await other.getByRole("link", { name: new RegExp(`^Exercice ${n} :`) }).click();
    await other.getByRole("heading", { level: 1, name: `Exercice ${n}`, exact: true }).waitFor();
    await answerSomething(other);
    await other.getByRole("button", { name: "Valider" }).first().click();
    await other.getByText("pas encore envoyée").first().waitFor();
    await other.getByRole("link", { name: "Retour au module" }).click();
  }
  await other.getByText("3 réponses pas encore envoyées").waitFor();
  await briefly(other, "program-contents");
  await other.getByRole("link", { name: /^Exercice 4 :/ }).click();
  await other.locator(`input[name="r.R2"]`).fill("à demi");
  await yes(other, async () => { // in the program, and the answered exercises' are gone
    const kept = await (await fetch("/programme/magasin/drafts")).json();
    return kept.length === 1 && JSON.stringify(kept).includes("à demi");
  });
  await other.getByRole("link", { name: "Retour au module" }).click();
});

await step("the program closed: its page says that it keeps nothing any more, and an answer stays on it", async () => {
  await other.getByRole("link", { name: /^Exercice 2 :/ }).click();
  await other.getByRole("heading", { level: 1, name: "Exercice 2", exact: true }).waitFor();
  await answerSomething(other, "nom");
  await server("end-program");
  await other.getByRole("button", { name: "Valider" }).first().click();
  await other.locator("form[data-player]").getByText("Le programme Biblio Exos est fermé").waitFor();
  equal(await other.getByText("Enregistrement…").count(), 0, "said to be under way");
  await other.getByRole("link", { name: "Retour au module" }).click();
  await other.locator("[data-gone]").waitFor();
  await briefly(other, "program-closed");
});

await step("the program killed in mid-work has kept what was shown as kept", async () => {
  const start = await server("restart-program");
  await other.goto(start);
  await other.getByText("3 réponses pas encore envoyées").waitFor();
  await other.getByRole("link", { name: "Le labo de grammaire 5e" }).click();
  await other.getByRole("link", { name: /^Exercice 4 :/ }).click();
  const field = other.locator(`input[name="r.R2"]`);
  await field.waitFor();
  equal(await field.inputValue(), "à demi", "what was typed and not answered");
  equal(await other.evaluate(() => Object.keys(localStorage).filter((k) => /^exos\.(draft|ink|state)/.test(k))), [], "what of it is in the browser");
  await other.evaluate(() => { location.hash = "#/"; });
});

await step("it shows a receipt, which leads to the server, and makes a file", async () => {
  await other.getByRole("link", { name: "Le labo de grammaire 5e" }).click();
  await other.getByRole("link", { name: "Montrer mon reçu" }).click();
  await other.getByText("3 exercices faits sur cet appareil").waitFor();
  equal((await other.locator(".join-code").innerText()).replaceAll(/\s/g, "").length, 20, "signs to type");
  equal(await other.locator("[data-app]").getAttribute("data-server"), world.exos, "where its picture leads");
  await briefly(other, "program-receipt");
  await other.getByRole("link", { name: "Remettre un fichier" }).click();
  const [file] = await Promise.all([other.waitForEvent("download"), other.getByRole("button", { name: "Faire le fichier" }).click()]);
  must(/^remise-[0-9a-f]{8}\.exos$/.test(file.suggestedFilename()), `the file is called ${file.suggestedFilename()}`);
  await other.getByText("Fichier fait").waitFor();
  await other.getByRole("link", { name: "Retour à mes contenus" }).click();
});

await step("the server is back: all is sent, and marked", async () => {
  await server("start");
  await other.evaluate(() => dispatchEvent(new Event("online")));
  await other.getByText("pas encore envoyées").waitFor({ state: "detached" });
  await other.getByRole("link", { name: "Le labo de grammaire 5e" }).click();
  const rows = other.locator("ol.away > li");
  for (let n = 0; n < 3; n++) must(/ sur /.test(await rows.nth(n).locator(".st").innerText()), `exercise ${n + 1} has no mark`);
});

await step("the computer is among the pupil's devices, and is taken back", async () => {
  look(page);
  await page.goto(`${world.exos}/hors-ligne`);
  await through(page, page.getByRole("button", { name: /^Retirer/ }).first());
  look(other);
  await other.reload();
  await other.getByText("Cet appareil a été retiré").waitFor();
  equal(await other.getByText(/^Prêt, /).count(), 0, "contents of an ended device");
  equal(await other.evaluate(async () => (await fetch("/programme/magasin/drafts")).json()), [], "drafts of what is not there any more");
});

await end();
