package repository

import (
	"net/http"
	"net/url"
	"strings"

	"pupitre/internal/fault"
	"pupitre/internal/httpx"
)

// Path is where a repository is asked.
const Path = "/oai"

// Face is the repository over HTTP.
type Face struct{ Service *Service }

// CrossOrigin are the routes that other origins may post to: they only ask, and bring no session.
func (f *Face) CrossOrigin() []string { return []string{"POST " + Path} }

// Mount registers the routes.
func (f *Face) Mount(mux *httpx.Mux) {
	mux.Handle("GET "+Path, f.answer)
	mux.Handle("POST "+Path, f.answer)
}

// longestForm is what a request may send: six short arguments.
const longestForm = 16 << 10

// answer answers a request: its arguments are the query of a GET or the form of a POST (§3.1.1). Mistakes of the harvester's are 200, as the
// protocol has it; only what is ours is told by its status.
func (f *Face) answer(w http.ResponseWriter, r *http.Request) error {
	args, err := arguments(r)
	if err != nil {
		args = url.Values{} // unreadable: badVerb
	}
	body, err := f.Service.Answer(r.Context(), args)
	if err != nil {
		if fault.Is(err, fault.Unavailable) {
			w.Header().Set("Retry-After", "60") // §3.1.2.2
		}
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/xml; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Add("Vary", "Accept-Encoding")
	if httpx.TakesGzip(r) {
		h.Set("Content-Encoding", "gzip")
		body = httpx.Gzipped(body)
	}
	_, err = w.Write(body)
	return err
}

func arguments(r *http.Request) (url.Values, error) {
	if r.Method != http.MethodPost {
		return url.ParseQuery(r.URL.RawQuery)
	}
	httpx.AllowBody(r, longestForm)
	if kind := r.Header.Get("Content-Type"); !strings.HasPrefix(kind, "application/x-www-form-urlencoded") {
		return nil, fault.New(fault.Invalid, "httpx.method.not-allowed")
	}
	if err := r.ParseForm(); err != nil {
		return nil, err
	}
	if r.URL.RawQuery != "" { // a POST has its arguments in its body
		return nil, fault.New(fault.Invalid, "httpx.method.not-allowed")
	}
	return r.PostForm, nil
}
