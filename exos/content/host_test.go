package content_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"pupitre/exos"
	"pupitre/exos/content"
	"pupitre/exos/store"
	"pupitre/exos/store/storetest"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/httpx"
	"pupitre/internal/id"
	"pupitre/internal/lang"
	"pupitre/journal"
)

// world is a content host with a picture and a program that holds keys.
type world struct {
	*storetest.World
	*content.Host
	t       *testing.T
	kept    *store.Store
	handler http.Handler
}

const (
	picture = exos.Hash("1111111111111111111111111111111111111111111111111111111111111111")
	bytes   = "0123456789abcdefghij"
)

func newWorld(t *testing.T) *world {
	t.Helper()
	engine := dbtest.Engines()[0]
	w := &world{t: t}
	w.World = storetest.NewWorld(t, func(t testing.TB, now func() time.Time) storetest.Stores {
		w.kept = &store.Store{DB: engine.Open(t, store.Migrations(), now), IDs: id.NewMaker(now)}
		return w.kept
	})
	err := w.kept.Write(t.Context(), func(ctx context.Context, w exos.Writer) error {
		act, err := w.Record(ctx, journal.Entry{Actor: journal.System("test"), Verb: "exos.published", Subject: "x", Class: journal.ClassChange})
		if err != nil {
			return err
		}
		return w.PutContent(ctx, act, exos.Content{Hash: picture, Media: "audio/mpeg", Data: []byte(bytes)})
	})
	if err != nil {
		t.Fatal(err)
	}
	key, err := w.ContentKey(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	w.Host = &content.Host{Service: w.World.Service, Key: key, Base: "http://contenu.example", Pages: "http://exos.example", Now: w.World.Service.Now}
	edge := &httpx.Edge{Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Now: w.World.Service.Now, Words: lang.MustLoad()}
	mux := edge.Mux()
	w.Host.Mount(mux)
	w.handler = edge.Wrap(mux)
	return w
}

func (w *world) get(address string, header ...string) *http.Response {
	r := httptest.NewRequest("GET", address, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	out := httptest.NewRecorder()
	w.handler.ServeHTTP(out, r)
	return out.Result()
}

// An address opens what it was given for, until its time is over, and nothing else; whatever is wrong with it looks the same.
func TestAnAddressOpensOneThingForATime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	at := w.File(picture)
	if answer := w.get(at); answer.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s", at, answer.Status)
	}
	if again := w.File(picture); again != at {
		t.Errorf("the address is another a moment later: a browser would ask twice")
	}
	rest := strings.TrimPrefix(at, "http://contenu.example/")
	grant, path, _ := strings.Cut(rest, "/")
	other := strings.Replace(at, string(picture), strings.Replace(string(picture), "1", "2", 1), 1)
	until, mac, _ := strings.Cut(grant, "-")
	for name, address := range map[string]string{
		"no grant": "http://contenu.example/" + path, "another's file": other,
		"a later end":               "http://contenu.example/zzzzzz-" + mac + "/" + path,
		"another mac":               "http://contenu.example/" + until + "-" + strings.Repeat("A", len(mac)) + "/" + path,
		"a number only":             "http://contenu.example/" + until + "/" + path,
		"a frame by a file's grant": "http://contenu.example/" + grant + "/cadres/x/y",
		"a longer path":             at + "/x", "without grant or name": "http://contenu.example/fichiers/x",
	} {
		if answer := w.get(address); answer.StatusCode != http.StatusNotFound || answer.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %s, %s", name, answer.Status, answer.Header.Get("Cache-Control"))
		}
	}
	w.Clock.Pass(15 * time.Minute)
	if answer := w.get(at); answer.StatusCode != http.StatusOK {
		t.Errorf("a quarter of an hour later: %s", answer.Status)
	}
	w.Clock.Pass(15 * time.Minute) // rights that the broker does not renew are good for no longer
	if answer := w.get(at); answer.StatusCode != http.StatusNotFound {
		t.Errorf("half an hour later: %s", answer.Status)
	}
	if answer := w.get(w.File(picture)); answer.StatusCode != http.StatusOK {
		t.Errorf("a new address: %s", answer.Status)
	}
	elsewhere := *w.Host
	elsewhere.Key = "another installation's"
	if answer := w.get(elsewhere.File(picture)); answer.StatusCode != http.StatusNotFound {
		t.Errorf("another's grant: %s", answer.Status)
	}
}

// What holds keys is no file, whoever signs its address.
func TestAProgramIsNoFile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := 0
	for _, entry := range w.Exercises(w.Pupil("p1")) {
		var e exos.Exercise
		err := w.kept.Read(t.Context(), func(ctx context.Context, r exos.Reader) (err error) {
			e, err = r.Exercise(ctx, entry.Exercise)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, hash := range []exos.Hash{e.Program, e.Body} {
			n++
			if answer := w.get(w.File(hash)); answer.StatusCode != http.StatusNotFound {
				t.Errorf("%s: %s", hash, answer.Status)
			}
		}
	}
	if n == 0 {
		t.Fatal("the workbook has no programs")
	}
}

// A sound or a film is read in parts; scripts of the pages, and theirs alone, may read it; it can run nothing, and sets no cookie.
func TestAFileIsReadInPartsAndByThePagesAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	answer := w.get(w.File(picture), "Range", "bytes=5-9", "Origin", "http://exos.example")
	body, _ := io.ReadAll(answer.Body)
	if answer.StatusCode != http.StatusPartialContent || string(body) != bytes[5:10] || answer.Header.Get("Content-Range") != "bytes 5-9/20" {
		t.Errorf("%s %q %q", answer.Status, body, answer.Header.Get("Content-Range"))
	}
	for name, want := range map[string]string{
		"Accept-Ranges": "bytes", "Access-Control-Allow-Origin": "http://exos.example", "Cross-Origin-Resource-Policy": "cross-origin",
		"Content-Type": "audio/mpeg", "X-Content-Type-Options": "nosniff", "Set-Cookie": "", "Access-Control-Allow-Credentials": "",
		"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
	} {
		if got := answer.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if late := w.get(w.File(picture), "Range", "bytes=90-"); late.StatusCode != http.StatusRequestedRangeNotSatisfiable {
		t.Errorf("beyond its end: %s", late.Status)
	}
}

// Two nodes sign alike.
func TestNodesShareOneKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	again, err := w.ContentKey(t.Context())
	if err != nil || again != w.Host.Key || len(again) != 64 {
		t.Errorf("%v %v", len(again), err)
	}
}
