// Package events tells publishers what changed since a person entered (« événements ») : Security Event Tokens (RFC 8417) pushed by
// HTTP (RFC 8935), the logout tokens of OpenID Connect Back-Channel Logout 1.0, and the single logout of CAS and SAML.
//
//	rights-changed    the person's rights on a resource of that publisher are not what they were: ask GET /rights
//	account-purged    the person was erased here: erase them, too (the event of RISC 1.0)
//	session-revoked   the session in which they entered is over (the event of CAEP 1.0)
//	logout token      the same, for clients that registered a back-channel logout address
//	LogoutRequest     the same, for each CAS service, by the ticket that it validated; for SAML service providers, signed, by SOAP
//
// How an event travels:
//
//	fact in the outbox ──Follow, in one transaction──▶ a row per person and client ──Deliver──▶ POST ──202──▶ gone
//	                                                        ▲                          │ anything else
//	                                                        └── later: 1 s, 2 s … 15 min ◀┘     after three days: given up, logged
//
// Only clients of a publisher that the person has already entered are told: to the others the person does not exist. What is
// told is made at the last moment, so no row holds a pseudonym but of the erased, of whom there is nothing else left. A token's jti depends on the row alone: however often it is
// delivered, it is the same event. Events of one person reach one client in order: a later one waits for the earlier.
//
// Each client is served by a goroutine of its own and each row is leased, so a publisher that is slow, down or talking nonsense
// delays neither a person, nor another publisher, nor another node.
package events
