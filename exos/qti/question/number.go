package question

import (
	"math"
	"math/big"
	"strings"

	"pupitre/exos/qti/program"
)

// Range is the numbers that one answer accepts, both ends included.
type Range struct {
	Low, High float64
	Any       bool // whatever the number
}

// Centre is the number in the middle, the one that is given as the key.
func (r Range) Centre() float64 {
	if r.Low == r.High {
		return r.Low
	}
	sum := new(big.Rat).Add(exact(r.Low), exact(r.High))
	f, _ := sum.Mul(sum, big.NewRat(1, 2)).Float64()
	return f
}

// Margin is half the width.
func (r Range) Margin() float64 {
	difference := new(big.Rat).Sub(exact(r.High), exact(r.Low))
	f, _ := difference.Mul(difference, big.NewRat(1, 2)).Float64()
	return f
}

// Around is the range of value ± margin, both as typed; false where they are no numbers. The ends are computed in decimals:
// 0.7 ± 0.1 accepts 0.8, which 0.7 + 0.1 in binary does not reach.
func Around(value, margin string) (Range, bool) {
	v, okValue := number(value)
	m, okMargin := number(margin)
	if !okValue || !okMargin {
		return Range{}, false
	}
	m = math.Abs(m)
	low, _ := new(big.Rat).Sub(exact(v), exact(m)).Float64()
	high, _ := new(big.Rat).Add(exact(v), exact(m)).Float64()
	return Range{Low: low, High: high}, true
}

// Between is the range from low to high, as typed.
func Between(low, high string) (Range, bool) {
	l, okLow := number(low)
	h, okHigh := number(high)
	if !okLow || !okHigh || l > h {
		return Range{}, false
	}
	return Range{Low: l, High: h}, true
}

// number reads a number as teachers type it. One that an exact sum of could be enormous is none.
func number(text string) (float64, bool) {
	text = strings.TrimSpace(text)
	if text == "" {
		return 0, true
	}
	f, ok := program.ParseNumber(text)
	a := math.Abs(f)
	return f, ok && (a == 0 || a > 1e-100 && a < 1e100)
}

// exact is the shortest decimal that reads back as f: what was typed.
func exact(f float64) *big.Rat {
	r, ok := new(big.Rat).SetString(program.FormatNumber(f))
	if !ok {
		return new(big.Rat)
	}
	return r
}

// thirds are the grades of Moodle's list that no percentage writes exactly.
var thirds = []float64{5. / 6, 2. / 3, 1. / 3, 1. / 6, 1. / 7, 1. / 9}

// Fraction turns a percentage, as typed, into a fraction. Moodle knows a list of grades and takes the nearest; of those that have no
// exact percentage (33, 33.3, 33.33333: a third) so do we, or three thirds would not make a whole.
func Fraction(percent float64) float64 {
	f := percent / 100
	for _, third := range thirds {
		if math.Abs(math.Abs(f)-third) < 5e-3 {
			return math.Copysign(third, f)
		}
	}
	return f
}

// Percent is a fraction as a percentage, as Moodle writes it: whole, or to five places.
func Percent(fraction float64) string {
	p := fraction * 100
	for _, places := range []float64{1, 10, 1e5} {
		if rounded := math.Round(p*places) / places; math.Abs(rounded-p) < 1e-9 || places == 1e5 {
			p = rounded
			break
		}
	}
	return program.FormatNumber(p)
}

// Sayable tells whether a percentage says this fraction.
func Sayable(fraction float64) bool {
	p, _ := program.ParseNumber(Percent(fraction))
	return math.Abs(Fraction(p)-fraction) < 1e-6
}

// near is a measured fraction without what was lost in computing it.
func near(f float64) float64 {
	if snapped := Fraction(f * 100); math.Abs(snapped-f) < sameMark {
		return snapped
	}
	return math.Round(f*1e9) / 1e9
}
