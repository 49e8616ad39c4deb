package guess

import (
	"math"
	"strconv"
	"strings"
)

// date is what a year, or a day as people write it, costs.
func date(word string) float64 {
	if strings.Trim(word, "0123456789") != "" {
		return math.Inf(1)
	}
	n := func(from, to int) int {
		v, _ := strconv.Atoi(word[from:to]) // digits alone
		return v
	}
	isDay := func(d, m int) bool { return d >= 1 && d <= 31 && m >= 1 && m <= 12 }
	isYear := func(y int) bool { return y >= 1930 && y <= 2049 }
	switch len(word) {
	case 4:
		if isYear(n(0, 4)) {
			return 5 // most are of our days
		}
		if isDay(n(0, 2), n(2, 4)) {
			return math.Log2(366)
		}
	case 6:
		if isDay(n(0, 2), n(2, 4)) {
			return math.Log2(366 * 60)
		}
	case 8:
		if isDay(n(0, 2), n(2, 4)) && isYear(n(4, 8)) || isDay(n(6, 8), n(4, 6)) && isYear(n(0, 4)) {
			return math.Log2(366 * 60)
		}
	}
	return math.Inf(1)
}

// rows are what a finger walks along: the alphabet, digits, the keyboards of France and of elsewhere, and columns of theirs.
var rows = []string{
	"abcdefghijklmnopqrstuvwxyz", "01234567890", "azertyuiop", "qsdfghjklm", "wxcvbn", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "yxcvbnm",
	"1a2z3e4r5t6y7u8i9o0p", "1q2w3e4r5t6y7u8i9o0p", "aqwzsxedcrfvtgbyhnuj", "qazwsxedcrfvtgbyhnuj", "aaaa", "&e\"'(-e_ca)=",
}

// walk is what a stretch of three signs or more costs that is one sign repeated, or a walk along a row, either way.
func walk(text []rune) float64 {
	if len(text) < 3 {
		return math.Inf(1)
	}
	word := string(text)
	if strings.Trim(word, string(text[:1])) == "" {
		return 5 + math.Log2(float64(len(text)))
	}
	for i, row := range rows {
		if strings.Contains(row, word) || strings.Contains(backward(row), word) {
			return math.Log2(float64(i+2)) + math.Log2(float64(len(text))) + 1
		}
	}
	return math.Inf(1)
}

func backward(s string) string {
	var b strings.Builder
	runes := []rune(s)
	for i := len(runes) - 1; i >= 0; i-- {
		b.WriteRune(runes[i])
	}
	return b.String()
}

// leet undoes the swaps that everybody knows.
var leet = strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "@", "a", "5", "s", "$", "s", "7", "t", "8", "b", "9", "g", "!", "i", "€", "e")

// unleet is a stretch as it was before the swaps; digits alone stay digits.
func unleet(word string) string {
	if strings.IndexFunc(word, func(r rune) bool { return r >= 'a' && r <= 'z' }) < 0 {
		return word
	}
	return leet.Replace(word)
}
