package question

import (
	"math"

	"pupitre/exos/qti/markup"
	"pupitre/exos/qti/render"
	"pupitre/exos/qti/report"
	"pupitre/exos/qti/score"
)

// Two marks are the same within this; a tenth of what Moodle tells apart.
const sameMark = 1e-6

// answer gives these values as the answer, and looks at the mark, as a fraction, and at what is said.
func (f *finder) answer(values ...string) (fraction float64, shown []string) {
	got := score.Score(f.x.Program, 1, score.State{}, score.Submission{
		Responses: []score.Response{{Identifier: f.it.Response, Values: values}},
	})
	if f.x.Program.Max <= 0 {
		return 0, got.Shown
	}
	return near(got.Score / f.x.Program.Max), got.Shown
}

// everybody finds the feedback that is shown whatever is answered: each of these answers, and the right one.
func (f *finder) everybody(answers [][]string) {
	if at := f.x.Program.Find(f.it.Response); at >= 0 {
		answers = append(answers, f.x.Program.Vars[at].Correct.Lexicals())
	}
	for i, values := range answers {
		_, shown := f.answer(values...)
		here := map[string]bool{}
		for _, ref := range shown {
			if i == 0 || f.general[ref] {
				here[ref] = true
			}
		}
		f.general = here
	}
	var nodes []render.Node
	for _, text := range f.x.Feedback {
		if f.general[text.Ref] {
			f.kept[text.Ref] = true
			nodes = append(nodes, text.Nodes...)
		}
	}
	if len(nodes) > 0 {
		f.q.General = f.write(nodes)
	}
}

// choices: what each is worth alone and, where several may be chosen, that together they are worth their sum.
func (f *finder) choices(p *Part) bool {
	p.Kind = Choose
	if f.it.Type == render.TypeInlineChoice {
		p.Kind = Select
	}
	list := f.it.Choices
	if !f.x.Program.Scoreable || len(list) < 2 || len(list) > MaxAnswers {
		return f.lose(report.ExportMarks)
	}
	p.Multiple = f.it.Multiple && f.it.Max != 1
	answers := [][]string{nil}
	for _, c := range list {
		answers = append(answers, []string{c.Identifier})
	}
	f.everybody(answers)
	best := 0.0
	for _, c := range list {
		a := Answer{Text: f.write(c.Nodes)}
		if a.Text.IsZero() {
			a.Text = markup.Text{Source: c.Label, Format: markup.Plain}
		}
		var shown []string
		a.Fraction, shown = f.answer(c.Identifier)
		best = max(best, a.Fraction)
		if !p.Multiple {
			a.Feedback = f.said(shown)
		}
		p.Answers = append(p.Answers, a)
	}
	if p.Multiple {
		return f.several(p) || f.lose(report.ExportMarks)
	}
	if math.Abs(best-1) > sameMark {
		return f.lose(report.ExportMarks)
	}
	f.trueFalse(p)
	return true
}

// trueFalse recognises a statement by the identifiers of its choices.
func (f *finder) trueFalse(p *Part) {
	if len(p.Answers) != 2 || p.Kind != Choose {
		return
	}
	first, second := f.it.Choices[0].Identifier, f.it.Choices[1].Identifier
	switch {
	case first == "true" && second == "false":
	case first == "false" && second == "true":
		p.Answers[0], p.Answers[1] = p.Answers[1], p.Answers[0]
	default:
		return
	}
	if p.Answers[0].Fraction+p.Answers[1].Fraction != 1 || p.Answers[0].Fraction*p.Answers[1].Fraction != 0 {
		return
	}
	p.TrueFalse, p.Shuffle = true, false
	p.Answers[0].Text, p.Answers[1].Text = markup.Text{}, markup.Text{}
}

// several finds what wrong choices take away, then answers in many ways.
func (f *finder) several(p *Part) bool {
	var right []string
	id := func(j int) string { return f.it.Choices[j].Identifier }
	for j, a := range p.Answers {
		if a.Fraction > 0 {
			right = append(right, id(j))
		}
	}
	full, _ := f.answer(right...)
	if len(right) == 0 || math.Abs(full-1) > sameMark {
		return false
	}
	for j := range p.Answers {
		if p.Answers[j].Fraction == 0 {
			with, _ := f.answer(append(right[:len(right):len(right)], id(j))...)
			p.Answers[j].Fraction = min(0, near(with-full))
		}
		f.saidOf(p, j)
	}
	return f.adds(p)
}

// saidOf finds the feedback that goes with choice j, whatever else is chosen.
func (f *finder) saidOf(p *Part, j int) {
	other := f.it.Choices[(j+1)%len(p.Answers)].Identifier
	_, alone := f.answer(f.it.Choices[j].Identifier)
	_, both := f.answer(f.it.Choices[j].Identifier, other)
	_, without := f.answer(other)
	var own []string
	for _, ref := range alone {
		if contains(both, ref) && !contains(without, ref) {
			own = append(own, ref)
		}
	}
	p.Answers[j].Feedback = f.said(own)
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// adds tells whether every set of choices, of many the sets of one, two or all but one, is worth the sum of its choices.
func (f *finder) adds(p *Part) bool {
	n := len(p.Answers)
	try := func(in func(int) bool) bool {
		var values []string
		sum := 0.0
		for j, a := range p.Answers {
			if in(j) {
				values = append(values, f.it.Choices[j].Identifier)
				sum += a.Fraction
			}
		}
		got, _ := f.answer(values...)
		return math.Abs(got-max(0, min(1, sum))) < sameMark
	}
	if n <= 10 {
		for set := range 1 << n {
			if !try(func(j int) bool { return set&(1<<j) != 0 }) {
				return false
			}
		}
		return true
	}
	for a := range n {
		for b := range n {
			if !try(func(j int) bool { return j == a || j == b }) || !try(func(j int) bool { return j != a && j != b }) {
				return false
			}
		}
	}
	return true
}

// pairs: each stem has one right answer, all are worth the same. Stems may stand on either side.
func (f *finder) pairs(p *Part) bool {
	p.Kind = Match
	if !f.x.Program.Scoreable {
		return f.lose(report.ExportMarks)
	}
	return f.sided(p, f.it.Choices, f.it.Targets, func(stem, answer string) string { return stem + " " + answer }) ||
		f.sided(p, f.it.Targets, f.it.Choices, func(stem, answer string) string { return answer + " " + stem }) ||
		f.lose(report.ExportMarks)
}

func (f *finder) sided(p *Part, stems, answers []render.Choice, pair func(stem, answer string) string) bool {
	if len(stems) < 2 || len(answers) < 1 || len(stems)*len(answers) > 2500 {
		return false
	}
	share := 1 / float64(len(stems))
	right := make([]string, len(stems))
	wrong := make([]string, len(stems))
	p.Stems, p.Answers = nil, nil
	for k, s := range stems {
		at := -1
		for j, a := range answers {
			worth, _ := f.answer(pair(s.Identifier, a.Identifier))
			switch {
			case math.Abs(worth-share) < sameMark && at < 0:
				at, right[k] = j, pair(s.Identifier, a.Identifier)
			case math.Abs(worth) < sameMark:
				wrong[k] = pair(s.Identifier, a.Identifier)
			default:
				return false
			}
		}
		if at < 0 {
			return false
		}
		p.Stems = append(p.Stems, Stem{Text: f.write(s.Nodes), Answer: at})
	}
	full, _ := f.answer(right...)
	if math.Abs(full-1) > sameMark {
		return false
	}
	for k := range stems { // a wrong pair takes nothing away
		given := append([]string(nil), right...)
		given[k] = wrong[k]
		if got, _ := f.answer(given...); wrong[k] != "" && math.Abs(got-(1-share)) > sameMark {
			return false
		}
	}
	for _, a := range answers {
		p.Answers = append(p.Answers, Answer{Text: markup.Text{Source: f.write(a.Nodes).Words(), Format: markup.Moodle}})
	}
	f.everybody([][]string{nil, right, {wrong[0]}})
	return true
}

// typed is what a rule compares a typed answer with.
type typed struct {
	text    string // words, or words with wildcards
	pattern bool
	numbers Range
}

// looked gathers what the rules and the mapping compare the response with, in order; false where they do something else with it.
func (f *finder) looked() ([]typed, bool) {
	at := f.x.Program.Find(f.it.Response)
	if at < 0 {
		return nil, false
	}
	l := &looker{p: f.x.Program, at: at, v: &f.x.Program.Vars[at], ok: true}
	l.rules(f.x.Program.Response)
	l.rules(f.x.Program.Outcome)
	return l.found, l.ok
}
