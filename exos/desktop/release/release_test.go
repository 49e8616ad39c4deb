package release_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pupitre/exos/desktop/release"
	"pupitre/internal/fault"
)

var files = []release.File{{Name: "biblio-exos", Text: []byte("a program"), Runs: true}, {Name: "LICENSE.txt", Text: []byte("a licence")}}

// folder is a release of two systems.
func folder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	targets := []release.Target{{System: "windows", Processor: "amd64"}, {System: "linux", Processor: "arm64"}}
	for _, target := range targets {
		var b bytes.Buffer
		if err := release.Pack(&b, target, files); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, release.Name("1.2", target)), b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := release.Write(dir, "1.2", targets); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestAProgramCanBeRunOnceItIsOutOfItsArchive(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	z, err := zip.OpenReader(filepath.Join(dir, "biblio-exos-1.2-windows-amd64.zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	if z.File[0].Mode().Perm() != 0o755 || z.File[1].Mode().Perm() != 0o644 {
		t.Errorf("zip: %v, %v", z.File[0].Mode(), z.File[1].Mode())
	}
	f, err := os.Open(filepath.Join(dir, "biblio-exos-1.2-linux-arm64.tar.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	g, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	r := tar.NewReader(g)
	h, err := r.Next()
	if err != nil || h.Name != "biblio-exos" || h.Mode != 0o755 {
		t.Fatalf("tar: %+v, %v", h, err)
	}
	if text, err := io.ReadAll(r); err != nil || string(text) != "a program" {
		t.Errorf("tar: %q, %v", text, err)
	}
}

func TestTheSameProgramGivesTheSameArchive(t *testing.T) {
	t.Parallel()
	a, b := folder(t), folder(t)
	for _, name := range []string{"SHA256SUMS", "programmes.json"} {
		one, err := os.ReadFile(filepath.Join(a, name))
		if err != nil {
			t.Fatal(err)
		}
		two, err := os.ReadFile(filepath.Join(b, name))
		if err != nil || !bytes.Equal(one, two) {
			t.Errorf("%s: %s and %s, %v", name, one, two, err)
		}
	}
}

func TestOnlyWhatWasBuiltIsOffered(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	r, err := release.Read(dir)
	if err != nil || len(r.Archives) != 2 || r.Version != "1.2" {
		t.Fatalf("%+v, %v", r, err)
	}
	f, err := r.Open("biblio-exos-1.2-linux-arm64.tar.gz")
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	for _, name := range []string{"SHA256SUMS", "../secret", "biblio-exos-1.2-linux-amd64.tar.gz", ""} {
		if _, err := r.Open(name); !fault.Is(err, fault.NotFound) {
			t.Errorf("%q: %v", name, err)
		}
	}

	changed := filepath.Join(dir, "biblio-exos-1.2-windows-amd64.zip")
	if err := os.WriteFile(changed, []byte("something else"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := release.Read(dir); fault.CodeOf(err) != "exosdesktop.release.file" {
		t.Errorf("an archive that was changed: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "programmes.json"), []byte(strings.Repeat("{", 3)), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := release.Read(dir); fault.CodeOf(err) != "exosdesktop.release.list" {
		t.Errorf("a list that cannot be read: %v", err)
	}
	if _, err := release.Read(t.TempDir()); fault.CodeOf(err) != "exosdesktop.release.none" {
		t.Errorf("an empty folder: %v", err)
	}
}
