package httpx

import (
	"io"
	"net/http"
)

// answer remembers what was sent: for the log, and to know whether a failure can still be shown.
type answer struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (a *answer) WriteHeader(status int) {
	if a.status == 0 && status >= http.StatusOK { // 1xx answers come before the real one
		a.status = status
	}
	a.ResponseWriter.WriteHeader(status)
}

func (a *answer) Write(p []byte) (int, error) {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	n, err := a.ResponseWriter.Write(p)
	a.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach flushing and deadlines (live pages).
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// code is the status that was sent; a handler that wrote nothing said 200.
func (a *answer) code() int {
	if a.status == 0 {
		return http.StatusOK
	}
	return a.status
}

// begun finds the answer under whatever wraps it (a session's writer), nil outside Edge.Wrap.
func begun(w http.ResponseWriter) *answer {
	for {
		if a, ok := w.(*answer); ok {
			return a
		}
		u, ok := w.(interface{ Unwrap() http.ResponseWriter })
		if !ok {
			return nil
		}
		w = u.Unwrap()
	}
}

// sent reports whether w has begun its answer.
func sent(w http.ResponseWriter) bool {
	a := begun(w)
	return a != nil && a.status != 0
}

// body refuses to give more than left bytes.
type body struct {
	io.ReadCloser
	left, limit int64
}

func (b *body) Read(p []byte) (int, error) {
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.ReadCloser.Read(p)
	if int64(n) > b.left {
		n = int(b.left)
		err = &http.MaxBytesError{Limit: b.limit}
	}
	b.left -= int64(n)
	return n, err
}

// AllowBody sets how many bytes this request may send, before anything of it is read: for a route that takes files.
func AllowBody(r *http.Request, limit int64) {
	if b, ok := r.Body.(*body); ok {
		b.left, b.limit = limit, limit
	}
}
