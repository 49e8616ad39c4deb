package worldtest_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"html"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/beevik/etree"

	"pupitre/federation"
	"pupitre/federation/samlwire"
	"pupitre/internal/clock"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/xmlsec"
)

// A site's program written for the GAR's SAML: what it asks and says is meant for that host name, by Redirect, by POST and, where a
// program says it, by SOAP; which resource is meant only RelayState says.
func TestAProgramWrittenForTheGARSignsInBySAML(t *testing.T) {
	t.Parallel()
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "labo"}, NotAfter: clock.System().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	key := xmlsec.Key{Signer: private, Certificate: der}
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		const slo = "https://labo.example/saml/slo"
		g := newGAR(t, e, federation.Client{Algorithm: federation.RS256, SAML: &federation.SAMLParty{
			EntityID: siteEntity, SignsAsks: true, Signed: federation.SignAssertion, Signing: [][]byte{der},
			Consumers: []federation.SAMLEndpoint{{Binding: federation.SAMLPost, Location: siteConsumer}},
			Logouts:   []federation.SAMLEndpoint{{Binding: federation.SAMLRedirect, Location: slo}, {Binding: federation.SAMLPost, Location: slo}},
		}})
		metadata := g.ask(t, http.MethodGet, "/idp/metadata", "")
		described := parsed(t, metadata.Body.String())
		var ours []*x509.Certificate
		for _, el := range described.FindElements("//X509Certificate") {
			der, err := base64.StdEncoding.DecodeString(el.Text())
			if err != nil {
				t.Fatal(err)
			}
			certificate, err := x509.ParseCertificate(der)
			if err != nil {
				t.Fatal(err)
			}
			ours = append(ours, certificate)
		}

		// carry brings a message under the GAR's name as a browser does; by POST it is asked to post it again where its session is, which
		// another site's form does without a cookie.
		carry := func(session federation.Token, binding, service, host, relay string, el *etree.Element) *httptest.ResponseRecorder {
			t.Helper()
			path := "/idp/profile/SAML2/" + binding + "/" + service
			el.CreateAttr("Destination", "https://"+host+path)
			if binding == "Redirect" {
				address, err := samlwire.SignedAddress(path, "SAMLRequest", el, relay, key)
				if err != nil {
					t.Fatal(err)
				}
				return g.browse(t, session, address)
			}
			if err := key.SignElement(el, samlwire.AfterIssuer); err != nil {
				t.Fatal(err)
			}
			form := url.Values{"SAMLRequest": {base64.StdEncoding.EncodeToString(xmlsec.Bytes(el))}, "RelayState": {relay}}.Encode()
			anothers := func(r *http.Request) {
				r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				r.Header.Set("Origin", "https://labo.example")
				r.Header.Set("Sec-Fetch-Site", "cross-site")
			}
			w := g.ask(t, http.MethodPost, path, form, anothers)
			if w.Code != http.StatusTemporaryRedirect || w.Header().Get("Location") != "http://pupitre.localhost"+path || w.Header().Get("Cache-Control") != "no-store" {
				t.Fatalf("%s: %d %s", path, w.Code, w.Header().Get("Location"))
			}
			again := httptest.NewRequestWithContext(t.Context(), http.MethodPost, w.Header().Get("Location"), strings.NewReader(form))
			anothers(again)
			w = httptest.NewRecorder()
			g.Handler.ServeHTTP(w, again)
			if to := w.Header().Get("Location"); w.Code == http.StatusSeeOther && strings.HasPrefix(to, path+"?") {
				w = g.visit(t.Context(), session, http.MethodGet, to, nil)
			}
			return w
		}
		signIn := func(session federation.Token, binding, host string) *httptest.ResponseRecorder {
			t.Helper()
			return carry(session, binding, "SSO", host, g.work.LaunchURL, samlwire.New("AuthnRequest", "_r1", siteEntity, "", "", clock.System()))
		}

		for _, way := range []struct{ in, out string }{{"Redirect", "Redirect"}, {"POST", "POST"}, {"Unsolicited", "SOAP"}} {
			session := g.arrive(t, "ines.marchal")
			var page *httptest.ResponseRecorder
			answers := "_r1"
			if way.in == "Unsolicited" {
				answers = ""
				page = g.browse(t, session, "/idp/profile/SAML2/Unsolicited/SSO?"+url.Values{"providerId": {siteEntity}, "target": {g.work.LaunchURL}}.Encode())
			} else {
				page = signIn(session, way.in, garName)
			}
			response := posted(t, page)
			assertion := response.FindElement("./Assertion")
			if assertion == nil || response.SelectAttrValue("InResponseTo", "") != answers || response.SelectAttrValue("Destination", "") != siteConsumer {
				t.Fatalf("%s: %s", way.in, xmlsec.Bytes(response))
			}
			verified, err := xmlsec.Verify(assertion, ours)
			if err != nil {
				t.Fatalf("%s: %v", way.in, err)
			}
			text := func(path string) string {
				el := verified.FindElement(path)
				if el == nil {
					t.Fatalf("%s: no %s in %s", way.in, path, xmlsec.Bytes(verified))
				}
				return el.Text()
			}
			name, index := text(".//NameID"), verified.FindElement(".//AuthnStatement").SelectAttrValue("SessionIndex", "")
			for path, want := range map[string]string{
				".//Audience": siteEntity, ".//Attribute[@Name='PRE']/AttributeValue": "Inès", ".//Attribute[@Name='PRO']/AttributeValue": "National_elv",
				".//Attribute[@Name='UAI']/AttributeValue": string(g.school.UAI), "./Issuer": described.SelectAttrValue("entityID", ""),
			} {
				if got := text(path); got != want {
					t.Errorf("%s: %s is %q, want %q", way.in, path, got, want)
				}
			}
			if len(name) != 64 || index == "" {
				t.Errorf("%s: name %q, session %q", way.in, name, index)
			}

			leave := samlwire.NewLogoutRequest("_l1", samlwire.Logout{Issuer: siteEntity, Site: siteEntity, Name: name, Format: federation.SAMLPersistent, Session: index}, clock.System())
			done := ""
			switch way.out {
			case "Redirect":
				if to := carry("", way.out, "SLO", garName, "", leave).Header().Get("Location"); strings.HasPrefix(to, slo+"?SAMLResponse=") {
					done = "_l1"
				}
			case "POST":
				done = posted(t, carry("", way.out, "SLO", garName, "", leave)).SelectAttrValue("InResponseTo", "")
			case "SOAP": // a program's: it is answered under the GAR's name
				leave.CreateAttr("Destination", "https://"+garName+"/idp/profile/SAML2/SOAP/SLO")
				if err := key.SignElement(leave, samlwire.AfterIssuer); err != nil {
					t.Fatal(err)
				}
				w := g.ask(t, http.MethodPost, "/idp/profile/SAML2/SOAP/SLO", string(samlwire.Envelope(leave)))
				done = parsed(t, w.Body.String()).FindElement(".//LogoutResponse").SelectAttrValue("InResponseTo", "")
			}
			if done != "_l1" {
				t.Errorf("%s: the sign-out is answered %q", way.out, done)
			}
			if _, err := g.Federation.Find(t.Context(), session); err == nil {
				t.Errorf("%s: the session lasts", way.out)
			}
		}

		// What is meant for another host is refused, and so is a right that was withdrawn a second ago.
		session := g.arrive(t, "ines.marchal")
		for _, binding := range []string{"Redirect", "POST"} {
			if w := signIn(session, binding, "idp-auth.mechant.example"); w.Code < http.StatusBadRequest || strings.Contains(w.Body.String(), "SAMLResponse") {
				t.Errorf("%s, for another host: %d", binding, w.Code)
			}
		}
		g.withdraw(t, "ines.marchal")
		response := posted(t, signIn(session, "Redirect", garName))
		if response.FindElement(".//Assertion") != nil || !strings.Contains(response.FindElement(".//StatusMessage").Text(), "licensing.") {
			t.Errorf("withdrawn: %s", xmlsec.Bytes(response))
		}
	})
}

// posted is the message in the form of a page.
func posted(t testing.TB, page *httptest.ResponseRecorder) *etree.Element {
	t.Helper()
	value := between(page.Body.String(), `name="SAMLResponse" value="`, `"`)
	text, err := base64.StdEncoding.DecodeString(html.UnescapeString(value))
	if err != nil || value == "" {
		t.Fatalf("%d, %v: %s", page.Code, err, page.Body)
	}
	return parsed(t, string(text))
}

func parsed(t testing.TB, text string) *etree.Element {
	t.Helper()
	el, err := xmlsec.Parse([]byte(text))
	if err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return el
}
