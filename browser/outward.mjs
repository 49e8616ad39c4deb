// Classes of another platform: a pupil's launch, what they earn in the platform's gradebook, a teacher who picks what a link opens, the
// link opened by a pupil; and a launch in a frame. The platform is the broker, which knows Biblio Exos here by LTI alone.
import { end, equal, everywhere, look, must, person, signIn, step, through, walked, world } from "./lib.mjs";

const query = (more) => new URLSearchParams({ client_id: world.client, idRessource: world.workbook, classe: world.class, ...more });
const pupil = await person();
let module = "";

const answer = async (page, value) => {
  await page.locator("form[data-player][data-open]").waitFor();
  await page.locator(`input[type=radio][value="${value}"]`).check();
  await page.locator("button.btn-primary[value=answer]").click();
  await page.locator("[data-result]").waitFor();
};

await step("a pupil comes in from their platform, in one click", async () => {
  await signIn(pupil, "malo.kerbrat");
  await pupil.goto(`${world.broker}/lti/launch?${query()}`);
  await pupil.waitForURL(`${world.exos}/modules/*`);
  module = pupil.url();
  must((await pupil.locator("h1").innerText()).includes("Le labo de grammaire 5e"), "another page opens");
  must(!(await pupil.locator("body").innerText()).includes("Malo"), "a name came along");
  await pupil.goto(`${module}/exercices/1`);
  await answer(pupil, "VOLETS");
  await pupil.goto(`${world.exos}/groupes`);
  must((await pupil.locator("main").innerText()).includes("5e B"), "the class is no group");
  await everywhere(pupil, "lti-groups");
});

const teacher = await person();

await step("what they earned is in the platform's gradebook", async () => {
  await signIn(teacher, "nadia.aubry");
  for (let i = 0; ; i++) {
    await teacher.goto(`${world.broker}/carnets/${world.class}`);
    const text = await teacher.locator("main").innerText();
    if (text.includes("Le labo de grammaire 5e")) break;
    must(i < 60, `no column after a while: ${text}`);
    await teacher.waitForTimeout(250);
  }
});

await step("a teacher picks an exercise, and it is a link of the class", async () => {
  await teacher.goto(`${world.broker}/lti/choose?${query()}`);
  await teacher.waitForURL(`${world.exos}/lti/choisir?*`);
  look(teacher);
  await everywhere(teacher, "lti-choose");
  await walked(teacher, "lti-choose");
  await teacher.locator("main details input").nth(2).check();
  await teacher.getByRole("button", { name: "Ajouter à" }).click();
  await teacher.waitForURL(`${world.broker}/carnets/*`);
  must(await teacher.locator("a[href^='/lti/launch?lien=']").count() === 1, "no link was pinned");
});

await step("a pupil opens the link where it leads, and the mark comes back", async () => {
  look(pupil);
  await pupil.goto(`${world.broker}/carnets/${world.class}`);
  await pupil.locator("a[href^='/lti/launch?lien=']").click();
  await pupil.waitForURL(`${world.exos}/modules/*/exercices/*`);
  for (const [i, word] of ["nom", "verbe", "adverbe", "préposition", "adjectif"].entries()) await pupil.locator(`select[name="r.R${i + 1}"]`).selectOption({ label: word });
  await pupil.locator("button.btn-primary[value=answer]").click();
  await pupil.locator("[data-result]", { hasText: "5 sur 5" }).waitFor();
  for (let i = 0; ; i++) {
    await pupil.goto(`${world.broker}/carnets/${world.class}`);
    const text = await pupil.locator("tbody td").last().innerText();
    if (text.startsWith("5")) break;
    must(i < 60, `no mark after a while: ${text}`);
    await pupil.waitForTimeout(250);
  }
});

await step("names are at the glass of the platform's teacher", async () => {
  look(teacher);
  await teacher.goto(`${world.broker}/lti/launch?${query()}`);
  await teacher.waitForURL(`${world.exos}/modules/*`);
  const names = await teacher.evaluate(async () => (await fetch("/lti/noms")).json());
  must(names.classes.some((c) => c.persons.some((p) => p.name === "Malo")), `the names: ${JSON.stringify(names).slice(0, 200)}`);
});

await step("in a frame, a link opens a window", async () => {
  look(pupil);
  const begin = `${world.exos}/lti/connexion?${new URLSearchParams({ iss: world.course, client_id: world.client, login_hint: "x", target_link_uri: `${world.exos}/lti/ouvrir` })}`;
  const link = pupil.frameLocator("iframe").getByRole("link", { name: "Ouvrir dans une nouvelle fenêtre" });
  await pupil.goto(`${world.course}/?${new URLSearchParams({ dans: begin })}`);
  await link.waitFor();
  equal(await link.getAttribute("target"), "_blank", "where it opens");
  await pupil.goto(`${world.stranger}/?${new URLSearchParams({ dans: begin })}`); // nobody else may frame it
  await pupil.waitForLoadState("load");
  equal(await link.count(), 0, "links in a stranger's frame");
  // The page itself, looked at as every other.
  const alone = look(await person());
  const { host, port } = new URL(world.exos);
  await alone.route("**/lti/connexion?*", async (r) => {
    const headers = { ...r.request().headers(), host, "sec-fetch-dest": "iframe" };
    await r.fulfill({ response: await r.fetch({ url: r.request().url().replace(world.exos, `http://127.0.0.1:${port}`), headers }) });
  });
  await alone.goto(begin);
  await everywhere(alone, "lti-window");
  await walked(alone, "lti-window");
});

await step("a launch that is nobody's is refused in words", async () => {
  const page = look(await person());
  await page.goto(`${world.exos}/lti/connexion?iss=https://mechant.example&login_hint=x`);
  must((await page.locator("main").innerText()).includes("ne connaît pas la plateforme"), "the words");
  await everywhere(page, "lti-refused");
});

await end();
