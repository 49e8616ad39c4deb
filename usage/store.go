package usage

import (
	"context"
	"time"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/tx"
)

// Store keeps the counts. It reads the journal, and holds nothing of persons.
type Store = tx.Store[Reader, Writer]

// Work is a resource, as a page names it.
type Work struct {
	ID    catalogue.ResourceID
	ARK   catalogue.ARK
	Title string
}

// Counted is what was counted of a resource.
type Counted struct {
	Resource catalogue.ResourceID
	Tally
}

// Access is how often one person opened one resource in a span. It is counted, and kept nowhere.
type Access struct {
	Resource catalogue.ResourceID
	Person   directory.PersonID
	N        int64
	Again    bool // they had opened it before, since the school year began
}

// Due is a school of which weeks are to be counted.
type Due struct {
	School directory.SchoolID
	UAI    directory.UAI
}

// Find narrows a publisher's resources.
type Find struct {
	Publisher catalogue.PublisherID
	ARK       catalogue.ARK // this one
	After     catalogue.ARK // those after it, by title
	Limit     int
}

// Reader is what is asked. An empty resource is all of them.
type Reader interface {
	tx.Moment
	// FindSchool returns a school's number; fault.NotFound where there is none.
	FindSchool(ctx context.Context, school directory.SchoolID) (directory.UAI, error)
	// CountedUntil is the first day that is not counted yet, zero where none is.
	CountedUntil(ctx context.Context, school directory.SchoolID) (clock.Date, error)
	// FirstAccess is when the first access of a school was between two instants, zero for none.
	FirstAccess(ctx context.Context, school directory.SchoolID, from, to time.Time) (time.Time, error)
	// ListAccesses returns the accesses that a school's journal has in a span.
	ListAccesses(ctx context.Context, school directory.SchoolID, resource catalogue.ResourceID, s Span) ([]Access, error)
	// Homes returns the class that each pupil of a school is in now.
	Homes(ctx context.Context, school directory.SchoolID) (map[directory.PersonID]string, error)
	// CountHolders counts who has what on a day: a copy, or a right of the school's, a class's, a person's.
	CountHolders(ctx context.Context, school directory.SchoolID, resource catalogue.ResourceID, today clock.Date) ([]Counted, error)
	// ListClasses returns a school's classes with how many pupils they have, by label; last, with no ID, who is in none.
	ListClasses(ctx context.Context, school directory.SchoolID) ([]Part, error)
	// ListWeeks returns what was counted of a school's weeks from one on.
	ListWeeks(ctx context.Context, school directory.SchoolID, resource catalogue.ResourceID, from clock.Date) ([]Counted, error)
	// ListHeld returns who had what in a school from a week on: a row where that had changed since the row before (Changes).
	ListHeld(ctx context.Context, school directory.SchoolID, resource catalogue.ResourceID, from clock.Date) ([]Counted, error)
	// ListAreas returns what was counted of resources in all schools, by département, from a week on and before another.
	ListAreas(ctx context.Context, resources []catalogue.ResourceID, from, before clock.Date) ([]Counted, error)
	// FindWorks returns these resources, by title.
	FindWorks(ctx context.Context, ids []catalogue.ResourceID) ([]Work, error)
	// FindWorkByARK is fault.NotFound where there is none.
	FindWorkByARK(ctx context.Context, ark catalogue.ARK) (Work, error)
	// ListWorks returns a publisher's resources that can be opened, by title.
	ListWorks(ctx context.Context, f Find) ([]Work, error)
	// ListDue returns schools of which no week from this one on is counted yet, by id, after one.
	ListDue(ctx context.Context, week clock.Date, after directory.SchoolID, limit int) ([]Due, error)
}

// Writer keeps counts. They are made of the journal's entries and make none.
type Writer interface {
	Reader
	// CountUntil notes that all before a day is counted, and reports whether it was not: of any number of callers one is told so.
	CountUntil(ctx context.Context, school directory.SchoolID, day clock.Date) (bool, error)
	// AddWeek keeps a school's week.
	AddWeek(ctx context.Context, school directory.SchoolID, counted []Counted) error
	// AddHeld keeps who had what from a school's week on.
	AddHeld(ctx context.Context, school directory.SchoolID, changed []Counted) error
	// AddArea adds a school's week to those of its département.
	AddArea(ctx context.Context, counted []Counted) error
	// Sweep removes at most limit counts of each kind that are of weeks before one.
	Sweep(ctx context.Context, before clock.Date, limit int) (int, error)
}
