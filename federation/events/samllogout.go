package events

import (
	"context"
	"net/http"
	"time"

	"github.com/beevik/etree"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/xmlsec"
)

const (
	samlProtocol  = "urn:oasis:names:tc:SAML:2.0:protocol"
	samlAssertion = "urn:oasis:names:tc:SAML:2.0:assertion"
	samlStamp     = "2006-01-02T15:04:05.000Z"
	soapSpace     = "http://schemas.xmlsoap.org/soap/envelope/"
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
	if err := key.SignElement(request, 1); err != nil {
		return err
	}
	envelope := etree.NewElement("soap:Envelope")
	envelope.CreateAttr("xmlns:soap", soapSpace)
	envelope.CreateElement("soap:Body").AddChild(request)
	return t.post(ctx, at.Location, "text/xml; charset=utf-8", string(xmlsec.Bytes(envelope)), http.StatusMultipleChoices)
}

// samlRequest is the LogoutRequest (Core §3.7.1), the same identifier however often it is told.
func (t *Teller) samlRequest(c federation.Client, p Push, secret directory.Secret, to string) *etree.Element {
	now := t.Now().UTC()
	el := etree.NewElement("samlp:LogoutRequest")
	el.CreateAttr("xmlns:samlp", samlProtocol)
	el.CreateAttr("xmlns:saml", samlAssertion)
	el.CreateAttr("ID", "_"+jti(secret, p))
	el.CreateAttr("Version", "2.0")
	el.CreateAttr("IssueInstant", now.Format(samlStamp))
	el.CreateAttr("Destination", to)
	el.CreateAttr("NotOnOrAfter", now.Add(logoutLife+time.Minute).Format(samlStamp))
	el.CreateElement("saml:Issuer").SetText(federation.SAMLEntityID(t.Issuer))
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
