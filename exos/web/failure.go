package web

import (
	"net/http"

	"pupitre/exos/signin"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/look"
)

// failurePage says what happened, and whom to ask.
type failurePage struct {
	look.Shell
	Text    string
	Next    string
	Do      look.Link
	Request string
}

// Failure makes a Room the Pages of an httpx.Edge: refusals in the words of Biblio Exos, tu to pupils.
func (room *Room) Failure(w http.ResponseWriter, r *http.Request, f httpx.Failure) error {
	p := &failurePage{Shell: room.Site.Shell(r), Text: f.Text, Request: f.Request}
	manner := "vous"
	if v := visitorOf(r); v == nil || isPupil(v.Learner) { // strangers here are pupils who lost their way
		manner = "tu"
	}
	kind, do := "internal", look.Link{Text: p.T("exosweb.failure.modules"), Href: "/modules"}
	switch f.Kind {
	case fault.NotFound:
		kind = "unknown"
	case fault.Denied:
		kind, p.Request = "denied", ""
	case fault.Unauthenticated:
		kind, p.Request = "stranger", ""
		do = look.Link{Text: p.T("exosweb.stranger.do"), Href: signInAddress(r)}
	case fault.Unavailable:
		kind = "later"
	case fault.Invalid, fault.Conflict, fault.Exhausted:
		kind = "again"
	}
	p.Title, p.Next, p.Do = p.T("exosweb.failure."+kind), p.T("exosweb.failure."+kind+".next."+manner), do
	return room.failure.Send(w, r, f.Status, p)
}

// signInAddress comes back to the page that was asked for, where it was a page.
func signInAddress(r *http.Request) string {
	if r.Method == http.MethodGet {
		return signin.SignInPath(r)
	}
	return "/connexion"
}

type plainPage struct{ look.Shell }

// showFarewell is where a person comes who has signed out.
func (room *Room) showFarewell(w http.ResponseWriter, r *http.Request) error {
	p := &plainPage{room.Site.Shell(r)}
	p.Title = p.T("exosweb.farewell.title")
	return room.farewell.Send(w, r, http.StatusOK, p)
}
