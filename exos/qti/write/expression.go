package write

import (
	"strconv"
	"strings"

	"pupitre/exos/qti/program"
)

// operators are the elements of all operators.
var operators = map[program.Op]string{
	program.OpNull: "null", program.OpBaseValue: "base-value", program.OpVariable: "variable", program.OpDefault: "default",
	program.OpCorrect: "correct", program.OpMapResponse: "map-response", program.OpMapResponsePoint: "map-response-point",
	program.OpMapOutcome: "map-outcome", program.OpRandomInteger: "random-integer", program.OpRandomFloat: "random-float",
	program.OpMathConstant: "math-constant", program.OpMultiple: "multiple", program.OpOrdered: "ordered", program.OpRecord: "record",
	program.OpFieldOf: "field-value", program.OpContainerSize: "container-size", program.OpIsNull: "is-null", program.OpIndex: "index",
	program.OpFieldValue: "field-value", program.OpRandom: "random", program.OpMember: "member", program.OpDelete: "delete",
	program.OpContains: "contains", program.OpSubstring: "substring", program.OpNot: "not", program.OpAnd: "and", program.OpOr: "or",
	program.OpAnyN: "any-n", program.OpAtMost: "all-n", program.OpMatch: "match", program.OpStringMatch: "string-match",
	program.OpPatternMatch: "pattern-match", program.OpEqual: "equal", program.OpEqualRounded: "equal-rounded", program.OpInside: "inside",
	program.OpLT: "lt", program.OpGT: "gt", program.OpLTE: "lte", program.OpGTE: "gte", program.OpDurationLT: "duration-lt",
	program.OpDurationGTE: "duration-gte", program.OpSum: "sum", program.OpProduct: "product", program.OpSubtract: "subtract",
	program.OpDivide: "divide", program.OpPower: "power", program.OpIntegerDivide: "integer-divide", program.OpIntegerModulus: "integer-modulus",
	program.OpTruncate: "truncate", program.OpRound: "round", program.OpRoundTo: "round-to", program.OpIntegerToFloat: "integer-to-float",
	program.OpCustom: "custom-operator", program.OpGCD: "gcd", program.OpLCM: "lcm", program.OpMax: "max", program.OpMin: "min",
	program.OpMath: "math-operator", program.OpStats: "stats-operator", program.OpRepeat: "repeat", program.OpTestVariables: "test-variables",
	program.OpOutcomeMinimum: "outcome-minimum", program.OpOutcomeMaximum: "outcome-maximum", program.OpNumberCorrect: "number-correct",
	program.OpNumberIncorrect: "number-incorrect", program.OpNumberPresented: "number-presented", program.OpNumberResponded: "number-responded",
	program.OpNumberSelected: "number-selected",
}

func (w *writer) expr(x *program.Expr) {
	if x.Op == program.OpBaseValue {
		w.baseValue(x.Value)
		return
	}
	if names(x.Op) && x.Var < 0 && x.Set == nil {
		w.Empty("qti-null") // a variable that was never declared
		return
	}
	name := "qti-" + operators[x.Op]
	w.Open(name, w.attributes(x)...)
	for i := range x.Args {
		w.expr(&x.Args[i])
	}
	w.Close(name)
}

func (w *writer) baseValue(v program.Value) {
	if !v.Some || v.Card != program.Single {
		w.Empty("qti-base-value", "base-type", "string")
		return
	}
	w.Leaf("qti-base-value", v.One.Lexical(), "base-type", v.One.Type.String())
}

// names tells whether an operator names a variable.
func names(op program.Op) bool {
	switch op {
	case program.OpVariable, program.OpDefault, program.OpCorrect, program.OpMapResponse, program.OpMapResponsePoint, program.OpMapOutcome:
		return true
	}
	return false
}

// number is a number, or the name of the variable that holds it.
func (w *writer) number(x *program.Expr, i int) string {
	if i >= len(x.Nums) {
		return ""
	}
	if n := x.Nums[i]; n.Var >= 0 {
		return w.variable(n.Var)
	} else {
		return program.FormatNumber(n.Value)
	}
}

// attributes are what an operator has besides operands: the mirror of what parse reads.
func (w *writer) attributes(x *program.Expr) []string {
	has := func(f program.Flag) bool { return x.Flags&f != 0 }
	unless := func(b bool) string {
		if b {
			return ""
		}
		return "false"
	}
	switch x.Op {
	case program.OpRandomInteger:
		return []string{"min", w.number(x, 0), "max", w.number(x, 1), "step", w.number(x, 2)}
	case program.OpRandomFloat, program.OpAnyN:
		return []string{"min", w.number(x, 0), "max", w.number(x, 1)}
	case program.OpAtMost:
		return []string{"max", w.number(x, 0)}
	case program.OpMathConstant, program.OpMath, program.OpStats:
		return []string{"name", x.Text}
	case program.OpIndex:
		return []string{"n", w.number(x, 0)}
	case program.OpFieldValue, program.OpFieldOf:
		return []string{"field-identifier", x.Text}
	case program.OpSubstring:
		return []string{"case-sensitive", strconv.FormatBool(has(program.CaseSensitive)), "substring", yes(has(program.SubstringMatch), "")}
	case program.OpStringMatch:
		return []string{"case-sensitive", strconv.FormatBool(has(program.CaseSensitive)), "substring", yes(has(program.SubstringMatch), "")}
	case program.OpPatternMatch:
		text := x.Text
		if x.Var >= 0 {
			text = "{" + w.variable(x.Var) + "}"
		}
		return []string{"pattern", text, "case-sensitive", unless(has(program.CaseSensitive))}
	case program.OpEqual:
		return w.tolerance(x)
	case program.OpEqualRounded, program.OpRoundTo:
		mode := "decimalPlaces"
		if has(program.SignificantFigures) {
			mode = "significantFigures"
		}
		return []string{"rounding-mode", mode, "figures", w.number(x, 0)}
	case program.OpInside:
		if x.Area == nil {
			return nil
		}
		return area(x.Area)
	case program.OpRepeat:
		return []string{"number-repeats", w.number(x, 0)}
	case program.OpCustom:
		return []string{"class", x.Text, "delimiter", lexical(x.Value)}
	}
	if names(x.Op) {
		return w.reference(x)
	}
	return subset(x.Set)
}

func (w *writer) reference(x *program.Expr) []string {
	if x.Set != nil {
		return []string{"identifier", x.Set.Outcome, "weight-identifier", x.Set.Weight}
	}
	return []string{"identifier", w.variable(x.Var)}
}

func (w *writer) tolerance(x *program.Expr) []string {
	mode := ""
	switch {
	case x.Flags&program.AbsoluteTolerance != 0:
		mode = "absolute"
	case x.Flags&program.RelativeTolerance != 0:
		mode = "relative"
	default:
		return []string{"tolerance-mode", "exact"}
	}
	out := []string{"tolerance-mode", mode, "tolerance", strings.TrimSpace(w.number(x, 0) + " " + w.number(x, 1))}
	if x.Flags&program.ExcludeLower != 0 {
		out = append(out, "include-lower-bound", "false")
	}
	if x.Flags&program.ExcludeUpper != 0 {
		out = append(out, "include-upper-bound", "false")
	}
	return out
}

// subset is the items of a test that an operator looks at.
func subset(s *program.Subset) []string {
	if s == nil {
		return nil
	}
	return []string{
		"section-identifier", s.Section, "include-category", strings.Join(s.Include, " "), "exclude-category", strings.Join(s.Exclude, " "),
		"variable-identifier", s.Outcome, "weight-identifier", s.Weight, "base-type", s.Type.String(),
	}
}
