package store

import "pupitre/journal/journaldb"

// Outbox gives open pages what is told.
func (s *Store) Outbox() journaldb.Outbox { return journaldb.Outbox{DB: s.DB} }
