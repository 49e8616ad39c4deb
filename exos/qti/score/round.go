package score

import (
	"math"
	"strconv"

	"pupitre/exos/qti/program"
)

// roundTo rounds to significant figures or decimal places, halves towards +∞, on the
// decimal form of x and not on its binary one: 2.675 to two places is 2.68, as a teacher
// computes, although the float is a little less.
func roundTo(x float64, figures int, flags program.Flag) (float64, bool) {
	significant := flags&program.SignificantFigures != 0
	switch {
	case significant && figures < 1 || figures < 0 || figures > 300:
		return 0, false
	case x == 0 || math.IsInf(x, 0) || x != x:
		return x, x == x
	}
	digits, exponent := decimal(math.Abs(x)) // 0.d1d2d3… × 10^exponent
	keep := figures
	if !significant {
		keep = exponent + figures
	}
	if keep >= len(digits) {
		return x, true
	}
	digits, exponent = roundDigits(digits, exponent, keep, x < 0)
	text := "0." + string(digits) + "e" + strconv.Itoa(exponent)
	if x < 0 {
		text = "-" + text
	}
	f, err := strconv.ParseFloat(text, 64)
	if f == 0 {
		f = 0 // no −0 in a mark
	}
	return f, err == nil
}

// decimal is the shortest decimal form of x > 0.
func decimal(x float64) (digits []byte, exponent int) {
	text := strconv.AppendFloat(nil, x, 'e', -1, 64) // d.ddde±xx
	i := 0
	for ; text[i] != 'e'; i++ {
		if text[i] != '.' {
			digits = append(digits, text[i])
		}
	}
	exponent, _ = strconv.Atoi(string(text[i+1:]))
	return digits, exponent + 1
}

// roundDigits keeps the first digits; keep may be 0 or less.
func roundDigits(digits []byte, exponent, keep int, negative bool) ([]byte, int) {
	if keep < 0 {
		return []byte("0"), 0
	}
	up := digits[keep] > '5' || digits[keep] == '5' && (!negative || len(digits) > keep+1)
	kept := append([]byte("0"), digits[:keep]...)
	if up {
		i := len(kept) - 1
		for ; kept[i] == '9'; i-- {
			kept[i] = '0'
		}
		kept[i]++
	}
	return kept, exponent + 1
}
