package saml

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"encoding/xml"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/beevik/etree"

	"pupitre/federation"
	"pupitre/internal/fault"
	"pupitre/internal/xmlsec"
)

const (
	protocolSpace  = "urn:oasis:names:tc:SAML:2.0:protocol"
	assertionSpace = "urn:oasis:names:tc:SAML:2.0:assertion"
	deflated       = "urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE"

	maxMessage = 64 << 10 // bytes of a message, unpacked
	// maxRelay is what we carry back of a RelayState. Bindings §3.4.3 says 80 bytes; sites put whole addresses there, and the GAR wants them to.
	maxRelay = 2048
)

// message is what came: nobody's word until verified.
type message struct {
	root   *etree.Element
	relay  string
	signed string // by Redirect: what the signature is of, as it was written
	method string
	value  []byte // the signature; nil: none, or inside the message
}

var errMessage = fault.New(fault.Invalid, "federation.saml.request")

func unreadable(err error) error { return fault.Wrap(err, fault.Invalid, "federation.saml.request") }

// readRedirect reads a message of the HTTP-Redirect binding (Bindings §3.4), by the name of its parameter.
func readRedirect(r *http.Request, name string) (message, error) {
	raw, err := rawQuery(r.URL.RawQuery)
	if err != nil {
		return message{}, err
	}
	q, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil || q.Has("SAMLRequest") && q.Has("SAMLResponse") || q.Has("SAMLEncoding") && q.Get("SAMLEncoding") != deflated {
		return message{}, errMessage
	}
	packed, err := decode(q.Get(name))
	if err != nil {
		return message{}, unreadable(err)
	}
	text, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(packed)), maxMessage+1))
	if err != nil || len(text) > maxMessage {
		return message{}, errMessage
	}
	m, err := open(text, q.Get("RelayState"))
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
		return message{}, unreadable(err)
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
			return nil, errMessage
		}
		out[plain] = value
	}
	return out, nil
}

// readPost reads a message of the HTTP-POST binding (Bindings §3.5).
func readPost(r *http.Request, name string) (message, error) {
	if err := r.ParseForm(); err != nil {
		return message{}, unreadable(err)
	}
	for _, values := range r.PostForm {
		if len(values) > 1 {
			return message{}, errMessage
		}
	}
	text, err := decode(r.PostForm.Get(name))
	if err != nil {
		return message{}, unreadable(err)
	}
	return open(text, r.PostForm.Get("RelayState"))
}

func decode(text string) ([]byte, error) {
	b, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
	if err == nil && len(b) == 0 {
		err = io.ErrUnexpectedEOF
	}
	return b, err
}

func open(text []byte, relay string) (message, error) {
	if len(text) > maxMessage || len(relay) > maxRelay {
		return message{}, errMessage
	}
	root, err := xmlsec.Parse(text)
	if err != nil {
		return message{}, unreadable(err)
	}
	return message{root: root, relay: relay}, nil
}

// pack is a message as the HTTP-Redirect binding carries it.
func pack(text []byte) string {
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestCompression)
	if err != nil {
		panic(err) // the level is right
	}
	w.Write(text) // to memory
	w.Close()
	return base64.StdEncoding.EncodeToString(b.Bytes())
}

// issuer is who a message says that it is from, before anything of it is believed.
func (m message) issuer() string {
	for _, c := range m.root.ChildElements() {
		if c.Tag == "Issuer" && c.NamespaceURI() == assertionSpace {
			return strings.TrimSpace(c.Text())
		}
	}
	return ""
}

// read fills a struct with the message: with what is signed, where it is signed, and only that. A site whose keys we know is held to
// every signature that it makes; where must is set it has to make one.
func (m message) read(party *federation.SAMLParty, must bool, into any) error {
	keys, err := party.Keys()
	if err != nil {
		return err
	}
	root := m.root
	switch {
	case m.value != nil && (must || len(keys) > 0):
		err = xmlsec.VerifyBytes(m.method, keys, []byte(m.signed), m.value)
	case must, xmlsec.IsSigned(root) && len(keys) > 0:
		root, err = xmlsec.Verify(root, keys)
	}
	if err != nil {
		return fault.Wrap(err, fault.Denied, "federation.saml.signature", "site", party.EntityID)
	}
	if err := xml.Unmarshal(xmlsec.Bytes(root), into); err != nil {
		return unreadable(err)
	}
	return nil
}
