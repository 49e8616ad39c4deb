package provision_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pupitre/directory/provision"
	"pupitre/internal/fault"
)

func TestAnArchiveThatIsRightIsRead(t *testing.T) {
	t.Parallel()
	report := check(t, archived(t, tarball(t, packed(t)...)))
	if report.Refused || len(report.Findings) != 0 || report.Files != 5 || len(report.Schools) != 1 {
		t.Errorf("got %+v", report)
	}
	// As tar makes it from a folder: ./ first, names with ./ before them, an accounting header.
	entries := []entry{{header: tar.Header{Name: "./", Typeflag: tar.TypeDir, Mode: 0o755}}}
	for _, e := range packed(t) {
		e.header.Name = "./" + e.header.Name
		entries = append(entries, e)
	}
	if report := check(t, archived(t, tarball(t, entries...))); report.Refused || report.Files != 5 {
		t.Errorf("with ./: %+v", report.Findings)
	}
}

func TestArchivesThatAreRefusedNameTheEntry(t *testing.T) {
	t.Parallel()
	good := packed(t)
	pupils := good[slices.IndexFunc(good, func(e entry) bool { return strings.Contains(e.header.Name, "_Eleve_") })].header.Name
	add := func(extra entry) []byte { return tarball(t, append(slices.Clone(good), extra)...) }
	whole := tarball(t, good...)
	for name, c := range map[string]struct {
		archive []byte
		rule    string
		file    string
	}{
		"a parent folder":     {add(file("../../etc/passwd.xml", "x")), "provision.archive.path", "../../etc/passwd.xml"},
		"an absolute name":    {add(file("/tmp/x.xml", "x")), "provision.archive.path", "/tmp/x.xml"},
		"a backslash":         {add(file(`..\x.xml`, "x")), "provision.archive.path", `..\x.xml`},
		"a folder":            {add(file("folder/x.xml", "x")), "provision.archive.path", "folder/x.xml"},
		"a symbolic link":     {add(entry{header: tar.Header{Name: "x.xml", Linkname: "/etc/passwd", Typeflag: tar.TypeSymlink}}), "provision.archive.link", "x.xml"},
		"a hard link":         {add(entry{header: tar.Header{Name: "x.xml", Linkname: pupils, Typeflag: tar.TypeLink}}), "provision.archive.link", "x.xml"},
		"a device":            {add(entry{header: tar.Header{Name: "x.xml", Typeflag: tar.TypeChar}}), "provision.archive.kind", "x.xml"},
		"a pipe":              {add(entry{header: tar.Header{Name: "x.xml", Typeflag: tar.TypeFifo}}), "provision.archive.kind", "x.xml"},
		"cut in the middle":   {whole[:len(whole)/2], "provision.archive.truncated", ""},
		"cut before the end":  {whole[:len(whole)-3], "provision.archive.truncated", ""},
		"nothing":             {nil, "provision.archive.truncated", ""},
		"not gzip":            {[]byte("PK\x03\x04 this is a zip, or says so"), "provision.archive.damaged", ""},
		"bytes changed":       {append(slices.Clone(whole[:len(whole)/2]), append([]byte("????????"), whole[len(whole)/2+8:]...)...), "provision.archive.damaged", ""},
		"one file is missing": {tarball(t, slices.DeleteFunc(slices.Clone(good), func(e entry) bool { return e.header.Name == pupils })...), "provision.set.missing", pupils},
		"one file comes twice": {add(file(pupils, good[slices.IndexFunc(good, func(e entry) bool { return e.header.Name == pupils })].data)),
			"provision.set.twice", pupils},
		"nothing inside":    {tarball(t), "provision.set.empty", ""},
		"a name out of set": {add(file("eleves.xml", "<x/>")), "provision.file.name", "eleves.xml"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			report := check(t, archived(t, c.archive))
			f, ok := rule(report, c.rule)
			if !ok || f.Effect != provision.Refused || !report.Refused || len(report.Schools) != 0 {
				t.Fatalf("got %+v", report.Findings)
			}
			if c.file != "" && f.File != c.file {
				t.Errorf("names %q, want %q", f.File, c.file)
			}
			if !fault.Is(report.Err(), fault.Invalid) {
				t.Errorf("as an error: %v", report.Err())
			}
		})
	}
}

func TestChecksumsAreHeldTo(t *testing.T) {
	t.Parallel()
	path := archived(t, tarball(t, packed(t)...))
	right, err := os.ReadFile(path + ".md5")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ text, rule string }{
		"upper case":      {strings.ToUpper(string(right)), ""},
		"as md5sum does":  {string(right) + "  archive.tar.gz\n", ""},
		"another archive": {strings.Repeat("0", 32), "provision.archive.checksum"},
		"empty":           {"", "provision.archive.checksum"},
	} {
		if err := os.WriteFile(path+".md5", []byte(c.text), 0o644); err != nil {
			t.Fatal(err)
		}
		report := check(t, path)
		if _, ok := rule(report, "provision.archive.checksum"); ok != (c.rule != "") || report.Refused != (c.rule != "") {
			t.Errorf("%s: %+v", name, report.Findings)
		}
	}
	if err := os.Remove(path + ".md5"); err != nil {
		t.Fatal(err)
	}
	report := check(t, path)
	if f, ok := rule(report, "provision.archive.no-checksum"); !ok || f.Effect != provision.Noted || report.Refused {
		t.Errorf("without one: %+v", report.Findings)
	}
}

func TestBombsAreNotUnpacked(t *testing.T) {
	t.Parallel()
	name := "A70_GAR-ENT_Complet_20260901_210000_2D_Eleve_0000.xml"
	spaces := strings.Repeat(" ", 64<<20)
	for what, c := range map[string]struct {
		archive []byte
		limits  provision.Limits
		rule    string
	}{
		"a ratio":         {tarball(t, file(name, spaces)), provision.Limits{}, "provision.archive.bomb"},
		"a total":         {tarball(t, packed(t)...), provision.Limits{TotalBytes: 1 << 20}, "provision.archive.bomb"},
		"a file":          {tarball(t, file(name, spaces)), provision.Limits{FileBytes: 1 << 20}, "provision.archive.large"},
		"many files":      {tarball(t, packed(t)...), provision.Limits{Entries: 4}, "provision.archive.entries"},
		"behind the end":  {trailing(t, tarball(t, packed(t)...)), provision.Limits{}, "provision.archive.bomb"},
		"an ignored file": {tarball(t, file("readme.txt", spaces)), provision.Limits{}, "provision.archive.bomb"},
		"one school":      {tarball(t, packed(t)...), provision.Limits{SchoolBytes: 1 << 16}, "provision.school.large"},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			report := checkWithin(t, archived(t, c.archive), c.limits)
			if _, ok := rule(report, c.rule); !ok || !report.Refused {
				t.Errorf("got %+v", report.Findings)
			}
		})
	}
}

// trailing adds a second gzip member full of zeros behind the archive's end.
func trailing(t testing.TB, b []byte) []byte {
	t.Helper()
	var more bytes.Buffer
	z := gzip.NewWriter(&more)
	z.Write(make([]byte, 64<<20))
	z.Close()
	return append(b, more.Bytes()...)
}

func TestAFolderIsReadWithoutFollowingLinks(t *testing.T) {
	t.Parallel()
	d := deliver(t)
	if report := d.check(); report.Refused || report.Files != 5 {
		t.Fatalf("got %+v", report.Findings)
	}
	link := "A70_GAR-ENT_Complet_20260901_210000_2D_Eleve_0001.xml"
	if err := os.Symlink("/etc/passwd", filepath.Join(d.dir, link)); err != nil {
		t.Skip("no links here")
	}
	if f, ok := rule(d.check(), "provision.archive.link"); !ok || f.File != link {
		t.Errorf("got %+v", f)
	}
}

func TestSourcesThatCannotBe(t *testing.T) {
	t.Parallel()
	plain := filepath.Join(t.TempDir(), "notes.txt")
	if err := os.WriteFile(plain, []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	for path, kind := range map[string]fault.Kind{filepath.Join(t.TempDir(), "none.tar.gz"): fault.NotFound, plain: fault.Invalid} {
		if _, err := provision.Open(path); !fault.Is(err, kind) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func FuzzArchive(f *testing.F) {
	small := tarball(f, file("a.xml", "<a/>"), file("b.xml", strings.Repeat("b", 3000)))
	f.Add(small)
	f.Add(small[:len(small)/2])
	f.Add(tarball(f, file("../x.xml", "x")))
	f.Add(tarball(f, entry{header: tar.Header{Name: "l.xml", Linkname: "a.xml", Typeflag: tar.TypeLink}}))
	f.Fuzz(func(t *testing.T, b []byte) {
		const most = 1 << 20
		entries, _, err := provision.Unpack(b, provision.Limits{TotalBytes: most, FileBytes: most, Entries: 100})
		if err != nil {
			t.Fatalf("an archive's fault was taken for the machine's: %v", err)
		}
		total := 0
		for name, text := range entries {
			if strings.ContainsAny(name, "/\\\x00") || name == ".." || !strings.HasSuffix(name, ".xml") {
				t.Errorf("let %q through", name)
			}
			total += len(text)
		}
		if total > most {
			t.Errorf("unpacked %d bytes", total)
		}
	})
}
