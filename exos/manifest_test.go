package exos_test

import (
	"archive/zip"
	"bytes"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"pupitre/exos"
	"pupitre/internal/demo/workbook"
	"pupitre/internal/fault"
)

func packed(t testing.TB, manifest string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	f, err := w.Create("imsmanifest.xml")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write([]byte(manifest)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestTheManifestSaysTitlePublisherAndLevel(t *testing.T) {
	t.Parallel()
	data, err := workbook.Package()
	if err != nil {
		t.Fatal(err)
	}
	title, publisher, level, err := exos.ReadManifest(data)
	if err != nil || title != "Le labo de grammaire 5e" || publisher != "Éditions du Préau" || level != "5e" {
		t.Errorf("got %q, %q, %q, %v", title, publisher, level, err)
	}
}

func TestAManifestMaySayNothing(t *testing.T) {
	t.Parallel()
	for name, data := range map[string][]byte{
		"no package":    []byte("<qti-assessment-item/>"),
		"no metadata":   packed(t, "<manifest/>"),
		"another entry": packed(t, "<manifest><metadata><lom><lifeCycle><contribute><role><value>author</value></role><entity>FN:A</entity></contribute></lifeCycle></lom></metadata></manifest>"),
	} {
		title, publisher, level, err := exos.ReadManifest(data)
		if err != nil || title != "" || publisher != "" || level != "" {
			t.Errorf("%s: got %q, %q, %q, %v", name, title, publisher, level, err)
		}
	}
	if _, _, _, err := exos.ReadManifest(packed(t, "<manifest>")); !fault.Is(err, fault.Invalid) {
		t.Errorf("a broken one: %v", err)
	}
}

func FuzzManifest(f *testing.F) {
	f.Add("<manifest/>")
	f.Add("<manifest><metadata><lom><general><title><string>A\u00a0B</string></title><keyword><string>5e</string></keyword></general></lom></metadata></manifest>")
	f.Add("<manifest><metadata><lom><lifeCycle><contribute><role><value>publisher</value></role><entity>FN:X</entity></contribute></lifeCycle></lom></metadata></manifest>")
	f.Fuzz(func(t *testing.T, manifest string) {
		title, publisher, level, err := exos.ReadManifest(packed(t, manifest))
		for _, s := range []string{title, publisher, level} {
			if len(s) > 300 || !utf8.ValidString(s) || err != nil && s != "" {
				t.Errorf("%q, %v", s, err)
			}
		}
	})
}

func TestAManifestSaysWhatEachExerciseTrains(t *testing.T) {
	t.Parallel()
	const lom = `<metadata><lom xmlns="http://ltsc.ieee.org/xsd/LOM">`
	got, err := exos.ReadSkills(packed(t, `<manifest><resources>
<resource href="items/a.xml"><metadata><curriculumStandardsMetadataSet><curriculumStandardsMetadata><setOfGUIDs><labelledGUID><label>FR.5e.verbe</label><GUID>1</GUID></labelledGUID><labelledGUID><label>FR.5e.sujet</label></labelledGUID></setOfGUIDs></curriculumStandardsMetadata></curriculumStandardsMetadataSet></metadata></resource>
<resource href="./b.xml">`+lom+`<general><keyword><string>verbe</string></keyword></general><classification><purpose><value>competency</value></purpose><taxonPath><taxon><entry><string>Grammaire</string></entry></taxon><taxon><entry><string>Accorder le verbe</string></entry></taxon></taxonPath></classification></lom></metadata></resource>
<resource href="c.xml">`+lom+`<general><keyword><string>5e</string></keyword><keyword><string>lecture</string></keyword></general></lom></metadata></resource>
<resource href="d.xml"/></resources></manifest>`))
	want := map[string][]string{"items/a.xml": {"FR.5e.verbe", "FR.5e.sujet"}, "b.xml": {"Accorder le verbe"}, "c.xml": {"lecture"}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
}
