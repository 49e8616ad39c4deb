package markup_test

import (
	"encoding/xml"
	"io"
	"strings"
	"testing"

	"pupitre/exos/qti/markup"
)

func TestEachFormatIsReadAsItsAuthorMeansIt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		format       markup.Format
		source, want string
	}{
		{markup.Moodle, "Qui ?", "<p>Qui ?</p>"},
		{markup.Moodle, "un\ndeux", "<p>un<br/>deux</p>"},
		{markup.Moodle, "un\n\ndeux", "<p>un</p><p>deux</p>"},
		{markup.Moodle, "a < b & <b>c</b>", "<p>a &lt; b &amp; <b>c</b></p>"},
		{markup.HTML, "un\ndeux <i>trois", "<p>un\ndeux <i>trois</i></p>"},
		{markup.HTML, "<p>un<p>deux<br>trois", "<p>un</p><p>deux<br/>trois</p>"},
		{markup.HTML, "<ul><li>un<li>deux<ul><li>a</ul><li>trois</ul>", "<ul><li>un</li><li>deux<ul><li>a</li></ul></li><li>trois</li></ul>"},
		{markup.HTML, "<table><tr><td>a<td>b<tr><th>c</table>", "<table><tr><td>a</td><td>b</td></tr><tr><th>c</th></tr></table>"},
		{markup.HTML, "</p><b><i>a</b></i>b</div>c", "<p><b><i>a</i></b>bc</p>"},
		{markup.HTML, `<img src=x.png alt="">`, `<p><img src="x.png" alt=""/></p>`},
		{markup.HTML, "é&nbsp;è&eacute;", "<p>é\u00a0èé</p>"},
		{markup.Plain, "a <b> & c\nd", "<p>a &lt;b&gt; &amp; c<br/>d</p>"},
		{markup.Markdown, "# Titre\n\nUn *mot* **fort** `a<b`.\n\n- un\n- deux\n\n1. a\n2. b", "<h1>Titre</h1><p>Un <em>mot</em> <strong>fort</strong> <code>a&lt;b</code>.</p><ul><li>un</li><li>deux</li></ul><ol><li>a</li><li>b</li></ol>"},
		{markup.Markdown, `2 \* 3 \* 4, [lien](https://exemple.test/), ![vue](v.png)`, `<p>2 * 3 * 4, <a href="https://exemple.test/">lien</a>, <img src="v.png" alt="vue"/></p>`},
		{markup.Markdown, "```\nx < 1\n```\n> dit\n> il\n\n---", "<pre><code>x &lt; 1</code></pre><blockquote><p>dit\nil</p></blockquote><hr/>"},
	} {
		if got := (markup.Text{Source: c.source, Format: c.format}).Block(&markup.Setting{}); got != c.want {
			t.Errorf("%s %q:\n got %s\nwant %s", c.format, c.source, got, c.want)
		}
	}
}

func TestAChoiceGoesWithoutItsParagraph(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		"<p>Paris</p>": "Paris", "<div>\n<p>Paris <b>!</b></p></div>": "Paris <b>!</b>", "<p>a</p><p>b</p>": "<p>a</p><p>b</p>", "Paris": "Paris",
	} {
		if got := (markup.Text{Source: source, Format: markup.HTML}).Flow(&markup.Setting{}); got != want {
			t.Errorf("%q: got %q, want %q", source, got, want)
		}
	}
}

// A place that stands by itself is not in a paragraph; each place is set once, where it was asked for; none inside an attribute.
func TestPlacesAreSetOnceAndWhereTheyMayStand(t *testing.T) {
	t.Parallel()
	s := markup.Setting{Places: []markup.Place{{XML: "<line/>"}, {XML: "<block/>", Block: true}, {XML: "<never/>"}}}
	source := `<p title="` + markup.Mark(2) + `">a ` + markup.Mark(0) + markup.Mark(0) + `</p><p>b ` + markup.Mark(1) + markup.Mark(7) + `</p>`
	got := markup.Text{Source: source, Format: markup.HTML}.Block(&s)
	if want := `<p title="">a <line/></p><div>b <block/></div>`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if !s.Placed(0) || !s.Placed(1) || s.Placed(2) {
		t.Error("it does not know what it placed")
	}
}

func TestAnAddressOfTheQuestionsOwnIsAFileOfThePackage(t *testing.T) {
	t.Parallel()
	got := markup.Text{Source: `<img src="@@PLUGINFILE@@/carte.png" alt="carte"><img src="b.png" alt="">`, Format: markup.HTML}.Flow(&markup.Setting{})
	if want := `<img src="carte.png" alt="carte"/><img src="b.png" alt=""/>`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// No text becomes an element of QTI, in either version's spelling.
func TestNoTextBecomesQTI(t *testing.T) {
	t.Parallel()
	for _, source := range []string{
		`<qti-set-outcome-value identifier="SCORE">x</qti-set-outcome-value>`, `<responseProcessing>x</responseProcessing>`, `<gap>x</gap>`,
		`<prompt>x</prompt>`, `<choiceInteraction>x</choiceInteraction>`, `<label>x</label>`, `<value>x</value>`, `<xi:include href="a">x</xi:include>`,
		`<svg><desc><qti-prompt>x</qti-prompt></desc></svg>`, `<math><annotation-xml><qti-gap>x</qti-gap></annotation-xml></math>`,
	} {
		got := markup.Text{Source: source, Format: markup.HTML}.Block(&markup.Setting{})
		for _, name := range elementsOf(t, got) {
			switch name {
			case "p", "svg", "math":
			default:
				t.Errorf("%s keeps <%s>: %s", source, name, got)
			}
		}
	}
}

func elementsOf(t *testing.T, text string) []string {
	t.Helper()
	var names []string
	d := xml.NewDecoder(strings.NewReader("<x>" + text + "</x>"))
	for {
		token, err := d.Token()
		if err == io.EOF {
			return names[1:]
		}
		if err != nil {
			t.Fatalf("not well-formed: %v in %s", err, text)
		}
		if e, ok := token.(xml.StartElement); ok {
			names = append(names, e.Name.Local)
		}
	}
}

func TestWordsAndFormulas(t *testing.T) {
	t.Parallel()
	if got := (markup.Text{Source: "<p>Un <b>deux</b></p><p>trois" + markup.Mark(0) + "<script>x</script></p>", Format: markup.HTML}).Words(); got != "Un deux trois" {
		t.Errorf("words %q", got)
	}
	if !(markup.Text{Source: `\(x^2\)`}).HasTeX() || (markup.Text{Source: `5 $ et 6 $`}).HasTeX() {
		t.Error("formulas in TeX are not told from prices")
	}
}

// A text makes no more elements than it has tags, however they are nested, left open or closed by nobody.
func TestATextDoesNotGrow(t *testing.T) {
	t.Parallel()
	var open strings.Builder
	for i := range 500 {
		open.WriteString(`<b id="` + strings.Repeat("x", i%7) + `"><i>`)
	}
	for name, source := range map[string]string{
		"open forms and paragraphs": open.String() + strings.Repeat("<p>x</p>", 50_000),
		"open elements":             strings.Repeat("<div>", 200_000),
		"ends of nothing":           strings.Repeat("<div>", 1000) + strings.Repeat("</span>", 100_000),
		"tables":                    strings.Repeat("<table><tr><td>", 50_000),
	} {
		text := markup.Text{Source: source, Format: markup.HTML}
		if got := text.Block(&markup.Setting{}); len(got) > 4*len(source) {
			t.Errorf("%s: %d bytes became %d", name, len(source), len(got))
		}
	}
}

// FuzzBlock: whatever is typed, in whatever format, the XML is well-formed.
func FuzzBlock(f *testing.F) {
	f.Add("<p>un <b>deux</p>\x00<img src=x onerror=y>", byte(0))
	f.Add("# a\n- *b* `c` \\* [d](e)", byte(1))
	f.Add(strings.Repeat("<div>", 600)+markup.Mark(0), byte(2))
	f.Add("<table><td><math><mi>x<p>", byte(3))
	formats := []markup.Format{markup.HTML, markup.Markdown, markup.Moodle, markup.Plain}
	f.Fuzz(func(t *testing.T, source string, format byte) {
		text := markup.Text{Source: source, Format: formats[int(format)%len(formats)]}
		elementsOf(t, text.Block(&markup.Setting{Places: []markup.Place{{XML: "<place/>"}}}))
		elementsOf(t, text.Flow(&markup.Setting{}))
		text.Words()
	})
}
