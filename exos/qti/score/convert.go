package score

import (
	"math"

	"pupitre/exos/qti/program"
)

// convert fits v to a variable's type and cardinality, NULL where it cannot. The standard
// asks that they agree; real exercises put a float into an integer score or one identifier
// into a container, and mean the obvious. A number that is not whole keeps its fraction in
// an integer variable: half a point is not lost by a wrong declaration.
func convert(v program.Value, t program.BaseType, card program.Cardinality) program.Value {
	if v.IsNull() {
		return program.Value{Card: card}
	}
	if card == program.Record || v.Card == program.Record {
		if v.Card == card {
			return v
		}
		return program.Value{Card: card}
	}
	if v.Card == program.Single && card == program.Single {
		s, ok := convertScalar(v.One, t)
		if !ok {
			return program.Null()
		}
		return program.Of(s)
	}
	in := v.Scalars()
	if card == program.Single {
		if len(in) != 1 {
			return program.Null()
		}
		return convert(program.Of(in[0]), t, card)
	}
	out := make([]program.Scalar, 0, len(in))
	for _, s := range in {
		if s, ok := convertScalar(s, t); ok {
			out = append(out, s)
		}
	}
	return program.Container(card, out)
}

func convertScalar(s program.Scalar, t program.BaseType) (program.Scalar, bool) {
	switch {
	case s.Type == t || t == program.None:
		return s, true
	case t == program.Integer && s.Numeric():
		f := s.Number()
		if f == math.Floor(f) && math.Abs(f) <= 1<<53 {
			return program.Scalar{Type: program.Integer, Int: int64(f)}, true
		}
		return program.Scalar{Type: program.Float, Float: f}, true
	case (t == program.Float || t == program.Duration) && s.Numeric():
		return program.Scalar{Type: t, Float: s.Number()}, true
	case isText(t) && isText(s.Type):
		s.Type = t
		return s, true
	case t == program.Boolean && s.Numeric():
		if s.Number() != 0 {
			return program.Scalar{Type: t, Int: 1}, true
		}
		return program.Scalar{Type: t}, true
	case t == program.Pair && s.Type == program.DirectedPair, t == program.DirectedPair && s.Type == program.Pair:
		s.Type = t
		return s, true
	}
	if isText(t) || isText(s.Type) {
		return program.ParseScalar(t, s.Lexical())
	}
	return program.Scalar{}, false
}
