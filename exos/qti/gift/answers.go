package gift

import (
	"regexp"
	"strings"

	"pupitre/exos/qti/markup"
	"pupitre/exos/qti/program"
	"pupitre/exos/qti/question"
	"pupitre/exos/qti/report"
)

// part reads what stands in the braces.
func (r *reader) part(answers string, line int, format markup.Format) question.Part {
	p := question.Part{Weight: 1}
	trimmed := strings.TrimSpace(answers)
	switch {
	case trimmed == "":
		p.Kind, p.Lines = question.Essay, 15 // as Moodle gives them
	case trimmed[0] == '#':
		p.Kind = question.Number
		r.numbers(&p, strings.Replace(answers, "#", " ", 1), line, format)
	case strings.Contains(trimmed, "~"):
		p.Kind, p.Shuffle = question.Choose, true
		r.choices(&p, answers, line, format)
	case strings.Contains(trimmed, "=") && strings.Contains(trimmed, "->"):
		p.Kind, p.Shuffle = question.Match, true
		r.pairs(&p, answers, line, format)
	default:
		if !r.trueFalse(&p, trimmed, format) {
			p.Kind = question.Type
			r.words(&p, answers, line, format)
		}
	}
	return p
}

// piece is one answer, with the sign before it.
type piece struct {
	sign byte // '=', '~', 0 for what stands before the first sign
	text string
	line int
}

// pieces cuts answers at the signs given; of far too many answers it gives one more than there may be.
func pieces(answers, signs string, line int) []piece {
	var out []piece
	now := piece{line: line}
	flush := func() {
		lead := now.text[:len(now.text)-len(strings.TrimLeft(now.text, " \t\n"))]
		now.line += strings.Count(lead, "\n")
		if text := strings.TrimSpace(now.text); text != "" || now.sign != 0 {
			out = append(out, piece{now.sign, text, now.line})
		}
	}
	from := 0
	for i := 0; i < len(answers) && len(out) <= question.MaxAnswers; i++ {
		if answers[i] == '\n' {
			line++
		}
		if strings.IndexByte(signs, answers[i]) < 0 {
			continue
		}
		now.text = answers[from:i]
		flush()
		now = piece{sign: answers[i], line: line}
		from = i + 1
	}
	now.text = answers[from:]
	flush()
	return out
}

// weight is « %50% » before an answer.
var weight = regexp.MustCompile(`^%(-?[0-9]{1,3}(?:[.,][0-9]*)?)%`)

// weighed reads weight, text and feedback of an answer.
func (r *reader) weighed(s string, fraction float64, format markup.Format) question.Answer {
	a := question.Answer{Fraction: fraction}
	if m := weight.FindStringSubmatch(s); m != nil {
		percent, _ := program.ParseNumber(strings.TrimRight(m[1], ".,"))
		a.Fraction = question.Fraction(max(-100, min(100, percent)))
		s = s[len(m[0]):]
	}
	text, feedback, _ := strings.Cut(s, "#")
	a.Text, a.Feedback = r.text(text, format), r.text(feedback, format)
	return a
}

func (r *reader) few(got, want, line int) bool {
	if got < want {
		r.refuse(report.QuestionAnswers, line, "got", itoa(got), "want", itoa(want))
	}
	if got > question.MaxAnswers {
		r.refuse(report.QuestionTooMany, line, "limit", itoa(question.MaxAnswers))
	}
	return r.broken
}

func (r *reader) choices(p *question.Part, answers string, line int, format markup.Format) {
	list := pieces(answers, "=~", line)
	if r.few(len(list), 2, line) {
		return
	}
	p.Multiple = true
	for _, one := range list {
		fraction := 0.0
		if one.sign == '=' {
			p.Multiple, fraction = false, 1
		}
		p.Answers = append(p.Answers, r.weighed(one.text, fraction, format))
	}
}

func (r *reader) words(p *question.Part, answers string, line int, format markup.Format) {
	for _, one := range pieces(answers, "=", line) {
		a := r.weighed(one.text, 1, format)
		a.Text.Format = markup.Plain // it is compared, not shown
		if a.Text.Source != "" {
			p.Answers = append(p.Answers, a)
		}
	}
	r.few(len(p.Answers), 1, line)
}

// trueFalse reads « T#wrong#right », as Moodle does: what is said of a wrong answer comes first.
func (r *reader) trueFalse(p *question.Part, answers string, format markup.Format) bool {
	parts := strings.SplitN(answers, "#", 3)
	right := false
	switch strings.TrimSpace(parts[0]) {
	case "T", "TRUE":
		right = true
	case "F", "FALSE":
	default:
		return false
	}
	var whenWrong, whenRight markup.Text
	if len(parts) > 1 {
		whenWrong = r.text(parts[1], format)
	}
	if len(parts) > 2 {
		whenRight = r.text(parts[2], format)
	}
	*p = question.TrueOrFalse(right, whenRight, whenWrong)
	return true
}

func (r *reader) pairs(p *question.Part, answers string, line int, format markup.Format) {
	list := pieces(answers, "=", line)
	if r.few(len(list), 2, line) {
		return
	}
	for _, one := range list {
		left, right, ok := strings.Cut(one.text, "->")
		if !ok || strings.TrimSpace(right) == "" {
			r.refuse(report.QuestionPair, one.line, "text", unescape(one.text))
			return
		}
		p.Pair(r.text(left, format), markup.Text{Source: strings.TrimSpace(unescape(right)), Format: markup.Moodle})
	}
}

func (r *reader) numbers(p *question.Part, answers string, line int, format markup.Format) {
	for _, one := range pieces(answers, "=~", line) {
		if one.sign == '~' { // what is said of any other number
			a := r.weighed(one.text, 0, format)
			a.Range.Any = true
			p.Answers = append(p.Answers, a)
			continue
		}
		a := r.weighed(one.text, 1, format)
		text, ok := a.Text.Source, false
		a.Text = markup.Text{}
		if low, high, between := strings.Cut(text, ".."); between {
			a.Range, ok = question.Between(low, high)
		} else if value, margin, around := strings.Cut(text, ":"); around {
			a.Range, ok = question.Around(value, margin)
		} else if text == "*" {
			a.Range.Any, ok = true, true
		} else {
			a.Range, ok = question.Around(text, "")
		}
		if !ok || text == "" {
			r.refuse(report.QuestionNumber, one.line, "text", text)
			return
		}
		p.Answers = append(p.Answers, a)
	}
	r.few(len(p.Answers), 1, line)
}
