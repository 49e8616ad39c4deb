package storetest

import (
	"context"
	"errors"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/licensing"
)

// Machine is a state machine over one resource in one school, and in a second one where persons come and go: it does at random what
// distributors, two managers, pupils, teachers and the calendar do, by two nodes that may die of any of it, beside a model that says in a
// few lines what should come of it. After each step the counters of every public and their sum, each person's door, what the managers have
// chosen and the audit must agree with the model.
type Machine struct {
	w      *World
	nodes  []*node
	asked  int // which node was asked last
	school directory.School
	work   licensing.Work
	model  *model
	beside place // the second school
	chosen map[journal.Actor]selected
	plans  []planned
	undos  []plannedUndo
	died   int // nodes, before what they did was committed
	gone   int // nodes, once it was
	steps  int
	opens  map[directory.PersonID][2]licensing.SubscriptionID // by what, in either school, when it was looked at last
}

// place is a school and what the machine believes of it.
type place struct {
	school directory.School
	*model
}

type planned struct {
	order     licensing.Order
	hash      string
	signature string // what the model expected when the plan was made
}

// NewMachine begins a run in a school of its own, on the world's first day.
func NewMachine(w *World) *Machine {
	w.SetNow(Monday)
	m := &Machine{w: w, nodes: []*node{w.node(0), w.node(1)}, school: w.School("099", "340"), work: w.Resource(false),
		chosen: map[journal.Actor]selected{}, opens: map[directory.PersonID][2]licensing.SubscriptionID{}}
	m.model = newModel(m.school)
	for _, class := range machineClasses[1:] {
		w.Class(m.school.ID, class)
	}
	for _, profile := range []directory.Profile{directory.Pupil, directory.Teacher} {
		for _, p := range w.Persons(m.school.ID, profile, map[directory.Profile]int{directory.Pupil: 3, directory.Teacher: 2}[profile], "") {
			m.model.persons = append(m.model.persons, p)
			m.model.profile[p], m.model.present[p] = profile, true
		}
	}
	m.beside = m.second()
	return m
}

// second is the school beside: two pupils' copies, which a standing assignment gives to whoever comes and takes back from whoever goes.
func (m *Machine) second() place {
	b := place{m.w.School("099", "340"), nil}
	b.model = newModel(b.school)
	b.persons, b.profile = m.model.persons, m.model.profile
	sub := m.w.Offer(b.school, m.work, 2)
	sub.SchoolYear, sub.Ends = "", b.today.AddDays(120)
	m.w.Sell(m.w.TB, sub)
	b.opened(sub)
	r := licensing.Rule{School: b.school.ID, Resource: m.work.ID, Targets: []licensing.Target{licensing.ToSchool()}, Keep: licensing.GiveBack}
	if _, err := m.w.Licensing.AddRule(context.Background(), Manager, r, ""); err != nil {
		m.w.TB.Fatal(err)
	}
	m.w.Follow()
	b.rules = append(b.rules, &standing{target: licensing.ToSchool(), back: true, state: licensing.RuleInForce})
	return b
}

// possible has rapid draw another act, before this one has drawn anything, where there is nothing to do it with.
func (m *Machine) possible(t *rapid.T, is bool) {
	if !is {
		t.Skip("nothing to do it with")
	}
}

// one draws one of the persons of whom something is true.
func (m *Machine) one(t *rapid.T, of func(p directory.PersonID) bool) directory.PersonID {
	some := slices.DeleteFunc(slices.Clone(m.model.persons), func(p directory.PersonID) bool { return !of(p) })
	m.possible(t, len(some) > 0)
	return rapid.SampledFrom(some).Draw(t, "person")
}

func (m *Machine) person(t *rapid.T) directory.PersonID {
	return rapid.SampledFrom(m.model.persons).Draw(t, "person")
}

// terms draws numbers, as many as there were, and a last day.
func (m *Machine) terms(t *rapid.T, sub *licensing.Subscription) {
	count := func() licensing.Count {
		if rapid.IntRange(0, 6).Draw(t, "unlimited") == 6 {
			return licensing.Unlimited
		}
		return licensing.Count(rapid.IntRange(0, 5).Draw(t, "copies"))
	}
	if sub.Global != nil {
		n := count()
		sub.Global = &n
	} else {
		sub.Per = map[directory.Profile]licensing.Count{directory.Pupil: count(), directory.Teacher: count()}
	}
	sub.SchoolYear, sub.Ends = "", m.model.today.AddDays(rapid.IntRange(-3, 60).Draw(t, "days"))
}

// Subscribe sells something new: to pupils or to teachers too, by one number or by one for each, of copies or of the whole school.
func (m *Machine) Subscribe(t *rapid.T) {
	m.possible(t, len(m.model.terms()) < 4)
	sub := m.w.Offer(m.school, m.work, 0)
	sub.Transferable = rapid.Bool().Draw(t, "transferable")
	switch shape := rapid.SampledFrom([]string{"pupils", "both", "each", "establishment", "wide"}).Draw(t, "shape"); shape {
	case "each":
		sub.Global = nil
		fallthrough
	case "both":
		sub.Publics = []directory.Profile{directory.Pupil, directory.Teacher}
	case "establishment", "wide":
		sub.Kind = licensing.Establishment
		if rapid.Bool().Draw(t, "teachers") {
			sub.Publics = []directory.Profile{directory.Pupil, directory.Teacher}
		}
		m.terms(t, &sub)
		if n := licensing.Unlimited; shape == "wide" {
			sub.Global = &n
		}
	}
	if sub.Kind != licensing.Establishment {
		m.terms(t, &sub)
	}
	m.ask(t, func(n *node) error {
		_, err := n.Licensing.Subscribe(context.Background(), Seller, sub)
		return err
	}, func(err error) {
		want := ""
		if len(m.model.poolsOf(sub.ID)) > 0 { // said once more
			want = "licensing.subscription.exists"
		} else {
			m.model.opened(sub)
		}
		expect(t, err, want)
		m.follow(t, m.model, want == "")
	})
}

// sold draws the pools of a subscription.
func (m *Machine) sold(t *rapid.T) []*sold {
	m.possible(t, len(m.model.subs) > 0)
	terms := m.model.terms()
	return m.model.poolsOf(terms[rapid.IntRange(0, len(terms)-1).Draw(t, "subscription")].ID)
}

// Amend grows, shrinks, extends or shortens.
func (m *Machine) Amend(t *rapid.T) {
	id, next := m.renewed(t)
	m.ask(t, func(n *node) error {
		_, err := n.Licensing.Amend(context.Background(), Seller, next)
		return err
	}, func(err error) {
		of := m.model.poolsOf(id)
		want := "licensing.subscription.unknown"
		if !of[0].deleted {
			want = m.amended(of, next)
		}
		expect(t, err, want)
		m.follow(t, m.model, want == "")
	})
}

// Reopen sells again under an identifier that was deleted, or was not.
func (m *Machine) Reopen(t *rapid.T) {
	id, next := m.renewed(t)
	m.ask(t, func(n *node) error {
		_, err := n.Licensing.Subscribe(context.Background(), Seller, next)
		return err
	}, func(err error) {
		of := m.model.poolsOf(id)
		want := "licensing.subscription.exists"
		if of[0].deleted {
			want = m.amended(of, next)
		}
		expect(t, err, want)
		m.follow(t, m.model, want == "")
	})
}

// renewed draws other terms for something sold.
func (m *Machine) renewed(t *rapid.T) (licensing.SubscriptionID, licensing.Subscription) {
	next := m.sold(t)[0].Subscription
	m.terms(t, &next)
	return next.ID, next
}

func (m *Machine) amended(of []*sold, next licensing.Subscription) (refusal string) {
	before := m.model.clone()
	refusal = m.model.amend(of, next)
	m.model.settle(before, "")
	return refusal
}

// End deletes, seldom the last that stands.
func (m *Machine) End(t *rapid.T) {
	deleted := slices.DeleteFunc(m.model.terms(), func(s *sold) bool { return !s.deleted })
	m.possible(t, len(deleted) < 2 && len(m.model.terms()) > 1)
	id := m.sold(t)[0].ID
	m.ask(t, func(n *node) error { return n.Licensing.End(context.Background(), Seller, Distributor, id) }, func(err error) {
		of := m.model.poolsOf(id)
		told := !of[0].deleted && slices.ContainsFunc(of, func(s *sold) bool { return !s.ended })
		before := m.model.clone()
		expect(t, err, m.model.end(of))
		m.model.settle(before, "")
		m.follow(t, m.model, told)
	})
}

// order draws to whom: one person, the school or those of one profile there, a class, or whomever the manager has chosen.
func (m *Machine) order(t *rapid.T, by journal.Actor) licensing.Order {
	o := To(m.school, m.work, m.target(t))
	if chosen := m.choice(by); len(chosen) > 0 && rapid.IntRange(0, 2).Draw(t, "chosen") == 2 {
		o.Targets = chosen
	}
	if rapid.Bool().Draw(t, "serve") {
		o.Short = licensing.ShortServe
	}
	return o
}

func (m *Machine) target(t *rapid.T) licensing.Target {
	switch rapid.SampledFrom([]string{"one", "one", "school", "profile", "class"}).Draw(t, "target") {
	case "school":
		return licensing.ToSchool()
	case "profile":
		return licensing.ToSchool(rapid.SampledFrom([]directory.Profile{directory.Pupil, directory.Teacher}).Draw(t, "profile"))
	case "class":
		return licensing.ToCohort(directory.CohortID(rapid.SampledFrom(machineClasses[1:]).Draw(t, "class")))
	}
	return licensing.ToPerson(m.person(t))
}

// Assign gives at once.
func (m *Machine) Assign(t *rapid.T) { m.act(t, false) }

// Release takes back at once.
func (m *Machine) Release(t *rapid.T) { m.act(t, true) }

// takes draws which copies are to come back.
func (m *Machine) takes(t *rapid.T, o *licensing.Order) {
	o.Take = true
	o.Only.Left = rapid.IntRange(0, 3).Draw(t, "left") == 3
	o.Only.Unopened = rapid.IntRange(0, 3).Draw(t, "unopened") == 3
}

func (m *Machine) act(t *rapid.T, take bool) {
	o := m.order(t, m.manager(t))
	if take {
		m.takes(t, &o)
	}
	var applied licensing.Applied
	m.ask(t, func(n *node) (err error) {
		act := n.Licensing.Assign
		if o.Take {
			act = n.Licensing.Release
		}
		applied, err = act(context.Background(), n.manager, o)
		return err
	}, func(err error) {
		next, d := m.model.decide(o)
		m.settled(t, err, d.refusal(o, true), next, d, applied.Act, len(d.lost)+len(d.taken) > 0)
	})
}

// settled is what follows once an order or an undo is answered: it is refused with the code, or carried out. What takes back has the rules
// look again.
func (m *Machine) settled(t *rapid.T, err error, refusal string, next *model, d verdicts, act journal.ActID, settles bool) {
	t.Helper()
	expect(t, err, refusal)
	if act == "" && errors.Is(err, errVanished) && refusal == "" && d.moves() {
		act = m.latest(t) // nobody was told: it is in the history
	}
	if moves := refusal == "" && d.moves(); moves != (act != "") {
		t.Fatalf("it changes something: %v, by act %q", moves, act)
	}
	if refusal != "" {
		return
	}
	next.settle(m.model, act)
	m.model = next
	m.model.suspend(d)
	m.follow(t, m.model, settles)
}

// latest is the school's newest act in the history.
func (m *Machine) latest(t *rapid.T) journal.ActID {
	list, err := m.nodes[m.asked].Licensing.History(context.Background(), licensing.HistoryFilter{School: m.school.ID, Limit: 1})
	if err != nil || len(list) != 1 {
		t.Fatalf("history: %v, %v", list, err)
	}
	return list[0].Act
}

// Plan looks ahead.
func (m *Machine) Plan(t *rapid.T) {
	n := m.on(t)
	o := m.order(t, n.manager)
	if rapid.Bool().Draw(t, "take") {
		m.takes(t, &o)
	}
	p, err := n.Licensing.Plan(context.Background(), o)
	expect(t, err, "")
	_, d := m.model.decide(o)
	m.plans = append(m.plans, planned{o, p.Hash, d.signature()})
}

// Apply carries out an old plan: exactly, or not at all.
func (m *Machine) Apply(t *rapid.T) {
	m.possible(t, len(m.plans) > 0)
	p := m.plans[len(m.plans)-1]
	if rapid.Bool().Draw(t, "old") {
		p = m.plans[rapid.IntRange(0, len(m.plans)-1).Draw(t, "plan")]
	}
	var applied licensing.Applied
	m.ask(t, func(n *node) (err error) {
		applied, err = n.Licensing.Apply(context.Background(), n.manager, p.order, p.hash)
		return err
	}, func(err error) {
		next, d := m.model.decide(p.order)
		want := d.refusal(p.order, false)
		if d.signature() != p.signature {
			want = "licensing.plan.changed"
		}
		m.settled(t, err, want, next, d, applied.Act, len(d.lost)+len(d.taken) > 0)
	})
}

// places are the two schools.
func (m *Machine) places() []place { return []place{{m.school, m.model}, m.beside} }

// Open opens as a person, in either school.
func (m *Machine) Open(t *rapid.T) {
	p, at := m.person(t), m.places()[rapid.IntRange(0, 1).Draw(t, "at")]
	m.ask(t, func(n *node) error {
		_, err := n.Licensing.Open(context.Background(), licensing.Opening{Person: p, School: at.school.ID, Resource: m.work.ID})
		return err
	}, func(err error) { expect(t, err, at.open(p)) })
}

// Leave moves a person out of the school.
func (m *Machine) Leave(t *rapid.T) {
	m.leave(t, place{m.school, m.model}, m.one(t, func(p directory.PersonID) bool { return m.model.present[p] }))
}

// Return brings somebody back.
func (m *Machine) Return(t *rapid.T) {
	m.arrive(t, place{m.school, m.model}, m.one(t, func(p directory.PersonID) bool { return !m.model.present[p] && !m.beside.present[p] }))
}

// ChangeSchool moves a person from one school to the other.
func (m *Machine) ChangeSchool(t *rapid.T) {
	p := m.person(t)
	from, to := place{m.school, m.model}, m.beside
	if !from.present[p] {
		from, to = to, from
	}
	if from.present[p] {
		m.leave(t, from, p)
	}
	m.arrive(t, to, p)
}

func (m *Machine) leave(t *rapid.T, at place, p directory.PersonID) {
	m.w.Leave(at.school.ID, p)
	before := at.clone()
	told := at.model.leave(p)
	at.settle(before, "")
	m.follow(t, at.model, told)
}

func (m *Machine) arrive(t *rapid.T, at place, p directory.PersonID) {
	m.w.Arrive(at.school.ID, p, at.profile[p], "")
	m.follow(t, at.model, false)
	at.present[p] = true
	at.later(func() { at.moved(p) })
}

// Wait lets days pass; now and then so many that what was done can be undone no longer.
func (m *Machine) Wait(t *rapid.T) {
	n := rapid.SampledFrom([]int{1, 1, 2, 3, 4, 5, 6, 25}).Draw(t, "days")
	for _, at := range m.places() {
		at.today = at.today.AddDays(n)
	}
	m.w.SetNow(m.w.Now().AddDate(0, 0, n))
}

// expect compares an error with the code that the model foretells; codes between | are as good as one another. What a node said that
// vanished nobody heard, were it a refusal.
func expect(t *rapid.T, err error, code string) {
	t.Helper()
	if errors.Is(err, errVanished) {
		return
	}
	got := ""
	if err != nil {
		got = fault.CodeOf(err)
	}
	if !slices.Contains(strings.Split(code, "|"), got) {
		t.Fatalf("got %v, want %q", err, code)
	}
}
