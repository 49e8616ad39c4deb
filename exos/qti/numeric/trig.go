package numeric

import "math"

// Sin, Cos and Tan take radians.
func Sin(x float64) float64 { s, _, ok := sinCos(x); return orNaN(s, ok) }

// Cos is the cosine of x radians.
func Cos(x float64) float64 { _, c, ok := sinCos(x); return orNaN(c, ok) }

// Tan is the tangent of x radians.
func Tan(x float64) float64 {
	s, c, ok := sinCos(x)
	return orNaN(s.div(c), ok)
}

// Sec, Csc and Cot are 1/cos, 1/sin and cos/sin.
func Sec(x float64) float64 { _, c, ok := sinCos(x); return orNaN(of(1).div(c), ok) }

// Csc is the cosecant of x radians.
func Csc(x float64) float64 { s, _, ok := sinCos(x); return orNaN(of(1).div(s), ok && x != 0) }

// Cot is the cotangent of x radians.
func Cot(x float64) float64 { s, c, ok := sinCos(x); return orNaN(c.div(s), ok && x != 0) }

func orNaN(v dd, ok bool) float64 {
	if !ok {
		return math.NaN()
	}
	return v.float()
}

// sinCos reduces x to [−π/4, π/4] and sums the series; false for NaN and infinities.
func sinCos(x float64) (sin, cos dd, ok bool) {
	if x != x || math.IsInf(x, 0) {
		return dd{}, dd{}, false
	}
	k := math.Floor(x/ddHalfPi.hi + 0.5)
	r := of(x).sub(halfPiTimes(k))
	s, c := series(r)
	switch quarter := math.Mod(k, 4); {
	case quarter == 1 || quarter == -3:
		return c, s.neg(), true
	case quarter == 2 || quarter == -2:
		return s.neg(), c.neg(), true
	case quarter == 3 || quarter == -1:
		return c.neg(), s, true
	}
	return s, c, true
}

// halfPiTimes is k·π/2 with a third word of π/2, so that cancellation leaves enough bits.
func halfPiTimes(k float64) dd {
	third := float64(k * -0x1.f1976b7ed8fbcp-110)
	return ddHalfPi.mul(of(k)).add(of(third))
}

func series(r dd) (sin, cos dd) {
	square := r.mul(r)
	term := r
	for n := 1; n <= 27; n += 2 {
		sin = sin.add(term)
		term = term.mul(square).div(of(float64((n + 1) * (n + 2)))).neg()
	}
	term = of(1)
	for n := 0; n <= 26; n += 2 {
		cos = cos.add(term)
		term = term.mul(square).div(of(float64((n + 1) * (n + 2)))).neg()
	}
	return sin, cos
}

// Atan is the angle in (−π/2, π/2) whose tangent is x.
func Atan(x float64) float64 {
	switch {
	case x != x:
		return x
	case math.IsInf(x, 0):
		return math.Copysign(ddHalfPi.hi, x)
	case x == 0:
		return x
	}
	return atanDD(of(x)).float()
}

func atanDD(x dd) dd {
	if x.hi < 0 {
		return atanDD(x.neg()).neg()
	}
	if x.hi > 1 {
		return ddHalfPi.sub(atanDD(of(1).div(x)))
	}
	// atan x = 2 atan(x / (1 + √(1+x²))), four times, then the series on |x| < 0.05.
	for range 4 {
		x = x.div(of(1).add(of(1).add(x.mul(x)).sqrt()))
	}
	square, sum, power := x.mul(x), dd{}, x
	for n := 1; n <= 27; n += 2 {
		sum = sum.add(power.div(of(float64(n))))
		power = power.mul(square).neg()
	}
	return sum.scale(16)
}

// Atan2 is the angle of the point (x, y), in (−π, π].
func Atan2(y, x float64) float64 {
	switch {
	case x != x || y != y:
		return math.NaN()
	case y == 0 && (x > 0 || x == 0 && !math.Signbit(x)):
		return y
	case y == 0:
		return math.Copysign(ddPi.hi, y)
	case x == 0:
		return math.Copysign(ddHalfPi.hi, y)
	case math.IsInf(x, 0) || math.IsInf(y, 0):
		return atan2Far(y, x)
	}
	a := atanDD(of(math.Abs(y)).div(of(math.Abs(x))))
	if x < 0 {
		a = ddPi.sub(a)
	}
	return math.Copysign(a.float(), y)
}

func atan2Far(y, x float64) float64 {
	a := 0.0
	switch {
	case math.IsInf(x, 0) && math.IsInf(y, 0):
		a = ddHalfPi.hi / 2
		if x < 0 {
			a = ddPi.sub(ddHalfPi.scale(0.5)).float()
		}
	case math.IsInf(y, 0):
		a = ddHalfPi.hi
	case x < 0:
		a = ddPi.hi
	}
	return math.Copysign(a, y)
}

// Asin is the angle in [−π/2, π/2] whose sine is x; NaN beyond ±1.
func Asin(x float64) float64 {
	switch {
	case x != x || x > 1 || x < -1:
		return math.NaN()
	case x == 0:
		return x
	case x == 1 || x == -1:
		return math.Copysign(ddHalfPi.hi, x)
	}
	return asinDD(x).float()
}

func asinDD(x float64) dd {
	rest := of(1).sub(of(x)).mul(of(1).add(of(x))).sqrt()
	return atanDD(of(x).div(rest))
}

// Acos is the angle in [0, π] whose cosine is x; NaN beyond ±1.
func Acos(x float64) float64 {
	switch {
	case x != x || x > 1 || x < -1:
		return math.NaN()
	case x == 1:
		return 0
	case x == -1:
		return ddPi.hi
	}
	return ddHalfPi.sub(asinDD(x)).float()
}
