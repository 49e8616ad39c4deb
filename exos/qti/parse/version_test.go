package parse_test

import (
	"bytes"
	"encoding/xml"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pupitre/exos/qti/parse"
	"pupitre/exos/qti/qtitest"
)

// TestBothSpellingsAreOneExercise: each vector of QTI 2, written again in the words of QTI 3,
// gives the same program and the same tree.
func TestBothSpellingsAreOneExercise(t *testing.T) {
	t.Parallel()
	tried := 0
	for _, v := range qtitest.Read(t) {
		if !bytes.Contains(v.XML, []byte("<assessmentItem")) {
			continue
		}
		tried++
		src := parse.Source{Path: "items/item.xml", Files: v.Beside}
		before, findings := parse.Item(v.XML, src)
		if before == nil {
			t.Fatal(v.Name, findings)
		}
		again := respelt(t, v.XML)
		after, findings := parse.Item(again, src)
		if after == nil {
			t.Fatal(v.Name, findings, string(again))
		}
		if diff := cmp.Diff(before.Program, after.Program); diff != "" {
			t.Errorf("%s: %s", v.Name, diff)
		}
		if diff := cmp.Diff(before.Tree, after.Tree); diff != "" {
			t.Errorf("%s: %s", v.Name, diff)
		}
	}
	if tried < 30 {
		t.Errorf("only %d vectors are of QTI 2", tried)
	}
}

// respelt writes simpleChoice as qti-simple-choice, matchMax as match-max.
func respelt(t *testing.T, data []byte) []byte {
	t.Helper()
	in := xml.NewDecoder(bytes.NewReader(data))
	in.Entity = parse.Entities
	var out bytes.Buffer
	name := func(n xml.Name) string {
		canonical, qti := parse.Canonical(n.Space, n.Local)
		// The markup of a portable interaction has QTI's names inside another vocabulary.
		if qti {
			return "qti-" + canonical
		}
		return n.Local
	}
	for {
		token, err := in.Token()
		if err == io.EOF {
			return out.Bytes()
		}
		if err != nil {
			t.Fatal(err)
		}
		switch x := token.(type) {
		case xml.StartElement:
			out.WriteString("<" + name(x.Name))
			if space := x.Name.Space; space != "" && !strings.Contains(space, "imsqti") {
				out.WriteString(` xmlns="`)
				xml.EscapeText(&out, []byte(space))
				out.WriteByte('"')
			}
			_, qti := parse.Canonical(x.Name.Space, x.Name.Local)
			for _, a := range x.Attr {
				key := a.Name.Local
				switch {
				case key == "xmlns" || a.Name.Space == "xmlns" || strings.HasSuffix(a.Name.Space, "XMLSchema-instance"):
					continue
				case a.Name.Space != "":
					key = "xml:" + key
				case qti:
					key = parse.Kebab(key)
				}
				out.WriteString(" " + key + `="`)
				xml.EscapeText(&out, []byte(a.Value))
				out.WriteByte('"')
			}
			out.WriteByte('>')
		case xml.EndElement:
			out.WriteString("</" + name(x.Name) + ">")
		case xml.CharData:
			xml.EscapeText(&out, x)
		}
	}
}
