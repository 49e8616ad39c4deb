package directory

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Fold puts a name into the form that search and order use: lower-case, without accents, hyphens as spaces, apostrophes
// dropped, ligatures opened. « Kerbrat-L’Œil » folds to "kerbrat loeil". It is done here and not in the database because the
// two engines, and two servers with different collations, would not agree.
func Fold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	space := true // leading spaces are dropped, runs become one
	// What follows bytes that are no UTF-8 is left composed by norm, so such bytes become U+FFFD first.
	for _, r := range norm.NFD.String(strings.ToValidUTF8(s, "\uFFFD")) {
		r = unicode.ToLower(r)
		if r == '-' || r == '\u2010' || r == '\u2011' || unicode.IsSpace(r) {
			if !space {
				b.WriteByte(' ')
			}
			space = true
			continue
		}
		if unicode.Is(unicode.Mn, r) || r == '\'' || r == '’' || unicode.IsControl(r) {
			continue
		}
		space = false
		if opened, ok := opened[r]; ok {
			b.WriteString(opened)
			continue
		}
		b.WriteRune(r)
	}
	return strings.TrimRight(b.String(), " ")
}

// opened are the letters that have no decomposition in Unicode but that people type without their mark.
var opened = map[rune]string{'œ': "oe", 'æ': "ae", 'ø': "o", 'ł': "l", 'đ': "d", 'ð': "d", 'þ': "th", 'ß': "ss", 'ı': "i"}

// Sorting is the folded name that lists are ordered by: family name, then given name.
func (n Name) Sorting() string { return Fold(n.Family + " " + n.Given) }
