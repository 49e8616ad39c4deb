package skin_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"pupitre/internal/clock"
	"pupitre/internal/demo/portal"
	"pupitre/internal/demo/portal/skin"
	"pupitre/internal/httpx"
	"pupitre/internal/lang"
	"pupitre/internal/look/looktest"
)

// open starts a portal with two people of whom one assigns copies.
func open(t *testing.T) *httptest.Server {
	t.Helper()
	words := lang.MustLoad()
	pages := skin.New("Mon collège", words)
	p := &portal.Portal{
		Name: "Mon collège", Project: "A70", Password: "demo", Pages: pages, Now: clock.System, Log: slog.New(slog.DiscardHandler),
		Accounts: []portal.Account{
			{Login: "ines", External: "1", Name: "Inès Marchal", Role: "eleve", School: "Collège Les Tilleuls"},
			{Login: "claire", External: "2", Name: "Claire Vasseur", Role: "responsable", School: "Collège Les Tilleuls"},
		},
		Tiles: []portal.Tile{
			{Key: "portal.tile.mediacentre", Address: "http://pupitre.localhost/mediacentre"},
			{Key: "portal.tile.console", Address: "http://pupitre.localhost/affectation", Roles: []string{"responsable"}},
		},
	}
	edge := &httpx.Edge{Log: slog.New(slog.DiscardHandler), Now: clock.System, Words: words, Pages: pages.Site()}
	mux := edge.Mux()
	p.Mount(mux)
	pages.Mount(mux)
	server := httptest.NewServer(edge.Wrap(mux))
	t.Cleanup(server.Close)
	return server
}

// visitor signs in and returns what fetches pages.
func visitor(t *testing.T, server *httptest.Server, login, locale string) func(path string) string {
	t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	cookies := "langue=" + locale
	if login != "" {
		res, err := client.PostForm(server.URL+"/login", url.Values{"login": {login}, "password": {"demo"}})
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		for _, c := range res.Cookies() {
			cookies += "; " + c.Name + "=" + c.Value
		}
	}
	return func(path string) string {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Cookie", cookies)
		res, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		return looktest.Body(t, res)
	}
}

func TestThePortalsPagesAreSound(t *testing.T) {
	t.Parallel()
	server := open(t)
	for _, locale := range []string{"fr", "en"} {
		looktest.Page(t, visitor(t, server, "", locale)("/login"))
		inside := visitor(t, server, "claire", locale)
		for _, path := range []string{"/", "/rubrique/cahier", "/rubrique/rien"} {
			looktest.Page(t, inside(path))
		}
	}
}

func TestOnlyThoseNamedSeeTheConsolesTile(t *testing.T) {
	t.Parallel()
	server := open(t)
	const tile = "http://pupitre.localhost/affectation"
	if !strings.Contains(visitor(t, server, "claire", "fr")("/"), tile) {
		t.Error("the manager does not see the tile")
	}
	if strings.Contains(visitor(t, server, "ines", "fr")("/"), tile) {
		t.Error("a pupil sees the tile")
	}
}
