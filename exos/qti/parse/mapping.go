package parse

import (
	"sort"
	"strings"

	"pupitre/exos/qti/program"
	"pupitre/exos/qti/report"
)

func (b *builder) mapping(e *element, t program.BaseType) *program.Mapping {
	if e == nil {
		return nil
	}
	m := &program.Mapping{Lower: b.bound64(e, "lower-bound"), Upper: b.bound64(e, "upper-bound")}
	m.Default, _ = b.float(e, "default-value")
	// Case counts unless said otherwise, on the entry or (not in the standard) on the whole.
	sensitive := e.attr("case-sensitive") != "false"
	for _, c := range e.children() {
		if !c.is("map-entry") {
			b.aside(report.ElementUnknown, c, "parent", e.raw)
			continue
		}
		key := b.literal(c, t, c.attr("map-key"))
		value, ok := b.float(c, "mapped-value")
		if !key.Some || !ok {
			continue
		}
		entry := program.MapEntry{Key: key.One, Value: value, CaseSensitive: sensitive}
		if own, ok := c.lookup("case-sensitive"); ok {
			entry.CaseSensitive = own != "false"
		}
		m.Entries = append(m.Entries, entry)
	}
	return m
}

// needMapping makes up for a mapping that a rule uses and its response lacks: the parts of the
// declared answer share one point, and what is no part of it takes as much away. A number
// needs none: it stands for itself.
func (b *builder) needMapping(op program.Op, response int, e *element) {
	if response < 0 {
		return
	}
	v := &b.p.Vars[response]
	switch {
	case op == program.OpMapResponse && v.Mapping == nil:
		b.warn(report.MappingMissing, e, "response", v.Identifier)
		parts := v.Correct.Scalars()
		if n := len(parts); n > 0 && !parts[0].Numeric() {
			zero, share := 0.0, 1/float64(n)
			v.Mapping = &program.Mapping{Default: -share, Lower: &zero}
			for _, key := range parts {
				v.Mapping.Entries = append(v.Mapping.Entries, program.MapEntry{Key: key, Value: share, CaseSensitive: true})
			}
		}
	case op == program.OpMapResponsePoint && v.Area == nil:
		b.warn(report.MappingMissing, e, "response", v.Identifier)
	}
}

func (b *builder) areaMapping(e *element) *program.AreaMapping {
	if e == nil {
		return nil
	}
	m := &program.AreaMapping{Lower: b.bound64(e, "lower-bound"), Upper: b.bound64(e, "upper-bound")}
	m.Default, _ = b.float(e, "default-value")
	for _, c := range e.all("area-map-entry") {
		area, ok := b.area(c)
		value, okValue := b.float(c, "mapped-value")
		if ok && okValue {
			m.Entries = append(m.Entries, program.AreaEntry{Area: *area, Value: value})
		}
	}
	return m
}

var shapes = map[string]program.Shape{
	"default": program.WholeArea, "rect": program.Rect, "circle": program.Circle, "poly": program.Poly, "ellipse": program.Ellipse,
	// HTML's and drawing tools' words for the same.
	"rectangle": program.Rect, "circ": program.Circle, "polygon": program.Poly, "oval": program.Ellipse,
}

// shapeNames are the standard's words.
var shapeNames = [...]string{program.WholeArea: "default", program.Rect: "rect", program.Circle: "circle", program.Poly: "poly", program.Ellipse: "ellipse"}

// area reads shape and coords; false, with a finding, where they make none.
func (b *builder) area(e *element) (*program.Area, bool) {
	shape, ok := shapes[strings.ToLower(e.attr("shape"))]
	if !ok {
		b.warn(report.ValueInvalid, e, "value", e.attr("shape"), "type", "shape")
		return nil, false
	}
	a := &program.Area{Shape: shape}
	for _, word := range strings.FieldsFunc(e.attr("coords"), func(r rune) bool { return r == ',' || r == ' ' || r == '\n' || r == '\t' }) {
		f, ok := program.ParseNumber(strings.TrimSuffix(word, "%"))
		if !ok {
			b.warn(report.ValueInvalid, e, "value", clip(word), "type", "coords")
			return nil, false
		}
		a.Coords = append(a.Coords, f)
	}
	least := map[program.Shape]int{program.Rect: 4, program.Circle: 3, program.Poly: 6, program.Ellipse: 4}[shape]
	if len(a.Coords) < least {
		b.warn(report.ValueInvalid, e, "value", clip(e.attr("coords")), "type", "coords")
		return nil, false
	}
	return a, true
}

// lookup reads a match table or an interpolation table.
func (b *builder) lookup(e *element, v *program.Variable) *program.LookupTable {
	table, line := e.child("match-table"), "match-table-entry"
	if table == nil {
		table, line = e.child("interpolation-table"), "interpolation-table-entry"
	}
	if table == nil {
		return nil
	}
	t := &program.LookupTable{Interpolated: table.name == "interpolation-table"}
	if text, ok := table.lookup("default-value"); ok {
		t.Default = b.literal(table, v.Type, text)
	}
	for _, c := range table.all(line) {
		source, ok := b.float(c, "source-value")
		if !ok {
			continue
		}
		t.Lines = append(t.Lines, program.LookupLine{
			Source: source, Include: c.attr("include-boundary") != "false", Target: b.literal(c, v.Type, c.attr("target-value")),
		})
	}
	if t.Interpolated {
		sort.SliceStable(t.Lines, func(i, j int) bool { return t.Lines[i].Source > t.Lines[j].Source })
	}
	return t
}
