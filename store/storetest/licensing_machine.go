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

// Machine is a state machine over one resource in one school, and in a second one where pupils come and go: it does at random what
// distributors, two managers, pupils and the calendar do, on two nodes that may die in any transaction, beside a model that says in a few
// lines what should come of it. After each step the counters, each person's door and the audit must agree with the model.
type Machine struct {
	w      *World
	nodes  []*node
	asked  int // which node was asked last
	school directory.School
	work   licensing.Work
	model  *model
	beside place // the second school
	plans  []planned
	undos  []plannedUndo
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
	m := &Machine{w: w, nodes: []*node{newNode(w, "manager"), newNode(w, "second")}, school: w.School("099", "340"), work: w.Resource(false)}
	m.model = newModel(m.school)
	for _, class := range machineClasses[1:] {
		w.Class(m.school.ID, class)
	}
	for _, p := range w.Persons(m.school.ID, directory.Pupil, 4, "") {
		m.model.persons = append(m.model.persons, p)
		m.model.present[p] = true
	}
	m.beside = m.second()
	return m
}

// second is the school beside: two copies, which a standing assignment gives to whoever comes and takes back from whoever goes.
func (m *Machine) second() place {
	b := place{m.w.School("099", "340"), nil}
	b.model = newModel(b.school)
	b.persons = m.model.persons
	n := licensing.Count(2)
	sub := m.w.Offer(b.school, m.work, n)
	sub.SchoolYear, sub.Ends = "", b.today.AddDays(120)
	m.w.Sell(m.w.TB, sub)
	b.subs = append(b.subs, newSold(sub))
	r := licensing.Rule{School: b.school.ID, Resource: m.work.ID, Targets: []licensing.Target{licensing.ToSchool()}, Keep: licensing.GiveBack}
	if _, err := m.w.Licensing.AddRule(context.Background(), Manager, r, ""); err != nil {
		m.w.TB.Fatal(err)
	}
	m.w.Follow()
	b.rules = append(b.rules, &standing{target: "school", back: true, state: licensing.RuleInForce})
	return b
}

func (m *Machine) person(t *rapid.T) directory.PersonID {
	return rapid.SampledFrom(m.model.persons).Draw(t, "person")
}

// terms draws a number and a last day; a school-wide subscription keeps its number, which is unlimited.
func (m *Machine) terms(t *rapid.T, sub *licensing.Subscription) {
	n := licensing.Count(rapid.IntRange(0, 5).Draw(t, "copies"))
	if sub.Kind == licensing.Establishment || rapid.IntRange(0, 5).Draw(t, "unlimited") == 5 {
		n = licensing.Unlimited
	}
	sub.Global = &n
	sub.SchoolYear, sub.Ends = "", m.model.today.AddDays(rapid.IntRange(-3, 60).Draw(t, "days"))
}

// Subscribe sells something new.
func (m *Machine) Subscribe(t *rapid.T) {
	if len(m.model.subs) >= 4 {
		t.Skip("enough subscriptions")
	}
	sub := m.w.Offer(m.school, m.work, 0)
	sub.Transferable = rapid.Bool().Draw(t, "transferable")
	if rapid.IntRange(0, 3).Draw(t, "wide") == 3 {
		sub.Kind = licensing.Establishment
	}
	m.terms(t, &sub)
	_, err := m.on(t, dies, vanishes).Licensing.Subscribe(context.Background(), Seller, sub)
	err, done := m.answered(err)
	if !done {
		return
	}
	expect(t, err, "")
	m.model.subs = append(m.model.subs, newSold(sub))
	m.follow(t, m.model, true)
}

func (m *Machine) sold(t *rapid.T) *sold {
	if len(m.model.subs) == 0 {
		t.Skip("nothing sold")
	}
	return rapid.SampledFrom(m.model.subs).Draw(t, "subscription")
}

// Amend grows, shrinks, extends or shortens.
func (m *Machine) Amend(t *rapid.T) {
	s := m.sold(t)
	next := s.Subscription
	m.terms(t, &next)
	_, err := m.on(t, dies, vanishes).Licensing.Amend(context.Background(), Seller, next)
	err, done := m.answered(err)
	if !done {
		return
	}
	before := m.model.clone()
	want := m.model.amend(s, next)
	expect(t, err, want)
	m.model.settle(before, "")
	m.follow(t, m.model, want == "")
}

// End deletes; Reopen sells the same again.
func (m *Machine) End(t *rapid.T) {
	s := m.sold(t)
	if rapid.IntRange(0, 2).Draw(t, "really") > 0 {
		t.Skip("distributors seldom do")
	}
	err, done := m.answered(m.on(t, dies, vanishes).Licensing.End(context.Background(), Seller, Distributor, s.ID))
	if !done {
		return
	}
	told := !s.deleted && !s.ended
	before := m.model.clone()
	expect(t, err, m.model.end(s))
	m.model.settle(before, "")
	m.follow(t, m.model, told)
}

// Reopen sells again under an identifier that was deleted, or was not.
func (m *Machine) Reopen(t *rapid.T) {
	s := m.sold(t)
	next := s.Subscription
	m.terms(t, &next)
	_, err := m.on(t, dies, vanishes).Licensing.Subscribe(context.Background(), Seller, next)
	err, done := m.answered(err)
	if !done {
		return
	}
	want := m.model.reopen(s, next)
	expect(t, err, want)
	m.follow(t, m.model, want == "")
}

func (m *Machine) order(t *rapid.T) licensing.Order {
	target := licensing.ToSchool()
	if rapid.Bool().Draw(t, "one") {
		target = licensing.ToPerson(m.person(t))
	}
	o := To(m.school, m.work, target)
	if rapid.Bool().Draw(t, "serve") {
		o.Short = licensing.ShortServe
	}
	return o
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
	o := m.order(t)
	if take {
		m.takes(t, &o)
	}
	n := m.on(t, dies, vanishes)
	act := n.Licensing.Assign
	if o.Take {
		act = n.Licensing.Release
	}
	applied, err := act(context.Background(), n.manager, o)
	err, done := m.answered(err)
	if !done {
		return
	}
	next, d := m.model.decide(o)
	want := d.refusal(o, true)
	expect(t, err, want)
	if want == "" {
		m.done(t, next, d, applied.Act)
	}
}

// done is what follows once an order is carried out.
func (m *Machine) done(t *rapid.T, next *model, d verdicts, act journal.ActID) {
	next.settle(m.model, act)
	m.model = next
	m.model.suspend(d)
	m.follow(t, m.model, len(d.lost)+len(d.taken) > 0)
}

// Plan looks ahead.
func (m *Machine) Plan(t *rapid.T) {
	o := m.order(t)
	if rapid.Bool().Draw(t, "take") {
		m.takes(t, &o)
	}
	p, err := m.on(t).Licensing.Plan(context.Background(), o)
	expect(t, err, "")
	_, d := m.model.decide(o)
	m.plans = append(m.plans, planned{o, p.Hash, d.signature()})
}

// Apply carries out an old plan: exactly, or not at all.
func (m *Machine) Apply(t *rapid.T) {
	if len(m.plans) == 0 {
		t.Skip("nothing planned")
	}
	p := rapid.SampledFrom(m.plans).Draw(t, "plan")
	n := m.on(t, dies, vanishes)
	applied, err := n.Licensing.Apply(context.Background(), n.manager, p.order, p.hash)
	err, done := m.answered(err)
	if !done {
		return
	}
	next, d := m.model.decide(p.order)
	want := d.refusal(p.order, false)
	if d.signature() != p.signature {
		want = "licensing.plan.changed"
	}
	expect(t, err, want)
	if want == "" {
		m.done(t, next, d, applied.Act)
	} else if applied.Act != "" {
		t.Fatalf("refused, yet act %s", applied.Act)
	}
}

// places are the two schools.
func (m *Machine) places() []place { return []place{{m.school, m.model}, m.beside} }

// Open opens as a person, in either school.
func (m *Machine) Open(t *rapid.T) {
	p, at := m.person(t), rapid.SampledFrom(m.places()).Draw(t, "at")
	_, err := m.on(t, dies, vanishes).Licensing.Open(context.Background(), licensing.Opening{Person: p, School: at.school.ID, Resource: m.work.ID})
	if err, done := m.answered(err); done {
		expect(t, err, at.open(p))
	}
}

// Leave and Return move a person out of the school and in again.
func (m *Machine) Leave(t *rapid.T) {
	p := m.person(t)
	if !m.model.present[p] {
		t.Skip("gone already")
	}
	m.leave(t, place{m.school, m.model}, p)
}

// Return brings somebody back.
func (m *Machine) Return(t *rapid.T) {
	p := m.person(t)
	if m.model.present[p] || m.beside.present[p] {
		t.Skip("in a school already")
	}
	m.arrive(t, place{m.school, m.model}, p)
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
	m.w.Arrive(at.school.ID, p, directory.Pupil, "")
	m.follow(t, at.model, false)
	at.present[p] = true
	at.later(func() { at.moved(p) })
}

// Wait lets days pass.
func (m *Machine) Wait(t *rapid.T) {
	n := rapid.IntRange(1, 6).Draw(t, "days")
	for _, at := range m.places() {
		at.today = at.today.AddDays(n)
	}
	m.w.SetNow(m.w.Now().AddDate(0, 0, n))
}

// Check compares the world with the model, by the node that was not asked last.
func (m *Machine) Check(t *rapid.T) {
	for _, at := range m.places() {
		m.compare(t, m.nodes[1-m.asked], at)
	}
}

func (m *Machine) compare(t *rapid.T, n *node, at place) {
	stock, err := n.Licensing.FindStock(context.Background(), at.school.ID, m.work.ID, nil)
	if err != nil {
		t.Fatal(err)
	}
	if want := at.counters(); stock.Counters != want || !stock.Counters.Balanced() {
		t.Fatalf("counters in %s: got %+v, want %+v", at.school.ID, stock.Counters, want)
	}
	for _, p := range at.persons {
		_, err := n.Licensing.May(context.Background(), licensing.Opening{Person: p, School: at.school.ID, Resource: m.work.ID})
		if fault.Is(err, fault.Denied) == at.lets(p) {
			t.Fatalf("%s in %s: got %v, want open %v\n%s", p, at.school.ID, err, at.lets(p), at.model)
		}
	}
	err = n.Read(context.Background(), func(ctx context.Context, r licensing.Reader) error {
		pools, err := r.Audit(ctx, licensing.AuditKey{School: at.school.ID}, 10)
		for _, a := range pools {
			if broken := a.Findings(); a.School == at.school.ID && len(broken) > 0 {
				t.Fatalf("broken: %v", broken)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
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
