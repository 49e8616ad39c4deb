package usage

import (
	"net/http"
	"net/url"
	"slices"

	"pupitre/internal/clock"
	"pupitre/internal/lang"
	"pupitre/internal/look"
	"pupitre/usage"
)

// figure is a number as it is told: its words, and its share of what stands above it where there is one.
type figure struct {
	Text   string
	Hidden bool
	Zero   bool
	Share  int // of a hundred; -1: none
}

// listPage is all resources.
type listPage struct {
	look.Shell
	Publisher bool
	Rows      []workRow
	Hides     bool
	File      string
	More      string
	Empty     look.Empty
}

type workRow struct {
	Href, Title      string
	Holders          figure
	Opened, Accesses figure
	Picture          chart
}

func (u *Room) showList(w http.ResponseWriter, r *http.Request, v view) error {
	found, err := u.all(r, v)
	if err != nil {
		return err
	}
	p := &listPage{Shell: u.shell(r, v, found), Publisher: v.publisher != "", File: v.path + "/fichier"}
	p.Title = p.T("usage.title")
	for _, b := range found.Books {
		p.Hides = p.Hides || b.HidesAny()
		p.Rows = append(p.Rows, workRow{
			Href: v.to("ressource", b.ARK), Title: b.Title, Holders: told(&p.Shell, b.Holders, b.HoldersHidden), Opened: opened(&p.Shell, b.Total, of(b.Holders, b.HoldersHidden)), Accesses: accesses(&p.Shell, b.Total),
			Picture: draw(&p.Shell, b.Weeks, b.All, ""),
		})
	}
	if found.Next != "" {
		p.More = v.path + "?" + url.Values{"apres": {string(found.Next)}}.Encode()
		p.File += "?" + url.Values{"apres": {r.FormValue("apres")}}.Encode()
	} else if after := r.FormValue("apres"); after != "" {
		p.File += "?" + url.Values{"apres": {after}}.Encode()
	}
	p.Empty = look.Empty{Title: p.T("usage.none"), Text: p.T("usage.none.text")}
	return u.list.Send(w, r, http.StatusOK, p)
}

// shell begins a page, which says of when it tells.
func (u *Room) shell(r *http.Request, v view, told usage.Told) look.Shell {
	s := u.House.Site.Shell(r)
	s.Styles = []string{"usage.css"}
	zone := clock.ZoneOfUAI(string(v.school.UAI))
	last := clock.On(told.Until, zone)
	if v.publisher == "" {
		s.Parent = s.T("web.space.desk")
		s.Lead = s.T("usage.lead.school", "from", told.Year, "until", last)
	} else {
		s.Parent = s.T("trade.space")
		s.Lead = s.T("usage.lead.publisher", "from", told.Year, "until", last.AddDays(-1))
	}
	return s
}

func told(s *look.Shell, n int64, hidden bool) figure {
	if hidden {
		return figure{Text: s.T("usage.hidden"), Hidden: true, Share: -1}
	}
	return figure{Text: lang.Number(s.Locale, n), Zero: n == 0, Share: -1}
}

func accesses(s *look.Shell, c usage.Cell) figure { return told(s, c.Accesses, c.Hidden) }

// of is whom a share is told of: of a number that is hidden there is none, for it would tell it.
func of(holders int64, hidden bool) int64 {
	if hidden {
		return 0
	}
	return holders
}

// opened is how many persons have opened it, and their share of who has it; of who has it no more there may be more than all.
func opened(s *look.Shell, c usage.Cell, holders int64) figure {
	f := told(s, c.Users, c.Hidden)
	if !c.Hidden && holders > 0 && c.Users <= holders {
		f.Share = int(100 * c.Users / holders)
	}
	return f
}

// onePage is one resource.
type onePage struct {
	look.Shell
	Publisher        bool
	ARK              string
	Holders          figure
	Opened, Accesses figure
	Picture          chart
	Weeks            []weekRow
	Parts            []partRow
	Columns          []string // the weeks of the tables of both
	HoldersKnown     bool     // of any of these weeks
	Hides            bool
	File             string
}

type weekRow struct {
	Week                     string
	Holders, Users, Accesses figure
}

type partRow struct {
	Name             string
	Holders          figure
	Opened, Accesses figure
	Cells            []figure
	Held             []figure
}

func (u *Room) showOne(w http.ResponseWriter, r *http.Request, v view) error {
	found, err := u.work(r, v)
	if err != nil {
		return err
	}
	b := found.Books[0]
	p := &onePage{Shell: u.shell(r, v, found), Publisher: v.publisher != "", ARK: string(b.ARK), Hides: b.HidesAny(), File: v.to("fichier", b.ARK)}
	p.Title = b.Title
	p.Crumbs = []look.Link{{Text: p.T("usage.title"), Href: v.path}, {Text: b.Title, Current: true}}
	p.Holders, p.Opened, p.Accesses = told(&p.Shell, b.Holders, b.HoldersHidden), opened(&p.Shell, b.Total, of(b.Holders, b.HoldersHidden)), accesses(&p.Shell, b.Total)
	p.Picture = draw(&p.Shell, b.Weeks, b.All, b.Title)
	for i, week := range b.Weeks {
		p.Weeks = append(p.Weeks, weekRow{lang.Date(p.Locale, week), held(&p.Shell, b.Held[i]), users(&p.Shell, b.All[i]), accesses(&p.Shell, b.All[i])})
	}
	used := usedWeeks(b.Grid)
	for _, i := range used {
		p.HoldersKnown = p.HoldersKnown || b.Held[i].Known
		p.Columns = append(p.Columns, lang.ShortDate(p.Locale, b.Weeks[i])[:5])
	}
	for _, row := range concerned(b.Grid) {
		one := partRow{Name: partName(&p.Shell, v, row.Part), Holders: told(&p.Shell, row.Holders, row.HoldersHidden),
			Opened: opened(&p.Shell, row.Total, of(row.Holders, row.HoldersHidden)), Accesses: accesses(&p.Shell, row.Total)}
		for _, i := range used {
			one.Cells, one.Held = append(one.Cells, accesses(&p.Shell, row.Weeks[i])), append(one.Held, held(&p.Shell, row.Held[i]))
		}
		p.Parts = append(p.Parts, one)
	}
	return u.one.Send(w, r, http.StatusOK, p)
}

func users(s *look.Shell, c usage.Cell) figure { return told(s, c.Users, c.Hidden) }

// held is who had it as a week ended, a dash where that is not known.
func held(s *look.Shell, h usage.Held) figure {
	if !h.Known {
		return figure{Text: s.T("usage.unknown"), Zero: true, Share: -1}
	}
	return told(s, h.Persons, h.Hidden)
}

// usedWeeks are the weeks in which anything was opened, or anybody is known to have had it: the others would be columns of zeros.
func usedWeeks(g *usage.Grid) (list []int) {
	for i, c := range g.All {
		if c.Accesses > 0 || g.Held[i].Known {
			list = append(list, i)
		}
	}
	return list
}

// concerned are the parts that have the resource, had it, or opened it: the others would be rows of zeros.
func concerned(g *usage.Grid) (list []usage.Row) {
	for _, row := range g.Rows {
		had := func(h usage.Held) bool { return h.Persons > 0 }
		if row.Holders > 0 || row.Total.Accesses > 0 || slices.ContainsFunc(row.Held, had) {
			list = append(list, row)
		}
	}
	return list
}

// partName is what a row is called: a class, a département, or the rest.
func partName(s *look.Shell, v view, p usage.Part) string {
	switch {
	case p.ID != "" && v.publisher == "":
		return p.Label
	case p.ID != "":
		return s.T("usage.area", "area", p.Label)
	case v.publisher == "":
		return s.T("usage.rest.school")
	}
	return s.T("usage.rest.publisher")
}
