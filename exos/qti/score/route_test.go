package score_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pupitre/exos/qti/parse"
	"pupitre/exos/qti/program"
	"pupitre/exos/qti/score"
)

// routed is a test where rules lead: to a section, out of one, out of the part.
const routed = `<assessmentTest xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="R" title="R">
<testPart identifier="P1" navigationMode="linear" submissionMode="individual"><itemSessionControl maxAttempts="2" showFeedback="true"/><timeLimits maxTime="600" minTime="10" allowLateSubmission="true"/>
 <assessmentSection identifier="A" title="A" visible="true"><itemSessionControl maxAttempts="3"/>
  <assessmentItemRef identifier="a1" href="i.xml"><branchRule target="B"><equal toleranceMode="exact"><variable identifier="a1.SCORE"/><baseValue baseType="float">1</baseValue></equal></branchRule><branchRule target="EXIT_SECTION"><isNull><variable identifier="a1.RESPONSE"/></isNull></branchRule></assessmentItemRef>
  <assessmentItemRef identifier="a2" href="i.xml"><templateDefault templateIdentifier="T"><variable identifier="a1.SCORE"/></templateDefault><itemSessionControl showFeedback="false"/></assessmentItemRef></assessmentSection>
 <assessmentSection identifier="M" title="M" visible="true"><preCondition><gt><variable identifier="A.duration"/><baseValue baseType="duration">30</baseValue></gt></preCondition>
  <assessmentItemRef identifier="m1" href="i.xml"/><assessmentItemRef identifier="m2" href="i.xml"/></assessmentSection>
 <assessmentSection identifier="B" title="B" visible="true"><branchRule target="EXIT_TESTPART"><gte><variable identifier="b1.SCORE"/><baseValue baseType="float">1</baseValue></gte></branchRule>
  <assessmentItemRef identifier="b1" href="i.xml"/></assessmentSection>
 <assessmentSection identifier="C" title="C" visible="true"><assessmentItemRef identifier="c1" href="i.xml"/></assessmentSection>
</testPart>
<testPart identifier="P2" navigationMode="nonlinear" submissionMode="simultaneous"><preCondition><lt><variable identifier="duration"/><baseValue baseType="duration">1000</baseValue></lt></preCondition>
 <assessmentSection identifier="D" title="D" visible="true"><assessmentItemRef identifier="d1" href="i.xml"><preCondition><isNull><baseValue baseType="integer">1</baseValue></isNull></preCondition></assessmentItemRef></assessmentSection></testPart>
</assessmentTest>`

func TestRulesLeadThroughATest(t *testing.T) {
	t.Parallel()
	a, findings := parse.Test([]byte(routed), parse.Source{Path: "t.xml"})
	if a == nil || len(findings) > 0 {
		t.Fatal(findings)
	}
	order := score.Draw(a.Test, 1)
	ex := item(t, "", strings.NewReplacer("%KEY", "oui", "%TOLERANCE", "").Replace(textEntry))
	cases := []struct {
		said map[string]string // the answer to each exercise; none: not given
		took float64           // seconds on each
		want string
	}{
		{map[string]string{"a1": "oui", "b1": "oui"}, 5, "a1 b1 d1"},
		{map[string]string{"a1": "oui", "b1": "non"}, 5, "a1 b1 c1 d1"},
		{map[string]string{"a1": "non", "b1": "non"}, 5, "a1 a2 b1 c1 d1"},
		{map[string]string{"a1": "non", "b1": "oui"}, 20, "a1 a2 m1 m2 b1 d1"},
		{map[string]string{"a1": "", "b1": "non"}, 40, "a1 m1 m2 b1 c1 d1"},
		{map[string]string{"a1": "non"}, 400, "a1 a2 m1 m2 b1 c1"},
	}
	for _, c := range cases {
		var went []string
		items := make([]score.ItemStand, len(order))
		for i, p := range order {
			items[i] = score.Stand(p.Ref, p.Sections, ex.Program, 0, nil)
			items[i].Part = p.Part
		}
		for at := score.Next(a.Test, order, items, -1); at < len(order); at = score.Next(a.Test, order, items, at) {
			p := order[at]
			went = append(went, p.Ref.Identifier)
			sub := answers("RESPONSE", c.said[p.Ref.Identifier])
			sub.Seconds = c.took
			r := score.Score(ex.Program, 0, score.State{}, sub)
			items[at] = score.Stand(p.Ref, p.Sections, ex.Program, 0, &r)
			items[at].Part = p.Part
			if len(went) > len(order) {
				t.Fatalf("%v: it turns in circles: %v", c.said, went)
			}
		}
		if got := strings.Join(went, " "); got != c.want {
			t.Errorf("%v: %s, want %s", c.said, got, c.want)
		}
	}
}

// TestControlIsInherited: what an item does not say holds as in its section, then its part.
func TestControlIsInherited(t *testing.T) {
	t.Parallel()
	a, _ := parse.Test([]byte(routed), parse.Source{Path: "t.xml"})
	order := score.Draw(a.Test, 1)
	a1, a2, m1, d1 := order[0].Control, order[1].Control, order[2].Control, order[6].Control
	if *a1.MaxAttempts != 3 || !*a1.ShowFeedback || *a2.MaxAttempts != 3 || *a2.ShowFeedback || *m1.MaxAttempts != 2 || d1.MaxAttempts != nil {
		t.Errorf("controls %+v %+v %+v %+v", a1, a2, m1, d1)
	}
	limits := a.Test.Parts[0].Limits
	if limits.Over(600) || !limits.Over(601) || !limits.Under(9) || limits.Under(10) || !limits.AllowLate || (program.TimeLimits{}).Over(1e9) {
		t.Errorf("limits %+v", limits)
	}
}

// TestATestGivesTemplateValues: an item of a test may begin from what came before.
func TestATestGivesTemplateValues(t *testing.T) {
	t.Parallel()
	a, _ := parse.Test([]byte(routed), parse.Source{Path: "t.xml"})
	ex := item(t, "", `<qti-template-declaration identifier="T" cardinality="single" base-type="integer"><qti-default-value><qti-value>7</qti-value></qti-default-value></qti-template-declaration>`)
	order := score.Draw(a.Test, 1)
	stand := score.ItemStand{Ref: "a1", Outcomes: []score.Binding{{Identifier: "SCORE", Value: program.Real(3)}}}
	given := score.TemplateDefaults(a.Test, []score.ItemStand{stand}, order[1].Ref)
	if got := lexical(score.BeginWith(ex.Program, 1, given).Templates, "T"); got != "3" {
		t.Errorf("T = %s, want 3", got)
	}
	if got := lexical(score.Begin(ex.Program, 1).Templates, "T"); got != "7" {
		t.Errorf("alone, T = %s, want 7", got)
	}
}

// TestEachPlaceOfOneItemIsCounted: a draw with replacement may take an item several times.
func TestEachPlaceOfOneItemIsCounted(t *testing.T) {
	t.Parallel()
	a, _ := parse.Test([]byte(`<assessmentTest identifier="R" title="R"><testPart identifier="P" navigationMode="linear" submissionMode="individual"><assessmentSection identifier="S" title="S" visible="true">
		<selection select="3" withReplacement="true"/><assessmentItemRef identifier="q" href="i.xml"/></assessmentSection></testPart></assessmentTest>`), parse.Source{Path: "t.xml"})
	order := score.Draw(a.Test, 4)
	if len(order) != 3 || order[0].Instance != 1 || order[2].Instance != 3 {
		t.Errorf("drawn %+v", order)
	}
}

// TestTestsSurviveTheirEncoding: rules are kept encoded with a module's edition; bytes of another kind are refused.
func TestTestsSurviveTheirEncoding(t *testing.T) {
	t.Parallel()
	a, _ := parse.Test([]byte(routed), parse.Source{Path: "t.xml"})
	encoded := a.Test.Encode()
	again, err := program.DecodeTest(encoded)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(a.Test, again); diff != "" {
		t.Error(diff)
	}
	for n := range encoded {
		if _, err := program.DecodeTest(encoded[:n]); err == nil {
			t.Errorf("%d of %d bytes are read", n, len(encoded))
		}
	}
	if _, err := program.DecodeTest((&program.Program{}).Encode()); err == nil {
		t.Error("a program is read as a test")
	}
}
