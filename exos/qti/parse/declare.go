package parse

import (
	"regexp"
	"strings"

	"pupitre/exos/qti/program"
	"pupitre/exos/qti/report"
)

// declarations reads the variables of the item, then those every session has.
func (b *builder) declarations() {
	for _, e := range b.root.children() {
		switch {
		case e.is("response-declaration"):
			b.declare(program.Response, e)
		case e.is("outcome-declaration"):
			b.declare(program.Outcome, e)
		case e.is("template-declaration"):
			b.declare(program.Template, e)
		case e.is("context-declaration"):
			b.declare(program.Context, e)
		}
	}
	b.builtin(program.Variable{Kind: program.Response, Identifier: program.NumAttempts, Type: program.Integer})
	b.builtin(program.Variable{Kind: program.Response, Identifier: program.DurationVar, Type: program.Duration})
	b.builtin(program.Variable{Kind: program.Outcome, Identifier: program.CompletionStatus, Type: program.Identifier})
}

// find is the index of a variable; the name that QTI 2.0 gave completionStatus still means it.
func (b *builder) find(identifier string) int {
	i := b.p.Find(identifier)
	if i < 0 && identifier == "completion_status" {
		i = b.p.Find(program.CompletionStatus)
	}
	return i
}

func (b *builder) builtin(v program.Variable) {
	if b.p.Find(v.Identifier) < 0 {
		b.p.Vars = append(b.p.Vars, v)
	}
}

func (b *builder) declare(kind program.Kind, e *element) {
	v := program.Variable{Kind: kind, Identifier: e.attr("identifier")}
	if v.Identifier == "" {
		b.aside(report.IdentifierMissing, e)
		return
	}
	if b.p.Find(v.Identifier) >= 0 {
		b.aside(report.VariableTwice, e, "identifier", v.Identifier)
		return
	}
	v.Card = b.cardinality(e)
	v.Type = b.baseType(e, v.Card)
	v.Default = b.defaultValue(e, &v)
	switch kind {
	case program.Response:
		b.key(e.child("correct-response"), &v)
		v.Area = b.areaMapping(e.child("area-mapping"))
	case program.Outcome:
		v.Lookup = b.lookup(e, &v)
		v.NormalMin, v.NormalMax = b.bound64(e, "normal-minimum"), b.bound64(e, "normal-maximum")
		v.External = e.attr("external-scored") == "human"
	case program.Template:
		b.math[v.Identifier] = e.yes("math-variable")
	}
	v.Mapping = b.mapping(e.child("mapping"), v.Type)
	b.lines[v.Identifier] = e.line
	b.p.Vars = append(b.p.Vars, v)
	for _, c := range e.children() {
		switch {
		case c.is("outcome-declaration"): // inside another, as some platforms write
			b.declare(program.Outcome, c)
		case !c.qti || !ofDeclaration[c.name]:
			b.aside(report.ElementUnknown, c, "parent", e.raw)
		}
	}
}

// key reads the declared answer. A response that holds one value may be given several keys by
// tools that declare all that is right.
func (b *builder) key(e *element, v *program.Variable) {
	if e == nil || v.Card != program.Single || len(e.all("value")) < 2 {
		v.Correct = b.values(e, v.Type, v.Card)
		return
	}
	all := b.values(e, v.Type, program.Multiple).Scalars()
	if len(all) > 0 {
		v.Correct = program.Of(all[0])
	}
	if len(all) > 1 {
		b.warn(report.KeySeveral, e, "response", v.Identifier)
		b.others[v.Identifier] = all[1:]
	}
}

// ofDeclaration are the children of a declaration that are read by name.
var ofDeclaration = map[string]bool{
	"default-value": true, "correct-response": true, "mapping": true, "area-mapping": true, "match-table": true, "interpolation-table": true,
}

func (b *builder) cardinality(e *element) program.Cardinality {
	name := e.attr("cardinality")
	card, ok := cardinalities[strings.ToLower(name)]
	if !ok || name != strings.ToLower(name) {
		b.warn(report.DeclarationInvalid, e, "attribute", "cardinality", "value", name)
	}
	return card
}

var cardinalities = map[string]program.Cardinality{
	"single": program.Single, "multiple": program.Multiple, "ordered": program.Ordered, "record": program.Record,
}

// nearTypes are words that authors write for base types.
var nearTypes = map[string]program.BaseType{
	"int": program.Integer, "double": program.Float, "decimal": program.Float, "number": program.Float, "numeric": program.Float,
	"bool": program.Boolean, "text": program.String, "directedpair": program.DirectedPair, "directed-pair": program.DirectedPair,
}

func (b *builder) baseType(e *element, card program.Cardinality) program.BaseType {
	name := e.attr("base-type")
	t, ok := program.TypeNamed(name)
	switch {
	case ok || card == program.Record && name == "":
		return t
	default:
		b.warn(report.DeclarationInvalid, e, "attribute", "base-type", "value", name)
	}
	if near, ok := nearTypes[strings.ToLower(name)]; ok {
		return near
	}
	if id := e.attr("identifier"); name == "" && (id == program.Score || id == program.MaxScore) {
		return program.Float
	}
	if t, ok = program.TypeNamed(strings.ToLower(name)); ok {
		return t
	}
	return program.String
}

// defaultValue reads qti-default-value; some authors write an attribute instead.
func (b *builder) defaultValue(e *element, v *program.Variable) program.Value {
	if d := e.child("default-value"); d != nil {
		return b.values(d, v.Type, v.Card)
	}
	if text, ok := e.lookup("default-value"); ok && v.Card == program.Single {
		return b.literal(e, v.Type, text)
	}
	return program.Value{Card: v.Card}
}

// values reads the qti-value children of e into one value.
func (b *builder) values(e *element, t program.BaseType, card program.Cardinality) program.Value {
	if e == nil {
		return program.Value{Card: card}
	}
	var scalars []program.Scalar
	var fields []program.Field
	children := e.children()
	if text := strings.TrimSpace(e.text()); len(children) == 0 && text != "" && card != program.Record { // as some write: without a value element
		b.warn(report.ValueLoose, e, "value", clip(text))
		children = []*element{{raw: e.raw, name: "value", qti: true, line: e.line, nodes: e.nodes}}
	}
	for _, c := range children {
		if !c.is("value") {
			b.aside(report.ElementUnknown, c, "parent", e.raw)
			continue
		}
		of := t
		if named, ok := program.TypeNamed(c.attr("base-type")); ok && (card == program.Record || t == program.None) {
			of = named
		}
		text := c.text()
		if strings.TrimSpace(text) == "" {
			continue // no value
		}
		v := b.literal(c, of, text)
		if !v.Some {
			continue
		}
		scalars = append(scalars, v.One)
		fields = append(fields, program.Field{Name: c.attr("field-identifier"), Value: v.One})
	}
	switch {
	case card == program.Record:
		return program.RecordOf(fields)
	case card != program.Single:
		return program.Container(card, scalars)
	case len(scalars) == 0:
		return program.Null()
	}
	return program.Of(scalars[0])
}

// written turns a literal that authors write into one that the standard has: A,B for a pair, 1/2 and 1,250 for numbers.
func written(t program.BaseType, text string) string {
	switch {
	case t == program.Pair || t == program.DirectedPair:
		return strings.ReplaceAll(text, ",", " ")
	case t == program.Float && strings.Count(text, "/") == 1:
		over, under, _ := strings.Cut(text, "/")
		a, okA := program.ParseNumber(over)
		b, okB := program.ParseNumber(under)
		if okA && okB && b != 0 {
			return program.FormatNumber(a / b)
		}
	case t == program.Integer && thousands.MatchString(strings.TrimSpace(text)):
		return strings.ReplaceAll(text, ",", "")
	}
	return text
}

var thousands = regexp.MustCompile(`^[-+]?\d{1,3}(,\d{3})+$`)

// literal reads text as one scalar; NULL, with a finding, where it is not of its type.
func (b *builder) literal(e *element, t program.BaseType, text string) program.Value {
	if t == program.String {
		text = strings.TrimSpace(text)
	}
	if t == program.None {
		t = program.String
	}
	s, ok := program.ParseScalar(t, text)
	if !ok {
		if s, ok = program.ParseScalar(t, written(t, text)); ok {
			b.note(report.ValueLoose, e, "value", clip(text))
		}
	}
	if !ok {
		b.warn(report.ValueInvalid, e, "value", clip(text), "type", t.String())
		return program.Null()
	}
	return program.Of(s)
}

// clip keeps a finding's parameter short.
func clip(s string) string {
	s = strings.TrimSpace(s)
	if r := []rune(s); len(r) > 80 {
		return string(r[:79]) + "…"
	}
	return s
}

// float reads a number attribute, false where it is absent or none.
func (b *builder) float(e *element, name string) (float64, bool) {
	text, ok := e.lookup(name)
	if !ok || text == "" {
		return 0, false
	}
	f, ok := program.ParseNumber(text)
	if !ok {
		b.warn(report.ValueInvalid, e, "value", clip(text), "type", "float")
	}
	return f, ok
}

func (b *builder) bound64(e *element, name string) *float64 {
	if f, ok := b.float(e, name); ok {
		return &f
	}
	return nil
}
