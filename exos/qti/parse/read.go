package parse

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"pupitre/exos/qti/pack"
	"pupitre/exos/qti/report"
)

// read turns XML into elements, or answers why not. encoding/xml never expands entities of
// its own and knows no DOCTYPE; both are refused anyway, so that nothing behind us meets them.
func read(data []byte, file string, limits pack.Limits) (*element, *report.Finding) {
	return (&reader{file: file, limits: limits}).read(data)
}

// readPage reads an HTML text of a package, as browsers' authors write them: with their
// DOCTYPE (never one that declares anything), with <br> and <img> left open.
func readPage(data []byte, file string, limits pack.Limits) (*element, *report.Finding) {
	return (&reader{file: file, limits: limits, page: true}).read(data)
}

func (r *reader) read(data []byte) (*element, *report.Finding) {
	if limits := r.limits; int64(len(data)) > limits.XML {
		return nil, r.refuse(report.XMLTooBig, "limit", strconv.FormatInt(limits.XML, 10), "what", "bytes")
	}
	text, ok := decodeText(data)
	if !ok {
		return nil, r.refuse(report.XMLEncoding, "encoding", "UTF-16")
	}
	r.text = text
	r.decoder = xml.NewDecoder(bytes.NewReader(text))
	r.decoder.CharsetReader = func(label string, in io.Reader) (io.Reader, error) {
		out, err := charset(label, in)
		r.converted = out != in
		return out, err
	}
	// &nbsp; and kin need a DOCTYPE in XML; authors write them without.
	r.decoder.Entity = entities
	if r.page {
		r.decoder.Strict, r.decoder.AutoClose = false, xml.HTMLAutoClose
	}
	return r.document()
}

type reader struct {
	decoder   *xml.Decoder
	text      []byte
	converted bool  // from another encoding: places in text are then not the decoder's
	began     int64 // where the token begins that is being read
	page      bool  // HTML rather than XML
	file      string
	limits    pack.Limits
	line      int
	open      []*element
	elements  int
}

func (r *reader) refuse(code report.Code, params ...string) *report.Finding {
	return &report.Finding{Severity: report.Refusal, Code: code, File: r.file, Line: r.line, Params: report.Params(params...)}
}

func (r *reader) document() (*element, *report.Finding) {
	var root *element
	for {
		r.line, _ = r.decoder.InputPos()
		r.began = r.decoder.InputOffset()
		token, err := r.decoder.Token()
		switch {
		case errors.Is(err, io.EOF):
			if root == nil {
				return nil, r.refuse(report.XMLEmpty)
			}
			return root, nil
		case err != nil:
			return nil, r.broken(err)
		}
		switch t := token.(type) {
		case xml.Directive:
			if !r.page || bytes.ContainsAny(t, "[&%") {
				return nil, r.refuse(report.XMLDoctype)
			}
		case xml.StartElement:
			e, refusal := r.start(t)
			if refusal != nil {
				return nil, refusal
			}
			if root == nil {
				root = e
			}
		case xml.EndElement:
			if n := len(r.open); n > 0 {
				r.open = r.open[:n-1]
			}
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
		at := r.decoder.InputOffset()
		switch {
		case r.converted:
		case at >= int64(len(r.text)):
			return r.refuse(report.XMLTruncated)
		case !wholeRunes(r.text[r.began:at]):
			return r.refuse(report.XMLBytes)
		}
		return r.refuse(report.XMLMalformed, "reason", syntax.Msg)
	}
	return r.refuse(report.XMLMalformed, "reason", err.Error())
}

// wholeRunes reports whether the bytes are UTF-8; the last character may be cut.
func wholeRunes(b []byte) bool {
	for len(b) > 0 {
		c, size := utf8.DecodeRune(b)
		if c == utf8.RuneError && size == 1 {
			return !utf8.FullRune(b)
		}
		b = b[size:]
	}
	return true
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
			e.attrs = append(e.attrs, attribute{name, a.Name.Local, a.Value})
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
