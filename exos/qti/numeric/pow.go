package numeric

import "math"

// Pow is x to the y, with the special cases of IEEE 754 (pow).
func Pow(x, y float64) float64 {
	whole := math.Floor(y) == y
	switch {
	case y == 0 || x == 1:
		return 1
	case x != x || y != y:
		return math.NaN()
	case math.IsInf(y, 0) || math.IsInf(x, 0) || x == 0:
		return powEdge(x, y)
	case x < 0 && !whole:
		return math.NaN()
	case whole && math.Abs(y) <= 64:
		if y < 0 {
			return of(1).div(powIntDD(x, int(-y))).finiteOr(1 / powInt(x, int(-y)))
		}
		return powIntDD(x, int(y)).finiteOr(powInt(x, int(y)))
	}
	l := logDD(math.Abs(x)).mul(of(y))
	sign := 1.0
	if x < 0 && odd(y) {
		sign = -1
	}
	switch {
	case l.hi > 800:
		return sign * math.Inf(1)
	case l.hi < -800:
		return sign * 0
	}
	return sign * expDD(l)
}

// powEdge treats infinities and zero.
func powEdge(x, y float64) float64 {
	if math.IsInf(y, 0) {
		switch a := math.Abs(x); {
		case a == 1:
			return 1
		case (a > 1) == (y > 0):
			return math.Inf(1)
		}
		return 0
	}
	big := math.IsInf(x, 0) == (y > 0)
	negative := math.Signbit(x) && odd(y)
	result := 0.0
	if big {
		result = math.Inf(1)
	}
	if negative {
		return math.Copysign(result, -1)
	}
	return result
}

func odd(y float64) bool {
	return math.Abs(y) < 0x1p53 && math.Floor(y) == y && int64(math.Abs(y))&1 == 1
}

func powInt(x float64, n int) float64 {
	r := 1.0
	for range n {
		r = float64(r * x)
	}
	return r
}

func powIntDD(x float64, n int) dd {
	r := of(1)
	for range n {
		r = r.mul(of(x))
	}
	return r
}

// finiteOr is a rounded, or fallback where the double-double overflowed on the way.
func (a dd) finiteOr(fallback float64) float64 {
	f := a.float()
	if f != f || math.IsInf(f, 0) || f == 0 {
		return fallback
	}
	return f
}
