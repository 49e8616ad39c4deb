package federationtest

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"pupitre/federation"
	"pupitre/federation/local"
	"pupitre/internal/httpx"
	"pupitre/internal/lang"
)

// Face is what others speak to: the routes of one protocol.
type Face interface {
	Mount(mux *httpx.Mux)
	CrossOrigin() []string
}

// Serve puts a face on a real address for as long as the test lasts: made is told the address. It returns the address, and the face
// behind the edge that the program has.
func (w *World) Serve(t testing.TB, made func(address string) Face) (string, http.Handler) {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	address := "http://" + server.Listener.Addr().String()
	face := made(address)
	edge := &httpx.Edge{Now: w.Clock.Now, Words: lang.MustLoad(), Log: slog.New(slog.NewTextHandler(io.Discard, nil)), CrossOrigin: face.CrossOrigin()}
	mux := edge.Mux()
	face.Mount(mux)
	server.Config.Handler = edge.Wrap(mux)
	server.Start()
	t.Cleanup(server.Close)
	return address, server.Config.Handler
}

// Browser is a client of many connections that takes a redirect for the answer.
func Browser(t testing.TB) *http.Client {
	c := httpx.FollowsNothing(&http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}})
	t.Cleanup(c.CloseIdleConnections)
	return c
}

// Accounts are the local accounts of the world's project, which has no portal then. Their hashes are cheap.
func (w *World) Accounts(t testing.TB) *local.Service {
	t.Helper()
	accounts := &local.Service{Store: w.Store.Local(), Hasher: local.NewHasher(local.Params{Memory: 64, Passes: 1, Lanes: 1}, 4, time.Minute), Base: "https://pupitre.example"}
	if err := accounts.Declare(t.Context(), Project); err != nil {
		t.Fatal(err)
	}
	return accounts
}

// Send sends a request, and returns the answer with its body read.
func Send(t testing.TB, c *http.Client, req *http.Request) (*http.Response, string) {
	t.Helper()
	res, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(body)
}

// LooksAhead asks an address of a session in the ways of what only looks ahead, and reports each that is not refused (405), or that is
// sent somewhere.
func LooksAhead(t testing.TB, c *http.Client, address string, session federation.Token) {
	t.Helper()
	for _, way := range []struct{ method, purpose string }{{http.MethodHead, ""}, {http.MethodGet, "prefetch"}, {http.MethodGet, "prefetch;prerender"}} {
		req, err := http.NewRequestWithContext(t.Context(), way.method, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Sec-Purpose", way.purpose)
		req.AddCookie(&http.Cookie{Name: federation.SessionCookie, Value: string(session)})
		res, err := c.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != http.StatusMethodNotAllowed || res.Header.Get("Location") != "" {
			t.Errorf("%v: %d, sent to %q", way, res.StatusCode, res.Header.Get("Location"))
		}
	}
}
