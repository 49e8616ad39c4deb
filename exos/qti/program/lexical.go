package program

import (
	"math"
	"strconv"
	"strings"
)

// typeNames are the words of QTI for base types, in the order of the constants.
var typeNames = [...]string{
	"", "boolean", "integer", "float", "string", "identifier", "uri", "pair", "directedPair", "point", "duration", "file",
}

// String is QTI's word for the base type.
func (t BaseType) String() string {
	if int(t) < len(typeNames) {
		return typeNames[t]
	}
	return ""
}

// TypeNamed is the base type that QTI calls name, false when there is none.
func TypeNamed(name string) (BaseType, bool) {
	if name == "intOrIdentifier" {
		return Identifier, true
	}
	for i, known := range typeNames {
		if name == known && i > 0 {
			return BaseType(i), true
		}
	}
	return None, false
}

// ParseScalar reads the lexical form of a scalar, false where text is not one. Numbers are
// read as French pupils write them too: see ParseNumber.
func ParseScalar(t BaseType, text string) (Scalar, bool) {
	s := Scalar{Type: t}
	switch t {
	case None:
		return Scalar{}, false
	case String, File:
		s.Text = text
		return s, true
	case Identifier, URI:
		s.Text = strings.Join(strings.Fields(text), " ")
		return s, s.Text != ""
	case Boolean:
		return parseBoolean(strings.TrimSpace(text))
	case Integer:
		f, ok := ParseNumber(text)
		if !ok || f != math.Floor(f) || math.Abs(f) > 1<<53 {
			return Scalar{}, false
		}
		s.Int = int64(f)
		return s, true
	case Float:
		var ok bool
		s.Float, ok = ParseNumber(text)
		return s, ok
	case Pair, DirectedPair:
		words := strings.Fields(text)
		if len(words) != 2 {
			return Scalar{}, false
		}
		s.Text, s.Second = words[0], words[1]
		return s, true
	case Point:
		return parsePoint(text)
	}
	return parseDuration(strings.TrimSpace(text))
}

func parseBoolean(text string) (Scalar, bool) {
	switch text {
	case "true", "1", "TRUE", "True":
		return Scalar{Type: Boolean, Int: 1}, true
	case "false", "0", "FALSE", "False":
		return Scalar{Type: Boolean}, true
	}
	return Scalar{}, false
}

// parsePoint reads "x y" or "x,y"; decimals, which a pointer may give, are rounded.
func parsePoint(text string) (Scalar, bool) {
	words := strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == ',' || r == '\t' || r == '\n' || r == '\r' })
	if len(words) != 2 {
		return Scalar{}, false
	}
	x, okX := ParseNumber(words[0])
	y, okY := ParseNumber(words[1])
	if !okX || !okY || math.Abs(x) > 1<<40 || math.Abs(y) > 1<<40 {
		return Scalar{}, false
	}
	return Scalar{Type: Point, Int: int64(math.Floor(x + 0.5)), Y: int64(math.Floor(y + 0.5))}, true
}

// ParseNumber reads a number as XML Schema writes it (12, -3.5, 1e3, INF) and as a French
// pupil does: a decimal comma, thousands set apart by spaces of any width (« 12 345,6 »),
// a true minus sign. A comma is always the decimal sign; "1,234.5" is not a number.
func ParseNumber(text string) (float64, bool) {
	text = strings.TrimSpace(text)
	switch text {
	case "INF", "+INF":
		return math.Inf(1), true
	case "-INF":
		return math.Inf(-1), true
	}
	plain, ok := plainNumber(text)
	if !ok {
		return 0, false
	}
	f, err := strconv.ParseFloat(plain, 64)
	return f, err == nil
}

// PlainNumber rewrites a decimal number as programs write it: a point, no spaces, its digits
// as they are (3,50 is 3.50). False where text is no number, or one with an exponent.
func PlainNumber(text string) (string, bool) {
	plain, ok := plainNumber(strings.TrimSpace(text))
	return plain, ok && !strings.ContainsRune(plain, 'e')
}

// plainNumber rewrites text into the form of strconv, refusing all that is not decimal.
func plainNumber(text string) (string, bool) {
	plain := make([]byte, 0, len(text))
	digits, point, exponent, group := 0, false, false, -1
	for i, r := range text {
		switch {
		case '0' <= r && r <= '9':
			plain = append(plain, byte(r))
			digits++
			if group >= 0 {
				group++
			}
		case r == '-' || r == '+' || r == '−':
			if len(plain) > 0 && plain[len(plain)-1] != 'e' {
				return "", false
			}
			if r != '+' {
				plain = append(plain, '-')
			}
		case r == '.' || r == ',':
			if point || exponent || group >= 0 && group != 3 {
				return "", false
			}
			plain = append(plain, '.')
			point, group = true, -1
		case r == 'e' || r == 'E':
			if exponent || digits == 0 || group >= 0 {
				return "", false
			}
			plain = append(plain, 'e')
			exponent = true
		case thousandsSpace(r) && i > 0 && digits > 0 && !point && !exponent:
			if group >= 0 && group != 3 || group < 0 && digits > 3 {
				return "", false
			}
			group = 0
		default:
			return "", false
		}
	}
	return string(plain), digits > 0 && (group < 0 || group == 3)
}

// thousandsSpace: space, no-break, thin, narrow no-break, figure space.
func thousandsSpace(r rune) bool {
	return r == ' ' || r == '\u00a0' || r == '\u2009' || r == '\u202f' || r == '\u2007'
}

// parseDuration reads an ISO 8601 duration without months or years (PT1H30M, P1DT2.5S), or
// a number of seconds.
func parseDuration(text string) (Scalar, bool) {
	s := Scalar{Type: Duration}
	if !strings.HasPrefix(text, "P") {
		f, ok := ParseNumber(text)
		s.Float = f
		return s, ok && f >= 0
	}
	inTime, number, parts := false, "", 0
	for _, r := range text[1:] {
		unit := 0.0
		switch {
		case r == 'T' && !inTime && number == "":
			inTime = true
			continue
		case '0' <= r && r <= '9' || r == '.':
			number += string(r)
			continue
		case r == 'D' && !inTime:
			unit = 86400
		case r == 'H' && inTime:
			unit = 3600
		case r == 'M' && inTime:
			unit = 60
		case r == 'S' && inTime:
			unit = 1
		default:
			return Scalar{}, false
		}
		f, err := strconv.ParseFloat(number, 64)
		if err != nil {
			return Scalar{}, false
		}
		s.Float += float64(f * unit)
		number = ""
		parts++
	}
	return s, parts > 0 && number == ""
}

// Lexical is the form that ParseScalar reads back.
func (s Scalar) Lexical() string {
	switch s.Type {
	case Boolean:
		if s.Int != 0 {
			return "true"
		}
		return "false"
	case Integer:
		return strconv.FormatInt(s.Int, 10)
	case Float, Duration:
		return FormatNumber(s.Float)
	case Point:
		return strconv.FormatInt(s.Int, 10) + " " + strconv.FormatInt(s.Y, 10)
	case Pair, DirectedPair:
		return s.Text + " " + s.Second
	}
	return s.Text
}

// FormatNumber is the shortest text that reads back as f, without exponent where that is short.
func FormatNumber(f float64) string {
	switch {
	case math.IsInf(f, 1):
		return "INF"
	case math.IsInf(f, -1):
		return "-INF"
	}
	if a := math.Abs(f); a == 0 || a >= 1e-6 && a < 1e21 {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	return strconv.FormatFloat(f, 'e', -1, 64)
}

// Lexicals lists the scalars of v in lexical form; nil for NULL and records.
func (v Value) Lexicals() []string {
	scalars := v.Scalars()
	if len(scalars) == 0 {
		return nil
	}
	out := make([]string, len(scalars))
	for i, s := range scalars {
		out[i] = s.Lexical()
	}
	return out
}
