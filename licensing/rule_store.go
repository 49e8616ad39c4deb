package licensing

import (
	"context"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/journal"
)

// RuleReader finds standing rules and what they stand on.
type RuleReader interface {
	// ListRules returns the rules of a school for these resources, all of them for none, by resource and then in the order of their
	// creation; those that were dropped are left out.
	ListRules(ctx context.Context, school directory.SchoolID, resources []catalogue.ResourceID) ([]Rule, error)
	FindRule(ctx context.Context, school directory.SchoolID, id RuleID) (Rule, error)
	// ListReserves returns what rules keep back out of the pools of these resources.
	ListReserves(ctx context.Context, school directory.SchoolID, resources []catalogue.ResourceID) ([]Kept, error)
	// HasCohort reports whether a class or group is one of the school's, and not closed.
	HasCohort(ctx context.Context, school directory.SchoolID, cohort directory.CohortID) (bool, error)
	// AnyWithout reports whether a target names anybody who holds no copy out of these pools.
	AnyWithout(ctx context.Context, school directory.SchoolID, t Target, pools []PoolID) (bool, error)
	// ListHands returns the copies that a person holds in a school, each with the target by which it was given.
	ListHands(ctx context.Context, school directory.SchoolID, person directory.PersonID) ([]Hand, error)
	// CountServed counts the copies that rules gave to newcomers, of each resource since its day, which is the school's. It asks once.
	CountServed(ctx context.Context, school directory.School, of []ServedSince) ([]int64, error)
	// ListTurning returns, by id, schools after the one given of which a pool ended or began in the days before a day or on it, and that may
	// not have had their turn of the day: it is the metropole's, and overseas it may be another.
	ListTurning(ctx context.Context, day clock.Date, before int, after directory.SchoolID, limit int) ([]Turning, error)
	// Turned is the last day on which a school had its turn; the zero Date for never.
	Turned(ctx context.Context, school directory.SchoolID) (clock.Date, error)
}

// RuleWriter changes standing rules and what they keep back. The pools of the resource are locked first (LockPools).
type RuleWriter interface {
	// AddRule writes a new rule under the next number of its resource.
	AddRule(ctx context.Context, act journal.ActID, r Rule) error
	// KeepRule writes a rule's state and reason.
	KeepRule(ctx context.Context, act journal.ActID, r Rule) error
	// NoteContent keeps a rule's Content: a hint that changes nothing for anybody, and needs no act.
	NoteContent(ctx context.Context, r Rule) error
	// KeepBack makes n what a rule keeps back out of a pool, with a line of the ledger; Exhausted when it does not fit.
	KeepBack(ctx context.Context, act journal.ActID, school directory.SchoolID, k Kept) error
	// Retire turns copies of a pool that is over into ended entries, consumed ones too, and returns those that it ended.
	Retire(ctx context.Context, act journal.ActID, h Handover) ([]Hand, error)
	// KeepTurn remembers that a school had its turn on a day.
	KeepTurn(ctx context.Context, school directory.SchoolID, day clock.Date) error
}

// Turning is a school, and the last day on which it had its turn (Service.RollOver); the zero Date for never.
type Turning struct {
	School directory.School
	Last   clock.Date
}

// ServedSince asks for what rules gave of a resource since a day.
type ServedSince struct {
	Resource catalogue.ResourceID
	Since    clock.Date
}

// Kept is what a rule keeps back out of a pool.
type Kept struct {
	Pool PoolID
	Rule RuleID
	N    int64
}

// Hand is one copy in somebody's hands, and how it came there.
type Hand struct {
	Held
	Through Target
}
