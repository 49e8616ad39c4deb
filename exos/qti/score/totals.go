package score

import (
	"strings"

	"pupitre/exos/qti/program"
)

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

// totals is what the operators over the items of a test look at.
type totals struct{ items []ItemStand }

// in lists the items that a subset selects.
func (t *totals) in(set *program.Subset) []*ItemStand {
	var out []*ItemStand
	for i := range t.items {
		s := &t.items[i]
		if set == nil || (set.Section == "" || has(s.Sections, set.Section)) &&
			(len(set.Include) == 0 || shares(s.Categories, set.Include)) && !shares(s.Categories, set.Exclude) {
			out = append(out, s)
		}
	}
	return out
}

func has(list []string, word string) bool {
	for _, x := range list {
		if x == word {
			return true
		}
	}
	return false
}

func shares(a, b []string) bool {
	for _, x := range a {
		if has(b, x) {
			return true
		}
	}
	return false
}

// variable is "ITEM.VARIABLE", weighted where the reference says so.
func (t *totals) variable(set *program.Subset) program.Value {
	ref, name, ok := strings.Cut(set.Outcome, ".")
	if set.Outcome == program.DurationVar {
		return t.duration(func(*ItemStand) bool { return true })
	}
	if !ok {
		return program.Null()
	}
	for i := range t.items {
		if t.items[i].Ref == ref {
			return t.items[i].value(name, set.Weight)
		}
	}
	if name == program.DurationVar {
		return t.duration(func(s *ItemStand) bool { return s.Part == ref || has(s.Sections, ref) })
	}
	return program.Null()
}

// duration is the time spent on the items of a part or section, which has a variable of that
// name (QTI 3.0.1, built-in test session variables): "SECTION.duration".
func (t *totals) duration(of func(*ItemStand) bool) program.Value {
	sum, found := 0.0, false
	for i := range t.items {
		if s := &t.items[i]; of(s) {
			found = true
			if f, ok := Get(s.Responses, program.DurationVar).Number(); ok {
				sum += f
			}
		}
	}
	if !found {
		return program.Null()
	}
	return program.Value{Some: true, One: program.Scalar{Type: program.Duration, Float: sum}}
}

// value is a variable of the item under the name that it has in the test.
func (s *ItemStand) value(name, weight string) program.Value {
	for _, r := range s.Renames {
		if r.Target == name {
			name = r.Source
		}
	}
	v := Get(s.Outcomes, name)
	if v.IsNull() {
		v = Get(s.Responses, name)
	}
	return s.weighted(v, weight)
}

// weighted multiplies a number by the item's weight of that name, 1 where it has none.
func (s *ItemStand) weighted(v program.Value, weight string) program.Value {
	f, ok := v.Number()
	if !ok || weight == "" {
		return v
	}
	for _, w := range s.Weights {
		if w.Identifier == weight {
			return program.Real(float64(f * w.Value))
		}
	}
	return program.Real(f)
}

// evalTest is the operators over items; NULL inside an item.
func (m *machine) evalTest(e *program.Expr) program.Value {
	if m.test == nil || e.Set == nil {
		return program.Null()
	}
	items := m.test.in(e.Set)
	switch e.Op {
	case program.OpTestVariables:
		return gathered(items, e.Set)
	case program.OpOutcomeMinimum:
		return bounds(items, e.Set, func(s *ItemStand) []Binding { return s.Lowest })
	case program.OpOutcomeMaximum:
		return bounds(items, e.Set, func(s *ItemStand) []Binding { return s.Highest })
	}
	n := int64(0)
	for _, s := range items {
		switch {
		case e.Op == program.OpNumberSelected,
			e.Op == program.OpNumberPresented && s.Presented,
			e.Op == program.OpNumberResponded && s.Responded,
			e.Op == program.OpNumberCorrect && s.Presented && s.Keyed && s.Correct,
			e.Op == program.OpNumberIncorrect && s.Presented && s.Keyed && !s.Correct:
			n++
		}
	}
	return program.Int(n)
}

// gathered is qti-test-variables: the variable of every item that has it, in a container.
func gathered(items []*ItemStand, set *program.Subset) program.Value {
	var out []program.Scalar
	for _, s := range items {
		v := s.value(set.Outcome, set.Weight)
		if v.Some && v.Card == program.Single && (set.Type == program.None || set.Weight != "" || v.One.Type == set.Type) {
			out = append(out, v.One)
		}
	}
	if !unify(out) {
		return program.Value{Card: program.Multiple}
	}
	return program.Container(program.Multiple, out)
}

// bounds is qti-outcome-minimum and -maximum: NULL where one item declares none.
func bounds(items []*ItemStand, set *program.Subset, of func(*ItemStand) []Binding) program.Value {
	var out []program.Scalar
	for _, s := range items {
		v := s.weighted(Get(of(s), set.Outcome), set.Weight)
		if v.IsNull() {
			if Get(s.Outcomes, set.Outcome).IsNull() {
				continue // has no such outcome at all
			}
			return program.Value{Card: program.Multiple}
		}
		out = append(out, v.One)
	}
	return program.Container(program.Multiple, out)
}
