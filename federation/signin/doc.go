// Package signin is the upstream side of federation (« connexion »): it sends a person to their portal (ENT) and hears from the
// portal, on the back-channel, who came back.
//
//	GET  /connexion                   which portal? then there      (?next local address, ?idENT hint: a project, or sans-ent)
//	GET  /connexion/{kind}/{project}  back from the portal with its word: a session, under a new id; then on to next
//	POST /connexion/{kind}/{project}  the same, posted by the browser; or the portal says that a sign-in is over there (no browser)
//	GET  /connexion/saml/{project}/metadata, GET POST …/fin   what SAML portals read of us, and where they end sign-ins
//	POST /connexion/lieu              the person chooses another of their schools or profiles, which the browser remembers
//	GET  /deconnexion                 asks, then POST /deconnexion ends the session; then sites are told (federation.Partings), then
//	                                  the portal's own sign-out
//
// A sign-in is tied to the browser that began it: an Attempt's secret lies in a cookie, and what is drawn from it (state, nonce,
// verifier) comes back in what the portal vouches for. So nobody can make another sign in as them (login CSRF), nor use in one browser
// what was given to another (code injection).
//
// A Connector speaks one protocol to one portal: CAS 3 (cas.go), OpenID Connect (oidc.go), SAML 2.0 (saml.go); or is a portal of our own, for
// projects that have none (local.go).
// It decides nothing about persons: federation does (Service.Arrive), and refuses with whom to ask.
package signin
