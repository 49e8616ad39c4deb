package signin

import (
	"net/http"
	"strings"

	"pupitre/internal/httpx"
)

// Apart is a Connector of persons who are in no school. What it vouches for begins a session of another sort, which is no business of
// federation; one comes to it by its name alone, never by the choice among portals.
type Apart interface {
	Connector
	// Receive begins that session and returns where its home is.
	Receive(w http.ResponseWriter, r *http.Request, v Vouched) (home string, err error)
}

// Guests is the sign-in of those who have an account here and are in no school (local.Guests).
type Guests struct {
	*Local
	Open func(w http.ResponseWriter, r *http.Request, v Vouched) (home string, err error)
}

var _ Apart = (*Guests)(nil)

// Receive implements Apart.
func (g *Guests) Receive(w http.ResponseWriter, r *http.Request, v Vouched) (string, error) {
	return g.Open(w, r, v)
}

// apartFrom is a remembered address if it is below the home, else the home: they have no business elsewhere.
func apartFrom(next, home string) string {
	if path, ok := httpx.LocalPath(next); ok && (path == home || strings.HasPrefix(path, home+"/")) {
		return path
	}
	return home
}
