package worldtest_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"pupitre/internal/app"
	"pupitre/internal/clock"
	"pupitre/internal/lang"
	"pupitre/internal/worldtest"
)

// A pupil without a network. The server is really stopped, its ports closed, and started again on what it left.
func TestAwayInABrowser(t *testing.T) {
	t.Parallel()
	stoppable(t, "offline", "", nil)
}

// Homework, likewise.
func TestHomeworkAwayInABrowser(t *testing.T) {
	t.Parallel()
	stoppable(t, "awaywork", "", nil)
}

// Several pupils on one device.
func TestOneTabletForSeveralInABrowser(t *testing.T) {
	t.Parallel()
	stoppable(t, "tablets", "", nil)
}

// A receipt of what was done, and a file in a teacher's hand, from a device that finds no network again.
func TestHandoverInABrowser(t *testing.T) {
	t.Parallel()
	stoppable(t, "handover", "", nil)
}

// What goes wrong on a device: no room, what was altered, a lease that ran out, a device that is lost.
func TestRefusalsAwayInABrowser(t *testing.T) {
	t.Parallel()
	stoppable(t, "refusals", "", nil)
}

// Ten exercises over two days without the server, and their times.
func TestTwoDaysAwayInABrowser(t *testing.T) {
	t.Parallel()
	stoppable(t, "twodays", "", nil)
}

// Homework that its teacher changes while it is on a device that is out of reach.
func TestHomeworkChangedAwayInABrowser(t *testing.T) {
	t.Parallel()
	stoppable(t, "edited", "", nil)
}

// Devices that the server has forgotten: it was put back to a copy from before they came.
func TestForgottenDeviceInABrowser(t *testing.T) {
	t.Parallel()
	copied := filepath.Join(t.TempDir(), "copy")
	stoppable(t, "forgotten", "", func(control *http.ServeMux, _ map[string]any, o app.DemoOptions) {
		put := func(path, to, from string) { // while the server is stopped: its databases are whole on the disk
			control.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) {
				if err := os.RemoveAll(to); err != nil {
					http.Error(w, err.Error(), http.StatusInternalServerError)
				} else if err := os.CopyFS(to, os.DirFS(from)); err != nil {
					http.Error(w, err.Error(), http.StatusInternalServerError)
				}
			})
		}
		put("/copy", copied, o.Data)
		put("/put-back", o.Data, copied)
	})
}

// stoppable makes a journey in a world whose server it may stop and start. programs is the folder of the program for computers, "" for
// none; more adds to what the journey controls and knows, or is nil.
func stoppable(t *testing.T, name, programs string, more func(control *http.ServeMux, world map[string]any, o app.DemoOptions)) {
	t.Helper()
	var later time.Duration // by how much the server's clock is ahead, since a start that says so
	options := app.DemoOptions{Data: t.TempDir(), Programs: programs, Log: slog.New(slog.DiscardHandler), Words: lang.MustLoad(), Now: clock.System}
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
	paths := http.NewServeMux()
	paths.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		var err error
		switch {
		case r.URL.Path == "/stop" && demo != nil:
			err = demo.Close()
			demo = nil
		case strings.HasPrefix(r.URL.Path, "/start") && demo == nil:
			options.AppStopped = r.URL.Path == "/start-without-app"
			if r.URL.Path == "/start-30-hours-later" {
				later += 30 * time.Hour
				ahead := later
				options.Now = func() time.Time { return clock.System().Add(ahead) }
			}
			if r.URL.Path == "/start-newer" {
				options.Words = newerWords(t)
			}
			demo, err = app.OpenDemo(t.Context(), options)
		default:
			http.NotFound(w, r)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
	control := httptest.NewServer(paths)
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
	if more != nil {
		more(paths, world, options)
	}
	text, err := json.Marshal(world)
	if err != nil {
		t.Fatal(err)
	}
	journey(t, string(text), name)
}

// newerWords are those of a later version: one of the app's sentences is another.
func newerWords(t *testing.T) *lang.Words {
	t.Helper()
	files := fstest.MapFS{}
	names, err := filepath.Glob("../lang/words/*.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		text = bytes.Replace(text, []byte(`"exosweb.app.here": "Sur cet appareil"`), []byte(`"exosweb.app.here": "Ici, nouvelle version"`), 1)
		files["words/"+filepath.Base(name)] = &fstest.MapFile{Data: text}
	}
	words, err := lang.LoadFS(files)
	if err != nil {
		t.Fatal(err)
	}
	return words
}
