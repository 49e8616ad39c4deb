package repository

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"

	"pupitre/internal/xmlgate"
)

const (
	lomSpace = "http://ltsc.ieee.org/xsd/LOM"
	xsiSpace = "http://www.w3.org/2001/XMLSchema-instance"
	xmlSpace = "http://www.w3.org/XML/1998/namespace"
)

var noticeLimits = xmlgate.Limits{Bytes: 4 << 20, Elements: 20_000, Encodings: true}

// writeNotice writes a notice as part of another document: in UTF-8, without declaration, comments or marks of CDATA, each element with its
// namespace by itself, so that it means the same wherever it stands (§2.5, metadata). What its author left without a namespace is LOM's:
// OAI-PMH takes no metadata that has none.
func writeNotice(out *bytes.Buffer, notice []byte) error {
	r := xmlgate.NewReader(bytes.NewReader(notice), noticeLimits)
	var open []xmlgate.Name
	for {
		t, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("write a notice again: %w", err)
		}
		switch t.Kind {
		case xmlgate.Start:
			if t.Name.Space == "" {
				t.Name.Space = lomSpace
			}
			out.WriteString("<" + t.Name.Local)
			if len(open) == 0 || open[len(open)-1].Space != t.Name.Space {
				attribute(out, "xmlns", t.Name.Space)
			}
			for i, a := range t.Attr {
				attribute(out, prefixed(out, i, a.Name), a.Value)
			}
			out.WriteByte('>')
			open = append(open, t.Name)
		case xmlgate.Text:
			text(out, string(t.Text))
		case xmlgate.End:
			out.WriteString("</" + open[len(open)-1].Local + ">")
			open = open[:len(open)-1]
		}
	}
}

// prefixed is the name of an attribute as written; where its namespace needs a prefix it is declared first.
func prefixed(out *bytes.Buffer, i int, n xmlgate.Name) string {
	switch n.Space {
	case "":
		return n.Local
	case xmlSpace:
		return "xml:" + n.Local
	case xsiSpace:
		return "xsi:" + n.Local // declared by the answer itself
	}
	prefix := fmt.Sprintf("a%d", i)
	attribute(out, "xmlns:"+prefix, n.Space)
	return prefix + ":" + n.Local
}

func attribute(out *bytes.Buffer, name, value string) {
	out.WriteString(" " + name + `="`)
	text(out, value)
	out.WriteByte('"')
}

// text writes characters as XML has them; those that it cannot have become U+FFFD.
func text(out *bytes.Buffer, s string) {
	xml.EscapeText(out, []byte(s)) // into memory: it cannot fail
}

// element writes an element that has only text; nothing where there is none.
func element(out *bytes.Buffer, name, value string) {
	if value == "" {
		return
	}
	out.WriteString("<" + name + ">")
	text(out, value)
	out.WriteString("</" + name + ">")
}
