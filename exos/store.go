package exos

import (
	"context"
	"encoding/json"
	"time"

	"pupitre/internal/tx"
	"pupitre/journal"
)

// Store runs the transactions of Biblio Exos.
type Store interface {
	tx.Store[Reader, Writer]
	tx.Looking[Reader]
}

// Reader is all that the use cases ask.
type Reader interface {
	tx.Moment
	ArrivalReader
	ShelfReader
	WorkReader
	HomeworkReader
	PressReader
	NotebookReader
}

// Writer is all that they change.
type Writer interface {
	Reader
	journal.Appender
	ArrivalWriter
	ShelfWriter
	WorkWriter
	HomeworkWriter
	PressWriter
	NotebookWriter
}

// ArrivalReader: who is here.
type ArrivalReader interface {
	// Session returns a session with its learner and their rights, also one whose hour is over; NotFound where there is none. It asks once.
	Session(ctx context.Context, hash string) (Here, error)
	// LearnerCalled returns the learner of a pseudonym; NotFound where nobody has come under it.
	LearnerCalled(ctx context.Context, issuer string, subject Pseudonym) (Learner, error)
	// Personal returns all that is kept of a learner, by table.
	Personal(ctx context.Context, l LearnerID) (Personal, error)
}

// Here is a session with what must be known to act in it.
type Here struct {
	Session  Session
	Learner  Learner
	Rights   []Right
	RightsAt time.Time // when they were asked for; zero: never
	StaleAt  time.Time // when the issuer last said that they changed; zero: never
	Owned    bool      // teachers of the learner's school have modules of their own
}

// ArrivalWriter changes who is here. Every change is part of an act, but rights: they are the broker's, which journals them.
type ArrivalWriter interface {
	// PutLearner writes what the sign-in released over what was known, and returns the learner's id, made at the first coming.
	PutLearner(ctx context.Context, act journal.ActID, c Claims) (LearnerID, error)
	AddSession(ctx context.Context, act journal.ActID, s Session) error
	// EndSession ends one session; one that is over already is no error.
	EndSession(ctx context.Context, act journal.ActID, hash string) error
	// EndSessionsOf ends the sessions of a learner at an issuer: all of them, or those of one upstream session. Either of subject
	// and upstream may be "", not both. It returns how many ended.
	EndSessionsOf(ctx context.Context, act journal.ActID, issuer string, subject Pseudonym, upstream string) (int64, error)
	// Reseal replaces a session's sealed credential after it was renewed.
	Reseal(ctx context.Context, hash string, sealed []byte) error
	// PutRights replaces all rights of a learner; asked is when they were asked for. Older news never replace newer.
	PutRights(ctx context.Context, l LearnerID, rights []Right, asked time.Time) error
	// StaleRights notes, at the transaction's time, that the rights of a pseudonym have changed upstream. Nobody known by it is no error.
	StaleRights(ctx context.Context, issuer string, subject Pseudonym) error
	// Heard remembers a security event's id until ends, and reports whether it is heard for the first time.
	Heard(ctx context.Context, issuer, jti string, ends time.Time) (bool, error)
	// Forget erases a learner and all that was theirs.
	Forget(ctx context.Context, act journal.ActID, issuer string, subject Pseudonym) error
	// MoveLearners makes the learners of an issuer another's; who is known to the other already stays. It returns how many moved.
	MoveLearners(ctx context.Context, act journal.ActID, from, to string) (int64, error)
	// Sweep deletes sessions and remembered ids that ended before a time, and what open pages were told of the day before it, and returns
	// how many rows went.
	Sweep(ctx context.Context, before time.Time) (int64, error)
	// SweepNames forgets the codes that were tried before one time, and who held publishers' keys that ended before another.
	SweepNames(ctx context.Context, guesses, keys time.Time) (int64, error)
}

// ShelfReader: what is published.
type ShelfReader interface {
	// ModuleByID returns NotFound where there is none.
	ModuleByID(ctx context.Context, m ModuleID) (Module, error)
	// ModuleIdentified returns the module of a package's identifier, or NotFound.
	ModuleIdentified(ctx context.Context, identifier string) (Module, error)
	// ModulesOpenedBy lists the modules of the given resources, by title.
	ModulesOpenedBy(ctx context.Context, arks []ARK) ([]Module, error)
	// VersionOf returns a published version with its lines, or NotFound.
	VersionOf(ctx context.Context, m ModuleID, v VersionID) (Version, error)
	// Exercise returns NotFound where there is none.
	Exercise(ctx context.Context, e ExerciseID) (Exercise, error)
	// ExerciseSame returns the exercise of the same identifier, program and body in a module, or NotFound.
	ExerciseSame(ctx context.Context, m ModuleID, identifier string, program, body Hash) (Exercise, error)
	// Content returns NotFound where nothing has that hash.
	Content(ctx context.Context, h Hash) (Content, error)
	// ContentKey returns NotFound before there is one.
	ContentKey(ctx context.Context) (ContentKey, error)
}

// ShelfWriter publishes. Contents are immutable: the same hash again is no change.
type ShelfWriter interface {
	PutContent(ctx context.Context, act journal.ActID, c Content) error
	// AddContentKey keeps the key, unless there is one.
	AddContentKey(ctx context.Context, k ContentKey) error
	// PutModule creates a module or changes its title, publisher, level, resource and current version.
	PutModule(ctx context.Context, act journal.ActID, m Module) error
	// AddVersion numbers a version after those before, and returns it so.
	AddVersion(ctx context.Context, act journal.ActID, v Version) (Version, error)
	AddExercise(ctx context.Context, act journal.ActID, e Exercise) error
	// PutSkills says anew what an exercise trains.
	PutSkills(ctx context.Context, act journal.ActID, e ExerciseID, skills []string) error
}

// WorkReader: what learners did.
type WorkReader interface {
	// Progress lists, for each module where the learner has a place or that is asked for, what the cards need.
	Progress(ctx context.Context, l LearnerID, asked []ModuleID) ([]Progress, error)
	// Lines lists a version's exercises in order with the learner's marks.
	Lines(ctx context.Context, l LearnerID, m ModuleID, v VersionID) ([]Worked, error)
	// MarkOf returns NotFound before the first answer.
	MarkOf(ctx context.Context, l LearnerID, m ModuleID, e ExerciseID) (Mark, error)
	// Attempt returns NotFound where the learner has none of that id.
	Attempt(ctx context.Context, l LearnerID, a AttemptID) (Attempt, error)
	// LatestAttempt returns the newest attempt at an exercise, ended or not, in a homework ("": in its module), or NotFound.
	LatestAttempt(ctx context.Context, l LearnerID, h HomeworkID, e ExerciseID) (Attempt, error)
	// LatestAnswered returns the newest attempt at an exercise in its module that has an answer, or NotFound.
	LatestAnswered(ctx context.Context, l LearnerID, e ExerciseID) (Attempt, error)
	// LastAnswer returns the attempt's last event of kind Answered that was accepted, or NotFound.
	LastAnswer(ctx context.Context, l LearnerID, a AttemptID) (Kept, error)
	// Kept returns an event as it was kept, or NotFound.
	Kept(ctx context.Context, l LearnerID, e EventID) (Kept, error)
	// Handed returns a file that the learner handed in, with its bytes, or NotFound.
	Handed(ctx context.Context, l LearnerID, a AttemptID, h Hash) (Handed, error)
	// HandedSoFar counts the files handed in during an attempt, and the bytes of all that the learner ever handed in.
	HandedSoFar(ctx context.Context, l LearnerID, a AttemptID) (files int, bytes int64, err error)
	// History lists a learner's answers, newest first; before is the last event id of the page before, "" for the first.
	History(ctx context.Context, l LearnerID, before EventID, limit int) ([]Past, error)
}

// Past is one line of a history, with the answer as it was sent.
type Past struct {
	Done
	Seed    Seed
	Payload json.RawMessage
}

// Progress is where a learner stands in a module.
type Progress struct {
	Module  Module
	Version VersionID // the learner's, or the current one before the first opening
	Last    *Place
	Total   int
	Done    int
	Best    float64 // Σ best marks
	Max     float64 // Σ maxima
}

// Success is Best ÷ Max, 0 where nothing can be earned.
func (p Progress) Success() float64 {
	if p.Max <= 0 {
		return 0
	}
	return min(1, max(0, p.Best/p.Max))
}

// Worked is one line of a version with what the learner did there.
type Worked struct {
	Line
	Title string
	Max   float64
	Mark  *Mark
	Begun bool
}

// WorkWriter appends events and keeps what they amount to. An event is its own journal entry, so these take no ActID.
type WorkWriter interface {
	// TakeAttempt returns an attempt and keeps other transactions from it until this one ends; NotFound where there is none.
	TakeAttempt(ctx context.Context, l LearnerID, a AttemptID) (Attempt, error)
	// TakeEvent is TakeAttempt for an event of a learner's at an exercise of a module, with all that the event is decided by. It asks once.
	TakeEvent(ctx context.Context, l Learner, e Event, m ModuleID) (Work, error)
	// AddAttempt reports false, and changes nothing, where the learner already has an attempt of that number at the exercise.
	AddAttempt(ctx context.Context, a Attempt) (bool, error)
	// PutAttempt writes the counters and state of an attempt that was taken.
	PutAttempt(ctx context.Context, a Attempt) error
	// Owe notes that what a learner earned in an exercise of a module is owed to the platforms that they came from (exos/lti).
	Owe(ctx context.Context, l LearnerID, m ModuleID, e ExerciseID) error
	// Append keeps an event. It reports false, and changes nothing, where the learner already has one of that id.
	Append(ctx context.Context, k Kept) (bool, error)
	// Keep is Append for an event that was looked for and is not there (TakeEvent).
	Keep(ctx context.Context, k Kept) error
	// AddHanded keeps a file; the same bytes again in the same attempt are no change.
	AddHanded(ctx context.Context, h Handed) error
	// PutMark adds one submission to a mark: best is kept, last is replaced where this one is not older (Mark.LastAt).
	PutMark(ctx context.Context, l LearnerID, m ModuleID, mark Mark) error
	// PutPlace notes where the learner is, and in which version.
	PutPlace(ctx context.Context, l LearnerID, m ModuleID, v VersionID, e ExerciseID) error
}

// Work is an attempt as an event finds it.
type Work struct {
	Attempt Attempt
	Kept    *Kept // the event of that id which was kept before; nil: it is new
	Bounds  Bounds
}

// Bounds are what decides whether an exercise of a module may be worked at.
type Bounds struct {
	Module Module
	Graded []Homework // the graded homework that is open to the learner now
}

// HomeworkReader: what was given to learners, and what they made of it.
type HomeworkReader interface {
	// Homework returns a homework, or NotFound.
	Homework(ctx context.Context, h HomeworkID) (Homework, error)
	// HomeworkOf lists the homework given to a learner, soonest due first, leaving out what had closed by since.
	HomeworkOf(ctx context.Context, l Learner, since time.Time) ([]Homework, error)
	// GradedWork lists the graded homework that is open to a learner now.
	GradedWork(ctx context.Context, l Learner) ([]Homework, error)
	// Paper returns NotFound before the learner has begun.
	Paper(ctx context.Context, l LearnerID, h HomeworkID) (Paper, error)
	// PapersOf lists those papers of a learner's that there are.
	PapersOf(ctx context.Context, l LearnerID, of []HomeworkID) ([]Paper, error)
	// TaskWork lists what a learner did in these homeworks, an exercise each.
	TaskWork(ctx context.Context, l LearnerID, of []HomeworkID) ([]TaskWork, error)
	// Exercises returns those of these exercises that there are.
	Exercises(ctx context.Context, of []ExerciseID) (map[ExerciseID]Exercise, error)
	// HandMarks lists what teachers gave a learner in these homeworks.
	HandMarks(ctx context.Context, l LearnerID, of []HomeworkID) ([]HandMark, error)
	// Corrections lists what a learner gained or lost in these homeworks since keys were corrected.
	Corrections(ctx context.Context, l LearnerID, of []HomeworkID) ([]Correction, error)
	// LastRefused returns the attempt's last answer, where it came after all that were accepted and was refused; else NotFound.
	LastRefused(ctx context.Context, l LearnerID, a AttemptID) (Kept, error)
}

// HomeworkWriter begins papers.
type HomeworkWriter interface {
	// BeginPaper keeps the first beginning: begun already is no error.
	BeginPaper(ctx context.Context, p Paper) error
}

// PressReader: publishers, and what they left here.
type PressReader interface {
	// PublisherByID returns NotFound where there is none.
	PublisherByID(ctx context.Context, p PublisherID) (Publisher, error)
	// Publishers lists all, by name.
	Publishers(ctx context.Context) ([]Publisher, error)
	// PublisherKeyHashed returns a key by its token's hash, also one that is over, or NotFound.
	PublisherKeyHashed(ctx context.Context, hash string) (PublisherKey, error)
	// PublisherKeys lists a publisher's keys, newest first.
	PublisherKeys(ctx context.Context, p PublisherID) ([]PublisherKey, error)
	// PublisherSession returns the key by which a session that is not over was begun, or NotFound.
	PublisherSession(ctx context.Context, hash string) (PublisherKey, error)
	// ModulesUnder lists the modules whose resource begins with prefix, by title.
	ModulesUnder(ctx context.Context, prefix ARK) ([]Module, error)
	// UseOf counts the pupils of a module, exactly; of exercises those of version v.
	UseOf(ctx context.Context, m ModuleID, v VersionID) (Use, error)
	// Deposit returns one of a publisher's, or NotFound.
	Deposit(ctx context.Context, p PublisherID, d DepositID) (Deposit, error)
	// DepositHashed returns the publisher's deposit of the same bytes, or NotFound.
	DepositHashed(ctx context.Context, p PublisherID, h Hash) (Deposit, error)
	// Deposits lists a publisher's, newest first; Found has no report.
	Deposits(ctx context.Context, p PublisherID) ([]Deposit, error)
	// DepositParts are the bytes that came, in their order.
	DepositParts(ctx context.Context, d DepositID) ([][]byte, error)
}

// Use is what became of a module, counted exactly: nobody is shown it before it is masked.
type Use struct {
	Pupils    int
	Versions  []VersionCount  // newest first
	Exercises []ExerciseCount // in order
}

// VersionCount is how many pupils are in a version.
type VersionCount struct {
	Version
	Total  int // exercises
	Pupils int
}

// ExerciseCount is how pupils answered an exercise.
type ExerciseCount struct {
	Exercise ExerciseID
	Title    string
	Pupils   int
	Success  float64 // mean of best ÷ maximum; 0 without a maximum
	Tries    int     // of all
}

// PressWriter changes them.
type PressWriter interface {
	AddPublisher(ctx context.Context, act journal.ActID, p Publisher) error
	AddPublisherKey(ctx context.Context, act journal.ActID, k PublisherKey) error
	// RevokePublisherKey ends a key and its sessions; NotFound where there is no such key.
	RevokePublisherKey(ctx context.Context, act journal.ActID, k PublisherKeyID) error
	AddPublisherSession(ctx context.Context, act journal.ActID, hash string, k PublisherKeyID, ends time.Time) error
	EndPublisherSession(ctx context.Context, hash string) error
	AddDeposit(ctx context.Context, act journal.ActID, d Deposit) error
	// TakeDeposit is Deposit, and keeps other transactions from it until this one ends.
	TakeDeposit(ctx context.Context, p PublisherID, d DepositID) (Deposit, error)
	// AddDepositPart keeps bytes that begin at a place.
	AddDepositPart(ctx context.Context, d DepositID, at int64, data []byte) error
	// PutDeposit writes what moves: bytes received, hash, findings, version.
	PutDeposit(ctx context.Context, d Deposit) error
	DropDeposit(ctx context.Context, act journal.ActID, d DepositID) error
	// SweepDeposits removes the uploads that nobody went on with since a time, and returns how many.
	SweepDeposits(ctx context.Context, before time.Time) (int64, error)
}

// NotebookReader: teachers' own exercises.
type NotebookReader interface {
	// Notebooks lists a learner's own, latest change first.
	Notebooks(ctx context.Context, owner LearnerID) ([]Notebook, error)
	// Notebook returns NotFound where the learner has none of that id.
	Notebook(ctx context.Context, owner LearnerID, n NotebookID) (Notebook, error)
	// Drafts lists a notebook's, in order.
	Drafts(ctx context.Context, owner LearnerID, n NotebookID) ([]Draft, error)
	// ModulesOwnedIn lists the modules of a school's teachers, withdrawn ones too.
	ModulesOwnedIn(ctx context.Context, school string) ([]Module, error)
}

// NotebookWriter changes them. What pupils have changes by publishing alone, so these take no ActID.
type NotebookWriter interface {
	PutNotebook(ctx context.Context, n Notebook) error
	// DropNotebook removes a notebook and its drafts.
	DropNotebook(ctx context.Context, owner LearnerID, n NotebookID) error
	PutDraft(ctx context.Context, owner LearnerID, d Draft) error
	DropDraft(ctx context.Context, owner LearnerID, n NotebookID, d DraftID) error
}
