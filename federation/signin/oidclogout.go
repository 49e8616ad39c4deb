package signin

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4/json"
)

// Of a logout token: its kind, and the event that it tells (Back-Channel Logout 1.0 §2.4).
const (
	logoutType  = "logout+jwt"
	logoutEvent = "http://schemas.openid.net/event/backchannel-logout"
)

// logoutToken opens a logout token and returns the portal's name for the sign-in that is over. One with a « sub » alone would also
// end what began after it was made, so we ask portals for « sid » (backchannel_logout_session_required) and take nothing else.
func (o *OIDC) logoutToken(ctx context.Context, about *discovery, raw string) (string, error) {
	var c claims
	_, typ, err := o.open(ctx, about, raw, &c)
	if err != nil {
		return "", err
	}
	var event map[string]json.RawMessage
	switch {
	case strings.TrimPrefix(typ, "application/") != logoutType:
		return "", fmt.Errorf("the token is of the kind %.40q", typ)
	case json.Unmarshal(c.Events[logoutEvent], &event) != nil || event == nil:
		return "", errors.New("the token tells of no sign-out")
	case c.Nonce != nil: // §2.4: so that it can never pass for an ID token
		return "", errors.New("the token has a nonce")
	case c.Session == "" || c.ID == "":
		return "", errors.New("the token does not say which sign-in, or has no name")
	case !o.heard.first(c.ID, o.Now()):
		return "", errors.New("the token was heard before")
	}
	return c.Session, nil
}

// heard are the logout tokens of the last minutes, by their names: each is taken once (§2.6, 8). It is this process's memory: at
// another node a token heard here ends nothing any more, for its session is over. Only the portal's own signature makes it grow.
type heard struct {
	mu    sync.Mutex
	until map[string]time.Time
	swept time.Time
}

// first reports whether a token has not been heard before, and remembers it for as long as it could be read again.
func (h *heard) first(id string, now time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.until == nil {
		h.until = map[string]time.Time{}
	}
	if now.Sub(h.swept) > time.Minute {
		h.swept = now
		for old, until := range h.until {
			if now.After(until) {
				delete(h.until, old)
			}
		}
	}
	if _, again := h.until[id]; again {
		return false
	}
	h.until[id] = now.Add(maxAge + 2*skew)
	return true
}
