package desktop_test

import (
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"pupitre/exos/desktop"
	"pupitre/exos/offline"
	"pupitre/exos/web"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/lang"
	"pupitre/internal/look"
)

// computer is a learner's, with the program open.
type computer struct {
	t       *testing.T
	shelf   *desktop.Shelf
	program *desktop.Program
	at      *httptest.Server
}

func open(t *testing.T, server string) *computer {
	t.Helper()
	shelf, err := desktop.OpenShelf(t.Context(), filepath.Join(t.TempDir(), "biblio-exos.db"), clock.System)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { shelf.Close() })
	words := lang.MustLoad()
	site := look.New(look.Exos, words)
	edge := &httpx.Edge{Log: slog.New(slog.DiscardHandler), Now: clock.System, Words: words, Pages: site}
	mux := edge.Mux()
	p := &desktop.Program{Shelf: shelf, Page: web.NewApp(site, mux, "https://exos.example"), Client: http.DefaultClient, Server: server, Port: 4321, Free: func() int64 { return 1000 }}
	p.Mount(mux)
	c := &computer{t: t, shelf: shelf, program: p, at: httptest.NewServer(edge.Wrap(mux))}
	t.Cleanup(c.at.Close)
	return c
}

// browser is one that has not come in yet. It follows nothing by itself.
func (c *computer) browser() *http.Client {
	jar, _ := cookiejar.New(nil)
	return &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// seated is a browser that came in by the start address.
func (c *computer) seated() *http.Client {
	c.t.Helper()
	b := c.browser()
	c.ask(b, "GET", c.program.Start(""), "", http.StatusSeeOther)
	return b
}

func (c *computer) ask(b *http.Client, method, path, body string, status int) (string, http.Header) {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), method, c.at.URL+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Accept", "application/json")
	answer, err := b.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != status {
		c.t.Fatalf("%s %s: %s, want %d (%v): %s", method, path, answer.Status, status, err, text)
	}
	return string(text), answer.Header
}

func TestOnlyTheBrowserOfTheStartAddressComesIn(t *testing.T) {
	t.Parallel()
	c := open(t, "")
	stranger := c.browser()
	for _, path := range []string{"/", "/appli/", "/programme/magasin/self", "/fichiers/" + strings.Repeat("a", 64), "/hors-ligne"} {
		c.ask(stranger, "GET", path, "", http.StatusForbidden)
	}
	c.ask(stranger, "POST", "/programme/signature", `{}`, http.StatusForbidden)
	c.ask(stranger, "GET", "/ouvrir?jeton=devine", "", http.StatusForbidden)
	c.ask(stranger, "GET", "/ouvrir", "", http.StatusForbidden)

	first := c.browser()
	_, h := c.ask(first, "GET", c.program.Start("ABCDE"), "", http.StatusSeeOther)
	if got := h.Get("Location"); got != "/appli/#code=ABCDE" {
		t.Errorf("the start address leads to %s", got)
	}
	if cookie := h.Get("Set-Cookie"); !strings.Contains(cookie, "HttpOnly") || !strings.Contains(cookie, "SameSite=Lax") || strings.Contains(c.program.Start(""), strings.TrimPrefix(cookie, "programme=")[:20]) {
		t.Errorf("the cookie is %s", cookie)
	}
	page, _ := c.ask(first, "GET", "/appli/", "", http.StatusOK)
	if strings.Contains(page, `rel="manifest"`) || !strings.Contains(page, "/static/desktop.") {
		t.Error("the page is the browser's own app")
	}
	second := c.seated()
	c.ask(second, "GET", "/appli/", "", http.StatusOK)
	c.ask(first, "GET", "/appli/", "", http.StatusForbidden) // one browser at a time
}

func TestWhatTheAppKeepsIsKeptWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	c := open(t, "")
	b := c.seated()
	c.ask(b, "GET", `/programme/magasin/self/%22self%22`, "", http.StatusNotFound)
	c.ask(b, "POST", "/programme/magasin", `[{"do":"put","store":"self","key":"self","value":{"seq":2}},{"do":"add","store":"waiting","key":10,"value":{"seq":10}},{"do":"add","store":"waiting","key":9,"value":{"seq":9}}]`, http.StatusNoContent)
	// The second act of a number that is there already: nothing of it is kept, not even what came before it.
	c.ask(b, "POST", "/programme/magasin", `[{"do":"put","store":"self","key":"self","value":{"seq":3}},{"do":"add","store":"waiting","key":9,"value":{"seq":"forked"}}]`, http.StatusConflict)
	for path, want := range map[string]string{
		`/programme/magasin/self/%22self%22`: `{"seq":2}`, "/programme/magasin/waiting": `[{"seq":9},{"seq":10}]`, "/programme/magasin/works": `[]`,
	} {
		if got, _ := c.ask(b, "GET", path, "", http.StatusOK); strings.TrimSpace(got) != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
	// A key that has a slash in it, as the place of a homework's exercise has.
	c.ask(b, "POST", "/programme/magasin", `[{"do":"put","store":"drafts","key":"h1/e1","value":{"place":"h1/e1"}}]`, http.StatusNoContent)
	if got, _ := c.ask(b, "GET", "/programme/magasin/drafts/%22h1%2Fe1%22", "", http.StatusOK); strings.TrimSpace(got) != `{"place":"h1/e1"}` {
		t.Errorf("a draft: %s", got)
	}
	c.ask(b, "POST", "/programme/magasin", `[{"do":"delete","store":"waiting","key":9}]`, http.StatusNoContent)
	if got, _ := c.ask(b, "GET", "/programme/magasin/waiting", "", http.StatusOK); strings.TrimSpace(got) != `[{"seq":10}]` {
		t.Errorf("after one is gone: %s", got)
	}
	for _, bad := range []string{`{`, `[{"do":"put","store":"no/store","key":1,"value":1}]`, `[{"do":"put","store":"works","key":-1,"value":1}]`, `[{"do":"put","store":"works","key":null,"value":1}]`,
		`[{"do":"put","store":"works","key":1}]`, `[{"do":"burn","store":"works","key":1,"value":1}]`} {
		c.ask(b, "POST", "/programme/magasin", bad, http.StatusBadRequest)
	}
}

func TestTheKeyIsMadeHereAndSignsForDevicesOnly(t *testing.T) {
	t.Parallel()
	c := open(t, "")
	b := c.seated()
	c.ask(b, "POST", "/programme/signature", `{"purpose":"biblio-exos act 1\n","text":"x"}`, http.StatusNotFound) // no key yet
	text, _ := c.ask(b, "POST", "/programme/cle", "", http.StatusOK)
	key, err := offline.ParseKey([]byte(text))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	signed, _ := c.ask(b, "POST", "/programme/signature", `{"purpose":"biblio-exos act 1\n","text":"{\"seq\":1}"}`, http.StatusOK)
	s := offline.Signed{Text: `{"seq":1}`}
	if err := json.Unmarshal([]byte(signed), &s); err != nil || !key.Verify(s, offline.ForAct) || key.Verify(s, offline.ForRequest) {
		t.Errorf("signed %s, %v", signed, err)
	}
	c.ask(b, "POST", "/programme/signature", `{"purpose":"anything else\n","text":"x"}`, http.StatusBadRequest)
	c.ask(b, "POST", "/programme/magasin", `[{"do":"put","store":"self","key":"self","value":{"device":"d"}}]`, http.StatusNoContent)
	c.ask(b, "POST", "/programme/cle", "", http.StatusConflict) // it is somebody's: the key stays
}

func TestWhatIsSaidToTheServerGoesThroughWithoutCookies(t *testing.T) {
	t.Parallel()
	var asked offline.Signed
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Cookie") != "" {
			t.Errorf("%s came with %s", r.URL.Path, r.Header.Get("Cookie"))
		}
		switch r.URL.Path {
		case "/api/appareils/modules":
			if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
				t.Error(err)
			}
			w.Write([]byte(`[]`))
		default:
			w.Header().Set("Set-Cookie", "a=b")
			http.Error(w, r.URL.Path, http.StatusTeapot)
		}
	}))
	defer server.Close()
	c := open(t, server.URL)
	b := c.seated()
	text, h := c.ask(b, "POST", "/api/appareils/parole", `{}`, http.StatusTeapot)
	if strings.TrimSpace(text) != "/api/appareils/parole" || h.Get("Set-Cookie") != "" {
		t.Errorf("%s, %v", text, h)
	}
	if _, h = c.ask(b, "GET", "/hors-ligne", "", http.StatusSeeOther); h.Get("Location") != server.URL+"/hors-ligne/ordinateur?port=4321" {
		t.Errorf("the way to a code is %s", h.Get("Location"))
	}
	pub, _ := c.ask(b, "POST", "/programme/cle", "", http.StatusOK)
	said, _ := c.ask(b, "POST", "/programme/signature", `{"purpose":"biblio-exos request 1\n","text":"{\"device\":\"dev-1\"}"}`, http.StatusOK)
	var signed offline.Signed
	if err := json.Unmarshal([]byte(said), &signed); err != nil {
		t.Fatal(err)
	}
	signed.Text = `{"device":"dev-1"}`
	sent, err := json.Marshal(signed)
	if err != nil {
		t.Fatal(err)
	}
	c.ask(b, "POST", "/api/appareils/modules", string(sent), http.StatusOK)
	key, err := offline.ParseKey([]byte(pub))
	if err != nil || asked.Text != `{"device":"dev-1"}` || !key.Verify(asked, offline.ForRequest) {
		t.Errorf("the server was asked %+v, %v", asked, err)
	}
	server.Close()
	c.ask(b, "POST", "/api/appareils/parole", `{}`, http.StatusServiceUnavailable) // the app hears « later »
}

func TestFilesAreKeptAndRunNothing(t *testing.T) {
	t.Parallel()
	c := open(t, "")
	b := c.seated()
	at := "/fichiers/" + strings.Repeat("0a", 32)
	c.ask(b, "PUT", "/programme/fichiers/..%2Fx", "x", http.StatusBadRequest)
	c.ask(b, "PUT", "/programme"+at, "<svg/>", http.StatusNoContent)
	got, h := c.ask(b, "GET", at, "", http.StatusOK)
	if got != "<svg/>" || !strings.Contains(h.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("%q under %s", got, h.Get("Content-Security-Policy"))
	}
	if room, _ := c.ask(b, "GET", "/programme/place", "", http.StatusOK); !strings.Contains(room, `"free":1000`) || strings.Contains(room, `"used":0`) {
		t.Errorf("room: %s", room)
	}
	c.ask(b, "DELETE", "/programme"+at, "", http.StatusNoContent)
	c.ask(b, "GET", at, "", http.StatusNotFound)
}

func TestAProgramStaysWithItsServer(t *testing.T) {
	t.Parallel()
	c := open(t, "")
	for address, code := range map[string]string{
		"http://exos.example": "exosdesktop.server.form", "ftp://exos.example": "exosdesktop.server.form", "exos.example": "exosdesktop.server.form",
		"https://exos.example/modules": "", "http://exos.localhost:8080": "",
	} {
		if err := c.shelf.SetServer(t.Context(), address); (err != nil) != (code != "") || err != nil && fault.CodeOf(err) != code {
			t.Errorf("%s: %v, want %q", address, err, code)
		}
	}
	if err := c.shelf.SetServer(t.Context(), "https://exos.example/appli/"); err != nil {
		t.Fatal(err)
	}
	if err := c.shelf.Write(t.Context(), []desktop.Change{{Do: "put", Store: "self", Key: json.RawMessage(`"self"`), Value: json.RawMessage(`{}`)}}); err != nil {
		t.Fatal(err)
	}
	if err := c.shelf.SetServer(t.Context(), "https://exos.example"); err != nil {
		t.Errorf("the same again: %v", err)
	}
	if err := c.shelf.SetServer(t.Context(), "https://other.example"); !fault.Is(err, fault.Conflict) {
		t.Errorf("another one: %v", err)
	}
	got, err := c.shelf.Server(t.Context())
	if err != nil || got != "https://exos.example" {
		t.Error(got, errors.Unwrap(err))
	}
}
