package oidc_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"pupitre/federation"
	"pupitre/internal/db/dbtest"
	"pupitre/store/storetest/federationtest"
)

// claims are an ID token's, unread.
func claims(t testing.TB, token string) (out map[string]any) {
	t.Helper()
	signed, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.ES256})
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(signed.UnsafePayloadWithoutVerification(), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// What a request may ask for that we do not do changes nothing: it is answered as if it were not there (Core §3.1.2.1, §5.5, §15.1).
// The names are those of OpenID's conformance suite (docs/protocols/oidc.md has the list).
func TestWhatIsAskedForBesidesChangesNothing(t *testing.T) {
	t.Parallel()
	h := open(t, dbtest.Engines()[0])
	session := h.Arrive(t, "ent-ines")
	plain := h.token(t, exchange(h.code(t, session)))
	subject := claims(t, plain.ID)["sub"]
	for name, change := range map[string][]string{
		"ensure-request-with-unknown-parameter-succeeds": {"extra", "foobar"},
		"ensure-other-scope-order-succeeds":              {"scope", "offline_access openid"},
		"scope-profile":                                  {"scope", "openid profile"},
		"scope-email":                                    {"scope", "openid email"},
		"scope-address":                                  {"scope", "openid address"},
		"scope-phone":                                    {"scope", "openid phone"},
		"scope-all":                                      {"scope", "openid profile email address phone"},
		"display-page":                                   {"display", "page"},
		"display-popup":                                  {"display", "popup"},
		"prompt-none-logged-in":                          {"prompt", "none"},
		"max-age-10000":                                  {"max_age", "10000"},
		"login-hint":                                     {"login_hint", "bob@example.com"},
		"id-token-hint":                                  {"id_token_hint", plain.ID, "prompt", "none"},
		"ui-locales":                                     {"ui_locales", "se"},
		"claims-locales":                                 {"claims_locales", "se"},
		"ensure-request-with-acr-values-succeeds":        {"acr_values", "1 2"},
		"claims-essential":                               {"claims", `{"userinfo":{"name":{"essential":true}}}`},
	} {
		given := h.token(t, exchange(h.code(t, session, change...)))
		got := claims(t, given.ID)
		status, info := h.get(t, "/oidc/userinfo", given.Access)
		if got["sub"] != subject || got["nonce"] != "the nonce" || status != http.StatusOK || info["sub"] != subject || info["name"] != nil || info["email"] != nil {
			t.Errorf("%s: %v, %d %v", name, got, status, info)
		}
	}
	given := h.token(t, exchange(h.code(t, session, "nonce", "-")))
	if got := claims(t, given.ID); got["sub"] != subject || got["nonce"] != nil {
		t.Errorf("ensure-request-without-nonce-succeeds-for-code-flow: %v", got)
	}
	if _, to := h.authorize(t, session, h.ask("response_type", "-").Encode()); to.Query().Get("error") != "unsupported_response_type" {
		t.Errorf("response-type-missing: %s", to)
	}
	h.Clock.Advance(2 * time.Second)
	if _, to := h.authorize(t, session, h.ask("max_age", "1").Encode()); to.Query().Get("error") != "login_required" {
		t.Errorf("max-age-1: %s", to)
	}
}

// A request may come by a form, and UserInfo may be asked so, with the token in the header; in the form itself it is none (RFC 6750 §2.2
// is not offered). A secret may be in the form of the token request.
func TestWhatMayComeByAForm(t *testing.T) {
	t.Parallel()
	h := open(t, dbtest.Engines()[0])
	session := h.Arrive(t, "ent-ines")
	post := func(path string, form url.Values, headers map[string]string) (*http.Response, string) {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.URL+path, strings.NewReader(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		for name, value := range headers {
			req.Header.Set(name, value)
		}
		return federationtest.Send(t, h.client, req)
	}
	// ensure-post-request-succeeds: from another site, so without the cookie of the session; it is sent on as GET.
	for _, path := range []string{"/oidc/authorize", "/oidc/oidcAuthorize"} {
		res, _ := post(path, h.ask(), map[string]string{"Origin": "https://labo.example", "Sec-Fetch-Site": "cross-site"})
		if to := res.Header.Get("Location"); res.StatusCode != http.StatusSeeOther || to != "/oidc/authorize?"+h.ask().Encode() {
			t.Errorf("%s: %d %s", path, res.StatusCode, to)
		}
	}
	// server-client-secret-post
	form := exchange(h.code(t, session))
	form.Set("client_id", string(federationtest.ExosID))
	form.Set("client_secret", string(federationtest.ExosProof))
	given, err := h.post(t.Context(), "/oidc/token", federation.ClientID(""), form)
	if err != nil || given.Access == "" {
		t.Fatalf("%+v %v", given, err)
	}
	for _, path := range []string{"/oidc/userinfo", "/oidc/oidcProfile"} {
		// userinfo-post-header
		if res, body := post(path, nil, map[string]string{"Authorization": "Bearer " + given.Access}); res.StatusCode != http.StatusOK || !strings.Contains(body, `"sub"`) {
			t.Errorf("%s: %d %s", path, res.StatusCode, body)
		}
		// userinfo-post-body
		if res, body := post(path, url.Values{"access_token": {given.Access}}, nil); res.StatusCode != http.StatusUnauthorized {
			t.Errorf("%s: %d %s", path, res.StatusCode, body)
		}
	}
}
