package storetest

import (
	"fmt"
	"testing"
	"time"

	"pupitre/exos"
	"pupitre/exos/classroom"
	"pupitre/internal/fault"
)

func sharing(t *testing.T, open Opener) {
	t.Run("a notebook is copied by colleagues of the school or by its code, and the copy is theirs", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		prof, n := w.Own("prof", Keyed("Un", "B"), Keyed("Deux", "A"))
		colleague := w.teacher("colleague")
		claims := Claims("far", exos.Teacher)
		claims.School = "0755678X"
		far := w.Visit(w.Arrive(claims, "sid-far"))
		thing := string(n.ID)
		library := func(v exos.Visitor, want int) {
			t.Helper()
			if all, err := w.Classroom.Library(t.Context(), v); err != nil || len(all) != want {
				t.Errorf("%s finds %+v, %v, want %d", v.Learner.Subject, all, err, want)
			}
		}
		copied := func(v exos.Visitor, code string, want bool) {
			t.Helper()
			id, err := w.Classroom.CopyNotebook(t.Context(), v, thing, code)
			if !want {
				wantCode(t, err, fault.NotFound, "exosclass.share.unknown")
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			c, drafts, err := w.Service.Notebook(t.Context(), v, id)
			if err != nil || c.Title != n.Title || c.Origin != n.Title+", Inès" || c.Module != "" || len(drafts) != 2 || drafts[0].Form.Rows[1].Text != "dort" {
				t.Errorf("%+v, %+v, %v", c, drafts, err)
			}
		}
		share := func(everyone, code bool) classroom.Share {
			t.Helper()
			s, err := w.Classroom.Share(t.Context(), prof, classroom.SharedNotebook, thing, everyone, code)
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
		_, err := w.Classroom.Share(t.Context(), colleague, classroom.SharedNotebook, thing, true, true)
		wantCode(t, err, fault.NotFound, "exos.notebook.unknown")
		_, err = w.Classroom.Library(t.Context(), w.Pupil("ines"))
		wantCode(t, err, fault.Denied, "exos.homework.teachers")
		copied(colleague, "", false)

		share(true, false)
		library(colleague, 1)
		library(prof, 0)
		library(far, 0)
		copied(colleague, "", true)
		copied(far, "", false)

		code := share(false, true).Code
		if again := share(false, true); again.Code != code || len(code) != 8 {
			t.Errorf("the code is %q, then %q", code, again.Code)
		}
		library(colleague, 0)
		copied(colleague, "", false)
		found, err := w.Classroom.SharedUnder(t.Context(), far, " "+code[:4]+"-"+code[4:], "")
		if err != nil || found.Title != n.Title || found.Exercises != 2 || found.Thing != thing {
			t.Errorf("%+v, %v", found, err)
		}
		copied(far, found.Code, true)
		share(false, false)
		_, err = w.Classroom.SharedUnder(t.Context(), far, code, "")
		wantCode(t, err, fault.Invalid, "exosclass.share.code")
		copied(far, code, false)

		// Of a copy of a copy, the first one is told; a notebook that is dropped is shared no more.
		share(true, true)
		if err := w.DropNotebook(t.Context(), prof, n.ID); err != nil {
			t.Fatal(err)
		}
		library(colleague, 0)
		if s, err := w.Classroom.ShareOf(t.Context(), prof, classroom.SharedNotebook, thing); err != nil || s.Thing != "" {
			t.Errorf("%+v, %v", s, err)
		}
	})

	t.Run("a shared homework is begun anew with what its reader may use", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		prof, n := w.Own("prof", Keyed("Un", "B"))
		work := w.Work(2)
		work.Parts = append(work.Parts, exos.Part{Module: n.Module})
		work.Graded = true
		h := w.Give(prof, work)
		colleague := w.teacher("colleague")
		_, _, err := w.Classroom.CopyHomework(t.Context(), colleague, string(h.ID), "")
		wantCode(t, err, fault.NotFound, "exosclass.share.unknown")
		if _, err := w.Classroom.Share(t.Context(), prof, classroom.SharedHomework, string(h.ID), true, false); err != nil {
			t.Fatal(err)
		}
		if all, err := w.Classroom.Library(t.Context(), colleague); err != nil || len(all) != 1 || all[0].Kind != classroom.SharedHomework || all[0].Exercises != 3 {
			t.Errorf("%+v, %v", all, err)
		}
		got, left, err := w.Classroom.CopyHomework(t.Context(), colleague, string(h.ID), "")
		if err != nil || left != 1 || len(got.Parts) != 2 || got.Title != h.Title || !got.Graded || got.ID != "" || len(got.Cohorts) != 0 {
			t.Errorf("%+v, %d, %v", got, left, err)
		}
	})

	t.Run("codes are not guessed: each wrong one makes the next wait longer, for the learner and for the address", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		prof, ines := w.Teacher("prof"), w.Pupil("ines")
		g, err := w.Classroom.MakeGroup(t.Context(), prof, "Soutien")
		if err != nil {
			t.Fatal(err)
		}
		join := func(v exos.Visitor, code, from string) error {
			_, err := w.Classroom.Join(t.Context(), v, code, from)
			return err
		}
		for range 6 {
			wantCode(t, join(ines, "AAAAAA", "192.0.2.1"), fault.Invalid, "exos.group.code")
		}
		wantCode(t, join(ines, g.Code, "192.0.2.2"), fault.Exhausted, "exosclass.wait.seconds")
		if err := join(w.Pupil("tom"), g.Code, "192.0.2.1"); err != nil {
			t.Errorf("a classmate waits: %v", err)
		}
		w.Clock.Pass(16 * time.Second)
		wantCode(t, join(ines, "AAAAAA", ""), fault.Invalid, "exos.group.code")
		w.Clock.Pass(16 * time.Second)
		wantCode(t, join(ines, g.Code, ""), fault.Exhausted, "exosclass.wait.seconds") // twice as long
		w.Clock.Pass(16 * time.Second)
		if err := join(ines, g.Code, ""); err != nil {
			t.Errorf("the right one, after the wait: %v", err)
		}
		// One address, many pupils.
		for i := range 101 {
			wantCode(t, join(w.Pupil(exos.Pseudonym(fmt.Sprint("p", i/5))), "AAAAAA", "192.0.2.3"), fault.Invalid, "exos.group.code")
		}
		wantCode(t, join(w.Pupil("new"), g.Code, "192.0.2.3"), fault.Exhausted, "exosclass.wait.seconds")
		w.Clock.Pass(61 * time.Second)
		if err := join(w.Pupil("new"), g.Code, "192.0.2.3"); err != nil {
			t.Errorf("a minute later: %v", err)
		}
		w.Clock.Pass(48 * time.Hour)
		if n, err := w.Sweep(t.Context()); err != nil || n == 0 {
			t.Errorf("swept %d, %v", n, err)
		}
	})
}
