package moodle_test

import (
	"math"
	"strings"
	"testing"

	"pupitre/exos/qti/moodle"
	"pupitre/exos/qti/pack"
	"pupitre/exos/qti/parse"
	"pupitre/exos/qti/score"
)

// The formula of a calculated question gives the number that Moodle would compute, over {a} = 3 and {b} = 4.
func TestFormulasGiveTheirNumber(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]float64{
		"{a}+{b}*2": 11, "({a}+{b})*2": 14, "-{a}+1": -2, "2--{a}": 5, "{a}/{b}": 0.75, "10-2-3": 5, "8/2/2": 2, "7%4": 3, "1.5e2": 150, ".5": 0.5,
		"pow({a},2)": 9, "sqrt({b})": 2, "sqrt({a}*{a}+{b}*{b})": 5, "round(2/3, 2)": 0.67, "round(2.5)": 3, "min({a},{b},1)": 1, "max({a},{b})": 4,
		"log(exp(2))": 2, "log10(1000)": 3, "log(8,2)": 3, "abs(-{a})": 3, "floor(2.7)": 2, "ceil(2.1)": 3, "pi()*2": 2 * math.Pi,
		"sin(pi()/2)": 1, "cos(0)": 1, "atan2(1,1)": math.Pi / 4, "deg2rad(180)": math.Pi, "rad2deg(pi())": 180, "tanh(0)": 0,
	} {
		q := quiz("calculated", `<questiontext><text>?</text></questiontext><answer fraction="100"><text>`+text+`</text><tolerance>0</tolerance></answer>
			<dataset_definitions>`+dataset("a", "3")+dataset("b", "4")+`</dataset_definitions>`)
		set, findings := moodle.Read(q, pack.Limits{})
		if len(set.Questions) != 1 {
			t.Errorf("%s: %v", text, findings)
			continue
		}
		ex, _ := parse.Item(set.Questions[0].Item("q", "fr"), parse.Source{})
		got, ok := score.Get(score.Begin(ex.Program, 1).Templates, "KEY1").Number()
		if !ok || math.Abs(got-want) > 1e-9*math.Max(1, math.Abs(want)) {
			t.Errorf("%s = %v, want %v", text, got, want)
		}
	}
}

func dataset(name, value string) string {
	return "<dataset_definition><name><text>" + name + "</text></name><dataset_items><dataset_item><number>1</number><value>" + value +
		"</value></dataset_item></dataset_items></dataset_definition>"
}

func TestFormulasThatAreNone(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"{c}", "1+", "(1", "1)", "2**3", "sin()", "sin(1,2)", "system(1)", "a", "{a", "1 2", "round(1,{a})", "fmod(5,3)", strings.Repeat("(", 100), strings.Repeat("-", 100) + "1"} {
		q := quiz("calculated", `<answer fraction="100"><text>`+text+`</text></answer><dataset_definitions>`+dataset("a", "3")+`</dataset_definitions>`)
		if set, findings := moodle.Read(q, pack.Limits{}); len(set.Questions) != 0 || len(findings) != 1 {
			t.Errorf("%.20s: read, %v", text, findings)
		}
	}
}
