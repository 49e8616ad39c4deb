package signin_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"pupitre/federation"
	"pupitre/federation/signin"
)

// issuer is a portal that speaks OpenID Connect and does what it should, unless a test makes it lie. It signs one person in, without
// asking.
type issuer struct {
	*httptest.Server
	t   testing.TB
	now func() time.Time

	mu     sync.Mutex
	person string // GARPersonIdentifiant of who is there
	grants map[string]grant
	codes  int
	asked  map[string]int // how often each address was
	key    jose.JSONWebKey
	shown  []jose.JSONWebKey // the keys that it publishes

	// What a test may put in the place of the truth.
	metadata func(map[string]any)
	answer   func(url.Values)
	claims   func(map[string]any)
	sign     func(claims map[string]any) string
	info     func(map[string]any)
	handle   map[string]http.HandlerFunc
	noPKCE   bool // one that does not know RFC 7636, and looks at no verifier
}

type grant struct{ client, redirect, nonce, challenge, person string }

const (
	issuerClient = "pupitre"
	issuerSecret = "un secret: avec % et +"
)

var rsaKey, otherKey, ecKey = sync.OnceValue(newRSA), sync.OnceValue(newRSA), sync.OnceValue(func() *ecdsa.PrivateKey {
	return must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
})

func newRSA() *rsa.PrivateKey { return must(rsa.GenerateKey(rand.Reader, 2048)) }

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func newIssuer(t testing.TB, now func() time.Time) *issuer {
	i := &issuer{t: t, now: now, person: "ent-ines", grants: map[string]grant{}, asked: map[string]int{}, handle: map[string]http.HandlerFunc{}}
	i.use(jose.JSONWebKey{Key: rsaKey(), KeyID: "k1", Algorithm: "RS256", Use: "sig"})
	i.Server = httptest.NewServer(http.HandlerFunc(i.serve))
	t.Cleanup(i.Close)
	return i
}

// count is how often an address was asked for.
func (i *issuer) count(path string) int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.asked[path]
}

// use makes the issuer sign with a key, and publish it alone.
func (i *issuer) use(key jose.JSONWebKey) { i.key, i.shown = key, []jose.JSONWebKey{key.Public()} }

// connector is our side of it.
func (i *issuer) connector() *signin.OIDC {
	return &signin.OIDC{Portal: federation.ENT{Project: "A70", Name: "P"}, Issuer: i.URL, ClientID: issuerClient,
		Secret: issuerSecret, Client: i.Client(), Now: i.now}
}

func (i *issuer) serve(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	i.asked[r.URL.Path]++
	other := i.handle[r.URL.Path]
	i.mu.Unlock()
	if other != nil {
		other(w, r)
		return
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	switch r.URL.Path {
	case "/.well-known/openid-configuration":
		i.say(w, i.metadata, map[string]any{"issuer": i.URL, "authorization_endpoint": i.URL + "/authorize?lang=fr", "token_endpoint": i.URL + "/token",
			"userinfo_endpoint": i.URL + "/userinfo", "jwks_uri": i.URL + "/jwks", "end_session_endpoint": i.URL + "/logout", "authorization_response_iss_parameter_supported": true})
	case "/jwks":
		json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: i.shown})
	case "/authorize":
		i.authorize(w, r)
	case "/token":
		i.token(w, r)
	case "/userinfo":
		person, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer access-of-")
		if !ok {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		i.say(w, i.info, map[string]any{"sub": "sub-" + person, "idEnt": "A70", "GARPersonIdentifiant": person})
	default:
		http.NotFound(w, r)
	}
}

func (i *issuer) say(w http.ResponseWriter, lie func(map[string]any), truth map[string]any) {
	if lie != nil {
		lie(truth)
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(truth)
}

func (i *issuer) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if q.Get("response_type") != "code" || q.Get("client_id") != issuerClient || q.Get("code_challenge_method") != "S256" ||
		q.Get("scope") != "openid" || q.Get("nonce") == "" || q.Get("state") == "" || q.Get("lang") != "fr" {
		i.t.Errorf("asked for %s", r.URL.RawQuery)
	}
	code := fmt.Sprintf("code-%d", i.codes)
	i.codes++
	i.grants[code] = grant{q.Get("client_id"), q.Get("redirect_uri"), q.Get("nonce"), q.Get("code_challenge"), i.person}
	back := url.Values{"code": {code}, "state": {q.Get("state")}, "iss": {i.URL}}
	if i.answer != nil {
		i.answer(back)
	}
	http.Redirect(w, r, q.Get("redirect_uri")+"?"+back.Encode(), http.StatusFound)
}

func (i *issuer) token(w http.ResponseWriter, r *http.Request) {
	id, secret, _ := r.BasicAuth()
	if id != url.QueryEscape(issuerClient) || secret != url.QueryEscape(issuerSecret) || r.PostFormValue("client_secret") != "" {
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprint(w, `{"error": "invalid_client"}`)
		return
	}
	g, ok := i.grants[r.PostFormValue("code")]
	delete(i.grants, r.PostFormValue("code"))
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	proven := i.noPKCE || base64.RawURLEncoding.EncodeToString(sum[:]) == g.challenge
	if !ok || !proven || r.PostFormValue("grant_type") != "authorization_code" || r.PostFormValue("redirect_uri") != g.redirect {
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, `{"error": "invalid_grant"}`)
		return
	}
	c := i.truth(g.person)
	c["nonce"] = g.nonce
	if i.claims != nil {
		i.claims(c)
	}
	sign := i.signed
	if i.sign != nil {
		sign = i.sign
	}
	json.NewEncoder(w).Encode(map[string]any{"id_token": sign(c), "access_token": "access-of-" + g.person, "token_type": "bearer", "expires_in": 60})
}

// truth is what every token says.
func (i *issuer) truth(person string) map[string]any {
	now := i.now()
	return map[string]any{"iss": i.URL, "aud": issuerClient, "sub": "sub-" + person, "sid": "sid-" + person,
		"iat": now.Unix(), "exp": now.Add(5 * time.Minute).Unix()}
}

func (i *issuer) signed(claims map[string]any) string { return i.signedAs("JWT", claims) }

func (i *issuer) signedAs(typ string, claims map[string]any) string {
	return sign(i.key, typ, claims)
}

func sign(key jose.JSONWebKey, typ string, claims map[string]any) string {
	options := (&jose.SignerOptions{}).WithType(jose.ContentType(typ))
	signer := must(jose.NewSigner(jose.SigningKey{Algorithm: jose.SignatureAlgorithm(key.Algorithm), Key: key}, options))
	return must(must(signer.Sign(must(json.Marshal(claims)))).CompactSerialize())
}

// compact writes a token by hand, for those that no library will make.
func compact(header, claims any, signature func(input string) []byte) string {
	part := func(v any) string { return base64.RawURLEncoding.EncodeToString(must(json.Marshal(v))) }
	input := part(header) + "." + part(claims)
	return input + "." + base64.RawURLEncoding.EncodeToString(signature(input))
}

func rs256(key *rsa.PrivateKey) func(string) []byte {
	return func(input string) []byte {
		sum := sha256.Sum256([]byte(input))
		return must(rsa.SignPKCS1v15(nil, key, crypto.SHA256, sum[:]))
	}
}

// visit takes the way of a browser from Begin to the answer.
func (i *issuer) visit(t testing.TB, o *signin.OIDC, a signin.Attempt) (*http.Request, error) {
	t.Helper()
	address, err := o.Begin(t.Context(), a)
	if err != nil {
		return nil, err
	}
	browser := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := browser.Get(address)
	if err != nil {
		return nil, err
	}
	res.Body.Close()
	return httptest.NewRequest(http.MethodGet, res.Header.Get("Location"), nil), nil
}

// signIn goes all the way.
func (i *issuer) signIn(t testing.TB, o *signin.OIDC) (signin.Vouched, error) {
	t.Helper()
	a := signin.NewAttempt("https://pupitre.example/connexion/oidc/A70")
	r, err := i.visit(t, o, a)
	if err != nil {
		return signin.Vouched{}, err
	}
	return o.Finish(t.Context(), r, a)
}
