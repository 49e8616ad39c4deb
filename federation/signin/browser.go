package signin

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"

	"pupitre/federation"
	"pupitre/federation/local"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
)

// What a browser holds for « Se souvenir de moi »: the mark of a remembered browser; that several use it; and who signed in last, as two
// digits that tell two persons apart nearly always and name nobody.
const (
	markCookie   = "souvenir"
	sharedCookie = "partage"
	lastCookie   = "dernier"
)

// remembers reports whether browsers are remembered: not for guests, who have no page where they could look at them.
func (l *Local) remembers() bool { return !local.IsOutside(l.Portal.Project) }

// held is the mark that the browser holds, the zero Mark where it remembers nobody.
func held(r *http.Request) local.Mark { return local.ParseMark(httpx.Cookie(r, markCookie)) }

func isShared(r *http.Request) bool { return httpx.Cookie(r, sharedCookie) != "" }

// asked is the name under which the form asks to remember the browser, "" where it does not, or where several use it.
func (l *Local) asked(r *http.Request) string {
	if r.PostFormValue("souvenir") == "" || !l.remembers() || isShared(r) {
		return ""
	}
	return browserName(r)
}

// recall goes on from the password for the person of a remembered browser; false where the form is to be shown, with trouble if any.
func (l *Local) recall(w http.ResponseWriter, r *http.Request, state string) (gone bool, trouble error, err error) {
	mark := held(r)
	if mark == (local.Mark{}) || !l.remembers() {
		return false, nil, nil
	}
	out, err := l.Accounts.Recall(r.Context(), local.Recalling{Project: l.Portal.Project, Mark: mark, State: state})
	switch fault.CodeOf(err) {
	case "":
	case "local.browser.none": // of another project's accounts, perhaps
		return false, nil, nil
	case "local.browser.copied":
		httpx.ClearCookie(w, r, markCookie)
		httpx.Event(r.Context()).Set("code", fault.CodeOf(err))
		return false, err, nil
	}
	if err != nil {
		return false, nil, err
	}
	if out.Mark != (local.Mark{}) {
		httpx.SetCookie(w, r, markCookie, out.Mark.String(), local.RememberedFor)
	}
	httpx.SetCookie(w, r, passageCookie, string(out.Passage), passageLife)
	return true, nil, l.onward(w, r, out.Step, state)
}

var _ Greeter = (*Local)(nil)

// Greet implements Greeter: the browser is remembered, where that was asked, and whether several use it is noticed.
func (l *Local) Greet(w http.ResponseWriter, r *http.Request, a Attempt, s federation.Session) error {
	sum := sha256.Sum256([]byte(string(s.Project) + " " + string(s.Person)))
	who := hex.EncodeToString(sum[:1])
	if last := httpx.Cookie(r, lastCookie); last != "" && last != who {
		httpx.SetCookie(w, r, sharedCookie, "1", memoryLife)
	}
	httpx.SetCookie(w, r, lastCookie, who, local.RememberedFor)
	mark, err := l.Accounts.Arrived(r.Context(), l.visit(r, a.State()), s.ID, held(r))
	if err == nil && mark != (local.Mark{}) {
		httpx.SetCookie(w, r, markCookie, mark.String(), local.RememberedFor)
	}
	return err
}

// forgetBrowser has nobody remembered in this browser.
func (l *Local) forgetBrowser(w http.ResponseWriter, r *http.Request) error {
	mark := held(r)
	if mark == (local.Mark{}) {
		return nil
	}
	httpx.ClearCookie(w, r, markCookie)
	return l.Accounts.Forget(r.Context(), l.Portal.Project, mark)
}

// notMe is the word of somebody whom the browser takes for another: nobody is remembered there.
func (l *Local) notMe(w http.ResponseWriter, r *http.Request) error {
	state, ok := ours(w, r)
	if !ok {
		return errNotOurs
	}
	if err := l.forgetBrowser(w, r); err != nil {
		return err
	}
	http.Redirect(w, r, l.at("entree", state), http.StatusSeeOther)
	return nil
}

// share says that several use this browser, where nobody is remembered then, or that one does.
func (l *Local) share(w http.ResponseWriter, r *http.Request) error {
	state, ok := ours(w, r)
	if !ok {
		return errNotOurs
	}
	if r.PostFormValue("partage") == "" {
		httpx.ClearCookie(w, r, sharedCookie)
		httpx.ClearCookie(w, r, lastCookie)
	} else {
		httpx.SetCookie(w, r, sharedCookie, "1", memoryLife)
		if err := l.forgetBrowser(w, r); err != nil {
			return err
		}
	}
	http.Redirect(w, r, l.at("entree", state), http.StatusSeeOther)
	return nil
}

// browserName is how a browser says what it is, in words of ours alone: « Firefox, Windows ».
func browserName(r *http.Request) string {
	agent := r.UserAgent()
	find := func(all [][2]string) string {
		for _, one := range all {
			if strings.Contains(agent, one[0]) {
				return one[1]
			}
		}
		return ""
	}
	// The order counts: nearly all say that they are Safari, and many that they are Chrome.
	name := find([][2]string{{"Edg", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser/", "Samsung Internet"}, {"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"},
		{"CriOS/", "Chrome"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}})
	system := httpx.SystemName(r)
	switch {
	case name == "" && system == "":
		return local.Unnamed
	case name == "" || system == "":
		return name + system
	}
	return name + ", " + system
}
