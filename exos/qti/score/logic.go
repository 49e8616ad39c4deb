package score

import (
	"math"
	"strings"

	"pupitre/exos/qti/pattern"
	"pupitre/exos/qti/program"
)

func (m *machine) evalLogic(e *program.Expr) program.Value {
	switch e.Op {
	case program.OpSubstring:
		return m.substring(m.arg(e, 0), m.arg(e, 1), e.Flags)
	case program.OpNot:
		if v := m.arg(e, 0); v.Some {
			return program.Bool(!v.Truth())
		}
		return program.Null()
	case program.OpAnd:
		return m.all(e, true)
	case program.OpOr:
		return m.all(e, false)
	case program.OpAnyN, program.OpAtMost:
		return m.anyN(e)
	case program.OpStringMatch:
		if e.Flags&program.SubstringMatch != 0 {
			return m.substring(m.arg(e, 1), m.arg(e, 0), e.Flags)
		}
		return m.stringMatch(e)
	case program.OpPatternMatch:
		return m.patternMatch(e)
	case program.OpInside:
		return m.insideAny(e)
	}
	return m.compare(e, m.arg(e, 0), m.arg(e, 1))
}

// all is and (until false) or or (until true), in three values: NULL is "not known".
func (m *machine) all(e *program.Expr, and bool) program.Value {
	unknown := false
	for i := range e.Args {
		switch v := m.eval(&e.Args[i]); {
		case v.IsNull():
			unknown = true
		case v.Truth() != and:
			return program.Bool(!and)
		}
	}
	if unknown {
		return program.Null()
	}
	return program.Bool(and)
}

// anyN is true when between min and max operands are true; NULL where the unknown ones
// could decide. OpAtMost has a max only.
func (m *machine) anyN(e *program.Expr) program.Value {
	least, okLeast := m.num(e, 0)
	most, okMost := m.num(e, 1)
	if e.Op == program.OpAtMost {
		least, okLeast, most, okMost = 0, true, least, okLeast
	}
	if !okLeast || !okMost {
		return program.Null()
	}
	yes, unknown := 0.0, 0.0
	for i := range e.Args {
		switch v := m.eval(&e.Args[i]); {
		case v.IsNull():
			unknown++
		case v.Truth():
			yes++
		}
	}
	switch {
	case yes > most || yes+unknown < least:
		return program.Bool(false)
	case yes >= least && yes+unknown <= most:
		return program.Bool(true)
	}
	return program.Null()
}

func (m *machine) stringMatch(e *program.Expr) program.Value {
	a, b := m.arg(e, 0), m.arg(e, 1)
	if a.IsNull() || b.IsNull() || a.Card != program.Single || b.Card != program.Single {
		return program.Null()
	}
	return program.Bool(sameText(a.One.Lexical(), b.One.Lexical(), m.tolerance(e.Flags)))
}

// substring tells whether part stands in whole.
func (m *machine) substring(part, whole program.Value, flags program.Flag) program.Value {
	if part.IsNull() || whole.IsNull() || part.Card != program.Single || whole.Card != program.Single {
		return program.Null()
	}
	tolerance := m.tolerance(flags)
	return program.Bool(strings.Contains(fold(whole.One.Lexical(), tolerance), fold(part.One.Lexical(), tolerance)))
}

func (m *machine) tolerance(flags program.Flag) program.Tolerance {
	if flags&program.CaseSensitive == 0 {
		return m.p.Tolerance | program.Case
	}
	return m.p.Tolerance
}

// patternMatch has its pattern in an attribute, or in a second operand.
func (m *machine) patternMatch(e *program.Expr) program.Value {
	v := m.arg(e, 0)
	source := e.Text
	switch {
	case e.Var >= 0: // pattern="{NAME}": from a variable
		source = m.values[e.Var].One.Lexical()
	case len(e.Args) > 1:
		source = m.arg(e, 1).One.Lexical()
	}
	if v.IsNull() || v.Card != program.Single {
		return program.Null()
	}
	m.steps += patternSteps
	p, err := pattern.Compile(forPattern(source, m.p.Tolerance&^program.Spaces), e.Flags&program.CaseSensitive == 0)
	if err != nil {
		return program.Null() // reported at import
	}
	return program.Bool(p.Match(forPattern(v.One.Lexical(), m.p.Tolerance)))
}

func (m *machine) insideAny(e *program.Expr) program.Value {
	v := m.arg(e, 0)
	if v.IsNull() || e.Area == nil {
		return program.Null()
	}
	for _, s := range v.Scalars() {
		if inside(e.Area, s) {
			return program.Bool(true)
		}
	}
	return program.Bool(false)
}

// compare is match, equal and the orders; NULL where an operand is.
func (m *machine) compare(e *program.Expr, a, b program.Value) program.Value {
	if a.IsNull() || b.IsNull() {
		return program.Null()
	}
	x, okX := number(a)
	y, okY := number(b)
	numbers := okX && okY
	switch e.Op {
	case program.OpMatch:
		return program.Bool(sameValue(a, b, m.p.Tolerance))
	case program.OpEqual:
		if !numbers {
			return program.Bool(sameValue(a, b, m.p.Tolerance))
		}
		return m.equal(e, x, y)
	case program.OpEqualRounded:
		figures, ok := m.num(e, 0)
		if !numbers || !ok {
			return program.Null()
		}
		left, okLeft := roundTo(x, int(figures), e.Flags)
		right, okRight := roundTo(y, int(figures), e.Flags)
		if !okLeft || !okRight {
			return program.Null()
		}
		return program.Bool(left == right)
	}
	if !numbers {
		return program.Null()
	}
	switch e.Op {
	case program.OpLT, program.OpDurationLT:
		return program.Bool(x < y)
	case program.OpGT:
		return program.Bool(x > y)
	case program.OpLTE:
		return program.Bool(x <= y)
	case program.OpGTE, program.OpDurationGTE:
		return program.Bool(x >= y)
	}
	return program.Null()
}

// equal is qti-equal: y within tolerance of x (QTI 3.0.1 §3.5.4.6).
func (m *machine) equal(e *program.Expr, x, y float64) program.Value {
	if e.Flags&(program.AbsoluteTolerance|program.RelativeTolerance) == 0 {
		return program.Bool(x == y)
	}
	below, ok := m.num(e, 0)
	if !ok {
		return program.Null()
	}
	above, ok := m.num(e, 1)
	if !ok {
		above = below
	}
	if e.Flags&program.RelativeTolerance != 0 {
		below, above = float64(math.Abs(x)*below)/100, float64(math.Abs(x)*above)/100
	}
	lower, upper := x-below, x+above
	okLower := y > lower || y == lower && e.Flags&program.ExcludeLower == 0
	okUpper := y < upper || y == upper && e.Flags&program.ExcludeUpper == 0
	return program.Bool(okLower && okUpper)
}
