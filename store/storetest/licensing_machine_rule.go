package storetest

import (
	"context"

	"pgregory.net/rapid"

	"pupitre/directory"
	"pupitre/journal"
	"pupitre/licensing"
)

// classes of the machine's school.
var machineClasses = []string{"", "4e A", "4e B"}

// Move puts a person into another class.
func (m *Machine) Move(t *rapid.T) {
	p := m.person(t)
	if !m.model.present[p] {
		t.Skip("gone")
	}
	class := rapid.SampledFrom(machineClasses).Draw(t, "class")
	m.w.Move(m.school.ID, p, m.cohort(class))
	m.model.class[p] = class
	m.follow(t, m.model, false)
	m.model.later(func() { m.model.moved(p) })
}

// cohort is the id of a class: its label is no id of another school's.
func (m *Machine) cohort(class string) directory.CohortID {
	if class == "" {
		return ""
	}
	return directory.CohortID(class)
}

// AddRule makes a standing assignment, or what is one already.
func (m *Machine) AddRule(t *rapid.T) {
	if len(m.model.subs) == 0 || len(m.model.rules) >= 6 {
		t.Skip("nothing sold, or rules enough")
	}
	target := rapid.SampledFrom([]string{"school", "4e A", "4e B"}).Draw(t, "target")
	r := licensing.Rule{School: m.school.ID, Resource: m.work.ID, Targets: []licensing.Target{licensing.ToSchool()}, Reserve: int64(rapid.IntRange(0, 3).Draw(t, "reserve"))}
	if target != "school" {
		r.Targets = []licensing.Target{licensing.ToCohort(m.cohort(target))}
	}
	back := rapid.Bool().Draw(t, "back")
	if back {
		r.Keep = licensing.GiveBack
	}
	n := m.on(t, dies)
	ruled, err := n.Licensing.AddRule(context.Background(), n.manager, r, "")
	err, done := m.answered(err)
	if !done {
		return
	}
	for _, x := range m.model.rules {
		if x.target == target && x.state != licensing.RuleDropped {
			expect(t, err, "licensing.rule.exists")
			return
		}
	}
	expect(t, err, "")
	x := &standing{id: ruled.Rule.ID, number: len(m.model.rules), target: target, reserve: int(r.Reserve), back: back, state: licensing.RuleInForce}
	m.model.rules = append(m.model.rules, x)
	m.serve(t, x, ruled.Act)
}

func (m *Machine) rule(t *rapid.T) *standing {
	if len(m.model.rules) == 0 {
		t.Skip("no rules")
	}
	return rapid.SampledFrom(m.model.rules).Draw(t, "rule")
}

// SuspendRule and DropRule take a rule out of force.
func (m *Machine) SuspendRule(t *rapid.T) { m.lower(t, licensing.RuleSuspended) }

// DropRule ends one for good.
func (m *Machine) DropRule(t *rapid.T) { m.lower(t, licensing.RuleDropped) }

func (m *Machine) lower(t *rapid.T, to licensing.RuleState) {
	r := m.rule(t)
	n := m.on(t, dies, vanishes)
	act := n.Licensing.SuspendRule
	if to == licensing.RuleDropped {
		act = n.Licensing.DropRule
	}
	_, err := act(context.Background(), n.manager, m.school.ID, r.id)
	err, done := m.answered(err)
	if !done {
		return
	}
	if r.state == licensing.RuleDropped {
		expect(t, err, "licensing.rule.unknown")
		return
	}
	expect(t, err, "")
	if r.state != to {
		m.model.lay(r, to)
		m.follow(t, m.model, true)
	}
}

// ResumeRule puts a rule in force again.
func (m *Machine) ResumeRule(t *rapid.T) {
	r := m.rule(t)
	n := m.on(t, dies, vanishes)
	ruled, err := n.Licensing.ResumeRule(context.Background(), n.manager, m.school.ID, r.id, "")
	err, done := m.answered(err)
	if !done {
		return
	}
	if r.state == licensing.RuleDropped {
		expect(t, err, "licensing.rule.unknown")
		return
	}
	expect(t, err, "")
	if r.state == licensing.RuleSuspended {
		r.state = licensing.RuleInForce
		m.serve(t, r, ruled.Act)
	}
}

// serve is what a rule that is put in force does at once: a manager's act, which can be undone where it gave anything.
func (m *Machine) serve(t *rapid.T, r *standing, act journal.ActID) {
	before := m.model.clone()
	m.model.serve(r, m.model.persons)
	m.model.settle(before, act)
	if last := len(m.model.acts) - 1; act != "" && len(m.model.acts[last].given) == 0 {
		m.model.acts = m.model.acts[:last]
	}
	m.follow(t, m.model, false)
}

// RollOver is the turn of the day.
func (m *Machine) RollOver(t *rapid.T) {
	_, err := m.on(t, dies).Licensing.RollOver(context.Background())
	err, done := m.answered(err)
	if !done {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	m.follow(t, m.model, false)
	for _, at := range m.places() {
		if at.turn() {
			at.later(at.renew)
		}
	}
}
