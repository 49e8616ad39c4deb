// Package api (« interface des programmes ») is the console for programs: JSON over HTTP, under /api/v1, described by openapi.json.
//
//	GET   /schools                                  the schools that the token opens
//	GET   …/resources, /cohorts, /persons, /holders what there is to give, to whom, and who has it
//	POST  …/plans                                   what an order would do; nothing changes
//	POST  …/assignments, /releases                  the order carried out; with If-Match, exactly the plan of that hash
//	GET   …/acts/{act}                              what was done
//	POST  …/batches, …/batches/{batch}/start        long orders and files, in the background
//	GET   …/batches/{batch}[/outcomes|/refused]     how far they are, and what became of each person
//	GET   …/batches/{batch}/events                  the same as a stream of server-sent events, to the end (events.go)
//
// A program shows a token (package token) and acts as the manager or the delegate for whom it was made, in that one school; the journal says
// so. A token may let it read only: then it plans, and changes nothing. To a delegate's there is but the scope of the mandate: the roll
// against which names are read is of that scope, so that what is outside is as unknown as what does not exist. It
// comes without cookies, so no other site can ride on it. It names persons by the portal's identifier, classes by their code, resources
// by their ARK: our own ids of persons stay inside.
//
// Each change bears an Idempotency-Key. Failures are problems (RFC 9457) with a stable code, in French or English.
package api
