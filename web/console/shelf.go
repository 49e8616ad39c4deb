package console

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"pupitre/internal/look"
	"pupitre/licensing"
)

// shelf is a list of which several resources are chosen: what is listed, what is chosen, and what is chosen and not listed.
type shelf struct {
	Find   search
	Heads  []string // the names of Cells
	Rows   []shelfRow
	Hidden []look.Hidden
	Picked int
	Note   string // beside the number chosen
	Empty  string
}

// shelfRow is one resource of a shelf.
type shelfRow struct {
	ID, Title, By, Href string
	Cover               look.Cover
	Modes               []look.Tag
	Cells               []figureCell
	State, Icon         string
	On                  bool
}

// readFind reads what is looked for, of a form or an address.
func readFind(r *http.Request) search {
	return search{Text: strings.TrimSpace(r.FormValue("q")), Contains: r.FormValue("mode") == "contient"}
}

// lay shows what is found among the items, and keeps what was chosen and is not.
func (s *shelf) lay(page *look.Shell, at site, all []item, chosen []string, row func(item) shelfRow) {
	for _, i := range all {
		on := slices.Contains(chosen, string(i.Resource))
		if on {
			s.Picked++
		}
		if !s.Find.passes(page, i) {
			if on {
				s.Hidden = append(s.Hidden, look.Hidden{Name: "ressource", Value: string(i.Resource)})
			}
			continue
		}
		line := row(i)
		line.ID, line.Title, line.By, line.On = string(i.Resource), i.Title, i.notice.Publisher.Name, on
		line.Cover, line.Modes = desk{site: at, stock: i.Stock, notice: i.notice}.cover(), modes(page, i.Stock)
		s.Rows = append(s.Rows, line)
	}
	if len(s.Rows) == 0 {
		s.Empty = page.T("console.find.none.title")
	}
}

// cells are the six figures of a line, with their names for narrow screens.
func cells(page *look.Shell, stock licensing.Stock, counters licensing.Counters) []figureCell {
	c, heads := figures(page, stock, counters), counterLabels(page)
	out := make([]figureCell, 0, len(heads))
	for n, f := range []look.Figure{c.Selected, c.Available, c.Left, c.Suggested, c.Assigned, c.Total} {
		out = append(out, figureCell{fmt.Sprintf("%s %d", stock.Resource, n), heads[n], f})
	}
	return out
}
