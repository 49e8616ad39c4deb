package signin_test

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"pupitre/exos"
	"pupitre/exos/signin"
	"pupitre/exos/store"
	"pupitre/exos/store/storetest"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/httpx"
	"pupitre/internal/id"
	"pupitre/internal/lang"
)

const ark = "ark:/99999/preau.labo-grammaire-5e"

// world is Biblio Exos behind its own address, an issuer, and one browser.
type world struct {
	*storetest.World
	t       *testing.T
	issuer  *issuer
	party   *signin.Party
	address string
	browser *http.Client
}

func newWorld(t *testing.T) *world {
	t.Helper()
	inner := storetest.NewWorld(t, func(t testing.TB, now func() time.Time) storetest.Stores {
		return &store.Store{DB: dbtest.Engines()[0].Open(t, store.Migrations(), now), IDs: id.NewMaker(now)}
	})
	w := &world{World: inner, t: t, issuer: newIssuer(t, inner.Clock.Now)}
	w.issuer.rights = []map[string]any{{"ark": ark, "title": "Le labo de grammaire 5e", "start": "2026-09-01", "end": "2027-08-31", "status": "open", "why": "assigned"}}
	w.party = &signin.Party{Service: w.Service, Issuer: w.issuer.URL, ClientID: clientID, ClientSecret: clientSecret, Now: w.Clock.Now, HTTP: w.issuer.Client()}
	w.Service.Rights = w.party

	edge := &httpx.Edge{Now: w.Clock.Now, Words: lang.MustLoad(), Log: slog.New(slog.DiscardHandler), SignIn: signin.SignInPath}
	mux := edge.Mux()
	w.party.Mount(mux)
	mux.Handle("GET /modules", w.modules)
	mux.Handle("GET /modules/{module}", w.modules)
	server := httptest.NewServer(edge.Wrap(mux))
	t.Cleanup(server.Close)
	w.address, w.party.Base = server.URL, server.URL
	w.browser = newBrowser(t)
	return w
}

// modules is a page: who is here, and what opens.
func (w *world) modules(rw http.ResponseWriter, r *http.Request) error {
	v, err := w.party.Visitor(r)
	if err != nil {
		return err
	}
	cards, err := w.Modules(r.Context(), v)
	if err != nil {
		return err
	}
	page := page{Path: r.URL.Path, Learner: v.Learner, Open: 0}
	for _, c := range cards {
		if c.Closed == nil {
			page.Open++
		}
	}
	return json.NewEncoder(rw).Encode(page)
}

type page struct {
	Path    string
	Learner exos.Learner
	Open    int
}

func newBrowser(t *testing.T) *http.Client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar}
}

// get follows an address to its end.
func (w *world) get(path string) (page, problem, int) {
	w.t.Helper()
	answer, err := w.browser.Get(w.address + path)
	if err != nil {
		w.t.Fatal(err)
	}
	return read(w.t, answer)
}

// problem is what a failure says.
type problem struct {
	Code   string
	Detail string
	Params map[string]string
}

func read(t *testing.T, answer *http.Response) (p page, why problem, status int) {
	t.Helper()
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	if answer.StatusCode == http.StatusOK {
		err = json.Unmarshal(body, &p)
	} else {
		err = json.Unmarshal(body, &why)
	}
	if err != nil {
		t.Fatalf("%d %s: %v", answer.StatusCode, body, err)
	}
	return p, why, answer.StatusCode
}

// push sends a program's message.
func (w *world) push(path, media, body string) (status int, answer map[string]string) {
	w.t.Helper()
	res, err := http.Post(w.address+path, media, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	defer res.Body.Close()
	if text, _ := io.ReadAll(res.Body); len(text) > 0 {
		if err := json.Unmarshal(text, &answer); err != nil {
			w.t.Fatalf("%s: %v", text, err)
		}
	}
	return res.StatusCode, answer
}

// event pushes a security event token.
func (w *world) event(token string) (int, map[string]string) {
	return w.push("/evenements", "application/secevent+jwt", token)
}

// logout pushes a logout token.
func (w *world) logout(token string) (int, map[string]string) {
	return w.push("/oidc/backchannel-logout", "application/x-www-form-urlencoded", url.Values{"logout_token": {token}}.Encode())
}

// launch opens the workbook, which must succeed.
func (w *world) launch() page {
	w.t.Helper()
	p, why, status := w.get("/ouvrir?ark=" + url.QueryEscape(ark))
	if status != http.StatusOK {
		w.t.Fatalf("%d %+v", status, why)
	}
	return p
}
