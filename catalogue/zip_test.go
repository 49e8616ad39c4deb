package catalogue_test

import (
	"archive/zip"
	"bytes"
	"testing"

	"pupitre/catalogue"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/fault"
)

func zipOf(t testing.TB, pairs ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(pairs); i += 2 {
		f, err := w.Create(pairs[i])
		if err == nil {
			_, err = f.Write([]byte(pairs[i+1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestAZipOfNoticesIsReadLikeItsFiles(t *testing.T) {
	t.Parallel()
	files, err := catalogue.ReadZip("lot.zip", zipOf(t, "un/a.xml", lom("a"), "b.XML", lom("b"), "lisez-moi.txt", "x", "__MACOSX/._a.xml", "x", "c.xml", "<lom"), catalogue.UsualZip)
	if err != nil || len(files) != 3 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	r := bring(t, service(t, dbtest.Engines()[0]), files...)
	if r.New != 2 || r.Refused() != 1 || r.Findings[0].File != "lot.zip: c.xml" {
		t.Errorf("%+v", r)
	}
}

func TestAZipThatIsTooMuchIsRefused(t *testing.T) {
	t.Parallel()
	good := zipOf(t, "a.xml", lom("a"))
	flipped := bytes.Clone(good)
	flipped[60] ^= 0xff // inside what is packed
	limits := catalogue.ZipLimits{Entries: 2, Bytes: 4 << 20, Ratio: 100}
	for name, c := range map[string]struct {
		body []byte
		code string
	}{
		"no zip":       {[]byte("<lom/>"), "catalogue.zip.damaged"},
		"cut off":      {good[:len(good)-30], "catalogue.zip.damaged"},
		"damaged":      {flipped, "catalogue.zip.damaged"},
		"nothing in":   {zipOf(t, "a.txt", "x"), "catalogue.zip.none"},
		"too many":     {zipOf(t, "a.xml", "x", "b.xml", "x", "c.xml", "x"), "catalogue.zip.entries"},
		"a bomb":       {zipOf(t, "a.xml", string(make([]byte, 3<<20))), "catalogue.zip.large"},
		"two together": {zipOf(t, "a.xml", string(make([]byte, 800<<10)), "b.xml", string(make([]byte, 800<<10))), "catalogue.zip.large"},
	} {
		if _, err := catalogue.ReadZip("lot.zip", c.body, limits); fault.CodeOf(err) != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
}

func FuzzZip(f *testing.F) {
	f.Add(zipOf(f, "a.xml", lom("a")))
	f.Add([]byte("PK\x05\x06"))
	f.Fuzz(func(t *testing.T, body []byte) {
		limits := catalogue.ZipLimits{Entries: 10, Bytes: 1 << 20, Ratio: 10}
		files, err := catalogue.ReadZip("x.zip", body, limits)
		n := 0
		for _, file := range files {
			n += len(file.Body)
		}
		if n > 1<<20 || err == nil && len(files) == 0 {
			t.Fatalf("%d bytes, %v", n, err)
		}
	})
}
