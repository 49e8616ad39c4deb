package delivery

import (
	"context"
	"encoding/json"
	"time"

	"pupitre/directory"
	"pupitre/internal/tx"
	"pupitre/journal"
)

// Store keeps deliveries.
type Store = tx.Store[Reader, Writer]

// Reader finds deliveries.
type Reader interface {
	tx.Moment
	// Find returns a delivery (fault.NotFound, delivery.unknown).
	Find(ctx context.Context, id ID) (Delivery, error)
	// List returns the latest deliveries first, without their reports.
	List(ctx context.Context, limit int) ([]Delivery, error)
	// Due reports whether there may be something to Claim.
	Due(ctx context.Context) (bool, error)
	// Overtaken reports whether a later delivery of the same project and degree has come that was not refused. One delta does not
	// overtake another that failed: rows bear their date, and come late without harm.
	Overtaken(ctx context.Context, d Delivery) (bool, error)
	// Before lists the last hundred deliveries of the same project and degree that this one stands for: those before it, but for
	// those that still wait or run, and, of a delta, but for other deltas that failed.
	Before(ctx context.Context, d Delivery) ([]ID, error)
	// Naming returns the portal's identifier of a person, and the project's deliveries, with their reports, in whose text it is somewhere;
	// "" and none for a person who is not known. It goes through all reports of the project: who asks for their own does so rarely.
	Naming(ctx context.Context, project directory.ProjectID, person directory.PersonID) (external string, list []Delivery, err error)
}

// Writer changes them.
type Writer interface {
	Reader
	journal.Appender
	// Add adds a delivery that waits.
	Add(ctx context.Context, act journal.ActID, d Delivery) error
	// Claim gives the worker the oldest delivery that waits, or whose worker has let its lease end, of a project of which none runs;
	// false where there is none. It is the worker's until the time given, unless renewed.
	Claim(ctx context.Context, worker string, until time.Time) (Delivery, bool, error)
	// Renew lengthens the worker's lease and notes how far it is; false where it has lost it.
	Renew(ctx context.Context, id ID, worker string, until time.Time, done, total int) (bool, error)
	// End ends the worker's lease with what became of the delivery; false where it had lost it.
	End(ctx context.Context, id ID, worker string, e Ending) (bool, error)
	// Again makes a delivery wait once more, with these schools confirmed; its attempts are counted anew.
	Again(ctx context.Context, act journal.ActID, id ID, confirm []directory.UAI) error
	// Rewrite puts another report in the place of a delivery's.
	Rewrite(ctx context.Context, act journal.ActID, id ID, report json.RawMessage) error
}

// Ending is what a worker leaves behind. Waiting with a time is an attempt that failed and is repeated no earlier.
type Ending struct {
	State     State
	Report    json.RawMessage
	Trouble   string
	NotBefore time.Time
}
