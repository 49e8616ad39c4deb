package webtest

import (
	"context"
	"slices"

	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/licensing"
)

// PlanUndouble implements console.Past: everybody of Twice has a second copy.
func (s *Stock) PlanUndouble(_ context.Context, school directory.SchoolID, person directory.PersonID) (licensing.Plan, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.undouble(school, person), nil
}

func (s *Stock) undouble(school directory.SchoolID, by directory.PersonID) licensing.Plan {
	p := licensing.Plan{Order: licensing.Order{School: school, Take: true}, Hash: "none"}
	if school != Tilleuls.ID || len(s.Twice) == 0 {
		return p
	}
	p.Order.Resources = append(p.Order.Resources, Labo)
	f := licensing.Figures{Resource: Labo}
	for _, person := range s.Twice {
		if !s.sees(s.mandateOf(by), Labo, person) {
			continue
		}
		p.Outcomes = append(p.Outcomes, licensing.Outcome{Resource: Labo, Person: person, Verdict: licensing.Has}, licensing.Outcome{Resource: Labo, Person: person, Verdict: licensing.Loses})
		f.Has++
		f.Loses++
		p.Hash += string(person)
	}
	p.Figures = append(p.Figures, f)
	return p
}

// ReleaseDoubles implements console.Past.
func (s *Stock) ReleaseDoubles(_ context.Context, by journal.Actor, school directory.SchoolID, hash string) (licensing.Applied, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.undouble(school, directory.PersonID(by.ID))
	if p.Hash != hash {
		return licensing.Applied{Plan: p}, fault.New(fault.Conflict, "licensing.plan.changed")
	}
	s.Twice = slices.DeleteFunc(s.Twice, func(person directory.PersonID) bool {
		return s.sees(s.mandateOf(directory.PersonID(by.ID)), Labo, person)
	})
	s.past = append(s.past, done{by: by, plan: p})
	return licensing.Applied{Act: actID(len(s.past)), Plan: p}, nil
}
