package notify

import "time"

// LetterID identifies a letter among all; ids sort by the time of making.
type LetterID string

// LetterKind is what a letter is.
type LetterKind string

// The kinds of letters.
const (
	OneNotification LetterKind = "notification"
	Digest          LetterKind = "digest"  // a day's notifications (« récapitulatif »)
	Confirmation    LetterKind = "confirm" // asks whether an address is right
)

// LetterState is how far a letter has come.
type LetterState string

// The states. The last three are ends.
const (
	Waiting LetterState = "waiting" // one that a worker has taken waits still, under its lease
	Sent    LetterState = "sent"    // the server took it
	Failed  LetterState = "failed"  // given up
	Dropped LetterState = "dropped" // nobody wants it any more: it was read, the address went, the choice is another
)

// Letter (« courriel ») is what is to be sent to a person, and what became of it. Who it goes to and what it says is looked up when it
// is sent.
type Letter struct {
	Person
	ID       LetterID
	Kind     LetterKind
	State    LetterState
	Due      time.Time
	Attempts int
	Trouble  string // what went wrong last, for the operator; "" for nothing
	Secret   string // of a Confirmation: what its link says, until it is sent
	Made     time.Time
	Ended    time.Time // zero while it waits
}

// Ending is what a worker leaves behind of a letter. Waiting with a time is an attempt that failed and is repeated no earlier.
type Ending struct {
	State   LetterState
	Due     time.Time
	Trouble string
}

const (
	// LettersKept is for how long it is kept what became of a letter.
	LettersKept = 30 * 24 * time.Hour
	givenUp     = 5 * 24 * time.Hour // after it was made (RFC 5321 §4.5.4.1)
)

// pauses are how long a letter waits after the server has said « not now »; the last one again and again.
var pauses = []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 3 * time.Hour, 6 * time.Hour}

func pause(attempts int) time.Duration { return pauses[min(max(attempts, 1), len(pauses))-1] }
