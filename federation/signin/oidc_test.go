package signin_test

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"pupitre/federation"
	"pupitre/federation/signin"
	"pupitre/internal/fault"
	"pupitre/store/storetest/federationtest"
)

const (
	refused = "federation.portal.refused"
	mute    = "federation.portal.mute"
	silent  = "federation.portal.silent"
)

func stopped() *federationtest.Clock {
	c := &federationtest.Clock{}
	c.Advance(time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC).Sub(c.Now()))
	return c
}

func codeOf(err error) string {
	if err == nil {
		return ""
	}
	return fault.CodeOf(err)
}

func set(name string, value any) func(*issuer) {
	return func(i *issuer) { i.claims = func(c map[string]any) { c[name] = value } }
}

func unset(name string) func(*issuer) {
	return func(i *issuer) { i.claims = func(c map[string]any) { delete(c, name) } }
}

func info(name string, value any) func(*issuer) {
	return func(i *issuer) { i.info = func(c map[string]any) { c[name] = value } }
}

func about(name string, value any) func(*issuer) {
	return func(i *issuer) { i.metadata = func(c map[string]any) { c[name] = value } }
}

func says(path string, status int, body string) func(*issuer) {
	return func(i *issuer) {
		i.handle[path] = func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", i.URL+"/elsewhere")
			w.WriteHeader(status)
			fmt.Fprint(w, body)
		}
	}
}

func signedBy(sign func(i *issuer, claims map[string]any) string) func(*issuer) {
	return func(i *issuer) { i.sign = func(c map[string]any) string { return sign(i, c) } }
}

func answers(change func(url.Values)) func(*issuer) { return func(i *issuer) { i.answer = change } }

// Every way to lie that we know of, one at a time (OpenID Connect Core §3.1.3.7, §5.3; RFC 9207; RFC 8725).
func TestAnOpenIDPortalsWordIsBelievedOnlyAsAWhole(t *testing.T) {
	t.Parallel()
	now := stopped().Now()
	at := func(d time.Duration) int64 { return now.Add(d).Unix() }
	huge := strings.Repeat(" ", 70<<10) + "{}"
	cases := map[string]struct {
		lie  func(*issuer)
		want string
	}{
		"the truth":                      {func(*issuer) {}, ""},
		"an audience as a list":          {set("aud", []string{issuerClient}), ""},
		"given to us":                    {set("azp", issuerClient), ""},
		"a clock 50 s behind":            {set("exp", at(-50*time.Second)), ""},
		"a clock 50 s ahead":             {set("iat", at(50*time.Second)), ""},
		"the attributes in the ID token": {func(i *issuer) { i.claims = identified("A70", "ent-ines"); says("/userinfo", 500, "")(i) }, ""},
		"no UserInfo":                    {func(i *issuer) { i.claims = identified("A70", "ent-ines"); about("userinfo_endpoint", "")(i) }, ""},
		"PS256":                          {func(i *issuer) { i.use(jose.JSONWebKey{Key: rsaKey(), KeyID: "k1", Algorithm: "PS256"}) }, ""},
		"ES256":                          {func(i *issuer) { i.use(jose.JSONWebKey{Key: ecKey(), KeyID: "k1", Algorithm: "ES256"}) }, ""},
		"one key, that nobody names":     {func(i *issuer) { i.use(jose.JSONWebKey{Key: rsaKey(), Algorithm: "RS256"}) }, ""},
		"keys that we cannot read beside ours": {func(i *issuer) {
			i.keysBeside(`{"kty":"AKP","alg":"ML-DSA-44","pub":"x"}`, `{"kty":"oct","k":"c2VjcmV0"}`)
		}, ""},
		"no iss in the answer, nor announced": {func(i *issuer) {
			about("authorization_response_iss_parameter_supported", false)(i)
			i.answer = without("iss")
		}, ""},

		"another issuer":              {set("iss", "https://evil.example"), refused},
		"an issuer with a slash":      {func(i *issuer) { set("iss", i.URL+"/")(i) }, refused},
		"no issuer":                   {unset("iss"), refused},
		"another audience":            {set("aud", "another"), refused},
		"an audience beside us":       {set("aud", []string{issuerClient, "another"}), refused},
		"no audience":                 {unset("aud"), refused},
		"given to another":            {set("azp", "another"), refused},
		"over":                        {set("exp", at(-61*time.Second)), refused},
		"without an end":              {unset("exp"), refused},
		"an end that is a text":       {set("exp", "tomorrow"), refused},
		"made tomorrow":               {set("iat", at(24*time.Hour)), refused},
		"made yesterday":              {set("iat", at(-24*time.Hour)), refused},
		"made at no time":             {unset("iat"), refused},
		"not good yet":                {set("nbf", at(2*time.Minute)), refused},
		"another nonce":               {set("nonce", "guessed"), refused},
		"no nonce":                    {unset("nonce"), refused},
		"a nonce that is a list":      {set("nonce", []string{"guessed"}), refused},
		"about nobody":                {unset("sub"), refused},
		"alg none":                    {signedBy(unsigned("none")), refused},
		"alg None":                    {signedBy(unsigned("None")), refused},
		"HS256 with the public key":   {signedBy(hs256(publicPEM())), refused},
		"HS256 with our secret":       {signedBy(hs256([]byte(issuerSecret))), refused},
		"RS256 with a stranger's key": {signedBy(by(jose.JSONWebKey{Key: otherKey(), KeyID: "k1", Algorithm: "RS256"})), refused},
		"a kid that is not published": {signedBy(by(jose.JSONWebKey{Key: otherKey(), KeyID: "k2", Algorithm: "RS256"})), refused},
		"an algorithm not the key's":  {signedBy(by(jose.JSONWebKey{Key: rsaKey(), KeyID: "k1", Algorithm: "PS256"})), refused},
		"RS512":                       {func(i *issuer) { i.use(jose.JSONWebKey{Key: rsaKey(), KeyID: "k1", Algorithm: "RS512"}) }, refused},
		"a key of its own inside":     {signedBy(withOwnKey), refused},
		"a weak key": {func(i *issuer) {
			i.use(jose.JSONWebKey{Key: must(rsa.GenerateKey(rand.Reader, 1024)), KeyID: "k1", Algorithm: "RS256"})
		}, refused},
		"a key for encryption": {func(i *issuer) { i.shown[0].Use = "enc" }, refused},
		"two keys, none named": {func(i *issuer) {
			i.use(jose.JSONWebKey{Key: rsaKey(), Algorithm: "RS256"})
			i.shown = append(i.shown, i.shown[0])
		}, refused},
		"a critical header":           {signedBy(critical), refused},
		"a changed payload":           {signedBy(changed), refused},
		"an access token as ID token": {signedBy(func(i *issuer, c map[string]any) string { return i.signedAs("at+jwt", c) }), refused},
		"a logout token as ID token":  {signedBy(func(i *issuer, c map[string]any) string { return i.signedAs("logout+jwt", c) }), refused},
		"no token":                    {signedBy(func(*issuer, map[string]any) string { return "" }), refused},
		"two parts":                   {signedBy(func(i *issuer, c map[string]any) string { return i.signed(c)[:20] }), refused},
		"a token of 20 KB":            {set("picture", strings.Repeat("x", 20<<10)), refused},
		"a claim twice":               {signedBy(twice(`"sub":"sub-ent-noe"`)), refused},
		"a refusal of the portal":     {answers(func(q url.Values) { q.Set("error", "access_denied") }), refused},
		"no code":                     {answers(func(q url.Values) { q.Del("code") }), refused},
		"two codes":                   {answers(func(q url.Values) { q.Add("code", "x") }), refused},
		"a code that is too long":     {answers(func(q url.Values) { q.Set("code", strings.Repeat("x", 3000)) }), refused},
		"another code":                {answers(func(q url.Values) { q.Set("code", "guessed") }), refused},
		"UserInfo about another":      {info("sub", "sub-ent-noe"), refused},
		"UserInfo about nobody":       {func(i *issuer) { i.info = func(c map[string]any) { delete(c, "sub") } }, refused},

		"another project":           {info("idEnt", "B0"), mute},
		"no project":                {info("idEnt", ""), mute},
		"two projects":              {info("idENT", "B0"), mute},
		"a project by another name": {func(i *issuer) { i.info = func(c map[string]any) { delete(c, "idEnt"); c["IDENT"] = "A70" } }, mute},
		"nobody":                    {info("GARPersonIdentifiant", nil), mute},
		"two persons":               {set("GARPersonIdentifiant", "ent-noe"), mute},
		"a list of persons":         {info("GARPersonIdentifiant", []string{"ent-ines"}), mute},
		"a number":                  {info("GARPersonIdentifiant", 12), mute},
		"an object":                 {info("GARPersonIdentifiant", map[string]any{"value": "ent-ines"}), mute},
		"a control character":       {info("GARPersonIdentifiant", "ent-ines\x00"), mute},

		"a person twice":                  {says("/userinfo", 200, `{"sub":"sub-ent-ines","idEnt":"A70","GARPersonIdentifiant":"ent-noe","GARPersonIdentifiant":"ent-ines"}`), silent},
		"a UserInfo that is signed":       {says("/userinfo", 200, `eyJhbGciOiJSUzI1NiJ9.e30.x`), silent},
		"a UserInfo that refuses":         {says("/userinfo", 401, ""), silent},
		"a UserInfo that sends elsewhere": {says("/userinfo", 302, ""), silent},
		"a huge UserInfo":                 {says("/userinfo", 200, huge), silent},
		"a token endpoint that is down":   {says("/token", 500, ""), silent},
		"a token endpoint that sends on":  {says("/token", 307, ""), silent},
		"a token endpoint that talks":     {says("/token", 200, "<html>"), silent},
		"a huge answer to the code":       {says("/token", 200, huge), silent},
		"a token of an unknown kind":      {says("/token", 200, `{"id_token":"x","access_token":"y","token_type":"mac"}`), silent},
		"we are not known":                {says("/token", 401, `{"error":"invalid_client"}`), silent},
		"no discovery":                    {says("/.well-known/openid-configuration", 404, "{}"), silent},
		"a discovery that sends on":       {says("/.well-known/openid-configuration", 302, "{}"), silent},
		"a huge discovery":                {says("/.well-known/openid-configuration", 200, huge), silent},
		"a discovery of another issuer":   {about("issuer", "https://evil.example"), silent},
		"an endpoint of another scheme":   {about("token_endpoint", "ftp://evil.example/"), silent},
		"an endpoint that is no address":  {about("authorization_endpoint", "/authorize"), silent},
		"no endpoint":                     {about("token_endpoint", ""), silent},
		"an endpoint with a user":         {about("jwks_uri", "http://u@evil.example/"), silent},
		"no keys":                         {says("/jwks", 500, ""), silent},
		"keys that send elsewhere":        {says("/jwks", 302, ""), silent},
		"huge keys":                       {says("/jwks", 200, huge), silent},
		"keys that are a list":            {says("/jwks", 200, "[]"), silent},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i := newIssuer(t, stopped().Now)
			c.lie(i)
			vouched, err := i.signIn(t, i.connector())
			if got := codeOf(err); got != c.want {
				t.Errorf("got %q, want %q: %v", got, c.want, err)
			}
			if c.want == "" && (vouched.Project != "A70" || vouched.External != "ent-ines" || vouched.Index != "sid-ent-ines" || vouched.Farewell == "") ||
				c.want != "" && vouched.External != "" {
				t.Errorf("vouched for %+v", vouched)
			}
			if i.count("/elsewhere") > 0 {
				t.Error("a redirection was followed")
			}
			if err != nil {
				for _, secret := range []string{issuerSecret, url.QueryEscape(issuerSecret), "code-0", "access-of", "eyJ"} {
					if strings.Contains(err.Error(), secret) {
						t.Errorf("the log would show %q: %v", secret, err)
					}
				}
			}
		})
	}
}

// Mix-up (RFC 9207; RFC 9700 §4.4): the answer of one portal is taken to another, so that its code would be shown there. It is refused
// before anybody is asked about the code: neither portal's token endpoint hears of it.
func TestAMixUpOfPortalsIsRefused(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(q url.Values, honest string){
		"the other portal's answer":  func(url.Values, string) {},
		"of a portal nobody knows":   func(q url.Values, _ string) { q.Set("iss", "https://evil.example") },
		"that names no portal":       func(q url.Values, _ string) { q.Del("iss") },
		"that names two":             func(q url.Values, honest string) { q["iss"] = append([]string{honest}, q["iss"]...) },
		"that names one not exactly": func(q url.Values, honest string) { q.Set("iss", honest+"/") },
	} {
		for _, announced := range []bool{true, false} {
			if !announced && name == "that names no portal" {
				continue // that one says that it never does
			}
			t.Run(fmt.Sprintf("%s, announced: %v", name, announced), func(t *testing.T) {
				t.Parallel()
				honest, other := newIssuer(t, stopped().Now), newIssuer(t, stopped().Now)
				about("authorization_response_iss_parameter_supported", announced)(honest)
				about("authorization_response_iss_parameter_supported", announced)(other)
				a := signin.NewAttempt("https://pupitre.example/connexion/oidc/A70")
				r, err := other.visit(t, other.connector(), a) // the code, the state and the nonce are good at the other
				if err != nil {
					t.Fatal(err)
				}
				q := r.URL.Query()
				change(q, honest.URL)
				r.URL.RawQuery = q.Encode()
				if v, err := honest.connector().Finish(t.Context(), r, a); codeOf(err) != refused || v.External != "" {
					t.Errorf("got %+v, %v", v, err)
				}
				if n := honest.count("/token") + other.count("/token"); n != 0 {
					t.Errorf("a token endpoint was shown the code %d times", n)
				}
			})
		}
	}
}

func identified(project, external string) func(map[string]any) {
	return func(c map[string]any) { c["idEnt"], c["GARPersonIdentifiant"] = project, external }
}

func without(name string) func(url.Values) { return func(q url.Values) { q.Del(name) } }

func (i *issuer) keysBeside(keys ...string) {
	own := must(i.shown[0].MarshalJSON())
	says("/jwks", 200, `{"keys":[`+strings.Join(keys, ",")+`,`+string(own)+`]}`)(i)
}

func by(key jose.JSONWebKey) func(*issuer, map[string]any) string {
	return func(_ *issuer, c map[string]any) string { return sign(key, "JWT", c) }
}

func unsigned(algorithm string) func(*issuer, map[string]any) string {
	return func(_ *issuer, c map[string]any) string {
		return compact(map[string]any{"alg": algorithm, "kid": "k1"}, c, func(string) []byte { return nil })
	}
}

// hs256 signs with a secret that is none: what the portal publishes, or what both sides know for another use (RFC 8725 §2.1).
func hs256(secret []byte) func(*issuer, map[string]any) string {
	return func(_ *issuer, c map[string]any) string {
		return compact(map[string]any{"alg": "HS256", "kid": "k1"}, c, func(input string) []byte {
			mac := hmac.New(sha256.New, secret)
			mac.Write([]byte(input))
			return mac.Sum(nil)
		})
	}
}

func publicPEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: must(x509.MarshalPKIXPublicKey(rsaKey().Public()))})
}

// withOwnKey brings the key that it is signed with (RFC 8725 §3.10).
func withOwnKey(_ *issuer, c map[string]any) string {
	public := jose.JSONWebKey{Key: otherKey().Public(), KeyID: "k1", Algorithm: "RS256"}
	return compact(map[string]any{"alg": "RS256", "jwk": public}, c, rs256(otherKey()))
}

func critical(_ *issuer, c map[string]any) string {
	return compact(map[string]any{"alg": "RS256", "kid": "k1", "crit": []string{"exp2"}, "exp2": 1}, c, rs256(rsaKey()))
}

func changed(i *issuer, c map[string]any) string {
	parts := strings.Split(i.signed(c), ".")
	c["sub"] = "sub-ent-noe"
	parts[1] = strings.Split(i.signed(c), ".")[1]
	return strings.Join(parts, ".")
}

// twice adds a claim that is there already, at the end, where a careless reader would take it.
func twice(claim string) func(*issuer, map[string]any) string {
	return func(_ *issuer, c map[string]any) string {
		text, _ := strings.CutSuffix(string(must(json.Marshal(c))), "}")
		return compact(map[string]any{"alg": "RS256", "kid": "k1"}, json.RawMessage(text+","+claim+"}"), rs256(rsaKey()))
	}
}

// Somebody who has a code of another browser's cannot end their own sign-in with it: the portal does not take it back without that
// browser's verifier and, where the portal looks at none, its nonce is another (RFC 9700 §4.5).
func TestACodeIsWorthNothingInAnotherBrowser(t *testing.T) {
	t.Parallel()
	for _, noPKCE := range []bool{false, true} {
		t.Run(fmt.Sprintf("PKCE off: %v", noPKCE), func(t *testing.T) {
			t.Parallel()
			i := newIssuer(t, stopped().Now)
			i.noPKCE = noPKCE
			o := i.connector()
			own, stolen := signin.NewAttempt("https://pupitre.example/connexion/oidc/A70"), signin.NewAttempt("https://pupitre.example/connexion/oidc/A70")
			r, err := i.visit(t, o, stolen)
			if err != nil {
				t.Fatal(err)
			}
			q := r.URL.Query()
			q.Set("state", own.State())
			r.URL.RawQuery = q.Encode()
			if v, err := o.Finish(t.Context(), r, own); codeOf(err) != refused {
				t.Errorf("got %+v, %v", v, err)
			}
		})
	}
}

// What is in an address gives away nothing that is not.
func TestAnAttemptsAddressHoldsNoSecret(t *testing.T) {
	t.Parallel()
	i := newIssuer(t, stopped().Now)
	a := signin.NewAttempt("https://pupitre.example/connexion/oidc/A70")
	address, err := i.connector().Begin(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(address, a.Verifier()) || strings.Contains(address, url.QueryEscape(issuerSecret)) {
		t.Error("the address holds a secret")
	}
	drawn := map[string]bool{}
	for range 50 {
		a := signin.NewAttempt("https://pupitre.example/")
		for _, s := range []string{a.State(), a.Nonce(), a.Verifier()} {
			if len(s) != 43 || drawn[s] {
				t.Fatalf("%q is short, or not new", s)
			}
			drawn[s] = true
		}
	}
}

func TestAPortalThatNeverAnswersIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/.well-known/openid-configuration", "/token", "/jwks", "/userinfo"} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			i, over := newIssuer(t, stopped().Now), make(chan struct{})
			t.Cleanup(func() { close(over) }) // before the server closes, which waits for its handlers
			i.handle[path] = func(http.ResponseWriter, *http.Request) { <-over }
			o := i.connector()
			o.Client = &http.Client{Timeout: 200 * time.Millisecond}
			if _, err := i.signIn(t, o); codeOf(err) != silent {
				t.Errorf("got %v", err)
			}
		})
	}
}

// What a portal publishes is asked for once in a while, and by strangers' doing never more often.
func TestAPortalIsAskedOnceInAWhile(t *testing.T) {
	t.Parallel()
	clock := stopped()
	i := newIssuer(t, clock.Now)
	o := i.connector()
	asked := func(what string, documents, keys int) {
		t.Helper()
		if i.count("/.well-known/openid-configuration") != documents || i.count("/jwks") != keys {
			t.Errorf("%s: asked %v, want %d and %d", what, i.asked, documents, keys)
		}
	}
	in := func(what, want string) {
		t.Helper()
		if _, err := i.signIn(t, o); codeOf(err) != want {
			t.Errorf("%s: %v", what, err)
		}
	}
	asked("before the first", 0, 0)
	in("the first", "")
	in("the second", "")
	asked("two sign-ins", 1, 1)
	clock.Advance(time.Minute)
	i.use(jose.JSONWebKey{Key: otherKey(), KeyID: "k2", Algorithm: "RS256"})
	in("a new key", "")
	asked("a new key", 1, 2)
	for range 5 {
		if _, err := o.Over(posted(logoutToken(i, func(c map[string]any) {}, by(jose.JSONWebKey{Key: rsaKey(), KeyID: "k9", Algorithm: "RS256"})))); !fault.Is(err, fault.Invalid) {
			t.Errorf("a stranger's token: %v", err)
		}
	}
	asked("strangers", 1, 2)
	clock.Advance(31 * time.Second)
	o.Over(posted(logoutToken(i, func(c map[string]any) {}, by(jose.JSONWebKey{Key: rsaKey(), KeyID: "k9", Algorithm: "RS256"}))))
	asked("a stranger, half a minute later", 1, 3)
	clock.Advance(time.Hour)
	in("an hour later", "")
	asked("an hour later", 2, 4)

	// A key that the portal has taken back is good for an hour at most.
	i.shown = nil
	in("within the hour", "")
	clock.Advance(time.Hour)
	in("after it", refused)
	i.use(i.key)
	clock.Advance(time.Minute)

	// A portal whose documents do not come is not asked by everybody; what it said before does for a day.
	in("again", "")
	before := i.count("/jwks")
	clock.Advance(2 * time.Hour)
	says("/jwks", 500, "")(i)
	in("with the keys of before", "")
	in("with the keys of before", "")
	if got := i.count("/jwks"); got != before+1 {
		t.Errorf("asked %d times in vain", got-before)
	}
	clock.Advance(25 * time.Hour)
	in("after a day", silent)
}

func TestOneQuestionServesAllWhoWait(t *testing.T) {
	t.Parallel()
	i := newIssuer(t, stopped().Now)
	o := i.connector()
	ends := make(chan error)
	for range 16 {
		go func() {
			_, err := i.signIn(t, o)
			ends <- err
		}()
	}
	for range 16 {
		if err := <-ends; err != nil {
			t.Error(err)
		}
	}
	if i.count("/.well-known/openid-configuration") != 1 || i.count("/jwks") != 1 {
		t.Errorf("asked %v", i.asked)
	}
}

func posted(token string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/connexion/oidc/A70", strings.NewReader(url.Values{"logout_token": {token}}.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

// logoutToken is one of Inès's, changed.
func logoutToken(i *issuer, change func(map[string]any), sign func(*issuer, map[string]any) string) string {
	c := i.truth("ent-ines")
	c["jti"] = signin.NewAttempt("").State()
	c["events"] = map[string]any{"http://schemas.openid.net/event/backchannel-logout": map[string]any{}}
	change(c)
	return sign(i, c)
}

// OpenID Connect Back-Channel Logout 1.0 §2.4, §2.6.
func TestALogoutTokenIsBelievedOnlyAsAWhole(t *testing.T) {
	t.Parallel()
	typed := func(typ string) func(*issuer, map[string]any) string {
		return func(i *issuer, c map[string]any) string { return i.signedAs(typ, c) }
	}
	good := typed("logout+jwt")
	change := func(name string, value any) func(map[string]any) {
		return func(c map[string]any) {
			if c[name] = value; value == nil {
				delete(c, name)
			}
		}
	}
	now := stopped().Now()
	cases := map[string]struct {
		change func(map[string]any)
		sign   func(*issuer, map[string]any) string
		want   string
	}{
		"the truth":         {change("x", nil), good, "sid-ent-ines"},
		"its kind in full":  {change("x", nil), typed("application/logout+jwt"), "sid-ent-ines"},
		"without a subject": {change("sub", nil), good, "sid-ent-ines"},
		"an ID token":       {change("x", nil), typed("JWT"), ""},
		"of no kind": {change("x", nil), func(_ *issuer, c map[string]any) string {
			return compact(map[string]any{"alg": "RS256", "kid": "k1"}, c, rs256(rsaKey()))
		}, ""},
		"with a nonce":          {change("nonce", "n"), good, ""},
		"with an empty nonce":   {change("nonce", ""), good, ""},
		"no event":              {change("events", nil), good, ""},
		"another event":         {change("events", map[string]any{"https://schemas.openid.net/secevent/risc/event-type/account-disabled": map[string]any{}}), good, ""},
		"an event of nothing":   {change("events", map[string]any{"http://schemas.openid.net/event/backchannel-logout": nil}), good, ""},
		"an event that is true": {change("events", map[string]any{"http://schemas.openid.net/event/backchannel-logout": true}), good, ""},
		"no sid":                {change("sid", nil), good, ""},
		"no name":               {change("jti", nil), good, ""},
		"another issuer":        {change("iss", "https://evil.example"), good, ""},
		"another audience":      {change("aud", "another"), good, ""},
		"no time":               {change("iat", nil), good, ""},
		"old":                   {change("iat", now.Add(-time.Hour).Unix()), good, ""},
		"over":                  {change("exp", now.Add(-2*time.Minute).Unix()), good, ""},
		"without an end":        {change("exp", nil), good, ""},
		"unsigned":              {change("x", nil), unsigned("none"), ""},
		"HS256":                 {change("x", nil), hs256([]byte(issuerSecret)), ""},
		"a stranger's": {change("x", nil), func(_ *issuer, c map[string]any) string {
			return sign(jose.JSONWebKey{Key: otherKey(), KeyID: "k1", Algorithm: "RS256"}, "logout+jwt", c)
		}, ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i := newIssuer(t, stopped().Now)
			got, err := i.connector().Over(posted(logoutToken(i, c.change, c.sign)))
			var index federation.Token
			if len(got.Indexes) == 1 {
				index = got.Indexes[0]
			}
			if string(index) != c.want || (c.want == "") != (got.Once == "") || (err == nil) != (c.want != "") || err != nil && codeOf(err) != "federation.portal.logout" {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
}

func TestWhatIsNoLogoutTokenIsRefused(t *testing.T) {
	t.Parallel()
	o := newIssuer(t, stopped().Now).connector()
	for _, body := range []string{"", "x", "a.b.c", strings.Repeat("x", 40<<10)} {
		if _, err := o.Over(posted(body)); !fault.Is(err, fault.Invalid) {
			t.Errorf("%.10q: %v", body, err)
		}
	}
}

// A portal whose keys cannot be had has said nothing false: it may say it again.
func TestALogoutTokenThatCannotBeCheckedIsNotRefused(t *testing.T) {
	t.Parallel()
	i := newIssuer(t, stopped().Now)
	says("/jwks", 500, "")(i)
	token := logoutToken(i, func(map[string]any) {}, func(i *issuer, c map[string]any) string { return i.signedAs("logout+jwt", c) })
	if _, err := i.connector().Over(posted(token)); !fault.Is(err, fault.Unavailable) {
		t.Errorf("got %v", err)
	}
}
