package trial

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// exchange is one request to the faces, and what they answered.
type exchange struct {
	request *http.Request
	form    url.Values // of the request: the query, and the body where that is a form
	status  int
	header  http.Header
	body    []byte
}

// Header implements http.ResponseWriter: the faces write into the exchange.
func (x *exchange) Header() http.Header { return x.header }

// WriteHeader implements http.ResponseWriter.
func (x *exchange) WriteHeader(status int) { x.status = status }

// Write implements http.ResponseWriter.
func (x *exchange) Write(p []byte) (int, error) {
	x.body = append(x.body, p...)
	return len(p), nil
}

// rewrite spoils an answer of the faces on its way, and reports whether it was one that it spoils.
type rewrite func(ctx context.Context, b *Bench, x *exchange) (bool, error)

// reword spoils what the site is told from program to program.
type reword func(ctx context.Context, b *Bench, media string, body []byte) ([]byte, bool, error)

const longest = 1 << 20 // bytes of a request, of an answer, of a page

// ServeHTTP has the faces answer, notes it, and spoils it where a check says so.
func (b *Bench) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == entityPath { // nobody but a reader of XML that follows entities comes here
		b.note(&exchange{request: r, status: http.StatusOK, header: http.Header{}})
		return
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, longest))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	x := &exchange{request: r, form: r.URL.Query(), status: http.StatusOK, header: http.Header{}}
	b.faces.ServeHTTP(x, r)
	if posted, err := url.ParseQuery(string(body)); err == nil && strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		for name, values := range posted {
			x.form[name] = append(x.form[name], values...)
		}
	}
	b.note(x)
	b.mu.Lock()
	spoil := b.answers
	b.mu.Unlock()
	if spoil != nil {
		struck, err := spoil(r.Context(), b, x)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		if struck {
			b.strike()
		}
	}
	for name, values := range x.header {
		w.Header()[name] = values
	}
	w.Header().Del("Content-Length")
	w.WriteHeader(x.status)
	w.Write(x.body)
}

func (b *Bench) strike() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.struck = true
}

// arm prepares the adversary for one check, disarm with the zero check.
func (b *Bench) arm(c check) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.answers, b.forms, b.words, b.message, b.struck = c.answer, c.form, c.word, c.message, false
}

func (b *Bench) hasStruck() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.struck
}

// tampering is how the bench's programs reach the site's.
type tampering struct{ bench *Bench }

// RoundTrip implements http.RoundTripper.
func (t tampering) RoundTrip(r *http.Request) (*http.Response, error) {
	b := t.bench
	b.mu.Lock()
	spoil := b.words
	b.mu.Unlock()
	if spoil != nil && r.Body != nil {
		body, err := io.ReadAll(io.LimitReader(r.Body, longest))
		if err != nil {
			return nil, err
		}
		r.Body.Close()
		body, struck, err := spoil(r.Context(), b, r.Header.Get("Content-Type"), body)
		if err != nil {
			return nil, err
		}
		if struck {
			b.strike()
		}
		r = r.Clone(r.Context())
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	}
	res, err := b.dial.RoundTrip(r)
	if err != nil || r.Method != http.MethodPost {
		return res, err
	}
	// A word that the site does not take would be told again, before any other of the same person; here each is told once.
	res.StatusCode, res.Status = http.StatusOK, "200 OK"
	return res, nil
}

// entityPath is an address of the bench's that only a careless reader of XML asks for.
const entityPath = "/essai/entite"
