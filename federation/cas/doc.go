// Package cas is the CAS server (« serveur CAS »): it turns an entry that federation decided into the words of the CAS protocol
// 3.0.3, for the publishers' sites registered as services. docs/protocols/cas.md says which clause lives where.
//
//	GET  /cas/login                 who is there and may they? then a ticket, to a registered service     (§2.1, §2.2)
//	GET  /cas/validate              the person's pseudonym, in two lines                                   (§2.4)
//	GET  /cas/serviceValidate       the same in XML or JSON                                                (§2.5)
//	GET  /cas/p3/serviceValidate    with the released attributes                                           (§2.8)
//	POST /cas/samlValidate          with them, in SAML 1.1                                                 (appendix of the Apereo server)
//	GET  /cas/proxy                 a proxy ticket for another service of the same publisher               (§2.7)
//	GET  /cas/proxyValidate         as serviceValidate, proxy tickets too; with attributes below p3        (§2.6, §2.8)
//	GET  /cas/logout                asks the person, then ends the session                                 (§2.3)
//
// Each is also there without /cas, as in the GAR.
//
// The life of a ticket (« un ticket de service »):
//
//	given ──validated, once, within 10 s──▶ used ──the session ends──▶ the service is told, by the ticket's name (§2.3.3)
//	  │
//	  └── too late, for another service, by the wrong endpoint: burnt
//
// A ticket is 256 random bits, kept as a hash until it is used, and taken by one guarded statement, so of any number of uses at once
// one succeeds. Validation asks federation again: a right withdrawn a second ago is refused there. cas:user is the pseudonym that
// OpenID Connect calls sub, so a publisher may change protocol and keep its accounts.
//
// It does not: renew (no portal can be made to ask for the password again), tickets by POST or header, remember-me, proxies towards
// another publisher.
package cas
