package exos

import (
	"strings"
	"time"

	"pupitre/internal/clock"
	"pupitre/internal/fault"
)

// ARK identifies a resource at the broker, such as ark:/99999/preau.labo-grammaire-5e.
type ARK string

// ParseARK reads an ARK, with one slash after "ark:" or none.
func ParseARK(s string) (ARK, error) {
	rest, ok := strings.CutPrefix(strings.TrimSpace(s), "ark:")
	rest = strings.TrimPrefix(rest, "/")
	naan, name, _ := strings.Cut(rest, "/")
	if !ok || naan == "" || name == "" || len(rest) > 1000 || strings.ContainsAny(rest, " \t\r\n<>\"") {
		return "", fault.New(fault.Invalid, "exos.ark.form", "ark", s)
	}
	return ARK("ark:/" + rest), nil
}

// RightStatus is the broker's word on a right.
type RightStatus string

// The statuses. Any other word reads as closed.
const (
	RightOpen   RightStatus = "open"
	RightFuture RightStatus = "future" // begins later
	RightEnded  RightStatus = "ended"  // its last day is over, or it was taken back
)

// Right (« droit ») is what one learner may do with one resource, as the broker last said.
type Right struct {
	ARK    ARK
	Title  string
	Start  clock.Date // first day, as people read it; zero: none was said
	End    clock.Date // last day; zero: none was said
	Opens  time.Time  // first instant, where Start is set
	Closes time.Time  // first instant after the last day, where End is set
	Status RightStatus
	Why    string // the broker's stable code for the status: "assigned", "withdrawn"…
}

// Check returns nil where the right opens at now, else a Denied that says why and since or until when.
// It is asked at every act: a last day ends at midnight in the school's zone whatever the cache says.
func (r Right) Check(now time.Time) error {
	switch {
	case !r.Start.IsZero() && (r.Status == RightFuture || now.Before(r.Opens)):
		return fault.New(fault.Denied, "exos.right.future", "title", r.Title, "start", r.Start)
	case !r.End.IsZero() && !now.Before(r.Closes):
		return fault.New(fault.Denied, "exos.right.expired", "title", r.Title, "end", r.End)
	case r.Status != RightOpen:
		return fault.New(fault.Denied, "exos.right.ended", "title", r.Title)
	}
	return nil
}

// find returns the right on a resource; ok is false where the broker names none.
func find(rights []Right, ark ARK) (Right, bool) {
	for _, r := range rights {
		if r.ARK == ark {
			return r, true
		}
	}
	return Right{}, false
}

// May returns nil where the visitor may use the resource now, else the Denied to show; title is ours, for where the broker
// names no right at all.
func (v Visitor) May(ark ARK, title string, now time.Time) error {
	if v.Unsure != nil {
		return v.Unsure
	}
	r, ok := find(v.Rights, ark)
	if !ok {
		return fault.New(fault.Denied, "exos.right.none", "title", title)
	}
	return r.Check(now)
}
