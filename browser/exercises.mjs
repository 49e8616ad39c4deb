// Biblio Exos by keyboard alone, and with a finger: the four types of the demonstration workbook, once on a desk and once on a
// phone; then a line that is lost in the middle of an answer, and a page without script.
import { end, equal, everywhere, look, must, person, step, through, walked } from "./lib.mjs";
import { arrive } from "./workbook.mjs";

const open = async (page, module, n) => {
  await page.goto(`${module}/exercices/${n}`);
  const again = page.getByRole("button", { name: "Recommencer" });
  if (await again.count() > 0) await through(page, again); // done on an earlier day; pressed before its script, a button sends the form itself
  await page.locator("form[data-player][data-open]").waitFor();
};

const result = async (page, words) => {
  await page.locator("[data-result]", { hasText: words }).waitFor();
  const held = await page.evaluate(() => document.activeElement?.matches("[data-result]") || document.activeElement?.outerHTML.slice(0, 200));
  equal(held, true, "the result has the focus");
  equal(await page.locator("[data-save]").innerText(), "Enregistré", "the state of saving");
};

/** Presses Tab until the focus is on what the selector names. */
async function tabTo(page, selector) {
  for (let i = 0; i < 60; i++) {
    if (await page.evaluate((s) => document.activeElement?.matches(s), selector)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab never reaches ${selector}`);
}

const submit = async (page) => {
  await tabTo(page, "button.btn-primary[value=answer]");
  await press(page);
};

/** Presses Enter, and waits for what the server says of the answer. */
async function press(page) {
  const answered = page.waitForResponse((r) => r.url().endsWith("/api/evenements"));
  await page.keyboard.press("Enter");
  await answered;
}

const words = (page) => page.locator("ol[data-order] [data-words]").allInnerTexts();

/** Puts the words in order by keyboard: each is taken, moved up to its place, and put down. */
async function arrange(page, wanted) {
  for (const [place, word] of wanted.entries()) {
    const now = await words(page);
    const from = now.indexOf(word, place);
    must(from >= 0, `${word} is not among ${now}`);
    if (from === place) continue;
    await page.locator("ol[data-order] > li").nth(from).locator("button[data-words]").focus();
    await page.keyboard.press("Space");
    for (let i = from; i > place; i--) await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Space");
  }
  equal(await words(page), wanted, "the order");
}

const formula = ["les", "griots", "chantent", "encore", "sous", "le", "baobab"];

for (const [where, phone] of [["on a desk", false], ["on a phone", true]]) {
  const page = await person({ phone });
  const check = phone ? async () => {} : everywhere; // the desk looks at every width already
  let module = "";

  await step(`${where}: the pupil finds the workbook`, async () => {
    module = await arrive(page, "malo.kerbrat");
    must((await page.locator("h1").innerText()).includes("Le labo de grammaire 5e"), "another page opens");
    await check(page, "exos-contents");
    if (!phone) await walked(page, "exos-contents");
  });

  await step(`${where}: choice by keyboard, wrong then right`, async () => {
    await open(page, module, 1);
    await tabTo(page, "input[type=radio]");
    await page.keyboard.press("Space");
    await submit(page);
    await result(page, "0 sur 1");
    await check(page, "exos-choice-wrong");
    if (!phone) await walked(page, "exos-choice-wrong");
    await open(page, module, 1);
    await tabTo(page, "input[type=radio]");
    while (await page.evaluate(() => document.activeElement.value) !== "VOLETS") await page.keyboard.press("ArrowDown");
    await submit(page);
    await result(page, "Bravo");
    await check(page, "exos-choice-right");
  });

  await step(`${where}: choice in the line by keyboard`, async () => {
    await open(page, module, 2);
    for (const [i, word] of ["nom", "verbe", "adverbe", "préposition", "adjectif"].entries()) {
      await tabTo(page, `select[name="r.R${i + 1}"]`);
      await page.keyboard.type(word);
    }
    await submit(page);
    await result(page, "5 sur 5");
    equal(await page.locator("[data-mark]").count(), 5, "number of marks");
    await check(page, "exos-inline-right");
  });

  await step(`${where}: typed answers by keyboard, one wrong`, async () => {
    await open(page, module, 4);
    for (const [i, word] of ["les", "lui", "y", "la", "leur"].entries()) {
      await tabTo(page, `input[name="r.R${i + 1}"]`);
      await page.keyboard.press("ControlOrMeta+a");
      await page.keyboard.type(word);
    }
    await press(page);
    await page.locator("[data-result]").waitFor();
    equal(await page.locator(".mark-is-wrong-yet").count(), 1, "gaps to look at again");
    await check(page, "exos-entry-wrong");
    await tabTo(page, `input[name="r.R4"]`);
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.type("l'");
    await press(page);
    await result(page, "Bravo"); // « 5 sur 5 » is in « 4,5 sur 5 », too
  });

  await step(`${where}: order by keyboard`, async () => {
    await open(page, module, 6);
    await arrange(page, formula);
    await submit(page);
    await result(page, "3 sur 3");
    await check(page, "exos-order-right");
    await open(page, module, 16); // sentences to be put in order, wider than a phone
    await check(page, "exos-order-sentences");
    if (!phone) await walked(page, "exos-order-sentences");
  });

  await step(`${where}: order by a tap and by dragging`, async () => {
    await open(page, module, 6);
    const item = (i) => page.locator("ol[data-order] button[data-words]").nth(i);
    const before = await words(page);
    if (phone) { await item(0).tap(); await item(2).tap(); } else { await item(0).click(); await item(2).click(); }
    equal((await words(page))[2], before[0], "the item chosen, then placed");
    const again = await words(page);
    const from = await item(4).boundingBox();
    const to = await item(1).boundingBox();
    await page.mouse.move(from.x + 10, from.y + from.height / 2);
    await page.mouse.down();
    await page.mouse.move(to.x + 10, from.y - 20, { steps: 4 });
    await page.mouse.move(to.x + 10, to.y + to.height / 2, { steps: 6 });
    await page.mouse.up();
    equal((await words(page))[1], again[4], "the item dragged");
  });

  await step(`${where}: a lost line loses no answer, and counts none twice`, async () => {
    await open(page, module, 3);
    const tries = phone ? 3 : 2; // the desk has had one of them
    await page.locator("main input[type=checkbox], main input[type=radio]").nth(tries - 2).check();
    await page.context().setOffline(true);
    await page.locator("button.btn-primary").click();
    await page.getByText("ta réponse est gardée sur cet appareil").waitFor();
    await page.context().setOffline(false);
    await page.reload();
    await page.getByText(`Essai ${tries} sur 3`).waitFor();
    await page.reload();
    await page.getByText(`Essai ${tries} sur 3`).waitFor();
    page.troubles.length = 0; // the browser tells of the line itself
  });
}

const desk = await person();
let workbook = "";

await step("what was typed and not sent is there after a reload, and on the way back", async () => {
  workbook = await arrive(desk, "malo.kerbrat");
  await open(desk, workbook, 5);
  const field = desk.locator("form[data-player] input[type=text], form[data-player] select").first();
  const first = await field.evaluate((f) => f.localName === "select" ? f.options[1].value : "en attente");
  await field.evaluate((f, v) => { f.value = v; f.dispatchEvent(new Event("input", { bubbles: true })); f.dispatchEvent(new Event("change", { bubbles: true })); }, first);
  await desk.reload();
  equal(await field.inputValue(), first, "after a reload");
  await desk.goto(workbook);
  await desk.goBack();
  await desk.locator("form[data-player]").waitFor();
  equal(await field.inputValue(), first, "on the way back");
});

await step("back from the next exercise, the answer and what was said of it are there", async () => {
  await open(desk, workbook, 1);
  await desk.locator("input[type=radio]").first().check();
  await desk.getByRole("button", { name: "Valider" }).click();
  await desk.locator("[data-result]").waitFor();
  await desk.locator("a[rel=next]").click();
  await desk.waitForURL(/\/exercices\/2$/);
  await desk.goBack();
  await desk.locator("[data-result]").waitFor();
  must(await desk.locator("input[type=radio]").first().isChecked(), "the answer is not there");
});

await step("an answer whose receipt is lost on its way is asked again, and counts once", async () => {
  await open(desk, workbook, 2);
  await desk.getByText("Essai 1 sur 3").waitFor();
  const list = desk.locator("form[data-player] select").first();
  await list.selectOption({ index: 1 });
  await desk.evaluate(() => {
    const real = window.fetch;
    window.arrived = 0;
    window.fetch = async (...asked) => {
      await real(...asked); // the server has it
      window.arrived++;
      throw new TypeError("the line is lost"); // the pupil does not know
    };
  });
  await desk.getByRole("button", { name: "Valider" }).click();
  await desk.getByText("ta réponse est gardée sur cet appareil").waitFor();
  equal(await desk.evaluate(() => window.arrived), 1, "times that it came");
  await desk.reload(); // what is kept is sent with the same name
  await desk.getByText("Essai 2 sur 3").waitFor();
  await desk.waitForFunction(() => Object.keys(localStorage).every((k) => !k.startsWith("exos.act.")));
  await desk.reload();
  await desk.getByText("Essai 2 sur 3").waitFor();
  desk.troubles.length = 0; // the browser tells of the line itself
});

await step("two tabs: the second one is told what the first one did, and nothing counts twice", async () => {
  const other = await desk.context().newPage(); // on the same exercise, at the second try
  other.troubles = [];
  await other.goto(desk.url());
  await other.getByText("Essai 2 sur 3").waitFor();
  const first = (page) => page.locator("form[data-player] select").first();
  await first(desk).selectOption({ index: 2 });
  await desk.locator("button.btn-primary[value=answer]").click();
  await desk.getByText("Essai 3 sur 3").waitFor();
  await other.getByText("dans un autre onglet").waitFor(); // without a press
  await other.getByText("Essai 3 sur 3").waitFor();
  equal(await first(other).inputValue(), await first(desk).inputValue(), "the answer in the other tab");
  await other.locator("button.btn-primary[value=answer]").click(); // the same again
  await other.getByText("Essai 3 sur 3").waitFor();
  equal(await other.locator("[data-notice]").count(), 1, "that it is the same is said");
  await everywhere(other, "exos-other-tab");
  await other.close();
});

await step("without script: an answer, a hint, an item moved", async () => {
  const page = await person({ script: false });
  const module = await arrive(page, "malo.kerbrat");
  await page.goto(`${module}/exercices/10`);
  const before = await page.locator("ol[data-order] [data-words]").allInnerTexts();
  await page.locator("[data-move=down]").first().click();
  equal((await page.locator("ol[data-order] [data-words]").allInnerTexts())[1], before[0], "the item moved by its arrow");
  await page.getByRole("button", { name: "Un indice" }).click();
  await page.locator("[data-hint]").waitFor();
  equal((await page.locator("ol[data-order] [data-words]").allInnerTexts())[1], before[0], "the order after the hint");
  await page.locator("button.btn-primary").click();
  await page.locator("[data-result]").waitFor();
});

await end();
