package author

import (
	"fmt"
	"strings"

	"pupitre/exos/qti/markup"
	"pupitre/exos/qti/program"
	"pupitre/exos/qti/question"
)

// FormOf is the form that would make a question, so that one from a file can be changed here; false where a form does not say all of it:
// formatted texts, several kinds of answer in one question, marks in parts, numbers that are drawn.
func FormOf(q question.Question) (Form, bool) {
	b := back{ok: len(q.Draws) == 0 && len(q.Parts) == 1 && len(q.Hints) <= 1 && q.Correct.IsZero() && q.Partial.IsZero() && q.Incorrect.IsZero()}
	if !b.ok {
		return Form{}, false
	}
	f := Form{Name: q.Name, Text: b.words(q.Text), Explain: b.words(q.General), Notes: b.words(q.Notes), Skills: strings.Join(q.Skills, ", ")}
	if len(q.Hints) > 0 {
		f.Hint = b.words(q.Hints[0])
	}
	p := q.Parts[0]
	switch {
	case p.Kind == question.Choose && !p.TrueFalse:
		f.Kind = Choice
		if p.Multiple {
			f.Kind = Several
		}
		for _, a := range p.Answers {
			f.Rows = append(f.Rows, Row{Text: b.words(a.Text), Right: a.Fraction > 0, Say: b.words(a.Feedback)})
		}
	case p.Kind == question.Type:
		f.Kind, f.Case = Words, p.Case
		for _, a := range p.Answers {
			f.Rows = append(f.Rows, Row{Text: b.words(a.Text)})
		}
	case p.Kind == question.Number && len(p.Answers) == 1 && p.Answers[0].Computed == nil && !p.Answers[0].Range.Any:
		f.Kind, f.Unit = Number, strings.Join(p.Units, " ")
		r := p.Answers[0].Range
		f.Rows = []Row{{Text: comma(r.Centre())}}
		if r.High != r.Low {
			f.Margin = comma(r.Margin())
		}
	case p.Kind == question.Match:
		f.Kind = Match
		used := map[int]bool{}
		for _, s := range p.Stems {
			used[s.Answer] = true
			f.Rows = append(f.Rows, Row{Text: b.words(s.Text), Other: b.words(p.Answers[s.Answer].Text)})
		}
		for j, a := range p.Answers {
			if !used[j] {
				f.Extra += b.words(a.Text) + "\n"
			}
		}
	case p.Kind == question.Order:
		f.Kind = Order
		for _, a := range p.Answers {
			f.Rows = append(f.Rows, Row{Text: b.words(a.Text)})
		}
	case p.Kind == question.Essay && p.Prefill == "":
		f.Kind = Essay
	default:
		return Form{}, false
	}
	again, troubles := f.Question()
	if !b.ok || len(troubles) > 0 || shape(again.Parts[0]) != shape(p) {
		return Form{}, false
	}
	return f, true
}

// back reads texts that say nothing but their words.
type back struct{ ok bool }

// words are a text's; one whose form would be lost, or that would gain one, is none.
func (b *back) words(t markup.Text) string {
	source := strings.TrimSpace(t.Source)
	if t.IsZero() {
		return ""
	}
	if t.Words() != strings.Join(strings.Fields(source), " ") || strings.ContainsAny(source, "*_`#<>&[]\\{}$|\x02") {
		b.ok = false
	}
	return source
}

func comma(f float64) string { return strings.Replace(program.FormatNumber(f), ".", ",", 1) }

// shape is what a part asks and what it gives, in words.
func shape(p question.Part) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d %v %v %v\n", p.Kind, p.Multiple, p.Case, p.Units)
	for _, a := range p.Answers {
		fmt.Fprintf(&b, "%q %.6f %v %q\n", a.Text.Words(), a.Fraction, a.Range, a.Feedback.Words())
	}
	for _, s := range p.Stems {
		fmt.Fprintf(&b, "%q %d\n", s.Text.Words(), s.Answer)
	}
	return b.String()
}
