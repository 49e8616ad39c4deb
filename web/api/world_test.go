package api_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"context"

	"pupitre/directory"
	"pupitre/internal/db"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/httpx"
	"pupitre/internal/lang"
	"pupitre/journal"
	"pupitre/licensing"
	"pupitre/store/storetest"
	"pupitre/token"
	"pupitre/web"
	"pupitre/web/api"
)

// desk is the interface over a fresh database, and a program of a school's manager.
type desk struct {
	*storetest.World
	t       *testing.T
	pages   http.Handler
	tokens  *token.Service
	routes  []string
	schemas *schemas
	room    *api.Room
	over    chan struct{}

	school, other directory.School
	works         []licensing.Work // 10 copies of each for pupils
	class         directory.CohortID
	pupils        []directory.PersonID // 4 in the class
	secret        token.Secret
	serial        int
}

const manager = directory.PersonID("manager")

func open(t *testing.T) *desk {
	t.Helper()
	w := storetest.NewWorld(t, dbtest.Engines()[0])
	d := &desk{World: w, t: t, schemas: compile(t), tokens: &token.Service{Store: w.Store.Token(), IDs: w.Store.IDs}}
	d.school, d.other = w.School("099", "340"), w.School("099", "340")
	for range 2 {
		r := w.Resource(false)
		w.Sell(t, w.Offer(d.school, r, 10))
		d.works = append(d.works, r)
	}
	d.class = w.Class(d.school.ID, "5e B")
	d.pupils = w.Persons(d.school.ID, directory.Pupil, 4, d.class)
	d.write(`insert into person (project, id, external, secondary, family_name, given_name, civility, mails, folded, secret, created_at)
		values ('A70', 'manager', 'manager', '', 'Vasseur', 'Claire', 'Mme', '[]', 'vasseur claire', '', 0)`)
	d.write(`insert into assignment_manager (school, person, state, source) values ($1, 'manager', 'confirmed', 'portal')`, string(d.school.ID))
	d.secret = d.make(d.school)
	words := lang.MustLoad()
	edge := &httpx.Edge{Log: slog.New(slog.DiscardHandler), Now: w.Now, Words: words}
	mux := edge.Mux()
	d.over = make(chan struct{})
	room := &api.Room{Over: d.over, Tokens: d.tokens, Copies: w.Licensing, People: &directory.Service{Store: w.Store.Directory()},
		Say: func(r *http.Request, err error) string { return words.Error(httpx.Spoken(r), err) }}
	d.room = room
	room.Mount(noting{mux, &d.routes})
	d.pages = edge.Wrap(mux)
	return d
}

func (d *desk) write(query string, args ...any) {
	d.t.Helper()
	if err := d.Store.DB.Write(context.Background(), func(ctx context.Context, t *db.Tx) error {
		_, err := t.Exec(ctx, query, args...)
		return err
	}); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) make(school directory.School) token.Secret {
	d.t.Helper()
	return d.makeFor(school, token.ScopeChange)
}

func (d *desk) makeReader(school directory.School) token.Secret {
	d.t.Helper()
	return d.makeFor(school, token.ScopeRead)
}

func (d *desk) makeFor(school directory.School, scope token.Scope) token.Secret {
	d.t.Helper()
	_, secret, err := d.tokens.Make(d.t.Context(), journal.Actor{Kind: journal.ByPerson, ID: string(manager)},
		token.Token{School: school.ID, Person: manager, Name: "Emploi du temps", Scope: scope, Ends: d.Now().Add(30 * 24 * time.Hour)})
	if err != nil {
		d.t.Fatal(err)
	}
	return secret
}

// noting is a mux that remembers what is mounted.
type noting struct {
	web.Mux
	routes *[]string
}

func (n noting) Handle(pattern string, h httpx.Handler) {
	*n.routes = append(*n.routes, pattern)
	n.Mux.Handle(pattern, h)
}

// reply is an answer whose body was held against the document.
type reply struct {
	*http.Response
	text []byte
}

func (r reply) into(t *testing.T, v any) {
	t.Helper()
	if err := json.Unmarshal(r.text, v); err != nil {
		t.Fatalf("%v: %s", err, r.text)
	}
}

// code is the code of a problem.
func (r reply) code() string {
	var p struct{ Code string }
	_ = json.Unmarshal(r.text, &p) // of what is no problem it is ""
	return p.Code
}

// ask sends a request below the school, with a new key unless headers (pairs) have one, and checks status and schema.
func (d *desk) ask(method, path string, body any, status int, headers ...string) reply {
	d.t.Helper()
	var text []byte
	kind := "application/json"
	switch b := body.(type) {
	case nil:
	case string:
		text, kind = []byte(b), "text/csv"
	default:
		var err error
		if text, err = json.Marshal(b); err != nil {
			d.t.Fatal(err)
		}
	}
	if !strings.HasPrefix(path, "/api/") {
		path = "/api/v1/schools/" + string(d.school.UAI) + path
	}
	r := httptest.NewRequest(method, path, bytes.NewReader(text))
	r.Header.Set("Authorization", "Bearer "+string(d.secret))
	if method == http.MethodPost {
		d.serial++
		r.Header.Set("Content-Type", kind)
		r.Header.Set("Idempotency-Key", "key-"+strings.Repeat("x", d.serial))
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	d.pages.ServeHTTP(w, r)
	out := reply{Response: w.Result()}
	out.text, _ = io.ReadAll(out.Body) // of a recorder
	if out.StatusCode != status {
		d.t.Fatalf("%s %s: %d, want %d: %s", method, path, out.StatusCode, status, out.text)
	}
	d.schemas.check(d.t, r, out)
	return out
}

// order is one of the first resource for these targets.
func (d *desk) order(targets ...any) map[string]any {
	return map[string]any{"resources": []string{string(d.works[0].ARK)}, "targets": targets}
}

func person(id directory.PersonID) map[string]any {
	return map[string]any{"kind": "person", "id": string(id)}
}

// anything asks for something small, and returns the status.
func (d *desk) anything() int {
	r := httptest.NewRequest(http.MethodGet, "/api/v1/schools", nil)
	r.Header.Set("Authorization", "Bearer "+string(d.secret))
	w := httptest.NewRecorder()
	d.pages.ServeHTTP(w, r)
	return w.Code
}
