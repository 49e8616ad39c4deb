package desktopapp

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"pupitre/exos/desktop"
	"pupitre/internal/fault"
)

// runningFile holds the start address of the program that runs for a folder. Only its owner reads it: the address lets in.
type runningFile string

// find returns the start address of the program that runs, "" where none does: a file that a crash left behind counts for nothing.
func (f runningFile) find(ctx context.Context) string {
	text, err := os.ReadFile(string(f))
	if err != nil {
		return ""
	}
	start := strings.TrimSpace(string(text))
	u, err := url.Parse(start)
	if err != nil || u.Hostname() != loopback {
		return ""
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+u.Host+desktop.AlivePath, nil)
	if err != nil {
		return ""
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return ""
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusNoContent {
		return ""
	}
	return start
}

func (f runningFile) write(start string) error {
	os.Remove(string(f)) // of a crash: found dead, and perhaps with other rights
	err := os.WriteFile(string(f), []byte(start+"\n"), 0o600)
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "exosdesktop.folder", "path", string(f))
	}
	return nil
}

func (f runningFile) remove() { os.Remove(string(f)) }

// withCode adds an opening code to a start address.
func withCode(start, code string) string {
	if code == "" {
		return start
	}
	return start + "&" + url.Values{"code": {code}}.Encode()
}
