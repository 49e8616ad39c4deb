package parse_test

import (
	"testing"

	"pupitre/exos/qti/parse"
)

// TestMaximumIsWhatRulesCanGive: an author's maximum holds unless no answer could earn it, by
// the rules as they are; then the rules say what the exercise is worth.
func TestMaximumIsWhatRulesCanGive(t *testing.T) {
	t.Parallel()
	const (
		score = `<qti-set-outcome-value identifier="SCORE">`
		end   = `</qti-set-outcome-value>`
		right = `<qti-match><qti-variable identifier="R"/><qti-correct identifier="R"/></qti-match>`
	)
	when := func(condition, rules, otherwise string) string {
		if otherwise != "" {
			otherwise = "<qti-response-else>" + otherwise + "</qti-response-else>"
		}
		return "<qti-response-condition><qti-response-if>" + condition + rules + "</qti-response-if>" + otherwise + "</qti-response-condition>"
	}
	add := func(x string) string { return score + op("sum", variable("SCORE"), x) + end }
	cases := []struct {
		name, rules string
		want        float64
	}{
		{"a constant", when(right, score+f("2")+end, ""), 2},
		{"steps that add", when(right, add(f("1")), "") + when(right, add(f("2")), ""), 3},
		{"arms exclude each other", when(right, add(f("3")), add(f("2"))), 3},
		{"a mapping", score + `<qti-map-response identifier="M"/>` + end, 4},
		{"a mapping, halved", score + op("divide", `<qti-map-response identifier="M"/>`, n(2)) + end, 2},
		{"a mapping, less a penalty", score + op("subtract", `<qti-map-response identifier="M"/>`, f("1")) + end, 3},
		{"at most", score + op("min", `<qti-map-response identifier="M"/>`, f("2.5")) + end, 2.5},
		{"at least", score + op("max", f("0"), `<qti-map-response identifier="M"/>`) + end, 4},
		{"times the author's maximum: what the best answer earns", score + op("product", `<qti-map-response identifier="M"/>`, variable("MAXSCORE")) + end, 40},
		{"a number that the pupil types: nobody knows", score + variable("N") + end, 10},
		{"after an exit nothing counts", when(right, score+f("5")+end+"<qti-exit-response/>", "") + score + f("1") + end, 5},
		{"through another outcome", `<qti-set-outcome-value identifier="RAW">` + f("7") + end + score + variable("RAW") + end, 7},
		{"rounded", score + op("round", op("divide", `<qti-map-response identifier="M"/>`, n(3))) + end, 2},
		{"no less than the key", score + op("sum", f("12")) + end, 12},
	}
	for _, c := range cases {
		ex, findings := parse.Item([]byte(`<qti-assessment-item identifier="i" xml:lang="fr"><qti-response-declaration identifier="R" cardinality="single" base-type="identifier"><qti-correct-response><qti-value>A</qti-value></qti-correct-response></qti-response-declaration>
			<qti-response-declaration identifier="N" cardinality="single" base-type="float"/>
			<qti-response-declaration identifier="M" cardinality="multiple" base-type="identifier"><qti-mapping default-value="-1"><qti-map-entry map-key="A" mapped-value="3"/><qti-map-entry map-key="B" mapped-value="1"/><qti-map-entry map-key="C" mapped-value="-2"/></qti-mapping></qti-response-declaration>
			<qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float"/><qti-outcome-declaration identifier="RAW" cardinality="single" base-type="float"/>
			<qti-outcome-declaration identifier="MAXSCORE" cardinality="single" base-type="float"><qti-default-value><qti-value>10</qti-value></qti-default-value></qti-outcome-declaration>
			<qti-response-processing>`+c.rules+`</qti-response-processing></qti-assessment-item>`), parse.Source{Path: "i.xml"})
		if ex == nil {
			t.Fatal(findings)
		}
		if ex.Program.Max != c.want {
			t.Errorf("%s: out of %v, want %v", c.name, ex.Program.Max, c.want)
		}
	}
}

// n, f, op and variable write QTI shortly.
func n(i int) string {
	return `<qti-base-value base-type="integer">` + string(rune('0'+i)) + `</qti-base-value>`
}
func f(x string) string        { return `<qti-base-value base-type="float">` + x + `</qti-base-value>` }
func variable(x string) string { return `<qti-variable identifier="` + x + `"/>` }

func op(name string, args ...string) string {
	all := "<qti-" + name + ">"
	for _, a := range args {
		all += a
	}
	return all + "</qti-" + name + ">"
}
