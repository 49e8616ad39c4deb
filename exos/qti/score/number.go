package score

import (
	"math"

	"pupitre/exos/qti/program"
)

func (m *machine) evalNumber(e *program.Expr) program.Value {
	switch e.Op {
	case program.OpSum, program.OpProduct, program.OpMax, program.OpMin, program.OpGCD, program.OpLCM:
		return m.over(e)
	case program.OpRepeat:
		return m.repeated(e)
	case program.OpStats:
		return stats(e.Text, m.arg(e, 0))
	case program.OpMath:
		return m.function(e)
	case program.OpCustom:
		return m.custom(e)
	}
	a := m.arg(e, 0)
	x, okX := number(a)
	if !okX {
		return program.Null()
	}
	switch e.Op {
	case program.OpTruncate:
		return whole(math.Trunc(x))
	case program.OpRound:
		return whole(roundHalfUp(x))
	case program.OpRoundTo:
		figures, ok := m.num(e, 0)
		if !ok {
			figures, ok = m.arg(e, 1).Number() // a second operand, as some authors write
		}
		if f, fine := roundTo(x, int(figures), e.Flags); ok && fine {
			return program.Real(f)
		}
		return program.Null()
	case program.OpIntegerToFloat:
		return program.Real(x)
	}
	b := m.arg(e, 1)
	y, okY := number(b)
	if !okY {
		return program.Null()
	}
	return m.two(e.Op, x, y, a.Type() == program.Integer && b.Type() == program.Integer)
}

// number is v as a number; a container of one counts as what it holds, since some authors
// declare a typed number as multiple.
func number(v program.Value) (float64, bool) {
	if v.Some && (v.Card == program.Multiple || v.Card == program.Ordered) && len(v.Many) == 1 {
		v = program.Of(v.Many[0])
	}
	return v.Number()
}

// two is the operators of two numbers; integers says that both are.
func (m *machine) two(op program.Op, x, y float64, integers bool) program.Value {
	switch op {
	case program.OpSubtract:
		return real(x-y, integers)
	case program.OpDivide:
		if y == 0 {
			return program.Null()
		}
		return real(x/y, false)
	case program.OpPower:
		return real(power(x, y), integers && y >= 0)
	case program.OpIntegerDivide:
		if y == 0 {
			return program.Null()
		}
		return whole(math.Floor(x / y))
	case program.OpIntegerModulus:
		if y == 0 {
			return program.Null()
		}
		return real(x-float64(y*math.Floor(x/y)), integers)
	}
	return program.Null()
}

// real makes a number: NULL for NaN and infinities, an integer where asked and possible.
func real(f float64, integer bool) program.Value {
	switch {
	case f != f || math.IsInf(f, 0):
		return program.Null()
	case integer && f == math.Floor(f) && math.Abs(f) <= 1<<53:
		return program.Int(int64(f))
	}
	return program.Real(f)
}

func whole(f float64) program.Value { return real(f, true) }

// roundHalfUp rounds to the nearest integer, halves towards +∞ (QTI 3.0.1 §3.5.6: 6.5 is
// 7 and −6.5 is −6). floor(x+½) would be wrong for the float just under ½.
func roundHalfUp(x float64) float64 {
	down := math.Floor(x)
	if x-down >= 0.5 {
		return down + 1
	}
	return down
}

// over is the operators on any number of numbers, alone or in containers. One NULL makes
// all NULL; integers stay integers.
func (m *machine) over(e *program.Expr) program.Value {
	result, integers, first := 0.0, true, true
	for i := range e.Args {
		v := m.eval(&e.Args[i])
		if v.IsNull() || v.Card == program.Record {
			return program.Null()
		}
		if v.Card == program.Single {
			if !m.into(e.Op, v.One, &result, &integers, &first) {
				return program.Null()
			}
			continue
		}
		for _, s := range v.Many {
			if !m.into(e.Op, s, &result, &integers, &first) {
				return program.Null()
			}
		}
	}
	if first {
		return program.Null()
	}
	return real(result, integers)
}

func (m *machine) into(op program.Op, s program.Scalar, result *float64, integers, first *bool) bool {
	if !s.Numeric() {
		return false
	}
	f := s.Number()
	*integers = *integers && s.Type == program.Integer
	if op == program.OpGCD || op == program.OpLCM {
		if f != math.Floor(f) || math.Abs(f) > 1<<53 {
			return false
		}
		f, *integers = math.Abs(f), true
	}
	if *first {
		*result, *first = f, false
		return true
	}
	switch op {
	case program.OpSum:
		*result += f
	case program.OpProduct:
		*result = float64(*result * f)
	case program.OpMax:
		*result = max(*result, f)
	case program.OpMin:
		*result = min(*result, f)
	case program.OpGCD:
		*result = gcd(*result, f)
	case program.OpLCM:
		if *result == 0 || f == 0 {
			*result = 0
		} else {
			*result = float64(*result / gcd(*result, f) * f)
		}
	}
	return true
}

func gcd(a, b float64) float64 {
	for b != 0 {
		a, b = b, math.Mod(a, b)
	}
	return a
}
