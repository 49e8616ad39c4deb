package score

import (
	"strings"

	"pupitre/exos/qti/program"
)

// KnownCustom tells whether a custom operator of that name is run: those that authoring tools
// ship with their exercises, of which the meaning is public. Used at import.
func KnownCustom(name string) bool {
	switch name {
	case "trim", "toascii", "parsecommadecimal", "parsedecimaldutch", "explode", "implode":
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
	case "parsecommadecimal", "parsedecimaldutch":
		if strings.Contains(text, ",") { // then points set thousands apart
			text = strings.ReplaceAll(text, ".", "")
		}
		if f, ok := program.ParseNumber(text); ok {
			return real(f, false)
		}
	case "explode":
		if e.Value.IsNull() {
			return program.Null()
		}
		var items []program.Scalar
		for part := range strings.SplitSeq(text, e.Value.One.Text) {
			if items = append(items, program.Scalar{Type: program.String, Text: part}); len(items) > maxItems {
				return program.Null()
			}
		}
		return program.Container(program.Ordered, items)
	}
	return program.Null()
}
