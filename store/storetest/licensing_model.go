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
	profile map[directory.PersonID]directory.Profile
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
		fmt.Fprintf(&b, "\n%s %s %v for %v until %s (in force %v): held %v through %v, given %v, kept %v", s.ID, s.Kind, s.total, s.publics, s.Ends, m.inForce(s),
			s.held, s.through, slices.Sorted(maps.Keys(s.given)), s.kept)
	}
	for _, r := range m.rules {
		fmt.Fprintf(&b, "\nrule %d for %s: %s, keeps %d, comes back %v", r.number, r.target, r.state, r.reserve, r.back)
	}
	return b.String()
}

// sold is one pool, with the terms of its subscription.
type sold struct {
	licensing.Subscription
	publics []directory.Profile // whom it serves
	total   licensing.Count
	deleted bool
	ended   bool                          // the pool's holdings became ended entries
	held    map[directory.PersonID]bool   // whether it was opened
	through map[directory.PersonID]string // by which target of the order
	given   map[string]licensing.Target
	last    map[string]int // which act moved a person's copy last, or "to " and a target
	kept    map[int]int    // by rule
}

// byName is through what somebody holds a copy that was given to nobody else.
const byName = "person"

func newModel(school directory.School) *model {
	return &model{today: clock.On(Monday, school.Zone()), profile: map[directory.PersonID]directory.Profile{}, present: map[directory.PersonID]bool{},
		class: map[directory.PersonID]string{}}
}

// opened adds the pools of a subscription.
func (m *model) opened(sub licensing.Subscription) {
	for _, share := range sub.Shares() {
		m.subs = append(m.subs, &sold{Subscription: sub, publics: share.Publics, total: share.Total, held: map[directory.PersonID]bool{}, through: map[directory.PersonID]string{},
			given: map[string]licensing.Target{}, last: map[string]int{}, kept: map[int]int{}})
	}
}

// poolsOf are those of one subscription.
func (m *model) poolsOf(id licensing.SubscriptionID) []*sold {
	return slices.DeleteFunc(slices.Clone(m.subs), func(s *sold) bool { return s.ID != id })
}

// terms are the subscriptions, one pool for each.
func (m *model) terms() []*sold {
	return slices.CompactFunc(slices.Clone(m.subs), func(a, b *sold) bool { return a.ID == b.ID })
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

// wide is a right of the whole school of which no copies are counted; a counted one of the kind is rights and copies.
func (s *sold) wide() bool { return s.Kind == licensing.Establishment && s.total.IsUnlimited() }

func (s *sold) locked(p directory.PersonID) bool { return s.held[p] && !s.Transferable }

func (m *model) serves(s *sold, p directory.PersonID) bool {
	return slices.Contains(s.publics, m.profile[p])
}

// in reports whether a target names a person who is there.
func (m *model) in(t licensing.Target, p directory.PersonID) bool {
	if !m.present[p] || len(t.Profiles) > 0 && !slices.Contains(t.Profiles, m.profile[p]) {
		return false
	}
	switch t.Kind {
	case licensing.WholeSchool:
		return true
	case licensing.Cohort:
		return t.ID == m.class[p]
	}
	return t.ID == string(p)
}

func (m *model) covers(s *sold, p directory.PersonID) bool {
	for _, t := range s.given {
		if m.in(t, p) && m.serves(s, p) {
			return true
		}
	}
	return false
}

// narrowed is a target as a pool is given to it: of its publics. What is given to one person is nobody else's.
func (s *sold) narrowed(t licensing.Target) (licensing.Target, bool) {
	if t.Kind == licensing.Person {
		return t, true
	}
	of := t.Profiles
	t.Profiles = nil
	for _, p := range s.publics {
		if len(of) == 0 || slices.Contains(of, p) {
			t.Profiles = append(t.Profiles, p)
		}
	}
	return t, len(t.Profiles) > 0
}

// includes reports whether whoever is in a target has the right already, by what the targets say.
func (s *sold) includes(t licensing.Target) bool {
	for _, g := range s.given {
		if g.String() == t.String() {
			return true
		}
		wider := g.Kind == licensing.WholeSchool || g.Kind == t.Kind && g.ID == t.ID
		if t.Kind != licensing.Person && wider && !slices.ContainsFunc(t.Profiles, func(p directory.Profile) bool { return !slices.Contains(g.Profiles, p) }) {
			return true
		}
	}
	return false
}

// reserved is what rules keep back of it.
func (s *sold) reserved() int {
	n := 0
	for _, k := range s.kept {
		n += k
	}
	return n
}

func (s *sold) free() int { return int(s.total) - len(s.held) - s.reserved() }

// spare reports whether there is a copy for one more.
func (s *sold) spare() bool { return s.total.IsUnlimited() || s.free() > 0 }

func (s *sold) close() {
	s.ended = true
	clear(s.held)
	clear(s.through)
	clear(s.given)
}

func (m *model) inForce(s *sold) bool {
	return !s.ended && !m.today.Before(s.Starts) && !s.Ends.Before(m.today)
}

// drawn lists the pools in the order of drawing: no copy burnt, then the school's, then the soonest to expire, then the elder.
func (m *model) drawn() []*sold {
	out := slices.Clone(m.subs)
	rank := func(s *sold) int {
		switch {
		case s.wide():
			return 0
		case s.total.IsUnlimited():
			return 1
		case s.Kind == licensing.Establishment:
			return 2
		}
		return 3
	}
	slices.SortStableFunc(out, func(a, b *sold) int {
		return cmp.Or(rank(a)-rank(b), strings.Compare(a.Ends.String(), b.Ends.String()))
	})
	return out
}

// amend puts a subscription's pools under new terms, all of them or none.
func (m *model) amend(of []*sold, next licensing.Subscription) string {
	over := next.Ends.Before(m.today)
	closes := func(s *sold) bool { return over && !s.ended && !s.Ends.Before(m.today) }
	for i, share := range next.Shares() {
		s := of[i]
		stay := len(s.held)
		if closes(s) {
			stay = 0
		}
		switch {
		case share.Total.IsUnlimited():
		case s.wide():
			return "licensing.amend.sitewide"
		case stay+s.reserved() > int(share.Total):
			return "licensing.pool.shrink"
		}
	}
	for i, share := range next.Shares() {
		s := of[i]
		if closes(s) {
			s.close()
		}
		s.Subscription, s.total, s.deleted, s.ended = next, share.Total, false, s.ended && over
	}
	return ""
}

func (m *model) end(of []*sold) string {
	if of[0].deleted {
		return "licensing.subscription.unknown"
	}
	for _, s := range of {
		s.deleted = true
		s.close()
	}
	return ""
}

// ranked puts persons in the order of service: by class, who has none last, then by name. Who is not in the school is in no class of it.
func (m *model) ranked(list []directory.PersonID) []directory.PersonID {
	out := slices.Clone(list)
	class := func(p directory.PersonID) string {
		if !m.present[p] {
			return ""
		}
		return m.class[p]
	}
	slices.SortStableFunc(out, func(a, b directory.PersonID) int {
		return cmp.Or(-cmp.Compare(min(1, len(class(a))), min(1, len(class(b)))), cmp.Compare(class(a), class(b)), cmp.Compare(a, b))
	})
	return out
}

// verdicts is what the model makes of an order.
type verdicts struct {
	through map[directory.PersonID]string // by which target of the order each is named
	persons []string                      // person, target, verdict, reason, pool
	targets []string
	whys    []string // the reasons of those who cannot; "" for everybody else
	short   int
	gets    int
	lost    []directory.PersonID
	taken   []licensing.Target
	gave    bool // a right to a target, or gave one again
}

// moves reports whether anything is done at all.
func (v verdicts) moves() bool { return v.gets+len(v.lost)+len(v.taken) > 0 || v.gave }

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
	one := len(o.Targets) == 1 && o.Targets[0].Kind == licensing.Person
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
	pool := ""
	if s != nil {
		pool = fmt.Sprint(s.ID, s.publics)
	}
	v.persons = append(v.persons, fmt.Sprint(p, " ", v.through[p], " ", verdict, " ", why, " ", pool))
	v.whys = append(v.whys, why)
	switch {
	case verdict == "gets":
		v.gets++
	case verdict == "loses":
		v.lost = append(v.lost, p)
	case why == "short":
		v.short++
	}
}

// target says what becomes of a target's right.
func (v *verdicts) target(s *sold, does string, t licensing.Target) {
	v.targets = append(v.targets, fmt.Sprint(s.ID, s.publics, " ", does, " ", t))
}

// named is whom an order is about, in the order of names, and by which of its targets: the first that names them.
func (m *model) named(o licensing.Order) (list []directory.PersonID, through map[directory.PersonID]string) {
	through = map[directory.PersonID]string{}
	for _, p := range m.persons {
		if o.Only.Left && m.present[p] {
			continue
		}
		for _, t := range o.Targets {
			there := m.present[p]
			m.present[p] = there || o.Take && (t.Kind == licensing.Person || t.Kind == licensing.WholeSchool && m.holds(p)) // who left, too
			in := m.in(t, p)
			m.present[p] = there
			if !in {
				continue
			}
			list = append(list, p)
			if through[p] = t.String(); t.Kind == licensing.Person {
				through[p] = byName
			}
			break
		}
	}
	return list, through
}

// decide says what an order does, and what the model is once it is done.
func (m *model) decide(o licensing.Order) (*model, verdicts) {
	next := m.clone()
	named, through := m.named(o)
	v := verdicts{through: through}
	if o.Take {
		next.take(named, o, &v)
	} else {
		next.give(named, through, o.Targets, &v)
	}
	return next, v
}

func (m *model) give(named []directory.PersonID, through map[directory.PersonID]string, targets []licensing.Target, v *verdicts) {
	before := m.clone()
	for i, s := range m.subs {
		for _, t := range targets {
			if t, ok := s.narrowed(t); ok && t.Kind != licensing.Person && s.Kind == licensing.Establishment && m.inForce(s) && !before.subs[i].includes(t) {
				s.given[t.String()] = t
				v.target(s, "gets", t)
				v.gave = true
			}
		}
	}
	for _, p := range m.ranked(named) {
		m.giveOne(p, through[p], before, m.drawn(), v)
	}
}

// giveOne gives somebody who has none a copy out of the first of some pools that has one.
func (m *model) giveOne(p directory.PersonID, through string, before *model, from []*sold, v *verdicts) {
	if s := before.has(p); s != nil {
		v.say(p, "has", "", s)
		return
	}
	why := "subscription"
	for _, s := range from {
		switch {
		case !m.inForce(s):
			continue
		case !m.serves(s, p):
			if why == "subscription" {
				why = "public"
			}
			continue
		case s.wide():
			if !m.covers(s, p) {
				s.given[licensing.ToPerson(p).String()] = licensing.ToPerson(p)
				v.target(s, "gets", licensing.ToPerson(p))
				v.gave = true
			}
		case !s.spare():
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

// has is by what somebody has the resource today; nil for nothing.
func (m *model) has(p directory.PersonID) *sold {
	for _, s := range m.drawn() {
		if _, holds := s.held[p]; m.inForce(s) && (holds || s.wide() && m.covers(s, p)) {
			return s
		}
	}
	return nil
}

// holds reports whether the person has a copy in hand, in force or not.
func (m *model) holds(p directory.PersonID) bool {
	return slices.ContainsFunc(m.subs, func(s *sold) bool { _, holds := s.held[p]; return holds })
}

// back lists the rights in a pool that an order takes back: what was given to its targets or, where it is for some copies only, to its
// persons.
func (s *sold) back(named []directory.PersonID, o licensing.Order) (targets []licensing.Target) {
	if o.Only.Unopened {
		return nil
	}
	asked := o.Targets
	if o.Only.Left {
		asked = nil
		for _, p := range named {
			asked = append(asked, licensing.ToPerson(p))
		}
	}
	for _, t := range asked {
		t, ok := s.narrowed(t)
		if _, given := s.given[t.String()]; ok && given && !slices.ContainsFunc(targets, func(u licensing.Target) bool { return u.String() == t.String() }) {
			targets = append(targets, t)
		}
	}
	return targets
}

func (m *model) take(named []directory.PersonID, o licensing.Order, v *verdicts) {
	before := m.clone()
	for _, s := range m.subs {
		for _, t := range s.back(named, o) {
			delete(s.given, t.String())
			v.target(s, "loses", t)
			v.taken = append(v.taken, t)
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
			case s.wide() && m.inForce(s) && before.covers(was[i], p) && m.covers(s, p):
				v.say(p, "cannot", "through", s)
			case s.wide() && m.inForce(s) && before.covers(was[i], p):
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

// door is the pool by which a person comes in, and whether by a copy: by what burns nothing first, then the soonest to expire, then the elder.
func (m *model) door(p directory.PersonID) (door *sold, held bool) {
	if !m.present[p] {
		return nil, false
	}
	for _, s := range m.subs {
		_, holds := s.held[p]
		right := s.wide() && m.covers(s, p)
		if !m.inForce(s) || !holds && !right {
			continue
		}
		if copied := !right; door == nil || held && !copied || held == copied && s.Ends.Before(door.Ends) {
			door, held = s, copied
		}
	}
	return door, held
}

func (m *model) open(p directory.PersonID) string {
	s, held := m.door(p)
	if s == nil {
		return "licensing.right.none|licensing.right.expired|licensing.right.ended|licensing.right.future"
	}
	if held {
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

// counters are the figures of a pool in force.
func (s *sold) counters() licensing.Counters {
	c := licensing.Counters{Assigned: int64(len(s.held)), Reserved: int64(s.reserved()), SiteWide: s.wide(), Unlimited: s.total.IsUnlimited()}
	if c.Total = int64(s.total); c.Unlimited {
		c.Total = c.Assigned + c.Reserved
	}
	for p := range s.held {
		if s.locked(p) {
			c.Locked++
		}
	}
	c.Available = c.Total - c.Assigned - c.Reserved
	c.Remaining = c.Available
	return c
}

// counters are the figures of all pools in force.
func (m *model) counters() (c licensing.Counters) {
	for _, s := range m.subs {
		if m.inForce(s) {
			c = plus(c, s.counters())
		}
	}
	return c
}
