package oidc_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/db/dbtest"
	"pupitre/store/storetest/federationtest"
)

// A teacher's browser, on a page of the publisher's, is told who is behind the pseudonyms of the classes taught: those who hold the
// resource, and nobody else.
func TestATeachersBrowserIsToldWhoIsWho(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		h.Rights.Give(federationtest.Renard, federationtest.College, directory.Teacher, federationtest.Grammar)
		tokens := h.token(t, exchange(h.code(t, h.Arrive(t, "ent-renard"))))
		ask := func(method, token, origin string) (int, http.Header, map[string]any) {
			t.Helper()
			return h.knock(t, method, "/roster", map[string]string{"Authorization": "Bearer " + token, "Origin": origin})
		}
		const page = "http://exos.localhost:8080"
		ines := federation.PseudonymOf(directory.Secret(strings.Repeat("1", 64)), federationtest.Preau).Subject()
		classes := func(shown ...any) map[string]any {
			return map[string]any{"at": "2026-11-23T08:00:00Z", "classes": shown}
		}
		inClass := func(code, label, kind string) any {
			return map[string]any{"code": code, "label": label, "kind": kind, "persons": []any{map[string]any{"sub": ines, "name": "Inès M."}}}
		}
		// Noé is in no class of hers, and holds nothing; she herself is no pupil.
		status, header, body := ask(http.MethodGet, tokens.Access, page)
		if diff := cmp.Diff(classes(inClass("5B", "5e B", "DIVISION"), inClass("LAT", "Latin 5e", "GROUPE")), body); status != 200 || diff != "" {
			t.Errorf("%d %s", status, diff)
		}
		if header.Get("Access-Control-Allow-Origin") != page || header.Get("Cache-Control") != "no-store" || !strings.Contains(header.Get("Vary"), "Origin") {
			t.Errorf("%v", header)
		}
		if status, header, _ := ask(http.MethodOptions, "", page); status != 204 || header.Get("Access-Control-Allow-Origin") != page || header.Get("Access-Control-Allow-Headers") != "Authorization" {
			t.Errorf("before it sends the token: %d %v", status, header)
		}
		pupil := h.token(t, exchange(h.code(t, h.Arrive(t, "ent-ines"))))
		for name, c := range map[string]struct {
			token, origin string
			want          int
		}{
			"another site's page":     {tokens.Access, "https://mechant.example", 403},
			"another publisher's":     {tokens.Access, "https://atlas.example", 403},
			"the same name, in clear": {tokens.Access, "https://exos.localhost:8080", 403},
			"a program":               {tokens.Access, "", 403},
			"no token":                {"", page, 401},
			"a pupil":                 {pupil.Access, page, 403},
		} {
			if status, header, body := ask(http.MethodGet, c.token, c.origin); status != c.want || body["classes"] != nil || status == 403 && c.origin != page && header.Get("Access-Control-Allow-Origin") != "" {
				t.Errorf("%s: %d %v %v", name, status, header, body)
			}
		}
		if status, header, _ := ask(http.MethodOptions, "", "https://mechant.example"); status != 403 || header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("another site asks ahead: %d %v", status, header)
		}
		h.Rights.Withdraw(federationtest.Ines, federationtest.College, directory.Pupil, federationtest.Grammar)
		if status, _, body := ask(http.MethodGet, tokens.Access, page); status != 200 || len(body["classes"].([]any)) != 0 {
			t.Errorf("nobody holds it any more: %d %v", status, body)
		}
		h.Rights.Withdraw(federationtest.Renard, federationtest.College, directory.Teacher, federationtest.Grammar)
		if status, _, _ := ask(http.MethodGet, tokens.Access, page); status != 403 {
			t.Errorf("withdrawn a second ago: %d", status)
		}
	})
}
