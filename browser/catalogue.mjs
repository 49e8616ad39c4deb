// The catalogue: a teacher searches as they type, narrows, reads a resource's page; the same without script. Every page is checked in both
// themes, on a desk and on a phone.
import { end, equal, everywhere, must, person, signIn, step, through, walked, world } from "./lib.mjs";

const catalogue = `${world.broker}/catalogue`;
const claire = await person();
const plain = await person({ script: false });

const titles = (page) => page.locator("#found .cards h3").allInnerTexts();

await step("all that there is, with filters", async () => {
  await signIn(claire, "claire.vasseur");
  await claire.goto(catalogue);
  must((await titles(claire)).length > 10, "the catalogue is empty");
  await everywhere(claire, "catalogue");
  await walked(claire, "catalogue");
});

await step("pictures of publishers come from the host of content, and what is refused is named", async () => {
  const shown = claire.locator("#found .cover-picture img");
  for (let i = 0; i < 40 && (await shown.count()) < 4; i++) {
    await claire.waitForTimeout(500);
    await claire.reload();
  }
  equal(await shown.count(), 4, "pictures");
  for (const img of await shown.all()) {
    await img.scrollIntoViewIfNeeded();
    await claire.waitForFunction((x) => x.complete && x.naturalWidth > 0, await img.elementHandle());
    must((await img.getAttribute("src")).startsWith(`${world.content}/vignettes/`), "a picture of another host");
  }
  must((await claire.locator("#found .cover:not(.cover-picture)").count()) > 5, "the others are drawn");
  await everywhere(claire, "catalogue-pictures");
  const operator = await person();
  await operator.goto(`${world.admin}/vignettes`);
  await operator.getByText("Sonatine").or(operator.getByText("SVG")).first().waitFor();
  await everywhere(operator, "operator-pictures");
  await through(operator, operator.getByRole("button", { name: /Redemander/ }));
  await operator.getByText("va être redemandée").waitFor();
});

await step("it answers while one types, slips forgiven, and the address follows", async () => {
  await claire.locator("#q").pressSequentially("garmmai");
  await claire.waitForURL(/q=garmmai$/);
  equal((await titles(claire))[0], "Le labo de grammaire 5e", "what is found");
  equal(await claire.evaluate(() => document.activeElement.id), "q", "the focus");
  await claire.waitForFunction(() => /^\d+ ressource/.test(document.querySelector("[data-say]").textContent));
  await everywhere(claire, "catalogue-typed");
  await claire.reload();
  equal((await titles(claire))[0], "Le labo de grammaire 5e", "what the address finds");
});

await step("nothing is found, and the page says what to do", async () => {
  await claire.fill("#q", "zzzzzz");
  await claire.getByText("Rien ne correspond").waitFor();
  await everywhere(claire, "catalogue-none");
});

await step("a resource's page, and its family", async () => {
  await claire.goto(`${catalogue}?q=labo`);
  await through(claire, claire.getByRole("link", { name: "Le labo de grammaire 5e" }).first());
  await everywhere(claire, "catalogue-resource");
  await walked(claire, "catalogue-resource");
  await through(claire, claire.locator("main .what a"));
  await everywhere(claire, "catalogue-family");
});

await step("without script", async () => {
  await signIn(plain, "claire.vasseur");
  await plain.goto(catalogue);
  await plain.fill("#q", "5eme");
  await through(plain, plain.getByRole("button", { name: "Chercher" }));
  const all = (await titles(plain)).length;
  await through(plain, plain.locator(".facet a", { hasText: "Éditions du Préau" }));
  const narrowed = (await titles(plain)).length;
  must(narrowed > 0 && narrowed < all, `${narrowed} of ${all}`);
  equal(new URL(plain.url()).searchParams.get("q"), "5eme", "the words after a filter");
});

await end();
