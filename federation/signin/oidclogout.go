package signin

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/go-jose/go-jose/v4/json"

	"pupitre/federation"
)

// Of a logout token: its kind, and the event that it tells (Back-Channel Logout 1.0 §2.4).
const (
	logoutType  = "logout+jwt"
	logoutEvent = "http://schemas.openid.net/event/backchannel-logout"
)

// logoutToken opens a logout token, and says what is over: by the portal's name for the sign-in. One with a « sub » alone would also
// end what began after it was made, so we ask portals for « sid » (backchannel_logout_session_required) and take nothing else. Each is
// heard once (§2.6, 8), for as long as it could be read again: on all nodes, for the database remembers. Only the portal's own
// signature makes that grow.
func (o *OIDC) logoutToken(ctx context.Context, about *discovery, raw string) (federation.Closing, error) {
	var none federation.Closing
	var c claims
	_, typ, err := o.open(ctx, about, raw, &c)
	if err != nil {
		return none, err
	}
	var event map[string]json.RawMessage
	switch {
	case strings.TrimPrefix(typ, "application/") != logoutType:
		return none, fmt.Errorf("the token is of the kind %.40q", typ)
	case json.Unmarshal(c.Events[logoutEvent], &event) != nil || event == nil:
		return none, errors.New("the token tells of no sign-out")
	case c.Nonce != nil: // §2.4: so that it can never pass for an ID token
		return none, errors.New("the token has a nonce")
	case c.Session == "" || c.ID == "":
		return none, errors.New("the token does not say which sign-in, or has no name")
	}
	return federation.Closing{
		Project: o.Portal.Project, Indexes: []federation.Token{federation.Token(c.Session)},
		Once: onceHeard(c.ID), OnceUntil: o.Now().Add(maxAge + 2*skew),
	}, nil
}
