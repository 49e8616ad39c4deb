package oidc

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"pupitre/federation"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
)

// authorizeByPost sends the browser on to the same request by GET. OpenID Connect Core §3.1.2.1 asks for both methods, but a form
// posted by another site comes without our cookie (SameSite=Lax), so by POST nobody would ever be signed in.
func (p *Provider) authorizeByPost(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return fault.Wrap(err, fault.Invalid, "federation.oidc.request")
	}
	http.Redirect(w, r, "/oidc/authorize?"+r.PostForm.Encode(), http.StatusSeeOther)
	return nil
}

// authorize answers an authorization request: a code, a refusal by its name, or first a sign-in.
func (p *Provider) authorize(w http.ResponseWriter, r *http.Request) error {
	// The address that we answer with holds a code, and an entry marks the copy as opened.
	httpx.Private(w)
	if err := httpx.Meant(r, "federation.oidc.ahead"); err != nil {
		return err
	}
	q, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "federation.oidc.request")
	}
	asked, err := parseTarget(q, func(id federation.ClientID) (federation.Client, error) {
		return p.Federation.FindClient(r.Context(), id)
	})
	if err != nil {
		return err
	}
	httpx.Event(r.Context()).Set("client", string(asked.client.ID))
	if refused := asked.parse(q); refused != nil {
		return p.decline(w, r, asked, refused)
	}
	visitor, err := p.Federation.Receive(r.Context(), federation.Token(httpx.Cookie(r, federation.SessionCookie)), asked.client, asked.ark)
	switch {
	case fault.Is(err, fault.Unauthenticated) && asked.silent:
		return p.decline(w, r, asked, refuse("login_required", ""))
	case fault.Is(err, fault.Unauthenticated):
		http.Redirect(w, r, federation.SignInPath(r.URL.RequestURI(), ""), http.StatusSeeOther)
		return nil
	case err != nil:
		return err
	}
	if asked.maxAge >= 0 && p.Now().Sub(visitor.Session.Started) > asked.maxAge {
		return p.decline(w, r, asked, refuse("login_required", "the sign-in is older than max_age"))
	}
	code, err := p.grant(r.Context(), visitor, asked)
	switch {
	case federation.IsUndecided(err) && asked.silent: // Core §3.1.2.6
		return p.decline(w, r, asked, refuse("interaction_required", fault.CodeOf(err)))
	case federation.IsUndecided(err):
		http.Redirect(w, r, p.Federation.WhichPlace(r.URL.RequestURI(), asked.ark), http.StatusSeeOther)
		return nil
	}
	if fault.Is(err, fault.Denied) || fault.Is(err, fault.NotFound) {
		httpx.Event(r.Context()).Set("refused", fault.CodeOf(err))
		return p.decline(w, r, asked, refuse("access_denied", fault.CodeOf(err)))
	} else if err != nil {
		return err
	}
	http.Redirect(w, r, asked.answer(p.Issuer, "code", string(code)), http.StatusSeeOther)
	return nil
}

// decline tells the client by its registered address.
func (p *Provider) decline(w http.ResponseWriter, r *http.Request, asked request, why *refusal) error {
	httpx.Event(r.Context()).Set("refused", why.Error)
	http.Redirect(w, r, asked.answer(p.Issuer, "error", why.Error, "error_description", why.Description), http.StatusSeeOther)
	return nil
}

// grant decides the entry and keeps it under a new code.
func (p *Provider) grant(ctx context.Context, visitor federation.Visitor, asked request) (federation.Token, error) {
	code := p.newToken()
	entry, err := p.Federation.Launch(ctx, visitor, func(ctx context.Context, entry federation.Entry) error {
		return p.Store.Write(ctx, func(ctx context.Context, w Writer) error {
			return w.AddGrant(ctx, Grant{
				ID: GrantID(p.IDs.New()), Session: entry.Session, Client: asked.client.ID, ARK: entry.Declaration.ARK,
				Scope: strings.Join(asked.scope, " "), Nonce: asked.nonce, Redirect: asked.redirect, Challenge: asked.challenge, Aged: asked.maxAge >= 0,
				CodeUntil: w.Now().Add(codeLife), Released: entry.Attributes.Names(), Act: entry.Act,
			}, code.Hash(), entry.Visit())
		})
	})
	if err != nil {
		return "", err
	}
	p.Federation.Hand(code.Hash(), entry)
	return code, nil
}
