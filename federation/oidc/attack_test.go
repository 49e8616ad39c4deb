package oidc_test

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"pupitre/federation"
	"pupitre/federation/oidc"
	"pupitre/internal/db/dbtest"
	"pupitre/store/storetest/federationtest"
)

func TestOf32UsesOfACodeOneSucceeds(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		nodes := []*house{h, h.node(t)}
		session := h.Arrive(t, "ent-ines")
		for range federationtest.Rounds() {
			code := h.code(t, session)
			if won := federationtest.Together(func(i int) bool {
				a, err := nodes[i%2].post(t.Context(), "/oidc/token", federationtest.ExosID, exchange(code))
				return err == nil && a.Access != ""
			}); won != 1 {
				t.Fatalf("%d of 32 got tokens for one code", won)
			}
		}
	})
}

// A server that is lost in the middle may have done what it was asked: whoever asks again finds it done, and nobody else does.
func TestARedemptionThatIsDoneAgainFindsWhatItDid(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		redeem := func(code string, access federation.Token) (done oidc.Redeemed) {
			err := h.Store.OIDC().Do(t.Context(), func(ctx context.Context, w oidc.Writer) (err error) {
				done, err = w.Redeem(ctx, oidc.Redemption{
					Code: federation.Token(code).Hash(), Client: federationtest.ExosID, Redirect: federationtest.ExosRedirect,
					Challenge: oauth2.S256ChallengeFromVerifier(verifier), Access: oidc.Token{Kind: oidc.Access, Hash: access.Hash(), Until: w.Now().Add(time.Minute)},
				})
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return done
		}
		code, access := h.code(t, h.Arrive(t, "ent-ines")), federation.NewToken()
		for range 2 {
			if done := redeem(code, access); !done.First || !done.Good || done.Refreshing {
				t.Errorf("%+v", done)
			}
		}
		if status, _ := h.get(t, "/oidc/userinfo", string(access)); status != 200 {
			t.Errorf("userinfo with what it gave: %d", status)
		}
		if done := redeem(code, federation.NewToken()); done.First || done.Good {
			t.Errorf("another, at the same instant: %+v", done)
		}
	})
}

// One is answered, whichever is first: nothing can have revoked the grant before the first use was committed, and what is given is told,
// though the second use revokes it at once. So after each race what the one was given is dead, too: the family has gone (RFC 9700 §4.14.2).
func TestOf32UsesOfARefreshTokenOneSucceeds(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		nodes := []*house{h, h.node(t)}
		session := h.Arrive(t, "ent-ines")
		for range federationtest.Rounds() {
			refresh := h.token(t, exchange(h.code(t, session))).Refresh
			given := make(chan string, 32)
			if won := federationtest.Together(func(i int) bool {
				a, err := nodes[i%2].post(t.Context(), "/oidc/token", federationtest.ExosID, renewal(refresh))
				given <- a.Refresh
				return err == nil && a.Access != ""
			}); won != 1 {
				t.Fatalf("%d of 32 got tokens for one refresh token", won)
			}
			close(given)
			for next := range given {
				if next != "" {
					if a := h.token(t, renewal(next)); a.Error != "invalid_grant" {
						t.Fatalf("what was given for a token shown 32 times: %d %s", a.Status, a.Error)
					}
				}
			}
		}
	})
}

// RFC 9700 §4.5, ASVS 10.4.2: a code that was shown wrongly is not good any more, even in the right hands.
func TestACodeShownWronglyIsUsedUp(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		session := h.Arrive(t, "ent-ines")
		for name, spoil := range map[string]func(url.Values) federation.ClientID{
			"no verifier":      func(f url.Values) federation.ClientID { f.Del("code_verifier"); return "exos" },
			"another verifier": func(f url.Values) federation.ClientID { f.Set("code_verifier", verifier+"x"); return "exos" },
			"the challenge as verifier": func(f url.Values) federation.ClientID {
				f.Set("code_verifier", h.ask().Get("code_challenge"))
				return "exos"
			},
			"another address": func(f url.Values) federation.ClientID {
				f.Set("redirect_uri", "https://atlas.example/oidc")
				return "exos"
			},
			"no address":     func(f url.Values) federation.ClientID { f.Del("redirect_uri"); return "exos" },
			"another client": func(url.Values) federation.ClientID { return "atlas" },
			"too late":       func(url.Values) federation.ClientID { h.Clock.Advance(time.Minute); return "exos" },
		} {
			code := h.code(t, session)
			form := exchange(code)
			who := spoil(form)
			for _, try := range []struct {
				client federation.ClientID
				form   url.Values
			}{{who, form}, {"exos", exchange(code)}} {
				a, err := h.post(t.Context(), "/oidc/token", try.client, try.form)
				if err != nil || a.Error != "invalid_grant" || a.Access != "" {
					t.Errorf("%s: %+v, %v", name, a, err)
				}
			}
		}
	})
}

// RFC 6749 §4.1.2: what a code gave is revoked when the code is shown again.
func TestACodeShownTwiceTakesBackWhatItGave(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		code := h.code(t, h.Arrive(t, "ent-ines"))
		tokens := h.token(t, exchange(code))
		if a := h.token(t, exchange(code)); a.Error != "invalid_grant" {
			t.Fatalf("the second time: %+v", a)
		}
		if status, _ := h.get(t, "/oidc/userinfo", tokens.Access); status != 401 {
			t.Errorf("userinfo with what it gave: %d", status)
		}
		if a := h.token(t, renewal(tokens.Refresh)); a.Error != "invalid_grant" {
			t.Errorf("refresh of what it gave: %+v", a)
		}
	})
}

// RFC 9700 §4.14: a refresh token shown twice was stolen from somebody.
func TestARefreshTokenShownTwiceEndsItsFamily(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		first := h.token(t, exchange(h.code(t, h.Arrive(t, "ent-ines"))))
		second := h.token(t, renewal(first.Refresh))
		if second.Refresh == "" || second.Refresh == first.Refresh {
			t.Fatalf("no rotation: %+v", second)
		}
		if a := h.token(t, renewal(first.Refresh)); a.Error != "invalid_grant" {
			t.Fatalf("the first again: %+v", a)
		}
		if a := h.token(t, renewal(second.Refresh)); a.Error != "invalid_grant" {
			t.Errorf("the thief's or the owner's next one: %+v", a)
		}
		if status, _ := h.get(t, "/rights", second.Access); status != 401 {
			t.Errorf("the access token of the family: %d", status)
		}
	})
}

// Until the client and its address are known, the browser is sent nowhere: no open redirect (ASVS 10.4.1, 3.7.2).
func TestNoAnswerLeavesForAnAddressThatIsNotRegistered(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		session := h.Arrive(t, "ent-ines")
		for _, address := range []string{
			"", "https://evil.example/", federationtest.ExosRedirect + "&x=1", federationtest.ExosRedirect + "#x", strings.ToUpper(federationtest.ExosRedirect),
			"http://exos.localhost:8080/retour", "http://exos.localhost:8080@evil.example/retour?from=pupitre", "//exos.localhost:8080/retour?from=pupitre",
			`http://exos.localhost:8080\@evil.example/retour`, "http://exos.localhost:8080/./retour?from=pupitre", "http://exos.localhost/retour?from=pupitre",
			"http://exos.localhost:8080/retour%3ffrom=pupitre", "javascript:alert(1)", "http://exos.localhost:8080/retour?from=pupitre\r\nX: y", "https://atlas.example/oidc",
		} {
			if status, to := h.authorize(t, session, h.ask("redirect_uri", address).Encode()); status != 400 || to.String() != "" {
				t.Errorf("%q: %d, sent to %q", address, status, to)
			}
		}
		for name, query := range map[string]string{
			"unknown client": h.ask("client_id", "nobody").Encode(),
			"no client":      h.ask("client_id", "-").Encode(),
			"two clients":    h.ask().Encode() + "&client_id=atlas",
			"two addresses":  h.ask().Encode() + "&redirect_uri=https%3A%2F%2Fevil.example",
			"half a query":   h.ask().Encode() + "&x=%zz",
		} {
			if status, to := h.authorize(t, session, query); status != 400 || to.String() != "" {
				t.Errorf("%s: %d, sent to %q", name, status, to)
			}
		}
	})
}

// RFC 7636 §4.3, RFC 9700 §4.8.2: no challenge, an empty method or « plain » would let a stolen code be used.
func TestPKCECannotBeDowngraded(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		session := h.Arrive(t, "ent-ines")
		for name, change := range map[string][]string{
			"no challenge":    {"code_challenge", "-"},
			"empty challenge": {"code_challenge", ""},
			"no method":       {"code_challenge_method", "-"},
			"plain":           {"code_challenge_method", "plain", "code_challenge", verifier},
			"lower case":      {"code_challenge_method", "s256"},
			"short challenge": {"code_challenge", "abc"},
			"not base64url":   {"code_challenge", strings.Repeat("+", 43)},
		} {
			if _, to := h.authorize(t, session, h.ask(change...).Encode()); to.Query().Get("error") != "invalid_request" || to.Query().Has("code") {
				t.Errorf("%s: %s", name, to)
			}
		}
	})
}

func TestRefusalsAreToldByTheirNames(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		session := h.Arrive(t, "ent-ines")
		for _, try := range []struct {
			name, query, want, why string
		}{
			{"token", h.ask("response_type", "token").Encode(), "unsupported_response_type", ""},
			{"hybrid", h.ask("response_type", "code id_token").Encode(), "unsupported_response_type", ""},
			{"fragment", h.ask("response_mode", "fragment").Encode(), "invalid_request", ""},
			{"form_post", h.ask("response_mode", "form_post").Encode(), "invalid_request", ""},
			{"no openid", h.ask("scope", "profile").Encode(), "invalid_scope", ""},
			{"request object", h.ask("request", "x.y.z").Encode(), "request_not_supported", ""},
			{"request_uri", h.ask("request_uri", "https://evil.example/").Encode(), "request_uri_not_supported", ""},
			{"no resource", h.ask("idRessource", "-").Encode(), "invalid_request", ""},
			{"another publisher's", h.ask("idRessource", federationtest.Atlas).Encode(), "access_denied", "federation.resource.foreign"},
			{"no such resource", h.ask("idRessource", "ark:/99999/nothing").Encode(), "access_denied", "federation.resource.foreign"},
			{"prompt=login", h.ask("prompt", "login").Encode(), "login_required", ""},
			{"max_age", h.ask("max_age", "-1").Encode(), "invalid_request", ""},
			{"twice", h.ask().Encode() + "&nonce=other", "invalid_request", ""},
			{"long state", h.ask("state", strings.Repeat("x", 2049)).Encode(), "invalid_request", ""},
		} {
			status, to := h.authorize(t, session, try.query)
			q := to.Query()
			if status != 303 || q.Get("error") != try.want || try.why != "" && q.Get("error_description") != try.why || q.Get("iss") != h.URL || q.Has("code") {
				t.Errorf("%s: %d %s", try.name, status, to)
			}
		}
		if _, to := h.authorize(t, h.Arrive(t, "ent-noe"), h.ask().Encode()); to.Query().Get("error_description") != "licensing.right.none" {
			t.Errorf("a pupil without a copy: %s", to)
		}
	})
}

// Opening may use up a copy: a link that a browser only looks at ahead must not.
func TestLookingAheadOpensNothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		session := h.Arrive(t, "ent-ines")
		federationtest.LooksAhead(t, h.client, h.URL+"/oidc/authorize?"+h.ask().Encode(), session)
		if n := h.Rights.Opened(); n != 0 {
			t.Errorf("opened %d times", n)
		}
	})
}

func TestWhoIsNotSignedInIsSentToSignIn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		query := h.ask().Encode()
		for _, session := range []federation.Token{"", "nonsense", federation.NewToken()} {
			status, to := h.authorize(t, session, query)
			if status != 303 || to.Path != "/connexion" || to.Host != "" || to.Query().Get("next") != "/oidc/authorize?"+query {
				t.Errorf("%d %s", status, to)
			}
		}
		if _, to := h.authorize(t, "", h.ask("prompt", "none").Encode()); to.Query().Get("error") != "login_required" || to.Query().Get("state") != "the state" {
			t.Errorf("prompt=none: %s", to)
		}
		// A request for which there can be no answer is refused before anybody is troubled to sign in.
		if _, to := h.authorize(t, "", h.ask("scope", "profile").Encode()); to.Query().Get("error") != "invalid_scope" {
			t.Errorf("a wrong request: %s", to)
		}
	})
}

func TestAClientMustProveItself(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		code := h.code(t, h.Arrive(t, "ent-ines"))
		with := func(pairs ...string) url.Values {
			form := exchange(code)
			for i := 0; i+1 < len(pairs); i += 2 {
				form.Add(pairs[i], pairs[i+1])
			}
			return form
		}
		proof := string(federationtest.ExosProof)
		for name, try := range map[string]struct {
			basic federation.ClientID
			form  url.Values
			want  string
		}{
			"nothing":               {"", with(), "invalid_client"},
			"no secret":             {"", with("client_id", "exos"), "invalid_client"},
			"wrong secret":          {"", with("client_id", "exos", "client_secret", "x"), "invalid_client"},
			"unknown":               {"nobody", with(), "invalid_client"},
			"the hash as secret":    {"", with("client_id", "exos", "client_secret", string(federationtest.ExosProof.Hash())), "invalid_client"},
			"both ways":             {"exos", with("client_secret", proof), "invalid_request"},
			"two names":             {"exos", with("client_id", "atlas"), "invalid_client"},
			"a parameter twice":     {"exos", with("code", "x"), "invalid_request"},
			"an unknown grant type": {"exos", url.Values{"grant_type": {"password"}}, "unsupported_grant_type"},
		} {
			a, err := h.post(t.Context(), "/oidc/token", try.basic, try.form)
			if err != nil || a.Error != try.want || a.Access != "" {
				t.Errorf("%s: %+v, %v", name, a, err)
			}
		}
		// None of these tries was a use of the code: nobody had proved to be anyone.
		if a, err := h.post(t.Context(), "/oidc/token", "", with("client_id", "exos", "client_secret", proof)); err != nil || a.Access == "" {
			t.Errorf("client_secret_post: %+v, %v", a, err)
		}
	})
}
