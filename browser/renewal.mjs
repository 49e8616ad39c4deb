// Trials and renewal: what is tried is marked wherever it is, and ends by itself; what a school had last year is proposed again with what was
// never opened and next year's heads, and one click makes one quote.
import { end, equal, everywhere, look, must, person, signIn, step, through, walked, world } from "./lib.mjs";

const helene = look(await person()), nadia = await person(), claire = await person(), ines = await person({ phone: true });
const tried = "La fabrique de maths 5e", workbook = "Le labo de grammaire 5e";
const main = async (page) => (await page.locator("main").innerText()).replace(/\s+/g, " ");

await step("a trial that opens at once is asked for beside what is sold, and is no quote", async () => {
  await signIn(helene, "helene.castaing");
  await helene.goto(`${world.broker}/commandes/offres`);
  const offer = helene.locator("li.offer", { hasText: tried }).filter({ hasText: "Essai gratuit" });
  await everywhere(helene, "trial-offers");
  await helene.evaluate(() => { for (const f of document.querySelectorAll("form.pick")) f.noValidate = true; });
  await offer.getByLabel(/Nombre/).fill("6");
  await through(helene, offer.getByRole("button", { name: /Essayer/ }));
  must(/s’essaie avec 5 au plus/.test(await main(helene)), await main(helene));
  await everywhere(helene, "trial-offers-wrong");
  const again = helene.locator("li.offer", { hasText: tried }).filter({ hasText: "Essai gratuit" });
  await again.getByLabel(/Nombre/).fill("5");
  await through(helene, again.getByRole("button", { name: /Essayer/ }));
  must(/L’essai est ouvert/.test(await helene.locator("body").innerText()), await main(helene));
  must(/ni devis ni facture/.test(await main(helene)) && /Essai gratuit de 30 jours, jusqu’au/.test(await main(helene)), await main(helene));
  must(!/SIRET/.test(await main(helene)), "a trial asks for a SIRET");
  await everywhere(helene, "trial-open");
  await helene.goto(`${world.broker}/commandes`);
  must((await main(helene)).includes(`${tried} (essai)`), await main(helene));
  await helene.goto(`${world.broker}/commandes/offres`);
  equal(await helene.locator("li.offer", { hasText: tried }).filter({ hasText: "Essai gratuit" }).count(), 0, "what was tried is offered again");
});

await step("it is marked in the console, and on the shelf of who is given it", async () => {
  await signIn(claire, "claire.vasseur");
  await claire.goto(`${world.broker}/affectation/${world.school}/ressources?q=${encodeURIComponent("La fabrique")}`);
  const row = claire.locator("tbody tr", { hasText: tried });
  must(/5 à l’essai/.test((await row.innerText()).replaceAll("\u00a0", " ")), await row.innerText());
  must(/essai/.test(await row.innerText()), await row.innerText());
  await everywhere(claire, "trial-console");
  await row.getByRole("link").first().click();
  await claire.waitForURL(/\/population/);
  await claire.goto(`${claire.url().split("?")[0]}?nom=Marchal`);
  await claire.locator("main tbody tr", { hasText: "Marchal" }).filter({ hasText: "Inès" }).locator("input[type=checkbox]").check();
  await through(claire, claire.getByRole("button", { name: "Voir le plan" }).first());
  await through(claire, claire.getByRole("button", { name: /^Attribuer (un|1|\d+) exemplaires?/ }));
  await signIn(ines, "ines.marchal");
  await ines.goto(`${world.broker}/mediacentre`);
  must(/Essai/.test(await ines.locator(".card", { hasText: tried }).innerText()), await main(ines));
  await everywhere(ines, "trial-shelf");
});

await step("a teacher asks for a trial, and whoever orders opens it; its distributor has it", async () => {
  await signIn(nadia, "nadia.aubry");
  await nadia.goto(`${world.broker}/commandes/offres`);
  const offer = nadia.locator("li.offer", { hasText: "English, step by step 6e" }).filter({ hasText: "Essai gratuit" });
  await offer.getByLabel(/Un mot/).fill("Pour voir avant d’acheter");
  await everywhere(nadia, "trial-offers-teacher");
  await through(nadia, offer.getByRole("button", { name: /Demander l’essai/ }));
  await helene.goto(`${world.broker}/commandes/demandes`);
  must(/10 exemplaires, essai gratuit/.test(await main(helene)), await main(helene));
  await everywhere(helene, "trial-request");
  await through(helene, helene.getByRole("button", { name: "Ouvrir l’essai" }));
  must(/Le distributeur l’ouvre/.test(await helene.locator("body").innerText()), await main(helene));
  await everywhere(helene, "trial-sent");
  await nadia.goto(`${world.broker}/commandes/offres`);
  must(!/Essai gratuit/.test(await main(nadia)), "what waits is offered again");
});

await step("the resource's page has a trial where there is one", async () => {
  await through(helene, helene.getByRole("link", { name: "Abandonner" }));
  await through(helene, helene.locator("dialog").getByRole("button", { name: "Abandonner" }));
  for (const [page, name] of [[helene, "trial-resource"], [nadia, "trial-resource-teacher"]]) {
    await page.goto(`${world.broker}/catalogue?q=${encodeURIComponent("English step")}`);
    await through(page, page.getByRole("link", { name: /English, step by step 6e/ }).first());
    must(/Essai gratuit de 60 jours/.test(await main(page)), await main(page));
    await everywhere(page, name);
  }
});

await step("the renewal shows what became of the year beside next year's heads", async () => {
  await helene.goto(`${world.broker}/commandes/renouveler`);
  const text = await main(helene);
  must(/chacun monte d’un niveau/.test(text) || /Ceux que l’ENT donne/.test(text), text);
  await everywhere(helene, "renewal");
  await walked(helene, "renewal", 30);
  const other = helene.getByRole("link", { name: /^Pour \d{4}-\d{4}$/ });
  await through(helene, other);
  await everywhere(helene, "renewal-other-year");
  await helene.goto(`${world.broker}/commandes/renouveler`);
  if (!(await main(helene)).includes(workbook)) await through(helene, other); // in September it is the year that has begun
});

await step("a number that is none is said beside its field; all at zero orders nothing", async () => {
  const row = helene.locator("tbody tr", { hasText: workbook }).first();
  const id = await row.locator("input[type=number]").getAttribute("id");
  for (const f of await helene.locator("table.renewal input[type=number]").all()) await f.fill("0");
  await through(helene, helene.getByRole("button", { name: "Établir le devis" }));
  must(/Tous les nombres sont à 0/.test(await main(helene)), await main(helene));
  await helene.evaluate((id) => { const f = document.getElementById(id); f.type = "text"; f.value = "trente"; }, id);
  await through(helene, helene.getByRole("button", { name: "Établir le devis" }));
  must(await helene.locator(`#${id}[aria-invalid=true]`).count() === 1, await main(helene));
  await everywhere(helene, "renewal-wrong");
});

await step("one click, or two, is one quote for the next year", async () => {
  for (const f of await helene.locator("table.renewal input[type=number]").all()) await f.fill("0");
  await helene.locator("tbody tr", { hasText: workbook }).first().locator("input[type=number]").fill("28");
  const body = await helene.evaluate(() => new URLSearchParams(new FormData(document.querySelector("form[action='/commandes/renouveler']"))).toString());
  const sent = await helene.evaluate(async (body) => (await Promise.all([1, 2, 3].map(() => fetch("/commandes/renouveler", {
    method: "POST", body, headers: { "Content-Type": "application/x-www-form-urlencoded" },
  })))).map((r) => r.url), body);
  equal(new Set(sent).size, 1, `three clicks lead to ${sent.join(", ")}`);
  await helene.goto(sent[0]);
  const text = await main(helene);
  must(text.includes(workbook) && /28/.test(text) && /Devis/.test(text), text);
  await everywhere(helene, "renewal-quote");
  await helene.goto(`${world.broker}/commandes/renouveler`);
  if (!(await main(helene)).includes(workbook)) await through(helene, helene.getByRole("link", { name: /^Pour \d{4}-\d{4}$/ }));
  must(/28 déjà en commande/.test(await main(helene)), await main(helene));
});

await step("in English no page says French", async () => {
  const english = await person({ locale: "en-GB" });
  await english.context().addCookies([{ name: "langue", value: "en", url: world.broker }]);
  await signIn(english, "helene.castaing");
  for (const path of ["/commandes/renouveler", "/commandes/offres", "/commandes"]) {
    await english.goto(world.broker + path);
    await everywhere(english, `renewal-english${path.replaceAll("/", "-")}`);
  }
});

await end();
