package oidc

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"time"

	"pupitre/federation"
	"pupitre/federation/proof"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/journal"
)

// tokens is a token answer (Core §3.1.3.3).
type tokens struct {
	Access    federation.Token `json:"access_token"`
	Type      string           `json:"token_type"`
	ExpiresIn int              `json:"expires_in"`
	ID        string           `json:"id_token"`
	Refresh   federation.Token `json:"refresh_token,omitempty"`
	Scope     string           `json:"scope"`
}

var errGrant = refuse("invalid_grant", "")

func (p *Provider) token(w http.ResponseWriter, r *http.Request) error {
	f, refused := form(r)
	if refused != nil {
		return tell(w, refused)
	}
	caller, refused, err := p.authenticate(r, f)
	if err != nil {
		return err
	}
	if refused != nil {
		return tell(w, refused)
	}
	client := caller.Client
	httpx.Event(r.Context()).Set("client", string(client.ID))
	var given *given
	switch f.Get("grant_type") {
	case "authorization_code":
		given, err = p.redeem(r.Context(), caller, f)
	case "refresh_token":
		given, err = p.renew(r.Context(), caller, f)
	default:
		return tell(w, refuse("unsupported_grant_type", ""))
	}
	if err != nil {
		return err
	}
	if given.refused != nil {
		httpx.Event(r.Context()).Set("refused", given.refused.Error)
		return tell(w, given.refused)
	}
	answer, refused, err := p.complete(r.Context(), client, given)
	if err != nil {
		return err
	}
	if refused != nil {
		httpx.Event(r.Context()).Set("refused", refused.Description)
		return tell(w, refused)
	}
	return tellJSON(w, http.StatusOK, answer)
}

// given is what a transaction gave for a code or a refresh token, or why not. A refusal is not an error: what it used up stays used.
type given struct {
	refused *refusal
	code    federation.Hash // what was redeemed; "" for a refresh token
	grant   Grant
	access  federation.Token
	refresh federation.Token
}

// redeem takes a code. Whatever is wrong, it is used up: whoever shows it wrongly should not have it (RFC 9700 §4.5).
func (p *Provider) redeem(ctx context.Context, client proof.Caller, f url.Values) (*given, error) {
	code := federation.Token(f.Get("code"))
	if code == "" {
		return &given{refused: refuse("invalid_request", "code is missing")}, nil
	}
	out := &given{code: code.Hash(), access: p.newToken()}
	shown := Redemption{Code: out.code, Client: client.ID, Redirect: f.Get("redirect_uri"), Challenge: challengeOf(f.Get("code_verifier"))}
	if client.Refresh {
		out.refresh = p.newToken()
		shown.Refresh, shown.Longest = out.refresh.Hash(), p.Federation.Absolute()
	}
	var done Redeemed
	err := p.Store.Do(ctx, func(ctx context.Context, w Writer) (err error) {
		shown.Access = accessToken(out.access, client, w.Now())
		done, err = w.Redeem(ctx, shown)
		return err
	})
	switch {
	case fault.Is(err, fault.NotFound):
		return &given{refused: errGrant}, nil
	case err != nil:
		return nil, err
	case !done.First: // RFC 6749 §4.1.2: what it gave is revoked
		return &given{refused: errGrant}, p.Store.Write(ctx, func(ctx context.Context, w Writer) error {
			return revoke(ctx, w, done.Grant, "code shown twice")
		})
	case !done.Good:
		return &given{refused: errGrant}, nil
	}
	if out.grant = done.Grant; !done.Refreshing {
		out.refresh = ""
	}
	return out, nil
}

// newToken makes what is given at a launch: a code, a token.
func (p *Provider) newToken() federation.Token { return federation.NewDated("", p.Federation.Now()) }

// challengeOf is the challenge that a verifier answers, by S256 (RFC 7636 §4.6); "" where it is none (§4.1).
func challengeOf(verifier string) string {
	if len(verifier) < 43 || len(verifier) > 128 || strings.ContainsFunc(verifier, func(c rune) bool { return !isUnreserved(c) }) {
		return ""
	}
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// renew takes a refresh token and gives the next. One shown twice has been stolen from somebody: the whole family goes.
func (p *Provider) renew(ctx context.Context, client proof.Caller, f url.Values) (*given, error) {
	token := federation.Token(f.Get("refresh_token"))
	if token == "" {
		return &given{refused: refuse("invalid_request", "refresh_token is missing")}, nil
	}
	var out *given
	err := p.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		out = &given{refused: errGrant}
		h, first, err := w.TakeRefresh(ctx, token.Hash())
		if fault.Is(err, fault.NotFound) {
			return nil
		} else if err != nil {
			return err
		}
		if !first || h.Grant.Client != client.ID {
			return revoke(ctx, w, h.Grant, "refresh token shown twice or by another")
		}
		if !h.Grant.Revoked.IsZero() || !w.Now().Before(h.Token.Until) {
			return nil
		}
		out, err = p.give(ctx, w, h.Grant, client)
		return err
	})
	return out, err
}

// accessToken is a new one. Where the client is registered so, it is good with its certificate only (RFC 8705 §3); a refresh token
// needs the client's own proof anyway.
func accessToken(token federation.Token, client proof.Caller, now time.Time) Token {
	t := Token{Kind: Access, Hash: token.Hash(), Until: now.Add(accessLife)}
	if client.Proof.Bound {
		t.Bound = client.Certificate
	}
	return t
}

// give keeps new tokens under a grant that was given a refresh token.
func (p *Provider) give(ctx context.Context, w Writer, g Grant, client proof.Caller) (*given, error) {
	out := &given{grant: g, access: p.newToken()}
	if err := w.AddToken(ctx, g, accessToken(out.access, client, w.Now())); err != nil {
		return nil, err
	}
	out.refresh = p.newToken()
	return out, w.AddToken(ctx, g, Token{Kind: Refresh, Hash: out.refresh.Hash(), Until: g.Session.Started.Add(p.Federation.Absolute())})
}

func revoke(ctx context.Context, w Writer, g Grant, why string) error {
	if !g.Revoked.IsZero() {
		return nil
	}
	act, err := w.Record(ctx, journal.Entry{
		School: string(g.Session.School), Actor: journal.System("oidc"), Verb: "federation.grant-revoked", Subject: g.ARK,
		Person: string(g.Session.Person), Class: journal.ClassAccess, Detail: map[string]any{"client": g.Client, "why": why},
	})
	if err != nil {
		return err
	}
	return w.Revoke(ctx, act, g)
}

// idToken are the claims of an ID token (Core §2). No attribute is among them: userinfo has those, decided when asked.
type idToken struct {
	Issuer   string `json:"iss"`
	Subject  string `json:"sub"`
	Audience string `json:"aud"`
	Expires  int64  `json:"exp"`
	Issued   int64  `json:"iat"`
	SignedIn int64  `json:"auth_time,omitempty"` // where max_age was asked: it is the same at every publisher
	Nonce    string `json:"nonce,omitempty"`
	Session  string `json:"sid"`
	AtHash   string `json:"at_hash"`
}

// complete asks federation again, then signs. Where the right is gone the grant goes too.
func (p *Provider) complete(ctx context.Context, client federation.Client, g *given) (*tokens, *refusal, error) {
	entry, handed := p.Federation.Handed(g.code, g.grant.Session)
	var err error
	if !handed || g.grant.Secret == "" {
		entry, err = p.Federation.StillAs(ctx, g.grant.Session, g.grant.Secret, client, g.grant.ARK)
	}
	if federation.Refuses(err) {
		refused := refuse("invalid_grant", fault.CodeOf(err))
		return nil, refused, p.Store.Write(ctx, func(ctx context.Context, w Writer) error {
			return revoke(ctx, w, g.grant, fault.CodeOf(err))
		})
	} else if err != nil {
		return nil, nil, err
	}
	now := p.Now()
	half := sha256.Sum256([]byte(g.access))
	signedIn := int64(0)
	if g.grant.Aged {
		signedIn = g.grant.Session.Started.Unix()
	}
	signed, err := p.Keys.Sign(ctx, client.Algorithm, "JWT", idToken{
		Issuer: p.Issuer, Subject: entry.Pseudonym.Subject(), Audience: string(client.ID),
		Expires: now.Add(idTokenLife).Unix(), Issued: now.Unix(), SignedIn: signedIn,
		Nonce: g.grant.Nonce, Session: entry.SessionName, AtHash: base64.RawURLEncoding.EncodeToString(half[:16]), // Core §3.1.3.6
	})
	if err != nil {
		return nil, nil, err
	}
	return &tokens{
		Access: g.access, Type: "Bearer", ExpiresIn: int(accessLife.Seconds()), ID: signed, Refresh: g.refresh, Scope: g.grant.Scope,
	}, nil, nil
}
