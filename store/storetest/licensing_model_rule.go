package storetest

import (
	"fmt"
	"slices"

	"pupitre/directory"
	"pupitre/licensing"
)

// standing is a rule as the model sees it.
type standing struct {
	id      licensing.RuleID
	number  int
	target  licensing.Target // the school, or a class
	reserve int
	back    bool // the copy comes back from who leaves the target
	state   licensing.RuleState
}

// renew does what follows when counters have moved: holders roll over, then rules are served in their order.
func (m *model) renew() {
	m.roll()
	for was := ""; was != fmt.Sprint(m.kept()); {
		was = fmt.Sprint(m.kept())
		for _, r := range m.rules {
			if r.state == licensing.RuleInForce {
				m.serve(r, m.persons)
			}
		}
	}
}

// kept is what rules keep back of each subscription.
func (m *model) kept() []map[int]int {
	var out []map[int]int
	for _, s := range m.subs {
		out = append(out, s.kept)
	}
	return out
}

// turn reports whether the day's turn is due, and if so whether anything that ended makes it a reason to look.
func (m *model) turn() bool {
	since := func(s *sold, days int) bool { return !s.Ends.Before(m.today.AddDays(-days)) }
	due := slices.ContainsFunc(m.subs, func(s *sold) bool {
		return since(s, 9) && s.Ends.Before(m.today.AddDays(1)) && len(s.held)+s.reserved() > 0
	})
	if !due || m.turned == m.today {
		return false
	}
	m.turned = m.today
	return slices.ContainsFunc(m.subs, func(s *sold) bool { return since(s, 7) && s.Ends.Before(m.today) })
}

// roll brings the holders of what is over into what is in force, those who end first first.
func (m *model) roll() {
	over := slices.DeleteFunc(slices.Clone(m.subs), func(s *sold) bool {
		return s.ended || !s.Ends.Before(m.today) || s.Ends.AddDays(7).Before(m.today)
	})
	slices.SortStableFunc(over, func(a, b *sold) int {
		if a.Ends.Before(b.Ends) {
			return -1
		}
		if b.Ends.Before(a.Ends) {
			return 1
		}
		return 0
	})
	for _, s := range over {
		before := m.clone()
		for _, p := range m.ranked(m.persons) {
			_, holds := s.held[p]
			if !holds || !m.present[p] {
				continue
			}
			var v verdicts
			m.giveOne(p, s.through[p], before, m.drawn(), &v)
			if v.gets > 0 {
				s.drop(p)
			}
		}
	}
}

// serve lets one rule serve those of some persons whom it names, then keep back what it is to.
func (m *model) serve(r *standing, some []directory.PersonID) verdicts {
	for _, s := range m.subs {
		delete(s.kept, r.number)
	}
	var named []directory.PersonID
	through := map[directory.PersonID]string{}
	for _, p := range some {
		if m.in(r.target, p) {
			named, through[p] = append(named, p), r.target.String()
		}
	}
	var v verdicts
	m.give(named, through, []licensing.Target{r.target}, &v)
	m.keep(r)
	return v
}

// keep keeps back what the rule is to, out of the last to be drawn first: of what serves anybody for whom copies may run out.
func (m *model) keep(r *standing) {
	last := m.drawn()
	slices.Reverse(last)
	endless := map[directory.Profile]bool{}
	for _, s := range last {
		for _, p := range s.publics {
			endless[p] = endless[p] || m.inForce(s) && s.total.IsUnlimited()
		}
	}
	want := r.reserve
	for _, s := range last {
		draws := slices.ContainsFunc(s.publics, func(p directory.Profile) bool { return !endless[p] })
		if n := min(want, s.free()); draws && m.inForce(s) && n > 0 {
			s.kept[r.number] = n
			want -= n
		}
	}
}

// lay takes a rule out of force.
func (m *model) lay(r *standing, to licensing.RuleState) {
	r.state = to
	for _, s := range m.subs {
		delete(s.kept, r.number)
	}
}

// later does what is nobody's order, and remembers what it moved.
func (m *model) later(do func()) {
	before := m.clone()
	do()
	m.settle(before, "")
}

// suspend takes out of force the rules that would give back what an order or an undo takes.
func (m *model) suspend(v verdicts) {
	for _, r := range m.rules {
		if r.state != licensing.RuleInForce {
			continue
		}
		if slices.ContainsFunc(v.lost, func(p directory.PersonID) bool { return m.in(r.target, p) }) || slices.ContainsFunc(v.taken, func(t licensing.Target) bool { return t.Kind == r.target.Kind && t.ID == r.target.ID }) {
			m.lay(r, licensing.RuleSuspended)
		}
	}
}

// moved does what follows when somebody came, or changed class.
func (m *model) moved(p directory.PersonID) {
	if !m.present[p] {
		return
	}
	m.reach(p)
	back := false
	for _, r := range m.rules {
		named := slices.ContainsFunc(m.rules, func(x *standing) bool { return x.state == licensing.RuleInForce && m.in(x.target, p) })
		if r.state != licensing.RuleInForce || !r.back || named {
			continue
		}
		for _, s := range m.subs {
			if _, holds := s.held[p]; holds && m.inForce(s) && s.through[p] == r.target.String() && !s.locked(p) {
				s.drop(p)
				back = true
			}
		}
	}
	for _, r := range m.rules {
		if r.state == licensing.RuleInForce && m.in(r.target, p) {
			m.serve(r, []directory.PersonID{p})
		}
	}
	if back {
		m.renew()
	}
}

// reach gives somebody who came, or changed class, a copy of what is counted and was given to where they are now; who has one, no second.
func (m *model) reach(p directory.PersonID) {
	counted := slices.DeleteFunc(m.drawn(), func(s *sold) bool { return s.Kind != licensing.Establishment || s.wide() || !m.covers(s, p) })
	var v verdicts
	m.giveOne(p, byName, m, counted, &v)
}

// standing counts whom a rule names: who has the resource, who waits for it; and what it keeps back.
func (m *model) standing(r *standing) (served, waiting, kept int64) {
	inForce := slices.DeleteFunc(slices.Clone(m.subs), func(s *sold) bool { return !m.inForce(s) })
	for _, p := range m.persons {
		switch {
		case !m.in(r.target, p):
		case m.has(p) != nil:
			served++
		case len(inForce) == 0 || slices.ContainsFunc(inForce, func(s *sold) bool { return m.serves(s, p) }):
			waiting++
		}
	}
	for _, s := range m.subs {
		kept += int64(s.kept[r.number])
	}
	return served, waiting, kept
}
