package xmlgate_test

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"pupitre/internal/fault"
	"pupitre/internal/xmlgate"
)

// story writes a document's tokens in one line each.
func story(src io.Reader, limits xmlgate.Limits) (string, error) {
	var b strings.Builder
	r := xmlgate.NewReader(src, limits)
	for {
		t, err := r.Next()
		if err != nil {
			if err == io.EOF {
				err = nil
			}
			return b.String(), err
		}
		switch t.Kind {
		case xmlgate.Start:
			fmt.Fprintf(&b, "%d <%s", t.Line, shown(t.Name))
			for _, a := range t.Attr {
				fmt.Fprintf(&b, " %s=%q", shown(a.Name), a.Value)
			}
			b.WriteString(">\n")
		case xmlgate.End:
			fmt.Fprintf(&b, "%d </%s>\n", t.Line, shown(t.Name))
		case xmlgate.Text:
			fmt.Fprintf(&b, "%d %q\n", t.Line, t.Text)
		}
	}
}

// shown is a name on one line: a namespace may hold anything that an attribute may.
func shown(n xmlgate.Name) string {
	quoted := strconv.Quote(n.Space)
	return xmlgate.Name{Space: quoted[1 : len(quoted)-1], Local: n.Local}.String()
}

const sample = "\xEF\xBB\xBF<?xml version='1.0' encoding=\"utf-8\" standalone=\"yes\"?>\r\n" +
	"<!-- before --><m:a xmlns:m=\"urn:m\"\n xmlns='urn:d' b=' x&#10;\ny ' m:b=\"&lt;é&quot;\" xml:lang=\"fr\">\n" +
	"<c/><m:d xmlns:m='urn:n'>A &amp; B<!-- > -->C<![CDATA[<D>]]>\r\nE&#xE9;</m:d ><e xmlns=''>\r</e>" +
	"</m:a>\n<!-- after -->\n"

const sampleStory = `2 <{urn:m}a b=" x\n y " {urn:m}b="<é\"" {http://www.w3.org/XML/1998/namespace}lang="fr">
4 "\n"
5 <{urn:d}c>
5 </{urn:d}c>
5 <{urn:n}d>
5 "A & BC<D>\nEé"
6 </{urn:n}d>
6 <e>
6 "\n"
6 </e>
6 </{urn:m}a>
`

func TestADocumentIsReadTheSameInAnyPieces(t *testing.T) {
	t.Parallel()
	for name, src := range map[string]io.Reader{
		"at once": strings.NewReader(sample), "byte by byte": iotest.OneByteReader(strings.NewReader(sample)),
		"by halves": iotest.HalfReader(strings.NewReader(sample)), "end with data": iotest.DataErrReader(strings.NewReader(sample)),
	} {
		got, err := story(src, xmlgate.Limits{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(sampleStory, got); diff != "" {
			t.Errorf("%s: -want +got\n%s", name, diff)
		}
	}
}

func TestWhatOnlyAttacksAndAccidentsUseIsRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ doc, code string }{
		{"", "xmlgate.document.empty"},
		{" <!-- nothing --> ", "xmlgate.document.empty"},
		{"<a/><b/>", "xmlgate.document.outside"},
		{"<a/>x", "xmlgate.document.outside"},
		{"&#32;<a/>", "xmlgate.document.outside"},
		{"<![CDATA[ ]]><a/>", "xmlgate.document.outside"},
		{"<a><b>", "xmlgate.document.truncated"},
		{"<a>x", "xmlgate.document.truncated"},
		{"<a><b", "xmlgate.document.truncated"},
		{"<a></a", "xmlgate.document.truncated"},
		{"<a><!-- ", "xmlgate.document.truncated"},
		{"<a><![CDATA[", "xmlgate.document.truncated"},
		{"<a", "xmlgate.markup.malformed"},
		{"</a>", "xmlgate.markup.malformed"},
		{"< a/>", "xmlgate.markup.malformed"},
		{"<a b>", "xmlgate.markup.malformed"},
		{"<a b=c/>", "xmlgate.markup.malformed"},
		{"<a b='1'c='2'/>", "xmlgate.markup.malformed"},
		{"<a b='<'/>", "xmlgate.markup.malformed"},
		{"<a <b/></a>", "xmlgate.markup.malformed"},
		{"<a>]]></a>", "xmlgate.markup.malformed"},
		{"<a><!-- x -- y --></a>", "xmlgate.markup.malformed"},
		{"<a><!ELEMENT a></a>", "xmlgate.markup.malformed"},
		{"<!DOCTYPE a><a/>", "xmlgate.doctype.refused"},
		{"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "xmlgate.doctype.refused"},
		{"<a><!DOCTYPE a></a>", "xmlgate.doctype.refused"},
		{"<?xml-stylesheet href='x'?><a/>", "xmlgate.instruction.refused"},
		{"<a><?php ?></a>", "xmlgate.instruction.refused"},
		{" <?xml version='1.0'?><a/>", "xmlgate.instruction.refused"},
		{"<a>&nbsp;</a>", "xmlgate.entity.refused"},
		{"<a>R&D</a>", "xmlgate.entity.refused"},
		{"<a b='&x;'/>", "xmlgate.entity.refused"},
		{"<a>&#0;</a>", "xmlgate.entity.refused"},
		{"<a>&#xD800;</a>", "xmlgate.entity.refused"},
		{"<a>&#+65;</a>", "xmlgate.entity.refused"},
		{"<a>&#x110000;</a>", "xmlgate.entity.refused"},
		{"<?xml encoding='UTF-8'?><a/>", "xmlgate.declaration.malformed"},
		{"<?xml version='1.0' standalone='yes' encoding='UTF-8'?><a/>", "xmlgate.declaration.malformed"},
		{"<?xml version='1.0'", "xmlgate.declaration.malformed"},
		{"<?xml version='1.1'?><a/>", "xmlgate.version.refused"},
		{"<?xml version='1.0' encoding='ISO-8859-1'?><a/>", "xmlgate.encoding.refused"},
		{"<?xml version='1.0' encoding='UTF-7'?><a/>", "xmlgate.encoding.refused"},
		{"\xFE\xFF\x00<\x00a\x00/\x00>", "xmlgate.encoding.refused"},
		{"<a>\xE9</a>", "xmlgate.encoding.broken"},
		{"<a>é\xC3", "xmlgate.encoding.broken"},
		{"<a>\xED\xA0\x80</a>", "xmlgate.encoding.broken"},
		{"<a>\x00</a>", "xmlgate.character.forbidden"},
		{"<a>12345678\x0B2345678</a>", "xmlgate.character.forbidden"},
		{"<a>\uFFFE</a>", "xmlgate.character.forbidden"},
		{"<a></b>", "xmlgate.tag.mismatch"},
		{"<a></a b='1'>", "xmlgate.tag.mismatch"},
		{"<p:a xmlns:p='u' xmlns:q='u'></q:a>", "xmlgate.tag.mismatch"},
		{"<a b='1' b='2'/>", "xmlgate.attribute.duplicate"},
		{"<a xmlns:p='u' xmlns:q='u' p:b='1' q:b='2'/>", "xmlgate.attribute.duplicate"},
		{"<a xmlns:p='u' xmlns:p='v'/>", "xmlgate.attribute.duplicate"},
		{"<a xmlns='u' xmlns='u'/>", "xmlgate.attribute.duplicate"},
		{"<p:a/>", "xmlgate.prefix.undeclared"},
		{"<a p:b='1'/>", "xmlgate.prefix.undeclared"},
		{"<a><b xmlns:p='u'/><p:c/></a>", "xmlgate.prefix.undeclared"},
		{"<a xmlns:p=''/>", "xmlgate.prefix.misused"},
		{"<a xmlns:xmlns='u'/>", "xmlgate.prefix.misused"},
		{"<a xmlns:xml='u'/>", "xmlgate.prefix.misused"},
		{"<a xmlns:p='http://www.w3.org/XML/1998/namespace'/>", "xmlgate.prefix.misused"},
		{"<1a/>", "xmlgate.name.invalid"},
		{"<a:b:c/>", "xmlgate.name.invalid"},
		{"<:a/>", "xmlgate.name.invalid"},
		{"<a -b='1'/>", "xmlgate.name.invalid"},
	} {
		for _, src := range []io.Reader{strings.NewReader(c.doc), iotest.OneByteReader(strings.NewReader(c.doc))} {
			_, err := story(src, xmlgate.Limits{})
			if got := fault.CodeOf(err); err == nil || got != c.code || !fault.Is(err, fault.Invalid) {
				t.Errorf("%q: got %v, want %s", c.doc, err, c.code)
			}
		}
	}
}

func TestLimitsHold(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 200_000)
	for _, c := range []struct {
		doc    string
		limits xmlgate.Limits
		code   string
	}{
		{"<a>" + long + "</a>", xmlgate.Limits{Bytes: 1000}, "xmlgate.document.too-large"},
		{"<a>12345</a>", xmlgate.Limits{Bytes: 12}, ""},
		{"<a>12345</a>", xmlgate.Limits{Bytes: 11}, "xmlgate.document.too-large"},
		{strings.Repeat("<a>", 65), xmlgate.Limits{}, "xmlgate.document.too-deep"},
		{"<a><b/><b/></a>", xmlgate.Limits{Elements: 3}, ""},
		{"<a><b/><b/></a>", xmlgate.Limits{Elements: 2}, "xmlgate.document.too-many-elements"},
		{"<a b='1' c='2'/>", xmlgate.Limits{Attributes: 2}, ""},
		{"<a b='1' c='2'/>", xmlgate.Limits{Attributes: 1}, "xmlgate.tag.too-many-attributes"},
		{"<" + long[:300] + "/>", xmlgate.Limits{}, "xmlgate.name.too-long"},
		{"<a b='" + long[:100_000] + "'/>", xmlgate.Limits{}, "xmlgate.value.too-long"},
		{"<a b='" + long + "'/>", xmlgate.Limits{}, "xmlgate.tag.too-long"},
		{"<a>" + long + "</a>", xmlgate.Limits{}, ""},
		{"<a>" + long + "</a>", xmlgate.Limits{Text: 199_999}, "xmlgate.text.too-long"},
		{"<a>" + long + "</a>", xmlgate.Limits{Text: 200_000}, ""},
		{"<a><!--" + long + "--></a>", xmlgate.Limits{Text: 100_000}, "xmlgate.text.too-long"},
		{"<a>" + strings.Repeat("<!---->", 20_000) + "</a>", xmlgate.Limits{Text: 100_000}, "xmlgate.text.too-long"},
		{"<a>" + strings.Repeat("<a>", 2000) + strings.Repeat("</a>", 2001), xmlgate.Limits{Depth: -1, Bytes: -1}, ""},
	} {
		_, err := story(strings.NewReader(c.doc), c.limits)
		if (err == nil) != (c.code == "") || err != nil && fault.CodeOf(err) != c.code {
			t.Errorf("%.30q…, %+v: got %v, want %q", c.doc, c.limits, err, c.code)
		}
	}
}

func TestErrorsNameTheLine(t *testing.T) {
	t.Parallel()
	for doc, want := range map[string]int{
		"<a>\n<b>\n</c>\n</a>":                         3,
		"<?xml version='1.0'\n?>\n<a>\n\n&x;</a>":      3, // where the text begins
		"<a\n b='1'>\n<b c='1'\n c='2'/></a>":          3,
		"<a>\n\n\n" + strings.Repeat("x", 100_000):     4,
		"<a>\n<![CDATA[\n\n]]><!--\n--><b>\n\xFF</b>":  6,
		strings.Repeat("\n", 70_000) + "<a>\n<1/></a>": 70_002,
	} {
		_, err := story(strings.NewReader(doc), xmlgate.Limits{})
		var f *fault.Error
		if !errors.As(err, &f) || f.Params[0] != "line" || f.Params[1] != want {
			t.Errorf("%.40q: got %v, want line %d", doc, err, want)
		}
	}
}

func TestOldEncodingsWhereAllowed(t *testing.T) {
	t.Parallel()
	const want = "1 <a>\n1 \"é€œ😀\"\n1 </a>\n"
	wide := func(s string, big bool) string {
		var b strings.Builder
		for _, u := range "\uFEFF" + s {
			units := []rune{u}
			if u > 0xFFFF {
				units = []rune{0xD800 + (u-0x10000)>>10, 0xDC00 + (u-0x10000)&0x3FF}
			}
			for _, u := range units {
				if big {
					b.Write([]byte{byte(u >> 8), byte(u)})
				} else {
					b.Write([]byte{byte(u), byte(u >> 8)})
				}
			}
		}
		return b.String()
	}
	for name, c := range map[string]struct{ doc, want string }{
		"little": {wide("<?xml version='1.0' encoding='UTF-16'?><a>é€œ😀</a>", false), want},
		"big":    {wide("<a>é€œ😀</a>", true), want},
		"latin1": {"<?xml version='1.0' encoding='iso-8859-1'?><a>\xE9\x9C</a>", "1 <a>\n1 \"é\\u009c\"\n1 </a>\n"},
		"latin9": {"<?xml version='1.0' encoding='ISO-8859-15'?><a>\xE9\xA4\xBD</a>", "1 <a>\n1 \"é€œ\"\n1 </a>\n"},
		"1252":   {"<?xml version='1.0' encoding='windows-1252'?><a>\xE9\x80\x9C\x92</a>", "1 <a>\n1 \"é€œ’\"\n1 </a>\n"},
	} {
		for _, src := range []io.Reader{strings.NewReader(c.doc), iotest.OneByteReader(strings.NewReader(c.doc))} {
			got, err := story(src, xmlgate.Limits{Encodings: true})
			if err != nil || got != c.want {
				t.Errorf("%s: got %q, %v", name, got, err)
			}
		}
	}
	for _, broken := range []string{wide("<a>", false) + "\x00\xD8", wide("<a>", false) + "\x00\xD8a\x00", wide("<a>", false) + "x"} {
		if _, err := story(strings.NewReader(broken), xmlgate.Limits{Encodings: true}); fault.CodeOf(err) != "xmlgate.encoding.broken" {
			t.Errorf("%q: got %v", broken, err)
		}
	}
}

func TestChildrenAreReadOrLeft(t *testing.T) {
	t.Parallel()
	const doc = `<list> <item><name> one </name><sub><x/>text</sub></item><other><name>no</name></other><item><name/></item> <!-- --> </list>`
	r := xmlgate.NewReader(iotest.OneByteReader(strings.NewReader(doc)), xmlgate.Limits{})
	if root, err := r.Root(); err != nil || root.Name.Local != "list" {
		t.Fatal(root, err)
	}
	var got []string
	for item, err := range r.Children() {
		if err != nil {
			t.Fatal(err)
		}
		if item.Name.Local != "item" {
			continue
		}
		for part, err := range r.Children() {
			if err != nil {
				t.Fatal(err)
			}
			if part.Name.Local == "name" {
				path := r.Path()
				name, err := r.Trimmed()
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, path+"="+name)
			}
		}
	}
	if diff := cmp.Diff([]string{"list/item/name=one", "list/item/name="}, got); diff != "" {
		t.Error(diff)
	}
	if _, err := r.Next(); err != io.EOF {
		t.Errorf("after the root: %v", err)
	}
}

func TestContentOfTheWrongSortIsRefused(t *testing.T) {
	t.Parallel()
	r := xmlgate.NewReader(strings.NewReader("<a>x<b/></a>"), xmlgate.Limits{})
	r.Root()
	_, err := r.Text()
	if fault.CodeOf(err) != "xmlgate.element.misplaced" {
		t.Errorf("element in text: %v", err)
	}
	if _, again := r.Next(); again != err {
		t.Errorf("an error lasts: %v", again)
	}
	r = xmlgate.NewReader(strings.NewReader("<a>x<b/></a>"), xmlgate.Limits{})
	r.Root()
	for _, err := range r.Children() {
		if fault.CodeOf(err) != "xmlgate.text.misplaced" {
			t.Errorf("text among elements: %v", err)
		}
	}
}

func TestAFailingSourceIsNotTheDocumentsFault(t *testing.T) {
	t.Parallel()
	broken := errors.New("cable")
	for _, doc := range []string{"", "<", "<a>", "<a>x", "<a/>", "<?xml", "<a><!--"} {
		_, err := story(io.MultiReader(strings.NewReader(doc), iotest.ErrReader(broken)), xmlgate.Limits{})
		if !errors.Is(err, broken) {
			t.Errorf("%q: got %v", doc, err)
		}
	}
}

func TestIdentifiersAreUniqueInACheckedDocument(t *testing.T) {
	t.Parallel()
	if err := xmlgate.Check([]byte(`<a ID="x"><b Id="y"/></a>`), xmlgate.Limits{}); err != nil {
		t.Error(err)
	}
	for _, doc := range []string{`<a ID="x"><b ID="x"/></a>`, `<a ID="x"><b Id="x"/></a>`, `<a id="x" xml:id="x"/>`} {
		if err := xmlgate.Check([]byte(doc), xmlgate.Limits{}); fault.CodeOf(err) != "xmlgate.identifier.duplicate" {
			t.Errorf("%s: got %v", doc, err)
		}
	}
}

func TestOffsetsCutElementsOut(t *testing.T) {
	t.Parallel()
	for _, head := range []string{"", "\xEF\xBB\xBF", "<?xml version='1.0'?>\n", "\xEF\xBB\xBF<?xml version='1.0'?>\n"} {
		doc := head + "<list>\n<item a='1'>é</item>" + strings.Repeat(" ", 70_000) + "<item/></list>"
		r := xmlgate.NewReader(strings.NewReader(doc), xmlgate.Limits{})
		var got []string
		for {
			from := r.Offset()
			tok, err := r.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			if tok.Kind == xmlgate.Start && tok.Name.Local == "item" {
				if err := r.Skip(); err != nil {
					t.Fatal(err)
				}
				got = append(got, doc[from:r.Offset()])
			}
		}
		if diff := cmp.Diff([]string{"<item a='1'>é</item>", "<item/>"}, got); diff != "" {
			t.Errorf("%q: %s", head, diff)
		}
	}
}
