package web_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pupitre/exos/desktop/release"
	"pupitre/internal/lang"
	"pupitre/internal/look/looktest"
)

func (b *browser) install(header, value string) *sheet {
	b.t.Helper()
	r := httptest.NewRequest("GET", "/hors-ligne", nil)
	r.Header.Set("Accept", "text/html")
	if header != "" {
		r.Header.Set(header, value)
	}
	return b.read(b.do(r), "/hors-ligne", http.StatusOK)
}

// Six systems are explained, each with its picture; the reader's own comes first.
func TestThePageThatInstallsKnowsTheReadersSystem(t *testing.T) {
	t.Parallel()
	b := newWorld(t).pupil()
	for _, c := range []struct{ header, value, first string }{
		{"User-Agent", "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36", "Android"},
		{"User-Agent", "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1", "iPhone et iPad"},
		{"User-Agent", "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Windows"},
		{"User-Agent", "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15", "Mac"},
		{"User-Agent", "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36", "Chromebook"},
		{"User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Linux"},
		{"Sec-CH-UA-Platform", `"Chrome OS"`, "Chromebook"},
		{"Sec-CH-UA-Platform", `"macOS"`, "Mac"},
	} {
		page := b.install(c.header, c.value)
		names := page.Find("h3")
		if got := looktest.Words(names[0]); got != c.first+" Cet appareil" {
			t.Errorf("%s: first %q, want %q", c.value, got, c.first)
		}
		if n := strings.Count(page.text, "Cet appareil<"); n != 1 || len(names) != 6 {
			t.Errorf("%s: %d systems, %d of them the reader's", c.value, len(names), n)
		}
	}
	b.install("Sec-CH-UA-Platform", `"macOS"`).says("Un iPad dit souvent qu’il est un Mac") // for whoever has no script
	b.install("Sec-CH-UA-Platform", `"Windows"`).silent("Un iPad dit souvent")
	unknown := b.install("User-Agent", "curl/8")
	unknown.silent("Cet appareil<")
	drawn := map[string]bool{}
	for _, after := range strings.Split(unknown.text, `<svg class="dev"`)[1:] {
		picture, _, _ := strings.Cut(after, "</svg>")
		drawn[picture] = true
	}
	if len(drawn) != 6 {
		t.Errorf("%d different pictures, want 6", len(drawn))
	}
	unknown.silent("/programmes/") // none was given
	if answer := b.do(httptest.NewRequest("GET", "/programmes/biblio-exos-1.2-linux-amd64.tar.gz", nil)); answer.StatusCode != http.StatusNotFound {
		t.Errorf("a program where none is offered: %s", answer.Status)
	}
}

func TestTheProgramForComputersIsOffered(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	dir := t.TempDir()
	targets := []release.Target{{System: "windows", Processor: "amd64"}, {System: "darwin", Processor: "arm64"}, {System: "linux", Processor: "amd64"}}
	for _, target := range targets {
		if err := os.WriteFile(filepath.Join(dir, release.Name("1.2", target)), []byte(strings.Repeat(target.System, 300_000)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	made, err := release.Write(dir, "1.2", targets)
	if err != nil {
		t.Fatal(err)
	}
	if w.programs, err = release.Read(dir); err != nil {
		t.Fatal(err)
	}
	w.handler = front(w)
	b := w.pupil()
	page := b.install("Sec-CH-UA-Platform", `"Windows"`)
	page.says("Un ordinateur où rien ne s’installe", "Windows, 2,1 Mo", "Pour un autre système", "Mac (Apple), 1,8 Mo", "Linux, 1,5 Mo", made.Archives[0].SHA256)
	if _, after, _ := strings.Cut(page.text, `href="/programmes/`); !strings.HasPrefix(after, "biblio-exos-1.2-windows-amd64.zip") {
		t.Errorf("first comes %.40s", after)
	}
	b.locale = lang.English
	b.install("Sec-CH-UA-Platform", `"Windows"`).says("A computer where nothing installs", "Windows, 2.1 MB")

	b.token = "" // nobody has to be signed in: whoever has lost their session may still need it
	answer := b.do(httptest.NewRequest("GET", "/programmes/biblio-exos-1.2-windows-amd64.zip", nil))
	if text := looktest.Body(t, answer); answer.StatusCode != http.StatusOK || text != strings.Repeat("windows", 300_000) || !strings.HasPrefix(answer.Header.Get("Content-Disposition"), "attachment") {
		t.Errorf("%s, %d bytes, %s", answer.Status, len(text), answer.Header.Get("Content-Disposition"))
	}
	for _, name := range []string{"programmes.json", "..%2Fsecret", "biblio-exos-1.2-plan9-386.zip"} {
		if answer := b.do(httptest.NewRequest("GET", "/programmes/"+name, nil)); answer.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s", name, answer.Status)
		}
	}
}
