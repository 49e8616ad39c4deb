package worldtest_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/oauth2"

	"pupitre/catalogue"
	"pupitre/federation"
	"pupitre/internal/db/dbtest"
	"pupitre/journal"
	"pupitre/licensing"
)

// A publisher's program written for the GAR: its addresses, its scope, its host name for programs, and the words that it adds to the
// address of the profile. All of the way in by them, and a right withdrawn is refused there as everywhere.
func TestAProgramWrittenForTheGARSignsInByOpenIDConnect(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := newHouse(t, e.Address(t))
		h.furnish(t, 18)
		b := h.board(t)
		site := federation.Client{ID: siteID, Sector: federation.Sector(b.work.Publisher.ID), Name: "Le labo", Algorithm: federation.RS256, Redirects: []string{siteRedirect}}
		if err := h.Federation.Register(t.Context(), journal.System("test"), site, siteSecret); err != nil {
			t.Fatal(err)
		}
		entrance := h.Entrance()
		program := func(method, address string, form url.Values, bearer string) (int, map[string]any) {
			t.Helper()
			r := httptest.NewRequestWithContext(t.Context(), method, "https://"+garName+address, strings.NewReader(form.Encode()))
			if bearer != "" {
				r.Header.Set("Authorization", "Bearer "+bearer)
			} else {
				r.SetBasicAuth(string(siteID), string(siteSecret))
				r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			}
			w := httptest.NewRecorder()
			entrance.ServeHTTP(w, r)
			var body map[string]any
			if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
				t.Fatalf("%s: %d %s", address, w.Code, w.Body)
			}
			return w.Code, body
		}

		// A browser that the program sends to the GAR's name is sent on to where its session is, with all that it was sent with.
		verifier := oauth2.GenerateVerifier()
		ask := "/oidc/oidcAuthorize?" + url.Values{
			"client_id": {string(siteID)}, "redirect_uri": {siteRedirect}, "response_type": {"code"}, "scope": {"openid scope.gar"}, "state": {"l’état"},
			"code_challenge": {oauth2.S256ChallengeFromVerifier(verifier)}, "code_challenge_method": {"S256"}, "idRessource": {string(b.work.ARK)},
		}.Encode()
		w := httptest.NewRecorder()
		entrance.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "https://"+garName+ask, nil))
		if w.Code != http.StatusFound || w.Header().Get("Location") != "http://pupitre.localhost"+ask {
			t.Fatalf("%d %s", w.Code, w.Header().Get("Location"))
		}
		visited := h.visit(t.Context(), h.arrive(t, "ines.marchal"), http.MethodGet, ask, nil)
		back, err := url.Parse(visited.Header().Get("Location"))
		if err != nil || !strings.HasPrefix(back.String(), siteRedirect+"?") || back.Query().Get("state") != "l’état" || back.Query().Get("code") == "" {
			t.Fatalf("%d %v %s", visited.Code, back, visited.Body)
		}

		status, tokens := program(http.MethodPost, "/oidc/oidcAccessToken", url.Values{
			"grant_type": {"authorization_code"}, "code": {back.Query().Get("code")}, "redirect_uri": {siteRedirect}, "code_verifier": {verifier},
		}, "")
		access, _ := tokens["access_token"].(string)
		if id, _ := tokens["id_token"].(string); status != http.StatusOK || access == "" || id == "" || tokens["token_type"] != "Bearer" {
			t.Fatalf("%d %v", status, tokens)
		}
		profile := "/oidc/oidcProfile?idRessource=" + url.QueryEscape(string(b.work.ARK)) + "&access_mode=web"
		status, who := program(http.MethodGet, profile, nil, access)
		if sub, _ := who["sub"].(string); status != http.StatusOK || len(sub) != 64 || who["PRE"] != "Inès" || who["PRO"] != "National_elv" || !cmp.Equal(who["UAI"], []any{string(h.school.UAI)}) {
			t.Errorf("%d %v", status, who)
		}
		if status, again := program(http.MethodPost, profile, nil, access); status != http.StatusOK || again["sub"] != who["sub"] {
			t.Errorf("by POST: %d %v", status, again)
		}
		if status, refused := program(http.MethodGet, profile, nil, access+"x"); status != http.StatusUnauthorized {
			t.Errorf("another token: %d %v", status, refused)
		}

		order := licensing.Order{School: h.school.ID, Resources: []catalogue.ResourceID{b.work.ID}, Targets: []licensing.Target{licensing.ToPerson(b.person(t, "ines.marchal").ID)}}
		if _, err := h.Licensing.Release(t.Context(), journal.System("test"), order); err != nil {
			t.Fatal(err)
		}
		if status, refused := program(http.MethodGet, profile, nil, access); status != http.StatusForbidden || refused["sub"] != nil {
			t.Errorf("withdrawn: %d %v", status, refused)
		}
	})
}
