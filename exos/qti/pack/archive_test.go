package pack_test

import (
	"archive/zip"
	"bytes"
	"io/fs"
	"strings"
	"testing"

	"pupitre/exos/qti/pack"
	"pupitre/exos/qti/report"
)

type entry struct {
	name string
	data string
	mode fs.FileMode
}

func zipped(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, e := range entries {
		h := &zip.FileHeader{Name: e.name, Method: zip.Deflate}
		if e.mode != 0 {
			h.SetMode(e.mode)
		}
		f, err := w.CreateHeader(h)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(e.data)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestHostilePackagesAreRefusedByName(t *testing.T) {
	t.Parallel()
	small := pack.Limits{Entries: 3, Entry: 2 << 20, Total: 3 << 20, Ratio: 100}
	cases := []struct {
		name    string
		entries []entry
		code    report.Code
		entry   string
	}{
		{"climbs out", []entry{{name: "../x.xml"}}, report.PackageEntryName, "../x.xml"},
		{"climbs out inside", []entry{{name: "a/../../x"}}, report.PackageEntryName, "a/../../x"},
		{"absolute", []entry{{name: "/etc/x"}}, report.PackageEntryName, "/etc/x"},
		{"drive", []entry{{name: "C:x"}}, report.PackageEntryName, "C:x"},
		{"backslash", []entry{{name: `..\x`}}, report.PackageEntryName, `..\x`},
		{"control character", []entry{{name: "a\x01b"}}, report.PackageEntryName, "a�b"},
		{"link", []entry{{name: "l", data: "/etc/x", mode: fs.ModeSymlink | 0o777}}, report.PackageEntryLink, "l"},
		{"device", []entry{{name: "d", mode: fs.ModeDevice | 0o600}}, report.PackageEntryLink, "d"},
		{"two cases", []entry{{name: "A.xml"}, {name: "a.xml"}}, report.PackageEntryTwice, "a.xml"},
		{"twice", []entry{{name: "a.xml"}, {name: "a.xml"}}, report.PackageEntryTwice, "a.xml"},
		{"too many", []entry{{name: "1"}, {name: "2"}, {name: "3"}, {name: "4"}}, report.PackageTooMany, ""},
		{"one too big", []entry{{name: "big", data: strings.Repeat("ab", 2<<20)}}, report.PackageTooBig, "big"},
		{"bomb", []entry{{name: "bomb", data: strings.Repeat("0", 2<<20)}}, report.PackageBomb, "bomb"},
	}
	for _, c := range cases {
		_, refusal := pack.Open(zipped(t, c.entries...), small)
		if refusal == nil {
			t.Errorf("%s: accepted", c.name)
			continue
		}
		if refusal.Code != c.code || refusal.Param("entry") != c.entry {
			t.Errorf("%s: %v, want %s of %q", c.name, refusal, c.code, c.entry)
		}
	}
}

func TestTruncatedAndDamagedPackagesAreRefused(t *testing.T) {
	t.Parallel()
	whole := zipped(t, entry{name: "a.xml", data: strings.Repeat("hello, world. ", 50)})
	if _, refusal := pack.Open(whole[:len(whole)/2], pack.Limits{}); refusal == nil || refusal.Code != report.PackageUnreadable {
		t.Errorf("truncated: %v", refusal)
	}
	damaged := bytes.Clone(whole)
	damaged[40] ^= 0xff
	if _, refusal := pack.Open(damaged, pack.Limits{}); refusal == nil {
		t.Error("damaged: accepted")
	}
	if _, refusal := pack.Open([]byte("<xml/>"), pack.Limits{}); refusal == nil || refusal.Code != report.PackageUnreadable {
		t.Errorf("not a zip: %v", refusal)
	}
}

func TestManifestMayStandInOneFolder(t *testing.T) {
	t.Parallel()
	a, refusal := pack.Open(zipped(t, entry{name: "x/imsmanifest.xml"}, entry{name: "x/i.xml", data: "1"},
		entry{name: "__MACOSX/x/._i.xml"}), pack.Limits{})
	if refusal != nil {
		t.Fatal(refusal)
	}
	folder, found := a.Root()
	if folder != "x" || !found {
		t.Fatalf("Root = %q, %v", folder, found)
	}
	if data, ok := a.File("i.xml"); !ok || string(data) != "1" {
		t.Errorf("File = %q, %v", data, ok)
	}
	if got := strings.Join(a.Paths(), " "); got != "imsmanifest.xml i.xml" {
		t.Errorf("Paths = %s", got)
	}
}

func FuzzOpen(f *testing.F) {
	f.Add(zipped(f, entry{name: "a.xml", data: "hello"}))
	f.Add([]byte("PK\x05\x06"))
	f.Fuzz(func(t *testing.T, data []byte) {
		a, refusal := pack.Open(data, pack.Limits{Total: 1 << 20, Entry: 1 << 20, Entries: 100})
		if (a == nil) == (refusal == nil) {
			t.Fatal("neither an archive nor a refusal, or both")
		}
	})
}
