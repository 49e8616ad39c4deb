// Package httpx is the plumbing of HTTP that both products share, so that a handler says only what it is about.
//
// A handler returns its error and renders nothing of it:
//
//	mux := edge.Mux()
//	mux.Handle("GET /affectation/ressources", func(w http.ResponseWriter, r *http.Request) error {
//		httpx.Event(r.Context()).Set("school", school)       // one log line per request, filled as it goes
//		return fault.New(fault.NotFound, "httpx.route.unknown")
//	})
//	handler := edge.Wrap(mux)
//
// One place (Edge.Fail) then decides from the fault.Kind: the status, the log level, and a page in the look
// or a JSON problem (RFC 9457), both in the reader's language. Nothing of the operator's chain leaves the house.
//
//	kind             status   page says
//	NotFound         404      there is no such thing here (or you may not know of it)
//	Invalid          400      what to correct
//	Conflict         409      the world has moved
//	Exhausted        409      how many are left
//	Denied           403      whom to ask
//	Unauthenticated  401      sign in (or a redirect there, when Edge.SignIn is set and a person is reading)
//	Unavailable      503      try again later
//	Internal         500      ours to mend; the request's number
//
// Around all routes, Edge.Wrap sets the request's number, the security headers, the limit of bodies, the refusal of
// cross-origin writes, and recovers from panics. Hosts chooses the product by host name and answers 421 to others.
// Serve listens until its context ends, then drains.
//
// Logged: numbers, routes, codes, ids. Never: names, e-mails, answers, tokens, query strings.
package httpx
