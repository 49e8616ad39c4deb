package worldtest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"pupitre/exos/desktop/release"
	"pupitre/internal/app"
	"pupitre/internal/app/desktopapp"
	"pupitre/internal/clock"
	"pupitre/internal/lang"
	"pupitre/internal/worldtest"
)

// computer is a pupil's, with the program for computers, started and stopped like a process.
type computer struct {
	settings desktopapp.Settings
	stop     context.CancelFunc
	ended    chan error
}

// start returns the start address.
func (c *computer) start(ctx context.Context) (string, error) {
	ctx, c.stop = context.WithCancel(ctx)
	at := make(chan string, 1)
	c.settings.Open = func(address string) { at <- address }
	c.ended = make(chan error, 1)
	go func() { c.ended <- desktopapp.Run(ctx, c.settings) }()
	select {
	case address := <-at:
		return address, nil
	case err := <-c.ended:
		return "", err
	}
}

func (c *computer) end() error {
	c.stop()
	return <-c.ended
}

// programs is a folder of archives, as make dist leaves it; what is in them is not looked at.
func programs(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, target := range release.Targets {
		if err := os.WriteFile(filepath.Join(dir, release.Name("1.2", target)), bytes.Repeat([]byte(target.Processor), 3_000_000), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := release.Write(dir, "1.2", release.Targets); err != nil {
		t.Fatal(err)
	}
	return dir
}

// A pupil's own computer, with the program on it, while the server is really stopped.
func TestTheProgramForComputersInABrowser(t *testing.T) {
	t.Parallel()
	options := app.DemoOptions{Data: t.TempDir(), Programs: programs(t), Log: slog.New(slog.DiscardHandler), Words: lang.MustLoad(), Now: clock.System}
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
	pupils := &computer{settings: desktopapp.Settings{Folder: t.TempDir(), Server: demo.Exos, Log: options.Log, Words: options.Words, Now: clock.System}}
	start, err := pupils.start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	control := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var err error
		switch {
		case r.URL.Path == "/stop" && demo != nil:
			err = demo.Close()
			demo = nil
		case r.URL.Path == "/start" && demo == nil:
			demo, err = app.OpenDemo(t.Context(), options)
		case r.URL.Path == "/restart-program":
			if err = pupils.end(); err == nil {
				var again string
				again, err = pupils.start(t.Context())
				fmt.Fprintln(w, again)
			}
		default:
			http.NotFound(w, r)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	}))
	defer control.Close()
	defer func() {
		if err := pupils.end(); err != nil {
			t.Error(err)
		}
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
	world["control"], world["program"] = control.URL, start
	text, err := json.Marshal(world)
	if err != nil {
		t.Fatal(err)
	}
	journey(t, string(text), "desktop")
}
