package moodle

import (
	"strings"

	"pupitre/exos/qti/program"
	"pupitre/exos/qti/quill"
)

// formula turns a formula of Moodle's (https://docs.moodle.org/en/Calculated_question_type#Available_functions) into an expression of
// QTI, in XML; false where it has none. Variables are the item's, by Moodle's names.
func formula(text string, variables map[string]string) (string, bool) {
	f := &formulaReader{rest: text, variables: variables}
	x := f.sum(0)
	f.blank()
	return x, !f.failed && f.rest == "" && len(x) < 100_000
}

// formulaReader reads by descent; what it makes is written as it is read.
type formulaReader struct {
	rest      string
	variables map[string]string
	failed    bool
}

// deepest is how far parentheses may be nested.
const deepest = 50

func (f *formulaReader) blank() { f.rest = strings.TrimLeft(f.rest, " \t\r\n") }

// next takes the sign if it stands here.
func (f *formulaReader) next(sign string) bool {
	f.blank()
	if rest, ok := strings.CutPrefix(f.rest, sign); ok {
		f.rest = rest
		return true
	}
	return false
}

func (f *formulaReader) fail() string {
	f.failed, f.rest = true, ""
	return ""
}

func operation(name string, operands ...string) string {
	return "<qti-" + name + ">" + strings.Join(operands, "") + "</qti-" + name + ">"
}

func mathematics(name string, operands ...string) string {
	return `<qti-math-operator name="` + name + `">` + strings.Join(operands, "") + "</qti-math-operator>"
}

func constant(f float64) string {
	var q quill.Quill
	q.Leaf("qti-base-value", program.FormatNumber(f), "base-type", "float")
	return q.String()
}

func (f *formulaReader) sum(depth int) string {
	x := f.product(depth)
	for !f.failed {
		switch {
		case f.next("+"):
			x = operation("sum", x, f.product(depth))
		case f.next("-"):
			x = operation("subtract", x, f.product(depth))
		default:
			return x
		}
	}
	return ""
}

func (f *formulaReader) product(depth int) string {
	x := f.signed(depth)
	for !f.failed {
		switch {
		case f.next("**"):
			return f.fail() // Moodle has pow()
		case f.next("*"):
			x = operation("product", x, f.signed(depth))
		case f.next("/"):
			x = operation("divide", x, f.signed(depth))
		case f.next("%"):
			x = operation("integer-modulus", x, f.signed(depth))
		default:
			return x
		}
	}
	return ""
}

func (f *formulaReader) signed(depth int) string {
	if f.next("-") {
		if depth > deepest {
			return f.fail()
		}
		return operation("product", constant(-1), f.signed(depth+1))
	}
	f.next("+")
	return f.value(depth)
}

// value is a number, a variable, a call or something in parentheses.
func (f *formulaReader) value(depth int) string {
	if f.blank(); depth > deepest || f.rest == "" {
		return f.fail()
	}
	switch c := f.rest[0]; {
	case f.next("("):
		x := f.sum(depth + 1)
		if !f.next(")") {
			return f.fail()
		}
		return x
	case f.next("{"):
		name, rest, ok := strings.Cut(f.rest, "}")
		variable := f.variables[strings.TrimSpace(name)]
		if !ok || variable == "" {
			return f.fail()
		}
		f.rest = rest
		var q quill.Quill
		q.Empty("qti-variable", "identifier", variable)
		return q.String()
	case c >= '0' && c <= '9' || c == '.':
		return f.number()
	case c >= 'a' && c <= 'z':
		return f.call(depth)
	}
	return f.fail()
}

func (f *formulaReader) number() string {
	end := 0
	for end < len(f.rest) {
		c := f.rest[end]
		exponentSign := (c == '-' || c == '+') && end > 0 && (f.rest[end-1] == 'e' || f.rest[end-1] == 'E')
		if !(c >= '0' && c <= '9' || c == '.' || c == 'e' || c == 'E' || exponentSign) {
			break
		}
		end++
	}
	n, ok := program.ParseNumber(f.rest[:end])
	if !ok {
		return f.fail()
	}
	f.rest = f.rest[end:]
	return constant(n)
}

// functions of one argument that QTI has by the same name, or by another.
var functions = map[string]string{
	"sin": "sin", "cos": "cos", "tan": "tan", "asin": "asin", "acos": "acos", "atan": "atan", "sinh": "sinh", "cosh": "cosh", "tanh": "tanh",
	"exp": "exp", "log": "ln", "log10": "log", "abs": "abs", "floor": "floor", "ceil": "ceil", "deg2rad": "toRadians", "rad2deg": "toDegrees",
}

func (f *formulaReader) call(depth int) string {
	end := 0
	for end < len(f.rest) && (f.rest[end] >= 'a' && f.rest[end] <= 'z' || f.rest[end] >= '0' && f.rest[end] <= '9') {
		end++
	}
	name := f.rest[:end]
	f.rest = f.rest[end:]
	if !f.next("(") {
		return f.fail()
	}
	var args []string
	for !f.failed && !f.next(")") {
		if len(args) > 0 && !f.next(",") {
			return f.fail()
		}
		args = append(args, f.sum(depth+1))
	}
	if f.failed {
		return ""
	}
	switch {
	case name == "pi" && len(args) == 0:
		return `<qti-math-constant name="pi"/>`
	case functions[name] != "" && len(args) == 1:
		return mathematics(functions[name], args[0])
	case name == "sqrt" && len(args) == 1:
		return operation("power", args[0], constant(0.5))
	case name == "pow" && len(args) == 2:
		return operation("power", args...)
	case name == "atan2" && len(args) == 2:
		return mathematics("atan2", args...)
	case name == "log" && len(args) == 2:
		return operation("divide", mathematics("ln", args[0]), mathematics("ln", args[1]))
	case (name == "min" || name == "max") && len(args) > 0:
		return operation(name, args...)
	case name == "round" && len(args) == 1:
		return `<qti-round-to rounding-mode="decimalPlaces" figures="0">` + args[0] + "</qti-round-to>"
	case name == "round" && len(args) == 2:
		return f.rounded(args[0], args[1])
	}
	return f.fail()
}

// rounded takes a number of places that is written, not computed.
func (f *formulaReader) rounded(x, places string) string {
	for n := range 15 {
		if places == constant(float64(n)) {
			var q quill.Quill
			q.Open("qti-round-to", "rounding-mode", "decimalPlaces", "figures", program.FormatNumber(float64(n)))
			q.Raw(x)
			q.Close("qti-round-to")
			return q.String()
		}
	}
	return f.fail()
}
