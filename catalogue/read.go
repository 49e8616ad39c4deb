package catalogue

import (
	"bytes"
	"errors"
	"io"

	"pupitre/internal/fault"
	"pupitre/internal/xmlgate"
)

// NoticeFile is a metadata file as somebody sent it.
type NoticeFile struct {
	Name string
	Body []byte
}

const lomSpace = "http://ltsc.ieee.org/xsd/LOM"

// Limits of one notice, and of a file of many. A notice is a page or two of text.
var (
	noticeLimits = xmlgate.Limits{Bytes: 1 << 20, Elements: 5000, Depth: 32, Encodings: true}
	fileLimits   = xmlgate.Limits{Bytes: 512 << 20, Elements: -1, Depth: 40, Text: 4 << 20}
)

// readFile hands every notice of a file to take, broken ones with their fault. An error means that the file itself is no XML:
// take has then been called for nothing that counts.
func readFile(f NoticeFile, take func(Notice, *fault.Error)) error {
	r := xmlgate.NewReader(bytes.NewReader(f.Body), xmlgate.Limits{Bytes: fileLimits.Bytes, Elements: -1, Text: fileLimits.Text, Encodings: true})
	root, err := r.Root()
	if err != nil {
		return err
	}
	if isLOM(root.Name) {
		n, broken := readNotice(f.Name, root.Line, 1, f.Body)
		take(n, broken)
		return nil
	}
	return readMany(f, take)
}

func isLOM(n xmlgate.Name) bool {
	return n.Local == "lom" && (n.Space == lomSpace || n.Space == "http://www.lom-fr.fr/xsd/LOMFR" || n.Space == "")
}

// readMany cuts the notices out of a wrapper. The whole file is gone through first, so that one that stops in the middle brings
// nothing in.
func readMany(f NoticeFile, take func(Notice, *fault.Error)) error {
	type place struct {
		from, to int64
		line     int
	}
	var places []place
	r := xmlgate.NewReader(bytes.NewReader(f.Body), fileLimits)
	for {
		from := r.Offset()
		t, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if t.Kind == xmlgate.Start && isLOM(t.Name) {
			if err := r.Skip(); err != nil {
				return err
			}
			places = append(places, place{from, r.Offset(), t.Line})
		}
	}
	if len(places) == 0 {
		return fault.New(fault.Invalid, "catalogue.file.none")
	}
	for _, p := range places {
		n, broken := readNotice(f.Name, p.line, p.line, f.Body[p.from:p.to])
		take(n, broken)
	}
	return nil
}

// readNotice reads one notice; its bytes begin at line first of the file.
func readNotice(file string, line, first int, body []byte) (Notice, *fault.Error) {
	n := Notice{File: file, Line: line}
	n.seal(body)
	tree, err := readTree(xmlgate.NewReader(bytes.NewReader(body), noticeLimits), first-1)
	if err != nil {
		if f, ok := errors.AsType[*fault.Error](err); ok {
			return n, f
		}
		return n, fault.Wrap(err, fault.Invalid, "catalogue.file.unreadable")
	}
	n.fill(tree)
	return n, n.check()
}

// node is an element of a notice. Notices are small, and what is asked of them jumps about: a tree reads better than a stream.
type node struct {
	name xmlgate.Name
	attr []xmlgate.Attr
	line int
	text string // of the element alone, white space around it taken away
	kids []*node
}

// readTree reads a document; lines are counted from those that came before it.
func readTree(r *xmlgate.Reader, before int) (*node, error) {
	var open []*node
	var root *node
	for {
		t, err := r.Next()
		if errors.Is(err, io.EOF) {
			return root, nil
		}
		if err != nil {
			return nil, shifted(err, before)
		}
		switch t.Kind {
		case xmlgate.Start:
			n := &node{name: t.Name, attr: append([]xmlgate.Attr(nil), t.Attr...), line: t.Line + before}
			if len(open) == 0 {
				root = n
			} else {
				above := open[len(open)-1]
				above.kids = append(above.kids, n)
			}
			open = append(open, n)
		case xmlgate.Text:
			open[len(open)-1].text += string(t.Text)
		case xmlgate.End:
			last := open[len(open)-1]
			last.text = tidy(last.text)
			open = open[:len(open)-1]
		}
	}
}

// shifted turns a line of the notice into a line of its file.
func shifted(err error, before int) error {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok || before == 0 {
		return err
	}
	params := append([]any(nil), f.Params...)
	for i := 0; i+1 < len(params); i += 2 {
		if line, ok := params[i+1].(int); ok && params[i] == "line" {
			params[i+1] = line + before
		}
	}
	return fault.Wrap(f.Cause, f.Kind, f.Code, params...)
}

// all returns the children that have this local name.
func (n *node) all(local string) []*node {
	var out []*node
	for _, k := range n.kids {
		if k.name.Local == local {
			out = append(out, k)
		}
	}
	return out
}

// each walks all the paths of these local names.
func (n *node) each(path ...string) []*node {
	at := []*node{n}
	for _, local := range path {
		var next []*node
		for _, m := range at {
			next = append(next, m.all(local)...)
		}
		at = next
	}
	return at
}

// at returns the text of the first element on a path, "" if there is none.
func (n *node) at(path ...string) string {
	if all := n.each(path...); len(all) > 0 {
		return all[0].text
	}
	return ""
}

// langString returns the French string of a LangString, or its first (IEEE 1484.12.1 §4, LOM's LangString).
func (n *node) langString() string {
	all := n.all("string")
	for _, s := range all {
		for _, a := range s.attr {
			if a.Name.Local == "language" && isFrench(a.Value) {
				return s.text
			}
		}
	}
	if len(all) > 0 {
		return all[0].text
	}
	return n.text
}

// labels are what an element is called in French, in English, and in a language that is not said or another.
type labels struct{ french, english, other string }

// called reads them of elements that are LangStrings, or texts with a language.
func called(nodes []*node) (l labels) {
	for _, n := range nodes {
		texts := n.all("string")
		if len(texts) == 0 {
			texts = []*node{n}
		}
		for _, s := range texts {
			to := &l.other
			for _, a := range s.attr {
				switch {
				case a.Name.Local == "language" && isFrench(a.Value), a.Name.Local == "lang" && isFrench(a.Value):
					to = &l.french
				case a.Name.Local == "language" && isEnglish(a.Value), a.Name.Local == "lang" && isEnglish(a.Value):
					to = &l.english
				}
			}
			*to = first(*to, s.text)
		}
	}
	return l
}
