package account

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"pupitre/federation"
	"pupitre/federation/local"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/lang"
	"pupitre/internal/look"
	"pupitre/web"
)

// Own is what somebody may do with their own account. local.Service satisfies it.
type Own interface {
	Mine(ctx context.Context, me local.Me) (local.Own, error)
	ChangeOwn(ctx context.Context, me local.Me, old, password, again local.Phrase) (federation.Token, error)
	Confirm(ctx context.Context, me local.Me, password local.Phrase, code string) (session, proof federation.Token, err error)
	AskToConfirm(ctx context.Context, me local.Me) ([]byte, error)
	ConfirmByKey(ctx context.Context, me local.Me, response []byte) (session, proof federation.Token, err error)
	NewOffer(ctx context.Context, me local.Me) (local.Offer, error)
	Replace(ctx context.Context, me local.Me, code string) ([]string, federation.Token, error)
	RenewCodes(ctx context.Context, me local.Me) ([]string, error)
	ForgetOwn(ctx context.Context, me local.Me, id local.BrowserID) error
	TakesKeys() bool
	AskNewKey(ctx context.Context, me local.Me) ([]byte, error)
	AddKey(ctx context.Context, me local.Me, name string, response []byte) error
	DropKey(ctx context.Context, me local.Me, id []byte) (federation.Token, error)
}

// The pages of somebody's own account. What stands in gated is shown to who has just confirmed that it is them.
const (
	changePath  = web.OwnPath + "/mot-de-passe"
	confirmPath = web.OwnPath + "/confirmer"
	phonePath   = web.OwnPath + "/telephone"
	codesPath   = web.OwnPath + "/codes"
	keysPath    = web.OwnPath + "/cles"
	forgetPath  = web.OwnPath + "/oublier"
)

var gated = map[string]string{"telephone": phonePath, "codes": codesPath, "cles": keysPath}

// proofCookie holds the proof of a confirmation, as long as that is good.
const (
	proofCookie = "preuve"
	proofLife   = 10 * time.Minute
)

func (a *Room) mountOwn(mux web.Mux) {
	mux.Handle("GET "+web.OwnPath, a.House.For(a.forMe(a.own)))
	mux.Handle("GET "+changePath, a.House.For(a.forMe(a.askChange)))
	mux.Handle("POST "+changePath, a.House.For(a.forMe(a.change)))
	mux.Handle("GET "+confirmPath, a.House.For(a.forMe(a.askConfirm)))
	mux.Handle("POST "+confirmPath, a.House.For(a.forMe(a.confirm)))
	mux.Handle("POST "+confirmPath+"/question", a.House.For(a.forMe(a.askToConfirm)))
	mux.Handle("GET "+phonePath, a.House.For(a.forMe(a.askPhone)))
	mux.Handle("POST "+phonePath, a.House.For(a.forMe(a.phone)))
	mux.Handle("GET "+codesPath, a.House.For(a.forMe(a.askCodes)))
	mux.Handle("POST "+codesPath, a.House.For(a.forMe(a.renewCodes)))
	mux.Handle("GET "+keysPath, a.House.For(a.forMe(a.keys)))
	mux.Handle("POST "+keysPath, a.House.For(a.forMe(a.addKey)))
	mux.Handle("POST "+keysPath+"/question", a.House.For(a.forMe(a.askKey)))
	mux.Handle("POST "+keysPath+"/retirer", a.House.For(a.forMe(a.dropKey)))
	mux.Handle("POST "+forgetPath, a.House.For(a.forMe(a.forget)))
}

// mine is somebody at a page of their own account.
type mine struct {
	*web.Reader
	me  local.Me
	own local.Own
}

// forMe makes a page of one's own account a page: of who has one, kept by no browser. Whoever must confirm first is sent to do it.
func (a *Room) forMe(page func(w http.ResponseWriter, r *http.Request, m mine) error) web.Page {
	return func(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
		w.Header().Set("Cache-Control", "no-store")
		m := mine{Reader: reader, me: local.Me{Session: reader.Session, Token: federation.Token(httpx.Cookie(r, federation.SessionCookie)),
			Proof: federation.Token(httpx.Cookie(r, proofCookie)), From: httpx.From(r, a.Behind)}}
		if !reader.Local {
			return fault.New(fault.NotFound, "local.own.none")
		}
		var err error
		if m.own, err = a.Own.Mine(r.Context(), m.me); err != nil {
			return err
		}
		if err = page(w, r, m); fault.CodeOf(err) != "local.own.confirm" || strings.Contains(r.Header.Get("Accept"), "json") {
			return err
		}
		httpx.ClearCookie(w, r, proofCookie)
		http.Redirect(w, r, confirmFor(r.URL.Path), http.StatusSeeOther)
		return nil
	}
}

// confirmFor is where one confirms, to go on to a page.
func confirmFor(path string) string {
	for what, gate := range gated {
		if strings.HasPrefix(path, gate) {
			return confirmPath + "?" + url.Values{"pour": {what}}.Encode()
		}
	}
	return web.OwnPath
}

// renewed gives the browser its session's new token.
func renewed(w http.ResponseWriter, r *http.Request, token federation.Token) {
	httpx.SetCookie(w, r, federation.SessionCookie, string(token), 0)
}

// ownPage is somebody's own account.
type ownPage struct {
	look.Shell
	Login, Since               string
	Kept                       string // why the password is not to be changed, "" where it is
	Change, Phone, Codes, Keys string
	HasPhone                   bool
	Left                       int
	Few                        bool
	List                       []keyRow
	Browsers                   []browserRow
	Forget                     string
}

// keyRow is one passkey.
type keyRow struct{ ID, Name, When string }

func (a *Room) own(w http.ResponseWriter, r *http.Request, m mine) error {
	p := &ownPage{Shell: a.ownShell(r), Login: string(m.own.Login), Change: changePath, Left: m.own.Codes, Few: m.own.Codes < 3}
	p.Title, p.Lead, p.Crumbs = p.T("local.own.title"), m.You(&p.Shell, "local.own.lead."), nil
	p.Since = lang.Date(p.Locale, clock.On(m.own.Changed, m.School().Zone()))
	if !m.own.MayChange {
		p.Kept = p.T("local.own.password.kept")
	}
	if m.own.Guarded() {
		p.Phone, p.Codes, p.HasPhone = phonePath, codesPath, m.own.Factor != nil
	}
	if m.own.Staff && m.own.Guarded() && a.Own.TakesKeys() {
		p.Keys, p.List = keysPath, m.keyRows(&p.Shell)
	}
	p.Forget, p.Browsers = forgetPath, m.browserRows(&p.Shell, m.me.Session.ID)
	return a.pages.own.Send(w, r, http.StatusOK, p)
}

// ownShell begins a page below one's own account.
func (a *Room) ownShell(r *http.Request) look.Shell {
	s := a.shell(r)
	s.Parent, s.Crumbs = s.T("local.own.title"), []look.Link{{Text: s.T("local.own.title"), Href: web.OwnPath}}
	return s
}

// ownForm begins a form of one's own account.
func (a *Room) ownForm(r *http.Request, action, word string) *localPage {
	p := &localPage{Shell: a.ownShell(r), Action: action, Icon: "check", Back: web.OwnPath}
	p.Here = action
	p.Title = p.T(word + "title")
	p.Crumbs = append(p.Crumbs, look.Link{Text: p.Title, Current: true})
	return p
}

// troubled reports whether an error is one to show in the form, and under which status.
func troubled(w http.ResponseWriter, r *http.Request, err error) (status int, shown bool) {
	wait, waits := local.WaitOf(err)
	switch code := fault.CodeOf(err); {
	case err == nil, !strings.HasPrefix(code, "local."), code == "local.own.confirm", code == "local.own.none":
		return 0, false
	case waits:
		status = http.StatusTooManyRequests
		w.Header().Set("Retry-After", strconv.Itoa(int(wait.Seconds())))
	default:
		status = httpx.StatusOf(err)
	}
	httpx.Event(r.Context()).Set("code", fault.CodeOf(err))
	return status, true
}

func (a *Room) askChange(w http.ResponseWriter, r *http.Request, m mine) error {
	return a.changeForm(w, r, m, http.StatusOK, nil)
}

func (a *Room) changeForm(w http.ResponseWriter, r *http.Request, m mine, status int, trouble error) error {
	if !m.own.MayChange {
		return fault.New(fault.Denied, "local.own.school")
	}
	p := a.ownForm(r, changePath, "local.own.change.")
	p.Lead, p.Go = m.You(&p.Shell, "local.own.change.lead."), p.T("local.own.change.go")
	p.Fields = append([]look.Field{{ID: "actuel", Label: p.T("local.own.change.old"), Type: "password", Required: true, Autocomplete: "current-password"}}, p.chosen()...)
	field := "nouveau"
	if code := fault.CodeOf(trouble); code == "local.own.wrong" || strings.HasPrefix(code, "local.wait.") {
		field = "actuel"
	}
	p.trouble(field, trouble)
	return a.pages.local.Send(w, r, status, p)
}

func (a *Room) change(w http.ResponseWriter, r *http.Request, m mine) error {
	phrase := func(name string) local.Phrase { return local.Phrase(r.PostFormValue(name)) }
	token, err := a.Own.ChangeOwn(r.Context(), m.me, phrase("actuel"), phrase("nouveau"), phrase("encore"))
	if status, shown := troubled(w, r, err); shown {
		return a.changeForm(w, r, m, status, err)
	} else if err != nil {
		return err
	}
	renewed(w, r, token)
	shell := a.House.Site.Shell(r)
	return a.toOwn(w, r, web.OwnPath, m.You(&shell, "local.own.change.done."))
}

// toOwn goes on with a word about what was done.
func (a *Room) toOwn(w http.ResponseWriter, r *http.Request, path, done string) error {
	if err := a.House.Site.Flash(w, r, look.Message{Text: done}); err != nil {
		return err
	}
	http.Redirect(w, r, path, http.StatusSeeOther)
	return nil
}
