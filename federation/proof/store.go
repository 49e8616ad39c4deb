package proof

import (
	"context"
	"time"

	"pupitre/federation"
	"pupitre/internal/tx"
)

// Kind is what may be shown once. Kinds are apart: the same name of two kinds is two things.
type Kind string

// Reader asks nothing: whoever wants to know whether something was spent spends it.
type Reader interface{ tx.Moment }

// Writer is what the checker changes. There is no act: that a proof was used is no change of anybody's things.
type Writer interface {
	Reader
	// Spend notes that a client showed something that is good once, and reports whether this was the first time. Of any number of
	// callers one is first.
	Spend(ctx context.Context, client federation.ClientID, kind Kind, hash federation.Hash, until time.Time) (first bool, err error)
	// Sweep removes at most limit things that are too old by themselves, and returns how many.
	Sweep(ctx context.Context, before time.Time, limit int) (int, error)
}

// Store keeps what was spent.
type Store = tx.Store[Reader, Writer]
