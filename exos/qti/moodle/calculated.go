package moodle

import (
	"regexp"
	"strconv"
	"strings"

	"pupitre/exos/qti/markup"
	"pupitre/exos/qti/parse"
	"pupitre/exos/qti/program"
	"pupitre/exos/qti/question"
	"pupitre/exos/qti/quill"
	"pupitre/exos/qti/report"
)

// calculated reads a number that depends on values drawn from the datasets that come with the question. Moodle draws one row
// for all of them; so do we.
func (r *reader) calculated(e *parse.Element) {
	variables, ok := r.datasets(e)
	if !ok {
		return
	}
	p := question.Part{Kind: question.Number, Units: r.units(e)}
	for i, a := range r.answers(e, "answer", 1) {
		answer := r.answer(a)
		text := strings.TrimSpace(answer.Text.Source)
		answer.Text = markup.Text{}
		if text == "*" || text == "" {
			answer.Range.Any = true
		} else if answer.Computed, ok = r.computed(a, text, variables, i); !ok {
			return
		}
		p.Answers = append(p.Answers, answer)
	}
	r.part(p)
	r.print(variables)
}

// datasets reads the values, and gives for each name of Moodle's the variable of the item.
func (r *reader) datasets(e *parse.Element) (map[string]string, bool) {
	variables := map[string]string{}
	for i, d := range e.Child("dataset_definitions").All("dataset_definition") {
		name := d.Value("name")
		draw := question.Draw{Name: "X" + strconv.Itoa(i+1)}
		if i >= question.MaxAnswers {
			r.leave(report.Refusal, report.QuestionTooMany, e.Line, "limit", strconv.Itoa(question.MaxAnswers))
			return nil, false
		}
		for _, item := range d.Child("dataset_items").All("dataset_item") {
			if f, ok := program.ParseNumber(item.Value("value")); ok && len(draw.Values) < 1000 {
				draw.Values = append(draw.Values, f)
			}
		}
		if name == "" || len(draw.Values) == 0 {
			r.leave(report.Aside, report.QuestionFormula, d.Line, "text", "{"+name+"}")
			return nil, false
		}
		variables[name] = draw.Name
		r.q.Draws = append(r.q.Draws, draw)
	}
	return variables, true
}

// computed reads the formula of an answer into a variable of its own, and its margin.
func (r *reader) computed(e *parse.Element, text string, variables map[string]string, i int) (*question.Computed, bool) {
	expression, ok := formula(text, variables)
	margin, okMargin := 0.0, true
	if given := e.Value("tolerance"); given != "" {
		margin, okMargin = program.ParseNumber(given)
	}
	if !ok || !okMargin || margin < 0 {
		r.leave(report.Aside, report.QuestionFormula, e.Line, "text", text)
		return nil, false
	}
	name := "KEY" + strconv.Itoa(i+1)
	r.q.Draws = append(r.q.Draws, question.Draw{Name: name, Formula: expression})
	var q quill.Quill
	q.Empty("qti-variable", "identifier", name)
	c := &question.Computed{Formula: q.String(), Margin: margin, Mode: question.Relative, Decimal: -1}
	switch e.Value("tolerancetype") {
	case "2", "nominal":
		c.Mode = question.Nominal
	case "3", "geometric":
		c.Mode = question.Geometric
	}
	if n, err := strconv.Atoi(e.Value("correctanswerlength")); err == nil && n >= 0 && n < 15 && e.Value("correctanswerformat") == "1" {
		c.Decimal = n
	}
	return c, true
}

// printed is « {x} » or « {=x*2} » in a text.
var printed = regexp.MustCompile(`\{(=?)([^{}<>]{0,200}(?:\{[^{}<>]{1,60}\}[^{}<>]{0,200})*)\}`)

// print puts the values drawn into the texts.
func (r *reader) print(variables map[string]string) {
	q := r.q
	texts := []*markup.Text{&q.Text, &q.General, &q.Correct, &q.Partial, &q.Incorrect}
	for i := range q.Hints {
		texts = append(texts, &q.Hints[i])
	}
	for i := range q.Parts[0].Answers {
		texts = append(texts, &q.Parts[0].Answers[i].Feedback)
	}
	for _, t := range texts {
		t.Source = printed.ReplaceAllStringFunc(t.Source, func(s string) string {
			m := printed.FindStringSubmatch(s)
			if at := r.drawn(variables[m[2]]); m[1] == "" && at >= 0 {
				return markup.Mark(len(q.Parts) + at)
			}
			expression, ok := formula(m[2], variables)
			if m[1] == "" || !ok || len(q.Draws) >= question.MaxAnswers {
				return s
			}
			q.Draws = append(q.Draws, question.Draw{Name: "TEXT" + strconv.Itoa(len(q.Draws)), Formula: expression})
			return markup.Mark(len(q.Parts) + len(q.Draws) - 1)
		})
	}
}

// drawn is the place of a variable among the draws, -1 where it is none.
func (r *reader) drawn(name string) int {
	for i, d := range r.q.Draws {
		if name != "" && d.Name == name {
			return i
		}
	}
	return -1
}
