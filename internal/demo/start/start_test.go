package start_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"pupitre/internal/clock"
	"pupitre/internal/demo/start"
	"pupitre/internal/httpx"
	"pupitre/internal/lang"
	"pupitre/internal/look"
	"pupitre/internal/look/looktest"
)

func TestTheFirstPageSaysWhereToBegin(t *testing.T) {
	t.Parallel()
	words := lang.MustLoad()
	site := look.New(look.Pupitre, words)
	edge := &httpx.Edge{Log: slog.New(slog.DiscardHandler), Now: clock.System, Words: words, Pages: site}
	mux := edge.Mux()
	(&start.Start{Site: site, Portal: "http://portail.localhost:1", Broker: "http://pupitre.localhost:1", Exos: "http://exos.localhost:1",
		Publisher: "http://editeur.localhost:1", Password: "demo", Accounts: []start.Account{
			{Login: "claire.vasseur", Name: "Claire Vasseur", Role: "demo.role.manager"}, {Login: "ines.marchal", Name: "Inès Marchal", Role: "demo.role.pupil", Class: "5e B"},
			{Login: "sacha.lemoine", Name: "Sacha Lemoine", Role: "demo.role.pupil", Class: "5e A"},
		}, Agents: func() []start.Agent {
			return []start.Agent{{Login: "lou.garance", Name: "Lou Garance", Role: "demo.role.bookseller", Password: "quatre mots sans lien", Code: "123456"}}
		}, Holds: func(_ context.Context, login string) bool { return login == "ines.marchal" }}).Mount(mux)
	for _, cookie := range []string{"langue=fr", "langue=en"} {
		r := httptest.NewRequest(http.MethodGet, "http://localhost/", nil)
		r.Header.Set("Cookie", cookie)
		w := httptest.NewRecorder()
		edge.Wrap(mux).ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			t.Fatalf("%s: status %d", cookie, w.Code)
		}
		looktest.Page(t, w.Body.String())
		filled := looktest.Parse(t, w.Body.String())
		var first string // the page's one filled button
		for _, a := range filled.Find("a") {
			if strings.Contains(looktest.Attr(a, "class"), "btn-primary") {
				first += looktest.Attr(a, "href")
			}
		}
		if first != "http://portail.localhost:1/login?compte=claire.vasseur" {
			t.Errorf("%s: the first thing to do is %q", cookie, first)
		}
		if text := looktest.Words(filled.Find("main")[0]); !strings.Contains(text, "Sacha Lemoine") || !strings.Contains(text, "lou.garance") || !strings.Contains(text, "123456") || !strings.Contains(text, "demo") ||
			!strings.Contains(text, strings.Join(strings.Fields(words.T(lang.Locale(strings.TrimPrefix(cookie, "langue=")), "demo.holds", "title", "Le labo de grammaire 5e")), " ")) {
			t.Errorf("%s: nobody stays outside, nobody holds the workbook, or the password is not told: %s", cookie, text)
		}
	}
}
