package storetest

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/licensing"
)

// model is what a Machine believes: the rules of docs/contracts.md §2 for one resource in one school, told over plain sets.
type model struct {
	today   clock.Date
	persons []directory.PersonID // in the order of their names
	present map[directory.PersonID]bool
	subs    []*sold // in the order of their opening
	acts    []deed  // of the school, in their order
	moves   int     // how many acts of anybody moved something
}

// sold is one subscription and its pool.
type sold struct {
	licensing.Subscription
	deleted bool
	ended   bool                        // the pool's holdings became ended entries
	held    map[directory.PersonID]bool // whether it was opened
	given   map[string]bool             // "school" or a person
	last    map[string]int              // which act moved a person's copy last, or "to " and a target
}

func (m *model) clone() *model {
	c := *m
	c.present, c.acts = maps.Clone(m.present), slices.Clone(m.acts)
	c.subs = nil
	for _, s := range m.subs {
		t := *s
		t.held, t.given, t.last = maps.Clone(s.held), maps.Clone(s.given), maps.Clone(s.last)
		c.subs = append(c.subs, &t)
	}
	return &c
}

func (s *sold) wide() bool { return s.Kind == licensing.Establishment }

func (s *sold) locked(p directory.PersonID) bool { return s.held[p] && !s.Transferable }

func (s *sold) covers(p directory.PersonID) bool { return s.given["school"] || s.given[string(p)] }

func (s *sold) close() {
	s.ended = true
	clear(s.held)
	clear(s.given)
}

func (m *model) inForce(s *sold) bool {
	return !s.ended && !m.today.Before(s.Starts) && !s.Ends.Before(m.today)
}

// drawn lists the subscriptions in the order of drawing: no copy burnt, then the soonest to expire, then the elder.
func (m *model) drawn() []*sold {
	out := slices.Clone(m.subs)
	rank := func(s *sold) int {
		switch {
		case s.wide():
			return 0
		case s.Global.IsUnlimited():
			return 1
		}
		return 2
	}
	slices.SortStableFunc(out, func(a, b *sold) int {
		return cmp.Or(rank(a)-rank(b), strings.Compare(a.Ends.String(), b.Ends.String()))
	})
	return out
}

func (m *model) amend(s *sold, next licensing.Subscription) string {
	if s.deleted {
		return "licensing.subscription.unknown"
	}
	over := next.Ends.Before(m.today)
	closes := over && !s.ended && !s.Ends.Before(m.today)
	if n := *next.Global; !closes && !n.IsUnlimited() && len(s.held) > int(n) {
		return "licensing.pool.shrink"
	}
	if closes {
		s.close()
	}
	s.Subscription, s.ended = next, s.ended && over
	return ""
}

func (m *model) end(s *sold) string {
	if s.deleted {
		return "licensing.subscription.unknown"
	}
	s.deleted = true
	s.close()
	return ""
}

func (m *model) reopen(s *sold, next licensing.Subscription) string {
	if !s.deleted {
		return "licensing.subscription.exists"
	}
	s.Subscription, s.deleted, s.ended = next, false, next.Ends.Before(m.today)
	return ""
}

// verdicts is what the model makes of an order.
type verdicts struct {
	persons []string // person, verdict, reason, subscription
	targets []string
	whys    []string // the reasons of those who cannot; "" for everybody else
	short   int
}

func (v verdicts) signature() string {
	slices.Sort(v.targets)
	return strings.Join(v.persons, "\n") + "\n--\n" + strings.Join(v.targets, "\n")
}

// refusal is the code with which the order is refused. alone is set where one person who cannot be served is an error.
func (v verdicts) refusal(o licensing.Order, alone bool) string {
	one := o.Targets[0].Kind == licensing.Person
	switch {
	case v.short > 0 && o.Short != licensing.ShortServe:
		return "licensing.plan.short|licensing.pool.exhausted"
	case !alone || !one:
		return ""
	case len(v.persons) == 0:
		return "licensing.person.elsewhere"
	case slices.Contains(v.whys, ""):
		return ""
	case slices.Contains(v.whys, "short"):
		return "licensing.pool.exhausted"
	}
	return "licensing.why." + v.whys[0]
}

func (v *verdicts) say(p directory.PersonID, verdict string, why string, s *sold) {
	id := licensing.SubscriptionID("")
	if s != nil {
		id = s.ID
	}
	v.persons = append(v.persons, fmt.Sprint(p, " ", verdict, " ", why, " ", id))
	v.whys = append(v.whys, why)
	if why == "short" {
		v.short++
	}
}

// decide says what an order does, and what the model is once it is done.
func (m *model) decide(o licensing.Order) (*model, verdicts) {
	next := m.clone()
	var v verdicts
	var named []directory.PersonID
	school := o.Targets[0].Kind == licensing.WholeSchool
	for _, p := range m.persons {
		meant := school && (m.present[p] || o.Take && m.holds(p)) || o.Targets[0].ID == string(p) && (m.present[p] || o.Take)
		if meant && !(o.Only.Left && m.present[p]) {
			named = append(named, p)
		}
	}
	if o.Take {
		next.take(named, o, &v)
	} else {
		next.give(named, school, &v)
	}
	return next, v
}

func (m *model) give(named []directory.PersonID, school bool, v *verdicts) {
	before := m.clone()
	for _, s := range m.subs {
		if school && s.wide() && m.inForce(s) && !s.given["school"] {
			s.given["school"] = true
			v.targets = append(v.targets, string(s.ID)+" school")
		}
	}
	for _, p := range named {
		m.giveOne(p, before, v)
	}
}

func (m *model) giveOne(p directory.PersonID, before *model, v *verdicts) {
	for _, s := range before.drawn() {
		_, holds := s.held[p]
		if before.inForce(s) && (holds || s.wide() && s.covers(p)) {
			v.say(p, "has", "", s)
			return
		}
	}
	why := "subscription"
	for _, s := range m.drawn() {
		switch {
		case !m.inForce(s):
			continue
		case s.wide():
			if !s.covers(p) {
				s.given[string(p)] = true
				v.targets = append(v.targets, string(s.ID)+" "+string(p))
			}
		case !s.Global.IsUnlimited() && len(s.held) >= int(*s.Global):
			why = "short"
			continue
		default:
			s.held[p] = false
		}
		v.say(p, "gets", "", s)
		return
	}
	v.say(p, "cannot", why, nil)
}

// holds reports whether the person has a copy in hand, in force or not.
func (m *model) holds(p directory.PersonID) bool {
	return slices.ContainsFunc(m.subs, func(s *sold) bool { _, holds := s.held[p]; return holds })
}

// back lists the rights that an order takes back: what was given to its target or, where it is for some copies only, to its persons.
func back(named []directory.PersonID, o licensing.Order) (targets []string) {
	switch {
	case o.Only.Unopened:
		return nil
	case o.Only.Left:
		for _, p := range named {
			targets = append(targets, string(p))
		}
		return targets
	case o.Targets[0].Kind == licensing.WholeSchool:
		return []string{"school"}
	}
	return []string{o.Targets[0].ID}
}

func (m *model) take(named []directory.PersonID, o licensing.Order, v *verdicts) {
	before := m.clone()
	for _, target := range back(named, o) {
		for _, s := range m.subs {
			if s.given[target] {
				delete(s.given, target)
				v.targets = append(v.targets, string(s.ID)+" "+target)
			}
		}
	}
	for _, p := range named {
		found := false
		was := before.drawn()
		for i, s := range m.drawn() {
			opened, holds := s.held[p]
			switch {
			case holds && opened && !s.Transferable:
				v.say(p, "cannot", "locked", s)
			case holds && opened && o.Only.Unopened:
				v.say(p, "cannot", "opened", s)
			case holds:
				delete(s.held, p)
				v.say(p, "loses", "", s)
			case s.wide() && m.inForce(s) && m.present[p] && was[i].covers(p) && s.covers(p):
				v.say(p, "cannot", "through", s)
			case s.wide() && m.inForce(s) && m.present[p] && was[i].covers(p):
				v.say(p, "loses", "", s)
			default:
				continue
			}
			found = true
		}
		if !found {
			v.say(p, "lacks", "", nil)
		}
	}
}

// lets reports whether the person may open now.
func (m *model) lets(p directory.PersonID) bool { return m.door(p) != nil }

// door is the subscription by which a person comes in: what burns nothing first, then the soonest to expire, then the elder.
func (m *model) door(p directory.PersonID) *sold {
	if !m.present[p] {
		return nil
	}
	var open []*sold
	for _, s := range m.subs {
		if _, holds := s.held[p]; m.inForce(s) && (holds || s.wide() && s.covers(p)) {
			open = append(open, s)
		}
	}
	if len(open) == 0 {
		return nil
	}
	slices.SortStableFunc(open, func(a, b *sold) int {
		wide := func(s *sold) int {
			if s.wide() {
				return 0
			}
			return 1
		}
		return cmp.Or(wide(a)-wide(b), strings.Compare(a.Ends.String(), b.Ends.String()))
	})
	return open[0]
}

func (m *model) open(p directory.PersonID) string {
	s := m.door(p)
	if s == nil {
		return "licensing.right.none|licensing.right.expired|licensing.right.ended|licensing.right.future"
	}
	if _, holds := s.held[p]; holds {
		s.held[p] = true
	}
	return ""
}

func (m *model) leave(p directory.PersonID) {
	m.present[p] = false
	for _, s := range m.subs {
		if _, holds := s.held[p]; holds && !s.locked(p) {
			delete(s.held, p)
		}
	}
}

func (m *model) counters() licensing.Counters {
	var c licensing.Counters
	for _, s := range m.subs {
		if !m.inForce(s) {
			continue
		}
		n := int64(len(s.held))
		c.Assigned += n
		c.SiteWide = c.SiteWide || s.wide()
		if s.Global.IsUnlimited() {
			c.Unlimited = true
			c.Total += n
		} else {
			c.Total += int64(*s.Global)
		}
		for p := range s.held {
			if s.locked(p) {
				c.Locked++
			}
		}
	}
	c.Available = c.Total - c.Assigned
	c.Remaining = c.Available
	return c
}
