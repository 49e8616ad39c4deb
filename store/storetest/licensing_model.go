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
	turned  clock.Date           // the last turn of the day
	persons []directory.PersonID // in the order of their names
	present map[directory.PersonID]bool
	class   map[directory.PersonID]string // "" for none
	subs    []*sold                       // in the order of their opening
	rules   []*standing                   // in the order of their making
	acts    []deed                        // of the school, in their order
	moves   int                           // how many acts of anybody moved something
}

// String tells what the machine believes, where it was wrong.
func (m *model) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "on %s, there %v, classes %v", m.today, m.present, m.class)
	for _, s := range m.subs {
		fmt.Fprintf(&b, "\n%s %s until %s (in force %v): held %v through %v, given %v, kept %v", s.ID, s.Kind, s.Ends, m.inForce(s), s.held, s.through, s.given, s.kept)
	}
	for _, r := range m.rules {
		fmt.Fprintf(&b, "\nrule %d for %s: %s, keeps %d, comes back %v", r.number, r.target, r.state, r.reserve, r.back)
	}
	return b.String()
}

// sold is one subscription and its pool.
type sold struct {
	licensing.Subscription
	deleted bool
	ended   bool                          // the pool's holdings became ended entries
	held    map[directory.PersonID]bool   // whether it was opened
	through map[directory.PersonID]string // a class or "school", "" for by name
	given   map[string]bool               // "school", a class or a person
	last    map[string]int                // which act moved a person's copy last, or "to " and a target
	kept    map[int]int                   // by rule
}

func newModel(school directory.School) *model {
	return &model{today: clock.On(Monday, school.Zone()), present: map[directory.PersonID]bool{}, class: map[directory.PersonID]string{}}
}

func newSold(sub licensing.Subscription) *sold {
	return &sold{Subscription: sub, held: map[directory.PersonID]bool{}, through: map[directory.PersonID]string{},
		given: map[string]bool{}, last: map[string]int{}, kept: map[int]int{}}
}

func (s *sold) give(p directory.PersonID, through string) {
	s.held[p], s.through[p] = false, through
}

func (s *sold) drop(p directory.PersonID) {
	delete(s.held, p)
	delete(s.through, p)
}

func (m *model) clone() *model {
	c := *m
	c.present, c.class, c.acts = maps.Clone(m.present), maps.Clone(m.class), slices.Clone(m.acts)
	c.subs = nil
	for _, s := range m.subs {
		t := *s
		t.held, t.through, t.given, t.last, t.kept = maps.Clone(s.held), maps.Clone(s.through), maps.Clone(s.given), maps.Clone(s.last), maps.Clone(s.kept)
		c.subs = append(c.subs, &t)
	}
	c.rules = nil
	for _, r := range m.rules {
		t := *r
		c.rules = append(c.rules, &t)
	}
	return &c
}

func (s *sold) wide() bool { return s.Kind == licensing.Establishment }

func (s *sold) locked(p directory.PersonID) bool { return s.held[p] && !s.Transferable }

func (m *model) covers(s *sold, p directory.PersonID) bool {
	return s.given["school"] || s.given[string(p)] || m.class[p] != "" && s.given[m.class[p]]
}

// reserved is what rules keep back of it.
func (s *sold) reserved() int {
	n := 0
	for _, k := range s.kept {
		n += k
	}
	return n
}

func (s *sold) free() int { return int(*s.Global) - len(s.held) - s.reserved() }

func (s *sold) close() {
	s.ended = true
	clear(s.held)
	clear(s.through)
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
	stay := len(s.held)
	if closes {
		stay = 0
	}
	if n := *next.Global; !n.IsUnlimited() && stay+s.reserved() > int(n) {
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

// ranked puts persons in the order of service: by class, who has none last, then by name.
func (m *model) ranked(list []directory.PersonID) []directory.PersonID {
	out := slices.Clone(list)
	slices.SortStableFunc(out, func(a, b directory.PersonID) int {
		return cmp.Or(-cmp.Compare(min(1, len(m.class[a])), min(1, len(m.class[b]))), cmp.Compare(m.class[a], m.class[b]), cmp.Compare(a, b))
	})
	return out
}

// verdicts is what the model makes of an order.
type verdicts struct {
	persons []string // person, verdict, reason, subscription
	targets []string
	whys    []string // the reasons of those who cannot; "" for everybody else
	short   int
	gets    bool
	lost    []directory.PersonID
	taken   []string // targets
}

func (v verdicts) signature() string {
	slices.Sort(v.targets)
	return strings.Join(v.persons, "\n") + "\n--\n" + strings.Join(v.targets, "\n")
}

// unordered is signature where in which order persons are served is not of the plan: of an undo.
func (v verdicts) unordered() string {
	slices.Sort(v.persons)
	return v.signature()
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
	v.gets = v.gets || verdict == "gets"
	if verdict == "loses" {
		v.lost = append(v.lost, p)
	}
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
		target := ""
		if school {
			target = "school"
		}
		next.give(named, target, &v)
	}
	return next, v
}

func (m *model) give(named []directory.PersonID, target string, v *verdicts) {
	before := m.clone()
	for _, s := range m.subs {
		if target != "" && s.wide() && m.inForce(s) && !s.given["school"] && !s.given[target] {
			s.given[target] = true
			v.targets = append(v.targets, string(s.ID)+" "+target)
		}
	}
	for _, p := range m.ranked(named) {
		m.giveOne(p, target, before, v)
	}
}

func (m *model) giveOne(p directory.PersonID, through string, before *model, v *verdicts) {
	for _, s := range before.drawn() {
		_, holds := s.held[p]
		if before.inForce(s) && (holds || s.wide() && before.covers(s, p)) {
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
			if !m.covers(s, p) {
				s.given[string(p)] = true
				v.targets = append(v.targets, string(s.ID)+" "+string(p))
			}
		case !s.Global.IsUnlimited() && s.free() < 1:
			why = "short"
			continue
		default:
			s.give(p, through)
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
				v.taken = append(v.taken, target)
			}
		}
	}
	for _, p := range m.ranked(named) {
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
				s.drop(p)
				v.say(p, "loses", "", s)
			case s.wide() && m.inForce(s) && m.present[p] && before.covers(was[i], p) && m.covers(s, p):
				v.say(p, "cannot", "through", s)
			case s.wide() && m.inForce(s) && m.present[p] && before.covers(was[i], p):
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
		if _, holds := s.held[p]; m.inForce(s) && (holds || s.wide() && m.covers(s, p)) {
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

// leave reports whether anything that the person had, or might have had, is told of.
func (m *model) leave(p directory.PersonID) (told bool) {
	m.present[p], m.class[p] = false, ""
	for _, s := range m.subs {
		_, holds := s.held[p]
		told = told || holds || len(s.given) > 0
		if holds && !s.locked(p) {
			s.drop(p)
		}
	}
	return told
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
	for _, s := range m.subs {
		if m.inForce(s) {
			c.Reserved += int64(s.reserved())
		}
	}
	c.Available = c.Total - c.Assigned - c.Reserved
	c.Remaining = c.Available
	return c
}
