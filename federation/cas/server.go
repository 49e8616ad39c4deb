package cas

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"time"

	"pupitre/federation"
	"pupitre/internal/httpx"
	"pupitre/internal/id"
)

// Server is the CAS server. Fill it as a struct literal, then Mount it.
type Server struct {
	Federation *federation.Service
	Store      Store
	IDs        *id.Maker
	Now        func() time.Time
	Issuer     string       // the broker's own address: who speaks in SAML 1.1
	Client     *http.Client // calls proxies back; redirects are not followed
}

// ticketLife is how long a ticket may take from the browser to its validation.
const ticketLife = 10 * time.Second

// Mount registers the server's routes, below /cas and at the root.
func (s *Server) Mount(mux *httpx.Mux) {
	for _, at := range roots {
		mux.Handle("GET "+at+"/login", s.login)
		mux.Handle("GET "+at+"/logout", s.logout)
		for pattern, answer := range s.backChannel(at) {
			mux.Handle(pattern, answer)
		}
	}
}

var roots = []string{"/cas", ""}

// backChannel are the routes that programs ask, not browsers.
func (s *Server) backChannel(at string) map[string]httpx.Handler {
	return map[string]httpx.Handler{
		"GET " + at + "/validate":           s.validate,
		"GET " + at + "/serviceValidate":    s.serviceValidate(answering{}),
		"GET " + at + "/proxyValidate":      s.serviceValidate(answering{proxied: true}),
		"GET " + at + "/p3/serviceValidate": s.serviceValidate(answering{attributes: true}),
		"GET " + at + "/p3/proxyValidate":   s.serviceValidate(answering{attributes: true, proxied: true}),
		"GET " + at + "/proxy":              s.proxy,
		"POST " + at + "/samlValidate":      s.samlValidate,
	}
}

// BackChannel lists the routes that programs ask: they need no cookie, and may be reached by another name of the house.
func (s *Server) BackChannel() (patterns []string) {
	for _, at := range roots {
		patterns = slices.AppendSeq(patterns, maps.Keys(s.backChannel(at)))
	}
	return patterns
}

// CrossOrigin lists the routes that programs post to, for httpx.Edge.CrossOrigin: what they carry is their proof.
func (*Server) CrossOrigin() []string {
	return []string{"POST /cas/samlValidate", "POST /samlValidate"}
}

// Sweep removes tickets that can tell nothing any more, at most limit of each kind, and returns how many at most of one; call it again
// while it returns limit.
func (s *Server) Sweep(ctx context.Context, limit int) (int, error) {
	var n int
	err := s.Store.Write(ctx, func(ctx context.Context, w Writer) (err error) {
		n, err = w.Sweep(ctx, w.Now().Add(-48*time.Hour), limit)
		return err
	})
	return n, err
}
