package parse

import (
	"strings"
)

// element is one XML element under its canonical name: QTI 3's, without "qti-".
type element struct {
	name  string // "simple-choice"; HTML and MathML names as they are
	raw   string // as written, for findings
	qti   bool   // a QTI element, not HTML or MathML
	space string
	line  int
	attrs []attribute
	nodes []node
}

// attribute has its canonical name; raw is the local name as written (viewBox).
type attribute struct{ name, raw, value string }

// node is a child: an element, or text where el is nil.
type node struct {
	el   *element
	text string
}

// attr is the value of an attribute, "" where absent.
func (e *element) attr(name string) string {
	v, _ := e.lookup(name)
	return v
}

func (e *element) lookup(name string) (string, bool) {
	for _, a := range e.attrs {
		if a.name == name {
			return strings.TrimSpace(a.value), true
		}
	}
	return "", false
}

// yes reads a boolean attribute.
func (e *element) yes(name string) bool {
	v := e.attr(name)
	return v == "true" || v == "1"
}

// is tells whether e is the QTI element of that canonical name.
func (e *element) is(name string) bool { return e != nil && e.qti && e.name == name }

// children lists the child elements.
func (e *element) children() []*element {
	var out []*element
	for _, n := range e.nodes {
		if n.el != nil {
			out = append(out, n.el)
		}
	}
	return out
}

// child is the first QTI child of that name, nil when there is none.
func (e *element) child(name string) *element {
	for _, n := range e.nodes {
		if n.el.is(name) {
			return n.el
		}
	}
	return nil
}

// all lists the QTI children of that name.
func (e *element) all(name string) []*element {
	var out []*element
	for _, n := range e.nodes {
		if n.el.is(name) {
			out = append(out, n.el)
		}
	}
	return out
}

// find is the first descendant that satisfies want, in document order.
func (e *element) find(want func(*element) bool) *element {
	for _, n := range e.nodes {
		if n.el == nil {
			continue
		}
		if want(n.el) {
			return n.el
		}
		if found := n.el.find(want); found != nil {
			return found
		}
	}
	return nil
}

// text is all the text inside e, as written.
func (e *element) text() string {
	var b strings.Builder
	e.appendText(&b)
	return b.String()
}

func (e *element) appendText(b *strings.Builder) {
	for _, n := range e.nodes {
		if n.el != nil {
			n.el.appendText(b)
		} else {
			b.WriteString(n.text)
		}
	}
}

// tokens splits a list attribute; nil where there is none.
func (e *element) tokens(name string) []string {
	if words := strings.Fields(e.attr(name)); len(words) > 0 {
		return words
	}
	return nil
}
