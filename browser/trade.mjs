// Booksellers and distributors: a sign-in of their own, a bookseller's basket for a school that took it, a distributor's delivery in parts.
import { comeIn, password } from "./guest.mjs";
import { end, everywhere, look, must, person, step, through, walked, world } from "./lib.mjs";

const basile = look(await person()), aude = await person({ locale: "en-GB" });
const main = async (page) => (await page.locator("main").innerText()).replace(/\s+/g, " ");

await step("a bookseller comes in, and sees the schools that took it", async () => {
  await comeIn(basile, world.taken);
  must((await main(basile)).includes("A accepté vos services"), await main(basile));
  await everywhere(basile, "trade-clients");
  await walked(basile, "trade-clients", 20);
});

await step("a school's number that is none is said beside its field", async () => {
  await basile.fill("#uai", "0991234A");
  await through(basile, basile.getByRole("button", { name: "Proposer" }));
  must(await basile.locator("#uai[aria-invalid=true]").count() === 1, await main(basile));
  await everywhere(basile, "trade-clients-wrong");
});

await step("the bookseller gathers, quotes and orders for the school", async () => {
  await basile.goto(`${world.broker}/professionnels`);
  await through(basile, basile.getByRole("link", { name: "Choisir des ressources" }));
  await everywhere(basile, "trade-offers");
  const offer = basile.locator("li.offer", { hasText: "Lire le monde 3e" });
  await offer.getByLabel(/Nombre/).fill("12");
  await through(basile, offer.getByRole("button", { name: /Ajouter au panier/ }));
  await everywhere(basile, "trade-basket");
  await through(basile, basile.getByRole("button", { name: "Établir le devis" }));
  await basile.fill("#siret", "19991234500013".slice(0, 3));
  await through(basile, basile.getByRole("button", { name: "Envoyer la commande" }));
  must(await basile.locator("#siret[aria-invalid=true]").count() === 1, "a short SIRET is taken");
  await basile.goto(`${world.broker}/professionnels`);
  await through(basile, basile.getByRole("link", { name: "Commandes de l’établissement" }));
  must((await main(basile)).includes(world.number), "the bookseller's order is not in the list");
  await everywhere(basile, "trade-orders");
});

await step("what was ordered for all schools is one list", async () => {
  await through(basile, basile.getByRole("link", { name: "Commandes passées" }));
  must((await main(basile)).includes(world.number) && /Collège Les Tilleuls/.test(await main(basile)), await main(basile));
  await everywhere(basile, "trade-ordered");
  await through(basile, basile.getByRole("link", { name: "Refusée" }));
  must(!(await main(basile)).includes(world.number) && /Aucune commande/.test(await main(basile)), await main(basile));
  await everywhere(basile, "trade-ordered-none");
});

await step("an agent changes their password; what else they had open ends", async () => {
  const elsewhere = await basile.context().browser().newContext();
  await elsewhere.addCookies(await basile.context().cookies());
  const other = await elsewhere.newPage();
  await other.goto(`${world.broker}/professionnels`);
  must(other.url() === `${world.broker}/professionnels`, other.url());
  await basile.goto(`${world.broker}/professionnels/mot-de-passe`);
  await everywhere(basile, "trade-password");
  const change = async (old, chosen) => {
    await basile.fill("#actuel", old);
    await basile.fill("#nouveau", chosen);
    await basile.fill("#encore", chosen);
    await through(basile, basile.locator("main button[type=submit]"));
  };
  await change("ce n’est pas celui-là", "girafe pluvieuse orgue tiroir");
  must(await basile.locator("#actuel[aria-invalid=true]").count() === 1, await main(basile));
  await everywhere(basile, "trade-password-wrong");
  await change(password, "azerty");
  must(await basile.locator("#nouveau[aria-invalid=true]").count() === 1, await main(basile));
  await change(password, "girafe pluvieuse orgue tiroir");
  must(basile.url() === `${world.broker}/professionnels`, `${basile.url()}: ${await main(basile)}`);
  await basile.reload();
  must(basile.url() === `${world.broker}/professionnels`, "their own session ended too");
  await other.reload();
  must(other.url().includes("/connexion/"), "another session goes on");
  await elsewhere.close();
});

await step("the distributor's person delivers a part, in English", async () => {
  await aude.context().addCookies([{ name: "langue", value: "en", url: world.broker }]);
  await comeIn(aude, world.distributor);
  await everywhere(aude, "trade-received");
  await through(aude, aude.getByRole("link", { name: world.number }));
  await everywhere(aude, "trade-one");
  await walked(aude, "trade-one", 20);
  await aude.fill("#livrer-1", "100000");
  await through(aude, aude.getByRole("button", { name: "Deliver these numbers" }));
  must(await aude.locator("#livrer-1[aria-invalid=true]").count() === 1, "more than was ordered is delivered");
  await everywhere(aude, "trade-one-wrong");
  await aude.fill("#livrer-1", "1");
  await through(aude, aude.getByRole("button", { name: "Deliver these numbers" }));
  must(/The delivery is recorded/.test(await aude.locator("body").innerText()), await main(aude));
  await aude.locator("summary", { hasText: "Cancel a part" }).click().catch(() => {});
  await everywhere(aude, "trade-one-delivered");
});

await step("what was delivered is told to the bookseller, and signing out ends it", async () => {
  look(basile);
  await basile.goto(`${world.broker}/professionnels/commandes`);
  must(/Livrée/.test(await main(basile)), await main(basile));
  const left = basile.waitForURL((url) => !url.pathname.startsWith("/professionnels"));
  await basile.evaluate(() => document.querySelector("form[action='/professionnels/quitter']").requestSubmit());
  await left;
  await basile.goto(`${world.broker}/professionnels`);
  must(basile.url().includes("/connexion/local/PRO/"), "the pages stay open without a session");
});

await end();
