// Homework of ten exercises, done by one pupil with the server stopped, over two days, and by another online: the marks are the same, and
// their teacher reads when each answer was given.
import { end, equal, everywhere, look, must, person, step, through, walked, world } from "./lib.mjs";
import { answerAlike, arrive, giveToClass, server, stored, title } from "./workbook.mjs";

const hour = 3_600_000;
const claire = await person();
const nadia = await person();
const malo = await person();
const ines = await person();
const numbers = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
const days = {}; // by number, when it was done as the device's clock says
let homework = "";

const does = async (n) => {
  await malo.evaluate((to) => { location.hash = to; }, `#/${homework.split("/").pop()}/${n}`);
  await malo.getByRole("heading", { level: 1, name: `Exercice ${n}`, exact: true }).waitFor();
  await malo.locator("form[data-player]").waitFor();
  await answerAlike(malo);
  await malo.getByRole("button", { name: "Valider" }).first().click();
  await malo.locator("[data-work] .msg").waitFor();
  days[n] = await malo.evaluate(() => new Date().toLocaleDateString("fr-FR", { timeZone: "Europe/Paris", day: "2-digit", month: "2-digit", year: "numeric" }));
};

await step("a teacher gives ten exercises", async () => {
  await giveToClass(claire);
  await arrive(ines, "ines.marchal"); // so that her class is known
  await arrive(malo, "malo.kerbrat");
  await arrive(nadia, "nadia.aubry");
  await nadia.goto(`${world.exos}/devoirs/nouveau`);
  await nadia.fill("#titre", "Révisions");
  await nadia.getByText(title, { exact: true }).click();
  for (const n of numbers) await nadia.getByRole("checkbox", { name: new RegExp(`^Exercice ${n} :`) }).check();
  await nadia.getByRole("checkbox", { name: "5e B" }).first().check();
  await through(nadia, nadia.getByRole("button", { name: "Donner un devoir" }));
  homework = nadia.url().split("?")[0];
});

await step("a pupil makes a device theirs by one click, and takes them along", async () => {
  look(malo);
  await malo.goto(`${world.exos}/modules`);
  await through(malo, malo.getByRole("link", { name: "Ouvrir dans Biblio Exos" }));
  await malo.getByRole("button", { name: "Télécharger Révisions" }).click();
  await malo.getByText(/^Prêt, /).waitFor();
  await malo.evaluate(() => navigator.serviceWorker.ready);
});

await step("the server is stopped, the app is read anew, and five are done; the next day the other five", async () => {
  await server("stop");
  await malo.reload();
  await malo.getByRole("link", { name: "Révisions" }).waitFor();
  for (const n of numbers.slice(0, 5)) await does(n);
  await malo.clock.install({ time: Date.now() + 24 * hour });
  await malo.reload();
  await malo.getByText("5 réponses pas encore envoyées").waitFor();
  for (const n of numbers.slice(5)) await does(n);
  await malo.getByText("10 réponses pas encore envoyées").waitFor();
  must(days[1] !== days[6], `all was done on ${days[1]}`);
});

await step("the server is back, later that day, and all is sent", async () => {
  await server("start-30-hours-later");
  await malo.clock.setSystemTime(Date.now() + 30 * hour);
  await malo.evaluate(() => dispatchEvent(new Event("online")));
  await malo.getByText("pas encore envoyées").waitFor({ state: "detached" });
  equal((await stored(malo, "waiting")).length, 0, "acts that wait");
});

await step("another pupil does the same online", async () => {
  look(ines);
  await ines.context().clearCookies(); // of yesterday
  await arrive(ines, "ines.marchal");

  for (const n of numbers) {
    await ines.goto(`${homework}/exercices/${n}`);
    await ines.locator("form[data-open]").waitFor();
    await answerAlike(ines);
    await ines.getByRole("button", { name: "Valider" }).first().click();
    await ines.locator("[data-result]").waitFor();
  }
});

await step("their teacher finds the same marks", async () => {
  look(nadia);
  await nadia.context().clearCookies();
  await arrive(nadia, "nadia.aubry");
  await nadia.goto(homework);
  await nadia.locator("tbody th [data-sub]", { hasText: "Malo K." }).waitFor();
  const cells = (name) => nadia.locator("table.live tr", { hasText: name }).locator("td:not(.know)").allInnerTexts();
  const [away, online] = [await cells("Malo K."), await cells("Inès M.")];
  must(away.length === 11 && away.some((c) => /[1-9]/.test(c)), `marks of what was done away: ${away}`);
  equal(away, online, "marks of what was done away, and online");
});

await step("and when each answer was given, and how that is known", async () => {
  await through(nadia, nadia.getByRole("link", { name: "Heure des réponses" }));
  const of = (name) => nadia.locator("section.panel", { hasText: name }).locator("tbody tr");
  await nadia.locator("h2", { hasText: "Malo K." }).waitFor();
  equal(await of("Malo K.").count(), 10, "answers that were given away");
  for (const n of numbers) {
    const text = (await of("Malo K.").nth(n - 1).innerText()).replaceAll("\u00a0", " ");
    must(text.includes(`Exercice ${n} :`) && text.includes(days[n]) && text.includes("Hors connexion, d’après l’appareil"), `given on ${days[n]}: ${text}`);
  }
  for (const text of await of("Inès M.").allInnerTexts()) must(text.includes("En ligne"), text);
  await everywhere(nadia, "times");
  await walked(nadia, "times");
});

await end();
