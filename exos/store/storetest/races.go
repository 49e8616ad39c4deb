package storetest

import (
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pupitre/exos"
)

// crowd is how many do the same thing at once.
const crowd = 32

// atOnce runs f that many times together and returns what each gave.
func atOnce[T any](f func(i int) T) []T {
	out := make([]T, crowd)
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range crowd {
		wg.Go(func() {
			<-start
			out[i] = f(i)
		})
	}
	close(start)
	wg.Wait()
	return out
}

func races(t *testing.T, open Opener) {
	t.Run("the same event from 32 sides at once is one mark and one answer", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		v := w.Pupil("ines")
		s := w.Sit(v, 0)
		e := w.Event(s, exos.Answered, w.Declared(0, s.Seed))
		accepted := 0
		var first *exos.Result
		for _, got := range atOnce(func(int) exos.Verdict { return w.Tell(v, e) }) {
			if got.Status == exos.Accepted {
				accepted++
			} else if got.Status != exos.Duplicate {
				t.Errorf("got %+v", got)
			}
			if first == nil {
				first = got.Result
			}
			if diff := cmp.Diff(first, got.Result); diff != "" {
				t.Error(diff)
			}
		}
		mark := w.Exercises(v)[0].Mark
		if accepted != 1 || mark.Tries != 1 || mark.Best != s.Max {
			t.Errorf("accepted %d times, mark %+v", accepted, mark)
		}
	})

	t.Run("32 answers at once are three tries and 29 refusals", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		v := w.Pupil("ines")
		s := w.Sit(v, 0)
		tries := map[int]int{}
		refused := 0
		for _, got := range atOnce(func(int) exos.Verdict { return w.Tell(v, w.Event(s, exos.Answered, Wrong)) }) {
			if got.Status == exos.Accepted {
				tries[got.Result.Try]++
			} else if got.Code == "exos.attempt.ended" {
				refused++
			}
		}
		if diff := cmp.Diff(map[int]int{1: 1, 2: 1, 3: 1}, tries); diff != "" || refused != crowd-3 {
			t.Errorf("refused %d, tries %s", refused, diff)
		}
		if mark := w.Exercises(v)[0].Mark; mark.Tries != 3 {
			t.Errorf("mark %+v", mark)
		}
		done, err := w.History(t.Context(), v, "", 100)
		if err != nil || len(done) != crowd {
			t.Errorf("%d answers kept, %v", len(done), err)
		}
	})

	t.Run("a whole class answers at once", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		var visitors []exos.Visitor
		var sittings []exos.Sitting
		for i := range crowd {
			v := w.Pupil(exos.Pseudonym(rune('A' + i)))
			visitors, sittings = append(visitors, v), append(sittings, w.Sit(v, 0))
		}
		for i, got := range atOnce(func(i int) exos.Verdict {
			return w.Tell(visitors[i], w.Event(sittings[i], exos.Answered, w.Declared(0, sittings[i].Seed)))
		}) {
			if got.Status != exos.Accepted || !got.Result.Right {
				t.Errorf("pupil %d: %+v", i, got)
			}
		}
	})

	t.Run("two tabs that open an exercise at once sit in the same attempt", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		v := w.Pupil("ines")
		e := w.Exercises(v)[0].Exercise
		attempts := map[exos.AttemptID]bool{}
		for _, s := range atOnce(func(int) exos.Sitting {
			s, err := w.OpenExercise(t.Context(), v, e)
			if err != nil {
				t.Error(err)
			}
			return s
		}) {
			attempts[s.Attempt] = true
		}
		if len(attempts) != 1 {
			t.Errorf("%d attempts", len(attempts))
		}
	})

	t.Run("one learner who arrives from many sides at once is one learner", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		ids := map[exos.LearnerID]bool{}
		for _, v := range atOnce(func(int) exos.Visitor { return w.Pupil("ines") }) {
			ids[v.Learner.ID] = true
		}
		if len(ids) != 1 {
			t.Errorf("%d learners", len(ids))
		}
	})

	t.Run("one notice from many sides at once is heard once", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		w.Pupil("ines")
		heard := 0
		for _, first := range atOnce(func(int) bool {
			return w.heed(exos.Notice{Issuer: issuer, ID: "n1", Kind: exos.RightsChanged, Subject: "ines"})
		}) {
			if first {
				heard++
			}
		}
		if heard != 1 {
			t.Errorf("heard %d times", heard)
		}
	})

	t.Run("requests of one session that come together ask the broker once", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		token := w.Arrive(Claims("ines", exos.Pupil), "s1")
		w.heed(exos.Notice{Issuer: issuer, ID: "n1", Kind: exos.RightsChanged, Subject: "ines"})
		for _, v := range atOnce(func(int) exos.Visitor { return w.Visit(token) }) {
			if err := v.May(ark, "", w.Now()); err != nil {
				t.Error(err)
			}
		}
		if got := w.Broker.Asked(); got >= crowd/2 {
			t.Errorf("asked %d times", got)
		}
	})
}
