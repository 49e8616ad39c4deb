package saml_test

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/federation/saml"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/fault"
	"pupitre/internal/xmlsec"
	"pupitre/store/storetest/federationtest"
)

var ines = federation.PseudonymOf(directory.Secret(strings.Repeat("1", 64)), federationtest.Preau)

// A person enters three sites, each as it was registered: by the sites' word and by a link.
func TestAPersonEnters(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		session := h.Arrive(t, "ent-ines")
		h.Rights.Give(federationtest.Ines, federationtest.College, directory.Pupil, federationtest.Atlas)

		got := h.get(t, session, "/saml/sso?"+redirect(t, "SAMLRequest", h.ask(labo), "r&=é", key(labo)))
		if got.Form.Action != laboACS || got.Form.Site != "Le labo" || got.Form.Fields[1] != (federation.Field{Name: "RelayState", Value: "r&=é"}) {
			t.Fatalf("%+v", got)
		}
		r, a := h.read(t, got, nil)
		at := func(d time.Duration) string { return h.Clock.Now().Add(d).Format("2006-01-02T15:04:05.000Z") }
		if r.Destination != laboACS || r.Answers != "_r1" || r.Issuer != h.URL+"/saml/metadata" || r.Status.Code.Value != "urn:oasis:names:tc:SAML:2.0:status:Success" {
			t.Errorf("%+v", r)
		}
		if name := a.Subject.Name; name.Value != ines.Subject() || name.By != h.URL+"/saml/metadata" || name.For != labo || !strings.HasSuffix(name.Format, "2.0:nameid-format:persistent") {
			t.Errorf("%+v", name)
		}
		if c := a.Subject.Confirmed; !strings.HasSuffix(c.Method, "cm:bearer") || c.Data.Recipient != laboACS || c.Data.Answers != "_r1" || c.Data.Until != at(time.Minute) {
			t.Errorf("%+v", c)
		}
		if a.Conditions.Audience != labo || a.Conditions.From != at(-time.Minute) || a.Conditions.Until != at(time.Minute) || a.Authn.Instant != at(0) || a.Authn.Until != "" ||
			!strings.HasSuffix(a.Authn.Class, "classes:unspecified") || a.Authn.Index == "" {
			t.Errorf("%+v %+v", a.Conditions, a.Authn)
		}
		want := map[string][]string{"IDO": {ines.IDO()}, "UAI": {"0991234D"}, "PRO": {"National_elv"}, "PRE": {"Inès"}, "DIV": {"5B##5e B"}, "GRO": {"LAT##Latin 5e##5B"}}
		if got := a.attributes(); !reflect.DeepEqual(got, want) {
			t.Errorf("%v", got)
		}

		_, inside := h.read(t, h.get(t, session, "/saml/sso?idRessource="+url.QueryEscape(federationtest.Grammar)+"&"+redirect(t, "SAMLRequest", h.ask(coffre), "", nil)), key(coffre))
		if inside.Subject.Name.Value != ines.Subject() || inside.Authn.Index != a.Authn.Index || inside.Conditions.Audience != coffre {
			t.Errorf("%+v", inside)
		}
		_, other := h.read(t, h.get(t, session, "/idp/profile/SAML2/Redirect/SSO?"+redirect(t, "SAMLRequest", h.ask(atlas, "/saml/sso", "/idp/profile/SAML2/Redirect/SSO"), "", key(atlas))), nil)
		if other.Subject.Name.Value == ines.Subject() || other.Subject.Name.Value == "" || other.Authn.Index == a.Authn.Index || len(other.attributes()) != 1 {
			t.Errorf("another publisher can join its users: %+v", other)
		}

		by := h.get(t, session, "/saml/start?sp="+url.QueryEscape(labo)+"&RelayState=x")
		r, a = h.read(t, by, nil)
		if by.Form.Action != laboACS || r.Answers != "" || a.Subject.Confirmed.Data.Answers != "" || a.Subject.Name.Value != ines.Subject() {
			t.Errorf("by a link: %+v %+v", r, a)
		}
		by = h.get(t, session, "/idp/profile/SAML2/Unsolicited/SSO?providerId="+url.QueryEscape(labo)+"&shire="+url.QueryEscape(laboOther)+"&target=y")
		if by.Form.Action != laboOther || by.Form.Fields[1].Value != "y" {
			t.Errorf("by the other link: %+v", by)
		}
		if h.Rights.Opened() != 5 {
			t.Errorf("%d accesses journalled, want 5", h.Rights.Opened())
		}
	})
}

// A request that is posted comes without our cookie, and is met all the same.
func TestAPostedRequestIsMet(t *testing.T) {
	t.Parallel()
	h := open(t, dbtest.Engines()[0])
	session := h.Arrive(t, "ent-ines")
	for _, path := range []string{"/saml/sso", "/idp/profile/SAML2/POST/SSO"} {
		text := embedded(t, h.ask(labo, "/saml/sso", path), key(labo))
		on := h.send(t, "", http.MethodPost, path, url.Values{"SAMLRequest": {base64.StdEncoding.EncodeToString([]byte(text))}, "RelayState": {"z"}})
		if on.Status != http.StatusSeeOther || !strings.HasPrefix(on.To, path+"?") || len(on.To) > 2500 {
			t.Fatalf("%d %d %s", on.Status, len(on.To), on.To)
		}
		first := h.get(t, "", on.To)
		if to, err := url.Parse(first.To); err != nil || to.Path != "/connexion" || to.Query().Get("next") != on.To {
			t.Errorf("nobody is signed in: %s", first.To)
		}
		got := h.get(t, session, on.To)
		if _, a := h.read(t, got, nil); a.Subject.Name.Value != ines.Subject() || got.Form.Fields[1].Value != "z" {
			t.Errorf("%+v", a)
		}
	}
}

// Which resource is meant: the request's, the one at the address in RelayState as in the GAR, else the site's own.
func TestWhichResourceIsMeant(t *testing.T) {
	t.Parallel()
	h := open(t, dbtest.Engines()[0], federation.Client{ID: "libre", Sector: federationtest.Preau, Name: "Libre", Algorithm: federation.ES256, SAML: &federation.SAMLParty{
		EntityID: "libre", Signed: federation.SignAssertion, Consumers: []federation.SAMLEndpoint{{Binding: federation.SAMLPost, Location: "https://libre.example/acs"}}}})
	session := h.Arrive(t, "ent-ines")
	for _, relay := range []string{federationtest.Grammar, "https://" + string(federationtest.Preau) + ".example/" + federationtest.Grammar} {
		if r, _ := h.read(t, h.get(t, session, "/saml/sso?"+redirect(t, "SAMLRequest", h.ask("libre"), relay, nil)), nil); !strings.HasSuffix(r.Status.Code.Value, ":Success") {
			t.Errorf("%s: %+v", relay, r)
		}
	}
	for _, relay := range []string{"", "https://libre.example/page"} {
		if got := h.get(t, session, "/saml/sso?"+redirect(t, "SAMLRequest", h.ask("libre"), relay, nil)); got.Status != http.StatusBadRequest || !strings.Contains(got.Body, "Libre") {
			t.Errorf("%s: %+v", relay, got)
		}
	}
	foreign, _ := h.read(t, h.get(t, session, "/saml/sso?"+redirect(t, "SAMLRequest", h.ask("libre"), federationtest.Atlas, nil)), nil)
	if foreign.Status.Message != "federation.resource.foreign" {
		t.Errorf("another publisher's: %+v", foreign)
	}
}

// What we cannot or may not do the site is told by its name, signed.
func TestWhatIsRefusedIsToldToTheSite(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		session, noe := h.Arrive(t, "ent-ines"), h.Arrive(t, "ent-noe")
		in := func(inside string) []string {
			return []string{"</samlp:AuthnRequest>", inside + "</samlp:AuthnRequest>"}
		}
		class := func(name, comparison string) []string {
			return in(`<samlp:RequestedAuthnContext Comparison="` + comparison + `"><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:` + name + `</saml:AuthnContextClassRef></samlp:RequestedAuthnContext>`)
		}
		name := func(format string) []string {
			return in(`<samlp:NameIDPolicy AllowCreate="true" Format="` + format + `"/>`)
		}
		for what, c := range map[string]struct {
			session federation.Token
			change  []string
			code    string // ""; met
			second  string
		}{
			"as it is":             {session: session},
			"a name that lasts":    {session: session, change: name("urn:oasis:names:tc:SAML:2.0:nameid-format:persistent")},
			"any name":             {session: session, change: name("urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified")},
			"by password":          {session: session, change: class("PasswordProtectedTransport", "exact")},
			"silently":             {session: session, change: []string{`Version="2.0"`, `Version="2.0" IsPassive="true"`}},
			"silently, nobody":     {change: []string{`Version="2.0"`, `Version="2.0" IsPassive="1"`}, code: "federation.session.none", second: "NoPassive"},
			"a sign-in anew":       {session: session, change: []string{`Version="2.0"`, `Version="2.0" ForceAuthn="true"`}, code: "federation.saml.force", second: "RequestUnsupported"},
			"a mail address":       {session: session, change: name("urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"), code: "federation.saml.name", second: "InvalidNameIDPolicy"},
			"a certificate":        {session: session, change: class("X509", "exact"), code: "federation.saml.context", second: "NoAuthnContext"},
			"better than password": {session: session, change: class("PasswordProtectedTransport", "better"), code: "federation.saml.context", second: "NoAuthnContext"},
			"somebody in advance":  {session: session, change: in(`<saml:Subject><saml:NameID>x</saml:NameID></saml:Subject>`), code: "federation.saml.subject", second: "RequestUnsupported"},
			"who holds nothing":    {session: noe, code: "licensing.opening.unassigned", second: "RequestDenied"},
		} {
			got := h.get(t, c.session, "/saml/sso?"+redirect(t, "SAMLRequest", h.ask(labo, c.change...), "", key(labo)))
			r, a := h.read(t, got, nil)
			if met := r.Status.Code.Value == "urn:oasis:names:tc:SAML:2.0:status:Success"; met != (c.code == "") || met != (a.Subject.Name.Value != "") {
				t.Errorf("%s: %+v", what, r.Status)
			}
			if c.code != "" && (r.Status.Message == "" || c.code != r.Status.Message && what != "who holds nothing" || !strings.HasSuffix(r.Status.Code.Code.Value, ":"+c.second) || r.Answers != "_r1") {
				t.Errorf("%s: %+v", what, r)
			}
		}
		// Whom no site waits for is told here.
		if got := h.get(t, noe, "/saml/start?sp="+url.QueryEscape(labo)); got.Status != http.StatusForbidden {
			t.Errorf("%+v", got)
		}
	})
}

// Withdrawn a second ago, or signed out: nothing more is said.
func TestNoAssertionAfterTheRight(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		session := h.Arrive(t, "ent-ines")
		ask := func() answer {
			return h.get(t, session, "/saml/sso?"+redirect(t, "SAMLRequest", h.ask(labo), "", key(labo)))
		}
		if r, _ := h.read(t, ask(), nil); !strings.HasSuffix(r.Status.Code.Value, ":Success") {
			t.Fatalf("%+v", r)
		}
		h.Rights.Withdraw(federationtest.Ines, federationtest.College, directory.Pupil, federationtest.Grammar)
		if r, _ := h.read(t, ask(), nil); !strings.HasSuffix(r.Status.Code.Code.Value, ":RequestDenied") {
			t.Errorf("%+v", r)
		}
		if _, err := h.Service.SignOut(t.Context(), session); err != nil {
			t.Fatal(err)
		}
		if got := ask(); !strings.HasPrefix(got.To, "/connexion?") {
			t.Errorf("%+v", got)
		}
	})
}

func (h *house) leave(person, index string, change ...string) string {
	text := `<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_l1" Version="2.0" IssueInstant="` +
		h.Clock.Now().Format(time.RFC3339) + `" Destination="` + h.URL + `/saml/slo"><saml:Issuer>` + labo + `</saml:Issuer><saml:NameID>` + person +
		`</saml:NameID><samlp:SessionIndex>` + index + `</samlp:SessionIndex></samlp:LogoutRequest>`
	return strings.NewReplacer(change...).Replace(text)
}

// A site signs somebody out, by each binding, at our address for it and at the GAR's: the session is over, and the site is answered.
func TestASiteSignsOut(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		for _, c := range []struct{ by, path string }{
			{"redirect", "/saml/slo"}, {"redirect", "/idp/profile/SAML2/Redirect/SLO"}, {"post", "/saml/slo"}, {"post", "/idp/profile/SAML2/POST/SLO"},
			{"soap", "/saml/soap"}, {"soap", "/idp/profile/SAML2/SOAP/SLO"},
		} {
			by, path := c.by, c.path
			session := h.Arrive(t, "ent-ines")
			_, a := h.read(t, h.get(t, session, "/saml/sso?"+redirect(t, "SAMLRequest", h.ask(labo), "", key(labo))), nil)
			lasts := func() bool {
				_, err := h.Service.Find(t.Context(), session)
				return err == nil
			}
			for name, bad := range map[string]string{
				"another's name":   h.leave(strings.Repeat("0", 64), a.Authn.Index),
				"another session":  h.leave(ines.Subject(), strings.Repeat("0", 32)),
				"another site's":   h.leave(ines.Subject(), a.Authn.Index, labo, atlas),
				"for another":      h.leave(ines.Subject(), a.Authn.Index, h.URL, "https://autre.example"),
				"old":              h.leave(ines.Subject(), a.Authn.Index, h.Clock.Now().Format(time.RFC3339), h.Clock.Now().Add(-6*time.Minute).Format(time.RFC3339)),
				"two names":        h.leave(ines.Subject(), a.Authn.Index, "<saml:NameID>", "<saml:NameID>x</saml:NameID><saml:NameID>"),
				"over by its word": h.leave(ines.Subject(), a.Authn.Index, ` ID="_l1"`, ` ID="_l1" NotOnOrAfter="2020-01-01T00:00:00Z"`),
			} {
				h.get(t, session, "/saml/slo?"+redirect(t, "SAMLRequest", bad, "", key(labo)))
				if !lasts() {
					t.Fatalf("%s: the session is over", name)
				}
			}
			for name, query := range map[string]string{
				"unsigned":       redirect(t, "SAMLRequest", h.leave(ines.Subject(), a.Authn.Index), "", nil),
				"by an attacker": redirect(t, "SAMLRequest", h.leave(ines.Subject(), a.Authn.Index), "", key("attacker")),
			} {
				if got := h.get(t, session, "/saml/slo?"+query); got.Status != http.StatusForbidden || !lasts() {
					t.Fatalf("%s: %d", name, got.Status)
				}
			}
			var text []byte
			switch by {
			case "redirect":
				got := h.get(t, "", path+"?"+redirect(t, "SAMLRequest", h.leave(ines.Subject(), a.Authn.Index, "/saml/slo", path), "état", key(labo)))
				to, err := url.Parse(got.To)
				if err != nil || !strings.HasPrefix(got.To, "https://labo.example/slo-done?a=b&SAMLResponse=") || to.Query().Get("RelayState") != "état" {
					t.Fatalf("%+v", got)
				}
				_, signed, _ := strings.Cut(got.To, "a=b&")
				signed, signature, _ := strings.Cut(signed, "&Signature=")
				raw, err := url.QueryUnescape(signature)
				if err != nil {
					t.Fatal(err)
				}
				value, err := base64.StdEncoding.DecodeString(raw)
				if err != nil || xmlsec.VerifyBytes(to.Query().Get("SigAlg"), h.certificates(t), []byte(signed), value) != nil {
					t.Errorf("the answer is not signed: %v", err)
				}
				text = inflate(t, to.Query().Get("SAMLResponse"))
			case "post":
				message := embedded(t, h.leave(ines.Subject(), a.Authn.Index, "/saml/slo", path), key(labo))
				got := h.send(t, "", http.MethodPost, path, url.Values{"SAMLRequest": {base64.StdEncoding.EncodeToString([]byte(message))}})
				if got.Form.Action != "https://labo.example/slo" {
					t.Fatalf("%+v", got)
				}
				text, _ = base64.StdEncoding.DecodeString(got.Form.Fields[0].Value)
			case "soap":
				message := embedded(t, h.leave(ines.Subject(), a.Authn.Index, "/saml/slo", path), key(labo))
				res, err := h.client.Post(h.URL+path, "text/xml", strings.NewReader(`<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>`+message+`</e:Body></e:Envelope>`))
				if err != nil {
					t.Fatal(err)
				}
				var b strings.Builder
				_ = res.Write(&b)
				res.Body.Close()
				whole := b.String()
				if from, to := strings.Index(whole, "<samlp:LogoutResponse"), strings.Index(whole, "</soap:Body>"); from > 0 && to > from {
					text = []byte(whole[from:to])
				} else {
					t.Fatal(whole)
				}
			}
			el, err := xmlsec.Parse(text)
			if err != nil {
				t.Fatal(err)
			}
			if by != "redirect" {
				if el, err = xmlsec.Verify(el, h.certificates(t)); err != nil {
					t.Fatal(err)
				}
			}
			if r := unmarshal[response](t, el); el.Tag != "LogoutResponse" || r.Answers != "_l1" || !strings.HasSuffix(r.Status.Code.Value, ":Success") {
				t.Errorf("%s: %+v", path, r)
			}
			if lasts() {
				t.Errorf("%s: the session lasts", path)
			}
		}
	})
}

func TestMetadataSayWhoWeAre(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		text := h.get(t, "", "/saml/metadata").Body
		el, err := xmlsec.Parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		first := h.certificates(t)
		if _, err := xmlsec.Verify(el, first); err != nil {
			t.Error(err)
		}
		for _, part := range []string{`entityID="` + h.URL + `/saml/metadata"`, `Location="` + h.URL + `/saml/sso"`, `Location="` + h.URL + `/saml/slo"`, `Location="` + h.URL + `/saml/soap"`} {
			if !strings.Contains(text, part) {
				t.Errorf("no %s", part)
			}
		}
		if again := h.get(t, "", "/idp/metadata"); again.Status != http.StatusOK || len(first) != 2 {
			t.Errorf("%d, %d certificates", again.Status, len(first))
		}
		// In three years of a site that reads the metadata once a month, no signature is by a key that it does not have.
		kept := first
		seen := map[string]bool{}
		for range 36 {
			h.Clock.Advance(30 * 24 * time.Hour)
			k, err := h.Keys.Certified(t.Context(), federation.RS256)
			if err != nil {
				t.Fatal(err)
			}
			known := false
			for _, c := range kept {
				known = known || string(c.Raw) == string(k.Certificate)
			}
			if seen[string(k.Certificate)] = true; !known {
				t.Fatal("a key signs that last month's metadata did not have")
			}
			if kept = h.certificates(t); len(kept) > 4 {
				t.Errorf("%d certificates", len(kept))
			}
		}
		if len(seen) != 3 {
			t.Errorf("%d keys in three years", len(seen))
		}
	})
}

func TestMetadataOfASiteAreRead(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 26, 8, 0, 0, 0, time.UTC)
	certificate := base64.StdEncoding.EncodeToString(keys()[labo].Certificate)
	lines := certificate[:64] + "\n  " + certificate[64:]
	good := `<?xml version="1.0"?><!-- ours --><md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="` + labo + `" validUntil="2027-01-01T00:00:00Z">
<md:SPSSODescriptor AuthnRequestsSigned="true" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
<md:KeyDescriptor><ds:KeyInfo><ds:X509Data><ds:X509Certificate>` + lines + `</ds:X509Certificate></ds:X509Data></ds:KeyInfo><md:EncryptionMethod Algorithm="` + xmlsec.AES128CBC + `"/><md:EncryptionMethod Algorithm="` + xmlsec.AES128GCM + `"/></md:KeyDescriptor>
<md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:SOAP" Location="https://labo.example/soap"/>
<md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact" Location="https://labo.example/art"/>
<md:AssertionConsumerService index="1" Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact" Location="https://labo.example/art"/>
<md:AssertionConsumerService index="2" Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://labo.example/acs2"/>
<md:AssertionConsumerService index="3" isDefault="true" Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://labo.example/acs"/>
</md:SPSSODescriptor></md:EntityDescriptor>`
	p, err := saml.ReadParty([]byte(good), now)
	if err != nil {
		t.Fatal(err)
	}
	want := &federation.SAMLParty{EntityID: labo, SignsAsks: true, Signed: federation.SignAssertion, Signing: [][]byte{keys()[labo].Certificate},
		Encryption: keys()[labo].Certificate, Cipher: xmlsec.AES128GCM, Transport: xmlsec.OAEPMGF1P,
		Consumers: []federation.SAMLEndpoint{{Binding: federation.SAMLPost, Location: "https://labo.example/acs", Index: 3}, {Binding: federation.SAMLPost, Location: "https://labo.example/acs2", Index: 2}},
		Logouts:   []federation.SAMLEndpoint{{Binding: federation.SAMLSOAP, Location: "https://labo.example/soap"}}}
	if !reflect.DeepEqual(p, want) {
		t.Errorf("%+v", p)
	}
	for name, c := range map[string][2]string{
		"over":              {"2027-01-01", "2026-01-01"},
		"no date":           {"2027-01-01T00:00:00Z", "soon"},
		"no site":           {"SPSSODescriptor", "IDPSSODescriptor"},
		"a list":            {"EntityDescriptor", "EntitiesDescriptor"},
		"no address":        {"bindings:HTTP-POST", "bindings:PAOS"},
		"no certificate":    {lines, "é"},
		"a DOCTYPE":         {"<!-- ours -->", "<!DOCTYPE x>"},
		"another namespace": {"urn:oasis:names:tc:SAML:2.0:metadata", "urn:x"},
	} {
		if _, err := saml.ReadParty([]byte(strings.ReplaceAll(good, c[0], c[1])), now); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Assertions are encrypted by the best of what the key's own descriptor announces; where it announces nothing, by what every reader knows.
func TestEncryptionIsTheBestThatASiteAnnounces(t *testing.T) {
	t.Parallel()
	method := func(algorithm string, of ...string) string {
		return `<md:EncryptionMethod Algorithm="` + algorithm + `">` + strings.Join(of, "") + `</md:EncryptionMethod>`
	}
	digest := func(algorithm string) string { return `<ds:DigestMethod Algorithm="` + algorithm + `"/>` }
	mask := func(algorithm string) string {
		return `<x:MGF xmlns:x="http://www.w3.org/2009/xmlenc11#" Algorithm="` + algorithm + `"/>`
	}
	const sha1, mgf1SHA1, rsa15 = "http://www.w3.org/2000/09/xmldsig#sha1", "http://www.w3.org/2009/xmlenc11#mgf1sha1", "http://www.w3.org/2001/04/xmlenc#rsa-1_5"
	for name, c := range map[string]struct{ announced, cipher, transport string }{
		"nothing":               {"", xmlsec.AES128GCM, xmlsec.OAEPMGF1P},
		"what nobody should":    {method("http://www.w3.org/2001/04/xmlenc#tripledes-cbc") + method(rsa15), xmlsec.AES128GCM, xmlsec.OAEPMGF1P},
		"CBC alone":             {method(xmlsec.AES256CBC), xmlsec.AES256CBC, xmlsec.OAEPMGF1P},
		"GCM after CBC":         {method(xmlsec.AES256CBC) + method(xmlsec.AES128GCM), xmlsec.AES128GCM, xmlsec.OAEPMGF1P},
		"the older OAEP":        {method(xmlsec.AES256GCM) + method(xmlsec.OAEPMGF1P, digest(sha1)), xmlsec.AES256GCM, xmlsec.OAEPMGF1P},
		"both":                  {method(xmlsec.OAEPMGF1P) + method(xmlsec.OAEP) + method(xmlsec.AES256GCM), xmlsec.AES256GCM, xmlsec.OAEP},
		"with SHA-256":          {method(xmlsec.OAEP, digest(sha1), digest(xmlsec.SHA256), mask(xmlsec.MGF1SHA256)), xmlsec.AES128GCM, xmlsec.OAEP},
		"with SHA-1 only":       {method(xmlsec.OAEP, digest(sha1)), xmlsec.AES128GCM, xmlsec.OAEPMGF1P},
		"with a mask of SHA-1":  {method(xmlsec.OAEP, digest(xmlsec.SHA256), mask(mgf1SHA1)), xmlsec.AES128GCM, xmlsec.OAEPMGF1P},
		"two, the second is it": {method(xmlsec.OAEP, digest(sha1)) + method(xmlsec.OAEP, digest(xmlsec.SHA256)), xmlsec.AES128GCM, xmlsec.OAEP},
	} {
		p, err := saml.ReadParty([]byte(`<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="`+labo+`"><md:SPSSODescriptor>
<md:KeyDescriptor use="encryption"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>`+base64.StdEncoding.EncodeToString(keys()[labo].Certificate)+`</ds:X509Certificate></ds:X509Data></ds:KeyInfo>`+c.announced+`</md:KeyDescriptor>
<md:AssertionConsumerService index="0" Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="`+laboACS+`"/></md:SPSSODescriptor></md:EntityDescriptor>`), time.Date(2026, 11, 26, 8, 0, 0, 0, time.UTC))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if p.Cipher != c.cipher || p.Transport != c.transport {
			t.Errorf("%s: %s, %s", name, p.Cipher, p.Transport)
		}
	}
}

func TestARemovedSiteIsRefused(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		session := h.Arrive(t, "ent-ines")
		ask := func() answer {
			return h.get(t, session, "/saml/sso?"+redirect(t, "SAMLRequest", h.ask(labo), "", key(labo)))
		}
		if got := ask(); got.Form.Action != laboACS {
			t.Fatalf("%+v", got)
		}
		site, err := h.Service.FindEntity(t.Context(), labo)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.Service.Remove(t.Context(), federationtest.Tester, site.ID); err != nil {
			t.Fatal(err)
		}
		if got := ask(); got.Status < 400 || got.Form.Action != "" || got.To != "" {
			t.Errorf("%+v", got)
		}
	})
}
