package desk

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"pupitre/catalogue"
	"pupitre/mediacentre"
	"pupitre/web"
)

// find is what the reader asks of their desk: a text, at most one value of each facet, and how it is shown. Its address can be shared: it
// says what is asked, never what is held.
type find struct {
	mediacentre.Find
	Text  string
	View  view
	Lines bool // a list, not cards
	Page  int
	Pins  bool // all that is pinned
}

func readFind(r *http.Request) (find, error) {
	q := r.URL.Query()
	page, err := web.Positive(r, "page")
	f := find{Text: strings.TrimSpace(q.Get("q")), View: view(q.Get("vue")), Lines: q.Get("en") == "liste", Page: page, Pins: q.Get("epingles") == "tous"}
	if !slices.Contains([]view{favourites, opened, forAll}, f.View) {
		f.View = everything
	}
	f.Find = mediacentre.Find{
		Publisher: catalogue.PublisherID(q.Get("editeur")), Kind: catalogue.Presentation(q.Get("type")), Level: q.Get("niveau"), Subject: q.Get("matiere"),
		Offline: q.Get("hors-ligne") != "", Through: q.Get("donne"),
	}
	return f, err
}

// values are the parts of the address that say something.
func (f find) values() url.Values {
	q := url.Values{}
	for name, value := range map[string]string{
		"q": f.Text, "editeur": string(f.Publisher), "type": string(f.Kind), "niveau": f.Level, "matiere": f.Subject, "donne": f.Through, "vue": string(f.View),
	} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if f.Offline {
		q.Set("hors-ligne", "oui")
	}
	if f.Lines {
		q.Set("en", "liste")
	}
	if f.Page > 1 {
		q.Set("page", fmt.Sprint(f.Page))
	}
	return q
}

// href writes the find as the address of its page.
func (f find) href() string {
	q := f.values()
	if len(q) == 0 {
		return web.DeskPath
	}
	return web.DeskPath + "?" + q.Encode()
}

// kept is what a new text does not change.
func (f find) kept() (list []keptValue) {
	f.Text, f.Page = "", 1
	q := f.values()
	for name := range q {
		list = append(list, keptValue{name, q.Get(name)})
	}
	slices.SortFunc(list, func(a, b keptValue) int { return strings.Compare(a.Name, b.Name) })
	return list
}

// open reports whether nothing is asked: the whole desk, with its shelves, where the view is everything.
func (f find) open() bool { return f.Find == mediacentre.Find{} && f.Text == "" }
