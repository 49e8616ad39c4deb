// Package signin is the upstream side of federation (« connexion »): it sends a person to their portal (ENT) and hears from the
// portal, on the back-channel, who came back.
//
//	GET  /connexion                   which portal? then there      (?next local address, ?idENT hint)
//	GET  /connexion/{kind}/{project}  back from the portal with its word: a session, under a new id; then on to next
//	POST /connexion/{kind}/{project}  the portal says that a sign-in is over there (single logout, no browser)
//	POST /connexion/lieu              the person chooses another of their schools or profiles
//	GET  /deconnexion                 asks, then POST /deconnexion ends the session; then the portal's own sign-out
//
// A sign-in is tied to the browser that began it: a random state lies in a cookie and inside the address that the portal
// answers to, and the portal's ticket is good for exactly that address. So nobody can make another sign in as them (login CSRF).
//
// A Connector speaks one protocol to one portal. There is CAS 3 (cas.go); SAML, OpenID Connect and local accounts are others.
// It decides nothing about persons: federation does (Service.Arrive), and refuses with whom to ask.
package signin
