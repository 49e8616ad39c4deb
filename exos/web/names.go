package web

import (
	"encoding/json"
	"net/http"
	"net/url"

	"pupitre/exos"
	"pupitre/exos/classroom"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/look"
)

// namesAt is where a teacher's page gets what it needs to ask the broker for names, "" where nobody can be asked.
type namesAt string

const rosterPath = "/noms"

// Roster gives a teacher's browser what it asks the broker's roster with (docs/protocols/rights.md). *signin.Party satisfies it.
type Roster interface {
	// RosterAt returns where the roster is, "" where it is not known, and the reader's own access token.
	RosterAt(r *http.Request) (address, token string, err error)
	// RosterOrigin is the origin that a page must be allowed to ask, "" where there is none.
	RosterOrigin() string
}

// names lets a page ask the broker for names: they go from the broker to the teacher's browser, and never pass through here.
func (room *Room) names(w http.ResponseWriter) namesAt {
	if room.Roster == nil {
		return ""
	}
	origin, err := url.Parse(room.Roster.RosterOrigin())
	if err != nil || origin.Host == "" {
		return ""
	}
	httpx.AllowSource(w, httpx.ConnectSrc, origin.Scheme+"://"+origin.Host)
	return rosterPath
}

// nameOf is what a pupil is called before the names come, and where none do: the first name where the sign-in releases it.
func nameOf(s *look.Shell, m classroom.Member, number int) string {
	if m.GivenName != "" {
		return m.GivenName
	}
	return s.T("exosweb.pupil", "n", number)
}

// serveRoster tells a teacher's browser where the names are, and with what to ask for them.
func (room *Room) serveRoster(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	if !v.Learner.Profile.Teaches() || room.Roster == nil {
		return fault.New(fault.Denied, "exos.homework.teachers")
	}
	address, token, err := room.Roster.RosterAt(r)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	return json.NewEncoder(w).Encode(map[string]string{"roster": address, "token": token})
}
