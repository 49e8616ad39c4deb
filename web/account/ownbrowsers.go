package account

import (
	"net/http"
	"time"

	"pupitre/federation"
	"pupitre/federation/local"
	"pupitre/internal/clock"
	"pupitre/internal/lang"
	"pupitre/internal/look"
	"pupitre/web"
)

// browserRow is one browser that remembers its reader.
type browserRow struct {
	ID, Name, When string
	Here           bool // the page is read in it
}

// browserRows are the browsers that remember somebody, the one that began this session marked.
func (m mine) browserRows(s *look.Shell, here federation.SessionID) []browserRow {
	zone := m.School().Zone()
	day := func(at time.Time) string { return lang.Date(s.Locale, clock.On(at, zone)) }
	var rows []browserRow
	for _, b := range m.own.Browsers {
		row := browserRow{ID: string(b.ID), Name: b.Name, Here: b.Session == here}
		if b.Name == local.Unnamed {
			row.Name = s.T("local.own.browsers.unnamed")
		}
		row.When = s.T("local.own.browsers.when", "since", day(b.Since), "used", day(b.Used), "until", day(b.Until))
		rows = append(rows, row)
	}
	return rows
}

// forget has one browser remember its person no more.
func (a *Room) forget(w http.ResponseWriter, r *http.Request, m mine) error {
	if err := a.Own.ForgetOwn(r.Context(), m.me, local.BrowserID(r.PostFormValue("navigateur"))); err != nil {
		return err
	}
	shell := a.House.Site.Shell(r)
	return a.toOwn(w, r, web.OwnPath, shell.T("local.own.browsers.forgotten"))
}
