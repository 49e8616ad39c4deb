package main_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestShippedScorerAgreesInABrowser: the program that the app is sent, in the browser in which it runs, says of every vector what the
// server says, byte for byte.
func TestShippedScorerAgreesInABrowser(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("starts a browser: not with -short")
	}
	for _, need := range []string{"node", "chromium"} {
		if _, err := exec.LookPath(need); err != nil {
			t.Skipf("%s is not installed", need)
		}
	}
	folder, err := filepath.Abs("../../../browser")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(folder, "node_modules/playwright-core")); err != nil {
		t.Skip("browser/node_modules is missing (scripts/setup.sh installs it)")
	}
	vectors := slices.Concat(exercises(t), own(t), numbers(t))
	said := make(chan []string, 1)
	site := http.NewServeMux()
	site.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set("Content-Security-Policy", "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'") // as the app's page
		_, _ = io.WriteString(w, `<!doctype html><title>vectors</title><script src="/score.go.js"></script><script src="/vectors.js"></script>`)
	})
	site.HandleFunc("GET /vectors.js", func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, "testdata/vectors.js") })
	site.HandleFunc("GET /vectors.json", func(w http.ResponseWriter, _ *http.Request) {
		if err := json.NewEncoder(w).Encode(vectors); err != nil {
			t.Error(err)
		}
	})
	site.HandleFunc("POST /said", func(_ http.ResponseWriter, r *http.Request) {
		text, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		said <- strings.Split(string(text), "\n")
	})
	site.Handle("GET /", http.FileServer(http.Dir("../../web/dist")))
	server := httptest.NewServer(site)
	defer server.Close()
	run := exec.CommandContext(t.Context(), "node", "vectors.mjs", server.URL)
	run.Dir = folder
	if out, err := run.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	agree(t, "browser", vectors, <-said)
}
