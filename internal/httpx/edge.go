package httpx

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"pupitre/internal/lang"
)

// Handler is a request handler that returns its error instead of rendering it.
type Handler func(w http.ResponseWriter, r *http.Request) error

// Pages shows a failure to a person. The look of each product satisfies it; without one, failures are plain problems.
type Pages interface {
	// Failure sends the whole answer: f.Status and a page that says what happened and whom to ask.
	Failure(w http.ResponseWriter, r *http.Request, f Failure) error
}

// Edge is what stands between the network and the handlers of one product. Fill it as a struct literal; the zero value
// of every optional field is useful.
type Edge struct {
	Log   *slog.Logger     // where events go; nil: slog.Default
	Now   func() time.Time // required: the clock that times requests
	Words *lang.Words      // required: what failures say
	Pages Pages            // optional: failures as pages

	// SignIn, if set, is where a person who is not signed in goes, as a local path; "" for "show the failure instead".
	SignIn func(r *http.Request) string
	// CrossOrigin are the mux patterns of routes that other origins may post to: the faces of protocols (SAML's POST binding, LTI).
	CrossOrigin []string
	// MaxBody is the most that a request may send, in bytes; 0: 1 MiB. A route that takes files calls AllowBody.
	MaxBody int64
	// Strict is how long browsers must keep to TLS (HSTS) once they have seen it; 0: nothing is said, as suits a demonstration.
	Strict time.Duration
	// Watch, if set, is told of each answer: its route's pattern ("" for none), its status, how long it took.
	Watch func(route string, status int, took time.Duration)
	// Behind tells that TLS ends at a proxy in front, so that cookies are Secure though requests arrive in clear.
	Behind bool
}

const defaultMaxBody = 1 << 20

// Wrap puts the edge around every route of a product. Call it once, on the whole mux.
func (e *Edge) Wrap(next http.Handler) http.Handler {
	guard := http.NewCrossOriginProtection()
	for _, pattern := range e.CrossOrigin {
		guard.AddInsecureBypassPattern(pattern)
	}
	guard.SetDenyHandler(e.Handle(func(http.ResponseWriter, *http.Request) error { return errCrossOrigin }))
	guarded := guard.Handler(next)

	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		record := &Record{id: newRequestID(), secure: r.TLS != nil || e.Behind}
		out := &answer{ResponseWriter: w}
		r = r.WithContext(context.WithValue(r.Context(), recordKey{}, record))
		if r.Body != nil && r.Body != http.NoBody {
			r.Body = &body{ReadCloser: r.Body, left: e.maxBody(), limit: e.maxBody()}
		}
		w.Header().Set("X-Request-Id", record.id)
		e.secure(w.Header(), record.secure)

		began := e.Now()
		defer func() {
			abort := e.recover(out, r, recover())
			e.write(record, out, r, e.Now().Sub(began))
			if abort {
				panic(http.ErrAbortHandler) // too late for a page: the broken connection says it
			}
		}()
		guarded.ServeHTTP(out, r)
	})
}

func (e *Edge) maxBody() int64 {
	if e.MaxBody > 0 {
		return e.MaxBody
	}
	return defaultMaxBody
}

// Handle makes a Handler an http.Handler: what it returns is told by Fail.
func (e *Edge) Handle(h Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			e.Fail(w, r, err)
		}
	})
}

// write logs the request's event: errors of ours loudly, everything else quietly.
func (e *Edge) write(record *Record, out *answer, r *http.Request, took time.Duration) {
	if e.Watch != nil {
		e.Watch(record.where(), out.code(), took)
	}
	level := slog.LevelInfo
	if out.status >= http.StatusInternalServerError {
		level = slog.LevelError
	}
	attrs := append([]slog.Attr{
		slog.String("id", record.id), slog.String("method", r.Method), slog.String("host", r.Host), slog.String("route", record.where()),
		slog.Int("status", out.code()), slog.Int64("bytes", out.bytes), slog.Duration("took", took),
	}, record.facts()...)
	e.log().LogAttrs(r.Context(), level, "request", attrs...)
}

func (e *Edge) log() *slog.Logger {
	if e.Log != nil {
		return e.Log
	}
	return slog.Default()
}

// newRequestID returns 16 hexadecimal digits, short enough to be read out on the telephone.
func newRequestID() string {
	var b [8]byte
	rand.Read(b[:]) // never fails since Go 1.24
	return hex.EncodeToString(b[:])
}

// TLSOf returns what the edge of a product with this address must say: whether browsers reach it over TLS, so that cookies are Secure
// wherever TLS ends, and for how long they must keep to it (a year).
func TLSOf(base string) (overTLS bool, strict time.Duration) {
	if strings.HasPrefix(base, "https://") {
		return true, 365 * 24 * time.Hour
	}
	return false, 0
}
