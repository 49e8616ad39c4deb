package storetest

import (
	"testing"
	"time"

	"pupitre/exos"
	"pupitre/internal/fault"
)

func classroom(t *testing.T, open Opener) {
	class := exos.Cohort{Kind: exos.Class, Code: "5B", Label: "5e B"}

	t.Run("a group counts the pupils who have come", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		w.Pupil("ines")
		w.Pupil("ines")
		tom := Claims("tom", exos.Pupil)
		tom.Cohorts = tom.Cohorts[:1]
		w.Arrive(tom, "s1")
		elsewhere := Claims("lou", exos.Pupil)
		elsewhere.School = "0755678X"
		w.Arrive(elsewhere, "s2")
		groups, err := w.Groups(t.Context(), w.Visit(w.Arrive(Claims("prof", exos.Teacher), "s3")))
		if err != nil || len(groups) != 2 || groups[0].Pupils != 2 || groups[1].Pupils != 1 {
			t.Errorf("got %+v, %v", groups, err)
		}
	})

	t.Run("homework goes from a teacher to the class", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		prof, ines := w.Visit(w.Arrive(Claims("prof", exos.Teacher), "s1")), w.Pupil("ines")
		exercises := w.Exercises(prof)
		h := exos.Homework{
			Cohort: class, Title: "Les classes de mots", Opens: w.Now().Add(time.Hour), Due: w.Now().Add(48 * time.Hour),
			Parts: []exos.Part{{Module: w.Module, Exercise: exercises[0].Exercise}, {Module: w.Module, Exercise: exercises[1].Exercise}},
		}
		if _, err := w.GiveHomework(t.Context(), prof, h); err != nil {
			t.Fatal(err)
		}
		if got, err := w.Homeworks(t.Context(), ines); err != nil || len(got) != 0 {
			t.Errorf("before it opens: %+v, %v", got, err)
		}
		w.Clock.Pass(2 * time.Hour)
		s := w.Sit(ines, 0)
		w.Tell(ines, w.Event(s, exos.Answered, w.Declared(0, s.Seed)))
		got, err := w.Homeworks(t.Context(), ines)
		if err != nil || len(got) != 1 || got[0].Done != 1 || got[0].Total != 2 || got[0].Late || got[0].Success <= 0 || got[0].Success >= 1 {
			t.Errorf("got %+v, %v", got, err)
		}
		w.Clock.Pass(48 * time.Hour)
		if got, err := w.Homeworks(t.Context(), ines); err != nil || len(got) != 1 || !got[0].Late {
			t.Errorf("after it was due: %+v, %v", got, err)
		}
		w.Clock.Pass(20 * 24 * time.Hour)
		if got, err := w.Homeworks(t.Context(), ines); err != nil || len(got) != 0 {
			t.Errorf("long after: %+v, %v", got, err)
		}
	})

	t.Run("who may not give homework is told why", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		prof, ines := w.Visit(w.Arrive(Claims("prof", exos.Teacher), "s1")), w.Pupil("ines")
		good := exos.Homework{Cohort: class, Title: "x", Opens: w.Now(), Due: w.Now().Add(time.Hour), Parts: []exos.Part{{Module: w.Module}}}
		foreign, late, empty, nothing, unknown := good, good, good, good, good
		foreign.Cohort.Code = "4A"
		late.Due = late.Opens
		empty.Parts = nil
		nothing.Title = ""
		unknown.Parts = []exos.Part{{Module: "00000000000000000000"}}
		for _, c := range []struct {
			who  exos.Visitor
			h    exos.Homework
			kind fault.Kind
			code string
		}{
			{ines, good, fault.Denied, "exos.homework.teachers"}, {prof, foreign, fault.Denied, "exos.homework.cohort"},
			{prof, late, fault.Invalid, "exos.homework.due"}, {prof, empty, fault.Invalid, "exos.homework.parts"},
			{prof, nothing, fault.Invalid, "exos.homework.title"}, {prof, unknown, fault.NotFound, "exos.module.unknown"},
		} {
			_, err := w.GiveHomework(t.Context(), c.who, c.h)
			wantCode(t, err, c.kind, c.code)
		}
		if got, err := w.Homeworks(t.Context(), prof); err != nil || len(got) != 0 {
			t.Errorf("refused homework was kept: %+v, %v", got, err)
		}
	})
}
