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
// takes such messages by the browser only is not told: the person has gone on.
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
	now := t.Now()
	el := samlwire.New("LogoutRequest", "_"+jti(secret, p), federation.SAMLEntityID(t.Issuer), to, "", now)
	el.CreateAttr("NotOnOrAfter", samlwire.Stamp(now.Add(logoutLife+samlwire.Skew)))
	session := federation.SessionName(secret, c.Sector, federation.SessionID(p.Body))
	text, format := c.SAML.NameOf(federation.PseudonymOf(secret, c.Sector), session)
	name := el.CreateElement("saml:NameID")
	name.CreateAttr("Format", format)
	name.CreateAttr("NameQualifier", federation.SAMLEntityID(t.Issuer))
	name.CreateAttr("SPNameQualifier", c.SAML.EntityID)
	name.SetText(text)
	el.CreateElement("samlp:SessionIndex").SetText(session)
	return el
}
