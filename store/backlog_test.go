package store_test

import (
	"context"
	"testing"
	"time"

	"pupitre/directory"
	"pupitre/internal/db"
	"pupitre/internal/db/dbtest"
	"pupitre/journal"
	"pupitre/journal/journaldb"
	"pupitre/licensing"
	"pupitre/store/storetest"
)

// What waits is counted, up to a bound, and a follower that has not acted on a fact is behind by the fact's age.
func TestBacklogSaysWhatWaits(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		w := storetest.NewWorld(t, e)
		const follower = "probe"
		follow := func() {
			for acted := 0; acted == 0; { // on PostgreSQL a fact shows once what other tests began before it has ended
				if _, err := journaldb.Follow(t.Context(), w.Store.DB, follower, 1000, func(context.Context, *db.Tx, journal.Fact) error { acted++; return nil }); err != nil {
					t.Fatal(err)
				}
			}
		}
		sell := func() {
			school, r := w.School("099", "340"), w.Resource(false)
			w.Sell(t, w.Offer(school, r, 10))
			p := w.Persons(school.ID, directory.Pupil, 1, "")
			w.Assign(t, storetest.To(school, r, licensing.ToPerson(p[0])))
		}
		sell()
		follow()
		b, err := w.Store.Backlog(t.Context(), 10)
		if err != nil {
			t.Fatal(err)
		}
		if age, known := b.Behind[follower]; !known || age != 0 {
			t.Errorf("who has acted on all is behind by %v (known %v)", age, known)
		}
		if b.Pushes != 0 || b.Letters != 0 || b.Deliveries != 0 {
			t.Errorf("nothing waits, and it says %+v", b)
		}

		sell()
		w.SetNow(w.Now().Add(90 * time.Second))
		if err := w.Store.DB.Write(t.Context(), func(ctx context.Context, x *db.Tx) error {
			for _, id := range []string{"1", "2", "3"} {
				if _, err := x.Exec(ctx, `insert into push (project, person, id, client, kind, body, at, due_at) values ('P', 'p', $1, 'c', 'logout', '', 0, 0)`, id); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		for late := time.Now().Add(30 * time.Second); ; time.Sleep(5 * time.Millisecond) { // see follow
			if b, err = w.Store.Backlog(t.Context(), 2); err != nil {
				t.Fatal(err)
			}
			if b.Behind[follower] > 0 || time.Now().After(late) {
				break
			}
		}
		if age := b.Behind[follower]; age < 90*time.Second || age > 2*time.Minute {
			t.Errorf("a fact of 90 s ago makes it behind by %v", age)
		}
		if b.Pushes != 2 {
			t.Errorf("of three pushes, at most two counted, it says %d", b.Pushes)
		}
	})
}
