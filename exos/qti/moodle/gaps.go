package moodle

import (
	"regexp"
	"strconv"

	"pupitre/exos/qti/markup"
	"pupitre/exos/qti/parse"
	"pupitre/exos/qti/question"
	"pupitre/exos/qti/report"
)

// gap is « [[2]] »: here stands the second choice.
var gap = regexp.MustCompile(`\[\[([0-9]{1,3})\]\]`)

// choice is a word that may be moved into a gap, or selected there.
type choice struct {
	text  markup.Text
	group string
	reuse bool
}

func (r *reader) choiceList(e *parse.Element, name string) []choice {
	var out []choice
	for _, c := range r.answers(e, name, 1) {
		group := c.Value("group")
		if group == "" {
			group = "1"
		}
		out = append(out, choice{text: r.textOf(c, r.q.Text.Format), group: "G" + plainName(group), reuse: c.Child("infinite") != nil})
	}
	return out
}

// gaps replaces each « [[n]] » by a mark and gives the choices that belong there, from 0; the question is left out where one is missing.
func (r *reader) gaps(e *parse.Element, choices int) []int {
	var right []int
	r.q.Text.Source = gap.ReplaceAllStringFunc(r.q.Text.Source, func(s string) string {
		n, _ := strconv.Atoi(gap.FindStringSubmatch(s)[1])
		if n < 1 || n > choices || len(right) >= question.MaxAnswers {
			r.leave(report.Refusal, report.QuestionCloze, e.Line, "text", s)
			return s
		}
		right = append(right, n-1)
		return markup.Mark(len(right) - 1)
	})
	if len(right) == 0 {
		r.leave(report.Refusal, report.QuestionAnswers, e.Line, "got", "0", "want", "1")
	}
	return right
}

// dragWords: one set of words, moved into the gaps. All gaps of one group are one question's worth.
func (r *reader) dragWords(e *parse.Element) {
	list := r.choiceList(e, "dragbox")
	p := question.Part{Kind: question.Words, Shuffle: yes(e.Value("shuffleanswers"), false)}
	for _, c := range list {
		p.Answers = append(p.Answers, question.Answer{Text: c.text, Group: c.group, Reuse: c.reuse})
	}
	for _, n := range r.gaps(e, len(list)) {
		p.Stems = append(p.Stems, question.Stem{Answer: n, Group: list[n].group})
	}
	r.part(p)
}

// selectWords: in each gap a list of the words of its group.
func (r *reader) selectWords(e *parse.Element) {
	list := r.choiceList(e, "selectoption")
	shuffle := yes(e.Value("shuffleanswers"), false)
	for _, n := range r.gaps(e, len(list)) {
		p := question.Part{Kind: question.Select, Shuffle: shuffle}
		for j, c := range list {
			if c.group != list[n].group {
				continue
			}
			a := question.Answer{Text: c.text}
			if j == n {
				a.Fraction = 1
			}
			p.Answers = append(p.Answers, a)
		}
		r.part(p)
	}
}
