package write

import (
	"strconv"
	"strings"

	"pupitre/exos/qti/program"
)

var kinds = map[program.Kind]string{
	program.Response: "response", program.Outcome: "outcome", program.Template: "template", program.Context: "context",
}

var cardinalities = map[program.Cardinality]string{
	program.Single: "single", program.Multiple: "multiple", program.Ordered: "ordered", program.Record: "record",
}

// declarations writes the variables, but for those that every session has anyway.
func (w *writer) declarations() {
	for i := range w.p.Vars {
		if v := &w.p.Vars[i]; !builtin(v) {
			w.declare(v)
		}
	}
}

func builtin(v *program.Variable) bool {
	plain := !v.Default.Some && !v.Correct.Some && v.Mapping == nil && v.Lookup == nil && v.Card == program.Single && !v.External
	switch v.Identifier {
	case program.NumAttempts:
		return plain && v.Kind == program.Response && v.Type == program.Integer
	case program.DurationVar:
		return plain && v.Kind == program.Response && v.Type == program.Duration
	case program.CompletionStatus:
		return plain && v.Kind == program.Outcome && v.Type == program.Identifier
	}
	return false
}

func (w *writer) declare(v *program.Variable) {
	name := "qti-" + kinds[v.Kind] + "-declaration"
	attributes := []string{"identifier", v.Identifier, "cardinality", cardinalities[v.Card], "base-type", v.Type.String()}
	switch v.Kind {
	case program.Outcome:
		human := ""
		if v.External {
			human = "human"
		}
		attributes = append(attributes, "normal-minimum", bound(v.NormalMin), "normal-maximum", bound(v.NormalMax), "external-scored", human)
	case program.Template:
		attributes = append(attributes, "math-variable", yes(w.math[v.Identifier], ""))
	}
	w.Open(name, attributes...)
	w.values("qti-default-value", v.Default)
	w.values("qti-correct-response", v.Correct)
	w.mapping(v.Mapping)
	w.areas(v.Area)
	w.lookup(v.Lookup)
	w.Close(name)
	w.Line()
}

func bound(f *float64) string {
	if f == nil {
		return ""
	}
	return program.FormatNumber(*f)
}

// values writes a value; NULL is not written.
func (w *writer) values(name string, v program.Value) {
	if !v.Some {
		return
	}
	w.Open(name)
	for _, s := range v.Scalars() {
		w.Leaf("qti-value", s.Lexical())
	}
	for _, f := range v.Named {
		w.Leaf("qti-value", f.Value.Lexical(), "field-identifier", f.Name, "base-type", f.Value.Type.String())
	}
	w.Close(name)
}

func (w *writer) mapping(m *program.Mapping) {
	if m == nil {
		return
	}
	w.Open("qti-mapping", "lower-bound", bound(m.Lower), "upper-bound", bound(m.Upper), "default-value", program.FormatNumber(m.Default))
	for _, e := range m.Entries {
		w.Empty("qti-map-entry", "map-key!", e.Key.Lexical(), "mapped-value", program.FormatNumber(e.Value), "case-sensitive", strconv.FormatBool(e.CaseSensitive))
	}
	w.Close("qti-mapping")
}

func (w *writer) areas(m *program.AreaMapping) {
	if m == nil {
		return
	}
	w.Open("qti-area-mapping", "lower-bound", bound(m.Lower), "upper-bound", bound(m.Upper), "default-value", program.FormatNumber(m.Default))
	for i := range m.Entries {
		e := &m.Entries[i]
		w.Empty("qti-area-map-entry", append(area(&e.Area), "mapped-value", program.FormatNumber(e.Value))...)
	}
	w.Close("qti-area-mapping")
}

var shapes = map[program.Shape]string{
	program.WholeArea: "default", program.Rect: "rect", program.Circle: "circle", program.Poly: "poly", program.Ellipse: "ellipse",
}

// area is shape and coordinates, as attributes.
func area(a *program.Area) []string {
	return []string{"shape", shapes[a.Shape], "coords", numbers(a.Coords)}
}

func numbers(list []float64) string {
	words := make([]string, len(list))
	for i, f := range list {
		words[i] = program.FormatNumber(f)
	}
	return strings.Join(words, ",")
}

func (w *writer) lookup(t *program.LookupTable) {
	if t == nil {
		return
	}
	table, line := "qti-match-table", "qti-match-table-entry"
	if t.Interpolated {
		table, line = "qti-interpolation-table", "qti-interpolation-table-entry"
	}
	w.Open(table, "default-value", lexical(t.Default))
	for _, l := range t.Lines {
		include := ""
		if !l.Include {
			include = "false"
		}
		w.Empty(line, "source-value", program.FormatNumber(l.Source), "target-value!", lexical(l.Target), "include-boundary", include)
	}
	w.Close(table)
}

// lexical is a single value as an attribute has it.
func lexical(v program.Value) string {
	if !v.Some || v.Card != program.Single {
		return ""
	}
	return v.One.Lexical()
}
