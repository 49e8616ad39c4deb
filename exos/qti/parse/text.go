package parse

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"pupitre/exos/qti/pack"
	"pupitre/exos/qti/report"
)

// Text reads a file of plain text as UTF-8: UTF-8 itself or UTF-16 where a byte-order mark announces it, else Windows-1252,
// which latin says. It is false for what is no text at all.
func Text(data []byte) (text []byte, latin, ok bool) {
	text, ok = decodeText(data)
	if !ok || bytes.IndexFunc(text, control) >= 0 {
		return nil, false, false
	}
	if utf8.Valid(text) {
		return text, false, true
	}
	out := make([]byte, 0, len(text)+len(text)/8)
	for _, b := range text {
		out = utf8.AppendRune(out, fromWindows1252(b))
	}
	return out, true, true
}

// control: what no text has. U+FFFD stands for bytes that are not UTF-8.
func control(r rune) bool { return r < ' ' && r != '\n' && r != '\r' && r != '\t' && r != '\f' }

// Element is an element of XML that is not QTI.
type Element struct {
	Name     string
	Line     int
	Text     string // of an element that holds nothing else, as written
	Children []*Element
	attrs    []attribute
}

// Document reads XML of another vocabulary through the same gate as an item.
func Document(data []byte, limits pack.Limits) (*Element, *report.Finding) {
	root, refusal := read(data, "", limits.OrDefault())
	if refusal != nil {
		return nil, refusal
	}
	return plain(root), nil
}

func plain(e *element) *Element {
	out := &Element{Name: e.raw, Line: e.line, attrs: e.attrs}
	for _, c := range e.children() {
		out.Children = append(out.Children, plain(c))
	}
	if len(out.Children) == 0 {
		out.Text = e.text()
	}
	return out
}

// Attr is the value of an attribute, "" where there is none.
func (e *Element) Attr(name string) string {
	if e == nil {
		return ""
	}
	for _, a := range e.attrs {
		if a.name == name {
			return strings.TrimSpace(a.value)
		}
	}
	return ""
}

// Child is the first child of that name; nil, of which all is empty, where there is none.
func (e *Element) Child(name string) *Element {
	for _, c := range e.All(name) {
		return c
	}
	return nil
}

// All lists the children of that name.
func (e *Element) All(name string) []*Element {
	if e == nil {
		return nil
	}
	var out []*Element
	for _, c := range e.Children {
		if c.Name == name {
			out = append(out, c)
		}
	}
	return out
}

// Value is the text of the child of that name, trimmed; of its <text> where it has one.
func (e *Element) Value(name string) string {
	c := e.Child(name)
	if c == nil {
		return ""
	}
	if t := c.Child("text"); t != nil {
		c = t
	}
	return strings.TrimSpace(c.Text)
}
