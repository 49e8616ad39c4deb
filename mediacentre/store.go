package mediacentre

import (
	"context"
	"time"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/tx"
	"pupitre/journal"
)

// Store runs the médiacentre's transactions: over what persons mark, and what it reads of the journal.
type Store interface {
	tx.Store[Reader, Writer]
	tx.Looking[Reader]
}

// Reader is what the médiacentre asks of its persistence. Lists that find nothing are empty. Each method asks once.
type Reader interface {
	tx.Moment
	// ListFavourites returns what a person keeps at hand in a school, the latest first.
	ListFavourites(ctx context.Context, school directory.SchoolID, person directory.PersonID) ([]catalogue.ResourceID, error)
	// ListOpened returns what a person opened in a school, the latest first, each once, out of their last entries of the journal.
	ListOpened(ctx context.Context, school directory.SchoolID, person directory.PersonID, limit int) ([]Opened, error)
	// ListGivers returns who gave by these acts of a school, where that was a person who is still known.
	ListGivers(ctx context.Context, school directory.SchoolID, acts []journal.ActID) (map[journal.ActID]directory.Name, error)
	// ListPins returns what is pinned for these classes and groups, the latest first.
	ListPins(ctx context.Context, school directory.SchoolID, cohorts []directory.CohortID, limit int) ([]Pin, error)
	// Teaches reports whether a person is there as a teacher or librarian of a class or group of the school.
	Teaches(ctx context.Context, school directory.SchoolID, person directory.PersonID, cohort directory.CohortID) (bool, error)
	// ListMarksOf returns all that a person marked, anywhere.
	ListMarksOf(ctx context.Context, person directory.PersonID) ([]Favourite, []Pin, error)
}

// Writer changes what persons mark. A favourite is nobody else's business: it has no entry in the journal.
type Writer interface {
	Reader
	journal.Appender
	// AddFavourite keeps a resource at hand; DropFavourite lets it go. Both may be repeated.
	AddFavourite(ctx context.Context, f Favourite) error
	DropFavourite(ctx context.Context, f Favourite) error
	// AddPin pins, or writes another word beside what is pinned; DropPin reports whether it was.
	AddPin(ctx context.Context, act journal.ActID, p Pin) error
	DropPin(ctx context.Context, act journal.ActID, p Pin) (bool, error)
	// ForgetMarks removes all that a person marked.
	ForgetMarks(ctx context.Context, act journal.ActID, person directory.PersonID) error
}

// Favourite (« favori ») is a resource that a person keeps at hand in a school.
type Favourite struct {
	School   directory.SchoolID
	Person   directory.PersonID
	Resource catalogue.ResourceID
	Since    time.Time
}

// Opened is a resource that a person opened, and when they last did.
type Opened struct {
	Resource catalogue.ResourceID
	At       time.Time
}
