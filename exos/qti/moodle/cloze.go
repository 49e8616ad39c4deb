package moodle

import (
	"regexp"
	"strconv"
	"strings"

	"pupitre/exos/qti/markup"
	"pupitre/exos/qti/parse"
	"pupitre/exos/qti/program"
	"pupitre/exos/qti/question"
	"pupitre/exos/qti/report"
)

// embedded begins an answer in the text: « {2:MULTICHOICE_VS: ».
var embedded = regexp.MustCompile(`\{([0-9]{0,3}):([A-Z_]+):`)

// cloze reads a text with answers in it.
func (r *reader) cloze(e *parse.Element) {
	source := r.q.Text.Source
	var text strings.Builder
	weights := 0.0
	for {
		at := embedded.FindStringSubmatchIndex(source)
		if at == nil {
			break
		}
		inside, rest, ok := until(source[at[1]:], '}')
		if !ok || len(r.q.Parts) >= question.MaxAnswers {
			r.leave(report.Refusal, report.QuestionCloze, e.Line, "text", source[at[0]:])
			return
		}
		p, ok := r.sub(source[at[4]:at[5]], inside)
		if !ok {
			r.leave(report.Refusal, report.QuestionCloze, e.Line, "text", source[at[0]:len(source)-len(rest)])
			return
		}
		p.Weight = 1
		if w, err := strconv.Atoi(source[at[2]:at[3]]); err == nil {
			p.Weight = float64(w)
		}
		weights += p.Weight
		text.WriteString(source[:at[0]] + markup.Mark(len(r.q.Parts)))
		r.q.Parts = append(r.q.Parts, p)
		source = rest
	}
	r.q.Text.Source = text.String() + source
	if len(r.q.Parts) == 0 {
		r.leave(report.Refusal, report.QuestionAnswers, e.Line, "got", "0", "want", "1")
	}
	if weights > 0 && e.Child("defaultgrade") == nil {
		r.q.Grade = weights // as Moodle counts it
	}
}

// until cuts at the first end sign that no backslash stands before.
func until(s string, end byte) (inside, rest string, ok bool) {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case end:
			return s[:i], s[i+1:], true
		}
	}
	return "", "", false
}

// sub reads one embedded answer, by the name of its sub-type.
func (r *reader) sub(name, inside string) (question.Part, bool) {
	p := question.Part{}
	switch name {
	case "SHORTANSWER", "SA", "MW":
		p.Kind = question.Type
	case "SHORTANSWER_C", "SAC", "MWC":
		p.Kind, p.Case = question.Type, true
	case "NUMERICAL", "NM":
		p.Kind = question.Number
	case "MULTICHOICE", "MC":
		p.Kind = question.Select
	case "MULTICHOICE_S", "MCS":
		p.Kind, p.Shuffle = question.Select, true
	case "MULTICHOICE_V", "MCV", "MULTICHOICE_H", "MCH":
		p.Kind = question.Choose
	case "MULTICHOICE_VS", "MCVS", "MULTICHOICE_HS", "MCHS":
		p.Kind, p.Shuffle = question.Choose, true
	case "MULTIRESPONSE", "MR", "MULTIRESPONSE_H", "MRH":
		p.Kind, p.Multiple = question.Choose, true
	case "MULTIRESPONSE_S", "MRS", "MULTIRESPONSE_HS", "MRHS":
		p.Kind, p.Multiple, p.Shuffle = question.Choose, true, true
	default:
		return p, false
	}
	for rest, more := inside, true; more; {
		var one string
		if one, rest, more = until(rest, '~'); !more {
			one = lastOf(inside)
		}
		a, ok := r.alternative(&p, one)
		if !ok || len(p.Answers) >= question.MaxAnswers {
			return p, false
		}
		p.Answers = append(p.Answers, a)
	}
	least := 1
	if p.Kind == question.Choose || p.Kind == question.Select {
		least = 2
	}
	return p, len(p.Answers) >= least
}

// lastOf is what stands after the last « ~ » that separates.
func lastOf(inside string) string {
	for {
		_, rest, ok := until(inside, '~')
		if !ok {
			return inside
		}
		inside = rest
	}
}

// worth is « = » or « %50% » before an alternative.
var worth = regexp.MustCompile(`^(=|%(-?[0-9]+(?:[.,][0-9]*)?)%)`)

// alternative reads « =answer#feedback ».
func (r *reader) alternative(p *question.Part, s string) (question.Answer, bool) {
	s = strings.TrimSpace(s)
	var a question.Answer
	if m := worth.FindStringSubmatch(s); m != nil {
		a.Fraction = 1
		if m[2] != "" {
			percent, _ := program.ParseNumber(strings.TrimRight(m[2], ".,"))
			a.Fraction = question.Fraction(max(-100, min(100, percent)))
		}
		s = s[len(m[0]):]
	}
	text, feedback, _ := cutFeedback(s)
	a.Feedback = markup.Text{Source: unescaped(feedback), Format: r.q.Text.Format}
	a.Text = markup.Text{Source: unescaped(strings.TrimSpace(text)), Format: r.q.Text.Format}
	switch p.Kind {
	case question.Type: // it is compared: without its form
		a.Text = markup.Text{Source: a.Text.Words(), Format: markup.Plain}
		return a, a.Text.Source != ""
	case question.Number:
		number := a.Text.Words()
		a.Text = markup.Text{}
		if number == "*" {
			a.Range.Any = true
			return a, true
		}
		value, margin, _ := strings.Cut(number, ":")
		ok := false
		a.Range, ok = question.Around(value, margin)
		return a, ok && value != ""
	}
	return a, !a.Text.IsZero()
}

// cutFeedback cuts at « # », but not in an HTML character (« &#233; ») nor after a backslash.
func cutFeedback(s string) (text, feedback string, found bool) {
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\':
			i++
		case s[i] == '#' && (i == 0 || s[i-1] != '&'):
			return s[:i], s[i+1:], true
		}
	}
	return s, "", false
}

// unescaped takes away the backslashes that protect signs.
func unescaped(s string) string {
	return strings.NewReplacer(`\}`, "}", `\#`, "#", `\~`, "~", `\/`, "/", `\"`, `"`, `\\`, `\`).Replace(s)
}
