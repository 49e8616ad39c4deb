package program

// RuleOp is what a rule does.
type RuleOp uint8

// The rules of response, template and outcome processing. Never renumbered.
const (
	// SetValue puts Expr into Var: setOutcomeValue, setTemplateValue, setResponseValue.
	SetValue RuleOp = iota + 1
	// Condition runs the first Branch whose If is true.
	Condition
	// LookupOutcome puts Expr, through Var's table, into Var.
	LookupOutcome
	// Exit ends the processing: exitResponse, exitTemplate, exitTest.
	Exit
	// SetCorrect makes Expr the key of the response Var.
	SetCorrect
	// SetDefault makes Expr the default of Var; without Expr, Var goes back to its default.
	SetDefault
	// Constraint draws all template variables again while Expr is not true.
	Constraint
)

// Rule is one step of a processing.
type Rule struct {
	Op       RuleOp
	Var      int
	Expr     *Expr
	Branches []Branch
}

// Branch is one arm of a condition; If is nil in an else.
type Branch struct {
	If    *Expr
	Rules []Rule
}

// Expr is a node of an expression tree. Which fields count depends on Op.
type Expr struct {
	Op    Op
	Var   int      // OpVariable, OpDefault, OpCorrect, OpMapResponse…: index, -1 when undeclared
	Args  []Expr   // operands
	Value Value    // OpBaseValue
	Text  string   // field, function, statistic, pattern, unit of an operator
	Nums  []Number // numeric attributes, in the order that the operator's comment states
	Flags Flag
	Area  *Area   // OpInside
	Set   *Subset // operators over the items of a test
}

// Number is an attribute that is a number or the name of a variable.
type Number struct {
	Value float64
	Var   int // -1: Value counts
}

// Literal is a Number that is not a variable.
func Literal(f float64) Number { return Number{Value: f, Var: -1} }

// Flag is a yes-or-no attribute of an operator.
type Flag uint8

// The flags. Bits are part of the encoding: never renumbered.
const (
	CaseSensitive Flag = 1 << iota
	SubstringMatch
	ExcludeLower
	ExcludeUpper
	SignificantFigures
	RelativeTolerance
	AbsoluteTolerance
)

// Subset selects items of a test (QTI 3.0.1 §3.5.9, "sub-set of items").
type Subset struct {
	Section string
	Include []string
	Exclude []string
	Outcome string // the item variable looked at
	Weight  string
	Type    BaseType
}
