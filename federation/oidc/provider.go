package oidc

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"pupitre/federation"
	"pupitre/federation/proof"
	"pupitre/internal/httpx"
	"pupitre/internal/id"
)

// Provider is the OpenID provider. Fill it as a struct literal, then Mount it.
type Provider struct {
	Federation *federation.Service
	Keys       *federation.Keyring
	Store      Store
	IDs        *id.Maker
	Now        func() time.Time
	Proofs     *proof.Checker
	Issuer     string // the broker's own address, without a slash at the end: "https://pupitre.example"

	// ByCertificate is the address under which connections are asked for a certificate, "" where there is none: a browser would ask
	// its user about it (RFC 8705 §5).
	ByCertificate string
}

// How long things given last. A code's limit is OAuth 2.1's advice made shorter; an ID token is read on arrival.
const (
	codeLife    = 60 * time.Second
	idTokenLife = 5 * time.Minute
	accessLife  = 15 * time.Minute
)

// Mount registers the provider's routes.
func (p *Provider) Mount(mux *httpx.Mux) {
	mux.Handle("GET /.well-known/openid-configuration", p.discovery)
	mux.Handle("GET /oidc/jwks", p.jwks)
	for _, path := range []string{"/oidc/authorize", "/oidc/oidcAuthorize"} {
		mux.Handle("GET "+path, p.authorize)
		mux.Handle("POST "+path, p.authorizeByPost)
	}
	for _, path := range []string{"/oidc/token", "/oidc/oidcAccessToken"} {
		mux.Handle("POST "+path, p.token)
	}
	for _, path := range []string{"/oidc/userinfo", "/oidc/oidcProfile"} {
		mux.Handle("GET "+path, p.userinfo)
		mux.Handle("POST "+path, p.userinfo)
	}
	mux.Handle("GET /rights", p.rights)
	mux.Handle("GET /roster", p.roster)
	mux.Handle("OPTIONS /roster", p.rosterAhead)
	mux.Handle("POST /oidc/revoke", p.revoke)
	mux.Handle("GET /oidc/logout", p.logout)
	mux.Handle("POST /oidc/logout", p.logout)
}

// BackChannel lists the routes that programs ask: they need no cookie, and may be reached by another name of the house.
func (*Provider) BackChannel() []string {
	patterns := []string{"GET /.well-known/openid-configuration", "GET /oidc/jwks", "GET /rights", "GET /roster", "OPTIONS /roster", "POST /oidc/revoke"}
	for _, path := range []string{"/oidc/token", "/oidc/oidcAccessToken", "/oidc/userinfo", "/oidc/oidcProfile"} {
		patterns = append(patterns, "POST "+path)
	}
	return append(patterns, "GET /oidc/userinfo", "GET /oidc/oidcProfile")
}

// CrossOrigin lists the routes that pages of other origins may post to, for httpx.Edge.CrossOrigin: they change nothing by
// themselves (authorize only redirects), or carry a proof of their own (a client's secret, a token, an ID token of ours).
func (*Provider) CrossOrigin() []string {
	return []string{"POST /oidc/authorize", "POST /oidc/oidcAuthorize", "POST /oidc/token", "POST /oidc/oidcAccessToken",
		"POST /oidc/userinfo", "POST /oidc/oidcProfile", "POST /oidc/revoke", "POST /oidc/logout"}
}

// metadata is OpenID Connect Discovery 1.0 §3.
type metadata struct {
	Issuer                 string   `json:"issuer"`
	Authorization          string   `json:"authorization_endpoint"`
	Token                  string   `json:"token_endpoint"`
	UserInfo               string   `json:"userinfo_endpoint"`
	JWKS                   string   `json:"jwks_uri"`
	EndSession             string   `json:"end_session_endpoint"`
	Revocation             string   `json:"revocation_endpoint"`
	Rights                 string   `json:"rights_endpoint"` // ours: docs/protocols/rights.md
	Roster                 string   `json:"roster_endpoint"` // ours, too
	Scopes                 []string `json:"scopes_supported"`
	ResponseTypes          []string `json:"response_types_supported"`
	ResponseModes          []string `json:"response_modes_supported"`
	GrantTypes             []string `json:"grant_types_supported"`
	SubjectTypes           []string `json:"subject_types_supported"`
	IDTokenAlgorithms      []string `json:"id_token_signing_alg_values_supported"`
	TokenAuth              []string `json:"token_endpoint_auth_methods_supported"`
	RevocationAuth         []string `json:"revocation_endpoint_auth_methods_supported"`
	TokenAuthAlgorithms    []string `json:"token_endpoint_auth_signing_alg_values_supported"`
	RevocationAlgorithms   []string `json:"revocation_endpoint_auth_signing_alg_values_supported"`
	CertificateBound       bool     `json:"tls_client_certificate_bound_access_tokens"`
	ByCertificate          *aliases `json:"mtls_endpoint_aliases,omitempty"`
	ChallengeMethods       []string `json:"code_challenge_methods_supported"`
	Claims                 []string `json:"claims_supported"`
	Prompts                []string `json:"prompt_values_supported"`
	IssInAnswer            bool     `json:"authorization_response_iss_parameter_supported"`
	BackchannelLogout      bool     `json:"backchannel_logout_supported"`
	BackchannelLogoutNames bool     `json:"backchannel_logout_session_supported"`
	RequestParameter       bool     `json:"request_parameter_supported"`
	RequestURIParameter    bool     `json:"request_uri_parameter_supported"`
	ClaimsParameter        bool     `json:"claims_parameter_supported"`
}

// aliases are where programs that show a certificate go (RFC 8705 §5).
type aliases struct {
	Token      string `json:"token_endpoint"`
	UserInfo   string `json:"userinfo_endpoint"`
	Revocation string `json:"revocation_endpoint"`
	Rights     string `json:"rights_endpoint"`
}

func (p *Provider) aliases() *aliases {
	if p.ByCertificate == "" {
		return nil
	}
	return &aliases{p.ByCertificate + "/oidc/token", p.ByCertificate + "/oidc/userinfo", p.ByCertificate + "/oidc/revoke", p.ByCertificate + "/rights"}
}

func (p *Provider) discovery(w http.ResponseWriter, _ *http.Request) error {
	auth := []string{"client_secret_basic", "client_secret_post", string(federation.ByKey)}
	if p.ByCertificate != "" {
		auth = append(auth, string(federation.ByCertificate))
	}
	algorithms := []string{string(federation.RS256), string(federation.ES256)}
	return shareJSON(w, metadata{
		Issuer:        p.Issuer,
		Authorization: p.Issuer + "/oidc/authorize", Token: p.Issuer + "/oidc/token", UserInfo: p.Issuer + "/oidc/userinfo",
		JWKS: p.Issuer + "/oidc/jwks", EndSession: p.Issuer + "/oidc/logout", Revocation: p.Issuer + "/oidc/revoke",
		Rights: p.Issuer + "/rights", Roster: p.Issuer + "/roster",
		Scopes: []string{"openid", "offline_access", "scope.gar"}, ResponseTypes: []string{"code"}, ResponseModes: []string{"query"},
		GrantTypes: []string{"authorization_code", "refresh_token"}, SubjectTypes: []string{"pairwise"},
		IDTokenAlgorithms: algorithms,
		TokenAuth:         auth, RevocationAuth: auth, TokenAuthAlgorithms: algorithms, RevocationAlgorithms: algorithms,
		CertificateBound: p.ByCertificate != "", ByCertificate: p.aliases(), ChallengeMethods: []string{"S256"},
		Claims:  []string{"sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "sid", "IDO", "IDC", "idENT", "UAI", "PRO", "CIV", "NOM", "PRE", "DIV", "GRO", "P_MEL", "P_MAT"},
		Prompts: []string{"none"}, IssInAnswer: true, BackchannelLogout: true, BackchannelLogoutNames: true,
	})
}

func (p *Provider) jwks(w http.ResponseWriter, r *http.Request) error {
	set, err := p.Keys.Public(r.Context())
	if err != nil {
		return err
	}
	return shareJSON(w, set)
}

// shareJSON sends what is the same for everybody; a day is within what the keys' rotation allows for.
func shareJSON(w http.ResponseWriter, v any) error {
	w.Header().Set("Cache-Control", "public, max-age=3600")
	w.Header().Set("Access-Control-Allow-Origin", "*")
	return writeJSON(w, http.StatusOK, v)
}

// tellJSON sends what is for one reader only.
func tellJSON(w http.ResponseWriter, status int, v any) error {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Pragma", "no-cache") // RFC 6749 §5.1
	return writeJSON(w, status, v)
}

func writeJSON(w http.ResponseWriter, status int, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, err = w.Write(body)
	return err
}

// Sweep removes grants that can give nothing any more, at most limit, and returns how many; call it again while it returns limit.
func (p *Provider) Sweep(ctx context.Context, limit int) (int, error) {
	var n int
	err := p.Store.Write(ctx, func(ctx context.Context, w Writer) (err error) {
		n, err = w.Sweep(ctx, w.Now().Add(-48*time.Hour), limit)
		return err
	})
	return n, err
}
