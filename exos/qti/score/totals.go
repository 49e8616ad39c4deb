package score

import "pupitre/exos/qti/program"

// ItemStand is where one item of a test stands: what the operators over items look at.
type ItemStand struct {
	Ref        string   // identifier of the reference in the test
	Part       string   // identifier of its test part, "" where nobody asks for its time
	Sections   []string // identifiers of the sections around it, outermost first
	Categories []string
	Weights    []program.Weight
	Renames    []program.Rename
	Outcomes   []Binding
	Responses  []Binding
	Lowest     []Binding // declared normal minima, by outcome
	Highest    []Binding // declared normal maxima, by outcome
	Presented  bool
	Responded  bool // at least one response is given
	Correct    bool // all responses match the key
	Keyed      bool // has a key at all
}

// Stand makes an item's stand from its result; result nil is an item not yet presented.
func Stand(ref *program.ItemRef, sections []string, p *program.Program, seed uint64, result *Result) ItemStand {
	s := ItemStand{Ref: ref.Identifier, Sections: sections, Categories: ref.Categories, Weights: ref.Weights, Renames: ref.Renames}
	opening := Begin(p, seed)
	s.Outcomes = opening.Outcomes
	for i := range p.Vars {
		v := &p.Vars[i]
		if v.NormalMin != nil {
			s.Lowest = append(s.Lowest, Binding{v.Identifier, program.Real(*v.NormalMin)})
		}
		switch {
		case v.NormalMax != nil:
			s.Highest = append(s.Highest, Binding{v.Identifier, program.Real(*v.NormalMax)})
		case i == p.ScoreVar && p.Scoreable:
			s.Highest = append(s.Highest, Binding{v.Identifier, program.Real(p.Max)})
		}
	}
	if result == nil {
		return s
	}
	s.Presented, s.Outcomes, s.Responses = true, result.Outcomes, result.Responses
	s.Keyed, s.Correct = len(opening.Correct) > 0, true
	for _, r := range result.Responses {
		if r.Identifier != program.NumAttempts && r.Identifier != program.DurationVar && r.Value.Some {
			s.Responded = true
		}
	}
	for _, key := range opening.Correct {
		given := Get(result.Responses, key.Identifier)
		if given.IsNull() || !sameValue(given, key.Value, p.Tolerance) {
			s.Correct = false
		}
	}
	return s
}

// Totals runs the outcome processing of a test over its items, all that were selected.
// Shown are the Refs of test feedback whose condition holds.
func Totals(t *program.Test, items []ItemStand) (outcomes []Binding, shown []string) {
	m := testMachine(t, items)
	m.run(t.Outcome)
	for _, f := range t.Feedback {
		condition := program.Feedback{Var: f.Var, Identifier: f.Identifier}
		if m.holds(condition) != f.Hide {
			shown = append(shown, f.Ref)
		}
	}
	return m.bindings(program.Outcome), shown
}

// Met tells whether all preconditions hold, the test's outcomes being as Totals gives them.
func Met(t *program.Test, items []ItemStand, pre []program.Expr) bool {
	m := testMachine(t, items)
	m.run(t.Outcome)
	for i := range pre {
		if !m.eval(&pre[i]).Truth() {
			return false
		}
	}
	return true
}

// Branch is the target of the first branch rule whose condition holds, "" when none does.
func Branch(t *program.Test, items []ItemStand, branches []program.Branching) string {
	m := testMachine(t, items)
	m.run(t.Outcome)
	for i := range branches {
		if m.eval(&branches[i].If).Truth() {
			return branches[i].Target
		}
	}
	return ""
}

// TemplateDefaults are the values that a test gives to the template variables of an item
// (qti-template-default), for BeginWith and ScoreWith: they may hang on what came before.
func TemplateDefaults(t *program.Test, items []ItemStand, ref *program.ItemRef) []Binding {
	if len(ref.Defaults) == 0 {
		return nil
	}
	m := testMachine(t, items)
	m.run(t.Outcome)
	out := make([]Binding, 0, len(ref.Defaults))
	for i := range ref.Defaults {
		out = append(out, Binding{ref.Defaults[i].Template, m.eval(&ref.Defaults[i].Expr)})
	}
	return out
}

func testMachine(t *program.Test, items []ItemStand) *machine {
	m := newMachine(&program.Program{Vars: t.Vars})
	m.test = &totals{items: items}
	m.reset(program.Outcome)
	return m
}
