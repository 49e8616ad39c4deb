package signin_test

import (
	"bytes"
	"compress/flate"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/beevik/etree"

	"pupitre/federation"
	"pupitre/federation/signin"
	"pupitre/federation/trial"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/xmlsec"
	"pupitre/store/storetest/federationtest"
)

const samlPortal = "https://portail.example/saml"

func certified(private crypto.Signer) xmlsec.Key {
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "portail"}, NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1<<32, 0)}
	return xmlsec.Key{Signer: private, Certificate: must(x509.CreateCertificate(rand.Reader, template, template, private.Public(), private))}
}

func portalMetadata() string {
	return `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="` + samlPortal + `">
<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>` +
		base64.StdEncoding.EncodeToString(certified(rsaKey()).Certificate) + `</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
<md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://portail.example/slo" ResponseLocation="https://portail.example/slo-done"/>
<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://portail.example/post"/>
<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://portail.example/sso"/>
</md:IDPSSODescriptor></md:EntityDescriptor>`
}

// borough is a broker whose portal speaks SAML: its messages are written by the test.
type borough struct {
	*federationtest.World
	Broker    string
	connector *signin.SAML
	farewells int // that the portal has written
}

func buildBorough(t testing.TB, e dbtest.Engine) *borough {
	t.Helper()
	w := federationtest.New(t, e)
	server := httptest.NewUnstartedServer(nil)
	b := &borough{World: w, Broker: "http://" + server.Listener.Addr().String()}
	b.connector = &signin.SAML{Portal: federation.ENT{Project: "A70", Name: "Le portail"}, Base: b.Broker, Keys: w.Keys, Now: w.Clock.Now,
		Metadata: func(context.Context) ([]byte, error) { return []byte(portalMetadata()), nil }}
	server.Config.Handler = open(w, b.Broker, b.connector)
	server.Start()
	t.Cleanup(server.Close)
	return b
}

// node is a broker beside the first, under the same addresses, and where it listens.
func (b *borough) node(t testing.TB) (address string) {
	t.Helper()
	w := b.Node(t)
	connector := &signin.SAML{Portal: b.connector.Portal, Base: b.Broker, Keys: w.Keys, Now: w.Clock.Now, Metadata: b.connector.Metadata}
	server := httptest.NewServer(open(w, b.Broker, connector))
	t.Cleanup(server.Close)
	return server.URL
}

func (b *borough) callback() string { return b.Broker + "/connexion/saml/A70" }

// asked is a request as the portal reads it.
type asked struct{ ID, Relay string }

// begins sends a browser to the portal, and returns what the portal is asked.
func (b *borough) begins(br *browser) asked {
	br.t.Helper()
	to, err := url.Parse(br.get(b.Broker + "/connexion?next=/mediacentre").To)
	if err != nil || !strings.HasPrefix(to.String(), "https://portail.example/sso?SAMLRequest=") {
		br.t.Fatalf("sent to %v", to)
	}
	var request struct {
		ID          string `xml:"ID,attr"`
		Destination string `xml:"Destination,attr"`
		Consumer    string `xml:"AssertionConsumerServiceURL,attr"`
		Issuer      string `xml:"Issuer"`
	}
	unpack(br.t, to.Query().Get("SAMLRequest"), &request)
	if request.Destination != "https://portail.example/sso" || request.Consumer != b.callback() || request.Issuer != b.callback()+"/metadata" {
		br.t.Errorf("%+v", request)
	}
	b.verify(br.t, to.RawQuery)
	return asked{request.ID, to.Query().Get("RelayState")}
}

// verify checks the signature of an address's query, by the certificates of our metadata.
func (b *borough) verify(t testing.TB, query string) {
	t.Helper()
	signed, signature, _ := strings.Cut(query, "&Signature=")
	raw := must(base64.StdEncoding.DecodeString(must(url.QueryUnescape(signature))))
	method := must(url.ParseQuery(query)).Get("SigAlg")
	if err := xmlsec.VerifyBytes(method, b.certificates(t), []byte(signed), raw); err != nil {
		t.Error(err)
	}
}

func (b *borough) certificates(t testing.TB) (all []*x509.Certificate) {
	t.Helper()
	res, err := http.Get(b.callback() + "/metadata")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	doc := etree.NewDocument()
	if _, err := doc.ReadFrom(res.Body); err != nil {
		t.Fatal(err)
	}
	for _, el := range doc.FindElements("//KeyDescriptor[@use='signing']//X509Certificate") {
		all = append(all, must(x509.ParseCertificate(must(base64.StdEncoding.DecodeString(el.Text())))))
	}
	return all
}

func unpack(t testing.TB, text string, into any) {
	t.Helper()
	packed := must(base64.StdEncoding.DecodeString(text))
	xmlText, err := io.ReadAll(flate.NewReader(strings.NewReader(string(packed))))
	if err != nil {
		t.Fatal(err)
	}
	unmarshalXML(t, xmlText, into)
}

// word is an answer of the portal's, as a test has it signed, encrypted, or otherwise changed.
type word struct {
	person    string
	change    []string // of the assertion, before it is signed
	around    []string // of the response, before it is signed
	signed    string   // "assertion" unless said; "response", "both", "none"
	encrypted bool
	key       *xmlsec.Key // the portal's unless said
	inner     *xmlsec.Key // of the assertion, the same unless said
	weakly    bool        // signed by SHA-1
	after     func(text string) string
}

func (b *borough) answer(t testing.TB, to asked, w word) string {
	t.Helper()
	now := b.Clock.Now().UTC()
	at := func(d time.Duration) string { return now.Add(d).Format(time.RFC3339) }
	if w.person == "" {
		w.person = "ent-ines"
	}
	key := certified(rsaKey())
	if w.key != nil {
		key = *w.key
	}
	attribute := func(name, value string) string {
		return `<saml:Attribute Name="` + name + `"><saml:AttributeValue>` + value + `</saml:AttributeValue></saml:Attribute>`
	}
	seals := seals
	if w.weakly {
		seals = func(t testing.TB, key xmlsec.Key, el *etree.Element) {
			if err := trial.SignBySHA1(key, el); err != nil {
				t.Fatal(err)
			}
		}
	}
	assertion := element(t, strings.NewReplacer(w.change...).Replace(`<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a`+to.ID[1:9]+`" Version="2.0" IssueInstant="`+at(0)+`"><saml:Issuer>`+samlPortal+
		`</saml:Issuer><saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:transient" SPNameQualifier="x">nom-`+w.person+`</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData InResponseTo="`+
		to.ID+`" NotOnOrAfter="`+at(time.Minute)+`" Recipient="`+b.callback()+`"/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="`+at(-time.Second)+`" NotOnOrAfter="`+at(time.Minute)+
		`"><saml:AudienceRestriction><saml:Audience>`+b.callback()+`/metadata</saml:Audience></saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant="`+at(0)+`" SessionIndex="s1"><saml:AuthnContext><saml:AuthnContextClassRef>x</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement><saml:AttributeStatement>`+
		attribute("idEnt", "A70")+attribute("GARPersonIdentifiant", w.person)+`</saml:AttributeStatement></saml:Assertion>`))
	if w.signed == "" || w.signed == "assertion" || w.signed == "both" {
		inner := key
		if w.inner != nil {
			inner = *w.inner
		}
		seals(t, inner, assertion)
	}
	response := element(t, strings.NewReplacer(w.around...).Replace(`<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_r`+to.ID[1:9]+`" Version="2.0" IssueInstant="`+at(0)+`" Destination="`+b.callback()+`" InResponseTo="`+to.ID+
		`"><saml:Issuer>`+samlPortal+`</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status></samlp:Response>`))
	if w.encrypted {
		assertion = b.encrypt(t, assertion)
	}
	response.AddChild(assertion)
	if w.signed == "response" || w.signed == "both" {
		seals(t, key, response)
	}
	text := string(xmlsec.Bytes(response))
	if w.after != nil {
		text = w.after(text)
	}
	return text
}

// encrypt closes an assertion for the key of our metadata.
func (b *borough) encrypt(t testing.TB, el *etree.Element) *etree.Element {
	t.Helper()
	certificate := must(b.Keys.Certified(t.Context(), federation.RS256)).Certificate
	out := etree.NewElement("saml:EncryptedAssertion")
	out.CreateAttr("xmlns:saml", "urn:oasis:names:tc:SAML:2.0:assertion")
	out.AddChild(must(xmlsec.Encrypt(el, xmlsec.Recipient{Certificate: must(x509.ParseCertificate(certificate)), Cipher: xmlsec.AES256GCM, Transport: xmlsec.OAEPMGF1P})))
	return out
}

func seals(t testing.TB, key xmlsec.Key, el *etree.Element) {
	t.Helper()
	if err := key.SignElement(el, 1); err != nil {
		t.Fatal(err)
	}
}

func element(t testing.TB, text string) *etree.Element {
	t.Helper()
	doc := etree.NewDocument()
	if err := doc.ReadFromString(text); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return doc.Root()
}

// posts has a browser post an answer as another site's form does, and the page of ours that posts it once more.
func (b *borough) posts(br *browser, text, relay string) seen {
	br.t.Helper()
	fields := url.Values{"SAMLResponse": {base64.StdEncoding.EncodeToString([]byte(text))}, "RelayState": {relay}}
	foreign := newBrowser(br.t) // a form of another site's comes without our cookies
	got := foreign.send(http.MethodPost, b.callback(), fields)
	var f federation.Form
	if got.Status != http.StatusOK || json.Unmarshal([]byte(got.Body), &f) != nil || f.Action != b.callback() {
		br.t.Fatalf("no page of ours to post it again: %+v", got)
	}
	again := url.Values{}
	for _, field := range f.Fields {
		again.Add(field.Name, field.Value)
	}
	return br.send(http.MethodPost, f.Action, again)
}

func (b *borough) person(br *browser) string {
	page := br.get(b.Broker + "/mediacentre")
	if page.Status == http.StatusUnauthorized {
		return ""
	}
	return page.Body
}

// packed is a message as an address carries it.
func packed(text []byte) string {
	var b bytes.Buffer
	w := must(flate.NewWriter(&b, flate.BestCompression))
	w.Write(text)
	w.Close()
	return base64.StdEncoding.EncodeToString(b.Bytes())
}
