package web_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"

	"pupitre/exos"
	"pupitre/exos/content"
	"pupitre/exos/desktop/release"
	"pupitre/exos/signin"
	"pupitre/exos/store"
	"pupitre/exos/store/storetest"
	"pupitre/exos/web"
	"pupitre/internal/db"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/httpx"
	"pupitre/internal/id"
	"pupitre/internal/lang"
	"pupitre/internal/look"
	"pupitre/internal/look/looktest"
)

// world is Biblio Exos with the demonstration workbook, and its pages.
type world struct {
	*storetest.World
	t        *testing.T
	handler  http.Handler
	programs *release.Release // that front offers
}

// parsed is done once: all pages can be parsed, drawn by a test or not.
var parsed sync.Once

func newWorld(t *testing.T) *world {
	t.Helper()
	sqlite := dbtest.Engines()[0]
	if sqlite.Name != db.SQLite {
		t.Fatalf("the first engine is %s", sqlite.Name)
	}
	w := &world{t: t, World: storetest.NewWorld(t, func(t testing.TB, now func() time.Time) storetest.Stores {
		return &store.Store{DB: sqlite.Open(t, store.Migrations(), now), IDs: id.NewMaker(now)}
	})}
	w.handler = front(w)
	return w
}

// front is Biblio Exos's pages as internal/app composes them.
func front(w *world, names ...web.Roster) http.Handler {
	service := w.Service
	words := lang.MustLoad()
	site := look.New(look.Exos, words)
	key, err := service.ContentKey(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	host := &content.Host{Service: service, Key: key, Base: "http://" + contentName, Pages: "http://exos.example", Now: service.Now}
	room := &web.Room{Service: service, Classroom: w.Classroom, Devices: w.Devices, Programs: w.programs, Base: "http://exos.example", Site: site, Door: door{service}, Content: host, Desk: "http://pupitre.example/", Without: "http://pupitre.example/connexion?idENT=sans-ent",
		College: "http://pupitre.example/connexion?niveau=college", Lycee: "http://pupitre.example/connexion?niveau=lycee"}
	if len(names) > 0 {
		room.Roster = names[0]
	}
	edge := &httpx.Edge{
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Now: service.Now, Words: words, Pages: room, SignIn: web.SignInPath,
	}
	mux := edge.Mux()
	room.Mount(mux)
	parsed.Do(func() {
		if err := site.Check(); err != nil {
			w.t.Fatal(err)
		}
	})
	pages := edge.Wrap(room.Wrap(mux))
	plain := &httpx.Edge{Log: edge.Log, Now: service.Now, Words: words}
	files := plain.Mux()
	host.Mount(files)
	contents := plain.Wrap(files)
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.Host == contentName {
			contents.ServeHTTP(rw, r)
			return
		}
		pages.ServeHTTP(rw, r)
	})
}

// contentName is the host name of publishers' content.
const contentName = "contenu.example"

// door lets in whoever has a session, as signin.Party does.
type door struct{ service *exos.Service }

func (d door) Visitor(r *http.Request) (exos.Visitor, error) {
	return d.service.Enter(r.Context(), signin.Token(r))
}

func (d door) Stays(r *http.Request) error { return d.service.Stays(r.Context(), signin.Token(r)) }

// browser is one reader's.
type browser struct {
	*world
	token  exos.Token
	locale lang.Locale
}

func (w *world) as(c exos.Claims) *browser {
	w.t.Helper()
	return &browser{world: w, token: w.Arrive(c, "sid-"+string(c.Subject)), locale: lang.French}
}

func (w *world) pupil() *browser { return w.as(storetest.Claims("p1", exos.Pupil)) }

func (b *browser) do(r *http.Request) *http.Response {
	b.t.Helper()
	if r.Host == contentName { // no cookie of the pages' goes there, and none comes from there
		w := httptest.NewRecorder()
		b.handler.ServeHTTP(w, r)
		if len(w.Result().Cookies()) > 0 {
			b.t.Errorf("%s sets cookies", r.URL.Path)
		}
		return w.Result()
	}
	if b.token != "" {
		r.AddCookie(&http.Cookie{Name: signin.SessionCookie, Value: string(b.token)})
	}
	r.AddCookie(&http.Cookie{Name: httpx.LocaleCookie, Value: string(b.locale)})
	w := httptest.NewRecorder()
	b.handler.ServeHTTP(w, r)
	return w.Result()
}

// page gets a page, checks it by every rule, and returns it.
func (b *browser) page(path string, status int) *sheet {
	b.t.Helper()
	r := httptest.NewRequest("GET", path, nil)
	r.Header.Set("Accept", "text/html")
	return b.read(b.do(r), path, status)
}

func (b *browser) read(answer *http.Response, path string, status int) *sheet {
	b.t.Helper()
	text := looktest.Body(b.t, answer)
	if answer.StatusCode != status {
		b.t.Fatalf("%s: %s, want %d\n%s", path, answer.Status, status, words(text))
	}
	looktest.Page(b.t, text)
	return &sheet{Doc: looktest.Parse(b.t, text), b: b, path: path, text: text}
}

func words(text string) string {
	if _, after, ok := strings.Cut(text, "<main"); ok {
		return after
	}
	return text
}

// exercise opens the module's n-th exercise, from 1.
func (b *browser) exercise(n string) *sheet {
	b.t.Helper()
	return b.page("/modules/"+string(b.Module)+"/exercices/"+n, http.StatusOK)
}

// sheet is a page with its exercise.
type sheet struct {
	*looktest.Doc
	b    *browser
	path string
	text string
}

// form is the exercise's form as a browser without script would send it.
func (s *sheet) form() url.Values {
	s.b.t.Helper()
	out := url.Values{}
	for _, f := range s.Find("form") {
		if _, ours := attr(f, "data-player"); !ours {
			continue
		}
		for n := range f.Descendants() {
			name := looktest.Attr(n, "name")
			_, off := attr(n, "disabled")
			_, on := attr(n, "checked")
			kind := looktest.Attr(n, "type")
			switch {
			case n.Type != html.ElementNode || name == "" || off || n.Data == "button":
			case n.Data == "select":
				out.Add(name, selected(n))
			case (kind == "radio" || kind == "checkbox") && !on, kind == "image":
			case n.Data == "input", n.Data == "textarea":
				out.Add(name, looktest.Attr(n, "value"))
			}
		}
	}
	return out
}

func selected(n *html.Node) string {
	for o := range n.Descendants() {
		if _, on := attr(o, "selected"); on {
			return looktest.Attr(o, "value")
		}
	}
	return ""
}

func attr(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

// press posts the form by one of its buttons, and follows where it leads.
func (s *sheet) press(form url.Values, name, value string) *sheet {
	s.b.t.Helper()
	form = clone(form)
	form.Set(name, value)
	r := httptest.NewRequest("POST", s.path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept", "text/html")
	answer := s.b.do(r)
	if answer.StatusCode == http.StatusSeeOther {
		to, _, _ := strings.Cut(answer.Header.Get("Location"), "#")
		return s.b.page(to, http.StatusOK)
	}
	return s.b.read(answer, s.path, answer.StatusCode)
}

func clone(v url.Values) url.Values {
	out := url.Values{}
	for name, values := range v {
		out[name] = append([]string(nil), values...)
	}
	return out
}

// says fails unless the page's words hold all the given ones.
func (s *sheet) says(want ...string) {
	s.b.t.Helper()
	text := looktest.Words(s.Find("body")[0])
	for _, w := range want {
		if !strings.Contains(text, w) {
			s.b.t.Errorf("%s does not say %q:\n%s", s.path, w, text)
		}
	}
}

// silent fails if the page's bytes hold any of the given.
func (s *sheet) silent(never ...string) {
	s.b.t.Helper()
	for _, w := range never {
		if strings.Contains(s.text, w) {
			s.b.t.Errorf("%s says %q", s.path, w)
		}
	}
}
