package signin_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

const (
	rightsChanged  = "https://broker.example/events/rights-changed"
	sessionRevoked = "https://schemas.openid.net/secevent/caep/event-type/session-revoked"
	personErased   = "https://schemas.openid.net/secevent/risc/event-type/account-purged"
)

// about is a good event about Inès; change may spoil it.
func (w *world) about(jti, event string, change func(claims map[string]any)) string {
	claims := map[string]any{
		"iss": w.issuer.URL, "aud": clientID, "iat": w.Now().Unix(), "jti": jti,
		"sub_id": map[string]any{"format": "iss_sub", "iss": w.issuer.URL, "sub": "ines"},
		"events": map[string]any{event: map[string]any{}},
	}
	if change != nil {
		change(claims)
	}
	return signed(w.t, w.issuer.key, "secevent+jwt", claims)
}

func TestAWithdrawnRightClosesAtTheNextRequest(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.launch()
	w.issuer.tell(func(i *issuer) { i.rights = nil })
	if got, _, _ := w.get("/modules"); got.Open != 1 {
		t.Error("it closed before anybody said so: the event below proves nothing")
	}
	if status, why := w.event(w.about("e1", rightsChanged, nil)); status != http.StatusAccepted {
		t.Fatalf("%d %v", status, why)
	}
	if got, _, _ := w.get("/modules"); got.Open != 0 {
		t.Error("it is still open")
	}
}

func TestEventsThatEndASession(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(c map[string]any){
		"by subject": nil,
		"by plain sub": func(c map[string]any) {
			delete(c, "sub_id")
			c["sub"] = "ines"
		},
		"by session": func(c map[string]any) {
			c["sub_id"] = map[string]any{"format": "complex", "session": map[string]any{"format": "opaque", "id": "sid-ines"}}
		},
		"by user and session": func(c map[string]any) {
			c["sub_id"] = map[string]any{"format": "complex", "user": map[string]any{"format": "opaque", "id": "ines"}, "session": map[string]any{"format": "opaque", "id": "sid-ines"}}
		},
		"for several audiences": func(c map[string]any) { c["aud"] = []string{"other", clientID} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.launch()
			if status, why := w.event(w.about("e1", sessionRevoked, change)); status != http.StatusAccepted {
				t.Fatalf("%d %v", status, why)
			}
			if _, _, err := who(w); err == nil {
				t.Error("the session still opens")
			}
		})
	}
}

func TestAnErasedPersonIsForgotten(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before := w.launch().Learner.ID
	if status, why := w.event(w.about("e1", personErased, nil)); status != http.StatusAccepted {
		t.Fatalf("%d %v", status, why)
	}
	if after := w.launch().Learner.ID; after == before {
		t.Error("the learner is still known")
	}
}

func TestAnEventSentAgainIsAcknowledgedAndDoesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.launch()
	token := w.about("e1", sessionRevoked, nil)
	w.event(token)
	w.launch()
	if status, why := w.event(token); status != http.StatusAccepted {
		t.Errorf("%d %v", status, why)
	}
	if _, _, err := who(w); err != nil {
		t.Errorf("a repeated event ended a new session: %v", err)
	}
	if status, _ := w.event(w.about("e2", "https://broker.example/events/weather-changed", nil)); status != http.StatusAccepted {
		t.Error("an event that we do not know must be acknowledged")
	}
}

func TestEventsThatAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.launch()
	stranger := newKey(t)
	plain := map[string]any{"iss": w.issuer.URL, "aud": clientID, "iat": w.Now().Unix(), "jti": "x", "sub": "ines", "events": map[string]any{sessionRevoked: 1}}
	symmetric, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.HS256, Key: []byte(clientSecret + "0123456789abcdef")}, (&jose.SignerOptions{}).WithType("secevent+jwt"))
	if err != nil {
		t.Fatal(err)
	}
	hs, err := symmetric.Sign([]byte(`{}`))
	if err != nil {
		t.Fatal(err)
	}
	hmac, err := hs.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	set := func(key string, v any) func(map[string]any) { return func(c map[string]any) { c[key] = v } }
	for name, c := range map[string]struct{ token, code string }{
		"nothing":            {"", "invalid_request"},
		"not a token":        {"a.b.c", "invalid_request"},
		"unsigned":           {"eyJhbGciOiJub25lIiwidHlwIjoic2VjZXZlbnQrand0In0.e30.", "invalid_request"},
		"a shared secret":    {hmac, "invalid_request"},
		"an ID token":        {signed(t, w.issuer.key, "JWT", plain), "invalid_request"},
		"no type":            {signed(t, w.issuer.key, "", plain), "invalid_request"},
		"a stranger's key":   {signed(t, stranger, "secevent+jwt", plain), "invalid_key"},
		"another issuer":     {w.about("e", sessionRevoked, set("iss", "https://evil.example")), "invalid_issuer"},
		"another audience":   {w.about("e", sessionRevoked, set("aud", "editeur")), "invalid_audience"},
		"no audience":        {w.about("e", sessionRevoked, func(c map[string]any) { delete(c, "aud") }), "invalid_audience"},
		"no id":              {w.about("", sessionRevoked, nil), "invalid_request"},
		"too old":            {w.about("e", sessionRevoked, set("iat", w.Now().Add(-8*24*time.Hour).Unix())), "invalid_request"},
		"from the future":    {w.about("e", sessionRevoked, set("iat", w.Now().Add(time.Hour).Unix())), "invalid_request"},
		"about nobody":       {w.about("e", sessionRevoked, set("sub_id", map[string]any{})), "invalid_request"},
		"rights of nobody":   {w.about("e", rightsChanged, set("sub_id", map[string]any{"session": map[string]any{"id": "sid-ines"}})), "invalid_request"},
		"no event":           {w.about("e", sessionRevoked, set("events", map[string]any{})), "invalid_request"},
		"events of no shape": {w.about("e", sessionRevoked, set("events", "all")), "invalid_request"},
	} {
		if status, answer := w.event(c.token); status != http.StatusBadRequest || answer["err"] != c.code || answer["description"] == "" {
			t.Errorf("%s: %d %v, want %s", name, status, answer, c.code)
		}
	}
	if status, answer := w.push("/evenements", "application/json", w.about("e", sessionRevoked, nil)); status != http.StatusBadRequest {
		t.Errorf("another media type: %d %v", status, answer)
	}
	if _, _, err := who(w); err != nil {
		t.Errorf("a refused event ended the session: %v", err)
	}
}

const logoutEvent = "http://schemas.openid.net/event/backchannel-logout"

func TestTheBrokerEndsASessionOnTheBackChannel(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.launch()
	claims := func(change func(c map[string]any)) map[string]any {
		c := map[string]any{
			"iss": w.issuer.URL, "aud": clientID, "iat": w.Now().Unix(), "exp": w.Now().Add(2 * time.Minute).Unix(), "jti": "l1", "sid": "sid-ines",
			"events": map[string]any{logoutEvent: map[string]any{}},
		}
		if change != nil {
			change(c)
		}
		return c
	}
	for name, token := range map[string]string{
		"with a nonce":      signed(t, w.issuer.key, "logout+jwt", claims(func(c map[string]any) { c["nonce"] = "n" })),
		"without the event": signed(t, w.issuer.key, "logout+jwt", claims(func(c map[string]any) { delete(c, "events") })),
		"expired":           signed(t, w.issuer.key, "logout+jwt", claims(func(c map[string]any) { c["exp"] = w.Now().Add(-time.Hour).Unix() })),
		"for another":       signed(t, w.issuer.key, "logout+jwt", claims(func(c map[string]any) { c["aud"] = "editeur" })),
		"about nobody":      signed(t, w.issuer.key, "logout+jwt", claims(func(c map[string]any) { delete(c, "sid") })),
		"forged":            signed(t, newKey(t), "logout+jwt", claims(nil)),
		"nothing":           "",
	} {
		if status, answer := w.logout(token); status != http.StatusBadRequest || answer["error"] != "invalid_request" {
			t.Errorf("%s: %d %v", name, status, answer)
		}
	}
	if _, _, err := who(w); err != nil {
		t.Fatalf("a bad token ended the session: %v", err)
	}
	good := signed(t, w.issuer.key, "logout+jwt", claims(nil))
	if status, answer := w.logout(good); status != http.StatusOK {
		t.Fatalf("%d %v", status, answer)
	}
	if _, _, err := who(w); err == nil {
		t.Error("the session still opens")
	}
	w.launch()
	if status, _ := w.logout(good); status != http.StatusOK {
		t.Errorf("a repeated token: %d", status)
	}
	if _, _, err := who(w); err != nil {
		t.Errorf("a repeated token ended a new session: %v", err)
	}
}
