package search

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// apart counts slips the plain way: the whole table, for one pair.
func apart(a, b string, open bool) int {
	d := make([][]int, len(b)+1)
	for j := range d {
		d[j] = make([]int, len(a)+1)
		for i := range d[j] {
			switch {
			case j == 0 || i == 0:
				d[j][i] = i + j
			default:
				change := d[j-1][i-1]
				if a[i-1] != b[j-1] {
					change++
				}
				d[j][i] = min(change, d[j-1][i]+1, d[j][i-1]+1)
				if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
					d[j][i] = min(d[j][i], d[j-2][i-2]+1)
				}
			}
		}
	}
	best := d[len(b)][len(a)]
	if open {
		for j := 1; j <= len(b); j++ {
			best = min(best, d[j][len(a)])
		}
	}
	return best
}

func TestTheNearestWordsAreThoseOfAPlainComparison(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[abc]{4,9}`)
		words := rapid.SliceOfDistinct(rapid.StringMatching(`[abc]{1,10}`), rapid.ID).Draw(t, "words")
		slices.Sort(words)
		w, most, open := word.Draw(t, "word"), rapid.IntRange(1, 2).Draw(t, "most"), rapid.Bool().Draw(t, "open")
		taken := func(other string) bool { return len(other)%5 != 0 }
		var want []string
		for least := range most + 1 {
			for _, other := range words {
				if taken(other) && apart(w, other, open) == least {
					want = append(want, other)
				}
			}
			if want != nil {
				break
			}
		}
		got, _ := near(words, w, most, open, taken)
		if d := cmp.Diff(want, got); d != "" {
			t.Fatalf("near %q (open: %v): %s", w, open, d)
		}
	})
}
