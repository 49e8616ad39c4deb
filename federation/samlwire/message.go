package samlwire

import (
	"bytes"
	"compress/flate"
	"crypto/x509"
	"encoding/base64"
	"encoding/xml"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/beevik/etree"

	"pupitre/internal/fault"
	"pupitre/internal/xmlsec"
)

// The namespaces.
const (
	Protocol  = "urn:oasis:names:tc:SAML:2.0:protocol"
	Assertion = "urn:oasis:names:tc:SAML:2.0:assertion"
	Metadata  = "urn:oasis:names:tc:SAML:2.0:metadata"
	soap      = "http://schemas.xmlsoap.org/soap/envelope/"
)

const (
	deflated = "urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE"

	maxMessage = 64 << 10 // bytes of a message, unpacked
	// MaxRelay is what we carry back of a RelayState. Bindings §3.4.3 says 80 bytes; sites put whole addresses there, and the GAR wants them to.
	MaxRelay = 2048
)

// AfterIssuer is where the schema has the signature of a message and of an assertion (Core §2.3.3, §3.2.1).
const AfterIssuer = 1

// Message is what came: nobody's word until verified.
type Message struct {
	Root  *etree.Element
	Relay string // RelayState
	SOAP  bool   // it came from program to program, so nobody could have passed it on

	signed string // by Redirect: what the signature is of, as it was written
	method string
	value  []byte // the signature; nil: none, or inside the message
}

// ErrMessage says that what came is no message that we understand.
var ErrMessage = fault.New(fault.Invalid, "federation.saml.request")

func unreadable(err error) error { return fault.Wrap(err, fault.Invalid, "federation.saml.request") }

// ReadRedirect reads a message of the HTTP-Redirect binding (Bindings §3.4), by the name of its parameter.
func ReadRedirect(r *http.Request, name string) (Message, error) {
	raw, err := rawQuery(r.URL.RawQuery)
	if err != nil {
		return Message{}, err
	}
	q, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil || q.Has("SAMLRequest") && q.Has("SAMLResponse") || q.Has("SAMLEncoding") && q.Get("SAMLEncoding") != deflated {
		return Message{}, ErrMessage
	}
	packed, err := decode(q.Get(name))
	if err != nil {
		return Message{}, unreadable(err)
	}
	text, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(packed)), maxMessage+1))
	if err != nil {
		return Message{}, unreadable(err)
	}
	m, err := parse(text, q.Get("RelayState"))
	if err != nil || !q.Has("Signature") {
		return m, err
	}
	// §3.4.4.1: the signature is of the values as they were encoded, in this order.
	m.signed = name + "=" + raw[name]
	if q.Has("RelayState") {
		m.signed += "&RelayState=" + raw["RelayState"]
	}
	m.signed += "&SigAlg=" + raw["SigAlg"]
	m.method = q.Get("SigAlg")
	if m.value, err = decode(q.Get("Signature")); err != nil {
		return Message{}, unreadable(err)
	}
	return m, nil
}

// rawQuery is a query's parameters as they were written. One twice is refused: which of the two is signed, and which is read?
func rawQuery(query string) (map[string]string, error) {
	out := map[string]string{}
	for part := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(part, "=")
		plain, err := url.QueryUnescape(name)
		if _, twice := out[plain]; err != nil || twice || strings.Contains(part, ";") {
			return nil, ErrMessage
		}
		out[plain] = value
	}
	return out, nil
}

// ReadPost reads a message of the HTTP-POST binding (Bindings §3.5).
func ReadPost(r *http.Request, name string) (Message, error) {
	if err := r.ParseForm(); err != nil {
		return Message{}, unreadable(err)
	}
	for _, values := range r.PostForm {
		if len(values) > 1 {
			return Message{}, ErrMessage
		}
	}
	if r.PostForm.Has("SAMLRequest") && r.PostForm.Has("SAMLResponse") {
		return Message{}, ErrMessage
	}
	text, err := decode(r.PostForm.Get(name))
	if err != nil {
		return Message{}, unreadable(err)
	}
	return parse(text, r.PostForm.Get("RelayState"))
}

// ReadSOAP reads the one message of an envelope (Bindings §3.2).
func ReadSOAP(r *http.Request) (Message, error) {
	text, err := io.ReadAll(io.LimitReader(r.Body, maxMessage+1))
	if err != nil {
		return Message{}, unreadable(err)
	}
	m, err := parse(text, "")
	if err != nil {
		return Message{}, err
	}
	is := func(el *etree.Element, tag string) bool { return el.Tag == tag && el.NamespaceURI() == soap }
	if !is(m.Root, "Envelope") {
		return Message{}, ErrMessage
	}
	parts := slices.DeleteFunc(m.Root.ChildElements(), func(el *etree.Element) bool { return is(el, "Header") })
	if len(parts) != 1 || !is(parts[0], "Body") || len(parts[0].ChildElements()) != 1 {
		return Message{}, ErrMessage
	}
	m.Root, m.SOAP = parts[0].ChildElements()[0], true
	return m, nil
}

func decode(text string) ([]byte, error) {
	b, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
	if err == nil && len(b) == 0 {
		err = io.ErrUnexpectedEOF
	}
	return b, err
}

func parse(text []byte, relay string) (Message, error) {
	if len(text) > maxMessage || len(relay) > MaxRelay {
		return Message{}, ErrMessage
	}
	root, err := xmlsec.Parse(text)
	if err != nil {
		return Message{}, unreadable(err)
	}
	return Message{Root: root, Relay: relay}, nil
}

// Issuer is who a message says that it is from, before anything of it is believed.
func (m Message) Issuer() string {
	for _, c := range m.Root.ChildElements() {
		if c.Tag == "Issuer" && c.NamespaceURI() == Assertion {
			return strings.TrimSpace(c.Text())
		}
	}
	return ""
}

// IsSigned reports whether a message carries a signature, of whatever worth.
func (m Message) IsSigned() bool { return m.value != nil || xmlsec.IsSigned(m.Root) }

// MayBeFor reports whether a message that says that it is for an address may be for one that fits. Through a browser, a signed one must
// say (Bindings §3.4.5.2, §3.5.5.2): else it could be one for another, passed on.
func (m Message) MayBeFor(destination string, fits func(string) bool) bool {
	if destination == "" {
		return m.SOAP || !m.IsSigned()
	}
	return fits(destination)
}

// Verify returns what of a message is the word of the holder of one of the keys, and only that. One who has keys is held to every
// signature that it makes; where must is set it has to make one. fault.Denied where the signature is wrong or missing.
func (m Message) Verify(keys []*x509.Certificate, must bool) (*etree.Element, error) {
	switch {
	case m.value != nil && (must || len(keys) > 0):
		return m.Root, xmlsec.VerifyBytes(m.method, keys, []byte(m.signed), m.value)
	case must, xmlsec.IsSigned(m.Root) && len(keys) > 0:
		return xmlsec.Verify(m.Root, keys)
	}
	return m.Root, nil
}

// Read fills a struct with an element.
func Read(el *etree.Element, into any) error {
	if err := xml.Unmarshal(xmlsec.Bytes(el), into); err != nil {
		return unreadable(err)
	}
	return nil
}
