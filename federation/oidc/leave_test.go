package oidc_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"pupitre/federation"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/fault"
	"pupitre/store/storetest/federationtest"
)

// leave sends a browser to the sign-out with a query, and returns where it is sent.
func (h *house) leave(t *testing.T, session federation.Token, q url.Values) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, h.URL+"/oidc/logout?"+q.Encode(), nil)
	if err != nil {
		t.Fatal(err)
	}
	req.AddCookie(&http.Cookie{Name: federation.SessionCookie, Value: string(session)})
	res, err := h.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	return res.Header.Get("Location")
}

func TestAClientSignsOutTheSessionThatItsTokenNames(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		session := h.Arrive(t, "ent-ines")
		id := h.token(t, exchange(h.code(t, session))).ID
		other := h.Arrive(t, "ent-ines") // the same person, at another browser
		const back = "http://exos.localhost:8080/"

		forged := id[:len(id)-6] + strings.Repeat("A", 6)
		unsigned := "eyJhbGciOiJub25lIn0." + strings.Split(id, ".")[1] + "."
		for name, try := range map[string]struct {
			session federation.Token
			hint    string
		}{"no token": {session, ""}, "nonsense": {session, "x.y.z"}, "forged": {session, forged}, "unsigned": {session, unsigned}, "another session's": {other, id}} {
			if to := h.leave(t, try.session, url.Values{"id_token_hint": {try.hint}, "post_logout_redirect_uri": {back}}); to != "/deconnexion" {
				t.Errorf("%s: nobody was asked, sent to %q", name, to)
			}
		}
		for _, s := range []federation.Token{session, other} {
			if _, err := h.Service.Find(t.Context(), s); err != nil {
				t.Fatalf("a page could sign somebody out: %v", err)
			}
		}
		if to := h.leave(t, session, url.Values{"id_token_hint": {id}, "post_logout_redirect_uri": {back}, "state": {"s t"}}); to != back+"?state=s+t" {
			t.Errorf("sent to %q", to)
		}
		if _, err := h.Service.Find(t.Context(), session); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("still signed in: %v", err)
		}
		if _, err := h.Service.Find(t.Context(), other); err != nil {
			t.Errorf("the other browser's session went with it: %v", err)
		}
		// Long after, the token still names its client, so the browser is sent back, and only where it was registered.
		for address, want := range map[string]string{back: back, "https://evil.example/": "/deconnexion?fait=1", back + "x": "/deconnexion?fait=1", "": "/deconnexion?fait=1"} {
			if to := h.leave(t, session, url.Values{"id_token_hint": {id}, "post_logout_redirect_uri": {address}}); to != want {
				t.Errorf("%q: sent to %q", address, to)
			}
		}
	})
}

// RFC 7009: a client gives back tokens of its own, and of nobody else's.
func TestATokenGivenBackIsGone(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		session := h.Arrive(t, "ent-ines")
		one, two := h.token(t, exchange(h.code(t, session))), h.token(t, exchange(h.code(t, session)))
		give := func(client federation.ClientID, token string) {
			if a, err := h.post(t.Context(), "/oidc/revoke", client, url.Values{"token": {token}}); err != nil || a.Status != 200 {
				t.Errorf("%+v, %v", a, err)
			}
		}
		status := func(token string) int { s, _ := h.get(t, "/rights", token); return s }

		give(federationtest.AtlasID, one.Access)
		give(federationtest.ExosID, "unknown")
		if status(one.Access) != 200 {
			t.Error("another client's wish was followed")
		}
		give(federationtest.ExosID, one.Access)
		if status(one.Access) != 401 || status(two.Access) != 200 {
			t.Error("one token, and that one only, must be gone")
		}
		give(federationtest.ExosID, two.Refresh)
		if status(two.Access) != 401 || h.token(t, renewal(two.Refresh)).Error != "invalid_grant" {
			t.Error("a refresh token given back takes its family along")
		}
		if a, err := h.post(t.Context(), "/oidc/revoke", "", url.Values{"token": {one.Access}}); err != nil || a.Status != 401 {
			t.Errorf("without a proof: %+v, %v", a, err)
		}
	})
}
