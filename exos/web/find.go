package web

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"pupitre/exos"
)

// Orders in which « Mes modules » are shown, by their name in the address; the first is the order in which they come: the latest place first.
const (
	byLatest  = ""
	byTitle   = "titre"
	bySuccess = "reussite"
	byEnd     = "fin"
)

var moduleOrders = []string{byLatest, byTitle, bySuccess, byEnd}

// maxFind is how much of a search is read, in bytes.
const maxFind = 200

// found are the cards that a reader looks for, in the order that they chose: an address, so that it can be kept and shared.
func found(cards []exos.Card, asked url.Values) (out []exos.Card, words, order string) {
	words = strings.TrimSpace(asked.Get("q"))
	if len(words) > maxFind {
		words = strings.ToValidUTF8(words[:maxFind], "")
	}
	if order = asked.Get("tri"); !slices.Contains(moduleOrders, order) {
		order = byLatest
	}
	for _, c := range cards {
		if says(c, words) {
			out = append(out, c)
		}
	}
	compare := map[string]func(a, b exos.Card) int{
		byTitle:   func(a, b exos.Card) int { return cmp.Compare(folded(a.Title), folded(b.Title)) },
		bySuccess: func(a, b exos.Card) int { return cmp.Compare(b.Success, a.Success) },
		byEnd: func(a, b exos.Card) int { // those without an end last
			switch {
			case a.Valid == b.Valid:
				return 0
			case a.Valid.IsZero(), !b.Valid.IsZero() && b.Valid.Before(a.Valid):
				return 1
			}
			return -1
		},
	}[order]
	if compare != nil {
		slices.SortStableFunc(out, compare)
	}
	return out, words, order
}

// says reports whether a card has all the words, each the beginning of one of its own, whatever the capitals and accents.
func says(c exos.Card, words string) bool {
	own := strings.Fields(folded(strings.Join([]string{c.Title, c.Publisher, c.Level}, " ")))
	for _, w := range strings.Fields(folded(words)) {
		if !slices.ContainsFunc(own, func(o string) bool { return strings.HasPrefix(o, w) }) {
			return false
		}
	}
	return true
}

// folded is a text without capitals, accents and signs.
func folded(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case unicode.IsLetter(r), unicode.IsDigit(r):
			return unicode.ToLower(r)
		}
		return ' '
	}, norm.NFD.String(text))
}
