package web

import (
	"net/http"
	"net/url"
	"strings"

	"pupitre/exos"
	"pupitre/internal/clock"
	"pupitre/internal/lang"
	"pupitre/internal/look"
	table "pupitre/internal/sheet"
)

const historyPath = "/travail"

// historyPage is all that the reader answered, the newest first.
type historyPage struct {
	look.Shell
	Days  []historyDay
	File  string
	Older string
	Empty look.Empty
}

type historyDay struct {
	Day   string
	Lines []historyLine
}

type historyLine struct {
	Hour, Title, Workbook string
	Said                  string
	Points                string
	Why                   string // why it does not count, or is not told; "" where it does
	Homework              bool
}

// onePage is how many answers a page of the history has.
const onePage = 50

func (room *Room) showHistory(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	lines, err := room.Service.History(r.Context(), v, exos.EventID(r.URL.Query().Get("avant")), onePage)
	if err != nil {
		return err
	}
	p := &historyPage{Shell: room.Site.Shell(r), File: historyPath + ".csv"}
	p.Title, p.Lead = p.T("exosweb.history"), you(&p.Shell, v.Learner, "exosweb.history.lead.")
	zone := clock.ZoneOfUAI(v.Learner.School)
	for _, d := range lines {
		day := lang.Date(p.Locale, clock.On(d.At, zone))
		if n := len(p.Days); n == 0 || p.Days[n-1].Day != day {
			p.Days = append(p.Days, historyDay{Day: day})
		}
		last := &p.Days[len(p.Days)-1]
		line := historyLine{
			Hour: lang.Clock(p.Locale, d.At, zone), Title: d.Title, Workbook: d.Workbook, Said: strings.Join(d.Said, " · "), Homework: d.Homework != "",
			Why: room.silence(&p.Shell, d),
		}
		if d.Scored && d.Refused == "" {
			line.Points = points(&p.Shell, d.Score, d.Max)
		}
		last.Lines = append(last.Lines, line)
	}
	if len(lines) == onePage {
		p.Older = historyPath + "?" + url.Values{"avant": {string(lines[onePage-1].Event)}}.Encode()
	}
	p.Empty = look.Empty{
		Title: p.T("exosweb.history.empty"), Text: you(&p.Shell, v.Learner, "exosweb.history.empty."),
		Action: look.Link{Text: p.T("exosweb.nav.modules"), Href: "/modules"},
	}
	return room.history.Send(w, r, http.StatusOK, p)
}

// silence says why nothing is said of an answer's points, "" where there is no reason.
func (room *Room) silence(s *look.Shell, d exos.Done) string {
	switch {
	case d.Refused != "":
		return told(s, exos.Verdict{Code: d.Refused, Params: d.Params})
	case d.Veiled:
		return s.T("exosweb.history.veiled")
	}
	return ""
}

// takeAway sends the reader all that they answered, as a spreadsheet opens it: it is theirs, whatever has ended.
func (room *Room) takeAway(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	before := exos.EventID("")
	const some = 200
	lines, err := room.Service.History(r.Context(), v, before, some)
	if err != nil {
		return err
	}
	s := room.Site.Shell(r)
	asTable(w, "mon-travail")
	var header []string
	for _, key := range []string{"at", "workbook", "task", "answer", "points", "max", "note"} {
		header = append(header, s.T("exosweb.history.csv."+key))
	}
	out := table.NewWriter(w, header...)
	zone := clock.ZoneOfUAI(v.Learner.School)
	for len(lines) > 0 {
		for _, d := range lines {
			earned, most := "", ""
			if d.Scored && d.Refused == "" {
				earned, most = lang.Decimal(s.Locale, d.Score), lang.Decimal(s.Locale, d.Max)
			}
			out.Write(d.At.In(zone).Format("2006-01-02 15:04:05"), d.Workbook, d.Title, strings.Join(d.Said, " · "), earned, most, room.silence(&s, d))
		}
		if len(lines) < some {
			break
		}
		before = lines[len(lines)-1].Event
		if lines, err = room.Service.History(r.Context(), v, before, some); err != nil {
			return err // cut off: the browser says that the file is not whole
		}
	}
	return out.Close()
}
