package provision

import (
	"errors"
	"io"
	"unicode/utf8"

	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/internal/xmlgate"
)

// parser reads one document of a set against the grammar, and hands on each record that is whole.
type parser struct {
	name   fileName
	number int // of the file within the set
	found  *findings
	emit   func(*raw) error

	x      *xmlgate.Reader
	space  string
	degree directory.Degree
	now    raw    // the record being read
	label  string // its element
	broken bool   // something in it is wrong: it is not handed on
	pace   pace
}

// errBroken ends the reading of a document that is not XML any more; what is wrong has been said.
var errBroken = errors.New("the document is broken")

// parse reads a whole document. Its error is the source's or emit's; what is wrong with the document is a finding.
func (p *parser) parse(src io.Reader, limits Limits) error {
	p.x = xmlgate.NewReader(src, xmlgate.Limits{Bytes: limits.FileBytes, Elements: -1, Depth: 16, Text: 64 << 10, Encodings: true})
	err := p.document()
	if err == errBroken {
		return nil
	}
	if e, ok := errors.AsType[*fault.Error](err); ok && e.Kind == fault.Invalid {
		p.gate(e)
		return nil
	}
	return err
}

// gate turns an error of the XML itself into a finding: its code has words of its own.
func (p *parser) gate(e *fault.Error) {
	at := place{file: p.name.text, record: p.record()}
	var params []any
	for i := 0; i+1 < len(e.Params); i += 2 {
		if e.Params[i] == "line" {
			at.line, _ = e.Params[i+1].(int)
		}
		params = append(params, e.Params[i], e.Params[i+1])
	}
	p.found.refuse(e.Code, at, params...)
}

func (p *parser) document() error {
	t, err := p.x.Root()
	if err != nil {
		return ended(err)
	}
	records, ok := p.root(t)
	if !ok {
		return errBroken
	}
	if err := p.records(records); err != nil {
		return ended(err)
	}
	if _, err := p.x.Next(); err != io.EOF { // what follows the root is checked too
		return err
	}
	return nil
}

// ended keeps the end of a document from being taken for its reader's success.
func ended(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// root finds the grammar from the root's namespace, and holds the root to the name of the file.
func (p *parser) root(t xmlgate.Token) ([]record, bool) {
	at := p.at(t.Line)
	switch t.Name.Space {
	case space2D:
		p.degree = directory.SecondDegree
	case space1D:
		p.degree = directory.FirstDegree
	default:
		p.found.refuse("provision.schema.namespace", at, "space", t.Name.Space, "wanted", space2D)
		return nil, false
	}
	p.space = t.Name.Space
	if p.name.degree != "" && p.degree != p.name.degree {
		p.found.refuse("provision.file.degree", at, "found", string(p.degree), "wanted", string(p.name.degree))
		return nil, false
	}
	const prefix = "GAR-ENT-"
	if t.Name.Local != prefix+string(p.name.root) {
		p.found.refuse("provision.file.root", at, "found", t.Name.Local, "wanted", prefix+string(p.name.root))
		return nil, false
	}
	version := false
	for _, a := range t.Attr {
		if a.Name.Space == "" && a.Name.Local == "Version" {
			version = true
			continue
		}
		p.attribute(a, t.Line, t.Name.Local)
	}
	if !version {
		p.found.refuse("provision.schema.version", at, "element", t.Name.Local)
	}
	return grammar[p.degree][p.name.root], true
}

// attribute refuses every attribute but the two hints that schemas allow anywhere.
func (p *parser) attribute(a xmlgate.Attr, line int, element string) {
	if a.Name.Space == spaceXS && (a.Name.Local == "schemaLocation" || a.Name.Local == "noNamespaceSchemaLocation") {
		return
	}
	p.wrong("provision.schema.attribute", line, "attribute", a.Name.Local, "element", element)
}

func (p *parser) attributes(t xmlgate.Token) {
	for _, a := range t.Attr {
		p.attribute(a, t.Line, t.Name.Local)
	}
}

// records reads the children of the root: each kind from none to any number, in order.
func (p *parser) records(records []record) error {
	at := 0
	for {
		t, err := p.x.Next()
		switch {
		case err != nil:
			return err
		case t.Kind == xmlgate.End:
			return nil
		case t.Kind == xmlgate.Text:
			if !t.Blank() {
				p.wrong("provision.schema.text", t.Line, "element", "GAR-ENT-"+string(p.name.root))
			}
			continue
		}
		next := at
		for next < len(records) && (t.Name.Local != records[next].name || t.Name.Space != p.space) {
			next++
		}
		if next == len(records) {
			p.found.refuse("provision.schema.element", p.at(t.Line), "element", t.Name.Local, "within", "GAR-ENT-"+string(p.name.root), "wanted", names(records[at:]))
			if err := p.x.Skip(); err != nil {
				return err
			}
			continue
		}
		at = next
		if err := p.one(records[at], t); err != nil {
			return err
		}
	}
}

// one reads a record and hands it on if nothing in it is wrong.
func (p *parser) one(r record, t xmlgate.Token) error {
	p.now.reset(r.kind, p.number, t.Line)
	p.label, p.broken = r.name, false
	p.attributes(t)
	if err := p.sequence(r.name, r.inside); err != nil {
		return err // the label stays: the error is in this record
	}
	p.label = ""
	p.pace.step()
	if p.broken {
		return nil
	}
	return p.emit(&p.now)
}

// sequence reads the children of an element up to its End, in the order and numbers of the schema. After a fault it goes on
// with what can still be placed, so that one slip does not hide the next.
func (p *parser) sequence(within string, elements []element) error {
	at, seen := 0, 0
	for {
		t, err := p.x.Next()
		switch {
		case err != nil:
			return err
		case t.Kind == xmlgate.End:
			p.owed(within, elements, at, seen, len(elements), t.Line)
			return nil
		case t.Kind == xmlgate.Text:
			if !t.Blank() {
				p.wrong("provision.schema.text", t.Line, "element", within)
			}
			continue
		}
		next, ok := p.find(t.Name, elements, at, seen)
		if !ok {
			p.wrong("provision.schema.element", t.Line, "element", t.Name.Local, "within", within, "wanted", wanted(elements, at, seen))
			if err := p.x.Skip(); err != nil {
				return err
			}
			continue
		}
		if next != at {
			p.owed(within, elements, at, seen, next, t.Line)
			at, seen = next, 0
		}
		seen++
		if err := p.element(elements[at], t); err != nil {
			return err
		}
	}
}

// find places a child in the sequence, from where it stands on.
func (p *parser) find(n xmlgate.Name, elements []element, at, seen int) (int, bool) {
	if n.Space != p.space {
		return 0, false
	}
	for i := at; i < len(elements); i++ {
		if elements[i].name == n.Local && (i > at || seen == 0 || elements[i].many) {
			return i, true
		}
	}
	return 0, false
}

// owed says which elements between at and next should have come.
func (p *parser) owed(within string, elements []element, at, seen, next, line int) {
	for i := at; i < next; i++ {
		if elements[i].min > 0 && (i > at || seen == 0) {
			p.wrong("provision.schema.missing", line, "element", elements[i].name, "within", within)
		}
	}
}

// element reads one child: a group, or a text of a certain length or form.
func (p *parser) element(e element, t xmlgate.Token) error {
	p.attributes(t)
	if e.inside != nil {
		return p.sequence(e.name, e.inside)
	}
	line := t.Line
	text, err := p.x.Bytes()
	if err != nil {
		return err
	}
	switch {
	case e.field == fBirth:
		if !isDate(text) {
			p.wrong("provision.schema.date", line, "element", e.name)
		}
		return nil // checked and dropped
	case e.field == fBirthName || e.field == fOtherGiven:
		p.length(e, text, line)
		return nil // checked and dropped
	}
	p.length(e, text, line)
	p.now.add(e.field, text)
	return nil
}

func (p *parser) length(e element, text []byte, line int) {
	if len(text) > e.length && utf8.RuneCount(text) > e.length {
		p.wrong("provision.schema.length", line, "element", e.name, "limit", e.length, "length", utf8.RuneCount(text))
	}
}

// wrong is a fault against the schema: the set is refused, and the record it is in is not handed on.
func (p *parser) wrong(rule string, line int, params ...any) {
	p.broken = true
	p.found.refuse(rule, p.at(line), params...)
}

func (p *parser) at(line int) place { return place{p.name.text, line, p.record()} }

// record names the record being read by its element and what has been read of its key.
func (p *parser) record() string {
	if p.label == "" {
		return ""
	}
	return naming(p.label, &p.now)
}

// names lists what may come, for a message.
func names(records []record) string {
	var s string
	for i, r := range records {
		if i > 0 {
			s += ", "
		}
		s += r.name
	}
	return s
}

// wanted lists the elements that may stand where a sequence is: up to and with the next one that must.
func wanted(elements []element, at, seen int) string {
	var s string
	for i := at; i < len(elements); i++ {
		if i == at && seen > 0 && !elements[i].many {
			continue
		}
		if s != "" {
			s += ", "
		}
		s += elements[i].name
		if elements[i].min > 0 && (i > at || seen == 0) {
			break
		}
	}
	return s
}
