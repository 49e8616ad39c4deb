package offline

import (
	"encoding/json"
	"time"
	"unicode/utf8"

	"pupitre/internal/fault"
	"pupitre/internal/id"
)

// Act (« geste ») is something done on a device: what, and where it stands among the device's other acts.
type Act struct {
	ID     string `json:"id"`
	Device string `json:"device"`
	Seq    int64  `json:"seq"`  // 1 for the device's first, one more with each
	Prev   Hash   `json:"prev"` // of the act before; "" of the first
	// Answer is the number of the last answer that the device had from the server, Since how long ago by a clock that is never set (a
	// browser's performance.now), in milliseconds; -1 where the device was started again meanwhile.
	Answer int64     `json:"answer"`
	Since  int64     `json:"since"`
	At     time.Time `json:"at"` // by the device's clock, which may be wrong
	// Instead is the hash of an act that its device cannot send any more, and in whose place this one stands: the next names that one.
	Instead Hash `json:"instead,omitempty"`
	// What is told by whoever knows exercises.
	What json.RawMessage `json:"what"`
}

// maxAct bounds an act's text, in bytes.
const maxAct = 96 << 10

var errAct = fault.New(fault.Invalid, "exos.act.form")

// ReadAct reads what a device signed as an act of its own. Denied where it did not sign it so.
func ReadAct(s Signed, device string, key Key) (Act, error) {
	if len(s.Text) > maxAct || !utf8.ValidString(s.Text) {
		return Act{}, errAct
	}
	if !key.Verify(s, ForAct) {
		return Act{}, fault.New(fault.Denied, "exos.act.signature")
	}
	var a Act
	if err := json.Unmarshal([]byte(s.Text), &a); err != nil {
		return Act{}, fault.Wrap(err, fault.Invalid, "exos.act.form")
	}
	switch {
	case a.Device != device:
		return Act{}, fault.New(fault.Denied, "exos.act.elsewhere")
	case !id.Valid(a.ID), a.Seq < 1, a.Answer < 0, a.Since < -1, a.At.IsZero(), len(a.What) == 0:
		return Act{}, errAct
	}
	return a, nil
}

// head is what the next act of the chain names.
func (k Kept) head() Hash {
	if k.Act.Instead != "" {
		return k.Act.Instead
	}
	return k.Hash()
}

// moment is when it was done, where the answer that it names was given at answered, and it cannot have been done before floor.
func (a Act) moment(answered, floor, heard time.Time) Moment {
	m := Moment{After: floor, Before: heard, Said: a.At}
	if m.After.Before(answered) {
		m.After = answered
	}
	if m.Steady = a.Since >= 0 && !answered.IsZero(); m.Steady {
		m.Said = answered.Add(time.Duration(min(a.Since, maxSince)) * time.Millisecond)
	}
	return m
}

// maxSince is a year in milliseconds: beyond, it is no count any more, and would overflow.
const maxSince = 366 * 24 * 3600 * 1000
