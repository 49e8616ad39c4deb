package signin

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"pupitre/federation"
	"pupitre/federation/local"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
)

// Local is a portal of our own: the persons of a local project sign in here, by an account that their school has made.
//
//	GET  /connexion/local/{project}/entree   identifier and password     POST looks at them
//	GET  /connexion/local/{project}/suite    what comes next             POST takes it
//	POST /connexion/local/{project}/cle      what a passkey is to sign: alone, or (…/cle/suite) as the second factor; or how to make the first
//	POST /connexion/local/{project}/oubli    nobody is remembered in this browser any more
//	POST /connexion/local/{project}/appareil whether several use this browser
//
// What a passkey has said comes with the same forms, in the field « reponse ».
// Both belong to an attempt that this browser has begun, as with any portal; once all is done it comes back to the door with a passage
// in its cookie, which the door takes as a portal's word.
type Local struct {
	Portal   federation.ENT
	Accounts *local.Service
	Pages    local.Pages
	Behind   bool // a proxy in front says, in X-Forwarded-For, who asks
}

var _ Connector = (*Local)(nil)

// ENT implements Connector.
func (l *Local) ENT() federation.ENT { return l.Portal }

// Kind implements Connector.
func (*Local) Kind() string { return localKind }

const localKind = "local"

// Begin implements Connector.
func (l *Local) Begin(_ context.Context, a Attempt) (string, error) {
	return l.at("entree", a.State()), nil
}

// at is the address of a page of ours for an attempt.
func (l *Local) at(page, state string) string {
	return l.path(page) + "?" + url.Values{stateField: {state}}.Encode()
}

func (l *Local) path(page string) string {
	path := "/connexion/local/" + url.PathEscape(string(l.Portal.Project))
	if page != "" {
		path += "/" + page
	}
	return path
}

// State implements Connector: nobody posts a word of ours.
func (*Local) State(r *http.Request) string {
	if r.Method == http.MethodPost {
		return ""
	}
	return r.URL.Query().Get(stateField)
}

// passageCookie holds the token of a passage, until the session begins.
const (
	passageCookie = "passage"
	passageLife   = 10 * time.Minute
)

// Finish implements Connector. The passage opens one session (Vouched.Once), unless the account was closed meanwhile.
func (l *Local) Finish(ctx context.Context, r *http.Request, a Attempt) (Vouched, error) {
	token := federation.Token(httpx.Cookie(r, passageCookie))
	external, until, err := l.Accounts.Vouch(ctx, l.visit(r, a.State()))
	if err != nil {
		return Vouched{}, err
	}
	return Vouched{Project: l.Portal.Project, External: external, Once: token, OnceUntil: until}, nil
}

// Over implements Connector: there is nobody else who could say so.
func (*Local) Over(*http.Request) (federation.Closing, error) {
	return federation.Closing{}, fault.New(fault.Invalid, "federation.portal.logout")
}

// SignOut implements Connector: signed out here is signed out.
func (*Local) SignOut(context.Context, string, string) string { return "" }

// Mount registers our own pages, which the door does.
func (l *Local) Mount(mux *httpx.Mux) {
	mux.Handle("GET "+l.path("entree"), l.ask)
	mux.Handle("POST "+l.path("entree"), l.look)
	mux.Handle("GET "+l.path("suite"), l.askOn)
	mux.Handle("POST "+l.path("suite"), l.goOn)
	mux.Handle("POST "+l.path("cle"), l.askKey)
	mux.Handle("POST "+l.path("cle/suite"), l.askKey)
	mux.Handle("POST "+l.path("oubli"), l.notMe)
	mux.Handle("POST "+l.path("appareil"), l.share)
}

func (l *Local) visit(r *http.Request, state string) local.Visit {
	return local.Visit{Project: l.Portal.Project, Token: federation.Token(httpx.Cookie(r, passageCookie)), State: state}
}

// ours is the state that a request carries, if this browser has begun that attempt; else nobody can be signed in by it (login CSRF).
func ours(w http.ResponseWriter, r *http.Request) (state string, ok bool) {
	w.Header().Set("Cache-Control", "no-store")
	state = r.FormValue(stateField)
	return state, slices.ContainsFunc(begun(r), func(p pending) bool { return p.Secret != "" && Attempt{secret: p.Secret}.State() == state })
}

var errNotOurs = fault.New(fault.Denied, "federation.signin.state")

// ask shows the form, or goes on without it in a remembered browser. With an attempt that is too old, or of a link that somebody kept, it begins anew.
func (l *Local) ask(w http.ResponseWriter, r *http.Request) error {
	state, ok := ours(w, r)
	if !ok {
		state = anew(w, r)
	}
	gone, trouble, err := l.recall(w, r, state)
	if gone || err != nil {
		return err
	}
	return l.form(w, r, local.Form{State: state, Trouble: trouble, Status: http.StatusOK})
}

// anew begins another attempt and returns its state: there, not by way of the door, which a browser without cookies would walk round for ever.
func anew(w http.ResponseWriter, r *http.Request) string {
	a := NewAttempt("")
	begin(w, r, a, "")
	return a.State()
}

func (l *Local) form(w http.ResponseWriter, r *http.Request, f local.Form) error {
	f.Name, f.Action, f.Runs = l.Portal.Name, l.path("entree"), l.runs()
	if l.Accounts.TakesKeys() {
		f.AskKey = l.path("cle")
	}
	if l.remembers() {
		f.Share, f.Shared = l.path("appareil"), isShared(r)
	}
	return l.Pages.LocalForm(w, r, f)
}

// look looks at an identifier and a password.
func (l *Local) look(w http.ResponseWriter, r *http.Request) error {
	state, ok := ours(w, r)
	if !ok { // what was typed is not looked at: somebody else's page may have typed it
		return l.form(w, r, local.Form{State: anew(w, r), Trouble: fault.New(fault.Denied, "local.form.old"), Status: http.StatusForbidden})
	}
	login := local.ParseLogin(r.PostFormValue("identifiant"))
	token, step, err := l.signIn(r, login, state)
	if status, shown := troubled(w, r, err); shown {
		return l.form(w, r, local.Form{State: state, Login: login, Remember: l.asked(r) != "", Trouble: err, Status: status})
	} else if err != nil {
		return err
	}
	httpx.SetCookie(w, r, passageCookie, string(token), passageLife)
	return l.onward(w, r, step, state)
}

// troubled reports whether an error is one to show in the form, and under which status; the request's event tells it.
func troubled(w http.ResponseWriter, r *http.Request, err error) (status int, shown bool) {
	wait, waits := local.WaitOf(err)
	switch {
	case err == nil:
		return 0, false
	case waits:
		status = http.StatusTooManyRequests
		w.Header().Set("Retry-After", strconv.Itoa(int(wait.Seconds())))
	case !strings.HasPrefix(fault.CodeOf(err), "local.") || fault.CodeOf(err) == "local.passage.over":
		return 0, false
	default:
		status = httpx.StatusOf(err)
	}
	httpx.Event(r.Context()).Set("code", fault.CodeOf(err))
	return status, true
}

// onward goes to the next page, or back to the door.
func (l *Local) onward(w http.ResponseWriter, r *http.Request, step local.Step, state string) error {
	http.Redirect(w, r, l.next(step, state), http.StatusSeeOther)
	return nil
}

func (l *Local) next(step local.Step, state string) string {
	if step == local.Done {
		return l.at("", state)
	}
	return l.at("suite", state)
}

// askOn shows what comes next, wherever the passage is.
func (l *Local) askOn(w http.ResponseWriter, r *http.Request) error {
	state, ok := ours(w, r)
	if !ok {
		return errNotOurs
	}
	step, err := l.Accounts.Where(r.Context(), l.visit(r, state))
	if err != nil {
		return err
	}
	if step == local.Done {
		return l.onward(w, r, step, state)
	}
	return l.stepForm(w, r, local.StepForm{Step: step, State: state, Status: http.StatusOK})
}

// runs reports whether it is the sign-in of operators.
func (l *Local) runs() bool { return l.Portal.Project == local.Operators }

func (l *Local) stepForm(w http.ResponseWriter, r *http.Request, f local.StepForm) (err error) {
	f.Action, f.Runs = l.path("suite"), l.runs()
	switch f.Step {
	case local.Enrol:
		if f.Offer, err = l.Accounts.Offered(r.Context(), l.visit(r, f.State)); err != nil {
			return err
		}
		if l.Accounts.TakesKeys() {
			f.AskKey = l.path("cle/suite")
		}
	case local.Factor:
		if held(r) != (local.Mark{}) {
			f.NotMe = l.path("oubli")
		}
		phone, key, err := l.Accounts.Means(r.Context(), l.visit(r, f.State))
		if err != nil {
			return err
		}
		if f.Phone = phone; key {
			f.AskKey = l.path("cle/suite")
		}
	}
	return l.Pages.LocalStep(w, r, f)
}

// goOn takes what was asked for.
func (l *Local) goOn(w http.ResponseWriter, r *http.Request) error {
	state, ok := ours(w, r)
	if !ok {
		return errNotOurs
	}
	v := l.visit(r, state)
	step, err := l.Accounts.Where(r.Context(), v)
	if err != nil {
		return err
	}
	var codes []string
	next := step
	switch step {
	case local.Factor:
		if said := r.PostFormValue(keyField); said != "" {
			next, err = l.Accounts.ProveByKey(r.Context(), v, []byte(said))
		} else {
			next, err = l.Accounts.Prove(r.Context(), v, r.PostFormValue("code"))
		}
	case local.Change:
		next, err = l.Accounts.Choose(r.Context(), v, local.Phrase(r.PostFormValue("nouveau")), local.Phrase(r.PostFormValue("encore")))
	case local.Enrol:
		next = local.Done
		if said := r.PostFormValue(keyField); said != "" {
			codes, err = l.Accounts.TakeKey(r.Context(), v, r.PostFormValue("nom"), []byte(said))
		} else {
			codes, err = l.Accounts.Take(r.Context(), v, r.PostFormValue("code"))
		}
	}
	if status, shown := troubled(w, r, err); shown {
		return l.stepForm(w, r, local.StepForm{Step: step, State: state, Trouble: err, Status: status})
	} else if err != nil {
		return err
	}
	if codes != nil {
		return l.Pages.LocalCodes(w, r, codes, l.next(next, state))
	}
	return l.onward(w, r, next, state)
}
