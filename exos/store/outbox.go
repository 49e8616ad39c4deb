package store

import (
	"time"

	"pupitre/journal/journaldb"
)

// factsKept is how long a page that lost its line may come back for what it missed.
const factsKept = 24 * time.Hour

// Outbox gives open pages what is told. Nothing else follows facts here.
func (s *Store) Outbox() journaldb.Outbox { return journaldb.Outbox{DB: s.DB} }
