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
	"pupitre/internal/app/brokerapp"
	"pupitre/internal/db/dbtest"
	"pupitre/journal"
	"pupitre/licensing"
)

// gar is a publisher's site written for the GAR, whose programs and browsers know us by the GAR's name alone.
type gar struct {
	*board
	entrance http.Handler
}

// newGAR registers the site of the publisher whose resource asks for most: its CAS services are that resource's.
func newGAR(t testing.TB, e dbtest.Engine, site federation.Client, change ...func(*brokerapp.Settings)) *gar {
	t.Helper()
	h := newHouse(t, e.Address(t), change...)
	h.furnish(t, 18)
	g := &gar{h.board(t), h.Entrance()}
	site.ID, site.Sector, site.Name = siteID, federation.Sector(g.work.Publisher.ID), "Le labo"
	for i := range site.Services {
		site.Services[i].ARK = string(g.work.ARK)
	}
	if err := h.Federation.Register(t.Context(), journal.System("test"), site, siteSecret); err != nil {
		t.Fatal(err)
	}
	return g
}

// ask asks under the GAR's name, as a program does that has no cookie.
func (g *gar) ask(t testing.TB, method, address, body string, change ...func(*http.Request)) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, "https://"+garName+address, strings.NewReader(body))
	for _, f := range change {
		f(r)
	}
	w := httptest.NewRecorder()
	g.entrance.ServeHTTP(w, r)
	return w
}

// browse is a browser that the site sends to the GAR's name: it is sent on to where its session is, with all that it was sent with.
func (g *gar) browse(t testing.TB, session federation.Token, address string) *httptest.ResponseRecorder {
	t.Helper()
	if w := g.ask(t, http.MethodGet, address, ""); w.Code != http.StatusFound || w.Header().Get("Location") != "http://pupitre.localhost"+address {
		t.Fatalf("%s: %d %s", address, w.Code, w.Header().Get("Location"))
	}
	return g.visit(t.Context(), session, http.MethodGet, address, nil)
}

// withdraw takes the resource back from one of the cast.
func (g *gar) withdraw(t testing.TB, login string) {
	t.Helper()
	order := licensing.Order{School: g.school.ID, Resources: []catalogue.ResourceID{g.work.ID}, Targets: []licensing.Target{licensing.ToPerson(g.person(t, login).ID)}}
	if _, err := g.Licensing.Release(t.Context(), journal.System("test"), order); err != nil {
		t.Fatal(err)
	}
}

// A publisher's program written for the GAR: its addresses, its scope, its host name for programs, and the words that it adds to the
// address of the profile. All of the way in by them, and a right withdrawn is refused there as everywhere.
func TestAProgramWrittenForTheGARSignsInByOpenIDConnect(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		g := newGAR(t, e, federation.Client{Algorithm: federation.RS256, Redirects: []string{siteRedirect}})
		program := func(method, address string, form url.Values, bearer string) (int, map[string]any) {
			t.Helper()
			w := g.ask(t, method, address, form.Encode(), func(r *http.Request) {
				if bearer != "" {
					r.Header.Set("Authorization", "Bearer "+bearer)
				} else {
					r.SetBasicAuth(string(siteID), string(siteSecret))
					r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				}
			})
			var body map[string]any
			if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
				t.Fatalf("%s: %d %s", address, w.Code, w.Body)
			}
			return w.Code, body
		}

		verifier := oauth2.GenerateVerifier()
		ask := "/oidc/oidcAuthorize?" + url.Values{
			"client_id": {string(siteID)}, "redirect_uri": {siteRedirect}, "response_type": {"code"}, "scope": {"openid scope.gar"}, "state": {"l’état"},
			"code_challenge": {oauth2.S256ChallengeFromVerifier(verifier)}, "code_challenge_method": {"S256"}, "idRessource": {string(g.work.ARK)},
		}.Encode()
		visited := g.browse(t, g.arrive(t, "ines.marchal"), ask)
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
		profile := "/oidc/oidcProfile?idRessource=" + url.QueryEscape(string(g.work.ARK)) + "&access_mode=web"
		status, who := program(http.MethodGet, profile, nil, access)
		if sub, _ := who["sub"].(string); status != http.StatusOK || len(sub) != 64 || who["PRE"] != "Inès" || who["PRO"] != "National_elv" || !cmp.Equal(who["UAI"], []any{string(g.school.UAI)}) {
			t.Errorf("%d %v", status, who)
		}
		if status, again := program(http.MethodPost, profile, nil, access); status != http.StatusOK || again["sub"] != who["sub"] {
			t.Errorf("by POST: %d %v", status, again)
		}
		if status, refused := program(http.MethodGet, profile, nil, access+"x"); status != http.StatusUnauthorized {
			t.Errorf("another token: %d %v", status, refused)
		}

		g.withdraw(t, "ines.marchal")
		if status, refused := program(http.MethodGet, profile, nil, access); status != http.StatusForbidden || refused["sub"] != nil {
			t.Errorf("withdrawn: %d %v", status, refused)
		}
	})
}
