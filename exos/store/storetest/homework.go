package storetest

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"pupitre/exos"
	"pupitre/exos/qti"
	"pupitre/exos/qti/render"
	"pupitre/internal/fault"
)

func homework(t *testing.T, open Opener) {
	t.Run("what only its publisher can play is no graded work", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		w.Workshop()
		work := w.Work(len(w.Items))
		n := slices.IndexFunc(w.Items, func(it *qti.Item) bool { return slices.Contains(it.Interactions, render.TypeCustom) })
		work.Parts = work.Parts[n : n+1]
		w.Give(w.Teacher("prof"), work) // in training it may be read, and says why it is not done here
		work.Graded = true
		_, err := w.Classroom.Give(t.Context(), w.Teacher("prof"), work)
		wantCode(t, err, fault.Invalid, "exos.homework.unplayable")
	})

	t.Run("homework goes from a teacher to the class", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		prof, ines := w.Teacher("prof"), w.Pupil("ines")
		work := w.Work(2)
		work.Opens = w.Now().Add(time.Hour)
		h := w.Give(prof, work)
		if got, err := w.Homeworks(t.Context(), ines); err != nil || len(got) != 0 {
			t.Errorf("before it opens: %+v, %v", got, err)
		}
		_, err := w.Homework(t.Context(), ines, h.ID)
		wantCode(t, err, fault.NotFound, "exos.homework.unknown")
		w.Clock.Pass(2 * time.Hour)
		s := w.Task(ines, h.ID, 0)
		w.Tell(ines, w.Event(s, exos.Answered, w.Key(s)))
		got, err := w.Homeworks(t.Context(), ines)
		if err != nil || len(got) != 1 || got[0].Done != 1 || got[0].Total != 2 || got[0].Late || got[0].Success <= 0 || got[0].Success >= 1 {
			t.Errorf("got %+v, %v", got, err)
		}
		w.Clock.Pass(48 * time.Hour)
		if got, err := w.Homeworks(t.Context(), ines); err != nil || len(got) != 1 || !got[0].Late || !got[0].Over {
			t.Errorf("after it was due: %+v, %v", got, err)
		}
		w.Clock.Pass(150 * 24 * time.Hour)
		if got, err := w.Homeworks(t.Context(), ines); err != nil || len(got) != 0 {
			t.Errorf("long after: %+v, %v", got, err)
		}
	})

	t.Run("homework for one pupil is that pupil's, and ends with them", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		prof, ines, tom := w.Teacher("prof"), w.Pupil("ines"), w.Pupil("tom")
		work := w.Work(1)
		work.Cohorts, work.Persons = nil, []exos.LearnerID{ines.Learner.ID}
		h := w.Give(prof, work)
		w.Task(ines, h.ID, 0)
		_, err := w.Homework(t.Context(), tom, h.ID)
		wantCode(t, err, fault.NotFound, "exos.homework.unknown")
		if got, err := w.Homeworks(t.Context(), tom); err != nil || len(got) != 0 {
			t.Errorf("%+v, %v", got, err)
		}
		if _, err := w.Heed(t.Context(), exos.Notice{Issuer: issuer, ID: "1", Ends: w.Now().Add(time.Hour), Kind: exos.PersonErased, Subject: "ines"}); err != nil {
			t.Fatal(err)
		}
		given, err := w.Classroom.Homework(t.Context(), prof, h.ID)
		if err != nil || len(given.Persons) != 0 || given.Begun != 0 {
			t.Errorf("%+v, %v", given, err)
		}
	})

	t.Run("work in a homework and in its module are two", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		prof, ines := w.Teacher("prof"), w.Pupil("ines")
		h := w.Give(prof, w.Work(1))
		alone := w.Sit(ines, 0)
		w.Tell(ines, w.Event(alone, exos.Answered, Wrong))
		s := w.Task(ines, h.ID, 0)
		if s.Attempt == alone.Attempt || s.Setting == nil || s.Result != nil || alone.Setting != nil {
			t.Errorf("%+v", s.Setting)
		}
		w.Tell(ines, w.Event(s, exos.Answered, w.Key(s)))
		if again := w.Sit(ines, 0); again.Attempt != alone.Attempt {
			t.Error("the module opens the homework's attempt")
		}
		// Training counts in the module, too.
		if mark := w.Exercises(ines)[0].Mark; mark == nil || mark.Best != s.Max || mark.Tries != 2 {
			t.Errorf("%+v", mark)
		}
	})

	t.Run("attempts and tries are as given", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		ines := w.Pupil("ines")
		work := w.Work(1)
		work.Tries, work.Attempts = 2, 2
		h := w.Give(w.Teacher("prof"), work)
		for i, last := range []bool{false, true} {
			s := w.Task(ines, h.ID, 0)
			if s.Tries != 2 || s.Ended {
				t.Fatalf("attempt %d: %d tries, ended %v", i, s.Tries, s.Ended)
			}
			w.Tell(ines, w.Event(s, exos.Answered, Wrong))
			if v := w.Tell(ines, w.Event(s, exos.Answered, w.Key(s))); !v.Result.Ended {
				t.Errorf("%+v", v.Result)
			}
			_, err := w.TaskAgain(t.Context(), ines, h.ID, s.Exercise)
			if last {
				wantCode(t, err, fault.Denied, "exos.homework.once")
			} else if err != nil {
				t.Fatal(err)
			}
		}
		got, err := w.Homework(t.Context(), ines, h.ID)
		if err != nil || got.Success != 1 || got.Tasks[0].Work.Attempts != 2 || got.Tasks[0].Work.Tries != 4 {
			t.Errorf("%+v, %v", got, err)
		}
	})

	t.Run("a draw is each pupil's own, always the same, and keeps what was begun", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		prof := w.Teacher("prof")
		work := w.Work(12)
		work.Draw, work.Shuffled = 4, true
		h := w.Give(prof, work)
		papers := map[string]bool{}
		for _, who := range []exos.Pseudonym{"ines", "tom", "lou", "zoe"} {
			v := w.Pupil(who)
			first, err := w.Homework(t.Context(), v, h.ID)
			if err != nil || first.Total != 4 {
				t.Fatalf("%+v, %v", first, err)
			}
			again, _ := w.Homework(t.Context(), v, h.ID)
			if !slices.EqualFunc(first.Tasks, again.Tasks, func(a, b exos.Task) bool { return a.Exercise == b.Exercise }) {
				t.Error("the draw changed by being looked at")
			}
			key := ""
			for _, task := range first.Tasks {
				key += string(task.Exercise)
			}
			papers[key] = true
		}
		if len(papers) < 2 {
			t.Error("all papers are the same")
		}
		ines := w.Pupil("ines")
		s := w.Task(ines, h.ID, 3)
		h.Draw = 1
		if err := w.Classroom.Change(t.Context(), prof, h); err != nil {
			t.Fatal(err)
		}
		got, err := w.Homework(t.Context(), ines, h.ID)
		if err != nil || got.Total != 1 || got.Tasks[0].Exercise != s.Exercise {
			t.Errorf("%+v, %v", got, err)
		}
		// What is not in the paper does not open.
		for _, p := range h.Parts {
			if p.Exercise != s.Exercise {
				_, err := w.OpenTask(t.Context(), ines, h.ID, p.Exercise)
				wantCode(t, err, fault.NotFound, "exos.exercise.unknown")
			}
		}
	})

	t.Run("alike is the same draw and the same numbers for all", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		work := w.Work(12)
		work.Draw, work.Shuffled, work.Alike = 4, true, true
		h := w.Give(w.Teacher("prof"), work)
		var first exos.Sitting
		for i, who := range []exos.Pseudonym{"ines", "tom", "lou"} {
			s := w.Task(w.Pupil(who), h.ID, 2)
			if i == 0 {
				first = s
			} else if s.Exercise != first.Exercise || s.Seed != first.Seed {
				t.Errorf("%s has another exercise or another seed", who)
			}
		}
	})

	t.Run("an answer in the grace counts, once, and is late", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		prof, ines := w.Teacher("prof"), w.Pupil("ines")
		work := w.Work(1)
		work.Grace = 24 * time.Hour
		h := w.Give(prof, work)
		s := w.Task(ines, h.ID, 0)
		w.Clock.Pass(49 * time.Hour)
		e := w.Event(s, exos.Answered, w.Key(s))
		if v := w.Tell(ines, e); v.Status != exos.Accepted || !v.Result.Late {
			t.Errorf("%+v", v)
		}
		w.Clock.Pass(48 * time.Hour)
		if v := w.Tell(ines, e); v.Status != exos.Duplicate || v.Code != "" { // sent again after the end: it was taken, and stays so
			t.Errorf("%+v", v)
		}
		got := w.Task(ines, h.ID, 0)
		if !got.Setting.WasLate || !got.Closed || got.Setting.Over == nil {
			t.Errorf("%+v", got.Setting)
		}
		res, err := w.Classroom.Results(t.Context(), prof, h.ID)
		if err != nil || !res.Rows[0].Late || !res.Rows[0].Cells[0].Late || res.Rows[0].Cells[0].Tries != 1 {
			t.Errorf("%+v, %v", res.Rows, err)
		}
	})

	t.Run("an answer after the end is kept, told to both, and counts for nothing", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		prof, ines := w.Teacher("prof"), w.Pupil("ines")
		h := w.Give(prof, w.Work(2))
		s := w.Task(ines, h.ID, 0)
		w.Tell(ines, w.Event(s, exos.Answered, Wrong))
		w.Clock.Pass(48 * time.Hour)
		e := w.Event(s, exos.Answered, w.Key(s))
		for range 2 {
			if v := w.Tell(ines, e); v.Code != "exos.homework.closed" || v.Result != nil {
				t.Errorf("%+v", v)
			}
		}
		got := w.Task(ines, h.ID, 0)
		if got.Setting.Kept == nil || got.Setting.Kept.ID != e.ID || got.Result == nil || got.Result.Right {
			t.Errorf("%+v", got.Setting)
		}
		res, err := w.Classroom.Results(t.Context(), prof, h.ID)
		if err != nil || res.Rows[0].Refused != 1 || res.Rows[0].Earned != 0 || res.Rows[0].Late {
			t.Errorf("%+v, %v", res.Rows, err)
		}
		_, err = w.OpenTask(t.Context(), ines, h.ID, h.Parts[1].Exercise) // nothing of one's own to read there
		wantCode(t, err, fault.Denied, "exos.homework.closed")
	})

	t.Run("a limit runs from the pupil's own beginning", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		ines := w.Pupil("ines")
		work := w.Work(1)
		work.Limit = 30 * time.Minute
		h := w.Give(w.Teacher("prof"), work)
		_, err := w.OpenTask(t.Context(), ines, h.ID, h.Parts[0].Exercise)
		wantCode(t, err, fault.Conflict, "exos.homework.begin")
		w.Clock.Pass(time.Hour)
		for range 2 { // begun twice, the first counts
			if err := w.BeginHomework(t.Context(), ines, h.ID); err != nil {
				t.Fatal(err)
			}
			w.Clock.Pass(20 * time.Minute)
		}
		_, err = w.OpenTask(t.Context(), ines, h.ID, h.Parts[0].Exercise)
		wantCode(t, err, fault.Denied, "exos.homework.time")
		tom := w.Pupil("tom")
		if err := w.BeginHomework(t.Context(), tom, h.ID); err != nil {
			t.Fatal(err)
		}
		s := w.Task(tom, h.ID, 0)
		w.Clock.Pass(30 * time.Minute)
		if v := w.Tell(tom, w.Event(s, exos.Answered, w.Key(s))); v.Code != "exos.homework.time" || !slices.Equal(v.Params, []string{"title", h.Title, "n", "30"}) {
			t.Errorf("%+v", v)
		}
	})

	t.Run("graded: nothing is told before the results, and all of it after", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		prof, ines := w.Teacher("prof"), w.Pupil("ines")
		work := w.Work(2)
		work.Graded, work.Tries = true, 2
		h := w.Give(prof, work)
		s := w.Task(ines, h.ID, 0)
		if s.Hints {
			t.Error("a hint is offered")
		}
		for _, k := range []exos.Kind{exos.Hinted, exos.Solved} {
			if v := w.Tell(ines, w.Event(s, k, nil)); v.Code != "exos.homework.graded" || v.Hint != nil || v.Corrected != nil {
				t.Errorf("%s: %+v", k, v)
			}
		}
		right := w.Event(s, exos.Answered, w.Key(s))
		for _, status := range []exos.Status{exos.Accepted, exos.Duplicate} {
			v := w.Tell(ines, right)
			if v.Status != status || !v.Result.Veiled || v.Result.Right || v.Result.Scored || v.Result.Score != 0 || v.Result.Ended ||
				len(v.Result.Judged)+len(v.Result.Shown)+len(v.Result.Feedback)+len(v.Result.Outcomes) > 0 {
				t.Errorf("%+v", v.Result)
			}
		}
		w.Tell(ines, w.Event(s, exos.Answered, Wrong)) // the last answer counts
		got, err := w.Homework(t.Context(), ines, h.ID)
		if err != nil || got.Visible || got.Success != 0 || got.Tasks[0].Work.Best != 0 {
			t.Errorf("%+v, %v", got, err)
		}
		if mark := w.Exercises(ines)[0].Mark; mark != nil {
			t.Errorf("the module tells %+v", mark)
		}
		lines, err := w.History(t.Context(), ines, "", 10)
		if err != nil || len(lines) != 2 || !lines[0].Veiled || lines[1].Score != 0 || lines[1].Scored {
			t.Errorf("history %+v, %v", lines, err)
		}
		w.Clock.Pass(48 * time.Hour)
		after := w.Task(ines, h.ID, 0)
		if after.Result.Veiled || after.Result.Right || after.Corrected == nil || !after.Closed {
			t.Errorf("%+v", after)
		}
		got, err = w.Homework(t.Context(), ines, h.ID)
		if err != nil || !got.Visible || got.Success != 0 || got.Done != 1 {
			t.Errorf("%+v, %v", got, err)
		}
	})

	t.Run("held results wait until the papers are given back", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		prof, ines := w.Teacher("prof"), w.Pupil("ines")
		work := w.Work(1)
		work.Graded, work.Held = true, true
		h := w.Give(prof, work)
		s := w.Task(ines, h.ID, 0)
		w.Tell(ines, w.Event(s, exos.Answered, w.Key(s)))
		wantCode(t, w.Classroom.Return(t.Context(), prof, h.ID), fault.Conflict, "exos.homework.return")
		w.Clock.Pass(48 * time.Hour)
		if got := w.Task(ines, h.ID, 0); !got.Result.Veiled || got.Corrected != nil {
			t.Errorf("%+v", got.Result)
		}
		if err := w.Classroom.Return(t.Context(), prof, h.ID); err != nil {
			t.Fatal(err)
		}
		if got := w.Task(ines, h.ID, 0); got.Result.Veiled || !got.Result.Right || got.Corrected == nil {
			t.Errorf("%+v", got.Result)
		}
		wantCode(t, w.Classroom.Return(t.Context(), prof, h.ID), fault.Conflict, "exos.homework.return")
	})

	t.Run("what is graded is closed in its module for as long, to those who have it", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		prof, ines := w.Teacher("prof"), w.Pupil("ines")
		before := w.Sit(ines, 0)
		for range 3 {
			w.Tell(ines, w.Event(before, exos.Answered, Wrong))
		}
		w.Tell(ines, w.Event(before, exos.Solved, nil)) // the corrigé stands in their own work
		other := w.Sit(ines, 1)
		work := w.Work(2)
		work.Graded = true
		h := w.Give(prof, work)
		for way, err := range map[string]error{
			"open": second(w.OpenExercise(t.Context(), ines, before.Exercise)), "again": second(w.TryAgain(t.Context(), ines, before.Exercise)),
			"review": second(w.Review(t.Context(), ines, before.Exercise)),
		} {
			if fault.CodeOf(err) != "exos.homework.withheld" {
				t.Errorf("%s: %v", way, err)
			}
		}
		for _, k := range []exos.Kind{exos.Answered, exos.Hinted, exos.Solved} {
			a := w.Key(other)
			if k != exos.Answered {
				a = nil
			}
			if v := w.Tell(ines, w.Event(other, k, a)); v.Code != "exos.homework.withheld" {
				t.Errorf("%s: %+v", k, v)
			}
		}
		w.Sit(ines, 2)
		w.Sit(w.Teacher("prof"), 0)
		elsewhere := Claims("lou", exos.Pupil)
		elsewhere.Cohorts = nil
		w.Sit(w.Visit(w.Arrive(elsewhere, "s9")), 0)
		w.Clock.Set(h.Closes())
		if got := w.Sit(ines, 0); got.Corrected == nil {
			t.Error("after the end, own work is not what it was")
		}
	})

	t.Run("what is graded is closed in other homework, too, and nothing that was told there is told again", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		prof, ines := w.Teacher("prof"), w.Pupil("ines")
		training := w.Give(prof, w.Work(1))
		s := w.Task(ines, training.ID, 0)
		right, solved := w.Event(s, exos.Answered, w.Key(s)), w.Event(s, exos.Solved, nil)
		w.Tell(ines, right)
		if v := w.Tell(ines, solved); v.Corrected == nil {
			t.Fatalf("%+v", v)
		}
		work := w.Work(1)
		work.Graded = true
		h := w.Give(prof, work)
		_, err := w.OpenTask(t.Context(), ines, training.ID, s.Exercise)
		wantCode(t, err, fault.Denied, "exos.homework.withheld")
		if v := w.Tell(ines, solved); v.Status != exos.Duplicate || v.Corrected != nil {
			t.Errorf("the corrigé is told again: %+v", v)
		}
		if v := w.Tell(ines, right); v.Status != exos.Duplicate || !v.Result.Veiled || v.Result.Right {
			t.Errorf("%+v", v.Result)
		}
		w.Task(ines, h.ID, 0)
		w.Clock.Set(h.Closes())
		if v := w.Tell(ines, solved); v.Corrected == nil {
			t.Error("it stays silent after the end")
		}
	})

	t.Run("no byte told in graded work holds a key", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		ines := w.Pupil("ines")
		work := w.Work(1)
		work.Parts = []exos.Part{{Module: w.Module}}
		work.Graded, work.Tries = true, 3
		h := w.Give(w.Teacher("prof"), work)
		for n, p := range h.Parts {
			s := w.Task(ines, h.ID, n)
			told := []any{s}
			for _, a := range []*exos.Answer{Wrong, w.Declared(n, s.Seed)} {
				told = append(told, w.Tell(ines, w.Event(s, exos.Answered, a)))
			}
			told = append(told, w.Tell(ines, w.Event(s, exos.Solved, nil)))
			secrets := Secrets(w.Items[n])
			for i, what := range told {
				text, err := json.Marshal(what)
				if err != nil {
					t.Fatal(err)
				}
				for _, secret := range secrets {
					if strings.Contains(string(text), secret) {
						t.Errorf("%s, part %d says %q", p.Exercise, i, secret)
					}
				}
			}
		}
	})

	t.Run("a right that ends closes homework, and own work stays readable", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		ines := w.Pupil("ines")
		h := w.Give(w.Teacher("prof"), w.Work(2))
		s := w.Task(ines, h.ID, 0)
		w.Tell(ines, w.Event(s, exos.Answered, Wrong))
		key := w.Key(s)
		w.Broker.Give(nil)
		ines = w.Pupil("ines")
		if got := w.Task(ines, h.ID, 0); !got.Closed || got.Result == nil || fault.CodeOf(got.Setting.Over) != "exos.right.none" {
			t.Errorf("%+v", got.Setting)
		}
		if v := w.Tell(ines, w.Event(s, exos.Answered, key)); v.Code != "exos.right.none" {
			t.Errorf("%+v", v)
		}
		_, err := w.OpenTask(t.Context(), ines, h.ID, h.Parts[1].Exercise)
		wantCode(t, err, fault.Denied, "exos.right.none")
	})

	t.Run("who leaves the class keeps what they did there", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		ines := w.Pupil("ines")
		h := w.Give(w.Teacher("prof"), w.Work(1))
		w.Task(ines, h.ID, 0)
		gone := Claims("ines", exos.Pupil)
		gone.Cohorts = nil
		ines = w.Visit(w.Arrive(gone, "s2"))
		w.Task(ines, h.ID, 0)
		gone.Subject = "tom"
		_, err := w.Homework(t.Context(), w.Visit(w.Arrive(gone, "s3")), h.ID)
		wantCode(t, err, fault.NotFound, "exos.homework.unknown")
	})

	t.Run("32 tabs that begin at once are one paper and one attempt", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		ines := w.Pupil("ines")
		h := w.Give(w.Teacher("prof"), w.Work(1))
		seen := map[exos.AttemptID]bool{}
		for _, s := range atOnce(func(int) exos.Sitting {
			s, err := w.OpenTask(t.Context(), ines, h.ID, h.Parts[0].Exercise)
			if err != nil {
				t.Error(err)
			}
			return s
		}) {
			seen[s.Attempt] = true
		}
		if len(seen) != 1 {
			t.Errorf("%d attempts", len(seen))
		}
	})
}
