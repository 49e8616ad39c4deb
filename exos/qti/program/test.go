package program

// Test is the frame around exercises as data: parts, sections, draws, time, totals
// (qti-assessment-test). Items are referred to by identifier.
type Test struct {
	Identifier string
	Title      string
	Vars       []Variable // outcomes of the test
	Outcome    []Rule
	Parts      []Part
	Limits     TimeLimits
	Feedback   []TestFeedback
}

// Part is a test part; submission is item by item unless Simultaneous.
type Part struct {
	Identifier   string
	NonLinear    bool
	Simultaneous bool
	Pre          []Expr
	Branches     []Branching
	Control      Control
	Limits       TimeLimits
	Sections     []Section
}

// Section is an ordered list of items and sections.
type Section struct {
	Identifier string
	Title      string
	Visible    bool
	Required   bool
	Fixed      bool
	KeepApart  bool // keep-together="false": its members mix with the parent's when shuffled
	Pre        []Expr
	Branches   []Branching
	Control    Control
	Limits     TimeLimits
	Select     int // number of members drawn; 0: all
	Replace    bool
	Shuffle    bool
	Members    []Member
}

// Member is an item or a section inside a section.
type Member struct {
	Item    *ItemRef
	Section *Section
}

// ItemRef is an item's place in a test.
type ItemRef struct {
	Identifier string
	Href       string
	Categories []string
	Weights    []Weight
	Required   bool
	Fixed      bool
	Pre        []Expr
	Branches   []Branching
	Control    Control
	Limits     TimeLimits
	Renames    []Rename
	Defaults   []Default
}

// Weight multiplies an item's score where a rule asks for it.
type Weight struct {
	Identifier string
	Value      float64
}

// Rename gives an item's variable another name in the test (qti-variable-mapping).
type Rename struct{ Source, Target string }

// Default replaces the default of an item's template variable (qti-template-default).
type Default struct {
	Template string
	Expr     Expr
}

// Branching jumps to Target when If is true; Target is an identifier of the same level,
// EXIT_TEST, EXIT_TESTPART or EXIT_SECTION.
type Branching struct {
	Target string
	If     Expr
}

// Control is the item session control; nil fields are inherited.
type Control struct {
	MaxAttempts    *int // 0: no bound
	ShowFeedback   *bool
	AllowReview    *bool
	ShowSolution   *bool
	AllowComment   *bool
	AllowSkipping  *bool
	ValidateAnswer *bool
}

// TimeLimits are in seconds; 0 is none.
type TimeLimits struct {
	Min, Max  float64
	AllowLate bool
}

// TestFeedback is the condition of one text shown about the whole test.
type TestFeedback struct {
	Ref        string
	Var        int
	Identifier string
	Hide       bool
	AtEnd      bool // access="atEnd"; otherwise during
	Part       string
}
