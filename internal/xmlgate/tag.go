package xmlgate

import (
	"bytes"
	"strings"
)

// tag brings a whole start tag into the window and returns its bytes without the < and >.
func (r *Reader) tag() ([]byte, error) {
	var quote byte
	for i := 1; ; {
		seen := r.buf[r.at:r.end]
		for ; i < len(seen) && i <= r.limits.Tag; i++ {
			switch c := seen[i]; {
			case c == '>' && quote == 0:
				return seen[1:i], nil
			case c > '>': // most of them
			case c == quote:
				quote = 0
			case quote != 0:
			case c == '"' || c == '\'':
				quote = c
			case c == '<':
				return nil, r.malformed()
			}
		}
		if i > r.limits.Tag {
			return nil, r.fail("xmlgate.tag.too-long", "limit", r.limits.Tag)
		}
		if !r.more() {
			return nil, r.starved()
		}
	}
}

func (r *Reader) malformed() error {
	return r.fail("xmlgate.markup.malformed", "near", near(r.buf[r.at:r.end]))
}

// startTag reads <name attribute="value" …> or <name … />, at the window's beginning.
func (r *Reader) startTag(t *Token) error {
	tag, err := r.tag()
	if err != nil {
		return err
	}
	if len(r.stack) == 0 && r.rooted {
		return r.fail("xmlgate.document.outside")
	}
	if err := r.count(); err != nil {
		return err
	}
	line, whole := r.line, len(tag)+2
	empty := len(tag) > 0 && tag[len(tag)-1] == '/'
	if empty {
		tag = tag[:len(tag)-1]
	}
	raw, rest := word(tag)
	if len(raw) == 0 {
		return r.malformed()
	}
	name, err := r.intern(r, raw)
	if err != nil {
		return err
	}
	held := len(r.bindings)
	r.attrs = r.attrs[:0]
	if len(rest) > 0 {
		if err := r.attributes(rest, held); err != nil {
			return err
		}
	}
	space, ok := r.space(name.prefix)
	if !ok {
		return r.fail("xmlgate.prefix.undeclared", "prefix", name.prefix, "name", name.raw)
	}
	expanded := Name{space, name.local}
	r.line += bytes.Count(tag, newline)
	r.at += whole
	r.rooted = true
	r.closing = empty
	r.stack = append(r.stack, frame{name.raw, expanded, held})
	t.Kind, t.Name, t.Attr, t.Line = Start, expanded, r.attrs, line
	return nil
}

// count holds the document to its number and depth of elements.
func (r *Reader) count() error {
	if r.elements++; r.elements > r.limits.Elements {
		return r.fail("xmlgate.document.too-many-elements", "limit", r.limits.Elements)
	}
	if len(r.stack) >= r.limits.Depth {
		return r.fail("xmlgate.document.too-deep", "limit", r.limits.Depth, "path", r.Path())
	}
	return nil
}

// word cuts a tag after its name.
func word(tag []byte) (name, rest []byte) {
	for i, c := range tag {
		if isSpace(c) {
			return tag[:i], tag[i:]
		}
	}
	return tag, nil
}

// attributes reads ` name="value" …` into r.attrs and r.bindings; those beyond held are this element's.
func (r *Reader) attributes(rest []byte, held int) error {
	prefixed := false
	for n := 0; ; n++ {
		trimmed := bytes.TrimLeft(rest, " \t\r\n")
		if len(trimmed) == 0 {
			break
		}
		if len(trimmed) == len(rest) {
			return r.malformed() // nothing between two attributes (§3.1)
		}
		if n == r.limits.Attributes {
			return r.fail("xmlgate.tag.too-many-attributes", "limit", r.limits.Attributes)
		}
		raw, value, after, ok := cutAttribute(trimmed)
		if !ok {
			return r.malformed()
		}
		rest = after
		name, err := r.intern(r, raw)
		if err != nil {
			return err
		}
		if len(value) > r.limits.Value {
			return r.fail("xmlgate.value.too-long", "name", name.raw, "limit", r.limits.Value)
		}
		plain, err := r.value(value)
		if err != nil {
			return err
		}
		switch {
		case name.raw == "xmlns":
			err = r.bind(r, "", plain, held)
		case name.prefix == "xmlns":
			err = r.bind(r, name.local, plain, held)
		default:
			// The prefix stands in for its address until all of the element's declarations are known.
			prefixed = prefixed || name.prefix != ""
			r.attrs = append(r.attrs, Attr{Name{name.prefix, name.local}, plain})
		}
		if err != nil {
			return err
		}
	}
	return r.expand(prefixed)
}

// cutAttribute cuts `name = "value"rest`.
func cutAttribute(b []byte) (name, value, rest []byte, ok bool) {
	i := bytes.IndexByte(b, '=')
	if i < 0 {
		return nil, nil, nil, false
	}
	name = bytes.TrimRight(b[:i], " \t\r\n")
	b = bytes.TrimLeft(b[i+1:], " \t\r\n")
	if len(b) == 0 || b[0] != '"' && b[0] != '\'' {
		return nil, nil, nil, false
	}
	j := bytes.IndexByte(b[1:], b[0])
	if j < 0 {
		return nil, nil, nil, false
	}
	return name, b[1 : 1+j], b[j+2:], true
}

// expand turns prefixes into addresses and refuses an expanded name that comes twice (Namespaces §6.3).
func (r *Reader) expand(prefixed bool) error {
	for i := range r.attrs {
		a := &r.attrs[i]
		if prefixed && a.Name.Space != "" {
			space, ok := r.space(a.Name.Space)
			if !ok {
				return r.fail("xmlgate.prefix.undeclared", "prefix", a.Name.Space, "name", a.Name.Space+":"+a.Name.Local)
			}
			a.Name.Space = space
		}
		for _, b := range r.attrs[:i] {
			if a.Name == b.Name {
				return r.fail("xmlgate.attribute.duplicate", "name", a.Name.Local)
			}
		}
	}
	return nil
}

// endTag reads </name>, at the window's beginning.
func (r *Reader) endTag(t *Token) error {
	if len(r.stack) == 0 {
		return r.malformed()
	}
	want := r.stack[len(r.stack)-1].raw
	if r.holdsEndTag() {
		r.at += 3 + len(want)
		r.pop(t, r.line)
		return nil
	}
	tag, err := r.tag()
	if err != nil {
		return err
	}
	name, rest := word(tag[1:])
	if string(name) != want || !isBlank(rest) {
		return r.fail("xmlgate.tag.mismatch", "found", near(name), "wanted", want)
	}
	line := r.line
	r.line += bytes.Count(tag, newline)
	r.at += len(tag) + 2
	r.pop(t, line)
	return nil
}

// holdsEndTag reports whether the window begins with exactly the end tag that is due.
func (r *Reader) holdsEndTag() bool {
	want := r.stack[len(r.stack)-1].raw
	b := r.buf[r.at:r.end]
	return len(b) > 2+len(want) && b[0] == '<' && b[1] == '/' && string(b[2:2+len(want)]) == want && b[2+len(want)] == '>'
}

// pop closes the innermost element.
func (r *Reader) pop(t *Token, line int) {
	last := len(r.stack) - 1
	f := r.stack[last]
	r.stack = r.stack[:last]
	r.bindings = r.bindings[:f.held]
	t.Kind, t.Name, t.Line = End, f.name, line
}

// value resolves the references of an attribute's value, and turns its white space into spaces (§3.3.3).
func (r *Reader) value(b []byte) (string, error) {
	plain := true
	for _, c := range b {
		if c == '<' {
			return "", r.malformed() // §3.1
		}
		plain = plain && c != '&' && c != '\n' && c != '\t' && c != '\r'
	}
	if plain {
		return string(b), nil
	}
	var out strings.Builder
	for i := 0; i < len(b); i++ {
		switch c := b[i]; c {
		case '&':
			char, n, err := r.reference(b[i:])
			if err != nil {
				return "", err
			}
			out.WriteRune(char)
			i += n - 1
		case '\r':
			if i+1 < len(b) && b[i+1] == '\n' {
				i++
			}
			out.WriteByte(' ')
		case '\n', '\t':
			out.WriteByte(' ')
		default:
			out.WriteByte(c)
		}
	}
	return out.String(), nil
}
