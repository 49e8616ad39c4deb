package export_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"pupitre/exos/qti"
	"pupitre/exos/qti/export"
	"pupitre/exos/qti/gift"
	"pupitre/exos/qti/markup"
	"pupitre/exos/qti/question"
	"pupitre/exos/qti/score"
)

// words are texts with all the signs that mean something to GIFT, HTML or a pattern.
var words = rapid.StringMatching(`[a-cé] ?[a-cé:#={}~\\<>&*?"'%/\[\]().+-]{0,6}[a-cé]`)

func text(t *rapid.T, label string) markup.Text {
	return markup.Text{Source: words.Draw(t, label), Format: rapid.SampledFrom([]markup.Format{markup.Moodle, markup.HTML, markup.Plain, markup.Markdown}).Draw(t, label+" format")}
}

func maybe(t *rapid.T, label string) markup.Text {
	if rapid.Bool().Draw(t, label+"?") {
		return text(t, label)
	}
	return markup.Text{}
}

var fractions = rapid.SampledFrom([]float64{0, 0, 0.5, 1. / 3, 0.1, -0.25, -1})

// anyQuestion is a question that GIFT can say.
func anyQuestion(t *rapid.T) question.Question {
	q := question.Question{Name: words.Draw(t, "name"), Text: text(t, "text"), General: maybe(t, "general"), Grade: 1}
	p := question.Part{Weight: 1}
	n := rapid.IntRange(2, 5).Draw(t, "answers")
	switch rapid.IntRange(0, 6).Draw(t, "kind") {
	case 0:
		return q
	case 1:
		p = question.TrueOrFalse(rapid.Bool().Draw(t, "right"), maybe(t, "good"), maybe(t, "bad"))
	case 2, 3:
		p.Kind, p.Multiple = question.Choose, rapid.Bool().Draw(t, "multiple")
		for i := range n {
			a := question.Answer{Text: text(t, "answer"), Fraction: fractions.Draw(t, "fraction"), Feedback: maybe(t, "feedback")}
			if i == 0 {
				a.Fraction = 1
			}
			p.Answers = append(p.Answers, a)
		}
	case 4:
		p.Kind = question.Type
		for i := range n {
			a := question.Answer{Text: markup.Text{Source: words.Draw(t, "answer"), Format: markup.Plain}, Fraction: max(0, fractions.Draw(t, "fraction")), Feedback: maybe(t, "feedback")}
			if i == 0 {
				a.Fraction = 1
			}
			p.Answers = append(p.Answers, a)
		}
	case 5:
		p.Kind = question.Number
		for i := range n {
			r, ok := question.Around(rapid.StringMatching(`-?[0-9]{1,3}(\.[0-9]{1,2})?`).Draw(t, "number"), rapid.StringMatching(`[0-9](\.[0-9])?`).Draw(t, "margin"))
			a := question.Answer{Range: r, Fraction: max(0, fractions.Draw(t, "fraction")), Feedback: maybe(t, "feedback")}
			if i == 0 {
				a.Fraction = 1
			}
			if ok {
				p.Answers = append(p.Answers, a)
			}
		}
	case 6:
		p.Kind = question.Match
		for i := range n {
			p.Pair(text(t, "left"), markup.Text{Source: fmt.Sprintf("%s %d", words.Draw(t, "right"), i), Format: markup.Moodle})
		}
	}
	q.Parts = []question.Part{p}
	return q
}

// Whatever a teacher types: the exercises that come of it leave as GIFT, come in again, earn the same marks, and leave the same.
func TestAnyGIFTComesBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		q := anyQuestion(t)
		if !gift.Can(&q) {
			return // an arrow in a short answer
		}
		came := gift.Write(question.Set{Questions: []question.Question{q}})
		before, r, err := qti.Import(came, qti.Limits{})
		if err != nil {
			t.Fatalf("%s\n%v %v", came, err, r.Findings)
		}
		left, n, findings := export.GIFT(before)
		if n == 0 {
			if len(findings) == 0 {
				t.Fatalf("%s\nis left out, and nothing says why", came)
			}
			return
		}
		after, r, err := qti.Import(left, qti.Limits{})
		if err != nil {
			t.Fatalf("%s\n%v %v", left, err, r.Findings)
		}
		again, _, _ := export.GIFT(after)
		if string(left) != string(again) {
			t.Errorf("came\n%s\nleft\n%s\nthen\n%s", came, left, again)
		}
		a, b := before.Items()[0], after.Items()[0]
		for _, values := range tries(a) {
			sub := score.Submission{Responses: []score.Response{{Identifier: "RESPONSE", Values: values}}}
			if x, y := a.Score(1, score.State{}, sub), b.Score(1, score.State{}, sub); x.Score != y.Score {
				t.Errorf("%s\n%s\n%v earns %v, then %v", came, left, values, x.Score, y.Score)
			}
		}
	})
}

// tries are answers to an exercise made of a question: its key, its choices, and what is like its key.
func tries(it *qti.Item) [][]string {
	out := [][]string{nil, {"A"}, {"B"}, {"C"}, {"A", "B"}, {"true"}, {"false"}, {"S1 A", "S2 B"}, {"S1 B"}, {"0"}, {"b"}}
	for _, k := range it.Key(1) {
		out = append(out, k.Values, []string{strings.ToUpper(k.Values[0])})
		for _, other := range k.Accepted {
			out = append(out, []string{other})
		}
	}
	return out
}
