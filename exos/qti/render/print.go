package render

import (
	"math"
	"strconv"
	"strings"

	"pupitre/exos/qti/program"
)

// printed replaces a printed variable by its value in words (QTI 3.0.1 §2.10.2).
func printed(n Node, v program.Value) Node {
	scalars := v.Scalars()
	if i, err := strconv.Atoi(n.Attrs["index"]); err == nil && i >= 1 && i <= len(scalars) {
		scalars = scalars[i-1 : i]
	}
	if field := n.Attrs["field"]; field != "" {
		for _, f := range v.Named {
			if f.Name == field {
				scalars = []program.Scalar{f.Value}
			}
		}
	}
	words := make([]string, len(scalars))
	for i, s := range scalars {
		words[i] = Formatted(s, n.Format)
	}
	delimiter := n.Attrs["delimiter"]
	if delimiter == "" {
		delimiter = ";"
	}
	text := strings.Join(words, delimiter)
	if n.Format == "math" {
		return Element("mn", Text(text))
	}
	return Text(text)
}

// Formatted prints a scalar by a C-like format ("%.2f", "%i", "%e"), as text without one.
func Formatted(s program.Scalar, format string) string {
	verb, precision, width, zero, ok := parseFormat(format)
	if !ok || !s.Numeric() {
		return s.Lexical()
	}
	f, text := s.Number(), ""
	switch verb {
	case 'd', 'i':
		text = strconv.FormatFloat(math.Floor(f+0.5), 'f', 0, 64)
	case 'f', 'e', 'E', 'g', 'G':
		text = strconv.FormatFloat(f, verb, precision, 64)
	case 'x', 'X', 'o':
		base := 16
		if verb == 'o' {
			base = 8
		}
		text = strconv.FormatInt(int64(f), base)
		if verb == 'X' {
			text = strings.ToUpper(text)
		}
	}
	for len(text) < width && width < 100 {
		if zero {
			text = "0" + text
		} else {
			text = " " + text
		}
	}
	return text
}

// parseFormat reads "%[0][width][.precision]verb"; letters around it are not supported by
// QTI either.
func parseFormat(format string) (verb byte, precision, width int, zero, ok bool) {
	rest, found := strings.CutPrefix(format, "%")
	if !found || rest == "" {
		return 0, 0, 0, false, false
	}
	verb = rest[len(rest)-1]
	numbers, fraction, hasPoint := strings.Cut(strings.TrimLeft(rest[:len(rest)-1], "+- #"), ".")
	zero = strings.HasPrefix(numbers, "0")
	width, _ = strconv.Atoi(numbers)
	precision = 6
	if hasPoint {
		precision, _ = strconv.Atoi(fraction)
	}
	return verb, min(precision, 30), width, zero, strings.IndexByte("difeEgGxXo", verb) >= 0
}
