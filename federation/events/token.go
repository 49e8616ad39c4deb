package events

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"pupitre/directory"
	"pupitre/federation"
)

// The names of events. Ours is known by its last part (docs/protocols/rights.md).
const (
	eventRights  = "urn:pupitre:event-type/rights-changed"
	eventErased  = "https://schemas.openid.net/secevent/risc/event-type/account-purged"
	eventSession = "https://schemas.openid.net/secevent/caep/event-type/session-revoked"
	eventLogout  = "http://schemas.openid.net/event/backchannel-logout"
)

// logoutLife is how long a logout token may be read: the specification advises two minutes (§4).
const logoutLife = 2 * time.Minute

// setToken is a Security Event Token (RFC 8417 §2.2) with a subject of RFC 9493.
type setToken struct {
	Issuer   string              `json:"iss"`
	Audience federation.ClientID `json:"aud"`
	Issued   int64               `json:"iat"`
	ID       string              `json:"jti"`
	Happened int64               `json:"toe"`
	Subject  any                 `json:"sub_id"`
	Events   map[string]any      `json:"events"`
}

// logoutToken is that of Back-Channel Logout 1.0 §2.4.
type logoutToken struct {
	Issuer   string              `json:"iss"`
	Audience federation.ClientID `json:"aud"`
	Issued   int64               `json:"iat"`
	Expires  int64               `json:"exp"`
	ID       string              `json:"jti"`
	Subject  string              `json:"sub"`
	Session  string              `json:"sid"`
	Events   map[string]struct{} `json:"events"`
}

// subject names a person (RFC 9493 §3.2.2).
type subject struct {
	Format string `json:"format"`
	Issuer string `json:"iss"`
	Sub    string `json:"sub"`
}

// inSession names a person in one session (§3.3).
type inSession struct {
	Format  string  `json:"format"`
	User    subject `json:"user"`
	Session struct {
		Format string `json:"format"`
		ID     string `json:"id"`
	} `json:"session"`
}

// token writes what a push says, signed. The same push gives the same jti each time, and no two pushes the same.
func (t *Teller) token(ctx context.Context, p Push, c federation.Client, secret directory.Secret) (string, error) {
	sub := federation.PseudonymOf(secret, c.Sector).Subject()
	who := subject{"iss_sub", t.Issuer, sub}
	set := setToken{
		Issuer: t.Issuer, Audience: c.ID, Issued: p.At.Unix(), Happened: p.At.Unix(), ID: jti(secret, p),
		Subject: who, Events: map[string]any{},
	}
	switch p.Kind {
	case Logout:
		now := t.Now()
		return t.Keys.Sign(ctx, c.Algorithm, "logout+jwt", logoutToken{
			Issuer: t.Issuer, Audience: c.ID, Issued: now.Unix(), Expires: now.Add(logoutLife).Unix(), ID: set.ID,
			Subject: sub, Session: federation.SessionName(secret, c.Sector, federation.SessionID(p.Body)),
			Events: map[string]struct{}{eventLogout: {}},
		})
	case SessionRevoked:
		in := inSession{Format: "complex", User: who}
		in.Session.Format, in.Session.ID = "opaque", federation.SessionName(secret, c.Sector, federation.SessionID(p.Body))
		set.Subject = in
		set.Events[eventSession] = map[string]any{"event_timestamp": p.At.Unix()}
	default:
		set.Events[eventRights] = map[string]any{"event_timestamp": p.At.Unix(), "ark": p.Body}
	}
	return t.Keys.Sign(ctx, c.Algorithm, "secevent+jwt", set)
}

// erased writes that somebody was erased (RISC 1.0 §2.1). The push holds the pseudonym, for there is nothing left to make it of; its
// name is drawn from the push's own, which is random.
func (t *Teller) erased(ctx context.Context, p Push, c federation.Client) (string, error) {
	id := sha256.Sum256([]byte("push\x00" + p.ID))
	return t.Keys.Sign(ctx, c.Algorithm, "secevent+jwt", setToken{
		Issuer: t.Issuer, Audience: c.ID, Issued: p.At.Unix(), Happened: p.At.Unix(), ID: hex.EncodeToString(id[:16]),
		Subject: subject{"iss_sub", t.Issuer, p.Body}, Events: map[string]any{eventErased: map[string]any{}},
	})
}

// jti names a push to its client without showing our ids.
func jti(secret directory.Secret, p Push) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte("push\x00" + p.ID))
	return hex.EncodeToString(mac.Sum(nil)[:16])
}
