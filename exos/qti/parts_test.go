package qti_test

import (
	"strings"
	"testing"

	"pupitre/exos/qti"
	"pupitre/exos/qti/report"
	"pupitre/exos/qti/score"
)

// TestPackageInManyFiles: a section, a stimulus, response processing, a fragment of rules
// and an HTML text kept in files of their own, with addresses relative to each.
func TestPackageInManyFiles(t *testing.T) {
	t.Parallel()
	test := `<assessmentTest xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="T" title="Deux versions"><testPart identifier="P" navigationMode="linear" submissionMode="individual">
		<assessmentSectionRef identifier="S" href="sections/s.xml"/></testPart></assessmentTest>`
	section := `<assessmentSection identifier="S" title="Partie" visible="true"><assessmentSection identifier="S1" title="Sous-partie" visible="true">
		<assessmentItemRef identifier="Q1" href="../items/a.xml"/></assessmentSection><assessmentItemRef identifier="Q2" href="../items/b.xml"/></assessmentSection>`
	old := strings.NewReplacer("qti-assessment-item", "assessmentItem", "qti-response-declaration", "responseDeclaration", "qti-correct-response", "correctResponse",
		"qti-value", "value", "qti-outcome-declaration", "outcomeDeclaration", "qti-item-body", "itemBody", "qti-choice-interaction", "choiceInteraction",
		"qti-simple-choice", "simpleChoice", "qti-response-processing", "responseProcessing", "base-type", "baseType", "response-identifier", "responseIdentifier",
		`template="match_correct"`, `template="../rules/mine.xml"`).Replace(good)
	old = strings.Replace(old, "<itemBody>", `<itemBody><object type="text/html" data="../texts/conte.html"/>`, 1)
	rules := `<responseProcessing xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="../rules/part.xml"/></responseProcessing>`
	part := `<responseProcessingFragment><responseCondition><responseIf><match><variable identifier="RESPONSE"/><correct identifier="RESPONSE"/></match>
		<setOutcomeValue identifier="SCORE"><baseValue baseType="float">3</baseValue></setOutcomeValue><exitResponse/></responseIf></responseCondition>
		<setOutcomeValue identifier="SCORE"><baseValue baseType="float">-1</baseValue></setOutcomeValue></responseProcessingFragment>`
	withStimulus := strings.Replace(good, "<qti-item-body>", `<qti-assessment-stimulus-ref identifier="st" href="../texts/st.xml" title="Texte"/><qti-item-body>`, 1)
	stimulus := `<qti-assessment-stimulus identifier="st"><qti-stimulus-body><p>Il était une fois <img src="chat.png" alt="un chat"/>.</p></qti-stimulus-body></qti-assessment-stimulus>`
	manifest := `<manifest identifier="M"><resources><resource identifier="T" type="imsqti_test_xmlv2p1" href="test.xml"/></resources></manifest>`
	m, r, err := qti.Import(parcel(t, "imsmanifest.xml", manifest, "test.xml", test, "sections/s.xml", section, "items/a.xml", old, "items/b.xml", withStimulus,
		"rules/mine.xml", rules, "rules/part.xml", part, "texts/conte.html", `<html><head><title>x</title></head><body><p>Le renard<script>1</script></p></body></html>`,
		"texts/st.xml", stimulus, "texts/chat.png", "image"), qti.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range r.Findings {
		if f.Severity > report.Note && f.Code != report.ContentRemoved {
			t.Error(f)
		}
	}
	items := m.Items()
	if len(items) != 2 || m.Sections[0].Sections[0].Title != "Sous-partie" {
		t.Fatalf("module %+v", m)
	}
	var q1, q2 *qti.Item
	for _, it := range items {
		switch it.Identifier {
		case "Q1":
			q1 = it
		case "Q2":
			q2 = it
		}
	}
	right := score.Submission{Responses: []score.Response{{Identifier: "RESPONSE", Values: []string{"A"}}}}
	if got := q1.Score(0, score.State{}, right); got.Score != 3 || q1.MaxScore != 3 {
		t.Errorf("Q1: %v of %v", got.Score, q1.MaxScore)
	}
	if got := q1.Score(0, score.State{}, score.Submission{}); got.Score != -1 {
		t.Errorf("Q1 unanswered: %v", got.Score)
	}
	if text := q1.Tree.PlainText(); !strings.Contains(text, "Le renard") {
		t.Errorf("Q1 says %q", text)
	}
	if text := q2.Tree.PlainText(); !strings.Contains(text, "Il était une fois") || len(m.Assets) != 1 {
		t.Errorf("Q2 says %q, %d assets", text, len(m.Assets))
	}
}

// TestNothingOfAManifestIsPassedOverInSilence: an exercise that no test places, a resource in
// QTI 1, and bases around addresses.
func TestNothingOfAManifestIsPassedOverInSilence(t *testing.T) {
	t.Parallel()
	manifest := `<manifest identifier="M" xml:base="pkg/"><resources xml:base="all"><resource identifier="T" type="imsqti_test_xmlv3p0" href="test.xml"><file href="test.xml"/></resource>
		<resource identifier="I" type="imsqti_item_xmlv3p0" href="items/i.xml"/><resource identifier="X" type="imsqti_item_xmlv3p0" href="x.xml"/>
		<resource identifier="O" type="imsqti_xmlv1p2/imscc_xmlv1p1/assessment" href="old.xml"/></resources></manifest>`
	m, r, err := qti.Import(parcel(t, "imsmanifest.xml", manifest, "pkg/all/test.xml", test, "pkg/all/items/i.xml", good, "pkg/all/x.xml", good, "pkg/all/old.xml", "<questestinterop/>"), qti.Limits{})
	if err != nil || len(m.Items()) != 1 {
		t.Fatal(err, r.Findings)
	}
	said := map[report.Code]string{}
	for _, f := range r.Findings {
		said[f.Code] = f.Param("href")
	}
	if said[report.ManifestItemUnplaced] != "pkg/all/x.xml" || said[report.VersionUnsupported] != "pkg/all/old.xml" || said[report.ManifestFileMissing] != "" {
		t.Errorf("said %v", said)
	}
}

// TestRevealAndKey: feedback appears only when score allows it, with outcomes printed; the
// key is said in words.
func TestRevealAndKey(t *testing.T) {
	t.Parallel()
	item := strings.NewReplacer(`<qti-response-processing template="match_correct"/>`, `<qti-response-processing><qti-set-outcome-value identifier="SCORE"><qti-base-value base-type="float">2</qti-base-value></qti-set-outcome-value>
		<qti-response-condition><qti-response-if><qti-match><qti-variable identifier="RESPONSE"/><qti-correct identifier="RESPONSE"/></qti-match><qti-set-outcome-value identifier="F"><qti-base-value base-type="identifier">yes</qti-base-value></qti-set-outcome-value></qti-response-if></qti-response-condition></qti-response-processing>
		<qti-modal-feedback outcome-identifier="F" identifier="yes" show-hide="show" title="Oui"><qti-content-body>Tu as <qti-printed-variable identifier="SCORE"/> points.</qti-content-body></qti-modal-feedback>`,
		`<qti-item-body>`, `<qti-outcome-declaration identifier="F" cardinality="single" base-type="identifier"/><qti-item-body>`).Replace(good)
	m, _, err := qti.Import([]byte(item), qti.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	it := m.Items()[0]
	wrong := it.Score(0, score.State{}, score.Submission{Responses: []score.Response{{Identifier: "RESPONSE", Values: []string{"B"}}}})
	right := it.Score(0, score.State{}, score.Submission{Responses: []score.Response{{Identifier: "RESPONSE", Values: []string{"A"}}}})
	if got := it.Reveal(0, wrong.Shown); len(got) != 0 {
		t.Errorf("wrong answer reveals %+v", got)
	}
	got := it.Reveal(0, right.Shown, right.Outcomes...)
	if len(got) != 1 || got[0].Title != "Oui" || !got[0].Modal {
		t.Fatalf("right answer reveals %+v", got)
	}
	text := ""
	for _, n := range got[0].Nodes {
		text += n.Text
	}
	if text != "Tu as 2 points." {
		t.Errorf("feedback says %q", text)
	}
	if key := it.Key(0); len(key) != 1 || key[0].Texts[0] != "a" || key[0].Values[0] != "A" {
		t.Errorf("key %+v", key)
	}
}

// TestWordsOfASectionStandWithEachOfItsExercises: rubric for the pupil, with its picture, is
// shown with each exercise of the section and of what is in it; rubric for others is a note;
// what a test may not have is said.
func TestWordsOfASectionStandWithEachOfItsExercises(t *testing.T) {
	t.Parallel()
	test := `<qti-assessment-test identifier="T" title="T"><qti-rubric-block view="scorer">Note sur 20</qti-rubric-block><qti-test-part identifier="P" navigation-mode="linear" submission-mode="individual">
		<qti-assessment-section identifier="S" title="S" visible="true"><qti-rubric-block view="candidate tutor"><qti-content-body><p>Lis <img src="img/loup.png" alt="le loup"/></p></qti-content-body></qti-rubric-block>
		<qti-adaptive-selection/><qti-surprise/>
		<qti-assessment-section identifier="S1" title="S1" visible="true"><qti-rubric-block view="candidate">puis réponds</qti-rubric-block><qti-assessment-item-ref identifier="Q1" href="i.xml"/></qti-assessment-section>
		<qti-assessment-item-ref identifier="Q2" href="i.xml"/></qti-assessment-section>
		<qti-assessment-section identifier="Z" title="Z" visible="true"><qti-rubric-block view="candidate" class="memo">Souviens-toi.</qti-rubric-block><qti-assessment-item-ref identifier="Q3" href="i.xml"/></qti-assessment-section></qti-test-part></qti-assessment-test>`
	m, r, err := qti.Import(parcel(t, "test.xml", test, "i.xml", good, "img/loup.png", "image"), qti.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]string{}
	hashes := map[string]bool{}
	for _, it := range m.Items() {
		said[it.Identifier] = strings.Join(strings.Fields(it.Tree.PlainText()), " ")
		hashes[it.Content] = true
	}
	for id, want := range map[string]string{"Q1": "Lis le louppuis réponds", "Q2": "Lis le loup", "Q3": "Souviens-toi."} {
		if !strings.HasPrefix(said[id], want) {
			t.Errorf("%s says %q, want %q first", id, said[id], want)
		}
	}
	if len(hashes) != 3 || len(m.Assets) != 1 || len(m.Items()[0].Assets) != 1 || len(m.Notes) != 1 {
		t.Errorf("%d contents, %d files, items %+v, notes %v", len(hashes), len(m.Assets), m.Items()[0].Assets, m.Notes)
	}
	if memo := m.Items()[2].Tree.Nodes[0].Nodes[0]; memo.Name != "details" {
		t.Errorf("the reminder is a %s", memo.Name)
	}
	for _, code := range []report.Code{report.TestAdaptive, report.ElementUnknown} {
		found := false
		for _, f := range r.Findings {
			found = found || f.Code == code && f.Severity == report.Aside
		}
		if !found {
			t.Errorf("nothing says %s", code)
		}
	}
}

// TestPagesAsBrowsersTakeThem: an HTML text with its DOCTYPE and open <br> is read; one that
// declares entities is not, and that is said.
func TestPagesAsBrowsersTakeThem(t *testing.T) {
	t.Parallel()
	item := strings.Replace(good, "<qti-item-body>", `<qti-item-body><object type="text/html" data="p.html">repli</object>`, 1)
	cases := map[string]struct{ page, says, not string }{
		"as written": {`<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x.dtd"><html><head><title>t</title></head><body><p>Un loup<br>entra<img src="l.png" alt=" gris"></p><ul><li>un<li>deux</ul></body></html>`, "Un loupentragris", "repli"},
		"an entity":  {`<!DOCTYPE html [<!ENTITY x "boum">]><html><body>&x;</body></html>`, "repli", "boum"},
	}
	for name, c := range cases {
		m, r, err := qti.Import(parcel(t, "i.xml", item, "p.html", c.page, "l.png", "image"), qti.Limits{})
		if err != nil {
			t.Fatal(name, err, r.Findings)
		}
		said := strings.Join(strings.Fields(m.Items()[0].Tree.PlainText()), " ")
		if !strings.Contains(said, c.says) || strings.Contains(said, c.not) {
			t.Errorf("%s: the exercise says %q", name, said)
		}
	}
}

// TestKeyOfARecord: the key of a publisher's interaction that gives a record is given with its
// fields, and earns the maximum.
func TestKeyOfARecord(t *testing.T) {
	t.Parallel()
	item := `<qti-assessment-item identifier="i" title="t" xml:lang="fr"><qti-response-declaration identifier="R" cardinality="record"><qti-correct-response><qti-value field-identifier="n" base-type="integer">3</qti-value><qti-value field-identifier="w" base-type="string">lune</qti-value></qti-correct-response></qti-response-declaration>
		<qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float"/><qti-item-body><p>x</p></qti-item-body><qti-response-processing><qti-response-condition><qti-response-if><qti-match><qti-variable identifier="R"/><qti-correct identifier="R"/></qti-match>
		<qti-set-outcome-value identifier="SCORE"><qti-base-value base-type="float">2</qti-base-value></qti-set-outcome-value></qti-response-if></qti-response-condition></qti-response-processing></qti-assessment-item>`
	m, _, err := qti.Import([]byte(item), qti.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	it := m.Items()[0]
	key := it.Key(0)
	if len(key) != 1 || len(key[0].Fields) != 2 || key[0].Fields[1] != (score.NamedText{Name: "w", Value: "lune"}) {
		t.Fatalf("key %+v", key)
	}
	for want, fields := range map[float64][]score.NamedText{2: key[0].Fields, 0: key[0].Fields[:1]} {
		got := it.Score(0, score.State{}, score.Submission{Responses: []score.Response{{Identifier: "R", Fields: fields}}})
		if got.Score != want {
			t.Errorf("%v earns %v, want %v", fields, got.Score, want)
		}
	}
}
