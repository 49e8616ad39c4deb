package desk

import (
	"cmp"
	"context"
	"fmt"
	"net/http"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/look"
	"pupitre/journal"
	"pupitre/mediacentre"
	"pupitre/web"
)

// cardsPerPage is how many cards a page shows.
const cardsPerPage = 48

// deskPage is « Mes ressources ».
type deskPage struct {
	look.Shell
	Find    find
	Kept    []keptValue // of what is asked, what the search form sends along
	Views   []look.Link
	Forms   []look.Link // cards, or a list
	Classes []look.Link // for who teaches: what a pupil of the class sees
	Places  []look.Link // the other schools where something is open
	Pins    pinBoard
	Shelves []look.Shelf
	Facets  []look.Facet
	Said    []string // how the words were read
	Count   int
	Cards   []look.Card
	Pager   look.Pager
	Away    string    // where the page for when there is no network is
	Also    look.Link // the same words among what is open to all
	Empty   look.Empty
	Nothing bool // nothing at all to look through
	Path    string
	Hint    string // what the search box says it searches
}

// keptValue is a hidden field.
type keptValue struct{ Name, Value string }

// view is which of the cards are looked at.
type view string

const (
	everything view = ""
	favourites view = "favoris"
	opened     view = "recentes"
	forAll     view = "ouvertes" // what is open to all
)

func (d *Room) desk(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
	f, err := readFind(r)
	if err != nil {
		return err
	}
	held, err := d.Desks.Desk(r.Context(), reader.Person.ID, reader.Session.School)
	if err != nil {
		return fmt.Errorf("desk of %s: %w", reader.Person.ID, err)
	}
	marked, err := d.marked(r.Context(), reader)
	if err != nil {
		return err
	}
	looked, err := d.view(r.Context(), reader, held, marked, f.View)
	if err != nil {
		return err
	}
	p := &deskPage{Shell: d.House.Site.Shell(r), Find: f, Path: web.DeskPath, Kept: f.kept()}
	p.Title, p.Parent, p.Airy = p.T("web.nav.desk"), p.T("web.space.desk"), true
	p.Styles, p.Scripts, p.Away = []string{"desk.css"}, []string{"desk.js"}, d.awayHref(&p.Shell, held)
	p.Hint = p.T("mediacentre.find.hint")
	found := looked.Search(f.Text)
	if f.View == everything && f.open() && f.Page == 1 {
		p.Shelves, p.Places = shelves(&p.Shell, held), p.elsewhere(reader, held)
		if d.Classes != nil {
			p.Classes = classes(&p.Shell, reader)
		}
		if p.Pins, err = d.pinned(r, &p.Shell, reader, held, f.Pins); err != nil {
			return err
		}
	}
	p.Nothing = len(held.Cards) == 0 && f.View != forAll
	p.turns(d.Marks != nil && len(held.Cards) > 0)
	if f.View == everything && f.Text != "" {
		p.Also = look.Link{Text: p.T("mediacentre.also"), Href: find{Text: f.Text, View: forAll, Page: 1}.href()}
	}
	p.Said = said(&p.Shell, found)
	p.Facets = facets(&p.Shell, reader, found.Cards, f)
	cards := mediacentre.Narrow(found.Cards, f.Find)
	if err := d.fill(r.Context(), p, reader, cards, marked); err != nil {
		return err
	}
	if len(cards) == 0 {
		if p.Empty, err = d.empty(r, p, reader); err != nil {
			return err
		}
	}
	return d.mine.Send(w, r, http.StatusOK, p)
}

// view is the part of a desk that is looked at: what is favourite, what was opened last, or all.
func (d *Room) view(ctx context.Context, reader *web.Reader, held mediacentre.Desk, marked marks, v view) (mediacentre.Desk, error) {
	switch {
	case v == forAll:
		return d.Desks.Open(ctx, reader.Session.Profile)
	case d.Marks == nil || v == everything:
		return held, nil
	case v == favourites:
		return mediacentre.Desk{Cards: held.Pick(marked.list)}, nil
	}
	last, err := d.Marks.Opened(ctx, reader.Session.School, reader.Person.ID)
	ids := make([]catalogue.ResourceID, len(last))
	for i, o := range last {
		ids[i] = o.Resource
	}
	return mediacentre.Desk{Cards: held.Pick(ids)}, err
}

// said tells how words were read that are nowhere.
func said(s *look.Shell, found mediacentre.Found) (list []string) {
	for _, one := range found.Read {
		list = append(list, s.T("browse.read", "word", one.Word, "as", one.As))
	}
	if found.Loose && len(found.Cards) > 0 {
		list = append(list, s.T("browse.loose"))
	}
	return list
}

// turns are the ways to look at the same desk.
func (p *deskPage) turns(marks bool) {
	to := func(change func(f *find)) look.Link {
		f := p.Find
		f.Page = 1
		change(&f)
		return look.Link{Href: f.href(), Current: f.View == p.Find.View && f.Lines == p.Find.Lines}
	}
	for _, one := range []struct {
		view view
		icon string
	}{{everything, "layout-grid"}, {favourites, "star"}, {opened, "history"}, {forAll, "globe"}} {
		if marks || one.view == everything || one.view == forAll {
			link := to(func(f *find) { f.View = one.view })
			link.Text, link.Icon = p.T("mediacentre.view."+cmp.Or(string(one.view), "toutes")), one.icon
			p.Views = append(p.Views, link)
		}
	}
	for _, lines := range []bool{false, true} {
		if p.Nothing {
			break
		}
		link := to(func(f *find) { f.Lines = lines })
		if link.Text, link.Icon = p.T("mediacentre.form.cards"), "layout-grid"; lines {
			link.Text, link.Icon = p.T("mediacentre.form.list"), "list"
		}
		p.Forms = append(p.Forms, link)
	}
}

// elsewhere leads to the reader's other schools where something is open.
func (p *deskPage) elsewhere(reader *web.Reader, held mediacentre.Desk) (list []look.Link) {
	for _, place := range reader.Places {
		if n := held.Elsewhere[place.School.ID]; n > 0 && place.School.ID != reader.Session.School {
			list = append(list, look.Link{Text: p.T("mediacentre.elsewhere", "n", n, "school", place.School.Name), Href: web.PlacesPath, Icon: "school"})
			held.Elsewhere[place.School.ID] = 0 // somebody may be there twice
		}
	}
	return list
}

// fill shows one page of cards.
func (d *Room) fill(ctx context.Context, p *deskPage, reader *web.Reader, cards []mediacentre.Card, marked marks) error {
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
	var givers map[journal.ActID]directory.Name
	if d.Marks != nil {
		var err error
		if givers, err = d.Marks.Givers(ctx, reader.Session.School, cards[from:to]); err != nil {
			return fmt.Errorf("who gave to %s: %w", reader.Person.ID, err)
		}
	}
	p.Cards = make([]look.Card, 0, to-from)
	for i := range cards[from:to] {
		c := &cards[from+i]
		one := card(&p.Shell, reader, c, givers[c.Right.Act])
		if one.ID = cardID(c.Resource); !c.Open {
			one.Star = marked.star(p, &c.Resource)
		}
		p.Cards = append(p.Cards, one)
	}
	return nil
}

// empty says why there is nothing, and what to do next.
func (d *Room) empty(r *http.Request, p *deskPage, reader *web.Reader) (look.Empty, error) {
	all := look.Link{Text: p.T("mediacentre.none.all"), Href: web.DeskPath}
	switch {
	case !p.Nothing && p.Find.View != everything && p.Find.open():
		return look.Empty{Title: p.T("mediacentre.none." + string(p.Find.View)), Text: reader.You(&p.Shell, "mediacentre.none."+string(p.Find.View)+"."), Action: all}, nil
	case !p.Nothing:
		return look.Empty{Title: p.T("mediacentre.none.title"), Text: reader.You(&p.Shell, "mediacentre.none.text."), Action: all}, nil
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
