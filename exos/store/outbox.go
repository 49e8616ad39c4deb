package store

import (
	"context"
	"time"

	"pupitre/internal/db"
	"pupitre/internal/tx"
	"pupitre/journal"
	"pupitre/journal/journaldb"
)

// Outbox is the facts as they are committed, for pages that follow them (internal/live). Nothing else follows them here.
type Outbox struct{ db *db.DB }

// factsKept is how long a page that lost its line may come back for what it missed.
const factsKept = 24 * time.Hour

// Outbox gives open pages what is told.
func (s *Store) Outbox() Outbox { return Outbox{s.DB} }

// Tail implements live.Outbox.
func (o Outbox) Tail(ctx context.Context, limit int) ([]journal.Fact, error) {
	return tx.Answer(ctx, o.db.Look, func(ctx context.Context, t *db.Tx) ([]journal.Fact, error) { return journaldb.Tail(ctx, t, limit) })
}

// After implements live.Outbox.
func (o Outbox) After(ctx context.Context, seq int64, limit int, topics []string) ([]journal.Fact, error) {
	return tx.Answer(ctx, o.db.Look, func(ctx context.Context, t *db.Tx) ([]journal.Fact, error) {
		return journaldb.After(ctx, t, seq, limit, topics)
	})
}
