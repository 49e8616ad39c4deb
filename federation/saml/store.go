package saml

import (
	"context"
	"time"

	"pupitre/federation"
	"pupitre/internal/tx"
	"pupitre/journal"
)

// Reader is what the provider asks of its store. What is not there is fault.NotFound.
type Reader interface {
	tx.Moment
	// FindSession finds the session that a client calls by this name, an ended one too.
	FindSession(ctx context.Context, client federation.ClientID, name federation.Hash) (federation.Session, error)
}

// Writer is what the provider changes: under the entry's act, which is written already.
type Writer interface {
	Reader
	journal.Appender

	// AddSession keeps the session's visit at the client, and what the client calls the session.
	AddSession(ctx context.Context, v federation.Visit, name federation.Hash) error
	// Sweep removes at most limit names given before an instant, and returns how many.
	Sweep(ctx context.Context, before time.Time, limit int) (int, error)
}

// Store keeps what sites call sessions.
type Store = tx.Store[Reader, Writer]
