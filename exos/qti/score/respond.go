package score

import (
	"math"
	"strings"

	"pupitre/exos/qti/program"
)

// respond reads a submitted response into the variable's type. What is not of the type
// counts as no answer: the pupil typed letters where a number was asked.
func respond(v *program.Variable, r Response, tolerance program.Tolerance) program.Value {
	switch v.Card {
	case program.Record:
		return respondRecord(r)
	case program.Single:
		for _, text := range r.Values {
			if s, ok := respondScalar(v, text, tolerance); ok {
				return program.Of(s)
			}
		}
		return program.Null()
	}
	items := make([]program.Scalar, 0, len(r.Values))
	for _, text := range r.Values {
		if s, ok := respondScalar(v, text, tolerance); ok && program.Of(s).Some {
			items = append(items, s)
		}
	}
	return program.Container(v.Card, items)
}

// respondScalar reads one text; numbers may bring their unit, or be fractions, where the
// exercise allows that.
func respondScalar(v *program.Variable, text string, tolerance program.Tolerance) (program.Scalar, bool) {
	if v.Type != program.Float && v.Type != program.Integer {
		return program.ParseScalar(v.Type, text)
	}
	text = strings.TrimFunc(text, isSpace)
	for _, unit := range v.Units {
		if rest, ok := strings.CutSuffix(text, unit); ok {
			text = strings.TrimFunc(rest, isSpace)
			break
		}
	}
	over, under, isFraction := strings.Cut(text, "/")
	if isFraction && v.Type == program.Float && tolerance&program.Fractions != 0 {
		a, okA := program.ParseNumber(over)
		b, okB := program.ParseNumber(under)
		return program.Scalar{Type: v.Type, Float: a / b}, okA && okB && b != 0
	}
	return program.ParseScalar(v.Type, text)
}

// respondRecord makes the record that a text-entry gives for a number (QTI 3.0.1
// §3.2.19), or keeps the fields of a custom interaction.
func respondRecord(r Response) program.Value {
	if len(r.Fields) > 0 || len(r.Values) == 0 {
		fields := make([]program.Field, 0, len(r.Fields))
		for _, f := range r.Fields {
			fields = append(fields, program.Field{Name: f.Name, Value: guess(f.Value)})
		}
		return program.RecordOf(fields)
	}
	text := strings.TrimSpace(r.Values[0])
	if text == "" {
		return program.Value{Card: program.Record}
	}
	fields := []program.Field{{Name: "stringValue", Value: program.Scalar{Type: program.String, Text: text}}}
	f, ok := program.ParseNumber(text)
	if !ok {
		return program.RecordOf(fields)
	}
	add := func(name string, n int) {
		fields = append(fields, program.Field{Name: name, Value: program.Scalar{Type: program.Integer, Int: int64(n)}})
	}
	fields = append(fields, program.Field{Name: "floatValue", Value: program.Scalar{Type: program.Float, Float: f}})
	d := digitsOf(text)
	if f == math.Floor(f) && math.Abs(f) < 1<<53 && d.right == 0 && !d.hasExponent {
		add("integerValue", int(f))
	}
	add("leftDigits", d.left)
	add("rightDigits", d.right)
	add("ndp", d.right)
	add("nsf", d.significant)
	if d.hasExponent {
		add("exponent", d.exponent)
	}
	return program.RecordOf(fields)
}

// digits counts what the standard wants to know about a typed number.
type digits struct {
	left, right, significant int
	exponent                 int
	hasExponent              bool
}

func digitsOf(text string) digits {
	var d digits
	point, sign := false, 1
	for _, r := range text {
		switch {
		case r == 'e' || r == 'E':
			d.hasExponent = true
		case d.hasExponent && r == '-':
			sign = -1
		case r == '.' || r == ',':
			point = true
		case r < '0' || r > '9':
		case d.hasExponent:
			d.exponent = min(d.exponent*10+int(r-'0'), 9999)
		default:
			if point {
				d.right++
			} else {
				d.left++
			}
			if r != '0' || d.significant > 0 {
				d.significant++
			}
		}
	}
	d.exponent *= sign
	return d
}

// guess types a field of a custom interaction by its look.
func guess(text string) program.Scalar {
	if s, ok := program.ParseScalar(program.Integer, text); ok {
		return s
	}
	if s, ok := program.ParseScalar(program.Float, text); ok {
		return s
	}
	if text == "true" || text == "false" {
		s, _ := program.ParseScalar(program.Boolean, text)
		return s
	}
	return program.Scalar{Type: program.String, Text: text}
}
