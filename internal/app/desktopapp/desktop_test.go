package desktopapp_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"pupitre/internal/app/desktopapp"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/internal/lang"
)

func settings(t *testing.T, folder string, open func(string)) desktopapp.Settings {
	t.Helper()
	return desktopapp.Settings{Folder: folder, Server: "https://exos.example", Open: open, Log: slog.New(slog.DiscardHandler), Words: lang.MustLoad(), Now: clock.System}
}

func TestASecondStartOpensTheFirstWindow(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "Biblio Exos")
	ctx, stop := context.WithCancel(t.Context())
	started, ended := make(chan string, 1), make(chan error, 1)
	go func() { ended <- desktopapp.Run(ctx, settings(t, folder, func(at string) { started <- at })) }()
	var first string
	select {
	case first = <-started:
	case err := <-ended:
		t.Fatal(err)
	}
	second := ""
	s := settings(t, folder, func(at string) { second = at })
	s.Code = "ABC"
	if err := desktopapp.Run(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	if second != first+"&code=ABC" {
		t.Errorf("the second start opened %s, the first is %s", second, first)
	}

	u, err := url.Parse(first)
	if err != nil || u.Hostname() != "127.0.0.1" {
		t.Fatal(first, err)
	}
	// A page that has its own name answered with our address is not answered (DNS rebinding).
	for _, host := range []string{"evil.example:" + u.Port(), "localhost:" + u.Port(), ""} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+u.Host+"/vivant", nil)
		if err != nil {
			t.Fatal(err)
		}
		want := http.StatusMisdirectedRequest
		if r.Host = host; host == "" {
			want = http.StatusNoContent // its own name
		}
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		io.Copy(io.Discard, answer.Body)
		answer.Body.Close()
		if answer.StatusCode != want {
			t.Errorf("as %q: %s, want %d", host, answer.Status, want)
		}
	}
	if runtime.GOOS != "windows" {
		for _, name := range []string{"biblio-exos.db", "en-cours.txt"} {
			if info, err := os.Stat(filepath.Join(folder, name)); err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("%s: %v, %v", name, info.Mode(), err)
			}
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("told to stop: %v", err)
	}
	if _, err := os.Stat(filepath.Join(folder, "en-cours.txt")); !os.IsNotExist(err) {
		t.Errorf("the address of a program that has ended is left: %v", err)
	}
}

func TestAFileThatACrashLeftStopsNobody(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "en-cours.txt"), []byte("http://127.0.0.1:1/ouvrir?jeton=x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	at := ""
	if err := desktopapp.Run(ctx, settings(t, folder, func(a string) { at = a; stop() })); err != nil {
		t.Fatal(err)
	}
	if at == "" || strings.Contains(at, ":1/") {
		t.Errorf("opened %q", at)
	}
}

func TestTheFirstStartMustSayWhichServer(t *testing.T) {
	t.Parallel()
	s := settings(t, t.TempDir(), func(string) { t.Error("it opened") })
	s.Server = ""
	if err := desktopapp.Run(t.Context(), s); fault.CodeOf(err) != "exosdesktop.server.needed" {
		t.Error(err)
	}
}
