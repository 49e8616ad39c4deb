package harvest

import (
	"context"
	"time"

	"pupitre/catalogue"
	"pupitre/internal/tx"
	"pupitre/journal"
)

// Store keeps sources.
type Store = tx.Store[Reader, Writer]

// Reader finds sources.
type Reader interface {
	tx.Moment
	// List returns all sources, by address.
	List(ctx context.Context) ([]Source, error)
	// Find returns a source; NotFound (harvest.unknown).
	Find(ctx context.Context, id ID) (Source, error)
	// Notices tells which notices a source's records are; those that were never met are left out.
	Notices(ctx context.Context, id ID, identifiers []string) ([]catalogue.ARK, error)
	// ListAside returns at most so many of what is set aside for the end of a source's harvest, of one turn, by identifier and ARK, beyond one.
	ListAside(ctx context.Context, id ID, ends bool, after Aside, limit int) ([]Aside, error)
}

// Writer changes them.
type Writer interface {
	Reader
	journal.Appender
	// Add adds a source; Conflict (harvest.known) where it is one already.
	Add(ctx context.Context, act journal.ActID, s Source) error
	// Claim takes a source for a worker until an instant: this one, or where id is "" one that is due. False where there is none that no other
	// worker has.
	Claim(ctx context.Context, id ID, worker string, until time.Time) (Source, bool, error)
	// Keep keeps how far a source's harvest is, and whom it belongs to from now on ("" and zero for nobody); false where another worker has it.
	Keep(ctx context.Context, s Source, worker, next string, until time.Time) (held bool, err error)
	// Met remembers which notices a source's records are.
	Met(ctx context.Context, id ID, arks map[string]catalogue.ARK) error
	// SetAside keeps notices of a source's records for the end of its harvest, in the place of all that was set aside of these records before.
	SetAside(ctx context.Context, id ID, identifiers []string, notices []Aside) error
	// ClearAside forgets all that is set aside.
	ClearAside(ctx context.Context, id ID) error
}
