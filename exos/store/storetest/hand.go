package storetest

import (
	"testing"
	"time"

	"pupitre/exos"
	"pupitre/exos/classroom"
	"pupitre/internal/fault"
)

// essay is a teacher's file with one question that no machine marks, and one that one does.
const essay = `$CATEGORY: Récits

::Un souvenir:: Raconte un souvenir en cinq lignes. {}

::Vrai ou faux:: Un adverbe est invariable. {TRUE}
`

// Essay publishes it, opened by the workbook's own right, and returns its two exercises.
func (w *World) Essay() []exos.Part {
	w.T.Helper()
	p := w.Publish(exos.Package{Data: []byte(essay), ARK: ark, Title: "Récits"})
	var out []exos.Part
	for _, l := range p.Version.Lines {
		out = append(out, exos.Part{Module: p.Module.ID, Exercise: l.Exercise})
	}
	return out
}

// Text is an answer that was written.
func Text(s exos.Sitting, text string) *exos.Answer {
	return &exos.Answer{Responses: []exos.Response{{Identifier: "RESPONSE", Values: []string{text}}}}
}

func hand(t *testing.T, open Opener) {
	t.Run("what no machine marks waits for a hand, and counts once it is marked", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		prof, ines, tom := w.Teacher("prof"), w.Pupil("ines"), w.Pupil("tom")
		work := w.Work(1)
		work.Parts, work.Graded, work.Tries, work.Scale = w.Essay(), true, 3, 20
		h := w.Give(prof, work)
		for _, v := range []exos.Visitor{ines, tom} {
			s := w.Task(v, h.ID, 0)
			if got := w.Tell(v, w.Event(s, exos.Answered, Text(s, "Un jour, à la mer"))); got.Status != exos.Accepted {
				t.Fatalf("%+v", got)
			}
		}
		res, err := w.Classroom.Results(t.Context(), prof, h.ID)
		if err != nil || res.Rows[0].Waiting != 1 || res.Rows[0].Cells[0].State != classroom.Waiting || res.Tasks[0].Max != 20 || res.Tasks[0].Marked != 0 {
			t.Fatalf("%+v, %v", res.Rows, err)
		}
		_, queue, err := w.Classroom.Queue(t.Context(), prof, h.ID)
		if err != nil || len(queue) != 2 || len(queue[0].Said) != 1 || queue[0].Said[0] != "Un jour, à la mer" || queue[0].Scale != 20 {
			t.Fatalf("%+v, %v", queue, err)
		}
		mark := exos.HandMark{Homework: h.ID, Learner: ines.Learner.ID, Exercise: h.Parts[0].Exercise, Points: 15, Remark: "Bien raconté."}
		for _, c := range []struct {
			change func(m *exos.HandMark)
			kind   fault.Kind
			code   string
		}{
			{func(m *exos.HandMark) { m.Points = 20.5 }, fault.Invalid, "exos.hand.points"},
			{func(m *exos.HandMark) { m.Points = -1 }, fault.Invalid, "exos.hand.points"},
			{func(m *exos.HandMark) { m.Exercise = h.Parts[1].Exercise }, fault.Conflict, "exos.hand.nothing"},
			{func(m *exos.HandMark) { m.Learner = prof.Learner.ID }, fault.Conflict, "exos.hand.nothing"},
			{func(m *exos.HandMark) { m.Homework = "0000000000000000000x" }, fault.NotFound, "exos.homework.unknown"},
		} {
			bad := mark
			c.change(&bad)
			wantCode(t, w.Classroom.Mark(t.Context(), prof, bad), c.kind, c.code)
		}
		wantCode(t, w.Classroom.Mark(t.Context(), w.Teacher("other"), mark), fault.NotFound, "exos.homework.unknown")
		if err := w.Classroom.Mark(t.Context(), prof, mark); err != nil {
			t.Fatal(err)
		}
		// Before the results, the pupil sees neither points nor remark.
		if s := w.Task(ines, h.ID, 0); s.Setting.Hand != nil {
			t.Error("the mark is told")
		}
		if got, _ := w.Homework(t.Context(), ines, h.ID); got.Tasks[0].Work.Hand != nil {
			t.Error("the mark is in the pupil's page")
		}
		// Changed since, it waits again.
		s := w.Task(ines, h.ID, 0)
		w.Tell(ines, w.Event(s, exos.Answered, Text(s, "Un jour, à la montagne")))
		_, queue, err = w.Classroom.Queue(t.Context(), prof, h.ID)
		if err != nil || len(queue) != 2 || !queue[0].Waits() || queue[0].Hand == nil || queue[0].Said[0] != "Un jour, à la montagne" {
			t.Errorf("%+v, %v", queue, err)
		}
		mark.Points = 16
		if err := w.Classroom.Mark(t.Context(), prof, mark); err != nil {
			t.Fatal(err)
		}
		_, queue, err = w.Classroom.Queue(t.Context(), prof, h.ID)
		if err != nil || queue[0].Learner != tom.Learner.ID || queue[1].Waits() {
			t.Errorf("who waits is not first: %+v, %v", queue, err)
		}
		w.Clock.Pass(48 * time.Hour)
		got, err := w.Homework(t.Context(), ines, h.ID)
		if most := 20 + got.Tasks[1].Max; err != nil || got.Success != 16/most || got.Tasks[0].Work.Hand.Remark != "Bien raconté." {
			t.Errorf("%+v, %v", got, err)
		}
		if s := w.Task(ines, h.ID, 0); s.Setting.Hand == nil || s.Setting.Hand.Points != 16 || s.Setting.Scale != 20 {
			t.Errorf("%+v", s.Setting)
		}
		res, err = w.Classroom.Results(t.Context(), prof, h.ID)
		if err != nil || res.Tasks[0].Marked != 1 || res.Tasks[0].Mean != 0.8 {
			t.Errorf("%+v, %v", res.Tasks, err)
		}
	})
}
