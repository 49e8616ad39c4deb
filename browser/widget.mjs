// Our frame in the portal's page: one's own list, opened in the whole window; the console for who is named; nothing in another site's page.
import { end, equal, everywhere, look, must, pictured, person, signIn, step, through, world } from "./lib.mjs";

const ines = look(await person()), claire = await person({ phone: true }), nobody = await person();
const frame = (page) => page.frameLocator("iframe.frame");

/** The address of somebody's frame, fresh: the page is read, and its frame is not opened. */
async function fresh(page) {
  await page.goto(`${world.portal}/rubrique/messagerie`);
  const text = await page.evaluate(async () => (await fetch("/")).text());
  return text.match(/<iframe [^>]*src="([^"]+)"/)[1].replaceAll("&amp;", "&");
}

await step("a pupil finds her resources in the portal's own page", async () => {
  await signIn(ines, "ines.marchal");
  await ines.goto(`${world.portal}/`);
  await frame(ines).getByRole("link", { name: /La Lanterne/ }).waitFor();
  equal(await frame(ines).getByRole("link", { name: /console/ }).count(), 0, "consoles");
  await pictured(ines, "widget-portal");
});

await step("what she clicks opens in the whole window", async () => {
  await through(ines, frame(ines).getByRole("link", { name: /La Lanterne/ }));
  must(ines.url().startsWith(world.publisher), `she is at ${ines.url()}`);
});

await step("the frame is a page that everybody can use", async () => {
  await ines.goto(await fresh(ines));
  await everywhere(ines, "widget");
});

await step("reloaded by itself, the frame says to reload the page", async () => {
  await ines.goto(await fresh(ines));
  await ines.reload();
  must((await ines.locator("body").innerText()).includes("Rechargez la page de l’ENT"), "it does not say what to do");
  ines.troubles.length = 0; // the browser notes the 403
  await everywhere(ines, "widget-again");
});

await step("a manager is led to the console, from a telephone too", async () => {
  await signIn(claire, "claire.vasseur");
  await claire.goto(`${world.portal}/`);
  await frame(claire).getByRole("link", { name: "Ma console d’affectation" }).waitFor();
  await pictured(claire, "widget-portal-console");
  await through(claire, frame(claire).getByRole("link", { name: "Ma console d’affectation" }));
  must(claire.url().startsWith(`${world.broker}/affectation`), `she is at ${claire.url()}`);
});

await step("in another site's page the frame stays empty", async () => {
  look(nobody);
  const address = await fresh(ines);
  const said = [];
  nobody.on("console", (m) => said.push(m.text()));
  const asked = nobody.waitForRequest((r) => r.url() === address);
  await nobody.goto(`${world.elsewhere}/?${new URLSearchParams({ f: address })}`);
  await asked;
  for (let tries = 0; tries < 50 && !said.some((s) => /frame-ancestors/.test(s)); tries++) await nobody.waitForTimeout(100);
  must(said.some((s) => s.includes(`frame-ancestors ${world.portal}`)), `the browser says: ${said.join(" | ")} ${nobody.frames().map((f) => f.url())}`);
  const inside = nobody.frames().find((f) => f !== nobody.mainFrame());
  must(!(await inside.content().catch(() => "")).includes("La Lanterne"), "another site shows the list");
  nobody.troubles.length = 0; // what the browser refused is the point
});

await end();
