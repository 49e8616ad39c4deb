package provision_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/md5"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pupitre/directory/provision"
	"pupitre/directory/provision/academy"
)

// delivery is a folder of files that a test changes before it is read.
type delivery struct {
	t   testing.TB
	dir string
}

// deliver writes a small academy of the second degree: Les Tilleuls alone.
func deliver(t testing.TB) delivery {
	t.Helper()
	d := delivery{t, t.TempDir()}
	if err := academy.WriteFolder(d.dir, academy.Options{Schools: 1}); err != nil {
		t.Fatal(err)
	}
	return d
}

// path finds the one file of a root.
func (d delivery) path(root string) string {
	d.t.Helper()
	names, _ := filepath.Glob(filepath.Join(d.dir, "*_"+root+"_0000.xml"))
	if len(names) != 1 {
		d.t.Fatalf("%s: %v", root, names)
	}
	return names[0]
}

func (d delivery) read(root string) string {
	d.t.Helper()
	b, err := os.ReadFile(d.path(root))
	if err != nil {
		d.t.Fatal(err)
	}
	return string(b)
}

func (d delivery) write(root, text string) {
	d.t.Helper()
	if err := os.WriteFile(d.path(root), []byte(text), 0o644); err != nil {
		d.t.Fatal(err)
	}
}

// replace changes the first occurrence of a text, which must be there.
func (d delivery) replace(root, old, with string) {
	d.t.Helper()
	s := d.read(root)
	if !strings.Contains(s, old) {
		d.t.Fatalf("%s does not contain %q", root, old)
	}
	d.write(root, strings.Replace(s, old, with, 1))
}

// split moves a file to number 1, and writes another under number 0.
func (d delivery) beside(root, text string) {
	d.t.Helper()
	next := strings.Replace(d.path(root), "_0000.xml", "_0001.xml", 1)
	if err := os.WriteFile(next, []byte(text), 0o644); err != nil {
		d.t.Fatal(err)
	}
}

func (d delivery) check() provision.Report { return check(d.t, d.dir) }

func check(t testing.TB, path string) provision.Report {
	t.Helper()
	return checkWithin(t, path, provision.Limits{})
}

func checkWithin(t testing.TB, path string, limits provision.Limits) provision.Report {
	t.Helper()
	src, err := provision.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	limits.Dir = t.TempDir()
	report, err := provision.Check(t.Context(), src, limits)
	if err != nil {
		t.Fatal(err)
	}
	if left, _ := filepath.Glob(filepath.Join(limits.Dir, "*")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
	return report
}

// entry is an entry of an archive that a test makes by hand.
type entry struct {
	header tar.Header
	data   string
}

func file(name, data string) entry {
	return entry{tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o644}, data}
}

// tarball packs entries.
func tarball(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for _, e := range entries {
		if e.header.Typeflag == tar.TypeReg {
			e.header.Size = int64(len(e.data))
		}
		if err := w.WriteHeader(&e.header); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(e.data)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// archived writes an archive with its right checksum, and returns its path.
func archived(t testing.TB, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "A70_GAR-ENT_Complet_20260901_210000_2D.tar.gz")
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
	sum := md5.Sum(b)
	if err := os.WriteFile(path+".md5", []byte(hex.EncodeToString(sum[:])), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// packed is the small academy as entries.
func packed(t testing.TB) []entry {
	t.Helper()
	d := deliver(t)
	names, _ := filepath.Glob(filepath.Join(d.dir, "*.xml"))
	var out []entry
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, file(filepath.Base(name), string(b)))
	}
	return out
}

// rule finds the first finding of a rule.
func rule(r provision.Report, code string) (provision.Finding, bool) {
	for _, f := range r.Findings {
		if f.Rule == code {
			return f, true
		}
	}
	return provision.Finding{}, false
}
