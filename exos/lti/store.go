package lti

import (
	"context"
	"time"

	"pupitre/exos"
	"pupitre/internal/tx"
	"pupitre/journal"
)

// Store runs the transactions of the tool.
type Store = tx.Store[Reader, Writer]

// Reader is all that the tool asks.
type Reader interface {
	tx.Moment
	// Platforms lists all registrations, by name.
	Platforms(ctx context.Context) ([]Platform, error)
	// ModulesUnder and ModulesOpenedBy are exos.Reader's.
	ModulesUnder(ctx context.Context, prefix exos.ARK) ([]exos.Module, error)
	ModulesOpenedBy(ctx context.Context, arks []exos.ARK) ([]exos.Module, error)
	LearnerCalled(ctx context.Context, issuer string, subject exos.Pseudonym) (exos.Learner, error)
	// Keys lists our signing keys, oldest first.
	Keys(ctx context.Context) ([]Key, error)
	// Contexts lists where the members of these groups of a platform may be asked for.
	Contexts(ctx context.Context, school string, codes []string) ([]Context, error)
	// GradesDue lists at most limit grades that are owed, due, and nobody's.
	GradesDue(ctx context.Context, limit int) ([]Grade, error)
	// Earned returns what a learner has earned in a module, or in one exercise of it, outside homework.
	Earned(ctx context.Context, l exos.LearnerID, m exos.ModuleID, e exos.ExerciseID) (Earned, error)
}

// Writer is all that it changes.
type Writer interface {
	Reader
	journal.Appender
	// AddPlatform reports false, and changes nothing, where the issuer already knows this client.
	AddPlatform(ctx context.Context, act journal.ActID, p Platform) (bool, error)
	// DropPlatform removes a registration with all that waits for it; NotFound where there is none.
	DropPlatform(ctx context.Context, act journal.ActID, p PlatformID) error
	// Heard is exos.Writer's: a nonce is used once.
	Heard(ctx context.Context, issuer, jti string, ends time.Time) (bool, error)
	// AddWaiting keeps what waits for its browser; TakeWaiting takes it, once, or NotFound.
	AddWaiting(ctx context.Context, hash, body string, ends time.Time) error
	TakeWaiting(ctx context.Context, hash string) (body string, err error)
	// Waiting reads it and leaves it, or NotFound.
	Waiting(ctx context.Context, hash string) (body string, err error)
	// AddKey reports false where a key of this serial is there already. Those that began before a time go.
	AddKey(ctx context.Context, k Key, before time.Time) (bool, error)
	PutContext(ctx context.Context, c Context) error
	// PutGrade notes where a learner's grade goes. One that is noted already keeps what it owes.
	PutGrade(ctx context.Context, g Grade) error
	// LeaseGrade keeps others from a grade until a time, and reports false where another has it.
	LeaseGrade(ctx context.Context, g Grade, until time.Time) (bool, error)
	// GradeTold notes what was sent, and where; what has come to be owed meanwhile stays owed.
	GradeTold(ctx context.Context, g Grade) error
	// GradeLater puts a grade off.
	GradeLater(ctx context.Context, g Grade, due time.Time) error
	// SweepLTI removes what waited in vain at a time, and the groups, with who is in them, that nobody came from since another.
	SweepLTI(ctx context.Context, before, unseen time.Time) (int64, error)
}

// Context is a group of a platform, and where its members may be asked for.
type Context struct {
	School   string
	Code     string
	Platform PlatformID
	Members  string // address, "" where the platform does not say
}

// Grade is that a learner's work in a module or an exercise counts in a column of a platform's gradebook.
type Grade struct {
	Learner  exos.LearnerID
	Subject  exos.Pseudonym // only read
	Platform PlatformID
	Link     string // the platform's id of the link that was opened
	Module   exos.ModuleID
	Exercise exos.ExerciseID // "": the whole module
	Title    string          // the column's name, where we make it
	Item     string          // address of the line item, "" where it is to be found or made
	Items    string          // address of the line items

	OwedAt time.Time // since when something is owed; zero: nothing
	Tries  int
	Told   string // what was told last, hashed
}

// Earned is what somebody has earned.
type Earned struct {
	Best, Max   float64
	Done, Total int
	Ended       bool // of an exercise: its latest attempt is over
	Begun       time.Time
	Answered    time.Time
}
