package web

import (
	"net/http"
	"strconv"
	"time"

	"pupitre/exos"
	"pupitre/exos/classroom"
	"pupitre/internal/clock"
	"pupitre/internal/lang"
	"pupitre/internal/look"
)

// timesPage is when each answer of a homework was given, and how that is known.
type timesPage struct {
	look.Shell
	Names namesAt
	Rows  []timesRow
	Empty look.Empty
}

// timesRow is one pupil's.
type timesRow struct {
	ID, Name, Sub, Plain string
	Answers              []timeOf
}

// timeOf is when the last answer to an exercise was given. Away says so where it was given out of reach of the network.
type timeOf struct {
	Exercise, At, How string
	Away              bool
}

func (room *Room) showTimes(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	res, err := room.Classroom.Results(r.Context(), v, exos.HomeworkID(r.PathValue("homework")))
	if err != nil {
		return err
	}
	p := &timesPage{Shell: room.Site.Shell(r), Names: room.names(w)}
	p.Title, p.Lead = p.T("exosclass.times"), p.T("exosclass.times.lead")
	p.Crumbs = []look.Link{{Text: p.T("exosweb.nav.homework"), Href: homeworkRoot}, {Text: res.Title, Href: homeworkPath(res.ID)}, {Text: p.Title, Current: true}}
	for _, row := range res.Rows {
		one := timesRow{ID: "eleve-" + strconv.Itoa(row.Number), Name: nameOf(&p.Shell, row.Member, row.Number), Sub: string(row.Subject), Plain: p.T("exosweb.pupil", "n", row.Number)}
		for i, c := range row.Cells {
			if !c.GivenAt.IsZero() {
				t := timeOfCell(&p.Shell, v, c)
				t.Exercise = p.T("exosweb.exercise.named", "n", res.Tasks[i].Number, "title", res.Tasks[i].Title)
				one.Answers = append(one.Answers, t)
			}
		}
		if len(one.Answers) > 0 {
			p.Rows = append(p.Rows, one)
		}
	}
	p.Empty = look.Empty{Title: p.T("exosclass.times.none"), Text: p.T("exosclass.times.none.why"), Action: look.Link{Text: p.T("exosclass.back"), Href: homeworkPath(res.ID)}}
	return room.times.Send(w, r, http.StatusOK, p)
}

// timeOfCell says when an answer was given, and how sure that is: in plain words, for a parent may ask.
func timeOfCell(s *look.Shell, v exos.Visitor, c classroom.Cell) timeOf {
	zone := clock.ZoneOfUAI(v.Learner.School)
	at := func(t time.Time) string {
		return s.T("exosclass.times.at", "day", lang.ShortDate(s.Locale, clock.On(t, zone)), "hour", lang.Clock(s.Locale, t, zone))
	}
	out := timeOf{At: at(c.GivenAt), How: s.T("exosclass.times.online")}
	if !c.Away() {
		return out
	}
	out.Away, out.How = true, s.T("exosclass.times.away", "at", at(c.ReceivedAt))
	switch {
	case c.Late:
		out.How += " " + s.T("exosclass.times.late")
	case c.Certainty != "":
		out.How += " " + s.T("exosclass.times."+string(c.Certainty))
	}
	return out
}
