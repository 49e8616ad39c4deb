package exos

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"pupitre/exos/offline"
	"pupitre/exos/qti/render"
	"pupitre/exos/qti/score"
	"pupitre/internal/fault"
	"pupitre/internal/id"
)

// EventID is made where the act takes place: on the device, or in the player's page.
type EventID string

// Kind is what the pupil did.
type Kind string

// The kinds of event.
const (
	Opened   Kind = "opened"   // the exercise was shown
	Answered Kind = "answered" // a submission; payload: Answer
	Hinted   Kind = "hinted"   // the hint was asked for
	Solved   Kind = "solved"   // the corrigé was asked for
	Ended    Kind = "ended"    // the attempt was given up or left behind
	Regraded Kind = "regraded" // the server's alone: its answers were scored anew by a corrected key; payload: Rescored
)

// Seed draws an attempt's order and numbers. In JSON it is decimal text: JavaScript's numbers are too short for it.
type Seed uint64

// MarshalText writes the seed in decimal.
func (s Seed) MarshalText() ([]byte, error) { return strconv.AppendUint(nil, uint64(s), 10), nil }

// UnmarshalText reads a decimal seed.
func (s *Seed) UnmarshalText(text []byte) error {
	n, err := strconv.ParseUint(string(text), 10, 64)
	*s = Seed(n)
	return err
}

// Event is one act of a pupil, as a device tells it. It is the unit of everything: marks, history, live views.
type Event struct {
	ID       EventID         `json:"id"`
	Attempt  AttemptID       `json:"attempt"`
	Exercise ExerciseID      `json:"exercise"`
	Version  string          `json:"version"` // hash of the program that the pupil had before them
	Seed     Seed            `json:"seed"`
	Kind     Kind            `json:"kind"`
	Payload  json.RawMessage `json:"payload,omitempty"`
	At       time.Time       `json:"at"`     // by the device's clock, which may be wrong
	Device   string          `json:"device"` // an id that the browser made for itself
	Seq      int64           `json:"seq"`    // grows by one with each event of the device
}

// Answer is the payload of Answered.
type Answer struct {
	Responses []Response `json:"responses"`
	Seconds   float64    `json:"seconds,omitempty"` // spent on the exercise so far
}

// Response is what one interaction says, in QTI's lexical form; see score.Response.
type Response struct {
	Identifier string   `json:"id"`
	Values     []string `json:"values,omitempty"`
	Fields     []Field  `json:"fields,omitempty"`
	// State is what a publisher's own interaction remembers of itself, in its own words; it is no part of the answer.
	State string `json:"state,omitempty"`
}

// Field is one named value of a record response.
type Field struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// The limits of what a device may send.
const (
	MaxEvents  = 500      // in one Submit
	MaxPayload = 64 << 10 // bytes of one event's payload
	maxWord    = 64
)

// valid refuses an event that could not be kept at all.
func (e Event) valid() error {
	bad := func(field string) error {
		return fault.New(fault.Invalid, "exos.event.form", "event", string(e.ID), "field", field)
	}
	switch {
	case !id.Valid(string(e.ID)):
		return bad("id")
	case !id.Valid(string(e.Attempt)):
		return bad("attempt")
	case e.Kind != Answered && e.Kind != Hinted && e.Kind != Solved && e.Kind != Ended && e.Kind != Opened:
		return bad("kind")
	case e.Kind != Answered && len(e.Payload) > 0: // nothing else has anything to say: it would only fill the store
		return bad("payload")
	case len(e.Payload) > MaxPayload || !utf8.Valid(e.Payload) || (len(e.Payload) > 0 && !json.Valid(e.Payload)):
		return bad("payload")
	case !plain(e.Version):
		return bad("version")
	case !plain(e.Device):
		return bad("device")
	case e.Seq < 0:
		return bad("seq")
	case e.At.IsZero():
		return bad("at")
	}
	return nil
}

// plain reports whether s is a short word of visible ASCII: what devices and hashes are.
func plain(s string) bool {
	return s != "" && len(s) <= maxWord && !strings.ContainsFunc(s, func(c rune) bool { return c <= ' ' || c > '~' })
}

// submission reads the payload of an Answered event.
func (e Event) submission() (score.Submission, error) {
	var a Answer
	if err := json.Unmarshal(e.Payload, &a); err != nil {
		return score.Submission{}, fault.Wrap(err, fault.Invalid, "exos.event.form", "event", string(e.ID), "field", "payload")
	}
	return a.submission(), nil
}

func (a Answer) submission() score.Submission {
	sub := score.Submission{Seconds: a.Seconds}
	for _, r := range a.Responses {
		one := score.Response{Identifier: r.Identifier, Values: r.Values}
		for _, f := range r.Fields {
			one.Fields = append(one.Fields, score.NamedText{Name: f.Name, Value: f.Value})
		}
		sub.Responses = append(sub.Responses, one)
	}
	return sub
}

// Status is the server's word on one event.
type Status string

// The statuses. An accepted or refused event is kept; sent again it is a duplicate, with the same words as the first time.
const (
	Accepted  Status = "accepted"
	Duplicate Status = "duplicate"
	Refused   Status = "refused" // kept where it could be, counts for nothing; Code says why
)

// Verdict is the answer to one event.
type Verdict struct {
	Event  EventID `json:"event"`
	Status Status  `json:"status"`
	// Code and Params say why an event was refused, also when told again to a duplicate; words are in internal/lang.
	Code   string   `json:"code,omitempty"`
	Params []string `json:"params,omitempty"` // name, value, name, value…
	// Admits is the answer that came too late, of which this is the acceptance by the teacher.
	Admits EventID `json:"admits,omitempty"`
	// One of these is set for an accepted answer, hint or look at the corrigé.
	Result    *Result       `json:"result,omitempty"`
	Hint      []render.Node `json:"hint,omitempty"`
	Corrected *Corrected    `json:"corrected,omitempty"`
}

// Result is what may be shown after scoring.
type Result struct {
	Score    float64 `json:"score"`
	Max      float64 `json:"max"`
	Scored   bool    `json:"scored"`         // false: no machine gives this mark
	Right    bool    `json:"right"`          // the maximum was reached
	Try      int     `json:"try"`            // 1 for the first submission of the attempt
	Tries    int     `json:"tries"`          // how many there are in an attempt; 0: no bound (adaptive exercises)
	Ended    bool    `json:"ended"`          // no further answer is taken in this attempt
	Solution bool    `json:"solution"`       // the corrigé may be asked for
	Late     bool    `json:"late,omitempty"` // of homework: it came after the day, within the grace
	// Certainty is how sure it is that homework done out of reach and received after the day was done before it: it is not late, by its
	// device's word alone. "" elsewhere.
	Certainty offline.Certainty `json:"certainty,omitempty"`
	Veiled    bool              `json:"veiled,omitempty"` // graded work: nothing else is said before the results are shown
	// Outcomes are the values of the outcome variables that the exercise prints.
	Outcomes []Outcome `json:"outcomes,omitempty"`
	// Judged says of each response whether it was right, where that can be said.
	Judged []Judgement `json:"judged,omitempty"`
	// Shown are the Refs of the feedback that may now be shown; Feedback has their texts.
	Shown    []string          `json:"shown,omitempty"`
	Feedback []render.Feedback `json:"feedback,omitempty"`
}

// Outcome is the value of one outcome variable, in QTI's lexical form.
type Outcome struct {
	Identifier string   `json:"id"`
	Values     []string `json:"values"`
}

// Kept is an event as the store has it: what was sent, when it came, and what was answered.
type Kept struct {
	Event
	Learner    LearnerID
	ReceivedAt time.Time
	// Verdict is what was answered, without the texts of feedback: they are read again from the exercise.
	Verdict Verdict
}
