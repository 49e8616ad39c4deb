package score

import (
	"math"

	"pupitre/exos/qti/program"
)

// eval computes an expression; what makes no sense is NULL.
func (m *machine) eval(e *program.Expr) program.Value {
	if !m.step() {
		return program.Null()
	}
	switch {
	case e.Op <= program.OpMathConstant:
		return m.evalLeaf(e)
	case e.Op <= program.OpContains:
		return m.evalContainer(e)
	case e.Op <= program.OpDurationGTE:
		return m.evalLogic(e)
	case e.Op <= program.OpRepeat:
		return m.evalNumber(e)
	}
	return m.evalTest(e)
}

func (m *machine) evalLeaf(e *program.Expr) program.Value {
	switch e.Op {
	case program.OpBaseValue:
		return e.Value
	case program.OpVariable:
		if m.test != nil && e.Set != nil {
			return m.test.variable(e.Set)
		}
		if e.Var >= 0 {
			return m.values[e.Var]
		}
	case program.OpDefault:
		if e.Var >= 0 {
			return m.defaultOf(e.Var)
		}
	case program.OpCorrect:
		if e.Var >= 0 {
			return m.correctOf(e.Var)
		}
	case program.OpMapResponse, program.OpMapOutcome:
		if e.Var >= 0 {
			return m.mapped(e.Var)
		}
	case program.OpMapResponsePoint:
		if e.Var >= 0 {
			return mapPoints(m.p.Vars[e.Var].Area, m.values[e.Var])
		}
	case program.OpRandomInteger:
		return m.randomInteger(e)
	case program.OpRandomFloat:
		lo, okLo := m.num(e, 0)
		hi, okHi := m.num(e, 1)
		if okLo && okHi && m.draw != nil {
			return real(lo+float64(m.draw.Unit()*(hi-lo)), false)
		}
	case program.OpMathConstant:
		switch e.Text {
		case "pi":
			return program.Real(math.Pi)
		case "e":
			return program.Real(math.E)
		}
	}
	return program.Null()
}

// randomInteger draws min, min+step, … up to max.
func (m *machine) randomInteger(e *program.Expr) program.Value {
	lo, okLo := m.num(e, 0)
	hi, okHi := m.num(e, 1)
	step, okStep := m.num(e, 2)
	if !okStep || step < 1 {
		step = 1
	}
	if !okLo || !okHi || hi < lo || math.Abs(lo) > 1<<53 || math.Abs(hi) > 1<<53 || m.draw == nil {
		return program.Null()
	}
	places := uint64((hi-lo)/step) + 1
	return program.Int(int64(lo) + int64(step)*int64(m.draw.Below(places)))
}

// num is the i-th numeric attribute of e, false where it is absent or a NULL variable.
func (m *machine) num(e *program.Expr, i int) (float64, bool) {
	if i >= len(e.Nums) {
		return 0, false
	}
	n := e.Nums[i]
	f, ok := n.Value, true
	if n.Var >= 0 {
		f, ok = m.values[n.Var].Number()
	}
	return f, ok && f == f
}

// mapped is qti-map-response: the sum of what each different scalar is worth.
func (m *machine) mapped(i int) program.Value {
	mapping := m.p.Vars[i].Mapping
	if mapping == nil {
		// Without a mapping a number stands for itself, as authors of scores expect.
		if f, ok := m.values[i].Number(); ok {
			return program.Real(f)
		}
		return program.Real(0)
	}
	scalars := m.values[i].Scalars()
	sum := 0.0
	for at, s := range scalars {
		if m.before(scalars[:at], s) {
			continue // a value that comes twice counts once (QTI 3.0.1 §3.5.1.6)
		}
		sum += m.worth(mapping, s)
	}
	return program.Real(clamped(sum, mapping.Lower, mapping.Upper))
}

func (m *machine) before(earlier []program.Scalar, s program.Scalar) bool {
	for _, e := range earlier {
		if sameScalar(e, s, m.p.Tolerance) {
			return true
		}
	}
	return false
}

// worth is the line that s is to the letter, else the first that it is within tolerance: an
// author may value « œuf » and « oeuf » differently.
func (m *machine) worth(mapping *program.Mapping, s program.Scalar) float64 {
	if isText(s.Type) {
		for i := range mapping.Entries {
			if entry := &mapping.Entries[i]; isText(entry.Key.Type) && s.Text == entry.Key.Text {
				return entry.Value
			}
		}
	}
	for i := range mapping.Entries {
		entry := &mapping.Entries[i]
		tolerance := m.p.Tolerance
		if !entry.CaseSensitive {
			if isText(s.Type) && sameText(s.Text, entry.Key.Text, tolerance|program.Case) {
				return entry.Value
			}
		}
		if sameScalar(s, entry.Key, tolerance) {
			return entry.Value
		}
	}
	return mapping.Default
}

func clamped(f float64, lower, upper *float64) float64 {
	if lower != nil && f < *lower {
		f = *lower
	}
	if upper != nil && f > *upper {
		f = *upper
	}
	return f
}
