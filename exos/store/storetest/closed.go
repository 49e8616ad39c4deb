package storetest

import (
	"testing"
	"time"

	"pupitre/exos"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
)

func closed(t *testing.T, open Opener) {
	// ended is a world where a pupil has answered the first exercise, and where the right is over since.
	ended := func(t *testing.T) (*World, exos.Visitor, exos.Sitting) {
		w := NewWorld(t, open)
		v := w.Pupil("ines")
		s := w.Sit(v, 0)
		w.Tell(v, w.Event(s, exos.Answered, Wrong))
		w.Clock.Set(lastDay.End(clock.ZoneOfUAI(school)))
		return w, w.Pupil("ines"), s
	}

	t.Run("a module closes at the end of its last day at the school", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		w.Clock.Set(lastDay.End(clock.ZoneOfUAI(school)).Add(-time.Second))
		v := w.Pupil("ines")
		w.Sit(v, 0)
		w.Clock.Pass(time.Second)
		_, err := w.OpenExercise(t.Context(), v, w.Exercises(v)[1].Exercise)
		wantCode(t, err, fault.Denied, "exos.right.expired")
	})

	t.Run("without a right nothing opens, by any way", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		e := w.Exercises(w.Pupil("ines"))[0].Exercise
		w.Broker.Give(nil)
		v := w.Pupil("tom")
		cards, err := w.Modules(t.Context(), v)
		if err != nil || len(cards) != 0 {
			t.Errorf("cards %+v, %v", cards, err)
		}
		for way, err := range map[string]error{
			"launch":   second(w.Launch(t.Context(), v, ark)),
			"contents": second(w.Service.Module(t.Context(), v, w.Module)),
			"exercise": second(w.OpenExercise(t.Context(), v, e)),
			"again":    second(w.TryAgain(t.Context(), v, e)),
			"review":   second(w.Review(t.Context(), v, e)),
			"unknown":  second(w.Launch(t.Context(), v, "ark:/99999/other")),
		} {
			if !fault.Is(err, fault.Denied) || fault.CodeOf(err) != "exos.right.none" {
				t.Errorf("%s: %v", way, err)
			}
		}
	})

	t.Run("an answer after the end is kept, told, and does not count", func(t *testing.T) {
		t.Parallel()
		w, v, s := ended(t)
		e := w.Event(s, exos.Answered, w.Declared(0, s.Seed))
		if got := w.Tell(v, e); got.Status != exos.Refused || got.Code != "exos.right.expired" || got.Result != nil {
			t.Errorf("got %+v", got)
		}
		if got := w.Tell(v, e); got.Status != exos.Duplicate || got.Code != "exos.right.expired" {
			t.Errorf("sent again: %+v", got)
		}
		done, err := w.History(t.Context(), v, "", 10)
		if err != nil || len(done) != 2 || done[0].Refused != "exos.right.expired" || done[1].Refused != "" {
			t.Errorf("history %+v, %v", done, err)
		}
		if mark := w.Exercises(v)[0].Mark; mark.Best != 0 || mark.Tries != 1 {
			t.Errorf("mark %+v", mark)
		}
	})

	t.Run("own work stays readable after the end", func(t *testing.T) {
		t.Parallel()
		w, v, s := ended(t)
		cards, err := w.Modules(t.Context(), v)
		if err != nil || len(cards) != 1 {
			t.Fatalf("cards %+v, %v", cards, err)
		}
		wantCode(t, cards[0].Closed, fault.Denied, "exos.right.expired")
		back, err := w.Review(t.Context(), v, s.Exercise)
		if err != nil || !back.Closed || len(back.Responses) != 1 || back.Result == nil {
			t.Errorf("review %+v, %v", back, err)
		}
		_, err = w.Review(t.Context(), v, w.Exercises(v)[1].Exercise)
		wantCode(t, err, fault.Denied, "exos.right.expired")
	})

	t.Run("after the end an exercise only opened is closed, and an answer is found behind an attempt begun anew", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		v := w.Pupil("ines")
		w.Sit(v, 1)
		s := w.Sit(v, 0)
		w.Tell(v, w.Event(s, exos.Answered, w.Declared(0, s.Seed)))
		if _, err := w.TryAgain(t.Context(), v, s.Exercise); err != nil {
			t.Fatal(err)
		}
		w.Clock.Set(lastDay.End(clock.ZoneOfUAI(school)))
		_, err := w.Review(t.Context(), v, w.Exercises(v)[1].Exercise)
		wantCode(t, err, fault.Denied, "exos.right.expired")
		back, err := w.Review(t.Context(), v, s.Exercise)
		if err != nil || back.Attempt != s.Attempt || back.Result == nil {
			t.Errorf("review %+v, %v", back, err)
		}
	})

	t.Run("a launch address leads to the module of a right", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		got, err := w.Launch(t.Context(), w.Pupil("ines"), ark)
		if err != nil || got != w.Module {
			t.Errorf("got %s, %v", got, err)
		}
	})
}

func second[T any](_ T, err error) error { return err }
