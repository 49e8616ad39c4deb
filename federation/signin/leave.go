package signin

import (
	"net/http"
	"strconv"

	"pupitre/federation"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
)

// The steps of signing out, in « fait »: 1 here; then to the portal; 2 there too.
const (
	here   = "1"
	onward = "portail"
	there  = "2"
)

// leaving asks whether to sign out, or says that it is done. Once it is done here, the page goes on to the portal's sign-out by
// itself: a form's redirection may not leave our host (form-action), a page may.
func (d *Door) leaving(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	switch r.URL.Query().Get("fait") {
	case here:
		return d.left(w, r)
	case onward:
		to := d.portalsSignOut(w, r)
		if to == "" {
			to = "/deconnexion?fait=" + there
		}
		http.Redirect(w, r, to, http.StatusSeeOther)
		return nil
	case there:
		return d.Pages.SignedOut(w, r, federation.Departure{Sites: d.parting(r, "")})
	}
	return d.Pages.ConfirmSignOut(w, r)
}

// left says that somebody is signed out here. Sites that are to be told through the browser are told by that page, which stays for a
// moment and goes on, whatever they do: to « suite », where the sign-out did not begin here, else to the portal.
func (d *Door) left(w http.ResponseWriter, r *http.Request) error {
	next, elsewhere := httpx.LocalPath(r.URL.Query().Get("suite"))
	page := federation.Departure{Sites: d.parting(r, d.parts(w, r))}
	switch {
	case page.IsWaiting():
		if page.Onward = next; !elsewhere {
			page.Onward = "/deconnexion?fait=" + onward
		}
		w.Header().Set("Refresh", strconv.Itoa(int(federation.PartingPause.Seconds()))+"; url="+page.Onward)
	case elsewhere:
		http.Redirect(w, r, next, http.StatusSeeOther)
		return nil
	default:
		if address := d.portalsSignOut(w, r); address != "" {
			w.Header().Set("Refresh", "0; url="+address)
		}
	}
	return d.Pages.SignedOut(w, r, page)
}

// portalsSignOut is the address at which this browser's person signs out of their portal, once; "" for none.
func (d *Door) portalsSignOut(w http.ResponseWriter, r *http.Request) string {
	c, words := d.takeFarewell(w, r)
	if c == nil {
		return ""
	}
	return c.SignOut(r.Context(), d.Base+"/deconnexion?fait="+there, words)
}

// parts has this browser tell the sites of its own session where somebody else ended it: a site, or the portal. It returns what the
// browser shows to do so, "" for nothing new.
func (d *Door) parts(w http.ResponseWriter, r *http.Request) federation.Token {
	own := federation.Token(httpx.Cookie(r, federation.SessionCookie))
	if own == "" {
		return ""
	}
	session, err := d.Federation.Ended(r.Context(), own)
	if err != nil {
		if !fault.Is(err, fault.Unauthenticated) {
			httpx.Event(r.Context()).Set("untold", fault.CodeOf(err))
		}
		return ""
	}
	httpx.ClearCookie(w, r, federation.SessionCookie)
	return d.part(w, r, session)
}

// part has this browser tell the sites of its own session, which is over. What fails here keeps nobody from being signed out: it is in
// the log, and the sites are not told.
func (d *Door) part(w http.ResponseWriter, r *http.Request, session federation.Session) federation.Token {
	if d.Partings == nil {
		return ""
	}
	token, err := d.Partings.Part(r.Context(), session)
	if err != nil {
		httpx.Event(r.Context()).Set("untold", fault.CodeOf(err))
	}
	if token == "" { // an earlier session's, of whoever sat here before
		httpx.ClearCookie(w, r, federation.PartingCookie)
		return ""
	}
	httpx.SetCookie(w, r, federation.PartingCookie, string(token), federation.PartingLife)
	return token
}

// parting lists the sites that this browser tells: of a token, else of its cookie.
func (d *Door) parting(r *http.Request, token federation.Token) []federation.Parting {
	if token == "" {
		token = federation.Token(httpx.Cookie(r, federation.PartingCookie))
	}
	if token == "" || d.Partings == nil {
		return nil
	}
	sites, err := d.Partings.Parting(r.Context(), token)
	if err != nil {
		httpx.Event(r.Context()).Set("untold", fault.CodeOf(err))
	}
	return sites
}

// leave ends the session. Somebody whose session is over already is just as signed out. Nobody is remembered in this browser any more.
func (d *Door) leave(w http.ResponseWriter, r *http.Request) error {
	session, err := d.Federation.SignOut(r.Context(), federation.Token(httpx.Cookie(r, federation.SessionCookie)))
	if err == nil {
		d.part(w, r, session)
	} else if !fault.Is(err, fault.Unauthenticated) {
		return err
	}
	for _, c := range d.accounts() {
		if own, ok := c.(*Local); ok {
			if err := own.forgetBrowser(w, r); err != nil {
				return err
			}
		}
	}
	httpx.ClearCookie(w, r, federation.SessionCookie)
	http.Redirect(w, r, "/deconnexion?fait="+here, http.StatusSeeOther)
	return nil
}
