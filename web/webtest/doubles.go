package webtest

import (
	"context"
	"slices"

	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/licensing"
)

// ListDoubles implements console.Past: everybody of Twice has a second copy, and what is Doubtful may be one.
func (s *Stock) ListDoubles(_ context.Context, school directory.SchoolID, within *licensing.Mandate) ([]licensing.Double, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.doubles(school, within), nil
}

func (s *Stock) doubles(school directory.SchoolID, within *licensing.Mandate) []licensing.Double {
	if school != Tilleuls.ID {
		return nil
	}
	var out []licensing.Double
	for _, person := range s.Twice {
		out = append(out, licensing.Double{Kind: licensing.DoubleHere, Resource: Labo, Persons: []directory.PersonID{person}})
	}
	return slices.DeleteFunc(append(out, s.Doubtful...), func(d licensing.Double) bool {
		return slices.ContainsFunc(d.Persons, func(p directory.PersonID) bool { return !s.sees(within, d.Resource, p) })
	})
}

// PlanUndouble implements console.Past: of each that is chosen a copy stays and one comes back.
func (s *Stock) PlanUndouble(_ context.Context, school directory.SchoolID, person directory.PersonID, chosen []string) (licensing.Plan, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.undouble(school, person, chosen), nil
}

func (s *Stock) undouble(school directory.SchoolID, by directory.PersonID, chosen []string) licensing.Plan {
	p := licensing.Plan{Order: licensing.Order{School: school, Take: true}, Hash: "none"}
	f := licensing.Figures{Resource: Labo}
	for _, d := range s.doubles(school, s.mandateOf(by)) {
		if d.Kind == licensing.DoubleSpent || !slices.Contains(chosen, d.Key()) {
			continue
		}
		if d.Kind != licensing.DoubleElsewhere {
			p.Outcomes = append(p.Outcomes, licensing.Outcome{Resource: Labo, Person: d.Persons[0], Verdict: licensing.Has})
			f.Has++
		}
		p.Outcomes = append(p.Outcomes, licensing.Outcome{Resource: Labo, Person: d.Persons[len(d.Persons)-1], Verdict: licensing.Loses})
		f.Loses++
		p.Hash += d.Key()
	}
	p.Order.Resources = append(p.Order.Resources, Labo)
	p.Figures = append(p.Figures, f)
	return p
}

// ReleaseDoubles implements console.Past.
func (s *Stock) ReleaseDoubles(_ context.Context, by journal.Actor, school directory.SchoolID, chosen []string, hash string) (licensing.Applied, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.undouble(school, directory.PersonID(by.ID), chosen)
	if p.Hash != hash {
		return licensing.Applied{Plan: p}, fault.New(fault.Conflict, "licensing.plan.changed")
	}
	gone := func(d licensing.Double) bool { return slices.Contains(chosen, d.Key()) }
	s.Doubtful = slices.DeleteFunc(s.Doubtful, gone)
	s.Twice = slices.DeleteFunc(s.Twice, func(person directory.PersonID) bool {
		return gone(licensing.Double{Kind: licensing.DoubleHere, Resource: Labo, Persons: []directory.PersonID{person}})
	})
	s.past = append(s.past, done{by: by, plan: p})
	return licensing.Applied{Act: actID(len(s.past)), Plan: p}, nil
}

// ListApart implements double.Doubles.
func (s *Stock) ListApart(_ context.Context, school directory.SchoolID, within *licensing.Mandate) (out []licensing.Apart, _ error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range s.apart {
		if school == Tilleuls.ID && s.sees(within, d.Resource, d.Persons[0]) && s.sees(within, d.Resource, d.Persons[1]) {
			out = append(out, licensing.Apart{Persons: [2]directory.PersonID(d.Persons), Since: Now})
		}
	}
	return out, nil
}

// TellApart implements double.Doubles.
func (s *Stock) TellApart(_ context.Context, by journal.Actor, school directory.SchoolID, key string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range s.doubles(school, s.mandateOf(directory.PersonID(by.ID))) {
		if d.Kind == licensing.DoubleNamesakes && d.Key() == key {
			s.apart = append(s.apart, d)
			s.past = append(s.past, done{by: by, verb: licensing.VerbApart, persons: d.Persons})
			s.Doubtful = slices.DeleteFunc(s.Doubtful, func(x licensing.Double) bool { return x.Key() == key })
			return nil
		}
	}
	return fault.New(fault.NotFound, "licensing.double.unknown")
}

// CompareAgain implements double.Doubles.
func (s *Stock) CompareAgain(_ context.Context, by journal.Actor, school directory.SchoolID, a, b directory.PersonID) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	mandate := s.mandateOf(directory.PersonID(by.ID))
	i := slices.IndexFunc(s.apart, func(d licensing.Double) bool {
		return school == Tilleuls.ID && slices.Equal(d.Persons, []directory.PersonID{a, b}) && s.sees(mandate, d.Resource, a) && s.sees(mandate, d.Resource, b)
	})
	if i < 0 {
		return fault.New(fault.NotFound, "licensing.double.unknown")
	}
	s.Doubtful = append(s.Doubtful, s.apart[i])
	again := done{by: by, verb: licensing.VerbCompared, persons: s.apart[i].Persons}
	for n, x := range s.past {
		if x.verb == licensing.VerbApart && x.undoneBy == 0 && slices.Equal(x.persons, again.persons) {
			again.undoes, s.past[n].undoneBy = n+1, len(s.past)+1
		}
	}
	s.past = append(s.past, again)
	s.apart = slices.Delete(s.apart, i, i+1)
	return nil
}
