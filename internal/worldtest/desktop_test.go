package worldtest_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"pupitre/exos/desktop/release"
	"pupitre/internal/app"
	"pupitre/internal/app/desktopapp"
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

// end may be said again.
func (c *computer) end() error {
	c.stop()
	err, running := <-c.ended
	if running {
		close(c.ended)
	}
	return err
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
	stoppable(t, "desktop", programs(t), func(control *http.ServeMux, world map[string]any, o app.DemoOptions) {
		pupils := &computer{settings: desktopapp.Settings{Folder: t.TempDir(), Server: world["exos"].(string), Log: o.Log, Words: o.Words, Now: o.Now}}
		start, err := pupils.start(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := pupils.end(); err != nil {
				t.Error(err)
			}
		})
		control.HandleFunc("/end-program", func(w http.ResponseWriter, _ *http.Request) {
			if err := pupils.end(); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
			}
		})
		control.HandleFunc("/restart-program", func(w http.ResponseWriter, _ *http.Request) {
			err := pupils.end()
			if err == nil {
				var again string
				again, err = pupils.start(t.Context())
				fmt.Fprintln(w, again)
			}
			if err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
			}
		})
		world["program"] = start
	})
}
