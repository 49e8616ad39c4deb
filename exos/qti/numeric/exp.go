package numeric

import "math"

// Exp is e to the x.
func Exp(x float64) float64 {
	switch {
	case x != x, x > 1e4, x < -1e4:
		if x < 0 {
			return 0
		}
		return x * math.Inf(1) // NaN or +Inf
	}
	return expDD(of(x))
}

// expDD is e to the x, rounded; |x.hi| must be moderate (under 10⁵).
func expDD(x dd) float64 {
	m, k := expParts(x)
	return ldexp(m, k)
}

// expParts gives e^x = m·2^k with m near 1.
func expParts(x dd) (dd, int) {
	k := math.Floor(x.hi/ddLn2.hi + 0.5)
	r := x.sub(ddLn2.mul(of(k))) // |r| ≤ 0.35
	// e^r = (e^(r/64))^64; Taylor on |r/64| < 0.0055 to the 13th term is under 2⁻¹¹⁰.
	r = r.scale(1.0 / 64)
	sum, term := of(1), of(1)
	for i := 1; i <= 13; i++ {
		term = term.mul(r).div(of(float64(i)))
		sum = sum.add(term)
	}
	for range 6 {
		sum = sum.mul(sum)
	}
	return sum, int(k)
}

// ldexp rounds m·2^k once, into the subnormals too.
func ldexp(m dd, k int) float64 {
	f := m.float()
	switch {
	case k > 1100:
		return f * math.Inf(1)
	case k < -1200:
		return f * 0
	}
	for k > 1000 {
		f, k = float64(f*0x1p1000), k-1000
	}
	for k < -1000 {
		f, k = float64(f*0x1p-1000), k+1000
	}
	return float64(f * pow2(k))
}

// pow2 is 2^k for |k| ≤ 1022.
func pow2(k int) float64 { return math.Float64frombits(uint64(k+1023) << 52) }

// Log is the natural logarithm; NaN below 0, −Inf at 0.
func Log(x float64) float64 { return logOr(x, func(l dd) dd { return l }) }

// Log10 is the logarithm of base 10.
func Log10(x float64) float64 {
	l := logOr(x, func(l dd) dd { return l.div(ddLn10) })
	// Exact for powers of ten, which exercises use most.
	if n := math.Round(l); n == l || math.Abs(l-n) < 1e-14 {
		if n >= 0 && n <= 22 && x == powInt(10, int(n)) {
			return n
		}
	}
	return l
}

func logOr(x float64, finish func(dd) dd) float64 {
	switch {
	case x != x || x < 0:
		return math.NaN()
	case x == 0:
		return math.Inf(-1)
	case x > math.MaxFloat64:
		return x
	}
	return finish(logDD(x)).float()
}

// logDD is ln x for finite x > 0.
func logDD(x float64) dd {
	m, e := frexp(x)      // m in [½, 1)
	if m < math.Sqrt2/2 { // bring m near 1
		m, e = float64(m*2), e-1
	}
	// ln m = 2 artanh(s), s = (m−1)/(m+1), |s| ≤ 0.172; 40 odd terms reach 2⁻²⁰⁰.
	s := of(m).sub(of(1)).div(of(m).add(of(1)))
	return artanh2(s).add(ddLn2.mul(of(float64(e))))
}

// artanh2 is 2·artanh(s) by its series, for |s| < 0.2.
func artanh2(s dd) dd {
	square := s.mul(s)
	sum, power := dd{}, s
	for n := 1; n <= 49; n += 2 {
		sum = sum.add(power.div(of(float64(n))))
		power = power.mul(square)
	}
	return sum.scale(2)
}

// frexp splits x = m·2^e with m in [½, 1); x must be finite and > 0.
func frexp(x float64) (m float64, e int) {
	if x < 0x1p-1022 {
		x, e = float64(x*0x1p54), -54
	}
	b := math.Float64bits(x)
	e += int(b>>52&0x7ff) - 1022
	return math.Float64frombits(b&^(0x7ff<<52) | 1022<<52), e
}
