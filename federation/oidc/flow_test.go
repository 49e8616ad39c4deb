package oidc_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	client "github.com/coreos/go-oidc/v3/oidc"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/oauth2"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/db/dbtest"
	"pupitre/store/storetest/federationtest"
)

// A publisher's program written with a well-known library, knowing nothing but the issuer's address.
func TestAnOrdinaryClientSignsAPupilIn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		provider, err := client.NewProvider(t.Context(), h.URL)
		if err != nil {
			t.Fatal(err)
		}
		var meta struct {
			Subjects []string `json:"subject_types_supported"`
			Methods  []string `json:"code_challenge_methods_supported"`
			Rights   string   `json:"rights_endpoint"`
			Iss      bool     `json:"authorization_response_iss_parameter_supported"`
		}
		if err := provider.Claims(&meta); err != nil {
			t.Fatal(err)
		}
		if !cmp.Equal(meta.Subjects, []string{"pairwise"}) || !cmp.Equal(meta.Methods, []string{"S256"}) || !meta.Iss || meta.Rights != h.URL+"/rights" {
			t.Errorf("discovery: %+v", meta)
		}
		config := oauth2.Config{
			ClientID: string(federationtest.ExosID), ClientSecret: string(federationtest.ExosProof), Endpoint: provider.Endpoint(),
			RedirectURL: federationtest.ExosRedirect, Scopes: []string{"openid", "offline_access"},
		}
		v := oauth2.GenerateVerifier()
		at, err := url.Parse(config.AuthCodeURL("the state", oauth2.S256ChallengeOption(v), client.Nonce("the nonce"),
			oauth2.SetAuthURLParam("idRessource", federationtest.Grammar)))
		if err != nil {
			t.Fatal(err)
		}
		status, back := h.authorize(t, h.Arrive(t, "ent-ines"), at.RawQuery)
		q := back.Query()
		if status != 303 || back.Host != "exos.localhost:8080" || q.Get("from") != "pupitre" || q.Get("state") != "the state" || q.Get("iss") != h.URL {
			t.Fatalf("sent back with %d to %s", status, back)
		}
		tokens, err := config.Exchange(t.Context(), q.Get("code"), oauth2.VerifierOption(v))
		if err != nil {
			t.Fatal(err)
		}
		raw, _ := tokens.Extra("id_token").(string)
		id, err := provider.Verifier(&client.Config{ClientID: config.ClientID, Now: h.Clock.Now, SupportedSigningAlgs: []string{"ES256"}}).Verify(t.Context(), raw)
		if err != nil {
			t.Fatal(err)
		}
		if id.Nonce != "the nonce" || id.VerifyAccessToken(tokens.AccessToken) != nil || len(id.Subject) != 64 {
			t.Errorf("the ID token says %+v", id)
		}
		var claims map[string]any
		if err := id.Claims(&claims); err != nil {
			t.Fatal(err)
		}
		for name := range claims {
			if !strings.Contains(" iss sub aud exp iat nonce sid at_hash ", " "+name+" ") {
				t.Errorf("the ID token holds %s: attributes are told by userinfo only", name)
			}
		}
		status, info := h.get(t, "/oidc/userinfo", tokens.AccessToken)
		ido, _ := info["IDO"].(string)
		if status != 200 || info["sub"] != id.Subject || len(ido) != 128 || !strings.HasPrefix(ido, id.Subject) {
			t.Errorf("userinfo: %d %v", status, info)
		}
		delete(info, "IDO")
		want := map[string]any{"sub": id.Subject, "UAI": []any{"0991234D"}, "PRO": "National_elv", "PRE": "Inès",
			"DIV": []any{"5B##5e B"}, "GRO": []any{"LAT##Latin 5e##5B"}}
		if diff := cmp.Diff(want, info); diff != "" {
			t.Error(diff)
		}
		status, rights := h.get(t, "/rights", tokens.AccessToken)
		wantRights := map[string]any{"at": "2026-11-23T08:00:00Z", "rights": []any{map[string]any{"ark": federationtest.Grammar,
			"title": "Le labo de grammaire", "start": "2026-09-01", "end": "2027-08-15", "status": "open", "why": "assigned"}}}
		if diff := cmp.Diff(wantRights, rights); status != 200 || diff != "" {
			t.Errorf("rights: %d %s", status, diff)
		}
	})
}

func TestTwoPublishersCannotJoinTheirUsers(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		h.Rights.Give(federationtest.Ines, federationtest.College, directory.Pupil, federationtest.Atlas)
		session := h.Arrive(t, "ent-ines")
		first := h.token(t, exchange(h.code(t, session)))
		// The other is registered for one resource, so it names none; and it asks for RS256.
		code := h.code(t, session, "client_id", "atlas", "redirect_uri", "https://atlas.example/oidc", "idRessource", "-")
		form := exchange(code)
		form.Set("redirect_uri", "https://atlas.example/oidc")
		second, err := h.post(t.Context(), "/oidc/token", federationtest.AtlasID, form)
		if err != nil || second.ID == "" {
			t.Fatalf("%+v %v", second, err)
		}
		provider, err := client.NewProvider(t.Context(), h.URL)
		if err != nil {
			t.Fatal(err)
		}
		var of [2]map[string]any
		for i, raw := range []string{first.ID, second.ID} {
			id, err := provider.Verifier(&client.Config{ClientID: []string{"exos", "atlas"}[i], Now: h.Clock.Now, SupportedSigningAlgs: []string{[]string{"ES256", "RS256"}[i]}}).Verify(t.Context(), raw)
			if err != nil {
				t.Fatal(err)
			}
			if err := id.Claims(&of[i]); err != nil {
				t.Fatal(err)
			}
		}
		for name, value := range of[0] {
			if name != "iss" && name != "exp" && name != "iat" && name != "nonce" && cmp.Equal(value, of[1][name]) {
				t.Errorf("both publishers get %s = %v", name, value)
			}
		}
		if second.Refresh != "" {
			t.Error("a client without the right to refresh got a refresh token")
		}
	})
}

// auth_time is the same at every publisher entered in one session, so it is told to those alone who asked how old it may be.
func TestTheInstantOfTheSignInIsToldWhereItIsAskedFor(t *testing.T) {
	t.Parallel()
	h := open(t, dbtest.Engines()[0])
	session := h.Arrive(t, "ent-ines")
	signedIn := h.Clock.Now().Unix()
	h.Clock.Advance(time.Minute)
	provider, err := client.NewProvider(t.Context(), h.URL)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		more []string
		want any
	}{{nil, nil}, {[]string{"max_age", "3600"}, float64(signedIn)}} {
		given := h.token(t, exchange(h.code(t, session, c.more...)))
		for _, raw := range []string{given.ID, h.token(t, renewal(given.Refresh)).ID} {
			id, err := provider.Verifier(&client.Config{ClientID: "exos", Now: h.Clock.Now, SupportedSigningAlgs: []string{"ES256"}}).Verify(t.Context(), raw)
			if err != nil {
				t.Fatal(err)
			}
			var claims map[string]any
			if err := id.Claims(&claims); err != nil {
				t.Fatal(err)
			}
			if claims["auth_time"] != c.want {
				t.Errorf("%v: auth_time is %v, want %v", c.more, claims["auth_time"], c.want)
			}
		}
	}
}

func TestWhatIsWithdrawnIsRefusedAtOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		session := h.Arrive(t, "ent-ines")
		tokens, waiting := h.token(t, exchange(h.code(t, session))), h.code(t, session)
		h.Rights.Withdraw(federationtest.Ines, federationtest.College, directory.Pupil, federationtest.Grammar)

		if status, body := h.get(t, "/oidc/userinfo", tokens.Access); status != 403 || body["error_description"] != "licensing.right.none" {
			t.Errorf("userinfo: %d %v", status, body)
		}
		if a := h.token(t, exchange(waiting)); a.Error != "invalid_grant" || a.Access != "" {
			t.Errorf("code: %+v", a)
		}
		if _, to := h.authorize(t, session, h.ask().Encode()); to.Query().Get("error") != "access_denied" || to.Query().Get("iss") != h.URL {
			t.Errorf("authorize: %s", to)
		}
		if status, body := h.get(t, "/rights", tokens.Access); status != 200 || len(body["rights"].([]any)) != 0 {
			t.Errorf("rights must tell that there is none left: %d %v", status, body)
		}
		if a := h.token(t, renewal(tokens.Refresh)); a.Error != "invalid_grant" {
			t.Errorf("refresh: %+v", a)
		}
		// The refusal ended the grant: given back, the right needs a new entry.
		h.Rights.Give(federationtest.Ines, federationtest.College, directory.Pupil, federationtest.Grammar)
		if status, _ := h.get(t, "/oidc/userinfo", tokens.Access); status != 401 {
			t.Errorf("after a refused refresh: %d", status)
		}
	})
}

func TestNothingOutlivesTheSession(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		session := h.Arrive(t, "ent-ines")
		tokens, waiting := h.token(t, exchange(h.code(t, session))), h.code(t, session)
		if _, err := h.Service.SignOut(t.Context(), session); err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{"/oidc/userinfo", "/rights"} {
			if status, _ := h.get(t, path, tokens.Access); status != 401 {
				t.Errorf("%s: %d", path, status)
			}
		}
		for name, form := range map[string]url.Values{"code": exchange(waiting), "refresh": renewal(tokens.Refresh)} {
			if a := h.token(t, form); a.Error != "invalid_grant" {
				t.Errorf("%s: %+v", name, a)
			}
		}
	})
}

func TestAnAccessTokenLastsAQuarterOfAnHour(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		tokens := h.token(t, exchange(h.code(t, h.Arrive(t, "ent-ines"))))
		h.Clock.Advance(15*time.Minute - time.Second)
		if status, _ := h.get(t, "/oidc/userinfo", tokens.Access); status != 200 {
			t.Errorf("a second before: %d", status)
		}
		h.Clock.Advance(time.Second)
		if status, _ := h.get(t, "/oidc/userinfo", tokens.Access); status != 401 {
			t.Errorf("at its end: %d", status)
		}
		for _, wrong := range []string{"", "x", tokens.Refresh, tokens.ID} {
			if status, _ := h.get(t, "/rights", wrong); status != 401 {
				t.Errorf("with %.8q: %d", wrong, status)
			}
		}
	})
}

// What is declared or allowed after an entry is told after the next one only: the entry's journal line, and the person's receipt, say what
// is told (CONTRACTS §5).
func TestUserInfoTellsNoMoreThanTheEntryWasJournalledWith(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		session := h.Arrive(t, "ent-ines")
		h.Service.Policy = federation.Policy{directory.Pupil: {federation.IDO, federation.UAI}}
		tokens := h.token(t, exchange(h.code(t, session)))
		h.Service.Policy = nil
		if status, info := h.get(t, "/oidc/userinfo", tokens.Access); status != 200 || len(info) != 3 || info["UAI"] == nil || info["IDO"] == nil {
			t.Errorf("after the policy grew: %d %v", status, info)
		}
		h.Service.Policy = federation.Policy{directory.Pupil: {federation.IDO}}
		if _, info := h.get(t, "/oidc/userinfo", tokens.Access); len(info) != 2 {
			t.Errorf("after it shrank: %v", info)
		}
		h.Service.Policy = nil
		if _, info := h.get(t, "/oidc/userinfo", h.token(t, exchange(h.code(t, session))).Access); info["PRE"] != "Inès" {
			t.Errorf("after the next entry: %v", info)
		}
	})
}

func TestARemovedProgramIsRefused(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		session := h.Arrive(t, "ent-ines")
		tokens, waiting := h.token(t, exchange(h.code(t, session))), h.code(t, session)
		exos, err := h.Service.FindClient(t.Context(), federationtest.ExosID)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.Service.Remove(t.Context(), federationtest.Tester, federationtest.ExosID); err != nil {
			t.Fatal(err)
		}
		refused := func(when, want string) {
			t.Helper()
			for _, path := range []string{"/oidc/userinfo", "/rights", "/roster"} {
				if status, _ := h.get(t, path, tokens.Access); status != 401 {
					t.Errorf("%s, %s: %d", when, path, status)
				}
			}
			for name, form := range map[string]url.Values{"code": exchange(waiting), "refresh": renewal(tokens.Refresh)} {
				if a := h.token(t, form); a.Error != want || a.Access != "" {
					t.Errorf("%s, %s: %+v", when, name, a)
				}
			}
		}
		refused("removed", "invalid_client")
		if status, to := h.authorize(t, session, h.ask().Encode()); status < 400 || to != nil && to.Host != "" {
			t.Errorf("authorize: %d %s", status, to)
		}
		// Registered again, with the same secret: what it had is worth nothing.
		if err := h.Service.Register(t.Context(), federationtest.Tester, exos, federationtest.ExosProof); err != nil {
			t.Fatal(err)
		}
		refused("registered again", "invalid_grant")
	})
}
