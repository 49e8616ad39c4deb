package operator_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"pupitre/federation"
	"pupitre/federation/local"
	operators "pupitre/federation/operator"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/lang"
	"pupitre/internal/look"
	"pupitre/internal/look/looktest"
	"pupitre/web"
	"pupitre/web/operator"
)

// signedIn stands for the service: one token is an operator's.
type signedIn struct{ left bool }

func (s *signedIn) Present(_ context.Context, token federation.Token) (operators.Operator, error) {
	if token != "camilles" || s.left {
		return operators.Operator{}, fault.New(fault.Unauthenticated, "federation.session.none")
	}
	return operators.Operator{Name: "camille", Account: local.Account{Person: "p-1"}}, nil
}

func (*signedIn) Alone(context.Context, federation.Token) (federation.Token, error) {
	return "another", nil
}

func (s *signedIn) Leave(context.Context, federation.Token) error {
	s.left = true
	return nil
}

// accounts stands for local accounts: nothing is right.
type accounts struct{}

func (accounts) ChangeGuest(context.Context, local.Guest, local.Phrase, local.Phrase, local.Phrase) error {
	return fault.New(fault.Denied, "local.own.wrong")
}

// openFront is the front over deliveries of every state, for a browser that holds a token.
func openFront(t *testing.T) (*deliveries, *signedIn, func(method, path, token, language string) *http.Response) {
	t.Helper()
	d, _ := open(t)
	words, who := lang.MustLoad(), &signedIn{}
	site := look.New(look.Pupitre, words)
	house := &web.House{Site: site}
	edge := &httpx.Edge{Log: slog.New(slog.DiscardHandler), Now: now, Words: words, Pages: house, SignIn: house.SignIn}
	mux := edge.Mux()
	house.Mount(mux)
	(&operator.Front{House: house, Room: &operator.Room{Site: site, Words: words, Deliveries: d, Now: now}, Operators: who, Accounts: accounts{}}).Mount(mux)
	pages := edge.Wrap(house.Wrap(mux))
	return d, who, func(method, path, token, language string) *http.Response {
		r := httptest.NewRequest(method, path, nil)
		r.Header.Set("Accept", "text/html")
		r.Header.Set("Accept-Language", language)
		r.AddCookie(&http.Cookie{Name: operators.SessionCookie, Value: token})
		w := httptest.NewRecorder()
		pages.ServeHTTP(w, r)
		return w.Result()
	}
}

func TestTheFrontsPagesKeepTheRulesAndLeadNowhereElse(t *testing.T) {
	t.Parallel()
	d, _, ask := openFront(t)
	for _, language := range []string{"fr", "en"} {
		paths := []string{"/exploitation/livraisons", "/exploitation/mot-de-passe"}
		for _, one := range d.list {
			paths = append(paths, "/exploitation/livraisons/"+string(one.ID))
		}
		for _, path := range paths {
			p := page(t, ask(http.MethodGet, path, "camilles", language), http.StatusOK)
			says(t, p, "camille")
			for _, link := range append(p.Find("a"), p.Find("form")...) {
				to := looktest.Attr(link, "href") + looktest.Attr(link, "action")
				if strings.HasPrefix(to, "/") && !strings.HasPrefix(to, "/exploitation") && !strings.HasPrefix(to, "/preferences") {
					t.Errorf("%s leads to %s", path, to)
				}
			}
		}
		page(t, ask(http.MethodGet, "/exploitation/livraisons/none", "camilles", language), http.StatusNotFound)
		page(t, ask(http.MethodPost, "/exploitation/mot-de-passe", "camilles", language), http.StatusForbidden)
	}
}

func TestTheFrontLetsNobodyElseIn(t *testing.T) {
	t.Parallel()
	d, who, ask := openFront(t)
	for _, path := range []string{"/exploitation", "/exploitation/livraisons", "/exploitation/livraisons/asking", "/exploitation/mot-de-passe"} {
		if r := ask(http.MethodGet, path, "somebody", "fr"); r.StatusCode != http.StatusSeeOther || !strings.HasPrefix(r.Header.Get("Location"), "/connexion?idENT=RVhQTE9JVEFUSU9O") {
			t.Errorf("%s: %d, to %s", path, r.StatusCode, r.Header.Get("Location"))
		}
	}
	if r := ask(http.MethodPost, "/exploitation/livraisons/failed/reprendre", "somebody", "fr"); r.StatusCode != http.StatusUnauthorized || d.retried != "" {
		t.Errorf("%d, %q", r.StatusCode, d.retried)
	}
	if r := ask(http.MethodPost, "/exploitation/livraisons/failed/reprendre", "camilles", "fr"); r.Header.Get("Location") != "/exploitation/livraisons/failed" || d.retried != "failed" || d.by.ID != "p-1" {
		t.Errorf("to %s, %q by %+v", r.Header.Get("Location"), d.retried, d.by)
	}
	if r := ask(http.MethodGet, "/exploitation/livraisons", "camilles", "fr"); !strings.Contains(r.Header.Get("Cache-Control"), "no-store") {
		t.Errorf("a page may be kept on the way: %s", r.Header.Get("Cache-Control"))
	}
	r := ask(http.MethodPost, "/exploitation/quitter", "camilles", "fr")
	if !who.left || r.Header.Get("Location") != "/exploitation" || len(r.Cookies()) != 1 || r.Cookies()[0].MaxAge >= 0 {
		t.Errorf("left %v, to %s, with %v", who.left, r.Header.Get("Location"), r.Cookies())
	}
}
