package lti

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
)

var errRequest = fault.New(fault.Invalid, "federation.lti.request")

// LaunchPath is where a resource is opened with a tool, in a class where one is named.
func LaunchPath(tool federation.ClientID, ark string, class directory.CohortID) string {
	q := url.Values{"client_id": {string(tool)}, "idRessource": {ark}}
	if class != "" {
		q.Set("classe", string(class))
	}
	return "/lti/launch?" + q.Encode()
}

// launch begins a message: the person, once signed in, is sent to the tool's login with two hints, which only this browser may bring
// back. Whether they may enter is looked at already, so that a refusal is told here, in words; it is decided, and the right opened, when
// the tool asks. wanted reads which message is meant.
func (p *Platform) launch(wanted func(ctx context.Context, session federation.Session, q url.Values) (federation.Client, Launch, error)) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		httpx.Private(w)
		if err := httpx.Meant(r, aheadCode); err != nil {
			return err
		}
		q, err := single(r.URL.RawQuery)
		if err != nil {
			return err
		}
		session, err := p.Federation.Find(r.Context(), federation.Token(httpx.Cookie(r, federation.SessionCookie)))
		if fault.Is(err, fault.Unauthenticated) {
			http.Redirect(w, r, federation.SignInPath(r.URL.RequestURI(), ""), http.StatusFound)
			return nil
		} else if err != nil {
			return err
		}
		client, l, err := wanted(r.Context(), session, q)
		if err != nil {
			return err
		}
		return p.begin(w, r, client, l)
	}
}

// aheadCode refuses what only looks ahead: an entry marks the copy as opened.
const aheadCode = "federation.oidc.ahead"

// single reads a query; a parameter twice is an attack or an accident.
func single(query string) (url.Values, error) {
	q, ok := httpx.Single(query)
	if !ok {
		return nil, errRequest
	}
	return q, nil
}

// begin keeps a message and sends the browser to its tool.
func (p *Platform) begin(w http.ResponseWriter, r *http.Request, client federation.Client, l Launch) error {
	httpx.Event(r.Context()).Set("client", string(client.ID))
	if _, err := p.Federation.Again(r.Context(), federation.Given{Session: l.Session, Client: client, ARK: l.ARK}); err != nil {
		return err
	}
	login, message := federation.NewToken(), federation.NewToken()
	l.Client, l.Login = client.ID, login.Hash()
	err := p.Store.Write(r.Context(), func(ctx context.Context, w Writer) error {
		l.Until = w.Now().Add(launchLife)
		return w.AddLaunch(ctx, l, message.Hash())
	})
	if err != nil {
		return fmt.Errorf("begin %s at %s: %w", l.ARK, client.ID, err)
	}
	to, err := httpx.WithQuery(client.LTI.Login, url.Values{
		"iss": {p.Issuer}, "login_hint": {string(login)}, "lti_message_hint": {string(message)}, "target_link_uri": {l.Target},
		"client_id": {string(client.ID)}, "lti_deployment_id": {client.LTI.Deployment},
	})
	if err != nil {
		return err
	}
	http.Redirect(w, r, to, http.StatusFound)
	return nil
}

// wanted reads what is to be opened: a tool's target by its address or its resource, or a pinned link.
func (p *Platform) wanted(ctx context.Context, session federation.Session, q url.Values) (federation.Client, Launch, error) {
	if q.Has("lien") {
		return p.pinned(ctx, session, LinkID(q.Get("lien")))
	}
	l := Launch{Kind: resourceLink, Session: session, Cohort: directory.CohortID(q.Get("classe"))}
	client, err := p.tool(ctx, federation.ClientID(q.Get("client_id")))
	if err != nil {
		return client, l, err
	}
	target, ok := client.LTI.Target(q.Get("target_link_uri"), q.Get("idRessource"))
	if !ok {
		return client, l, fault.New(fault.Invalid, "federation.lti.target", "client", client.Name)
	}
	l.Target = target.Address
	if l.ARK, err = meantBy(client, target, q.Get("idRessource")); err != nil {
		return client, l, err
	}
	return client, l, p.in(ctx, session, l.Cohort)
}

// tool finds a registered tool.
func (p *Platform) tool(ctx context.Context, id federation.ClientID) (federation.Client, error) {
	client, err := p.Federation.FindClient(ctx, id)
	if fault.Is(err, fault.NotFound) || err == nil && client.LTI == nil {
		return federation.Client{}, fault.New(fault.Invalid, "federation.client.unknown")
	}
	return client, err
}

// meantBy is the resource that a target is: the one registered with it, else the one registered with the tool, else the one asked for.
func meantBy(client federation.Client, target federation.LTITarget, asked string) (string, error) {
	const longest = 1024 // bytes of an ARK
	for _, ark := range []string{target.ARK, client.Resource, asked} {
		if ark == "" {
			continue
		}
		if asked != "" && asked != ark || len(ark) > longest {
			break
		}
		return ark, nil
	}
	return "", fault.New(fault.Invalid, "federation.lti.resource", "client", client.Name)
}

// in refuses a class that the person is not in. No class is none.
func (p *Platform) in(ctx context.Context, session federation.Session, cohort directory.CohortID) error {
	if cohort == "" {
		return nil
	}
	own, err := p.cohorts(ctx, session)
	if err == nil && !slices.ContainsFunc(own, func(c directory.Cohort) bool { return c.ID == cohort }) {
		err = fault.New(fault.Denied, "federation.lti.class")
	}
	return err
}

func (p *Platform) cohorts(ctx context.Context, session federation.Session) ([]directory.Cohort, error) {
	var own []directory.Cohort
	err := p.Store.Read(ctx, func(ctx context.Context, r Reader) (err error) {
		own, err = r.CohortsOf(ctx, session.School, session.Person)
		return err
	})
	return own, err
}
