package trial

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"sync"
	"time"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"

	"pupitre/federation"
	"pupitre/federation/samlwire"
	"pupitre/internal/xmlsec"
)

// forgery is how a SAML answer is spoilt. Between its steps the answer is signed, and encrypted, as the site was registered for.
type forgery struct {
	before func(d *draft)                          // what it says, before it is signed
	sign   func(d *draft, el *etree.Element) error // nil: rightly
	after  func(d *draft)                          // what was signed is moved about
	text   func(b *Bench, text string) string      // what is written in the end
}

// draft is an answer taken apart.
type draft struct {
	bench     *Bench
	response  *etree.Element
	assertion *etree.Element // in the response
	key       xmlsec.Key     // that it is signed with
}

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

// deliver spoils a form with a SAML answer in it, and encrypts the assertion where the site is to have it so.
func (b *Bench) deliver(ctx context.Context, f *federation.Form, spoil *forgery) (bool, error) {
	encrypts := b.settings.Client.SAML.Encrypted
	if spoil == nil {
		if spoil = (&forgery{}); !encrypts {
			return false, nil
		}
	}
	field := -1
	for i := range f.Fields {
		if f.Fields[i].Name == "SAMLResponse" {
			field = i
		}
	}
	if field < 0 {
		return false, nil
	}
	text, err := base64.StdEncoding.DecodeString(f.Fields[field].Value)
	if err != nil {
		return false, err
	}
	d := &draft{bench: b}
	if d.response, err = xmlsec.Parse(text); err != nil {
		return false, err
	}
	if d.assertion = d.response.FindElement("./Assertion"); d.assertion == nil {
		return false, nil // a refusal, or the end of a session
	}
	if d.key, err = b.keys.Certified(ctx, b.client.Algorithm); err != nil {
		return false, err
	}
	struck, err := d.finish(spoil)
	if err != nil {
		return false, err
	}
	out := string(xmlsec.Bytes(d.response))
	if spoil.text != nil {
		out = spoil.text(b, out)
	}
	f.Fields[field].Value = base64.StdEncoding.EncodeToString([]byte(out))
	return struck, nil
}

// finish does what the provider does, with the forgery in between. It reports whether the forgery had an occasion: what a signature of
// the whole covers cannot be moved about once it is encrypted.
func (d *draft) finish(spoil *forgery) (bool, error) {
	party, encrypts := d.bench.client.SAML, d.bench.settings.Client.SAML.Encrypted
	unsign(d.response)
	unsign(d.assertion)
	if spoil.before != nil {
		spoil.before(d)
	}
	sign := spoil.sign
	if sign == nil {
		sign = func(d *draft, el *etree.Element) error { return d.key.SignElement(el, samlwire.AfterIssuer) }
	}
	first, whole := party.Signed != federation.SignResponse, party.Signed != federation.SignAssertion
	if first {
		if err := d.apart(sign); err != nil {
			return false, err
		}
	}
	if spoil.after != nil && !whole {
		spoil.after(d)
	}
	if encrypts {
		if err := d.encrypt(); err != nil {
			return false, err
		}
	}
	if whole {
		if err := sign(d, d.response); err != nil {
			return false, err
		}
		if spoil.after != nil && !encrypts {
			spoil.after(d)
		}
	}
	return spoil.after == nil || !whole || !encrypts, nil
}

// apart signs the assertion outside of the response, as it was written.
func (d *draft) apart(sign func(*draft, *etree.Element) error) error {
	at := d.assertion.Index()
	d.response.RemoveChild(d.assertion)
	err := sign(d, d.assertion)
	d.response.InsertChildAt(at, d.assertion)
	return err
}

// encrypt encrypts every assertion that the response has by now.
func (d *draft) encrypt() error {
	party := d.bench.settings.Client.SAML
	certificate, err := x509.ParseCertificate(party.Encryption)
	if err != nil {
		return err
	}
	for _, assertion := range d.response.SelectElements("Assertion") {
		at := assertion.Index()
		d.response.RemoveChild(assertion)
		data, err := xmlsec.Encrypt(assertion, certificate, party.Cipher)
		if err != nil {
			return err
		}
		sealed := etree.NewElement("saml:EncryptedAssertion")
		sealed.AddChild(data)
		d.response.InsertChildAt(at, sealed)
	}
	return nil
}

func unsign(el *etree.Element) {
	for _, c := range el.SelectElements("Signature") {
		el.RemoveChild(c)
	}
}

// stranger's key is in nobody's metadata.
var stranger = sync.OnceValues(func() (xmlsec.Key, error) {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return xmlsec.Key{}, err
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "inconnu"}, NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1<<32, 0)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	return xmlsec.Key{Signer: private, Certificate: der}, err
})

// signedByStranger signs with a key that nobody knows, and brings its certificate.
func signedByStranger(_ *draft, el *etree.Element) error {
	key, err := stranger()
	if err != nil {
		return err
	}
	return key.SignElement(el, samlwire.AfterIssuer)
}

// signedBySHA1 signs with the right key and an algorithm that proves nothing any more. xmlsec rightly cannot.
func signedBySHA1(d *draft, el *etree.Element) error {
	method := dsig.RSASHA1SignatureMethod
	if _, rsaKey := d.key.Public().(*rsa.PublicKey); !rsaKey {
		method = dsig.ECDSASHA1SignatureMethod
	}
	ctx, err := dsig.NewSigningContext(d.key, [][]byte{d.key.Certificate})
	if err != nil {
		return err
	}
	ctx.Canonicalizer = dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList("")
	ctx.Hash = crypto.SHA1
	if err := ctx.SetSignatureMethod(method); err != nil {
		return err
	}
	signature, err := ctx.ConstructSignature(el, true)
	if err != nil {
		return fmt.Errorf("sign %s: %w", el.Tag, err)
	}
	el.InsertChildAt(samlwire.AfterIssuer, signature)
	return nil
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
	return []Finding{
		judge("saml.method", "XML Signature 1.1 §6.2.1", Failed, !strings.Contains(strings.Join(t.asked.Parameters["SigAlg"], ""), "sha1")),
		judge("saml.asks", "SAML 2.0 Profiles §4.1.4.1", Remark, party.SignsAsks || t.asked.has("Signature")),
		judge("saml.encrypted", "SAML 2.0 Core §6", Remark, party.Encrypted),
		judge("saml.logout.registered", "SAML 2.0 Profiles §4.4", Remark, hearsSOAP(t)),
	}
}
