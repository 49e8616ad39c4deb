package score

import (
	"pupitre/exos/qti/chance"
	"pupitre/exos/qti/program"
)

// machine runs the rules of one exercise over its variables.
type machine struct {
	p        *program.Program
	values   []program.Value // by variable
	correct  []program.Value // nil: as declared
	defaults []program.Value // nil: as declared
	draw     *chance.Source
	exited   bool
	steps    int // rules and expressions run; a program cannot loop, but repeat can nest
	test     *totals
}

// maxSteps bounds the work of one processing: no exercise comes near. A pattern costs more
// than a sum.
const (
	maxSteps     = 200_000
	patternSteps = 200
)

func newMachine(p *program.Program) *machine {
	return &machine{p: p, values: make([]program.Value, len(p.Vars))}
}

func (m *machine) correctOf(i int) program.Value {
	if m.correct != nil {
		return m.correct[i]
	}
	return m.p.Vars[i].Correct
}

func (m *machine) defaultOf(i int) program.Value {
	if m.defaults != nil {
		return m.defaults[i]
	}
	return m.p.Vars[i].Default
}

// override makes own copies of keys and defaults before a template changes one.
func (m *machine) override() {
	if m.correct != nil {
		return
	}
	m.correct = make([]program.Value, len(m.p.Vars))
	m.defaults = make([]program.Value, len(m.p.Vars))
	for i := range m.p.Vars {
		m.correct[i], m.defaults[i] = m.p.Vars[i].Correct, m.p.Vars[i].Default
	}
}

// reset gives all variables of a kind their initial value: the default, else 0 for a single
// number among the outcomes (QTI 3.0.1 §2.9.1), else NULL.
func (m *machine) reset(kind program.Kind) {
	for i := range m.p.Vars {
		if m.p.Vars[i].Kind == kind {
			m.values[i] = m.initial(i)
		}
	}
}

func (m *machine) initial(i int) program.Value {
	v := &m.p.Vars[i]
	d := m.defaultOf(i)
	if d.Some || v.Kind != program.Outcome || v.Card != program.Single {
		return d
	}
	switch v.Type {
	case program.Integer:
		return program.Int(0)
	case program.Float:
		return program.Real(0)
	}
	return d
}

func (m *machine) set(i int, v program.Value) {
	d := &m.p.Vars[i]
	m.values[i] = convert(v, d.Type, d.Card)
}

func (m *machine) run(rules []program.Rule) {
	for i := range rules {
		if m.exited || !m.step() {
			return
		}
		m.rule(&rules[i])
	}
}

func (m *machine) step() bool {
	m.steps++
	return m.steps < maxSteps
}

func (m *machine) rule(r *program.Rule) {
	switch r.Op {
	case program.SetValue:
		m.set(r.Var, m.evalOr(r.Expr))
	case program.Condition:
		for i := range r.Branches {
			b := &r.Branches[i]
			if b.If == nil || m.eval(b.If).Truth() {
				m.run(b.Rules)
				return
			}
		}
	case program.LookupOutcome:
		m.set(r.Var, lookup(m.p.Vars[r.Var].Lookup, m.evalOr(r.Expr)))
	case program.Exit:
		m.exited = true
	case program.SetCorrect:
		m.override()
		d := &m.p.Vars[r.Var]
		m.correct[r.Var] = convert(m.evalOr(r.Expr), d.Type, d.Card)
	case program.SetDefault:
		m.setDefault(r)
	}
}

func (m *machine) setDefault(r *program.Rule) {
	if r.Expr == nil { // not in the standard: back to the default
		m.values[r.Var] = m.initial(r.Var)
		return
	}
	m.override()
	d := &m.p.Vars[r.Var]
	m.defaults[r.Var] = convert(m.eval(r.Expr), d.Type, d.Card)
	m.values[r.Var] = m.defaults[r.Var]
}

func (m *machine) evalOr(e *program.Expr) program.Value {
	if e == nil {
		return program.Null()
	}
	return m.eval(e)
}

// lookup is qti-match-table and qti-interpolation-table (QTI 3.0.1 §2.9.3).
func lookup(t *program.LookupTable, v program.Value) program.Value {
	if t == nil {
		return program.Null()
	}
	x, ok := v.Number()
	if !ok {
		return t.Default
	}
	for _, line := range t.Lines {
		switch {
		case x == line.Source && (!t.Interpolated || line.Include),
			t.Interpolated && x > line.Source:
			return line.Target
		}
	}
	return t.Default
}
