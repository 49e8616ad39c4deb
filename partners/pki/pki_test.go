package pki_test

import (
	"io/fs"
	"path/filepath"
	"testing"
	"time"

	"pupitre/internal/clock"
	"pupitre/partners/pki"
)

func TestAuthorityAndCertificatesAreKept(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "tls")
	at := time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC)
	first, err := pki.Open(dir, clock.Fixed(at))
	if err != nil {
		t.Fatal(err)
	}
	server, err := first.Server("pupitre.localhost", "127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	pair, client, err := first.Client("comptoir")
	if err != nil || pair.Cert == "" || client.CheckSignatureFrom(first.Cert) != nil {
		t.Fatalf("%+v, %v", pair, err)
	}

	again, err := pki.Open(dir, clock.Fixed(at.AddDate(1, 0, 0)))
	if err != nil || !again.Cert.Equal(first.Cert) {
		t.Fatalf("the authority was made anew: %v", err)
	}
	if same, err := again.Server("pupitre.localhost"); err != nil || !same.Leaf.Equal(server.Leaf) {
		t.Errorf("the server's certificate was made anew: %v", err)
	}
	if more, err := again.Server("pupitre.localhost", "exos.localhost"); err != nil || more.Leaf.Equal(server.Leaf) || more.Leaf.VerifyHostname("exos.localhost") != nil {
		t.Errorf("a name is missing: %v", err)
	}
	if _, kept, err := again.Kept("comptoir"); err != nil || !kept.Equal(client) {
		t.Errorf("kept: %v", err)
	}
	late, err := pki.Open(dir, clock.Fixed(at.AddDate(2, 2, 0)))
	if err != nil {
		t.Fatal(err)
	}
	if renewed, err := late.Server("pupitre.localhost"); err != nil || !renewed.Leaf.NotAfter.After(at.AddDate(3, 0, 0)) {
		t.Errorf("a certificate that ends was kept: %v", err)
	}
}

func TestFilesAreForTheirOwnerAlone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	a, err := pki.Open(dir, clock.System)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Server("pupitre.localhost"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := a.Client("comptoir"); err != nil {
		t.Fatal(err)
	}
	n := 0
	filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		n++
		if i, err := entry.Info(); err != nil || i.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", path, i.Mode(), err)
		}
		return nil
	})
	if n != 6 {
		t.Errorf("%d files", n)
	}
}
