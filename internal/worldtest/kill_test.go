package worldtest_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"pupitre/internal/app"
	"pupitre/internal/clock"
	"pupitre/internal/db"
	"pupitre/internal/lang"
	"pupitre/internal/worldtest"
)

const (
	killRounds = 6   // in make test
	killSoak   = 150 // where PUPITRE_SOAK is set
)

// A server and a browser that are killed with SIGKILL at random points, while a pupil answers in the app and on the site: what a page showed
// as kept is on the device or in the server's store, what the server acknowledged is in its store, and in the end everything is, once.
// PUPITRE_SEED says which points, and PUPITRE_KILLS in how many rounds.
func TestNothingShownIsLostToAKillInABrowser(t *testing.T) {
	t.Parallel()
	s := &killable{folder: t.TempDir()}
	told, err := s.start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.kill)
	var world map[string]any
	if err := json.Unmarshal(told, &world); err != nil {
		t.Fatalf("the server said %q: %v", told, err)
	}
	at, err := url.Parse(world["exos"].(string))
	if err != nil {
		t.Fatal(err)
	}
	s.port = at.Port()
	control := http.NewServeMux()
	answer := func(path string, f func(ctx context.Context) (any, error)) {
		control.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			said, err := f(context.WithoutCancel(r.Context())) // what is started outlives who asked for it
			if err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
			} else if err := json.NewEncoder(w).Encode(said); err != nil {
				t.Error(err)
			}
		})
	}
	answer("/start", func(ctx context.Context) (any, error) { _, err := s.start(ctx); return nil, err })
	answer("/kill", func(context.Context) (any, error) { s.kill(); return nil, nil })
	answer("/kept", func(ctx context.Context) (any, error) { return s.kept(ctx) })
	controlled := httptest.NewServer(control)
	t.Cleanup(controlled.Close)
	world["control"], world["folder"], world["rounds"], world["seed"] = controlled.URL, t.TempDir(), killRounds, 1
	if os.Getenv("PUPITRE_SOAK") != "" {
		world["rounds"] = killSoak
	}
	for name, variable := range map[string]string{"seed": "PUPITRE_SEED", "rounds": "PUPITRE_KILLS"} {
		if n, err := strconv.Atoi(os.Getenv(variable)); err == nil {
			world[name] = n
		}
	}
	text, err := json.Marshal(world)
	if err != nil {
		t.Fatal(err)
	}
	journey(t, string(text), "killed")
}

// killable is a server in a process of its own: on the same folder and the same port each time.
type killable struct {
	folder, port string
	cmd          *exec.Cmd
}

// start returns what the process says once it answers: where everything is.
func (s *killable) start(ctx context.Context) ([]byte, error) {
	s.cmd = exec.CommandContext(ctx, os.Args[0], "-test.run=^TestServerThatIsKilled$")
	s.cmd.Env = append(os.Environ(), "PUPITRE_KILLED_FOLDER="+s.folder, "PUPITRE_KILLED_PORT="+s.port)
	s.cmd.Stderr = os.Stderr
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	lines := bufio.NewReader(out)
	line, err := lines.ReadBytes('\n')
	if err != nil {
		return nil, fmt.Errorf("the server ended (%w) before it answered: %s", errors.Join(err, s.cmd.Wait()), line)
	}
	go io.Copy(io.Discard, lines)
	return line, nil
}

// kill ends it by SIGKILL, if it runs.
func (s *killable) kill() {
	if s.cmd != nil {
		s.cmd.Process.Kill()
		s.cmd.Wait()
		s.cmd = nil
	}
}

// kept are the payloads of all the answers in the server's store, whether the server runs or was killed.
func (s *killable) kept(ctx context.Context) ([]string, error) {
	store, err := db.Open(ctx, "sqlite:"+filepath.Join(s.folder, "biblio-exos.db"), clock.System)
	if err != nil {
		return nil, err
	}
	defer store.Close()
	rows, err := store.Pool().QueryContext(ctx, `select payload from event where kind = 'answered'`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := []string{}
	for rows.Next() {
		var payload string
		if err := rows.Scan(&payload); err != nil {
			return nil, err
		}
		all = append(all, payload)
	}
	return all, rows.Err()
}

// TestServerThatIsKilled is the process that is killed; by itself it tests nothing.
func TestServerThatIsKilled(t *testing.T) {
	folder := os.Getenv("PUPITRE_KILLED_FOLDER")
	if folder == "" {
		t.Skip("only as the victim of TestNothingShownIsLostToAKillInABrowser")
	}
	port, _ := strconv.Atoi(os.Getenv("PUPITRE_KILLED_PORT")) // none: any
	demo, err := app.OpenDemo(t.Context(), app.DemoOptions{Data: folder, HTTP: port, Log: slog.New(slog.DiscardHandler), Words: lang.MustLoad(), Now: clock.System})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println((&worldtest.World{Demo: demo, Data: folder}).JSON(t, false))
	if err := demo.Wait(context.Background()); err != nil {
		t.Fatal(err)
	}
}
