package usage

import (
	"net/http"
	"strconv"

	"pupitre/internal/httpx"
	"pupitre/internal/look"
	"pupitre/internal/sheet"
	"pupitre/usage"
)

func (u *Room) listFile(w http.ResponseWriter, r *http.Request, v view) error {
	told, err := u.all(r, v)
	if err != nil {
		return err
	}
	return u.write(w, r, v, told)
}

func (u *Room) oneFile(w http.ResponseWriter, r *http.Request, v view) error {
	told, err := u.work(r, v)
	if err != nil {
		return err
	}
	return u.write(w, r, v, told)
}

// write writes a line for each resource, part and week in which it was opened or had, then one for all weeks together. A figure that is hidden is
// written as the page writes it: a line that is left out would be a zero.
func (u *Room) write(w http.ResponseWriter, r *http.Request, v view, told usage.Told) error {
	s := u.House.Site.Shell(r)
	part := s.T("usage.class")
	if v.publisher != "" {
		part = s.T("usage.areas")
	}
	httpx.Private(w)
	w.Header().Set("Content-Type", "text/csv; charset=utf-8; header=present")
	w.Header().Set("Content-Disposition", `attachment; filename="`+v.name+"-usages-"+told.Year.String()+`.csv"`)
	out := sheet.NewWriter(w, "ark", s.T("usage.resource"), part, s.T("usage.week"), s.T("usage.holders"), s.T("usage.users"), s.T("usage.accesses"))
	for _, b := range told.Books {
		used := usedWeeks(b.Grid)
		line := func(name, week, holders string, c usage.Cell) {
			out.Write(string(b.ARK), b.Title, name, week, holders, plain(&s, c.Users, c.Hidden), plain(&s, c.Accesses, c.Hidden))
		}
		whole := func(name, held string, weeks []usage.Held, cells []usage.Cell, total usage.Cell) {
			for _, i := range used {
				had := ""
				if weeks[i].Known {
					had = plain(&s, weeks[i].Persons, weeks[i].Hidden)
				}
				line(name, b.Weeks[i].String(), had, cells[i])
			}
			line(name, s.T("usage.weeks.all"), held, total)
		}
		for _, row := range concerned(b.Grid) {
			whole(partName(&s, v, row.Part), plain(&s, row.Holders, row.HoldersHidden), row.Held, row.Weeks, row.Total)
		}
		whole(s.T("usage.parts.all"), plain(&s, b.Holders, b.HoldersHidden), b.Held, b.All, b.Total)
	}
	return out.Close()
}

// plain is a number for a spreadsheet: digits alone.
func plain(s *look.Shell, n int64, hidden bool) string {
	if hidden {
		return s.T("usage.hidden")
	}
	return strconv.FormatInt(n, 10)
}
