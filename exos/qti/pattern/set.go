package pattern

import "unicode"

// set is a set of runes.
type set struct {
	ranges []runeRange
	any    []func(rune) bool // classes: \d, \p{L}…
	negate bool
	minus  *set // class subtraction: [a-z-[aeiou]]
}

type runeRange struct{ lo, hi rune }

func (s *set) has(r rune) bool {
	return s.listed(r) != s.negate && (s.minus == nil || !s.minus.has(r))
}

func (s *set) listed(r rune) bool {
	for _, x := range s.ranges {
		if x.lo <= r && r <= x.hi {
			return true
		}
	}
	for _, class := range s.any {
		if class(r) {
			return true
		}
	}
	return false
}

func literal(r rune) *set                   { return &set{ranges: []runeRange{{r, r}}} }
func class(f func(rune) bool) *set          { return &set{any: []func(rune) bool{f}} }
func not(f func(rune) bool) func(rune) bool { return func(r rune) bool { return !f(r) } }

// The escapes of XML Schema Part 2, appendix F.1.1.
func isSpace(r rune) bool   { return r == ' ' || r == '\t' || r == '\n' || r == '\r' }
func isDigit(r rune) bool   { return unicode.Is(unicode.Nd, r) }
func isLineEnd(r rune) bool { return r == '\n' || r == '\r' }
func isWord(r rune) bool {
	return !unicode.Is(unicode.P, r) && !unicode.Is(unicode.Z, r) && !unicode.Is(unicode.C, r)
}

func isNameStart(r rune) bool { return unicode.IsLetter(r) || r == '_' || r == ':' }
func isNameChar(r rune) bool {
	return isNameStart(r) || isDigit(r) || r == '-' || r == '.' || r == '·' || unicode.Is(unicode.M, r)
}

// escapes maps the letter of a class escape; capitals are the complements.
func escape(letter rune) (func(rune) bool, bool) {
	switch letter {
	case 's':
		return isSpace, true
	case 'S':
		return not(isSpace), true
	case 'd':
		return isDigit, true
	case 'D':
		return not(isDigit), true
	case 'w':
		return isWord, true
	case 'W':
		return not(isWord), true
	case 'i':
		return isNameStart, true
	case 'I':
		return not(isNameStart), true
	case 'c':
		return isNameChar, true
	case 'C':
		return not(isNameChar), true
	}
	return nil, false
}

// property is \p{name}: a general category, or one of the blocks that a school may meet.
// A switch, not unicode.Categories: that map would carry every table to the device.
func property(name string) (func(rune) bool, bool) {
	if table := category(name); table != nil {
		return func(r rune) bool { return unicode.Is(table, r) }, true
	}
	if lo, hi, ok := block(name); ok {
		return func(r rune) bool { return lo <= r && r <= hi }, true
	}
	return nil, false
}

func category(name string) *unicode.RangeTable {
	switch name {
	case "L":
		return unicode.L
	case "Lu":
		return unicode.Lu
	case "Ll":
		return unicode.Ll
	case "Lt":
		return unicode.Lt
	case "Lm":
		return unicode.Lm
	case "Lo":
		return unicode.Lo
	case "M":
		return unicode.M
	case "Mn":
		return unicode.Mn
	case "Mc":
		return unicode.Mc
	case "N":
		return unicode.N
	case "Nd":
		return unicode.Nd
	case "Nl":
		return unicode.Nl
	case "No":
		return unicode.No
	case "P":
		return unicode.P
	case "Pc":
		return unicode.Pc
	case "Pd":
		return unicode.Pd
	case "Ps":
		return unicode.Ps
	case "Pe":
		return unicode.Pe
	case "Pi":
		return unicode.Pi
	case "Pf":
		return unicode.Pf
	case "Po":
		return unicode.Po
	case "S":
		return unicode.S
	case "Sm":
		return unicode.Sm
	case "Sc":
		return unicode.Sc
	case "Sk":
		return unicode.Sk
	case "So":
		return unicode.So
	case "Z":
		return unicode.Z
	case "Zs":
		return unicode.Zs
	case "Zl":
		return unicode.Zl
	case "Zp":
		return unicode.Zp
	case "C":
		return unicode.C
	case "Cc":
		return unicode.Cc
	case "Cf":
		return unicode.Cf
	}
	return nil
}

func block(name string) (lo, hi rune, ok bool) {
	switch name {
	case "IsBasicLatin":
		return 0, 0x7f, true
	case "IsLatin-1Supplement":
		return 0x80, 0xff, true
	case "IsLatinExtended-A":
		return 0x100, 0x17f, true
	case "IsLatinExtended-B":
		return 0x180, 0x24f, true
	case "IsGreek", "IsGreekandCoptic":
		return 0x370, 0x3ff, true
	case "IsCyrillic":
		return 0x400, 0x4ff, true
	case "IsHebrew":
		return 0x590, 0x5ff, true
	case "IsArabic":
		return 0x600, 0x6ff, true
	case "IsMathematicalOperators":
		return 0x2200, 0x22ff, true
	case "IsHiragana":
		return 0x3040, 0x309f, true
	case "IsKatakana":
		return 0x30a0, 0x30ff, true
	case "IsCJKUnifiedIdeographs":
		return 0x4e00, 0x9fff, true
	}
	return 0, 0, false
}
