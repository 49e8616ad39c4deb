package harvest_test

import (
	"fmt"
	"testing"

	"pupitre/internal/db/dbtest"
)

// BenchmarkHarvest brings in 20,000 notices, 500 to a page, over HTTP and durable (goal: 60 s).
func BenchmarkHarvest(b *testing.B) {
	for _, e := range dbtest.Engines() {
		b.Run(string(e.Name), func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				w := open(b, e)
				w.source.each, w.source.records = 500, nil
				for i := range 20_000 {
					w.source.records = append(w.source.records, record{name: fmt.Sprintf("n%d", i), stamp: "2026-08-01T00:00:00Z", title: fmt.Sprintf("Titre %d", i)})
				}
				b.StartTimer()
				if r, err := w.harvest.Run(b.Context(), w.id); err != nil || r.New != 20_000 {
					b.Fatalf("%+v, %v", r, err)
				}
			}
		})
	}
}
