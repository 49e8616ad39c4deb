package offline

import "time"

// Moment (« moment ») is when something was done on a device, as far as anybody can know.
type Moment struct {
	After  time.Time `json:"after"`  // the server had already told the device so: certain
	Before time.Time `json:"before"` // the server had already heard of it: certain
	Said   time.Time `json:"said"`   // what the device says
	Steady bool      `json:"steady"` // it counted from the server's own time on; else it has only its clock to go by
}

// At is the device's word, held between what is certain.
func (m Moment) At() time.Time {
	switch {
	case m.Said.Before(m.After):
		return m.After
	case m.Said.After(m.Before):
		return m.Before
	}
	return m.Said
}

// Certainty is how sure it is that something was done in time.
type Certainty string

// The certainties.
const (
	InTime  Certainty = "in-time"  // certainly
	TooLate Certainty = "too-late" // certainly, or by the device's own word
	Likely  Certainty = "likely"   // in time by the device's steady count
	Unsure  Certainty = "unsure"   // in time by the device's clock, which anybody can set
)

// ByWord is a certainty where it is the device's word alone that puts something in time, and "" where it does not hang on that.
func (c Certainty) ByWord() Certainty {
	if c == Likely || c == Unsure {
		return c
	}
	return ""
}

// Weaker is whichever of two is less sure.
func (c Certainty) Weaker(o Certainty) Certainty {
	if c == "" || o == Unsure {
		return o
	}
	return c
}

// Until weighs a moment against a limit: the first instant that is too late.
func (m Moment) Until(limit time.Time) Certainty {
	switch {
	case m.Before.Before(limit):
		return InTime
	case !m.At().Before(limit):
		return TooLate
	case m.Steady:
		return Likely
	}
	return Unsure
}
