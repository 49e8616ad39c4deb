package parse_test

import (
	"os"
	"path/filepath"
	"testing"

	"pupitre/exos/qti/pack"
	"pupitre/exos/qti/parse"
	"pupitre/exos/qti/program"
	"pupitre/exos/qti/qtitest"
	"pupitre/exos/qti/score"
)

// FuzzVector is FuzzItem from our own vectors: all interactions and rules, with files beside.
func FuzzVector(f *testing.F) {
	for _, v := range qtitest.Read(f) {
		f.Add(v.XML)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		ex, findings := parse.Item(data, parse.Source{Path: "f.xml", Files: qtitest.Beside{"x.png": "x", "passage.xml": "<div><p>x</p></div>"}})
		if ex == nil {
			if len(findings) == 0 {
				t.Fatal("refused without a word")
			}
			return
		}
		tryOut(reread(t, ex.Program))
		if max := ex.Program.Max; ex.Program.Scoreable && !(max > 0) {
			t.Fatalf("scored out of %v", max)
		}
	})
}

// FuzzTest: no XML makes the reader of tests panic, and what it makes can be gone through.
func FuzzTest(f *testing.F) {
	f.Add([]byte(`<assessmentTest identifier="T"><testPart identifier="P" navigationMode="linear" submissionMode="individual"><assessmentSection identifier="S" title="S" visible="true"><selection select="2" withReplacement="true"/><ordering shuffle="true"/>
		<assessmentItemRef identifier="a" href="a.xml" required="true"><preCondition><isNull><variable identifier="a.SCORE"/></isNull></preCondition><branchRule target="EXIT_TESTPART"><gt><numberCorrect/><baseValue baseType="integer">0</baseValue></gt></branchRule><weight identifier="W" value="2"/></assessmentItemRef>
		<assessmentSection identifier="S2" title="S2" visible="true" keepTogether="false"><rubricBlock view="candidate">x</rubricBlock><assessmentItemRef identifier="b" href="b.xml"/></assessmentSection></assessmentSection></testPart>
		<outcomeProcessing><setOutcomeValue identifier="X"><sum><testVariables variableIdentifier="SCORE" weightIdentifier="W"/></sum></setOutcomeValue></outcomeProcessing></assessmentTest>`))
	f.Add([]byte(`<qti-assessment-section identifier="S"><qti-assessment-section-ref href="s.xml"/></qti-assessment-section>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		a, findings := parse.Test(data, parse.Source{Path: "t.xml", Files: qtitest.Beside{"s.xml": `<assessmentSection identifier="x"><assessmentSectionRef href="s.xml"/></assessmentSection>`}})
		if a == nil {
			if len(findings) == 0 {
				t.Fatal("refused without a word")
			}
			return
		}
		order := score.Draw(a.Test, 7)
		var items []score.ItemStand
		for _, p := range order {
			items = append(items, score.Stand(p.Ref, p.Sections, &program.Program{ScoreVar: -1}, 7, nil))
			score.TemplateDefaults(a.Test, items, p.Ref)
		}
		score.Totals(a.Test, items)
		for at, n := -1, 0; at < len(order); n++ {
			next := score.Next(a.Test, order, items, at)
			if next <= at || n > len(order) {
				t.Fatalf("from %d to %d of %d", at, next, len(order))
			}
			at = next
		}
	})
}

// FuzzManifest: no bytes make the reader of manifests panic.
func FuzzManifest(f *testing.F) {
	f.Add([]byte(`<manifest identifier="M"><metadata><lom><general><title><string language="fr">T</string></title><language>fr</language></general></lom></metadata><resources><resource type="imsqti_item_xmlv2p1" href="i.xml" xml:base="a/"><file href="i.xml"/></resource></resources></manifest>`))
	if data, err := os.ReadFile(filepath.Join(corpora, "set-b/imsmanifest_v3p1.xml")); err == nil {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if m, findings := parse.ReadManifest(data, pack.Limits{}); m == nil && len(findings) == 0 {
			t.Fatal("refused without a word")
		}
	})
}
