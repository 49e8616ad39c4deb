package saml

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"time"

	"github.com/beevik/etree"

	"pupitre/federation"
	"pupitre/federation/samlwire"
	"pupitre/internal/xmlsec"
)

// assertionLife is how long an assertion may take to the site; clocks may differ by samlwire.Skew besides.
const assertionLife = time.Minute

// newMessage begins a message of ours.
func (p *Provider) newMessage(name, destination, answers string) *etree.Element {
	return samlwire.New(name, "", p.EntityID(), destination, answers, p.Now())
}

func (p *Provider) newResponse(to target, s samlwire.Status) *etree.Element {
	el := p.newMessage("Response", to.consumer, to.answers)
	samlwire.SetStatus(el, s)
	return el
}

// assert writes the answer to a site: the entry, signed and encrypted as the site was registered.
func (p *Provider) assert(ctx context.Context, to target, entry federation.Entry, class string) ([]byte, error) {
	party := to.client.SAML
	key, err := p.Keys.Certified(ctx, to.client.Algorithm)
	if err != nil {
		return nil, err
	}
	assertion := p.assertion(to, entry, class)
	if party.Signed != federation.SignResponse {
		if err := key.SignElement(assertion, samlwire.AfterIssuer); err != nil {
			return nil, err
		}
	}
	response := p.newResponse(to, samlwire.Status{First: samlwire.Success})
	if party.Encrypted {
		if assertion, err = encrypted(assertion, party); err != nil {
			return nil, err
		}
	}
	response.AddChild(assertion)
	if party.Signed != federation.SignAssertion {
		if err := key.SignElement(response, samlwire.AfterIssuer); err != nil {
			return nil, err
		}
	}
	return xmlsec.Bytes(response), nil
}

func encrypted(assertion *etree.Element, party *federation.SAMLParty) (*etree.Element, error) {
	to, err := party.Recipient()
	if err != nil {
		return nil, err
	}
	data, err := xmlsec.Encrypt(assertion, to)
	if err != nil {
		return nil, fmt.Errorf("encrypt for %s: %w", party.EntityID, err)
	}
	out := etree.NewElement("saml:EncryptedAssertion")
	out.AddChild(data)
	return out, nil
}

// assertion says who entered (Profiles §4.1.4.2). AuthnInstant is the entry's, not the sign-in's, and there is no SessionNotOnOrAfter:
// those are the same instants at every publisher, and would join their users.
func (p *Provider) assertion(to target, entry federation.Entry, class string) *etree.Element {
	now := p.Now()
	until := samlwire.Stamp(now.Add(assertionLife))
	a := etree.NewElement("saml:Assertion")
	a.CreateAttr("xmlns:saml", samlwire.Assertion)
	a.CreateAttr("ID", samlwire.NewID())
	a.CreateAttr("Version", "2.0")
	a.CreateAttr("IssueInstant", samlwire.Stamp(now))
	a.CreateElement("saml:Issuer").SetText(p.EntityID())

	subject := a.CreateElement("saml:Subject")
	p.nameID(subject, entry)
	confirmed := subject.CreateElement("saml:SubjectConfirmation")
	confirmed.CreateAttr("Method", "urn:oasis:names:tc:SAML:2.0:cm:bearer")
	data := confirmed.CreateElement("saml:SubjectConfirmationData")
	data.CreateAttr("NotOnOrAfter", until)
	data.CreateAttr("Recipient", to.consumer)
	if to.answers != "" {
		data.CreateAttr("InResponseTo", to.answers)
	}

	conditions := a.CreateElement("saml:Conditions")
	conditions.CreateAttr("NotBefore", samlwire.Stamp(now.Add(-samlwire.Skew)))
	conditions.CreateAttr("NotOnOrAfter", until)
	conditions.CreateElement("saml:AudienceRestriction").CreateElement("saml:Audience").SetText(to.client.SAML.EntityID)

	authn := a.CreateElement("saml:AuthnStatement")
	authn.CreateAttr("AuthnInstant", samlwire.Stamp(now))
	authn.CreateAttr("SessionIndex", entry.SessionName)
	authn.CreateElement("saml:AuthnContext").CreateElement("saml:AuthnContextClassRef").SetText(class)

	if len(entry.Attributes) > 0 { // an empty statement is not allowed
		statement := a.CreateElement("saml:AttributeStatement")
		for _, released := range entry.Attributes {
			attribute := statement.CreateElement("saml:Attribute")
			attribute.CreateAttr("Name", string(released.Attribute))
			attribute.CreateAttr("NameFormat", "urn:oasis:names:tc:SAML:2.0:attrname-format:basic")
			for _, value := range released.Values {
				attribute.CreateElement("saml:AttributeValue").SetText(value)
			}
		}
	}
	return a
}

// nameID writes what the site calls the person (Core §8.3.7).
func (p *Provider) nameID(el *etree.Element, entry federation.Entry) {
	party := entry.Client.SAML
	name, format := party.NameOf(entry.Pseudonym, entry.SessionName)
	id := el.CreateElement("saml:NameID")
	id.CreateAttr("Format", format)
	id.CreateAttr("NameQualifier", p.EntityID())
	id.CreateAttr("SPNameQualifier", party.EntityID)
	id.SetText(name)
}

// post has the browser carry the answer (Bindings §3.5.4).
func (p *Provider) post(w http.ResponseWriter, r *http.Request, to target, response []byte) error {
	f := federation.Form{Action: to.consumer, Site: to.client.Name, Fields: []federation.Field{
		{Name: "SAMLResponse", Value: base64.StdEncoding.EncodeToString(response)},
	}}
	if to.relay != "" {
		f.Fields = append(f.Fields, federation.Field{Name: "RelayState", Value: to.relay})
	}
	return p.Pages.PostForm(w, r, f)
}
