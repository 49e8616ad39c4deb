package lti

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"pupitre/exos"
	"pupitre/internal/httpx"
)

const (
	patience    = 5 * time.Second // for one answer of a platform
	answerBytes = 1 << 20
)

// tokens are access tokens that platforms gave us, by platform and scope, while they last.
type tokens struct {
	mu   sync.Mutex
	kept map[string]access
}

type access struct {
	token string
	until time.Time
}

// access returns an access token for a scope (Security Framework §4.1, RFC 7523 §2.2): our signed word says who asks.
func (t *Tool) access(ctx context.Context, p Platform, scope string) (string, error) {
	name := string(p.ID) + " " + scope
	t.tokens.mu.Lock()
	kept, ok := t.tokens.kept[name]
	t.tokens.mu.Unlock()
	now := t.Now()
	if ok && now.Before(kept.until) {
		return kept.token, nil
	}
	assertion, err := t.sign(ctx, map[string]any{
		"iss": p.ClientID, "sub": p.ClientID, "aud": p.Token, "iat": now.Unix(), "exp": now.Add(time.Minute).Unix(), "jti": string(exos.NewToken()),
	})
	if err != nil {
		return "", err
	}
	form := url.Values{
		"grant_type": {"client_credentials"}, "client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
		"client_assertion": {assertion}, "scope": {scope},
	}
	status, body, _, err := t.ask(ctx, http.MethodPost, p.Token, "", "application/x-www-form-urlencoded", "application/json", []byte(form.Encode()))
	if err != nil {
		return "", err
	}
	var got struct {
		Access  string  `json:"access_token"`
		Expires float64 `json:"expires_in"`
	}
	if status != http.StatusOK || json.Unmarshal(body, &got) != nil || got.Access == "" || strings.ContainsAny(got.Access, "\r\n") {
		return "", fmt.Errorf("%s gives no token for %s: status %d", p.Token, scope, status)
	}
	t.tokens.mu.Lock()
	defer t.tokens.mu.Unlock()
	if t.tokens.kept == nil {
		t.tokens.kept = map[string]access{}
	}
	t.tokens.kept[name] = access{got.Access, now.Add(time.Duration(min(got.Expires, 3600))*time.Second - 30*time.Second)}
	return got.Access, nil
}

// forget drops a token that was refused.
func (t *Tool) forget(p Platform, scope string) {
	t.tokens.mu.Lock()
	defer t.tokens.mu.Unlock()
	delete(t.tokens.kept, string(p.ID)+" "+scope)
}

// ask sends one request to a platform, without following it elsewhere, and reads its bounded answer.
func (t *Tool) ask(ctx context.Context, method, address, token, media, accept string, body []byte) (int, []byte, http.Header, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return 0, nil, nil, err
	}
	if media != "" {
		req.Header.Set("Content-Type", media)
	}
	req.Header.Set("Accept", accept)
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	return httpx.AskAll(t.HTTP, req, answerBytes)
}

// call asks a service with a token, and once more with a new one where it was refused.
func (t *Tool) call(ctx context.Context, p Platform, scope, method, address, media, accept string, body []byte) (int, []byte, http.Header, error) {
	for again := false; ; again = true {
		token, err := t.access(ctx, p, scope)
		if err != nil {
			return 0, nil, nil, err
		}
		status, answer, header, err := t.ask(ctx, method, address, token, media, accept, body)
		if err != nil || status != http.StatusUnauthorized || again {
			return status, answer, header, err
		}
		t.forget(p, scope)
	}
}
