// What this device may do with a module that it has. The table is exos/offline/access.go's, rule by rule: a test runs both over the
// same cases.
export interface Entitlement {
  jti: string; cnf: { jkt: string }; module: string; version: string; files: string[]; nbf: number; exp: number; lease: number; iat: number; seal?: Seal;
}
/** What files for a teacher are sealed with: a public key of the server's, on P-256. */
export interface Seal { crv: string; kty: string; x: string; y: string; kid: string }
export interface Status { jti: string; status: string; iat: number; reason?: string }

export interface Held { entitlement?: Entitlement; device: string; status?: Status; clock: number; anchor: number } // seconds

export type Access = "open" | "read" | "close" | "send";

const states = ["active", "suspended", "expired", "returned", "revoked"];

export function may(h: Held): [Access, string] {
  const e = h.entitlement;
  const now = Math.max(h.clock, h.anchor);
  if (!e) return ["send", "unsigned"];
  if (e.cnf.jkt !== h.device) return ["send", "elsewhere"];
  const own = h.status && h.status.jti === e.jti ? h.status : undefined;
  if (own?.status === "revoked" || own?.status === "returned") return ["send", "revoked"];
  const said = own && own.iat >= e.iat ? own.status : "active";
  if (said === "expired") return ["read", "expired"];
  if (said === "suspended" || !states.includes(said)) return ["close", "suspended"];
  if (e.exp !== 0 && now >= e.exp) return ["read", "ended"];
  if (now < e.nbf) return ["close", "early"];
  if (now >= e.lease) return ["close", "lease"];
  return ["open", "open"];
}
