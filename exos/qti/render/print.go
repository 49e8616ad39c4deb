package render

import (
	"math"
	"strconv"
	"strings"

	"pupitre/exos/qti/program"
)

// printed replaces a printed variable by its value in words (QTI 3.0.1 §2.10.2). A value that
// has no place or field of that name prints nothing.
func (a *arranger) printed(n Node, v program.Value) Node {
	words := make([]string, 0, 1)
	for _, s := range a.chosen(n, v) {
		text := Formatted(s, n.Format)
		if base, err := strconv.Atoi(n.Attrs["base"]); err == nil && s.Type == program.Integer && base >= 2 && base <= 36 {
			text = strconv.FormatInt(s.Int, base)
		}
		if a.comma && s.Numeric() {
			text = strings.Replace(text, ".", ",", 1)
		}
		words = append(words, text)
	}
	if v.Card == program.Record && n.Attrs["field"] == "" {
		for i, f := range v.Named {
			words[i] = f.Name + or(n.Attrs["mapping-indicator"], "=") + words[i]
		}
	}
	text := strings.Join(words, or(n.Attrs["delimiter"], ";"))
	if mantissa, exponent, ok := strings.Cut(strings.ToLower(text), "e"); ok && n.Attrs["power-form"] == "true" && len(words) == 1 {
		if power, err := strconv.Atoi(exponent); err == nil {
			return Element("span", Text(mantissa+"\u00a0×\u00a010"), Element("sup", Text(strconv.Itoa(power))))
		}
	}
	if n.Format == "math" {
		return Element("mn", Text(text))
	}
	return Text(text)
}

// chosen lists the scalars of v that n prints: all, those at one place, or one field. The
// place is a number from 1, or the name of a variable that holds it.
func (a *arranger) chosen(n Node, v program.Value) []program.Scalar {
	scalars := v.Scalars()
	for _, f := range v.Named {
		if field := n.Attrs["field"]; field == "" || field == f.Name {
			scalars = append(scalars, f.Value)
		}
	}
	index, ok := n.Attrs["index"]
	if !ok {
		return scalars
	}
	i, err := strconv.Atoi(index)
	if err != nil {
		named, _ := a.value(strings.Trim(index, "{}"))
		f, _ := named.Number()
		i = int(f)
	}
	if i < 1 || i > len(scalars) {
		return nil
	}
	return scalars[i-1 : i]
}

func or(text, fallback string) string {
	if text != "" {
		return text
	}
	return fallback
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
