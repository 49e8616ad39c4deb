package export_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"pupitre/exos/qti"
	"pupitre/exos/qti/export"
	"pupitre/exos/qti/program"
	"pupitre/exos/qti/report"
	"pupitre/exos/qti/score"
)

// module imports what must be good.
func module(t testing.TB, data []byte) *qti.Module {
	t.Helper()
	m, r, err := qti.Import(data, qti.Limits{})
	if err != nil {
		t.Fatalf("%v %v", err, r.Findings)
	}
	return m
}

func read(t testing.TB, file string) []byte {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// packed zips a folder.
func packed(t testing.TB, dir string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, _ := filepath.Rel(dir, path)
		f, err := z.Create(filepath.ToSlash(name))
		if err != nil {
			return err
		}
		_, err = f.Write(read(t, path))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func unpacked(t testing.TB, data []byte) map[string][]byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if _, err := b.ReadFrom(r); err != nil {
			t.Fatal(err)
		}
		out[f.Name] = b.Bytes()
	}
	return out
}

// sources are modules of every origin: QTI 3 and 2, GIFT, Moodle.
func sources(t testing.TB) map[string][]byte {
	t.Helper()
	return map[string][]byte{
		"qti3":   packed(t, "../../../internal/demo/workbook/labo-grammaire-5e"),
		"qti2":   packed(t, "../write/testdata"),
		"item":   read(t, "testdata/item.xml"),
		"gift":   read(t, "../gift/testdata/all.gift"),
		"moodle": read(t, "../moodle/testdata/bank.xml"),
	}
}

func TestWhatCameAsQTI3LeavesByteForByte(t *testing.T) {
	t.Parallel()
	came := sources(t)["qti3"]
	left, findings, err := export.QTI(module(t, came))
	if err != nil || len(findings) > 0 {
		t.Fatal(err, findings)
	}
	before, after := unpacked(t, came), unpacked(t, left)
	for at, data := range before {
		if !bytes.Equal(data, after[at]) {
			t.Errorf("%s is not as it came", at)
		}
	}
	if len(before) != len(after) {
		t.Errorf("%d files, then %d", len(before), len(after))
	}
}

// The manifest names every file, once; every dependency is there; the test comes before what it needs.
func TestTheManifestListsThePackage(t *testing.T) {
	t.Parallel()
	for name, data := range sources(t) {
		if name == "qti3" {
			continue // as it came
		}
		left, _, err := export.QTI(module(t, data))
		if err != nil {
			t.Fatal(err)
		}
		files := unpacked(t, left)
		var m struct {
			Schema    string `xml:"metadata>schemaversion"`
			Resources []struct {
				ID    string `xml:"identifier,attr"`
				Type  string `xml:"type,attr"`
				Href  string `xml:"href,attr"`
				Files []struct {
					Href string `xml:"href,attr"`
				} `xml:"file"`
				Needs []struct {
					ID string `xml:"identifierref,attr"`
				} `xml:"dependency"`
			} `xml:"resources>resource"`
		}
		if err := xml.Unmarshal(files["imsmanifest.xml"], &m); err != nil {
			t.Fatal(err)
		}
		named, ids := map[string]bool{"imsmanifest.xml": true}, map[string]bool{}
		for _, r := range m.Resources {
			if ids[r.ID] || named[r.Href] || len(r.Files) != 1 || r.Files[0].Href != r.Href {
				t.Errorf("%s: resource %+v", name, r)
			}
			named[r.Href], ids[r.ID] = true, true
		}
		for _, r := range m.Resources {
			for _, need := range r.Needs {
				if !ids[need.ID] {
					t.Errorf("%s: %s needs %s, which is not there", name, r.Href, need.ID)
				}
			}
			if name == "moodle" && r.Href == "air-1.xml" && len(r.Needs) == 0 {
				t.Error("an exercise does not name its picture")
			}
		}
		for at := range files {
			if !named[at] {
				t.Errorf("%s: the manifest does not name %s", name, at)
			}
		}
		if m.Schema != "3.0.1" || m.Resources[0].Type != "imsqti_test_xmlv3p0" || len(m.Resources) != len(files)-1 {
			t.Errorf("%s: version %s, %d resources, %d files", name, m.Schema, len(m.Resources), len(files))
		}
	}
}

// A response of any shape, among what could be answered.
func response(t *rapid.T, it *qti.Item) score.Submission {
	words := []string{"A", "B", "C", "true", "false", "S1", "S2", "1", "0.8", "3.5", "zola", "Zola", "x", "10 20", "A S1", "S1 A", "A B"}
	for _, k := range it.Key(1) {
		words = append(words, k.Values...)
		words = append(words, k.Accepted...)
	}
	for _, v := range it.Program.Vars {
		if v.Mapping != nil {
			for _, e := range v.Mapping.Entries {
				words = append(words, e.Key.Lexical())
			}
		}
	}
	var sub score.Submission
	for _, v := range it.Program.Vars {
		if v.Kind == program.Response {
			sub.Responses = append(sub.Responses, score.Response{Identifier: v.Identifier, Values: rapid.SliceOfN(rapid.SampledFrom(words), 0, 4).Draw(t, v.Identifier)})
		}
	}
	return sub
}

// What leaves comes in again, and the same answers earn the same marks and show the same texts.
func TestAPackageComesInAgainAndMarksTheSame(t *testing.T) {
	t.Parallel()
	for name, data := range sources(t) {
		before := module(t, data)
		left, _, err := export.QTI(before)
		if err != nil {
			t.Fatal(err)
		}
		after, r, err := qti.Import(left, qti.Limits{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, f := range r.Findings {
			if f.Code == report.ManifestFileMissing || f.Code == report.AssetMissing || f.Code == report.TestItemMissing {
				t.Errorf("%s: %v", name, f)
			}
		}
		a, b := before.Items(), after.Items()
		if len(a) != len(b) || before.Title != after.Title || len(before.Sections) != len(after.Sections) || len(before.Assets) != len(after.Assets) {
			t.Errorf("%s: %d exercises, %d sections, %d files in %q, then %d, %d, %d in %q", name, len(a), len(before.Sections), len(before.Assets), before.Title,
				len(b), len(after.Sections), len(after.Assets), after.Title)
			continue
		}
		for i := range a {
			if a[i].Identifier != b[i].Identifier || a[i].Title != b[i].Title {
				t.Errorf("%s: %s became %s", name, a[i].Identifier, b[i].Identifier)
			}
		}
		rapid.Check(t, func(t *rapid.T) {
			i := rapid.IntRange(0, len(a)-1).Draw(t, "exercise")
			seed := rapid.Uint64().Draw(t, "seed")
			sub := response(t, a[i])
			x, y := a[i].Score(seed, score.State{}, sub), b[i].Score(seed, score.State{}, sub)
			if x.Score != y.Score || !slices.Equal(x.Shown, y.Shown) {
				t.Errorf("%s %s: %v then %v, %v then %v", name, a[i].Identifier, x.Score, y.Score, x.Shown, y.Shown)
			}
		})
	}
}

// The same module is the same package, byte for byte.
func TestAnExportIsAlwaysTheSame(t *testing.T) {
	t.Parallel()
	m := module(t, sources(t)["moodle"])
	one, _, _ := export.QTI(m)
	other, _, _ := export.QTI(module(t, sources(t)["moodle"]))
	if !bytes.Equal(one, other) {
		t.Error("two exports differ")
	}
}

// GIFT in its own form leaves as it came.
func TestGIFTLeavesAsItCame(t *testing.T) {
	t.Parallel()
	came := read(t, "testdata/plain.gift")
	left, n, findings := export.GIFT(module(t, came))
	if string(left) != string(came) {
		t.Errorf("came\n%s\nleft\n%s", came, left)
	}
	if n != strings.Count(string(came), "// [id:") || len(findings) > 0 {
		t.Errorf("%d questions, %v", n, findings)
	}
}

// Whatever form it came in: as GIFT it leaves, comes in again, marks the same, and leaves the same.
func TestGIFTComesInAgainAndMarksTheSame(t *testing.T) {
	t.Parallel()
	for name, data := range sources(t) {
		before := module(t, data)
		left, n, findings := export.GIFT(before)
		aside := map[string]bool{}
		for _, f := range findings {
			if f.Severity == report.Aside {
				aside[f.Item] = true
			}
		}
		if n+len(aside) != len(before.Items()) {
			t.Errorf("%s: %d exercises, %d written, %d named", name, len(before.Items()), n, len(aside))
		}
		if n == 0 {
			continue
		}
		after := module(t, left)
		again, _, lost := export.GIFT(after)
		if slices.ContainsFunc(findings, func(f report.Finding) bool { return f.Code == report.ExportFile }) {
			left = again // without the pictures
			again, _, lost = export.GIFT(module(t, left))
		}
		if string(left) != string(again) {
			t.Errorf("%s: it changes each time: %v\n%s\n%s", name, lost, left, again)
		}
		var kept []*qti.Item
		for _, it := range before.Items() {
			if !aside[it.Identifier] {
				kept = append(kept, it)
			}
		}
		items := after.Items()
		for i, it := range kept {
			sameMarks(t, name, it, items[i])
		}
	}
}

// sameMarks gives both exercises the answers that either knows. Choices may have other identifiers, in the same order.
func sameMarks(t *testing.T, name string, a, b *qti.Item) {
	t.Helper()
	if a.Scoreable != b.Scoreable {
		t.Errorf("%s %s: scoreable %v, then %v", name, a.Identifier, a.Scoreable, b.Scoreable)
		return
	}
	for _, pair := range [][2]*qti.Item{{a, b}, {b, a}} {
		for _, k := range pair[0].Key(1) {
			texts := append(append([]string(nil), k.Texts...), k.Accepted...)
			full := pair[0].Score(1, score.State{}, score.Submission{Responses: []score.Response{{Identifier: k.Response, Values: k.Values}}}).Score / pair[0].MaxScore
			other := pair[1].Key(1)[0]
			got := pair[1].Score(1, score.State{}, score.Submission{Responses: []score.Response{{Identifier: other.Response, Values: other.Values}}}).Score / pair[1].MaxScore
			if full != got || !slices.Equal(k.Texts, other.Texts) {
				t.Errorf("%s %s: the key %v earns %v, then %v earns %v", name, a.Identifier, texts, full, other.Texts, got)
			}
		}
	}
}

func TestWhatGIFTCannotSayIsNamed(t *testing.T) {
	t.Parallel()
	_, _, findings := export.GIFT(module(t, sources(t)["moodle"]))
	want := map[string]report.Code{
		"q-ordre": report.ExportKind, "q-texte-à-trous": report.ExportParts, "q-glisser": report.ExportKind, "q-calcul": report.ExportDraws,
		"q-avec-capitales": report.ExportCase, "air-1": report.ExportFile, "q-rédaction": report.ExportHelp, "q-nombre": report.QuestionUnit,
	}
	for item, code := range want {
		if !slices.ContainsFunc(findings, func(f report.Finding) bool { return f.Item == item && f.Code == code && f.File != "" }) {
			t.Errorf("nothing says %s of %s: %v", code, item, findings)
		}
	}
}
