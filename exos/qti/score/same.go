package score

import (
	"strings"

	"pupitre/exos/qti/program"
)

// sameScalar is the equality of qti-match on two scalars. Numbers compare by value
// whatever their type; texts within the exercise's tolerance; a pair has no direction.
// Two types that cannot be compared are different.
func sameScalar(a, b program.Scalar, tolerance program.Tolerance) bool {
	switch {
	case a.Numeric() && b.Numeric():
		if a.Type == program.Integer && b.Type == program.Integer {
			return a.Int == b.Int
		}
		return a.Number() == b.Number()
	case isText(a.Type) && isText(b.Type):
		if a.Type != program.String && b.Type != program.String {
			tolerance = 0 // identifiers are not typed by anybody
		}
		return sameText(a.Text, b.Text, tolerance)
	case a.Type != b.Type:
		return sameAcross(a, b) || sameAcross(b, a)
	case a.Type == program.Boolean:
		return a.Int == b.Int
	case a.Type == program.Point:
		return a.Int == b.Int && a.Y == b.Y
	case a.Type == program.Pair:
		return a.Text == b.Text && a.Second == b.Second || a.Text == b.Second && a.Second == b.Text
	case a.Type == program.DirectedPair:
		return a.Text == b.Text && a.Second == b.Second
	}
	return false
}

func isText(t program.BaseType) bool {
	return t == program.String || t == program.Identifier || t == program.URI || t == program.File
}

// sameAcross compares a with a text b: exercises mix types (a literal "3" of type string
// against a float response), and mean the value.
func sameAcross(a, b program.Scalar) bool {
	if !isText(b.Type) {
		return a.Type == program.Pair && b.Type == program.DirectedPair && a.Text == b.Text && a.Second == b.Second
	}
	read, ok := program.ParseScalar(a.Type, strings.TrimSpace(b.Text))
	return ok && sameScalar(a, read, 0)
}

// sameValue is qti-match: NULL is the caller's business.
func sameValue(a, b program.Value, tolerance program.Tolerance) bool {
	if a.Card == program.Record || b.Card == program.Record {
		return a.Card == b.Card && sameRecord(a.Named, b.Named, tolerance)
	}
	if a.Card == program.Single && b.Card == program.Single {
		return sameScalar(a.One, b.One, tolerance)
	}
	left, right := a.Scalars(), b.Scalars()
	if len(left) != len(right) {
		return false
	}
	if a.Card == program.Multiple || b.Card == program.Multiple {
		return covers(left, right, tolerance)
	}
	for i := range left {
		if !sameScalar(left[i], right[i], tolerance) {
			return false
		}
	}
	return true
}

func sameRecord(a, b []program.Field, tolerance program.Tolerance) bool {
	if len(a) != len(b) {
		return false
	}
	for _, f := range a {
		g, ok := fieldOf(b, f.Name)
		if !ok || !sameScalar(f.Value, g, tolerance) {
			return false
		}
	}
	return true
}

func fieldOf(fields []program.Field, name string) (program.Scalar, bool) {
	for _, f := range fields {
		if f.Name == name {
			return f.Value, true
		}
	}
	return program.Scalar{}, false
}

// covers tells whether each of part can be paired with its own of whole.
func covers(whole, part []program.Scalar, tolerance program.Tolerance) bool {
	if len(part) > len(whole) {
		return false
	}
	var spare [16]bool
	used := spare[:]
	if len(whole) > len(used) {
		used = make([]bool, len(whole))
	}
next:
	for _, p := range part {
		for i, w := range whole {
			if !used[i] && sameScalar(w, p, tolerance) {
				used[i] = true
				continue next
			}
		}
		return false
	}
	return true
}

// follows tells whether part stands in whole as an unbroken run.
func follows(whole, part []program.Scalar, tolerance program.Tolerance) bool {
next:
	for start := 0; start+len(part) <= len(whole); start++ {
		for i := range part {
			if !sameScalar(whole[start+i], part[i], tolerance) {
				continue next
			}
		}
		return true
	}
	return false
}
