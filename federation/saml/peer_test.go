package saml_test

import (
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"pupitre/federation"
	"pupitre/federation/events"
	"pupitre/federation/saml"
	"pupitre/federation/signin"
	"pupitre/internal/apachetest"
	"pupitre/internal/clock"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/httpx"
	"pupitre/store/storetest/federationtest"
)

// mellon is a publisher's site behind mod_auth_mellon, unmodified, and the browser of somebody who visits it.
type mellon struct {
	*house
	address string
	browser *http.Client
	cookies map[string]*http.Cookie
}

// openMellon starts the site and registers it by its own metadata; without SOAP, it takes the word of a sign-out by the browser only.
func openMellon(t *testing.T, h *house, address string, soap bool) *mellon {
	t.Helper()
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
	m := &mellon{h, address, apachetest.Browser(), map[string]*http.Cookie{}}
	published, text := m.get(t, address+"/mellon/metadata")
	if published.StatusCode != http.StatusOK {
		t.Fatalf("its metadata: %d %s", published.StatusCode, text)
	}
	party, err := saml.ReadParty([]byte(text), h.Clock.Now())
	if err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	if _, ok := party.Logout(federation.SAMLSOAP); !ok {
		t.Fatalf("its metadata have changed: %s", text)
	}
	if !soap {
		party.Logouts = slices.DeleteFunc(party.Logouts, func(e federation.SAMLEndpoint) bool { return e.Binding == federation.SAMLSOAP })
	}
	party.Encrypted = true
	if err := h.Service.Register(t.Context(), federationtest.Tester, federation.Client{
		ID: "site", Sector: federationtest.Preau, Name: "Le site", Algorithm: federation.RS256, Resource: federationtest.Grammar, SAML: party}, ""); err != nil {
		t.Fatal(err)
	}
	return m
}

// do asks as the browser does, and keeps the cookies that come.
func (m *mellon) do(t testing.TB, req *http.Request) (*http.Response, string) {
	t.Helper()
	req.Header.Set("Accept", "text/html")
	for _, c := range m.cookies {
		req.AddCookie(c)
	}
	res, body := federationtest.Send(t, m.browser, req)
	for _, c := range res.Cookies() {
		m.cookies[c.Name] = c
	}
	return res, body
}

func (m *mellon) get(t testing.TB, address string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	return m.do(t, req)
}

func (m *mellon) post(t testing.TB, action string, fields url.Values) *http.Response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, action, strings.NewReader(fields.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, _ := m.do(t, req)
	return res
}

// enter has the browser enter the site, with our session.
func (m *mellon) enter(t testing.TB, session federation.Token) {
	t.Helper()
	res, _ := m.get(t, m.address+"/prive/index.html?n=3")
	for range 3 { // by way of its own login page
		to := res.Header.Get("Location")
		if strings.HasPrefix(to, m.URL) {
			break
		}
		res, _ = m.get(t, to)
	}
	to := res.Header.Get("Location")
	if !strings.HasPrefix(to, m.URL+"/saml/sso?SAMLRequest=") || !strings.Contains(to, "&Signature=") {
		t.Fatalf("%d %s", res.StatusCode, to)
	}
	got := m.house.get(t, session, strings.TrimPrefix(to, m.URL))
	fields := url.Values{}
	for _, f := range got.Form.Fields {
		fields.Set(f.Name, f.Value)
	}
	back := m.post(t, got.Form.Action, fields)
	if back.StatusCode != http.StatusSeeOther || back.Header.Get("Location") != m.address+"/prive/index.html?n=3" {
		t.Fatalf("%d %v", back.StatusCode, back.Header)
	}
	entered, body := m.get(t, back.Header.Get("Location"))
	if entered.StatusCode != http.StatusOK || body != "entered" || !strings.HasPrefix(entered.Header.Get("X-User"), "_") ||
		entered.Header.Get("X-PRE") != "Inès" || entered.Header.Get("X-IDO") != ines.IDO() {
		t.Errorf("%d %q %v", entered.StatusCode, body, entered.Header)
	}
	if again := m.post(t, got.Form.Action, fields); again.StatusCode < 400 {
		t.Errorf("the assertion shown twice: %d", again.StatusCode)
	}
}

// isIn reports whether the site still lets the browser in.
func (m *mellon) isIn(t testing.TB) bool {
	t.Helper()
	res, _ := m.get(t, m.address+"/prive/index.html")
	return res.StatusCode == http.StatusOK
}

// It reads our metadata and we read its own; it sends a browser here, takes the assertion, sees the pseudonym and the attributes; it
// signs out here and we there.
func TestModAuthMellon(t *testing.T) {
	t.Parallel()
	address := apachetest.Reserve(t)
	h := open(t, dbtest.Engines()[0])
	m := openMellon(t, h, address, true)

	// The session ends here; the site is told by SOAP.
	session := h.Arrive(t, "ent-ines")
	m.enter(t, session)
	if _, err := h.Service.SignOut(t.Context(), session); err != nil {
		t.Fatal(err)
	}
	teller := &events.Teller{Federation: h.Service, Keys: h.Keys, Store: h.Store.Events(), Now: h.Clock.Now, Issuer: h.URL, Client: m.browser,
		Log: slog.New(slog.NewTextHandler(t.Output(), nil))}
	federationtest.Follow(t, 1, teller.Follow)
	if n, err := teller.Deliver(t.Context()); err != nil || n != 1 {
		t.Fatalf("%d told, %v", n, err)
	}
	if m.isIn(t) {
		t.Error("signed out here, and still there")
	}

	// The session ends there; we are told through the browser, and tell the site nothing besides.
	session = h.Arrive(t, "ent-ines")
	m.enter(t, session)
	leaving, _ := m.get(t, address+"/mellon/logout?ReturnTo="+url.QueryEscape(address+"/prive/"))
	out := h.get(t, session, strings.TrimPrefix(leaving.Header.Get("Location"), h.URL))
	if _, err := h.Service.Find(t.Context(), session); err == nil {
		t.Errorf("the session lasts: %+v", out)
	}
	home, _ := m.get(t, out.To)
	if home.StatusCode != http.StatusSeeOther || home.Header.Get("Location") != address+"/prive/" {
		t.Errorf("our answer: %d %v", home.StatusCode, home.Header)
	}
	federationtest.Follow(t, 1, teller.Follow)
	if n, err := teller.Deliver(t.Context()); err != nil || n != 0 {
		t.Errorf("the site is told what it said: %d told, %v", n, err)
	}
}

// The same site, registered without its SOAP address: what a browser loads of our page ends the session there, in a frame. Where the
// sign-out began there, and another site could not be told, it hears that and takes it for done.
func TestModAuthMellonIsToldThroughTheBrowser(t *testing.T) {
	t.Parallel()
	address := apachetest.Reserve(t)
	h := openDoor(t, dbtest.Engines()[0], leavers()...)
	m := openMellon(t, h, address, false)

	session := h.Arrive(t, "ent-ines")
	m.enter(t, session)
	other := m.cookies
	m.cookies = map[string]*http.Cookie{}
	second := h.Arrive(t, "ent-ines")
	m.enter(t, second) // in another browser
	m.cookies, other = other, m.cookies

	m.cookies[federation.SessionCookie] = &http.Cookie{Name: federation.SessionCookie, Value: string(session)}
	page := m.post(t, h.URL+"/deconnexion", nil).Header.Get("Location")
	res, text := m.get(t, h.URL+page)
	if refresh := res.Header.Get("Refresh"); refresh != "3; url=/deconnexion?fait=portail" {
		t.Errorf("goes on %q", refresh)
	}
	shown := departure(t, text)
	if len(shown.Sites) != 1 || shown.Sites[0].Told || shown.Sites[0].Origin != address || !m.isIn(t) {
		t.Fatalf("%+v", shown)
	}
	frame := func(at string) (last *http.Response) {
		for range 5 {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, at, nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Sec-Fetch-Dest", "iframe")
			last, _ = m.do(t, req)
			next, refreshed := strings.CutPrefix(last.Header.Get("Refresh"), "1; url=")
			if at = last.Header.Get("Location"); refreshed {
				at = h.URL + next
			} else if at == "" {
				return last
			}
		}
		t.Fatal("it goes on and on")
		return nil
	}
	// Most browsers send a frame none of its site's cookies.
	mine := m.cookies
	m.cookies = maps.Clone(mine)
	maps.DeleteFunc(m.cookies, func(name string, _ *http.Cookie) bool { return strings.HasPrefix(name, "mellon") })
	if last := frame(h.URL + shown.Sites[0].Address); last.StatusCode != http.StatusNoContent || last.Request.URL.Path != "/saml/slo" {
		t.Errorf("the frame ends with %d at %s", last.StatusCode, last.Request.URL)
	}
	if m.cookies = mine; m.isIn(t) {
		t.Error("signed out here, and still there")
	}
	if _, text = m.get(t, h.URL+"/deconnexion?fait=2"); !departure(t, text).Sites[0].Told {
		t.Errorf("not told: %s", text)
	}
	if m.cookies = other; !m.isIn(t) {
		t.Error("another session is over there")
	}

	// There first, with one more site that cannot be told.
	h.enters(t, second, muet)
	m.cookies[federation.SessionCookie] = &http.Cookie{Name: federation.SessionCookie, Value: string(second)}
	res, _ = m.get(t, address+"/mellon/logout?ReturnTo="+url.QueryEscape(address+"/prive/"))
	for range 6 {
		to := res.Header.Get("Location")
		if strings.HasPrefix(to, "/") {
			to = h.URL + to
		}
		if to == address+"/prive/" {
			break
		}
		res, _ = m.get(t, to)
	}
	if res.Header.Get("Location") != address+"/prive/" || m.isIn(t) {
		t.Errorf("our answer leads to %d %v", res.StatusCode, res.Header)
	}
}

// openDoor is a house with its sign-out page, under the same address.
func openDoor(t testing.TB, e dbtest.Engine, more ...federation.Client) *house {
	t.Helper()
	h := open(t, e, more...)
	h.URL, _ = h.Serve(t, func(address string) federationtest.Face {
		h.provider.Issuer = address
		return both{h.provider, &signin.Door{Federation: h.Service, Partings: h.provider, Pages: shown{}, Poster: poster{}, Base: address}}
	})
	return h
}

type both struct {
	*saml.Provider
	door *signin.Door
}

func (b both) Mount(mux *httpx.Mux) {
	b.Provider.Mount(mux)
	b.door.Mount(mux)
}

// shown stands in for the product's pages.
type shown struct{ federation.Pages }

func (shown) SignedOut(w http.ResponseWriter, _ *http.Request, d federation.Departure) error {
	return json.NewEncoder(w).Encode(d)
}

func departure(t testing.TB, text string) (d federation.Departure) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return d
}
