// Package trial is the bench (« banc d’essai ») where a publisher tries its site before any school uses it: the broker's real faces over
// a database of fictional persons, a browser without a screen that signs in at the site, and an adversary in front of the faces.
//
// A trial, told once:
//
//	program registered ─▶ honest sign-in ─▶ what tells « signed in » from « not »? ─▶ one sign-in per check, each spoilt in one way ─▶ report
//	                          │ never arrives                │ nothing                        │ the spoiling had no occasion
//	                          ▼                              ▼                                ▼
//	                report: what the faces refused      report: give --sees             « not applicable »
//
// The faces are those of production (oidc, cas, saml, lti), unchanged, and they have no switch for faults: the adversary is a handler around
// them that rewrites what they have answered, and signs it anew with the bench's own keys. A site has accepted a spoilt answer where a page
// that only people who are signed in see is then shown to the same browser; an error page, a redirect or a retry are refusals.
//
// LTI begins at the platform, so its sign-ins do too; a tool that answers the message with its page, without a session, is judged by that
// page. What a tool asks of the services (tokens, class, gradebook) is noted as it comes, and judged at the end.
//
// What it cannot see: what a site does by scripts in the browser, whether its cookies are SameSite, how it keeps what it was told.
//
// It may import every face and the store, for it is put together like a broker; nothing imports it but the command.
package trial
