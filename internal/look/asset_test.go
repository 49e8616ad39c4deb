package look_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"pupitre/internal/lang"
	"pupitre/internal/look"
	"pupitre/internal/look/looktest"
)

func TestSheetNamesOnlyFilesThatAreServed(t *testing.T) {
	t.Parallel()
	h, site := kit(t), look.New(look.Pupitre, lang.MustLoad())
	sheet := looktest.Body(t, get(t, h, site.Asset("look.css")))
	fonts := 0
	for _, m := range regexp.MustCompile(`url\("?([^")]+)`).FindAllStringSubmatch(sheet, -1) {
		if strings.HasPrefix(m[1], "data:") {
			continue
		}
		fonts++
		if r := get(t, h, m[1]); r.StatusCode != http.StatusOK || r.Header.Get("Content-Type") != "font/woff2" {
			t.Errorf("%s: %s %s", m[1], r.Status, r.Header.Get("Content-Type"))
		}
	}
	if fonts != 3 {
		t.Errorf("%d fonts", fonts)
	}
}

func TestSheetTravelsCompressed(t *testing.T) {
	t.Parallel()
	h, site := kit(t), look.New(look.Pupitre, lang.MustLoad())
	r := get(t, h, site.Asset("look.css"), "Accept-Encoding", "gzip, br")
	if r.Header.Get("Content-Encoding") != "gzip" || r.Header.Get("Vary") != "Accept-Encoding" {
		t.Fatalf("%v", r.Header)
	}
	z, err := gzip.NewReader(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	if string(text) != looktest.Body(t, get(t, h, site.Asset("look.css"))) {
		t.Error("compressed and plain differ")
	}
}

func TestUnknownFilesAreNotFound(t *testing.T) {
	t.Parallel()
	h := kit(t)
	for _, path := range []string{"/static/look.css", "/static/", "/static/cover/1/zz.svg", "/static/cover/1/123456789.svg", "/static/cover/1/+1234567.svg"} {
		if r := get(t, h, path); r.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s", path, r.Status)
		}
	}
}

func TestCoverIsServedAtItsOwnAddress(t *testing.T) {
	t.Parallel()
	r := get(t, kit(t), look.CoverURL("ark:/99999/latin-vivant"))
	if got := looktest.Body(t, r); got != string(look.DrawCover("ark:/99999/latin-vivant")) || r.Header.Get("Content-Type") != "image/svg+xml" {
		t.Errorf("%s: %.80s", r.Status, got)
	}
}

func TestPageThatNamesNoMainOrAnUnknownIconIsRefused(t *testing.T) {
	t.Parallel()
	for what, text := range map[string]string{
		"a page without main": `{{define "bar"}}{{end}}`, "an unknown function": `{{define "main"}}{{nothing}}{{end}}`,
	} {
		site := look.New(look.Exos, lang.MustLoad())
		if err := site.Check(); err != nil {
			t.Fatal(err)
		}
		page := site.Template(fstest.MapFS{"p.html": {Data: []byte(text)}}, "p.html")
		if err := site.Check(); err == nil || !strings.Contains(err.Error(), "p.html") {
			t.Errorf("%s was taken: %v", what, err)
		}
		if err := page.Send(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil), http.StatusOK, &bare{Shell: site.Shell(httptest.NewRequest("GET", "/", nil))}); err == nil {
			t.Errorf("%s was sent", what)
		}
	}
}

type bare struct{ look.Shell }
