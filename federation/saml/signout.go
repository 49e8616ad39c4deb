package saml

import (
	"cmp"
	"context"
	"encoding/base64"
	"net/http"
	"net/url"
	"time"

	"github.com/beevik/etree"

	"pupitre/federation"
	"pupitre/federation/samlwire"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/xmlsec"
)

// signOut hears a site by the HTTP-Redirect binding: a word of its own, or the answer to one of ours.
func (p *Provider) signOut(w http.ResponseWriter, r *http.Request) error {
	httpx.Private(w)
	if err := httpx.Meant(r, "federation.oidc.ahead"); err != nil {
		return err
	}
	if r.URL.Query().Has("SAMLResponse") {
		m, err := samlwire.ReadRedirect(r, "SAMLResponse")
		return p.hear(w, r, m, err)
	}
	m, err := samlwire.ReadRedirect(r, "SAMLRequest")
	if err != nil {
		return err
	}
	return p.leave(w, r, m, federation.SAMLRedirect)
}

// signOutByPost hears a site by the HTTP-POST binding. Which session is meant the message says: no cookie is needed.
func (p *Provider) signOutByPost(w http.ResponseWriter, r *http.Request) error {
	httpx.Private(w)
	if r.PostFormValue("SAMLResponse") != "" {
		m, err := samlwire.ReadPost(r, "SAMLResponse")
		return p.hear(w, r, m, err)
	}
	m, err := samlwire.ReadPost(r, "SAMLRequest")
	if err != nil {
		return err
	}
	return p.leave(w, r, m, federation.SAMLPost)
}

// leave ends the session and sends the browser back with an answer: where other sites do not know of it yet, by way of the page on which
// this browser tells them, if the session was its own.
func (p *Provider) leave(w http.ResponseWriter, r *http.Request, m samlwire.Message, came federation.SAMLBinding) error {
	end, err := p.endSession(r.Context(), m, sloPaths)
	if err != nil {
		return err
	}
	answer := pending{Client: end.client.ID, Request: end.asked.ID, Relay: m.Relay, Sessions: end.names, Came: came, Until: p.Now().Add(federation.PartingLife)}
	if !end.partial || httpx.IsFramed(r) { // who shows us in a frame goes on by itself
		return p.answer(w, r, end.client, answer, end.partial)
	}
	word, err := p.Keys.Sign(r.Context(), federation.ES256, pendingType, answer)
	if err != nil {
		return err
	}
	http.Redirect(w, r, federation.DeparturePath(onwardPath+"?"+url.Values{"mot": {word}}.Encode()), http.StatusSeeOther)
	return nil
}

// pending is the answer that a site waits for while the browser tells the others. It travels in an address of ours, signed.
type pending struct {
	Client   federation.ClientID    `json:"c"`
	Request  string                 `json:"r"`
	Relay    string                 `json:"s,omitempty"`
	Sessions []string               `json:"i,omitempty"` // as the site calls them
	Came     federation.SAMLBinding `json:"b"`
	Until    time.Time              `json:"u"`
}

const pendingType = "pupitre-sign-out+jwt"

// onward goes on to the site where the sign-out began: whoever could be told by now was.
func (p *Provider) onward(w http.ResponseWriter, r *http.Request) error {
	httpx.Private(w)
	if err := httpx.Meant(r, "federation.oidc.ahead"); err != nil {
		return err
	}
	var answer pending
	if err := p.Keys.Own(r.Context(), pendingType, r.URL.Query().Get("mot"), &answer); err != nil {
		return err
	}
	client, known, err := p.client(r.Context(), Site{Client: answer.Client})
	if err != nil {
		return err
	}
	if !known || !p.Now().Before(answer.Until) {
		return fault.New(fault.Denied, "federation.word")
	}
	var sessions []federation.Session
	for _, name := range answer.Sessions {
		session, err := p.named(r.Context(), client, name)
		if err == nil {
			sessions = append(sessions, session)
		} else if !fault.Is(err, fault.NotFound) {
			return err
		}
	}
	partial, err := p.Untold(r.Context(), sessions...)
	if err != nil {
		return err
	}
	return p.answer(w, r, client, answer, partial)
}

// answerTo is where a site takes an answer: by the binding that it came by, else by the other.
func answerTo(party *federation.SAMLParty, came federation.SAMLBinding) (federation.SAMLEndpoint, bool) {
	at, ok := party.Logout(came)
	if !ok {
		at, ok = party.Logout(otherOf(came))
	}
	return at, ok
}

// answer sends the browser back to the site where the sign-out began.
func (p *Provider) answer(w http.ResponseWriter, r *http.Request, client federation.Client, a pending, partial bool) error {
	at, ok := answerTo(client.SAML, a.Came)
	if !ok { // it can be told nothing
		http.Redirect(w, r, "/deconnexion?fait=1", http.StatusSeeOther)
		return nil
	}
	to := cmp.Or(at.Answers, at.Location)
	response := p.newMessage("LogoutResponse", to, a.Request)
	samlwire.SetStatus(response, samlwire.Done(partial))
	return p.carry(w, r, carried{"SAMLResponse", response, a.Relay, at.Binding, to, client})
}

// carried is a message that the browser carries to a site.
type carried struct {
	name    string // of its parameter
	message *etree.Element
	relay   string
	binding federation.SAMLBinding
	to      string // registered
	client  federation.Client
}

// carry signs a message and has the browser carry it.
func (p *Provider) carry(w http.ResponseWriter, r *http.Request, c carried) error {
	key, err := p.Keys.Certified(r.Context(), c.client.Algorithm)
	if err != nil {
		return err
	}
	if c.binding == federation.SAMLRedirect {
		address, err := samlwire.SignedAddress(c.to, c.name, c.message, c.relay, key)
		if err != nil {
			return err
		}
		http.Redirect(w, r, address, http.StatusFound)
		return nil
	}
	if err := key.SignElement(c.message, samlwire.AfterIssuer); err != nil {
		return err
	}
	f := federation.Form{Action: c.to, Site: c.client.Name, Fields: []federation.Field{
		{Name: c.name, Value: base64.StdEncoding.EncodeToString(xmlsec.Bytes(c.message))},
	}}
	if c.relay != "" {
		f.Fields = append(f.Fields, federation.Field{Name: "RelayState", Value: c.relay})
	}
	if httpx.IsFramed(r) {
		httpx.AllowSource(w, httpx.FrameAncestors, "'self'")
	}
	return p.Pages.PostForm(w, r, f)
}

func otherOf(b federation.SAMLBinding) federation.SAMLBinding {
	if b == federation.SAMLPost {
		return federation.SAMLRedirect
	}
	return federation.SAMLPost
}

// signOutBySOAP hears a site's program, and answers it (Bindings §3.2).
func (p *Provider) signOutBySOAP(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	m, err := samlwire.ReadSOAP(r)
	if err != nil {
		return err
	}
	end, err := p.endSession(r.Context(), m, soapPaths)
	if err != nil {
		return err
	}
	response := p.newMessage("LogoutResponse", "", end.asked.ID)
	samlwire.SetStatus(response, samlwire.Done(end.partial))
	key, err := p.Keys.Certified(r.Context(), end.client.Algorithm)
	if err != nil {
		return err
	}
	if err := key.SignElement(response, samlwire.AfterIssuer); err != nil {
		return err
	}
	return samlwire.WriteSOAP(w, response)
}

// end is what a site's word brought about.
type end struct {
	client   federation.Client
	asked    samlwire.LogoutRequest
	names    []string             // of sessions, as the site calls them
	sessions []federation.Session // these, over now
	partial  bool                 // other sites do not know of it yet, and no program is going to tell them
}

// endSession ends the sessions that a site's signed word is about. A session that is over, or never was, is no error: the site is
// told that it is done. The person's name must be right besides, so that a site's mistake ends nobody else's session.
func (p *Provider) endSession(ctx context.Context, m samlwire.Message, here []string) (e end, err error) {
	if e.client, err = p.site(ctx, m.Issuer()); err != nil {
		return e, err
	}
	httpx.Event(ctx).Set("client", string(e.client.ID))
	if err := read(m, e.client.SAML, true, &e.asked); err != nil {
		return e, err
	}
	if err := p.check(m, &e.asked.Head, e.client.SAML, here, samlwire.LogoutLife); err != nil {
		return e, err
	}
	person, names, err := e.asked.Means(p.Now())
	if err != nil {
		return e, err
	}
	e.names = names
	for _, name := range names {
		session, err := p.endOne(ctx, e.client, person, name)
		if fault.Is(err, fault.NotFound) {
			continue
		} else if err != nil {
			return e, err
		}
		e.sessions = append(e.sessions, session)
	}
	e.partial, err = p.Untold(ctx, e.sessions...)
	return e, err
}

// endOne ends a session by the name that a site has for it; fault.NotFound where there is none.
func (p *Provider) endOne(ctx context.Context, client federation.Client, person, name string) (federation.Session, error) {
	session, err := p.named(ctx, client, name)
	if err != nil {
		return session, err
	}
	pseudonym, own, err := p.Federation.As(ctx, session, client.Sector)
	if err != nil {
		return session, err
	}
	if known, _ := client.SAML.NameOf(pseudonym, own); known != person {
		return session, samlwire.ErrMessage
	}
	// Before the end, so that nobody who follows it tells the site what it said.
	if err := p.Store.Write(ctx, func(ctx context.Context, w Writer) error { return w.Knows(ctx, session, client.ID) }); err != nil {
		return session, err
	}
	return session, p.Federation.SignOutFor(ctx, session, client)
}

// named finds a session by the name that a site has for it, an ended one too.
func (p *Provider) named(ctx context.Context, client federation.Client, name string) (session federation.Session, err error) {
	err = p.Store.Read(ctx, func(ctx context.Context, r Reader) (err error) {
		session, err = r.FindSession(ctx, client.ID, federation.Token(name).Hash())
		return err
	})
	return session, err
}
