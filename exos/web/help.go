package web

import (
	"net/http"

	"pupitre/exos"
	"pupitre/internal/look"
)

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
	if !l.Abroad() { // what stands there is no school
		know("school", l.School)
	}
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
