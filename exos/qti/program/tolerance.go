package program

// Tolerance lists the liberties that an answer typed on a keyboard may take and still be
// the same text (« tolérances de saisie »). It is part of the program, so that the server
// and the device agree, and it is shown to the teacher.
type Tolerance uint16

// The tolerances. Bits are part of the encoding: never renumbered.
const (
	// Composition: é in one or two code points is the same letter.
	Composition Tolerance = 1 << iota
	// Spaces: no-break and thin spaces are spaces; none at the ends, one between words.
	Spaces
	// Apostrophes: ' and ’ are the same, so are " and “ ” « ».
	Apostrophes
	// Ligatures: œ is oe, æ is ae.
	Ligatures
	// CapitalAccents: a capital may go without its accent (Etat is État).
	CapitalAccents
	// Case: capitals do not matter.
	Case
	// Accents: accents do not matter at all.
	Accents
	// FinalStop: a full stop at the end does not matter.
	FinalStop
	// Fractions: 7/2 is 3.5, where a decimal number is asked.
	Fractions
	// Numbers: in a text, a number is the same with a decimal comma or point, with or without
	// spaces between thousands (« 12 000,5 » is 12000.5).
	Numbers
)

// Typography is what every exercise tolerates unless its author says otherwise: only
// differences that a keyboard makes, none that a pupil makes.
const Typography = Composition | Spaces | Apostrophes

// French is what an exercise in French tolerates besides: French keyboards have no œ and no
// capital with an accent, and write numbers with a comma.
const French = Typography | Ligatures | CapitalAccents | Numbers

// toleranceNames are the words of the data-tolerance attribute, in bit order.
var toleranceNames = [...]string{
	"composition", "spaces", "apostrophes", "ligatures", "capital-accents", "case", "accents", "final-stop",
	"fractions", "numbers",
}

// Names lists the tolerances in t by their stable names, for the teacher's page.
func (t Tolerance) Names() []string {
	var names []string
	for i, name := range toleranceNames {
		if t&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return names
}

// ToleranceNamed is the tolerance with that stable name, false when there is none.
func ToleranceNamed(name string) (Tolerance, bool) {
	for i, known := range toleranceNames {
		if name == known {
			return 1 << i, true
		}
	}
	return 0, false
}
