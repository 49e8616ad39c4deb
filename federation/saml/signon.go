package saml

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"

	"pupitre/federation"
	"pupitre/federation/samlwire"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/xmlsec"
)

// signOnByPost sends the browser on to the same request by GET: a form posted by another site comes without our cookie (SameSite=Lax),
// so by POST nobody would ever be signed in. The message keeps its own signature, but not the certificate: we have it.
func (p *Provider) signOnByPost(w http.ResponseWriter, r *http.Request) error {
	httpx.Private(w)
	m, err := samlwire.ReadPost(r, "SAMLRequest")
	if err != nil {
		return err
	}
	beside, ok := httpx.Single(r.URL.RawQuery)
	if !ok {
		return samlwire.ErrMessage
	}
	for _, c := range m.Root.ChildElements() {
		for _, info := range c.ChildElements() {
			if c.Tag == "Signature" && info.Tag == "KeyInfo" {
				c.RemoveChild(info)
			}
		}
	}
	q := url.Values{"SAMLRequest": {samlwire.Pack(xmlsec.Bytes(m.Root))}}
	if m.Relay != "" {
		q.Set("RelayState", m.Relay)
	}
	if ark := beside.Get("idRessource"); ark != "" {
		q.Set("idRessource", ark)
	}
	http.Redirect(w, r, r.URL.Path+"?"+q.Encode(), http.StatusSeeOther)
	return nil
}

// signOn answers a site's request: an assertion, a refusal by its name, or first a sign-in at the portal.
func (p *Provider) signOn(w http.ResponseWriter, r *http.Request) error {
	httpx.Private(w)
	if err := httpx.Meant(r, "federation.oidc.ahead"); err != nil { // an entry marks the copy as opened
		return err
	}
	m, err := samlwire.ReadRedirect(r, "SAMLRequest")
	if err != nil {
		return err
	}
	client, err := p.site(r.Context(), m.Issuer())
	if err != nil {
		return err
	}
	httpx.Event(r.Context()).Set("client", string(client.ID))
	var asked authnRequest
	if err := read(m, client.SAML, client.SAML.SignsAsks, &asked); err != nil {
		return err
	}
	if err := p.check(m, &asked.Head, client.SAML, ssoPaths, requestLife); err != nil {
		return err
	}
	consumer, ok := asked.consumer(client.SAML)
	if !ok {
		return fault.New(fault.Invalid, "federation.saml.consumer", "site", client.Name)
	}
	to := target{client: client, consumer: consumer, answers: asked.ID, relay: m.Relay}
	if to.ark, err = p.meant(r.Context(), r.URL.Query(), m.Relay, client); err != nil {
		return err
	}
	class, why := asked.answerable(client.SAML)
	if why != nil {
		return p.decline(w, r, to, why)
	}
	return p.enter(w, r, to, class, samlwire.IsTrue(asked.Passive))
}

// start is the same without a request of the site's (Profiles §4.1.5): « sp » or, as others have it, « providerId » names the site.
func (p *Provider) start(w http.ResponseWriter, r *http.Request) error {
	httpx.Private(w)
	if err := httpx.Meant(r, "federation.oidc.ahead"); err != nil { // an entry marks the copy as opened
		return err
	}
	q, ok := httpx.Single(r.URL.RawQuery)
	if !ok {
		return samlwire.ErrMessage
	}
	client, err := p.site(r.Context(), cmp.Or(q.Get("sp"), q.Get("providerId")))
	if err != nil {
		return err
	}
	httpx.Event(r.Context()).Set("client", string(client.ID))
	asked := authnRequest{Consumer: q.Get("shire")}
	consumer, ok := asked.consumer(client.SAML)
	relay := cmp.Or(q.Get("RelayState"), q.Get("target"))
	if !ok || len(relay) > samlwire.MaxRelay {
		return fault.New(fault.Invalid, "federation.saml.consumer", "site", client.Name)
	}
	to := target{client: client, consumer: consumer, relay: relay}
	if to.ark, err = p.meant(r.Context(), q, relay, client); err != nil {
		return err
	}
	return p.enter(w, r, to, somehow, false)
}

// read fills a struct with what is a site's own word in a message.
func read(m samlwire.Message, party *federation.SAMLParty, must bool, into any) error {
	keys, err := party.Keys()
	if err != nil {
		return err
	}
	el, err := m.Verify(keys, must)
	if err != nil {
		return fault.Wrap(err, fault.Denied, "federation.saml.signature", "site", party.EntityID)
	}
	return samlwire.Read(el, into)
}

// site finds a registered site by its name.
func (p *Provider) site(ctx context.Context, entityID string) (federation.Client, error) {
	client, err := p.Federation.FindEntity(ctx, entityID)
	if fault.Is(err, fault.NotFound) {
		return client, fault.Wrap(err, fault.Invalid, "federation.saml.site")
	}
	return client, err
}

// isOurs reports whether a Destination is one of these paths of ours, whatever the Host header says (Core §3.2.1).
func (p *Provider) isOurs(destination string, paths []string) bool {
	u, err := url.Parse(destination)
	own, _ := url.Parse(p.Issuer) // the operator's: checked at the start
	return err == nil && u.RawQuery == "" && slices.Contains(paths, u.Path) &&
		(u.Hostname() == own.Hostname() || slices.Contains(p.Names, u.Hostname()))
}

// meant is the ARK of the resource that a site means. In the GAR RelayState is the address of the resource.
func (p *Provider) meant(ctx context.Context, q url.Values, relay string, client federation.Client) (string, error) {
	const longest = 1024 // bytes of an ARK
	ark := resource(q, relay, client)
	if ark == client.Resource && relay != "" {
		found, err := p.Federation.Declarations.AtAddress(ctx, client.Sector, relay)
		if err == nil {
			return found.ARK, nil
		} else if !fault.Is(err, fault.NotFound) {
			return "", err
		}
	}
	if ark == "" || len(ark) > longest {
		return "", fault.New(fault.Invalid, "federation.saml.resource", "site", client.Name)
	}
	return ark, nil
}

// enter decides the entry and sends the assertion.
func (p *Provider) enter(w http.ResponseWriter, r *http.Request, to target, class string, silent bool) error {
	visitor, err := p.Federation.Receive(r.Context(), federation.Token(httpx.Cookie(r, federation.SessionCookie)), to.client, to.ark)
	switch {
	case fault.Is(err, fault.Unauthenticated) && silent:
		return p.decline(w, r, to, &samlwire.Status{First: samlwire.Responder, Second: noPassive, Message: "federation.session.none"})
	case fault.Is(err, fault.Unauthenticated):
		http.Redirect(w, r, federation.SignInPath(r.URL.RequestURI(), ""), http.StatusSeeOther)
		return nil
	case err != nil:
		return err
	}
	entry, err := p.Federation.Launch(r.Context(), visitor, func(ctx context.Context, e federation.Entry) error {
		return p.Store.Write(ctx, func(ctx context.Context, w Writer) error {
			return w.AddSession(ctx, e.Visit(), federation.Token(e.SessionName).Hash())
		})
	})
	switch {
	case federation.IsUndecided(err) && silent:
		return p.decline(w, r, to, &samlwire.Status{First: samlwire.Responder, Second: noPassive, Message: fault.CodeOf(err)})
	case federation.IsUndecided(err):
		http.Redirect(w, r, p.Federation.WhichPlace(r.URL.RequestURI(), to.ark), http.StatusSeeOther)
		return nil
	}
	if refused := fault.Is(err, fault.Denied) || fault.Is(err, fault.NotFound); refused && to.answers != "" {
		return p.decline(w, r, to, &samlwire.Status{First: samlwire.Responder, Second: requestDenied, Message: fault.CodeOf(err)})
	} else if err != nil { // whom nobody waits for is told here, with whom to ask
		return err
	}
	response, err := p.assert(r.Context(), to, entry, class)
	if err != nil {
		return err
	}
	return p.post(w, r, to, response)
}

// decline tells the site that there will be no assertion, and why; the same code is in the log.
func (p *Provider) decline(w http.ResponseWriter, r *http.Request, to target, why *samlwire.Status) error {
	httpx.Event(r.Context()).Set("refused", why.Message)
	response := p.newResponse(to, *why)
	key, err := p.Keys.Certified(r.Context(), to.client.Algorithm)
	if err == nil {
		err = key.SignElement(response, samlwire.AfterIssuer)
	}
	if err != nil {
		return errors.Join(errors.New("decline by SAML"), err)
	}
	return p.post(w, r, to, xmlsec.Bytes(response))
}
