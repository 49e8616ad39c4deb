package lti_test

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"pupitre/exos"
	"pupitre/exos/lti"
	"pupitre/exos/store"
	"pupitre/exos/store/storetest"
	"pupitre/internal/clock"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/httpx"
	"pupitre/internal/id"
	"pupitre/internal/lang"
	"pupitre/journal"
)

const (
	base     = "https://exos.example"
	workbook = "ark:/99999/preau.labo-grammaire-5e"
	claim    = "https://purl.imsglobal.org/spec/lti/claim/"
	learner  = "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"
	teacher  = "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"
)

// key is made once: RSA is slow to make.
var key = sync.OnceValue(func() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return k
})

// world is a Biblio Exos that a platform knows.
type world struct {
	*storetest.World
	tool     *lti.Tool
	handler  http.Handler
	campus   *campus
	platform lti.Platform
	last     page
}

// page is what was drawn last.
type page struct {
	kind, href, action, name, value string
	choice                          lti.Choice
}

// pages remembers instead of drawing.
type pages struct{ w *world }

func (p pages) Window(_ http.ResponseWriter, _ *http.Request, _, href string) error {
	p.w.last = page{kind: "window", href: href}
	return nil
}

func (p pages) Choose(_ http.ResponseWriter, _ *http.Request, c lti.Choice) error {
	p.w.last = page{kind: "choose", choice: c}
	return nil
}

func (p pages) Post(_ http.ResponseWriter, _ *http.Request, _, action, name, value string) error {
	p.w.last = page{kind: "post", action: action, name: name, value: value}
	return nil
}

// each runs a test on each engine.
func each(t *testing.T, f func(t *testing.T, w *world)) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		w := &world{campus: newCampus(t)}
		var s *store.Store
		w.World = storetest.NewWorld(t, func(t testing.TB, now func() time.Time) storetest.Stores {
			s = &store.Store{DB: e.Open(t, store.Migrations(), now), IDs: id.NewMaker(now)}
			return s
		})
		w.tool = &lti.Tool{
			Service: w.Service, Store: s.LTI(), IDs: s.IDs, Now: w.Clock.Now, Base: base, HTTP: w.campus.server.Client(), Pages: pages{w},
			Log: slog.New(slog.DiscardHandler),
		}
		w.Service.Rights = w.tool.Beside(w.Broker)
		edge := &httpx.Edge{
			Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Now: w.Clock.Now, Words: lang.MustLoad(), CrossOrigin: w.tool.CrossOrigin(), Behind: true,
		}
		mux := edge.Mux()
		w.tool.Mount(mux)
		w.handler = edge.Wrap(mux)
		var err error
		w.platform, err = w.tool.Register(t.Context(), journal.System("test"), w.campus.registration())
		if err != nil {
			t.Fatal(err)
		}
		f(t, w)
	})
}

// campus is a platform: its key set, its tokens, its gradebook, its members.
type campus struct {
	server *httptest.Server

	mu      sync.Mutex
	keys    []jose.JSONWebKey
	scores  []map[string]any
	fails   int // how many scores are refused first
	items   []map[string]any
	members string
	asked   map[string]int
	during  func()
}

func newCampus(t *testing.T) *campus {
	c := &campus{keys: []jose.JSONWebKey{{Key: key().Public(), KeyID: "k1", Algorithm: "RS256", Use: "sig"}}, asked: map[string]int{}}
	c.server = httptest.NewServer(c)
	t.Cleanup(c.server.Close)
	return c
}

func (c *campus) registration() lti.Platform {
	u := c.server.URL
	return lti.Platform{
		Name: "Le campus", Issuer: u, ClientID: "biblio", Deployments: []string{"d1"}, Authorize: u + "/auth", Token: u + "/token", Keys: u + "/keys",
		Opens: []string{workbook}, Until: clock.Date{Year: 2027, Month: time.August, Day: 31},
	}
}

func (c *campus) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked[r.Method+" "+r.URL.Path]++
	if r.URL.Path != "/keys" && r.URL.Path != "/token" && r.Header.Get("Authorization") != "Bearer granted" {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	body, _ := io.ReadAll(r.Body)
	switch r.Method + " " + r.URL.Path {
	case "GET /keys":
		json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: c.keys})
	case "POST /token":
		fmt.Fprint(w, `{"access_token":"granted","token_type":"Bearer","expires_in":3600}`)
	case "POST /items/7/scores":
		if c.during != nil {
			c.during()
		}
		if c.fails > 0 {
			c.fails--
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		var s map[string]any
		json.Unmarshal(body, &s)
		s["query"] = r.URL.RawQuery
		c.scores = append(c.scores, s)
	case "GET /items":
		json.NewEncoder(w).Encode(c.items)
	case "POST /items":
		var i map[string]any
		json.Unmarshal(body, &i)
		i["id"] = c.server.URL + "/items/7"
		c.items = append(c.items, i)
		w.WriteHeader(http.StatusCreated)
		json.NewEncoder(w).Encode(i)
	case "GET /members":
		if r.URL.RawQuery == "" {
			w.Header().Set("Link", `</members?p=2>; rel="next"`)
			fmt.Fprint(w, c.members)
			return
		}
		fmt.Fprint(w, `{"members":[{"user_id":"u9","given_name":"Malo","family_name":"Kerbrat"}]}`)
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

// browser is one, with its cookies.
type browser struct {
	*world
	t       *testing.T
	cookies map[string]string
}

func (w *world) browser(t *testing.T) *browser { return &browser{w, t, map[string]string{}} }

// ask sends a request. From another site, a browser keeps its cookies to itself unless it is a GET.
func (b *browser) ask(method, path string, form url.Values, header ...string) *http.Response {
	b.t.Helper()
	r := httptest.NewRequest(method, base+path, strings.NewReader(form.Encode()))
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.Header.Set("Accept", "application/json")
	foreign := false
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
		foreign = foreign || header[i] == "Sec-Fetch-Site" && header[i+1] == "cross-site"
	}
	if !foreign || method == http.MethodGet {
		for name, value := range b.cookies {
			r.AddCookie(&http.Cookie{Name: name, Value: value})
		}
	}
	out := httptest.NewRecorder()
	b.handler.ServeHTTP(out, r)
	for _, c := range out.Result().Cookies() {
		b.cookies[c.Name] = c.Value
	}
	return out.Result()
}

// login begins, and returns what the platform is asked.
func (b *browser) login() url.Values {
	b.t.Helper()
	r := b.ask("GET", "/lti/connexion?"+url.Values{
		"iss": {b.platform.Issuer}, "login_hint": {"h"}, "lti_message_hint": {"m"}, "target_link_uri": {base + "/lti/ouvrir"}, "client_id": {"biblio"},
	}.Encode(), nil, "Sec-Fetch-Site", "cross-site")
	to, err := r.Location()
	if err != nil {
		b.t.Fatalf("%s, no address", r.Status)
	}
	return to.Query()
}

// claims of a good message.
func (w *world) claims(nonce string) map[string]any {
	now := w.Clock.Now()
	return map[string]any{
		"iss": w.platform.Issuer, "sub": "u1", "aud": "biblio", "exp": now.Add(time.Minute).Unix(), "iat": now.Unix(), "nonce": nonce,
		"name": "Inès Marchal", "given_name": "Inès", "email": "ines@campus.example",
		claim + "message_type": "LtiResourceLinkRequest", claim + "version": "1.3.0", claim + "deployment_id": "d1",
		claim + "target_link_uri": base + "/lti/ouvrir/" + workbook, claim + "resource_link": map[string]any{"id": "link-1"},
		claim + "roles": []string{learner}, claim + "context": map[string]any{"id": "c1", "title": "Français, 5e"},
		"https://purl.imsglobal.org/spec/lti-ags/claim/endpoint": map[string]any{
			"scope":    []string{"https://purl.imsglobal.org/spec/lti-ags/scope/score", "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem"},
			"lineitem": w.campus.server.URL + "/items/7?type=x",
		},
		"https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice": map[string]any{
			"context_memberships_url": w.campus.server.URL + "/members", "service_versions": []string{"2.0"},
		},
	}
}

func signed(t *testing.T, a jose.SignatureAlgorithm, k any, kid string, claims any) string {
	t.Helper()
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: a, Key: jose.JSONWebKey{Key: k, KeyID: kid}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	out, err := s.Sign(body)
	if err != nil {
		t.Fatal(err)
	}
	text, err := out.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// post brings a message as the platform's page does.
func (b *browser) post(token, state string) *http.Response {
	b.t.Helper()
	return b.ask("POST", "/lti/lancement", url.Values{"id_token": {token}, "state": {state}}, "Sec-Fetch-Site", "cross-site", "Origin", "https://campus.example")
}

// launch does the whole of it with a message that was changed, and returns the last answer.
func (b *browser) launch(change func(map[string]any)) *http.Response {
	b.t.Helper()
	asked := b.login()
	claims := b.claims(asked.Get("nonce"))
	if change != nil {
		change(claims)
	}
	r := b.post(signed(b.t, jose.RS256, key(), "k1", claims), asked.Get("state"))
	if r.StatusCode != http.StatusSeeOther {
		return r
	}
	return b.ask("GET", r.Header.Get("Location"), nil, "Sec-Fetch-Site", "cross-site")
}

// arrived fails unless the launch let somebody in, and returns who they are and where they were sent.
func (b *browser) arrived(r *http.Response) (exos.Visitor, string) {
	b.t.Helper()
	if r.StatusCode != http.StatusSeeOther {
		text, _ := io.ReadAll(r.Body)
		b.t.Fatalf("%s: %s", r.Status, text)
	}
	v, err := b.Enter(b.t.Context(), b.token())
	if err != nil {
		b.t.Fatal(err)
	}
	return v, r.Header.Get("Location")
}

func (b *browser) token() exos.Token { return exos.Token(b.cookies["__Host-exos"]) }

// code is the problem's, "" where there is none.
func code(r *http.Response) string {
	var p struct {
		Code   string
		Params map[string]string
	}
	json.NewDecoder(r.Body).Decode(&p)
	if c := p.Params["claim"]; c != "" {
		return p.Code + " " + c
	}
	return p.Code
}
