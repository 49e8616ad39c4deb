package saml

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"slices"

	"pupitre/federation"
	"pupitre/federation/samlwire"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
)

var _ federation.Partings = (*Provider)(nil)

// Sites that have no address for programs are told through the browser that ended the session (Profiles §4.4.3.1). Its page shows a frame
// for each, which begins here, at partPath, and is sent to the site with a LogoutRequest made at that moment; the site sends the frame
// back to us with its answer. Nobody waits for either: the session is over before the first frame is shown.
const (
	partPath   = "/saml/slo/vers"  // begins telling one site
	onwardPath = "/saml/slo/suite" // goes on to the site where the sign-out began
)

// byBrowser is where a site takes a LogoutRequest by the browser, if it takes it in no better way.
func byBrowser(party *federation.SAMLParty) (federation.SAMLEndpoint, bool) {
	if _, better := party.Logout(federation.SAMLSOAP); better {
		return federation.SAMLEndpoint{}, false
	}
	at, ok := party.Logout(federation.SAMLRedirect)
	if !ok {
		at, ok = party.Logout(federation.SAMLPost)
	}
	return at, ok
}

// remaining lists the sites of sessions that neither know of the end nor are told from program to program, with who they are.
func (p *Provider) remaining(ctx context.Context, sessions []federation.Session) (sites []Site, clients []federation.Client, err error) {
	var all []Site
	err = p.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		all = nil
		for _, session := range sessions {
			entered, err := r.Sites(ctx, session)
			if err != nil {
				return err
			}
			all = append(all, entered...)
		}
		return nil
	})
	for _, site := range all {
		client, known, err := p.client(ctx, site)
		if err != nil {
			return nil, nil, err
		}
		if !known || !site.Told.IsZero() {
			continue
		}
		if _, bySOAP := client.SAML.Logout(federation.SAMLSOAP); !bySOAP {
			sites, clients = append(sites, site), append(clients, client)
		}
	}
	return sites, clients, err
}

// client is whose a site is; false where it is registered no more.
func (p *Provider) client(ctx context.Context, site Site) (federation.Client, bool, error) {
	client, err := p.Federation.FindClient(ctx, site.Client)
	if fault.Is(err, fault.NotFound) || err == nil && client.SAML == nil {
		return client, false, nil
	}
	return client, err == nil, err
}

// Part implements federation.Partings.
func (p *Provider) Part(ctx context.Context, session federation.Session) (federation.Token, error) {
	sites, clients, err := p.remaining(ctx, []federation.Session{session})
	var told []Site
	for i, site := range sites {
		if _, ok := byBrowser(clients[i].SAML); ok && !site.Session.Ended.IsZero() {
			told = append(told, site)
		}
	}
	if err != nil || len(told) == 0 {
		return "", err
	}
	token := federation.NewToken()
	return token, p.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		for _, site := range told {
			if err := w.Part(ctx, site, token.Hash()); err != nil {
				return err
			}
		}
		return nil
	})
}

// StillUntold implements federation.Partings.
func (p *Provider) StillUntold(ctx context.Context, token federation.Token) (bool, error) {
	sites, err := p.parted(ctx, token)
	if err != nil || len(sites) == 0 {
		return true, err
	}
	var sessions []federation.Session
	for _, site := range sites {
		sessions = append(sessions, site.Session)
	}
	return p.Untold(ctx, sessions...)
}

// Untold implements federation.Partings.
func (p *Provider) Untold(ctx context.Context, sessions ...federation.Session) (bool, error) {
	sites, _, err := p.remaining(ctx, sessions)
	return len(sites) > 0, err
}

// Parting implements federation.Partings.
func (p *Provider) Parting(ctx context.Context, token federation.Token) (all []federation.Parting, err error) {
	sites, err := p.parted(ctx, token)
	for _, site := range sites {
		client, known, err := p.client(ctx, site)
		if err != nil {
			return nil, err
		}
		if !known {
			continue
		}
		at, ok := byBrowser(client.SAML)
		to, err := url.Parse(at.Location)
		if !ok || err != nil { // since it entered, the site was registered anew
			continue
		}
		all = append(all, federation.Parting{
			Site: client.Name, Told: !site.Told.IsZero(), Origin: to.Scheme + "://" + to.Host,
			Address: partPath + "?" + url.Values{"site": {string(site.Client)}, "seance": {string(site.Name)}}.Encode(),
		})
	}
	return all, err
}

func (p *Provider) parted(ctx context.Context, token federation.Token) (sites []Site, err error) {
	if token == "" {
		return nil, nil
	}
	err = p.Store.Read(ctx, func(ctx context.Context, r Reader) (err error) {
		sites, err = r.Parted(ctx, token.Hash(), r.Now().Add(-federation.PartingLife))
		return err
	})
	return sites, err
}

// part sends the browser to a site with the word that the session is over: signed, of this session only, to the registered address. Only
// the browser that ended the session can ask for it. Each time it is another message; the one before is worth nothing from then on.
func (p *Provider) part(w http.ResponseWriter, r *http.Request) error {
	httpx.Private(w)
	if err := httpx.Meant(r, "federation.oidc.ahead"); err != nil {
		return err
	}
	q := r.URL.Query()
	if httpx.IsFramed(r) && !q.Has("va") {
		return loaded(w, r)
	}
	sites, err := p.parted(r.Context(), federation.Token(httpx.Cookie(r, federation.PartingCookie)))
	if err != nil {
		return err
	}
	i := slices.IndexFunc(sites, func(s Site) bool {
		return s.Told.IsZero() && string(s.Client) == q.Get("site") && string(s.Name) == q.Get("seance")
	})
	if i < 0 {
		return back(w, r)
	}
	client, known, err := p.client(r.Context(), sites[i])
	if err != nil {
		return err
	}
	if !known {
		return back(w, r)
	}
	httpx.Event(r.Context()).Set("client", string(client.ID))
	at, ok := byBrowser(client.SAML)
	if !ok {
		return back(w, r)
	}
	pseudonym, session, err := p.Federation.As(r.Context(), sites[i].Session, client.Sector)
	if fault.Is(err, fault.NotFound) { // erased since
		return back(w, r)
	} else if err != nil {
		return err
	}
	id := samlwire.NewID()
	if err := p.Store.Write(r.Context(), func(ctx context.Context, w Writer) error {
		return w.Ask(ctx, sites[i], federation.Token(id).Hash())
	}); err != nil {
		return err
	}
	name, format := client.SAML.NameOf(pseudonym, session)
	return p.carry(w, r, carried{"SAMLRequest", samlwire.NewLogoutRequest(id, samlwire.Logout{
		Issuer: p.EntityID(), To: at.Location, Site: client.SAML.EntityID, Name: name, Format: format, Session: session, Reason: samlwire.ByUser,
	}, p.Now()), "", at.Binding, at.Location, client})
}

// loaded answers a frame with an empty page that goes on to the site a second later. A page's own Refresh begins to count when all its
// frames are loaded: a frame that waits for a slow site at once would keep the person there, where no script runs to count instead.
func loaded(w http.ResponseWriter, r *http.Request) error {
	httpx.AllowSource(w, httpx.FrameAncestors, "'self'")
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Refresh", "1; url="+r.URL.Path+"?"+r.URL.Query().Encode()+"&va=1")
	_, err := io.WriteString(w, "<!doctype html><title>SAML</title>")
	return err
}

// hear takes a site's answer to the word that a session is over. Whatever is wrong with it changes nothing for the person: it is in
// the log, and the site counts as not told. RelayState leads nowhere.
func (p *Provider) hear(w http.ResponseWriter, r *http.Request, m samlwire.Message, unread error) error {
	err := unread
	if err == nil {
		err = p.answered(r.Context(), m)
	}
	if err != nil {
		httpx.Event(r.Context()).Set("refused", fault.CodeOf(err))
	}
	return back(w, r)
}

// errAnswer says that a site did not end what it was asked to, or was not asked.
var errAnswer = fault.New(fault.Denied, "federation.saml.answer")

// answered notes that a site is done, if that is its word in answer to ours: signed, where it has a key (Profiles §4.4.4.2); and once.
func (p *Provider) answered(ctx context.Context, m samlwire.Message) error {
	client, err := p.site(ctx, m.Issuer())
	if err != nil {
		return err
	}
	httpx.Event(ctx).Set("client", string(client.ID))
	var answer samlwire.LogoutResponse
	if err := read(m, client.SAML, len(client.SAML.Signing) > 0, &answer); err != nil {
		return err
	}
	if err := p.check(m, &answer.Head, client.SAML, sloPaths, samlwire.LogoutLife); err != nil {
		return err
	}
	asked := federation.Token(answer.Answers).Hash()
	var site Site
	err = p.Store.Read(ctx, func(ctx context.Context, r Reader) (err error) {
		site, err = r.FindAsked(ctx, asked)
		return err
	})
	if fault.Is(err, fault.NotFound) || err == nil && site.Client != client.ID {
		return errAnswer
	} else if err != nil {
		return err
	}
	first := false
	err = p.Store.Write(ctx, func(ctx context.Context, w Writer) (err error) {
		first, err = w.Answered(ctx, site, asked, answer.IsDone())
		return err
	})
	if err == nil && (!first || !answer.IsDone()) {
		return errAnswer
	}
	return err
}

// back ends a frame without a page, and leads anybody else to the one that says who was told.
func back(w http.ResponseWriter, r *http.Request) error {
	if httpx.IsFramed(r) {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	http.Redirect(w, r, "/deconnexion?fait=2", http.StatusSeeOther)
	return nil
}
