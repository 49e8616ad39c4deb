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

// BenchmarkDashboard is what the console's first page asks of a school of 3,000 persons with 40 resources and 20 standing assignments, of
// which two are short of copies, alone in its database and among 1,000 others (goal of the whole page: 30 ms, and no slower there).
func BenchmarkDashboard(b *testing.B) {
	for _, e := range dbtest.Engines() {
		for _, others := range []int{0, 1000} {
			b.Run(fmt.Sprintf("%s/%d", e.Name, others), func(b *testing.B) {
				w := storetest.NewWorld(b, e)
				school := w.School("099", "340")
				pupils := w.Persons(school.ID, directory.Pupil, 3000, "")
				for i := range 40 {
					r := w.Resource(false)
					if i < 20 {
						stand(b, w, school, r, licensing.Count(3000-100*(i/18)))
						continue
					}
					w.Sell(b, w.Offer(school, r, 3000))
					w.Assign(b, storetest.To(school, r, licensing.ToPerson(pupils[0]), licensing.ToPerson(pupils[1])))
				}
				lines(b, w, string(school.ID), 1, 20_000)
				lines(b, w, "elsewhere", others, 1000)
				analyse(b, w.Store)
				for b.Loop() {
					if _, err := w.Licensing.ListStock(b.Context(), school.ID, nil); err != nil {
						b.Fatal(err)
					}
					if waits, err := w.Licensing.ListUnserved(b.Context(), school.ID); err != nil || len(waits) != 2 || waits[0].Persons != 100 {
						b.Fatal(waits, err)
					}
					if _, err := w.Licensing.ListEnding(b.Context(), school.ID, 30); err != nil {
						b.Fatal(err)
					}
					if _, err := w.Licensing.ListSureDoubles(b.Context(), school.ID, nil); err != nil {
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

// stand sells a school so many copies of a resource, and has them given to everybody there and to whoever comes.
func stand(b *testing.B, w *storetest.World, school directory.School, r licensing.Work, n licensing.Count) {
	b.Helper()
	w.Sell(b, w.Offer(school, r, n))
	w.Stand(b, licensing.Rule{School: school.ID, Resource: r.ID, Targets: []licensing.Target{licensing.ToSchool()}})
}

// BenchmarkListRules is what the page of standing assignments asks of a school of 3,000 persons that has 20 of them, two of which are
// short of copies (goal: 30 ms).
func BenchmarkListRules(b *testing.B) {
	for _, e := range dbtest.Engines() {
		b.Run(string(e.Name), func(b *testing.B) {
			w := storetest.NewWorld(b, e)
			school := crowd(w, 3000)
			for i := range 20 {
				stand(b, w, school, w.Resource(false), licensing.Count(3000-100*(i/18)))
			}
			analyse(b, w.Store)
			for b.Loop() {
				if list, err := w.Licensing.ListRules(b.Context(), school.ID); err != nil || len(list) != 20 || list[0].Served != 3000 {
					b.Fatal(len(list), err)
				}
			}
		})
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
