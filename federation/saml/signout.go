package saml

import (
	"context"
	"encoding/base64"
	"encoding/xml"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/beevik/etree"

	"pupitre/federation"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/xmlsec"
)

// logoutRequest is Core §3.7.1.
type logoutRequest struct {
	XMLName xml.Name `xml:"urn:oasis:names:tc:SAML:2.0:protocol LogoutRequest"`
	envelope
	Until    string   `xml:"NotOnOrAfter,attr"`
	Names    []string `xml:"urn:oasis:names:tc:SAML:2.0:assertion NameID"`
	Sessions []string `xml:"urn:oasis:names:tc:SAML:2.0:protocol SessionIndex"`
}

// logoutLife is how old a site's word that somebody signs out may be.
const logoutLife = 5 * time.Minute

const soapSpace = "http://schemas.xmlsoap.org/soap/envelope/"

// signOut hears a site by the HTTP-Redirect binding. The answer to a message of ours needs nothing: the session is over already.
func (p *Provider) signOut(w http.ResponseWriter, r *http.Request) error {
	guard(w)
	if r.URL.Query().Has("SAMLResponse") {
		http.Redirect(w, r, "/deconnexion?fait=1", http.StatusSeeOther)
		return nil
	}
	if r.Method != http.MethodGet || httpx.LooksAhead(r) {
		return httpx.WithStatus(fault.New(fault.Invalid, "federation.oidc.ahead"), http.StatusMethodNotAllowed)
	}
	m, err := readRedirect(r, "SAMLRequest")
	if err != nil {
		return err
	}
	return p.leave(w, r, m, federation.SAMLRedirect)
}

// signOutByPost hears a site by the HTTP-POST binding. Which session is meant the message says: no cookie is needed.
func (p *Provider) signOutByPost(w http.ResponseWriter, r *http.Request) error {
	guard(w)
	if r.PostFormValue("SAMLResponse") != "" {
		http.Redirect(w, r, "/deconnexion?fait=1", http.StatusSeeOther)
		return nil
	}
	m, err := readPost(r, "SAMLRequest")
	if err != nil {
		return err
	}
	return p.leave(w, r, m, federation.SAMLPost)
}

// leave ends the session and sends the browser back with an answer.
func (p *Provider) leave(w http.ResponseWriter, r *http.Request, m message, came federation.SAMLBinding) error {
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
	to := first(at.Answers, at.Location)
	response := p.newMessage("LogoutResponse", to, asked.ID)
	setStatus(response, status{first: statusSuccess})
	key, err := p.Keys.Certified(r.Context(), client.Algorithm)
	if err != nil {
		return err
	}
	if at.Binding == federation.SAMLRedirect {
		address, err := signedAddress(to, "SAMLResponse", xmlsec.Bytes(response), m.relay, key)
		if err != nil {
			return err
		}
		http.Redirect(w, r, address, http.StatusFound)
		return nil
	}
	if err := key.SignElement(response, afterIssuer); err != nil {
		return err
	}
	f := federation.Form{Action: to, Site: client.Name, Fields: []federation.Field{
		{Name: "SAMLResponse", Value: base64.StdEncoding.EncodeToString(xmlsec.Bytes(response))},
	}}
	if m.relay != "" {
		f.Fields = append(f.Fields, federation.Field{Name: "RelayState", Value: m.relay})
	}
	return p.Pages.PostForm(w, r, f)
}

func otherOf(b federation.SAMLBinding) federation.SAMLBinding {
	if b == federation.SAMLPost {
		return federation.SAMLRedirect
	}
	return federation.SAMLPost
}

// signedAddress is an address with a message of ours and its signature (Bindings §3.4.4.1).
func signedAddress(to, name string, text []byte, relay string, key xmlsec.Key) (string, error) {
	query := name + "=" + url.QueryEscape(pack(text))
	if relay != "" {
		query += "&RelayState=" + url.QueryEscape(relay)
	}
	query += "&SigAlg=" + url.QueryEscape(key.Method())
	signature, err := key.SignBytes([]byte(query))
	if err != nil {
		return "", err
	}
	query += "&Signature=" + url.QueryEscape(base64.StdEncoding.EncodeToString(signature))
	if strings.Contains(to, "?") {
		return to + "&" + query, nil
	}
	return to + "?" + query, nil
}

// signOutBySOAP hears a site's program, and answers it (Bindings §3.2).
func (p *Provider) signOutBySOAP(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	text, err := io.ReadAll(io.LimitReader(r.Body, maxMessage+1))
	if err != nil {
		return err
	}
	outer, err := open(text, "")
	if err != nil {
		return err
	}
	inner, err := body(outer.root)
	if err != nil {
		return err
	}
	client, asked, err := p.endSession(r.Context(), message{root: inner}, soapPaths)
	if err != nil {
		return err
	}
	response := p.newMessage("LogoutResponse", "", asked.ID)
	setStatus(response, status{first: statusSuccess})
	key, err := p.Keys.Certified(r.Context(), client.Algorithm)
	if err != nil {
		return err
	}
	if err := key.SignElement(response, afterIssuer); err != nil {
		return err
	}
	envelope := etree.NewElement("soap:Envelope")
	envelope.CreateAttr("xmlns:soap", soapSpace)
	envelope.CreateElement("soap:Body").AddChild(response)
	w.Header().Set("Content-Type", "text/xml; charset=utf-8")
	_, err = w.Write(xmlsec.Bytes(envelope))
	return err
}

// body is the one thing in an envelope.
func body(root *etree.Element) (*etree.Element, error) {
	is := func(el *etree.Element, tag string) bool { return el.Tag == tag && el.NamespaceURI() == soapSpace }
	if !is(root, "Envelope") {
		return nil, errMessage
	}
	parts := slices.DeleteFunc(root.ChildElements(), func(el *etree.Element) bool { return is(el, "Header") })
	if len(parts) != 1 || !is(parts[0], "Body") || len(parts[0].ChildElements()) != 1 {
		return nil, errMessage
	}
	return parts[0].ChildElements()[0], nil
}

// endSession ends the sessions that a site's signed word is about. A session that is over, or never was, is no error: the site is
// told that it is done. The person's name must be right besides, so that a site's mistake ends nobody else's session.
func (p *Provider) endSession(ctx context.Context, m message, here []string) (federation.Client, logoutRequest, error) {
	var asked logoutRequest
	client, err := p.site(ctx, m.issuer())
	if err != nil {
		return client, asked, err
	}
	httpx.Event(ctx).Set("client", string(client.ID))
	if err := m.read(client.SAML, true, &asked); err != nil {
		return client, asked, err
	}
	if err := p.check(&asked.envelope, client.SAML, here, logoutLife); err != nil {
		return client, asked, err
	}
	if len(asked.Names) != 1 || len(asked.Sessions) > 16 || asked.Until != "" && isOver(asked.Until, p.Now().Add(-skew)) {
		return client, asked, errMessage
	}
	for _, name := range asked.Sessions {
		if err := p.endOne(ctx, client, strings.TrimSpace(asked.Names[0]), strings.TrimSpace(name)); err != nil {
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
		return errMessage
	}
	return p.Federation.SignOutFor(ctx, session, client)
}
