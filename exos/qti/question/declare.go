package question

import (
	"strconv"

	"pupitre/exos/qti/program"
)

// letter is the identifier of answer j: A, B, C…; true and false are called so.
func (p *Part) letter(j int) string {
	switch {
	case p.TrueFalse && j == 0:
		return "true"
	case p.TrueFalse:
		return "false"
	case j < 26:
		return string(rune('A' + j))
	}
	return "C" + strconv.Itoa(j+1)
}

// stem is the identifier of stem k.
func stem(k int) string { return "S" + strconv.Itoa(k+1) }

// response declares the response of part i, its key and what each answer is worth.
func (w *itemWriter) response(i int) {
	p := &w.q.Parts[i]
	cardinality, base := "single", "identifier"
	switch p.Kind {
	case Choose:
		if p.Multiple {
			cardinality = "multiple"
		}
	case Type, Essay:
		base = "string"
	case Number:
		base = "float"
	case Match, Words, Place:
		cardinality, base = "multiple", "directedPair"
	case Order:
		cardinality = "ordered"
	}
	w.Open("qti-response-declaration", "identifier", w.name("RESPONSE", i), "cardinality", cardinality, "base-type", base)
	if p.Kind == Essay && p.Prefill != "" {
		w.value("qti-default-value", p.Prefill)
	}
	if key := p.key(); len(key) > 0 {
		w.value("qti-correct-response", key...)
	}
	w.mapping(p, w.share(i))
	w.Close("qti-response-declaration")
	w.Line()
}

// key is the declared answer.
func (p *Part) key() []string {
	var out []string
	switch p.Kind {
	case Match, Words, Place:
		for k, s := range p.Stems {
			if s.Answer >= 0 {
				out = append(out, p.pair(k, s.Answer))
			}
		}
		return out
	case Order:
		for j := range p.Answers {
			out = append(out, p.letter(j))
		}
		return out
	case Essay:
		return nil
	}
	if p.Multiple {
		for j, a := range p.Answers {
			if a.Fraction > 0 {
				out = append(out, p.letter(j))
			}
		}
		return out
	}
	if j := p.best(); j >= 0 {
		return []string{p.lexical(j)}
	}
	return nil
}

// best is the answer that is worth most, -1 where none is worth anything or can be given as a key.
func (p *Part) best() int {
	best := -1
	for j, a := range p.Answers {
		if a.Fraction <= 0 || a.Computed != nil || p.Kind == Number && a.Range.Any || p.Kind == Type && literal(a.Text.Source) == "" {
			continue
		}
		if best < 0 || a.Fraction > p.Answers[best].Fraction {
			best = j
		}
	}
	return best
}

// lexical is answer j as a pupil gives it.
func (p *Part) lexical(j int) string {
	switch p.Kind {
	case Type:
		return literal(p.Answers[j].Text.Source)
	case Number:
		return program.FormatNumber(p.Answers[j].Range.Centre())
	}
	return p.letter(j)
}

// pair is stem k with answer j, in the order in which the interaction gives it.
func (p *Part) pair(k, j int) string {
	if p.Kind == Match {
		return stem(k) + " " + p.letter(j)
	}
	return p.letter(j) + " " + stem(k)
}

// mapped tells whether a mapping gives the marks: where what is answered names one of the answers.
func (p *Part) mapped() bool {
	switch p.Kind {
	case Choose, Select, Match, Words, Place:
		return true
	case Type:
		for _, a := range p.Answers {
			if Wild(a.Text.Source) {
				return false
			}
		}
		return true
	}
	return false
}

func (w *itemWriter) mapping(p *Part, worth float64) {
	if !p.mapped() || len(p.Answers) == 0 {
		return
	}
	most := ""
	least := ""
	if p.Multiple {
		least, most = "0", program.FormatNumber(worth)
	}
	w.Open("qti-mapping", "lower-bound", least, "upper-bound", most, "default-value", "0")
	entry := func(key string, value float64, sensitive string) {
		w.Empty("qti-map-entry", "map-key", key, "mapped-value", program.FormatNumber(value), "case-sensitive", sensitive)
	}
	switch p.Kind {
	case Match, Words, Place:
		for k, s := range p.Stems {
			if s.Answer >= 0 {
				entry(p.pair(k, s.Answer), worth/float64(p.asked()), "")
			}
		}
	case Type:
		sensitive := "false"
		if p.Case {
			sensitive = "true"
		}
		for j, a := range p.Answers {
			entry(p.lexical(j), a.Fraction*worth, sensitive)
		}
	default:
		for j, a := range p.Answers {
			entry(p.letter(j), a.Fraction*worth, "")
		}
	}
	w.Close("qti-mapping")
}

// asked is how many stems have a right answer.
func (p *Part) asked() int {
	n := 0
	for _, s := range p.Stems {
		if s.Answer >= 0 {
			n++
		}
	}
	return max(n, 1)
}
