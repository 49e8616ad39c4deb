package store_test

import (
	"testing"
	"time"

	"pupitre/exos/classroom"
	"pupitre/exos/store"
	"pupitre/exos/store/storetest"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/id"
)

// Open pages are told of a hint that is given, once, and of none that is taken back; a day later nothing is left of it.
func TestAHintThatIsGivenIsToldToOpenPages(t *testing.T) {
	t.Parallel()
	for _, e := range dbtest.Engines() {
		t.Run(string(e.Name), func(t *testing.T) {
			t.Parallel()
			var own *store.Store
			w := storetest.NewWorld(t, func(t testing.TB, now func() time.Time) storetest.Stores {
				own = &store.Store{DB: e.Open(t, store.Migrations(), now), IDs: id.NewMaker(now)}
				return own
			})
			form := storetest.Keyed("Un", "B")
			form.Hint = "Pense à ce que fait le chat."
			prof, n := w.Own("prof", form)
			h := w.Give(prof, w.Of(n))
			for _, shown := range []bool{true, true, false} {
				if err := w.Classroom.Hint(t.Context(), prof, h.ID, h.Parts[0].Exercise, shown); err != nil {
					t.Fatal(err)
				}
			}
			facts, err := own.Outbox().After(t.Context(), 0, 10, []string{classroom.FactHintGiven})
			if err != nil || len(facts) != 1 {
				t.Fatalf("told %+v, %v", facts, err)
			}
			f := facts[0]
			if want := `{"exercise":"` + string(h.Parts[0].Exercise) + `"}`; f.School != h.School || f.Subject != string(h.ID) || f.Person != "" || string(f.Body) != want {
				t.Errorf("told %+v with %s, want %s", f, f.Body, want)
			}
			for _, later := range []struct {
				pass time.Duration
				left int
			}{{23 * time.Hour, 1}, {2 * time.Hour, 0}} {
				w.Clock.Pass(later.pass)
				if _, err := w.Sweep(t.Context()); err != nil {
					t.Fatal(err)
				}
				if left, err := own.Outbox().Tail(t.Context(), 10); err != nil || len(left) != later.left {
					t.Errorf("after %s: %d facts, %v", later.pass, len(left), err)
				}
			}
		})
	}
}
