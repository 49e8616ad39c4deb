package qti_test

import (
	"archive/zip"
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pupitre/exos/qti"
	"pupitre/exos/qti/report"
)

// parcel zips named contents, in the order given.
func parcel(t testing.TB, namesAndContents ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i+1 < len(namesAndContents); i += 2 {
		f, err := w.Create(namesAndContents[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(namesAndContents[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const (
	manifest = `<manifest xmlns="http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1" identifier="M"><resources>
<resource identifier="T" type="imsqti_test_xmlv3p0" href="test.xml"><file href="test.xml"/></resource>
<resource identifier="I" type="imsqti_item_xmlv3p0" href="items/i.xml"><file href="items/i.xml"/></resource></resources></manifest>`
	test = `<qti-assessment-test identifier="T" title="Essai"><qti-test-part identifier="P" navigation-mode="nonlinear" submission-mode="individual">
<qti-assessment-section identifier="S" title="Chapitre" visible="true"><qti-assessment-item-ref identifier="Q1" href="items/i.xml"/></qti-assessment-section></qti-test-part></qti-assessment-test>`
	good = `<qti-assessment-item identifier="i" title="Bien" xml:lang="fr">
<qti-response-declaration identifier="RESPONSE" cardinality="single" base-type="identifier"><qti-correct-response><qti-value>A</qti-value></qti-correct-response></qti-response-declaration>
<qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float"/>
<qti-item-body><qti-choice-interaction response-identifier="RESPONSE"><qti-simple-choice identifier="A">a</qti-simple-choice><qti-simple-choice identifier="B">b</qti-simple-choice></qti-choice-interaction></qti-item-body>
<qti-response-processing template="match_correct"/></qti-assessment-item>`
)

func TestGoodPackage(t *testing.T) {
	t.Parallel()
	m, r, err := qti.Import(parcel(t, "imsmanifest.xml", manifest, "test.xml", test, "items/i.xml", good), qti.Limits{})
	if err != nil {
		t.Fatal(err, r.Findings)
	}
	if m.Title != "Essai" || len(m.Sections) != 1 || m.Sections[0].Title != "Chapitre" || m.Items()[0].Identifier != "Q1" {
		t.Errorf("module = %+v", m)
	}
	if it := m.Items()[0]; it.MaxScore != 1 || len(it.Version) != 64 || it.Key(0)[0].Texts[0] != "a" {
		t.Errorf("item = %+v", it)
	}
}

// TestBadPackagesSayWhere: each bad input is refused with a code, and the file and line
// where there is one.
func TestBadPackagesSayWhere(t *testing.T) {
	t.Parallel()
	whole := parcel(t, "imsmanifest.xml", manifest, "test.xml", test, "items/i.xml", good)
	cases := []struct {
		name string
		data []byte
		code report.Code
		file string
		line int
	}{
		{"a truncated archive", whole[:len(whole)-60], report.PackageUnreadable, "", 0},
		{"neither an archive nor XML", []byte("bonjour"), report.FormatUnknown, "", 0},
		{"nothing", nil, report.PackageUnreadable, "", 0},
		{"an empty item", parcel(t, "i.xml", " "), report.XMLEmpty, "i.xml", 1},
		{"an item that closes another element", parcel(t, "i.xml", strings.Replace(good, "</qti-item-body>", "</qti-body>", 1)), report.XMLMalformed, "i.xml", 4},
		{"bytes that are not UTF-8", parcel(t, "i.xml", strings.Replace(good, ">a<", ">\xe9t\xe9<", 1)), report.XMLBytes, "i.xml", 4},
		{"bytes that are not UTF-8, far from the fault", parcel(t, "i.xml", strings.Replace(good, ">a<", ">&boum;<", 1)+"<!-- \xe9 -->"), report.XMLMalformed, "i.xml", 4},
		{"an empty archive", parcel(t), report.PackageEmpty, "", 0},
		{"a name that climbs", parcel(t, "../i.xml", good), report.PackageEntryName, "../i.xml", 0},
		{"a manifest with a DOCTYPE", parcel(t, "imsmanifest.xml", "<!DOCTYPE m [<!ENTITY a 'b'>]>\n"+manifest), report.XMLDoctype, "imsmanifest.xml", 1},
		{"an item with a DOCTYPE", parcel(t, "i.xml", "\n<!DOCTYPE x SYSTEM 'file:///etc/passwd'>"+good), report.XMLDoctype, "i.xml", 2},
		{"an unknown entity", parcel(t, "i.xml", strings.Replace(good, ">a<", ">&boum;<", 1)), report.XMLMalformed, "i.xml", 4},
		{"an item cut short", parcel(t, "i.xml", good[:300]), report.XMLTruncated, "i.xml", 3},
		{"a key that is no choice", parcel(t, "imsmanifest.xml", manifest, "test.xml", test, "items/i.xml", strings.Replace(good, "<qti-value>A", "<qti-value>Z", 1)), report.KeyNoSuchChoice, "items/i.xml", 2},
		{"an item that is not there", parcel(t, "imsmanifest.xml", manifest, "test.xml", test), report.TestItemMissing, "test.xml", 0},
		{"a test alone, without its exercises", []byte(test), report.TestItemMissing, "test.xml", 0},
		{"XML too deep", parcel(t, "i.xml", strings.Repeat("<a>", 300)), report.XMLTooDeep, "i.xml", 1},
	}
	for _, c := range cases {
		_, r, err := qti.Import(c.data, qti.Limits{})
		var refusal *report.Error
		if !errors.As(err, &refusal) {
			t.Errorf("%s: error %v, findings %v", c.name, err, r.Findings)
			continue
		}
		if got := refusal.Finding; got.Code != c.code || got.File != c.file || got.Line != c.line {
			t.Errorf("%s: %v, want %s in %s:%d", c.name, got, c.code, c.file, c.line)
		}
	}
}

// TestHostileContentIsInert: what a publisher's page could do to a pupil's browser is gone
// from the tree, and said in the report.
func TestHostileContentIsInert(t *testing.T) {
	t.Parallel()
	body := `<p onclick="steal()" style="position:fixed" class="modal qti-align-center" id="app">
<script>alert(1)</script><style>*{}</style><iframe src="https://exemple.test"/><form action="x"><input/></form>
<a href="javascript:alert(1)">un</a><a href="https://exemple.test/">deux</a><a href=" JaVaScRiPt:x">trois</a>
<img src="https://exemple.test/t.gif" alt="espion"/><img src="x.svg" alt="dessin"/><object data="x.swf" type="application/x-shockwave-flash">film</object>
<svg onload="x()"><script>1</script></svg><math><maction actiontype="statusline"><mi>x</mi></maction><mi href="javascript:1">y</mi><annotation-xml><p onclick="z">h</p></annotation-xml></math>
<blink>vieux</blink><video src="film.mp4" autoplay="autoplay" onerror="x()"/></p>`
	item := strings.Replace(good, "<qti-item-body>", `<qti-stylesheet href="s.css"/><qti-item-body>`+body, 1)
	m, r, err := qti.Import(parcel(t, "i.xml", item, "x.svg", `<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>`, "film.mp4", "film"), qti.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(m.Items()[0].Present(1))
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"alert", "onclick", "onload", "onerror", "style", "position:fixed", "modal", "iframe", "<input", "javascript", "JaVa",
		"t.gif", "swf", "maction", `"app"`, "blink", "autoplay", "s.css"} {
		if strings.Contains(string(text), bad) {
			t.Errorf("the tree still has %q: %s", bad, text)
		}
	}
	for _, kept := range []string{"qti-align-center", "q-app", "https://exemple.test/", "espion", "vieux", "film", `"mi"`, "x.svg"} {
		if !strings.Contains(string(text), kept) {
			t.Errorf("the tree lost %q: %s", kept, text)
		}
	}
	for _, code := range []report.Code{report.ContentRemoved, report.AttributeRemoved, report.AssetRemote, report.AssetActive, report.StyleIgnored, report.ContentUnwrapped} {
		found := false
		for _, f := range r.Findings {
			found = found || f.Code == code
		}
		if !found {
			t.Errorf("the report does not say %s", code)
		}
	}
}

// TestPublicFilesOfSetB: 22 public files, some deliberately malformed, each with a clear
// finding where it is wrong, and read all the same.
func TestPublicFilesOfSetB(t *testing.T) {
	t.Parallel()
	const dir = "../../../shared/corpora/qti/set-b"
	files, _ := filepath.Glob(filepath.Join(dir, "*.xml"))
	if len(files) == 0 {
		t.Skip("the corpus is not beside this checkout")
	}
	wrong := map[string]report.Code{ // what is wrong in the files that are
		"default-value-wrong-tag.xml":  report.ElementUnknown,
		"else-if-after-else.xml":       report.RuleMisplaced,
		"wrong-expression-element.xml": report.OperatorUnknown,
		"wrong-processing-element.xml": report.RuleUnknown,
		"non-existing-outcome.xml":     report.OutcomeImplicit,
		"item001.xml":                  report.VariableUndeclared,
		"imsmanifest_v3p1.xml":         report.XMLNotItem,
		"metadata.xml":                 report.XMLNotItem,
	}
	less := map[string]bool{ // whose own rules give their own key less than they say
		"number-comparison-expressions.xml": true, "various-expressions.xml": true, "non-existing-outcome.xml": true,
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		m, r, err := qti.Import(data, qti.Limits{})
		name := filepath.Base(file)
		for _, it := range r.Items {
			if it.Scoreable && it.Declared && !it.Adaptive && it.Reached() == less[name] {
				t.Errorf("%s: its own key gives %v of %v", name, it.Score, it.Max)
			}
		}
		code := wrong[name]
		if isItem := code != report.XMLNotItem; isItem != (err == nil) || isItem && len(m.Items()) != 1 {
			t.Errorf("%s: error %v", name, err)
		}
		found := code == ""
		for _, f := range r.Findings {
			if f.Code == code && f.Line > 0 {
				found = true
			}
		}
		if !found {
			t.Errorf("%s: %v, want %s", name, r.Findings, code)
		}
	}
}

// FuzzImport: no package makes the import panic; what is not refused can be shown.
func FuzzImport(f *testing.F) {
	f.Add(parcel(f, "imsmanifest.xml", manifest, "test.xml", test, "items/i.xml", good))
	f.Add(parcel(f, "i.xml", good))
	f.Add([]byte(good))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, r, err := qti.Import(data, qti.Limits{Total: 1 << 20, Entries: 50})
		if err != nil && len(r.Refusals()) == 0 {
			t.Fatal("refused without a finding")
		}
		for _, it := range m.Items() {
			it.Present(1)
			it.Key(1)
		}
	})
}

// A few lines that include themselves several times would grow without end, however little the package holds.
func TestTextsThatIncludeThemselvesAreRefused(t *testing.T) {
	t.Parallel()
	for name, include := range map[string]string{
		"include": `<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="x.html"/>`,
		"text":    `<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="x.html"/><xi:include xmlns:xi="http://www.w3.org/2001/XInclude" parse="text" href="x.html"/>`,
		"object":  `<object type="text/html" data="x.html"/>`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			many := strings.Repeat(include, 30)
			item := strings.Replace(good, "<qti-item-body>", "<qti-item-body><div>"+many+"</div>", 1)
			limits := qti.DefaultLimits()
			limits.Total = 16 << 20
			_, r, err := qti.Import(parcel(t, "i.xml", item, "x.html", "<html><body><div>"+many+"</div></body></html>"), limits)
			refusal, ok := errors.AsType[*report.Error](err)
			if !ok || refusal.Finding.Code != report.XMLTooBig {
				t.Fatalf("got %v", err)
			}
			if n := len(r.Findings); n > 100_000 {
				t.Errorf("%d findings of one trouble", n)
			}
		})
	}
}

// A picture is looked at once, however often it is shown.
func TestAPictureShownOftenIsReadOnce(t *testing.T) {
	t.Parallel()
	item := strings.Replace(good, "<qti-item-body>", "<qti-item-body><p>"+strings.Repeat(`<img src="big.png" alt=""/>`, 20_000)+"</p>", 1)
	began := time.Now()
	picture := make([]byte, 4<<20)
	rand.Read(picture)
	m, _, err := qti.Import(parcel(t, "i.xml", item, "big.png", string(picture)), qti.Limits{})
	if err != nil || len(m.Assets) != 1 {
		t.Fatalf("%v, %d pictures", err, len(m.Assets))
	}
	if took := time.Since(began); took > 20*time.Second { // 80 GB would be hashed
		t.Errorf("it took %s", took)
	}
}
