package lti

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/federation/proof"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
)

// request is a tool's authentication request, read and checked.
type request struct {
	client     federation.Client
	redirect   string
	state      string
	nonce      string
	login      federation.Token
	message    federation.Token
	deployment string
	target     string
}

// Limits of parameters that we keep or send back.
const (
	maxState = 2048
	maxNonce = 512
)

// nonces of tools: each makes one message.
const nonceKind proof.Kind = "nonce"

// authorizeByPost sends the browser on to the same request by GET: what another site posts comes without our cookie (SameSite=Lax).
func (p *Platform) authorizeByPost(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return fault.Wrap(err, fault.Invalid, "federation.lti.request")
	}
	httpx.Private(w)
	http.Redirect(w, r, "/lti/authorize?"+r.PostForm.Encode(), http.StatusSeeOther)
	return nil
}

// authorize answers a tool's request for the message (Security Framework §5.1.1.2, §5.1.1.3). What the tool did wrong it is told, by
// its registered address; what the person may not, they are told here; a message that was not begun in this browser goes nowhere.
func (p *Platform) authorize(w http.ResponseWriter, r *http.Request) error {
	httpx.Private(w)
	if err := httpx.Meant(r, aheadCode); err != nil {
		return err
	}
	q, err := single(r.URL.RawQuery)
	if err != nil {
		return err
	}
	asked := request{redirect: q.Get("redirect_uri")}
	if asked.client, err = p.tool(r.Context(), federation.ClientID(q.Get("client_id"))); err != nil {
		return err
	}
	if !asked.client.LTI.Allows(asked.redirect) {
		return fault.New(fault.Invalid, "federation.lti.redirect", "client", asked.client.Name)
	}
	httpx.Event(r.Context()).Set("client", string(asked.client.ID))
	if refused := asked.parse(q); refused != nil {
		return p.decline(w, r, asked, refused)
	}
	session, err := p.Federation.Find(r.Context(), federation.Token(httpx.Cookie(r, federation.SessionCookie)))
	if fault.Is(err, fault.Unauthenticated) { // prompt=none: nobody is asked to sign in here
		return p.decline(w, r, asked, proof.Refuse("login_required", ""))
	} else if err != nil {
		return err
	}
	l, err := p.take(r.Context(), session, asked)
	if err != nil {
		return err
	}
	if refused := asked.fits(l); refused != nil {
		return p.decline(w, r, asked, refused)
	}
	fresh, err := p.Proofs.Spend(r.Context(), asked.client.ID, nonceKind, asked.nonce, p.Now().Add(nonceKept))
	if err != nil {
		return err
	}
	if !fresh {
		return p.decline(w, r, asked, p.Proofs.Tell("invalid_request", fault.New(fault.Denied, "federation.lti.nonce")))
	}
	message, err := p.enter(r.Context(), asked, l, httpx.Locale(r))
	if err != nil {
		return err
	}
	return p.Pages.PostForm(w, r, federation.Form{Action: asked.redirect, Site: asked.client.Name, Fields: []federation.Field{
		{Name: "id_token", Value: message}, {Name: "state", Value: asked.state},
	}})
}

// nonceKept is for how long a nonce is known as used: much longer than a message is good.
const nonceKept = 2 * time.Hour

// parse reads what the tool asks (Security Framework §5.1.1.2). It is pure; its refusals go to the tool.
func (a *request) parse(q url.Values) *proof.Refusal {
	a.state, a.nonce, a.deployment, a.target = q.Get("state"), q.Get("nonce"), q.Get("lti_deployment_id"), q.Get("target_link_uri")
	a.login, a.message = federation.Token(q.Get("login_hint")), federation.Token(q.Get("lti_message_hint"))
	switch {
	case len(a.state) > maxState:
		a.state = ""
		return proof.Refuse("invalid_request", "state is longer than 2048 bytes")
	case q.Has("request"):
		return proof.Refuse("request_not_supported", "")
	case q.Has("request_uri"):
		return proof.Refuse("request_uri_not_supported", "")
	case q.Get("response_type") != "id_token":
		return proof.Refuse("unsupported_response_type", "response_type must be id_token")
	case q.Get("response_mode") != "form_post":
		return proof.Refuse("invalid_request", "response_mode must be form_post")
	case !slices.Contains(strings.Fields(q.Get("scope")), "openid"):
		return proof.Refuse("invalid_scope", "scope must contain openid")
	case q.Get("prompt") != "none":
		return proof.Refuse("invalid_request", "prompt must be none")
	case a.nonce == "" || len(a.nonce) > maxNonce:
		return proof.Refuse("invalid_request", "nonce is required, of at most 512 bytes")
	case a.login == "" || a.message == "":
		return proof.Refuse("invalid_request", "login_hint and lti_message_hint must come back as they were given")
	}
	return nil
}

// fits checks what a tool repeats of the message against the message itself. It is pure.
func (a *request) fits(l Launch) *proof.Refusal {
	switch {
	case a.deployment != "" && a.deployment != a.client.LTI.Deployment:
		return proof.Refuse("invalid_request", "lti_deployment_id is not the one that was given")
	case a.target != "" && a.target != l.Target:
		return proof.Refuse("invalid_request", "target_link_uri is not the one that was given")
	}
	return nil
}

// take uses the message up and checks that it was begun in this very session, for this tool. Whatever is wrong, it is used up: whoever
// brings it wrongly should not have it. To the person all of it is one thing: begin again.
func (p *Platform) take(ctx context.Context, session federation.Session, a request) (Launch, error) {
	var l Launch
	var good bool
	err := p.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		good = false
		found, first, err := w.TakeLaunch(ctx, a.message.Hash())
		if fault.Is(err, fault.NotFound) {
			return nil
		} else if err != nil {
			return err
		}
		l = found
		good = first && l.Session.ID == session.ID && l.Client == a.client.ID && l.Login == a.login.Hash() && w.Now().Before(l.Until)
		return nil
	})
	if err == nil && !good {
		err = fault.New(fault.Denied, "federation.lti.hint", "client", a.client.Name)
	}
	return l, err
}

// enter decides the entry, and signs what the tool may know of it.
func (p *Platform) enter(ctx context.Context, a request, l Launch, locale locale) (string, error) {
	if !l.Session.Ended.IsZero() {
		return "", fault.New(fault.Unauthenticated, "federation.session.none")
	}
	cohorts, err := p.cohorts(ctx, l.Session)
	if err != nil {
		return "", err
	}
	var link Link
	if l.Link != "" { // before the right is opened: it may have been unpinned since
		if link, err = p.findLink(ctx, l.Session.School, l.Link); err != nil {
			return "", err
		}
	}
	entry, err := p.Federation.Enter(ctx, federation.Visitor{Session: l.Session, Client: a.client, ARK: l.ARK}, nil)
	if err != nil {
		return "", err
	}
	cohort, there := told(entry.Attributes, cohorts, l.Cohort)
	id, err := p.keep(ctx, entry, cohort, there)
	if err != nil {
		return "", err
	}
	m := p.message(entry, a, l, locale)
	if there {
		p.place(m, cohort, id)
	}
	if l.Kind == deepLinking {
		err = p.forChoosing(ctx, m, l)
	} else {
		m.of(l, entry, link, id)
		if there {
			err = p.column(ctx, m, Context{ID: id, School: cohort.School})
		}
	}
	if err != nil {
		return "", err
	}
	return p.Keys.Sign(ctx, a.client.Algorithm, "JWT", m)
}

// keep notes the visit, and returns the id that the class has at the tool, where the message is in one.
func (p *Platform) keep(ctx context.Context, e federation.Entry, cohort directory.Cohort, there bool) (ContextID, error) {
	var id ContextID
	err := p.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		err := w.Visit(ctx, e.Visit())
		if err != nil || !there {
			return err
		}
		id, err = w.OpenContext(ctx, Context{
			ID: ContextID(federation.NewToken()), School: cohort.School, Cohort: cohort.ID, Client: e.Client.ID, ARK: e.Declaration.ARK,
		})
		return err
	})
	if err != nil {
		return "", fmt.Errorf("open %s at %s: %w", e.Declaration.ARK, e.Client.ID, err)
	}
	return id, nil
}

// column adds the line item of what is opened, where there is exactly one (Assignment and Grade Services 2.0 §3.1).
func (p *Platform) column(ctx context.Context, m *message, c Context) error {
	all, err := p.itemsOf(ctx, c)
	if err != nil {
		return err
	}
	own := slices.DeleteFunc(all, func(i LineItem) bool { return i.Link != m.ResourceLink.ID })
	if len(own) == 1 {
		m.Grades.Item = p.itemAddress(c, own[0].ID)
	}
	return nil
}

// told chooses the class that a message is in: the one asked for, else the person's only class; and only if federation released it.
func told(released federation.Attributes, own []directory.Cohort, asked directory.CohortID) (directory.Cohort, bool) {
	var classes []directory.Cohort
	for _, c := range own {
		switch {
		case asked != "" && c.ID == asked:
			return c, names(released, c)
		case asked == "" && c.Kind == directory.Class:
			classes = append(classes, c)
		}
	}
	if len(classes) != 1 {
		return directory.Cohort{}, false
	}
	return classes[0], names(released, classes[0])
}

// names reports whether what was released names a class or group.
func names(released federation.Attributes, c directory.Cohort) bool {
	attribute := federation.DIV
	if c.Kind == directory.Group {
		attribute = federation.GRO
	}
	code := strings.ReplaceAll(c.Code, "#", "") + "##"
	for _, r := range released {
		if r.Attribute == attribute {
			return slices.ContainsFunc(r.Values, func(v string) bool { return strings.HasPrefix(v, code) })
		}
	}
	return false
}

// decline tells the tool what it asked wrongly, by its registered address (OpenID Connect Core §3.1.2.6).
func (p *Platform) decline(w http.ResponseWriter, r *http.Request, a request, why *proof.Refusal) error {
	httpx.Event(r.Context()).Set("refused", why.Error)
	return p.Pages.PostForm(w, r, federation.Form{Action: a.redirect, Site: a.client.Name, Fields: []federation.Field{
		{Name: "error", Value: why.Error}, {Name: "error_description", Value: why.Description}, {Name: "state", Value: a.state},
	}})
}
