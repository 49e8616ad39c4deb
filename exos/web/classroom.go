package web

import (
	"net/http"

	"pupitre/exos"
	"pupitre/internal/clock"
	"pupitre/internal/lang"
	"pupitre/internal/look"
)

// groupsPage lists classes and groups, as the sign-in told them.
type groupsPage struct {
	look.Shell
	Groups []groupRow
	Note   string
	Empty  look.Empty
}

type groupRow struct {
	Kind, Label, Code string
	Pupils, Homework  string
}

func (room *Room) showGroups(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	groups, err := room.Service.Groups(r.Context(), v)
	if err != nil {
		return err
	}
	p := &groupsPage{Shell: room.Site.Shell(r)}
	p.Title, p.Lead = p.T("exosweb.nav.groups"), you(&p.Shell, v.Learner, "exosweb.groups.lead.")
	for _, g := range groups {
		row := groupRow{Kind: p.T("exosweb.groups." + string(g.Kind)), Label: g.Label, Code: g.Code}
		row.Homework = p.T("exosweb.groups.homework", "n", g.Homework)
		if v.Learner.Profile.Teaches() {
			row.Pupils = p.T("exosweb.groups.pupils", "n", g.Pupils)
		}
		p.Groups = append(p.Groups, row)
	}
	p.Empty = look.Empty{Title: p.T("exosweb.groups.empty"), Text: you(&p.Shell, v.Learner, "exosweb.groups.empty.")}
	return room.groups.Send(w, r, http.StatusOK, p)
}

// homeworkPage lists homework.
type homeworkPage struct {
	look.Shell
	Rows  []homeworkRow
	Empty look.Empty
}

type homeworkRow struct {
	Title   string
	Group   string
	Due     string
	Done    string // « 3 exercices faits sur 6 »
	Percent int
	State   state
	Links   []look.Link
}

func (room *Room) showHomework(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	given, err := room.Service.Homeworks(r.Context(), v)
	if err != nil {
		return err
	}
	p := &homeworkPage{Shell: room.Site.Shell(r)}
	p.Title = p.T("exosweb.nav.homework")
	titles := map[exos.ModuleID]string{}
	if cards, err := room.Service.Modules(r.Context(), v); err == nil {
		for _, c := range cards {
			titles[c.Module] = c.Title
		}
	}
	for _, h := range given {
		row := room.homeworkRow(&p.Shell, v, h)
		seen := map[exos.ModuleID]bool{}
		for _, part := range h.Parts {
			if title := titles[part.Module]; title != "" && !seen[part.Module] {
				seen[part.Module] = true
				row.Links = append(row.Links, look.Link{Text: title, Href: modulePath(part.Module)})
			}
		}
		p.Rows = append(p.Rows, row)
	}
	p.Empty = look.Empty{
		Title: p.T("exosweb.homework.empty"), Text: you(&p.Shell, v.Learner, "exosweb.homework.empty."),
		Action: look.Link{Text: p.T("exosweb.nav.modules"), Href: "/modules"},
	}
	return room.homework.Send(w, r, http.StatusOK, p)
}

func (room *Room) homeworkRow(s *look.Shell, v exos.Visitor, h exos.Assigned) homeworkRow {
	zone := clock.ZoneOfUAI(v.Learner.School)
	row := homeworkRow{
		Title: h.Title, Group: h.Cohort.Label,
		Due:     s.T("exosweb.homework.due", "day", clock.On(h.Due, zone), "hour", lang.Clock(s.Locale, h.Due, zone)),
		Done:    s.T("exosweb.homework.done", "done", h.Done, "total", h.Total),
		Percent: 100 * h.Done / max(1, h.Total),
	}
	switch {
	case h.Total > 0 && h.Done == h.Total:
		row.State = state{s.T("exosweb.homework.finished"), "circle-check", "green"}
	case h.Late:
		row.State = state{s.T("exosweb.homework.late"), "calendar-x", "red"}
	case h.Done > 0:
		row.State = state{s.T("exosweb.state.begun"), "pencil", "ink"}
	default:
		row.State = state{s.T("exosweb.state.todo"), "circle", ""}
	}
	return row
}

// helpPage says how to answer, and what is known about the reader.
type helpPage struct {
	look.Shell
	Ways  []fact // how to answer each kind of exercise
	Line  string
	Keeps string
	Known []fact
	Never string
}

type fact struct{ Name, Value string }

func (room *Room) showHelp(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	p := &helpPage{Shell: room.Site.Shell(r)}
	p.Title = p.T("exosweb.nav.help")
	l := v.Learner
	for _, kind := range []string{"choice", "inline", "entry", "order"} {
		p.Ways = append(p.Ways, fact{p.T("exosweb.help." + kind), you(&p.Shell, l, "exosweb.help."+kind+".how.")})
	}
	p.Line, p.Keeps, p.Never = you(&p.Shell, l, "exosweb.help.line.how."), you(&p.Shell, l, "exosweb.help.known.how."), you(&p.Shell, l, "exosweb.help.known.never.")
	know := func(key, value string) {
		if value == "" {
			value = p.T("exosweb.help.unknown")
		}
		p.Known = append(p.Known, fact{p.T("exosweb.help." + key), value})
	}
	know("pseudonym", p.T("exosweb.help.pseudonym.value"))
	know("profile", p.T("exosweb.profile."+string(l.Profile)))
	know("given", l.GivenName)
	know("school", l.School)
	var classes string
	for _, c := range l.Cohorts {
		if classes != "" {
			classes += ", "
		}
		classes += c.Label
	}
	know("cohorts", classes)
	know("work", p.T("exosweb.help.work.value"))
	return room.help.Send(w, r, http.StatusOK, p)
}
