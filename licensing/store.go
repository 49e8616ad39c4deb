package licensing

import (
	"context"
	"time"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/tx"
	"pupitre/journal"
)

// Store runs licensing's transactions, and hands it the facts it follows.
type Store interface {
	tx.Store[Reader, Writer]
	tx.Looking[Reader]
	journal.Followed[Writer]
}

// Reader is what licensing asks of its persistence. "Not found" is fault.NotFound; lists that find nothing are empty.
type Reader interface {
	tx.Moment
	SubscriptionReader
	PoolReader
	PeopleReader
	RightReader
	RuleReader
	UndoReader
	SuggestionReader
	MandateReader
	CrowdReader
	NewsReader
	ApartReader
	HistoryReader
	DoubleReader
	RollReader
	BatchReader
	ReceiptReader
}

// SubscriptionReader finds subscriptions and what they speak of.
type SubscriptionReader interface {
	FindSubscription(ctx context.Context, id SubscriptionID) (Subscription, error)
	ListSubscriptions(ctx context.Context, f Filter) ([]Subscription, error)
	// ListDistributors gathers the distributors of standing subscriptions by resource, in the order of their numbers.
	ListDistributors(ctx context.Context, resources []catalogue.ResourceID) (map[catalogue.ResourceID][]string, error)
	// Census counts, per school, who holds a right out of the pools of these subscriptions: each person once, under the first of
	// their profiles that the pool serves. In the order of subscription, then school.
	Census(ctx context.Context, subscriptions []SubscriptionID) ([]Census, error)
	// EachMovement gives each what moved of a distributor's subscriptions in some time, EachGiven what is given now of those that stand
	// (Service.Movements, Given). NextMovement is the first instant of that time at which anything moved, if any did.
	EachMovement(ctx context.Context, distributor string, from, until time.Time, each func(Movement) error) error
	EachGiven(ctx context.Context, distributor string, each func(Movement) error) error
	NextMovement(ctx context.Context, distributor string, from, until time.Time) (at time.Time, moved bool, err error)
	// FindBasis finds what is there of what a subscription, which may be new, speaks of.
	FindBasis(ctx context.Context, sub Subscription) (Basis, error)
	FindWorkByID(ctx context.Context, id catalogue.ResourceID) (Work, error)
	// FindWorks is FindWorkByID for several.
	FindWorks(ctx context.Context, ids []catalogue.ResourceID) (map[catalogue.ResourceID]Work, error)
	FindSchool(ctx context.Context, id directory.SchoolID) (directory.School, error)
}

// PoolReader finds pools and what was given out of them.
type PoolReader interface {
	// ListPools returns the pools of a school for these resources, all of them for none, in the order of their ids.
	ListPools(ctx context.Context, school directory.SchoolID, resources []catalogue.ResourceID) ([]Pool, error)
	// ListSchoolsOf returns the schools in which a subscription has a pool.
	ListSchoolsOf(ctx context.Context, id SubscriptionID) ([]directory.School, error)
	// ListHeld returns the copies out of a pool that these persons hold; all of them for no person named.
	ListHeld(ctx context.Context, school directory.SchoolID, pool PoolID, persons []directory.PersonID) ([]Held, error)
	// ListHeldBy returns the copies that a person holds in a school.
	ListHeldBy(ctx context.Context, school directory.SchoolID, person directory.PersonID) ([]Held, error)
	// ListPersonsOf returns everybody who holds a copy out of a pool.
	ListPersonsOf(ctx context.Context, school directory.SchoolID, pool PoolID) ([]directory.PersonID, error)
	// ListGiven returns the targets that the school's ETABL pools for these resources (all for none) are given to.
	ListGiven(ctx context.Context, school directory.SchoolID, resources []catalogue.ResourceID) ([]GivenTarget, error)
	ListHolders(ctx context.Context, school directory.SchoolID, resource catalogue.ResourceID, page directory.Page) ([]Holder, error)
	// ListHoldersAmong is ListHolders of those who are in one of the cohorts now; of everybody for none.
	ListHoldersAmong(ctx context.Context, school directory.SchoolID, resource catalogue.ResourceID, cohorts []directory.CohortID, page directory.Page) ([]Holder, error)
	// Audit reads the counters of at most limit pools after the key, each beside what its ledger and holdings say.
	Audit(ctx context.Context, after AuditKey, limit int) ([]Audited, error)
}

// PeopleReader finds the persons whom targets name.
type PeopleReader interface {
	// ListCandidates returns the persons of a school whom a target names. Those who left are among them only when the target
	// is that person and gone is set; they have no profile.
	ListCandidates(ctx context.Context, school directory.SchoolID, t Target, gone bool) ([]Candidate, error)
	// ListNamed is ListCandidates for persons one by one, in one question: with gone set, who left is among them.
	ListNamed(ctx context.Context, school directory.SchoolID, persons []directory.PersonID, gone bool) ([]Candidate, error)
	// ListGone returns those who hold a copy out of one of the pools and are in the school no more; where profiles are named, those who had
	// one of them. They have no profile any more, and are in no class.
	ListGone(ctx context.Context, school directory.SchoolID, pools []PoolID, profiles []directory.Profile) ([]Candidate, error)
	// ListPlaces returns which classes, and groups too if groups is set, the persons of the school are in; all of them for
	// no person named.
	ListPlaces(ctx context.Context, school directory.SchoolID, groups bool, persons []directory.PersonID) ([]Place, error)
}

// CrowdReader lists the persons of a school beside the pools in force of a resource, and whom a manager has chosen among them.
type CrowdReader interface {
	// ListCrowd returns a page of a crowd, in the order of names; the page's key is a person.
	ListCrowd(ctx context.Context, c Crowd, pools []Pool, page directory.Page) ([]directory.Member, error)
	// CountCrowd counts those who pass a crowd's filter, and those of them without a copy.
	CountCrowd(ctx context.Context, c Crowd, pools []Pool) (all, without int, err error)
	// FindMuster returns who is in the school, who holds a copy out of these pools and, where members is set, who is in which class or group.
	// It asks once.
	FindMuster(ctx context.Context, school directory.SchoolID, pools []PoolID, members bool) (Muster, error)
	// FindSelection returns a selection that was changed since oldest, an empty one for none.
	FindSelection(ctx context.Context, of SelectionKey, oldest time.Time) (Selection, error)
}

// SelectionWriter changes selections. They are drafts, no part of the ledger: no act stands behind their changes. Those that change
// targets return how many did.
type SelectionWriter interface {
	// LockSelection makes the selection if there is none, empties it if it was not changed since oldest, and returns its version; no
	// other window changes it until the transaction ends.
	LockSelection(ctx context.Context, of SelectionKey, oldest time.Time) (version int64, err error)
	// StampSelection gives it the next version, and now as its last change.
	StampSelection(ctx context.Context, of SelectionKey) error
	EmptySelection(ctx context.Context, of SelectionKey) (int64, error)
	Select(ctx context.Context, of SelectionKey, targets []Target) (int64, error)
	Deselect(ctx context.Context, of SelectionKey, targets []Target) (int64, error)
	// SelectCrowd selects everybody of a crowd, each as a person.
	SelectCrowd(ctx context.Context, of SelectionKey, c Crowd, pools []Pool) (int64, error)
	SweepSelections(ctx context.Context, before time.Time, limit int) (int, error)
}

// RightReader finds what a person may open, without judging.
type RightReader interface {
	// ListClaims returns everything that might let a person in: copies held or ended, and school-wide rights that cover them,
	// in the schools where they are now; narrowed to a school or a resource unless "". It asks once.
	ListClaims(ctx context.Context, person directory.PersonID, school directory.SchoolID, resource catalogue.ResourceID) ([]Claim, error)
	// ListCopies returns those claims that are copies of one resource at one school. It asks once.
	ListCopies(ctx context.Context, person directory.PersonID, school directory.SchoolID, resource catalogue.ResourceID) ([]Claim, error)
}

// MandateReader finds delegates' mandates, and who may give them.
type MandateReader interface {
	// FindMandate returns a person's mandate in a school, ended or not, with what is out under it; NotFound also where they are one of
	// its assignment managers now, whom no mandate limits.
	FindMandate(ctx context.Context, school directory.SchoolID, person directory.PersonID) (Mandate, error)
	// ListMandates returns those of a school that stand, by name; ListMandatesOf those of a person, by school, where they are no manager.
	ListMandates(ctx context.Context, school directory.SchoolID) ([]Mandate, error)
	ListMandatesOf(ctx context.Context, person directory.PersonID) ([]Mandate, error)
	// ListCounted returns which of the copies that an act took back were counted as out under a mandate until then.
	ListCounted(ctx context.Context, m Mandate, act journal.ActID) ([]HeldCopy, error)
	// ListOverspent returns the mandates under which more copies are out than their budget: Check expects none.
	ListOverspent(ctx context.Context) ([]Mandate, error)
	FindOffice(ctx context.Context, school directory.SchoolID, person directory.PersonID) (Office, error)
	// ListLabels returns the labels of those of the cohorts that the school has.
	ListLabels(ctx context.Context, school directory.SchoolID, cohorts []directory.CohortID) (map[directory.CohortID]string, error)
}

// NewsReader finds what changed in a school since an instant, for a manager who comes back.
type NewsReader interface {
	// FindVisit returns how a manager last looked at the console of a school: the zero Visit where they never did.
	FindVisit(ctx context.Context, school directory.SchoolID, manager directory.PersonID) (Visit, error)
	// ListVisits returns a manager's visits, by school.
	ListVisits(ctx context.Context, manager directory.PersonID) (map[directory.SchoolID]Visit, error)
	// ListArrivals returns, by resource, the pools that were opened since then and have not ended on the day, the latest first.
	ListArrivals(ctx context.Context, school directory.SchoolID, since time.Time, today clock.Date) ([]Arrival, error)
	// FindFreed returns what came back since then from persons who left.
	FindFreed(ctx context.Context, school directory.SchoolID, since time.Time) (Freed, error)
}

// Writer is what licensing changes. Every change of a pool locks its row first (LockPools), takes the next number of the
// pool's ledger and writes its lines; a counter that would break its bounds is fault.Exhausted, and nothing is kept.
type Writer interface {
	Reader
	journal.Appender
	RuleWriter
	SuggestionWriter
	BatchWriter

	// AddSubscription writes a new subscription: if another one takes its identifier meanwhile, the transaction runs again.
	AddSubscription(ctx context.Context, act journal.ActID, s Subscription) error
	// KeepSubscription writes the terms of one that there is.
	KeepSubscription(ctx context.Context, act journal.ActID, s Subscription) error
	// LockPools is ListPools, and nobody else changes these pools until the transaction ends.
	LockPools(ctx context.Context, school directory.SchoolID, resources []catalogue.ResourceID) ([]Pool, error)
	OpenPool(ctx context.Context, act journal.ActID, p Pool) error
	// AmendPool sets publics, dates, number and end of a pool to those of p.
	AmendPool(ctx context.Context, act journal.ActID, p Pool, cause Cause) error
	// EndHoldings turns every copy held out of the pool into an ended entry and returns whose they were.
	EndHoldings(ctx context.Context, act journal.ActID, school directory.SchoolID, pool PoolID) ([]directory.PersonID, error)

	// Give gives one copy each. All or nothing: Exhausted when they do not all fit.
	Give(ctx context.Context, act journal.ActID, h Handover) error
	// LockFooting locks the pools of one resource, like LockPools, and returns with them all that giving it to these persons by those actors
	// is decided on, where no right of classes or groups is in it, nor a mandate.
	LockFooting(ctx context.Context, school directory.SchoolID, resource catalogue.ResourceID, persons, actors []directory.PersonID) (Footing, error)
	// GiveEach gives a copy each, to different persons by acts of their own, in their order, out of a pool that is locked. All or nothing,
	// and whoever has a copy of it already refuses all; the refusal may come with the commit.
	GiveEach(ctx context.Context, school directory.SchoolID, pool PoolID, copies []OwnCopy) error
	// TakeBack takes copies back. False: none of them could be, locked or already back, and nothing is written. All or nothing: Conflict
	// where only some could, so that the transaction goes.
	TakeBack(ctx context.Context, act journal.ActID, h Handover) (bool, error)
	GiveTarget(ctx context.Context, act journal.ActID, school directory.SchoolID, g GivenTarget) error
	TakeTarget(ctx context.Context, act journal.ActID, school directory.SchoolID, g GivenTarget) error
	// LockMandate is FindMandate, and nobody else acts under it or changes it until the transaction ends. Lock the pools first.
	LockMandate(ctx context.Context, school directory.SchoolID, person directory.PersonID) (Mandate, error)
	// KeepMandate writes a mandate's terms and state over what there was.
	KeepMandate(ctx context.Context, act journal.ActID, m Mandate) error
	// SpendMandate counts the n copies that an act gave against a mandate that is locked; Exhausted where its budget has no room.
	SpendMandate(ctx context.Context, act journal.ActID, m Mandate, n int64) error
	// SpareMandate notes that copies which such an act gave do not count.
	SpareMandate(ctx context.Context, act journal.ActID, m Mandate, copies []HeldCopy) error
	// MarkOpened stamps an opening and reports whether it was the first, which locks a copy that is not transferable. Of later ones it
	// keeps the day. NotFound means that the copy went back meanwhile; an opening that changes nothing came before that.
	MarkOpened(ctx context.Context, act journal.ActID, c Claim) (first bool, err error)

	SelectionWriter
	ApartWriter
	// NoteVisit notes that a manager looked at the console. It is no act: nobody is told.
	NoteVisit(ctx context.Context, school directory.SchoolID, manager directory.PersonID, v Visit) error
	// ForgetVisits removes a manager's visits everywhere.
	ForgetVisits(ctx context.Context, act journal.ActID, manager directory.PersonID) error
}

// Work is a resource as licensing needs to know it.
type Work struct {
	ID     catalogue.ResourceID
	ARK    catalogue.ARK
	Title  string
	Family bool
	Mother catalogue.ResourceID // whose family it is of, "" for none
}

// Basis is what there is of what a subscription speaks of.
type Basis struct {
	Stands  *Subscription      // what its identifier stands for, ended or not; nil: it is new
	Work    *Work              // nil: there is none
	Schools []directory.School // those that have one of its numbers or, where it names none, one of its natures, by number
}

// Held is one copy in somebody's hands.
type Held struct {
	Pool   PoolID
	Person directory.PersonID
	Opened bool
	Last   time.Time // the latest opening; zero for never
}

// lockedIn reports whether the copy is consumed: opened, out of a pool that is not transferable.
func (h Held) lockedIn(p Pool) bool { return h.Opened && !p.Transferable }

// HeldCopy names a copy in somebody's hands.
type HeldCopy struct {
	Pool   PoolID
	Person directory.PersonID
}

// Place is a person in a class or group.
type Place struct {
	Person directory.PersonID
	Cohort directory.CohortID
	Class  string // the label, when it is a class
}

// Handover is copies of one pool going to or coming from persons.
type Handover struct {
	School  directory.SchoolID
	Pool    PoolID
	Persons []directory.PersonID
	Through Target // by which target of the order they get it
	Cause   Cause

	Unopened bool // (taking back) copies that were opened are passed over
}

// Footing is what single assignments are decided on.
type Footing struct {
	School  directory.School
	Pools   []Pool
	Persons []Candidate
	Held    []Held
	// Mandated are those of the actors whom a mandate limits.
	Mandated []directory.PersonID
}

// OwnCopy is a copy that goes to one person by an act of its own, by name.
type OwnCopy struct {
	Person directory.PersonID
	Act    journal.ActID
}

// Claim is something that might let a person in.
type Claim struct {
	Right
	UAI   directory.UAI
	Held  bool      // a copy of one's own; else a school-wide right
	Ended bool      // the entry, or its pool, was ended by the distributor
	Last  time.Time // the latest opening of a copy, see MarkOpened; zero for never
	Work  Work      // what it is a right to; left empty where claims are not narrowed to a resource
}

// AuditKey pages Audit: the zero key is the beginning.
type AuditKey struct {
	School directory.SchoolID
	Pool   PoolID
}

// Audited is a pool, and what its ledger, its copies' lines and its holdings add up to.
type Audited struct {
	Pool
	Acts                              int64 // lines of the ledger
	Total, Assigned, Reserved, Locked int64 // by the ledger
	Moved                             int64 // by the copies' lines
	Holdings, LockedHoldings          int64
	Disputed                          int64 // persons of whom lines and holding disagree
	Unsigned                          int64 // lines whose act is not in the journal
	Kept                              int64 // what standing rules keep back
}
