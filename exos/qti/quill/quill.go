package quill

import "strings"

// Quill writes one document or a piece of one. The zero Quill is ready.
type Quill struct{ b strings.Builder }

// Open begins an element. Attributes come in pairs of name and value; a value that says nothing is left out, unless its name
// ends in "!" (alt! keeps alt="").
func (q *Quill) Open(name string, attributes ...string) {
	q.tag(name, attributes)
	q.b.WriteByte('>')
}

// Close ends an element.
func (q *Quill) Close(name string) {
	q.b.WriteString("</")
	q.b.WriteString(name)
	q.b.WriteByte('>')
}

// Empty is an element without content.
func (q *Quill) Empty(name string, attributes ...string) {
	q.tag(name, attributes)
	q.b.WriteString("/>")
}

// Leaf is an element that holds only text.
func (q *Quill) Leaf(name, text string, attributes ...string) {
	q.Open(name, attributes...)
	q.Text(text)
	q.Close(name)
}

// Text writes words.
func (q *Quill) Text(text string) { escape(&q.b, text, false) }

// Raw writes XML that a Quill wrote.
func (q *Quill) Raw(xml string) { q.b.WriteString(xml) }

// Line ends the line, where that changes nothing.
func (q *Quill) Line() { q.b.WriteByte('\n') }

// String is what was written so far.
func (q *Quill) String() string { return q.b.String() }

func (q *Quill) tag(name string, attributes []string) {
	q.b.WriteByte('<')
	q.b.WriteString(name)
	for i := 0; i+1 < len(attributes); i += 2 {
		key, value := attributes[i], attributes[i+1]
		key, keep := strings.CutSuffix(key, "!")
		if value == "" && !keep {
			continue
		}
		q.b.WriteByte(' ')
		q.b.WriteString(key)
		q.b.WriteString(`="`)
		escape(&q.b, value, true)
		q.b.WriteByte('"')
	}
}

// escape writes text so that it is read back as it is; what XML 1.0 §2.2 does not allow becomes U+FFFD. A carriage return
// is written by its number: a reader would make it a new line (§2.11), and of tabs and new lines in attributes spaces (§3.3.3).
func escape(b *strings.Builder, text string, attribute bool) {
	for _, r := range text {
		switch {
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '"' && attribute:
			b.WriteString("&quot;")
		case r == '\r':
			b.WriteString("&#13;")
		case r == '\n' && attribute:
			b.WriteString("&#10;")
		case r == '\t' && attribute:
			b.WriteString("&#9;")
		case r < ' ' && r != '\n' && r != '\t', r == 0xfffe, r == 0xffff:
			b.WriteRune('\ufffd')
		default:
			b.WriteRune(r)
		}
	}
}
