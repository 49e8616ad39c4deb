package signin

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/xml"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/beevik/etree"

	"pupitre/federation/samlwire"
	"pupitre/internal/xmlsec"
)

// expected is what an answer must be to be believed: whose, for whom, where, to which request, when.
type expected struct {
	issuer    string
	audience  string
	recipient string
	answers   string
	now       time.Time
	keys      []*x509.Certificate // the portal's
	private   []*rsa.PrivateKey   // ours, for what is encrypted
}

// assertionAge is how old an assertion may be, whatever it says of itself; an assertion is remembered as long, so that it is taken once.
const assertionAge = 10 * time.Minute

// samlResponse is what surrounds an assertion (Core §3.3.3).
type samlResponse struct {
	XMLName xml.Name `xml:"urn:oasis:names:tc:SAML:2.0:protocol Response"`
	samlwire.Head
	Codes []struct {
		Value string `xml:"Value,attr"`
	} `xml:"urn:oasis:names:tc:SAML:2.0:protocol Status>StatusCode"`
}

// samlWord is an assertion (Core §2.3.3).
type samlWord struct {
	XMLName xml.Name `xml:"urn:oasis:names:tc:SAML:2.0:assertion Assertion"`
	samlwire.Head
	Subject struct {
		Name struct {
			Format string `xml:"Format,attr"`
			By     string `xml:"NameQualifier,attr"`
			For    string `xml:"SPNameQualifier,attr"`
			Value  string `xml:",chardata"`
		} `xml:"urn:oasis:names:tc:SAML:2.0:assertion NameID"`
		Confirmations []confirmation `xml:"urn:oasis:names:tc:SAML:2.0:assertion SubjectConfirmation"`
	} `xml:"urn:oasis:names:tc:SAML:2.0:assertion Subject"`
	Conditions []conditions `xml:"urn:oasis:names:tc:SAML:2.0:assertion Conditions"`
	Statements []struct {
		Session string `xml:"SessionIndex,attr"`
		Until   string `xml:"SessionNotOnOrAfter,attr"`
	} `xml:"urn:oasis:names:tc:SAML:2.0:assertion AuthnStatement"`
	Attributes []struct {
		Name   string   `xml:"Name,attr"`
		Values []string `xml:"urn:oasis:names:tc:SAML:2.0:assertion AttributeValue"`
	} `xml:"urn:oasis:names:tc:SAML:2.0:assertion AttributeStatement>Attribute"`
}

type confirmation struct {
	Method string `xml:"Method,attr"`
	Data   []struct {
		From      string `xml:"NotBefore,attr"`
		Until     string `xml:"NotOnOrAfter,attr"`
		Recipient string `xml:"Recipient,attr"`
		Answers   string `xml:"InResponseTo,attr"`
	} `xml:"urn:oasis:names:tc:SAML:2.0:assertion SubjectConfirmationData"`
}

type conditions struct {
	From      string `xml:"NotBefore,attr"`
	Until     string `xml:"NotOnOrAfter,attr"`
	Audiences []struct {
		Audiences []string `xml:"urn:oasis:names:tc:SAML:2.0:assertion Audience"`
	} `xml:"urn:oasis:names:tc:SAML:2.0:assertion AudienceRestriction"`
	OneTime []struct{} `xml:"urn:oasis:names:tc:SAML:2.0:assertion OneTimeUse"`
	Proxy   []struct{} `xml:"urn:oasis:names:tc:SAML:2.0:assertion ProxyRestriction"`
	Others  []struct {
		XMLName xml.Name
	} `xml:",any"`
}

const bearer = "urn:oasis:names:tc:SAML:2.0:cm:bearer"

// read finds the one assertion of an answer that the portal signed, and holds it to what is expected (Profiles §4.1.4.2, §4.1.4.3).
// What nobody signed only counts against an answer, never for it.
func (e expected) read(m samlwire.Message) (samlWord, error) {
	var word samlWord
	whole := m.IsSigned()
	root, err := m.Verify(e.keys, whole)
	if err != nil {
		return word, err
	}
	var around samlResponse
	if err := samlwire.Read(root, &around); err != nil {
		return word, err
	}
	if err := e.around(&around, whole); err != nil {
		return word, err
	}
	el, err := e.only(root)
	if err != nil {
		return word, err
	}
	if !whole || xmlsec.IsSigned(el) { // an encrypted one, too: whoever encrypts may be anybody
		if el, err = xmlsec.Verify(el, e.keys); err != nil {
			return word, err
		}
	}
	if err := samlwire.Read(el, &word); err != nil {
		return word, err
	}
	return word, e.check(&word)
}

// around checks what surrounds the assertion.
func (e expected) around(r *samlResponse, signed bool) error {
	switch {
	case r.Version != "2.0" || r.ID == "":
		return samlwire.ErrMessage
	case len(r.Issuers) > 1 || len(r.Issuers) == 1 && strings.TrimSpace(r.Issuers[0]) != e.issuer:
		return errors.New("the answer is of another issuer")
	case r.Destination != e.recipient && (signed || r.Destination != ""):
		return errors.New("the answer is for another address")
	case r.Answers != e.answers:
		return errors.New("the answer is to another request")
	case len(r.Codes) != 1 || r.Codes[0].Value != samlwire.Success:
		return fmt.Errorf("the portal answers %.80q", r.Codes)
	}
	return nil
}

// only returns the one assertion, opened if it is encrypted. One more, wherever it stands, is somebody's attempt at having it read.
func (e expected) only(root *etree.Element) (el *etree.Element, err error) {
	all := assertions(root)
	if len(all) != 1 || all[0].Parent() != root {
		return nil, errAmbiguous
	}
	if el = all[0]; el.Tag == "Assertion" {
		return el, nil
	}
	for _, private := range e.private {
		var text []byte
		if text, err = xmlsec.Decrypt(el, private); err == nil {
			if el, err = xmlsec.Parse(text); err == nil && len(assertions(el)) > 0 {
				err = errAmbiguous
			}
			return el, err
		}
	}
	return nil, errors.Join(errors.New("the assertion does not open with a key of ours"), err)
}

// assertions lists those below an element, however deep.
func assertions(el *etree.Element) (all []*etree.Element) {
	for _, c := range el.ChildElements() {
		if c.NamespaceURI() == samlwire.Assertion && (c.Tag == "Assertion" || c.Tag == "EncryptedAssertion") {
			all = append(all, c)
		}
		all = append(all, assertions(c)...)
	}
	return all
}

// check holds an assertion to whose it must be, for whom, where, to what and when.
func (e expected) check(w *samlWord) error {
	switch {
	case !w.IsFrom(e.issuer):
		return errors.New("the assertion is of another issuer")
	case !w.IsFresh(e.now, assertionAge):
		return errors.New("the assertion is too old, or to come")
	case len(w.Statements) != 1 || samlwire.IsOver(w.Statements[0].Until, e.now.Add(-samlwire.Skew)):
		return errors.New("the assertion tells of no one sign-in that lasts")
	case !slices.ContainsFunc(w.Subject.Confirmations, e.confirms):
		return errors.New("the assertion is not confirmed for this browser's request")
	case len(w.Conditions) != 1:
		return errors.New("the assertion has no conditions")
	}
	return e.meets(&w.Conditions[0])
}

// confirms reports whether a confirmation is for the bearer, at our address, of our request, now (Profiles §4.1.4.2).
func (e expected) confirms(c confirmation) bool {
	if c.Method != bearer || len(c.Data) != 1 {
		return false
	}
	d := c.Data[0]
	return d.From == "" && d.Until != "" && !samlwire.IsOver(d.Until, e.now.Add(-samlwire.Skew)) && d.Recipient == e.recipient && d.Answers == e.answers
}

// meets checks the conditions (Core §2.5.1): one that we do not know is one that we cannot meet.
func (e expected) meets(c *conditions) error {
	if from, err := samlwire.Time(c.From); c.From != "" && (err != nil || e.now.Before(from.Add(-samlwire.Skew))) {
		return errors.New("the assertion is good later only")
	}
	if samlwire.IsOver(c.Until, e.now.Add(-samlwire.Skew)) {
		return errors.New("the assertion is over")
	}
	if len(c.Audiences) == 0 || len(c.Others) > 0 {
		return errors.New("the assertion is for anybody, or on a condition that we do not know")
	}
	for _, restriction := range c.Audiences {
		if !slices.ContainsFunc(restriction.Audiences, func(a string) bool { return strings.TrimSpace(a) == e.audience }) {
			return errors.New("the assertion is for another")
		}
	}
	return nil
}

// session is what the portal calls the sign-in.
func (w *samlWord) session() string { return w.Statements[0].Session }

// identity reads who it is about.
func (w *samlWord) identity() (identity, error) {
	var who identity
	for _, a := range w.Attributes {
		field := who.field(a.Name)
		if field == nil {
			continue
		}
		if len(a.Values) != 1 || *field != "" && *field != strings.TrimSpace(a.Values[0]) {
			return identity{}, errAmbiguous
		}
		*field = strings.TrimSpace(a.Values[0])
	}
	return who, nil
}
