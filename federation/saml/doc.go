// Package saml is the SAML 2.0 identity provider (« fournisseur d'identité »): it turns an entry that federation decided into a signed
// assertion for the publishers' sites registered as service providers. docs/protocols/saml.md says which clause lives where.
//
//	GET       /saml/metadata   who we are, and the certificates of our keys, the next one included (SAML Metadata §2.4.3)
//	GET POST  /saml/sso        who is there and may they? then an assertion, posted to a registered address (Profiles §4.1)
//	GET       /saml/start      the same without a request of the site's: a link that names it (Profiles §4.1.5)
//	GET POST  /saml/slo        the site says that the person signs out; and is answered (Profiles §4.4)
//	POST      /saml/soap       the same from program to program
//	GET       /saml/slo/vers   a frame of our sign-out page: to one site, with the word that the session is over; its answer comes to slo
//	GET       /saml/slo/suite  on to the site where the sign-out began, which waited for that
//
// Each is also where the GAR has it: /idp/metadata, /idp/profile/SAML2/…
//
// How a request is met:
//
//	AuthnRequest ─▶ front gate ─▶ known issuer? ─▶ its signature ─▶ registered address? ─▶ signed in? ─▶ Enter ─▶ assertion
//	                    │               │               │                  │              └ no: /connexion, then here again
//	                    └───────────────┴───────────────┴──────────────────┘ no: a page here; nobody is sent to an address not proved
//
// The right is decided, and the access journalled, before the assertion is written. NameID is the pseudonym that OpenID Connect calls
// sub and CAS cas:user, so a publisher may change protocol and keep its accounts; SessionIndex is a name of the session that only this
// publisher has. Nothing else is kept: an assertion lives for a minute and is the site's to use once.
//
// A site in a session, as to the end of it:
//
//	entered ──the session ends, its browser shows its cookie──▶ parting ──its frame asks──▶ asked ──the site's own answer──▶ told
//	   └──────────the site itself says so──────────────────────────────────────────────────────────────────────────────────▶ ┘
//
// It does not: force a new sign-in (no portal can be made to), pass proofs by artifact, manage names, answer queries.
package saml
