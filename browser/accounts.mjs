// A school without a portal: slips, telephones, passkeys, and one's own account. The telephone is a clock and a secret; the passkeys are
// those of Chromium's own virtual authenticator.
import { createHmac } from "node:crypto";
import { device } from "./guest.mjs";
import { end, equal, everywhere, look, must, person, step, through, walked, world, worded } from "./lib.mjs";

const broker = world.broker;
const first = "quatre mots sans rapport";
const second = "tabouret violet marmotte canif";

/** What a telephone shows for a key in base 32, now (RFC 6238). */
function code(key) {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...key.replace(/\s/g, "")].map((c) => letters.indexOf(c).toString(2).padStart(5, "0")).join("");
  const secret = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const sum = createHmac("sha1", secret).update(counter).digest();
  return String((sum.readUInt32BE(sum[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

const press = (page, name) => through(page, page.getByRole("button", { name, exact: true }));
const main = async (page) => (await page.locator("main").innerText()).replace(/\s+/g, " ");

/** Goes to the sign-in and gives identifier and password. */
async function knock(page, login, password) {
  look(page);
  await page.goto(`${broker}/connexion?next=/mon-compte`);
  await page.fill("#identifiant", login);
  await page.fill("#passe", password);
  await press(page, "Se connecter");
}

/** The first sign-in of an adult: a password, a telephone. Returns the recovery codes. */
async function settle(page, slip, check = async () => {}) {
  await knock(page, slip.login, slip.phrase);
  await check("account-change");
  await page.fill("#nouveau", "MotDePasse2026!");
  await page.fill("#encore", "MotDePasse2026!");
  await press(page, "Choisir ce mot de passe");
  must((await main(page)).includes("se devine trop vite"), "a common password is taken");
  await check("account-change-refused");
  await page.fill("#nouveau", first);
  await page.fill("#encore", first);
  await press(page, "Choisir ce mot de passe");
  await check("account-enrol");
  await page.fill("#code", code(await page.locator(".key code").innerText()));
  await press(page, "Ajouter");
  await check("account-codes");
  const codes = await page.locator(".codes code").allInnerTexts();
  equal(codes.length, 10, "recovery codes");
  await through(page, page.getByRole("link", { name: "C’est noté, continuer" }));
  must(page.url() === `${broker}/mon-compte`, `the sign-in ends at ${page.url()}`);
  return codes;
}

async function leave(page) {
  await page.goto(`${broker}/deconnexion`);
  await through(page, page.locator("main").getByRole("button", { name: "Se déconnecter" }));
}

const claire = await person();
const everywhereFor = (page) => (name) => everywhere(page, name);
let codes = [];

await step("somebody of the staff comes in by a slip, chooses a password, adds a telephone", async () => {
  look(claire);
  await claire.goto(`${broker}/connexion`);
  await everywhere(claire, "account-door");
  await walked(claire, "account-door");
  codes = await settle(claire, world.teacher, everywhereFor(claire));
  await everywhere(claire, "account");
  await walked(claire, "account");
  await claire.goto(`${broker}/mediacentre`);
  await claire.locator("details.menu summary", { hasText: "Claire" }).click();
  await through(claire, claire.getByRole("link", { name: "Mon compte" }));
});

const { cdp, authenticatorId } = await device(claire);
const held = async () => (await cdp.send("WebAuthn.getCredentials", { authenticatorId })).credentials;

await step("she adds a passkey, once she has shown who she is", async () => {
  look(claire);
  await through(claire, claire.getByRole("link", { name: "Gérer les clés d’accès" }));
  await everywhere(claire, "account-confirm");
  await claire.fill("#passe", first);
  await claire.fill("#code", "000000");
  await press(claire, "Continuer");
  must((await main(claire)).includes("Ce code n’est pas le bon"), "a wrong code is taken");
  await everywhere(claire, "account-confirm-refused");
  await claire.fill("#passe", first);
  await claire.fill("#code", codes.pop());
  await press(claire, "Continuer");
  await everywhere(claire, "account-passkeys-none");
  await claire.fill("#nom", "Mon ordinateur");
  await press(claire, "Ajouter une clé d’accès");
  must((await main(claire)).includes("Mon ordinateur"), "the passkey is not listed");
  const [key] = await held();
  must(key?.isResidentCredential && key.rpId === "pupitre.localhost", `the device holds ${JSON.stringify(key)}`);
  await everywhere(claire, "account-passkeys");
  await walked(claire, "account-passkeys");
  await claire.fill("#nom", "Encore");
  await claire.getByRole("button", { name: "Ajouter une clé d’accès" }).click();
  await claire.getByText("Cet appareil a déjà une clé d’accès de ce compte.").waitFor();
  equal((await held()).length, 1, "passkeys in the device");
  claire.troubles.length = 0; // Chromium tells the console of a device that says no
});

await step("the passkey alone signs in; it also stands in for the telephone", async () => {
  look(claire);
  await leave(claire);
  await claire.goto(`${broker}/connexion?next=/mon-compte`);
  await press(claire, "Se connecter avec une clé d’accès");
  await claire.waitForURL(`${broker}/mon-compte`);
  must((await main(claire)).includes("utilisée le"), "the use is not said");
  await leave(claire);
  await knock(claire, world.teacher.login, first);
  await everywhere(claire, "account-factor");
  await press(claire, "Utiliser une clé d’accès");
  await claire.waitForURL(`${broker}/mon-compte`);
});

await step("a device that is not unlocked opens nothing, and the page says so", async () => {
  look(claire);
  await leave(claire);
  await cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
  await claire.goto(`${broker}/connexion?next=/mon-compte`);
  await claire.getByRole("button", { name: "Se connecter avec une clé d’accès" }).click();
  await claire.getByText("L’appareil n’a pas donné de clé d’accès.").waitFor();
  claire.troubles.length = 0;
  await everywhere(claire, "account-door-refused");
  await cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: true });
  await press(claire, "Se connecter avec une clé d’accès");
  await claire.waitForURL(`${broker}/mon-compte`);
});

await step("a new telephone, then the passkey goes: it opens nothing any more", async () => {
  look(claire);
  await through(claire, claire.getByRole("link", { name: "Changer de téléphone" }));
  await claire.fill("#passe", first);
  await claire.fill("#code", codes.pop());
  await press(claire, "Continuer");
  await everywhere(claire, "account-phone");
  await claire.fill("#code", code(await claire.locator(".key code").innerText()));
  await press(claire, "Prendre ce téléphone");
  codes = await claire.locator(".codes code").allInnerTexts();
  await through(claire, claire.getByRole("link", { name: "C’est noté, continuer" }));
  await through(claire, claire.getByRole("link", { name: "Gérer les clés d’accès" }));
  await claire.fill("#passe", first);
  await claire.fill("#code", codes.pop());
  await press(claire, "Continuer");
  await press(claire, "Retirer la clé d’accès Mon ordinateur");
  must((await main(claire)).includes("Aucune."), "the passkey stays");
  await leave(claire);
  await claire.goto(`${broker}/connexion`);
  await press(claire, "Se connecter avec une clé d’accès");
  must((await main(claire)).includes("n’a pas été reconnue"), "a passkey that was removed opens something");
});

await step("a passkey instead of the telephone: at the first sign-in, after the password, to confirm", async () => {
  const karim = await person();
  const { cdp: key, authenticatorId: id } = await device(karim);
  await knock(karim, world.keyed.login, world.keyed.phrase);
  await karim.fill("#nouveau", first);
  await karim.fill("#encore", first);
  await press(karim, "Choisir ce mot de passe");
  await everywhere(karim, "account-enrol-either");
  await walked(karim, "account-enrol-either");
  await key.send("WebAuthn.setUserVerified", { authenticatorId: id, isUserVerified: false });
  await karim.fill("#nom", "Mon ordinateur");
  await karim.getByRole("button", { name: "Ajouter une clé d’accès" }).click();
  await karim.getByText("L’appareil n’a pas donné de clé d’accès.").waitFor();
  karim.troubles.length = 0;
  await key.send("WebAuthn.setUserVerified", { authenticatorId: id, isUserVerified: true });
  await press(karim, "Ajouter une clé d’accès");
  const [spare] = await karim.locator(".codes code").allInnerTexts();
  await through(karim, karim.getByRole("link", { name: "C’est noté, continuer" }));
  equal(karim.url(), `${broker}/mon-compte`, "the first sign-in");
  must((await main(karim)).includes("Ajouter un téléphone"), "no telephone can be added later");
  await everywhere(karim, "account-keyed");
  await through(karim, karim.getByRole("link", { name: "Gérer les clés d’accès" }));
  await everywhere(karim, "account-confirm-key");
  await press(karim, "Utiliser une clé d’accès");
  await karim.waitForURL(`${broker}/mon-compte/cles`);
  await press(karim, "Retirer la clé d’accès Mon ordinateur");
  must((await main(karim)).includes("C’est votre seul second facteur."), "the only second factor can be removed");
  await leave(karim);
  await knock(karim, world.keyed.login, first);
  await everywhere(karim, "account-factor-key");
  await press(karim, "Utiliser une clé d’accès");
  await karim.waitForURL(`${broker}/mon-compte`);
  await leave(karim);
  await karim.goto(`${broker}/connexion?next=/mon-compte`);
  await press(karim, "Se connecter avec une clé d’accès");
  await karim.waitForURL(`${broker}/mon-compte`);
  await leave(karim);
  await knock(karim, world.keyed.login, first); // on a device that does not have it
  await karim.fill("#code", spare);
  await press(karim, "Continuer");
  equal(karim.url(), `${broker}/mon-compte`, "by a recovery code");
});

await step("without script, on a phone: slip, telephone, password, recovery codes", async () => {
  const nadia = await person({ phone: true, script: false });
  const read = (name) => worded(nadia, `without script, ${name}`);
  let [one, other] = await settle(nadia, world.other, read);
  must(!await nadia.locator("form[data-passkey]").first().isVisible().catch(() => false), "a passkey is offered where no script runs");
  await through(nadia, nadia.getByRole("link", { name: "Changer le mot de passe" }));
  await nadia.fill("#actuel", first);
  await nadia.fill("#nouveau", second);
  await nadia.fill("#encore", second);
  await press(nadia, "Changer");
  must((await main(nadia)).includes("claire") === false && nadia.url() === `${broker}/mon-compte`, "the password is not changed");
  await through(nadia, nadia.getByRole("link", { name: "Refaire les codes de secours" }));
  await nadia.fill("#passe", second);
  await nadia.fill("#code", one);
  await press(nadia, "Continuer");
  await read("codes");
  await press(nadia, "Faire 10 nouveaux codes");
  const [fresh] = await nadia.locator(".codes code").allInnerTexts();
  await nadia.goto(`${broker}/mon-compte/cles`);
  must((await main(nadia)).includes("Ce navigateur ne sait pas faire de clés d’accès"), "nothing says why there is no form");
  await leave(nadia);
  await knock(nadia, world.other.login, second);
  await nadia.fill("#code", other);
  await press(nadia, "Continuer");
  must((await main(nadia)).includes("Ce code n’est pas le bon"), "an old recovery code is taken");
  await nadia.fill("#code", fresh);
  await press(nadia, "Continuer");
  equal(nadia.url(), `${broker}/mon-compte`, "the sign-in");
});

await step("a pupil keeps the slip, until the manager lets pupils choose", async () => {
  const sacha = await person({ phone: true });
  await knock(sacha, world.pupil.login, world.pupil.phrase);
  must((await main(sacha)).includes("Dans ton établissement, on garde le mot de passe du billet."), "nothing says why");
  await everywhere(sacha, "account-pupil");
  await knock(claire, world.teacher.login, first);
  await claire.fill("#code", codes.pop());
  await press(claire, "Continuer");
  await claire.goto(`${broker}/comptes`);
  await press(claire, "Les laisser changer");
  must((await main(claire)).includes("Les élèves peuvent changer"), "the decision is not said");
  await everywhere(claire, "accounts-pupils");
  look(sacha);
  await sacha.reload();
  await through(sacha, sacha.getByRole("link", { name: "Changer le mot de passe" }));
  await everywhere(sacha, "account-pupil-change");
  await sacha.fill("#actuel", world.pupil.phrase);
  await sacha.fill("#nouveau", second);
  await sacha.fill("#encore", second);
  await press(sacha, "Changer");
  equal(sacha.url(), `${broker}/mon-compte`, "after the change");
});

await step("a pupil is remembered where they ask for it: no password the next day, listed, forgotten", async () => {
  const sacha = await person({ phone: true });
  const cookies = async (...names) => (await sacha.context().cookies()).filter((c) => names.includes(c.name));
  look(sacha);
  await sacha.goto(`${broker}/connexion?next=/mon-compte`);
  equal(await sacha.getByRole("checkbox", { name: /^Se souvenir de moi/ }).isChecked(), false, "ticked by itself");
  await sacha.fill("#identifiant", world.pupil.login);
  await sacha.fill("#passe", second);
  await sacha.getByRole("checkbox", { name: /^Se souvenir de moi/ }).check();
  await everywhere(sacha, "account-remember");
  await press(sacha, "Se connecter");
  equal(sacha.url(), `${broker}/mon-compte`, "the sign-in");
  await everywhere(sacha, "account-remembered");
  await walked(sacha, "account-remembered");
  await sacha.context().clearCookies({ name: "seance" }); // the browser was closed
  await sacha.goto(`${broker}/connexion?next=/mon-compte`);
  equal(sacha.url(), `${broker}/mon-compte`, "the sign-in of the next day");
  await press(sacha, "Oublier Chrome, Linux");
  must((await main(sacha)).includes("Aucun appareil."), "the browser is still listed");
  await sacha.context().clearCookies({ name: "seance" });
  await sacha.goto(`${broker}/connexion?next=/mon-compte`);
  await sacha.locator("#passe").waitFor();
  await press(sacha, "D’autres utilisent cet appareil");
  equal(await sacha.getByRole("checkbox").count(), 0, "offered on a shared device");
  await everywhere(sacha, "account-door-shared");
  await press(sacha, "Il n’est qu’à moi");
  equal((await cookies("partage", "dernier")).length, 0, "what the browser keeps of who uses it");
});

await step("a teacher is remembered: the second factor is asked for all the same", async () => {
  look(claire);
  await leave(claire);
  await claire.context().clearCookies();
  await claire.goto(`${broker}/connexion?next=/mon-compte`);
  await claire.fill("#identifiant", world.teacher.login);
  await claire.fill("#passe", first);
  await claire.getByRole("checkbox", { name: /^Se souvenir de moi/ }).check();
  await press(claire, "Se connecter");
  await claire.fill("#code", codes.pop());
  await press(claire, "Continuer");
  await claire.context().clearCookies({ name: "seance" });
  await claire.goto(`${broker}/connexion?next=/mon-compte`);
  must((await main(claire)).includes("jamais du second facteur"), "nothing says why a code is asked for");
  await everywhere(claire, "account-factor-remembered");
  await press(claire, "Ce n’est pas moi");
  await claire.locator("#passe").waitFor();
  await claire.goto(`${broker}/connexion?next=/mon-compte`);
  await claire.locator("#passe").waitFor();
});

await step("in English", async () => {
  const page = await person({ locale: "en-GB" });
  look(page);
  await page.context().addCookies([{ name: "langue", value: "en", url: broker }]);
  await page.goto(`${broker}/connexion?next=/mon-compte`);
  await worded(page, "account-door, in English");
  await page.fill("#identifiant", world.teacher.login);
  await page.fill("#passe", first);
  await press(page, "Sign in");
  await page.fill("#code", codes.pop());
  await press(page, "Continue");
  for (const path of ["", "/mot-de-passe", "/confirmer?pour=cles"]) {
    await page.goto(`${broker}/mon-compte${path}`);
    await worded(page, `account${path}, in English`);
  }
  await page.fill("#passe", first);
  await page.fill("#code", codes.pop());
  await press(page, "Continue");
  await worded(page, "account-passkeys, in English");
});

await end();
