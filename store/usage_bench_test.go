package store_test

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"pupitre/directory"
	"pupitre/internal/db"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/id"
	"pupitre/store/storetest"
	"pupitre/usage"
)

// BenchmarkUsage counts and tells of many accesses: PUPITRE_USAGE_ACCESSES in the journal (200,000 unless it is set), 8,000 to a school of a
// thousand pupils, over twelve weeks.
func BenchmarkUsage(b *testing.B) {
	all, _ := strconv.Atoi(os.Getenv("PUPITRE_USAGE_ACCESSES"))
	if all == 0 {
		all = 200_000
	}
	for _, e := range dbtest.Engines() {
		b.Run(string(e.Name), func(b *testing.B) { benchUsage(b, e, all) })
	}
}

func benchUsage(b *testing.B, e dbtest.Engine, all int) {
	w := storetest.NewWorld(b, e)
	w.SetNow(storetest.Monday)
	schools := max(1, all/8000)
	for range 40 {
		w.Resource(false)
	}
	exec := func(query string, args ...any) {
		if err := w.Store.DB.Write(context.Background(), func(ctx context.Context, t *db.Tx) error {
			_, err := t.Exec(ctx, query, args...)
			return err
		}); err != nil {
			b.Fatal(err)
		}
	}
	numbers := func(n int) string {
		return fmt.Sprintf(`with recursive n(i) as (select 0 union all select i + 1 from n where i < %d) `, n-1)
	}
	var first directory.School
	for s := range schools {
		school := w.School("099", "340")
		if s == 0 {
			first = school
			for c := range 36 {
				w.Class(school.ID, fmt.Sprint("c", c))
			}
			w.Persons(school.ID, directory.Pupil, 1000, "c0")
		}
		for week := range 12 {
			at := storetest.Monday.AddDate(0, 0, -7*(12-week))
			exec(numbers(8000/12)+`insert into journal (school, id, at, actor_kind, actor, verb, subject, person, class, detail)
					select cast($1 as text), cast($2 as text) || substr('000000' || cast(i as text), length(cast(i as text)) + 1), cast($3 as bigint) + i, 'person', '', 'licensing.opened',
						'r' || substr('000000' || cast(1 + (i * 7) % 40 as text), length(cast(1 + (i * 7) % 40 as text)) + 1),
						'p' || substr('000000000' || cast(41 + (i * 13) % 1000 as text), length(cast(41 + (i * 13) % 1000 as text)) + 1) || cast($4 as text), 'access', '{}' from n`,
				string(school.ID), id.Floor(at)[:14], at.UnixMicro(), map[bool]string{false: fmt.Sprint("-", s)}[s == 0])
		}
	}
	service := &usage.Service{Store: w.Store.Usage()}
	took := func(name string, f func() error) {
		began := time.Now()
		if err := f(); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(time.Since(began).Microseconds())/1000, name)
	}
	ctx := context.Background()
	took("ms-twelve-weeks-from-the-journal", func() error { _, err := service.OfSchool(ctx, first.ID); return err })
	took("ms-to-count-all-schools", func() error { _, err := service.CountWeeks(ctx, schools+1); return err })
	took("ms-head", func() error { _, err := service.OfSchool(ctx, first.ID); return err })
	w.SetNow(storetest.Monday.AddDate(0, 0, 4))
	took("ms-publisher", func() error {
		told, err := service.OfPublisher(ctx, "preau", "")
		if err == nil && (len(told.Books) != 40 || told.Books[0].Total.Accesses == 0) {
			err = fmt.Errorf("%d resources, %+v", len(told.Books), told.Books)
		}
		return err
	})
	b.ReportMetric(0, "ns/op")
}
