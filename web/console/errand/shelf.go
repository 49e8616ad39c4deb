package errand

import (
	"slices"

	"pupitre/internal/look"
	"pupitre/web/console/hall"
)

// Shelf is a list of which several resources are chosen: what is listed, what is chosen, and what is chosen and not listed.
type Shelf struct {
	Find   hall.Search
	Heads  []string // the names of Cells
	Rows   []ShelfRow
	Hidden []look.Hidden
	Picked int
	Note   string // beside the number chosen
	Empty  string
}

// ShelfRow is one resource of a shelf.
type ShelfRow struct {
	ID, Title, By, Href string
	Cover               look.Cover
	Modes               []look.Tag
	Cells               []hall.FigureCell
	Of                  []hall.PublicLine
	State, Icon         string
	On                  bool
}

// Lay shows what is found among the items, and keeps what was chosen and is not.
func (s *Shelf) Lay(page *look.Shell, at hall.Site, all []hall.Item, chosen []string, row func(hall.Item) ShelfRow) {
	for _, i := range all {
		on := slices.Contains(chosen, string(i.Resource))
		if on {
			s.Picked++
		}
		if !s.Find.Passes(page, i) {
			if on {
				s.Hidden = append(s.Hidden, look.Hidden{Name: "ressource", Value: string(i.Resource)})
			}
			continue
		}
		line := row(i)
		line.ID, line.Title, line.By, line.On = string(i.Resource), i.Title, i.Notice.Publisher.Name, on
		line.Cover, line.Modes = hall.Desk{Site: at, Stock: i.Stock, Notice: i.Notice}.Cover(), hall.Modes(page, i.Stock)
		s.Rows = append(s.Rows, line)
	}
	if len(s.Rows) == 0 {
		s.Empty = page.T("console.find.none.title")
	}
}
