package question

import (
	"math"
	"strconv"

	"pupitre/exos/qti/program"
	"pupitre/exos/qti/quill"
)

// processing writes the rules: each part adds what its answer is worth, then says which feedback is shown.
func (w *itemWriter) processing() {
	if len(w.q.Parts) == 0 || w.q.byHand() && w.q.General.IsZero() {
		return
	}
	w.Open("qti-response-processing")
	w.Line()
	for i := range w.q.Parts {
		w.rulesOf(i)
	}
	if w.q.judges() {
		w.judgement()
	}
	if !w.q.General.IsZero() {
		w.setOutcome("GENERAL", identifier("given"))
	}
	w.Close("qti-response-processing")
	w.Line()
}

func (w *itemWriter) rulesOf(i int) {
	p := &w.q.Parts[i]
	response := w.name("RESPONSE", i)
	switch {
	case p.Kind == Essay:
	case p.Kind == Order:
		w.order(i)
	case p.mapped():
		w.earn(element("qti-map-response", response))
		if p.says() && (p.Kind == Choose || p.Kind == Select) {
			w.setOutcome(w.name("FEEDBACK", i), element("qti-variable", response))
		} else if p.says() {
			w.chain(i, false)
		}
	default:
		w.chain(i, true)
	}
}

// earn adds an expression to the mark; of an only part it is the mark.
func (w *itemWriter) earn(expression string) {
	if len(w.q.Parts) > 1 {
		expression = "<qti-sum>" + element("qti-variable", "SCORE") + expression + "</qti-sum>"
	}
	w.setOutcome("SCORE", expression)
}

func (w *itemWriter) setOutcome(name, expression string) {
	w.Open("qti-set-outcome-value", "identifier", name)
	w.Raw(expression)
	w.Close("qti-set-outcome-value")
	w.Line()
}

// chain looks for the first answer that fits, as Moodle does: it gives the mark, where marks says so, and the feedback.
func (w *itemWriter) chain(i int, marks bool) {
	p := &w.q.Parts[i]
	w.Open("qti-response-condition")
	w.Line()
	name := "qti-response-if"
	for j, a := range p.Answers {
		w.Open(name)
		w.Raw(w.fits(i, j))
		if marks {
			w.earn(number64(a.Fraction * w.share(i)))
		}
		if p.says() {
			w.setOutcome(w.name("FEEDBACK", i), identifier(p.letter(j)))
		}
		w.Close(name)
		w.Line()
		name = "qti-response-else-if"
	}
	w.Close("qti-response-condition")
	w.Line()
}

// fits is the condition that the response is answer j.
func (w *itemWriter) fits(i, j int) string {
	p := &w.q.Parts[i]
	a := p.Answers[j]
	variable := element("qti-variable", w.name("RESPONSE", i))
	var q quill.Quill
	switch {
	case a.Computed != nil:
		return a.Computed.fits(variable)
	case p.Kind == Number && a.Range.Any:
		return "<qti-not><qti-is-null>" + variable + "</qti-is-null></qti-not>"
	case p.Kind == Number && a.Range.Low == a.Range.High:
		return `<qti-equal tolerance-mode="exact">` + variable + number64(a.Range.Low) + "</qti-equal>"
	case p.Kind == Number:
		return "<qti-and><qti-gte>" + variable + number64(a.Range.Low) + "</qti-gte><qti-lte>" + variable + number64(a.Range.High) + "</qti-lte></qti-and>"
	case Wild(a.Text.Source):
		q.Open("qti-pattern-match", "pattern", pattern(a.Text.Source, p.Case))
		q.Raw(variable)
		q.Close("qti-pattern-match")
		return q.String()
	}
	q.Open("qti-string-match", "case-sensitive", strconv.FormatBool(p.Case))
	q.Raw(variable)
	q.Leaf("qti-base-value", literal(a.Text.Source), "base-type", "string")
	q.Close("qti-string-match")
	return q.String()
}

// fits is the condition that a number is near enough to the one computed.
func (c *Computed) fits(variable string) string {
	low, high := "", ""
	switch c.Mode {
	case Relative:
		margin := "<qti-product>" + number64(c.Margin) + `<qti-math-operator name="abs">` + c.Formula + "</qti-math-operator></qti-product>"
		low, high = "<qti-subtract>"+c.Formula+margin+"</qti-subtract>", "<qti-sum>"+c.Formula+margin+"</qti-sum>"
	case Geometric:
		one := "<qti-divide>" + c.Formula + number64(1+c.Margin) + "</qti-divide>"
		other := "<qti-product>" + c.Formula + number64(1+c.Margin) + "</qti-product>"
		low, high = "<qti-min>"+one+other+"</qti-min>", "<qti-max>"+one+other+"</qti-max>"
	default:
		// What is lost in binary must not lose a mark: Moodle widens its margins in the same way.
		margin := number64(math.Abs(c.Margin) + 1e-12)
		low, high = "<qti-subtract>"+c.Formula+margin+"</qti-subtract>", "<qti-sum>"+c.Formula+margin+"</qti-sum>"
	}
	return "<qti-and><qti-gte>" + variable + low + "</qti-gte><qti-lte>" + variable + high + "</qti-lte></qti-and>"
}

// order marks an order: all of it, or each place by itself.
func (w *itemWriter) order(i int) {
	p := &w.q.Parts[i]
	response := w.name("RESPONSE", i)
	condition := func(test string, worth float64) {
		w.Open("qti-response-condition")
		w.Open("qti-response-if")
		w.Raw(test)
		w.setOutcome("SCORE", "<qti-sum>"+element("qti-variable", "SCORE")+number64(worth)+"</qti-sum>")
		w.Close("qti-response-if")
		w.Close("qti-response-condition")
		w.Line()
	}
	if p.Exact {
		condition("<qti-match>"+element("qti-variable", response)+element("qti-correct", response)+"</qti-match>", w.share(i))
		return
	}
	for j := range p.Answers {
		var q quill.Quill
		q.Open("qti-match")
		q.Open("qti-index", "n", strconv.Itoa(j+1))
		q.Raw(element("qti-variable", response))
		q.Close("qti-index")
		q.Raw(identifier(p.letter(j)))
		q.Close("qti-match")
		condition(q.String(), w.share(i)/float64(len(p.Answers)))
	}
}

// judgement tells right from half right from wrong.
func (w *itemWriter) judgement() {
	// The least that counts as all of it: thirds of a mark do not always add up in binary.
	full := number64(w.q.Grade * (1 - 1e-6))
	arm := func(name, test, result string) {
		w.Open(name)
		w.Raw(test)
		w.setOutcome("RESULT", identifier(result))
		w.Close(name)
	}
	score := element("qti-variable", "SCORE")
	w.Open("qti-response-condition")
	arm("qti-response-if", "<qti-gte>"+score+full+"</qti-gte>", "correct")
	arm("qti-response-else-if", "<qti-gt>"+score+number64(0)+"</qti-gt>", "partial")
	arm("qti-response-else", "", "incorrect")
	w.Close("qti-response-condition")
	w.Line()
}

// element is an expression that names a variable.
func element(name, variable string) string {
	var q quill.Quill
	q.Empty(name, "identifier", variable)
	return q.String()
}

func identifier(word string) string {
	var q quill.Quill
	q.Leaf("qti-base-value", word, "base-type", "identifier")
	return q.String()
}

func number64(f float64) string {
	var q quill.Quill
	q.Leaf("qti-base-value", program.FormatNumber(f), "base-type", "float")
	return q.String()
}
