package licensing

import (
	"pupitre/internal/tx"
	"pupitre/journal"
)

// Reader is what licensing asks of its persistence.
type Reader interface {
	tx.Moment
}

// Writer is what it changes.
type Writer interface {
	Reader
	journal.Appender
}

// Store runs licensing's transactions, and hands it the facts it follows.
type Store interface {
	tx.Store[Reader, Writer]
	journal.Followed[Writer]
}
