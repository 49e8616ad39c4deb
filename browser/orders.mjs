// From an offer to copies: a teacher asks, the head gathers, quotes and orders, the distributor's program delivers in parts, and the manager's
// counters have moved.
import { readFileSync } from "node:fs";
import { request } from "node:https";
import { inflateSync } from "node:zlib";
import { end, equal, everywhere, look, must, person, signIn, step, through, walked, world } from "./lib.mjs";

const nadia = look(await person()), helene = await person(), claire = await person();
const title = "Le labo de grammaire 5e";
let order = "";

/** The distributor's program: one call on the orders' service, with its certificate. */
function distributor(method, path, body) {
  const file = (name) => readFileSync(`${world.certificates}/${name}`);
  return new Promise((resolve, reject) => {
    const req = request({
      host: "127.0.0.1", servername: "commandes.localhost", port: world.secure, path, method, headers: { Host: `commandes.localhost:${world.secure}`, "Content-Type": "application/json" },
      ca: file("autorite.pem"), cert: file("distributeur-commandes.pem"), key: file("distributeur-commandes.key"),
    }, (res) => {
      let text = "";
      res.on("data", (d) => { text += d; });
      res.on("end", () => resolve({ status: res.statusCode, text, value: JSON.parse(text) }));
    });
    req.on("error", reject);
    req.end(body && JSON.stringify(body));
  });
}

const main = (page) => page.locator("main").innerText();

await step("a teacher asks for copies, with a word", async () => {
  await signIn(nadia, "nadia.aubry");
  await nadia.goto(`${world.broker}/commandes/demandes`);
  must(/Aucune demande/.test(await main(nadia)), "somebody has asked already");
  await everywhere(nadia, "order-requests-none");
  await through(nadia, nadia.getByRole("link", { name: "Choisir des ressources" }));
  await everywhere(nadia, "order-offers-teacher");
  const offer = nadia.locator("li.offer", { hasText: "Lire le monde 3e" });
  await offer.getByLabel(/Nombre/).fill("28");
  await offer.getByLabel(/Un mot/).fill("Pour le club de lecture");
  await through(nadia, offer.getByRole("button", { name: /Demander/ }));
  must(/Sans réponse/.test(await main(nadia)), "the request is not there");
  must(!(await main(nadia)).includes("Mettre au panier"), "a teacher may order");
  await nadia.goto(`${world.broker}/commandes`);
  must(/Vous ne commandez pas pour cet établissement/.test(await main(nadia)), "a teacher sees orders");
});

await step("the head takes the request, adds an offer, and sees what it comes to", async () => {
  await signIn(helene, "helene.castaing");
  await helene.goto(`${world.broker}/mediacentre`);
  await helene.locator(".switcher summary").click();
  await through(helene, helene.getByRole("link", { name: /Catalogue et commandes/ }));
  await everywhere(helene, "order-list-none");
  await helene.goto(`${world.broker}/commandes/demandes`);
  must(/Pour le club de lecture/.test(await main(helene)) && /Nadia Aubry/.test(await main(helene)), "the request is not told");
  await everywhere(helene, "order-requests");
  await through(helene, helene.getByRole("button", { name: "Mettre au panier" }));
  await through(helene, helene.getByRole("link", { name: "Ajouter une ressource" }));
  await everywhere(helene, "order-offers");
  await walked(helene, "order-offers", 20);
  const offer = helene.locator("li.offer", { hasText: title }).first();
  await offer.getByLabel(/Nombre/).fill("6");
  await through(helene, offer.getByRole("button", { name: /Ajouter au panier/ }));
  must(/200,60\s€/.test(await main(helene)), `28 × 6,20 € and 6 × 4,50 € are 200,60 €: ${await main(helene)}`);
  await everywhere(helene, "order-basket");
  await walked(helene, "order-basket", 30);
});

await step("a number that is none is said beside its field, and the basket keeps what it was", async () => {
  await helene.evaluate(() => { document.querySelector("main form").noValidate = true; const f = document.querySelector("#nombre-1"); f.type = "text"; f.value = "six"; });
  await through(helene, helene.getByRole("button", { name: "Établir le devis" }));
  must(/« six » n’est pas un nombre/.test((await main(helene)).replaceAll("\u00a0", " ")), await main(helene));
  await everywhere(helene, "order-basket-wrong");
  await helene.goto(`${world.broker}/commandes/panier`);
  equal(await helene.inputValue("#nombre-1"), "6", "what was in the basket");
});

await step("the quote is sent as an order, once its SIRET is right", async () => {
  await through(helene, helene.getByRole("button", { name: "Établir le devis" }));
  must(/Devis valable jusqu’au/.test(await helene.locator("body").innerText()), "no quote");
  await everywhere(helene, "order-quote");
  const sheets = (await Promise.all([1, 2].map(() => helene.evaluate(async (url) => {
    const answer = await fetch(url);
    return { type: answer.headers.get("Content-Type"), bytes: [...new Uint8Array(await answer.arrayBuffer())] };
  }, `${helene.url()}/document.pdf`)))).map(({ type, bytes }) => ({ type, text: Buffer.from(bytes).toString("latin1") }));
  equal([sheets[0].type, sheets[0].text.slice(0, 5), sheets[0].text.trimEnd().slice(-5)], ["application/pdf", "%PDF-", "%%EOF"], "the sheet");
  const drawn = [...sheets[0].text.matchAll(/stream\n([\s\S]*?)\nendstream/g)].map(([, packed]) => inflateSync(Buffer.from(packed, "latin1")).toString("latin1")).join("");
  for (const said of ["Élèves", "Établi le", "200,60"]) must(drawn.includes(said), `the sheet does not say ${said}`);
  must(sheets[0].text === sheets[1].text, "two sheets of one quote differ");
  await helene.fill("#bon", "BC-2026-077");
  await helene.fill("#siret", "199 912 345 0001");
  await through(helene, helene.getByRole("button", { name: "Envoyer la commande" }));
  must(/Le SIRET a 13 chiffres/.test(await main(helene)), "a SIRET of 13 digits");
  equal(await helene.inputValue("#bon"), "BC-2026-077", "what was written");
  await everywhere(helene, "order-quote-wrong");
  await helene.fill("#siret", "199 912 345 00014");
  await through(helene, helene.getByRole("button", { name: "Envoyer la commande" }));
  must(/Commande envoyée/.test(await helene.locator("body").innerText()), "it is not sent");
  await everywhere(helene, "order-sent");
  order = helene.url();
});

await step("the distributor delivers a part, and its copies are in the console; then the rest", async () => {
  const total = async () => {
    await claire.goto(`${world.broker}/affectation/${world.school}/ressources?q=labo`);
    return Number((await claire.locator("tbody tr", { hasText: title }).locator("td.num").last().innerText()).replace(/\D/g, ""));
  };
  await signIn(claire, "claire.vasseur");
  const before = await total();
  const { value } = await distributor("GET", "/commandes?etat=sent");
  equal(value.commandes.length, 1, "orders");
  const [one] = value.commandes;
  equal([one.bonDeCommande, one.siret, one.totalHT], ["BC-2026-077", "19991234500014", 20060], "the order");
  const line = one.lignes.find((l) => l.libelle === title);
  equal((await distributor("POST", `/commandes/${one.numero}/livraison`, { lignes: { [line.ligne]: 4 } })).status, 200, "a part");
  equal(await total(), before + 4, "copies");
  await helene.goto(order);
  must(/Livrée en partie/.test(await main(helene)) && /4 livrés/.test(await main(helene)), await main(helene));
  await everywhere(helene, "order-partly");
  equal((await distributor("POST", `/commandes/${one.numero}/livraison`)).value.etat, "delivered", "the rest");
  equal(await total(), before + 6, "copies");
  await helene.goto(`${world.broker}/commandes`);
  must(/Livrée/.test(await main(helene)), await main(helene));
  await everywhere(helene, "order-list");
});

await step("the head names who orders beside them, and ends it", async () => {
  await helene.goto(`${world.broker}/commandes/qui?nom=aubry`);
  await everywhere(helene, "order-people-found");
  await through(helene, helene.getByRole("button", { name: /Nommer Aubry/ }));
  must(/Nadia Aubry\s+depuis le/.test(await main(helene)), await main(helene));
  await everywhere(helene, "order-people");
  await nadia.goto(`${world.broker}/commandes`);
  must(/Livrée/.test(await main(nadia)), "who is named does not see the school's orders");
  await nadia.goto(`${world.broker}/commandes/qui`);
  must(!/Nommer/.test(await main(nadia)), "who is named names others");
  await through(helene, helene.getByRole("button", { name: /Retirer la charge/ }));
  await nadia.goto(`${world.broker}/commandes`);
  must(/Vous ne commandez pas/.test(await main(nadia)), "whose charge is over still orders");
});

await step("what is withdrawn is asked about first; a page in English says no French", async () => {
  await helene.goto(`${world.broker}/commandes/offres`);
  await through(helene, helene.locator("li.offer").first().getByRole("button", { name: /Ajouter au panier/ }));
  await through(helene, helene.getByRole("button", { name: "Établir le devis" }));
  await through(helene, helene.getByRole("link", { name: "Abandonner" }));
  await everywhere(helene, "order-withdraw");
  await through(helene, helene.locator("dialog").getByRole("button", { name: "Abandonner" }));
  must(/Annulée/.test(await main(helene)), await main(helene));
  const english = await person({ locale: "en-GB" });
  await english.context().addCookies([{ name: "langue", value: "en", url: world.broker }]);
  await signIn(english, "helene.castaing");
  for (const path of ["", "/offres", "/panier", "/demandes", "/qui"]) {
    await english.goto(`${world.broker}/commandes${path}`);
    await everywhere(english, `order-english${path.replace("/", "-")}`);
  }
});

await end();
