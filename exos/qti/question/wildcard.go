package question

import (
	"strings"
	"unicode"
)

// In a short answer « * » stands for any words, « \* » for the sign itself (https://docs.moodle.org/en/Short-Answer_question_type).

// anything is the pattern of « * ».
const anything = `(.|\n)*`

// Wild tells whether the answer holds a « * » that stands for anything.
func Wild(answer string) bool { return strings.Contains(strings.ReplaceAll(answer, `\*`, ""), "*") }

// literal is the answer without wildcards, as a pupil would type it.
func literal(answer string) string {
	return strings.ReplaceAll(strings.ReplaceAll(strings.ReplaceAll(answer, `\*`, "\x00"), "*", ""), "\x00", "*")
}

// pattern is the XML-Schema pattern of an answer with wildcards; without care for capitals, a letter is the class of its two forms.
func pattern(answer string, withCase bool) string {
	var b strings.Builder
	escaped := false
	for _, r := range strings.TrimSpace(answer) {
		switch {
		case r == '\\' && !escaped:
			escaped = true
			continue
		case r == '*' && !escaped:
			b.WriteString(anything)
		default:
			if escaped && r != '*' {
				letter(&b, '\\', withCase)
			}
			letter(&b, r, withCase)
		}
		escaped = false
	}
	if escaped {
		letter(&b, '\\', withCase)
	}
	return b.String()
}

func letter(b *strings.Builder, r rune, withCase bool) {
	other := unicode.ToLower(r)
	if other == r {
		other = unicode.ToUpper(r)
	}
	switch {
	case !withCase && other != r: // as its author typed it first
		b.WriteByte('[')
		b.WriteRune(r)
		b.WriteRune(other)
		b.WriteByte(']')
	case strings.ContainsRune(`\|.?*+(){}[]^$-`, r):
		b.WriteByte('\\')
		b.WriteRune(r)
	default:
		b.WriteRune(r)
	}
}

// fromPattern is the answer of which pattern made this pattern; false where it made none such.
func fromPattern(source string) (answer string, withCase, ok bool) {
	var b strings.Builder
	for rest := source; rest != ""; {
		if after, found := strings.CutPrefix(rest, anything); found {
			b.WriteByte('*')
			rest = after
			continue
		}
		runes := []rune(rest)
		one, width := runes[0], 1
		switch {
		case one == '[' && len(runes) >= 4 && runes[3] == ']':
			one, width = runes[1], 4
		case one == '\\' && len(runes) >= 2:
			one, width = runes[1], 2
		}
		if one == '*' {
			b.WriteByte('\\')
		}
		b.WriteRune(one)
		rest = string(runes[width:])
	}
	for _, withCase := range []bool{false, true} {
		if pattern(b.String(), withCase) == source {
			return b.String(), withCase, true
		}
	}
	return "", false, false
}
