package directory

import (
	"context"

	"pupitre/internal/tx"
	"pupitre/journal"
)

// Store keeps the directory. Provisioning, which fills it, has a store of its own (directory/provision).
type Store interface {
	tx.Store[Reader, Writer]
	tx.Looking[Reader]
}

// Reader answers where people are. "Not found" is fault.NotFound with the codes directory.school.unknown and
// directory.person.unknown; lists that find nothing are empty. Schools come in the order of their UAI, cohorts of their label,
// persons of their folded name. What finds one school or person asks once.
type Reader interface {
	tx.Moment

	School(ctx context.Context, id SchoolID) (School, error)
	SchoolByUAI(ctx context.Context, uai UAI) (School, error)
	Schools(ctx context.Context, filter SchoolFilter, page Page) ([]School, error)
	SchoolsOfManager(ctx context.Context, person PersonID) ([]School, error)
	// Managers lists a school's assignment managers, those from whom the head took it not among them.
	Managers(ctx context.Context, school SchoolID) ([]AssignmentManager, error)
	// AsksHead reports whether managers whom the portal names wait for the head's word.
	AsksHead(ctx context.Context, school SchoolID) (bool, error)
	// Heads lists who heads the school now, in the order of their names: nobody where the portal does not say.
	Heads(ctx context.Context, school SchoolID) ([]Person, error)
	// IsHead reports whether the person heads the school now.
	IsHead(ctx context.Context, school SchoolID, person PersonID) (bool, error)

	// Cohorts lists a school's open classes, then its groups; CohortsOf those of one person.
	Cohorts(ctx context.Context, school SchoolID) ([]Cohort, error)
	CohortsOf(ctx context.Context, school SchoolID, person PersonID) ([]Cohort, error)
	Subjects(ctx context.Context, school SchoolID) ([]Subject, error)
	// Places lists what ties a person to the cohorts of a school: membership, and what a teacher teaches there.
	Places(ctx context.Context, school SchoolID, person PersonID) ([]Place, error)

	PeopleReader
}

// PeopleReader is the half of Reader that is about persons.
type PeopleReader interface {
	Person(ctx context.Context, id PersonID) (Person, error)
	PersonByExternal(ctx context.Context, project ProjectID, external string) (Person, error)
	// Attachments lists where the person is and was.
	Attachments(ctx context.Context, person PersonID) ([]Attachment, error)
	// Secret is what makes the person's pseudonyms. It never leaves the federation.
	Secret(ctx context.Context, person PersonID) (Secret, error)
	// Members lists the persons who are in the school now and pass the filter, after the page's key.
	Members(ctx context.Context, school SchoolID, filter Filter, page Page) ([]Member, error)
	CountMembers(ctx context.Context, school SchoolID, filter Filter) (int, error)
	// Headcounts counts by profile, and by class and group. Of the filter it heeds Among, and Profile for the latter.
	Headcounts(ctx context.Context, school SchoolID, filter Filter) (Headcounts, error)
}

// Writer changes the little that people, rather than portals, decide here.
type Writer interface {
	Reader
	journal.Appender
	// ConfirmManager lets a manager whom the portal named act.
	ConfirmManager(ctx context.Context, act journal.ActID, school SchoolID, person PersonID) error
	// KeepManager writes a manager's state over what there was, by the word of the head.
	KeepManager(ctx context.Context, act journal.ActID, m AssignmentManager) error
	// AskHead sets whether managers whom the portal names from now on wait for the head's word.
	AskHead(ctx context.Context, act journal.ActID, school SchoolID, asks bool) error
	// Forget removes what names a person, and what ties them to schools.
	Forget(ctx context.Context, act journal.ActID, project ProjectID, person PersonID) error
}
