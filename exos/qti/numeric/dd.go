package numeric

import "math"

// dd is an unevaluated sum hi+lo with |lo| ≤ ½ ulp(hi).
type dd struct{ hi, lo float64 }

// twoSum is a+b exactly (Knuth).
func twoSum(a, b float64) dd {
	s := a + b
	bb := s - a
	return dd{s, (a - (s - bb)) + (b - bb)}
}

// quickTwoSum is a+b exactly where |a| ≥ |b|.
func quickTwoSum(a, b float64) dd {
	s := a + b
	return dd{s, b - (s - a)}
}

// twoProd is a·b exactly (Dekker, Veltkamp splitting): no fused multiply-add.
func twoProd(a, b float64) dd {
	p := float64(a * b)
	a1, a2 := split(a)
	b1, b2 := split(b)
	e := float64(a1*b1) - p
	e += float64(a1 * b2)
	e += float64(a2 * b1)
	e += float64(a2 * b2)
	return dd{p, e}
}

func split(a float64) (hi, lo float64) {
	c := float64(134217729 * a) // 2²⁷+1
	hi = c - (c - a)
	return hi, a - hi
}

func of(a float64) dd { return dd{hi: a} }

func (a dd) add(b dd) dd {
	s := twoSum(a.hi, b.hi)
	t := twoSum(a.lo, b.lo)
	s.lo += t.hi
	s = quickTwoSum(s.hi, s.lo)
	s.lo += t.lo
	return quickTwoSum(s.hi, s.lo)
}

func (a dd) neg() dd { return dd{-a.hi, -a.lo} }

func (a dd) sub(b dd) dd { return a.add(b.neg()) }

func (a dd) mul(b dd) dd {
	p := twoProd(a.hi, b.hi)
	p.lo += float64(a.hi*b.lo) + float64(a.lo*b.hi)
	return quickTwoSum(p.hi, p.lo)
}

// scale multiplies by a power of two, exactly.
func (a dd) scale(p float64) dd { return dd{float64(a.hi * p), float64(a.lo * p)} }

func (a dd) div(b dd) dd {
	q1 := a.hi / b.hi
	r := a.sub(b.mul(of(q1)))
	q2 := r.hi / b.hi
	r = r.sub(b.mul(of(q2)))
	q3 := r.hi / b.hi
	return quickTwoSum(q1, q2).add(of(q3))
}

func (a dd) sqrt() dd {
	if a.hi <= 0 {
		return dd{}
	}
	x := of(math.Sqrt(a.hi)) // correctly rounded by IEEE 754
	// One Newton step: x + (a − x²)/(2x).
	return x.add(a.sub(x.mul(x)).div(x.scale(2)))
}

func (a dd) float() float64 { return a.hi + a.lo }

// Constants to 106 bits.
var (
	ddLn2    = dd{0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56}
	ddLn10   = dd{0x1.26bb1bbb55516p+1, -0x1.f48ad494ea3e9p-53}
	ddPi     = dd{0x1.921fb54442d18p+1, 0x1.1a62633145c07p-53}
	ddHalfPi = dd{0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54}
)
