package thumbnail

import (
	"context"
	"time"

	"pupitre/catalogue"
	"pupitre/internal/fault"
	"pupitre/internal/tx"
)

// Store keeps addresses and pictures.
type Store = tx.Store[Reader, Writer]

// Refusal is an address of which there is no picture, and why.
type Refusal struct {
	Address string
	At      time.Time
	Trouble error // a fault
	ARK     catalogue.ARK
	Title   string // of a resource whose notice names it
	Others  int    // how many others do
}

// Task is an address that a worker has.
type Task struct {
	Address string
	Tries   int // that came to nothing before
}

// Outcome is what became of it: pictures, or a trouble.
type Outcome struct {
	Small, Large []byte
	Trouble      *fault.Error
	Again        time.Duration // after which it is asked for again; 0 for never
}

// Reader finds them.
type Reader interface {
	tx.Moment
	// Waiting tells whether any address is due.
	Waiting(ctx context.Context) (bool, error)
	// Refused lists what was refused, the latest first; of these addresses only, where there are any.
	Refused(ctx context.Context, addresses []string, limit int) ([]Refusal, error)
	// Picture returns a picture by the hash of its content; NotFound (thumbnail.unknown).
	Picture(ctx context.Context, hash string) ([]byte, error)
}

// Writer changes them.
type Writer interface {
	Reader
	// Claim takes the address that is due longest, for a worker until an instant; false where there is none that no other worker has.
	Claim(ctx context.Context, worker string, until time.Time) (Task, bool, error)
	// Keep keeps what became of a task; false where another worker has it by now.
	Keep(ctx context.Context, worker string, t Task, o Outcome) (bool, error)
	// Retry has an address that was refused asked for again; NotFound (thumbnail.unknown).
	Retry(ctx context.Context, address string) error
	// Sweep removes addresses that no notice names any more, and their pictures.
	Sweep(ctx context.Context, limit int) (int, error)
}
