// How somebody who is in no school comes in for the first time: of the trade, or to run the installation.
import { createHmac } from "node:crypto";
import { everywhere, look, must, through, world } from "./lib.mjs";

export const password = "tabouret violet marmotte canif";

/** What a telephone shows for a key in base 32, now (RFC 6238). */
function code(key) {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...key.replace(/\s/g, "")].map((c) => letters.indexOf(c).toString(2).padStart(5, "0")).join("");
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const sum = createHmac("sha1", Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)))).update(counter).digest();
  return String((sum.readUInt32BE(sum[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/** An authenticator of Chromium's own, unlocked: what makes passkeys in a page. */
export async function device(page) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", { options: {
    protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true,
  } });
  return { cdp, authenticatorId };
}

/** The first sign-in: the slip's phrase, a password of their own, a telephone (or a passkey, by its name); with a picture of each step where they have a name. */
export async function comeIn(page, slip, at = { path: "/professionnels", project: "PRO" }) {
  const picture = async (name) => { if (at.pictures) await everywhere(page, `${at.pictures}-${name}`); };
  look(page);
  await page.goto(`${world.broker}${at.path}`);
  must(page.url().includes(`/connexion/local/${at.project}/`), `the sign-in is at ${page.url()}`);
  await picture("signin");
  await page.fill("#identifiant", slip.login);
  await page.fill("#passe", slip.phrase);
  await through(page, page.locator("main button[type=submit]").first());
  await picture("password");
  await page.fill("#nouveau", password);
  await page.fill("#encore", password);
  await through(page, page.locator("main button[type=submit]").first());
  await picture("telephone");
  if (at.passkey) await page.fill("#nom", at.passkey);
  else await page.fill("#code", code(await page.locator(".key code").innerText()));
  await through(page, at.passkey ? page.locator("form[data-passkey] button") : page.locator("main button[type=submit]").first());
  await through(page, page.locator("main a.btn-primary, main a.btn").last());
  must(page.url().startsWith(world.broker + at.path), `the sign-in ends at ${page.url()}`);
}
