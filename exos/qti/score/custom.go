package score

import (
	"math"
	"strings"

	"pupitre/exos/qti/program"
)

// KnownCustom tells whether a custom operator of that name is run: those that authoring tools
// ship with their exercises, of which the meaning is public. Used at import.
func KnownCustom(name string) bool {
	switch name {
	case "trim", "toascii", "parsecommadecimal", "stringtonumber", "numerator", "denominator",
		"csvtomultiple", "csvtoordered", "explode", "implode":
		return true
	}
	return false
}

// custom runs a custom operator that KnownCustom knows; any other is NULL. The delimiter of
// explode and implode is in Expr.Value.
func (m *machine) custom(e *program.Expr) program.Value {
	v := m.arg(e, 0)
	if v.IsNull() || v.Card == program.Record {
		return program.Null()
	}
	if e.Text == "implode" {
		return program.Text(strings.Join(v.Lexicals(), e.Value.One.Text))
	}
	if v.Card != program.Single {
		return program.Null()
	}
	text := v.One.Lexical()
	switch e.Text {
	case "trim":
		return program.Text(strings.TrimFunc(text, isSpace))
	case "toascii":
		return program.Text(fold(text, program.Composition|program.Ligatures|program.Apostrophes|program.Accents))
	case "parsecommadecimal":
		if strings.Contains(text, ",") { // then points set thousands apart
			text = strings.ReplaceAll(text, ".", "")
		}
		return numberIn(text)
	case "stringtonumber": // of English texts: a comma sets thousands apart
		return numberIn(strings.ReplaceAll(text, ",", ""))
	case "numerator", "denominator":
		over, under, ok := strings.Cut(text, "/")
		if !ok {
			under = "1"
		}
		if e.Text == "numerator" {
			return numberIn(over)
		}
		return numberIn(under)
	case "csvtomultiple":
		return parts(text, ",", program.Multiple)
	case "csvtoordered":
		return parts(text, ",", program.Ordered)
	case "explode":
		return parts(text, e.Value.One.Text, program.Ordered)
	}
	return program.Null()
}

func numberIn(text string) program.Value {
	if f, ok := program.ParseNumber(text); ok {
		return real(f, f == math.Floor(f))
	}
	return program.Null()
}

// parts cuts a text at each delimiter.
func parts(text, delimiter string, card program.Cardinality) program.Value {
	if delimiter == "" {
		return program.Value{Card: card}
	}
	var items []program.Scalar
	for part := range strings.SplitSeq(text, delimiter) {
		part = strings.TrimFunc(part, isSpace)
		if items = append(items, program.Scalar{Type: program.String, Text: part}); len(items) > maxItems {
			return program.Value{Card: card}
		}
	}
	return program.Container(card, items)
}
