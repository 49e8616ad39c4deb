package guess

import (
	"math"
	"slices"
	"unicode"

	"pupitre/directory"
)

// Bits is the binary logarithm of how many guesses a password takes. own are words that a guesser would try for this very person: their
// names, their identifier, their school.
func Bits(password string, own ...string) float64 {
	text := []rune(directory.Fold(password))
	if len(text) > longest {
		text = text[:longest] // what follows makes it no easier
	}
	r := reading{text: text, own: folded(own)}
	cost := make([]float64, len(text)+1)
	for end := 1; end <= len(text); end++ {
		cost[end] = cost[end-1] + r.sign(end-1)
		for begin := max(0, end-longestWord); begin < end; begin++ {
			if c := cost[begin] + r.piece(begin, end); c < cost[end] {
				cost[end] = c
			}
		}
	}
	return cost[len(text)]
}

const (
	longest     = 128 // signs that are looked at
	longestWord = 40
)

// reading is one password, read piece by piece.
type reading struct {
	text []rune
	own  []string
}

// folded are words as texts are compared, and what they are made of: « Collège Les Tilleuls » gives « college », « tilleuls » too.
func folded(words []string) (out []string) {
	for _, w := range words {
		parts := fields(directory.Fold(w))
		for _, p := range append(parts, join(parts)) {
			if len(p) > 2 {
				out = append(out, p)
			}
		}
	}
	return out
}

// sign is what one sign costs that belongs to no piece. Between words people write one of few.
func (r reading) sign(i int) float64 {
	switch c := r.text[i]; {
	case c >= '0' && c <= '9':
		return math.Log2(10)
	case c >= 'a' && c <= 'z':
		return math.Log2(26)
	case c == ' ', c == '-', c == '_', c == '.', c == '\'', c == '’', c == '!', c == ',':
		return 2
	case unicode.IsLetter(c):
		return 8
	}
	return 5
}

// piece is what a stretch costs as one of the things that people choose; +Inf where it is none of them.
func (r reading) piece(begin, end int) float64 {
	text := r.text[begin:end]
	best := math.Inf(1)
	if len(text) < 2 {
		return best
	}
	word := string(text)
	if slices.Contains(r.own, word) {
		best = 1
	}
	best = min(best, rank(word))
	if plain := unleet(word); plain != word {
		best = min(best, rank(plain)+2)
		if slices.Contains(r.own, plain) {
			best = min(best, 3)
		}
	}
	if len(text) > 3 {
		back := slices.Clone(text)
		slices.Reverse(back)
		best = min(best, rank(string(back))+1)
	}
	best = min(best, date(word), walk(text))
	if r.said(begin, end) {
		best = min(best, 2)
	}
	return best
}

// said reports whether a stretch of three signs or more stands before itself already.
func (r reading) said(begin, end int) bool {
	text := r.text[begin:end]
	if len(text) < 3 {
		return false
	}
	for at := 0; at+len(text) <= begin; at++ {
		if slices.Equal(r.text[at:at+len(text)], text) {
			return true
		}
	}
	return false
}
