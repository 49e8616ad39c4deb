package directory

import "slices"

// Kind (« type d'établissement ») is what people call a school: they know that, and not its nature's code.
type Kind string

// The kinds, in the order in which one goes through them; "" is any other.
const (
	PrimarySchool Kind = "ecole"
	MiddleSchool  Kind = "college"
	HighSchool    Kind = "lycee"
)

// Kinds are all that have a name.
var Kinds = []Kind{PrimarySchool, MiddleSchool, HighSchool}

// ParseKind reads a kind as an address has it; "" for anything else.
func ParseKind(s string) Kind {
	if k := Kind(s); slices.Contains(Kinds, k) {
		return k
	}
	return ""
}

// Kind is what people call the school, by its degree and its nature (N_NATURE_UAI).
func (s School) Kind() Kind {
	switch {
	case s.Degree == FirstDegree:
		return PrimarySchool
	case s.Nature == "340":
		return MiddleSchool
	case len(s.Nature) == 3 && s.Nature[0] == '3' && (s.Nature[1] == '0' || s.Nature[1] == '1' || s.Nature[1] == '2'):
		return HighSchool
	}
	return ""
}
