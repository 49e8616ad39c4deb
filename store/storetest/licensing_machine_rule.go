package storetest

import (
	"context"
	"errors"
	"slices"

	"pgregory.net/rapid"

	"pupitre/directory"
	"pupitre/journal"
	"pupitre/licensing"
)

// classes of the machine's school.
var machineClasses = []string{"", "4e A", "4e B"}

// Move puts a pupil into another class.
func (m *Machine) Move(t *rapid.T) {
	p := m.one(t, func(p directory.PersonID) bool { return m.model.present[p] && m.model.profile[p] == directory.Pupil })
	class := rapid.SampledFrom(machineClasses).Draw(t, "class")
	m.w.Move(m.school.ID, p, directory.CohortID(class)) // its label is no id of another school's
	m.model.class[p] = class
	m.follow(t, m.model, false)
	m.model.later(func() { m.model.moved(p) })
}

// AddRule makes a standing assignment, or what is one already.
func (m *Machine) AddRule(t *rapid.T) {
	standing := slices.DeleteFunc(slices.Clone(m.model.rules), func(x *standing) bool { return x.state == licensing.RuleDropped })
	m.possible(t, len(m.model.subs) > 0 && len(standing) < 4)
	r := licensing.Rule{School: m.school.ID, Resource: m.work.ID, Targets: []licensing.Target{licensing.ToSchool()}, Reserve: int64(rapid.IntRange(0, 3).Draw(t, "reserve"))}
	if class := rapid.SampledFrom(machineClasses).Draw(t, "target"); class != "" {
		r.Targets = []licensing.Target{licensing.ToCohort(directory.CohortID(class))}
	}
	if rapid.Bool().Draw(t, "back") {
		r.Keep = licensing.GiveBack
	}
	var ruled licensing.Ruled
	m.ask(t, func(n *node) (err error) {
		ruled, err = n.Licensing.AddRule(context.Background(), n.manager, r, "")
		return err
	}, func(err error) { m.added(t, r, ruled, err) })
}

func (m *Machine) added(t *rapid.T, r licensing.Rule, ruled licensing.Ruled, err error) {
	for _, x := range m.model.rules {
		if x.target.String() == r.Targets[0].String() && x.state != licensing.RuleDropped {
			expect(t, err, "licensing.rule.exists")
			return
		}
	}
	expect(t, err, "")
	if errors.Is(err, errVanished) { // nobody was told: it is in the list
		ruled.Act = m.latest(t)
		all, err := m.nodes[m.asked].Licensing.ListRules(context.Background(), m.school.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range all {
			if x.Rule.Act == ruled.Act {
				ruled.Rule = x.Rule
			}
		}
	}
	x := &standing{id: ruled.Rule.ID, number: len(m.model.rules), target: r.Targets[0], reserve: int(r.Reserve), back: r.Keep == licensing.GiveBack, state: licensing.RuleInForce}
	m.model.rules = append(m.model.rules, x)
	m.serve(t, x, ruled.Act)
}

func (m *Machine) rule(t *rapid.T) *standing {
	m.possible(t, len(m.model.rules) > 0)
	return m.model.rules[rapid.IntRange(0, len(m.model.rules)-1).Draw(t, "rule")]
}

// SuspendRule and DropRule take a rule out of force.
func (m *Machine) SuspendRule(t *rapid.T) { m.lower(t, licensing.RuleSuspended) }

// DropRule ends one for good.
func (m *Machine) DropRule(t *rapid.T) { m.lower(t, licensing.RuleDropped) }

func (m *Machine) lower(t *rapid.T, to licensing.RuleState) {
	id := m.rule(t).id
	m.ask(t, func(n *node) error {
		act := n.Licensing.SuspendRule
		if to == licensing.RuleDropped {
			act = n.Licensing.DropRule
		}
		_, err := act(context.Background(), n.manager, m.school.ID, id)
		return err
	}, func(err error) {
		r := m.ruled(t, id, err)
		if r != nil && r.state != to {
			m.model.lay(r, to)
			m.follow(t, m.model, true)
		}
	})
}

// ResumeRule puts a rule in force again.
func (m *Machine) ResumeRule(t *rapid.T) {
	id := m.rule(t).id
	var ruled licensing.Ruled
	m.ask(t, func(n *node) (err error) {
		ruled, err = n.Licensing.ResumeRule(context.Background(), n.manager, m.school.ID, id, "")
		return err
	}, func(err error) {
		r := m.ruled(t, id, err)
		if r == nil || r.state != licensing.RuleSuspended {
			return
		}
		if errors.Is(err, errVanished) {
			ruled.Act = m.latest(t)
		}
		r.state = licensing.RuleInForce
		m.serve(t, r, ruled.Act)
	})
}

// ruled finds the rule that something was done to, nil where it is dropped; the answer must say so.
func (m *Machine) ruled(t *rapid.T, id licensing.RuleID, err error) *standing {
	i := slices.IndexFunc(m.model.rules, func(x *standing) bool { return x.id == id })
	if r := m.model.rules[i]; r.state != licensing.RuleDropped {
		expect(t, err, "")
		return r
	}
	expect(t, err, "licensing.rule.unknown")
	return nil
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
	m.ask(t, func(n *node) error {
		_, err := n.Licensing.RollOver(context.Background())
		return err
	}, func(err error) {
		expect(t, err, "")
		m.follow(t, m.model, false)
		for _, at := range m.places() {
			if at.turn() {
				at.later(at.renew)
			}
		}
	})
}
