package oidc_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"pupitre/federation"
	"pupitre/federation/proof"
	"pupitre/internal/db/dbtest"
	"pupitre/store/storetest/federationtest"
)

// keyed is a program that proves itself by a key.
const keyed = federation.ClientID("labo")

const keyedRedirect = "https://labo.example/retour"

// signingKeys are made once: RSA keys are slow to make.
var signingKeys = sync.OnceValue(func() (out struct {
	good, other *ecdsa.PrivateKey
	strong      *rsa.PrivateKey
}) {
	out.good, _ = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	out.other, _ = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	out.strong, _ = rsa.GenerateKey(rand.Reader, 2048)
	return out
})

func public(id string, key crypto.Signer) jose.JSONWebKey {
	return jose.JSONWebKey{Key: key.Public(), KeyID: id}
}

// register makes the program known, with its proof.
func (h *house) register(t testing.TB, p federation.Proof) {
	t.Helper()
	err := h.Service.Register(t.Context(), federationtest.Tester, federation.Client{
		ID: keyed, Sector: federationtest.Preau, Name: "Le labo", Redirects: []string{keyedRedirect}, Algorithm: federation.ES256,
		Refresh: true, Resource: federationtest.Grammar, Proof: p,
	}, "")
	if err != nil {
		t.Fatal(err)
	}
}

// claims are a proof's that is right.
func (h *house) claims(change map[string]any) map[string]any {
	now := h.Clock.Now()
	claims := map[string]any{"iss": keyed, "sub": keyed, "aud": h.URL + "/oidc/token", "iat": now.Unix(), "exp": now.Add(time.Minute).Unix(), "jti": string(federation.NewToken())}
	for name, value := range change {
		if claims[name] = value; value == nil {
			delete(claims, name)
		}
	}
	return claims
}

// sign makes a JWT.
func sign(t testing.TB, a jose.SignatureAlgorithm, id string, key any, claims any) string {
	t.Helper()
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: a, Key: jose.JSONWebKey{Key: key, KeyID: id}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
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

// proving is a form with a signed proof.
func proving(form url.Values, assertion string) url.Values {
	form.Set("client_assertion", assertion)
	form.Set("client_assertion_type", proof.AssertionType)
	return form
}

// fresh is a form with a new code of the program's.
func (h *house) fresh(t testing.TB, session federation.Token) url.Values {
	form := exchange(h.code(t, session, "client_id", string(keyed), "redirect_uri", keyedRedirect, "idRessource", "-"))
	form.Set("redirect_uri", keyedRedirect)
	return form
}

// RFC 7523 §3, OpenID Connect Core §9: each thing that a proof must say, and what is said of one that does not.
func TestAProgramProvesItselfByItsKey(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		k := signingKeys()
		h.register(t, federation.Proof{Method: federation.ByKey, Algorithms: []federation.Algorithm{federation.ES256}, Keys: []jose.JSONWebKey{public("k1", k.good), public("r1", k.strong)}})
		session := h.Arrive(t, "ent-ines")
		in := func(d time.Duration) int64 { return h.Clock.Now().Add(d).Unix() }
		unsigned := func() string {
			part := func(v any) string {
				b, _ := json.Marshal(v)
				return base64.RawURLEncoding.EncodeToString(b)
			}
			return part(map[string]any{"alg": "none"}) + "." + part(h.claims(nil)) + "."
		}
		asHMAC := func() string { // the public key taken for a secret: the oldest confusion of all
			der, _ := x509.MarshalPKIXPublicKey(k.good.Public())
			return sign(t, jose.HS256, "k1", der, h.claims(nil))
		}
		good := func(change map[string]any) string { return sign(t, jose.ES256, "k1", k.good, h.claims(change)) }
		for name, try := range map[string]struct{ assertion, want string }{
			"for the token endpoint":   {good(nil), ""},
			"for the issuer":           {good(map[string]any{"aud": h.URL}), ""},
			"a list of one":            {good(map[string]any{"aud": []string{h.URL}}), ""},
			"a clock a little ahead":   {good(map[string]any{"iat": in(30 * time.Second), "nbf": in(30 * time.Second)}), ""},
			"a list of two":            {good(map[string]any{"aud": []string{h.URL, "https://autre.example"}}), "federation.proof.audience"},
			"for another":              {good(map[string]any{"aud": "https://autre.example/oidc/token"}), "federation.proof.audience"},
			"for somebody beside us":   {good(map[string]any{"aud": h.URL + "/oidc/token/x"}), "federation.proof.audience"},
			"for nobody":               {good(map[string]any{"aud": nil}), "federation.proof.audience"},
			"another issuer":           {good(map[string]any{"iss": "exos"}), "federation.proof.issuer"},
			"no issuer":                {good(map[string]any{"iss": nil}), "federation.proof.issuer"},
			"another subject":          {good(map[string]any{"sub": "exos"}), "invalid_client"},
			"expired":                  {good(map[string]any{"exp": in(0)}), "federation.proof.expired"},
			"without end":              {good(map[string]any{"exp": nil}), "federation.proof.endless"},
			"too long":                 {good(map[string]any{"exp": in(7 * time.Minute)}), "federation.proof.long"},
			"beyond every clock":       {good(map[string]any{"exp": 1e300}), "federation.proof.long"},
			"from the future":          {good(map[string]any{"iat": in(2 * time.Minute)}), "federation.proof.early"},
			"not yet":                  {good(map[string]any{"nbf": in(2 * time.Minute)}), "federation.proof.early"},
			"nameless":                 {good(map[string]any{"jti": nil}), "federation.proof.nameless"},
			"an endless name":          {good(map[string]any{"jti": strings.Repeat("x", 257)}), "federation.proof.nameless"},
			"another's key":            {sign(t, jose.ES256, "k1", k.other, h.claims(nil)), "federation.proof.signature"},
			"a key nobody registered":  {sign(t, jose.ES256, "k9", k.other, h.claims(nil)), "federation.proof.key"},
			"an algorithm not its own": {sign(t, jose.RS256, "r1", k.strong, h.claims(nil)), "federation.proof.algorithm"},
			"PS256":                    {sign(t, jose.PS256, "r1", k.strong, h.claims(nil)), "federation.proof.algorithm"},
			"HMAC with the public key": {asHMAC(), "federation.proof.algorithm"},
			"unsigned":                 {unsigned(), "federation.proof.algorithm"},
			"no token":                 {"x", "invalid_client"},
		} {
			a, err := h.post(t.Context(), "/oidc/token", "", proving(h.fresh(t, session), try.assertion))
			switch {
			case err != nil:
				t.Fatal(err)
			case try.want == "" && a.Access == "":
				t.Errorf("%s: %+v", name, a)
			case try.want != "" && (a.Status != 401 || a.Error != "invalid_client" || a.Access != "" || try.want != "invalid_client" && !strings.HasPrefix(a.Why, try.want+": ")):
				t.Errorf("%s: %+v, want %s", name, a, try.want)
			}
		}

		// Once (RFC 7523 §3, 7.): also for another endpoint, and after a failure of something else.
		once := good(nil)
		if a, _ := h.post(t.Context(), "/oidc/token", "", proving(h.fresh(t, session), once)); a.Access == "" {
			t.Fatalf("%+v", a)
		}
		if a, _ := h.post(t.Context(), "/oidc/token", "", proving(h.fresh(t, session), once)); !strings.HasPrefix(a.Why, "federation.proof.replayed") {
			t.Errorf("the second time: %+v", a)
		}
		if a, _ := h.post(t.Context(), "/oidc/revoke", "", proving(url.Values{"token": {"x"}}, once)); !strings.HasPrefix(a.Why, "federation.proof.replayed") {
			t.Errorf("elsewhere: %+v", a)
		}
		// A client that names itself must be the one that signed.
		form := proving(h.fresh(t, session), good(nil))
		form.Set("client_id", "exos")
		if a, _ := h.post(t.Context(), "/oidc/token", "", form); a.Error != "invalid_client" {
			t.Errorf("another name: %+v", a)
		}
		form = proving(h.fresh(t, session), good(nil))
		form.Set("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer")
		if a, _ := h.post(t.Context(), "/oidc/token", "", form); a.Error != "invalid_request" {
			t.Errorf("another type: %+v", a)
		}
	})
}

// What takes the weaker proof beside the stronger is as weak as that.
func TestNoProofCanBeDowngraded(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		k := signingKeys()
		session := h.Arrive(t, "ent-ines")
		// It had a secret once.
		if err := h.Service.Register(t.Context(), federationtest.Tester, federation.Client{
			ID: keyed, Sector: federationtest.Preau, Name: "Le labo", Redirects: []string{keyedRedirect}, Algorithm: federation.ES256,
		}, federationtest.ExosProof); err != nil {
			t.Fatal(err)
		}
		h.register(t, federation.Proof{Method: federation.ByKey, Keys: []jose.JSONWebKey{public("k1", k.good)}})
		with := func(pairs ...string) url.Values {
			form := h.fresh(t, session)
			for i := 0; i+1 < len(pairs); i += 2 {
				form.Set(pairs[i], pairs[i+1])
			}
			return form
		}
		good := func() string { return sign(t, jose.ES256, "k1", k.good, h.claims(nil)) }
		for name, try := range map[string]struct {
			basic federation.ClientID
			form  url.Values
			want  string
		}{
			"the secret of before, basic": {keyed, with(), "invalid_client"},
			"the secret of before, post":  {"", with("client_id", string(keyed), "client_secret", string(federationtest.ExosProof)), "invalid_client"},
			"an empty secret":             {"", with("client_id", string(keyed), "client_secret", ""), "invalid_client"},
			"its name alone":              {"", with("client_id", string(keyed)), "invalid_client"},
			"key and secret":              {"", proving(with("client_secret", string(federationtest.ExosProof)), good()), "invalid_request"},
			"key and basic":               {keyed, proving(with(), good()), "invalid_request"},
		} {
			a, err := h.post(t.Context(), "/oidc/token", try.basic, try.form)
			if err != nil || a.Error != try.want || a.Access != "" {
				t.Errorf("%s: %+v, %v", name, a, err)
			}
		}
		// And the other way round: a program with a secret is not known by a key that nobody registered.
		claims := h.claims(map[string]any{"iss": "exos", "sub": "exos"})
		if a, err := h.post(t.Context(), "/oidc/token", "", proving(exchange(h.code(t, session)), sign(t, jose.ES256, "k1", k.good, claims))); err != nil || a.Error != "invalid_client" {
			t.Errorf("a key for a secret: %+v, %v", a, err)
		}
	})
}

// RFC 7523 §3: jti once, however many use it at the same moment.
func TestOf32UsesOfAProofOneSucceeds(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		k := signingKeys()
		h.register(t, federation.Proof{Method: federation.ByKey, Keys: []jose.JSONWebKey{public("k1", k.good)}})
		nodes, rounds := []*house{h, h.node(t)}, federationtest.Rounds()
		for range rounds {
			assertion := sign(t, jose.ES256, "k1", k.good, h.claims(nil))
			if won := federationtest.Together(func(i int) bool {
				a, err := nodes[i%2].post(t.Context(), "/oidc/revoke", "", proving(url.Values{"token": {"x"}}, assertion))
				return err == nil && a.Status == 200
			}); won != 1 {
				t.Fatalf("%d of 32", won)
			}
		}
		// What nobody could show any more goes.
		h.Clock.Advance(time.Hour)
		if n, err := h.Provider.Proofs.Sweep(t.Context(), rounds+1); err != nil || n != rounds {
			t.Errorf("swept %d, %v", n, err)
		}
	})
}

// certificate makes one, self-signed, good for a day.
func (h *house) certificate(t testing.TB) (tls.Certificate, federation.Thumbprint) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	now := h.Clock.Now()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "labo.example"}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(24 * time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(der)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, federation.Thumbprint(base64.RawURLEncoding.EncodeToString(sum[:]))
}

// asker is a program over TLS that shows a certificate, or none.
func (h *house) asker(t testing.TB, server *httptest.Server, certificates ...tls.Certificate) func(path, token string, form url.Values, headers ...string) answer {
	t.Helper()
	transport := server.Client().Transport.(*http.Transport).Clone()
	transport.TLSClientConfig.Certificates = certificates
	client := &http.Client{Transport: transport}
	t.Cleanup(client.CloseIdleConnections)
	return func(path, token string, form url.Values, headers ...string) answer {
		t.Helper()
		req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, server.URL+path, strings.NewReader(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if token != "" {
			req.Header.Set("Authorization", "Bearer "+token)
		}
		for i := 0; i+1 < len(headers); i += 2 {
			req.Header.Set(headers[i], headers[i+1])
		}
		res, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		a := answer{Status: res.StatusCode}
		if text, _ := io.ReadAll(res.Body); len(text) > 0 {
			if err := json.Unmarshal(text, &a); err != nil {
				t.Fatal(err)
			}
		}
		return a
	}
}

// RFC 8705 §2.2 and §3.
func TestAProgramProvesItselfByItsCertificate(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		session := h.Arrive(t, "ent-ines")
		server := httptest.NewUnstartedServer(h.handler)
		server.TLS = &tls.Config{ClientAuth: tls.RequestClientCert, MinVersion: tls.VersionTLS12}
		server.StartTLS()
		defer server.Close()
		own, thumbprint := h.certificate(t)
		foreign, _ := h.certificate(t)
		h.register(t, federation.Proof{Method: federation.ByCertificate, Certificates: []federation.Thumbprint{thumbprint}, Bound: true})
		form := func() url.Values {
			f := h.fresh(t, session)
			f.Set("client_id", string(keyed))
			return f
		}
		withOwn, withForeign, without := h.asker(t, server, own), h.asker(t, server, foreign), h.asker(t, server)
		if a := without("/oidc/token", "", form()); !strings.HasPrefix(a.Why, "federation.proof.certificate.none") {
			t.Errorf("no certificate: %+v", a)
		}
		if a := withForeign("/oidc/token", "", form()); !strings.HasPrefix(a.Why, "federation.proof.certificate.other") {
			t.Errorf("another's certificate: %+v", a)
		}
		if a, err := h.post(t.Context(), "/oidc/token", "", form()); err != nil || a.Error != "invalid_client" {
			t.Errorf("in clear: %+v, %v", a, err)
		}
		for _, name := range []string{"X-Client-Cert", "X-SSL-Client-Cert", "Client-Cert", "X-Forwarded-Client-Cert"} {
			if a := without("/oidc/token", "", form(), name, base64.StdEncoding.EncodeToString(own.Certificate[0])); a.Error != "invalid_client" {
				t.Errorf("a header's word (%s): %+v", name, a)
			}
		}
		f := form()
		f.Set("client_secret", "x")
		if a := withOwn("/oidc/token", "", f); a.Error != "invalid_client" {
			t.Errorf("a secret beside it: %+v", a)
		}

		tokens := withOwn("/oidc/token", "", form())
		if tokens.Access == "" {
			t.Fatalf("%+v", tokens)
		}
		for name, try := range map[string]struct {
			ask  func(string, string, url.Values, ...string) answer
			want int
		}{"its own": {withOwn, 200}, "another's": {withForeign, 401}, "none": {without, 401}} {
			if a := try.ask("/oidc/userinfo", tokens.Access, nil); a.Status != try.want {
				t.Errorf("userinfo with %s: %d", name, a.Status)
			}
		}
		if status, _ := h.get(t, "/oidc/userinfo", tokens.Access); status != 401 {
			t.Errorf("userinfo in clear: %d", status)
		}
		if status, _ := h.get(t, "/rights", tokens.Access); status != 401 {
			t.Errorf("rights in clear: %d", status)
		}
		renewed := renewal(tokens.Refresh)
		renewed.Set("client_id", string(keyed))
		if a := withForeign("/oidc/token", "", renewed); a.Error != "invalid_client" {
			t.Errorf("refresh with another's: %+v", a)
		}
		if a := withOwn("/oidc/token", "", renewed); a.Access == "" {
			t.Errorf("refresh: %+v", a)
		}
		late := form()
		h.Clock.Advance(25 * time.Hour)
		if a := withOwn("/oidc/token", "", late); !strings.HasPrefix(a.Why, "federation.proof.certificate.expired") {
			t.Errorf("after its time: %+v", a)
		}
	})
}
