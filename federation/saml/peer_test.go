package saml_test

import (
	"crypto/x509"
	"encoding/pem"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"pupitre/federation"
	"pupitre/federation/events"
	"pupitre/federation/saml"
	"pupitre/internal/apachetest"
	"pupitre/internal/clock"
	"pupitre/internal/db/dbtest"
	"pupitre/store/storetest/federationtest"
)

// A publisher's site behind mod_auth_mellon, unmodified: it reads our metadata and we read its own; it sends a browser here, takes
// the assertion, sees the pseudonym and the attributes; it signs out here and we there.
func TestModAuthMellon(t *testing.T) {
	t.Parallel()
	address := apachetest.Reserve(t)
	h := open(t, dbtest.Engines()[0])
	h.Clock.Advance(clock.System().Sub(h.Clock.Now())) // the site has a clock of its own
	site := keys()[coffre]
	private, err := x509.MarshalPKCS8PrivateKey(site.Signer)
	if err != nil {
		t.Fatal(err)
	}
	files := apachetest.Files(t, map[string]string{
		"sp.key":  string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})),
		"sp.pem":  string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: site.Certificate})),
		"idp.xml": h.get(t, "", "/saml/metadata").Body,
	})
	apachetest.Start(t, address, "auth_mellon", strings.ReplaceAll(`
		<Location />
			MellonSPPrivateKeyFile FILES/sp.key
			MellonSPCertFile FILES/sp.pem
			MellonIdPMetadataFile FILES/idp.xml
			MellonEndpointPath /mellon
			MellonSubjectConfirmationDataAddressCheck Off
			MellonSecureCookie Off
			MellonCookieSameSite Lax
			MellonSignatureMethod rsa-sha256
		</Location>
		<Location /prive/>
			AuthType Mellon
			MellonEnable auth
			Require valid-user
			Header set X-User "expr=%{REMOTE_USER}"
			Header set X-PRE "%{MELLON_PRE}e"
			Header set X-IDO "%{MELLON_IDO}e"
		</Location>`, "FILES", files))
	browser := apachetest.Browser()

	published, text := apachetest.Get(t, browser, address+"/mellon/metadata")
	if published.StatusCode != http.StatusOK {
		t.Fatalf("its metadata: %d %s", published.StatusCode, text)
	}
	party, err := saml.ReadParty([]byte(text), h.Clock.Now())
	if err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	party.Encrypted = true
	if err := h.Service.Register(t.Context(), federationtest.Tester, federation.Client{
		ID: "site", Sector: federationtest.Preau, Name: "Le site", Algorithm: federation.RS256, Resource: federationtest.Grammar, SAML: party}, ""); err != nil {
		t.Fatal(err)
	}

	cookies := map[string]*http.Cookie{}
	jar := func(res *http.Response) *http.Response {
		for _, c := range res.Cookies() {
			cookies[c.Name] = c
		}
		return res
	}
	all := func() (out []*http.Cookie) {
		for _, c := range cookies {
			out = append(out, c)
		}
		return out
	}
	post := func(action string, fields url.Values) *http.Response {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, action, strings.NewReader(fields.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		for _, c := range all() {
			req.AddCookie(c)
		}
		res, err := browser.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		return jar(res)
	}
	enter := func(session federation.Token) {
		t.Helper()
		res, _ := apachetest.Get(t, browser, address+"/prive/index.html?n=3", all()...)
		for range 3 { // by way of its own login page
			to := jar(res).Header.Get("Location")
			if strings.HasPrefix(to, h.URL) {
				break
			}
			res, _ = apachetest.Get(t, browser, to, all()...)
		}
		to := res.Header.Get("Location")
		if !strings.HasPrefix(to, h.URL+"/saml/sso?SAMLRequest=") || !strings.Contains(to, "&Signature=") {
			t.Fatalf("%d %s", res.StatusCode, to)
		}
		got := h.get(t, session, strings.TrimPrefix(to, h.URL))
		fields := url.Values{}
		for _, f := range got.Form.Fields {
			fields.Set(f.Name, f.Value)
		}
		back := post(got.Form.Action, fields)
		if back.StatusCode != http.StatusSeeOther || back.Header.Get("Location") != address+"/prive/index.html?n=3" {
			t.Fatalf("%d %v", back.StatusCode, back.Header)
		}
		entered, body := apachetest.Get(t, browser, back.Header.Get("Location"), all()...)
		if entered.StatusCode != http.StatusOK || body != "entered" || !strings.HasPrefix(entered.Header.Get("X-User"), "_") ||
			entered.Header.Get("X-PRE") != "Inès" || entered.Header.Get("X-IDO") != ines.IDO() {
			t.Errorf("%d %q %v", entered.StatusCode, body, entered.Header)
		}
		if again := post(got.Form.Action, fields); again.StatusCode < 400 {
			t.Errorf("the assertion shown twice: %d", again.StatusCode)
		}
	}

	// The session ends here; the site is told by SOAP.
	session := h.Arrive(t, "ent-ines")
	enter(session)
	if _, err := h.Service.SignOut(t.Context(), session); err != nil {
		t.Fatal(err)
	}
	teller := &events.Teller{Federation: h.Service, Keys: h.Keys, Store: h.Store.Events(), Now: h.Clock.Now, Issuer: h.URL, Client: browser,
		Log: slog.New(slog.NewTextHandler(t.Output(), nil))}
	federationtest.Follow(t, 1, teller.Follow)
	if n, err := teller.Deliver(t.Context()); err != nil || n != 1 {
		t.Fatalf("%d told, %v", n, err)
	}
	if over, _ := apachetest.Get(t, browser, address+"/prive/index.html", all()...); over.StatusCode != http.StatusSeeOther {
		t.Errorf("after the sign-out here: %d", over.StatusCode)
	}

	// The session ends there; we are told through the browser.
	session = h.Arrive(t, "ent-ines")
	enter(session)
	leaving, _ := apachetest.Get(t, browser, address+"/mellon/logout?ReturnTo="+url.QueryEscape(address+"/prive/"), all()...)
	out := h.get(t, session, strings.TrimPrefix(jar(leaving).Header.Get("Location"), h.URL))
	if _, err := h.Service.Find(t.Context(), session); err == nil {
		t.Errorf("the session lasts: %+v", out)
	}
	home, _ := apachetest.Get(t, browser, out.To, all()...)
	if home.StatusCode != http.StatusSeeOther || home.Header.Get("Location") != address+"/prive/" {
		t.Errorf("our answer: %d %v", home.StatusCode, home.Header)
	}
}
