package federation

import (
	"context"

	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/journal"
)

// Ask is one question about a right: may this person, at this place, use this resource?
type Ask struct {
	Person  directory.PersonID
	School  directory.SchoolID
	Profile directory.Profile
	ARK     string
}

// Rights answers for licensing. A refusal is an error whose fault code says why (the page and the publisher both get it).
type Rights interface {
	// Open decides and, in the same transaction, marks the first opening and journals the access: who, what, when, which
	// attributes, to which publisher. It returns that entry. It may be repeated. with, unless nil, is written in the same transaction: it
	// is given the entry and a context of tx.Together.
	Open(ctx context.Context, ask Ask, released []Attribute, publisher Sector, with func(ctx context.Context, entry journal.ActID) error) (journal.ActID, error)
	// Check decides without marking: at each use of a token.
	Check(ctx context.Context, ask Ask) error
	// OfPublisher lists the person's rights on one publisher's resources at that place: those open, and those that were
	// and are not any more, with why. Ask.ARK is not read.
	OfPublisher(ctx context.Context, ask Ask, publisher Sector) ([]Right, error)
}

// Right is what GET /rights tells of one resource (docs/contracts.md §5).
type Right struct {
	ARK    string
	Title  string
	Start  clock.Date // first day
	End    clock.Date // last day, inclusive, in the school's zone
	Status RightStatus
	Why    string // a stable code: what gives the right, or what took it
}

// RightStatus is whether a right can be used now.
type RightStatus string

// The statuses.
const (
	RightOpen   RightStatus = "open"
	RightFuture RightStatus = "future"
	RightEnded  RightStatus = "ended"
)

// Declaration is what a resource's notice says that matters here.
type Declaration struct {
	ARK        string
	Title      string
	Publisher  Sector
	Attributes []Attribute
}

// Declarations answers for the catalogue.
type Declarations interface {
	// Of returns a resource's declaration; fault.NotFound where there is no such resource.
	Of(ctx context.Context, ark string) (Declaration, error)
	// AtAddress returns the declaration of a publisher's resource by its own address, as its notice has it; fault.NotFound where none of
	// the publisher's has that one.
	AtAddress(ctx context.Context, publisher Sector, address string) (Declaration, error)
}
