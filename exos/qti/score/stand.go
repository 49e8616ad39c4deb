package score

import (
	"strings"

	"pupitre/exos/qti/program"
)

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
