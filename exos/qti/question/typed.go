package question

import (
	"math"
	"strings"
	"unicode"

	"pupitre/exos/qti/markup"
	"pupitre/exos/qti/program"
	"pupitre/exos/qti/report"
)

// entry: words or a number, compared with what the rules compare it with.
func (f *finder) entry(p *Part) bool {
	found, ok := f.looked()
	at := f.x.Program.Find(f.it.Response)
	if !ok || !f.x.Program.Scoreable || len(found) == 0 || len(found) > MaxAnswers || f.x.Program.Vars[at].Card != program.Single {
		return f.lose(report.ExportMarks)
	}
	v := &f.x.Program.Vars[at]
	if v.Type == program.Float || v.Type == program.Integer {
		p.Kind = Number
		if len(v.Units) > 0 {
			f.say(report.Warning, report.QuestionUnit, "unit", strings.Join(v.Units, ", "))
		}
		return f.numbers(p, found) || f.lose(report.ExportMarks)
	}
	p.Kind = Type
	return f.words(p, found) || f.lose(report.ExportMarks)
}

// nobody is what nobody types, and no author foresees: a text, and a number.
const nobody, nobodys = "\u2603 ni oui ni non \u2603", -987654321.5

// words finds what each answer is worth; an answer that an earlier one hides is left out.
func (f *finder) words(p *Part, found []typed) bool {
	f.everybody([][]string{nil, {nobody}, {found[0].text}})
	for _, t := range found {
		text := t.text
		if !t.pattern {
			text = strings.ReplaceAll(text, "*", `\*`)
		}
		sample, ok := fresh(p, samples(typed{text: text, pattern: true}))
		if !ok || text == "" {
			continue
		}
		a := Answer{Text: markup.Text{Source: text, Format: markup.Plain}}
		var shown []string
		a.Fraction, shown = f.answer(sample)
		a.Feedback = f.said(shown)
		p.Answers = append(p.Answers, a)
	}
	capitals := true
	for _, a := range p.Answers {
		for _, sample := range samples(typed{text: a.Text.Source, pattern: true}) {
			got, _ := f.answer(sample)
			if math.Abs(got-p.Answers[first(p, sample)].Fraction) > sameMark {
				return false
			}
			other, _ := f.answer(swapped(sample))
			capitals = capitals && math.Abs(got-other) < sameMark
		}
	}
	if none, _ := f.answer(nobody); first(p, nobody) < 0 && none != 0 {
		return false
	}
	p.Answers = useful(p.Answers)
	if !capitals {
		p.Case = true
		f.say(report.Warning, report.ExportCase)
	}
	return len(p.Answers) > 0 && bestOf(p.Answers) == 1
}

// samples are texts that an answer accepts.
func samples(t typed) []string {
	if !t.pattern {
		return []string{t.text}
	}
	var out []string
	for _, any := range []string{"", "x", "zw y"} {
		sample := strings.ReplaceAll(t.text, `\*`, "\x00")
		sample = strings.ReplaceAll(strings.ReplaceAll(sample, "*", any), "\x00", "*")
		if sample = strings.TrimSpace(sample); sample != "" && !contains(out, sample) {
			out = append(out, sample)
		}
	}
	return out
}

// fresh is a sample that no answer so far accepts.
func fresh(p *Part, samples []string) (string, bool) {
	for _, s := range samples {
		if first(p, s) < 0 {
			return s, true
		}
	}
	return "", false
}

// first is the answer that accepts a text, as Moodle looks for it; -1 where none does.
func first(p *Part, text string) int {
	for j, a := range p.Answers {
		if accepts(strings.ToLower(a.Text.Source), strings.ToLower(text)) {
			return j
		}
	}
	return -1
}

// accepts compares a text with an answer in which « * » is anything.
func accepts(answer, text string) bool {
	pieces := strings.Split(strings.ReplaceAll(answer, `\*`, "\x00"), "*")
	for i := range pieces {
		pieces[i] = strings.ReplaceAll(pieces[i], "\x00", "*")
	}
	if len(pieces) == 1 {
		return pieces[0] == text
	}
	head, tail := pieces[0], pieces[len(pieces)-1]
	if !strings.HasPrefix(text, head) || !strings.HasSuffix(text[len(head):], tail) {
		return false
	}
	text = text[len(head) : len(text)-len(tail)]
	for _, middle := range pieces[1 : len(pieces)-1] {
		at := strings.Index(text, middle)
		if at < 0 {
			return false
		}
		text = text[at+len(middle):]
	}
	return true
}

func swapped(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsUpper(r) {
			return unicode.ToLower(r)
		}
		return unicode.ToUpper(r)
	}, s)
}

// useful leaves out, at the end, what is worth nothing and of which nothing is said. Before another answer it keeps it from being taken.
func useful(answers []Answer) []Answer {
	for n := len(answers); n > 0; n-- {
		if a := answers[n-1]; a.Fraction != 0 || !a.Feedback.IsZero() {
			return answers[:n]
		}
	}
	return nil
}

func bestOf(answers []Answer) float64 {
	best := 0.0
	for _, a := range answers {
		best = max(best, a.Fraction)
	}
	return best
}

// numbers finds what each range is worth, at a number that no earlier range takes, then looks at all ends and beside them.
func (f *finder) numbers(p *Part, found []typed) bool {
	f.everybody([][]string{nil, {program.FormatNumber(nobodys)}, {program.FormatNumber(found[0].numbers.Centre())}})
	for _, t := range found {
		r := t.numbers
		sample := math.NaN()
		for _, n := range []float64{r.Centre(), r.Low, r.High, (r.Low + r.Centre()) / 2, (r.High + r.Centre()) / 2, nobodys} {
			if (r.Any || n >= r.Low && n <= r.High) && within(p, n) < 0 {
				sample = n
				break
			}
		}
		if math.IsNaN(sample) {
			continue // taken already
		}
		a := Answer{Range: r}
		var shown []string
		a.Fraction, shown = f.answer(program.FormatNumber(sample))
		a.Feedback = f.said(shown)
		p.Answers = append(p.Answers, a)
	}
	for _, a := range p.Answers {
		beside := max(1e-6, math.Abs(a.Range.High-a.Range.Low)/1e6)
		for _, n := range []float64{a.Range.Low, a.Range.High, a.Range.Centre(), a.Range.Low - beside, a.Range.High + beside, nobodys} {
			want := 0.0
			if j := within(p, n); j >= 0 {
				want = p.Answers[j].Fraction
			}
			if got, _ := f.answer(program.FormatNumber(n)); math.Abs(got-want) > sameMark {
				return false
			}
		}
	}
	p.Answers = useful(p.Answers)
	return len(p.Answers) > 0 && bestOf(p.Answers) == 1
}

// within is the first answer whose range has the number, -1 where none has.
func within(p *Part, n float64) int {
	for j, a := range p.Answers {
		if a.Range.Any || n >= a.Range.Low && n <= a.Range.High {
			return j
		}
	}
	return -1
}
