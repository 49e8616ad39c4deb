package saml_test

import (
	"bytes"
	"compress/flate"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"math/big"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/beevik/etree"

	"pupitre/federation"
	"pupitre/federation/saml"
	"pupitre/federation/trial"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/xmlsec"
	"pupitre/store/storetest/federationtest"
)

// The registered sites: two of Préau's, one of Marelle's.
const (
	labo      = "https://labo.example/saml"    // signs what it asks, takes assertions signed by RSA
	laboACS   = "https://labo.example/acs"     // index 0
	laboOther = "https://labo.example/acs?v=2" // index 7
	coffre    = "https://coffre.example/saml"  // signs nothing, takes assertions encrypted and both signed
	coffreACS = "https://coffre.example/acs"
	atlas     = "https://atlas.example/saml" // signs nothing, takes responses signed by P-256
	atlasACS  = "https://atlas.example/acs"
)

// keys are the sites' own: made once, for RSA takes its time.
var keys = sync.OnceValue(func() map[string]xmlsec.Key {
	out := map[string]xmlsec.Key{}
	for _, name := range []string{labo, coffre, "attacker"} {
		private, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			panic(err)
		}
		out[name] = certified(private)
	}
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	out[atlas] = certified(private)
	return out
})

func certified(private crypto.Signer) xmlsec.Key {
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "site"}, NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1<<32, 0)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		panic(err)
	}
	return xmlsec.Key{Signer: private, Certificate: der}
}

// house is a world with its identity provider on a real address.
type house struct {
	*federationtest.World
	URL      string
	provider *saml.Provider
	client   *http.Client // follows nothing
}

func open(t testing.TB, e dbtest.Engine, more ...federation.Client) *house {
	t.Helper()
	w := federationtest.New(t, e)
	h := &house{World: w, client: federationtest.Browser(t)}
	consumer := func(location string, index int) federation.SAMLEndpoint {
		return federation.SAMLEndpoint{Binding: federation.SAMLPost, Location: location, Index: index}
	}
	for _, c := range append([]federation.Client{
		{ID: "labo", Sector: federationtest.Preau, Name: "Le labo", Algorithm: federation.RS256, Resource: federationtest.Grammar, SAML: &federation.SAMLParty{
			EntityID: labo, SignsAsks: true, Signed: federation.SignAssertion, Signing: [][]byte{keys()[labo].Certificate},
			Consumers: []federation.SAMLEndpoint{consumer(laboACS, 0), consumer(laboOther, 7)},
			Logouts: []federation.SAMLEndpoint{
				{Binding: federation.SAMLRedirect, Location: "https://labo.example/slo?a=b", Answers: "https://labo.example/slo-done?a=b"},
				{Binding: federation.SAMLPost, Location: "https://labo.example/slo"},
			}}},
		{ID: "coffre", Sector: federationtest.Preau, Name: "Le coffre", Algorithm: federation.RS256, SAML: &federation.SAMLParty{
			EntityID: coffre, Signed: federation.SignBoth, Encrypted: true, Encryption: keys()[coffre].Certificate, Cipher: xmlsec.AES256GCM, Transport: xmlsec.OAEP,
			Consumers: []federation.SAMLEndpoint{consumer(coffreACS, 0)}}},
		{ID: "atlas-saml", Sector: federationtest.Marelle, Name: "L’atlas", Algorithm: federation.ES256, Resource: federationtest.Atlas, SAML: &federation.SAMLParty{
			EntityID: atlas, Signed: federation.SignResponse, Signing: [][]byte{keys()[atlas].Certificate},
			Consumers: []federation.SAMLEndpoint{consumer(atlasACS, 0)}}},
	}, more...) {
		if err := w.Service.Register(t.Context(), federationtest.Tester, c, ""); err != nil {
			t.Fatal(err)
		}
	}
	h.URL, _ = w.Serve(t, func(address string) federationtest.Face {
		h.provider = &saml.Provider{Federation: w.Service, Keys: w.Keys, Store: w.Store.SAML(), Pages: poster{}, IDs: w.IDs, Now: w.Clock.Now, Issuer: address,
			Names: []string{"idp-auth.example"}}
		return h.provider
	})
	return h
}

// poster stands in for the product's page.
type poster struct{}

func (poster) PostForm(w http.ResponseWriter, _ *http.Request, f federation.Form) error {
	return json.NewEncoder(w).Encode(f)
}

// answer is what came of a request: a status, where the browser is sent, or the form that it posts.
type answer struct {
	Status int
	To     string
	Form   federation.Form
	Body   string

	Refresh, Policy string // headers
}

func (h *house) send(t testing.TB, session federation.Token, method, path string, form url.Values) answer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, h.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Origin", "https://labo.example")
		req.Header.Set("Sec-Fetch-Site", "cross-site")
	}
	if session != "" {
		req.AddCookie(&http.Cookie{Name: federation.SessionCookie, Value: string(session)})
	}
	res, body := federationtest.Send(t, h.client, req)
	if res.Header.Get("Cache-Control") != "no-store" && !strings.Contains(path, "metadata") && res.StatusCode < 400 {
		t.Errorf("%s may be kept", path)
	}
	out := answer{Status: res.StatusCode, To: res.Header.Get("Location"), Body: body, Refresh: res.Header.Get("Refresh"), Policy: res.Header.Get("Content-Security-Policy")}
	_ = json.Unmarshal([]byte(body), &out.Form) // only a form is one
	return out
}

func (h *house) get(t testing.TB, session federation.Token, path string) answer {
	t.Helper()
	return h.send(t, session, http.MethodGet, path, nil)
}

// ask is an AuthnRequest; change takes words of it away or puts others there.
func (h *house) ask(entity string, change ...string) string {
	text := `<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_r1" Version="2.0" IssueInstant="` +
		h.Clock.Now().Format(time.RFC3339) + `" Destination="` + h.URL + `/saml/sso"><saml:Issuer>` + entity + `</saml:Issuer></samlp:AuthnRequest>`
	return strings.NewReplacer(change...).Replace(text)
}

func packed(text string) string {
	var b bytes.Buffer
	w, _ := flate.NewWriter(&b, flate.BestCompression)
	_, _ = w.Write([]byte(text))
	_ = w.Close()
	return base64.StdEncoding.EncodeToString(b.Bytes())
}

// redirect is a message as an address's query, signed by a key where there is one.
func redirect(t testing.TB, name, text, relay string, key *xmlsec.Key) string {
	t.Helper()
	q := name + "=" + url.QueryEscape(packed(text))
	if relay != "" {
		q += "&RelayState=" + url.QueryEscape(relay)
	}
	if key == nil {
		return q
	}
	q += "&SigAlg=" + url.QueryEscape(key.Method())
	signature, err := key.SignBytes([]byte(q))
	if err != nil {
		t.Fatal(err)
	}
	return q + "&Signature=" + url.QueryEscape(base64.StdEncoding.EncodeToString(signature))
}

func key(name string) *xmlsec.Key {
	k := keys()[name]
	return &k
}

// embedded is a message with its signature inside.
func embedded(t testing.TB, text string, key *xmlsec.Key) string {
	t.Helper()
	el, err := xmlsec.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := key.SignElement(el, 1); err != nil {
		t.Fatal(err)
	}
	return string(xmlsec.Bytes(el))
}

// bySHA1 is a message of labo's, signed rightly by what proves nothing any more.
func bySHA1(t testing.TB, text string) string {
	t.Helper()
	el, err := xmlsec.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := trial.SignBySHA1(keys()[labo], el); err != nil {
		t.Fatal(err)
	}
	return string(xmlsec.Bytes(el))
}

// redirectBySHA1 is the same as an address's query.
func redirectBySHA1(t testing.TB, name, text string) string {
	t.Helper()
	q := redirect(t, name, text, "", nil) + "&SigAlg=" + url.QueryEscape("http://www.w3.org/2000/09/xmldsig#rsa-sha1")
	sum := sha1.Sum([]byte(q))
	signature, err := keys()[labo].Signer.Sign(nil, sum[:], crypto.SHA1)
	if err != nil {
		t.Fatal(err)
	}
	return q + "&Signature=" + url.QueryEscape(base64.StdEncoding.EncodeToString(signature))
}

// response is what a site reads.
type response struct {
	ID          string `xml:"ID,attr"`
	Destination string `xml:"Destination,attr"`
	Answers     string `xml:"InResponseTo,attr"`
	Issuer      string `xml:"Issuer"`
	Status      struct {
		Code struct {
			Value string `xml:"Value,attr"`
			Code  struct {
				Value string `xml:"Value,attr"`
			} `xml:"StatusCode"`
		} `xml:"StatusCode"`
		Message string `xml:"StatusMessage"`
	} `xml:"Status"`
}

type assertion struct {
	Issued  string `xml:"IssueInstant,attr"`
	Issuer  string `xml:"Issuer"`
	Subject struct {
		Name struct {
			Format string `xml:"Format,attr"`
			By     string `xml:"NameQualifier,attr"`
			For    string `xml:"SPNameQualifier,attr"`
			Value  string `xml:",chardata"`
		} `xml:"NameID"`
		Confirmed struct {
			Method string `xml:"Method,attr"`
			Data   struct {
				Until     string `xml:"NotOnOrAfter,attr"`
				Recipient string `xml:"Recipient,attr"`
				Answers   string `xml:"InResponseTo,attr"`
			} `xml:"SubjectConfirmationData"`
		} `xml:"SubjectConfirmation"`
	} `xml:"Subject"`
	Conditions struct {
		From     string `xml:"NotBefore,attr"`
		Until    string `xml:"NotOnOrAfter,attr"`
		Audience string `xml:"AudienceRestriction>Audience"`
	} `xml:"Conditions"`
	Authn struct {
		Instant string `xml:"AuthnInstant,attr"`
		Index   string `xml:"SessionIndex,attr"`
		Until   string `xml:"SessionNotOnOrAfter,attr"`
		Class   string `xml:"AuthnContext>AuthnContextClassRef"`
	} `xml:"AuthnStatement"`
	Attributes []struct {
		Name   string   `xml:"Name,attr"`
		Values []string `xml:"AttributeValue"`
	} `xml:"AttributeStatement>Attribute"`
}

func (a assertion) attributes() map[string][]string {
	out := map[string][]string{}
	for _, one := range a.Attributes {
		out[one.Name] = one.Values
	}
	return out
}

func unmarshal[T any](t testing.TB, el *etree.Element) (out T) {
	t.Helper()
	if err := xml.Unmarshal(xmlsec.Bytes(el), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// certificates are those of the house's metadata: what a site believes.
func (h *house) certificates(t testing.TB) (all []*x509.Certificate) {
	t.Helper()
	for _, der := range h.certificatesOf(t, h.get(t, "", "/saml/metadata").Body) {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, c)
	}
	return all
}

func (h *house) certificatesOf(t testing.TB, metadata string) (all [][]byte) {
	t.Helper()
	var d struct {
		Certificates []string `xml:"IDPSSODescriptor>KeyDescriptor>KeyInfo>X509Data>X509Certificate"`
	}
	if err := xml.Unmarshal([]byte(metadata), &d); err != nil {
		t.Fatal(err)
	}
	for _, text := range d.Certificates {
		der, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, der)
	}
	return all
}

// read reads an answer as the site of that key does: what is not signed by the house is not read.
func (h *house) read(t testing.TB, got answer, private *xmlsec.Key) (response, assertion) {
	t.Helper()
	if len(got.Form.Fields) == 0 || got.Form.Fields[0].Name != "SAMLResponse" {
		t.Fatalf("no answer was posted: %d %s %s", got.Status, got.To, got.Body)
	}
	text, err := base64.StdEncoding.DecodeString(got.Form.Fields[0].Value)
	if err != nil {
		t.Fatal(err)
	}
	el, err := xmlsec.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	house := h.certificates(t)
	signed := xmlsec.IsSigned(el)
	if signed {
		if el, err = xmlsec.Verify(el, house); err != nil {
			t.Fatal(err)
		}
	}
	var found *etree.Element
	for _, c := range el.ChildElements() {
		switch c.Tag {
		case "Assertion":
			found = c
		case "EncryptedAssertion":
			plain, err := xmlsec.Decrypt(c, private.Signer.(*rsa.PrivateKey))
			if err != nil {
				t.Fatal(err)
			}
			if found, err = xmlsec.Parse(plain); err != nil {
				t.Fatal(err)
			}
		}
	}
	if found == nil {
		if !signed {
			t.Error("a refusal that nobody signed")
		}
		return unmarshal[response](t, el), assertion{}
	}
	if xmlsec.IsSigned(found) {
		if found, err = xmlsec.Verify(found, house); err != nil {
			t.Fatal(err)
		}
	} else if !signed {
		t.Fatal("neither the response nor the assertion is signed")
	}
	return unmarshal[response](t, el), unmarshal[assertion](t, found)
}
