package program

// Program is one exercise as data. Lists are in document order; a variable is referred to
// by its index in Vars everywhere.
type Program struct {
	Identifier string
	Adaptive   bool // the pupil may submit again until completionStatus is "completed"
	Tolerance  Tolerance
	Vars       []Variable
	Template   []Rule // run once per attempt, with the seed
	Response   []Rule // run at each submission
	Outcome    []Rule // not in the standard for items; run after Response where present
	Feedback   []Feedback
	// Max is the score of a perfect answer; meaningless unless Scoreable.
	Max       float64
	Scoreable bool // the rules can set ScoreVar
	// ScoreVar is the index of the outcome that is the mark: SCORE, or the only outcome that
	// looks like it; -1 when there is none.
	ScoreVar int
	// Uncounted are the indexes of responses that end an attempt without its being counted: a
	// button for a hint (QTI 3.0.1, qti-end-attempt-interaction, count-attempt="false").
	Uncounted []int
}

// Kind is the role of a variable.
type Kind uint8

// The kinds. Numbers are part of the encoding: never renumbered.
const (
	Response Kind = iota + 1
	Outcome
	Template
	Context
)

// Names of the variables that every item session has (QTI 3.0.1 §2.8.2, §2.9.1).
const (
	NumAttempts      = "numAttempts"
	DurationVar      = "duration"
	CompletionStatus = "completionStatus"
	Score            = "SCORE"
	MaxScore         = "MAXSCORE"
)

// Variable is a declaration. Builtin ones are declared by the parser.
type Variable struct {
	Kind       Kind
	Identifier string
	Type       BaseType
	Card       Cardinality
	Default    Value
	Correct    Value // responses only: the declared key
	Mapping    *Mapping
	Area       *AreaMapping
	Lookup     *LookupTable // outcomes only
	// NormalMin and NormalMax bound an outcome as its author declares; nil where not.
	NormalMin, NormalMax *float64
	// External marks an outcome that a person sets, wholly or after the rules.
	External bool
	// Units are the words that may follow a typed number ("cm", "€"): read, then left out.
	Units []string
}

// Mapping turns scalars into numbers (qti-mapping).
type Mapping struct {
	Default float64
	Lower   *float64
	Upper   *float64
	Entries []MapEntry
}

// MapEntry is one line of a Mapping.
type MapEntry struct {
	Key           Scalar
	Value         float64
	CaseSensitive bool
}

// AreaMapping turns points into numbers (qti-area-mapping).
type AreaMapping struct {
	Default float64
	Lower   *float64
	Upper   *float64
	Entries []AreaEntry
}

// AreaEntry is one area with its worth.
type AreaEntry struct {
	Area  Area
	Value float64
}

// Shape is the form of an area.
type Shape uint8

// The shapes. Numbers are part of the encoding: never renumbered.
const (
	WholeArea Shape = iota // "default"
	Rect                   // left, top, right, bottom
	Circle                 // centre x, centre y, radius
	Poly                   // x1, y1, x2, y2, …
	Ellipse                // centre x, centre y, horizontal radius, vertical radius
)

// Area is a shape with its coordinates in pixels.
type Area struct {
	Shape  Shape
	Coords []float64
}

// LookupTable turns a number into a value (qti-match-table, qti-interpolation-table).
type LookupTable struct {
	Default      Value
	Interpolated bool // lines are thresholds, highest first; otherwise exact integers
	Lines        []LookupLine
}

// LookupLine is one line of a LookupTable.
type LookupLine struct {
	Source  float64
	Include bool // the threshold itself belongs to this line
	Target  Value
}

// Feedback is the condition of one feedback text: shown (or hidden) when the outcome
// holds, or contains, the identifier. The text itself is in package render under Ref.
type Feedback struct {
	Ref        string
	Var        int // index of the outcome, -1 when undeclared: then it holds nothing
	Identifier string
	Hide       bool // show-hide="hide": shown unless the outcome matches
	Modal      bool
}

// Find is the index of the variable called identifier, -1 when there is none.
func (p *Program) Find(identifier string) int {
	for i := range p.Vars {
		if p.Vars[i].Identifier == identifier {
			return i
		}
	}
	return -1
}
