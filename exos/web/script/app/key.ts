// The device's key, what it signs, and what the server signed.
import type { Self } from "./db";
import { type DeviceKey, type PublicKey, ground } from "./ground";

export interface Signed { text: string; signature: string }

const purposes = { enrolment: "biblio-exos enrolment 1\n", act: "biblio-exos act 1\n", request: "biblio-exos request 1\n", handover: "biblio-exos handover 1\n", receipt: "biblio-exos receipt 1\n" };
export const purposeOf = (purpose: keyof typeof purposes): string => purposes[purpose];

export const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>;

export const base64 = (data: ArrayBuffer | Uint8Array): string => btoa(Array.from(new Uint8Array(data), (b) => String.fromCharCode(b)).join(""));
export const url64 = (data: ArrayBuffer | Uint8Array): string => base64(data).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
export const from64 = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));

const ed = { name: "Ed25519" };

export const makeKey = (): Promise<DeviceKey> => ground().makeKey();
export const publicKey = (key: DeviceKey): Promise<PublicKey> => ground().publicKey(key);

export async function hashOf(text: string): Promise<string> { return url64(await crypto.subtle.digest("SHA-256", bytes(text))); }

export async function sha256(data: BufferSource): Promise<string> {
  return [...new Uint8Array(await crypto.subtle.digest("SHA-256", data))].map((b) => b.toString(16).padStart(2, "0")).join("");
}

export async function sign(key: DeviceKey, purpose: keyof typeof purposes, value: unknown): Promise<Signed> {
  return signText(key, purpose, JSON.stringify(value));
}

export async function signText(key: DeviceKey, purpose: keyof typeof purposes, text: string): Promise<Signed> {
  return { text, signature: await ground().sign(key, purposes[purpose], text) };
}

/** Whether a device signed a text itself, and for this. */
export async function signedBy(key: DeviceKey, purpose: keyof typeof purposes, { text, signature }: Signed): Promise<boolean> {
  try {
    const jwk = await publicKey(key);
    const how = jwk.crv === ed.name ? ed : { name: "ECDSA", namedCurve: jwk.crv, hash: "SHA-256" };
    return await crypto.subtle.verify(how, await crypto.subtle.importKey("jwk", { ...jwk }, how, false, ["verify"]), from64(signature), bytes(purposes[purpose] + text));
  } catch {
    return false;
  }
}

/** Reads what the server signed: undefined where it did not, or where it is something else. */
export async function read<T>(self: Self, type: string, token: string): Promise<T | undefined> {
  try {
    const [head, body, signature] = token.split(".") as [string, string, string];
    const { alg, kid, typ } = JSON.parse(new TextDecoder().decode(from64(head))) as { alg: string; kid: string; typ: string };
    const server = self.server[kid];
    if (alg !== "EdDSA" || typ !== type || !server) return undefined;
    const key = await crypto.subtle.importKey("raw", from64(server), ed, false, ["verify"]);
    if (!await crypto.subtle.verify(ed, key, from64(signature), bytes(`${head}.${body}`))) return undefined;
    return JSON.parse(new TextDecoder().decode(from64(body))) as T;
  } catch {
    return undefined;
  }
}
