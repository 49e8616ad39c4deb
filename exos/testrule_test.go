package exos_test

import (
	"slices"
	"strings"
	"testing"

	"pupitre/exos"
	"pupitre/exos/qti/qtitest"
	"pupitre/exos/qti/report"
)

// Each rule of a test is named at import, with where it stands: as one that is followed where the module is given as a test, or nowhere.
func TestImportSaysWhichRulesOfATestAreNotFollowed(t *testing.T) {
	t.Parallel()
	always := `<qti-base-value base-type="boolean">true</qti-base-value>`
	around := `<qti-pre-condition>` + always + `</qti-pre-condition><qti-branch-rule target="EXIT_TEST">` + always + `</qti-branch-rule>
		<qti-item-session-control max-attempts="1" show-feedback="true" allow-review="false" show-solution="false" allow-comment="false" allow-skipping="false" validate-responses="true"/>
		<qti-time-limits min-time="1" max-time="60"/>`
	ref := func(id, inside string) string {
		return `<qti-assessment-item-ref identifier="` + id + `" href="` + id + `.xml">` + inside + `</qti-assessment-item-ref>`
	}
	data := qtitest.Package(t, "M", `<qti-outcome-declaration identifier="TOTAL" cardinality="single" base-type="float"/><qti-time-limits max-time="600"/>
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
		switch f.Code {
		case report.TestGiven:
			said = append(said, f.Param("rule")+": "+f.Param("places"))
		case report.TestUndelivered:
			said = append(said, "not "+f.Param("rule")+": "+f.Param("places"))
		}
	}
	want := []string{
		"max-time: TEST, P, S, a", "qti-outcome-processing: TEST", `navigation-mode="linear": P`, `submission-mode="simultaneous": P`,
		"qti-pre-condition: P, S, a", "qti-branch-rule: P, S, a", "max-attempts: P, S, a", "show-feedback: P, S, a", "allow-review: P, S, a",
		"show-solution: P, S, a", "not allow-comment: P, S, a", "allow-skipping: P, S, a", "validate-responses: P, S, a", "not min-time: P, S, a",
		"qti-selection: S", `not with-replacement="true": S`, "qti-ordering: S", "not qti-template-default: a",
	}
	if !slices.Equal(said, want) {
		t.Errorf("said\n%s\nwant\n%s", strings.Join(said, "\n"), strings.Join(want, "\n"))
	}
}
