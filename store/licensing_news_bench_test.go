package store_test

import (
	"context"
	"fmt"
	"testing"

	"pupitre/directory"
	"pupitre/internal/db"
	"pupitre/internal/db/dbtest"
	"pupitre/licensing"
	"pupitre/store/storetest"
)

// BenchmarkDashboard is what the console's first page asks of a school of 3,000 persons with 40 resources, alone in its database and
// among 1,000 others (goal of the whole page: 30 ms, and no slower there).
func BenchmarkDashboard(b *testing.B) {
	for _, e := range dbtest.Engines() {
		for _, others := range []int{0, 1000} {
			b.Run(fmt.Sprintf("%s/%d", e.Name, others), func(b *testing.B) {
				w := storetest.NewWorld(b, e)
				school := w.School("099", "340")
				pupils := w.Persons(school.ID, directory.Pupil, 3000, "")
				for range 40 {
					r := w.Resource(false)
					w.Sell(b, w.Offer(school, r, 3000))
					w.Assign(b, storetest.To(school, r, licensing.ToPerson(pupils[0]), licensing.ToPerson(pupils[1])))
				}
				lines(b, w, string(school.ID), 1, 20_000)
				lines(b, w, "elsewhere", others, 1000)
				b.ResetTimer()
				for b.Loop() {
					if _, err := w.Licensing.ListStock(b.Context(), school.ID); err != nil {
						b.Fatal(err)
					}
					news, err := w.Licensing.News(b.Context(), school.ID, "claire", true)
					if err != nil || len(news.Arrivals) != 40 || news.Freed.Persons != 50 {
						b.Fatalf("%d arrivals, %d left, %v", len(news.Arrivals), news.Freed.Persons, err)
					}
				}
			})
		}
	}
}

// lines writes a term of ledger lines for some schools: openings for the most part, and 50 departures.
func lines(b *testing.B, w *storetest.World, school string, schools, n int) {
	b.Helper()
	if err := w.Store.DB.Write(b.Context(), func(ctx context.Context, t *db.Tx) error {
		for i := range schools {
			name := school
			if schools > 1 {
				name = fmt.Sprint(school, i)
			}
			if _, err := t.Exec(ctx, `
				insert into ledger (school, pool, seq, act, at, cause, through, assigned, locked, reserved, total)
				with recursive n (i) as (select 1 union all select i + 1 from n where i < cast($2 as int))
				select cast($1 as text), 'term', i, 'act' || i, cast($3 as bigint) - i, case when i <= 50 then 'left' else 'opened' end, '',
					case when i <= 50 then -1 else 0 end, 0, 0, 0 from n`,
				name, n, db.Micros(t.Now())); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		b.Fatal(err)
	}
}
