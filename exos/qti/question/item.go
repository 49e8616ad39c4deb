package question

import (
	"strconv"

	"pupitre/exos/qti/markup"
	"pupitre/exos/qti/program"
	"pupitre/exos/qti/quill"
)

// Item is the question as an item of QTI 3.0.1, in XML (https://www.imsglobal.org/spec/qti/v3p0).
func (q *Question) Item(identifier, language string) []byte {
	w := &itemWriter{q: q, language: language}
	w.Raw(`<?xml version="1.0" encoding="UTF-8"?>` + "\n")
	w.Open("qti-assessment-item", "xmlns", "http://www.imsglobal.org/xsd/imsqtiasi_v3p0", "xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance",
		"xsi:schemaLocation", "http://www.imsglobal.org/xsd/imsqtiasi_v3p0 https://purl.imsglobal.org/spec/qti/v3p0/schema/xsd/imsqti_asiv3p0p1_v1p0.xsd",
		"identifier", identifier, "title!", q.Name, "adaptive", "false", "time-dependent", "false", "xml:lang", language)
	w.Line()
	for i := range q.Parts {
		w.response(i)
	}
	w.outcomes()
	w.draws()
	w.body()
	w.processing()
	w.feedback()
	w.Close("qti-assessment-item")
	w.Line()
	return []byte(w.String())
}

// itemWriter writes one item.
type itemWriter struct {
	quill.Quill
	q        *Question
	language string
}

// name is the identifier of one variable of part i: RESPONSE, where there is but one part.
func (w *itemWriter) name(variable string, i int) string {
	if len(w.q.Parts) == 1 {
		return variable
	}
	return variable + strconv.Itoa(i+1)
}

// share is what part i is worth.
func (w *itemWriter) share(i int) float64 {
	sum := 0.0
	for _, p := range w.q.Parts {
		sum += p.Weight
	}
	if sum <= 0 {
		return w.q.Grade / float64(len(w.q.Parts))
	}
	return w.q.Grade * w.q.Parts[i].Weight / sum
}

// byHand tells whether a person marks part of the question.
func (q *Question) byHand() bool {
	for i := range q.Parts {
		if q.Parts[i].Kind == Essay {
			return true
		}
	}
	return false
}

// outcomes declares the mark, and what says which feedback is shown.
func (w *itemWriter) outcomes() {
	if len(w.q.Parts) > 0 {
		human := ""
		if w.q.byHand() {
			human = "human"
		}
		most := program.FormatNumber(w.q.Grade)
		w.Open("qti-outcome-declaration", "identifier", "SCORE", "cardinality", "single", "base-type", "float", "normal-maximum", most, "external-scored", human)
		w.value("qti-default-value", "0")
		w.Close("qti-outcome-declaration")
		w.Line()
		w.Open("qti-outcome-declaration", "identifier", "MAXSCORE", "cardinality", "single", "base-type", "float")
		w.value("qti-default-value", most)
		w.Close("qti-outcome-declaration")
		w.Line()
	}
	declare := func(identifier, cardinality string) {
		w.Empty("qti-outcome-declaration", "identifier", identifier, "cardinality", cardinality, "base-type", "identifier")
		w.Line()
	}
	for i := range w.q.Parts {
		if p := &w.q.Parts[i]; p.says() {
			cardinality := "single"
			if p.Multiple {
				cardinality = "multiple"
			}
			declare(w.name("FEEDBACK", i), cardinality)
		}
	}
	if w.q.judges() {
		declare("RESULT", "single")
	}
	if !w.q.General.IsZero() {
		declare("GENERAL", "single")
	}
}

// says tells whether something is said of one of the answers.
func (p *Part) says() bool {
	for _, a := range p.Answers {
		if !a.Feedback.IsZero() {
			return p.Kind == Choose || p.Kind == Select || p.Kind == Type || p.Kind == Number
		}
	}
	return false
}

// judges tells whether something is said by how right the answer is.
func (q *Question) judges() bool {
	return !q.byHand() && len(q.Parts) > 0 && !(q.Correct.IsZero() && q.Partial.IsZero() && q.Incorrect.IsZero())
}

func (w *itemWriter) value(name string, values ...string) {
	w.Open(name)
	for _, v := range values {
		w.Leaf("qti-value", v)
	}
	w.Close(name)
}

// draws declares and draws the numbers that differ.
func (w *itemWriter) draws() {
	most := 0
	for _, d := range w.q.Draws {
		w.Empty("qti-template-declaration", "identifier", d.Name, "cardinality", "single", "base-type", "float")
		w.Line()
		if d.Formula == "" && (most == 0 || len(d.Values) < most) {
			most = len(d.Values)
		}
	}
	if len(w.q.Draws) == 0 {
		return
	}
	w.Empty("qti-template-declaration", "identifier", "DRAW", "cardinality", "single", "base-type", "integer")
	w.Line()
	w.Open("qti-template-processing")
	w.Open("qti-set-template-value", "identifier", "DRAW")
	w.Empty("qti-random-integer", "min", "1", "max", strconv.Itoa(max(most, 1)))
	w.Close("qti-set-template-value")
	for _, d := range w.q.Draws {
		w.Open("qti-set-template-value", "identifier", d.Name)
		if d.Formula != "" {
			w.Raw(d.Formula)
		} else {
			w.Open("qti-index", "n", "DRAW")
			w.Open("qti-ordered")
			for _, v := range d.Values {
				w.Leaf("qti-base-value", program.FormatNumber(v), "base-type", "float")
			}
			w.Close("qti-ordered")
			w.Close("qti-index")
		}
		w.Close("qti-set-template-value")
	}
	for i := range w.q.Parts {
		w.computedKey(i)
	}
	w.Close("qti-template-processing")
	w.Line()
}

// computedKey makes the first right answer that depends on what was drawn the key.
func (w *itemWriter) computedKey(i int) {
	for _, a := range w.q.Parts[i].Answers {
		if a.Computed == nil || a.Fraction < 1 {
			continue
		}
		w.Open("qti-set-correct-response", "identifier", w.name("RESPONSE", i))
		if a.Computed.Decimal >= 0 {
			w.Open("qti-round-to", "rounding-mode", "decimalPlaces", "figures", strconv.Itoa(a.Computed.Decimal))
			w.Raw(a.Computed.Formula)
			w.Close("qti-round-to")
		} else {
			w.Raw(a.Computed.Formula)
		}
		w.Close("qti-set-correct-response")
		return
	}
}

// feedback writes the texts that are said after an answer.
func (w *itemWriter) feedback() {
	say := func(outcome, identifier string, text markup.Text) {
		if text.IsZero() {
			return
		}
		w.Open("qti-modal-feedback", "outcome-identifier", outcome, "identifier", identifier, "show-hide", "show")
		w.Open("qti-content-body")
		w.Raw(text.Block(w.setting(nil)))
		w.Close("qti-content-body")
		w.Close("qti-modal-feedback")
		w.Line()
	}
	for i := range w.q.Parts {
		if p := &w.q.Parts[i]; p.says() {
			for j, a := range p.Answers {
				say(w.name("FEEDBACK", i), p.letter(j), a.Feedback)
			}
		}
	}
	if w.q.judges() {
		say("RESULT", "correct", w.q.Correct)
		say("RESULT", "partial", w.q.Partial)
		say("RESULT", "incorrect", w.q.Incorrect)
	}
	say("GENERAL", "given", w.q.General)
}

// setting is what texts are set into: places, then the numbers drawn.
func (w *itemWriter) setting(places []markup.Place) *markup.Setting {
	s := &markup.Setting{Places: make([]markup.Place, len(w.q.Parts))}
	if places != nil {
		s.Places = places
	}
	for _, d := range w.q.Draws {
		var q quill.Quill
		q.Empty("qti-printed-variable", "identifier", d.Name)
		s.Places = append(s.Places, markup.Place{XML: q.String(), Often: true})
	}
	return s
}
