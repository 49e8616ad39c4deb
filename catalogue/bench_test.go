package catalogue_test

import (
	"fmt"
	"testing"

	"pupitre/catalogue"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/id"
	"pupitre/store"
)

// BenchmarkImport measures notices brought in, 2,000 at a time into one catalogue (goal of a harvest: 20,000 in 60 s).
func BenchmarkImport(b *testing.B) {
	for _, e := range dbtest.Engines() {
		b.Run(string(e.Name), func(b *testing.B) {
			ids := id.NewMaker(now)
			s := &store.Store{DB: e.Open(b, store.Migrations(), now), IDs: ids}
			c := &catalogue.Service{Store: s.Catalogue(), IDs: ids}
			const lot = 2000
			n := 0
			for b.Loop() {
				files := make([]catalogue.NoticeFile, lot)
				for i := range files {
					n++
					files[i] = file("n.xml", lom(fmt.Sprintf("n%d", n)))
				}
				if r, err := c.ImportNotices(b.Context(), operator, files); err != nil || r.New != lot {
					b.Fatalf("%+v, %v", r, err)
				}
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "notices/s")
		})
	}
}
