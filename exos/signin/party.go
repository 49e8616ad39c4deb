package signin

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"pupitre/exos"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
)

// SessionCookie holds the learner's exos.Token. pendingCookie holds the secret of sign-ins under way, resourceCookie the last
// resource opened here.
const (
	SessionCookie  = "exos"
	pendingCookie  = "exos-entree"
	resourceCookie = "exos-ressource"
)

// Party is Biblio Exos towards one issuer. Fill it as a struct literal, then Mount it; use it as exos.Service.Rights.
type Party struct {
	Service      *exos.Service    // required
	Issuer       string           // required: the broker's address, as in its ID tokens
	ClientID     string           // required
	ClientSecret string           // required
	Base         string           // required: our own address, without a slash at the end
	Now          func() time.Time // required

	HTTP *http.Client // optional: how to reach the issuer; the demonstration dials loopback
	ARK  exos.ARK     // optional: the resource that a sign-in without one is for; without it, people are told to go through the Médiacentre

	mu    sync.Mutex
	found *provider // nil until the issuer has answered once
}

// provider is the issuer as its discovery document describes it.
type provider struct {
	*oidc.Provider
	oauth      oauth2.Config
	verifier   *oidc.IDTokenVerifier
	keys       oidc.KeySet
	rights     string
	roster     string // "" where the issuer has none
	endSession string
	issInReply bool
}

// Mount registers the routes.
func (p *Party) Mount(mux *httpx.Mux) {
	mux.Handle("GET /ouvrir", p.open)
	mux.Handle("GET /connexion", p.begin)
	mux.Handle("GET /connexion/retour", p.back)
	mux.Handle("POST /deconnexion", p.leave)
	mux.Handle("POST /oidc/backchannel-logout", p.backchannel)
	mux.Handle("POST /evenements", p.events)
}

// Token returns the token that the browser holds, "" for none.
func Token(r *http.Request) exos.Token { return exos.Token(httpx.Cookie(r, SessionCookie)) }

// Visitor returns who is here, or Unauthenticated: what every page and API call of Biblio Exos begins with.
func (p *Party) Visitor(r *http.Request) (exos.Visitor, error) {
	v, err := p.Service.Enter(r.Context(), Token(r))
	if err == nil {
		httpx.Event(r.Context()).Set("learner", string(v.Learner.ID))
	}
	return v, err
}

// Stays refuses whoever is here no more, without asking the broker.
func (p *Party) Stays(r *http.Request) error { return p.Service.Stays(r.Context(), Token(r)) }

// SignInPath is where a person who must sign in goes, to come back to the page that they asked for. It suits httpx.Edge.SignIn.
func SignInPath(r *http.Request) string {
	return "/connexion?" + url.Values{"next": {r.URL.RequestURI()}}.Encode()
}

var errUnreachable = fault.New(fault.Unavailable, "exos.signin.unreachable")

// client makes ctx carry our HTTP client to the libraries.
func (p *Party) client(ctx context.Context) context.Context {
	if p.HTTP == nil {
		return ctx
	}
	return oidc.ClientContext(ctx, p.HTTP)
}

// discover returns the issuer's description, asked for at first use: both products may be starting at the same moment.
func (p *Party) discover(ctx context.Context) (*provider, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found != nil {
		return p.found, nil
	}
	found, err := oidc.NewProvider(p.client(ctx), p.Issuer)
	if err != nil {
		return nil, fault.Wrap(err, errUnreachable.Kind, errUnreachable.Code)
	}
	var more struct {
		JWKS       string `json:"jwks_uri"`
		Rights     string `json:"rights_endpoint"`
		Roster     string `json:"roster_endpoint"`
		EndSession string `json:"end_session_endpoint"`
		IssInReply bool   `json:"authorization_response_iss_parameter_supported"`
	}
	if err := found.Claims(&more); err != nil {
		return nil, fault.Wrap(err, errUnreachable.Kind, errUnreachable.Code)
	}
	if more.Rights == "" {
		more.Rights = strings.TrimSuffix(p.Issuer, "/") + "/rights"
	}
	endpoint := found.Endpoint()
	endpoint.AuthStyle = oauth2.AuthStyleInHeader
	// The keys are asked for long after this request, hence a context of their own.
	keys := oidc.NewRemoteKeySet(p.client(context.Background()), more.JWKS)
	p.found = &provider{
		Provider: found, keys: keys, rights: more.Rights, roster: more.Roster, endSession: more.EndSession, issInReply: more.IssInReply,
		verifier: oidc.NewVerifier(p.Issuer, keys, &oidc.Config{ClientID: p.ClientID, SupportedSigningAlgs: algorithms, Now: p.Now}),
		oauth: oauth2.Config{
			ClientID: p.ClientID, ClientSecret: p.ClientSecret, Endpoint: endpoint, RedirectURL: p.Base + "/connexion/retour",
			Scopes: []string{oidc.ScopeOpenID, oidc.ScopeOfflineAccess},
		},
	}
	return p.found, nil
}

// algorithms are those that we accept a signature of: asymmetric, SHA-256 at least.
var algorithms = []string{oidc.ES256, oidc.RS256, oidc.PS256, oidc.EdDSA, oidc.ES384, oidc.RS384}
