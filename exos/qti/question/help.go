package question

import (
	"strings"

	"pupitre/exos/qti/markup"
	"pupitre/exos/qti/report"
)

// MaxQuestions and MaxAnswers bound what a stranger's file may cost.
const (
	MaxQuestions = 5000
	MaxAnswers   = 200
)

// TrueOrFalse is the part of a statement, with what is said of a right and of a wrong answer.
func TrueOrFalse(right bool, whenRight, whenWrong markup.Text) Part {
	p := Part{Kind: Choose, Weight: 1, TrueFalse: true, Answers: make([]Answer, 2)}
	good, bad := &p.Answers[0], &p.Answers[1]
	if !right {
		good, bad = bad, good
	}
	good.Fraction, good.Feedback, bad.Feedback = 1, whenRight, whenWrong
	return p
}

// Pair adds a pair to a matching; answers of the same words are one. A pair without a left side is an answer too many, on purpose.
func (p *Part) Pair(left, right markup.Text) {
	at := -1
	for j, a := range p.Answers {
		if a.Text.Words() == right.Words() && right.Words() != "" {
			at = j
		}
	}
	if at < 0 {
		at = len(p.Answers)
		p.Answers = append(p.Answers, Answer{Text: right})
	}
	if !left.IsZero() {
		p.Stems = append(p.Stems, Stem{Text: left, Answer: at})
	}
}

// DefaultName is the title of a question that has none: its first words.
func (q *Question) DefaultName() string { return clip(q.Text.Words()) }

// OneLine puts a text on one line. No-break spaces stay: « Qui ? » is written with one.
func OneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '\r' }), " ")
}

// Finding is what a reader says of a line of a teacher's file: its parameters are name and value in turn, the values kept short.
func Finding(severity report.Severity, code report.Code, line int, params ...string) report.Finding {
	said := report.Params(params...)
	for i := range said {
		said[i].Value = clip(said[i].Value)
	}
	return report.Finding{Severity: severity, Code: code, Line: line, Params: said}
}

// clip keeps a text short, on one line.
func clip(s string) string {
	s = OneLine(s)
	if r := []rune(s); len(r) > 80 {
		return strings.TrimSpace(string(r[:79])) + "…"
	}
	return s
}

// CategoryPath reads a category as Moodle writes it: « $course$/top/Sciences/L'air ». Two slashes are one in a name.
func CategoryPath(name string) []string {
	var out []string
	for i, part := range strings.Split(strings.ReplaceAll(name, "//", "\x00"), "/") {
		part = strings.TrimSpace(strings.ReplaceAll(part, "\x00", "/"))
		if part == "" || strings.HasPrefix(part, "$") && strings.HasSuffix(part, "$") || part == "top" && i < 2 {
			continue
		}
		out = append(out, part)
	}
	return out
}

// CategoryName is the path as CategoryPath reads it back.
func CategoryName(path []string) string {
	out := make([]string, len(path))
	for i, part := range path {
		out[i] = strings.ReplaceAll(part, "/", "//")
	}
	return strings.Join(out, "/")
}
