package storetest

import (
	"slices"
	"testing"
	"time"

	"pupitre/exos"
	"pupitre/exos/qti"
	"pupitre/exos/qti/render"
	"pupitre/internal/fault"
)

func tooLate(t *testing.T, open Opener) {
	t.Run("work that came too late counts once its teacher accepts it, and stays told as late", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		prof, ines, tom := w.Teacher("prof"), w.Pupil("ines"), w.Pupil("tom")
		work := w.Work(2)
		work.Graded = true
		h := w.Give(prof, work)
		first, second := w.Task(ines, h.ID, 0), w.Task(ines, h.ID, 1)
		w.Tell(ines, w.Event(first, exos.Answered, Wrong)) // in time, and its only try
		w.Task(tom, h.ID, 0)
		w.Clock.Pass(49 * time.Hour)
		for _, s := range []exos.Sitting{first, second} {
			if got := w.Tell(ines, w.Event(s, exos.Answered, w.Key(s))); got.Status != exos.Refused || got.Code != "exos.homework.closed" {
				t.Fatalf("%+v", got)
			}
		}
		_, late, err := w.Classroom.Late(t.Context(), prof, h.ID)
		if err != nil || len(late) != 1 || len(late[0].Answers) != 2 || !late[0].Waits() || late[0].Answers[1].Task != 2 || len(late[0].Answers[1].Said) == 0 {
			t.Fatalf("%+v, %v", late, err)
		}
		_, err = w.Classroom.Accept(t.Context(), prof, h.ID, tom.Learner.ID)
		wantCode(t, err, fault.NotFound, "exosclass.late.none")
		_, err = w.Classroom.Accept(t.Context(), w.Teacher("other"), h.ID, ines.Learner.ID)
		wantCode(t, err, fault.NotFound, "exos.homework.unknown")
		before := w.Earned(prof, h.ID)["ines"]
		for i, want := range []int{1, 0} { // the first exercise had no try left; again, nothing is left to accept
			if n, err := w.Classroom.Accept(t.Context(), prof, h.ID, ines.Learner.ID); err != nil || n != want {
				t.Errorf("accepted the %d. time: %d, %v, want %d", i+1, n, err, want)
			}
		}
		if got := w.Earned(prof, h.ID)["ines"]; got != before+second.Max {
			t.Errorf("earned %v, before %v", got, before)
		}
		res, err := w.Classroom.Results(t.Context(), prof, h.ID)
		if err != nil || !res.Rows[0].Late || res.Rows[0].Refused != 1 || !res.Rows[0].Cells[1].Late {
			t.Errorf("%+v, %v", res.Rows[0], err)
		}
		a, err := w.Homework(t.Context(), ines, h.ID)
		if err != nil || !a.Admitted(a.Paper, a.Tasks[1].Work) || a.Admitted(a.Paper, a.Tasks[0].Work) {
			t.Errorf("%+v, %v", a.Tasks, err)
		}
		if s := w.Task(ines, h.ID, 1); !s.Setting.Admitted || !s.Setting.WasLate || s.Setting.Kept != nil || !s.Result.Right {
			t.Errorf("%+v, %+v", s.Setting, s.Result)
		}
	})

	t.Run("no file is handed in after the end, and its teacher sees those that were", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		w.Workshop()
		prof, ines := w.Teacher("prof"), w.Pupil("ines")
		at := slices.IndexFunc(w.Items, func(it *qti.Item) bool { return slices.Contains(it.Interactions, render.TypeUpload) })
		work := w.Work(at + 1)
		work.Parts = work.Parts[at:]
		h, other := w.Give(prof, work), w.Give(prof, work)
		s := w.Task(ines, h.ID, 0)
		file := exos.Handed{Attempt: s.Attempt, Response: "RESPONSE", Name: "page.png", Data: Dot}
		kept, err := w.HandIn(t.Context(), ines, s.Exercise, file)
		if err != nil {
			t.Fatal(err)
		}
		w.Tell(ines, w.Event(s, exos.Answered, Text(s, kept.Word())))
		_, queue, err := w.Classroom.Queue(t.Context(), prof, h.ID)
		if err != nil || len(queue) != 1 || len(queue[0].Files) != 1 || len(queue[0].Said) != 0 || queue[0].Files[0].Name != "page.png" {
			t.Fatalf("%+v, %v", queue, err)
		}
		f := queue[0].Files[0]
		got, err := w.Classroom.Handed(t.Context(), prof, h.ID, f.Learner, f.Attempt, f.Hash)
		if err != nil || string(got.Data) != string(Dot) || got.Media != "image/png" {
			t.Errorf("%+v, %v", got, err)
		}
		if _, err := w.Classroom.Handed(t.Context(), prof, other.ID, f.Learner, f.Attempt, f.Hash); !fault.Is(err, fault.NotFound) {
			t.Errorf("by another homework: %v", err)
		}
		if _, err := w.Classroom.Handed(t.Context(), w.Teacher("other"), h.ID, f.Learner, f.Attempt, f.Hash); !fault.Is(err, fault.NotFound) {
			t.Errorf("another teacher: %v", err)
		}
		w.Clock.Pass(49 * time.Hour)
		file.Data = append(slices.Clone(Dot), 0)
		_, err = w.HandIn(t.Context(), ines, s.Exercise, file)
		wantCode(t, err, fault.Denied, "exos.homework.closed")
	})
}
