package events

import (
	"context"
	"net/http"

	"github.com/beevik/etree"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/federation/samlwire"
)

// endSAML tells a service provider that a session is over, from program to program (SAML 2.0 Profiles §4.4, Bindings §3.2). One that
// takes such messages by the browser only is told there, if at all (federation.Parting).
func (t *Teller) endSAML(ctx context.Context, c federation.Client, p Push, secret directory.Secret) error {
	at, ok := c.SAML.Logout(federation.SAMLSOAP)
	if !ok {
		return nil
	}
	request := t.samlRequest(c, p, secret, at.Location)
	key, err := t.Keys.Certified(ctx, c.Algorithm)
	if err != nil {
		return err
	}
	if err := key.SignElement(request, samlwire.AfterIssuer); err != nil {
		return err
	}
	return t.post(ctx, at.Location, "text/xml; charset=utf-8", string(samlwire.Envelope(request)), http.StatusMultipleChoices)
}

// samlRequest is the LogoutRequest (Core §3.7.1), the same identifier however often it is told.
func (t *Teller) samlRequest(c federation.Client, p Push, secret directory.Secret, to string) *etree.Element {
	session := federation.SessionName(secret, c.Sector, federation.SessionID(p.Body))
	name, format := c.SAML.NameOf(federation.PseudonymOf(secret, c.Sector), session)
	return samlwire.NewLogoutRequest("_"+jti(secret, p), samlwire.Logout{
		Issuer: federation.SAMLEntityID(t.Issuer), To: to, Site: c.SAML.EntityID, Name: name, Format: format, Session: session,
	}, t.Now())
}
