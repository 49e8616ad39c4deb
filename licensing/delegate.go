package licensing

import (
	"context"
	"fmt"
	"slices"

	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/journal"
)

// Office is what somebody is to the copies of a school.
type Office struct {
	Manages bool // one of its assignment managers, with the head's word where it is asked for
	Heads   bool
	Present bool // there now
	Adult   bool // as more than a pupil
}

// gives reports whether they name delegates.
func (o Office) gives() bool { return o.Manages || o.Heads }

// Delegate gives a mandate to somebody of the school, or new terms to the one they have: by a manager of the school or its head, of
// anybody else it is Denied. m says School, Person, scope and Budget; without Until it ends with the school year. The terms bind from
// then on: what was given under wider ones stays. Refusals name what is wrong: a class or a resource that the school has not, a pupil,
// a manager, who has no use of it, a last day that is over, a budget below what is out already (licensing.mandate.spent).
func (s *Service) Delegate(ctx context.Context, by journal.Actor, m Mandate) (Mandate, error) {
	if m.Budget != Unlimited && (m.Budget < 0 || m.Budget > maxCount) {
		return Mandate{}, fault.New(fault.Invalid, "licensing.mandate.budget.form")
	}
	m.Cohorts, m.Resources = distinct(m.Cohorts), distinct(m.Resources)
	err := s.Store.Write(ctx, func(ctx context.Context, w Writer) (err error) {
		m, err = s.delegate(ctx, w, by, m)
		return err
	})
	if err != nil {
		return Mandate{}, fmt.Errorf("give %s a mandate in school %s: %w", m.Person, m.School, err)
	}
	return m, nil
}

func (s *Service) delegate(ctx context.Context, w Writer, by journal.Actor, m Mandate) (Mandate, error) {
	if err := mayDelegate(ctx, w, by, m.School); err != nil {
		return m, err
	}
	school, err := w.FindSchool(ctx, m.School)
	if err != nil {
		return m, err
	}
	now := today(w, school)
	if m.Until.IsZero() {
		if m.Until, err = clock.SchoolYearEnd(clock.SchoolYear(now)); err != nil {
			return m, err
		}
	}
	if m.Until.Before(now) {
		return m, fault.New(fault.Invalid, "licensing.mandate.until", "end", m.Until)
	}
	if err := m.suits(ctx, w); err != nil {
		return m, err
	}
	was, err := w.LockMandate(ctx, m.School, m.Person)
	if err != nil && !absent(err) {
		return m, err
	}
	m.ID, m.Spent, m.Since = MandateID(s.IDs.New()), 0, w.Now()
	var before *mandateTerms
	if err == nil && was.InForce(now) {
		m.ID, m.Spent, m.Since = was.ID, was.Spent, was.Since
		had := was.terms()
		before = &had
	}
	if !m.Budget.IsUnlimited() && m.Spent > int64(m.Budget) {
		return m, fault.New(fault.Conflict, "licensing.mandate.spent", "n", m.Spent)
	}
	m.By, m.State, m.Present = personOf(by), MandateStanding, true
	act, err := w.Record(ctx, m.told(by, VerbDelegated, before))
	if err != nil {
		return m, err
	}
	if err := w.KeepMandate(ctx, act, m); err != nil {
		return m, err
	}
	return m, m.tell(ctx, w)
}

// mayDelegate refuses whoever neither manages nor heads the school.
func mayDelegate(ctx context.Context, r Reader, by journal.Actor, school directory.SchoolID) error {
	person := personOf(by)
	if person == "" {
		return nil // the operator's command
	}
	office, err := r.FindOffice(ctx, school, person)
	if err == nil && !office.gives() {
		err = fault.New(fault.Denied, "licensing.mandate.giver")
	}
	return err
}

// suits holds the terms to what the school has.
func (m Mandate) suits(ctx context.Context, r Reader) error {
	office, err := r.FindOffice(ctx, m.School, m.Person)
	switch {
	case err != nil:
		return err
	case !office.Present:
		return fault.New(fault.NotFound, "licensing.person.elsewhere")
	case !office.Adult:
		return fault.New(fault.Invalid, "licensing.mandate.pupil")
	case office.Manages:
		return fault.New(fault.Conflict, "licensing.mandate.manager")
	}
	labels, err := r.ListLabels(ctx, m.School, m.Cohorts)
	if err != nil {
		return err
	}
	if len(labels) < len(m.Cohorts) {
		return fault.New(fault.NotFound, "licensing.mandate.cohort.unknown")
	}
	if len(m.Resources) == 0 {
		return nil
	}
	pools, err := r.ListPools(ctx, m.School, m.Resources)
	if err != nil {
		return err
	}
	for _, id := range m.Resources {
		if !slices.ContainsFunc(pools, func(p Pool) bool { return p.Resource == id }) {
			return fault.New(fault.NotFound, "licensing.mandate.resource", "resource", string(id))
		}
	}
	return nil
}

// EndMandate takes a delegate's mandate back: by a manager of the school or its head. The copies given under it stay where they are.
// NotFound where none stands.
func (s *Service) EndMandate(ctx context.Context, by journal.Actor, school directory.SchoolID, person directory.PersonID) error {
	err := s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		if err := mayDelegate(ctx, w, by, school); err != nil {
			return err
		}
		m, err := w.LockMandate(ctx, school, person)
		if err == nil && m.State == MandateEnded || absent(err) {
			err = fault.New(fault.NotFound, "licensing.mandate.unknown")
		}
		if err != nil {
			return err
		}
		act, err := w.Record(ctx, m.told(by, VerbUndelegated, nil))
		if err != nil {
			return err
		}
		m.State = MandateEnded
		if err := w.KeepMandate(ctx, act, m); err != nil {
			return err
		}
		return m.tell(ctx, w)
	})
	if err != nil {
		return fmt.Errorf("end the mandate of %s in school %s: %w", person, school, err)
	}
	return nil
}

// ListMandates lists the mandates of a school that stand, by the delegates' names: those that are over by their last day too, for they
// can be given again.
func (s *Service) ListMandates(ctx context.Context, school directory.SchoolID) ([]Mandate, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) ([]Mandate, error) {
		at, err := r.FindSchool(ctx, school)
		if err != nil {
			return nil, err
		}
		all, err := r.ListMandates(ctx, school)
		for i := range all {
			all[i].Over = all[i].Until.Before(today(r, at))
		}
		return all, err
	})
}

// MandatesOf lists the mandates under which a person may act now: none in a school where they are an assignment manager.
func (s *Service) MandatesOf(ctx context.Context, person directory.PersonID) ([]Mandate, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) ([]Mandate, error) {
		all, err := r.ListMandatesOf(ctx, person)
		if err != nil {
			return nil, err
		}
		var now []Mandate
		for _, m := range all {
			school, err := r.FindSchool(ctx, m.School)
			if err != nil {
				return nil, err
			}
			if m.InForce(today(r, school)) {
				now = append(now, m)
			}
		}
		return now, nil
	})
}

func (m Mandate) tell(ctx context.Context, w Writer) error {
	return w.Tell(ctx, journal.Fact{Topic: FactMandateChanged, School: string(m.School), Person: string(m.Person), Subject: string(m.Person)}, nil)
}
