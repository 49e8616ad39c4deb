package repository

import (
	"context"
	"time"

	"pupitre/catalogue"
	"pupitre/internal/tx"
)

// Store is the catalogue as harvesters see it.
type Store = tx.Store[Reader, Writer]

// Record (« enregistrement ») is a resource as others have it of us.
type Record struct {
	Resource catalogue.Resource
	Changed  time.Time // its datestamp
	Gone     bool      // it is in the catalogue no more
	Mother   catalogue.ARK
	Notice   []byte // as it came; nil unless it was asked for
}

// Range is a part of a list.
type Range struct {
	From      time.Time // changed then or later; zero for all
	Until     time.Time // changed before; zero for all
	Publisher string    // SIREN_ISNI; "" for all
	After     Place     // behind this one
	Limit     int
	Notices   bool // with their notices
}

// Place is where in the whole list a record is.
type Place struct {
	Revision catalogue.Revision
	ID       catalogue.ResourceID
}

// Reader finds records. Only what is or was in the catalogue for all to see is one.
type Reader interface {
	tx.Moment
	// List returns a part of the list of all records, in the order of their last changes.
	List(ctx context.Context, r Range) ([]Record, error)
	// Find returns one, with its notice; NotFound (catalogue.resource.unknown).
	Find(ctx context.Context, ark catalogue.ARK) (Record, error)
	// Sets returns the publishers that have records, by name.
	Sets(ctx context.Context) ([]catalogue.Publisher, error)
	// Earliest is a moment before which nothing was changed last; false where there is no record.
	Earliest(ctx context.Context) (time.Time, bool, error)
}

// Writer settles what time it is.
type Writer interface {
	Reader
	// Settle waits for the changes that are being written, and returns an instant before which no later change will be dated.
	Settle(ctx context.Context) (time.Time, error)
}
