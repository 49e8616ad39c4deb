package signin

import (
	"context"
	"net/http"
	"time"

	"pupitre/directory"
	"pupitre/federation"
)

// Connector speaks one protocol to one portal.
type Connector interface {
	// ENT is the portal.
	ENT() federation.ENT
	// Kind is the protocol, a word of addresses: "cas". Kind and project together are unique.
	Kind() string
	// Begin returns the portal's address that signs in and comes back to the attempt's callback. fault.Unavailable where the
	// portal must first say where that is, and does not answer.
	Begin(ctx context.Context, a Attempt) (string, error)
	// State is the attempt's state as the portal's answer gives it back, "" where the request is no answer to an attempt: a POST
	// without one is the portal's word that a sign-in is over.
	State(r *http.Request) string
	// Finish reads what the portal sent back to an attempt of this very browser, and asks the portal whether it is true. It trusts
	// nothing that the browser says. fault.Denied where the portal does not vouch, fault.Unavailable where it does not answer.
	Finish(ctx context.Context, r *http.Request, a Attempt) (Vouched, error)
	// Over reads the portal's message that a sign-in is over.
	Over(r *http.Request) (federation.Closing, error)
	// SignOut returns the portal's address that signs out there and comes back to back, "" where it has none. farewell is what
	// Vouched said, or "": it comes out of the browser, and is good for nothing but to be handed to the portal.
	SignOut(ctx context.Context, back, farewell string) string
}

// Greeter is a Connector that has something to do once the session of whom it vouched for has begun. What fails there keeps nobody out.
type Greeter interface {
	Connector
	Greet(w http.ResponseWriter, r *http.Request, a Attempt, s federation.Session) error
}

// Vouched is a portal's word on who somebody is. Both parts together are the identity: the same identifier at another project
// is another person (ASVS 6.8.1).
type Vouched struct {
	Project   directory.ProjectID
	External  string           // GARPersonIdentifiant
	Index     federation.Token // what the portal calls this sign-in, "" where it has no name for it
	Once      federation.Token // what may be shown once of what the portal said, "" where the portal itself sees to that
	OnceUntil time.Time        // until when it could be shown
	Farewell  string           // what the portal wants to hear when this person signs out there; "": nothing
}
