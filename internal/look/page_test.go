package look_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"

	"pupitre/internal/lang"
	"pupitre/internal/look"
	"pupitre/internal/look/looktest"
)

func TestEveryPieceKeepsTheRulesOfPages(t *testing.T) {
	t.Parallel()
	h := kit(t)
	for _, path := range []string{"/kit", "/kit?airy", "/kit?dialogue", "/nowhere"} {
		for _, cookie := range []string{"", "langue=en; theme=dark"} {
			looktest.Page(t, looktest.Body(t, get(t, h, path, "Cookie", cookie, "Accept", "text/html")))
		}
	}
}

func TestPageSpeaksTheReadersLanguageAndTheme(t *testing.T) {
	t.Parallel()
	h := kit(t)
	plain := looktest.Parse(t, looktest.Body(t, get(t, h, "/kit"))).Find("html")[0]
	if got := looktest.Attr(plain, "lang"); got != "fr" {
		t.Errorf("without a choice: lang %q", got)
	}
	if got := looktest.Attr(plain, "data-theme"); got != "" {
		t.Errorf("without a choice: theme %q", got)
	}
	chosen := looktest.Parse(t, looktest.Body(t, get(t, h, "/kit", "Cookie", "langue=en; theme=dark"))).Find("html")[0]
	if lang, theme := looktest.Attr(chosen, "lang"), looktest.Attr(chosen, "data-theme"); lang != "en" || theme != "dark" {
		t.Errorf("chosen: lang %q, theme %q", lang, theme)
	}
}

func TestEachHouseHasItsMark(t *testing.T) {
	t.Parallel()
	words := lang.MustLoad()
	for _, product := range []look.Product{look.Pupitre, look.Exos, {Name: "ENT", Home: "/", Mark: "portal"}, {Name: "Éditeur", Home: "/", Mark: "publisher"}} {
		site := look.New(product, words)
		page := site.Template(fstest.MapFS{"p.html": {Data: []byte(`{{define "main"}}<p>ici</p>{{end}}`)}}, "p.html")
		w, r := httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil)
		p := &struct{ look.Shell }{site.Shell(r)}
		p.Title = "Accueil"
		if err := page.Send(w, r, http.StatusOK, p); err != nil {
			t.Fatal(err)
		}
		looktest.Page(t, w.Body.String())
		for _, want := range []string{"<title>Accueil – " + product.Name, `<svg class="mark"`, "<b>" + product.Name + "</b>", "/static/" + product.Mark + "."} {
			if !strings.Contains(w.Body.String(), want) {
				t.Errorf("%s: the page lacks %q", product.Name, want)
			}
		}
	}
}

func TestFailureStandsInTheProductsFrame(t *testing.T) {
	t.Parallel()
	h := kit(t)
	r := get(t, h, "/nowhere", "Accept", "text/html")
	text := looktest.Body(t, r)
	if r.StatusCode != http.StatusNotFound {
		t.Errorf("%s", r.Status)
	}
	for _, want := range []string{"Il n’y a pas de page à cette adresse.", `href="/aide"`, "prévenez la personne qui vous l’a donné"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

func TestEveryFileThatAPageLinksIsServed(t *testing.T) {
	t.Parallel()
	h := kit(t)
	page := looktest.Parse(t, looktest.Body(t, get(t, h, "/kit")))
	seen := 0
	for _, n := range page.Find() {
		for _, name := range []string{"href", "src"} {
			address, _, _ := strings.Cut(looktest.Attr(n, name), "#")
			if !strings.HasPrefix(address, "/static/") {
				continue
			}
			seen++
			if r := get(t, h, address); r.StatusCode != http.StatusOK || !strings.Contains(r.Header.Get("Cache-Control"), "immutable") {
				t.Errorf("%s: %s, %q", address, r.Status, r.Header.Get("Cache-Control"))
			}
		}
	}
	if seen < 10 {
		t.Errorf("only %d files seen", seen)
	}
}

func TestSwitchesWorkWithoutScript(t *testing.T) {
	t.Parallel()
	h := kit(t)
	for _, c := range []struct{ form, cookie, to string }{
		{"theme=dark&next=/kit%3Fairy", "theme=dark", "/kit?airy"},
		{"theme=&next=/kit", "theme=", "/kit"},
		{"langue=en&next=/kit", "langue=en", "/kit"},
		{"langue=en&next=//evil.example/", "langue=en", "/"},
		{"langue=en&next=/%5Cevil.example/", "langue=en", "/"},
	} {
		r := post(t, h, "/preferences", c.form)
		if r.StatusCode != http.StatusSeeOther || r.Header.Get("Location") != c.to {
			t.Errorf("%s: %s to %q", c.form, r.Status, r.Header.Get("Location"))
		}
		cookie := r.Header.Get("Set-Cookie")
		if !strings.HasPrefix(cookie, c.cookie+";") || !strings.Contains(cookie, "HttpOnly") || !strings.Contains(cookie, "SameSite=Lax") {
			t.Errorf("%s: cookie %q", c.form, cookie)
		}
	}
	if r := post(t, h, "/preferences", "langue=tlh"); r.StatusCode != http.StatusBadRequest {
		t.Errorf("an unknown language: %s", r.Status)
	}
}

func TestAnnouncementIsShownOnceAndLeadsNowhereElse(t *testing.T) {
	t.Parallel()
	h := kit(t)
	left := post(t, h, "/flash", url.Values{"text": {"25 <b>exemplaires</b> attribués."}, "undo": {"https://evil.example/"}}.Encode())
	cookie, _, _ := strings.Cut(left.Header.Get("Set-Cookie"), ";")
	shown := get(t, h, "/kit", "Cookie", cookie)
	text := looktest.Body(t, shown)
	if !strings.Contains(text, "25 &lt;b&gt;exemplaires&lt;/b&gt; attribués.") {
		t.Error("the announcement is not shown, or not as text")
	}
	if strings.Contains(text, "evil.example") {
		t.Error("the announcement leads to another site")
	}
	if got := shown.Header.Get("Set-Cookie"); !strings.Contains(got, "Max-Age=0") {
		t.Errorf("the announcement stays: %q", got)
	}
	titled, _, _ := strings.Cut(post(t, h, "/flash", url.Values{"title": {"Il n’y avait rien à changer"}}.Encode()).Header.Get("Set-Cookie"), ";")
	if text := looktest.Body(t, get(t, h, "/kit", "Cookie", titled)); !strings.Contains(text, "Il n’y avait rien à changer") {
		t.Error("an announcement of a title alone is not shown")
	}
	if r := get(t, h, "/kit", "Cookie", "annonce=%%%"); r.StatusCode != http.StatusOK {
		t.Errorf("a broken announcement: %s", r.Status)
	}
}

func post(t testing.TB, h http.Handler, path, form string) *http.Response {
	t.Helper()
	r := httptest.NewRequest("POST", path, strings.NewReader(form))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}
