package xmlgate_test

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"pupitre/internal/fault"
	"pupitre/internal/xmlgate"
)

// FuzzReader holds the gate to three promises: it never panics, it reads a document the same in any pieces, and what it lets
// through means to encoding/xml what it means to us (or is refused there: its name tables are older).
func FuzzReader(f *testing.F) {
	for _, seed := range []string{
		sample, "<a/>", "<a b='c' xmlns:p='u' p:b=\"d\">x&amp;<![CDATA[y]]><!-- z --></a>", "<a>\r\n&#x20AC;</a>", "\xFF\xFE<\x00a\x00/\x00>\x00",
		"<?xml version='1.0' encoding='ISO-8859-15'?><a>\xA4</a>", "<!DOCTYPE a><a/>", "<a><b></a></b>",
		"<a xmlns='u\n&#10;v'/>", "<p:a xmlns:p='\t&#9;\"'></p:a>",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		ours, err := story(bytes.NewReader(doc), xmlgate.Limits{})
		slowly, slowErr := story(iotest.OneByteReader(bytes.NewReader(doc)), xmlgate.Limits{})
		if ours != slowly || fault.CodeOf(err) != fault.CodeOf(slowErr) {
			t.Fatalf("in pieces: %q %v\nat once: %q %v", slowly, slowErr, ours, err)
		}
		if err != nil {
			if fault.KindOf(err) != fault.Invalid {
				t.Fatalf("unclassified: %v", err)
			}
			return
		}
		story(bytes.NewReader(doc), xmlgate.Limits{Encodings: true})
		theirs, err := standardStory(doc)
		if err != nil {
			return
		}
		if got := withoutLines(ours); got != theirs {
			t.Fatalf("ours:\n%s\nencoding/xml:\n%s", got, theirs)
		}
	})
}

func withoutLines(s string) string {
	var b strings.Builder
	for line := range strings.Lines(s) {
		_, rest, _ := strings.Cut(line, " ")
		b.WriteString(spaced(rest))
	}
	return b.String()
}

// spaced takes away what §3.3.3 says of white space in values, which encoding/xml leaves undone.
func spaced(line string) string {
	if !strings.HasPrefix(line, "<") {
		return line
	}
	return strings.NewReplacer(`\n`, " ", `\r`, " ", `\t`, " ").Replace(line)
}

// standardStory is story by encoding/xml, its habits taken away: xmlns attributes shown, values not normalised, text in pieces.
func standardStory(doc []byte) (string, error) {
	var b strings.Builder
	var text []byte
	depth := 0
	d := xml.NewDecoder(bytes.NewReader(doc))
	flush := func() {
		if len(text) > 0 && depth > 0 {
			fmt.Fprintf(&b, "%q\n", text)
		}
		text = text[:0]
	}
	name := func(n xml.Name) string { return shown(xmlgate.Name(n)) }
	for {
		token, err := d.Token()
		if err == io.EOF {
			return b.String(), nil
		}
		if err != nil {
			return "", err
		}
		switch t := token.(type) {
		case xml.StartElement:
			flush()
			depth++
			start := "<" + name(t.Name)
			for _, a := range t.Attr {
				if a.Name.Space == "xmlns" || a.Name.Space == "" && a.Name.Local == "xmlns" {
					continue
				}
				if a.Name.Space == "xml" {
					a.Name.Space = "http://www.w3.org/XML/1998/namespace"
				}
				start += fmt.Sprintf(" %s=%q", name(a.Name), a.Value)
			}
			b.WriteString(spaced(start + ">\n"))
		case xml.EndElement:
			flush()
			depth--
			b.WriteString(spaced(fmt.Sprintf("</%s>\n", name(t.Name))))
		case xml.CharData:
			text = append(text, t...)
		}
	}
}

func BenchmarkReader(b *testing.B) {
	var doc bytes.Buffer
	doc.WriteString(`<men:GAR-ENT-Eleve xmlns:men="http://data.education.fr/ns/gar" Version="1.0">` + "\n")
	for i := range 2000 {
		fmt.Fprintf(&doc, `  <men:GAREleve>
    <men:GARPersonIdentifiant>%032x</men:GARPersonIdentifiant>
    <men:GARPersonProfils>
      <men:GARStructureUAI>0991234D</men:GARStructureUAI>
      <men:GARPersonProfil>National_elv</men:GARPersonProfil>
    </men:GARPersonProfils>
    <men:GARPersonNom>Lefèvre &amp; Cie %d</men:GARPersonNom>
    <men:GARPersonPrenom>Zoé</men:GARPersonPrenom>
    <men:GARPersonAutresPrenoms>Zoé</men:GARPersonAutresPrenoms>
    <men:GARPersonEtab>0991234D</men:GARPersonEtab>
    <men:GARPersonDateNaissance>2013-04-05</men:GARPersonDateNaissance>
  </men:GAREleve>
`, i, i)
	}
	doc.WriteString("</men:GAR-ENT-Eleve>")
	b.Run("tokens", func(b *testing.B) {
		b.SetBytes(int64(doc.Len()))
		b.ReportAllocs()
		for b.Loop() {
			r := xmlgate.NewReader(bytes.NewReader(doc.Bytes()), xmlgate.Limits{})
			for {
				if _, err := r.Next(); err == io.EOF {
					break
				} else if err != nil {
					b.Fatal(err)
				}
			}
		}
	})
	b.Run("records", func(b *testing.B) {
		b.SetBytes(int64(doc.Len()))
		b.ReportAllocs()
		for b.Loop() {
			r := xmlgate.NewReader(bytes.NewReader(doc.Bytes()), xmlgate.Limits{})
			if _, err := r.Root(); err != nil {
				b.Fatal(err)
			}
			for record, err := range r.Children() {
				if err != nil || record.Name.Local != "GAREleve" {
					b.Fatal(err)
				}
				for field, err := range r.Children() {
					if err != nil {
						b.Fatal(err)
					}
					switch field.Name.Local {
					case "GARPersonNom", "GARPersonPrenom", "GARPersonIdentifiant", "GARPersonDateNaissance":
						if _, err := r.Text(); err != nil {
							b.Fatal(err)
						}
					}
				}
			}
		}
	})
	b.Run("encoding-xml", func(b *testing.B) {
		b.SetBytes(int64(doc.Len()))
		b.ReportAllocs()
		for b.Loop() {
			d := xml.NewDecoder(bytes.NewReader(doc.Bytes()))
			for {
				if _, err := d.RawToken(); err == io.EOF {
					break
				}
			}
		}
	})
}
