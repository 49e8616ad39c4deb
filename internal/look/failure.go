package look

import (
	"embed"
	"net/http"

	"pupitre/internal/fault"
	"pupitre/internal/httpx"
)

//go:embed failure.html
var failureFile embed.FS

// failurePage says what happened, and whom to ask.
type failurePage struct {
	Shell
	Text    string // what happened, from the error's own code
	Next    string // what to do, or whom to ask
	Request string // the number to give, where ours is the fault
}

// failureWords says of each kind what happened, and what to do or whom to ask.
// The second key has two forms, for « tu » and « vous ».
var failureWords = map[fault.Kind]struct{ title, next string }{
	fault.NotFound:        {"look.failure.notfound.title", "look.failure.notfound.next."},
	fault.Invalid:         {"look.failure.invalid.title", "look.failure.invalid.next."},
	fault.Conflict:        {"look.failure.conflict.title", "look.failure.conflict.next."},
	fault.Exhausted:       {"look.failure.exhausted.title", "look.failure.exhausted.next."},
	fault.Denied:          {"look.failure.denied.title", "look.failure.denied.next."},
	fault.Unauthenticated: {"look.failure.unauthenticated.title", "look.failure.unauthenticated.next."},
	fault.Unavailable:     {"look.failure.unavailable.title", "look.failure.unavailable.next."},
	fault.Internal:        {"look.failure.internal.title", "look.failure.internal.next."},
}

// Failure shows an error as a page: it makes a Site the Pages of an httpx.Edge.
func (s *Site) Failure(w http.ResponseWriter, r *http.Request, f httpx.Failure) error {
	words := failureWords[f.Kind]
	p := &failurePage{Shell: s.Shell(r), Text: f.Text}
	manner := "vous"
	if p.Pupil {
		manner = "tu"
	}
	p.Title, p.Next = p.T(words.title), p.T(words.next+manner)
	if f.Kind == fault.Internal || f.Kind == fault.Unavailable {
		p.Request = f.Request // of use to who looks after the service; elsewhere the page says all there is to say
	}
	return s.failure.Send(w, r, f.Status, p)
}
