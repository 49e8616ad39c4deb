package main

import (
	"archive/zip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pupitre/exos/desktop/release"
)

// A program for another system is built without its compiler, packed, and listed; it was told its server.
func TestAProgramIsBuiltForAnotherSystem(t *testing.T) {
	source := t.TempDir()
	for name, text := range map[string]string{"go.mod": "module tiny\n", "LICENSE": "a licence", "main.go": "package main\n\nvar server string\n\nfunc main() { println(server) }\n"} {
		if err := os.WriteFile(filepath.Join(source, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(source)
	out := t.TempDir()
	o := order{out: out, version: "1.2", server: "https://exos.example", program: ".", targets: []release.Target{{System: "windows", Processor: "amd64"}}}
	if err := o.fill(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := release.Read(out); err != nil {
		t.Fatal(err)
	}
	z, err := zip.OpenReader(filepath.Join(out, "biblio-exos-1.2-windows-amd64.zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	names := []string{}
	for _, f := range z.File {
		names = append(names, f.Name)
	}
	if got := strings.Join(names, " "); got != "biblio-exos.exe LICENSE.txt LISEZ-MOI.txt" {
		t.Error(got)
	}
	r, err := z.File[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	text, err := io.ReadAll(r)
	if err != nil || !strings.HasPrefix(string(text), "MZ") || !strings.Contains(string(text), "https://exos.example") {
		t.Errorf("no program of Windows that knows its server (%d bytes, %v)", len(text), err)
	}
}

func TestOnlyKnownTargets(t *testing.T) {
	t.Parallel()
	got, err := targets("linux/arm64,windows/amd64")
	if err != nil || len(got) != 2 || got[0].Processor != "arm64" {
		t.Error(got, err)
	}
	if _, err := targets("plan9/386"); err == nil {
		t.Error("plan9/386 is taken")
	}
}
