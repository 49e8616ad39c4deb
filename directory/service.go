package directory

import (
	"context"
	"errors"
	"slices"

	"pupitre/internal/fault"
	"pupitre/internal/tx"
	"pupitre/journal"
)

// Service answers the other areas and the pages. Each call is one transaction.
type Service struct {
	Store Store
}

// FindSchool returns a school by our id.
func (s *Service) FindSchool(ctx context.Context, id SchoolID) (School, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) (School, error) { return r.School(ctx, id) })
}

// FindSchoolByUAI returns a school by its official number.
func (s *Service) FindSchoolByUAI(ctx context.Context, uai UAI) (School, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) (School, error) { return r.SchoolByUAI(ctx, uai) })
}

// ListSchools lists schools in the order of their UAI, which is the page's key.
func (s *Service) ListSchools(ctx context.Context, filter SchoolFilter, page Page) ([]School, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) ([]School, error) { return r.Schools(ctx, filter, page.Bounded()) })
}

// SchoolsOfManager lists the schools where the person may assign copies.
func (s *Service) SchoolsOfManager(ctx context.Context, person PersonID) ([]School, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) ([]School, error) { return r.SchoolsOfManager(ctx, person) })
}

// ManagersOf lists the assignment managers of a school, those who wait for the head's word included.
func (s *Service) ManagersOf(ctx context.Context, school SchoolID) ([]AssignmentManager, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) ([]AssignmentManager, error) { return r.Managers(ctx, school) })
}

// IsManager reports whether the person may assign copies in the school now.
func (s *Service) IsManager(ctx context.Context, person PersonID, school SchoolID) (bool, error) {
	managers, err := s.ManagersOf(ctx, school)
	return slices.Contains(managers, AssignmentManager{school, person, ManagerConfirmed}), err
}

// ManagingOf returns who assigns copies in a school, and whether its head confirms them.
func (s *Service) ManagingOf(ctx context.Context, school SchoolID) (Managing, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) (m Managing, err error) {
		if m.AsksHead, err = r.AsksHead(ctx, school); err != nil {
			return m, err
		}
		m.Managers, err = r.Managers(ctx, school)
		return m, err
	})
}

// IsHead reports whether the person heads the school now.
func (s *Service) IsHead(ctx context.Context, person PersonID, school SchoolID) (bool, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) (bool, error) { return r.IsHead(ctx, school, person) })
}

// HeadsOf lists who heads the school now: nobody where the portal does not say.
func (s *Service) HeadsOf(ctx context.Context, school SchoolID) ([]Person, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) ([]Person, error) { return r.Heads(ctx, school) })
}

// ConfirmManager lets a manager whom the portal named act, by the word of the head; of anybody else it is Denied.
func (s *Service) ConfirmManager(ctx context.Context, head PersonID, manager AssignmentManager) error {
	return s.asHead(ctx, head, manager.School, func(ctx context.Context, w Writer, by journal.Actor) error {
		was, err := manager.standing(ctx, w)
		if err != nil {
			return err
		}
		manager.State = ManagerConfirmed
		act, err := w.Record(ctx, manager.Entry(by, VerbManagerConfirmed, was))
		if err != nil {
			return err
		}
		return w.ConfirmManager(ctx, act, manager.School, manager.Person)
	})
}

// AskHead sets, by the word of the head, whether managers whom the portal names from now on wait for the head; of anybody else it is
// Denied. Those who assign already go on.
func (s *Service) AskHead(ctx context.Context, head PersonID, school SchoolID, asks bool) error {
	return s.asHead(ctx, head, school, func(ctx context.Context, w Writer, by journal.Actor) error {
		act, err := w.Record(ctx, journal.Entry{School: string(school), Actor: by, Verb: "directory.head.asked", Subject: string(school),
			Class: journal.ClassChange, Detail: map[string]bool{"asks": asks}})
		if err != nil {
			return err
		}
		return w.AskHead(ctx, act, school, asks)
	})
}

// asHead does what only the head of the school may do; that they are is asked in the same transaction.
func (s *Service) asHead(ctx context.Context, head PersonID, school SchoolID, do func(ctx context.Context, w Writer, by journal.Actor) error) error {
	return s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		if is, err := w.IsHead(ctx, school, head); err != nil || !is {
			return errors.Join(err, fault.New(fault.Denied, "directory.head.only"))
		}
		return do(ctx, w, journal.Actor{Kind: journal.ByPerson, ID: string(head)})
	})
}

// Cohorts lists the classes, then the groups, of a school.
func (s *Service) Cohorts(ctx context.Context, school SchoolID) ([]Cohort, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) ([]Cohort, error) { return r.Cohorts(ctx, school) })
}

// Subjects lists what is taught in a school.
func (s *Service) Subjects(ctx context.Context, school SchoolID) ([]Subject, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) ([]Subject, error) { return r.Subjects(ctx, school) })
}

// CohortsOf lists the classes and groups of a person in a school; for a teacher, those that they teach.
func (s *Service) CohortsOf(ctx context.Context, person PersonID, school SchoolID) ([]Cohort, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) ([]Cohort, error) { return r.CohortsOf(ctx, school, person) })
}

// PlacesOf lists the same as CohortsOf by id, with the subjects that a teacher teaches in each.
func (s *Service) PlacesOf(ctx context.Context, person PersonID, school SchoolID) ([]Place, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) ([]Place, error) { return r.Places(ctx, school, person) })
}

// MembersOfCohort lists everyone in a class or group, pupils and teachers, however many there are.
func (s *Service) MembersOfCohort(ctx context.Context, school SchoolID, cohort CohortID) ([]Member, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) ([]Member, error) {
		return AllMembers(ctx, r, school, Filter{Cohort: cohort})
	})
}

// AllMembers follows the pages of Members to the end, inside a transaction.
func AllMembers(ctx context.Context, r PeopleReader, school SchoolID, filter Filter) ([]Member, error) {
	var all []Member
	page := Page{}.Bounded()
	for {
		some, err := r.Members(ctx, school, filter, page)
		all = append(all, some...)
		if err != nil || len(some) < page.Limit {
			return all, err
		}
		page.After = some[len(some)-1].Key
	}
}

// ListPersons lists the persons who are in the school now, in the order of their names.
func (s *Service) ListPersons(ctx context.Context, school SchoolID, filter Filter, page Page) ([]Member, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) ([]Member, error) {
		return r.Members(ctx, school, filter, page.Bounded())
	})
}

// CountPersons counts what ListPersons lists in all.
func (s *Service) CountPersons(ctx context.Context, school SchoolID, filter Filter) (int, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) (int, error) { return r.CountMembers(ctx, school, filter) })
}

// Headcounts counts the persons of a school by profile, and those of the filter's profile by class and group, of a scope (Filter.Among) or
// of the whole school. The filter's other fields are not heeded.
func (s *Service) Headcounts(ctx context.Context, school SchoolID, filter Filter) (Headcounts, error) {
	return look(ctx, s, func(ctx context.Context, r Reader) (Headcounts, error) { return r.Headcounts(ctx, school, filter) })
}

// FindPerson returns a person by our id, whether they are in a school now or not.
func (s *Service) FindPerson(ctx context.Context, id PersonID) (Person, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) (Person, error) { return r.Person(ctx, id) })
}

// FindPersonByExternal returns a person by the portal's identifier (GARPersonIdentifiant).
func (s *Service) FindPersonByExternal(ctx context.Context, project ProjectID, external string) (Person, error) {
	return look(ctx, s, func(ctx context.Context, r Reader) (Person, error) { return r.PersonByExternal(ctx, project, external) })
}

// AttachmentsOf lists where the person is (Present) and was.
func (s *Service) AttachmentsOf(ctx context.Context, person PersonID) ([]Attachment, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) ([]Attachment, error) { return r.Attachments(ctx, person) })
}

// SecretOf returns what makes the person's pseudonyms. Only the federation asks.
func (s *Service) SecretOf(ctx context.Context, person PersonID) (Secret, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) (Secret, error) { return r.Secret(ctx, person) })
}

// read runs one question in one transaction.
func read[T any](ctx context.Context, s *Service, ask func(ctx context.Context, r Reader) (T, error)) (T, error) {
	return tx.Answer(ctx, s.Store.Read, ask)
}

// look is read for what a Reader asks once.
func look[T any](ctx context.Context, s *Service, ask func(ctx context.Context, r Reader) (T, error)) (T, error) {
	return tx.Answer(ctx, s.Store.Look, ask)
}
