// A teacher after the homework was given: who gains by a corrected key and who would lose, what came too late, a drawing to mark, a hint
// for everybody, and the library; then the same by a pupil's eyes.
import { end, equal, everywhere, look, moving, must, person, step, through, walked, world } from "./lib.mjs";

const arrive = async (page, token) => {
  await page.context().addCookies([{ name: "exos", value: token, url: world.exos }]);
  look(page);
  return page;
};
const page = await arrive(await person(), world.teacher);
const pupil = await arrive(await person({ phone: true }), world.pupil);
const at = (homework) => `${world.exos}/devoirs/${homework}`;
const said = async (who, words) => must((await who.locator("body").innerText()).includes(words), `the page does not say « ${words} »`);
look(page);

await step("results are by skill, and say that a key was corrected", async () => {
  await page.goto(at(world.corrected));
  await said(page, "Par compétence");
  await everywhere(page, "class-results");
});

await step("a corrected key gives points; losses are ticked together, then one by one, by keyboard", async () => {
  await through(page, page.getByRole("link", { name: "Voir qui y gagne" }));
  await everywhere(page, "class-correction");
  await walked(page, "class-correction");
  equal(await page.locator("input[name=perte]:checked").count(), 0, "losses that are agreed to beforehand");
  await page.getByRole("button", { name: "Tout accepter" }).focus();
  await through(page, { click: () => page.keyboard.press("Enter") });
  equal(await page.locator("input[name=perte]:checked").count(), 2, "losses that are agreed to together");
  await said(page, "Rien n’est appliqué");
  await everywhere(page, "class-correction-agreed");
  await page.locator("input[name=perte]").first().focus();
  await page.keyboard.press("Space");
  equal(await page.locator("input[name=perte]:checked").count(), 1, "losses that are agreed to");
  await through(page, page.getByRole("button", { name: "Appliquer" }));
  await said(page, "La correction est appliquée");
});

await step("a pupil is told what they gained", async () => {
  look(pupil);
  await pupil.goto(at(world.corrected));
  await said(pupil, "La correction de l’exercice 1 a changé");
  await everywhere(pupil, "class-told");
  await pupil.goto(`${at(world.corrected)}/exercices/1`);
  await everywhere(pupil, "class-told-exercise");
});

await step("a hint is given to everybody, and shows where the exercise is open already", async () => {
  const stuck = await arrive(await person({ phone: true }), world.stuck);
  await stuck.goto(`${at(world.corrected)}/exercices/1`);
  await stuck.getByRole("radio").last().click(); // it may be chosen already, where the draw put it last
  equal(await stuck.locator("[data-hint]").count(), 0, "hints before one is given");
  await stuck.evaluate(() => { window.stays = true; });
  look(page);
  await page.goto(`${at(world.corrected)}/direct`);
  await everywhere(page, "class-live");
  await through(page, page.getByRole("button", { name: /^Montrer à tous/ }));
  await said(page, "L’indice est montré à tous");
  look(stuck);
  await stuck.locator("[data-hint]").waitFor();
  await stuck.waitForFunction(() => document.querySelector("[data-say]")?.textContent.includes("Que fait le chat ?"));
  must(await stuck.evaluate(() => window.stays === true), "the page was read anew");
  must(await stuck.getByRole("radio").last().evaluate((r) => r.checked && r === document.activeElement), "the answer, or the hand, was moved");
  await everywhere(stuck, "class-hint-came");
  await stuck.context().close();
  look(pupil);
  await pupil.goto(`${at(world.corrected)}/exercices/1`);
  await said(pupil, "Que fait le chat ?");
});

await step("late work is read and accepted", async () => {
  await page.goto(`${at(world.late)}/retards`);
  await everywhere(page, "class-late");
  await through(page, page.getByRole("button", { name: /^Accepter ce travail/ }));
  await said(page, "1 réponse acceptée");
  await everywhere(page, "class-late-accepted");
});

await step("a drawing is seen and marked", async () => {
  await page.goto(`${at(world.drawing)}/corriger`);
  await page.waitForFunction((i) => i.complete && i.naturalWidth > 0, await page.locator(".script-files img").elementHandle()); // drawn when it is in sight
  await everywhere(page, "class-queue");
  await page.getByLabel(/^Points/).fill("7,5");
  await through(page, page.getByRole("button", { name: /^Enregistrer/ }).first());
  await said(page, "La correction est enregistrée");
});

await step("a notebook is shared, and a colleague’s is copied", async () => {
  await page.goto(`${world.exos}/mes-exercices/${world.notebook}`);
  await page.getByLabel("Avec un code, que je donne à qui je veux").check();
  await through(page, page.getByRole("button", { name: "Enregistrer le partage" }));
  await page.locator(".join-code").waitFor();
  await everywhere(page, "class-shared");
  await page.goto(`${world.exos}/bibliotheque`);
  await everywhere(page, "class-library");
  await walked(page, "class-library");
  await through(page, page.getByRole("button", { name: /^Copier dans mes exercices/ }));
  await said(page, "Les verbes, Inès");
});

await step("for whoever asks for less motion nothing moves, not even while an answer is on its way", async () => {
  for (const [who, path] of [[pupil, "/"], [pupil, "/modules"], [pupil, `/devoirs/${world.corrected}`], [pupil, `/devoirs/${world.corrected}/exercices/2`],
    [page, "/devoirs/nouveau"], [page, `/devoirs/${world.corrected}`], [page, `/devoirs/${world.corrected}/direct`], [page, `/mes-exercices/${world.notebook}`]]) {
    look(who);
    await who.goto(world.exos + path);
    await who.emulateMedia({ reducedMotion: "no-preference" });
    must((await moving(who)).length > 0, `nothing moves on ${path} for anybody: what is looked for here?`);
    await who.emulateMedia({ reducedMotion: "reduce" });
    equal(await moving(who), [], `what moves on ${path}`);
    await who.evaluate(() => { for (const f of document.querySelectorAll("form, button")) f.setAttribute("aria-busy", "true"); });
    equal(await moving(who), [], `what moves on ${path} while something is sent`);
  }
});

await end();
