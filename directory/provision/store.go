package provision

import (
	"context"
	"iter"

	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/tx"
	"pupitre/journal"
)

// Store keeps what imports need and write. It is the directory's own tables, seen from the side that fills them.
type Store = tx.Store[Reader, Writer]

// Reader tells what stands.
type Reader interface {
	tx.Moment
	// Schools lists every school of a project, in the order of their UAI.
	Schools(ctx context.Context, project directory.ProjectID) ([]KnownSchool, error)
	// School returns a school whatever its project; fault.NotFound where there is none.
	School(ctx context.Context, uai directory.UAI) (KnownSchool, error)
	// Cohorts lists the school's classes and groups, closed ones included.
	Cohorts(ctx context.Context, school directory.SchoolID) ([]KnownCohort, error)
	// Enrolled lists everyone who is or was attached to the school.
	Enrolled(ctx context.Context, school directory.SchoolID) ([]Enrolled, error)
	// Managers lists the school's assignment managers.
	Managers(ctx context.Context, school directory.SchoolID) ([]KnownManager, error)
	// Identify finds persons of the project by the portal's identifiers; who is unknown is left out.
	Identify(ctx context.Context, project directory.ProjectID, externals []string) (map[string]directory.PersonID, error)
	// KeptRows hands over the rows of the project's last OneRoster package, and tells their revision: 0 where there was none.
	KeptRows(ctx context.Context, project directory.ProjectID, take func(KeptRow) error) (revision int64, err error)
	// Revision tells the same, without the rows.
	Revision(ctx context.Context, project directory.ProjectID) (int64, error)
	// RowsOf lists the kept rows about a person: themselves, their roles and enrollments.
	RowsOf(ctx context.Context, project directory.ProjectID, person directory.PersonID) ([]KeptRow, error)
	// Situations tells what each of these persons is in the school now, or was when they left.
	Situations(ctx context.Context, school directory.SchoolID, persons []directory.PersonID) (map[directory.PersonID]directory.Situation, error)
}

// Writer applies differences.
type Writer interface {
	Reader
	journal.Appender
	// Admit makes the project known, and holds it to the end of the transaction: imports of one project follow one another.
	Admit(ctx context.Context, project directory.ProjectID) error
	// KeepRows changes the kept rows, if they are still of that revision; fault.Conflict where another import came between.
	KeepRows(ctx context.Context, project directory.ProjectID, revision int64, changes iter.Seq2[KeptRow, error]) error
	// Introduce writes identities that the project does not have; fault.Conflict where it has one of them since.
	Introduce(ctx context.Context, project directory.ProjectID, persons []NewPerson) error
	// ForgetRows removes what RowsOf lists. An import that is under way begins anew.
	ForgetRows(ctx context.Context, act journal.ActID, project directory.ProjectID, person directory.PersonID) error
	// ForgetPackage removes all kept rows of a project: its next package must be a whole one.
	ForgetPackage(ctx context.Context, act journal.ActID, project directory.ProjectID) error
	// Apply does everything that the change says, for one school.
	Apply(ctx context.Context, act journal.ActID, c *Change) error
	// Wait remembers that the part with this digest waits for somebody's word.
	Wait(ctx context.Context, act journal.ActID, school directory.SchoolID, digest string) error
}

// KnownSchool is a school as it stands.
type KnownSchool struct {
	ID             directory.SchoolID
	Project        directory.ProjectID
	UAI            directory.UAI
	Name           string
	Degree         directory.Degree
	ConfirmManager bool   // the head confirms the managers whom the portal names
	Digest         string // of its part of the last set that was applied
	Waiting        string // digest of the part that waits for a word, "" when none does
}

// KnownCohort is a class or group as it stands.
type KnownCohort struct {
	ID     directory.CohortID
	Closed bool
	Cohort // Within by code
}

// Enrolled is somebody who is or was attached to the school.
type Enrolled struct {
	Person   directory.PersonID
	External string
	Digest   string
	Present  bool
}

// KnownManager is an assignment manager as they stand. The portal gives and takes back only what it gave.
type KnownManager struct {
	Person     directory.PersonID
	External   string
	State      directory.ManagerState
	FromPortal bool
}

// Change is everything that one school's import writes, rows of what differs only.
type Change struct {
	Project directory.ProjectID
	School  directory.SchoolID
	New     bool
	Gone    bool    // the set does not describe the school any more: its own line stays as it is
	Model   *School // its own line, courses and subjects
	Digest  string
	Day     clock.Date // of the school: since and until

	NewPersons []NewPerson
	Persons    []PersonChange // attachments and places as they are from now on; the identity where it differs
	Left       []directory.PersonID

	NewCohorts []CohortRow
	Cohorts    []CohortRow // changed, or open again
	Closed     []directory.CohortID

	NewManagers  []directory.AssignmentManager
	LeftManagers []directory.AssignmentManager // as they were
}

// NewPerson is an identity that the project did not have, with the secret that it keeps for good.
type NewPerson struct {
	ID     directory.PersonID
	Secret directory.Secret
	Person *Person
}

// PersonChange is a person in the school as the set has them.
type PersonChange struct {
	ID     directory.PersonID
	Person *Person
	Digest string
	Known  bool // the identity existed before: what differs of it is written
	Fresh  bool // never attached here: there is nothing to replace
	Places []PlaceRow
}

// PlaceRow is a place by the cohort's id.
type PlaceRow struct {
	Cohort   directory.CohortID
	Subjects []string
}

// CohortRow is a cohort with its id; Within by id.
type CohortRow struct {
	ID     directory.CohortID
	Cohort *Cohort
	Within []directory.CohortID
}
