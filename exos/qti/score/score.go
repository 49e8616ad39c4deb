package score

import (
	"math"

	"pupitre/exos/qti/chance"
	"pupitre/exos/qti/program"
)

// The values of completionStatus (QTI 3.0.1 §2.8.2).
const (
	NotAttempted = "not_attempted"
	Unknown      = "unknown"
	Incomplete   = "incomplete"
	Completed    = "completed"
)

// constraintTries is how often a template is drawn again for its constraint (QTI 3.0.1
// §2.10: at least 100; a constraint that one draw in a hundred meets is not rare); then the
// defaults stand.
const constraintTries = 1000

// Begin runs template processing and gives the exercise before any answer.
func Begin(p *program.Program, seed uint64) Opening {
	return BeginWith(p, seed, nil)
}

// BeginWith is Begin with other defaults for template variables, which a test may give
// (qti-template-default).
func BeginWith(p *program.Program, seed uint64, defaults []Binding) Opening {
	m := opened(p, seed, defaults)
	m.start(State{})
	return Opening{
		Templates: m.bindings(program.Template),
		Outcomes:  m.bindings(program.Outcome),
		Correct:   m.keys(),
		Defaults:  m.bindings(program.Response),
		Shown:     m.shown(),
	}
}

// Score marks one submission. The same arguments always give the same result.
func Score(p *program.Program, seed uint64, state State, sub Submission) Result {
	return ScoreWith(p, seed, state, sub, nil)
}

// ScoreWith is Score with other defaults for template variables, as given to BeginWith.
func ScoreWith(p *program.Program, seed uint64, state State, sub Submission, defaults []Binding) Result {
	m := opened(p, seed, defaults)
	m.start(state)
	m.answer(sub.Responses)
	if !m.uncounted() {
		state.Attempts++
	}
	state.Seconds = max(state.Seconds, sub.Seconds)
	m.builtin(program.NumAttempts, program.Int(int64(state.Attempts)))
	m.builtin(program.DurationVar, program.Value{Some: true, One: program.Scalar{Type: program.Duration, Float: state.Seconds}})
	// A random draw of the rules differs from one attempt to the next, but not when replayed.
	m.draw = chance.New(seed+uint64(state.Attempts), "response")
	m.run(p.Response)
	m.exited = false
	m.run(p.Outcome)
	return m.result(state)
}

// opened is a machine whose template has been drawn.
func opened(p *program.Program, seed uint64, defaults []Binding) *machine {
	m := newMachine(p)
	if len(defaults) > 0 {
		m.override()
		for i := range p.Vars {
			v := &p.Vars[i]
			if given := Get(defaults, v.Identifier); v.Kind == program.Template && given.Some {
				m.defaults[i] = convert(given, v.Type, v.Card)
			}
		}
	}
	m.reset(program.Context)
	m.reset(program.Template)
	m.reset(program.Response)
	m.reset(program.Outcome)
	if len(p.Template) > 0 {
		m.template(seed)
	}
	return m
}

// template draws until the constraints hold. Each try goes on in the same stream.
func (m *machine) template(seed uint64) {
	defer func() { m.steps = 0 }() // what the draws cost is not taken from the marking
	m.draw = chance.New(seed, "template")
	correct, defaults := m.correct, m.defaults
	for range constraintTries {
		m.reset(program.Template)
		if m.templateHolds(m.p.Template) {
			m.exited = false
			m.reset(program.Response) // setDefaultValue may have changed them
			m.reset(program.Outcome)
			return
		}
		m.exited = false
		m.correct, m.defaults = correct, defaults
	}
	m.reset(program.Template)
}

// templateHolds runs rules, false as soon as a constraint fails.
func (m *machine) templateHolds(rules []program.Rule) bool {
	for i := range rules {
		r := &rules[i]
		if m.exited || !m.step() {
			break
		}
		switch r.Op {
		case program.Constraint:
			if !m.evalOr(r.Expr).Truth() {
				return false
			}
		case program.Condition:
			for b := range r.Branches {
				if c := r.Branches[b].If; c == nil || m.eval(c).Truth() {
					if !m.templateHolds(r.Branches[b].Rules) {
						return false
					}
					break
				}
			}
		default:
			m.rule(r)
		}
	}
	return true
}

// start puts the outcomes where the state left them: an adaptive exercise goes on, any
// other begins anew at each submission (QTI 3.0.1 §2.9.2).
func (m *machine) start(state State) {
	status := state.Status
	if status == "" {
		status = NotAttempted
	}
	if m.p.Adaptive {
		for i := range m.p.Vars {
			if m.p.Vars[i].Kind != program.Outcome {
				continue
			}
			for _, b := range state.Outcomes {
				if b.Identifier == m.p.Vars[i].Identifier {
					m.values[i] = b.Value
				}
			}
		}
	}
	if m.p.Adaptive || state.Attempts == 0 {
		m.builtin(program.CompletionStatus, program.Of(program.Scalar{Type: program.Identifier, Text: status}))
	}
}

func (m *machine) builtin(identifier string, v program.Value) {
	if i := m.p.Find(identifier); i >= 0 {
		m.set(i, v)
	}
}

// answer puts responses in place; one that is not submitted keeps its default.
func (m *machine) answer(responses []Response) {
	for i := range m.p.Vars {
		v := &m.p.Vars[i]
		if v.Kind != program.Response || v.Identifier == program.NumAttempts || v.Identifier == program.DurationVar {
			continue
		}
		for _, r := range responses {
			if r.Identifier == v.Identifier {
				m.values[i] = respond(v, r, m.p.Tolerance)
			}
		}
	}
}

// uncounted tells whether a button ended the attempt that does not count as one.
func (m *machine) uncounted() bool {
	for _, i := range m.p.Uncounted {
		if m.values[i].Truth() {
			return true
		}
	}
	return false
}

func (m *machine) result(state State) Result {
	status := m.status()
	if !m.p.Adaptive && status != Completed {
		status = Completed
		m.builtin(program.CompletionStatus, program.Of(program.Scalar{Type: program.Identifier, Text: status}))
	}
	r := Result{
		Outcomes:  m.bindings(program.Outcome),
		Responses: m.bindings(program.Response),
		Shown:     m.shown(),
		Completed: status == Completed,
	}
	if i := m.p.ScoreVar; i >= 0 {
		r.Score, r.HasScore = m.values[i].Number()
		// Three thirds written 0.333 + 0.333 + 0.334 are the whole, whatever the last bit says.
		if m.p.Max > 0 && math.Abs(r.Score-m.p.Max) < 1e-9*m.p.Max {
			r.Score = m.p.Max
		}
	}
	state.Status = status
	if m.p.Adaptive {
		state.Outcomes = r.Outcomes
	}
	r.State = state
	return r
}

func (m *machine) status() string {
	if i := m.p.Find(program.CompletionStatus); i >= 0 && m.values[i].Some {
		return m.values[i].One.Text
	}
	return Unknown
}

func (m *machine) bindings(kind program.Kind) []Binding {
	n := 0
	for i := range m.p.Vars {
		if m.p.Vars[i].Kind == kind {
			n++
		}
	}
	out := make([]Binding, 0, n)
	for i := range m.p.Vars {
		if v := &m.p.Vars[i]; v.Kind == kind {
			out = append(out, Binding{v.Identifier, m.values[i]})
		}
	}
	return out
}

func (m *machine) keys() []Binding {
	var out []Binding
	for i := range m.p.Vars {
		if v := &m.p.Vars[i]; v.Kind == program.Response && m.correctOf(i).Some {
			out = append(out, Binding{v.Identifier, m.correctOf(i)})
		}
	}
	return out
}

// shown lists the feedback whose condition holds (QTI 3.0.1 §2.12).
func (m *machine) shown() []string {
	var out []string
	for _, f := range m.p.Feedback {
		if m.holds(f) != f.Hide {
			out = append(out, f.Ref)
		}
	}
	return out
}

func (m *machine) holds(f program.Feedback) bool {
	if f.Var < 0 {
		return false
	}
	for _, s := range m.values[f.Var].Scalars() {
		if s.Lexical() == f.Identifier {
			return true
		}
	}
	return false
}
