package web

import (
	"net/http"
	"net/url"

	"pupitre/exos"
	"pupitre/internal/look"
)

// groupsPage lists classes and groups, as the sign-in told them.
type groupsPage struct {
	look.Shell
	Groups []groupRow
	Empty  look.Empty
}

type groupRow struct {
	Kind, Label, Code string
	Pupils, Homework  string
	Give              string // the address to give it work, "" where the reader does not
}

func (room *Room) showGroups(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	groups, err := room.Classroom.Groups(r.Context(), v)
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
			row.Give = givePath + "?" + url.Values{"a": {audienceValue(g.Cohort)}}.Encode()
		}
		p.Groups = append(p.Groups, row)
	}
	p.Empty = look.Empty{Title: p.T("exosweb.groups.empty"), Text: you(&p.Shell, v.Learner, "exosweb.groups.empty.")}
	return room.groups.Send(w, r, http.StatusOK, p)
}
