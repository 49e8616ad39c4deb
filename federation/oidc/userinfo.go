package oidc

import (
	"context"
	"net/http"
	"strings"
	"time"

	"pupitre/federation"
	"pupitre/federation/proof"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
)

// bearer finds the access token that a request carries, in its header only (RFC 6750 §2.1).
func bearer(r *http.Request) federation.Token {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return federation.Token(strings.TrimSpace(token))
}

var errToken = fault.New(fault.Unauthenticated, "federation.oidc.token")

// use finds what an access token was given for; fault.Unauthenticated where it is not good any more.
func (p *Provider) use(r *http.Request) (Held, federation.Client, error) {
	token := bearer(r)
	if token == "" {
		return Held{}, federation.Client{}, errToken
	}
	var h Held
	err := p.Store.Look(r.Context(), func(ctx context.Context, rd Reader) (err error) {
		h, err = rd.FindToken(ctx, Access, token.Hash())
		return err
	})
	switch {
	case fault.Is(err, fault.NotFound):
		return Held{}, federation.Client{}, errToken
	case err != nil:
		return Held{}, federation.Client{}, err
	case !h.Grant.Revoked.IsZero() || !p.Now().Before(h.Token.Until):
		return Held{}, federation.Client{}, errToken
	case h.Token.Bound != "" && proof.Shown(r) != h.Token.Bound: // RFC 8705 §3: stolen, it is worth nothing
		return Held{}, federation.Client{}, errToken
	}
	client, err := p.Federation.FindClient(r.Context(), h.Grant.Client)
	if fault.Is(err, fault.NotFound) {
		return Held{}, federation.Client{}, errToken
	}
	httpx.Event(r.Context()).Set("client", string(h.Grant.Client))
	return h, client, err
}

// userinfo tells the released attributes under the GAR's names (Core §5.3): lists are lists even of one. An attribute that was declared or
// allowed after the entry is told after the next one, which journals it.
func (p *Provider) userinfo(w http.ResponseWriter, r *http.Request) error {
	h, client, err := p.use(r)
	if err != nil {
		return tellBearer(w, err)
	}
	entry, err := p.Federation.Again(r.Context(), federation.Given{Session: h.Grant.Session, Client: client, ARK: h.Grant.ARK, Released: h.Grant.Released})
	if err != nil {
		return tellBearer(w, err)
	}
	answer := entry.Attributes.ByName()
	answer["sub"] = entry.Pseudonym.Subject()
	return tellJSON(w, http.StatusOK, answer)
}

// right is a federation.Right as publishers read it (docs/protocols/rights.md).
type right struct {
	ARK    string `json:"ark"`
	Title  string `json:"title"`
	Start  string `json:"start"`
	End    string `json:"end"`
	Status string `json:"status"`
	Why    string `json:"why"`
}

// rights tells what the person holds of this publisher. It answers also when the right to the resource entered is gone: that is
// how a publisher learns it.
func (p *Provider) rights(w http.ResponseWriter, r *http.Request) error {
	h, client, err := p.use(r)
	if err != nil {
		return tellBearer(w, err)
	}
	held, err := p.Federation.RightsOf(r.Context(), h.Grant.Session, client)
	if err != nil {
		return tellBearer(w, err)
	}
	list := make([]right, 0, len(held))
	for _, one := range held {
		list = append(list, right{one.ARK, one.Title, one.Start.String(), one.End.String(), string(one.Status), one.Why})
	}
	return tellJSON(w, http.StatusOK, struct {
		At     time.Time `json:"at"`
		Rights []right   `json:"rights"`
	}{p.Now(), list})
}

// tellBearer refuses a program that came with an access token (RFC 6750 §3). Our own defects take the common way.
func tellBearer(w http.ResponseWriter, err error) error {
	switch fault.KindOf(err) {
	case fault.Unauthenticated:
		w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
		return tellJSON(w, http.StatusUnauthorized, refuse("invalid_token", fault.CodeOf(err)))
	case fault.Denied, fault.NotFound:
		w.Header().Set("WWW-Authenticate", `Bearer error="insufficient_scope"`)
		return tellJSON(w, http.StatusForbidden, refuse("access_denied", fault.CodeOf(err)))
	}
	return err
}
