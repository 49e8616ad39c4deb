package trade

import (
	"context"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/federation/outsider"
	"pupitre/internal/tx"
	"pupitre/journal"
	"pupitre/orders"
)

// Store keeps the agents and their sessions.
type Store = tx.Store[Reader, Writer]

// Reader is what is asked. What is not there is fault.NotFound.
type Reader interface {
	outsider.Reader
	FindBookseller(ctx context.Context, id orders.BooksellerID) (orders.Bookseller, error)
	FindPublisher(ctx context.Context, id catalogue.PublisherID) (catalogue.Publisher, error)
	// FindAgent finds one by their person, closed or not.
	FindAgent(ctx context.Context, person directory.PersonID) (Agent, error)
	// ListAgents returns all, by name: closed ones too.
	ListAgents(ctx context.Context) ([]Agent, error)
}

// Writer changes them.
type Writer interface {
	Reader
	outsider.Writer
	// AddAgent adds a person of no school, under our own identifier, and whose agent they are.
	AddAgent(ctx context.Context, act journal.ActID, a Agent, secret directory.Secret) error
	// CloseAgent closes one, and ends their sessions; false where it is closed.
	CloseAgent(ctx context.Context, act journal.ActID, person directory.PersonID) (bool, error)
	RemoveAgent(ctx context.Context, act journal.ActID, person directory.PersonID) error
}
