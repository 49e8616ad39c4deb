package xapi

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"pupitre/exos"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
)

// The versions that are spoken (Communication 3.3), and the latest of each line, which answers.
var (
	spoken = []string{"1.0.0", "1.0.1", "1.0.2", "1.0.3", "2.0.0"}
	latest = map[bool]string{false: "1.0.3", true: "2.0.0"}
)

const (
	versionHeader = "X-Experience-API-Version"
	throughHeader = "X-Experience-API-Consistent-Through"
	hashHeader    = "X-Experience-API-Hash"
	maxBody       = 16 << 20
	// settled is how old a statement must be to be surely seen by every reader: transactions of other nodes may be under way.
	settled = time.Second
)

// request is what a program asks of a register.
type request struct {
	*http.Request
	client Client
	query  url.Values
	two    bool // xAPI 2.0
	body   []byte
}

// answerer answers one method of one resource.
type answerer func(w http.ResponseWriter, r *request) error

// Mount registers the routes.
func (s *Service) Mount(mux *httpx.Mux) {
	mux.Handle("GET /xapi/about", s.about)
	s.mount(mux, "/xapi/statements", map[string]answerer{"GET": s.getStatements, "PUT": s.putStatement, "POST": s.postStatements})
	s.mount(mux, "/xapi/activities", map[string]answerer{"GET": s.getActivity})
	s.mount(mux, "/xapi/agents", map[string]answerer{"GET": s.getAgent})
	for path, kind := range map[string]string{"/xapi/activities/state": stateKind, "/xapi/activities/profile": activityKind, "/xapi/agents/profile": agentKind} {
		d := documents{s, kind}
		s.mount(mux, path, map[string]answerer{"GET": d.get, "PUT": d.put, "POST": d.post, "DELETE": d.drop})
	}
}

// mount makes a resource one handler for each of its methods. POST is always there: 1.0 lets it carry the others (Communication 1.3).
func (s *Service) mount(mux *httpx.Mux, path string, by map[string]answerer) {
	for _, method := range []string{"GET", "PUT", "POST", "DELETE"} {
		if by[method] != nil || method == "POST" {
			mux.Handle(method+" "+path, s.serve(by))
		}
	}
}

// serve reads who asks, in which version, by which syntax. What goes wrong is told as to a program.
func (s *Service) serve(by map[string]answerer) httpx.Handler {
	return func(w http.ResponseWriter, raw *http.Request) error {
		raw.Header.Set("Accept", "application/problem+json")
		w.Header().Set(versionHeader, latest[true])
		w.Header().Set("Cache-Control", "no-store")
		r, err := s.understand(raw)
		if err != nil {
			if fault.Is(err, fault.Unauthenticated) {
				w.Header().Set("WWW-Authenticate", `Basic realm="xAPI", charset="UTF-8"`)
			}
			return err
		}
		w.Header().Set(versionHeader, latest[r.two])
		w.Header().Set(throughHeader, stamp(s.Now().Add(-settled)))
		answer := by[r.Method]
		if answer == nil && r.Method == http.MethodHead {
			answer = by[http.MethodGet]
		}
		if answer == nil {
			return httpx.WithStatus(fault.New(fault.Invalid, "exosxapi.method"), http.StatusMethodNotAllowed)
		}
		return answer(w, r)
	}
}

func (s *Service) understand(raw *http.Request) (*request, error) {
	httpx.AllowBody(raw, maxBody)
	body, err := io.ReadAll(raw.Body)
	if err != nil {
		return nil, err
	}
	query, ok := httpx.Single(raw.URL.RawQuery)
	if !ok {
		return nil, fault.New(fault.Invalid, "exosxapi.query")
	}
	r := &request{Request: raw, query: query, body: body}
	if raw.Method == http.MethodPost && query.Has("method") {
		if err := r.unfold(); err != nil {
			return nil, err
		}
	}
	name, secret, _ := r.BasicAuth()
	if r.client, err = s.enter(raw.Context(), name, exos.Token(secret)); err != nil {
		return nil, err
	}
	httpx.Event(raw.Context()).Set("client", string(r.client.ID))
	switch v := r.Header.Get(versionHeader); {
	case newVersion.MatchString(v):
		r.two = true
	case !oldVersion.MatchString(v):
		return nil, fault.New(fault.Invalid, "exosxapi.version", "list", strings.Join(spoken, ", "))
	}
	return r, nil
}

// folded are the headers that the alternate syntax carries as fields (Communication 1.3.s3.b7).
var folded = []string{"Authorization", versionHeader, "Content-Type", "Content-Length", "If-Match", "If-None-Match"}

// unfold reads the alternate request syntax of xAPI 1.0 (Communication 1.3): a POST whose form is another request. Version 2.0 has it
// no more, and is told so.
func (r *request) unfold() error {
	bad := fault.New(fault.Invalid, "exosxapi.alternate")
	form, err := url.ParseQuery(string(r.body))
	media, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	if err != nil || len(r.query) != 1 || strings.TrimSpace(media) != "application/x-www-form-urlencoded" {
		return bad
	}
	method := r.query.Get("method")
	if !slices.Contains([]string{"GET", "PUT", "POST", "DELETE"}, method) {
		return bad
	}
	r.Request = r.Clone(r.Context())
	r.Method, r.query, r.body = method, url.Values{}, nil
	r.Header.Del("Content-Type")
	for name, values := range form {
		if len(values) != 1 {
			return bad
		}
		at := slices.IndexFunc(folded, func(h string) bool { return strings.EqualFold(h, name) })
		switch {
		case at >= 0:
			r.Header.Set(folded[at], values[0])
		case name == "content":
			r.body = []byte(values[0])
		default:
			r.query.Set(name, values[0])
		}
	}
	if method == "PUT" && r.body == nil || !oldVersion.MatchString(r.Header.Get(versionHeader)) {
		return bad
	}
	if r.body != nil && r.Header.Get("Content-Type") == "" {
		r.Header.Set("Content-Type", "application/json")
	}
	return nil
}

// only refuses parameters that a resource does not have, as they are written (Communication 3.2).
func (r *request) only(names ...string) error {
	for name := range r.query {
		if !slices.Contains(names, name) {
			return fault.New(fault.Invalid, "exosxapi.parameter.unknown", "name", name)
		}
	}
	return nil
}

func parameter(name, want string) error {
	return fault.New(fault.Invalid, "exosxapi.parameter.form", "name", name, "want", want)
}

// require reads a parameter of some form, which must be there.
func (r *request) require(name, want string, good func(string) bool) (string, error) {
	v := r.query.Get(name)
	if v == "" || !good(v) {
		return "", parameter(name, want)
	}
	return v, nil
}

// optional reads one that may be missing.
func (r *request) optional(name, want string, good func(string) bool) (string, error) {
	if !r.query.Has(name) {
		return "", nil
	}
	return r.require(name, want, good)
}

// agent reads a parameter that is an agent, or a group that is one, and returns by what it is found.
func (r *request) agent(name string) (object, string, error) {
	v, err := decode([]byte(r.query.Get(name)))
	o, ok := v.(object)
	if err != nil || !ok || (checker{r.two}).actor(o, name+".") != nil || keyOf(o) == "" {
		return nil, "", parameter(name, "Agent")
	}
	return o, handle(keyOf(o)), nil
}

// since reads a timestamp.
func (r *request) time(name string) (time.Time, error) {
	if !r.query.Has(name) {
		return time.Time{}, nil
	}
	at, ok := instant(r.query.Get(name), r.two)
	if !ok {
		return time.Time{}, parameter(name, "timestamp (RFC 3339)")
	}
	return at, nil
}

func (r *request) bool(name string) (bool, error) {
	switch v := r.query.Get(name); {
	case !r.query.Has(name), v == "false":
		return false, nil
	case v == "true":
		return true, nil
	}
	return false, parameter(name, "true or false")
}

// forbids refuses a client whose scopes have none of these.
func (r *request) forbids(scopes ...string) error {
	if !r.client.may(scopes...) {
		return fault.New(fault.Denied, "exosxapi.denied", "scope", scopes[0])
	}
	return nil
}

// send answers with JSON.
func send(w http.ResponseWriter, status int, v any) error {
	body, err := encode(v)
	if err != nil {
		return err
	}
	return sendBytes(w, status, "application/json", body)
}

func sendBytes(w http.ResponseWriter, status int, media string, body []byte) error {
	w.Header().Set("Content-Type", media)
	w.WriteHeader(status)
	_, err := io.Copy(w, bytes.NewReader(body))
	return err
}

// about tells the versions, to anybody (Communication 2.8).
func (s *Service) about(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set(versionHeader, latest[true])
	if v := r.Header.Get(versionHeader); oldVersion.MatchString(v) {
		w.Header().Set(versionHeader, latest[false])
	}
	return send(w, http.StatusOK, map[string]any{"version": spoken})
}

func (s *Service) log() *slog.Logger {
	if s.Log != nil {
		return s.Log
	}
	return slog.Default()
}
