package httpx_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/lang"
)

// pages shows a failure in one line.
type pages struct{}

func (pages) Failure(w http.ResponseWriter, _ *http.Request, f httpx.Failure) error {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(f.Status)
	_, err := fmt.Fprintf(w, "<p>%s</p>", f.Text)
	return err
}

// house is an edge with one handler at every address, and the log that it writes.
type house struct {
	edge *httpx.Edge
	log  bytes.Buffer
}

func newHouse() *house {
	h := &house{}
	h.edge = &httpx.Edge{
		Log: slog.New(slog.NewJSONHandler(&h.log, nil)), Words: lang.MustLoad(), Pages: pages{},
		Now: clock.Fixed(time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)),
	}
	return h
}

// answer runs one handler for one request, through the whole edge.
func (h *house) answer(handler httpx.Handler, r *http.Request) *http.Response {
	w := httptest.NewRecorder()
	h.edge.Wrap(h.edge.Handle(handler)).ServeHTTP(w, r)
	return w.Result()
}

// event is the one line that the request wrote.
func (h *house) event(t *testing.T) map[string]any {
	t.Helper()
	if n := strings.Count(h.log.String(), "\n"); n != 1 {
		t.Fatalf("%d lines logged:\n%s", n, h.log.String())
	}
	var event map[string]any
	if err := json.Unmarshal(h.log.Bytes(), &event); err != nil {
		t.Fatal(err)
	}
	return event
}

func fails(err error) httpx.Handler {
	return func(http.ResponseWriter, *http.Request) error { return err }
}

func body(t *testing.T, r *http.Response) string {
	t.Helper()
	text, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestEachKindHasItsStatus(t *testing.T) {
	t.Parallel()
	for kind, want := range map[fault.Kind]int{
		fault.NotFound: 404, fault.Invalid: 400, fault.Conflict: 409, fault.Exhausted: 409,
		fault.Denied: 403, fault.Unauthenticated: 401, fault.Unavailable: 503, fault.Internal: 500,
	} {
		h := newHouse()
		err := fmt.Errorf("assign: %w", fault.New(kind, "test.none"))
		r := h.answer(fails(err), httptest.NewRequest("GET", "/", nil))
		if r.StatusCode != want {
			t.Errorf("%v: got %d, want %d", kind, r.StatusCode, want)
		}
		event := h.event(t)
		if event["kind"] != kind.String() || event["code"] != "test.none" || event["error"] != "assign: test.none" {
			t.Errorf("%v: logged %v", kind, event)
		}
		if loud := event["level"] == "ERROR"; loud != (want >= 500) {
			t.Errorf("%v: logged at %v", kind, event["level"])
		}
	}
}

func TestReaderNeverSeesTheOperatorsChain(t *testing.T) {
	t.Parallel()
	secret := errors.New("dial 10.0.0.7:5432: password of pupitre refused")
	for _, accept := range []string{"text/html", "application/json"} {
		h := newHouse()
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Accept", accept)
		text := body(t, h.answer(fails(fmt.Errorf("open pool: %w", secret)), r))
		if strings.Contains(text, "password") || strings.Contains(text, "pool") {
			t.Errorf("%s: %s", accept, text)
		}
		if !strings.Contains(fmt.Sprint(h.event(t)["error"]), "password") {
			t.Error("the operator does not see the chain")
		}
	}
}

func TestProgramGetsAProblem(t *testing.T) {
	t.Parallel()
	h := newHouse()
	r := httptest.NewRequest("GET", "/api/x", nil)
	r.Header.Set("Accept-Language", "en-GB,en;q=0.9")
	got := h.answer(fails(httpx.WithStatus(fault.New(fault.Invalid, "httpx.body.too-large", "limit", 10), 413)), r)
	var problem struct {
		Type, Title, Detail, Code, Request string
		Status                             int
		Params                             map[string]string
	}
	if err := json.NewDecoder(got.Body).Decode(&problem); err != nil {
		t.Fatal(err)
	}
	if got.StatusCode != 413 || got.Header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("%s %s", got.Status, got.Header.Get("Content-Type"))
	}
	if problem.Type != "about:blank" || problem.Status != 413 || problem.Code != "httpx.body.too-large" || problem.Params["limit"] != "10" ||
		problem.Detail != "This is too much to send: 10 bytes at most." || problem.Request == "" || problem.Request != got.Header.Get("X-Request-Id") {
		t.Errorf("%+v", problem)
	}
}

func TestPanicIsAnswered(t *testing.T) {
	t.Parallel()
	h := newHouse()
	r := h.answer(func(http.ResponseWriter, *http.Request) error { panic("boom") }, httptest.NewRequest("GET", "/", nil))
	if r.StatusCode != 500 || strings.Contains(body(t, r), "boom") {
		t.Errorf("%s", r.Status)
	}
	event := h.event(t)
	if !strings.Contains(fmt.Sprint(event["stack"]), "TestPanicIsAnswered") || !strings.Contains(fmt.Sprint(event["error"]), "boom") {
		t.Errorf("logged %v", event)
	}
}

func TestHalfSentAnswerIsBrokenOff(t *testing.T) {
	t.Parallel()
	h := newHouse()
	defer func() {
		if caught := recover(); caught != http.ErrAbortHandler {
			t.Errorf("the connection goes on after %v", caught)
		}
		if got := h.event(t)["status"]; got != 200.0 {
			t.Errorf("logged status %v", got)
		}
	}()
	h.answer(func(w http.ResponseWriter, _ *http.Request) error {
		io.WriteString(w, "half")
		panic("boom")
	}, httptest.NewRequest("GET", "/", nil))
}

func TestErrorAfterTheAnswerIsOnlyLogged(t *testing.T) {
	t.Parallel()
	h := newHouse()
	r := h.answer(func(w http.ResponseWriter, _ *http.Request) error {
		io.WriteString(w, "whole")
		return fault.New(fault.Internal, "test.late")
	}, httptest.NewRequest("GET", "/", nil))
	if text := body(t, r); text != "whole" || r.StatusCode != 200 {
		t.Errorf("%s %q", r.Status, text)
	}
	if got := h.event(t)["code"]; got != "test.late" {
		t.Errorf("logged code %v", got)
	}
}

type pageKey struct{}

func TestEventIsFilledAsItGoesAndTellsNoQuery(t *testing.T) {
	t.Parallel()
	h := newHouse()
	mux := h.edge.Mux()
	mux.Handle("GET /classes/{class}", func(_ http.ResponseWriter, r *http.Request) error {
		httpx.Event(r.Context()).Set("class", r.PathValue("class"))
		httpx.Event(r.Context()).Set("copies", 1)
		httpx.Event(r.Context()).Set("copies", 25)
		return nil
	})
	// Between the edge and the mux the pages put the request into a context of their own.
	pages := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mux.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), pageKey{}, true)))
	})
	h.edge.Wrap(pages).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/classes/5eB?nom=Marchal", nil))
	event := h.event(t)
	if event["class"] != "5eB" || event["copies"] != 25.0 || event["route"] != "GET /classes/{class}" || event["status"] != 200.0 {
		t.Errorf("logged %v", event)
	}
	if strings.Contains(h.log.String(), "Marchal") {
		t.Errorf("the query is logged: %s", h.log.String())
	}
}

func TestPersonWithoutSignInIsSentToSignIn(t *testing.T) {
	t.Parallel()
	h := newHouse()
	h.edge.SignIn = func(r *http.Request) string { return "/connexion" }
	stranger := fails(fault.New(fault.Unauthenticated, "test.none"))
	if r := h.answer(stranger, httptest.NewRequest("GET", "/", nil)); r.StatusCode != 303 || r.Header.Get("Location") != "/connexion" {
		t.Errorf("reading: %s", r.Status)
	}
	if r := h.answer(stranger, httptest.NewRequest("POST", "/", nil)); r.StatusCode != 401 {
		t.Errorf("writing: %s", r.Status)
	}
	if r := h.answer(stranger, httptest.NewRequest("GET", "/api/x", nil)); r.StatusCode != 401 {
		t.Errorf("a program: %s", r.Status)
	}
}
