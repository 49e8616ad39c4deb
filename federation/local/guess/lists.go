package guess

import (
	"embed"
	"math"
	"strings"
	"sync"
	"unicode"
)

//go:embed lists/*.txt
var files embed.FS

// The lists, each one word after the other, folded. In the first three the more common come first.
var lists = []struct {
	file   string
	ranked bool
}{{"school", true}, {"passwords", true}, {"words", true}, {"names", false}}

// ranks are the words of all lists, with what the cheapest of them says: read when a password is first looked at, and kept.
var ranks = sync.OnceValue(func() map[string]float32 {
	all := make(map[string]float32, 40_000)
	for _, l := range lists {
		text, err := files.ReadFile("lists/" + l.file + ".txt")
		if err != nil {
			panic(err) // it is embedded
		}
		words := strings.Fields(string(text))
		for i, w := range words {
			bits := float32(math.Log2(float64(i + 2)))
			if !l.ranked {
				bits = float32(math.Log2(float64(len(words))))
			}
			if old, ok := all[w]; !ok || bits < old {
				all[w] = bits
			}
		}
	}
	return all
})

// rank is what a word costs, +Inf where no list has it.
func rank(word string) float64 {
	if bits, ok := ranks()[word]; ok {
		return float64(bits)
	}
	return math.Inf(1)
}

func fields(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

func join(parts []string) string { return strings.Join(parts, "") }
