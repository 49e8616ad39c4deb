// Package publisher is the demonstration's other publishers, « Labo Clair » and its neighbours: strangers to Pupitre who have read
// its documentation.
//
// It shows a visitor, in plain words, what a publisher receives when a pupil enters: the pseudonym, the attributes that
// its notice declared, the rights, and nothing else; and the security events that reach it later. It speaks only public protocols
// (OpenID Connect, GET /rights, Security Event Tokens), as any publisher could; it imports no room of the broker.
//
//	GET  /            what this place is, and what was received last
//	GET  /ouvrir      the launch address of its notice: begins the sign-in (code + PKCE)
//	GET  /retour      the redirect address
//	GET  /recu        what was received, line by line
//	POST /evenements  security events (RFC 8935)
//
// What it received is kept in memory only, for the last few visitors.
package publisher
