package device

import (
	"log/slog"
	"time"

	"pupitre/exos"
	"pupitre/exos/offline"
)

// ID is ours.
type ID string

// Kind is what a device says that it is, for its learner to tell one from another.
type Kind string

// The kinds.
const (
	Phone    Kind = "phone"
	Tablet   Kind = "tablet"
	Computer Kind = "computer"
)

// kindOf is a kind that we know: a device's word is only a help to memory.
func kindOf(said string) Kind {
	switch k := Kind(said); k {
	case Phone, Tablet:
		return k
	}
	return Computer
}

// Device (« appareil ») is where a learner works without a network.
type Device struct {
	ID      ID
	Learner exos.LearnerID
	Key     offline.Key
	Kind    Kind
	MadeAt  time.Time
	SeenAt  time.Time // when it last spoke
	EndedAt time.Time // zero: it is in use
	EndedBy exos.LearnerID
	Unsent  int   // answers that it still had when it last spoke, by its own word
	Answers int64 // how often we have answered it: the number of the last answer
	Chain   offline.Chain
}

// Ended reports whether the device was ended.
func (d Device) Ended() bool { return !d.EndedAt.IsZero() }

// Code is the secret that makes a device a learner's. The database has only its hash.
type Code string

// LogValue hides the code.
func (Code) LogValue() slog.Value { return slog.StringValue("[code]") }

// Grant is a code that was minted and not redeemed.
type Grant struct {
	Hash    string
	Learner exos.LearnerID
	EndsAt  time.Time
}

// Lent (« prêt ») is a module that a device has.
type Lent struct {
	Device    ID
	Module    exos.ModuleID
	ID        string // of the entitlement, as long as it is the same one
	From      time.Time
	Until     time.Time // of the lease
	State     offline.State
	ChangedAt time.Time // of State
}

// covers reports whether the device might use the module when an act was done. An end that the device had not heard of is none.
func (l Lent) covers(m offline.Moment) bool {
	if l.State != offline.Active && !m.After.Before(l.ChangedAt) {
		return false
	}
	return !m.At().Before(l.From) && m.At().Before(l.Until)
}

// Holder is a device with all that is known of its learner.
type Holder struct {
	Device   Device
	Learner  exos.Learner
	Rights   []exos.Right
	RightsAt time.Time
	StaleAt  time.Time
}

// Report is something that came in a device's name and is not what it signed, or not all of one history.
type Report struct {
	Device ID
	At     time.Time
	Code   string // says what
}

// Doubtful is what is doubtful of one pupil in one homework.
type Doubtful struct {
	Homework exos.HomeworkID
	Title    string
	Due      time.Time
	Learner  exos.LearnerID
	Answers  int
	Heard    time.Time // when the last of them came
	Said     time.Time // when it was given, by the device's word
	Steady   bool      // which counted from our own time on; else it has only its clock
	Receipt  time.Time // when the teacher saw a receipt of all of them, before the end; zero: of some, or none
}

// Doubt (« à vérifier ») is an answer whose time hangs on its device's word.
type Doubt struct {
	Device   ID
	Seq      int64
	Learner  exos.LearnerID
	Homework exos.HomeworkID
	Exercise exos.ExerciseID
	Moment   offline.Moment
}

// stale reports whether the broker has said that the learner's rights changed since they were last read.
func (h Holder) stale() bool { return !h.StaleAt.IsZero() && !h.RightsAt.After(h.StaleAt) }
