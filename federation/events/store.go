package events

import (
	"context"
	"time"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/tx"
	"pupitre/journal"
)

// Kind is what a push says.
type Kind string

// The kinds of push.
const (
	RightsChanged  Kind = "rights-changed"  // Body is the resource's ARK
	SessionRevoked Kind = "session-revoked" // Body is the session's id
	Logout         Kind = "logout"          // the same, as a logout token
	CASLogout      Kind = "cas-logout"      // the same, told to each CAS service by its ticket
	PersonErased   Kind = "person-erased"   // Body is the pseudonym: the person is gone, and nobody could make it any more
	SAMLLogout     Kind = "saml-logout"     // the same, told to a SAML service provider
)

// Push is one thing that one client is to be told of one person.
type Push struct {
	Project directory.ProjectID
	Person  directory.PersonID
	ID      string // in order of time, unique with project and person
	Client  federation.ClientID
	Kind    Kind
	Body    string
	At      time.Time // when it happened
	Tries   int       // so far
}

// Change is a change of rights, as licensing told it. Everybody means all of the school.
type Change struct {
	Resource  string // the catalogue's id
	School    directory.SchoolID
	Persons   []directory.PersonID
	Everybody bool
}

// Entered is a CAS ticket that a service validated, and the address for which it was given.
type Entered struct{ Ticket, Service string }

// Reader is what telling asks of its store.
type Reader interface {
	tx.Moment
	// Due lists the clients that have something to be told now.
	Due(ctx context.Context) ([]federation.ClientID, error)
	// Secret is what makes a person's pseudonyms; fault.NotFound once they are erased.
	Secret(ctx context.Context, project directory.ProjectID, person directory.PersonID) (directory.Secret, error)
	// Entered lists the tickets that a client's services validated in a session of a person.
	Entered(ctx context.Context, project directory.ProjectID, person directory.PersonID, session federation.SessionID, client federation.ClientID) ([]Entered, error)
}

// Writer is what telling changes. Rows are a queue, not a record: no act is needed.
type Writer interface {
	Reader
	journal.Appender

	// QueueChange adds a push for every client with an events address whose publisher has the resource and has seen the person.
	// The prefix makes the same fact the same rows.
	QueueChange(ctx context.Context, prefix string, at time.Time, c Change) error
	// QueueEnd adds pushes for the clients that were entered in a session.
	QueueEnd(ctx context.Context, prefix string, at time.Time, project directory.ProjectID, person directory.PersonID, session federation.SessionID) error
	// Lease takes at most limit pushes of a client that are due, the oldest of each person, for so long.
	Lease(ctx context.Context, client federation.ClientID, limit int, lasts time.Duration) ([]Push, error)
	// Done removes a push.
	Done(ctx context.Context, p Push) error
	// Later puts a push off.
	Later(ctx context.Context, p Push, due time.Time) error
}

// Store keeps what publishers are to be told.
type Store interface {
	tx.Store[Reader, Writer]
	journal.Followed[Writer]
}
