package trade

import (
	"context"
	"time"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/tx"
	"pupitre/journal"
	"pupitre/orders"
)

// Store keeps the agents and their sessions.
type Store = tx.Store[Reader, Writer]

// Reader is what is asked. What is not there is fault.NotFound.
type Reader interface {
	tx.Moment
	FindBookseller(ctx context.Context, id orders.BooksellerID) (orders.Bookseller, error)
	FindPublisher(ctx context.Context, id catalogue.PublisherID) (catalogue.Publisher, error)
	// FindAgent finds one by their person, closed or not; FindPerson the person of an external identifier.
	FindAgent(ctx context.Context, person directory.PersonID) (Agent, error)
	FindPerson(ctx context.Context, external string) (directory.PersonID, error)
	// ListAgents returns all, by name: closed ones too.
	ListAgents(ctx context.Context) ([]Agent, error)
	// FindSession finds a session and whose it is.
	FindSession(ctx context.Context, hash federation.Hash) (Session, Agent, error)
}

// Writer changes them.
type Writer interface {
	Reader
	journal.Appender
	// AddAgent adds a person of no school, under our own identifier, and whose agent they are.
	AddAgent(ctx context.Context, act journal.ActID, a Agent, secret directory.Secret) error
	// CloseAgent closes one, and ends their sessions; false where it is closed.
	CloseAgent(ctx context.Context, act journal.ActID, person directory.PersonID) (bool, error)
	RemoveAgent(ctx context.Context, act journal.ActID, person directory.PersonID) error

	// TakeOnce uses up what a sign-in showed: false where it was shown before.
	TakeOnce(ctx context.Context, project directory.ProjectID, hash federation.Hash, until time.Time) (bool, error)
	AddSession(ctx context.Context, act journal.ActID, s Session) error
	SeeSession(ctx context.Context, hash federation.Hash) error
	EndSession(ctx context.Context, hash federation.Hash) error
	EndSessions(ctx context.Context, person directory.PersonID) error
	// SweepSessions removes at most limit sessions that began before an instant.
	SweepSessions(ctx context.Context, before time.Time, limit int) (int, error)
}
