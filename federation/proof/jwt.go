package proof

import (
	"context"
	"encoding/json"
	"time"

	"github.com/go-jose/go-jose/v4"

	"pupitre/federation"
	"pupitre/internal/fault"
)

// Limits of what programs sign.
const (
	Skew      = time.Minute     // by how much their clock may be ahead
	Longest   = 5 * time.Minute // the furthest end that we take
	longestID = 256             // of a jti
	longest   = 64 << 10        // of a token
)

// Claims are those that every token of a program has.
type Claims struct {
	Issuer   string   `json:"iss"`
	Subject  string   `json:"sub"`
	Audience Audience `json:"aud"`
	Party    string   `json:"azp"`
	Expires  *float64 `json:"exp"`
	Issued   *float64 `json:"iat"`
	From     *float64 `json:"nbf"`
	ID       string   `json:"jti"`
	Nonce    string   `json:"nonce"`
}

// Until is the instant of its end.
func (c Claims) Until() time.Time { return instant(*c.Expires) }

// instant reads a NumericDate (RFC 7519 §2). Beyond what any clock shows, one is as good as another.
func instant(seconds float64) time.Time {
	const furthest = 1e11
	return time.UnixMicro(int64(max(0, min(seconds, furthest)) * 1e6))
}

// Audience is for whom a token is: one, however it is written. Of a list of several each could use it at the others.
type Audience string

// UnmarshalJSON reads a text, or a list of one.
func (a *Audience) UnmarshalJSON(b []byte) error {
	var one string
	if json.Unmarshal(b, &one) == nil {
		*a = Audience(one)
		return nil
	}
	var list []string
	if err := json.Unmarshal(b, &list); err != nil {
		return err
	}
	if len(list) == 1 {
		*a = Audience(list[0])
	}
	return nil
}

// Verify reads a token that a client signed, for one of these audiences. The second result is its whole payload. Refusals are
// fault.Denied, by what is wrong with it.
func (c *Checker) Verify(ctx context.Context, client federation.Client, token string, audiences ...string) (Claims, []byte, error) {
	payload, err := c.open(ctx, client, token)
	if err != nil {
		return Claims{}, nil, err
	}
	var claims Claims
	if err := json.Unmarshal(payload, &claims); err != nil {
		return Claims{}, nil, fault.Wrap(err, fault.Denied, "federation.proof.unreadable")
	}
	return claims, payload, claims.judge(client.ID, c.Now(), audiences)
}

// open checks the signature. The registration says which algorithms and keys there are; the token only chooses among them.
func (c *Checker) open(ctx context.Context, client federation.Client, token string) ([]byte, error) {
	if len(token) > longest {
		return nil, fault.New(fault.Denied, "federation.proof.unreadable")
	}
	var allowed []jose.SignatureAlgorithm
	for _, a := range client.Proof.Signs() {
		allowed = append(allowed, jose.SignatureAlgorithm(a))
	}
	signed, err := jose.ParseSignedCompact(token, everyAlgorithm)
	if err != nil || len(signed.Signatures) != 1 {
		return nil, fault.Wrap(err, fault.Denied, "federation.proof.unreadable")
	}
	header := signed.Signatures[0].Header
	if _, err := jose.ParseSignedCompact(token, allowed); err != nil {
		return nil, fault.Wrap(err, fault.Denied, "federation.proof.algorithm", "algorithm", header.Algorithm)
	}
	keys, err := c.keys(ctx, client, header.KeyID, header.Algorithm)
	if err != nil {
		return nil, err
	}
	if len(keys) == 0 {
		return nil, fault.New(fault.Denied, "federation.proof.key", "key", short(header.KeyID))
	}
	payload, err := signed.Verify(keys[0])
	if err != nil {
		return nil, fault.Wrap(err, fault.Denied, "federation.proof.signature", "key", short(header.KeyID))
	}
	return payload, nil
}

// everyAlgorithm is read only to be able to say which of them is refused.
var everyAlgorithm = []jose.SignatureAlgorithm{"none", jose.HS256, jose.HS384, jose.HS512, jose.RS256, jose.RS384, jose.RS512,
	jose.PS256, jose.PS384, jose.PS512, jose.ES256, jose.ES384, jose.ES512, jose.EdDSA}

// short keeps a stranger's name from filling a sentence.
func short(s string) string {
	const most = 64
	if len(s) > most {
		return s[:most]
	}
	return s
}

// judge says what is wrong with a token's claims. It is pure.
func (c Claims) judge(client federation.ClientID, now time.Time, audiences []string) error {
	refuse := func(what string, params ...any) error {
		return fault.New(fault.Denied, what, params...)
	}
	meant := false
	for _, a := range audiences {
		meant = meant || a != "" && string(c.Audience) == a
	}
	switch {
	case c.Issuer != string(client):
		return refuse("federation.proof.issuer", "client", string(client))
	case !meant:
		return refuse("federation.proof.audience", "audience", audiences[0])
	case c.Expires == nil:
		return refuse("federation.proof.endless")
	case !now.Before(c.Until()):
		return refuse("federation.proof.expired")
	case c.Until().After(now.Add(Longest + Skew)):
		return refuse("federation.proof.long", "minutes", int(Longest.Minutes()))
	case c.Issued != nil && instant(*c.Issued).After(now.Add(Skew)), c.From != nil && instant(*c.From).After(now.Add(Skew)):
		return refuse("federation.proof.early")
	}
	return nil
}

// Unchecked is what a token says that nobody has checked yet: all that may be done with it is look for a key.
func Unchecked(token string) (claims Claims) {
	if len(token) > longest {
		return claims
	}
	signed, err := jose.ParseSignedCompact(token, everyAlgorithm)
	if err != nil || json.Unmarshal(signed.UnsafePayloadWithoutVerification(), &claims) != nil {
		return Claims{}
	}
	return claims
}
