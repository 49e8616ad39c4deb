package browse

import (
	"fmt"
	"net/http"
	"net/url"

	"pupitre/catalogue"
	"pupitre/catalogue/search"
	"pupitre/internal/look"
	"pupitre/web"
)

// cardsPerPage is how many resources a page shows.
const cardsPerPage = 24

// listPage is what a search found.
type listPage struct {
	look.Shell
	Path   string
	Text   string
	Kept   []kept // the filters, for the form
	Facets []look.Facet
	Said   []string // how the words were read
	Count  int
	Cards  []look.Card
	Pager  look.Pager
	Empty  look.Empty
}

type kept struct{ Name, Value string }

// find is what the reader asks: a text, and at most one value of each facet.
type find struct {
	text   string
	chosen [search.Facets]string
	page   int
}

// names are what the facets are called in an address.
var names = [search.Facets]string{
	search.ByLevel: "niveau", search.BySubject: "matiere", search.ByPublisher: "editeur",
	search.ByKind: "type", search.ByDocument: "document", search.ByPublic: "public",
}

func readFind(r *http.Request) (f find, err error) {
	q := r.URL.Query()
	f.text = q.Get("q")
	for facet, name := range names {
		f.chosen[facet] = q.Get(name)
	}
	f.page, err = web.Positive(r, "page")
	return f, err
}

// href writes the find as the address of its page.
func (f find) href() string {
	q := url.Values{}
	if f.text != "" {
		q.Set("q", f.text)
	}
	for facet, key := range f.chosen {
		if key != "" {
			q.Set(names[facet], key)
		}
	}
	if f.page > 1 {
		q.Set("page", fmt.Sprint(f.page))
	}
	if len(q) == 0 {
		return web.CataloguePath
	}
	return web.CataloguePath + "?" + q.Encode()
}

func (f find) query() search.Query {
	q := search.Query{Text: f.text, From: (f.page - 1) * cardsPerPage, Limit: cardsPerPage}
	for facet, key := range f.chosen {
		if key != "" {
			q.Chosen[facet] = []string{key}
		}
	}
	return q
}

func (b *Room) search(w http.ResponseWriter, r *http.Request, _ *web.Reader) error {
	f, err := readFind(r)
	if err != nil {
		return err
	}
	found, err := b.Notices.Search(r.Context(), f.query())
	if err != nil {
		return fmt.Errorf("search the catalogue: %w", err)
	}
	p := &listPage{Shell: b.House.Site.Shell(r), Path: web.CataloguePath, Text: f.text, Count: found.Total}
	p.Title, p.Parent, p.Airy = p.T("browse.title"), p.T("web.space.desk"), true
	p.Styles, p.Scripts = []string{"browse.css"}, []string{"browse.js"}
	for facet, key := range f.chosen {
		if key != "" {
			p.Kept = append(p.Kept, kept{names[facet], key})
		}
	}
	p.Facets = facets(&p.Shell, f, found.Counts)
	for _, one := range found.Read {
		p.Said = append(p.Said, p.T("browse.read", "word", one.Word, "as", one.As))
	}
	if found.Loose && found.Total > 0 {
		p.Said = append(p.Said, p.T("browse.loose"))
	}
	for _, one := range found.Resources {
		p.Cards = append(p.Cards, card(&p.Shell, one))
	}
	p.turn(f)
	if len(p.Cards) == 0 {
		p.Empty = look.Empty{Title: p.T("browse.none"), Text: p.T("browse.none.text"), Action: look.Link{Text: p.T("browse.none.all"), Href: web.CataloguePath}}
	}
	return b.list.Send(w, r, http.StatusOK, p)
}

// turn leads to the pages before and after.
func (p *listPage) turn(f find) {
	from := (f.page - 1) * cardsPerPage
	p.Pager = look.Pager{From: min(from+1, p.Count), To: min(from+len(p.Cards), p.Count), Total: p.Count}
	at := f.page
	if f.page = at - 1; f.page >= 1 {
		p.Pager.Prev = f.href()
	}
	if f.page = at + 1; from+cardsPerPage < p.Count {
		p.Pager.Next = f.href()
	}
}

// card is one resource of the catalogue. Its tags say what it is; whether one may open it is no matter here.
func card(s *look.Shell, r catalogue.Resource) look.Card {
	return look.Card{
		Cover: web.CoverOf(s, r), Title: r.Title, Href: href(r.ID),
		By: s.T("mediacentre.by", "publisher", r.Publisher.Name), Tags: tags(s, r),
	}
}

// manyLevels is from how many levels on a card says the first and the last only.
const manyLevels = 3

func tags(s *look.Shell, r catalogue.Resource) []look.Tag {
	var list []look.Tag
	if r.IsFamily {
		list = append(list, look.Tag{Text: s.T("browse.family")})
	} else if text := web.KindName(s, r.Presentation); text != "" {
		list = append(list, look.Tag{Text: text})
	}
	if n := len(r.Levels); n >= manyLevels {
		list = append(list, look.Tag{Text: s.T("mediacentre.levels", "first", r.Levels[0].In(s.Locale), "last", r.Levels[n-1].In(s.Locale))})
	} else {
		for _, l := range r.Levels {
			list = append(list, look.Tag{Text: l.In(s.Locale)})
		}
	}
	if r.Offline {
		list = append(list, look.Tag{Text: s.T("mediacentre.offline"), Tone: look.Green, Icon: "wifi-off"})
	}
	return list
}
