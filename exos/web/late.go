package web

import (
	"net/http"
	"strconv"

	"pupitre/exos"
	"pupitre/internal/look"
)

// latePage is what came after the end of a homework.
type latePage struct {
	look.Shell
	Path string
	Rows []lateRow
	// Doubts says how many answers of devices wait to be checked, "" for none.
	Doubts string
	Names  namesAt
	Empty  look.Empty
}

// lateRow is one pupil's late work.
type lateRow struct {
	ID, Learner      string
	Name, Sub, Plain string
	Answers          []lateAnswer
	Waits            bool
}

type lateAnswer struct {
	Exercise, At string
	Said         []string
	Accepted     bool
}

func (room *Room) showLate(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	h, late, err := room.Classroom.Late(r.Context(), v, exos.HomeworkID(r.PathValue("homework")))
	if err != nil {
		return err
	}
	p := &latePage{Shell: room.Site.Shell(r), Path: homeworkPath(h.ID) + "/retards", Names: room.names(w)}
	p.Title, p.Lead = p.T("exosclass.late"), p.T("exosclass.late.lead")
	p.Crumbs = []look.Link{{Text: p.T("exosweb.nav.homework"), Href: homeworkRoot}, {Text: h.Title, Href: homeworkPath(h.ID)}, {Text: p.Title, Current: true}}
	if p.Doubts, err = room.doubtful(r, &p.Shell, v, h.ID); err != nil {
		return err
	}
	for i, l := range late {
		row := lateRow{
			ID: "retard-" + strconv.Itoa(i+1), Learner: string(l.Learner), Name: nameOf(&p.Shell, l.Member, l.Number), Sub: string(l.Subject), Plain: p.T("exosweb.pupil", "n", l.Number),
			Waits: l.Waits(),
		}
		for _, a := range l.Answers {
			row.Answers = append(row.Answers, lateAnswer{
				Exercise: p.T("exosweb.exercise.named", "n", a.Task, "title", a.Title), At: p.T("exosclass.late.at", momentOf(&p.Shell, v, a.At)...), Said: a.Said, Accepted: a.Accepted,
			})
		}
		p.Rows = append(p.Rows, row)
	}
	if h.Graded && h.Shown(room.Service.Now()) && len(late) > 0 {
		p.Messages = append(p.Messages, look.Message{Icon: "info", Text: p.T("exosclass.late.shown")})
	}
	p.Empty = look.Empty{Title: p.T("exosclass.late.none.title"), Text: p.T("exosclass.late.none.why"), Action: look.Link{Text: p.T("exosclass.back"), Href: homeworkPath(h.ID)}}
	return room.late.Send(w, r, http.StatusOK, p)
}

func (room *Room) acceptLate(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	id := exos.HomeworkID(r.PathValue("homework"))
	n, err := room.Classroom.Accept(r.Context(), v, id, exos.LearnerID(r.PostFormValue("eleve")))
	if err != nil {
		return err
	}
	word := "exosclass.late.accepted"
	if n == 0 {
		word = "exosclass.late.notry"
	}
	return room.flashed(w, r, homeworkPath(id)+"/retards", word, "n", n)
}
