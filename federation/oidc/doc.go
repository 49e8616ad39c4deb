// Package oidc is the OpenID provider (« fournisseur OpenID »): it turns an entry that federation decided into the words of
// OpenID Connect Core 1.0, for the publishers' programs registered as clients.
//
//	GET, POST /oidc/authorize   who is there and may they? then a code, to an address registered exactly  (alias /oidc/oidcAuthorize)
//	POST      /oidc/token       a code, once and within 60 s, or a refresh token, once, for tokens         (alias /oidc/oidcAccessToken)
//	GET, POST /oidc/userinfo    the released attributes, decided anew                                      (alias /oidc/oidcProfile)
//	GET       /roster           a teacher's classes, for their browser (docs/protocols/rights.md)
//	GET       /rights           what the person may open of this publisher (docs/protocols/rights.md)
//	POST      /oidc/revoke      a client gives a token back (RFC 7009)
//	GET, POST /oidc/logout      a client asks to end the session (RP-Initiated Logout 1.0)
//	GET       /oidc/jwks, /.well-known/openid-configuration
//
// The life of a grant (« une autorisation »):
//
//	authorized ──code, once──▶ exchanged ──refresh token, once──▶ exchanged …
//	     │                         │
//	     └── code too late,        └── code or refresh token shown twice: everything given under the grant is revoked
//	         or shown wrongly: burnt
//
// Only what RFC 9700 still recommends: code flow, PKCE with S256 always, redirect addresses compared as strings, « iss » in the
// answer (RFC 9207), opaque access tokens kept as hashes, sub pairwise by publisher. The extra parameter idRessource, an ARK as
// in the GAR, names the resource being entered; a client registered for one resource may leave it out.
//
// A code or refresh token is taken by one guarded statement in the transaction that gives the new ones, so of any number of
// uses at once one succeeds. Every later use asks federation again, so a right withdrawn a second ago is refused here too.
//
// It does not: implicit or hybrid flow, request objects, dynamic registration, consent pages (the school decides, by its
// assignments and by what the notice declared), tokens as JWT. Why it is our own: docs/decisions/0010-oidc-provider.md.
package oidc
