package storetest

import (
	"context"
	"slices"

	"pgregory.net/rapid"

	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/journal"
	"pupitre/licensing"
)

// deed is what the model remembers of an act of the school: what it moved, and when.
type deed struct {
	n            int
	id           journal.ActID
	day          clock.Date
	given, taken []moved
}

// moved is one person's copy, or (to) one target's right, of one subscription.
type moved struct {
	sub     int
	who     string
	to      bool
	through string // by what a copy taken back was held
}

func (e moved) key() string {
	if e.to {
		return "to " + e.who
	}
	return e.who
}

// settle remembers what an act moved: the difference between the model before it and this one. id is "" for what is not the school's.
func (m *model) settle(before *model, id journal.ActID) {
	m.moves++
	d := deed{n: m.moves, id: id, day: m.today}
	for i, s := range m.subs {
		was := &sold{}
		if i < len(before.subs) {
			was = before.subs[i]
		}
		weigh := func(e moved, had, has bool) {
			switch {
			case has && !had:
				d.given = append(d.given, e)
			case had && !has:
				d.taken = append(d.taken, e)
			default:
				return
			}
			s.last[e.key()] = d.n
		}
		for _, p := range m.persons {
			_, had := was.held[p]
			_, has := s.held[p]
			weigh(moved{sub: i, who: string(p), through: was.through[p]}, had, has)
			weigh(moved{sub: i, who: string(p), to: true}, was.given[string(p)], s.given[string(p)])
		}
		for _, target := range append([]string{"school"}, machineClasses[1:]...) {
			weigh(moved{sub: i, who: target, to: true}, was.given[target], s.given[target])
		}
	}
	if id != "" {
		m.acts = append(m.acts, d)
	}
}

// unwind says what undoing an act does, and what the model is once it is undone.
func (m *model) unwind(d deed) (*model, verdicts) {
	next := m.clone()
	var v verdicts
	for _, e := range d.given {
		s, p := next.subs[e.sub], directory.PersonID(e.who)
		_, holds := s.held[p]
		still := s.last[e.key()] == d.n
		switch {
		case e.to && still && s.given[e.who]:
			delete(s.given, e.who)
			v.targets = append(v.targets, string(s.ID)+" back "+e.who)
			v.taken = append(v.taken, e.who)
		case e.to:
			v.targets = append(v.targets, string(s.ID)+" kept "+e.who)
		case !holds || !still:
			v.say(p, "lacks", "", s)
		case s.locked(p):
			v.say(p, "cannot", "locked", s)
		default:
			s.drop(p)
			v.say(p, "loses", "", s)
		}
	}
	taken := slices.Clone(d.taken)
	served := m.ranked(m.persons)
	slices.SortStableFunc(taken, func(a, b moved) int { // copies in the order of service, then of opening
		return slices.Index(served, directory.PersonID(a.who)) - slices.Index(served, directory.PersonID(b.who))
	})
	for _, e := range taken {
		s := next.subs[e.sub]
		switch still := s.last[e.key()] == d.n; {
		case !e.to:
			next.giveBack(e, s, still, m, &v)
		case still && !s.given[e.who] && !m.within(e) && m.inForce(s):
			s.given[e.who] = true
			v.targets = append(v.targets, string(s.ID)+" again "+e.who)
		default:
			v.targets = append(v.targets, string(s.ID)+" kept "+e.who)
		}
	}
	return next, v
}

// within reports whether the right of a class is in the whole school's, which is given: it is not given again beside it.
func (m *model) within(e moved) bool {
	return slices.Contains(machineClasses, e.who) && m.subs[e.sub].given["school"]
}

func (m *model) giveBack(e moved, s *sold, still bool, before *model, v *verdicts) {
	p := directory.PersonID(e.who)
	for i, x := range before.drawn() {
		_, holds := m.drawn()[i].held[p]
		if m.present[p] && m.inForce(x) && (holds || x.wide() && before.covers(x, p)) {
			v.say(p, "has", "", x)
			return
		}
	}
	switch {
	case !still:
		v.say(p, "cannot", "since", s)
	case !m.present[p]:
		v.say(p, "cannot", "gone", s)
	case !m.inForce(s):
		v.say(p, "cannot", "subscription", s)
	case !s.Global.IsUnlimited() && s.free() < 1:
		v.say(p, "cannot", "short", s)
	default:
		s.give(p, e.through)
		v.say(p, "gets", "", s)
	}
}

type plannedUndo struct {
	deed      deed
	hash      string
	signature string
}

// undoing says what undoing an act comes to now; late is what refuses it before it is looked at.
func (m *Machine) undoing(d deed) (next *model, v verdicts, late string) {
	if d.day.AddDays(licensing.UndoDays).Before(m.model.today) {
		return m.model, v, "licensing.undo.late"
	}
	next, v = m.model.unwind(d)
	return next, v, ""
}

// PlanUndo looks at what undoing an act would do: any act of the school, undoes among them.
func (m *Machine) PlanUndo(t *rapid.T) {
	if len(m.model.acts) == 0 {
		t.Skip("nothing done")
	}
	d := rapid.SampledFrom(m.model.acts).Draw(t, "act")
	p, err := m.on(t).Licensing.PlanUndo(context.Background(), licensing.UndoOrder{School: m.school.ID, Act: d.id})
	_, v, late := m.undoing(d)
	expect(t, err, late)
	if late == "" {
		m.undos = append(m.undos, plannedUndo{d, p.Hash, v.unordered()})
	}
}

// Undo undoes an act by a plan made now, or by an old one: exactly, or not at all.
func (m *Machine) Undo(t *rapid.T) {
	if rapid.IntRange(0, 2).Draw(t, "fresh") > 0 {
		m.PlanUndo(t)
	}
	if len(m.undos) == 0 {
		t.Skip("nothing planned")
	}
	p := m.undos[len(m.undos)-1]
	if rapid.Bool().Draw(t, "old") {
		p = rapid.SampledFrom(m.undos).Draw(t, "undo")
	}
	o := licensing.UndoOrder{School: m.school.ID, Act: p.deed.id}
	if rapid.Bool().Draw(t, "serve") {
		o.Short = licensing.ShortServe
	}
	n := m.on(t, dies)
	undone, err := n.Licensing.Undo(context.Background(), n.manager, o, p.hash)
	err, done := m.answered(err)
	if !done {
		return
	}
	next, v, want := m.undoing(p.deed)
	switch {
	case want != "":
	case v.unordered() != p.signature:
		want = "licensing.plan.changed"
	case v.short > 0 && o.Short != licensing.ShortServe:
		want = "licensing.plan.short"
	}
	expect(t, err, want)
	if want == "" {
		next.settle(m.model, undone.Act)
		m.model = next
		m.model.suspend(v)
		m.follow(t, m.model, undone.Act != "")
	} else if undone.Act != "" {
		t.Fatalf("refused, yet act %s", undone.Act)
	}
}
