package exos_test

import (
	"archive/zip"
	"bytes"
	"slices"
	"strings"
	"testing"

	"pupitre/exos"
	"pupitre/exos/qti/report"
)

// testPackage is a package of a test with the given inside and one exercise for each of the identifiers.
func testPackage(t *testing.T, inside string, items ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	put := func(name, text string) {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	resources := `<resource identifier="T" type="imsqti_test_xmlv3p0" href="test.xml"><file href="test.xml"/></resource>`
	for _, id := range items {
		resources += `<resource identifier="` + id + `" type="imsqti_item_xmlv3p0" href="` + id + `.xml"><file href="` + id + `.xml"/></resource>`
		put(id+".xml", `<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="`+id+`" title="`+id+`" xml:lang="fr" adaptive="false" time-dependent="false">
			<qti-response-declaration identifier="RESPONSE" cardinality="single" base-type="identifier"><qti-correct-response><qti-value>A</qti-value></qti-correct-response></qti-response-declaration>
			<qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float"><qti-default-value><qti-value>0</qti-value></qti-default-value></qti-outcome-declaration>
			<qti-item-body><qti-choice-interaction response-identifier="RESPONSE" max-choices="1"><qti-prompt>?</qti-prompt><qti-simple-choice identifier="A">a</qti-simple-choice><qti-simple-choice identifier="B">b</qti-simple-choice></qti-choice-interaction></qti-item-body>
			<qti-response-processing template="https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct.xml"/></qti-assessment-item>`)
	}
	put("test.xml", `<qti-assessment-test xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="TEST" title="Test">`+inside+`</qti-assessment-test>`)
	put("imsmanifest.xml", `<manifest xmlns="http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1" identifier="M"><metadata><schema>QTI Package</schema><schemaversion>3.0.0</schemaversion></metadata><organizations/><resources>`+resources+`</resources></manifest>`)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// Each rule of a test that pupils' pages do not follow is named at import, with where it stands.
func TestImportSaysWhichRulesOfATestAreNotFollowed(t *testing.T) {
	t.Parallel()
	always := `<qti-base-value base-type="boolean">true</qti-base-value>`
	around := `<qti-pre-condition>` + always + `</qti-pre-condition><qti-branch-rule target="EXIT_TEST">` + always + `</qti-branch-rule>
		<qti-item-session-control max-attempts="1" show-feedback="true" allow-review="false" show-solution="false" allow-comment="false" allow-skipping="false" validate-responses="true"/>
		<qti-time-limits min-time="1" max-time="60"/>`
	ref := func(id, inside string) string {
		return `<qti-assessment-item-ref identifier="` + id + `" href="` + id + `.xml">` + inside + `</qti-assessment-item-ref>`
	}
	data := testPackage(t, `<qti-outcome-declaration identifier="TOTAL" cardinality="single" base-type="float"/><qti-time-limits max-time="600"/>
		<qti-test-part identifier="P" navigation-mode="linear" submission-mode="simultaneous">`+around+`
		<qti-assessment-section identifier="S" title="Section" visible="true">`+around+`<qti-selection select="1" with-replacement="true"/><qti-ordering shuffle="true"/>`+
		ref("a", around+`<qti-template-default template-identifier="N">`+always+`</qti-template-default>`)+ref("b", "")+`</qti-assessment-section></qti-test-part>
		<qti-outcome-processing><qti-set-outcome-value identifier="TOTAL"><qti-sum><qti-test-variables variable-identifier="SCORE"/></qti-sum></qti-set-outcome-value></qti-outcome-processing>`, "a", "b")
	_, found, err := (&exos.Service{}).CheckModule(exos.Package{Data: data})
	if err != nil {
		t.Fatal(err, found)
	}
	var said []string
	for _, f := range found.Findings {
		if f.Code == report.TestUndelivered {
			said = append(said, f.Param("rule")+": "+f.Param("places"))
		}
	}
	want := []string{
		"max-time: TEST, P, S, a", "qti-outcome-processing: TEST", `navigation-mode="linear": P`, `submission-mode="simultaneous": P`,
		"qti-pre-condition: P, S, a", "qti-branch-rule: P, S, a", "max-attempts: P, S, a", "show-feedback: P, S, a", "allow-review: P, S, a",
		"show-solution: P, S, a", "allow-comment: P, S, a", "allow-skipping: P, S, a", "validate-responses: P, S, a", "min-time: P, S, a",
		"qti-selection: S", `with-replacement="true": S`, "qti-ordering: S", "qti-template-default: a",
	}
	if !slices.Equal(said, want) {
		t.Errorf("said\n%s\nwant\n%s", strings.Join(said, "\n"), strings.Join(want, "\n"))
	}
}
