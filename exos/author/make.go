package author

import (
	"strings"
	"unicode/utf8"

	"pupitre/exos/qti/markup"
	"pupitre/exos/qti/question"
)

// maker turns a form into the parts of a question.
type maker struct {
	f        Form
	rows     []numbered
	troubles []Trouble
}

func (m *maker) say(field string, row int, code string, args ...any) {
	m.troubles = append(m.troubles, Trouble{field, row, code, args})
}

// limits refuses what is too long before anything is made of it.
func (m *maker) limits() {
	if !m.f.Kind.known() {
		m.say("kind", 0, "exos.author.kind")
	}
	if utf8.RuneCountInString(m.f.Name) > maxName {
		m.say("name", 0, "exos.author.name", "max", maxName)
	}
	for _, long := range []struct{ field, text string }{
		{"text", m.f.Text}, {"hint", m.f.Hint}, {"explain", m.f.Explain}, {"notes", m.f.Notes}, {"skills", m.f.Skills}, {"extra", m.f.Extra},
	} {
		if len(long.text) > maxText {
			m.say(long.field, 0, "exos.author.long", "max", maxText)
		}
	}
	if len(m.f.Rows) > MaxRows {
		m.say("rows", 0, "exos.author.rows", "max", MaxRows)
	}
	for _, r := range m.rows {
		if len(r.Text)+len(r.Other)+len(r.Say) > maxText {
			m.say("rows", r.n, "exos.author.long", "max", maxText)
		}
	}
}

func (m *maker) make(q *question.Question) {
	switch m.f.Kind {
	case Choice, Several:
		m.choose(q)
	case Words:
		m.words(q)
	case Number:
		m.number(q)
	case List:
		m.lists(q)
	case Gaps:
		m.gaps(q)
	case Match:
		m.pairs(q)
	case Order:
		m.order(q)
	case Essay:
		q.Parts = []question.Part{{Kind: question.Essay, Weight: 1, Lines: 10}}
	}
}

// twice refuses two rows that say the same.
func (m *maker) twice(fold bool) {
	seen := map[string]int{}
	for _, r := range m.rows {
		words := strings.Join(strings.Fields(r.Text), " ")
		if fold {
			words = strings.ToLower(words)
		}
		if seen[words] > 0 && words != "" {
			m.say("rows", r.n, "exos.author.twice", "text", words)
		}
		seen[words] = r.n
	}
}

func (m *maker) choose(q *question.Question) {
	p := question.Part{Kind: question.Choose, Weight: 1, Shuffle: true, Multiple: m.f.Kind == Several}
	right := 0
	for _, r := range m.rows {
		if r.Right {
			right++
		}
	}
	m.twice(false)
	switch {
	case len(m.rows) < 2:
		m.say("rows", 0, "exos.author.two")
	case right == 0:
		m.say("rows", 0, "exos.author.right")
	case right > 1 && !p.Multiple:
		m.say("rows", 0, "exos.author.one")
	}
	for _, r := range m.rows {
		a := question.Answer{Text: plain(r.Text), Feedback: paragraph(r.Say)}
		switch {
		case r.Right:
			a.Fraction = 1 / float64(right)
		case p.Multiple && right > 0: // to tick everything earns nothing
			a.Fraction = -1 / float64(right)
		}
		p.Answers = append(p.Answers, a)
	}
	q.Parts = []question.Part{p}
}

// words are typed: each row is right. A star is a star, not whatever one likes.
func (m *maker) words(q *question.Question) {
	p := question.Part{Kind: question.Type, Weight: 1, Case: m.f.Case, Liberties: m.f.liberties("accents")}
	if len(m.rows) == 0 {
		m.say("rows", 0, "exos.author.answer")
	}
	m.twice(!m.f.Case)
	for _, r := range m.rows {
		text := plain(r.Text)
		text.Source = strings.ReplaceAll(text.Source, "*", `\*`)
		p.Answers = append(p.Answers, question.Answer{Text: text, Fraction: 1})
	}
	q.Parts = []question.Part{p}
}

func (m *maker) number(q *question.Question) {
	p := question.Part{Kind: question.Number, Weight: 1, Units: strings.Fields(m.f.Unit), Liberties: m.f.liberties("fractions")}
	if len(m.rows) == 0 {
		m.say("rows", 0, "exos.author.number")
	}
	if _, ok := question.Around("0", m.f.Margin); !ok {
		m.say("margin", 0, "exos.author.margin", "text", m.f.Margin)
		return
	}
	for _, r := range m.rows {
		within, ok := question.Around(r.Text, m.f.Margin)
		if !ok {
			m.say("rows", r.n, "exos.author.not-number", "text", strings.TrimSpace(r.Text))
			continue
		}
		p.Answers = append(p.Answers, question.Answer{Range: within, Fraction: 1})
	}
	q.Parts = []question.Part{p}
}

// lists are inside the text: the first of each is right.
func (m *maker) lists(q *question.Question) {
	text, places, ok := brackets(m.f.Text, func(i int) string { return markup.Mark(i) })
	if !ok {
		m.say("text", 0, "exos.author.bracket")
	} else if len(places) == 0 {
		m.say("text", 0, "exos.author.list")
	}
	q.Text.Source = text
	for i, place := range places {
		p := question.Part{Kind: question.Select, Weight: 1, Shuffle: true}
		seen := map[string]bool{}
		for j, choice := range strings.Split(place, "|") {
			words := plain(choice)
			if words.IsZero() || seen[words.Source] {
				m.say("text", 0, "exos.author.choice", "n", i+1, "text", place)
				break
			}
			seen[words.Source] = true
			a := question.Answer{Text: words}
			if j == 0 {
				a.Fraction = 1
			}
			p.Answers = append(p.Answers, a)
		}
		if len(p.Answers) == 1 {
			m.say("text", 0, "exos.author.alone", "n", i+1, "text", place)
		}
		q.Parts = append(q.Parts, p)
	}
	q.Grade = float64(max(1, len(q.Parts)))
}

// gaps are in the text, each with its word; the same word may fit several.
func (m *maker) gaps(q *question.Question) {
	p := question.Part{Kind: question.Words, Weight: 1, Shuffle: true}
	text, places, ok := brackets(m.f.Text, func(i int) string { return markup.Mark(i) })
	if !ok {
		m.say("text", 0, "exos.author.bracket")
	} else if len(places) == 0 {
		m.say("text", 0, "exos.author.gap")
	}
	q.Text.Source = text
	at := map[string]int{}
	word := func(s string) int {
		t := plain(s)
		if j, known := at[t.Source]; known {
			return j
		}
		at[t.Source] = len(p.Answers)
		p.Answers = append(p.Answers, question.Answer{Text: t})
		return at[t.Source]
	}
	for i, place := range places {
		if strings.TrimSpace(place) == "" {
			m.say("text", 0, "exos.author.empty-gap", "n", i+1)
			continue
		}
		p.Stems = append(p.Stems, question.Stem{Answer: word(place)})
	}
	for _, extra := range lines(m.f.Extra) {
		word(extra)
	}
	q.Parts, q.Grade = []question.Part{p}, float64(max(1, len(p.Stems)))
}

func (m *maker) pairs(q *question.Question) {
	p := question.Part{Kind: question.Match, Weight: 1, Shuffle: true}
	if len(m.rows) < 2 {
		m.say("rows", 0, "exos.author.pairs")
	}
	m.twice(false)
	for _, r := range m.rows {
		if strings.TrimSpace(r.Text) == "" || strings.TrimSpace(r.Other) == "" {
			m.say("rows", r.n, "exos.author.half")
			continue
		}
		p.Pair(plain(r.Text), plain(r.Other))
	}
	for _, extra := range lines(m.f.Extra) {
		p.Pair(markup.Text{}, plain(extra))
	}
	q.Parts, q.Grade = []question.Part{p}, float64(max(1, len(p.Stems)))
}

func (m *maker) order(q *question.Question) {
	p := question.Part{Kind: question.Order, Weight: 1, Shuffle: true, Exact: true}
	if len(m.rows) < 3 {
		m.say("rows", 0, "exos.author.order")
	}
	m.twice(false)
	for _, r := range m.rows {
		p.Answers = append(p.Answers, question.Answer{Text: plain(r.Text)})
	}
	q.Parts = []question.Part{p}
}

// lines are the lines that say something.
func lines(s string) []string {
	var out []string
	for line := range strings.Lines(s) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// brackets takes what stands in brackets out of a text, and puts place(i) where the i-th was; false where one does not end, or begins in
// another.
func brackets(s string, place func(i int) string) (text string, inside []string, ok bool) {
	var out, in strings.Builder
	open, escaped := false, false
	for _, c := range s {
		to := &out
		if open {
			to = &in
		}
		switch {
		case escaped:
			if c != '[' && c != ']' && c != '|' {
				to.WriteByte('\\')
			}
			to.WriteRune(c)
			escaped = false
		case c == '\\':
			escaped = true
		case c == '[' && open, c == ']' && !open:
			return s, nil, false
		case c == '[':
			open = true
			in.Reset()
		case c == ']':
			open = false
			out.WriteString(place(len(inside)))
			inside = append(inside, in.String())
		default:
			to.WriteRune(c)
		}
	}
	if escaped {
		out.WriteByte('\\')
	}
	return strings.TrimSpace(out.String()), inside, !open
}
