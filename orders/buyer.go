package orders

import (
	"time"

	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/journal"
)

// Buyer is who orders for a school: a person of it, or a bookseller. One of the two is set.
type Buyer struct {
	Person     directory.PersonID
	Bookseller BooksellerID
}

// Actor is the buyer as the journal knows it.
func (b Buyer) Actor() journal.Actor {
	if b.Bookseller != "" {
		return journal.Actor{Kind: journal.ByPartner, ID: string(b.Bookseller)}
	}
	return journal.Actor{Kind: journal.ByPerson, ID: string(b.Person)}
}

// Office is what a person is to a school's orders.
type Office struct {
	Heads   bool // of the school: orders, and names who else does
	Buys    bool // named by the head (« gestionnaire »)
	Teaches bool // there now, with more than a pupil's profile: may ask
}

// MayOrder reports whether the person orders for the school.
func (o Office) MayOrder() bool { return o.Heads || o.Buys }

// Named is somebody whom the head named to order for the school.
type Named struct {
	Person directory.PersonID
	Name   directory.Name
	Since  time.Time
}

// BooksellerID is ours; the SIRET is the official number.
type BooksellerID string

// Bookseller (« libraire ») orders for schools that took it.
type Bookseller struct {
	ID    BooksellerID
	Name  string
	SIRET string
}

// ClientState is how far a bookseller and a school have come.
type ClientState string

// The states. Only the school makes the second of the first; either ends it.
const (
	ClientAsked    ClientState = "asked"    // the bookseller asked
	ClientAccepted ClientState = "accepted" // the school took it: it may order
	ClientEnded    ClientState = "ended"
)

// Client is a school of a bookseller.
type Client struct {
	School     directory.SchoolID
	Bookseller Bookseller
	State      ClientState
	Since      time.Time
}

// mayNot is one answer for whoever may not order for a school: a school that is another's is not told of.
func mayNot() error { return fault.New(fault.Denied, "orders.buyer.none") }
