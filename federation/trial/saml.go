package trial

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"time"

	"github.com/beevik/etree"

	"pupitre/federation"
	"pupitre/federation/samlwire"
	"pupitre/internal/xmlsec"
)

// samlChecks are SAML's: what the assertion says, who signed it, what is read of it, how it comes.
var samlChecks = []check{
	{name: "saml.issuer", clause: "SAML 2.0 Core §2.2.5; Profiles §4.1.4.2", form: says(func(d *draft) {
		const other = "https://autre-portail.example/saml"
		d.response.FindElement("./Issuer").SetText(other)
		d.assertion.FindElement("./Issuer").SetText(other)
	})},
	{name: "saml.audience", clause: "SAML 2.0 Core §2.5.1.4; Profiles §4.1.4.2", form: says(func(d *draft) {
		d.assertion.FindElement(".//Audience").SetText("https://autre-site.example/saml")
	})},
	{name: "saml.recipient", clause: "SAML 2.0 Profiles §4.1.4.2, §4.1.4.3", form: says(func(d *draft) {
		d.confirmed().CreateAttr("Recipient", "https://autre-site.example/acs")
	})},
	{name: "saml.destination", clause: "SAML 2.0 Core §3.2.2; Bindings §3.5.5.2", advice: true, form: says(func(d *draft) {
		d.response.CreateAttr("Destination", "https://autre-site.example/acs")
	})},
	{name: "saml.answers", clause: "SAML 2.0 Profiles §4.1.4.3", needs: asked, form: says(func(d *draft) {
		d.response.CreateAttr("InResponseTo", "_autre-demande")
		d.confirmed().CreateAttr("InResponseTo", "_autre-demande")
	})},
	{name: "saml.unsolicited", clause: "SAML 2.0 Profiles §4.1.5", advice: true, needs: asked, form: says(func(d *draft) {
		d.response.RemoveAttr("InResponseTo")
		d.confirmed().RemoveAttr("InResponseTo")
	})},
	{name: "saml.expired", clause: "SAML 2.0 Core §2.5.1.2", form: says(func(d *draft) { d.lasts(-2*time.Hour, -time.Hour) })},
	{name: "saml.late", clause: "SAML 2.0 Profiles §4.1.4.3", form: says(func(d *draft) {
		d.confirmed().CreateAttr("NotOnOrAfter", d.in(-time.Hour))
	})},
	{name: "saml.early", clause: "SAML 2.0 Core §2.5.1.2", form: says(func(d *draft) { d.lasts(time.Hour, 2*time.Hour) })},
	{name: "saml.status", clause: "SAML 2.0 Core §3.2.2.2; Profiles §4.1.4.3", form: says(func(d *draft) {
		d.response.FindElement("./Status/StatusCode").CreateAttr("Value", samlwire.Responder)
	})},

	{name: "saml.unsigned", clause: "SAML 2.0 Profiles §4.1.4.3, §4.1.3.5", form: &forgery{sign: func(*draft, *etree.Element) error { return nil }}},
	{name: "saml.altered", clause: "SAML 2.0 Core §5.4; XML Signature §3.2", form: &forgery{after: func(d *draft) { d.nameID().SetText(another) }}},
	{name: "saml.key", clause: "SAML 2.0 Core §5.4.5; Metadata §2.4.1.1", form: &forgery{sign: signedByStranger}},
	{name: "saml.sha1", clause: "XML Signature 1.1 §6.2.1", form: &forgery{sign: signedBySHA1}},

	{name: "saml.two", clause: "SAML 2.0 Core §3.3.3; Profiles §4.1.4.2", form: &forgery{after: beside}, seen: shows(another)},
	{name: "saml.wrapped", clause: "SAML 2.0 Core §5.4; XML Signature §8.1.3", form: &forgery{after: around}, seen: shows(another)},
	{name: "saml.extension", clause: "SAML 2.0 Core §5.4; XML Signature §8.1.3", form: &forgery{after: extended}, seen: shows(another)},
	{name: "saml.comment", clause: "XML Signature §4.3.3.3", seen: cutShort(another, "1"), form: &forgery{
		before: func(d *draft) { d.nameID().SetText(another + "1") },
		after: func(d *draft) { // what is signed has no comments
			name := d.nameID()
			name.SetText(another)
			name.CreateComment(" ")
			name.CreateText("1")
		},
	}},
	{name: "saml.entity", clause: "XML 1.0 §4.4.3; OWASP ASVS 5.0 §1.5.1", play: followed, about: fetched, form: &forgery{text: func(b *Bench, text string) string {
		return b.doctype("samlp:Response") + strings.Replace(text, "</samlp:Status>", "<samlp:StatusMessage>&essai;</samlp:StatusMessage></samlp:Status>", 1)
	}}},

	{name: "saml.unasked", clause: "SAML 2.0 Profiles §4.1.4.3; RFC 9700 §4.7", needs: asked, play: unasked},
	{name: "saml.again", clause: "SAML 2.0 Profiles §4.1.4.5", play: again},
	{name: "saml.denied", clause: "SAML 2.0 Core §3.2.2.2", play: denied},

	{name: "saml.logout", clause: "SAML 2.0 Profiles §4.4.3.3", needs: hearsSOAP, play: told, about: ended, keeps: true},
	{name: "saml.logout.key", clause: "SAML 2.0 Profiles §4.4.4.1", needs: hearsSOAP, play: told, about: ended, word: logoutRequest(signedByStranger)},
	{name: "saml.logout.unsigned", clause: "SAML 2.0 Profiles §4.4.3.3, §4.4.4.1", needs: hearsSOAP, play: told, about: ended, word: logoutRequest(nil)},
}

// asked reports whether it was the site that began: there is a request to answer.
func asked(t *tried) bool { return t.asked.has("SAMLRequest") }

func hearsSOAP(t *tried) bool {
	_, ok := t.bench.client.SAML.Logout(federation.SAMLSOAP)
	return ok
}

func says(change func(*draft)) *forgery { return &forgery{before: change} }

func (d *draft) confirmed() *etree.Element {
	return d.assertion.FindElement(".//SubjectConfirmationData")
}

func (d *draft) nameID() *etree.Element { return d.assertion.FindElement("./Subject/NameID") }

func (d *draft) in(t time.Duration) string { return samlwire.Stamp(d.bench.settings.Now().Add(t)) }

func (d *draft) lasts(from, until time.Duration) {
	conditions := d.assertion.FindElement("./Conditions")
	conditions.CreateAttr("NotBefore", d.in(from))
	conditions.CreateAttr("NotOnOrAfter", d.in(until))
}

// false assertions: a copy without signature, of another name, about another person.
func (d *draft) false() *etree.Element {
	evil := d.assertion.Copy()
	unsign(evil)
	evil.CreateAttr("ID", samlwire.NewID())
	evil.FindElement("./Subject/NameID").SetText(another)
	return evil
}

// beside puts a false assertion before the true one.
func beside(d *draft) { d.response.InsertChildAt(d.assertion.Index(), d.false()) }

// around puts a false assertion around the true one.
func around(d *draft) {
	evil, at := d.false(), d.assertion.Index()
	d.response.RemoveChild(d.assertion)
	evil.AddChild(d.assertion)
	d.response.InsertChildAt(at, evil)
}

// extended puts the true assertion where nobody reads, and a false one in its place.
func extended(d *draft) {
	evil, at := d.false(), d.assertion.Index()
	d.response.RemoveChild(d.assertion)
	d.response.InsertChildAt(at, evil)
	extensions := etree.NewElement("samlp:Extensions")
	extensions.AddChild(d.assertion)
	d.response.InsertChildAt(samlwire.AfterIssuer, extensions)
}

// logoutRequest spoils the word, from program to program, that a session is over; nil leaves it unsigned.
func logoutRequest(sign func(*draft, *etree.Element) error) reword {
	return func(_ context.Context, b *Bench, media string, body []byte) ([]byte, bool, error) {
		if !strings.HasPrefix(media, "text/xml") || !bytes.Contains(body, []byte("LogoutRequest")) {
			return body, false, nil
		}
		envelope, err := xmlsec.Parse(body)
		if err != nil {
			return nil, false, err
		}
		request := envelope.FindElement("./Body/LogoutRequest")
		if request == nil {
			return nil, false, errors.New("this is no logout request")
		}
		request.Parent().RemoveChild(request)
		unsign(request)
		if sign != nil {
			if err := sign(&draft{bench: b}, request); err != nil {
				return nil, false, err
			}
		}
		return samlwire.Envelope(request), true, nil
	}
}

// samlSetUp are findings about what a site asked and announced, without spoiling anything.
func samlSetUp(t *tried) []Finding {
	party := t.bench.settings.Client.SAML
	cipher := judge("saml.cipher", "XML Encryption 1.1 §5.2, §6.1.1", Remark, !xmlsec.IsMalleable(party.Cipher))
	if party.Encryption == nil {
		cipher.Outcome = NotApplicable
	}
	return []Finding{
		judge("saml.method", "XML Signature 1.1 §6.2.1", Failed, !strings.Contains(strings.Join(t.asked.Parameters["SigAlg"], ""), "sha1")),
		judge("saml.asks", "SAML 2.0 Profiles §4.1.4.1", Remark, party.SignsAsks || t.asked.has("Signature")),
		judge("saml.encrypted", "SAML 2.0 Core §6", Remark, party.Encrypted),
		cipher,
		judge("saml.logout.registered", "SAML 2.0 Profiles §4.4", Remark, hearsSOAP(t)),
	}
}
