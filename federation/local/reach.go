package local

import (
	"context"
	"slices"
	"strings"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/fault"
	"pupitre/journal"
)

// Actor is who makes accounts: a person of the school, or an operator, who may in every school of a local project.
type Actor struct {
	Person directory.PersonID // "" for an operator
	By     journal.Actor
}

// ByPerson is a person of the school as the actor.
func ByPerson(person directory.PersonID) Actor { return Actor{person, by(person)} }

// reach is where an actor may make accounts.
type reach struct {
	school  directory.School
	cohorts []directory.Cohort
	adults  bool
}

var (
	errReach  = fault.New(fault.Denied, "local.reach.none")
	errCohort = fault.New(fault.NotFound, "local.cohort.unknown")
	errPerson = fault.New(fault.NotFound, "local.person.unknown")
)

// reachOf asks, in the transaction of what is done: an assignment manager may everywhere in the school, a teacher for the classes and
// groups that they teach. Nobody may in a school of a project that a portal vouches for.
func reachOf(ctx context.Context, r Reader, who Actor, school directory.SchoolID) (at reach, err error) {
	if at.school, err = r.School(ctx, school); err != nil {
		return at, err
	}
	if err := isLocal(ctx, r, at.school.Project); err != nil {
		return at, err
	}
	all := who.Person == ""
	if !all {
		managers, err := r.Managers(ctx, school)
		if err != nil {
			return at, err
		}
		all = slices.Contains(managers, directory.AssignmentManager{School: school, Person: who.Person, State: directory.ManagerConfirmed})
	}
	if all {
		at.adults = true
		at.cohorts, err = r.Cohorts(ctx, school)
		return at, err
	}
	teaches, err := isAt(ctx, r, at.school, who.Person, directory.Teacher)
	if err != nil || !teaches {
		return at, orErr(err, errReach)
	}
	at.cohorts, err = r.CohortsOf(ctx, school, who.Person)
	return at, err
}

// isAt reports whether a person is in the school now, with that profile.
func isAt(ctx context.Context, r Reader, school directory.School, person directory.PersonID, profile directory.Profile) (bool, error) {
	places, err := r.Places(ctx, school.Project, person)
	return slices.ContainsFunc(places, func(p federation.Place) bool { return p.School.ID == school.ID && p.Profile == profile }), err
}

// cohort finds a class or group within reach; one that is not there, or not theirs, is unknown.
func (at reach) cohort(id directory.CohortID) (directory.Cohort, error) {
	i := slices.IndexFunc(at.cohorts, func(c directory.Cohort) bool { return c.ID == id })
	if i < 0 {
		return directory.Cohort{}, errCohort
	}
	return at.cohorts[i], nil
}

// rows lists the persons of a part of the school within reach, with their accounts.
func (at reach) rows(ctx context.Context, r Reader, cohort directory.CohortID) ([]Row, error) {
	filters := []directory.Filter{{Cohort: cohort, Profile: directory.Pupil}}
	if cohort == "" {
		if !at.adults {
			return nil, errCohort
		}
		filters = []directory.Filter{{Profile: directory.Teacher}, {Profile: directory.Librarian}, {Profile: directory.Staff}}
	} else if _, err := at.cohort(cohort); err != nil {
		return nil, err
	}
	accounts, err := r.AccountsIn(ctx, at.school.ID)
	if err != nil {
		return nil, err
	}
	of := map[directory.PersonID]Account{}
	for _, a := range accounts {
		of[a.Person] = a
	}
	var rows []Row
	seen := map[directory.PersonID]bool{}
	for _, f := range filters {
		members, err := everybody(ctx, r, at.school.ID, f)
		if err != nil {
			return nil, err
		}
		for _, m := range members {
			if !seen[m.Person] {
				seen[m.Person] = true
				rows = append(rows, Row{m, of[m.Person]})
			}
		}
	}
	slices.SortStableFunc(rows, func(a, b Row) int { return strings.Compare(a.Key, b.Key) })
	return rows, nil
}

// everybody follows the pages of Members to the end.
func everybody(ctx context.Context, r Reader, school directory.SchoolID, f directory.Filter) ([]directory.Member, error) {
	var all []directory.Member
	page := directory.Page{}.Bounded()
	for {
		some, err := r.Members(ctx, school, f, page)
		all = append(all, some...)
		if err != nil || len(some) < page.Limit {
			return all, err
		}
		page.After = some[len(some)-1].Key
	}
}

// PupilsChoose reports whether a school lets its pupils change their pass phrases, and SetPupilsChoose has it so: who may make accounts for
// its adults decides.
func (s *Service) PupilsChoose(ctx context.Context, school directory.SchoolID) (bool, error) {
	var may bool
	err := s.Store.Read(ctx, func(ctx context.Context, r Reader) (err error) {
		may, err = r.PupilsChoose(ctx, school)
		return err
	})
	return may, err
}

// SetPupilsChoose is told at PupilsChoose. fault.Denied for whoever does not decide.
func (s *Service) SetPupilsChoose(ctx context.Context, who Actor, school directory.SchoolID, may bool) error {
	return s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		at, err := reachOf(ctx, w, who, school)
		if err != nil || !at.adults {
			return orErr(err, errReach)
		}
		act, err := w.Record(ctx, journal.Entry{School: string(school), Actor: who.By, Verb: "local.pupils-choose", Subject: string(school),
			Class: journal.ClassChange, Detail: map[string]any{"may": may}})
		if err != nil {
			return err
		}
		return w.SetPupilsChoose(ctx, act, school, may)
	})
}
