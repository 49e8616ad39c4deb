package moodle

import (
	"strconv"
	"strings"

	"pupitre/exos/qti/markup"
	"pupitre/exos/qti/parse"
	"pupitre/exos/qti/program"
	"pupitre/exos/qti/question"
	"pupitre/exos/qti/report"
)

func (r *reader) part(p question.Part) {
	p.Weight = 1
	r.q.Parts = append(r.q.Parts, p)
}

// answer reads what an answer says, is worth and what is said of it.
func (r *reader) answer(e *parse.Element) question.Answer {
	return question.Answer{
		Text: r.textOf(e, r.q.Text.Format), Fraction: fraction(e), Feedback: r.text(e, "feedback", r.q.Text.Format),
	}
}

func (r *reader) multichoice(e *parse.Element) {
	p := question.Part{Kind: question.Choose, Multiple: !yes(e.Value("single"), true), Shuffle: yes(e.Value("shuffleanswers"), true)}
	for _, a := range r.answers(e, "answer", 2) {
		p.Answers = append(p.Answers, r.answer(a))
	}
	r.part(p)
}

// trueFalse takes the answers by their words; in old files, in another language, by their order.
func (r *reader) trueFalse(e *parse.Element) {
	list := r.answers(e, "answer", 2)
	if r.lost {
		return
	}
	if strings.TrimSpace(strings.ToLower(textIn(list[0]))) == "false" {
		list[0], list[1] = list[1], list[0]
	}
	p := question.TrueOrFalse(true, markup.Text{}, markup.Text{})
	for j := range p.Answers {
		a := r.answer(list[j])
		p.Answers[j].Fraction, p.Answers[j].Feedback = a.Fraction, a.Feedback
	}
	r.part(p)
}

func (r *reader) shortAnswer(e *parse.Element) {
	p := question.Part{Kind: question.Type, Case: yes(e.Value("usecase"), false)}
	for _, a := range r.answers(e, "answer", 1) {
		answer := r.answer(a)
		answer.Text = markup.Text{Source: strings.TrimSpace(answer.Text.Source), Format: markup.Plain}
		p.Answers = append(p.Answers, answer)
	}
	r.part(p)
}

func (r *reader) numerical(e *parse.Element) {
	p := question.Part{Kind: question.Number, Units: r.units(e)}
	for _, a := range r.answers(e, "answer", 1) {
		answer := r.answer(a)
		text, ok := strings.TrimSpace(answer.Text.Source), true
		answer.Text = markup.Text{}
		if text == "*" || text == "" {
			answer.Range.Any = true
		} else if answer.Range, ok = question.Around(text, a.Value("tolerance")); !ok {
			r.leave(report.Refusal, report.QuestionNumber, a.Line, "text", text)
			return
		}
		p.Answers = append(p.Answers, answer)
	}
	r.part(p)
}

// units are the words that may follow a number. One that multiplies, and marks for the unit, have no equal here.
func (r *reader) units(e *parse.Element) []string {
	var out []string
	for _, u := range e.Child("units").All("unit") {
		name := strings.TrimSpace(u.Value("unit_name"))
		factor, ok := program.ParseNumber(u.Value("multiplier"))
		if ok && factor != 1 || len(strings.Fields(name)) != 1 {
			r.say(report.Warning, report.QuestionUnit, u.Line, "unit", name)
			continue
		}
		out = append(out, name)
	}
	if grading := e.Value("unitgradingtype"); grading != "" && grading != "0" && len(out) > 0 {
		r.say(report.Warning, report.QuestionUnit, e.Line, "unit", strings.Join(out, ", "))
	}
	return out
}

func (r *reader) matching(e *parse.Element) {
	p := question.Part{Kind: question.Match, Shuffle: yes(e.Value("shuffleanswers"), true)}
	for _, pair := range r.answers(e, "subquestion", 2) {
		right := markup.Text{Source: pair.Value("answer"), Format: r.q.Text.Format}
		if right.IsZero() {
			continue
		}
		p.Pair(r.textOf(pair, r.q.Text.Format), right)
	}
	if len(p.Stems) < 1 || len(p.Answers) < 2 {
		r.leave(report.Refusal, report.QuestionAnswers, e.Line, "got", strconv.Itoa(len(p.Answers)), "want", "2")
	}
	r.part(p)
}

func (r *reader) essay(e *parse.Element) {
	p := question.Part{Kind: question.Essay, Lines: 15, Prefill: r.text(e, "responsetemplate", markup.HTML).Words()}
	if n, err := strconv.Atoi(e.Value("responsefieldlines")); err == nil && n > 0 && n < 200 {
		p.Lines = n
	}
	if e.Value("responseformat") == "noinline" || strings.Trim(e.Value("attachments"), "0") != "" {
		r.say(report.Aside, report.QuestionAttachment, e.Line)
	}
	r.q.Notes = r.text(e, "graderinfo", markup.HTML)
	r.part(p)
}

// ordering marks each place, unless all must be right. Other ways of counting have no equal here.
func (r *reader) ordering(e *parse.Element) {
	p := question.Part{Kind: question.Order, Shuffle: true}
	switch method := e.Value("gradingtype"); method {
	case "ALL_OR_NOTHING", "-1":
		p.Exact = true
	case "ABSOLUTE_POSITION", "0", "":
	default:
		r.say(report.Warning, report.QuestionGrading, e.Line, "method", method)
	}
	if method := e.Value("selecttype"); method != "" && method != "ALL" && method != "0" {
		r.say(report.Warning, report.QuestionGrading, e.Line, "method", "selecttype "+method)
	}
	for _, a := range r.answers(e, "answer", 2) { // in the right order; the fraction is the place
		p.Answers = append(p.Answers, question.Answer{Text: r.textOf(a, r.q.Text.Format)})
	}
	r.part(p)
}
