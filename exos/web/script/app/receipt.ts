// A receipt of what was done here: the device's word that it holds it, to be shown or typed. What reads it is exos/offline/receipt.go; a
// test runs both over the same receipts.
import type { Self } from "./db";
import { bytes, from64, purposeOf, signText, url64 } from "./key";

const signs = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
const epoch = Date.UTC(2020, 0, 1) / 60_000; // minutes

/** What was done at a work: a homework, or a module outside of any. */
export interface Done { work: string; count: number; at: string }

const minutesOf = (at: string): number => Math.floor(Date.parse(at) / 60_000) - epoch;

function inSigns(n: number, many: number): string {
  let out = "";
  for (let i = 0; i < many; i++, n = Math.floor(n / 32)) out = signs.charAt(n % 32) + out;
  return out;
}

/** The whole of it, for a QR code: what is signed, a point, the signature. */
export async function signedReceipt(me: Self, { work, count, at }: Done): Promise<string> {
  const { text, signature } = await signText(me.key, "receipt", [me.device, work, me.seq, count, minutesOf(at), me.prev].join("."));
  return `${text}.${url64(from64(signature))}`;
}

/** The same in twenty signs; "" where it says more than those can, or where the server has not given the secret yet. */
export async function typedReceipt(me: Pick<Self, "device" | "seq" | "prev" | "receipts">, { work, count, at }: Done): Promise<string> {
  const minutes = minutesOf(at);
  if (!me.receipts || me.seq >= 2 ** 20 || count >= 2 ** 10 || minutes < 0 || minutes >= 2 ** 25) return "";
  const [first, second] = from64(me.prev) as unknown as [number, number];
  const body = inSigns(me.seq, 4) + inSigns(count, 2) + inSigns(minutes, 5) + inSigns((first * 256 + second) >> 1, 3);
  const key = await crypto.subtle.importKey("raw", from64(me.receipts), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const mac = await crypto.subtle.sign("HMAC", key, bytes(`${purposeOf("receipt")}${me.device}.${work}.${body}`));
  return body + inSigns(new DataView(mac).getUint32(0) >>> 2, 6);
}
