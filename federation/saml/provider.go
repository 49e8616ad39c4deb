package saml

import (
	"context"
	"net/http"
	"time"

	"pupitre/federation"
	"pupitre/internal/httpx"
	"pupitre/internal/id"
)

// Provider is the identity provider. Fill it as a struct literal, then Mount it.
type Provider struct {
	Federation *federation.Service
	Keys       *federation.Keyring
	Store      Store
	Pages      federation.Poster
	IDs        *id.Maker
	Now        func() time.Time
	Issuer     string   // the broker's own address, without a slash at the end
	Names      []string // other host names of the house under which it is reached
}

// EntityID is our name.
func (p *Provider) EntityID() string { return federation.SAMLEntityID(p.Issuer) }

// The addresses, ours first and then the GAR's.
var (
	metadataPaths = []string{"/saml/metadata", "/idp/metadata"}
	ssoPaths      = []string{"/saml/sso", "/idp/profile/SAML2/Redirect/SSO", "/idp/profile/SAML2/POST/SSO"}
	startPaths    = []string{"/saml/start", "/idp/profile/SAML2/Unsolicited/SSO"}
	sloPaths      = []string{"/saml/slo", "/idp/profile/SAML2/Redirect/SLO", "/idp/profile/SAML2/POST/SLO"}
	soapPaths     = []string{"/saml/soap", "/idp/profile/SAML2/SOAP/SLO"}
)

// Mount registers the provider's routes.
func (p *Provider) Mount(mux *httpx.Mux) {
	for method, routes := range map[string]map[string]httpx.Handler{
		"GET ":  each(metadataPaths, p.metadata, ssoPaths, p.signOn, startPaths, p.start, sloPaths, p.signOut, []string{partPath}, p.part, []string{onwardPath}, p.onward),
		"POST ": each(ssoPaths, p.signOnByPost, sloPaths, p.signOutByPost, soapPaths, p.signOutBySOAP),
	} {
		for path, handler := range routes {
			mux.Handle(method+path, handler)
		}
	}
}

// each pairs every path of a list with the handler that follows it.
func each(listsAndHandlers ...any) map[string]httpx.Handler {
	out := map[string]httpx.Handler{}
	for i := 0; i < len(listsAndHandlers); i += 2 {
		for _, path := range listsAndHandlers[i].([]string) {
			out[path] = listsAndHandlers[i+1].(func(http.ResponseWriter, *http.Request) error)
		}
	}
	return out
}

// BackChannel lists the routes that programs ask: they need no cookie, and may be reached by another name of the house.
func (*Provider) BackChannel() (patterns []string) {
	for _, path := range metadataPaths {
		patterns = append(patterns, "GET "+path)
	}
	for _, path := range soapPaths {
		patterns = append(patterns, "POST "+path)
	}
	return patterns
}

// CrossOrigin lists the routes that others post to, for httpx.Edge.CrossOrigin: what they carry is their proof.
func (*Provider) CrossOrigin() (patterns []string) {
	for _, paths := range [][]string{ssoPaths, sloPaths, soapPaths} {
		for _, path := range paths {
			patterns = append(patterns, "POST "+path)
		}
	}
	return patterns
}

// Sweep forgets what sites call sessions that are over by now, at most limit, and returns how many; call it again while it returns limit.
func (p *Provider) Sweep(ctx context.Context, limit int) (int, error) {
	var n int
	err := p.Store.Write(ctx, func(ctx context.Context, w Writer) (err error) {
		n, err = w.Sweep(ctx, w.Now().Add(-p.Federation.Absolute()-24*time.Hour), limit)
		return err
	})
	return n, err
}
