package harvest

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"pupitre/internal/fault"
	"pupitre/internal/xmlgate"
)

const space = "http://www.openarchives.org/OAI/2.0/"

// page is one answer of a source.
type page struct {
	at      string // its own clock, when it answered
	fine    bool   // its granularity is the second
	records []record
	token   string
	code    string // of its error; "" for none
	said    string
}

// record is one notice, or the news that it is gone.
type record struct {
	identifier string
	deleted    bool
	notice     []byte
}

// largestPage is what an answer may be, in bytes.
const largestPage = 64 << 20

var limits = xmlgate.Limits{Bytes: largestPage, Elements: -1, Depth: 48, Text: 4 << 20}

// readPage reads an answer to the end before anything of it counts. Notices are cut out as they came: the specification has each carry its
// namespaces (§2.5, metadata).
func readPage(body []byte) (p page, err error) {
	r := xmlgate.NewReader(bytes.NewReader(body), limits)
	root, err := r.Root()
	if err != nil {
		return p, err
	}
	if root.Name != (xmlgate.Name{Space: space, Local: "OAI-PMH"}) {
		return p, fault.New(fault.Invalid, "harvest.answer.form", "root", root.Name.Local)
	}
	for {
		t, err := r.Next()
		if errors.Is(err, io.EOF) {
			return p, nil
		}
		if err != nil {
			return p, err
		}
		if t.Kind != xmlgate.Start || t.Name.Space != space {
			continue
		}
		switch t.Name.Local {
		case "responseDate":
			p.at, err = r.Trimmed()
		case "granularity":
			var text string
			text, err = r.Trimmed()
			p.fine = strings.Contains(text, "T")
		case "error":
			p.code = strings.Clone(t.Get("code"))
			p.said, err = r.Trimmed()
		case "resumptionToken":
			p.token, err = r.Trimmed()
		case "record":
			p.records = append(p.records, record{})
		case "header":
			if n := len(p.records); n > 0 {
				p.records[n-1].deleted = t.Get("status") == "deleted"
			}
		case "identifier":
			if n := len(p.records); n > 0 && p.records[n-1].identifier == "" {
				p.records[n-1].identifier, err = r.Trimmed()
			}
		case "metadata":
			if n := len(p.records); n > 0 {
				p.records[n-1].notice, err = cut(r, body)
			}
		}
		if err != nil {
			return p, err
		}
	}
}

// cut returns what is inside the element that has just begun.
func cut(r *xmlgate.Reader, body []byte) ([]byte, error) {
	from := r.Offset()
	for {
		before := r.Offset()
		t, err := r.Next()
		if err != nil {
			return nil, err
		}
		switch t.Kind {
		case xmlgate.Start:
			if err := r.Skip(); err != nil {
				return nil, err
			}
		case xmlgate.End:
			return bytes.TrimSpace(body[from:before]), nil
		}
	}
}
