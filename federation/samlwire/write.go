package samlwire

import (
	"bytes"
	"compress/flate"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/beevik/etree"

	"pupitre/internal/xmlsec"
)

// WriteSOAP answers with one message in an envelope.
func WriteSOAP(w http.ResponseWriter, el *etree.Element) error {
	w.Header().Set("Content-Type", "text/xml; charset=utf-8")
	_, err := w.Write(Envelope(el))
	return err
}

// Envelope is a message as SOAP carries it.
func Envelope(el *etree.Element) []byte {
	out := etree.NewElement("soap:Envelope")
	out.CreateAttr("xmlns:soap", soap)
	out.CreateElement("soap:Body").AddChild(el)
	return xmlsec.Bytes(out)
}

// Pack is a message as the HTTP-Redirect binding carries it.
func Pack(text []byte) string {
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestCompression)
	if err != nil {
		panic(err) // the level is right
	}
	w.Write(text) // to memory
	w.Close()
	return base64.StdEncoding.EncodeToString(b.Bytes())
}

// SignedAddress is an address with a message and its signature (Bindings §3.4.4.1). What is in the address stays as it is.
func SignedAddress(to, name string, el *etree.Element, relay string, key xmlsec.Key) (string, error) {
	query := name + "=" + url.QueryEscape(Pack(xmlsec.Bytes(el)))
	if relay != "" {
		query += "&RelayState=" + url.QueryEscape(relay)
	}
	query += "&SigAlg=" + url.QueryEscape(key.Method())
	signature, err := key.SignBytes([]byte(query))
	if err != nil {
		return "", err
	}
	query += "&Signature=" + url.QueryEscape(base64.StdEncoding.EncodeToString(signature))
	if strings.Contains(to, "?") {
		return to + "&" + query, nil
	}
	return to + "?" + query, nil
}

// New begins a message: what each has, and who speaks. id is "" for one that nobody guesses.
func New(name, id, issuer, destination, answers string, now time.Time) *etree.Element {
	el := etree.NewElement("samlp:" + name)
	el.CreateAttr("xmlns:samlp", Protocol)
	el.CreateAttr("xmlns:saml", Assertion)
	if id == "" {
		id = NewID()
	}
	el.CreateAttr("ID", id)
	el.CreateAttr("Version", "2.0")
	el.CreateAttr("IssueInstant", Stamp(now))
	if destination != "" {
		el.CreateAttr("Destination", destination)
	}
	if answers != "" {
		el.CreateAttr("InResponseTo", answers)
	}
	el.CreateElement("saml:Issuer").SetText(issuer)
	return el
}

// Logout is what a LogoutRequest of ours says.
type Logout struct {
	Issuer, To   string
	Site         string // entityID of the one who is told
	Name, Format string // what it calls the person
	Session      string // what it calls the session
	Reason       string // "" for none
}

// LogoutTime is how long a LogoutRequest of ours may be read, besides Skew.
const LogoutTime = 2 * time.Minute

// NewLogoutRequest writes one (Core §3.7.1); id is "" for one that nobody guesses.
func NewLogoutRequest(id string, l Logout, now time.Time) *etree.Element {
	el := New("LogoutRequest", id, l.Issuer, l.To, "", now)
	el.CreateAttr("NotOnOrAfter", Stamp(now.Add(LogoutTime+Skew)))
	if l.Reason != "" {
		el.CreateAttr("Reason", l.Reason)
	}
	name := el.CreateElement("saml:NameID")
	name.CreateAttr("Format", l.Format)
	name.CreateAttr("NameQualifier", l.Issuer)
	name.CreateAttr("SPNameQualifier", l.Site)
	name.SetText(l.Name)
	el.CreateElement("samlp:SessionIndex").SetText(l.Session)
	return el
}

// ByUser is why a session ends: its person said so (Core §3.7.3).
const ByUser = "urn:oasis:names:tc:SAML:2.0:logout:user"

// NewID is an identifier that nobody guesses: 160 random bits (Core §1.3.4), something else than a digit first for it is an NCName.
func NewID() string {
	var b [20]byte
	rand.Read(b[:]) // never fails since Go 1.24
	return "_" + hex.EncodeToString(b[:])
}

// Stamp writes an instant as SAML has it (Core §1.3.3).
func Stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// The words for how it went (Core §3.2.2.2).
const (
	Success   = "urn:oasis:names:tc:SAML:2.0:status:Success"
	Requester = "urn:oasis:names:tc:SAML:2.0:status:Requester"
	Responder = "urn:oasis:names:tc:SAML:2.0:status:Responder"

	// PartialLogout, a second word after Success: not all who had entered could be told (Profiles §4.4.3.4, Core §3.7.3.2).
	PartialLogout = "urn:oasis:names:tc:SAML:2.0:status:PartialLogout"
)

// Status is how it went: a first word, where there is one a second, and a message.
type Status struct{ First, Second, Message string }

// Done is the status of a sign-out: of all who had entered, or not.
func Done(partial bool) Status {
	if partial {
		return Status{First: Success, Second: PartialLogout}
	}
	return Status{First: Success}
}

// SetStatus writes it (Core §3.2.2.1).
func SetStatus(el *etree.Element, s Status) {
	out := el.CreateElement("samlp:Status")
	code := out.CreateElement("samlp:StatusCode")
	code.CreateAttr("Value", s.First)
	if s.Second != "" {
		code.CreateElement("samlp:StatusCode").CreateAttr("Value", s.Second)
	}
	if s.Message != "" {
		out.CreateElement("samlp:StatusMessage").SetText(s.Message)
	}
}
