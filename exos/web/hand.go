package web

import (
	"net/http"
	"strconv"
	"strings"

	"pupitre/exos"
	"pupitre/exos/classroom"
	"pupitre/internal/lang"
	"pupitre/internal/look"
)

// handPage is what a person marks of a homework, exercise by exercise.
type handPage struct {
	look.Shell
	Path    string
	Scripts []scriptRow
	Names   namesAt
	Empty   look.Empty
}

// scriptRow is one answer to mark.
type scriptRow struct {
	ID               string // of its place in the page
	Name, Sub, Plain string
	Exercise         string
	Said             []string
	Files            []scriptFile
	Learner, Task    string
	State            state
	Late             bool
	Points           look.Field
	Remark           look.Field
	Scale            string
}

// scriptFile is a file that an answer is made of.
type scriptFile struct {
	Name, Href, Save string
	Picture          bool
}

func (room *Room) showQueue(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	return room.sendQueue(w, r, http.StatusOK, v, exos.HandMark{}, "", nil)
}

// sendQueue shows the queue. tried is a mark that was refused, as it was typed, and trouble why.
func (room *Room) sendQueue(w http.ResponseWriter, r *http.Request, status int, v exos.Visitor, tried exos.HandMark, typed string, trouble error) error {
	h, scripts, err := room.Classroom.Queue(r.Context(), v, exos.HomeworkID(r.PathValue("homework")))
	if err != nil {
		return err
	}
	p := &handPage{Shell: room.Site.Shell(r), Path: homeworkPath(h.ID) + "/corriger", Names: room.names(w)}
	p.Title = p.T("exosweb.hand.title")
	p.Crumbs = []look.Link{{Text: p.T("exosweb.nav.homework"), Href: homeworkRoot}, {Text: h.Title, Href: homeworkPath(h.ID)}, {Text: p.Title, Current: true}}
	for i, script := range scripts {
		row := room.scriptRow(&p.Shell, h.Homework, script, i+1)
		if trouble != nil && script.Learner == tried.Learner && script.Exercise == tried.Exercise {
			row.Points.Value, row.Remark.Value, row.Points.Error = typed, tried.Remark, said(&p.Shell, trouble)
			p.Problems = []look.Problem{{Field: row.Points.ID, Text: row.Points.Error}}
		}
		p.Scripts = append(p.Scripts, row)
	}
	p.Empty = look.Empty{Title: p.T("exosweb.hand.none"), Text: p.T("exosweb.hand.none.why")}
	return room.hand.Send(w, r, status, p)
}

func (room *Room) scriptRow(s *look.Shell, h exos.Homework, script classroom.Script, n int) scriptRow {
	id := strconv.Itoa(n)
	row := scriptRow{
		ID: "copie-" + id, Name: nameOf(s, script.Member, script.Number), Sub: string(script.Subject), Plain: s.T("exosweb.pupil", "n", script.Number),
		Exercise: s.T("exosweb.exercise.named", "n", script.Task, "title", script.Title), Said: script.Said, Learner: string(script.Learner),
		Task: string(script.Exercise), Late: h.IsLate(script.TaskWork), State: state{s.T("exosweb.hand.todo"), "pen-line", "amber"},
	}
	for _, f := range script.Files {
		href := scriptPath(h.ID, f)
		row.Files = append(row.Files, scriptFile{Name: f.Name, Href: href, Save: href + "?garder", Picture: strings.HasPrefix(f.Media, "image/")})
	}
	scale := lang.Decimal(s.Locale, script.Scale)
	row.Points = look.Field{ID: "points-" + id, Name: "points", Label: s.T("exosweb.hand.points", "max", scale), InputMode: "decimal", Required: true}
	row.Remark = look.Field{ID: "remarque-" + id, Name: "remarque", Label: s.T("exosweb.hand.remark"), Type: "textarea"}
	if m := script.Hand; m != nil {
		row.Points.Value, row.Remark.Value = lang.Decimal(s.Locale, m.Points), m.Remark
		row.State = state{s.T("exosweb.hand.done"), "check", "green"}
		if script.Waits() {
			row.State = state{s.T("exosweb.hand.again"), "pen-line", "amber"}
		}
	}
	return row
}

// markByHand takes one mark. Points are written with a comma or a point.
func (room *Room) markByHand(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	typed := strings.TrimSpace(r.PostFormValue("points"))
	points, err := strconv.ParseFloat(strings.Replace(typed, ",", ".", 1), 64)
	if err != nil {
		points = -1 // is on no scale: the refusal says what is
	}
	m := exos.HandMark{
		Homework: exos.HomeworkID(r.PathValue("homework")), Learner: exos.LearnerID(r.PostFormValue("eleve")),
		Exercise: exos.ExerciseID(r.PostFormValue("exercice")), Points: points, Remark: strings.TrimSpace(r.PostFormValue("remarque")),
	}
	err = room.Classroom.Mark(r.Context(), v, m)
	if mendable(err) {
		return room.sendQueue(w, r, http.StatusUnprocessableEntity, v, m, typed, err)
	}
	if err != nil {
		return err
	}
	return room.done(w, r, homeworkPath(m.Homework)+"/corriger", "exosweb.hand.kept")
}
