// A standing assignment, from the plan to the last word: the manager gives to two classes and to newcomers, looks who waits, suspends,
// puts in force again, and drops. Every page on the way is checked in both themes, on a desk and on a phone.
import { end, everywhere, look, must, person, signIn, step, through, walked, world } from "./lib.mjs";

const title = "Le labo de grammaire 5e";
const console_ = `${world.broker}/affectation/${world.school}`;
const claire = await person();

await step("without any, the page says how to make one", async () => {
  await signIn(claire, "claire.vasseur");
  await claire.goto(`${console_}/permanentes`);
  must((await claire.locator("main").innerText()).includes("Aucune affectation permanente"), "the page is not empty");
  await everywhere(claire, "rules-none");
});

await step("a plan for two classes can be for newcomers too", async () => {
  await claire.goto(`${console_}/ressources`);
  await through(claire, claire.getByRole("link", { name: title }).first());
  for (const name of ["5e A", "5e B"]) await claire.locator(".tree label", { hasText: name }).first().locator("input").check();
  await through(claire, claire.getByRole("button", { name: "Voir le plan" }));
  await claire.getByLabel("Exemplaires à garder en réserve pour eux").fill("5");
  await everywhere(claire, "rule-plan");
  await walked(claire, "rule-plan");
  await through(claire, claire.getByRole("button", { name: "Attribuer, et aux nouveaux venus aussi" }));
  const text = await claire.locator("main").innerText();
  must(text.includes("Affectation permanente créée") || (await claire.locator("body").innerText()).includes("Affectation permanente créée"), "nothing says that it was made");
  await everywhere(claire, "rule-made");
  await walked(claire, "rule-made");
});

await step("the list says whom it serves, and what it keeps back", async () => {
  await through(claire, claire.getByRole("link", { name: "Affectations permanentes" }).first());
  await everywhere(claire, "rules");
  await through(claire, claire.getByRole("link", { name: title }).first());
});

await step("suspended, it says why, and what putting it in force again would do", async () => {
  look(claire);
  await through(claire, claire.getByRole("button", { name: "Suspendre" }));
  must((await claire.locator("main").innerText()).includes("Suspendue le"), "it does not say since when");
  await everywhere(claire, "rule-suspended");
  await through(claire, claire.getByRole("button", { name: "Remettre en vigueur" }));
  must((await claire.locator("main").innerText()).includes("En vigueur"), "it is not in force");
});

await step("dropped, it is gone, and who has a copy keeps it", async () => {
  await through(claire, claire.getByRole("button", { name: "Abandonner" }));
  must((await claire.locator("body").innerText()).includes("Personne ne perd la ressource"), "nothing says that nobody loses anything");
});

await step("where copies are short, the page names who waits", async () => {
  await claire.goto(`${console_}/ressources`);
  await through(claire, claire.getByRole("link", { name: title }).first());
  await claire.locator(".tree input[name=cible]").first().check();
  await through(claire, claire.getByRole("button", { name: "Voir le plan" }));
  await through(claire, claire.getByRole("button", { name: "Attribuer, et aux nouveaux venus aussi" }));
  must(/[0-9]+\s+personnes attendent/.test(await claire.locator("main").innerText()), "nobody is said to wait");
  await everywhere(claire, "rule-waits");
  await claire.goto(`${console_}/permanentes`);
  await everywhere(claire, "rules-waits");
});

await end();
