package directory

import (
	"strings"
	"time"

	"pupitre/internal/clock"
	"pupitre/internal/fault"
)

// SchoolID is ours; the UAI is the official number, an attribute.
type SchoolID string

// ProjectID is the code of an ENT project (« projet ENT ») such as "A70": the namespace of its persons' identifiers.
type ProjectID string

// UAI is a school's official number: seven digits and a check letter.
type UAI string

// uaiLetters are the check letters: the alphabet without I, O and Q, one per remainder by 23.
const uaiLetters = "ABCDEFGHJKLMNPRSTUVWXYZ"

// UAILetter returns the check letter of seven digits.
func UAILetter(digits string) (byte, bool) {
	if len(digits) != 7 {
		return 0, false
	}
	n := 0
	for _, c := range []byte(digits) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return uaiLetters[n%23], true
}

// ParseUAI reads a UAI in either case; a wrong letter is refused with the letter that would fit.
func ParseUAI(s string) (UAI, error) {
	u := strings.ToUpper(strings.TrimSpace(s))
	if len(u) != 8 {
		return "", fault.New(fault.Invalid, "directory.uai.form", "uai", s)
	}
	letter, ok := UAILetter(u[:7])
	if !ok {
		return "", fault.New(fault.Invalid, "directory.uai.form", "uai", s)
	}
	if u[7] != letter {
		return "", fault.New(fault.Invalid, "directory.uai.letter", "uai", s, "letter", string(letter))
	}
	return UAI(u), nil
}

// School (« établissement ») is where persons are and copies are counted.
type School struct {
	ID      SchoolID
	Project ProjectID
	UAI     UAI
	Name    string // « nom courant »
	Town    string
	Nature  string // code of N_NATURE_UAI: 340 collège, 300 lycée…
	Degree  Degree
}

// Zone is the school's time zone: validity dates end there.
func (s School) Zone() *time.Location { return clock.ZoneOfUAI(string(s.UAI)) }

// Label is how the console writes a school: « 0470004Z : LP-ANTOINE LOMET-AGEN ».
func (s School) Label() string { return string(s.UAI) + " : " + s.Name }

// Degree is the first degree (écoles) or the second (collèges, lycées).
type Degree string

// The degrees, as the portals' files write them.
const (
	FirstDegree  Degree = "1D"
	SecondDegree Degree = "2D"
)
