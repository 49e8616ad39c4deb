package xapi_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"pupitre/exos"
	"pupitre/exos/store"
	"pupitre/exos/store/storetest"
	"pupitre/exos/xapi"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/httpx"
	"pupitre/internal/id"
	"pupitre/internal/lang"
	"pupitre/journal"
)

// world is a Biblio Exos with a register, and a program that writes in it.
type world struct {
	*storetest.World
	t        *testing.T
	lrs      *xapi.Service
	handler  http.Handler
	register xapi.Register
	program  *program
}

// program is a client of a register, in one version.
type program struct {
	*world
	name, secret, version string
}

var by = journal.System("test")

func each(t *testing.T, f func(t *testing.T, w *world)) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		w := &world{t: t}
		var s *store.Store
		w.World = storetest.NewWorld(t, func(t testing.TB, now func() time.Time) storetest.Stores {
			s = &store.Store{DB: e.Open(t, store.Migrations(), now), IDs: id.NewMaker(now)}
			return s
		})
		w.lrs = &xapi.Service{Exos: w.Service, Store: s.Registers(), IDs: s.IDs, Now: w.Clock.Now, Base: "https://exos.example", Log: slog.New(slog.DiscardHandler)}
		edge := &httpx.Edge{Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Now: w.Clock.Now, Words: lang.MustLoad()}
		mux := edge.Mux()
		w.lrs.Mount(mux)
		w.handler = edge.Wrap(mux)
		w.register = w.open("Le registre", "")
		w.program = w.client(w.register, "all")
		f(t, w)
	})
}

func (w *world) open(name string, prefix exos.ARK) xapi.Register {
	w.t.Helper()
	r, err := w.lrs.Open(w.t.Context(), by, name, prefix, true)
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

func (w *world) client(r xapi.Register, scopes ...string) *program {
	w.t.Helper()
	c, secret, err := w.lrs.MakeClient(w.t.Context(), by, xapi.Client{Register: r.ID, Name: "programme", Scopes: scopes, Ends: w.Clock.Now().AddDate(0, 1, 0)})
	if err != nil {
		w.t.Fatal(err)
	}
	return &program{w, string(c.ID), string(secret), "2.0.0"}
}

// old is the same program in xAPI 1.0.3.
func (p *program) old() *program { out := *p; out.version = "1.0.3"; return &out }

// answer is what came back.
type answer struct {
	*http.Response
	t    *testing.T
	body []byte
}

func (a answer) code() string {
	var p struct {
		Code   string
		Params map[string]string
	}
	json.Unmarshal(a.body, &p)
	if v := p.Params["property"]; v != "" {
		return strings.TrimPrefix(p.Code, "exosxapi.") + " " + v
	}
	return strings.TrimPrefix(p.Code, "exosxapi.")
}

// statements are those of a result.
func (a answer) statements() (list []map[string]any, more string) {
	a.t.Helper()
	var r struct {
		Statements []map[string]any
		More       string
	}
	if err := json.Unmarshal(a.body, &r); err != nil {
		a.t.Fatalf("%s: %s", a.Status, a.body)
	}
	return r.Statements, r.More
}

func (a answer) object() (o map[string]any) {
	a.t.Helper()
	if err := json.Unmarshal(a.body, &o); err != nil {
		a.t.Fatalf("%s: %s", a.Status, a.body)
	}
	return o
}

// is fails unless the status is as wanted.
func (a answer) is(want int) answer {
	a.t.Helper()
	if a.StatusCode != want {
		a.t.Errorf("%s, want %d: %s", a.Status, want, a.body)
	}
	return a
}

// ask sends a request; body is bytes, or a value as JSON. Headers are name, value…
func (p *program) ask(method, path string, body any, header ...string) answer {
	p.t.Helper()
	data, raw := body.([]byte)
	if !raw && body != nil {
		data, _ = json.Marshal(body)
	}
	r := httptest.NewRequest(method, path, bytes.NewReader(data))
	r.SetBasicAuth(p.name, p.secret)
	r.Header.Set("X-Experience-API-Version", p.version)
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
		if header[i+1] == "" {
			r.Header.Del(header[i])
		}
	}
	w := httptest.NewRecorder()
	p.handler.ServeHTTP(w, r)
	text, _ := io.ReadAll(w.Result().Body)
	return answer{w.Result(), p.t, text}
}

const statements = "/xapi/statements"

func (p *program) post(body any) answer { p.t.Helper(); return p.ask("POST", statements, body) }

func (p *program) find(q ...string) answer {
	p.t.Helper()
	v := url.Values{}
	for i := 0; i+1 < len(q); i += 2 {
		v.Set(q[i], q[i+1])
	}
	return p.ask("GET", statements+"?"+v.Encode(), nil)
}

// uuid is the n-th of a test's ids.
func uuid(n int) string {
	s := strconv.Itoa(n)
	return "12345678-1234-4234-8234-" + strings.Repeat("0", 12-len(s)) + s
}

// said is a good statement; changes are path, value: "actor.mbox", …; a nil value of type drop removes.
func said(changes ...any) map[string]any {
	s := map[string]any{
		"actor":  map[string]any{"objectType": "Agent", "account": map[string]any{"homePage": "https://ailleurs.example", "name": "a1"}},
		"verb":   map[string]any{"id": "http://adlnet.gov/expapi/verbs/answered", "display": map[string]any{"fr": "a répondu", "en": "answered"}},
		"object": map[string]any{"objectType": "Activity", "id": "https://ailleurs.example/ex/1"},
	}
	for i := 0; i+1 < len(changes); i += 2 {
		put(s, changes[i].(string), changes[i+1])
	}
	return s
}

type drop struct{}

func put(s map[string]any, path string, v any) {
	names := strings.Split(path, "/")
	for _, name := range names[:len(names)-1] {
		next, ok := s[name].(map[string]any)
		if !ok {
			next = map[string]any{}
			s[name] = next
		}
		s = next
	}
	last := names[len(names)-1]
	if _, gone := v.(drop); gone {
		delete(s, last)
		return
	}
	s[last] = v
}
