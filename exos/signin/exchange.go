package signin

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"golang.org/x/oauth2"

	"pupitre/exos"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
)

// credential is what an exos.Credential holds here.
type credential struct {
	*oauth2.Token
	IDToken string `json:"id_token,omitempty"` // to sign out with
	School  string `json:"school,omitempty"`   // whose civil days the rights are in
}

func (c credential) pack() (exos.Credential, error) {
	if c.Token == nil {
		return nil, nil
	}
	text, err := json.Marshal(c)
	return exos.Credential(text), err
}

// exchange turns a code into an arrival, everything verified.
func (p *Party) exchange(ctx context.Context, issuer *provider, in pending, code string) (exos.SignIn, error) {
	ctx = p.client(ctx)
	tokens, err := issuer.oauth.Exchange(ctx, code, oauth2.VerifierOption(in.Verifier))
	if err != nil {
		return exos.SignIn{}, unreachable(err, "exos.signin.failed")
	}
	raw, _ := tokens.Extra("id_token").(string)
	verified, err := issuer.verifier.Verify(ctx, raw) // signature, iss, aud, exp (OpenID Connect Core 1.0 §3.1.3.7)
	if err != nil {
		return exos.SignIn{}, fault.Wrap(err, fault.Unavailable, "exos.signin.failed")
	}
	if verified.Nonce != in.Nonce {
		return exos.SignIn{}, fault.Wrap(errors.New("nonce"), fault.Unavailable, "exos.signin.failed")
	}
	var session struct {
		SID string `json:"sid"`
	}
	if err := verified.Claims(&session); err != nil {
		return exos.SignIn{}, fault.Wrap(err, fault.Unavailable, "exos.signin.failed")
	}
	claims, err := p.claims(ctx, issuer, tokens, verified.Subject)
	if err != nil {
		return exos.SignIn{}, err
	}
	kept, err := credential{p.dated(tokens), raw, claims.School}.pack()
	if err != nil {
		return exos.SignIn{}, err
	}
	out := exos.SignIn{Claims: claims, Upstream: session.SID, Credential: kept}
	// Without rights the sign-in still stands: they are asked for again at the first page.
	asked := p.Now()
	if out.Rights, err = p.rights(ctx, issuer, tokens.AccessToken, claims.School); err != nil {
		httpx.Event(ctx).Set("rights", err.Error())
		return out, nil
	}
	out.RightsAt = asked
	return out, nil
}

// dated sets a token's expiry by our clock; the library reads the machine's.
func (p *Party) dated(t *oauth2.Token) *oauth2.Token {
	if t.ExpiresIn > 0 {
		t.Expiry = p.Now().Add(time.Duration(t.ExpiresIn) * time.Second)
	}
	return t
}

// claims asks for what was released.
func (p *Party) claims(ctx context.Context, issuer *provider, tokens *oauth2.Token, subject string) (exos.Claims, error) {
	info, err := issuer.UserInfo(ctx, oauth2.StaticTokenSource(tokens))
	if err != nil {
		return exos.Claims{}, unreachable(err, "exos.signin.failed")
	}
	if info.Subject != subject { // OpenID Connect Core 1.0 §5.3.2
		return exos.Claims{}, fault.Wrap(errors.New("userinfo is about somebody else"), fault.Unavailable, "exos.signin.failed")
	}
	var released attributes
	if err := info.Claims(&released); err != nil {
		return exos.Claims{}, fault.Wrap(err, fault.Unavailable, "exos.signin.failed")
	}
	return released.claims(p.Issuer, subject), nil
}

// unreachable tells an issuer that does not answer from one that refuses, which is told by code.
func unreachable(err error, code string) error {
	if refusal, ok := errors.AsType[*oauth2.RetrieveError](err); ok && refusal.Response.StatusCode < http.StatusInternalServerError {
		return fault.Wrap(err, fault.Unavailable, code)
	}
	return fault.Wrap(err, errUnreachable.Kind, errUnreachable.Code)
}
