package exos

import (
	"slices"
	"time"

	"pupitre/exos/qti/render"
	"pupitre/internal/clock"
)

// ModuleID is ours; a module keeps it through all its versions.
type ModuleID string

// ExerciseID is ours. An exercise is what it contains: unchanged in a new version, it keeps its id, hence its marks.
type ExerciseID string

// VersionID is the hexadecimal SHA-256 of a published version's contents.
type VersionID string

// Hash is the hexadecimal SHA-256 of a stored content: an exercise, a picture.
type Hash string

// Module (« module ») is a workbook.
type Module struct {
	ID         ModuleID
	Identifier string // the package's own, unique: a package with the same one is a new version
	ARK        ARK    // the resource that opens it
	Title      string
	Publisher  string
	Level      string    // « 5e », as on the cover; "" for none
	Current    VersionID // what newcomers begin; "" where it was withdrawn: only those who have begun it still have it
	// Owner is the teacher whose notebook it is, in which school; "" of a publisher's module.
	Owner  LearnerID
	School string
}

// Version is one published state of a module.
type Version struct {
	ID          VersionID
	Module      ModuleID
	Number      int // 1, 2, 3…
	Language    string
	PublishedAt time.Time
	Lines       []Line
	Assets      []Hash
	// Test are its publisher's rules of the whole, a content; "" for none.
	Test Hash
}

func (v Version) has(e ExerciseID) bool {
	return slices.ContainsFunc(v.Lines, func(l Line) bool { return l.Exercise == e })
}

// Line is one exercise's place in a version. Section is the chapter's title, "" where there is none.
type Line struct {
	Section  string
	Exercise ExerciseID
}

// Exercise (« exercice ») as published. Its words and its key are contents, by hash.
type Exercise struct {
	ID           ExerciseID
	Module       ModuleID
	Identifier   string // in the package
	Title        string
	Version      string // hash of the program: what marks are tied to
	Program      Hash   // content: the encoded program, key included
	Body         Hash   // content: the answerless tree and the feedback texts
	Max          float64
	Scoreable    bool
	ByHand       bool
	Adaptive     bool
	Interactions []render.Type
	Skills       []string // « compétences » that it trains, as its author calls them
}

// Content is immutable bytes by hash: a program, a body, a picture.
type Content struct {
	Hash  Hash
	Media string
	Data  []byte
}

// Card is a module as « Mes modules » shows it.
type Card struct {
	Module    ModuleID
	ARK       ARK // also what the drawn cover is made from
	Title     string
	Publisher string
	Level     string
	Valid     clock.Date // last day; zero: no end was said
	// Closed is nil where the module opens; else the Denied that says why. Closed cards are listed only where the learner has
	// worked there.
	Closed  error
	Success float64 // 0 to 1
	Done    int     // exercises with at least one answer
	Total   int
	Last    *Place // nil before the first opening
}

// Place is where a learner was last in a module.
type Place struct {
	Exercise ExerciseID
	Title    string
	Number   int // 1-based position in the learner's version
	At       time.Time
}

// Contents is a module's table of contents with the learner's progress.
type Contents struct {
	Card
	Language string
	Version  VersionID // the learner's
	Newer    bool      // a newer version is published: Renew takes it
	Sections []Chapter
	Test     bool // its publisher made a test of it; only Published tells
}

// Chapter is a section of a table of contents.
type Chapter struct {
	Title   string // "" where the module has no sections
	Entries []Entry
}

// Entry is one exercise of a table of contents.
type Entry struct {
	Exercise ExerciseID
	Number   int // 1-based in the module
	Title    string
	Max      float64
	Mark     *Mark // nil before the first answer
	Begun    bool  // opened, perhaps not answered
}
