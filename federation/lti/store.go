package lti

import (
	"context"
	"time"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/tx"
	"pupitre/journal"
)

// Kind is what sort of message was begun.
type Kind string

// The kinds of message.
const (
	resourceLink Kind = "resource-link"
	deepLinking  Kind = "deep-linking" // a teacher is to choose content
	answer       Kind = "answer"       // the tool is to answer with what was chosen
	chosen       Kind = "chosen"       // it has; its teacher is to come back
)

// Launch is a message that was begun.
type Launch struct {
	Kind    Kind
	Session federation.Session // at the place where it was begun; its Seen and Ended are as they are now
	Client  federation.ClientID
	ARK     string
	Target  string             // target_link_uri
	Cohort  directory.CohortID // the class that it is for, "" for none
	Link    LinkID             // the pinned link that is opened, "" for none
	Login   federation.Hash    // of login_hint
	Body    string             // what was chosen
	Until   time.Time
}

// LinkID identifies a pinned link.
type LinkID string

// Link (« lien épinglé ») is content that a teacher chose at a tool for one of their classes.
type Link struct {
	ID     LinkID
	School directory.SchoolID
	Cohort directory.CohortID
	Client federation.ClientID
	ARK    string
	URL    string // below one of the tool's targets
	Title  string
	Text   string
	Custom map[string]string // what the tool wants back when it is opened
}

// Pinned is a link as those of its class find it. By is the teacher who pinned it, as long as they are in the school.
type Pinned struct {
	Link
	By directory.Name
}

// Wanted is which pinned links are asked for: of all the classes and groups of a person, to some resources at some tools.
type Wanted struct {
	School directory.SchoolID
	Person directory.PersonID
	ARKs   []string
	Tools  []federation.ClientID
	Most   int
}

// ContextID is a class as one tool knows it, for one resource.
type ContextID string

// Context (« classe vue d’un outil ») is a class or group, where one tool is used for one resource.
type Context struct {
	ID     ContextID
	School directory.SchoolID
	Cohort directory.CohortID
	Client federation.ClientID
	ARK    string
}

// Reader is what the platform asks of its store. What is not there is fault.NotFound.
type Reader interface {
	tx.Moment
	// CohortsOf lists the classes and groups, not closed, that a person is in, in order.
	CohortsOf(ctx context.Context, school directory.SchoolID, person directory.PersonID) ([]directory.Cohort, error)
	// FindContext finds the class that a tool knows by an id.
	FindContext(ctx context.Context, id ContextID) (Context, error)
	// FindCohort finds a class or group that is not closed.
	FindCohort(ctx context.Context, school directory.SchoolID, id directory.CohortID) (directory.Cohort, error)
	// Members lists those who are in a class or group now, in an order that stays.
	Members(ctx context.Context, school directory.SchoolID, cohort directory.CohortID) ([]Member, error)
	// FindToken finds a tool's access token, expired ones too.
	FindToken(ctx context.Context, hash federation.Hash) (ServiceToken, error)
	// ContextsOf lists the contexts that a class is, in order of their making.
	ContextsOf(ctx context.Context, school directory.SchoolID, cohort directory.CohortID) ([]Context, error)
	// LineItems lists those of a class at a tool, the oldest first.
	LineItems(ctx context.Context, school directory.SchoolID, id ContextID) ([]LineItem, error)
	// Scores lists what was said of a line item.
	Scores(ctx context.Context, school directory.SchoolID, item LineItemID) ([]Score, error)
	// FindLink finds a pinned link.
	FindLink(ctx context.Context, school directory.SchoolID, id LinkID) (Link, error)
	// LinksOf lists a class's pinned links, the oldest first.
	LinksOf(ctx context.Context, school directory.SchoolID, cohort directory.CohortID) ([]Link, error)
	// PinnedFor lists the pinned links that are wanted, of classes and groups that are not closed: the newest first.
	PinnedFor(ctx context.Context, w Wanted) ([]Pinned, error)
}

// Writer is what the platform changes. Taking needs no act: what comes of it is journalled as the access.
type Writer interface {
	Reader
	journal.Appender

	// AddLaunch keeps a message that was begun, by the hash of what the tool must bring back.
	AddLaunch(ctx context.Context, l Launch, hash federation.Hash) error
	// TakeLaunch uses a message up, whatever comes of it, and returns it. Of any number of callers one is first.
	TakeLaunch(ctx context.Context, hash federation.Hash) (l Launch, first bool, err error)
	// Visit notes that a session entered a tool, and that its publisher has seen the person.
	Visit(ctx context.Context, v federation.Visit) error
	// OpenContext returns the id of a class at a tool, the one given where it has none.
	OpenContext(ctx context.Context, c Context) (ContextID, error)
	// Acquaint notes that a publisher has seen a person.
	Acquaint(ctx context.Context, project directory.ProjectID, person directory.PersonID, sector federation.Sector) error
	// FirstOfDay reports whether a tool is told of a person in a class for the first time on this day (UTC).
	FirstOfDay(ctx context.Context, c Context, person directory.PersonID) (bool, error)
	// AddToken keeps a tool's access token by its hash. There is no act: it is of nobody.
	AddToken(ctx context.Context, t ServiceToken, hash federation.Hash) error
	// PutLineItem keeps a line item, or changes the one of that id; DropLineItem removes one, with its scores.
	PutLineItem(ctx context.Context, act journal.ActID, i LineItem) error
	DropLineItem(ctx context.Context, act journal.ActID, i LineItem) error
	// PutScore keeps a score unless the tool has said something later already, and reports whether it did.
	PutScore(ctx context.Context, act journal.ActID, s Score) (bool, error)
	// SweepGrades removes scores received before an instant, columns not used and links pinned since before it, at most limit of each;
	// it returns the largest number.
	SweepGrades(ctx context.Context, before time.Time, limit int) (int, error)
	// Pin keeps a link; Unpin removes it, and reports whether it was there.
	Pin(ctx context.Context, act journal.ActID, l Link) error
	Unpin(ctx context.Context, act journal.ActID, l Link) (bool, error)
	// Sweep removes messages begun before an instant and tokens that are over, at most limit of each; it returns the larger number.
	Sweep(ctx context.Context, before time.Time, limit int) (int, error)
}

// Store keeps messages and what came of them.
type Store = tx.Store[Reader, Writer]
