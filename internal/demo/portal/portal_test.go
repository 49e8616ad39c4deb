package portal_test

import (
	"encoding/xml"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pupitre/internal/demo/portal"
	"pupitre/internal/httpx"
	"pupitre/internal/lang"
)

const service = "http://pupitre.localhost:8080/connexion/cas/A70?etat=x"

// clock is set by the test.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.now }
func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func open(t *testing.T) (http.Handler, *clock) {
	t.Helper()
	c := &clock{now: time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)}
	words := lang.MustLoad()
	p := &portal.Portal{
		Name: "Le portail", Project: "A70", Password: "bonjour", Services: []string{"http://pupitre.localhost:8080/", "https://atlas.example/app/"},
		Now: c.Now, Pages: portal.Plain{Words: words}, Client: &http.Client{Timeout: time.Second}, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Accounts: []portal.Account{{Login: "ines", External: "ent-ines<&>", Name: "Inès", Role: "eleve"}},
		Tiles:    []portal.Tile{{Key: "portal.tile.mediacentre", Address: "/m"}, {Key: "portal.tile.console", Address: "/c", Roles: []string{"responsable"}}},
		FormTo:   []string{"http://*.localhost:8080"},
	}
	edge := &httpx.Edge{Now: c.Now, Words: words, Log: p.Log}
	mux := edge.Mux()
	p.Mount(mux)
	return edge.Wrap(mux), c
}

func send(h http.Handler, method, target string, form url.Values, cookies ...*http.Cookie) *http.Response {
	r := httptest.NewRequest(method, target, strings.NewReader(form.Encode()))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for _, c := range cookies {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func signIn(t *testing.T, h http.Handler) *http.Cookie {
	t.Helper()
	res := send(h, "POST", "/login", url.Values{"login": {"ines"}, "password": {"bonjour"}})
	if len(res.Cookies()) != 1 {
		t.Fatalf("%d %v", res.StatusCode, res.Header)
	}
	return res.Cookies()[0]
}

func ticket(t *testing.T, h http.Handler, c *http.Cookie) string {
	t.Helper()
	to, err := url.Parse(send(h, "GET", "/login?"+url.Values{"service": {service}}.Encode(), nil, c).Header.Get("Location"))
	if err != nil || to.Query().Get("ticket") == "" {
		t.Fatalf("sent to %v", to)
	}
	return to.Query().Get("ticket")
}

// word is a serviceResponse.
type word struct {
	Failure struct {
		Code string `xml:"code,attr"`
	} `xml:"authenticationFailure"`
	User     string `xml:"authenticationSuccess>user"`
	Project  string `xml:"authenticationSuccess>attributes>idEnt"`
	External string `xml:"authenticationSuccess>attributes>GARPersonIdentifiant"`
}

func validate(t testing.TB, h http.Handler, path, ticket, service string) word {
	t.Helper()
	body, err := io.ReadAll(send(h, "GET", path+"?"+url.Values{"ticket": {ticket}, "service": {service}}.Encode(), nil).Body)
	if err != nil {
		t.Fatal(err)
	}
	var w word
	if err := xml.Unmarshal(body, &w); err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	return w
}

// Whoever takes another's place in a browser ends the other's sign-in at the services that it had entered, before coming home.
func TestTakingAPlaceEndsTheLastSignInEverywhere(t *testing.T) {
	t.Parallel()
	told := make(chan string, 1)
	service := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { told <- r.PostFormValue("logoutRequest") }))
	t.Cleanup(service.Close)
	p := &portal.Portal{
		Name: "Le portail", Project: "A70", Password: "bonjour", Services: []string{service.URL + "/"}, Now: time.Now, Pages: portal.Plain{Words: lang.MustLoad()},
		Client: service.Client(), Log: slog.New(slog.DiscardHandler),
		Accounts: []portal.Account{{Login: "ines", Name: "Inès", Role: "eleve"}, {Login: "malo", Name: "Malo", Role: "eleve"}},
	}
	edge := &httpx.Edge{Now: time.Now, Words: lang.MustLoad(), Log: p.Log}
	mux := edge.Mux()
	p.Mount(mux)
	h := edge.Wrap(mux)
	ines := signIn(t, h)
	to := send(h, "GET", "/login?"+url.Values{"service": {service.URL + "/"}}.Encode(), nil, ines).Header.Get("Location")
	form := send(h, "GET", "/login?compte=malo", nil, ines)
	if body, err := io.ReadAll(form.Body); err != nil || form.StatusCode != http.StatusOK || !strings.Contains(string(body), `value="malo"`) {
		t.Errorf("the form of another account: %d %v", form.StatusCode, err)
	}
	if same := send(h, "GET", "/login?compte=ines", nil, ines); same.StatusCode != http.StatusSeeOther {
		t.Errorf("the form of the account that is signed in: %d", same.StatusCode)
	}
	malo := send(h, "POST", "/login", url.Values{"login": {"malo"}, "password": {"bonjour"}}, ines)
	if malo.StatusCode != http.StatusSeeOther {
		t.Fatalf("sign in as another: %d", malo.StatusCode)
	}
	ticket := to[strings.Index(to, "ticket=")+len("ticket="):]
	if request := <-told; !strings.Contains(request, ticket) {
		t.Errorf("the service was told %s, not of %s", request, ticket)
	}
	if again := send(h, "GET", "/", nil, ines); again.StatusCode != http.StatusSeeOther {
		t.Errorf("the last session goes on: %d", again.StatusCode)
	}
}

func TestATicketVouchesOnceForOneService(t *testing.T) {
	t.Parallel()
	h, c := open(t)
	cookie := signIn(t, h)
	one := ticket(t, h, cookie)
	if w := validate(t, h, "/p3/serviceValidate", one, service); w.User != "ines" || w.Project != "A70" || w.External != "ent-ines<&>" {
		t.Errorf("%+v", w)
	}
	if w := validate(t, h, "/p3/serviceValidate", one, service); w.Failure.Code != "INVALID_TICKET" || w.User != "" {
		t.Errorf("the second time: %+v", w)
	}
	if w := validate(t, h, "/serviceValidate", ticket(t, h, cookie), service); w.User != "ines" || w.External != "" {
		t.Errorf("without /p3 there are no attributes: %+v", w)
	}
	// A try for another service fails, and uses the ticket up.
	two := ticket(t, h, cookie)
	if w := validate(t, h, "/serviceValidate", two, service+"x"); w.Failure.Code != "INVALID_SERVICE" {
		t.Errorf("another service: %+v", w)
	}
	if w := validate(t, h, "/serviceValidate", two, service); w.Failure.Code != "INVALID_TICKET" {
		t.Errorf("after a failed try: %+v", w)
	}
	three := ticket(t, h, cookie)
	c.advance(10 * time.Second)
	if w := validate(t, h, "/serviceValidate", three, service); w.Failure.Code != "INVALID_TICKET" {
		t.Errorf("after ten seconds: %+v", w)
	}
	four := ticket(t, h, cookie)
	send(h, "GET", "/logout", nil, cookie)
	if w := validate(t, h, "/serviceValidate", four, service); w.Failure.Code != "INVALID_TICKET" {
		t.Errorf("after the sign-out: %+v", w)
	}
	if w := validate(t, h, "/serviceValidate", "", service); w.Failure.Code != "INVALID_REQUEST" {
		t.Errorf("no ticket: %+v", w)
	}
}

func TestOf32TriesOfATicketOneSucceeds(t *testing.T) {
	t.Parallel()
	h, _ := open(t)
	cookie := signIn(t, h)
	for range 20 {
		name := ticket(t, h, cookie)
		var won atomic.Int32
		var all sync.WaitGroup
		for range 32 {
			all.Go(func() {
				if validate(t, h, "/p3/serviceValidate", name, service).User != "" {
					won.Add(1)
				}
			})
		}
		all.Wait()
		if won.Load() != 1 {
			t.Fatalf("%d of 32 succeeded", won.Load())
		}
	}
}

func TestAnUnregisteredServiceGetsNothing(t *testing.T) {
	t.Parallel()
	h, _ := open(t)
	cookie := signIn(t, h)
	for _, address := range []string{
		"http://evil.example/", "https://pupitre.localhost:8080/", "http://pupitre.localhost/", "http://pupitre.localhost:8081/", "http://pupitre.localhost:8080",
		"http://PUPITRE.localhost:8080/", "http://pupitre.localhost:8080@evil.example/", "http://evil.example\\@pupitre.localhost:8080/",
		"http://pupitre.localhost:8080\\.evil.example/", "http://pupitre.localhost:8080.evil.example/", "//pupitre.localhost:8080/", "http:pupitre.localhost:8080/",
		"javascript:alert(1)//http://pupitre.localhost:8080/", "http://user:pw@pupitre.localhost:8080/", "http://pupitre.localhost:8080/#@evil.example",
		"https://atlas.example/app", "https://atlas.example/application/", "https://atlas.example/app/../admin", "https://atlas.example/app/%2e%2e/admin",
		"https://atlas.example/app%2f..%2fadmin", "https://atlas.example/app/./x", "https://atlas.example/APP/", "https://atlas.еxample/app/", " http://pupitre.localhost:8080/", "http://pupitre.localhost:8080/\r\nX: y",
		"http://[::1%25pupitre.localhost]:8080/", "http://pupitre.localhost:08080/",
	} {
		for _, method := range []string{"GET", "POST"} {
			target, form := "/login?"+url.Values{"service": {address}}.Encode(), url.Values(nil)
			if method == "POST" {
				target, form = "/login", url.Values{"login": {"ines"}, "password": {"bonjour"}, "service": {address}}
			}
			res := send(h, method, target, form, cookie)
			if res.StatusCode != http.StatusForbidden || res.Header.Get("Location") != "" {
				t.Errorf("%s %q: %d, sent to %q", method, address, res.StatusCode, res.Header.Get("Location"))
			}
		}
		if res := send(h, "GET", "/logout?"+url.Values{"service": {address}}.Encode(), nil); res.Header.Get("Location") != "" {
			t.Errorf("after the sign-out %q is followed", address)
		}
	}
	for _, address := range []string{"http://pupitre.localhost:8080/", service, "https://atlas.example/app/x?y=z"} {
		if res := send(h, "GET", "/login?"+url.Values{"service": {address}}.Encode(), nil, cookie); !strings.HasPrefix(res.Header.Get("Location"), address) {
			t.Errorf("%q: %d, sent to %q", address, res.StatusCode, res.Header.Get("Location"))
		}
	}
}

func TestSigningInChangesTheSession(t *testing.T) {
	t.Parallel()
	h, _ := open(t)
	first := signIn(t, h)
	second := send(h, "POST", "/login", url.Values{"login": {"ines"}, "password": {"bonjour"}}, first).Cookies()[0]
	if first.Value == second.Value {
		t.Error("the session did not change")
	}
	if res := send(h, "GET", "/", nil, first); res.Header.Get("Location") != "/login" {
		t.Errorf("the old session still opens: %d", res.StatusCode)
	}
	for _, wrong := range []url.Values{{"login": {"ines"}, "password": {"x"}}, {"login": {"personne"}, "password": {"bonjour"}}, {}} {
		if res := send(h, "POST", "/login", wrong); res.StatusCode != http.StatusForbidden || len(res.Cookies()) != 0 {
			t.Errorf("%v: %d %v", wrong, res.StatusCode, res.Cookies())
		}
	}
}

func TestTheMenuIsTheRoles(t *testing.T) {
	t.Parallel()
	h, _ := open(t)
	body, _ := io.ReadAll(send(h, "GET", "/", nil, signIn(t, h)).Body)
	if !strings.Contains(string(body), `href="/m"`) || strings.Contains(string(body), `href="/c"`) {
		t.Errorf("%s", body)
	}
}

// A browser holds the form to form-action through every redirection: the services must be among its sources.
func TestTheFormMayEndAtTheServices(t *testing.T) {
	t.Parallel()
	h, _ := open(t)
	res := send(h, "GET", "/login?"+url.Values{"service": {service}}.Encode(), nil)
	if policy := res.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "form-action 'self' http://*.localhost:8080;") {
		t.Errorf("%s", policy)
	}
}
