package storetest

import (
	"testing"

	"pupitre/exos"
	"pupitre/internal/fault"
)

func hints(t *testing.T, open Opener) {
	t.Run("a teacher gives a hint to everybody, in graded work only where its terms say so", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		with, without := Keyed("Un", "B"), Keyed("Deux", "A")
		with.Hint = "Pense à ce que fait le chat."
		prof, n := w.Own("prof", with, without)
		work := w.Of(n)
		work.Graded = true
		h := w.Give(prof, work)
		ines := w.again("ines", exos.Pupil)
		if s := w.Task(ines, h.ID, 0); s.Hints || s.Setting.Hint != nil {
			t.Errorf("a hint in graded work: %+v", s.Setting)
		}
		first := h.Parts[0].Exercise
		wantCode(t, w.Classroom.Hint(t.Context(), prof, h.ID, first, true), fault.Denied, "exosclass.hint.graded")
		h.Hints = true
		if err := w.Classroom.Change(t.Context(), prof, h); err != nil {
			t.Fatal(err)
		}
		if s := w.Task(ines, h.ID, 0); s.Setting.Hint != nil {
			t.Error("it is given before the teacher gives it")
		}
		wantCode(t, w.Classroom.Hint(t.Context(), prof, h.ID, h.Parts[1].Exercise, true), fault.Conflict, "exosclass.hint.none")
		wantCode(t, w.Classroom.Hint(t.Context(), w.teacher("other"), h.ID, first, true), fault.NotFound, "exos.homework.unknown")
		for _, shown := range []bool{true, true, false, true} {
			if err := w.Classroom.Hint(t.Context(), prof, h.ID, first, shown); err != nil {
				t.Fatal(err)
			}
			if s := w.Task(ines, h.ID, 0); (s.Setting.Hint != nil) != shown {
				t.Errorf("shown: %v, want %v", s.Setting.Hint, shown)
			}
		}
		given, err := w.Classroom.Homework(t.Context(), prof, h.ID)
		if got := given.Hinted(); err != nil || len(got) != 1 || got[0] != 1 {
			t.Errorf("%v, %v", got, err)
		}
		// A change of the homework leaves it as it is.
		next := given.Homework
		next.Title, next.Parts = "Autre titre", []exos.Part{{Module: n.Module, Exercise: first}}
		if err := w.Classroom.Change(t.Context(), prof, next); err != nil {
			t.Fatal(err)
		}
		if s := w.Task(ines, h.ID, 0); s.Setting.Hint == nil {
			t.Error("a change took the hint back")
		}
	})
}
