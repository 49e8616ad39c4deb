package local

import (
	"crypto/rand"
	"log/slog"
	"strings"

	"pupitre/federation/local/guess"
)

// Phrase is a password that somebody types, or that a slip says. It is never kept and never logged.
type Phrase string

// LogValue hides the phrase.
func (Phrase) LogValue() slog.Value { return slog.StringValue("…") }

// String hides the phrase from whoever prints what holds it.
func (Phrase) String() string { return "…" }

// A generated phrase is six syllables of 128, 42 bits, in three words that a child can read and type: « vuli-modan-keso ». Sixteen
// consonants and eight vowels; every syllable begins with a consonant, so no two phrases are spelt the same.
var (
	consonants = [16]string{"b", "ch", "d", "f", "g", "j", "k", "l", "m", "n", "p", "r", "s", "t", "v", "z"}
	vowels     = [8]string{"a", "an", "e", "i", "in", "o", "ou", "u"}
)

const syllables = 6

// coarse are words that no slip may say.
var coarse = []string{"pute", "bite", "zizi", "kaka", "pipi", "nike", "nazi", "pede", "foutu", "gouin", "merd", "chate", "chien", "salo", "kou", "zob", "bougn", "negre", "tuera", "tumeu"}

// NewPhrase makes a phrase at random; not one that happens to be made of words.
func NewPhrase() Phrase {
	for {
		if p := draw(); !isCoarse(string(p)) && guess.Bits(string(p)) >= minBits {
			return p
		}
	}
}

func draw() Phrase {
	var b [syllables]byte
	rand.Read(b[:]) // never fails since Go 1.24
	var out strings.Builder
	for i, n := range b {
		if i > 0 && i%2 == 0 {
			out.WriteByte('-')
		}
		out.WriteString(consonants[n>>3&15])
		out.WriteString(vowels[n&7])
	}
	return Phrase(out.String())
}

func isCoarse(s string) bool {
	for _, word := range coarse {
		if strings.Contains(s, word) {
			return true
		}
	}
	return false
}
