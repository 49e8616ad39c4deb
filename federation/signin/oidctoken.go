package signin

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/json"
	"github.com/go-jose/go-jose/v4/jwt"

	"pupitre/internal/fault"
)

// challenge is the S256 of a verifier (RFC 7636 §4.2).
func challenge(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// tokens are what the portal gives for a code.
type tokens struct {
	ID     string `json:"id_token"`
	Access string `json:"access_token"`
	Kind   string `json:"token_type"`
	Error  string `json:"error"`
}

// exchange shows the code, the verifier and our secret (Core §3.1.3.1, RFC 6749 §2.3.1: both halves are form-encoded first).
func (o *OIDC) exchange(ctx context.Context, about *discovery, a Attempt, code string) (tokens, error) {
	form := url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {a.Callback}, "code_verifier": {a.Verifier()}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, about.Token, strings.NewReader(form.Encode()))
	if err != nil {
		return tokens{}, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.SetBasicAuth(url.QueryEscape(o.ClientID), url.QueryEscape(string(o.Secret)))
	status, body, err := o.ask(req)
	if err != nil {
		return tokens{}, silent(o.Portal, err)
	}
	var t tokens
	unreadable := json.Unmarshal(body, &t)
	switch {
	case unreadable == nil && status == http.StatusBadRequest && t.Error == "invalid_grant":
		return tokens{}, refused(o.Portal, errors.New("the portal does not take its code back"))
	case status != http.StatusOK: // invalid_client too: that is the operator's to mend, not the person's
		return tokens{}, silent(o.Portal, fmt.Errorf("%w, %.40q", statusError(status), t.Error))
	case unreadable != nil:
		return tokens{}, silent(o.Portal, unreadable)
	case t.Access != "" && !strings.EqualFold(t.Kind, "Bearer"): // RFC 6749 §7.1
		return tokens{}, silent(o.Portal, fmt.Errorf("the access token is of the kind %.40q", t.Kind))
	}
	return t, nil
}

// claims are those of a token that we check.
type claims struct {
	Issuer     string                     `json:"iss"`
	Subject    string                     `json:"sub"`
	Audience   jwt.Audience               `json:"aud"`
	Authorized string                     `json:"azp"`
	Expires    *jwt.NumericDate           `json:"exp"`
	NotBefore  *jwt.NumericDate           `json:"nbf"`
	Issued     *jwt.NumericDate           `json:"iat"`
	Nonce      *string                    `json:"nonce"`
	Session    string                     `json:"sid"`
	ID         string                     `json:"jti"`
	Events     map[string]json.RawMessage `json:"events"`
}

const (
	skew     = time.Minute      // of the portal's clock
	maxAge   = 10 * time.Minute // of a token that the portal has just made
	maxToken = 16 << 10
)

// open checks what every token of the portal's must have: its signature, and that it is its word, for us, now (Core §3.1.3.7).
// It returns the kind that its header says.
func (o *OIDC) open(ctx context.Context, about *discovery, raw string, c *claims) (payload []byte, typ string, err error) {
	if len(raw) > maxToken {
		return nil, "", errors.New("the token is too long")
	}
	signed, err := jose.ParseSignedCompact(raw, algorithms)
	if err != nil {
		return nil, "", err
	}
	header := signed.Signatures[0].Header
	key, err := o.key(ctx, about, header)
	if err != nil {
		return nil, "", err
	}
	if payload, err = signed.Verify(key); err != nil {
		return nil, "", err
	}
	if err := json.Unmarshal(payload, c); err != nil {
		return nil, "", err
	}
	typ, _ = header.ExtraHeaders[jose.HeaderType].(string)
	return payload, strings.ToLower(typ), c.check(o.Issuer, o.ClientID, o.Now())
}

// check reports whether the claims are that issuer's word, for that client alone, now. An audience beside us would be somebody
// whom we have no reason to trust (Core §3.1.3.7, 3).
func (c *claims) check(issuer, client string, now time.Time) error {
	switch {
	case c.Issuer != issuer:
		return fmt.Errorf("the token is of the issuer %.200q", c.Issuer)
	case !slices.Equal(c.Audience, jwt.Audience{client}):
		return errors.New("the token is not for us alone")
	case c.Authorized != "" && c.Authorized != client:
		return errors.New("the token was given to another")
	case c.Expires == nil || !now.Before(c.Expires.Time().Add(skew)):
		return errors.New("the token is over")
	case c.NotBefore != nil && now.Add(skew).Before(c.NotBefore.Time()):
		return errors.New("the token is not good yet")
	case c.Issued == nil || now.Add(skew).Before(c.Issued.Time()) || now.Sub(c.Issued.Time()) > maxAge+skew:
		return errors.New("the token was not made just now")
	}
	return nil
}

// idToken is an ID token that was checked.
type idToken struct {
	claims
	payload []byte
}

// idToken opens an ID token of the attempt with that nonce (Core §2, §3.1.3.7, 11).
func (o *OIDC) idToken(ctx context.Context, about *discovery, raw, nonce string) (idToken, error) {
	var t idToken
	payload, typ, err := o.open(ctx, about, raw, &t.claims)
	switch {
	case err != nil:
	case typ != "" && typ != "jwt": // RFC 8725 §3.11: a token of another kind, whose claims may look the same
		err = fmt.Errorf("the token is of the kind %.40q", typ)
	case t.Nonce == nil || *t.Nonce != nonce:
		err = errors.New("the token is of another attempt")
	case t.Subject == "" || len(t.Subject) > 255:
		err = errors.New("the token is about nobody")
	}
	if err != nil && !fault.Is(err, fault.Unavailable) { // unless it could not be checked
		err = refused(o.Portal, err)
	}
	t.payload = payload
	return t, err
}

// userInfo is the portal's answer about the holder of an access token.
type userInfo struct {
	Subject string `json:"sub"`
	payload []byte
}

func (o *OIDC) userInfo(ctx context.Context, about *discovery, access string) (userInfo, error) {
	var info userInfo
	body, err := o.fetch(ctx, about.UserInfo, access, &info)
	if err != nil {
		return userInfo{}, silent(o.Portal, fmt.Errorf("UserInfo: %w", err))
	}
	info.payload = body
	return info, nil
}

// read takes down the identity among claims: texts, and nothing that stands for one.
func (i *identity) read(payload []byte) error {
	var all map[string]json.RawMessage
	if err := json.Unmarshal(payload, &all); err != nil {
		return err
	}
	for name, raw := range all {
		if i.field(name) == nil || string(raw) == "null" {
			continue
		}
		var value string
		if json.Unmarshal(raw, &value) != nil || strings.ContainsFunc(value, unicode.IsControl) {
			return fmt.Errorf("%s is no text", name)
		}
		if err := i.hear(name, value); err != nil {
			return err
		}
	}
	return nil
}
