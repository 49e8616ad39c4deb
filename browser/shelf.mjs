// From an order to a pupil's shelf: a class waits for copies by a standing assignment; the distributor's program confirms the order, and within a
// second the copies are on the manager's dashboard, the class is served, and the resource is on the pupil's shelf, where it opens.
import { readFileSync } from "node:fs";
import { request } from "node:https";
import { end, look, must, person, signIn, step, through, within, world } from "./lib.mjs";

const title = "Lire le monde 3e", className = "5e B";
const helene = await person(), claire = await person(), pupil = await person();
const console_ = `${world.broker}/affectation/${world.school}`;
const main = async (page) => (await page.locator("main").innerText()).replace(/\s+/g, " ");
let number = "";

/** The distributor's program confirms an order whole. */
function deliver() {
  const file = (name) => readFileSync(`${world.certificates}/${name}`);
  return new Promise((resolve, reject) => {
    const req = request({
      host: "127.0.0.1", servername: "commandes.localhost", port: world.secure, path: `/commandes/${number}/livraison`, method: "POST",
      headers: { Host: `commandes.localhost:${world.secure}`, "Content-Type": "application/json" },
      ca: file("autorite.pem"), cert: file("distributeur-commandes.pem"), key: file("distributeur-commandes.key"),
    }, (res) => { res.resume(); res.on("end", () => resolve(res.statusCode)); });
    req.on("error", reject);
    req.end();
  });
}

await step("the stock is given away, and a class waits for more by a standing assignment", async () => {
  await signIn(claire, "claire.vasseur");
  await claire.goto(`${console_}/ressources?q=${encodeURIComponent("Lire le monde")}`);
  await claire.locator("tbody tr", { hasText: title }).getByRole("link").first().click();
  await claire.waitForURL(/\/population/);
  for (const name of ["3e A", "3e B", "3e C", "3e D"]) await claire.getByLabel(new RegExp(name)).first().check();
  await through(claire, claire.getByRole("button", { name: "Voir le plan" }).first());
  await through(claire, claire.getByRole("button", { name: "Attribuer, et aux nouveaux venus aussi" }));
  await claire.goto(`${console_}/ressources?q=${encodeURIComponent("Lire le monde")}`);
  await claire.locator("tbody tr", { hasText: title }).getByRole("link").first().click();
  await claire.waitForURL(/\/population/);
  await claire.getByLabel(new RegExp(className)).first().check();
  await through(claire, claire.getByRole("button", { name: "Voir le plan" }).first());
  await through(claire, claire.getByRole("button", { name: "Attribuer, et aux nouveaux venus aussi" }));
  must(/[0-9]+ personnes attendent/.test(await main(claire)), await main(claire));
});

await step("the head orders for everybody who waits", async () => {
  await signIn(helene, "helene.castaing");
  await helene.goto(`${world.broker}/commandes/offres`);
  const offer = helene.locator("li.offer", { hasText: title }).first();
  await offer.getByLabel(/Nombre/).fill("100");
  await through(helene, offer.getByRole("button", { name: /Ajouter au panier/ }));
  await through(helene, helene.getByRole("button", { name: "Établir le devis" }));
  await helene.fill("#siret", "19991234500014");
  await through(helene, helene.getByRole("button", { name: "Envoyer la commande" }));
  number = (await helene.locator("h1").innerText()).match(/\d{7}[A-Z]-\d{4}-\d{4}/)[0];
});

await step("confirmed, it is on the dashboard, served, and on the pupil’s shelf within a second", async () => {
  await signIn(pupil, "malo.kerbrat");
  await pupil.goto(`${world.broker}/mediacentre`);
  must(!(await main(pupil)).includes(title), "the pupil has it already");
  look(claire);
  await claire.goto(`${console_}/ressources?q=${encodeURIComponent("Lire le monde")}`);
  const cell = claire.locator("tbody tr", { hasText: title }).locator("td.num").last();
  const figure = async () => Number((await cell.innerText()).replace(/\D/g, ""));
  const before = await figure();
  await claire.waitForTimeout(1500); // its stream is open
  const began = performance.now();
  const since = () => Math.round(performance.now() - began);
  must(await deliver() === 200, "the distributor's word is refused");
  const confirmed = since();
  look(pupil);
  for (;;) {
    await pupil.reload();
    if ((await main(pupil)).includes(title)) break;
    must(since() - confirmed < within, `it is not on the shelf after ${since()} ms`);
  }
  const shelved = since();
  look(claire);
  while (await figure() !== before + 100) {
    must(since() - confirmed < within, `the open page says ${await figure()} after ${since()} ms`);
    await new Promise((done) => { setTimeout(done, 20); });
  }
  console.log(`confirmed after ${confirmed} ms, on the shelf after ${shelved} ms, on the manager's open page seen after ${since()} ms`);
  await claire.goto(console_);
  must(/100 exemplaires nouveaux/.test(await main(claire)) || (await main(claire)).includes(title), await main(claire));
  await through(pupil, pupil.getByRole("link", { name: new RegExp(title) }).first());
  must(pupil.url().startsWith(world.publisher), `it opens at ${pupil.url()}`);
});

await end();
