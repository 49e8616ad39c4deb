// « L’atelier des gestes »: every interaction of QTI by keyboard alone, looked at in each of its states (unanswered, answered, wrong,
// right, with the corrigé); pictures by mouse and finger too; and each of them where no script runs.
import { briefly, end, equal, everywhere, look, must, person, signIn, step, through, world } from "./lib.mjs";

const module = `${world.exos}/modules/${world.workshop}`;

async function arrive(options) {
  const page = await person(options);
  look(page);
  await signIn(page, "malo.kerbrat");
  await page.goto(`${world.broker}/acces/${world.workbook}`);
  await page.waitForURL((url) => url.host === new URL(world.exos).host);
  await page.goto(module);
  return page;
}

let places; // the exercises' numbers, by title

async function open(page, title) {
  if (!places) {
    const links = await page.locator("main a[href*='/exercices/']").evaluateAll((all) => all.map((a) => [a.textContent.trim().replace(/\s+/g, " "), a.getAttribute("href")]));
    places = links;
  }
  const found = places.find(([text]) => text.includes(title));
  must(found, `no exercise is called ${title}: ${places.map((p) => p[0]).join(" | ")}`);
  await page.goto(world.exos + found[1]);
  const again = page.getByRole("button", { name: "Recommencer" });
  if (await again.count() > 0) await through(page, again);
  await page.locator("form[data-player]").waitFor();
}

/** Presses Tab until the focus is on what the selector names. */
async function tabTo(page, selector) {
  for (let i = 0; i < 80; i++) {
    if (await page.evaluate((s) => document.activeElement?.matches(s), selector)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab never reaches ${selector}`);
}

async function press(page, selector) {
  await tabTo(page, selector);
  const answered = page.waitForResponse((r) => r.url().endsWith("/api/evenements"));
  await page.keyboard.press("Enter");
  await answered;
}

const submit = (page) => press(page, "form[data-player] button.btn-primary[value=answer]");
const right = (page) => page.locator("[data-result]", { hasText: "Bravo" }).waitFor();
const wrong = (page) => page.locator(".q-said .msg-amber[data-result]").waitFor();

/** Chooses among radio buttons by the arrows. */
async function radio(page, value, name = "r.RESPONSE") {
  await tabTo(page, `input[name="${name}"][type=radio]`);
  if (await page.evaluate(() => !document.activeElement.checked)) await page.keyboard.press("Space");
  for (let i = 0; i < 12 && await page.evaluate(() => document.activeElement.value) !== value; i++) await page.keyboard.press("ArrowDown");
  equal(await page.evaluate(() => document.activeElement.value), value, "the radio button");
}

/** Ticks exactly these boxes. */
async function boxes(page, values) {
  for (const box of await page.locator("input[type=checkbox][name='r.RESPONSE']").all()) {
    const value = await box.getAttribute("value");
    if (await box.isChecked() === values.includes(value)) continue;
    await tabTo(page, `input[type=checkbox][value="${value}"]`);
    await page.keyboard.press("Space");
  }
}

/** Chooses in the lists, in the order of the page, by typing what they say. */
async function lists(page, values) {
  for (const [i, value] of values.entries()) {
    const list = page.locator("select[name='r.RESPONSE']").nth(i);
    const at = await list.evaluate((l, v) => [...l.options].findIndex((o) => o.value === v || v && o.value === v.split(" ").reverse().join(" ")), value);
    must(at >= 0, `list ${i + 1} has no ${value}`);
    await tabTo(page, `#${await list.getAttribute("id")}`);
    await page.keyboard.press("Home");
    for (let n = 0; n < at; n++) await page.keyboard.press("ArrowDown");
    equal(await list.evaluate((l) => l.selectedIndex), at, `list ${i + 1}`);
  }
}

/** Moves the cross over the picture to a place, coarsely then finely, and puts a point. */
async function point(page, x, y) {
  await tabTo(page, ".pic-frame[role=application]");
  const at = async () => (await page.locator(".pic-over .cursor").getAttribute("transform")).match(/[\d.]+/g).map(Number);
  const size = await page.locator("[data-pic]").evaluate((p) => Math.max(Number(p.dataset.width), Number(p.dataset.height)));
  for (const [axis, less, more, want] of [[0, "ArrowLeft", "ArrowRight", x], [1, "ArrowUp", "ArrowDown", y]]) {
    for (const coarse of [true, false]) {
      for (;;) {
        const away = want - (await at())[axis];
        if (Math.abs(away) < (coarse ? Math.round(size / 50) : 1)) break;
        await page.keyboard.press(`${coarse ? "" : "Shift+"}${away < 0 ? less : more}`);
      }
    }
  }
  await page.keyboard.press("Space");
}

const typed = async (page, selector, text) => {
  await tabTo(page, selector);
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type(text);
};

async function order(page, wanted) {
  const words = () => page.locator("ol[data-order] [data-words]").allInnerTexts();
  for (const [place, word] of wanted.entries()) {
    const from = (await words()).indexOf(word, place);
    must(from >= 0, `${word} is not among ${await words()}`);
    if (from === place) continue;
    await page.locator("ol[data-order] > li").nth(from).locator("button[data-words]").focus();
    await page.keyboard.press("Space");
    for (let i = from; i > place; i--) await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Space");
  }
}

// Of each exercise: its title, how it is answered wrongly and rightly; none where no machine judges.
const exercises = [
  ["Touche la racine", (p) => radio(p, "TIGE"), (p) => radio(p, "RACINE")],
  ["Tout ce qui est vert", (p) => boxes(p, ["FLEUR"]), (p) => boxes(p, ["TIGE", "FEUILLE"])],
  ["De bas en haut", (p) => lists(p, ["FLEUR", "TIGE", "FEUILLE", "RACINE"]), (p) => lists(p, ["RACINE", "TIGE", "FEUILLE", "FLEUR"])],
  ["Les deux bateaux", (p) => lists(p, ["NORD OUEST"]), (p) => lists(p, ["OUEST EST", "NORD SUD"])],
  ["Le nom des parties", (p) => lists(p, ["L FLEUR", "T FEUILLE", "F TIGE"]), (p) => lists(p, ["L FLEUR", "F FEUILLE", "T TIGE", "R RACINE"])],
  ["Montre le phare", (p) => point(p, 300, 200), (p) => point(p, 121, 100)],
  ["Deux ports du bord", (p) => point(p, 96, 216), async (p) => { await point(p, 96, 216); await point(p, 236, 72); await point(p, 250, 272); }],
  ["L’étoile du volcan", (p) => point(p, 100, 60), (p) => point(p, 337, 160)],
  ["Un angle droit", (p) => radio(p, "A"), (p) => radio(p, "B")],
  ["La bonne préposition", (p) => lists(p, ["SUR"]), (p) => lists(p, ["DANS"])],
  ["Un mot à écrire", (p) => typed(p, "input[name='r.RESPONSE']", "bateau"), (p) => typed(p, "input[name='r.RESPONSE']", "bateaux")],
  ["Quelques lignes", null, (p) => typed(p, "textarea", "Le vent se lève. Nous partons.")],
  ["Du plus petit au plus grand", (p) => order(p, ["un kilomètre"]), (p) => order(p, ["un mètre", "un décamètre", "un kilomètre"])],
  ["Qui mange quoi ?", (p) => lists(p, ["V C"]), (p) => lists(p, ["V H", "L C"])],
  ["Deux mots à placer", (p) => lists(p, ["O G1"]), (p) => lists(p, ["S G1", "O G2"])],
  ["Les contraires", (p) => lists(p, ["C N"]), (p) => lists(p, ["C F", "J N"])],
  ["Le verbe de la phrase", (p) => radio(p, "VITE"), (p) => radio(p, "NAGE")],
  ["À la moitié", (p) => slide(p, 20), (p) => slide(p, 50)],
  ["Écoute la note", (p) => radio(p, "SI", "r.NOTE"), (p) => radio(p, "LA", "r.NOTE")],
  ["Une fraction", (p) => radio(p, "A"), (p) => radio(p, "B")],
];

async function slide(page, value) {
  await tabTo(page, "input[type=range]");
  await page.keyboard.press("Home");
  for (let i = 0; i < value / 10; i++) await page.keyboard.press("ArrowRight");
}

const page = await arrive();

for (const [title, badly, well] of exercises) {
  await step(`by keyboard: ${title}`, async () => {
    const name = `gesture-${title.replace(/\W+/g, "-").toLowerCase()}`;
    await open(page, title);
    await (await page.locator("[data-pic]").count() > 0 ? everywhere : briefly)(page, `${name}-0`);
    if (badly) {
      await badly(page);
      await briefly(page, `${name}-1-answered`);
      await submit(page);
      await wrong(page);
      await briefly(page, `${name}-2-wrong`);
      equal(await page.locator("[data-mark]").count() > 0, true, "the mark beside the answer");
    }
    await well(page);
    await submit(page);
    if (!badly) {
      await page.locator("[data-result]", { hasText: "Réponse enregistrée" }).waitFor();
      return await briefly(page, `${name}-3-kept`);
    }
    await right(page);
    await briefly(page, `${name}-3-right`);
    await press(page, "button[value=solve]");
    await page.locator("[data-solution]").waitFor();
    await briefly(page, `${name}-4-solution`);
  });
}

await step("by keyboard: a button that ends", async () => {
  await open(page, "Un bouton pour finir");
  await everywhere(page, "gesture-end-0");
  await press(page, "button[name='r.RESPONSE']");
  await right(page);
  await briefly(page, "gesture-end-3-right");
});

/** Lowers the pen in the middle of the sheet, draws to the right and down, and lifts it. */
async function stroke(page) {
  await tabTo(page, "[data-ink] canvas");
  await page.keyboard.press("Space");
  for (const key of ["ArrowRight", "ArrowRight", "ArrowDown", "ArrowDown"]) await page.keyboard.press(key);
  await page.keyboard.press("Space");
}

/** How many points of the sheet are drawn on, the cross apart. */
const drawn = (page) => page.locator("[data-ink] canvas").evaluate((c) => {
  c.blur();
  return c.getContext("2d").getImageData(0, 0, c.width, c.height).data.filter((v, i) => i % 4 === 3 && v > 0).length;
});

const kept = (page) => page.locator("[data-result]", { hasText: "Réponse enregistrée" }).waitFor();

await step("by keyboard: a drawing, undone, kept over a reload, handed in", async () => {
  await open(page, "Le chemin du phare");
  await everywhere(page, "gesture-ink-0");
  await stroke(page);
  const once = await drawn(page);
  must(once > 0, "nothing is drawn");
  await stroke(page);
  must(await drawn(page) > once, "the second stroke is not drawn");
  await press1(page, "[data-tools] button");
  equal(await drawn(page), once, "after undoing the second stroke");
  await briefly(page, "gesture-ink-1-answered");
  await page.reload();
  equal(await drawn(page), once, "after the reload");
  await submit(page);
  await kept(page);
  await page.locator("img.handed-picture").waitFor();
  await page.waitForFunction((i) => i.complete && i.naturalWidth === 480, await page.locator("img.handed-picture").elementHandle());
  await briefly(page, "gesture-ink-3-kept");
});

await step("a drawing without a line is not lost", async () => {
  await open(page, "Le chemin du phare");
  await stroke(page);
  await page.context().setOffline(true);
  await page.locator("button.btn-primary[value=answer]").click();
  await page.getByText("ton fichier n’est pas encore parti").waitFor();
  await page.context().setOffline(false);
  await submit(page);
  await kept(page);
  page.troubles.length = 0; // the browser tells of the line itself
});

await step("a file is handed in as soon as it is chosen, and refused with words", async () => {
  await open(page, "Remets ton travail");
  await everywhere(page, "gesture-upload-0");
  const field = page.locator("input[type=file]");
  await field.setInputFiles({ name: "page.html", mimeType: "text/html", buffer: Buffer.from("<html>") });
  await page.getByText("n’est pas du type demandé").waitFor();
  await briefly(page, "gesture-upload-2-refused");
  await field.setInputFiles({ name: "texte.txt", mimeType: "text/plain", buffer: Buffer.from("Il était une fois.") });
  await page.locator("[data-handed] input").waitFor();
  await page.reload();
  equal(await page.locator("[data-handed] li").innerText(), "texte.txt", "the files after the reload");
  await submit(page);
  await kept(page);
  await briefly(page, "gesture-upload-3-kept");
});

await step("a publisher’s own interaction: by keyboard, kept over a reload, wrong, right", async () => {
  await open(page, "Le boulier");
  const frame = page.frameLocator("[data-portable] iframe");
  const said = (text) => frame.locator(".compte", { hasText: text }).waitFor();
  await said("0 boule");
  await everywhere(page, "gesture-portable-0");
  await tabTo(page, "[data-portable] iframe");
  for (let i = 0; i < 3 && await frame.locator("body").evaluate(() => document.activeElement.className) !== "plus"; i++) await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  await said("4 boules");
  await page.locator("[data-values] input[value='4']").waitFor({ state: "attached" });
  await briefly(page, "gesture-portable-1-answered");
  await page.reload();
  await said("4 boules");
  await submit(page);
  await wrong(page);
  await said("4 boules");
  await frame.locator(".plus").press("Enter");
  await said("6 boules");
  await submit(page);
  await right(page);
  await briefly(page, "gesture-portable-3-right");
  const reach = await frame.locator("body").evaluate(async () => {
    const tried = { origin: self.origin };
    try { tried.parent = parent.document.title; } catch (e) { tried.parent = e.name; }
    try { tried.storage = String(localStorage.length); } catch (e) { tried.storage = e.name; }
    try { tried.cookie = document.cookie; } catch (e) { tried.cookie = e.name; }
    return tried;
  });
  equal(reach, { origin: "null", parent: "SecurityError", storage: "SecurityError", cookie: "SecurityError" }, "what the frame may reach");
});

await step("what a publisher’s own interaction remembers is with the answer, on any device", async () => {
  equal(await page.evaluate(() => Object.keys(localStorage).filter((k) => k.startsWith("exos.state."))), [], "what the device still keeps");
  const other = await arrive();
  await other.goto(page.url());
  equal(await other.locator("[data-values] input[name='s.RESPONSE']").inputValue(), '{"moves":3}', "its state elsewhere");
  await other.context().close();
  look(page);
});

await step("a publisher’s own interaction that answers with a record", async () => {
  await open(page, "La météo");
  const frame = page.frameLocator("[data-portable] iframe");
  await frame.locator("[name=ciel]").fill("bleu");
  await frame.locator("[name=degres]").fill("20");
  await page.locator("input[name='n.RESPONSE.degres'][value='20']").waitFor({ state: "attached" });
  await page.reload();
  await page.waitForFunction(() => document.querySelector("input[name='n.RESPONSE.ciel']")?.value === "bleu");
  await submit(page);
  await right(page);
});

await step("a publisher’s own interaction that wants more is refused, and it is said", async () => {
  await open(page, "Une activité trop curieuse");
  await page.locator("[data-refused]", { hasText: "exemple.invalid" }).waitFor();
  page.troubles.length = 0; // the browser tells of the refusal itself
  await briefly(page, "gesture-portable-2-refused");
  await open(page, "Une activité d’autrefois");
  await briefly(page, "gesture-custom");
});

/** Waits until the device remembers the aids of these letters. */
async function remembered(letters) {
  for (let i = 0; i < 200; i++) {
    if ((await page.context().cookies()).find((c) => c.name.endsWith("lecture"))?.value === letters) return;
    await page.waitForTimeout(50);
  }
  throw new Error(`the aids ${letters} are not remembered`);
}

await step("reading aids: size, spacing and ease change at once, and stay", async () => {
  await open(page, "Un angle droit");
  const size = () => page.locator(".prompt").evaluate((e) => parseFloat(getComputedStyle(e).fontSize));
  const before = await size();
  await press1(page, ".aids summary");
  await press1(page, ".aids button[value=size-2]");
  must(await size() > before * 1.35, `very large text is ${await size()} px, normal is ${before} px`);
  await press1(page, ".aids button[value=wide]");
  await press1(page, ".aids button[value=easy]");
  await everywhere(page, "aids-open");
  await remembered("2we");
  await page.reload();
  must(await size() > before * 1.35, "the size is forgotten");
  equal(await page.locator(".ex").evaluate((e) => [e.hasAttribute("data-wide"), e.hasAttribute("data-easy")]), [true, true], "spacing and ease after the reload");
  await everywhere(page, "aids-on");
  await press1(page, ".aids summary");
  for (const aid of ["wide", "easy", "size-0"]) await press1(page, `.aids button[value=${aid}]`);
  equal(await size(), before, "the size is normal again");
});

await step("reading aids: what is chosen last is remembered, though an earlier message is the slower", async () => {
  await page.evaluate(() => {
    const really = window.fetch;
    let nth = 0;
    window.fetch = async (address, { signal, ...how }) => { // a network that hears of no abort
      if (nth++ === 0) await new Promise((r) => setTimeout(r, 400));
      return really(address, how);
    };
  });
  for (const aid of ["size-2", "wide", "easy"]) await press1(page, `.aids button[value=${aid}]`);
  await page.waitForTimeout(600);
  await remembered("2we");
  for (const aid of ["wide", "easy", "size-0"]) await press1(page, `.aids button[value=${aid}]`);
});

await step("reading aids: the ruler lights a line, by pointer and by keyboard", async () => {
  await press1(page, ".aids button[value=ruler]");
  await remembered("r");
  const top = () => page.locator(".ruler").evaluate((e) => Math.round(e.getBoundingClientRect().top + e.getBoundingClientRect().height / 2));
  await page.mouse.move(400, 300);
  equal(await top(), 300, "the ruler follows the pointer");
  await page.keyboard.press("Alt+ArrowDown");
  must(await top() > 310, "the ruler does not follow the keyboard");
  await everywhere(page, "aids-ruler");
  await page.reload();
  await page.locator(".ruler:not([hidden])").waitFor({ state: "attached" });
  await press1(page, ".aids button[value=ruler]");
  equal(await page.locator(".ruler").isHidden(), true, "the ruler stays");
});

await step("reading aids: the exercise is read aloud, a gap as a gap, and stops", async () => {
  await page.addInitScript(() => {
    window.read = [];
    Object.defineProperty(window, "speechSynthesis", { value: {
      speak: (u) => { window.read.push([u.lang, u.text]); if (window.read.length === 1) u.onstart?.(); }, cancel: () => { window.stopped = true; },
    } });
  });
  await open(page, "La bonne préposition");
  await press1(page, "[data-listen]");
  const read = await page.evaluate(() => window.read);
  equal(read, [["fr", "La bonne préposition"], ["fr", "Complète la phrase."], ["fr", "Le poisson nage trou la rivière."]], "what is read");
  equal(await page.locator(".is-read").innerText(), "La bonne préposition", "what is lit while it is read");
  await press1(page, "[data-listen]");
  must(await page.evaluate(() => window.stopped), "the voice does not stop");
  await open(page, "Une fraction");
  await press1(page, "[data-listen]");
  must((await page.evaluate(() => window.read.map((r) => r[1]).join(" "))).includes("un demi"), "the choices are not read");
});

/** Presses a button by keyboard. */
async function press1(page, selector) {
  await tabTo(page, selector);
  await page.keyboard.press("Enter");
}

await step("a formula is drawn as one", async () => {
  await open(page, "Une fraction");
  const [over, under] = await page.locator("mfrac").first().evaluate((f) => [...f.children].map((c) => c.getBoundingClientRect().top));
  must(over < under, "the fraction's parts stand side by side");
});

for (const [how, phone] of [["by mouse", false], ["by finger", true]]) {
  await step(`pictures ${how}`, async () => {
    const hand = phone ? await arrive({ phone }) : page;
    look(hand);
    const at = async (x, y) => {
      const box = await hand.locator(".pic-over").boundingBox();
      const [w, h] = await hand.locator("[data-pic]").evaluate((p) => [Number(p.dataset.width), Number(p.dataset.height)]);
      return [box.x + x / w * box.width, box.y + y / h * box.height];
    };
    const touch = async (x, y) => {
      await hand.locator(".pic-frame").scrollIntoViewIfNeeded();
      const place = await at(x, y);
      await (phone ? hand.touchscreen.tap(...place) : hand.mouse.click(...place));
    };
    const send = async () => {
      await hand.locator("button.btn-primary[value=answer]").click();
      await right(hand);
    };
    await open(hand, "Touche la racine");
    await touch(200, 420);
    await send();
    await open(hand, "De bas en haut");
    for (const place of [[200, 60], [200, 420], [200, 338], [274, 250], [200, 60], [200, 60]]) await touch(...place); // the flower is taken back, and put last
    await send();
    await open(hand, "Les deux bateaux");
    for (const place of [[96, 216], [402, 150], [236, 72], [250, 272]]) await touch(...place);
    await send();
    await open(hand, "Le nom des parties");
    for (const [label, x, y] of [["racine", 200, 420], ["tige", 200, 338], ["feuille", 274, 250], ["fleur", 200, 60]]) {
      await hand.getByRole("button", { name: label, exact: true }).click();
      await touch(x, y);
    }
    await send();
    await open(hand, "Deux ports du bord");
    for (const place of [[60, 60], [60, 60], [236, 72], [250, 272]]) await touch(...place); // the first is taken away again
    await send();
    await open(hand, "L’étoile du volcan");
    await touch(337, 160);
    await send();
  });
}

await step("a label is dragged to its place", async () => {
  look(page);
  await open(page, "Le nom des parties");
  const label = await page.getByRole("button", { name: "racine", exact: true }).boundingBox();
  const picture = await page.locator(".pic-over").boundingBox();
  await page.mouse.move(label.x + 10, label.y + 10);
  await page.mouse.down();
  await page.mouse.move(label.x + 40, label.y + 40, { steps: 4 });
  await page.mouse.move(picture.x + picture.width / 2, picture.y + picture.height * 420 / 480, { steps: 8 });
  await page.mouse.up();
  equal(await page.locator("[data-of=RACINE] select").inputValue(), "R RACINE", "the area's list");
});

await step("what is placed on a picture stays after a reload", async () => {
  await open(page, "Montre le phare");
  await point(page, 200, 100);
  await page.reload();
  equal(await page.locator("input[name='r.RESPONSE']").inputValue(), "200 100", "the point after the reload");
  equal(await page.locator(".pic-over .point").count(), 1, "points drawn");
});

await step("a picture whose address is over is given a new one", async () => {
  await open(page, "Touche la racine");
  const picture = page.locator(".pic-frame img");
  const good = await picture.getAttribute("src");
  must(new URL(good).host.startsWith("contenu."), `a picture of a publisher’s is at ${good}`);
  await picture.evaluate((e) => { e.src = e.src.replace(/(:\/\/[^/]+\/)[^/]+/, "$1zzzzzz-AAAAAAAAAAAAAAAAAAAAAA"); });
  await page.waitForFunction((src) => { const e = document.querySelector(".pic-frame img"); return e.getAttribute("src") === src && e.complete && e.naturalWidth > 0; }, good);
});

await step("in forced colours, what is chosen is seen", async () => {
  await page.emulateMedia({ forcedColors: "active" });
  await open(page, "Touche la racine");
  await radio(page, "RACINE");
  const [on, off] = await page.evaluate(() => ["RACINE", "TIGE"].map((s) => getComputedStyle(document.querySelector(`[data-spot=${s}] .edge`)).stroke));
  must(on !== off, `chosen and not chosen are both ${on}`);
  await page.emulateMedia({ forcedColors: "none" });
});

await step("without script: each exercise is answered by its controls", async () => {
  const plain = await arrive({ script: false });
  const send = async () => {
    await plain.locator("form[data-player] button.btn-primary[value=answer]").click();
    await plain.locator("[data-result]").waitFor();
  };
  for (const [title, , well] of exercises) {
    await open(plain, title);
    must(await plain.locator("form[data-player] button.btn-primary[value=answer]").count() === 1, `${title}: cannot be answered`);
    if (well === undefined) continue;
    const name = title;
    const fill = {
      "Touche la racine": () => plain.check("input[value=RACINE]"),
      "Tout ce qui est vert": async () => { await plain.check("input[value=TIGE]"); await plain.check("input[value=FEUILLE]"); },
      "De bas en haut": () => choose(["RACINE", "TIGE", "FEUILLE", "FLEUR"]),
      "Les deux bateaux": () => choose(["OUEST EST", "NORD SUD"]),
      "Le nom des parties": () => choose(["L FLEUR", "F FEUILLE", "T TIGE", "R RACINE"]),
      "Montre le phare": () => plain.locator("input[type=image]").click({ position: { x: 121, y: 100 } }),
      "Deux ports du bord": async () => { for (const [x, y] of [[236, 72], [250, 272]]) await plain.locator("input[type=image]").click({ position: { x, y } }); },
      "L’étoile du volcan": () => plain.fill("input[name='r.RESPONSE']", "337 160"),
      "Un angle droit": () => plain.check("input[value=B]"),
      "La bonne préposition": () => choose(["DANS"]),
      "Un mot à écrire": () => plain.fill("input[name='r.RESPONSE']", "bateaux"),
      "Quelques lignes": () => plain.fill("textarea", "Nous partons."),
      "Du plus petit au plus grand": async () => {
        for (const word of ["un décamètre", "un mètre"]) {
          while (await plain.locator("ol[data-order] > li").first().locator("[data-words]").innerText() !== word) await plain.getByRole("button", { name: `Monter ${word}` }).click();
        }
      },
      "Qui mange quoi ?": () => choose(["V H", "L C"]),
      "Deux mots à placer": () => choose(["S G1", "O G2"]),
      "Les contraires": () => choose(["C F", "J N"]),
      "Le verbe de la phrase": () => plain.check("input[value=NAGE]"),
      "À la moitié": () => plain.locator("input[type=range]").fill("50"),
      "Écoute la note": () => plain.check("input[value=LA]"),
      "Une fraction": () => plain.check("input[value=B]"),
    }[name];
    async function choose(values) {
      for (const [i, value] of values.entries()) {
        const list = plain.locator("select[name='r.RESPONSE']").nth(i);
        const there = await list.locator("option").evaluateAll((all) => all.map((o) => o.value));
        await list.selectOption(there.includes(value) ? value : value.split(" ").reverse().join(" "));
      }
    }
    await fill();
    await send();
    const said = await plain.locator("[data-result]").innerText();
    must(/Bravo|Réponse enregistrée/.test(said), `${title}: ${said}`);
  }
  await plain.locator(".aids summary").click();
  await through(plain, plain.getByRole("button", { name: "Très grande" }));
  equal(await plain.locator(".ex").getAttribute("data-size"), "2", "the size without script");
  equal(await plain.locator("[data-listen]").isVisible(), false, "a voice is offered without script");
  await plain.locator(".aids summary").click();
  await plain.getByRole("button", { name: "Normale" }).click();
  await open(plain, "Remets ton travail");
  await plain.locator("input[type=file]").setInputFiles({ name: "texte.txt", mimeType: "text/plain", buffer: Buffer.from("Fin.") });
  await send();
  must((await plain.locator("[data-handed]").innerText()).includes("texte.txt"), "the file is not listed");
});

await end();
