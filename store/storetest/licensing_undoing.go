package storetest

import (
	"context"
	"maps"
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

// moved is one person's copy, or one target's right, of one pool.
type moved struct {
	sub     int
	person  directory.PersonID // "" of a target's right
	target  licensing.Target
	through string // by what a copy taken back was held
}

func (e moved) key() string {
	if e.person == "" {
		return "to " + e.target.String()
	}
	return string(e.person)
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
			weigh(moved{sub: i, person: p, through: was.through[p]}, had, has)
		}
		targets := maps.Clone(s.given)
		maps.Copy(targets, was.given)
		for _, key := range slices.Sorted(maps.Keys(targets)) {
			_, had := was.given[key]
			_, has := s.given[key]
			weigh(moved{sub: i, target: targets[key]}, had, has)
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
		s, p, key := next.subs[e.sub], e.person, e.target.String()
		_, holds := s.held[p]
		_, given := s.given[key]
		still := s.last[e.key()] == d.n
		switch {
		case p == "" && still && given:
			delete(s.given, key)
			v.target(s, "back", e.target)
			v.taken = append(v.taken, e.target)
		case p == "":
			v.target(s, "kept", e.target)
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
		return slices.Index(served, a.person) - slices.Index(served, b.person)
	})
	for _, e := range taken {
		s := next.subs[e.sub]
		switch still := s.last[e.key()] == d.n; {
		case e.person != "":
			next.giveBack(e, s, still, m, &v)
		case still && !m.subs[e.sub].includes(e.target) && m.inForce(s):
			s.given[e.target.String()] = e.target
			v.target(s, "again", e.target)
			v.gave = true
		default:
			v.target(s, "kept", e.target)
		}
	}
	return next, v
}

func (m *model) giveBack(e moved, s *sold, still bool, before *model, v *verdicts) {
	p := e.person
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
	case !m.inForce(s) || s.wide():
		v.say(p, "cannot", "subscription", s)
	case !s.spare():
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
	m.possible(t, len(m.model.acts) > 0)
	m.planUndo(t)
}

func (m *Machine) planUndo(t *rapid.T) {
	d := m.model.acts[rapid.IntRange(0, len(m.model.acts)-1).Draw(t, "act")]
	p, err := m.on(t).Licensing.PlanUndo(context.Background(), licensing.UndoOrder{School: m.school.ID, Act: d.id})
	_, v, late := m.undoing(d)
	expect(t, err, late)
	if late == "" {
		m.undos = append(m.undos, plannedUndo{d, p.Hash, v.unordered()})
	}
}

// Undo undoes an act by a plan made now, or by an old one: exactly, or not at all.
func (m *Machine) Undo(t *rapid.T) {
	m.possible(t, len(m.model.acts)+len(m.undos) > 0)
	if len(m.undos) == 0 || len(m.model.acts) > 0 && rapid.IntRange(0, 2).Draw(t, "fresh") > 0 {
		m.planUndo(t)
	}
	if len(m.undos) == 0 {
		return // the only act there was is too long past
	}
	p := m.undos[len(m.undos)-1]
	if rapid.Bool().Draw(t, "old") {
		p = m.undos[rapid.IntRange(0, len(m.undos)-1).Draw(t, "undo")]
	}
	o := licensing.UndoOrder{School: m.school.ID, Act: p.deed.id}
	if rapid.Bool().Draw(t, "serve") {
		o.Short = licensing.ShortServe
	}
	var undone licensing.Undone
	m.ask(t, func(n *node) (err error) {
		undone, err = n.Licensing.Undo(context.Background(), n.manager, o, p.hash)
		return err
	}, func(err error) {
		next, v, want := m.undoing(p.deed)
		switch {
		case want != "":
		case v.unordered() != p.signature:
			want = "licensing.plan.changed"
		case v.short > 0 && o.Short != licensing.ShortServe:
			want = "licensing.plan.short"
		}
		m.settled(t, err, want, next, v, undone.Act, v.moves())
	})
}
