package score_test

import (
	"strings"
	"testing"

	"pupitre/exos/qti/parse"
	"pupitre/exos/qti/program"
	"pupitre/exos/qti/score"
)

const assessment = `<qti-assessment-test identifier="T" title="Contrôle">
<qti-outcome-declaration identifier="TOTAL" cardinality="single" base-type="float"/><qti-outcome-declaration identifier="BEST" cardinality="single" base-type="float"/>
<qti-outcome-declaration identifier="RIGHT" cardinality="single" base-type="integer"/><qti-outcome-declaration identifier="DONE" cardinality="single" base-type="integer"/>
<qti-outcome-declaration identifier="FIRST" cardinality="single" base-type="float"/><qti-outcome-declaration identifier="WORD" cardinality="single" base-type="identifier"/>
<qti-test-part identifier="P" navigation-mode="nonlinear" submission-mode="individual">
<qti-assessment-section identifier="S1" title="Un" visible="true"><qti-selection select="2"/><qti-ordering shuffle="true"/>
<qti-assessment-item-ref identifier="Q1" href="i.xml" category="nom" required="true"><qti-weight identifier="W" value="3"/></qti-assessment-item-ref>
<qti-assessment-item-ref identifier="Q2" href="i.xml" category="verbe"/><qti-assessment-item-ref identifier="Q3" href="i.xml" category="verbe"/></qti-assessment-section>
<qti-assessment-section identifier="S2" title="Deux" visible="true"><qti-assessment-item-ref identifier="Q4" href="i.xml">
<qti-pre-condition><qti-gte><qti-variable identifier="Q1.SCORE"/><qti-base-value base-type="float">1</qti-base-value></qti-gte></qti-pre-condition>
<qti-branch-rule target="EXIT_TEST"><qti-is-null><qti-variable identifier="WORD"/></qti-is-null></qti-branch-rule></qti-assessment-item-ref></qti-assessment-section>
</qti-test-part>
<qti-outcome-processing><qti-set-outcome-value identifier="TOTAL"><qti-sum><qti-test-variables variable-identifier="SCORE" weight-identifier="W"/></qti-sum></qti-set-outcome-value>
<qti-set-outcome-value identifier="BEST"><qti-sum><qti-outcome-maximum outcome-identifier="SCORE" section-identifier="S1" weight-identifier="W"/></qti-sum></qti-set-outcome-value>
<qti-set-outcome-value identifier="RIGHT"><qti-number-correct include-category="verbe"/></qti-set-outcome-value>
<qti-set-outcome-value identifier="DONE"><qti-number-responded/></qti-set-outcome-value>
<qti-set-outcome-value identifier="FIRST"><qti-variable identifier="Q1.SCORE" weight-identifier="W"/></qti-set-outcome-value>
<qti-outcome-condition><qti-outcome-if><qti-gte><qti-variable identifier="TOTAL"/><qti-base-value base-type="float">4</qti-base-value></qti-gte>
<qti-set-outcome-value identifier="WORD"><qti-base-value base-type="identifier">bravo</qti-base-value></qti-set-outcome-value><qti-exit-test/></qti-outcome-if></qti-outcome-condition></qti-outcome-processing>
<qti-test-feedback access="atEnd" outcome-identifier="WORD" identifier="bravo" show-hide="show" title="Fin"><p>Bravo !</p></qti-test-feedback></qti-assessment-test>`

func readTest(t *testing.T) *program.Test {
	t.Helper()
	a, findings := parse.Test([]byte(assessment), parse.Source{Path: "test.xml"})
	if a == nil || len(findings) > 0 {
		t.Fatal(findings)
	}
	return a.Test
}

func TestTotalsOfATest(t *testing.T) {
	t.Parallel()
	test := readTest(t)
	ex := item(t, "", strings.NewReplacer("%KEY", "oui", "%TOLERANCE", "").Replace(textEntry))
	stand := func(i int, typed string) score.ItemStand {
		ref, section := test.Parts[0].Sections[0].Members[i%3].Item, "S1"
		if i == 3 {
			ref, section = test.Parts[0].Sections[1].Members[0].Item, "S2"
		}
		if typed == "-" {
			return score.Stand(ref, []string{section}, ex.Program, 0, nil)
		}
		r := score.Score(ex.Program, 0, score.State{}, answers("RESPONSE", typed))
		return score.Stand(ref, []string{section}, ex.Program, 0, &r)
	}
	items := []score.ItemStand{stand(0, "oui"), stand(1, "oui"), stand(2, "non"), stand(3, "-")}
	outcomes, shown := score.Totals(test, items)
	for identifier, want := range map[string]string{"TOTAL": "4", "BEST": "5", "RIGHT": "1", "DONE": "3", "FIRST": "3", "WORD": "bravo"} {
		if got := lexical(outcomes, identifier); got != want {
			t.Errorf("%s = %s, want %s", identifier, got, want)
		}
	}
	if len(shown) != 1 || shown[0] != "t1" {
		t.Errorf("shown = %v", shown)
	}
	last := test.Parts[0].Sections[1].Members[0].Item
	if !score.Met(test, items, last.Pre) || score.Branch(test, items, last.Branches) != "" {
		t.Error("Q4 should be open, and lead on")
	}
	items[0] = stand(0, "non")
	if score.Met(test, items, last.Pre) || score.Branch(test, items, last.Branches) != "EXIT_TEST" {
		t.Error("Q4 should be closed, and lead out")
	}
}

func TestDrawKeepsRequiredItems(t *testing.T) {
	t.Parallel()
	test := readTest(t)
	seen := map[string]bool{}
	for seed := range uint64(50) {
		var order []string
		for _, p := range score.Draw(test, seed) {
			order = append(order, p.Ref.Identifier)
		}
		text := strings.Join(order, " ")
		seen[text] = true
		if len(order) != 3 || !strings.Contains(text, "Q1") || order[2] != "Q4" {
			t.Fatalf("seed %d: %s", seed, text)
		}
	}
	if len(seen) != 4 { // Q2 or Q3, before or after Q1
		t.Errorf("drawn: %v", seen)
	}
}
