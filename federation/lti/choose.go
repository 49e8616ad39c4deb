package lti

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/journal"
)

// settingsClaim is what a tool may answer with, and where (Deep Linking 2.0 §3.4.1.1).
type settingsClaim struct {
	Return   string           `json:"deep_link_return_url"`
	Types    []string         `json:"accept_types"`
	Targets  []string         `json:"accept_presentation_document_targets"`
	Multiple bool             `json:"accept_multiple"`
	LineItem bool             `json:"accept_lineitem"`
	Create   bool             `json:"auto_create"`
	Data     federation.Token `json:"data"`
}

const deepLinkingRequest = "LtiDeepLinkingRequest"

// choice reads what is to be chosen: a teacher goes to the tool to pick content for one of their classes (Deep Linking 2.0 §2.1).
func (p *Platform) choice(ctx context.Context, session federation.Session, q url.Values) (federation.Client, Launch, error) {
	l := Launch{Kind: deepLinking, Session: session, Cohort: directory.CohortID(q.Get("classe"))}
	client, err := p.tool(ctx, federation.ClientID(q.Get("client_id")))
	if err != nil {
		return client, l, err
	}
	target, ok := client.LTI.Target("", q.Get("idRessource"))
	if !ok || client.LTI.DeepLinking == "" {
		return client, l, fault.New(fault.Invalid, "federation.lti.target", "client", client.Name)
	}
	l.Target = client.LTI.DeepLinking
	if l.ARK, err = meantBy(client, target, q.Get("idRessource")); err != nil {
		return client, l, err
	}
	return client, l, p.teaches(ctx, session, l.Cohort)
}

// teaches refuses whoever is not a teacher of that class.
func (p *Platform) teaches(ctx context.Context, session federation.Session, cohort directory.CohortID) error {
	if session.Profile != directory.Teacher && session.Profile != directory.Librarian || cohort == "" {
		return fault.New(fault.Denied, "federation.lti.teacher")
	}
	return p.in(ctx, session, cohort)
}

// forChoosing makes a message that of a choice. Its data is bound to the session: only there does what comes back mean anything.
func (p *Platform) forChoosing(ctx context.Context, m *message, l Launch) error {
	data := federation.NewToken()
	m.Type = deepLinkingRequest
	m.Settings = &settingsClaim{
		Return: p.Issuer + "/lti/chosen", Types: []string{resourceLinkType}, Targets: []string{"window"}, Multiple: true, LineItem: true, Data: data,
	}
	l.Kind, l.Target, l.Login = answer, "", ""
	err := p.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		l.Until = w.Now().Add(chooseLife)
		return w.AddLaunch(ctx, l, data.Hash())
	})
	if err != nil {
		return fmt.Errorf("let %s be chosen at %s: %w", l.ARK, l.Client, err)
	}
	return nil
}

// chosenThere takes a tool's answer, which the browser posts from the tool's site: without our cookie, so what was chosen waits until
// the browser is back with it.
func (p *Platform) chosenThere(w http.ResponseWriter, r *http.Request) error {
	httpx.Private(w)
	if err := r.ParseForm(); err != nil {
		return fault.Wrap(err, fault.Invalid, "federation.lti.request")
	}
	if len(r.PostForm["JWT"]) != 1 {
		return fault.New(fault.Invalid, "federation.lti.answer.missing")
	}
	a, err := p.readAnswer(r.Context(), r.PostForm.Get("JWT"))
	if err != nil {
		return err
	}
	httpx.Event(r.Context()).Set("client", string(a.client.ID))
	token := federation.NewToken()
	err = p.Store.Write(r.Context(), func(ctx context.Context, w Writer) error {
		l, first, err := w.TakeLaunch(ctx, federation.Token(a.Data).Hash())
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		if err != nil || !first || l.Kind != answer || l.Client != a.client.ID || !w.Now().Before(l.Until) {
			return fault.New(fault.Denied, "federation.lti.answer.data")
		}
		l.Kind, l.Body, l.Until = chosen, a.body, w.Now().Add(launchLife)
		return w.AddLaunch(ctx, l, token.Hash())
	})
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/lti/chosen?choix="+string(token), http.StatusSeeOther)
	return nil
}

// chosenHere pins what was chosen, once its teacher is back: in the browser where the choice began, and while they teach that class.
func (p *Platform) chosenHere(w http.ResponseWriter, r *http.Request) error {
	httpx.Private(w)
	if err := httpx.Meant(r, aheadCode); err != nil {
		return err
	}
	session, err := p.Federation.Find(r.Context(), federation.Token(httpx.Cookie(r, federation.SessionCookie)))
	if err != nil {
		return err
	}
	l, client, items, err := p.takeChosen(r.Context(), session, federation.Token(r.URL.Query().Get("choix")))
	if err != nil {
		return err
	}
	if err := p.teaches(r.Context(), l.Session, l.Cohort); err != nil {
		return err
	}
	if err := p.pin(r.Context(), client, l, items); err != nil {
		return err
	}
	http.Redirect(w, r, ClassPath(l.Cohort), http.StatusSeeOther)
	return nil
}

// ClassPath is the page of a class's pinned links and gradebook.
func ClassPath(cohort directory.CohortID) string { return "/carnets/" + string(cohort) }

func (p *Platform) takeChosen(ctx context.Context, session federation.Session, token federation.Token) (Launch, federation.Client, []item, error) {
	var l Launch
	var good bool
	err := p.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		good = false
		found, first, err := w.TakeLaunch(ctx, token.Hash())
		if fault.Is(err, fault.NotFound) {
			return nil
		} else if err != nil {
			return err
		}
		l = found
		good = first && l.Kind == chosen && l.Session.ID == session.ID && w.Now().Before(l.Until)
		return nil
	})
	if err != nil {
		return l, federation.Client{}, nil, err
	}
	if !good {
		return l, federation.Client{}, nil, fault.New(fault.Denied, "federation.lti.choice")
	}
	client, err := p.tool(ctx, l.Client)
	if err != nil {
		return l, client, nil, err
	}
	var items []item
	err = json.Unmarshal([]byte(l.Body), &items)
	return l, client, items, err
}

// pin keeps what was chosen as links of the class.
func (p *Platform) pin(ctx context.Context, client federation.Client, l Launch, items []item) error {
	err := p.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		for _, one := range items {
			link := Link{
				ID: LinkID(p.IDs.New()), School: l.Session.School, Cohort: l.Cohort, Client: client.ID, ARK: l.ARK,
				URL: one.URL, Title: one.Title, Text: one.Text, Custom: one.Custom,
			}
			act, err := w.Record(ctx, linkEntry(l.Session, link, "federation.link-pinned"))
			if err != nil {
				return err
			}
			if err := w.Pin(ctx, act, link); err != nil {
				return err
			}
			if one.LineItem != nil {
				if err := p.pinColumn(ctx, w, l.Session, link, *one.LineItem); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("pin links of %s for %s: %w", client.ID, l.Cohort, err)
	}
	return nil
}

// pinColumn makes the column of the gradebook that a pinned link comes with.
func (p *Platform) pinColumn(ctx context.Context, w Writer, session federation.Session, l Link, column lineItemClaim) error {
	c := Context{ID: ContextID(federation.NewToken()), School: l.School, Cohort: l.Cohort, Client: l.Client, ARK: l.ARK}
	var err error
	if c.ID, err = w.OpenContext(ctx, c); err != nil {
		return err
	}
	i := LineItem{
		ID: LineItemID(p.IDs.New()), School: l.School, Context: c.ID, Label: column.Label, Maximum: column.Maximum, Tag: column.Tag,
		Resource: column.Resource, Link: string(l.ID),
	}
	if i.Label == "" {
		i.Label = l.Title
	}
	return addItem(ctx, w, journal.Actor{Kind: journal.ByPerson, ID: string(session.Person)}, c, i)
}

func linkEntry(session federation.Session, l Link, verb string) journal.Entry {
	return journal.Entry{
		School: string(l.School), Actor: journal.Actor{Kind: journal.ByPerson, ID: string(session.Person)}, Verb: verb, Subject: string(l.ID),
		Class: journal.ClassChange, Detail: map[string]any{"client": l.Client, "class": l.Cohort, "resource": l.ARK},
	}
}
