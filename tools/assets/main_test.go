package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWrittenBundlesAreFresh(t *testing.T) {
	t.Parallel()
	if err := run("../..", true); err != nil {
		t.Error(err)
	}
}

func TestBundleIsStaleOnceItsSourceMoves(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, "a.entry.css", `@import "./b.css"; p { color: red }`)
	write(t, dir, "b.css", `a { background: url("font.woff2") }`)
	write(t, dir, "c.entry.ts", `import { n } from "./n"; document.title = String(n satisfies number);`)
	write(t, dir, "n.ts", `export const n = 1;`)
	write(t, dir, "icons/check.svg", `<svg viewBox="0 0 24 24"><path d="M20 6 9 17l-5-5" /></svg>`)
	if err := run(dir, false); err != nil {
		t.Fatal(err)
	}
	if err := run(dir, true); err != nil {
		t.Errorf("just written: %v", err)
	}
	for name, want := range map[string]string{"a.css": "url(font.woff2)", "c.js": "document.title", "icons.svg": `<symbol id="check" viewBox="0 0 24 24"><path d="M20 6 9 17l-5-5"/></symbol>`} {
		text, err := os.ReadFile(filepath.Join(dir, "dist", name))
		if err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%s: %v: %s", name, err, text)
		}
	}
	write(t, dir, "b.css", `a { background: none }`)
	if err := run(dir, true); err == nil || !strings.Contains(err.Error(), "a.css") {
		t.Errorf("a source moved: %v", err)
	}
}

func TestBrokenSourceIsNamedWithItsLine(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, "a.entry.ts", "const x = ;\n")
	if err := run(dir, false); err == nil || !strings.Contains(err.Error(), "a.entry.ts:1:") {
		t.Errorf("got %v", err)
	}
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
