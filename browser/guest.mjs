// How somebody of the trade comes in for the first time.
import { createHmac } from "node:crypto";
import { look, must, through, world } from "./lib.mjs";

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

/** The first sign-in: the slip's phrase, a password of their own, a telephone. */
export async function comeIn(page, slip) {
  look(page);
  await page.goto(`${world.broker}/professionnels`);
  must(page.url().includes("/connexion/local/PRO/"), `the sign-in is at ${page.url()}`);
  await page.fill("#identifiant", slip.login);
  await page.fill("#passe", slip.phrase);
  await through(page, page.locator("main button[type=submit]").first());
  await page.fill("#nouveau", password);
  await page.fill("#encore", password);
  await through(page, page.locator("main button[type=submit]").first());
  await page.fill("#code", code(await page.locator(".key code").innerText()));
  await through(page, page.locator("main button[type=submit]").first());
  await through(page, page.locator("main a.btn-primary, main a.btn").last());
  must(page.url().startsWith(`${world.broker}/professionnels`), `the sign-in ends at ${page.url()}`);
}
