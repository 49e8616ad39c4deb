package trial

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"fmt"
	"math/big"
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
	to, err := d.bench.settings.Client.SAML.Recipient()
	if err != nil {
		return err
	}
	for _, assertion := range d.response.SelectElements("Assertion") {
		at := assertion.Index()
		d.response.RemoveChild(assertion)
		data, err := xmlsec.Encrypt(assertion, to)
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
func signedBySHA1(d *draft, el *etree.Element) error { return SignBySHA1(d.key, el) }

// SignBySHA1 signs an element as nobody should any more; for the bench's adversary, and for tests that a reader refuses it.
func SignBySHA1(key xmlsec.Key, el *etree.Element) error {
	method := dsig.RSASHA1SignatureMethod
	if _, rsaKey := key.Public().(*rsa.PublicKey); !rsaKey {
		method = dsig.ECDSASHA1SignatureMethod
	}
	ctx, err := dsig.NewSigningContext(key, [][]byte{key.Certificate})
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
