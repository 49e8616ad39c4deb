package score

import "pupitre/exos/qti/program"

// Response is what one interaction says, in the lexical form of QTI: "A", "A B" for a
// pair, "12 40" for a point, "3.5" (or « 3,5 ») for a number. No value is no answer.
// A custom interaction may give a record: then Fields, and Values is empty.
type Response struct {
	Identifier string
	Values     []string
	Fields     []NamedText
}

// NamedText is one field of a record response.
type NamedText struct{ Name, Value string }

// Submission is one act of answering.
type Submission struct {
	Responses []Response
	// Seconds is the time spent on the exercise so far in this attempt.
	Seconds float64
}

// State is what an attempt carries from one submission to the next. The zero State is an
// attempt not yet begun.
type State struct {
	Attempts int     // submissions so far
	Status   string  // completionStatus: not_attempted, unknown, incomplete, completed
	Seconds  float64 // time spent so far
	Outcomes []Binding
}

// Binding is a variable with its value.
type Binding struct {
	Identifier string
	Value      program.Value
}

// Opening is an exercise before any answer.
type Opening struct {
	Templates []Binding // values drawn with the seed; nothing else may be shown of them than the tree prints
	Outcomes  []Binding
	Correct   []Binding // the key, after templates: for the corrigé only
	Defaults  []Binding // initial values of responses
	Shown     []string  // Refs of feedback shown from the start
}

// Result is an exercise after one submission.
type Result struct {
	State     State
	Outcomes  []Binding // every outcome, in declaration order, completionStatus included
	Responses []Binding // as understood
	Score     float64   // SCORE; the program's maximum where it is within 10⁻⁹ of that
	HasScore  bool      // false: SCORE is NULL or not declared
	Shown     []string  // Refs of the feedback that may now be shown, in document order
	Completed bool      // an adaptive exercise is over; always true for others
}

// Get is the value of identifier among bindings, NULL when absent.
func Get(bindings []Binding, identifier string) program.Value {
	for _, b := range bindings {
		if b.Identifier == identifier {
			return b.Value
		}
	}
	return program.Null()
}
