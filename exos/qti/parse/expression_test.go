package parse_test

import (
	"testing"

	"pupitre/exos/qti/parse"
	"pupitre/exos/qti/qtitest"
	"pupitre/exos/qti/report"
	"pupitre/exos/qti/score"
)

func TestExpressions(t *testing.T) {
	t.Parallel()
	for _, c := range qtitest.Expressions {
		ex, findings := parse.Item(c.Item(), parse.Source{Path: "x.xml"})
		if ex == nil {
			t.Fatalf("%s: %v", c.XML, findings)
		}
		got := score.Score(ex.Program, 1, score.State{}, score.Submission{Seconds: 12})
		if text := string(score.Get(got.Outcomes, "X").AppendJSON(nil)); text != c.Want {
			t.Errorf("%s\n = %s, want %s", c.XML, text, c.Want)
		}
		// The same, read back from its encoding.
		again := reread(t, ex.Program)
		if text := string(score.Get(score.Score(again, 1, score.State{}, score.Submission{Seconds: 12}).Outcomes, "X").AppendJSON(nil)); text != c.Want {
			t.Errorf("%s\n after encoding = %s, want %s", c.XML, text, c.Want)
		}
	}
}

func TestUnsupportedOperatorsAreReported(t *testing.T) {
	t.Parallel()
	cases := []struct {
		xml  string
		code report.Code
	}{
		{`<qti-custom-operator class="x"/>`, report.OperatorCustom}, {`<qti-nonsense/>`, report.OperatorUnknown},
		{`<qti-number-correct/>`, report.OperatorTestOnly}, {`<qti-variable identifier="GHOST"/>`, report.VariableUndeclared},
		{`<qti-not/>`, report.OperandCount}, {`<qti-pattern-match pattern="(?=x)"><qti-null/></qti-pattern-match>`, report.PatternUnsupported},
		{`<qti-math-operator name="nonsense"><qti-null/></qti-math-operator>`, report.OperatorUnknown}, {`<qti-base-value base-type="float">abc</qti-base-value>`, report.ValueInvalid},
	}
	for _, c := range cases {
		_, findings := parse.Item([]byte(`<qti-assessment-item identifier="i"><qti-outcome-declaration identifier="X" cardinality="single" base-type="float"/>
			<qti-response-processing><qti-set-outcome-value identifier="X">`+c.xml+`</qti-set-outcome-value></qti-response-processing></qti-assessment-item>`),
			parse.Source{Path: "x.xml"})
		if !hasCode(findings, c.code) {
			t.Errorf("%s: %v, want %s", c.xml, findings, c.code)
		}
	}
}

func hasCode(findings []report.Finding, code report.Code) bool {
	for _, f := range findings {
		if f.Code == code {
			return true
		}
	}
	return false
}
