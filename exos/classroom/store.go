package classroom

import (
	"context"
	"time"

	"pupitre/exos"
	"pupitre/internal/tx"
	"pupitre/journal"
)

// Store runs the transactions of teachers' work.
type Store = tx.Store[Reader, Writer]

// Reader is all that the use cases ask.
type Reader interface {
	tx.Moment
	exos.ShelfReader
	exos.HomeworkReader
	exos.NotebookReader
	PupilReader
	// OwnGroup returns a group of a school, or NotFound.
	OwnGroup(ctx context.Context, school string, g GroupID) (OwnGroup, error)
	// GroupCoded returns the group of a school that has a code, or NotFound.
	GroupCoded(ctx context.Context, school, code string) (OwnGroup, error)
	// OwnGroups lists the groups that a teacher made at a school, by name.
	OwnGroups(ctx context.Context, school string, owner exos.LearnerID) ([]OwnGroup, error)
	// Cohorts describes the given classes and groups of a school.
	Cohorts(ctx context.Context, school string, of []exos.Cohort) ([]GroupView, error)
	// Share returns how something is shared, or NotFound.
	Share(ctx context.Context, kind ShareKind, thing string) (Share, error)
	// SharedIn lists what teachers of a school share with all of it, but for one's own, by title.
	SharedIn(ctx context.Context, school string, but exos.LearnerID) ([]Shared, error)
	// SharedUnder returns what is shared by a code, or NotFound.
	SharedUnder(ctx context.Context, code string) (Shared, error)
	// HomeworkBy lists a teacher's homework that had not closed by since, the soonest due first.
	HomeworkBy(ctx context.Context, school string, by exos.LearnerID, since time.Time) ([]exos.Homework, error)
	// Work lists what everybody did in a homework, an exercise each.
	Work(ctx context.Context, h exos.HomeworkID) ([]Work, error)
	// HandMarksOf lists what was given by hand in a homework.
	HandMarksOf(ctx context.Context, h exos.HomeworkID) ([]exos.HandMark, error)
	// Moved returns when anything was last done in a homework, and how many have begun it: it is asked every few seconds.
	Moved(ctx context.Context, h exos.HomeworkID) (last time.Time, begun int, err error)
	// Attempts lists the attempts of a homework, each learner's at an exercise in their order.
	Attempts(ctx context.Context, h exos.HomeworkID) ([]exos.Attempt, error)
	// Attempt returns a learner's attempt, or NotFound.
	Attempt(ctx context.Context, l exos.LearnerID, a exos.AttemptID) (exos.Attempt, error)
	// Handed returns a file that a learner handed in, with its bytes, or NotFound.
	Handed(ctx context.Context, l exos.LearnerID, a exos.AttemptID, h exos.Hash) (exos.Handed, error)
	// Answers lists all answers given in a homework, those that were refused too, in the order in which they came.
	Answers(ctx context.Context, h exos.HomeworkID) ([]exos.Kept, error)
	// Versions lists a homework's versions, the newest first.
	Versions(ctx context.Context, h exos.HomeworkID) ([]Change, error)
}

// Writer is all that they change.
type Writer interface {
	Reader
	journal.Appender
	exos.WorkWriter
	exos.NotebookWriter
	// PutHomework writes a homework, new or changed, and keeps this version of it.
	PutHomework(ctx context.Context, act journal.ActID, h exos.Homework) error
	// PutHandMark writes what a teacher gives for an answer, over what they gave before.
	PutHandMark(ctx context.Context, act journal.ActID, m exos.HandMark) error
	// TakeWork keeps other transactions from the attempts of a homework until this one ends.
	TakeWork(ctx context.Context, h exos.HomeworkID) error
	// RaiseMark makes the best mark of an exercise in its module better; where it is as good, or there is none, nothing changes.
	RaiseMark(ctx context.Context, l exos.LearnerID, m exos.ModuleID, e exos.ExerciseID, best float64) error
	// PutShare writes how something is shared. It reports false, and changes nothing, where something else has the code.
	PutShare(ctx context.Context, act journal.ActID, s Share) (bool, error)
	// DropShare ends it: not shared is no error.
	DropShare(ctx context.Context, act journal.ActID, kind ShareKind, thing string) error
	// CountGuess counts one code that was tried unless those of this bucket must wait still, and returns how many there were since the
	// last pause that began before an instant, and until when the next must wait.
	CountGuess(ctx context.Context, b Bucket, since time.Time) (n int, until time.Time, err error)
	// DelayGuess makes the next of this bucket wait.
	DelayGuess(ctx context.Context, b Bucket, until time.Time) error
	// TakeBackGuess has one less, and no wait where free or fewer are left.
	TakeBackGuess(ctx context.Context, b Bucket, free int) error
	// PutGroup writes a group, new or under a new code. It reports false, and changes nothing, where another of its school has the code.
	PutGroup(ctx context.Context, act journal.ActID, g OwnGroup) (bool, error)
	// AddMember makes a learner a member: one already is no error.
	AddMember(ctx context.Context, act journal.ActID, g OwnGroup, l exos.LearnerID) error
	// DropMember takes a learner out: nobody there is no error.
	DropMember(ctx context.Context, act journal.ActID, g OwnGroup, l exos.LearnerID) error
	// DropGroup ends a group and all membership in it.
	DropGroup(ctx context.Context, act journal.ActID, g OwnGroup) error
	// DropHomework forgets a homework that nobody has begun.
	DropHomework(ctx context.Context, act journal.ActID, h exos.Homework) error
}

// GroupView is a class or group as its members and teachers see it.
type GroupView struct {
	exos.Cohort
	Pupils   int // pupils who have come here at least once
	Homework int // homework not yet due
}

// Member is a pupil of a teacher's.
type Member struct {
	Learner   exos.LearnerID
	Subject   exos.Pseudonym // by which the broker's roster names them, in the teacher's browser
	GivenName string         // "" where it was not released
	Cohorts   []exos.Cohort
}

// Work is what one learner did at an exercise of a homework.
type Work struct {
	Learner exos.LearnerID
	exos.TaskWork
	Attempt exos.AttemptID // the latest
	Touched time.Time      // of the last thing done there
}

// Change is one version of a homework, as it was given.
type Change struct {
	exos.Homework
	At time.Time
}
