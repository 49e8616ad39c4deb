package score

import (
	"strings"
	"unicode"

	"pupitre/exos/qti/program"
)

// sameText tells whether two texts are the same to this exercise.
func sameText(a, b string, tolerance program.Tolerance) bool {
	return a == b || tolerance != 0 && fold(a, tolerance) == fold(b, tolerance)
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
