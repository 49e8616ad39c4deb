package console_test

import (
	"net/http"
	"strings"
	"testing"

	"pupitre/directory"
	"pupitre/internal/httpx"
	"pupitre/internal/look/looktest"
	"pupitre/web"
	"pupitre/web/console"
	"pupitre/web/console/home"
	"pupitre/web/webtest"
)

// office is the console over a fresh school; routes are those that it mounted.
type office struct {
	world  *webtest.World
	stock  *webtest.Stock
	rules  *webtest.Rules
	asked  *webtest.Suggestions
	pages  http.Handler
	routes []string
	line   line
	home   home.Dashboard
}

// noting is a mux that remembers what is mounted.
type noting struct {
	web.Mux
	routes *[]string
}

func (n noting) Handle(pattern string, h httpx.Handler) {
	*n.routes = append(*n.routes, pattern)
	n.Mux.Handle(pattern, h)
}

type notedRoom struct {
	room   *console.Room
	routes *[]string
}

func (n notedRoom) Mount(mux web.Mux) { n.room.Mount(noting{mux, n.routes}) }

func open() *office {
	return openWith(home.Dashboard{})
}

// openWith is open with more on the first page, or the room as a test needs it.
func openWith(home home.Dashboard, with ...func(*office, *console.Room)) *office {
	o := &office{world: webtest.NewWorld(), home: home}
	o.stock = webtest.NewStock(o.world)
	o.world.Mandates = o.stock
	o.rules = &webtest.Rules{Stock: o.stock}
	o.asked = &webtest.Suggestions{Stock: o.stock}
	o.pages = webtest.Serve(o.world, func(h *web.House) []webtest.Room {
		room := &console.Room{House: h, Copies: o.stock, People: o.world, Notices: o.stock, Past: o.stock, Suggestions: o.asked, Rules: o.rules, Live: &o.line, Home: o.home}
		for _, change := range with {
			change(o, room)
		}
		return []webtest.Room{notedRoom{room, &o.routes}}
	})
	return o
}

func (o *office) as(person directory.PersonID) webtest.Browser {
	return webtest.Browser{Pages: o.pages, Person: person}
}

// page is an answer that is to be a whole page.
func page(t *testing.T, r *http.Response, status int) *looktest.Doc {
	t.Helper()
	text := looktest.Body(t, r)
	if r.StatusCode != status {
		t.Fatalf("%d, want %d: %s", r.StatusCode, status, text)
	}
	looktest.Page(t, text)
	return looktest.Parse(t, text)
}

// sent posts a form of the labo, which is answered by an address, and returns the page there.
func sent(t *testing.T, b webtest.Browser, path string, pairs ...string) *looktest.Doc {
	t.Helper()
	return shown(t, b, b.Post(t, path, pairs...))
}

// clear empties the manager's selection.
func clear(t *testing.T, b webtest.Browser) {
	t.Helper()
	b.Post(t, labo+"/population", "vider", "1")
}

// says fails unless the page holds all of these words.
func says(t *testing.T, p *looktest.Doc, wants ...string) {
	t.Helper()
	words := strings.ReplaceAll(looktest.Words(p.Find("body")[0]), "\u00a0", " ")
	for _, want := range wants {
		if !strings.Contains(words, want) {
			t.Errorf("the page does not say %q; it says: %s", want, words)
		}
	}
}

// value is what the page's form carries under a name, "" for nothing.
func value(p *looktest.Doc, name string) string {
	for _, n := range p.Find("input") {
		if looktest.Attr(n, "name") == name {
			return looktest.Attr(n, "value")
		}
	}
	return ""
}

const (
	school = "/affectation/0991234D"
	labo   = school + "/ressources/r-labo"
	class  = "cohort:c-5b/eleve"
)
