package parse

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"

	"pupitre/exos/qti/pack"
	"pupitre/exos/qti/report"
)

// read turns XML into elements, or answers why not. encoding/xml never expands entities of
// its own and knows no DOCTYPE; both are refused anyway, so that nothing behind us meets them.
func read(data []byte, file string, limits pack.Limits) (*element, *report.Finding) {
	r := reader{file: file, limits: limits}
	if int64(len(data)) > limits.XML {
		return nil, r.refuse(report.XMLTooBig, "limit", strconv.FormatInt(limits.XML, 10), "what", "bytes")
	}
	text, ok := decodeText(data)
	if !ok {
		return nil, r.refuse(report.XMLEncoding, "encoding", "UTF-16")
	}
	r.decoder = xml.NewDecoder(bytes.NewReader(text))
	r.decoder.CharsetReader = charset
	// &nbsp; and kin need a DOCTYPE in XML; authors write them without.
	r.decoder.Entity = xml.HTMLEntity
	return r.document()
}

type reader struct {
	decoder  *xml.Decoder
	file     string
	limits   pack.Limits
	line     int
	open     []*element
	elements int
}

func (r *reader) refuse(code report.Code, params ...string) *report.Finding {
	f := report.Finding{Severity: report.Refusal, Code: code, File: r.file, Line: r.line}
	for i := 0; i+1 < len(params); i += 2 {
		f.Params = append(f.Params, report.Param{Name: params[i], Value: params[i+1]})
	}
	return &f
}

func (r *reader) document() (*element, *report.Finding) {
	var root *element
	for {
		r.line, _ = r.decoder.InputPos()
		token, err := r.decoder.Token()
		switch {
		case errors.Is(err, io.EOF):
			if root == nil {
				return nil, r.refuse(report.XMLMalformed, "reason", "empty")
			}
			return root, nil
		case err != nil:
			return nil, r.broken(err)
		}
		switch t := token.(type) {
		case xml.Directive:
			return nil, r.refuse(report.XMLDoctype)
		case xml.StartElement:
			e, refusal := r.start(t)
			if refusal != nil {
				return nil, refusal
			}
			if root == nil {
				root = e
			}
		case xml.EndElement:
			r.open = r.open[:len(r.open)-1]
		case xml.CharData:
			if n := len(r.open); n > 0 {
				r.open[n-1].nodes = append(r.open[n-1].nodes, node{text: string(t)})
			}
		}
	}
}

func (r *reader) broken(err error) *report.Finding {
	var unknown charsetError
	if errors.As(err, &unknown) {
		return r.refuse(report.XMLEncoding, "encoding", string(unknown))
	}
	var syntax *xml.SyntaxError
	if errors.As(err, &syntax) {
		r.line = syntax.Line
		return r.refuse(report.XMLMalformed, "reason", syntax.Msg)
	}
	return r.refuse(report.XMLMalformed, "reason", err.Error())
}

func (r *reader) start(t xml.StartElement) (*element, *report.Finding) {
	r.elements++
	switch {
	case len(r.open) >= r.limits.Depth:
		return nil, r.refuse(report.XMLTooDeep, "limit", strconv.Itoa(r.limits.Depth))
	case r.elements > r.limits.Elements:
		return nil, r.refuse(report.XMLTooBig, "limit", strconv.Itoa(r.limits.Elements), "what", "elements")
	case len(t.Attr) > r.limits.Attributes:
		return nil, r.refuse(report.XMLTooBig, "limit", strconv.Itoa(r.limits.Attributes), "what", "attributes")
	}
	e := &element{raw: t.Name.Local, space: t.Name.Space, line: r.line}
	e.name, e.qti = canonical(t.Name.Space, t.Name.Local)
	for _, a := range t.Attr {
		if name, ok := attributeName(a.Name); ok {
			e.attrs = append(e.attrs, attribute{name, a.Value})
		}
	}
	if n := len(r.open); n > 0 {
		r.open[n-1].nodes = append(r.open[n-1].nodes, node{el: e})
	}
	r.open = append(r.open, e)
	return e, nil
}

// attributeName keeps plain attributes and xml:lang; declarations of namespaces, schema
// locations and other vocabularies are dropped.
func attributeName(n xml.Name) (string, bool) {
	switch {
	case n.Space == "xml" || n.Space == "http://www.w3.org/XML/1998/namespace":
		return "xml:" + n.Local, true
	case n.Local == "xmlns" || n.Space == "xmlns" || strings.HasSuffix(n.Space, "XMLSchema-instance") || n.Space == "xsi":
		return "", false
	case n.Space != "":
		return n.Space + ":" + n.Local, true
	}
	return kebab(n.Local), true
}
