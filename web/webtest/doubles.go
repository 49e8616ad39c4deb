package webtest

import (
	"context"

	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/licensing"
)

// PlanUndouble implements console.Past: everybody of Twice has a second copy.
func (s *Stock) PlanUndouble(_ context.Context, school directory.SchoolID) (licensing.Plan, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.undouble(school), nil
}

func (s *Stock) undouble(school directory.SchoolID) licensing.Plan {
	p := licensing.Plan{Order: licensing.Order{School: school, Take: true}, Hash: "none"}
	if school != Tilleuls.ID || len(s.Twice) == 0 {
		return p
	}
	p.Order.Resources = append(p.Order.Resources, Labo)
	f := licensing.Figures{Resource: Labo}
	for _, person := range s.Twice {
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
	p := s.undouble(school)
	if p.Hash != hash {
		return licensing.Applied{Plan: p}, fault.New(fault.Conflict, "licensing.plan.changed")
	}
	s.Twice = nil
	s.past = append(s.past, done{by: by, plan: p})
	return licensing.Applied{Act: actID(len(s.past)), Plan: p}, nil
}
