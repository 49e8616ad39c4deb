package web

import (
	"net/http"
	"net/url"

	"pupitre/exos"
	"pupitre/exos/classroom"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/look"
)

const groupsRoot = "/groupes"

func groupPath(g classroom.GroupID) string { return groupsRoot + "/" + string(g) }

// groupsPage lists classes and groups, as the sign-in told them, and those that teachers made here.
type groupsPage struct {
	look.Shell
	Groups []groupRow
	Empty  look.Empty
	New    look.Field // a teacher's: the name of a group to make; a pupil's: a code
	Action string
	Verb   string
}

type groupRow struct {
	Kind, Label      string
	Pupils, Homework string
	Give             string // the address to give it work, "" where the reader does not
	Href             string // of a group that the reader made
	Leave            string // of one that they joined
}

func (room *Room) showGroups(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	return room.sendGroups(w, r, http.StatusOK, v, "", nil)
}

// sendGroups lists the groups. typed is what the form was sent with, trouble why it did nothing.
func (room *Room) sendGroups(w http.ResponseWriter, r *http.Request, status int, v exos.Visitor, typed string, trouble error) error {
	groups, err := room.Classroom.Groups(r.Context(), v)
	if err != nil {
		return err
	}
	p := &groupsPage{Shell: room.Site.Shell(r)}
	p.Title, p.Lead = p.T("exosweb.nav.groups"), you(&p.Shell, v.Learner, "exosweb.groups.lead.")
	teaches := v.Learner.Profile.Teaches()
	for _, g := range groups {
		row := groupRow{Kind: p.T("exosweb.groups." + string(g.Kind)), Label: g.Label, Homework: p.T("exosweb.groups.homework", "n", g.Homework)}
		if teaches {
			row.Pupils = p.T("exosweb.groups.pupils", "n", g.Pupils)
			row.Give = givePath + "?" + url.Values{"a": {audienceValue(g.Cohort)}}.Encode()
		}
		if path := groupPath(classroom.GroupID(g.Code)); g.Kind == exos.Own && teaches {
			row.Href = path
		} else if g.Kind == exos.Own {
			row.Leave = path + "/quitter"
		}
		p.Groups = append(p.Groups, row)
	}
	p.Empty = look.Empty{Title: p.T("exosweb.groups.empty"), Text: you(&p.Shell, v.Learner, "exosweb.groups.empty.")}
	p.New = look.Field{ID: "code", Label: p.T("exosweb.groups.code"), Hint: p.T("exosweb.groups.code.hint"), Value: typed, Required: true}
	p.Action, p.Verb = groupsRoot+"/rejoindre", p.T("exosweb.groups.join")
	if teaches {
		p.New = look.Field{ID: "nom", Label: p.T("exosweb.groups.name"), Hint: p.T("exosweb.groups.name.hint"), Value: typed, Required: true}
		p.Action, p.Verb = groupsRoot, p.T("exosweb.groups.make")
	}
	if trouble != nil {
		p.New.Error = said(&p.Shell, trouble)
		p.Problems = []look.Problem{{Field: p.New.ID, Text: p.New.Error}}
	}
	return room.groups.Send(w, r, status, p)
}

// mendable reports whether a refusal is of what was typed.
func mendable(err error) bool {
	return fault.Is(err, fault.Invalid) || fault.Is(err, fault.Exhausted)
}

func (room *Room) makeGroup(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	label := r.PostFormValue("nom")
	g, err := room.Classroom.MakeGroup(r.Context(), v, label)
	if mendable(err) {
		return room.sendGroups(w, r, http.StatusUnprocessableEntity, v, label, err)
	}
	if err != nil {
		return err
	}
	return room.done(w, r, groupPath(g.ID), "exosweb.groups.made")
}

func (room *Room) joinGroup(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	code := r.PostFormValue("code")
	_, err := room.Classroom.Join(r.Context(), v, code, httpx.From(r, room.Behind))
	if mendable(err) {
		return room.sendGroups(w, r, http.StatusUnprocessableEntity, v, code, err)
	}
	if err != nil {
		return err
	}
	return room.done(w, r, groupsRoot, "exosweb.groups.joined")
}

func (room *Room) leaveGroup(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	if err := room.Classroom.Remove(r.Context(), v, groupOf(r), v.Learner.ID); err != nil {
		return err
	}
	return room.done(w, r, groupsRoot, "exosweb.groups.left")
}

func groupOf(r *http.Request) classroom.GroupID { return classroom.GroupID(r.PathValue("group")) }

// groupPage is a group that the reader made.
type groupPage struct {
	look.Shell
	Path    string
	Code    string
	Give    string
	Members []memberRow
	Names   namesAt
}

type memberRow struct{ Name, Sub, Plain, ID string }

func (room *Room) showGroup(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	g, members, err := room.Classroom.Group(r.Context(), v, groupOf(r))
	if err != nil {
		return err
	}
	p := &groupPage{Shell: room.Site.Shell(r), Path: groupPath(g.ID), Code: g.Code[:len(g.Code)/2] + " " + g.Code[len(g.Code)/2:], Names: room.names(w)}
	p.Title = g.Label
	p.Crumbs = []look.Link{{Text: p.T("exosweb.nav.groups"), Href: groupsRoot}, {Text: g.Label, Current: true}}
	p.Give = givePath + "?" + url.Values{"a": {audienceValue(g.Cohort())}}.Encode()
	for i, m := range members {
		p.Members = append(p.Members, memberOf(&p.Shell, m, i+1))
	}
	return room.group.Send(w, r, http.StatusOK, p)
}

func (room *Room) renewCode(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	if err := room.Classroom.RenewCode(r.Context(), v, groupOf(r)); err != nil {
		return err
	}
	return room.done(w, r, groupPath(groupOf(r)), "exosweb.groups.renewed")
}

func (room *Room) removeMember(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	if err := room.Classroom.Remove(r.Context(), v, groupOf(r), exos.LearnerID(r.PostFormValue("eleve"))); err != nil {
		return err
	}
	return room.done(w, r, groupPath(groupOf(r)), "exosweb.groups.removed")
}

func (room *Room) dropGroup(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	if err := room.Classroom.DropGroup(r.Context(), v, groupOf(r)); err != nil {
		return err
	}
	return room.done(w, r, groupsRoot, "exosweb.groups.dropped")
}
