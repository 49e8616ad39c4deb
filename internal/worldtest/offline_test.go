package worldtest_test

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"testing"

	"pupitre/internal/app"
	"pupitre/internal/clock"
	"pupitre/internal/lang"
	"pupitre/internal/worldtest"
)

// A pupil without a network. The server is really stopped, its ports closed, and started again on what it left.
func TestAwayInABrowser(t *testing.T) {
	t.Parallel()
	options := app.DemoOptions{Data: t.TempDir(), Log: slog.New(slog.DiscardHandler), Words: lang.MustLoad(), Now: clock.System}
	demo, err := app.OpenDemo(t.Context(), options)
	if err != nil {
		t.Fatalf("open the demonstration: %v", err)
	}
	at, err := url.Parse(demo.Exos)
	if err != nil {
		t.Fatal(err)
	}
	if options.HTTP, err = strconv.Atoi(at.Port()); err != nil {
		t.Fatal(err)
	}
	control := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var err error
		switch {
		case r.URL.Path == "/stop" && demo != nil:
			err = demo.Close()
			demo = nil
		case (r.URL.Path == "/start" || r.URL.Path == "/start-without-app") && demo == nil:
			options.AppStopped = r.URL.Path != "/start"
			demo, err = app.OpenDemo(t.Context(), options)
		default:
			http.NotFound(w, r)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	}))
	defer control.Close()
	defer func() {
		if demo != nil {
			if err := demo.Close(); err != nil {
				t.Error(err)
			}
		}
	}()
	var world map[string]any
	if err := json.Unmarshal([]byte((&worldtest.World{Demo: demo, Data: options.Data}).JSON(t, false)), &world); err != nil {
		t.Fatal(err)
	}
	world["control"] = control.URL
	text, err := json.Marshal(world)
	if err != nil {
		t.Fatal(err)
	}
	journey(t, string(text), "offline")
}
