package parse

import (
	"strconv"
	"strings"

	"pupitre/exos/qti/pattern"
	"pupitre/exos/qti/program"
	"pupitre/exos/qti/report"
	"pupitre/exos/qti/score"
)

func itoa(n int) string { return strconv.Itoa(n) }

// operator says how to read an expression element: its operator and how many operands.
type operator struct {
	op          program.Op
	least, most int // operands; most -1: any number
	extension   bool
}

var operators = map[string]operator{
	"null":               {op: program.OpNull},
	"base-value":         {op: program.OpBaseValue},
	"variable":           {op: program.OpVariable},
	"default":            {op: program.OpDefault},
	"correct":            {op: program.OpCorrect},
	"map-response":       {op: program.OpMapResponse},
	"map-response-point": {op: program.OpMapResponsePoint},
	"map-outcome":        {op: program.OpMapOutcome, extension: true},
	"random-integer":     {op: program.OpRandomInteger},
	"random-float":       {op: program.OpRandomFloat},
	"math-constant":      {op: program.OpMathConstant},
	"multiple":           {op: program.OpMultiple, most: -1},
	"ordered":            {op: program.OpOrdered, most: -1},
	"record":             {op: program.OpRecord, most: -1, extension: true},
	"container-size":     {op: program.OpContainerSize, least: 1, most: 1},
	"is-null":            {op: program.OpIsNull, least: 1, most: 1},
	"is-not-null":        {op: program.OpNot, least: 1, most: 1, extension: true},
	"index":              {op: program.OpIndex, least: 1, most: 2},
	"field-value":        {op: program.OpFieldValue, least: 1, most: 1},
	"random":             {op: program.OpRandom, least: 1, most: 1},
	"member":             {op: program.OpMember, least: 2, most: 2},
	"delete":             {op: program.OpDelete, least: 2, most: 2},
	"contains":           {op: program.OpContains, least: 2, most: 2},
	"substring":          {op: program.OpSubstring, least: 2, most: 2},
	"not":                {op: program.OpNot, least: 1, most: 1},
	"and":                {op: program.OpAnd, least: 1, most: -1},
	"or":                 {op: program.OpOr, least: 1, most: -1},
	"any-n":              {op: program.OpAnyN, least: 1, most: -1},
	"all-n":              {op: program.OpAtMost, least: 1, most: -1, extension: true},
	"match":              {op: program.OpMatch, least: 2, most: 2},
	"string-match":       {op: program.OpStringMatch, least: 2, most: 2},
	"pattern-match":      {op: program.OpPatternMatch, least: 1, most: 2},
	"equal":              {op: program.OpEqual, least: 2, most: 2},
	"not-equal":          {op: program.OpNot, least: 2, most: 2, extension: true},
	"equal-rounded":      {op: program.OpEqualRounded, least: 2, most: 2},
	"inside":             {op: program.OpInside, least: 1, most: 1},
	"lt":                 {op: program.OpLT, least: 2, most: 2},
	"gt":                 {op: program.OpGT, least: 2, most: 2},
	"lte":                {op: program.OpLTE, least: 2, most: 2},
	"gte":                {op: program.OpGTE, least: 2, most: 2},
	"duration-lt":        {op: program.OpDurationLT, least: 2, most: 2},
	"duration-gte":       {op: program.OpDurationGTE, least: 2, most: 2},
	"sum":                {op: program.OpSum, least: 1, most: -1},
	"product":            {op: program.OpProduct, least: 1, most: -1},
	"subtract":           {op: program.OpSubtract, least: 2, most: 2},
	"divide":             {op: program.OpDivide, least: 2, most: 2},
	"power":              {op: program.OpPower, least: 2, most: 2},
	"integer-divide":     {op: program.OpIntegerDivide, least: 2, most: 2},
	"integer-modulus":    {op: program.OpIntegerModulus, least: 2, most: 2},
	"truncate":           {op: program.OpTruncate, least: 1, most: 1},
	"round":              {op: program.OpRound, least: 1, most: 1},
	"round-to":           {op: program.OpRoundTo, least: 1, most: 1},
	"integer-to-float":   {op: program.OpIntegerToFloat, least: 1, most: 1},
	"custom-operator":    {op: program.OpCustom, most: -1},
	"gcd":                {op: program.OpGCD, least: 1, most: -1},
	"lcm":                {op: program.OpLCM, least: 1, most: -1},
	"max":                {op: program.OpMax, least: 1, most: -1},
	"min":                {op: program.OpMin, least: 1, most: -1},
	"math-operator":      {op: program.OpMath, least: 1, most: 2},
	"stats-operator":     {op: program.OpStats, least: 1, most: 1},
	"mean":               {op: program.OpStats, least: 1, most: 1, extension: true}, // the five by their own names, as some engines have them
	"sample-variance":    {op: program.OpStats, least: 1, most: 1, extension: true},
	"sample-sd":          {op: program.OpStats, least: 1, most: 1, extension: true},
	"pop-variance":       {op: program.OpStats, least: 1, most: 1, extension: true},
	"pop-sd":             {op: program.OpStats, least: 1, most: 1, extension: true},
	"repeat":             {op: program.OpRepeat, least: 1, most: -1},
	"test-variables":     {op: program.OpTestVariables},
	"outcome-minimum":    {op: program.OpOutcomeMinimum},
	"outcome-maximum":    {op: program.OpOutcomeMaximum},
	"number-correct":     {op: program.OpNumberCorrect},
	"number-incorrect":   {op: program.OpNumberIncorrect},
	"number-presented":   {op: program.OpNumberPresented},
	"number-responded":   {op: program.OpNumberResponded},
	"number-selected":    {op: program.OpNumberSelected},
}

// expr reads one expression; what cannot be read is NULL, with a finding.
func (b *builder) expr(e *element) program.Expr {
	null := program.Expr{Op: program.OpNull, Var: -1}
	o, ok := operators[e.name]
	if !ok || !e.qti {
		b.unrun = true
		b.aside(report.OperatorUnknown, e)
		return null
	}
	b.ex.Operators = report.Tally(b.ex.Operators, "qti-"+e.name)
	if o.extension {
		b.note(report.OperatorExtension, e)
	}
	x := program.Expr{Op: o.op, Var: -1}
	children := e.children()
	if n := len(children); n < o.least || o.most >= 0 && n > o.most {
		b.warn(report.OperandCount, e, "got", itoa(n), "want", itoa(o.least))
	}
	if x.Op == program.OpRecord {
		x.Args = b.fields(children)
		return x
	}
	for _, c := range children {
		x.Args = append(x.Args, b.expr(c))
	}
	b.attributes(&x, e)
	return b.rewritten(x, e)
}

// rewritten expresses operators that have none of their own by those that have.
func (b *builder) rewritten(x program.Expr, e *element) program.Expr {
	inner := program.Op(0)
	switch e.name {
	case "match", "string-match":
		return b.orOthers(x)
	case "is-not-null":
		inner = program.OpIsNull
	case "not-equal":
		inner = program.OpEqual
	default:
		return x
	}
	x.Op = inner
	return program.Expr{Op: program.OpNot, Var: -1, Args: []program.Expr{x}}
}

// orOthers lets a comparison of a response with its key hold for any further key: some tools
// declare all that is right, whatever the response holds.
func (b *builder) orOthers(x program.Expr) program.Expr {
	if len(x.Args) != 2 {
		return x
	}
	given, key := x.Args[0], x.Args[1]
	if given.Op == program.OpCorrect {
		given, key = key, given
	}
	if given.Op != program.OpVariable || key.Op != program.OpCorrect || given.Var != key.Var || key.Var < 0 {
		return x
	}
	others := b.others[b.p.Vars[key.Var].Identifier]
	if len(others) == 0 {
		return x
	}
	any := program.Expr{Op: program.OpOr, Var: -1, Args: []program.Expr{x}}
	for _, s := range others {
		same := x
		same.Args = []program.Expr{given, {Op: program.OpBaseValue, Var: -1, Value: program.Of(s)}}
		any.Args = append(any.Args, same)
	}
	return any
}

// fields reads the field-value children of a record constructor.
func (b *builder) fields(children []*element) []program.Expr {
	var out []program.Expr
	for _, c := range children {
		field := program.Expr{Op: program.OpFieldOf, Var: -1, Text: c.attr("field-identifier")}
		if field.Text == "" {
			field.Text = c.attr("identifier")
		}
		for _, v := range c.children() {
			field.Args = append(field.Args, b.expr(v))
		}
		out = append(out, field)
	}
	return out
}

// attributes reads what an operator has besides operands.
func (b *builder) attributes(x *program.Expr, e *element) {
	switch x.Op {
	case program.OpBaseValue:
		b.baseValue(x, e)
	case program.OpVariable, program.OpDefault, program.OpCorrect, program.OpMapResponse, program.OpMapResponsePoint,
		program.OpMapOutcome:
		b.reference(x, e)
	case program.OpRandomInteger:
		x.Nums = []program.Number{b.number(e, "min", 0), b.number(e, "max", 0), b.number(e, "step", 1)}
	case program.OpRandomFloat:
		x.Nums = []program.Number{b.number(e, "min", 0), b.number(e, "max", 1)}
	case program.OpMathConstant:
		x.Text = e.attr("name")
	case program.OpIndex:
		if _, ok := e.lookup("n"); ok {
			x.Nums = []program.Number{b.number(e, "n", 1)}
		}
	case program.OpFieldValue:
		x.Text = e.attr("field-identifier")
	case program.OpAnyN:
		x.Nums = []program.Number{b.number(e, "min", 0), b.number(e, "max", float64(len(x.Args)))}
	case program.OpAtMost:
		x.Nums = []program.Number{b.number(e, "max", float64(len(x.Args)))}
	case program.OpSubstring, program.OpStringMatch:
		x.Flags = flagIf(e.attr("case-sensitive") != "false", program.CaseSensitive) |
			flagIf(e.yes("substring"), program.SubstringMatch)
	case program.OpPatternMatch:
		b.patternOf(x, e)
	case program.OpEqual:
		b.tolerance(x, e)
	case program.OpEqualRounded, program.OpRoundTo:
		x.Flags = flagIf(e.attr("rounding-mode") != "decimalPlaces", program.SignificantFigures)
		if _, ok := e.lookup("figures"); ok || len(x.Args) < 2 || x.Op == program.OpEqualRounded {
			x.Nums = []program.Number{b.number(e, "figures", 3)}
		}
	case program.OpInside:
		x.Area, _ = b.area(e)
	case program.OpRepeat:
		x.Nums = []program.Number{b.number(e, "number-repeats", 1)}
	case program.OpMath, program.OpStats:
		b.function(x, e)
	case program.OpCustom:
		b.custom(x, e)
	default:
		if x.Op >= program.OpTestVariables {
			b.subset(x, e)
		}
	}
}

func flagIf(yes bool, f program.Flag) program.Flag {
	if yes {
		return f
	}
	return 0
}

func (b *builder) baseValue(x *program.Expr, e *element) {
	t, ok := program.TypeNamed(e.attr("base-type"))
	if !ok {
		b.warn(report.DeclarationInvalid, e, "attribute", "base-type", "value", e.attr("base-type"))
		t = program.String
	}
	text := e.text()
	if strings.TrimSpace(text) == "" {
		return // NULL
	}
	x.Value = b.literal(e, t, text)
}

// reference finds the variable that e names; an undeclared one is NULL.
func (b *builder) reference(x *program.Expr, e *element) {
	identifier := e.attr("identifier")
	x.Var = b.find(identifier)
	if x.Var < 0 && !b.root.is("assessment-item") {
		// "ITEM.VARIABLE": a variable of an item of the test.
		x.Set = &program.Subset{Outcome: identifier, Weight: e.attr("weight-identifier")}
		return
	}
	if x.Var < 0 {
		b.warn(report.VariableUndeclared, e, "identifier", identifier)
		return
	}
	b.needMapping(x.Op, x.Var, e)
}

// number reads an attribute that is a number or names a variable ("N", "{N}").
func (b *builder) number(e *element, name string, fallback float64) program.Number {
	text, ok := e.lookup(name)
	if !ok || text == "" {
		return program.Literal(fallback)
	}
	return b.numberOf(e, text, fallback)
}

func (b *builder) numberOf(e *element, text string, fallback float64) program.Number {
	if f, ok := program.ParseNumber(text); ok {
		return program.Literal(f)
	}
	identifier := strings.Trim(text, "{}$ ")
	if i := b.p.Find(identifier); i >= 0 {
		return program.Number{Var: i}
	}
	b.warn(report.VariableUndeclared, e, "identifier", clip(identifier))
	return program.Literal(fallback)
}

func (b *builder) tolerance(x *program.Expr, e *element) {
	switch e.attr("tolerance-mode") {
	case "absolute":
		x.Flags = program.AbsoluteTolerance
	case "relative":
		x.Flags = program.RelativeTolerance
	default:
		return
	}
	x.Flags |= flagIf(e.attr("include-lower-bound") == "false", program.ExcludeLower) |
		flagIf(e.attr("include-upper-bound") == "false", program.ExcludeUpper)
	for _, word := range e.tokens("tolerance") {
		x.Nums = append(x.Nums, b.numberOf(e, word, 0))
	}
	if len(x.Nums) == 0 {
		b.warn(report.ValueInvalid, e, "value", "", "type", "tolerance")
		x.Nums = []program.Number{program.Literal(0)}
	}
}

// patternOf reads the pattern and tries it, so that a bad one is known at import.
func (b *builder) patternOf(x *program.Expr, e *element) {
	x.Flags = flagIf(e.attr("case-sensitive") != "false", program.CaseSensitive)
	source, ok := e.lookup("pattern")
	switch {
	case !ok && len(e.children()) == 2:
		b.note(report.OperatorExtension, e)
		if c := e.children()[1]; c.is("base-value") {
			source, ok = c.text(), true
		}
	case strings.HasPrefix(source, "{") || b.p.Find(source) >= 0:
		if x.Var = b.p.Find(strings.Trim(source, "{}")); x.Var >= 0 {
			return
		}
	default:
		x.Text = source
	}
	if !ok {
		return
	}
	if _, err := pattern.Compile(source, false); err != nil {
		b.unrun = true
		b.aside(report.PatternUnsupported, e, "pattern", clip(source), "reason", err.Error())
	}
}

var statistics = map[string]bool{"mean": true, "sampleVariance": true, "sampleSD": true, "popVariance": true, "popSD": true}

// ownNames are the statistics that stand as elements of their own.
var ownNames = map[string]string{
	"mean": "mean", "sample-variance": "sampleVariance", "sample-sd": "sampleSD", "pop-variance": "popVariance", "pop-sd": "popSD",
}

func (b *builder) function(x *program.Expr, e *element) {
	x.Text = e.attr("name")
	if own, ok := ownNames[e.name]; ok {
		x.Text = own
	}
	known := statistics[x.Text]
	if x.Op == program.OpMath {
		known = score.KnownFunction(x.Text)
	}
	if !known {
		b.unrun = true
		b.aside(report.OperatorUnknown, e, "name", x.Text)
	}
}

// subset reads the selection of items of a test operator.
func (b *builder) subset(x *program.Expr, e *element) {
	x.Set = &program.Subset{
		Section: e.attr("section-identifier"), Include: e.tokens("include-category"), Exclude: e.tokens("exclude-category"),
		Outcome: e.attr("variable-identifier"), Weight: e.attr("weight-identifier"),
	}
	if x.Set.Outcome == "" {
		x.Set.Outcome = e.attr("outcome-identifier")
	}
	x.Set.Type, _ = program.TypeNamed(e.attr("base-type"))
	if b.root.is("assessment-item") {
		b.aside(report.OperatorTestOnly, e)
	}
}
