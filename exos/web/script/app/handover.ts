// A file for a teacher: what waits here and what is set aside, signed as it would be sent, and sealed so that the server alone reads it (RFC 7516, compact: a key
// by ECDH-ES on P-256, RFC 7518 §4.6; A256GCM). What opens it is exos/offline/handover.go, which has the same bounds.
import type { Seal } from "./access";
import { type Waiting, all, answers, self } from "./db";
import { sendable } from "./acts";
import { type Signed, bytes, sign, url64 } from "./key";

const mostActs = 5000;
const mostBytes = 8 << 20;

export interface Handover { name: string; text: string; answers: number; left: number } // answers in it, and those that did not fit

/** Makes the file; undefined where the server has not given its key yet. Nothing leaves the device: what is handed over is sent later, too. */
export async function handOver(): Promise<Handover | undefined> {
  const me = await self();
  if (!me?.seal) return undefined;
  const waiting = await all<Waiting>("waiting");
  for (let most = mostActs; ; most = most >> 1) {
    const acts = waiting.slice(0, most);
    const said = await sign(me.key, "handover", { device: me.device, at: new Date().toISOString(), acts: acts.map(sendable) });
    const text = await seal(me.seal, said);
    if (text.length <= mostBytes) return { name: nameOf(), text, answers: answers(acts), left: answers(waiting) - answers(acts) };
  }
}

/** A name that says nothing of anybody. */
const nameOf = (): string => `remise-${[...crypto.getRandomValues(new Uint8Array(4))].map((b) => b.toString(16).padStart(2, "0")).join("")}.exos`;

const curve = { name: "ECDH", namedCurve: "P-256" };

export async function seal({ crv, kty, x, y, kid }: Seal, said: Signed): Promise<string> {
  const server = await crypto.subtle.importKey("jwk", { crv, kty, x, y }, curve, false, []);
  const once = (await crypto.subtle.generateKey(curve, true, ["deriveBits"])) as CryptoKeyPair;
  const epk = await crypto.subtle.exportKey("jwk", once.publicKey);
  const head = url64(bytes(JSON.stringify({ alg: "ECDH-ES", enc: "A256GCM", typ: "exos-handover+jwe", kid, epk: { crv, kty, x: epk.x, y: epk.y } })));
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: server }, once.privateKey, 256);
  const key = await crypto.subtle.importKey("raw", await concatKdf(shared), "AES-GCM", false, ["encrypt"]);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: bytes(head) }, key, bytes(JSON.stringify(said))));
  return [head, "", url64(iv), url64(sealed.slice(0, -16)), url64(sealed.slice(-16))].join(".");
}

/** The Concat KDF (RFC 7518 §4.6.2) for one key of 256 bits, between nobody in particular. */
async function concatKdf(shared: ArrayBuffer): Promise<ArrayBuffer> {
  const number = (n: number): number[] => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255];
  const name = bytes("A256GCM");
  return crypto.subtle.digest("SHA-256", Uint8Array.from([...number(1), ...new Uint8Array(shared), ...number(name.length), ...name, ...number(0), ...number(0), ...number(256)]));
}
