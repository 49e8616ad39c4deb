package storetest

import (
	"testing"
	"time"

	"pupitre/exos"
	"pupitre/exos/classroom"
	"pupitre/exos/qti/render"
)

func results(t *testing.T, open Opener) {
	t.Run("results are by pupil and by exercise", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		prof := w.Teacher("prof")
		ines, tom := w.Pupil("ines"), w.Pupil("tom")
		w.Pupil("lou") // never begins
		h := w.Give(prof, w.Work(2))
		for i, v := range []exos.Visitor{ines, tom} {
			s := w.Task(v, h.ID, 0)
			w.Tell(v, w.Event(s, exos.Answered, Other(w, s)))
			if i == 0 {
				w.Tell(v, w.Event(s, exos.Answered, w.Key(s)))
				s = w.Task(v, h.ID, 1)
				w.Tell(v, w.Event(s, exos.Answered, w.Key(s)))
			} else {
				w.Tell(v, w.Event(s, exos.Answered, Other(w, s)))
			}
		}
		res, err := w.Classroom.Results(t.Context(), prof, h.ID)
		if err != nil || len(res.Rows) != 3 || res.Begun != 2 || res.Pupils != 3 {
			t.Fatalf("%+v, %v", res, err)
		}
		by := map[exos.Pseudonym]classroom.PupilResult{}
		for _, r := range res.Rows {
			by[r.Subject] = r
		}
		if r := by["ines"]; r.Success != 1 || r.Done != 2 || r.Cells[0].State != classroom.Right || r.Cells[0].Tries != 2 {
			t.Errorf("ines %+v", r)
		}
		if r := by["tom"]; r.Success != 0 || r.Done != 1 || r.Cells[0].State != classroom.Wrong || r.Cells[1].State != classroom.Todo {
			t.Errorf("tom %+v", r)
		}
		if r := by["lou"]; r.Paper != nil || r.Done != 0 || r.Pace.State != classroom.Absent {
			t.Errorf("lou %+v", r)
		}
		first, second := res.Tasks[0], res.Tasks[1]
		if first.Answered != 2 || first.Right != 1 || first.Mean != 0.5 || first.Drawn != 3 || second.Mean != 1 || second.Answered != 1 {
			t.Errorf("%+v %+v", first, second)
		}
		// Both gave the same wrong answer; tom twice, and he is one.
		if len(first.Wrong) != 1 || first.Wrong[0].Pupils != 2 || first.Wrong[0].Text == "" || first.Wrong[0].Text == Other(w, w.Task(ines, h.ID, 0)).Responses[0].Values[0] {
			t.Errorf("%+v", first.Wrong)
		}
	})

	t.Run("a pace is told by what is done, and by nothing else", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		prof, ines := w.Teacher("prof"), w.Pupil("ines")
		work := w.Work(2)
		work.Tries = 5
		h := w.Give(prof, work)
		pace := func() classroom.Pace {
			res, err := w.Classroom.Results(t.Context(), prof, h.ID)
			if err != nil {
				t.Fatal(err)
			}
			return res.Rows[0].Pace
		}
		want := func(state classroom.PaceState, task int) {
			t.Helper()
			if got := pace(); got.State != state || got.Task != task {
				t.Errorf("%+v, want %s at %d", got, state, task)
			}
		}
		want(classroom.Absent, 0)
		s := w.Task(ines, h.ID, 0)
		want(classroom.Working, 1)
		w.Clock.Pass(4 * time.Minute)
		want(classroom.Idle, 1)
		for range 3 {
			w.Tell(ines, w.Event(s, exos.Answered, Other(w, s)))
		}
		want(classroom.Stuck, 1)
		w.Tell(ines, w.Event(s, exos.Answered, w.Key(s)))
		want(classroom.Working, 1)
		s = w.Task(ines, h.ID, 1)
		want(classroom.Working, 2)
		w.Clock.Pass(20 * time.Minute)
		want(classroom.Away, 2)
		w.Tell(ines, w.Event(s, exos.Answered, w.Key(s)))
		want(classroom.Finished, 2)
	})
}

// Other is a wrong answer that the exercise of a sitting offers: another choice.
func Other(w *World, s exos.Sitting) *exos.Answer {
	w.T.Helper()
	key := w.Key(s).Responses[0]
	for _, n := range choices(s.Tree.Nodes) {
		if n != key.Values[0] {
			return &exos.Answer{Responses: []exos.Response{{Identifier: key.Identifier, Values: []string{n}}}}
		}
	}
	w.T.Fatalf("exercise %s has no choices", s.Title)
	return nil
}

func choices(nodes []render.Node) []string {
	var out []string
	for _, n := range nodes {
		if n.Interaction != nil {
			for _, c := range n.Interaction.Choices {
				out = append(out, c.Identifier)
			}
			out = append(out, choices(n.Interaction.Content)...)
		}
		out = append(out, choices(n.Nodes)...)
	}
	return out
}
