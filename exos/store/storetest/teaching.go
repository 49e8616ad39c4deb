package storetest

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pupitre/exos"
	"pupitre/exos/classroom"
	"pupitre/internal/fault"
)

// Class is 5e B, where everybody is.
var Class = exos.Cohort{Kind: exos.Class, Code: "5B", Label: "5e B"}

// Teacher signs a teacher of 5e B in and enters.
func (w *World) Teacher(subject exos.Pseudonym) exos.Visitor {
	w.T.Helper()
	return w.Visit(w.Arrive(Claims(subject, exos.Teacher), "sid-"+string(subject)))
}

// Work is a homework for 5e B on the first n exercises, open for two days.
func (w *World) Work(n int) exos.Homework {
	w.T.Helper()
	h := exos.Homework{Title: "Les classes de mots", Cohorts: []exos.Cohort{Class}}
	h.Opens, h.Due = w.Clock.Now(), w.Clock.Now().Add(48*time.Hour)
	for _, e := range w.Exercises(w.Teacher("prof"))[:n] {
		h.Parts = append(h.Parts, exos.Part{Module: w.Module, Exercise: e.Exercise})
	}
	return h
}

// Give gives a homework that must be good.
func (w *World) Give(v exos.Visitor, h exos.Homework) exos.Homework {
	w.T.Helper()
	id, err := w.Classroom.Give(w.Context(), v, h)
	if err != nil {
		w.T.Fatalf("give: %v", err)
	}
	given, err := w.Classroom.Homework(w.Context(), v, id)
	if err != nil {
		w.T.Fatalf("find what was given: %v", err)
	}
	return given.Homework
}

// Task opens the n-th exercise, from 0, of a pupil's paper.
func (w *World) Task(v exos.Visitor, h exos.HomeworkID, n int) exos.Sitting {
	w.T.Helper()
	a, err := w.Homework(w.Context(), v, h)
	if err != nil {
		w.T.Fatalf("homework: %v", err)
	}
	s, err := w.OpenTask(w.Context(), v, h, a.Tasks[n].Exercise)
	if err != nil {
		w.T.Fatalf("open task %d: %v", n, err)
	}
	return s
}

// Key is the author's own answer to the exercise of a sitting.
func (w *World) Key(s exos.Sitting) *exos.Answer {
	w.T.Helper()
	for n, e := range w.Exercises(w.Teacher("prof")) {
		if e.Exercise == s.Exercise {
			return w.Declared(n, s.Seed)
		}
	}
	w.T.Fatalf("no exercise %s", s.Exercise)
	return nil
}

func teaching(t *testing.T, open Opener) {
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
		prof := w.Teacher("prof")
		groups, err := w.Classroom.Groups(t.Context(), prof)
		if err != nil || len(groups) != 2 || groups[0].Pupils != 2 || groups[1].Pupils != 1 {
			t.Errorf("got %+v, %v", groups, err)
		}
		members, err := w.Classroom.Members(t.Context(), prof)
		if err != nil || len(members) != 2 || members[0].Subject != "ines" || len(members[0].Cohorts) != 2 || len(members[1].Cohorts) != 1 {
			t.Errorf("got %+v, %v", members, err)
		}
	})

	t.Run("who may not give homework is told why, and nothing is kept", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		prof, ines := w.Teacher("prof"), w.Pupil("ines")
		good := w.Work(2)
		change := func(f func(h *exos.Homework)) exos.Homework {
			h := good
			h.Cohorts, h.Parts = slices.Clone(h.Cohorts), slices.Clone(h.Parts)
			f(&h)
			return h
		}
		for _, c := range []struct {
			who  exos.Visitor
			h    exos.Homework
			kind fault.Kind
			code string
		}{
			{ines, good, fault.Denied, "exos.homework.teachers"},
			{prof, change(func(h *exos.Homework) { h.Cohorts[0].Code = "4A" }), fault.Denied, "exos.homework.cohort"},
			{prof, change(func(h *exos.Homework) { h.Persons = []exos.LearnerID{"nobody"} }), fault.Denied, "exos.homework.person"},
			{prof, change(func(h *exos.Homework) { h.Cohorts = nil }), fault.Invalid, "exos.homework.audience"},
			{prof, change(func(h *exos.Homework) { h.Due = h.Opens }), fault.Invalid, "exos.homework.due"},
			{prof, change(func(h *exos.Homework) { h.Due = h.Opens.AddDate(2, 0, 0) }), fault.Invalid, "exos.homework.span"},
			{prof, change(func(h *exos.Homework) { h.Grace = -time.Hour }), fault.Invalid, "exos.homework.grace"},
			{prof, change(func(h *exos.Homework) { h.Tries = 21 }), fault.Invalid, "exos.homework.tries"},
			{prof, change(func(h *exos.Homework) { h.Limit = 25 * time.Hour }), fault.Invalid, "exos.homework.limit"},
			{prof, change(func(h *exos.Homework) { h.Draw = 3 }), fault.Invalid, "exos.homework.draw"},
			{prof, change(func(h *exos.Homework) { h.Parts = nil }), fault.Invalid, "exos.homework.parts"},
			{prof, change(func(h *exos.Homework) { h.Title = "" }), fault.Invalid, "exos.homework.title"},
			{prof, change(func(h *exos.Homework) { h.Parts[0].Module = "00000000000000000000" }), fault.NotFound, "exos.module.unknown"},
			{prof, change(func(h *exos.Homework) { h.Parts[0].Exercise = "00000000000000000000" }), fault.NotFound, "exos.exercise.unknown"},
		} {
			_, err := w.Classroom.Give(t.Context(), c.who, c.h)
			wantCode(t, err, c.kind, c.code)
		}
		w.Broker.Give(nil)
		_, err := w.Classroom.Give(t.Context(), w.Teacher("prof"), good)
		wantCode(t, err, fault.Denied, "exos.right.none")
		if got, err := w.Classroom.List(t.Context(), prof); err != nil || len(got) != 0 {
			t.Errorf("refused homework was kept: %+v, %v", got, err)
		}
	})

	t.Run("a module given whole is its exercises, each once", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		h := w.Work(1)
		h.Parts = append(h.Parts, exos.Part{Module: w.Module})
		if got := w.Give(w.Teacher("prof"), h); len(got.Parts) != 24 {
			t.Errorf("%d exercises", len(got.Parts))
		}
	})

	t.Run("a homework is its author's alone", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		h := w.Give(w.Teacher("prof"), w.Work(2))
		for name, who := range map[string]exos.Visitor{"colleague": w.Teacher("other"), "pupil": w.Pupil("ines")} {
			for way, err := range map[string]error{
				"find":     second(w.Classroom.Homework(t.Context(), who, h.ID)),
				"results":  second(w.Classroom.Results(t.Context(), who, h.ID)),
				"versions": second(w.Classroom.Versions(t.Context(), who, h.ID)),
				"change":   w.Classroom.Change(t.Context(), who, h),
				"withdraw": w.Classroom.Withdraw(t.Context(), who, h.ID),
				"return":   w.Classroom.Return(t.Context(), who, h.ID),
			} {
				if fault.CodeOf(err) != "exos.homework.unknown" {
					t.Errorf("%s, %s: %v", name, way, err)
				}
			}
		}
	})

	t.Run("a homework changes after it was given: its versions stay, and so does what pupils did", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		prof, ines := w.Teacher("prof"), w.Pupil("ines")
		h := w.Give(prof, w.Work(3))
		s := w.Task(ines, h.ID, 0)
		w.Tell(ines, w.Event(s, exos.Answered, w.Key(s)))
		open := w.Task(ines, h.ID, 2)
		next := h
		next.Title, next.Parts, next.Due = "Autre titre", h.Parts[:2], h.Due.Add(time.Hour)
		if err := w.Classroom.Change(t.Context(), prof, next); err != nil {
			t.Fatal(err)
		}
		wantCode(t, w.Classroom.Change(t.Context(), prof, next), fault.Conflict, "exos.homework.changed")
		got, err := w.Homework(t.Context(), ines, h.ID)
		if err != nil || got.Title != "Autre titre" || got.Version != 2 || got.Done != 1 || got.Total != 2 {
			t.Errorf("%+v, %v", got, err)
		}
		// An exercise that was taken out while the pupil's page was open: the answer is kept, and told.
		if v := w.Tell(ines, w.Event(open, exos.Answered, w.Key(open))); v.Status != exos.Refused || v.Code != "exos.homework.removed" {
			t.Errorf("%+v", v)
		}
		versions, err := w.Classroom.Versions(t.Context(), prof, h.ID)
		if err != nil || len(versions) != 2 || versions[0].Title != "Autre titre" || versions[1].Title != h.Title || len(versions[1].Parts) != 3 {
			t.Errorf("%+v, %v", versions, err)
		}
		graded := got.Homework
		graded.Graded = true
		wantCode(t, w.Classroom.Change(t.Context(), prof, graded), fault.Conflict, "exos.homework.begun")
		wantCode(t, w.Classroom.Withdraw(t.Context(), prof, h.ID), fault.Conflict, "exos.homework.kept")
	})

	t.Run("an author who has lost a class may still change what they gave it", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		h := w.Give(w.Teacher("prof"), w.Work(1))
		moved := Claims("prof", exos.Teacher)
		moved.Cohorts = []exos.Cohort{{Kind: exos.Class, Code: "3A", Label: "3e A"}}
		prof := w.Visit(w.Arrive(moved, "sid2"))
		h.Title = "Autre"
		if err := w.Classroom.Change(t.Context(), prof, h); err != nil {
			t.Error(err)
		}
	})

	t.Run("a homework that nobody has begun is taken back", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		prof, ines := w.Teacher("prof"), w.Pupil("ines")
		h := w.Give(prof, w.Work(1))
		if err := w.Classroom.Withdraw(t.Context(), prof, h.ID); err != nil {
			t.Fatal(err)
		}
		_, err := w.Homework(t.Context(), ines, h.ID)
		wantCode(t, err, fault.NotFound, "exos.homework.unknown")
	})

	t.Run("graded work that has closed is never opened again", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		prof := w.Teacher("prof")
		work := w.Work(1)
		work.Graded = true
		h := w.Give(prof, work)
		w.Clock.Pass(72 * time.Hour)
		h.Due = w.Clock.Now().Add(24 * time.Hour)
		wantCode(t, w.Classroom.Change(t.Context(), prof, h), fault.Conflict, "exos.homework.reopened")
	})

	t.Run("a group made here is joined by its code, at its own school", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		prof, ines := w.Teacher("prof"), w.Pupil("ines")
		_, err := w.Classroom.MakeGroup(t.Context(), ines, "x")
		wantCode(t, err, fault.Denied, "exos.homework.teachers")
		_, err = w.Classroom.MakeGroup(t.Context(), prof, "  ")
		wantCode(t, err, fault.Invalid, "exos.group.label")
		g, err := w.Classroom.MakeGroup(t.Context(), prof, " Soutien  du jeudi ")
		if err != nil || g.Label != "Soutien du jeudi" || len(g.Code) != 6 {
			t.Fatalf("%+v, %v", g, err)
		}
		for _, wrong := range []string{"", "AAAAAA", g.Code + "2", "1" + g.Code[1:]} {
			_, err := w.Classroom.Join(t.Context(), ines, wrong, "")
			wantCode(t, err, fault.Invalid, "exos.group.code")
		}
		elsewhere := Claims("lou", exos.Pupil)
		elsewhere.School = "0755678X"
		_, err = w.Classroom.Join(t.Context(), w.Visit(w.Arrive(elsewhere, "s2")), g.Code, "")
		wantCode(t, err, fault.Invalid, "exos.group.code")
		_, err = w.Classroom.Join(t.Context(), prof, g.Code, "")
		wantCode(t, err, fault.Denied, "exos.group.pupils")
		for range 2 { // joined twice is joined
			if _, err := w.Classroom.Join(t.Context(), ines, " "+strings.ToLower(g.Code[:3])+"-"+g.Code[3:], ""); err != nil {
				t.Fatal(err)
			}
		}
		// What the next sign-in tells of classes leaves it alone.
		moved := Claims("ines", exos.Pupil)
		moved.Cohorts = moved.Cohorts[:1]
		ines = w.Visit(w.Arrive(moved, "s3"))
		if !slices.Contains(ines.Learner.Cohorts, g.Cohort()) {
			t.Errorf("%+v", ines.Learner.Cohorts)
		}
		prof = w.Teacher("prof")
		_, members, err := w.Classroom.Group(t.Context(), prof, g.ID)
		if err != nil || len(members) != 1 || members[0].Subject != "ines" {
			t.Errorf("%+v, %v", members, err)
		}
		_, _, err = w.Classroom.Group(t.Context(), w.Teacher("other"), g.ID)
		wantCode(t, err, fault.NotFound, "exos.group.unknown")
		work := w.Work(1)
		work.Cohorts = []exos.Cohort{g.Cohort()}
		h := w.Give(prof, work)
		w.Task(ines, h.ID, 0)
		_, err = w.Homework(t.Context(), w.Pupil("tom"), h.ID)
		wantCode(t, err, fault.NotFound, "exos.homework.unknown")
		// Another code, and the old one is nobody's.
		if err := w.Classroom.RenewCode(t.Context(), prof, g.ID); err != nil {
			t.Fatal(err)
		}
		_, err = w.Classroom.Join(t.Context(), w.Pupil("tom"), g.Code, "")
		wantCode(t, err, fault.Invalid, "exos.group.code")
		wantCode(t, w.Classroom.Remove(t.Context(), w.Pupil("tom"), g.ID, ines.Learner.ID), fault.NotFound, "exos.group.unknown")
		if err := w.Classroom.Remove(t.Context(), prof, g.ID, ines.Learner.ID); err != nil {
			t.Fatal(err)
		}
		ines = w.Visit(w.Arrive(moved, "s4"))
		if slices.Contains(ines.Learner.Cohorts, g.Cohort()) {
			t.Error("still in the group")
		}
		w.Task(ines, h.ID, 0) // begun, it stays hers
		if err := w.Classroom.DropGroup(t.Context(), prof, g.ID); err != nil {
			t.Fatal(err)
		}
		_, _, err = w.Classroom.Group(t.Context(), prof, g.ID)
		wantCode(t, err, fault.NotFound, "exos.group.unknown")
	})

	t.Run("stages follow the clock", func(t *testing.T) {
		t.Parallel()
		at := time.Date(2026, 11, 27, 8, 0, 0, 0, time.UTC)
		h := exos.Homework{Terms: exos.Terms{Opens: at, Due: at.Add(time.Hour), Grace: time.Hour, Graded: true, Held: true}}
		for after, want := range map[time.Duration]classroom.Stage{
			-time.Second: classroom.Ahead, 0: classroom.Open, time.Hour - time.Second: classroom.Open, time.Hour: classroom.Grace, 2 * time.Hour: classroom.Closed,
		} {
			if got := classroom.StageOf(h, at.Add(after)); got != want {
				t.Errorf("%s: %s, want %s", after, got, want)
			}
		}
		h.ReturnedAt = at.Add(3 * time.Hour)
		if got := classroom.StageOf(h, at.Add(4*time.Hour)); got != classroom.Shown {
			t.Errorf("given back: %s", got)
		}
	})
}
