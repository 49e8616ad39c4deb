package saml

import (
	"cmp"
	"context"
	"encoding/base64"
	"net/http"

	"pupitre/federation"
	"pupitre/federation/samlwire"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/xmlsec"
)

// signOut hears a site by the HTTP-Redirect binding. The answer to a message of ours needs nothing: the session is over already.
func (p *Provider) signOut(w http.ResponseWriter, r *http.Request) error {
	httpx.Private(w)
	if r.URL.Query().Has("SAMLResponse") {
		http.Redirect(w, r, "/deconnexion?fait=1", http.StatusSeeOther)
		return nil
	}
	if err := httpx.Meant(r, "federation.oidc.ahead"); err != nil {
		return err
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
		http.Redirect(w, r, "/deconnexion?fait=1", http.StatusSeeOther)
		return nil
	}
	m, err := samlwire.ReadPost(r, "SAMLRequest")
	if err != nil {
		return err
	}
	return p.leave(w, r, m, federation.SAMLPost)
}

// leave ends the session and sends the browser back with an answer.
func (p *Provider) leave(w http.ResponseWriter, r *http.Request, m samlwire.Message, came federation.SAMLBinding) error {
	client, asked, err := p.endSession(r.Context(), m, sloPaths)
	if err != nil {
		return err
	}
	at, ok := client.SAML.Logout(came)
	if !ok {
		at, ok = client.SAML.Logout(otherOf(came))
	}
	if !ok { // it can be told nothing
		http.Redirect(w, r, "/deconnexion?fait=1", http.StatusSeeOther)
		return nil
	}
	to := cmp.Or(at.Answers, at.Location)
	response := p.newMessage("LogoutResponse", to, asked.ID)
	samlwire.SetStatus(response, samlwire.Status{First: samlwire.Success})
	key, err := p.Keys.Certified(r.Context(), client.Algorithm)
	if err != nil {
		return err
	}
	if at.Binding == federation.SAMLRedirect {
		address, err := samlwire.SignedAddress(to, "SAMLResponse", response, m.Relay, key)
		if err != nil {
			return err
		}
		http.Redirect(w, r, address, http.StatusFound)
		return nil
	}
	if err := key.SignElement(response, samlwire.AfterIssuer); err != nil {
		return err
	}
	f := federation.Form{Action: to, Site: client.Name, Fields: []federation.Field{
		{Name: "SAMLResponse", Value: base64.StdEncoding.EncodeToString(xmlsec.Bytes(response))},
	}}
	if m.Relay != "" {
		f.Fields = append(f.Fields, federation.Field{Name: "RelayState", Value: m.Relay})
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
	client, asked, err := p.endSession(r.Context(), m, soapPaths)
	if err != nil {
		return err
	}
	response := p.newMessage("LogoutResponse", "", asked.ID)
	samlwire.SetStatus(response, samlwire.Status{First: samlwire.Success})
	key, err := p.Keys.Certified(r.Context(), client.Algorithm)
	if err != nil {
		return err
	}
	if err := key.SignElement(response, samlwire.AfterIssuer); err != nil {
		return err
	}
	return samlwire.WriteSOAP(w, response)
}

// endSession ends the sessions that a site's signed word is about. A session that is over, or never was, is no error: the site is
// told that it is done. The person's name must be right besides, so that a site's mistake ends nobody else's session.
func (p *Provider) endSession(ctx context.Context, m samlwire.Message, here []string) (federation.Client, samlwire.LogoutRequest, error) {
	var asked samlwire.LogoutRequest
	client, err := p.site(ctx, m.Issuer())
	if err != nil {
		return client, asked, err
	}
	httpx.Event(ctx).Set("client", string(client.ID))
	if err := read(m, client.SAML, true, &asked); err != nil {
		return client, asked, err
	}
	if err := p.check(m, &asked.Head, client.SAML, here, samlwire.LogoutLife); err != nil {
		return client, asked, err
	}
	person, sessions, err := asked.Means(p.Now())
	if err != nil {
		return client, asked, err
	}
	for _, name := range sessions {
		if err := p.endOne(ctx, client, person, name); err != nil {
			return client, asked, err
		}
	}
	return client, asked, nil
}

func (p *Provider) endOne(ctx context.Context, client federation.Client, person, name string) error {
	var session federation.Session
	err := p.Store.Read(ctx, func(ctx context.Context, r Reader) (err error) {
		session, err = r.FindSession(ctx, client.ID, federation.Token(name).Hash())
		return err
	})
	if fault.Is(err, fault.NotFound) {
		return nil
	} else if err != nil {
		return err
	}
	pseudonym, own, err := p.Federation.As(ctx, session, client.Sector)
	if err != nil {
		return err
	}
	if known, _ := client.SAML.NameOf(pseudonym, own); known != person {
		return samlwire.ErrMessage
	}
	return p.Federation.SignOutFor(ctx, session, client)
}
