package oidc

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"

	"github.com/go-jose/go-jose/v4"

	"pupitre/federation"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
)

// revoke lets a client give back a token of its own (RFC 7009). An unknown token is no error (§2.2).
func (p *Provider) revoke(w http.ResponseWriter, r *http.Request) error {
	f, refused := form(r)
	if refused != nil {
		return tell(w, refused)
	}
	client, refused, err := p.authenticate(r, f)
	if err != nil {
		return err
	}
	if refused != nil {
		return tell(w, refused)
	}
	hash := federation.Token(f.Get("token")).Hash()
	err = p.Store.Write(r.Context(), func(ctx context.Context, w Writer) error {
		for _, kind := range []Kind{Access, Refresh} {
			h, err := w.FindToken(ctx, kind, hash)
			if fault.Is(err, fault.NotFound) || err == nil && h.Grant.Client != client.ID {
				continue
			} else if err != nil {
				return err
			}
			if kind == Refresh { // §2.1: the tokens of the same grant go with it
				return revoke(ctx, w, h.Grant, "given back")
			}
			return w.DropToken(ctx, h)
		}
		return nil
	})
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusOK)
	return nil
}

// logout ends the session at a client's request (RP-Initiated Logout 1.0). Only an ID token of ours that names this very session
// does so at once; otherwise the person is asked, for any page could send them here.
func (p *Provider) logout(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	if err := r.ParseForm(); err != nil {
		return fault.Wrap(err, fault.Invalid, "federation.oidc.request")
	}
	if r.Method == http.MethodPost && httpx.Cookie(r, federation.SessionCookie) == "" {
		// Posted by another site: our cookie (SameSite=Lax) comes only once the browser is back with a GET.
		http.Redirect(w, r, "/oidc/logout?"+r.PostForm.Encode(), http.StatusSeeOther)
		return nil
	}
	token := federation.Token(httpx.Cookie(r, federation.SessionCookie))
	session, err := p.Federation.Find(r.Context(), token)
	if err != nil && !fault.Is(err, fault.Unauthenticated) {
		return err
	}
	gone := err != nil
	client, named := p.hinted(r.Context(), r.Form.Get("id_token_hint"))
	if client.ID == "" {
		http.Redirect(w, r, "/deconnexion", http.StatusSeeOther)
		return nil
	}
	if !gone {
		_, own, err := p.Federation.As(r.Context(), session, client.Sector)
		if err != nil {
			return err
		}
		if own != named {
			http.Redirect(w, r, "/deconnexion", http.StatusSeeOther)
			return nil
		}
		if _, err := p.Federation.SignOut(r.Context(), token); err != nil {
			return err
		}
	}
	to := p.after(client, r.Form)
	if to != ourPage { // which needs the cookie once more, to tell other sites, and clears it
		httpx.ClearCookie(w, r, federation.SessionCookie)
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// ourPage says that somebody is signed out.
const ourPage = "/deconnexion?fait=1"

// after is where a client may have the browser sent once signed out: one of its registered addresses, else our own page.
func (p *Provider) after(client federation.Client, f url.Values) string {
	asked := f.Get("post_logout_redirect_uri")
	if !slices.Contains(client.SignedOut, asked) {
		return ourPage
	}
	u, err := url.Parse(asked)
	if err != nil {
		return ourPage
	}
	if state := f.Get("state"); state != "" && len(state) <= maxState {
		q := u.Query()
		q.Set("state", state)
		u.RawQuery = q.Encode()
	}
	return u.String()
}

// hinted reads an ID token that we signed, expired or not: its client, and the session's name there. A zero client is "not ours".
func (p *Provider) hinted(ctx context.Context, hint string) (federation.Client, string) {
	signed, err := jose.ParseSignedCompact(hint, []jose.SignatureAlgorithm{jose.ES256, jose.RS256})
	if err != nil || len(signed.Signatures) != 1 {
		return federation.Client{}, ""
	}
	set, err := p.Keys.Public(ctx)
	if err != nil {
		return federation.Client{}, ""
	}
	header := signed.Signatures[0].Header
	for _, key := range set.Key(header.KeyID) {
		if key.Algorithm != header.Algorithm { // the key decides the algorithm, never the token
			continue
		}
		body, err := signed.Verify(key)
		if err != nil {
			continue
		}
		var claims idToken
		if json.Unmarshal(body, &claims) != nil || claims.Issuer != p.Issuer || claims.Audience == "" {
			continue
		}
		client, err := p.Federation.FindClient(ctx, federation.ClientID(claims.Audience))
		if err == nil {
			return client, claims.Session
		}
	}
	return federation.Client{}, ""
}
