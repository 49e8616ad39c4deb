package webtest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/licensing"
)

// done is one act, as the fake remembers it.
type done struct {
	by       journal.Actor
	plan     licensing.Plan
	undoes   int // the act that it undid, counted from 1
	undoneBy int
	verb     string                 // of an act on persons' accounts, "" for one on copies
	persons  []directory.PersonID   // whose
	named    *licensing.Appointment // of an act on who assigns copies, with its verb
}

// History implements console.Past.
func (s *Stock) History(_ context.Context, f licensing.HistoryFilter) (list []licensing.Deed, _ error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := len(s.past); i > 0 && f.School == Tilleuls.ID; i-- {
		d, touches := s.deedWithin(i, f.Within)
		if touches && (f.Before == "" || d.Act < f.Before) && (f.Verb == "" || d.Verb == f.Verb) && (f.Named == "" || d.Appointment != nil && d.Appointment.Person == f.Named) && (f.Resource == "" || len(d.Changes) > 0 && d.Changes[0].Resource == f.Resource) {
			list = append(list, d)
		}
	}
	if f.Limit == 0 {
		f.Limit = licensing.MaxHistory
	}
	return list[:min(len(list), f.Limit)], nil
}

func actID(i int) journal.ActID { return journal.ActID(fmt.Sprint("act-", i)) }

func (s *Stock) deed(i int) licensing.Deed {
	x := s.past[i-1]
	if x.verb != "" {
		return s.deedOfAccounts(i)
	}
	d := licensing.Deed{Act: actID(i), At: Now.Add(time.Duration(i) * time.Minute), By: x.by, Verb: "licensing.assigned", Targets: x.plan.Order.Targets, Plan: x.plan.Hash}
	c := licensing.Change{Resource: x.plan.Order.Resources[0], Cause: licensing.CauseAssigned}
	if x.plan.Order.Take {
		d.Verb, c.Cause = "licensing.released", licensing.CauseReleased
	}
	for _, o := range x.plan.Outcomes {
		switch {
		case o.Verdict == licensing.Gets && !o.SiteWide:
			c.Given++
		case o.Verdict == licensing.Loses:
			c.Back++
		}
	}
	if x.plan.Order.Take {
		c.Closed = int64(len(x.plan.Targets))
	} else {
		c.Opened = int64(len(x.plan.Targets))
	}
	d.Changes = []licensing.Change{c}
	switch {
	case x.undoneBy > 0:
		d.UndoneBy, d.UndoneAt = actID(x.undoneBy), Now
	default:
		d.Until = clock.On(d.At, Tilleuls.Zone()).AddDays(licensing.UndoDays)
	}
	if x.undoes > 0 {
		d.Verb, d.Undoes, d.Targets = "licensing.undone", actID(x.undoes), nil
	}
	return d
}

// deedOfAccounts is an act that told two persons apart, compared them again, or named somebody.
func (s *Stock) deedOfAccounts(i int) licensing.Deed {
	x := s.past[i-1]
	d := licensing.Deed{Act: actID(i), At: Now.Add(time.Duration(i) * time.Minute), By: x.by, Verb: x.verb, Persons: x.persons, Appointment: x.named}
	switch {
	case x.undoes > 0:
		d.Undoes = actID(x.undoes)
	case x.undoneBy > 0:
		d.UndoneBy, d.UndoneAt = actID(x.undoneBy), Now
	case x.named == nil:
		d.Apart = [][2]directory.PersonID{[2]directory.PersonID(x.persons)}
	}
	return d
}

// deedWithin is an act as a delegate sees it, and whether it touched anything of the scope.
func (s *Stock) deedWithin(i int, m *licensing.Mandate) (licensing.Deed, bool) {
	d := s.deed(i)
	if m == nil {
		return d, true
	}
	if d.Appointment != nil {
		return d, d.Appointment.Person == m.Person
	}
	if len(d.Persons) > 0 {
		m := &licensing.Mandate{Cohorts: m.Cohorts} // of whatever resource
		return d, !slices.ContainsFunc(d.Persons, func(p directory.PersonID) bool { return !s.sees(m, "", p) })
	}
	c := &d.Changes[0]
	c.Given, c.Back = 0, 0
	for _, o := range s.past[i-1].plan.Outcomes {
		switch {
		case !s.sees(m, o.Resource, o.Person):
		case o.Verdict == licensing.Gets:
			c.Given++
		case o.Verdict == licensing.Loses:
			c.Back++
		}
	}
	d.Targets = slices.DeleteFunc(slices.Clone(d.Targets), func(t licensing.Target) bool { return !m.Covers(t) })
	if d.By.ID != string(m.Person) {
		d.Until = clock.Date{}
	}
	return d, c.Given+c.Back > 0
}

// FindDeed implements console.Past.
func (s *Stock) FindDeed(_ context.Context, school directory.SchoolID, act journal.ActID, within *licensing.Mandate) (licensing.Deed, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	unknown := fault.New(fault.NotFound, "licensing.act.unknown")
	i := s.number(school, act)
	if i == 0 {
		return licensing.Deed{}, unknown
	}
	d, touches := s.deedWithin(i, within)
	if !touches {
		return licensing.Deed{}, unknown
	}
	return d, nil
}

// number is an act's place among those of the school, from 1; 0 where there is none.
func (s *Stock) number(school directory.SchoolID, act journal.ActID) int {
	for i := range s.past {
		if school == Tilleuls.ID && actID(i+1) == act {
			return i + 1
		}
	}
	return 0
}

// Lines implements console.Past.
func (s *Stock) Lines(_ context.Context, f licensing.LineFilter) (list []licensing.CopyLine, _ error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := len(s.past); i > 0 && f.School == Tilleuls.ID; i-- {
		d := s.deed(i)
		for _, o := range s.past[i-1].plan.Outcomes {
			if f.Person != "" && o.Person != f.Person || f.Act != "" && d.Act != f.Act || f.Resource != "" && o.Resource != f.Resource || o.SiteWide || !s.sees(f.Within, o.Resource, o.Person) {
				continue
			}
			l := licensing.CopyLine{Person: o.Person, Resource: o.Resource, Pool: o.Pool, Act: d.Act, At: d.At, Cause: d.Changes[0].Cause, Through: o.Through, Key: string(d.Act)}
			switch o.Verdict {
			case licensing.Gets:
				l.Moved = 1
			case licensing.Loses:
				l.Moved = -1
			default:
				continue
			}
			list = append(list, l)
		}
	}
	return list[:min(len(list), f.Limit)], nil
}

// PlanUndo implements console.Past.
func (s *Stock) PlanUndo(_ context.Context, o licensing.UndoOrder) (licensing.UndoPlan, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.unwind(o)
}

func (s *Stock) unwind(o licensing.UndoOrder) (licensing.UndoPlan, error) {
	i := s.number(o.School, o.Act)
	m := s.mandateOf(o.For)
	if i == 0 || s.past[i-1].verb != "" {
		return licensing.UndoPlan{}, fault.New(fault.NotFound, "licensing.act.unknown")
	}
	if d, touches := s.deedWithin(i, m); !touches {
		return licensing.UndoPlan{}, fault.New(fault.NotFound, "licensing.act.unknown")
	} else if m != nil && d.By.ID != string(o.For) {
		return licensing.UndoPlan{}, fault.New(fault.Denied, "licensing.mandate.act")
	}
	purse := s.purse(o.For)
	was := s.past[i-1].plan
	id := was.Order.Resources[0]
	pools := s.copies(id)
	pool := &pools[0]
	p := licensing.UndoPlan{Order: o, Until: s.deed(i).Until}
	f := licensing.Figures{Resource: id, Before: s.tally(pools)}
	for _, x := range was.Outcomes {
		if x.SiteWide || x.Verdict != licensing.Gets && x.Verdict != licensing.Loses {
			continue
		}
		h, holds := s.held[id][x.Person]
		out := licensing.Outcome{Resource: id, Person: x.Person, Pool: x.Pool, Through: x.Through}
		switch {
		case x.Verdict == licensing.Gets && !holds:
			out.Verdict = licensing.Lacks
			f.Lacks++
		case x.Verdict == licensing.Gets && h.Locked:
			out.Verdict, out.Why = licensing.Cannot, licensing.WhyLocked
			f.Cannot++
		case x.Verdict == licensing.Gets:
			out.Verdict = licensing.Loses
			f.Loses++
			pool.Assigned--
		case holds:
			out.Verdict = licensing.Has
			f.Has++
		case pool.Free() < 1:
			out.Verdict, out.Why = licensing.Cannot, licensing.WhyShort
			f.Cannot++
			f.Short++
		case int64(f.Gets) >= purse:
			out.Verdict, out.Why = licensing.Cannot, licensing.WhyBudget
			f.Cannot++
			f.Short++
		default:
			out.Verdict = licensing.Gets
			f.Gets++
			pool.Assigned++
		}
		p.Outcomes = append(p.Outcomes, out)
	}
	for _, g := range was.Targets {
		there := slices.ContainsFunc(s.given[id], func(x licensing.GivenTarget) bool { return x.Target.String() == g.Target.String() })
		switch {
		case there && !was.Order.Take:
			p.Back = append(p.Back, g)
		case !there && was.Order.Take:
			p.Again = append(p.Again, g)
		default:
			p.Kept = append(p.Kept, g)
		}
	}
	f.After = s.tally(pools)
	p.Figures = []licensing.Figures{f}
	sum := sha256.Sum256(fmt.Append(nil, o.Act, p.Outcomes, p.Back, p.Again))
	p.Hash = hex.EncodeToString(sum[:])
	return p, nil
}

// Undo implements console.Past.
func (s *Stock) Undo(_ context.Context, by journal.Actor, o licensing.UndoOrder, hash string) (licensing.Undone, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o.For = directory.PersonID(by.ID)
	p, err := s.unwind(o)
	switch {
	case err != nil:
		return licensing.Undone{}, err
	case p.Hash != hash:
		return licensing.Undone{Plan: p}, fault.New(fault.Conflict, "licensing.plan.changed")
	case p.Sum().Short > 0 && o.Short != licensing.ShortServe:
		return licensing.Undone{Plan: p}, fault.New(fault.Exhausted, "licensing.plan.short", "n", p.Sum().Gets, "asked", p.Sum().Gets+p.Sum().Short, "short", p.Sum().Short)
	case p.Empty():
		return licensing.Undone{Plan: p}, nil
	}
	id := p.Figures[0].Resource
	for _, x := range p.Outcomes {
		switch x.Verdict {
		case licensing.Gets:
			s.hold(id, x.Person, false)
		case licensing.Loses:
			s.back(id, x.Person)
		}
	}
	for _, g := range p.Back {
		s.given[id] = slices.DeleteFunc(s.given[id], func(x licensing.GivenTarget) bool { return x.Target.String() == g.Target.String() })
	}
	s.given[id] = append(s.given[id], p.Again...)
	as := licensing.Plan{Order: licensing.Order{School: o.School, Resources: []catalogue.ResourceID{id}, Take: len(p.Again) == 0 && p.Sum().Gets == 0},
		Outcomes: p.Outcomes, Targets: append(slices.Clone(p.Back), p.Again...), Hash: p.Hash}
	n := s.number(o.School, o.Act)
	s.past[n-1].undoneBy = len(s.past) + 1
	s.past = append(s.past, done{by: by, plan: as, undoes: n})
	return licensing.Undone{Act: actID(len(s.past)), Plan: p}, nil
}
