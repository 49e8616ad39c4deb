package trial

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"

	"pupitre/federation"
)

// claims are an ID token's.
type claims map[string]any

// oidcChecks are OpenID Connect's: first what the token says, then who signed it, then how the answer comes to the site.
var oidcChecks = []check{
	{name: "oidc.issuer", clause: "OpenID Connect Core 1.0 §3.1.3.7 (2)", answer: saying(func(b *Bench, c claims) { c["iss"] = "https://autre-portail.example" })},
	{name: "oidc.audience", clause: "OpenID Connect Core 1.0 §3.1.3.7 (3)", answer: saying(func(b *Bench, c claims) { c["aud"] = "autre-programme" })},
	{name: "oidc.expired", clause: "OpenID Connect Core 1.0 §3.1.3.7 (9)", answer: saying(func(b *Bench, c claims) {
		past := b.settings.Now().Add(-time.Hour).Unix()
		c["iat"], c["exp"] = past-300, past
	})},
	{name: "oidc.early", clause: "RFC 7519 §4.1.5; OpenID Connect Core 1.0 §3.1.3.7 (10)", advice: true, answer: saying(func(b *Bench, c claims) {
		soon := b.settings.Now().Add(time.Hour).Unix()
		c["nbf"], c["iat"], c["exp"] = soon, soon, soon+300
	})},
	{name: "oidc.nonce", clause: "OpenID Connect Core 1.0 §3.1.3.7 (11)", needs: asks("nonce"), answer: saying(func(b *Bench, c claims) { c["nonce"] = "un-autre-nonce" })},
	{name: "oidc.nonce.missing", clause: "OpenID Connect Core 1.0 §3.1.3.7 (11)", needs: asks("nonce"), answer: saying(func(b *Bench, c claims) { delete(c, "nonce") })},

	{name: "oidc.none", clause: "OpenID Connect Core 1.0 §3.1.3.7 (7); RFC 8725 §3.2", answer: signedBy(unsigned)},
	{name: "oidc.hmac", clause: "RFC 8725 §2.1, §3.1", answer: signedBy(byPublicKey)},
	{name: "oidc.signature", clause: "OpenID Connect Core 1.0 §3.1.3.7 (6); RFC 7515 §5.2", answer: signedBy(broken)},
	{name: "oidc.key", clause: "OpenID Connect Core 1.0 §3.1.3.7 (6), §10.1.1", answer: signedBy(byStranger)},

	{name: "oidc.userinfo", clause: "OpenID Connect Core 1.0 §5.3.2", needs: fetches, answer: anotherSubject, seen: shows(another)},

	{name: "oidc.state", clause: "RFC 6749 §10.12; RFC 9700 §2.1", needs: asks("state"), bring: with("state", "un-autre-etat")},
	{name: "oidc.state.missing", clause: "RFC 6749 §10.12; RFC 9700 §2.1", needs: asks("state"), bring: with("state", "")},
	{name: "oidc.unasked", clause: "RFC 6749 §10.12; RFC 9700 §4.7", play: unasked},
	{name: "oidc.again", clause: "RFC 6749 §4.1.2; RFC 9700 §4.5", play: again},
	{name: "oidc.mixup", clause: "RFC 9207 §2.4; RFC 9700 §4.4", advice: true, bring: with("iss", "https://autre-portail.example")},
	{name: "oidc.denied", clause: "RFC 6749 §4.1.2.1", play: denied},
}

// oidcLogout are what a site must and must not heed once somebody is in.
var oidcLogout = []check{
	{name: "oidc.logout", clause: "OpenID Connect Back-Channel Logout 1.0 §2.7", needs: hearsLogout, play: told, about: ended, keeps: true},
	{name: "oidc.logout.key", clause: "OpenID Connect Back-Channel Logout 1.0 §2.6 (2)", needs: hearsLogout, play: told, about: ended, word: logoutToken(byStranger, nil)},
	{name: "oidc.logout.audience", clause: "OpenID Connect Back-Channel Logout 1.0 §2.6 (3)", needs: hearsLogout, play: told, about: ended,
		word: logoutToken(rightly, func(c claims) { c["aud"] = "autre-programme" })},
	{name: "oidc.logout.event", clause: "OpenID Connect Back-Channel Logout 1.0 §2.6 (5)", needs: hearsLogout, play: told, about: ended,
		word: logoutToken(rightly, func(c claims) { delete(c, "events") })},
	{name: "oidc.logout.nonce", clause: "OpenID Connect Back-Channel Logout 1.0 §2.6 (6)", needs: hearsLogout, play: told, about: ended,
		word: logoutToken(rightly, func(c claims) { c["nonce"] = "un-nonce" })},
}

func asks(parameter string) func(*tried) bool {
	return func(t *tried) bool { return t.asked.has(parameter) }
}

func fetches(t *tried) bool { return t.asked.Attributes }

func hearsLogout(t *tried) bool { return t.bench.client.LogoutURL != "" }

// with has the browser bring another value of a parameter; "" is none.
func with(parameter, value string) func(*step) bool {
	return func(s *step) bool {
		q := s.to.Query()
		q.Set(parameter, value)
		if value == "" {
			q.Del(parameter)
		}
		to := *s.to
		to.RawQuery = q.Encode()
		s.to = &to
		return true
	}
}

// saying changes what an ID token says, and has it signed as it should be.
func saying(change func(b *Bench, c claims)) rewrite {
	return inToken(func(ctx context.Context, b *Bench, _ string, c claims) (string, error) {
		change(b, c)
		return rightly(ctx, b, "", c)
	})
}

// signer makes a token that says c; was is the one that it replaces.
type signer func(ctx context.Context, b *Bench, was string, c claims) (string, error)

func signedBy(s signer) rewrite { return inToken(s) }

// inToken replaces the ID token of a token answer.
func inToken(sign signer) rewrite {
	return func(ctx context.Context, b *Bench, x *exchange) (bool, error) {
		if x.status != http.StatusOK || !isOneOf(x.request.URL.Path, "/oidc/token", "/oidc/oidcAccessToken") {
			return false, nil
		}
		var answer map[string]any
		if err := json.Unmarshal(x.body, &answer); err != nil {
			return false, err
		}
		was, _ := answer["id_token"].(string)
		said, err := read(was)
		if err != nil {
			return false, err
		}
		if answer["id_token"], err = sign(ctx, b, was, said); err != nil {
			return false, err
		}
		x.body, err = json.Marshal(answer)
		return true, err
	}
}

// read is what a token of ours says.
func read(token string) (claims, error) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return nil, errors.New("this is no token")
	}
	text, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return nil, err
	}
	var out claims
	dec := json.NewDecoder(strings.NewReader(string(text)))
	dec.UseNumber() // seconds stay whole
	return out, dec.Decode(&out)
}

// rightly signs as the bench's provider does.
func rightly(ctx context.Context, b *Bench, was string, c claims) (string, error) {
	typ := "JWT"
	if _, logout := c["events"]; logout || c["exp"] == nil || strings.Contains(headerOf(was), "logout") {
		typ = "logout+jwt"
	}
	return b.keys.Sign(ctx, b.client.Algorithm, typ, c)
}

func headerOf(token string) string {
	head, _, _ := strings.Cut(token, ".")
	text, _ := base64.RawURLEncoding.DecodeString(head) // "" for none
	return string(text)
}

// compact puts a token together by hand: libraries rightly refuse to.
func compact(header map[string]any, c claims, sign func(text string) []byte) (string, error) {
	head, err1 := json.Marshal(header)
	body, err2 := json.Marshal(c)
	text := base64.RawURLEncoding.EncodeToString(head) + "." + base64.RawURLEncoding.EncodeToString(body)
	return text + "." + base64.RawURLEncoding.EncodeToString(sign(text)), errors.Join(err1, err2)
}

// unsigned is a token that says « alg: none ».
func unsigned(_ context.Context, _ *Bench, _ string, c claims) (string, error) {
	return compact(map[string]any{"alg": "none", "typ": "JWT"}, c, func(string) []byte { return nil })
}

// byPublicKey signs with HMAC, the secret being the public key that everybody reads: a library that lets the token choose the algorithm
// finds it right.
func byPublicKey(ctx context.Context, b *Bench, _ string, c claims) (string, error) {
	set, err := b.keys.Public(ctx)
	if err != nil {
		return "", err
	}
	for _, key := range set.Keys {
		if key.Algorithm != string(b.client.Algorithm) {
			continue
		}
		der, err := x509.MarshalPKIXPublicKey(key.Key)
		if err != nil {
			return "", err
		}
		secret := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
		return compact(map[string]any{"alg": "HS256", "typ": "JWT", "kid": key.KeyID}, c, func(text string) []byte {
			mac := hmac.New(sha256.New, secret)
			mac.Write([]byte(text))
			return mac.Sum(nil)
		})
	}
	return "", errors.New("there is no public key")
}

// broken is the right token with one bit of its signature turned.
func broken(_ context.Context, _ *Bench, was string, _ claims) (string, error) {
	at := strings.LastIndexByte(was, '.') + 1
	signature, err := base64.RawURLEncoding.DecodeString(was[at:])
	if err != nil || len(signature) == 0 {
		return "", errors.Join(err, errors.New("there is no signature"))
	}
	signature[len(signature)/2] ^= 1
	return was[:at] + base64.RawURLEncoding.EncodeToString(signature), nil
}

// byStranger signs with a key that nobody published, under a name that nobody knows.
func byStranger(_ context.Context, _ *Bench, was string, c claims) (string, error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return "", err
	}
	typ := "JWT"
	if strings.Contains(headerOf(was), "logout") {
		typ = "logout+jwt"
	}
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: private, KeyID: "inconnue"}},
		(&jose.SignerOptions{}).WithType(jose.ContentType(typ)))
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(c)
	if err != nil {
		return "", err
	}
	signed, err := s.Sign(text)
	if err != nil {
		return "", err
	}
	return signed.CompactSerialize()
}

// another is nobody's pseudonym, and easy to find on a page.
var another = strings.Repeat("0e5a1", 12) + "0e5a"

// anotherSubject has UserInfo speak of somebody else; what it says must then not be used, whether people are signed in without it or not.
func anotherSubject(_ context.Context, _ *Bench, x *exchange) (bool, error) {
	if x.status != http.StatusOK || !isOneOf(x.request.URL.Path, "/oidc/userinfo", "/oidc/oidcProfile") {
		return false, nil
	}
	var answer claims
	if err := json.Unmarshal(x.body, &answer); err != nil {
		return false, err
	}
	for name, value := range answer {
		if _, several := value.([]any); several {
			answer[name] = []string{another}
		} else {
			answer[name] = another
		}
	}
	var err error
	x.body, err = json.Marshal(answer)
	return true, err
}

// logoutToken spoils the word that a session is over.
func logoutToken(sign signer, change func(claims)) reword {
	return func(ctx context.Context, b *Bench, _ string, body []byte) ([]byte, bool, error) {
		form, err := url.ParseQuery(string(body))
		was := form.Get("logout_token")
		if err != nil || was == "" {
			return body, false, nil // another event
		}
		said, err := read(was)
		if err != nil {
			return nil, false, err
		}
		if change != nil {
			change(said)
		}
		token, err := sign(ctx, b, was, said)
		if err != nil {
			return nil, false, err
		}
		form.Set("logout_token", token)
		return []byte(form.Encode()), true, nil
	}
}

// oidcSetUp are findings about what a site asked, without spoiling anything.
func oidcSetUp(t *tried) []Finding {
	a, c := t.asked, t.bench.client
	return []Finding{
		judge("oidc.pkce", "RFC 7636 §4.2; RFC 9700 §2.1.1", Failed, strings.Join(a.Parameters["code_challenge_method"], "") == "S256"),
		judge("oidc.proof.twice", "RFC 6749 §2.3", Failed, !a.Twice),
		judge("oidc.csrf", "RFC 9700 §2.1", Remark, a.has("state")),
		judge("oidc.nonce.asked", "OpenID Connect Core 1.0 §3.1.2.1; RFC 9700 §2.1.1", Remark, a.has("nonce")),
		judge("oidc.scopes", "RFC 6749 §3.3", Remark, len(a.Unknown) == 0),
		judge("oidc.proof.key", "RFC 9700 §2.5", Remark, c.Proof.Method != federation.BySecret),
		judge("oidc.algorithm", "RFC 7518 §3.1", Remark, c.Algorithm == federation.ES256),
		judge("oidc.logout.registered", "OpenID Connect Back-Channel Logout 1.0 §2.2", Remark, c.LogoutURL != ""),
		judge("oidc.events", "RFC 8935", Remark, c.EventsURL != ""),
	}
}
