package cas

import (
	"context"
	"time"

	"pupitre/federation"
	"pupitre/internal/tx"
	"pupitre/journal"
)

// Ticket is a service ticket, or a proxy ticket where it came through proxies.
type Ticket struct {
	Session  federation.Session // at the place where the resource was entered; its Seen and Ended are as they are now
	Client   federation.ClientID
	ARK      string
	Service  string   // the address for which it was given
	Proxies  []string // the callbacks of the proxies that it came through, the last one first
	Until    time.Time
	Released []federation.Attribute // what its access was journalled with: validation tells no more
	Act      journal.ActID
}

// Granting is a proxy-granting ticket.
type Granting struct {
	Session federation.Session // as in Ticket
	Client  federation.ClientID
	ARK     string
	Proxies []string // its own callback first
	Act     journal.ActID
}

// Reader is what the server asks of its store. What is not there is fault.NotFound.
type Reader interface {
	tx.Moment
	// FindGranting finds a proxy-granting ticket, whatever became of its session.
	FindGranting(ctx context.Context, hash federation.Hash) (Granting, error)
}

// Writer is what the server changes. Taking needs no act: what it takes was given under the ticket's.
type Writer interface {
	Reader
	journal.Appender

	// AddTicket keeps a ticket by its hash, and the session's visit at the client.
	AddTicket(ctx context.Context, t Ticket, hash federation.Hash, v federation.Visit) error
	// TakeTicket uses a ticket up, whatever comes of it, and returns it. Of any number of callers one is first: each is known by what
	// it calls its asking, and finds what it did where it is done again. It keeps the ticket's name: its service will be told of the
	// session's end by it. It asks once.
	TakeTicket(ctx context.Context, name federation.Token, asking string) (t Ticket, first bool, err error)
	// ForgetTicket forgets the name of a ticket that was taken and not found good: nobody will be told.
	ForgetTicket(ctx context.Context, t Ticket, name federation.Token) error
	// AddGranting keeps a proxy-granting ticket by its hash.
	AddGranting(ctx context.Context, g Granting, hash federation.Hash) error
	// Sweep removes at most limit tickets made before an instant, and at most limit proxy-granting ones; it returns the larger number.
	Sweep(ctx context.Context, before time.Time, limit int) (int, error)
}

// Store keeps tickets.
type Store interface {
	tx.Store[Reader, Writer]
	tx.Doing[Writer]
}
