// What became of a workbook: the head reads it by class and week, the publisher by département, and nobody's name is there.
import { readFileSync } from "node:fs";
import { comeIn } from "./guest.mjs";
import { end, equal, everywhere, look, must, person, signIn, step, through, walked, world } from "./lib.mjs";

const helene = look(await person()), aude = await person();
const main = async (page) => (await page.locator("main").innerText()).replace(/\s+/g, " ");

/** The bars of a picture, in their places: heights as the page draws them. */
const bars = (page) => page.locator(".graph svg .bar").evaluateAll((all) => all.map((b) => Math.round(b.getBoundingClientRect().height)));

/** The table beside it: the accesses of each week that had some. */
const weeks = (page) => page.locator(".figures td:last-child").evaluateAll((all) => all.map((c) => c.textContent.replace(/[^\d]/g, "")).filter((n) => n !== "" && n !== "0").map(Number));

/** A bar is as tall as its figure. */
async function same(page) {
  const [tall, n] = [await bars(page), await weeks(page)];
  must(n.length > 5, `only ${n.length} weeks have figures`);
  equal(tall.length, n.length, "bars and figures");
  const most = Math.max(...n), full = Math.max(...tall);
  n.forEach((figure, i) => must(Math.abs(tall[i] / full - figure / most) < .03, `bar ${i}: ${tall[i]} of ${full}, figure ${figure} of ${most}`));
}

/** The file that a link gives. */
async function file(page) {
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: /CSV/ }).click()]);
  return readFileSync(await download.path(), "utf8");
}

await step("the head finds what the school's resources are used for", async () => {
  await signIn(helene, "helene.castaing");
  await helene.goto(`${world.broker}/mediacentre`);
  await through(helene, helene.getByRole("link", { name: "Fréquentation" }));
  must((await main(helene)).includes(world.title), await main(helene));
  await everywhere(helene, "usage-list");
  await walked(helene, "usage-list", 40);
});

await step("one resource: a picture with its table, by class, by both; three pupils are hidden, and what would tell of them", async () => {
  await through(helene, helene.getByRole("link", { name: world.title }));
  await everywhere(helene, "usage-one");
  const picture = helene.locator(".graph svg[role=img]");
  equal(await picture.count(), 1, "pictures");
  must((await picture.getAttribute("aria-labelledby")) !== null && (await picture.locator("title").textContent()).includes(world.title), "the picture has no name");
  await helene.locator(".figures summary").click();
  await same(helene);
  const text = await main(helene);
  must(text.includes("masqué") && text.includes("moins de cinq personnes"), text);
  must(!text.includes("Marchal"), "somebody is named");
});

await step("in forced colours the bars are still there", async () => {
  await helene.emulateMedia({ forcedColors: "active" });
  const [fill, behind] = await helene.locator(".graph .bar").first().evaluate((b) => [getComputedStyle(b).fill, getComputedStyle(document.body).backgroundColor]);
  must(fill !== behind, `a bar is ${fill} on ${behind}`);
  await helene.emulateMedia({ forcedColors: "none" });
});

await step("the file says what the page says", async () => {
  const text = await file(helene);
  const lines = text.split("\r\n").filter((l) => l.includes(";5e B;"));
  must(text.startsWith("\ufeffark;") && lines.length > 5 && text.includes(";masqué;masqué"), text.slice(0, 400));
});

await step("the publisher comes in, and reads its own by département", async () => {
  await comeIn(aude, world.publisher);
  must((await main(aude)).includes(world.title), await main(aude));
  await everywhere(aude, "usage-publisher");
  await through(aude, aude.getByRole("link", { name: world.title }));
  await everywhere(aude, "usage-publisher-one");
  const text = await main(aude);
  must(text.includes("Département 075") && text.includes("Autres départements") && !text.includes("013"), text);
  const holders = await aude.locator("table.slips tbody tr").evaluateAll((all) => all.map((tr) => tr.querySelector("td").textContent.trim()));
  equal(holders.filter((n) => n === "masqué").length, 2, `of ${holders}: rows that hide who has it`);
  await aude.locator(".figures summary").click();
  await same(aude);
  must((await file(aude)).includes("Département 974"), "the file lacks a département");
});

await end();
