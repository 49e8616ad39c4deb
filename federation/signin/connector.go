package signin

import (
	"context"
	"net/http"

	"pupitre/directory"
	"pupitre/federation"
)

// Connector speaks one protocol to one portal.
type Connector interface {
	// ENT is the portal.
	ENT() federation.ENT
	// Kind is the protocol, a word of addresses: "cas". Kind and project together are unique.
	Kind() string
	// Begin returns the portal's address that signs in and comes back to callback, an address of ours used once.
	Begin(callback string) string
	// Finish reads what the portal sent back to callback and asks the portal whether it is true. It trusts nothing that the
	// browser says. fault.Denied where the portal does not vouch, fault.Unavailable where it does not answer.
	Finish(ctx context.Context, r *http.Request, callback string) (Vouched, error)
	// Over reads the portal's message that a sign-in is over, and returns what the portal calls that sign-in.
	Over(r *http.Request) (federation.Token, error)
	// SignOut returns the portal's address that signs out there and comes back to back, "" where it has none.
	SignOut(back string) string
}

// Vouched is a portal's word on who somebody is. Both parts together are the identity: the same identifier at another project
// is another person (ASVS 6.8.1).
type Vouched struct {
	Project  directory.ProjectID
	External string           // GARPersonIdentifiant
	Index    federation.Token // what the portal calls this sign-in
}
