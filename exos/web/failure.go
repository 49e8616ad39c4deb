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
	if visitorOf(r) == nil && f.Kind != fault.Internal && f.Kind != fault.Unavailable && f.Kind != fault.Unauthenticated {
		if v, err := room.Door.Visitor(r); err == nil { // an address that does not exist was asked by somebody, too
			r = sitDown(r, v)
		}
	}
	if isPress(r) {
		return room.pressFailure(w, r, f)
	}
	p := &failurePage{Shell: room.Site.Shell(r), Text: f.Text}
	v := visitorOf(r)
	manner := "vous"
	if v == nil || isPupil(v.Learner) { // strangers here are pupils who lost their way
		manner = "tu"
	}
	kind, do := "internal", look.Link{Text: p.T("exosweb.failure.modules"), Href: "/modules"}
	if v == nil {
		do = room.desk(&p.Shell)
	}
	switch f.Kind {
	case fault.NotFound:
		kind = "unknown"
	case fault.Denied:
		kind = "denied"
		if v == nil {
			kind = "door"
		}
	case fault.Unauthenticated:
		kind = "stranger"
		do = look.Link{Text: p.T("exosweb.stranger.do"), Href: signInAddress(r)}
	case fault.Unavailable:
		kind, p.Request = "later", f.Request
	case fault.Invalid, fault.Conflict, fault.Exhausted:
		kind = "again"
	default:
		p.Request = f.Request
	}
	p.Title, p.Next, p.Do = p.T("exosweb.failure."+kind), p.T("exosweb.failure."+kind+".next."+manner), do
	return room.failure.Send(w, r, f.Status, p)
}

// pressFailure is a refusal to a publisher's staff.
func (room *Room) pressFailure(w http.ResponseWriter, r *http.Request, f httpx.Failure) error {
	p := &failurePage{Shell: room.Site.Shell(r), Text: f.Text}
	kind, do := "again", look.Link{Text: p.T("exosweb.press.back"), Href: pressPath}
	switch f.Kind {
	case fault.NotFound:
		kind = "unknown"
	case fault.Unauthenticated:
		kind, do = "stranger", look.Link{Text: p.T("exosweb.press.enter"), Href: pressDoorPath}
	case fault.Unavailable, fault.Internal:
		kind, p.Request = "later", f.Request
	}
	p.Title, p.Next, p.Do = p.T("exosweb.press.failure."+kind), p.T("exosweb.press.failure."+kind+".next"), do
	return room.failure.Send(w, r, f.Status, p)
}

// desk leads to where workbooks are opened from, or home where nobody told where that is.
func (room *Room) desk(s *look.Shell) look.Link {
	if room.Desk == "" {
		return look.Link{Text: s.T("exosweb.farewell.back"), Href: "/"}
	}
	return look.Link{Text: s.T("exosweb.desk"), Href: room.Desk}
}

// signInAddress comes back to the page that was asked for, where it was a page.
func signInAddress(r *http.Request) string {
	if r.Method == http.MethodGet {
		return signin.SignInPath(r)
	}
	return "/connexion"
}

type plainPage struct {
	look.Shell
	Do look.Link
}

// showFarewell is where a person comes who has signed out.
func (room *Room) showFarewell(w http.ResponseWriter, r *http.Request) error {
	p := &plainPage{Shell: room.Site.Shell(r)}
	p.Title, p.Do = p.T("exosweb.farewell.title"), room.desk(&p.Shell)
	return room.farewell.Send(w, r, http.StatusOK, p)
}
