package xmlgate

import (
	"bytes"
	"unicode"
)

// The two prefixes that every document has (Namespaces §3).
const (
	xmlSpace   = "http://www.w3.org/XML/1998/namespace"
	xmlnsSpace = "http://www.w3.org/2000/xmlns/"
)

// qname is a name as written, cut at its colon.
type qname struct{ raw, prefix, local string }

// binding ties a prefix ("" for the default) to a namespace's address ("" to undo the default).
type binding struct{ prefix, space string }

// names makes each name a string once, and knows the prefixes in force.
type names struct {
	known    map[string]qname
	recent   [64]qname // of known, by a few of their bytes: a document has some dozens of names, a million times
	bindings []binding // innermost last
}

// mostKnown bounds what a document of ever new names may make us remember.
const mostKnown = 4096

func newNames() names { return names{known: map[string]qname{}} }

// intern checks a name and cuts it.
func (n *names) intern(r *Reader, raw []byte) (qname, error) {
	var recent *qname
	if last := len(raw) - 1; last >= 0 {
		recent = &n.recent[(7*last+5*int(raw[last])+int(raw[last/2]))%len(n.recent)]
		if recent.raw == string(raw) {
			return *recent, nil
		}
	}
	if q, ok := n.known[string(raw)]; ok {
		*recent = q
		return q, nil
	}
	if len(raw) > r.limits.Name {
		return qname{}, r.fail("xmlgate.name.too-long", "limit", r.limits.Name)
	}
	prefix, local, colon := bytes.Cut(raw, []byte{':'})
	if !colon {
		prefix, local = nil, raw
	}
	if colon && !isName(prefix) || !isName(local) {
		return qname{}, r.fail("xmlgate.name.invalid", "name", near(raw))
	}
	s := string(raw)
	q := qname{raw: s, prefix: s[:len(prefix)], local: s[len(s)-len(local):]}
	if len(n.known) < mostKnown {
		n.known[s] = q
	}
	return q, nil
}

// isName reports whether b is an NCName: a Name (§2.3) without a colon.
func isName(b []byte) bool {
	if len(b) == 0 {
		return false
	}
	for i, c := range string(b) {
		if !isNameStart(c) && (i == 0 || !isNameRest(c)) {
			return false
		}
	}
	return true
}

var nameStart = &unicode.RangeTable{R16: []unicode.Range16{
	{'A', 'Z', 1}, {'_', '_', 1}, {'a', 'z', 1}, {0xC0, 0xD6, 1}, {0xD8, 0xF6, 1}, {0xF8, 0x2FF, 1}, {0x370, 0x37D, 1}, {0x37F, 0x1FFF, 1},
	{0x200C, 0x200D, 1}, {0x2070, 0x218F, 1}, {0x2C00, 0x2FEF, 1}, {0x3001, 0xD7FF, 1}, {0xF900, 0xFDCF, 1}, {0xFDF0, 0xFFFD, 1},
}, R32: []unicode.Range32{{0x10000, 0xEFFFF, 1}}}

func isNameStart(c rune) bool { return unicode.Is(nameStart, c) }

func isNameRest(c rune) bool {
	return c == '-' || c == '.' || c >= '0' && c <= '9' || c == 0xB7 || c >= 0x300 && c <= 0x36F || c == 0x203F || c == 0x2040
}

// space returns the address that a prefix stands for now.
func (n *names) space(prefix string) (string, bool) {
	for i := len(n.bindings) - 1; i >= 0; i-- {
		if n.bindings[i].prefix == prefix {
			return n.bindings[i].space, true
		}
	}
	if prefix == "xml" {
		return xmlSpace, true
	}
	return "", prefix == ""
}

// bind takes one xmlns attribute; the bindings beyond held belong to the same element.
func (n *names) bind(r *Reader, prefix, space string, held int) error {
	for _, b := range n.bindings[held:] {
		if b.prefix == prefix {
			return r.fail("xmlgate.attribute.duplicate", "name", "xmlns:"+prefix)
		}
	}
	reserved := prefix == "xmlns" || space == xmlnsSpace || (prefix == "xml") != (space == xmlSpace)
	if reserved || prefix != "" && space == "" { // Namespaces §3 and §5
		return r.fail("xmlgate.prefix.misused", "prefix", prefix)
	}
	n.bindings = append(n.bindings, binding{prefix, space})
	return nil
}
