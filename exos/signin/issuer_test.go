package signin_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

const (
	clientID     = "biblio-exos"
	clientSecret = "a secret & a half"
)

// issuer is a small OpenID provider that does as it is told.
type issuer struct {
	*httptest.Server
	t   *testing.T
	now func() time.Time
	key *ecdsa.PrivateKey

	mu       sync.Mutex
	subject  string
	released map[string]any
	rights   []map[string]any
	status   int                         // of GET /rights
	spoil    func(claims map[string]any) // changes the ID token
	forge    *ecdsa.PrivateKey           // signs instead of key
	refuse   string                      // error of the authorization answer
	iss      string                      // of the authorization answer; "" is the right one
	asked    url.Values                  // of the last authorization request
	codes    map[string]url.Values       // codes given, with what they were asked with
	access   map[string]bool             // access tokens that are good
	refresh  map[string]bool             // refresh tokens that are good, each once
	counts   map[string]int
}

func newIssuer(t *testing.T, now func() time.Time) *issuer {
	i := &issuer{
		t: t, now: now, key: newKey(t), subject: "ines", status: http.StatusOK,
		released: map[string]any{"UAI": []string{"0991234D"}, "PRO": "National_elv", "PRE": "Inès", "NOM": "Marchand", "P_MEL": []string{"i@example.org"},
			"DIV": []string{"5B##5e B"}, "GRO": []string{"LAT##Latin##5B", "LAT##Latin##5A"}},
		codes: map[string]url.Values{}, access: map[string]bool{}, refresh: map[string]bool{}, counts: map[string]int{},
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", i.discovery)
	mux.HandleFunc("GET /jwks", i.jwks)
	mux.HandleFunc("GET /authorize", i.authorize)
	mux.HandleFunc("POST /token", i.token)
	mux.HandleFunc("GET /userinfo", i.userinfo)
	mux.HandleFunc("GET /my/rights", i.getRights)
	i.Server = httptest.NewServer(mux)
	t.Cleanup(i.Close)
	return i
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// tell changes what the issuer does.
func (i *issuer) tell(f func(i *issuer)) {
	i.mu.Lock()
	defer i.mu.Unlock()
	f(i)
}

func (i *issuer) count(what string) int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.counts[what]
}

func (i *issuer) answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(v); err != nil {
		i.t.Error(err)
	}
}

func (i *issuer) discovery(w http.ResponseWriter, _ *http.Request) {
	i.answer(w, http.StatusOK, map[string]any{
		"issuer": i.URL, "authorization_endpoint": i.URL + "/authorize", "token_endpoint": i.URL + "/token", "userinfo_endpoint": i.URL + "/userinfo",
		"jwks_uri": i.URL + "/jwks", "rights_endpoint": i.URL + "/my/rights", "end_session_endpoint": i.URL + "/logout",
		"authorization_response_iss_parameter_supported": true, "id_token_signing_alg_values_supported": []string{"ES256"},
	})
}

func (i *issuer) jwks(w http.ResponseWriter, _ *http.Request) {
	i.answer(w, http.StatusOK, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: i.key.Public(), KeyID: "k1", Algorithm: "ES256", Use: "sig"}}})
}

func (i *issuer) authorize(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.asked = r.URL.Query()
	back, err := url.Parse(i.asked.Get("redirect_uri"))
	if err != nil {
		i.t.Error(err)
	}
	iss := i.iss
	if iss == "" {
		iss = i.URL
	}
	q := url.Values{"state": {i.asked.Get("state")}, "iss": {iss}}
	if i.refuse != "" {
		q.Set("error", i.refuse)
		q.Set("error_description", "licensing.right.none")
	} else {
		code := rand.Text()
		i.codes[code] = i.asked
		q.Set("code", code)
	}
	back.RawQuery = q.Encode()
	http.Redirect(w, r, back.String(), http.StatusFound)
}

func (i *issuer) token(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	defer i.mu.Unlock()
	id, secret, _ := r.BasicAuth()
	if id, secret = unescaped(id), unescaped(secret); id != clientID || secret != clientSecret {
		i.answer(w, http.StatusUnauthorized, map[string]any{"error": "invalid_client"})
		return
	}
	i.counts[r.FormValue("grant_type")]++
	out := map[string]any{"token_type": "Bearer", "expires_in": 900}
	if old := r.FormValue("refresh_token"); old != "" {
		if !i.refresh[old] {
			i.answer(w, http.StatusBadRequest, map[string]any{"error": "invalid_grant"})
			return
		}
		delete(i.refresh, old)
	} else {
		asked, ok := i.codes[r.FormValue("code")]
		delete(i.codes, r.FormValue("code"))
		sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
		if !ok || asked.Get("code_challenge_method") != "S256" || asked.Get("code_challenge") != base64.RawURLEncoding.EncodeToString(sum[:]) {
			i.answer(w, http.StatusBadRequest, map[string]any{"error": "invalid_grant"})
			return
		}
		claims := map[string]any{
			"iss": i.URL, "sub": i.subject, "aud": clientID, "exp": i.now().Add(5 * time.Minute).Unix(), "iat": i.now().Unix(), "nonce": asked.Get("nonce"),
			"sid": "sid-" + i.subject,
		}
		if i.spoil != nil {
			i.spoil(claims)
		}
		key := i.key
		if i.forge != nil {
			key = i.forge
		}
		out["id_token"] = signed(i.t, key, "JWT", claims)
	}
	access, refresh := rand.Text(), rand.Text()
	i.access[access], i.refresh[refresh] = true, true
	out["access_token"], out["refresh_token"] = access, refresh
	i.answer(w, http.StatusOK, out)
}

func unescaped(s string) string {
	out, _ := url.QueryUnescape(s)
	return out
}

func (i *issuer) bearer(w http.ResponseWriter, r *http.Request) bool {
	if token := r.Header.Get("Authorization"); len(token) < 7 || !i.access[token[7:]] {
		i.answer(w, http.StatusUnauthorized, map[string]any{"error": "invalid_token"})
		return false
	}
	return true
}

func (i *issuer) userinfo(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if !i.bearer(w, r) {
		return
	}
	out := map[string]any{"sub": i.subject}
	for k, v := range i.released {
		out[k] = v
	}
	i.answer(w, http.StatusOK, out)
}

func (i *issuer) getRights(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.counts["rights"]++
	if i.status != http.StatusOK {
		i.answer(w, i.status, map[string]any{})
		return
	}
	if i.bearer(w, r) {
		i.answer(w, http.StatusOK, map[string]any{"at": i.now(), "rights": i.rights})
	}
}

// signed is a compact JWS of claims.
func signed(t *testing.T, key *ecdsa.PrivateKey, kind string, claims any) string {
	t.Helper()
	options := (&jose.SignerOptions{}).WithHeader("kid", "k1")
	if kind != "" {
		options = options.WithType(jose.ContentType(kind))
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: key}, options)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	jws, err := signer.Sign(text)
	if err != nil {
		t.Fatal(err)
	}
	out, err := jws.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return out
}
