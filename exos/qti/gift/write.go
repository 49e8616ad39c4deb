package gift

import (
	"strconv"
	"strings"

	"pupitre/exos/qti/markup"
	"pupitre/exos/qti/program"
	"pupitre/exos/qti/question"
)

func itoa(n int) string { return strconv.Itoa(n) }

// Can tells whether GIFT has a form for the question.
func Can(q *question.Question) bool {
	if len(q.Parts) == 0 {
		return true
	}
	if len(q.Parts) > 1 || len(q.Draws) > 0 {
		return false
	}
	for _, a := range q.Parts[0].Answers {
		arrow := strings.Contains(a.Text.Source+a.Feedback.Source, "->") // which no backslash protects: it makes pairs
		if !question.Sayable(a.Fraction) || arrow && q.Parts[0].Kind == question.Type {
			return false
		}
	}
	switch q.Parts[0].Kind {
	case question.Choose, question.Select, question.Type, question.Number, question.Essay:
		return true
	case question.Match:
		return len(q.Parts[0].Stems) >= 2
	}
	return false
}

// Write writes questions, for which Can is true.
func Write(set question.Set) []byte {
	w := &writer{}
	var category []string
	for i := range set.Questions {
		q := &set.Questions[i]
		if path := question.CategoryName(q.Category); path != question.CategoryName(category) {
			w.b.WriteString("$CATEGORY: " + w.escaped(path) + "\n\n")
			category = q.Category
		}
		w.question(q)
		w.b.WriteString("\n")
	}
	return []byte(strings.TrimSuffix(w.b.String(), "\n"))
}

type writer struct{ b strings.Builder }

// escaped takes away the meaning of signs; a text stays on one line.
func (w *writer) escaped(text string) string {
	return strings.NewReplacer(`\`, `\\`, "#", `\#`, "=", `\=`, "~", `\~`, "{", `\{`, "}", `\}`, ":", `\:`, "\r", "", "\n", `\n`).Replace(text)
}

// text writes « [format]text », the format where it is not the one that holds anyway.
func (w *writer) text(t markup.Text, format markup.Format) string {
	if t.IsZero() {
		return ""
	}
	text := w.escaped(t.Source)
	if t.Format != format || strings.HasPrefix(text, "[") {
		return "[" + string(t.Format) + "]" + text
	}
	return text
}

func (w *writer) question(q *question.Question) {
	if q.Identifier != "" {
		w.b.WriteString("// [id:" + strings.NewReplacer("]", "", "\n", " ").Replace(q.Identifier) + "]\n")
	}
	w.b.WriteString("::" + w.escaped(q.Name) + "::")
	text := w.text(q.Text, markup.Moodle)
	if len(q.Parts) == 0 {
		w.b.WriteString(text + "\n")
		return
	}
	before, after, placed := strings.Cut(text, markup.Mark(0))
	if !placed {
		before += " "
	}
	w.b.WriteString(before)
	w.answers(q)
	w.b.WriteString(after + "\n")
}

func (w *writer) answers(q *question.Question) {
	p, format := &q.Parts[0], q.Text.Format
	w.b.WriteString("{")
	inner, end := "\n\t", "\n"
	switch {
	case p.Kind == question.Essay:
		inner, end = "", ""
	case p.TrueFalse:
		inner, end = "", ""
		w.trueFalse(p, format)
	case p.Kind == question.Number:
		w.b.WriteString("#")
		w.each(p, format)
	case p.Kind == question.Match:
		for _, s := range p.Stems {
			if s.Answer >= 0 {
				w.b.WriteString("\n\t=" + w.text(s.Text, format) + " -> " + w.escaped(p.Answers[s.Answer].Text.Source))
			}
		}
		w.spare(p)
	default:
		w.each(p, format)
	}
	if !q.General.IsZero() {
		w.b.WriteString(inner + "####" + w.text(q.General, format))
	}
	w.b.WriteString(end + "}")
}

// spare writes the answers of a matching that belong to nothing.
func (w *writer) spare(p *question.Part) {
	used := map[int]bool{}
	for _, s := range p.Stems {
		used[s.Answer] = true
	}
	for j, a := range p.Answers {
		if !used[j] {
			w.b.WriteString("\n\t= -> " + w.escaped(a.Text.Source))
		}
	}
}

func (w *writer) trueFalse(p *question.Part, format markup.Format) {
	letter, right, wrong := "T", p.Answers[0], p.Answers[1]
	if wrong.Fraction > right.Fraction {
		letter, right, wrong = "F", wrong, right
	}
	w.b.WriteString(letter)
	whenWrong, whenRight := w.text(wrong.Feedback, format), w.text(right.Feedback, format)
	if whenWrong != "" || whenRight != "" {
		w.b.WriteString("#" + whenWrong)
	}
	if whenRight != "" {
		w.b.WriteString("#" + whenRight)
	}
}

func (w *writer) each(p *question.Part, format markup.Format) {
	for _, a := range p.Answers {
		text := w.text(a.Text, format)
		sign, percent := "~", ""
		switch {
		case p.Kind == question.Number && a.Range.Any && a.Fraction == 0:
			text = ""
		case a.Fraction == 1 && !p.Multiple:
			sign = "="
		case p.Kind == question.Type || p.Kind == question.Number:
			sign, percent = "=", "%"+question.Percent(a.Fraction)+"%"
		case a.Fraction != 0:
			percent = "%" + question.Percent(a.Fraction) + "%"
		}
		switch {
		case p.Kind == question.Number && !a.Range.Any:
			text = program.FormatNumber(a.Range.Centre())
			if a.Range.Low != a.Range.High {
				text += ":" + program.FormatNumber(a.Range.Margin())
			}
			if around, ok := question.Around(program.FormatNumber(a.Range.Centre()), program.FormatNumber(a.Range.Margin())); !ok || around != a.Range {
				text = program.FormatNumber(a.Range.Low) + ".." + program.FormatNumber(a.Range.High)
			}
		case p.Kind == question.Number && a.Fraction != 0:
			text = "*"
		case p.Kind == question.Type:
			text = w.escaped(a.Text.Source)
		}
		w.b.WriteString("\n\t" + sign + percent + text)
		if feedback := w.text(a.Feedback, format); feedback != "" {
			w.b.WriteString("#" + feedback)
		}
	}
}
