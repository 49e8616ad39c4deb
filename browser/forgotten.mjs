// A server that was put back to how it was before knows nothing of the devices that came since. On one of them a pupil who has left waits to
// send: nobody takes their answers as they are signed, none of them goes, and whose they are sends them in their name.
import { briefly, end, equal, everywhere, look, must, person, step, through, walked, world } from "./lib.mjs";
import { arrive, giveToClass, server, stored, title } from "./workbook.mjs";

const claire = await person();
const tablet = await person();
let module = "";

const lockers = () => stored(tablet, "lockers", "biblio-exos-casiers");
const opens = async (login) => {
  await tablet.context().clearCookies();
  module = (await arrive(tablet, login)).split("/").pop();
  await tablet.goto(`${world.exos}/modules`);
  await through(tablet, tablet.getByRole("link", { name: "Ouvrir dans Biblio Exos" }));
  await tablet.getByRole("button", { name: `Télécharger ${title}` }).waitFor();
};
const answer = async (n) => {
  await tablet.evaluate((to) => { location.hash = to; }, `#/${module}/${n}`);
  await tablet.getByRole("heading", { level: 1, name: `Exercice ${n}`, exact: true }).waitFor();
  await tablet.locator("form[data-player]").evaluate((form) => {
    for (const c of form.querySelectorAll("select")) c.value = [...c.options].map((o) => o.value).filter(Boolean)[0];
    for (const c of form.querySelectorAll("input[type=text]")) c.value = "mot";
    form.querySelector("input[type=radio], input[type=checkbox]")?.click();
    form.dispatchEvent(new Event("change", { bubbles: true }));
  });
  await tablet.getByRole("button", { name: "Valider" }).first().click();
  await tablet.locator("[data-work] .msg").waitFor();
};
/** Leaves with answers that are not sent. */
const leaves = async () => {
  await tablet.evaluate(() => { location.hash = "#/depart"; });
  await through(tablet, tablet.getByRole("button", { name: "Quitter, et le garder ici" }));
  await tablet.getByRole("heading", { level: 1, name: "Qui travaille ?" }).waitFor();
};
const chooses = (n) => tablet.locator(".lockers button").nth(n).click();
const waits = () => tablet.getByText("Biblio Exos ne connaît plus cet appareil").waitFor();

await step("two pupils have lockers on a tablet, and leave with answers that are not sent", async () => {
  await giveToClass(claire);
  look(tablet);
  await arrive(tablet, "malo.kerbrat"); // so that the server knows them, and not the tablet, when it is copied
  await tablet.context().clearCookies();
  await arrive(tablet, "ines.marchal");
  await server("stop");
  await server("copy");
  await server("start");
  for (const login of ["malo.kerbrat", "ines.marchal"]) {
    await opens(login);
    await tablet.getByRole("button", { name: `Télécharger ${title}` }).click();
    await tablet.getByText(/^Prêt, /).waitFor();
  }
  await server("stop");
  await answer(3);
  await leaves();
  await chooses(0);
  await tablet.getByText(/^Prêt, /).waitFor();
  await answer(1);
  await answer(2);
  await leaves();
  equal((await lockers()).map((l) => [l.left, l.unsent]), [[true, 2], [true, 1]], "lockers that were left");
});

await step("the server is put back to before: the locker says what is so, and no answer is gone", async () => {
  await server("put-back");
  await server("start");
  await chooses(0);
  await waits();
  await tablet.getByText("2 réponses pas encore envoyées").waitFor();
  equal((await stored(tablet, "waiting")).length, 4, "acts that wait: twice opened, twice answered");
  equal(await tablet.getByText("Cet appareil a été retiré").count(), 0, "what is said of a device that was taken back");
  await everywhere(tablet, "app-stranded");
  await walked(tablet, "app-stranded");
  await tablet.reload(); // it is so the next time, too
  await waits();
  await tablet.getByRole("link", { name: "Les casiers de cet appareil" }).click();
  await tablet.getByText("2 réponses pas encore envoyées").waitFor();
  equal((await lockers()).map((l) => l.unsent), [2, 1], "counters");
});

await step("nobody is signed in: they stay; their pupil signs in, takes them over, and they count", async () => {
  await tablet.context().clearCookies();
  await chooses(0);
  await waits();
  await tablet.getByRole("button", { name: "Ce sont les miennes, les reprendre" }).click();
  await tablet.getByText("Personne n’est connecté à Biblio Exos sur cet appareil").waitFor();
  equal((await stored(tablet, "waiting")).length, 4, "acts that wait");
  await arrive(tablet, "malo.kerbrat");
  await tablet.goto(`${world.exos}/appli/#/qui`);
  await chooses(0);
  await waits();
  await through(tablet, tablet.getByRole("button", { name: "Ce sont les miennes, les reprendre" })); // sent, a locker that was left goes
  await tablet.getByRole("heading", { level: 1, name: "Qui travaille ?" }).waitFor();
  equal((await lockers()).map((l) => l.unsent), [1], "the other’s locker stays");
  for (const n of [1, 2]) {
    await tablet.goto(`${world.exos}/modules/${module}/exercices/${n}`);
    must(/ sur \d/.test(await tablet.locator("[data-result]").innerText()), `exercise ${n} has no mark`);
  }
});

await step("an answer that nobody can take over is erased by who opens its locker, and not by one touch", async () => {
  await tablet.goto(`${world.exos}/appli/#/qui`);
  await chooses(0);
  await waits();
  await tablet.getByRole("link", { name: "Effacer ces réponses" }).click();
  await tablet.getByText("Effacées, elles sont perdues").waitFor();
  await briefly(tablet, "app-stranded-erase");
  await tablet.getByRole("link", { name: "Les garder" }).click();
  await waits();
  equal((await stored(tablet, "waiting", (await lockers())[0].database)).length, 2, "acts that wait");
  await tablet.getByRole("link", { name: "Effacer ces réponses" }).click();
  await through(tablet, tablet.getByRole("button", { name: "Effacer pour toujours" }));
  await tablet.getByLabel("Code d’ouverture").waitFor();
  equal((await lockers()).map((l) => [l.device ?? "", l.unsent]), [["", 0]], "lockers");
});

await end();
