package httpx

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"

	"pupitre/internal/fault"
	"pupitre/internal/lang"
)

// Failure is what a page or a program may know of an error.
type Failure struct {
	Status  int
	Kind    fault.Kind
	Code    string      // stable, for programs and support
	Params  []any       // name, value, name, value…
	Text    string      // the sentence, in Locale
	Request string      // the request's number, to quote when asking
	Locale  lang.Locale // the reader's
}

// What the edge itself refuses.
var (
	errCrossOrigin = fault.New(fault.Denied, "httpx.request.cross-origin")
	errPanic       = fault.New(fault.Internal, "httpx.handler.panicked")
)

// statusClosed is what the log says of a reader who left before the answer (nginx's convention); nobody receives it.
const statusClosed = 499

// statuses maps each kind to its HTTP status.
var statuses = map[fault.Kind]int{
	fault.Internal: http.StatusInternalServerError, fault.NotFound: http.StatusNotFound, fault.Invalid: http.StatusBadRequest,
	fault.Conflict: http.StatusConflict, fault.Exhausted: http.StatusConflict, fault.Denied: http.StatusForbidden,
	fault.Unauthenticated: http.StatusUnauthorized, fault.Unavailable: http.StatusServiceUnavailable,
}

// statusError is an error whose HTTP status says more than its kind.
type statusError struct {
	error
	status int
}

func (e statusError) Unwrap() error { return e.error }

// WithStatus gives err a status of its own, where HTTP has a better word than its kind's: 405, 410, 413, 421.
func WithStatus(err error, status int) error { return statusError{err, status} }

// StatusOf returns the HTTP status that err is answered with.
func StatusOf(err error) int {
	if e, ok := errors.AsType[statusError](err); ok {
		return e.status
	}
	return statuses[fault.KindOf(err)]
}

// Fail answers the request with err: the log line, the status, then a page or a problem. Handlers return their error instead.
func (e *Edge) Fail(w http.ResponseWriter, r *http.Request, err error) {
	err = classified(err)
	record := Event(r.Context())
	record.Set("kind", fault.KindOf(err).String())
	record.Set("code", fault.CodeOf(err))
	record.Set("error", err.Error())
	if errors.Is(err, context.Canceled) && r.Context().Err() != nil {
		if a := begun(w); a != nil && a.status == 0 {
			a.status = statusClosed
		}
		return
	}
	if sent(w) {
		return // a half-sent answer cannot be taken back; the event tells
	}
	if path := e.signIn(r, err); path != "" {
		http.Redirect(w, r, path, http.StatusSeeOther)
		return
	}
	f := Failure{
		Status: StatusOf(err), Kind: fault.KindOf(err), Code: fault.CodeOf(err), Params: fault.ParamsOf(err),
		Request: record.id, Locale: Locale(r),
	}
	w.Header().Set("Cache-Control", "no-store")
	if f.Kind == fault.Unavailable {
		w.Header().Set("Retry-After", "10")
	}
	if e.Pages == nil || wantsProblem(r) {
		f.Locale = spokenLocale(r)
		f.Text = e.Words.Error(f.Locale, err)
		sendProblem(w, f)
		return
	}
	f.Text = e.Words.Error(f.Locale, err)
	if err := e.Pages.Failure(w, r, f); err != nil && !sent(w) {
		record.Set("failure_page", err.Error())
		sendProblem(w, f)
	}
}

// classified gives the errors of net/http a kind and a code.
func classified(err error) error {
	if tooBig, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return WithStatus(fault.Wrap(err, fault.Invalid, "httpx.body.too-large", "limit", tooBig.Limit), http.StatusRequestEntityTooLarge)
	}
	return err
}

// signIn returns where to send a person who must sign in first, "" where the failure is to be shown.
// Only a page being read can be left and found again.
func (e *Edge) signIn(r *http.Request, err error) string {
	reading := r.Method == http.MethodGet || r.Method == http.MethodHead
	if e.SignIn == nil || !reading || wantsProblem(r) || fault.KindOf(err) != fault.Unauthenticated {
		return ""
	}
	return e.SignIn(r)
}

// recover turns a panic into a failure, and reports whether the connection must be broken instead.
func (e *Edge) recover(out *answer, r *http.Request, caught any) (abort bool) {
	if caught == nil {
		return false
	}
	if caught == http.ErrAbortHandler {
		return true
	}
	late := out.status != 0
	Event(r.Context()).Set("stack", string(debug.Stack()))
	e.Fail(out, r, fmt.Errorf("%w: %v", errPanic, caught))
	return late
}

// wantsProblem reports whether the asker is a program: it asks for JSON and not for HTML, or it is under /api/.
func wantsProblem(r *http.Request) bool {
	accept := r.Header.Get("Accept")
	return strings.HasPrefix(r.URL.Path, "/api/") || strings.Contains(accept, "json") && !strings.Contains(accept, "text/html")
}

// problem is RFC 9457's object. Its type is always about:blank (§4.2.1): our codes are an extension member (§3.2).
type problem struct {
	Type    string         `json:"type"`
	Title   string         `json:"title"`
	Status  int            `json:"status"`
	Detail  string         `json:"detail,omitempty"`
	Code    string         `json:"code"`
	Params  map[string]any `json:"params,omitempty"`
	Request string         `json:"request,omitempty"`
}

func sendProblem(w http.ResponseWriter, f Failure) {
	p := problem{Type: "about:blank", Title: http.StatusText(f.Status), Status: f.Status, Detail: f.Text, Code: f.Code, Request: f.Request}
	for i := 0; i+1 < len(f.Params); i += 2 {
		if p.Params == nil {
			p.Params = map[string]any{}
		}
		p.Params[fmt.Sprint(f.Params[i])] = fmt.Sprint(f.Params[i+1])
	}
	text, err := json.Marshal(p)
	if err != nil {
		text = []byte(`{"type":"about:blank"}`)
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Content-Language", string(f.Locale))
	w.WriteHeader(f.Status)
	w.Write(text)
}
