package operator

import (
	"context"
	"net/http"

	"pupitre/federation"
	"pupitre/federation/local"
	"pupitre/federation/operator"
	"pupitre/internal/httpx"
	"pupitre/internal/lang"
	"pupitre/internal/look"
	"pupitre/journal"
	"pupitre/web"
)

// Front is the operator's pages at the broker's own address, for operators who have signed in (federation/operator). Fill it as a struct literal,
// then Mount it. Its room is one of its own, on the house's site.
type Front struct {
	House     *web.House
	Room      *Room
	Operators Operators
	Accounts  web.GuestAccounts
	Behind    bool // TLS ends at a proxy in front
}

// Operators tells who is signed in. operator.Service satisfies it.
type Operators interface {
	Present(ctx context.Context, token federation.Token) (operator.Operator, error)
	Alone(ctx context.Context, old federation.Token) (federation.Token, error)
	Leave(ctx context.Context, token federation.Token) error
}

const (
	passwordPath = web.OperatorPath + "/mot-de-passe"
	leavePath    = web.OperatorPath + "/quitter"
)

// Mount registers the pages.
func (f *Front) Mount(mux web.Mux) {
	f.Room.MountAt(mux, web.OperatorPath, f.let)
	mux.Handle("GET "+web.OperatorPath, f.let(func(w http.ResponseWriter, r *http.Request, _ journal.Actor) error {
		http.Redirect(w, r, web.OperatorPath+Path, http.StatusSeeOther)
		return nil
	}))
	password := &web.Password{House: f.House, Accounts: f.Accounts, Project: local.Operators, Path: passwordPath, Home: web.OperatorPath, Cookie: operator.SessionCookie,
		Behind: f.Behind, Alone: f.Operators.Alone, Shell: f.shell}
	mux.Handle("GET "+passwordPath, f.with(func(w http.ResponseWriter, r *http.Request, _ operator.Operator) error { return password.Show(w, r) }))
	mux.Handle("POST "+passwordPath, f.with(func(w http.ResponseWriter, r *http.Request, o operator.Operator) error {
		return password.Change(w, r, o.Person)
	}))
	mux.Handle("POST "+leavePath, f.leave)
}

// let lets operators in, each under their own name: their acts are theirs.
func (f *Front) let(p Page) httpx.Handler {
	return f.with(func(w http.ResponseWriter, r *http.Request, o operator.Operator) error { return p(w, r, o.Actor()) })
}

// with finds which operator is reading, or answers fault.Unauthenticated.
func (f *Front) with(p func(w http.ResponseWriter, r *http.Request, o operator.Operator) error) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		httpx.Private(w)
		o, err := f.Operators.Present(r.Context(), federation.Token(httpx.Cookie(r, operator.SessionCookie)))
		if err != nil {
			return err
		}
		httpx.Event(r.Context()).Set("person", string(o.Person))
		return p(w, web.Framed(r, func(r *http.Request, s *look.Shell) {
			f.Room.frame(r, s)
			s.Home = web.OperatorPath
			s.Who = &look.Who{Name: o.Name, Role: s.T("operator.role"), Initials: lang.Initials(o.Name, ""), SignOut: leavePath,
				Own: look.Link{Text: s.T("local.own.change.title"), Href: passwordPath, Current: r.URL.Path == passwordPath}}
		}), o)
	}
}

// leave signs out.
func (f *Front) leave(w http.ResponseWriter, r *http.Request) error {
	if err := f.Operators.Leave(r.Context(), federation.Token(httpx.Cookie(r, operator.SessionCookie))); err != nil {
		return err
	}
	httpx.ClearCookie(w, r, operator.SessionCookie)
	http.Redirect(w, r, web.OperatorPath, http.StatusSeeOther)
	return nil
}

// shell begins a page of the front's own.
func (f *Front) shell(r *http.Request, title string, args ...any) look.Shell {
	p := f.House.Site.Shell(r)
	p.Title, p.Parent = p.T(title, args...), p.T("operator.space")
	return p
}
