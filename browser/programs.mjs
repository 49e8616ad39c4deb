// A school's own program: its manager makes a token, the program starts a batch and follows it as a stream, and the manager's open page of
// that batch follows it too; the token is revoked, and opens nothing any more.
import { end, equal, everywhere, look, must, person, signIn, step, through, walked, world } from "./lib.mjs";

const school = `${world.broker}/affectation/${world.school}`;
const api = `${world.broker}/api/v1/schools/${world.school}`;
const claire = look(await person());
let token = "";

/** What a program asks. A page asks for it, for only a browser finds these hosts; it shows the program's token, and no cookie. */
const ask = (path, { body, tag } = {}) => claire.evaluate(async ([url, secret, sent, match]) => {
  const headers = { Authorization: `Bearer ${secret}`, ...(sent && { "Content-Type": "application/json", "Idempotency-Key": String(Math.random()) }), ...(match && { "If-Match": `"${match}"` }) };
  const answer = await fetch(url, { method: sent ? "POST" : "GET", headers, credentials: "omit", body: sent && JSON.stringify(sent) });
  const text = await answer.text();
  return { status: answer.status, text, value: text.startsWith("{") ? JSON.parse(text) : {} };
}, [api + path, token, body, tag]);

await step("the manager makes a token, which is shown once", async () => {
  await signIn(claire, "claire.vasseur");
  await claire.goto(`${school}/fichier`);
  await through(claire, claire.getByRole("link", { name: "Voir les programmes et leurs jetons" }));
  await everywhere(claire, "console-programs-none");
  await walked(claire, "console-programs-none", 30);
  await claire.fill("#nom", "  ");
  await through(claire, claire.getByRole("button", { name: "Faire le jeton" }));
  must(/Donnez au programme un nom/.test(await claire.locator("main").innerText()), "a token without a name");
  await everywhere(claire, "console-programs-wrong");
  await claire.fill("#nom", "Emploi du temps");
  await claire.getByText("Lire, attribuer et reprendre").click();
  await through(claire, claire.getByRole("button", { name: "Faire le jeton" }));
  token = await claire.inputValue("#secret");
  must(token.startsWith("pupitre_"), `the secret is ${token}`);
  await everywhere(claire, "console-programs-made");
  await claire.goto(`${school}/programmes`);
  must(!(await claire.content()).includes(token), "the secret is shown again");
});

await step("the program’s batch is on the manager’s first page, and its open page says when it ends", async () => {
  const { items } = (await ask("/resources")).value;
  const { items: cohorts } = (await ask("/cohorts")).value;
  const one = items.find((r) => !r.family && r.counters.available > 40);
  const draft = await ask("/batches", { body: { name: "Rentrée", orders: [{ resources: [one.ark], targets: [{ kind: "cohort", id: cohorts[0].code, profiles: ["eleve"] }] }], short: "serve" } });
  equal(draft.status, 201, `the draft: ${draft.text}`);
  const { id, hash } = draft.value;
  await claire.goto(`${school}/fichier/${id}`);
  await everywhere(claire, "console-batch-draft");
  equal((await ask(`/batches/${id}/start`, { body: { short: "serve" }, tag: hash })).status, 202, "the start");
  await claire.goto(`${school}/fichier/${id}`);
  await claire.evaluate(() => { globalThis.mine = true; });
  await claire.waitForFunction(() => document.querySelector("h1").textContent === "Le fichier est traité");
  must(await claire.evaluate(() => globalThis.mine), "the page was read anew instead of following");
  await everywhere(claire, "console-batch-done");
  const { text: told } = await ask(`/batches/${id}/events`);
  for (const name of ["progress", "outcomes", "end"]) must(told.includes(`event: ${name}\n`), `no event ${name}: ${told.slice(0, 400)}`);
  await claire.goto(`${school}/fichier`);
  must(/Rentrée/.test(await claire.locator("main").innerText()), "the batch is not found again");
});

await step("a revoked token opens nothing", async () => {
  await claire.goto(`${school}/programmes`);
  must(/le \d/.test(await claire.locator("main tbody").innerText()), "the day of its last use is not told");
  await through(claire, claire.getByRole("link", { name: /^Révoquer le jeton «/ }));
  await everywhere(claire, "console-programs-revoke");
  await through(claire, claire.getByRole("button", { name: "Révoquer le jeton" }));
  await everywhere(claire, "console-programs-revoked");
  equal((await ask("/resources")).status, 401, "the token");
});

await step("a file says which of its lines are refused, and why, before anything is done", async () => {
  await claire.goto(`${school}/fichier`);
  const text = "nom;prenom;classe;titre\nMarchal;Inès;5e B;Le labo de grammaire 5e\nPersonne;Nulle;5e B;Le labo de grammaire 5e\nMarchal;Inès;5e B;Un livre qui n’existe pas\n";
  await claire.setInputFiles("#fichier", { name: "rentree.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
  await through(claire, claire.getByRole("button", { name: "Vérifier le fichier" }));
  const said = await claire.locator("main").innerText();
  must(/3\s+Nulle Personne n’est pas/.test(said) && /4\s+L’établissement .*« Un livre qui n’existe pas »/.test(said.replaceAll("\u00a0", " ")), `lines are refused without a word: ${said}`);
  await everywhere(claire, "console-file-refused");
  await walked(claire, "console-file-refused");
});

await step("nothing is held twice", async () => {
  await claire.goto(`${school}/doubles`);
  await everywhere(claire, "console-doubles-none");
});

await end();
