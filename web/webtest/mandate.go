package webtest

import (
	"context"
	"slices"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/licensing"
)

// Delegation makes somebody a delegate of Tilleuls, over classes (none is all of them) and with a budget.
func (s *Stock) Delegation(person directory.PersonID, budget licensing.Count, cohorts ...directory.CohortID) *licensing.Mandate {
	m := licensing.Mandate{School: Tilleuls.ID, Person: person, ID: licensing.MandateID("m-" + person), Cohorts: cohorts, Budget: budget,
		Until: clock.Date{Year: 2027, Month: 8, Day: 15}, State: licensing.MandateStanding, Present: true, Name: s.World.find(person).Name}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mandates = append(slices.DeleteFunc(s.mandates, func(x *licensing.Mandate) bool { return x.Person == person }), &m)
	return &m
}

// MandatesOf implements web.Mandates.
func (s *Stock) MandatesOf(_ context.Context, person directory.PersonID) (list []licensing.Mandate, _ error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.mandates {
		if m.Person == person && m.InForce(clock.On(Now, Tilleuls.Zone())) {
			list = append(list, *m)
		}
	}
	return list, nil
}

// sees reports whether a person and a resource are in a delegate's scope; no mandate is no limit.
func (s *Stock) sees(m *licensing.Mandate, id catalogue.ResourceID, person directory.PersonID) bool {
	return m == nil || m.Allows(id) && (len(m.Cohorts) == 0 || slices.ContainsFunc(s.World.find(person).In, func(c directory.CohortID) bool { return slices.Contains(m.Cohorts, c) }))
}

// mandateOf is the mandate that limits somebody, nil for whoever needs none.
func (s *Stock) mandateOf(person directory.PersonID) *licensing.Mandate {
	for _, m := range s.mandates {
		if m.Person == person {
			return m
		}
	}
	return nil
}

// ListMandates implements console.Copies.
func (s *Stock) ListMandates(_ context.Context, school directory.SchoolID) (list []licensing.Mandate, _ error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.mandates {
		if m.School == school && m.State == licensing.MandateStanding {
			list = append(list, *m)
		}
	}
	return list, nil
}

// Delegate implements console.Copies.
func (s *Stock) Delegate(_ context.Context, by journal.Actor, m licensing.Mandate) (licensing.Mandate, error) {
	if !m.Budget.IsUnlimited() && m.Budget < 3 {
		return m, fault.New(fault.Conflict, "licensing.mandate.spent", "n", int64(3))
	}
	s.mu.Lock()
	named := &licensing.Appointment{Person: m.Person}
	if was := s.mandateOf(m.Person); was != nil && was.State == licensing.MandateStanding {
		before := *was
		named.Before = &before
	}
	s.mu.Unlock()
	kept := s.Delegation(m.Person, m.Budget, m.Cohorts...)
	kept.Resources, kept.By = m.Resources, directory.PersonID(by.ID)
	if !m.Until.IsZero() {
		kept.Until = m.Until
	}
	after := *kept
	named.After = &after
	s.appoint(by, licensing.VerbDelegated, named)
	return after, nil
}

// appoint remembers an act on who assigns copies, for the history.
func (s *Stock) appoint(by journal.Actor, verb string, a *licensing.Appointment) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.past = append(s.past, done{by: by, verb: verb, named: a})
}

// Charge is an act on a manager, for the history.
func (s *Stock) Charge(by journal.Actor, verb string, person directory.PersonID, was, is directory.ManagerState) {
	s.appoint(by, verb, &licensing.Appointment{Person: person, Was: was, Is: is})
}

// EndMandate implements console.Copies and head.Mandates.
func (s *Stock) EndMandate(_ context.Context, by journal.Actor, school directory.SchoolID, person directory.PersonID) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.mandates {
		if m.School == school && m.Person == person && m.State == licensing.MandateStanding {
			before := *m
			m.State = licensing.MandateEnded
			s.past = append(s.past, done{by: by, verb: licensing.VerbUndelegated, named: &licensing.Appointment{Person: person, Before: &before}})
			return nil
		}
	}
	return fault.New(fault.NotFound, "licensing.mandate.unknown")
}

// purse is what is left of the budget of whom an order is for; without limit for everybody else.
func (s *Stock) purse(person directory.PersonID) int64 {
	for _, m := range s.mandates {
		if m.Person == person && !m.Budget.IsUnlimited() {
			return m.Left()
		}
	}
	return 1 << 40
}

// ListHoldersAmong implements console.Copies.
func (s *Stock) ListHoldersAmong(ctx context.Context, school directory.SchoolID, id catalogue.ResourceID, cohorts []directory.CohortID, page directory.Page) ([]licensing.Holder, error) {
	all, err := s.ListHolders(ctx, school, id, page)
	return slices.DeleteFunc(all, func(h licensing.Holder) bool {
		return !slices.ContainsFunc(s.World.find(h.Person).In, func(c directory.CohortID) bool { return slices.Contains(cohorts, c) })
	}), err
}

// NameManager implements head.School.
func (w *World) NameManager(_ context.Context, head directory.PersonID, manager directory.AssignmentManager) error {
	if head != w.Head {
		return fault.New(fault.Denied, "directory.head.only")
	}
	manager.State = directory.ManagerConfirmed
	w.Managers = append(slices.DeleteFunc(w.Managers, func(m directory.AssignmentManager) bool {
		return m.School == manager.School && m.Person == manager.Person
	}), manager)
	return nil
}

// WithdrawManager implements head.School.
func (w *World) WithdrawManager(_ context.Context, head directory.PersonID, manager directory.AssignmentManager) error {
	if head != w.Head {
		return fault.New(fault.Denied, "directory.head.only")
	}
	before := len(w.Managers)
	w.Managers = slices.DeleteFunc(w.Managers, func(m directory.AssignmentManager) bool {
		return m.School == manager.School && m.Person == manager.Person
	})
	if len(w.Managers) == before {
		return fault.New(fault.NotFound, "directory.manager.unknown")
	}
	return nil
}
