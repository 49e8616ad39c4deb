package signin

import (
	"context"
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
)

// Door is where persons come in and go out. Fill it as a struct literal, then Mount it.
type Door struct {
	Federation *federation.Service
	Connectors []Connector
	Pages      federation.Pages
	Poster     federation.Poster
	Base       string              // the broker's own address, without a slash at the end: callbacks are made of it, never of the Host header
	Home       string              // where a sign-in without a destination ends; "": /mediacentre
	Partings   federation.Partings // optional: sites that are told of a sign-out through the browser
	Schools    Schools             // optional: persons who do not know their portal's name look for their school
}

// Schools finds schools of some projects by words that somebody has typed. directory.Finder satisfies it.
type Schools interface {
	Find(ctx context.Context, s directory.Sought) (found []directory.School, more bool, err error)
	KindsOf(ctx context.Context, of []directory.ProjectID) (map[directory.ProjectID][]directory.Kind, error)
}

// Mount registers the door's routes.
func (d *Door) Mount(mux *httpx.Mux) {
	mux.Handle("GET /connexion", d.enter)
	mux.Handle("POST /connexion/oubli", d.forget)
	mux.Handle("GET /connexion/{kind}/{project}", d.arrive)
	mux.Handle("POST /connexion/{kind}/{project}", d.hear)
	mux.Handle("GET /connexion/{kind}/{project}/metadata", d.describe)
	mux.Handle("GET /connexion/{kind}/{project}/fin", d.end)
	mux.Handle("POST /connexion/{kind}/{project}/fin", d.end)
	mux.Handle("POST /connexion/lieu", d.choose)
	mux.Handle("GET /deconnexion", d.leaving)
	mux.Handle("POST /deconnexion", d.leave)
	for _, c := range d.Connectors {
		if own, ok := c.(interface{ Mount(*httpx.Mux) }); ok { // a portal of our own has pages
			own.Mount(mux)
		}
	}
}

// CrossOrigin lists the routes that others may post to, for httpx.Edge.CrossOrigin: a portal's word that a sign-in is over,
// which only one who knows its ticket can give.
func (*Door) CrossOrigin() []string {
	return []string{"POST /connexion/{kind}/{project}", "POST /connexion/{kind}/{project}/fin"}
}

// enter sends the person to their portal, or asks which it is.
func (d *Door) enter(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	next := httpx.Next(r, "")
	hint := r.URL.Query().Get("idENT")
	connector := d.hinted(hint)
	if portals := d.portals(); connector == nil && len(portals) == 1 && hint != federation.WithoutENT {
		connector = portals[0]
	}
	if connector == nil {
		return d.ask(w, r, next)
	}
	if _, apart := connector.(Apart); !apart {
		remember(w, r, connector.ENT().Project)
	}
	attempt := NewAttempt(d.callback(connector))
	address, err := connector.Begin(r.Context(), attempt)
	if err != nil {
		return err
	}
	begin(w, r, attempt, next)
	http.Redirect(w, r, address, http.StatusSeeOther)
	return nil
}

// ask shows the portals and, of the schools that the person looks for, those that one of them has (« Où êtes-vous scolarisé ? »).
func (d *Door) ask(w http.ResponseWriter, r *http.Request, next string) error {
	choice := federation.ENTChoice{Remembered: directory.ProjectID(httpx.Cookie(r, entCookie)), Next: next}
	var projects []directory.ProjectID
	among := d.portals()
	if r.URL.Query().Get("idENT") == federation.WithoutENT {
		if own := d.accounts(); len(own) > 0 {
			among, choice.Hint = own, federation.WithoutENT
		} else {
			choice.NoAccounts = true
		}
	}
	for _, c := range among {
		projects = append(projects, c.ENT().Project)
	}
	var kinds map[directory.ProjectID][]directory.Kind
	if d.Schools != nil {
		var err error
		if kinds, err = d.Schools.KindsOf(r.Context(), projects); err != nil {
			return err
		}
		choice.Kind, choice.Kinds = directory.ParseKind(r.URL.Query().Get("niveau")), named(kinds)
		text := r.URL.Query().Get("q")
		choice.Search, choice.Sought = true, strings.ToValidUTF8(text[:min(len(text), maxSought)], "")
		if choice.Last, err = d.lastSchool(r, projects); err != nil {
			return err
		}
		if choice.Found, choice.More, err = d.Schools.Find(r.Context(), directory.Sought{Text: choice.Sought, Of: projects, Kind: choice.Kind, Limit: maxFound}); err != nil {
			return err
		}
	}
	for _, c := range among {
		if choice.Kind == "" || slices.Contains(kinds[c.ENT().Project], choice.Kind) {
			choice.ENTs = append(choice.ENTs, c.ENT())
		}
	}
	return d.Pages.ChooseENT(w, r, choice)
}

// named are the kinds that some schools are of and that have a name, in their order.
func named(of map[directory.ProjectID][]directory.Kind) (some []directory.Kind) {
	for _, k := range directory.Kinds {
		for _, kinds := range of {
			if slices.Contains(kinds, k) {
				some = append(some, k)
				break
			}
		}
	}
	return some
}

// portals are the connectors of schools' persons: those among which one chooses.
func (d *Door) portals() []Connector {
	return slices.DeleteFunc(slices.Clone(d.Connectors), func(c Connector) bool { _, apart := c.(Apart); return apart })
}

const (
	maxSought = 200
	maxFound  = 20
)

// hinted finds the portal that a link names: the project's code in base64 as the GAR writes it, or in clear; federation.WithoutENT names
// the accounts of our own.
func (d *Door) hinted(hint string) Connector {
	if hint == "" {
		return nil
	}
	if hint == federation.WithoutENT {
		if own := d.accounts(); len(own) == 1 {
			return own[0]
		}
		return nil
	}
	plain, err := base64.StdEncoding.DecodeString(hint)
	for _, c := range d.Connectors {
		project := string(c.ENT().Project)
		if project == hint || err == nil && project == string(plain) {
			return c
		}
	}
	return nil
}

// accounts are the portals of our own, where people have an account and no ENT.
func (d *Door) accounts() []Connector {
	return slices.DeleteFunc(d.portals(), func(c Connector) bool { return c.Kind() != localKind })
}

func (d *Door) find(r *http.Request) (Connector, error) {
	if c := d.connector(r.PathValue("kind"), r.PathValue("project")); c != nil {
		return c, nil
	}
	return nil, fault.New(fault.NotFound, "federation.portal.unknown")
}

// connector is the one of that kind and project, nil for none.
func (d *Door) connector(kind, project string) Connector {
	for _, c := range d.Connectors {
		if c.Kind() == kind && string(c.ENT().Project) == project {
			return c
		}
	}
	return nil
}

// callback is the address that a portal answers to. Each has its own, so that the answer of one is never taken for another's
// (RFC 9700 §4.4.2.2).
func (d *Door) callback(c Connector) string {
	return d.Base + "/connexion/" + c.Kind() + "/" + url.PathEscape(string(c.ENT().Project))
}

// arrive hears the portal's word and begins the session.
func (d *Door) arrive(w http.ResponseWriter, r *http.Request) error {
	httpx.Private(w) // the address holds a ticket
	connector, err := d.find(r)
	if err != nil {
		return err
	}
	begun, ok := finish(w, r, connector.State(r))
	if !ok {
		return fault.New(fault.Denied, "federation.signin.state")
	}
	vouched, err := connector.Finish(r.Context(), r, Attempt{d.callback(connector), begun.Secret})
	if err != nil {
		return err
	}
	if apart, ok := connector.(Apart); ok {
		home, err := apart.Receive(w, r, vouched)
		if err != nil {
			return err
		}
		http.Redirect(w, r, apartFrom(begun.Next, home), http.StatusSeeOther)
		return nil
	}
	token, session, err := d.Federation.Arrive(r.Context(), federation.Arrival{
		Project: vouched.Project, External: vouched.External, Upstream: connector.Kind(), Index: vouched.Index,
		Once: vouched.Once, OnceUntil: vouched.OnceUntil,
		Replaces: federation.Token(httpx.Cookie(r, federation.SessionCookie)), Hint: federation.Token(httpx.Cookie(r, placeCookie)),
	})
	if err != nil {
		return err
	}
	httpx.Event(r.Context()).Set("session", string(session.ID))
	httpx.SetCookie(w, r, federation.SessionCookie, string(token), 0)
	rememberFarewell(w, r, connector, vouched.Farewell)
	if greeter, ok := connector.(Greeter); ok {
		if err := greeter.Greet(w, r, Attempt{d.callback(connector), begun.Secret}, session); err != nil {
			httpx.Event(r.Context()).Set("ungreeted", err.Error())
		}
	}
	to := d.local(begun.Next)
	if session.Unchosen && d.Federation.Places != "" {
		to = d.Federation.WhichPlace(to, "")
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// local is a remembered address, if it is one of ours, else home. The cookie is the browser's, so it is not believed.
func (d *Door) local(next string) string {
	if path, ok := httpx.LocalPath(next); ok {
		return path
	}
	if d.Home != "" {
		return d.Home
	}
	return "/mediacentre"
}

// hear takes what is posted: a protocol's answer to an attempt, through the browser, or the portal's word that a sign-in is over.
func (d *Door) hear(w http.ResponseWriter, r *http.Request) error {
	connector, err := d.find(r)
	if err != nil {
		return err
	}
	if connector.State(r) != "" {
		if httpx.Cookie(r, pendingCookie) == "" && r.PostFormValue(again) == "" {
			return d.carryAgain(w, r, connector)
		}
		return d.arrive(w, r)
	}
	return d.over(w, r, connector)
}

// over ends the sessions that the portal says are over. What it names may be unknown: it tells every service at once. The answer is
// 200, and not to be kept (OpenID Connect Back-Channel Logout 1.0 §2.8).
func (d *Door) over(w http.ResponseWriter, r *http.Request, connector Connector) error {
	w.Header().Set("Cache-Control", "no-store")
	closing, err := connector.Over(r)
	if err != nil {
		return err
	}
	ended, err := d.Federation.SignOutThere(r.Context(), closing)
	if err != nil {
		return err
	}
	httpx.Event(r.Context()).Set("sessions", len(ended))
	w.WriteHeader(http.StatusOK)
	return nil
}

// choose moves the person to another of their places, which this browser remembers.
func (d *Door) choose(w http.ResponseWriter, r *http.Request) error {
	token := federation.Token(httpx.Cookie(r, federation.SessionCookie))
	hint, err := d.Federation.Choose(r.Context(), token, directory.SchoolID(r.PostFormValue("school")), directory.Profile(r.PostFormValue("profile")))
	if err != nil {
		return err
	}
	if hint != "" {
		httpx.SetCookie(w, r, placeCookie, string(hint), memoryLife)
	}
	http.Redirect(w, r, d.local(httpx.Next(r, "")), http.StatusSeeOther)
	return nil
}
