package score_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pupitre/exos/qti/parse"
	"pupitre/exos/qti/program"
	"pupitre/exos/qti/score"
)

// item reads QTI: declarations and rules; the rest is written around them.
func item(t *testing.T, head, xml string) *parse.Exercise {
	t.Helper()
	ex, findings := parse.Item([]byte(`<qti-assessment-item identifier="i" xml:lang="fr" `+head+`>`+xml+`</qti-assessment-item>`), parse.Source{Path: "i.xml"})
	if ex == nil {
		t.Fatal(findings)
	}
	return ex
}

func answers(pairs ...string) score.Submission {
	var sub score.Submission
	for i := 0; i+1 < len(pairs); i += 2 {
		r := score.Response{Identifier: pairs[i]}
		if pairs[i+1] != "" {
			r.Values = strings.Split(pairs[i+1], "|")
		}
		sub.Responses = append(sub.Responses, r)
	}
	return sub
}

func lexical(bindings []score.Binding, identifier string) string {
	return strings.Join(score.Get(bindings, identifier).Lexicals(), "|")
}

const textEntry = `<qti-response-declaration identifier="RESPONSE" cardinality="single" base-type="string"><qti-correct-response><qti-value>%KEY</qti-value></qti-correct-response></qti-response-declaration>
<qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float"/>
<qti-item-body><p><qti-text-entry-interaction response-identifier="RESPONSE" %TOLERANCE/></p></qti-item-body><qti-response-processing template="match_correct"/>`

// TestTypedAnswers: what a keyboard does to a right answer never costs a point; what a
// pupil does costs one, unless the author tolerates it.
func TestTypedAnswers(t *testing.T) {
	t.Parallel()
	cases := []struct {
		key, tolerance, typed string
		right                 bool
	}{
		{"l’élève", "", "l'élève", true},
		{"l’élève", "", " l’élève ", true},
		{"l’élève", "", "l’e\u0301le\u0300ve", true},
		{"l’élève", "", "l’eleve", false},
		{"l’élève", "", "L’élève", false},
		{"deux mots", "", "deux\u00a0 mots", true},
		{"deux mots", "", "deuxmots", false},
		{"« oui »", "", `"oui"`, false}, // the spaces inside are the pupil's
		{"«oui»", "", `"oui"`, true},
		{"œuf", "", "oeuf", true},
		{"œuf", `data-tolerance="typography"`, "oeuf", false},
		{"État", "", "Etat", true},
		{"État", "", "etat", false},
		{"État", `data-tolerance="french case"`, "état", true},
		{"État", `data-tolerance="french case"`, "ETAT", true},
		{"état", `data-tolerance="french case"`, "ETAT", true},
		{"état", `data-tolerance="french case"`, "etat", false},
		{"ÉTÉ", "", "ETÈ", false},
		{"Œuvre", `data-tolerance="french case"`, "OEUVRE", true},
		{"3.5", "", "3,5", true},
		{"12000", "", "12\u202f000", true},
		{"3.50", "", "3,5", false},
		{"3.5", `data-tolerance="typography"`, "3,5", false},
		{"œuf", `data-tolerance="typography ligatures"`, "oeuf", true},
		{"œuf", `data-tolerance="typography ligatures case"`, "OEUF", true},
		{"État", `data-tolerance="typography capital-accents"`, "Etat", true},
		{"État", `data-tolerance="typography capital-accents"`, "état", false},
		{"état", `data-tolerance="typography capital-accents"`, "etat", false},
		{"été", `data-tolerance="accents case"`, "ETE", true},
		{"Il pleut.", `data-tolerance="final-stop"`, "Il pleut", true},
		{"l’élève", `data-tolerance="none"`, "l'élève", false},
	}
	for _, c := range cases {
		ex := item(t, "", strings.NewReplacer("%KEY", c.key, "%TOLERANCE", c.tolerance).Replace(textEntry))
		got := score.Score(ex.Program, 0, score.State{}, answers("RESPONSE", c.typed))
		if (got.Score == 1) != c.right {
			t.Errorf("key %q, %s, typed %q: score %v", c.key, c.tolerance, c.typed, got.Score)
		}
	}
}

// TestTypedNumbers: numbers as French pupils write them.
func TestTypedNumbers(t *testing.T) {
	t.Parallel()
	entry := strings.Replace(strings.Replace(textEntry, `"string"`, `"float"`, 1), "%KEY", "1234.5", 1)
	plain := item(t, "", strings.Replace(entry, "%TOLERANCE", "", 1))
	wide := item(t, "", strings.Replace(entry, "%TOLERANCE", `data-tolerance="fractions" data-unit="cm m"`, 1))
	cases := []struct {
		typed       string
		plain, wide bool
	}{
		{"1234,5", true, true}, {"1234.5", true, true}, {"1 234,5", true, true}, {"1\u202f234,5", true, true}, {"+1234,50", true, true},
		{"1.2345e3", true, true}, {"1234,5 cm", false, true}, {"1234,5cm", false, true}, {"2469/2", false, true}, {"1,234.5", false, false},
		{"12 34,5", false, false}, {"1234", false, false}, {"", false, false}, {"mille", false, false}, {"1/0", false, false}, {"1234,5 kg", false, false},
	}
	for _, c := range cases {
		for _, x := range []struct {
			ex   *parse.Exercise
			want bool
		}{{plain, c.plain}, {wide, c.wide}} {
			if got := score.Score(x.ex.Program, 0, score.State{}, answers("RESPONSE", c.typed)); (got.Score == 1) != x.want {
				t.Errorf("typed %q: score %v, want right = %v", c.typed, got.Score, x.want)
			}
		}
	}
}

const template = `<qti-response-declaration identifier="RESPONSE" cardinality="single" base-type="integer"/>
<qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float"/>
<qti-template-declaration identifier="A" cardinality="single" base-type="integer"/><qti-template-declaration identifier="B" cardinality="single" base-type="integer"/>
<qti-template-processing><qti-set-template-value identifier="A"><qti-random-integer min="1" max="3"/></qti-set-template-value>
<qti-set-template-value identifier="B"><qti-random-integer min="1" max="3"/></qti-set-template-value>
<qti-template-constraint><qti-lt><qti-variable identifier="A"/><qti-variable identifier="B"/></qti-lt></qti-template-constraint>
<qti-set-correct-response identifier="RESPONSE"><qti-sum><qti-variable identifier="A"/><qti-variable identifier="B"/></qti-sum></qti-set-correct-response></qti-template-processing>
<qti-item-body><p><qti-printed-variable identifier="A"/> + <qti-printed-variable identifier="B"/> = <qti-text-entry-interaction response-identifier="RESPONSE"/></p></qti-item-body>
<qti-response-processing template="match_correct"/>`

// TestConstraintRestarts: every seed gives values that keep the constraint, the key follows
// them, and one seed always gives the same.
func TestConstraintRestarts(t *testing.T) {
	t.Parallel()
	ex := item(t, "", template)
	drawn := map[string]bool{}
	for seed := range uint64(60) {
		o := score.Begin(ex.Program, seed)
		a, _ := score.Get(o.Templates, "A").Number()
		b, _ := score.Get(o.Templates, "B").Number()
		key, _ := score.Get(o.Correct, "RESPONSE").Number()
		if a >= b || key != a+b {
			t.Fatalf("seed %d: %v < %v, key %v", seed, a, b, key)
		}
		drawn[lexical(o.Templates, "A")+lexical(o.Templates, "B")] = true
		if got := score.Score(ex.Program, seed, score.State{}, answers("RESPONSE", lexical(o.Correct, "RESPONSE"))); got.Score != 1 {
			t.Fatalf("seed %d: the key earns %v", seed, got.Score)
		}
		if diff := cmp.Diff(o, score.Begin(ex.Program, seed)); diff != "" {
			t.Fatal(diff)
		}
	}
	if len(drawn) != 3 {
		t.Errorf("drawn: %v, want 12, 13 and 23", drawn)
	}
}

const twoSteps = `<qti-response-declaration identifier="RESPONSE" cardinality="single" base-type="identifier"><qti-correct-response><qti-value>A</qti-value></qti-correct-response></qti-response-declaration>
<qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float"/><qti-outcome-declaration identifier="HINT" cardinality="single" base-type="identifier"/>
<qti-item-body><qti-feedback-block outcome-identifier="HINT" identifier="first" show-hide="show"><qti-content-body><p>Relis.</p></qti-content-body></qti-feedback-block></qti-item-body>
<qti-response-processing><qti-response-condition><qti-response-if><qti-match><qti-variable identifier="RESPONSE"/><qti-correct identifier="RESPONSE"/></qti-match>
<qti-response-condition><qti-response-if><qti-is-null><qti-variable identifier="HINT"/></qti-is-null><qti-set-outcome-value identifier="SCORE"><qti-base-value base-type="float">2</qti-base-value></qti-set-outcome-value></qti-response-if>
<qti-response-else><qti-set-outcome-value identifier="SCORE"><qti-base-value base-type="float">1</qti-base-value></qti-set-outcome-value></qti-response-else></qti-response-condition>
<qti-set-outcome-value identifier="completionStatus"><qti-base-value base-type="identifier">completed</qti-base-value></qti-set-outcome-value></qti-response-if>
<qti-response-else><qti-set-outcome-value identifier="HINT"><qti-base-value base-type="identifier">first</qti-base-value></qti-set-outcome-value>
<qti-set-outcome-value identifier="completionStatus"><qti-base-value base-type="identifier">incomplete</qti-base-value></qti-set-outcome-value></qti-response-else></qti-response-condition></qti-response-processing>`

// TestAdaptiveExerciseRemembersItsOutcomes: a second try is worth less because the state
// says that there was a first; the state survives its encoding.
func TestAdaptiveExerciseRemembersItsOutcomes(t *testing.T) {
	t.Parallel()
	ex := item(t, `adaptive="true"`, twoSteps)
	if got := score.Score(ex.Program, 0, score.State{}, answers("RESPONSE", "A")); got.Score != 2 || !got.Completed {
		t.Fatalf("right at once: %+v", got)
	}
	first := score.Score(ex.Program, 0, score.State{}, answers("RESPONSE", "B"))
	if first.Completed || first.Score != 0 || cmp.Diff(first.Shown, []string{"f1"}) != "" {
		t.Fatalf("wrong at first: %+v", first)
	}
	state, err := score.DecodeState(first.State.Encode())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(first.State, state); diff != "" {
		t.Error(diff)
	}
	second := score.Score(ex.Program, 0, state, answers("RESPONSE", "A"))
	if !second.Completed || second.Score != 1 || second.State.Attempts != 2 {
		t.Errorf("right at last: %+v", second)
	}
}

// TestPlainExerciseForgets: without adaptive, each submission is marked as if it were alone.
func TestPlainExerciseForgets(t *testing.T) {
	t.Parallel()
	ex := item(t, `adaptive="false"`, twoSteps)
	first := score.Score(ex.Program, 0, score.State{}, answers("RESPONSE", "B"))
	second := score.Score(ex.Program, 0, first.State, answers("RESPONSE", "A"))
	if !first.Completed || second.Score != 2 {
		t.Errorf("first %+v, second %+v", first, second)
	}
}

func TestRecordOfATypedNumber(t *testing.T) {
	t.Parallel()
	ex := item(t, "", `<qti-response-declaration identifier="R" cardinality="record"/>
		<qti-item-body><p><qti-text-entry-interaction response-identifier="R"/></p></qti-item-body>`)
	got := score.Score(ex.Program, 0, score.State{}, answers("R", "-012,340e2"))
	want := `{"stringValue":"-012,340e2","floatValue":-1234,"leftDigits":3,"rightDigits":3,"ndp":3,"nsf":5,"exponent":2}`
	if text := string(score.Get(got.Responses, "R").AppendJSON(nil)); text != want {
		t.Errorf("record %s\n want %s", text, want)
	}
}

func TestLookupTables(t *testing.T) {
	t.Parallel()
	ex := item(t, "", `<qti-response-declaration identifier="R" cardinality="single" base-type="float"/>
		<qti-outcome-declaration identifier="GRADE" cardinality="single" base-type="identifier"><qti-interpolation-table default-value="F">
		<qti-interpolation-table-entry source-value="10" target-value="C"/><qti-interpolation-table-entry source-value="16" include-boundary="false" target-value="A"/></qti-interpolation-table></qti-outcome-declaration>
		<qti-outcome-declaration identifier="WORD" cardinality="single" base-type="string"><qti-match-table default-value="autre"><qti-match-table-entry source-value="1" target-value="un"/></qti-match-table></qti-outcome-declaration>
		<qti-response-processing><qti-lookup-outcome-value identifier="GRADE"><qti-variable identifier="R"/></qti-lookup-outcome-value>
		<qti-lookup-outcome-value identifier="WORD"><qti-variable identifier="R"/></qti-lookup-outcome-value></qti-response-processing>`)
	for typed, want := range map[string]string{"9.9": "F autre", "10": "C autre", "16": "C autre", "16.1": "A autre", "1": "F un"} {
		got := score.Score(ex.Program, 0, score.State{}, answers("R", typed))
		if text := lexical(got.Outcomes, "GRADE") + " " + lexical(got.Outcomes, "WORD"); text != want {
			t.Errorf("%s: %s, want %s", typed, text, want)
		}
	}
}

// TestThirdsMakeAWhole: three times 0.333… is the maximum.
func TestThirdsMakeAWhole(t *testing.T) {
	t.Parallel()
	ex := item(t, "", `<qti-response-declaration identifier="RESPONSE" cardinality="multiple" base-type="identifier"><qti-correct-response><qti-value>A</qti-value><qti-value>B</qti-value><qti-value>C</qti-value></qti-correct-response>
		<qti-mapping default-value="0"><qti-map-entry map-key="A" mapped-value="0.33333333333"/><qti-map-entry map-key="B" mapped-value="0.33333333333"/><qti-map-entry map-key="C" mapped-value="0.33333333334"/></qti-mapping></qti-response-declaration>
		<qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float" normal-maximum="1"/><qti-response-processing template="map_response"/>`)
	if got := score.Score(ex.Program, 0, score.State{}, answers("RESPONSE", "C|A|B")); got.Score != 1 {
		t.Errorf("score %v", got.Score)
	}
}

func TestStatesOfOthersAreRefused(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"\x02", "\x01\x02", "\x01\x02\x00", strings.Repeat("\xff", 40)} {
		if s, err := score.DecodeState([]byte(bad)); err != program.ErrFormat {
			t.Errorf("DecodeState(%q) = %+v, %v", bad, s, err)
		}
	}
}
