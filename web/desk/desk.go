package desk

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"pupitre/catalogue"
	"pupitre/internal/look"
	"pupitre/mediacentre"
	"pupitre/web"
)

// cardsPerPage is how many cards a page shows.
const cardsPerPage = 48

// deskPage is « Mes ressources ».
type deskPage struct {
	look.Shell
	Find    find
	Pins    pinBoard
	Shelves []look.Shelf
	Facets  []facet
	Count   int
	Cards   []look.Card
	Pager   look.Pager
	Empty   look.Empty
	Nothing bool // nothing at all to look through
	Path    string
	Hint    string // what the search box says it searches
}

// find is what the reader asks of their desk: a text, and at most one value of each facet.
type find struct {
	mediacentre.Find
	Page int
	Pins bool // all that is pinned
}

func readFind(r *http.Request) (find, error) {
	q := r.URL.Query()
	page, err := web.Positive(r, "page")
	return find{mediacentre.Find{
		Text: strings.TrimSpace(q.Get("q")), Publisher: catalogue.PublisherID(q.Get("editeur")), Kind: catalogue.Presentation(q.Get("type")), Level: q.Get("niveau"),
	}, page, q.Get("epingles") == "tous"}, err
}

// href writes the find as the address of its page.
func (f find) href() string {
	q := url.Values{}
	for name, value := range map[string]string{"q": f.Text, "editeur": string(f.Publisher), "type": string(f.Kind), "niveau": f.Level} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if f.Page > 1 {
		q.Set("page", fmt.Sprint(f.Page))
	}
	if len(q) == 0 {
		return web.DeskPath
	}
	return web.DeskPath + "?" + q.Encode()
}

// open reports whether nothing is asked: the whole desk, with its shelves.
func (f find) open() bool { return f.Find == mediacentre.Find{} }

func (d *Room) desk(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
	f, err := readFind(r)
	if err != nil {
		return err
	}
	found, err := d.Desks.Desk(r.Context(), reader.Person.ID, reader.Session.School)
	if err != nil {
		return fmt.Errorf("desk of %s: %w", reader.Person.ID, err)
	}
	p := &deskPage{Shell: d.House.Site.Shell(r), Find: f, Path: web.DeskPath}
	p.Title, p.Parent, p.Airy = p.T("web.nav.desk"), p.T("web.space.desk"), true
	p.Styles = []string{"desk.css"}
	p.Hint = p.T("mediacentre.find.hint")
	cards := found.Narrow(f.Find)
	if f.open() && f.Page == 1 {
		p.Shelves = shelves(&p.Shell, found)
		if p.Pins, err = d.pinned(r, &p.Shell, reader, found, f.Pins); err != nil {
			return err
		}
	}
	p.Facets = facets(&p.Shell, found, f)
	p.fill(reader, cards)
	p.Nothing = len(found.Cards) == 0
	if len(cards) == 0 {
		if p.Empty, err = d.empty(r, p, reader, p.Nothing); err != nil {
			return err
		}
	}
	return d.mine.Send(w, r, http.StatusOK, p)
}

// fill shows one page of cards.
func (p *deskPage) fill(reader *web.Reader, cards []mediacentre.Card) {
	p.Count = len(cards)
	last := max(1, (len(cards)+cardsPerPage-1)/cardsPerPage)
	page := min(p.Find.Page, last)
	from := (page - 1) * cardsPerPage
	to := min(from+cardsPerPage, len(cards))
	turn := func(to int) string {
		f := p.Find
		f.Page = to
		return f.href()
	}
	p.Pager = look.Pager{From: min(from+1, to), To: to, Total: len(cards)}
	if page > 1 {
		p.Pager.Prev = turn(page - 1)
	}
	if page < last {
		p.Pager.Next = turn(page + 1)
	}
	p.Cards = make([]look.Card, 0, to-from)
	for _, c := range cards[from:to] {
		p.Cards = append(p.Cards, card(&p.Shell, reader, c))
	}
}

// empty says why there is nothing, and what to do next.
func (d *Room) empty(r *http.Request, p *deskPage, reader *web.Reader, nothing bool) (look.Empty, error) {
	if !nothing {
		return look.Empty{Title: p.T("mediacentre.none.title"), Text: reader.You(&p.Shell, "mediacentre.none.text."),
			Action: look.Link{Text: p.T("mediacentre.none.all"), Href: web.DeskPath}}, nil
	}
	e := look.Empty{Title: reader.You(&p.Shell, "mediacentre.empty.title."), Text: reader.You(&p.Shell, "mediacentre.empty.text.")}
	if len(reader.Manages) > 0 {
		e.Action = look.Link{Text: p.T("mediacentre.empty.console"), Href: web.ConsolePath}
		return e, nil
	}
	ask, err := d.House.Ask(r.Context(), &p.Shell, reader)
	e.Text += " " + ask
	return e, err
}
