package question

import "pupitre/exos/qti/markup"

// Set (« fichier de questions ») is a file of questions, in its order.
type Set struct {
	Questions []Question
	Files     map[string][]byte // that the questions show, by path
}

// File finds a file of the set by its path.
func (s *Set) File(path string) ([]byte, bool) {
	data, ok := s.Files[path]
	return data, ok
}

// Question (« question ») is one question, whatever the format that it came in.
type Question struct {
	Line       int      // in its file
	Category   []string // path of the category that it stands in
	Identifier string   // that its author gave it, where there is one
	Name       string
	Text       markup.Text // with markup.Mark(i) where Parts[i] stands; a part without a mark stands below
	Parts      []Part
	Grade      float64 // what a perfect answer is worth

	General, Correct, Partial, Incorrect markup.Text // said after an answer: to any, to the right one…
	Hints                                []markup.Text
	Notes                                markup.Text // for whoever marks it
	Draws                                []Draw      // numbers that differ from pupil to pupil
	Skills                               []string    `json:",omitempty"` // what it trains
}

// Kind is what the pupil does at a part.
type Kind uint8

// The kinds.
const (
	Choose Kind = iota + 1 // one of the answers, or several
	Select                 // one of the answers, from a list inside the text
	Type                   // words
	Number                 // a number
	Match                  // for each stem one of the answers
	Words                  // for each gap of the text one of the answers, moved there
	Order                  // the answers into their order
	Place                  // for each spot of a picture one of the answers, moved there
	Essay                  // a long text, that a person marks
)

// Part is a place where the pupil acts.
type Part struct {
	Kind      Kind
	Weight    float64 // against the other parts
	Answers   []Answer
	Multiple  bool // several answers may be chosen
	TrueFalse bool // the answers are true and false, in this order
	Shuffle   bool
	Case      bool     // capitals matter
	Exact     bool     // Order: all right or nothing
	Units     []string // that may follow a number
	Liberties string   // Type, Number: what else than to the letter counts, by the names of program.Tolerance; "" for what the language tolerates
	Lines     int      // Essay: how long
	Prefill   string   // Essay: what stands there at first
	Stems     []Stem   // Match, Words, Place
	Picture   string   // Place: path of the picture
	Width     int      // …and its size in pixels
	Height    int
}

// Answer is one of the answers that the author foresaw.
type Answer struct {
	Text     markup.Text // Type: words in which « * » is anything
	Fraction float64
	Feedback markup.Text
	Range    Range     // Number
	Computed *Computed // Number, where it depends on Draws; then instead of Range
	Group    string    // Words, Place: goes only into gaps of this group
	Picture  string    // Place: path of the picture that is moved
	Reuse    bool      // Words, Place: any number of times
}

// Stem is what an answer belongs to: the left side of a pair, a gap in the text, a spot of a picture.
type Stem struct {
	Text   markup.Text // Match
	Answer int         // index of the right one
	Group  string
	Shape  string // Place: rect, circle, poly
	Coords string
}

// Computed is a number that depends on what was drawn.
type Computed struct {
	Formula string // QTI expression, written by a quill
	Margin  float64
	Mode    MarginMode
	Decimal int // places of the number shown as the key; -1: all
}

// MarginMode says what a margin is of.
type MarginMode uint8

// The modes, by Moodle's numbers (https://docs.moodle.org/en/Calculated_question_type).
const (
	Relative  MarginMode = 1 // of the number itself
	Nominal   MarginMode = 2 // added and taken away
	Geometric MarginMode = 3 // 1 + margin times as much or as little
)

// Draw is a number that differs from pupil to pupil. In a text, markup.Mark(len(Parts)+k) prints Draws[k].
type Draw struct {
	Name    string    // a name that QTI takes
	Values  []float64 // of which one is drawn, in all draws the one at the same place
	Formula string    // or computed: a QTI expression, written by a quill
}
