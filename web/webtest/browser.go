package webtest

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/httpx"
	"pupitre/internal/lang"
	"pupitre/internal/look"
	"pupitre/web"
)

// Room is a family of pages.
type Room interface{ Mount(mux web.Mux) }

// Serve builds the pages of a house with these rooms, over the world's sessions.
func Serve(w *World, rooms func(h *web.House) []Room) http.Handler {
	words := lang.MustLoad()
	site := look.New(look.Pupitre, words)
	house := &web.House{Site: site, Sessions: w, People: w, Mandates: w.Mandates}
	edge := &httpx.Edge{Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return Now }, Words: words, Pages: house, SignIn: house.SignIn}
	mux := edge.Mux()
	house.Mount(mux)
	for _, room := range rooms(house) {
		room.Mount(mux)
	}
	parsed.Do(func() {
		if err := site.Check(); err != nil {
			panic(err)
		}
	})
	return edge.Wrap(house.Wrap(mux))
}

// parsed is done once for a package's tests: all its rooms' pages can be parsed, drawn by a test or not.
var parsed sync.Once

// Browser is somebody in front of the pages; nobody has signed in where Person is "".
type Browser struct {
	Pages   http.Handler
	Person  directory.PersonID
	English bool
	Headers map[string]string
}

// Get asks for a page.
func (b Browser) Get(t testing.TB, path string) *http.Response {
	t.Helper()
	return b.do(t, httptest.NewRequest(http.MethodGet, path, nil))
}

// Post sends a form, given as pairs.
func (b Browser) Post(t testing.TB, path string, pairs ...string) *http.Response {
	t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.do(t, r)
}

func (b Browser) do(t testing.TB, r *http.Request) *http.Response {
	t.Helper()
	if r.Header.Set("Accept", "text/html"); b.English {
		r.AddCookie(&http.Cookie{Name: httpx.LocaleCookie, Value: string(lang.English)})
	}
	if b.Person != "" {
		r.AddCookie(&http.Cookie{Name: federation.SessionCookie, Value: string(b.Person)})
	}
	for name, value := range b.Headers {
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	b.Pages.ServeHTTP(w, r)
	return w.Result()
}
