package numeric

import "math"

// Sinh is the hyperbolic sine.
func Sinh(x float64) float64 {
	if math.Abs(x) < 0.3 { // the difference of exponentials would cancel
		square, sum, term := of(x).mul(of(x)), dd{}, of(x)
		for n := 1; n <= 19; n += 2 {
			sum = sum.add(term)
			term = term.mul(square).div(of(float64((n + 1) * (n + 2))))
		}
		if x == 0 {
			return x
		}
		return sum.float()
	}
	if math.Abs(x) > 800 || x != x {
		return x * math.Inf(1)
	}
	up, down := expPair(x)
	return ldexp(up.m.sub(down.m.scale(pow2(clamp(down.k-up.k)))).scale(0.5), up.k)
}

// Cosh is the hyperbolic cosine.
func Cosh(x float64) float64 {
	if math.Abs(x) > 800 || x != x {
		return math.Abs(x) * math.Inf(1)
	}
	up, down := expPair(math.Abs(x))
	return ldexp(up.m.add(down.m.scale(pow2(clamp(down.k-up.k)))).scale(0.5), up.k)
}

// Tanh is the hyperbolic tangent.
func Tanh(x float64) float64 {
	switch {
	case x > 40:
		return 1
	case x < -40:
		return -1
	case math.Abs(x) < 0.3:
		return Sinh(x) / Cosh(x)
	}
	a, b := expPair(x)
	up, down := a.m.scale(pow2(a.k)), b.m.scale(pow2(b.k))
	return up.sub(down).div(up.add(down)).float()
}

// Sech, Csch and Coth are 1/cosh, 1/sinh and cosh/sinh.
func Sech(x float64) float64 { return 1 / Cosh(x) }

// Csch is the hyperbolic cosecant; NaN at 0.
func Csch(x float64) float64 { return unlessZero(x, 1/Sinh(x)) }

// Coth is the hyperbolic cotangent; NaN at 0.
func Coth(x float64) float64 { return unlessZero(x, 1/Tanh(x)) }

func unlessZero(x, y float64) float64 {
	if x == 0 {
		return math.NaN()
	}
	return y
}

type expPart struct {
	m dd
	k int
}

// expPair is e^x and e^−x in parts; for negative x the parts of the greater come second.
func expPair(x float64) (plus, minus expPart) {
	plus.m, plus.k = expParts(of(x))
	minus.m, minus.k = expParts(of(-x))
	return plus, minus
}

func clamp(k int) int { return max(-1000, min(1000, k)) }
