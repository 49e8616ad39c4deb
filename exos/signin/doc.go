// Package signin is Biblio Exos as a relying party (« client OpenID ») of the broker. It speaks public protocols only, as any
// publisher could: OpenID Connect Core 1.0 with code and PKCE, the rights interface (docs/protocols/rights.md), Security Event
// Tokens (RFC 8417) pushed by RFC 8935, Back-Channel Logout 1.0, RP-Initiated Logout 1.0.
//
//	GET  /ouvrir?ark=…             the launch address: always through the broker, then to the module
//	GET  /connexion?next=…&ark=…   begin a sign-in
//	GET  /connexion/retour         the broker's answer
//	POST /deconnexion              end the session, here and at the broker
//	POST /oidc/backchannel-logout  the broker ends a session
//	POST /evenements               security events: rights changed, session revoked, person erased
//
// A sign-in, told once:
//
//	/ouvrir or /connexion ── state, nonce, S256 challenge, idRessource ──▶ broker ── code ──▶ /connexion/retour
//	   code ──▶ ID token (signature, issuer, audience, nonce, sub) ──▶ userinfo ──▶ rights ──▶ exos.SignIn ──▶ cookie ──▶ page
//	   access_denied ──▶ a refusal that says why and whom to ask
//
// The launch address never trusts a session that it finds: on a shared tablet it may be the last pupil's. The broker answers at
// once for who is there, so it costs two redirections and nobody sees it.
//
// Between leaving and coming back everything is in the state parameter, sealed with a secret that is in the browser's cookie: any
// node may take the answer, several tabs may sign in at once, and an answer is good only in the browser that asked.
//
// What is kept of a sign-in is exos.Claims: pseudonym, school, profile, first name, classes, groups. Anything else that the broker
// may release is read by nobody.
package signin
