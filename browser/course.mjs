// A publisher's test: a teacher gives it by one box; a pupil goes its way by keyboard, cannot go elsewhere, and reads its mark; another
// does so without script.
import { end, equal, everywhere, look, must, person, step, through, walked, world } from "./lib.mjs";

const arrive = async (page, token) => {
  await page.context().addCookies([{ name: "exos", value: token, url: world.exos }]);
  look(page);
  return page;
};
const teacher = await arrive(await person(), world.teacher);
const pupil = await arrive(await person({ phone: true }), world.pupil);
const other = await arrive(await person({ phone: true, script: false }), world.other);
const said = async (who, words) => must((await who.locator("body").innerText()).includes(words), `the page does not say « ${words} »`);
const answer = async (who, words) => {
  await who.getByRole("radio", { name: words }).check();
  await who.getByRole("button", { name: "Valider" }).click();
};
const kept = (who) => who.locator("#resultat, [data-result]").first().waitFor();

await step("a teacher gives a module as its publisher’s test, by one box", async () => {
  look(teacher);
  await teacher.goto(`${world.exos}/devoirs/nouveau`);
  await teacher.getByLabel("Titre").fill("Le contrôle");
  const book = teacher.locator("details.shelf-pick").filter({ hasText: "Le test" });
  await book.locator("summary").click();
  await book.getByLabel(/^Comme test de l’éditeur/).check();
  await teacher.getByLabel("5e B").first().check();
  await everywhere(teacher, "course-give");
  await walked(teacher, "course-give");
  await through(teacher, teacher.getByRole("button", { name: "Donner un devoir" }));
  await said(teacher, "suivent les règles de l’éditeur");
});

await step("a pupil finds the way, and cannot go ahead of it", async () => {
  look(pupil);
  await pupil.goto(`${world.exos}/devoirs`);
  await pupil.getByRole("link", { name: "Le contrôle" }).click();
  await pupil.waitForURL(/\/devoirs\/[^/]+$/);
  world.at = pupil.url();
  await everywhere(pupil, "course-paper");
  equal(await pupil.locator(".lines a").count(), 1, "exercises that may be opened");
  await pupil.goto(`${world.at}/exercices/3`);
  equal(pupil.url(), world.at, "where one who goes ahead comes to");
  await said(pupil, "Ce n’est pas encore le tour de cet exercice");
});

await step("a right answer leads past an exercise, by keyboard; one that must be answered is not passed over", async () => {
  await pupil.goto(`${world.at}/exercices/1`);
  await said(pupil, "Lis bien chaque question.");
  await answer(pupil, "la première");
  await kept(pupil);
  await everywhere(pupil, "course-exercise");
  const onward = pupil.getByRole("button", { name: "Passer à la suite" });
  await onward.focus();
  await through(pupil, { click: () => pupil.keyboard.press("Enter") });
  await said(pupil, "Exercice c");
  await through(pupil, pupil.getByRole("button", { name: "Passer à la suite" }));
  await said(pupil, "il faut répondre avant de passer à la suite");
  await everywhere(pupil, "course-noskip");
  await answer(pupil, "la seconde");
  await kept(pupil);
  await through(pupil, pupil.getByRole("button", { name: "Passer à la suite" }));
  await said(pupil, "Exercice d");
});

await step("where one goes as one likes, answers may be changed until the part is over", async () => {
  await answer(pupil, "la seconde");
  await kept(pupil);
  await pupil.getByRole("radio", { name: "la première" }).check();
  await pupil.getByRole("button", { name: /Valider|Changer|Modifier|Réessayer/ }).click();
  await pupil.getByRole("link", { name: "Exercice 5" }).click();
  await said(pupil, "Exercice e");
  await everywhere(pupil, "course-part");
  await through(pupil, pupil.getByRole("button", { name: "Terminer cette partie" }));
  await said(pupil, "Tu as terminé ce test.");
  await everywhere(pupil, "course-done");
});

await step("without script a pupil goes the other way", async () => {
  look(other);
  await other.goto(`${world.at}/exercices/1`);
  await answer(other, "la seconde");
  await through(other, other.getByRole("button", { name: "Passer à la suite" }));
  await said(other, "Exercice b");
  await through(other, other.getByRole("button", { name: "Passer à la suite" }));
  await said(other, "Exercice c");
});

await step("modules are found and sorted by an address, with or without script", async () => {
  for (const who of [other, pupil]) {
    look(who);
    await who.goto(`${world.exos}/modules`);
    await who.getByRole("searchbox", { name: "Chercher un module" }).fill("GRAMM");
    await who.getByLabel("Trier").selectOption("titre");
    await through(who, who.getByRole("button", { name: "Chercher" }));
    equal(new URL(who.url()).search, "?q=GRAMM&tri=titre", "the address of what was found");
    equal(await who.locator(".mods > li").count(), 1, "modules that were found");
  }
  await everywhere(pupil, "course-found");
  await walked(pupil, "course-found");
  await pupil.goto(`${world.exos}/modules?q=absent`);
  await everywhere(pupil, "course-nothing");
});

await step("the teacher sees who went which way", async () => {
  look(teacher);
  await teacher.goto(world.at);
  await everywhere(teacher, "course-results");
});

await end();
