package storetest

import (
	"context"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/licensing"
)

// Machine is a state machine over one resource in one school: it does at random what distributors, managers, pupils and the
// calendar do, beside a model that says in a few lines what should come of it. After each step the counters, each person's
// door and the audit must agree with the model.
type Machine struct {
	w      *World
	school directory.School
	work   licensing.Work
	model  *model
	plans  []planned
	undos  []plannedUndo
}

type planned struct {
	order     licensing.Order
	hash      string
	signature string // what the model expected when the plan was made
}

// NewMachine begins a run in a school of its own, on the world's first day.
func NewMachine(w *World) *Machine {
	w.SetNow(Monday)
	m := &Machine{w: w, school: w.School("099", "340"), work: w.Resource(false)}
	m.model = &model{today: clock.On(Monday, m.school.Zone()), present: map[directory.PersonID]bool{}, class: map[directory.PersonID]string{}}
	for _, class := range machineClasses[1:] {
		w.Class(m.school.ID, class)
	}
	for _, p := range w.Persons(m.school.ID, directory.Pupil, 4, "") {
		m.model.persons = append(m.model.persons, p)
		m.model.present[p] = true
	}
	return m
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
	_, err := m.w.Licensing.Subscribe(context.Background(), Seller, sub)
	expect(t, err, "")
	m.model.subs = append(m.model.subs, &sold{Subscription: sub, held: map[directory.PersonID]bool{}, through: map[directory.PersonID]string{},
		given: map[string]bool{}, last: map[string]int{}, kept: map[int]int{}})
	m.follow(true)
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
	_, err := m.w.Licensing.Amend(context.Background(), Seller, next)
	before := m.model.clone()
	want := m.model.amend(s, next)
	expect(t, err, want)
	m.model.settle(before, "")
	m.follow(want == "")
}

// End deletes; Reopen sells the same again.
func (m *Machine) End(t *rapid.T) {
	s := m.sold(t)
	if rapid.IntRange(0, 2).Draw(t, "really") > 0 {
		t.Skip("distributors seldom do")
	}
	err := m.w.Licensing.End(context.Background(), Seller, Distributor, s.ID)
	told := !s.deleted && !s.ended
	before := m.model.clone()
	expect(t, err, m.model.end(s))
	m.model.settle(before, "")
	m.follow(told)
}

// Reopen sells again under an identifier that was deleted, or was not.
func (m *Machine) Reopen(t *rapid.T) {
	s := m.sold(t)
	next := s.Subscription
	m.terms(t, &next)
	_, err := m.w.Licensing.Subscribe(context.Background(), Seller, next)
	want := m.model.reopen(s, next)
	expect(t, err, want)
	m.follow(want == "")
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
	act := m.w.Licensing.Assign
	if o.Take {
		act = m.w.Licensing.Release
	}
	done, err := act(context.Background(), Manager, o)
	next, d := m.model.decide(o)
	want := d.refusal(o, true)
	expect(t, err, want)
	if want == "" {
		m.done(next, d, done.Act)
	}
}

// done is what follows once an order is carried out.
func (m *Machine) done(next *model, d verdicts, act journal.ActID) {
	next.settle(m.model, act)
	m.model = next
	m.model.suspend(d)
	m.follow(len(d.lost)+len(d.taken) > 0)
}

// Plan looks ahead.
func (m *Machine) Plan(t *rapid.T) {
	o := m.order(t)
	if rapid.Bool().Draw(t, "take") {
		m.takes(t, &o)
	}
	p, err := m.w.Licensing.Plan(context.Background(), o)
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
	done, err := m.w.Licensing.Apply(context.Background(), Manager, p.order, p.hash)
	next, d := m.model.decide(p.order)
	want := d.refusal(p.order, false)
	if d.signature() != p.signature {
		want = "licensing.plan.changed"
	}
	expect(t, err, want)
	if want == "" {
		m.done(next, d, done.Act)
	} else if done.Act != "" {
		t.Fatalf("refused, yet act %s", done.Act)
	}
}

// Open opens as a person.
func (m *Machine) Open(t *rapid.T) {
	p := m.person(t)
	_, err := m.w.Open(m.school, m.work, p)
	expect(t, err, m.model.open(p))
}

// Leave and Return move a person out of the school and in again.
func (m *Machine) Leave(t *rapid.T) {
	p := m.person(t)
	if !m.model.present[p] {
		t.Skip("gone already")
	}
	m.w.Leave(m.school.ID, p)
	before := m.model.clone()
	told := m.model.leave(p)
	m.model.settle(before, "")
	m.follow(told)
}

// Return brings somebody back.
func (m *Machine) Return(t *rapid.T) {
	p := m.person(t)
	if m.model.present[p] {
		t.Skip("there already")
	}
	m.w.Arrive(m.school.ID, p, directory.Pupil, "")
	m.follow(false)
	m.model.present[p] = true
	m.model.later(func() { m.model.moved(p) })
}

// Wait lets days pass.
func (m *Machine) Wait(t *rapid.T) {
	n := rapid.IntRange(1, 6).Draw(t, "days")
	m.model.today = m.model.today.AddDays(n)
	m.w.SetNow(m.w.Now().AddDate(0, 0, n))
}

// Check compares the world with the model.
func (m *Machine) Check(t *rapid.T) {
	stock, err := m.w.Licensing.FindStock(context.Background(), m.school.ID, m.work.ID)
	if err != nil {
		t.Fatal(err)
	}
	if want := m.model.counters(); stock.Counters != want || !stock.Counters.Balanced() {
		t.Fatalf("counters: got %+v, want %+v", stock.Counters, want)
	}
	for _, p := range m.model.persons {
		_, err := m.w.Licensing.May(context.Background(), licensing.Opening{Person: p, School: m.school.ID, Resource: m.work.ID})
		if fault.Is(err, fault.Denied) == m.model.lets(p) {
			t.Fatalf("%s: got %v, want open %v", p, err, m.model.lets(p))
		}
	}
	err = m.w.Store.Licensing().Read(context.Background(), func(ctx context.Context, r licensing.Reader) error {
		pools, err := r.Audit(ctx, licensing.AuditKey{School: m.school.ID}, 10)
		for _, a := range pools {
			if broken := a.Findings(); a.School == m.school.ID && len(broken) > 0 {
				t.Fatalf("broken: %v", broken)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// expect compares an error with the code that the model foretells; codes between | are as good as one another.
func expect(t *rapid.T, err error, code string) {
	t.Helper()
	got := ""
	if err != nil {
		got = fault.CodeOf(err)
	}
	if !slices.Contains(strings.Split(code, "|"), got) {
		t.Fatalf("got %v, want %q", err, code)
	}
}
