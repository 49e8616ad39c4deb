package worldtest_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http/httptest"
	"testing"
	"time"

	"pupitre/exos"
	"pupitre/exos/content"
	"pupitre/exos/signin"
	"pupitre/exos/store"
	"pupitre/exos/store/storetest"
	"pupitre/exos/web"
	"pupitre/internal/clock"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/httpx"
	"pupitre/internal/id"
	"pupitre/internal/lang"
	"pupitre/internal/live"
	"pupitre/internal/look"
)

// A teacher's own exercises in a browser: Biblio Exos alone, for nobody of the demonstration's school teaches with it from the first day.
func TestAnAuthorInABrowser(t *testing.T) {
	t.Parallel()
	w := storetest.NewWorld(t, func(t testing.TB, now func() time.Time) storetest.Stores {
		return &store.Store{DB: dbtest.Engines()[0].Open(t, store.Migrations(), now), IDs: id.NewMaker(now)}
	})
	w.Clock.Set(clock.System())
	text, err := json.Marshal(map[string]any{"exos": exosPages(t, w), "teacher": w.Arrive(storetest.Claims("prof", exos.Teacher), "sid")})
	if err != nil {
		t.Fatal(err)
	}
	journey(t, string(text), "author")
}

// exosPages serves the pages of Biblio Exos over a world of its own, without a broker, and returns their address.
func exosPages(t *testing.T, w *storetest.World) string {
	t.Helper()
	key, err := w.ContentKey(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	words := lang.MustLoad()
	host := &content.Host{Service: w.Service, Key: key, Base: "http://contenu.example", Pages: "http://exos.example", Now: w.Now}
	hub := &live.Hub{Outbox: w.Store.(*store.Store).Outbox(), Topics: web.Followed, Say: web.Moved, Now: w.Now, Log: slog.New(slog.DiscardHandler)}
	room := &web.Room{Service: w.Service, Classroom: w.Classroom, Devices: w.Devices, Content: host, Live: hub, Site: look.New(look.Exos, words), Door: &signin.Party{Service: w.Service, Now: w.Now}}
	edge := &httpx.Edge{Log: slog.New(slog.DiscardHandler), Now: w.Now, Words: words, Pages: room, SignIn: web.SignInPath}
	mux := edge.Mux()
	room.Mount(mux)
	server := httptest.NewServer(edge.Wrap(room.Wrap(mux)))
	t.Cleanup(server.Close)
	running, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	t.Cleanup(stop) // first: open streams end
	go hub.Run(running)
	return server.URL
}
