// The Médiacentre: a pupil stars, finds and narrows; a teacher sees as a pupil of a class and pins; the pupil finds the pin, without script
// too. Every page is checked in both themes, on a desk and on a phone.
import { end, equal, everywhere, must, person, signIn, step, through, until, walked, world } from "./lib.mjs";

const desk = `${world.broker}/mediacentre`;
const malo = await person();
const nadia = await person();
const english = await person({ locale: "en-GB" });
const plain = await person({ script: false });

const titles = (page) => page.locator("#h-all ~ .cards h3").allInnerTexts();

await step("what a pupil has, with who gave it", async () => {
  await signIn(malo, "malo.kerbrat");
  await malo.goto(desk);
  must((await titles(malo)).length > 1, "Malo has nothing to choose from");
  await everywhere(malo, "desk");
  await walked(malo, "desk");
});

let starred = "";
await step("a star keeps a resource at hand", async () => {
  starred = (await titles(malo))[0];
  const star = malo.getByRole("button", { name: `Favori : ${starred}` });
  await through(malo, star);
  equal(await star.getAttribute("aria-pressed"), "true", "the star");
  await through(malo, malo.getByRole("link", { name: "Favoris", exact: true }));
  equal(await titles(malo), [starred], "the favourites");
  await everywhere(malo, "desk-favourites");
});

await step("what was opened is found again", async () => {
  await malo.goto(`${desk}?vue=recentes`);
  must((await malo.locator("main").innerText()).includes("Rien d’ouvert récemment"), "something was opened");
  await everywhere(malo, "desk-recent-none");
  await malo.goto(`${world.broker}/acces/${world.workbook}`);
  await malo.goto(`${desk}?vue=recentes`);
  equal((await titles(malo)).length, 1, "what was opened");
});

await step("slips are forgiven, and a list is as good as cards", async () => {
  await malo.goto(desk);
  await malo.fill("#q", "garmmaire ");
  await through(malo, malo.getByRole("button", { name: "Chercher" }));
  must((await titles(malo))[0].includes("grammaire"), "the slip finds nothing");
  await through(malo, malo.getByRole("link", { name: "En liste" }));
  equal(new URL(malo.url()).searchParams.get("q"), "garmmaire", "the words after another layout");
  await everywhere(malo, "desk-list");
});

await step("a teacher sees as a pupil of a class, and pins", async () => {
  await signIn(nadia, "nadia.aubry");
  await nadia.goto(desk);
  await everywhere(nadia, "desk-teacher");
  await through(nadia, nadia.getByRole("link", { name: "5e B", exact: true }));
  await everywhere(nadia, "desk-class");
  await walked(nadia, "desk-class", 90);
  const pin = nadia.locator(".of-class", { hasText: "Le labo de grammaire 5e" });
  await pin.locator("input[type=text]").fill("pour jeudi");
  await through(nadia, pin.getByRole("button", { name: /^Épingler/ }));
  must((await pin.innerText()).includes("pour jeudi"), "nothing is pinned");
  await everywhere(nadia, "desk-class-pinned");
});

await step("the pupil finds the pin, without script too", async () => {
  for (const [page, name] of [[malo, "desk-pinned"], [plain, ""]]) {
    if (name === "") await signIn(page, "malo.kerbrat");
    await page.goto(desk);
    must((await page.locator(".pins").innerText()).includes("pour jeudi"), "the pin is not there");
    if (name !== "") await everywhere(page, name);
  }
  await plain.goto(`${desk}?vue=favoris`);
  await through(plain, plain.getByRole("button", { name: `Favori : ${starred}` }));
  must((await plain.locator("main").innerText()).includes("Aucun favori"), "the star is still on");
});

await step("without a network the Médiacentre leads to what opens without one, and comes back with it", async () => {
  await malo.goto(desk);
  await until(() => malo.evaluate(async () => (await (await caches.open("mediacentre-hors-connexion")).keys()).some((k) => k.url.includes("hors-connexion?v=")) &&
    navigator.serviceWorker.controller !== null), "the page for when there is no network is not kept");
  await malo.context().setOffline(true);
  await malo.goto(`${desk}?q=grammaire`);
  const text = await malo.locator("body").innerText();
  must(text.includes("Pas de réseau") && !text.includes("Malo") && !text.includes("grammaire"), text);
  const app = malo.getByRole("link", { name: /Ouvrir l’application/ });
  equal(await app.getAttribute("href"), `${world.exos}/appli/`, "where the program is");
  must(await app.evaluate((a) => getComputedStyle(a).display !== "inline"), "the page has lost its looks");
  await malo.context().setOffline(false);
  await through(malo, malo.getByRole("link", { name: "Essayer de nouveau" }));
  must((await titles(malo)).length > 1, "the desk does not come back");
  await malo.goto(`${desk}/hors-connexion`);
  await everywhere(malo, "desk-away");
});

await step("in English", async () => {
  await signIn(english, "nadia.aubry");
  await english.goto(desk);
  await english.locator("[data-preferences] summary").click();
  await through(english, english.getByRole("button", { name: "English" }));
  await english.goto(desk);
  await everywhere(english, "desk-english");
  await through(english, english.getByRole("link", { name: "5e B", exact: true }));
  await everywhere(english, "desk-class-english");
});

await end();
