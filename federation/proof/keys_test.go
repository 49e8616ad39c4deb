package proof_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"pupitre/federation"
	"pupitre/federation/proof"
	"pupitre/internal/fault"
)

// signer signs a token of the client « labo » by a key.
func signer(t *testing.T, id string, key *ecdsa.PrivateKey, until time.Time) string {
	t.Helper()
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: key, KeyID: id}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	body, _ := json.Marshal(map[string]any{"iss": "labo", "sub": "labo", "aud": "us", "exp": until.Unix(), "jti": "1"})
	signed, err := s.Sign(body)
	if err != nil {
		t.Fatal(err)
	}
	compact, err := signed.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return compact
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func setOf(keys map[string]*ecdsa.PrivateKey) string {
	var set jose.JSONWebKeySet
	for id, key := range keys {
		set.Keys = append(set.Keys, jose.JSONWebKey{Key: key.Public(), KeyID: id})
	}
	text, _ := json.Marshal(set)
	return string(text)
}

// A key set at its owner's address is read once, again when a key is new to us, and never faster than twice a minute.
func TestAKeySetIsReadAgainForANewKeyButNotForEveryStranger(t *testing.T) {
	t.Parallel()
	first, second := newKey(t), newKey(t)
	var asked atomic.Int32
	var shown atomic.Pointer[string]
	show := func(text string) { shown.Store(&text) }
	show(setOf(map[string]*ecdsa.PrivateKey{"k1": first}))
	owner := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		w.Write([]byte(*shown.Load()))
	}))
	defer owner.Close()
	now := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	c := &proof.Checker{Client: owner.Client(), Now: func() time.Time { return now }}
	client := federation.Client{ID: "labo", Proof: federation.Proof{Method: federation.ByKey, KeysAt: owner.URL}}
	verify := func(id string, key *ecdsa.PrivateKey) string {
		_, _, err := c.Verify(t.Context(), client, signer(t, id, key, now.Add(time.Minute)), "us")
		return fault.CodeOf(err)
	}
	is := func(step, got, want string, reads int32) {
		t.Helper()
		if got != want && !(want == "" && got == fault.CodeOf(nil)) || asked.Load() != reads {
			t.Errorf("%s: %q after %d readings, want %q after %d", step, got, asked.Load(), want, reads)
		}
	}
	is("the first", verify("k1", first), "", 1)
	is("again", verify("k1", first), "", 1)
	is("a stranger at once", verify("k2", second), "federation.proof.key", 1)
	show(setOf(map[string]*ecdsa.PrivateKey{"k1": first, "k2": second}))
	now = now.Add(30 * time.Second)
	is("a new key", verify("k2", second), "", 2)
	is("the old one", verify("k1", first), "", 2)
	show(setOf(map[string]*ecdsa.PrivateKey{"k2": second}))
	now = now.Add(10 * time.Minute)
	is("withdrawn, ten minutes later", verify("k1", first), "federation.proof.key", 3)
	show("nonsense")
	now = now.Add(10 * time.Minute)
	is("unreadable, what was read stands in", verify("k2", second), "", 4)
	now = now.Add(51 * time.Minute)
	is("for an hour", verify("k2", second), "federation.proof.keys", 5)
	is("and is not asked at once again", verify("k2", second), "federation.proof.keys", 5)
}

func TestAKeySetIsBoundedAndFollowedNowhere(t *testing.T) {
	t.Parallel()
	key := newKey(t)
	good := setOf(map[string]*ecdsa.PrivateKey{"k1": key})
	now := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	for name, answer := range map[string]http.HandlerFunc{
		"a redirection": func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/" {
				http.Redirect(w, r, "/elsewhere", http.StatusFound)
				return
			}
			w.Write([]byte(good))
		},
		"too long": func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte(good + strings.Repeat(" ", 64<<10))) },
		"not found": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusNotFound)
			w.Write([]byte(good))
		},
		"no JSON": func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("<html>")) },
		"too many keys": func(w http.ResponseWriter, _ *http.Request) {
			w.Write([]byte(`{"keys":[` + strings.Repeat(`{},`, 33) + `{}]}`))
		},
		"secrets alone": func(w http.ResponseWriter, _ *http.Request) {
			w.Write([]byte(`{"keys":[{"kty":"oct","kid":"k1","k":"c2VjcmV0"}]}`))
		},
	} {
		owner := httptest.NewServer(answer)
		c := &proof.Checker{Client: owner.Client(), Now: func() time.Time { return now }}
		client := federation.Client{ID: "labo", Proof: federation.Proof{Method: federation.ByKey, KeysAt: owner.URL + "/"}}
		_, _, err := c.Verify(t.Context(), client, signer(t, "k1", key, now.Add(time.Minute)), "us")
		if fault.CodeOf(err) != "federation.proof.keys" {
			t.Errorf("%s: %v", name, err)
		}
		owner.Close()
	}
}
