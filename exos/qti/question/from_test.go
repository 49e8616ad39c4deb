package question_test

import (
	"strings"
	"testing"

	"pupitre/exos/qti/gift"
	"pupitre/exos/qti/pack"
	"pupitre/exos/qti/parse"
	"pupitre/exos/qti/question"
	"pupitre/exos/qti/report"
)

// item is an exercise of one interaction.
func item(declaration, body, rules string) string {
	return `<qti-assessment-item identifier="i" title="t" xml:lang="fr" adaptive="false">` + declaration +
		`<qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float"/><qti-outcome-declaration identifier="F" cardinality="multiple" base-type="identifier"/>` +
		`<qti-item-body>` + body + `</qti-item-body><qti-response-processing>` + rules + `</qti-response-processing>` +
		`<qti-modal-feedback outcome-identifier="F" identifier="A" show-hide="show">dit de A</qti-modal-feedback></qti-assessment-item>`
}

func response(cardinality, base, inside string) string {
	return `<qti-response-declaration identifier="R" cardinality="` + cardinality + `" base-type="` + base + `">` + inside + `</qti-response-declaration>`
}

const (
	three   = `<qti-simple-choice identifier="A">a</qti-simple-choice><qti-simple-choice identifier="B">b</qti-simple-choice><qti-simple-choice identifier="C">c</qti-simple-choice>`
	exact   = `<qti-response-condition><qti-response-if><qti-match><qti-variable identifier="R"/><qti-correct identifier="R"/></qti-match><qti-set-outcome-value identifier="SCORE"><qti-base-value base-type="float">1</qti-base-value></qti-set-outcome-value></qti-response-if></qti-response-condition>`
	mapped  = `<qti-set-outcome-value identifier="SCORE"><qti-map-response identifier="R"/></qti-set-outcome-value>`
	said    = `<qti-set-outcome-value identifier="F"><qti-multiple><qti-variable identifier="R"/></qti-multiple></qti-set-outcome-value>`
	entry   = `<p>Q <qti-text-entry-interaction response-identifier="R"/></p>`
	several = `<qti-choice-interaction response-identifier="R" max-choices="0">` + three + `</qti-choice-interaction>`
)

func key(values ...string) string {
	return "<qti-correct-response><qti-value>" + strings.Join(values, "</qti-value><qti-value>") + "</qti-value></qti-correct-response>"
}

// An exercise becomes the GIFT that is worth the same, whatever its rules look like; or it is said why there is none.
func TestFromLooksAtTheMarks(t *testing.T) {
	t.Parallel()
	condition := func(test string) string {
		return `<qti-response-condition><qti-response-if>` + test + `<qti-set-outcome-value identifier="SCORE"><qti-base-value base-type="float">1</qti-base-value></qti-set-outcome-value></qti-response-if></qti-response-condition>`
	}
	r := `<qti-variable identifier="R"/>`
	for name, c := range map[string]struct {
		xml  string
		gift string      // the braces
		code report.Code // the first finding above a note
	}{
		"one choice": {item(response("single", "identifier", key("B")), `<qti-choice-interaction response-identifier="R">`+three+`</qti-choice-interaction>`, exact+said),
			"{\n\t~a#dit de A\n\t=b\n\t~c\n}", ""},
		"several, each worth a half": {item(response("multiple", "identifier", key("A", "C")+`<qti-mapping lower-bound="0"><qti-map-entry map-key="A" mapped-value="0.5"/><qti-map-entry map-key="C" mapped-value="0.5"/><qti-map-entry map-key="B" mapped-value="-1"/></qti-mapping>`), several, mapped+said),
			"{\n\t~%50%a#dit de A\n\t~%-100%b\n\t~%50%c\n}", ""},
		"several, all or nothing": {item(response("multiple", "identifier", key("A", "C")), several, exact), "", report.ExportMarks},
		"words":                   {item(response("single", "string", key("un")+`<qti-mapping><qti-map-entry map-key="un" mapped-value="1" case-sensitive="false"/><qti-map-entry map-key="deux*" mapped-value="0.5" case-sensitive="false"/></qti-mapping>`), entry, mapped), "{\n\t=un\n\t=%50%deux\\\\*\n}", ""},
		"words with capitals":     {item(response("single", "string", key("Un")), entry, exact), "{\n\t=Un\n}", report.ExportCase},
		"a pattern":               {item(response("single", "string", ""), entry, condition(`<qti-pattern-match pattern="un(.|\n)*">`+r+`</qti-pattern-match>`)), "{\n\t=un*\n}", report.ExportCase},
		"a pattern beyond GIFT":   {item(response("single", "string", ""), entry, condition(`<qti-pattern-match pattern="[0-9]+">`+r+`</qti-pattern-match>`)), "", report.ExportMarks},
		"a number with a margin":  {item(response("single", "float", key("3.5")), entry, condition(`<qti-equal tolerance-mode="absolute" tolerance="0.5 0.5">`+r+`<qti-correct identifier="R"/></qti-equal>`)), "{#\n\t=3.5:0.5\n}", ""},
		"a number at least":       {item(response("single", "float", key("3.5")), entry, condition(`<qti-gte>`+r+`<qti-base-value base-type="float">3</qti-base-value></qti-gte>`)), "", report.ExportMarks},
		"a number but an end":     {item(response("single", "float", key("3.5")), entry, condition(`<qti-equal tolerance-mode="absolute" tolerance="0.5 0.5" include-upper-bound="false">`+r+`<qti-correct identifier="R"/></qti-equal>`)), "", report.ExportMarks},
		"two places":              {item(response("single", "string", key("a")), entry+entry, exact), "", report.ExportParts},
		"an order":                {item(response("ordered", "identifier", key("A", "B", "C")), `<qti-order-interaction response-identifier="R">`+three+`</qti-order-interaction>`, exact), "", report.ExportKind},
		"several steps":           {strings.Replace(item(response("single", "string", key("a")), entry, exact), `adaptive="false"`, `adaptive="true"`, 1), "", report.ExportSteps},
		"two points":              {item(response("single", "identifier", key("A")+`<qti-mapping><qti-map-entry map-key="A" mapped-value="2"/></qti-mapping>`), `<qti-choice-interaction response-identifier="R">`+three+`</qti-choice-interaction>`, mapped), "{\n\t=a\n\t~b\n\t~c\n}", report.ExportWorth},
		"nothing to do":           {item("", "<p>lire</p>", ""), "::t::lire\n", ""},
	} {
		ex, findings := parse.Item([]byte(c.xml), parse.Source{})
		if ex == nil {
			t.Fatal(findings)
		}
		q, found, ok := question.From(question.Exercise{Title: ex.Title, Program: ex.Program, Tree: ex.Tree, Feedback: ex.Feedback, ByHand: ex.ByHand})
		var got report.Code
		for _, f := range found {
			if f.Severity > report.Note && got == "" {
				got = f.Code
			}
		}
		if got != c.code || ok != (c.gift != "") {
			t.Errorf("%s: %v, findings %v, want %s", name, ok, found, c.code)
			continue
		}
		if !ok {
			continue
		}
		text := string(gift.Write(question.Set{Questions: []question.Question{q}}))
		if !strings.Contains(text, c.gift) {
			t.Errorf("%s:\n%s\nwant %s", name, text, c.gift)
		}
		if _, findings := gift.Read([]byte(text), pack.Limits{}); len(findings) > 0 {
			t.Errorf("%s: %v", name, findings)
		}
	}
}
