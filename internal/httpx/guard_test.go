package httpx_test

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/lang"
)

func ok(http.ResponseWriter, *http.Request) error { return nil }

func TestEveryAnswerIsGuarded(t *testing.T) {
	t.Parallel()
	h := newHouse()
	h.edge.Strict = time.Hour
	r := httptest.NewRequest("GET", "https://pupitre.example/", nil)
	got := h.answer(fails(fault.New(fault.NotFound, "test.none")), r).Header
	for name, want := range map[string]string{
		"X-Content-Type-Options": "nosniff", "Cross-Origin-Opener-Policy": "same-origin", "Referrer-Policy": "strict-origin-when-cross-origin",
		"Strict-Transport-Security": "max-age=3600",
	} {
		if got.Get(name) != want {
			t.Errorf("%s: %q, want %q", name, got.Get(name), want)
		}
	}
	policy := got.Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"} {
		if !strings.Contains(policy, want) {
			t.Errorf("policy %q lacks %q", policy, want)
		}
	}
	if strings.Contains(policy, "unsafe") {
		t.Errorf("policy %q", policy)
	}
	if clear := h.answer(ok, httptest.NewRequest("GET", "/", nil)).Header.Get("Strict-Transport-Security"); clear != "" {
		t.Errorf("in clear: %q", clear)
	}
}

func TestPageWidensOneDirective(t *testing.T) {
	t.Parallel()
	h := newHouse()
	policy := h.answer(func(w http.ResponseWriter, _ *http.Request) error {
		httpx.AllowSource(w, httpx.FormAction, "https://portail.example")
		httpx.AllowSource(w, httpx.FormAction, "https://portail.example")
		httpx.AllowSource(w, httpx.FrameAncestors, "https://ent.example")
		httpx.AllowSource(w, httpx.MediaSrc, "'self'")
		return nil
	}, httptest.NewRequest("GET", "/", nil)).Header.Get("Content-Security-Policy")
	directives := map[string]bool{}
	for d := range strings.SplitSeq(policy, "; ") {
		directives[d] = true
	}
	for _, want := range []string{"form-action 'self' https://portail.example", "frame-ancestors https://ent.example", "media-src 'self'", "script-src 'self'"} {
		if !directives[want] {
			t.Errorf("%q lacks %q", policy, want)
		}
	}
}

func TestOtherSitesMayNotWrite(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		method, path, site string
		want               int
	}{
		{"POST", "/affectation", "cross-site", 403},
		{"POST", "/affectation", "same-origin", 200},
		{"POST", "/affectation", "", 200}, // a program: no browser, no session to ride
		{"GET", "/affectation", "cross-site", 200},
		{"POST", "/saml/acs", "cross-site", 200},
	} {
		h := newHouse()
		h.edge.CrossOrigin = []string{"POST /saml/acs"}
		r := httptest.NewRequest(c.method, c.path, nil)
		if c.site != "" {
			r.Header.Set("Sec-Fetch-Site", c.site)
		}
		if got := h.answer(ok, r); got.StatusCode != c.want {
			t.Errorf("%s %s from %q: %s", c.method, c.path, c.site, got.Status)
		}
	}
}

func TestTooBigABodyIsRefusedAsSuch(t *testing.T) {
	t.Parallel()
	read := func(limit int64) httpx.Handler {
		return func(_ http.ResponseWriter, r *http.Request) error {
			if limit > 0 {
				httpx.AllowBody(r, limit)
			}
			_, err := io.Copy(io.Discard, r.Body)
			return err
		}
	}
	for _, c := range []struct {
		handler httpx.Handler
		size    int
		want    int
	}{{read(0), 8, 200}, {read(0), 9, 413}, {read(9), 9, 200}, {read(9), 10, 413}, {read(4), 5, 413}} {
		h := newHouse()
		h.edge.MaxBody = 8
		got := h.answer(c.handler, httptest.NewRequest("POST", "/", strings.NewReader(strings.Repeat("x", c.size))))
		if got.StatusCode != c.want {
			t.Errorf("%d bytes: %s, want %d", c.size, got.Status, c.want)
		}
	}
}

func TestMuxRefusesInTheLook(t *testing.T) {
	t.Parallel()
	h := newHouse()
	mux := h.edge.Mux()
	mux.Handle("GET /modules/{module}", ok)
	mux.Mount("/static/", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "file") }))
	for _, c := range []struct {
		method, path string
		status       int
		says         string
	}{
		{"GET", "/rien", 404, "Il n’y a pas de page à cette adresse."},
		{"DELETE", "/modules/m1", 405, "Cette adresse ne s’utilise pas de cette façon."},
		{"GET", "/static/x", 200, "file"},
		{"GET", "/static", 307, ""},
		{"GET", "/x/../rien", 307, ""},
	} {
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequest(c.method, c.path, nil))
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.says) {
			t.Errorf("%s %s: %d %s", c.method, c.path, w.Code, w.Body)
		}
		if c.status == 405 && w.Header().Get("Allow") != "GET, HEAD" {
			t.Errorf("Allow: %q", w.Header().Get("Allow"))
		}
	}
}

func TestStrangersHostNameIsMisdirected(t *testing.T) {
	t.Parallel()
	hosts := httpx.Hosts{Words: lang.MustLoad(), Names: map[string]http.Handler{
		"exos.localhost": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "exos") }),
		"::1":            http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "six") }),
	}}
	for host, want := range map[string]int{
		"exos.localhost": 200, "EXOS.localhost:8080": 200, "exos.localhost.": 200, "[::1]:8080": 200,
		"evil.example": 421, "exos.localhost.evil.example": 421, "": 421, "localhost": 421,
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Host = host
		w := httptest.NewRecorder()
		hosts.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("%q: %d, want %d", host, w.Code, want)
		}
		if want == 421 && !strings.Contains(w.Body.String(), "Ce serveur ne répond pas sous ce nom.") {
			t.Errorf("%q: %s", host, w.Body)
		}
	}
}

func TestCookieBelongsToThisHostAlone(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		tls  bool
		want string
	}{
		{false, "s=v; Path=/; Max-Age=60; HttpOnly; SameSite=Lax"},
		{true, "__Host-s=v; Path=/; Max-Age=60; HttpOnly; Secure; SameSite=Lax"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		if c.tls {
			r.TLS = &tls.ConnectionState{}
		}
		w := httptest.NewRecorder()
		httpx.SetCookie(w, r, "s", "v", time.Minute)
		if got := w.Header().Get("Set-Cookie"); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
		r.Header.Set("Cookie", "s=clear; __Host-s=secure")
		if got, want := httpx.Cookie(r, "s"), map[bool]string{true: "secure", false: "clear"}[c.tls]; got != want {
			t.Errorf("tls %v: read %q", c.tls, got)
		}
	}
}

func TestNextStaysOnThisHost(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]bool{
		"/": true, "/mediacentre?q=a b": true, "/a#b": true, "/%2f%2fevil.example": true, "/?x=http://evil.example": true,
		"": false, "mediacentre": false, "//evil.example": false, "/\\evil.example": false, "\\/evil.example": false,
		"https://evil.example/": false, "javascript:alert(1)": false, "/\tevil": false, "/\n/evil.example": false, "/%zz": false,
	} {
		if _, got := httpx.LocalPath(path); got != want {
			t.Errorf("%q: %v", path, got)
		}
	}
}

func FuzzLocalPath(f *testing.F) {
	for _, s := range []string{"/", "//a", "/\\a", "/a?b#c", "https://a", "/%2e%2e//a", "/ /a", "/\u2028/a"} {
		f.Add(s)
	}
	base, _ := url.Parse("https://pupitre.example/here")
	f.Fuzz(func(t *testing.T, s string) {
		path, ok := httpx.LocalPath(s)
		if !ok {
			return
		}
		to, err := base.Parse(path)
		if err != nil || to.Host != base.Host || to.Scheme != base.Scheme {
			t.Errorf("%q leads to %v (%v)", s, to, err)
		}
	})
}

func TestServerFinishesWhatItBeganThenStops(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	entered, release := make(chan struct{}), make(chan struct{})
	server := httpx.Server(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(entered)
		<-release
		io.WriteString(w, "done")
	}), nil)
	ctx, stop := context.WithCancel(context.Background())
	stopped := make(chan error, 1)
	go func() { stopped <- httpx.Serve(ctx, server, listener) }()
	answered := make(chan string, 1)
	go func() {
		r, err := http.Get("http://" + listener.Addr().String())
		if err != nil {
			answered <- err.Error()
			return
		}
		defer r.Body.Close()
		text, _ := io.ReadAll(r.Body)
		answered <- string(text)
	}()
	<-entered
	stop()
	close(release)
	if got := <-answered; got != "done" {
		t.Errorf("the request under way got %q", got)
	}
	if err := <-stopped; err != nil {
		t.Errorf("stopping: %v", err)
	}
}

func TestAnAddressOverTLSKeepsCookiesAndBrowsersToIt(t *testing.T) {
	t.Parallel()
	if over, strict := httpx.TLSOf("https://pupitre.example"); !over || strict < 180*24*time.Hour {
		t.Errorf("https: %v, %v", over, strict)
	}
	if over, strict := httpx.TLSOf("http://pupitre.localhost:8080"); over || strict != 0 {
		t.Errorf("http: %v, %v", over, strict)
	}
}
