package score

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"pupitre/exos/qti/program"
)

// sameText tells whether two texts are the same to this exercise.
func sameText(a, b string, tolerance program.Tolerance) bool {
	switch {
	case a == b:
		return true
	case tolerance == 0:
		return false
	}
	bare := tolerance &^ program.CapitalAccents
	x, y := fold(a, bare&^program.Case), fold(b, bare&^program.Case)
	if x == y || tolerance&(program.CapitalAccents|program.Case) != 0 && sameLetters(x, y, tolerance) {
		return true
	}
	return tolerance&program.Numbers != 0 && sameNumber(a, b)
}

// sameLetters compares letter by letter, since what a capital may go without is not what the
// small letter may: to « État », « Etat » is the same, and « état » too where case does not
// matter, but « etat » never.
func sameLetters(a, b string, tolerance program.Tolerance) bool {
	for {
		if a == "" || b == "" {
			return a == b
		}
		x, sizeX := utf8.DecodeRuneInString(a)
		y, sizeY := utf8.DecodeRuneInString(b)
		if x != y && !sameLetter(x, y, tolerance) {
			return false
		}
		a, b = a[sizeX:], b[sizeY:]
	}
}

func sameLetter(x, y rune, tolerance program.Tolerance) bool {
	ignoreCase := tolerance&program.Case != 0
	if ignoreCase && unicode.ToLower(x) == unicode.ToLower(y) {
		return true
	}
	if tolerance&program.CapitalAccents == 0 {
		return false
	}
	baseX, baseY := withoutAccent(x), withoutAccent(y)
	if baseX != x && baseY != y {
		return false // two accents, and not the same
	}
	// The one without its accent must be a capital.
	bare, full := x, y
	if baseX != x {
		bare, full = y, x
	}
	if !unicode.IsUpper(bare) || !ignoreCase && !unicode.IsUpper(full) {
		return false
	}
	return baseX == baseY || ignoreCase && unicode.ToLower(baseX) == unicode.ToLower(baseY)
}

func sameNumber(a, b string) bool {
	x, ok := program.PlainNumber(a)
	if !ok {
		return false
	}
	y, ok := program.PlainNumber(b)
	return ok && x == y
}

// fold rewrites s so that texts which differ only within tolerance become equal.
func fold(s string, tolerance program.Tolerance) string {
	if tolerance&program.Composition != 0 {
		s = compose(s)
	}
	var b strings.Builder
	b.Grow(len(s))
	space := false // a space is owed, if more text comes
	for _, r := range s {
		if tolerance&program.Spaces != 0 && isSpace(r) {
			space = b.Len() > 0
			continue
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		foldRune(&b, r, tolerance)
	}
	s = b.String()
	if tolerance&program.FinalStop != 0 {
		s = strings.TrimRight(strings.TrimRight(s, "."), " ")
	}
	return s
}

func foldRune(b *strings.Builder, r rune, tolerance program.Tolerance) {
	if tolerance&program.Ligatures != 0 {
		if pair, ok := ligature(r); ok {
			for _, r := range pair {
				foldRune(b, r, tolerance&^program.Ligatures)
			}
			return
		}
	}
	if tolerance&program.Apostrophes != 0 {
		r = plainQuote(r)
	}
	if tolerance&program.Accents != 0 || tolerance&program.CapitalAccents != 0 && unicode.IsUpper(r) {
		r = withoutAccent(r)
	}
	if tolerance&program.Case != 0 {
		r = unicode.ToLower(r)
	}
	b.WriteRune(r)
}

// BareCapitals is s with its capitals without accents, Unaccented s with no accent at all: what
// pupils type, for lists of what an exercise takes.
func BareCapitals(s string) string { return fold(s, program.CapitalAccents) }

// Unaccented: see BareCapitals.
func Unaccented(s string) string { return fold(s, program.Accents) }

func isSpace(r rune) bool {
	switch r {
	case ' ', '\t', '\n', '\r', '\u00a0', '\u2002', '\u2003', '\u2007', '\u2009', '\u200a', '\u202f', '\u3000':
		return true
	}
	return false
}

func plainQuote(r rune) rune {
	switch r {
	case '’', '‘', 'ʼ', '′', '`', '´':
		return '\''
	case '“', '”', '„', '«', '»', '″':
		return '"'
	}
	return r
}

func ligature(r rune) (string, bool) {
	switch r {
	case 'œ':
		return "oe", true
	case 'Œ':
		return "OE", true
	case 'æ':
		return "ae", true
	case 'Æ':
		return "AE", true
	case 'ĳ':
		return "ij", true
	case 'ß':
		return "ss", true
	case 'ﬁ':
		return "fi", true
	case 'ﬂ':
		return "fl", true
	}
	return "", false
}

// forPattern is text as a pattern sees it: typed differences gone, letters kept.
func forPattern(text string, tolerance program.Tolerance) string {
	return fold(text, tolerance&program.Typography)
}
