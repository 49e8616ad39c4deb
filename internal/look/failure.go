package look

import (
	"embed"
	"net/http"
	"strings"

	"pupitre/internal/httpx"
)

//go:embed failure.html
var failureFile embed.FS

// failurePage says what happened, and whom to ask.
type failurePage struct {
	Shell
	Text    string // what happened, from the error's own code
	Next    string // what to do, or whom to ask
	Request string
}

// Failure shows an error as a page: it makes a Site the Pages of an httpx.Edge.
func (s *Site) Failure(w http.ResponseWriter, r *http.Request, f httpx.Failure) error {
	kind := "look.failure." + strings.ReplaceAll(f.Kind.String(), " ", "")
	p := &failurePage{Shell: s.Shell(r), Text: f.Text, Request: f.Request}
	p.Title, p.Next = p.T(kind+".title"), p.T(kind+".next")
	return s.failure().Send(w, r, f.Status, p)
}
