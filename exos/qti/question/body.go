package question

import (
	"strconv"
	"strings"

	"pupitre/exos/qti/markup"
	"pupitre/exos/qti/quill"
)

// body writes the text with the interactions in it; those that have no place in it stand below.
func (w *itemWriter) body() {
	w.Open("qti-item-body")
	w.Line()
	text := w.q.Text
	if only := w.only(); only != nil {
		w.Raw(w.interaction(0, text))
		w.Line()
	} else {
		s := w.setting(w.places(&text))
		w.Raw(text.Block(s))
		w.Line()
		for i := range w.q.Parts {
			if !s.Placed(i) {
				w.Raw(standing(w.q.Parts[i], s.Places[i].XML))
				w.Line()
			}
		}
	}
	w.rubrics()
	w.Close("qti-item-body")
	w.Line()
}

// only is the part of which the text is the prompt: the only one, that stands by itself and is not placed in the text.
func (w *itemWriter) only() *Part {
	if len(w.q.Parts) != 1 {
		return nil
	}
	p := &w.q.Parts[0]
	if p.inline() || p.Kind != Words && strings.Contains(w.q.Text.Source, markup.Mark(0)) {
		return nil
	}
	return p
}

// inline tells whether the interaction stands in a line.
func (p *Part) inline() bool { return p.Kind == Select || p.Kind == Type || p.Kind == Number }

func standing(p Part, xml string) string {
	if p.inline() {
		return "<p>" + xml + "</p>"
	}
	return xml
}

// places writes the interactions. A field to type in, that has no place of its own, stands at the end of the text's last line.
func (w *itemWriter) places(text *markup.Text) []markup.Place {
	var out []markup.Place
	for i := range w.q.Parts {
		p := &w.q.Parts[i]
		out = append(out, markup.Place{XML: w.interaction(i, markup.Text{}), Block: !p.inline()})
		if len(w.q.Parts) == 1 && p.inline() && !strings.Contains(text.Source, markup.Mark(0)) {
			text.Source = strings.TrimRight(text.Source, " \n\t") + " " + markup.Mark(0)
		}
	}
	return out
}

// rubrics are what helps: hints for pupils, folded until asked for, and what whoever marks should know.
func (w *itemWriter) rubrics() {
	rubric := func(view, class string, text markup.Text) {
		if text.IsZero() {
			return
		}
		w.Open("qti-rubric-block", "use", "instructions", "view", view, "class", class)
		w.Open("qti-content-body")
		w.Raw(text.Block(w.setting(nil)))
		w.Close("qti-content-body")
		w.Close("qti-rubric-block")
		w.Line()
	}
	for _, hint := range w.q.Hints {
		rubric("candidate", "indice", hint)
	}
	rubric("scorer", "", w.q.Notes)
}

// interaction writes the interaction of part i.
func (w *itemWriter) interaction(i int, prompt markup.Text) string {
	p := &w.q.Parts[i]
	x := &interactionWriter{itemWriter: w, part: p, response: w.name("RESPONSE", i), prompt: prompt}
	switch p.Kind {
	case Choose:
		x.choose()
	case Select:
		x.choices("qti-inline-choice-interaction", "qti-inline-choice")
	case Type, Number:
		x.entry()
	case Match:
		x.match()
	case Words:
		x.words()
	case Order:
		x.choices("qti-order-interaction", "qti-simple-choice")
	case Place:
		x.picture()
	case Essay:
		x.essay()
	}
	return x.q.String()
}

// interactionWriter writes one interaction, apart from the item: it will be set into a text.
type interactionWriter struct {
	*itemWriter
	q        quill.Quill
	part     *Part
	response string
	prompt   markup.Text
}

func yes(b bool) string {
	if b {
		return "true"
	}
	return ""
}

func (x *interactionWriter) open(name string, attributes ...string) {
	shuffle := yes(x.part.Shuffle && x.part.Kind != Place) // on a picture nothing has an order
	x.q.Open(name, append([]string{"response-identifier", x.response, "shuffle", shuffle}, attributes...)...)
	if !x.prompt.IsZero() {
		x.q.Open("qti-prompt")
		x.q.Raw(x.prompt.Block(x.setting(nil)))
		x.q.Close("qti-prompt")
	}
}

// say is the text of answer j, as it stands in a choice.
func (x *interactionWriter) say(j int) string {
	if x.part.TrueFalse {
		if x.language == "en" {
			return [2]string{"True", "False"}[j]
		}
		return [2]string{"Vrai", "Faux"}[j]
	}
	return x.part.Answers[j].Text.Flow(x.setting(nil))
}

func (x *interactionWriter) choose() {
	most := "1"
	if x.part.Multiple {
		most = "0"
	}
	x.choices("qti-choice-interaction", "qti-simple-choice", "max-choices", most)
}

func (x *interactionWriter) choices(name, choice string, attributes ...string) {
	x.open(name, attributes...)
	for j := range x.part.Answers {
		x.q.Open(choice, "identifier", x.part.letter(j))
		x.q.Raw(x.say(j))
		x.q.Close(choice)
	}
	x.q.Close(name)
}

// entry is a field for a word, or for a sentence: a width that told one answer from another would be a hint.
func (x *interactionWriter) entry() {
	length := 0
	for j, a := range x.part.Answers {
		if a.Computed == nil {
			length = max(length, len([]rune(x.part.lexical(j))))
		}
	}
	expected := ""
	switch {
	case length > sentence:
		expected = "60"
	case length > 0:
		expected = "16"
	}
	x.q.Empty("qti-text-entry-interaction", "response-identifier", x.response, "expected-length", expected, "data-unit", strings.Join(x.part.Units, " "),
		"data-tolerance", x.part.Liberties)
}

func (x *interactionWriter) match() {
	x.open("qti-match-interaction", "max-associations", strconv.Itoa(len(x.part.Stems)))
	x.q.Open("qti-simple-match-set")
	for k, s := range x.part.Stems {
		x.q.Open("qti-simple-associable-choice", "identifier", stem(k), "match-max", "1")
		x.q.Raw(s.Text.Flow(x.setting(nil)))
		x.q.Close("qti-simple-associable-choice")
	}
	x.q.Close("qti-simple-match-set")
	x.q.Open("qti-simple-match-set")
	for j := range x.part.Answers {
		x.q.Open("qti-simple-associable-choice", "identifier", x.part.letter(j), "match-max", "0")
		x.q.Raw(x.say(j))
		x.q.Close("qti-simple-associable-choice")
	}
	x.q.Close("qti-simple-match-set")
	x.q.Close("qti-match-interaction")
}

// sentence is how many characters no single word has.
const sentence = 24

// once says how often answer j may be used: once, or any number of times where one of them has several places. Were it that one alone, it
// would tell which.
func (x *interactionWriter) once(j int) string {
	taken := map[int]bool{}
	for _, s := range x.part.Stems {
		if s.Answer >= 0 && taken[s.Answer] {
			return "0"
		}
		taken[s.Answer] = true
	}
	if x.part.Answers[j].Reuse {
		return "0"
	}
	return "1"
}

// words makes the whole text the interaction, with gaps in it.
func (x *interactionWriter) words() {
	text := x.prompt
	x.prompt = markup.Text{}
	x.open("qti-gap-match-interaction")
	for j, a := range x.part.Answers {
		x.q.Open("qti-gap-text", "identifier", x.part.letter(j), "match-max", x.once(j), "match-group", a.Group)
		x.q.Raw(x.say(j))
		x.q.Close("qti-gap-text")
	}
	var gaps []markup.Place
	for k, s := range x.part.Stems {
		var q quill.Quill
		q.Empty("qti-gap", "identifier", stem(k), "match-group", s.Group)
		gaps = append(gaps, markup.Place{XML: q.String()})
	}
	x.q.Raw(text.Block(x.setting(gaps)))
	x.q.Close("qti-gap-match-interaction")
}

func (x *interactionWriter) picture() {
	p := x.part
	x.open("qti-graphic-gap-match-interaction")
	x.q.Empty("img", "src", p.Picture, "alt!", "", "width", strconv.Itoa(p.Width), "height", strconv.Itoa(p.Height))
	for j, a := range p.Answers {
		if a.Picture != "" {
			x.q.Open("qti-gap-img", "identifier", p.letter(j), "match-max", x.once(j), "match-group", a.Group)
			x.q.Empty("img", "src", a.Picture, "alt!", a.Text.Words())
			x.q.Close("qti-gap-img")
			continue
		}
		x.q.Open("qti-gap-text", "identifier", p.letter(j), "match-max", x.once(j), "match-group", a.Group)
		x.q.Raw(x.say(j))
		x.q.Close("qti-gap-text")
	}
	for k, s := range p.Stems {
		x.q.Empty("qti-associable-hotspot", "identifier", stem(k), "match-max", "1", "match-group", s.Group, "shape", s.Shape, "coords", s.Coords,
			"hotspot-label", strconv.Itoa(k+1))
	}
	x.q.Close("qti-graphic-gap-match-interaction")
}

func (x *interactionWriter) essay() {
	lines := ""
	if x.part.Lines > 0 {
		lines = strconv.Itoa(x.part.Lines)
	}
	x.open("qti-extended-text-interaction", "expected-lines", lines)
	x.q.Close("qti-extended-text-interaction")
}
