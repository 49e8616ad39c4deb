package httpx

import (
	"net/http"
	"slices"

	"pupitre/internal/fault"
)

// Mux is the standard mux whose handlers return errors and whose own refusals (no such route, wrong method) are failures in the look.
type Mux struct {
	mux    *http.ServeMux
	edge   *Edge
	routes []string
}

// Mux returns an empty mux whose failures are told by this edge.
func (e *Edge) Mux() *Mux { return &Mux{mux: http.NewServeMux(), edge: e} }

// Handle registers a handler for a pattern of http.ServeMux: "GET /catalogue/{ark}".
func (m *Mux) Handle(pattern string, h Handler) { m.Mount(pattern, m.edge.Handle(h)) }

// Mount registers an http.Handler that answers by itself: another mux, files, a face of a library.
func (m *Mux) Mount(pattern string, h http.Handler) {
	m.routes = append(m.routes, pattern)
	m.mux.Handle(pattern, h)
}

// Routes lists the patterns that were registered, so that a test can walk them all.
func (m *Mux) Routes() []string { return slices.Clone(m.routes) }

var (
	errNoRoute = fault.New(fault.NotFound, "httpx.route.unknown")
	errMethod  = fault.New(fault.Invalid, "httpx.method.not-allowed")
)

// ServeHTTP runs the handler of the request's route.
func (m *Mux) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h, pattern := m.mux.Handler(r)
	if pattern != "" {
		Event(r.Context()).at(pattern)
		m.mux.ServeHTTP(w, r)
		return
	}
	// The standard mux refuses in plain text: let it, on paper, to learn its status and its Allow header.
	paper := &paper{header: http.Header{}}
	h.ServeHTTP(paper, r)
	switch {
	case paper.status == http.StatusMethodNotAllowed:
		w.Header().Set("Allow", paper.header.Get("Allow"))
		m.edge.Fail(w, r, WithStatus(errMethod, paper.status))
	case paper.header.Get("Location") != "":
		http.Redirect(w, r, paper.header.Get("Location"), paper.status)
	default:
		m.edge.Fail(w, r, errNoRoute)
	}
}

// paper is an answer that nobody receives.
type paper struct {
	header http.Header
	status int
}

func (p *paper) Header() http.Header         { return p.header }
func (p *paper) Write(b []byte) (int, error) { return len(b), nil }
func (p *paper) WriteHeader(status int)      { p.status = status }
