package store_test

import (
	"fmt"
	"sync/atomic"
	"testing"

	"pupitre/directory"
	"pupitre/internal/db/dbtest"
	"pupitre/licensing"
	"pupitre/store/storetest"
)

// BenchmarkAssignClass30 gives copies to a class of 30: planned, applied behind its locks, journalled, durable (goal: 15 ms).
func BenchmarkAssignClass30(b *testing.B) { benchmarkAssign(b, 30) }

// BenchmarkAssignSchool2000 gives copies to a school of 2,000 in one act, durable (goal: 150 ms).
func BenchmarkAssignSchool2000(b *testing.B) { benchmarkAssign(b, 2000) }

// benchmarkAssign gives copies to everybody of a school of n pupils, by the hash of a plan; taking them back is not timed.
func benchmarkAssign(b *testing.B, n int) {
	for _, e := range dbtest.Engines() {
		b.Run(string(e.Name), func(b *testing.B) {
			w := storetest.NewWorld(b, e)
			school, r := w.School("099", "340"), w.Resource(false)
			for i := 0; i < n; i += 25 {
				w.Persons(school.ID, directory.Pupil, min(25, n-i), w.Class(school.ID, fmt.Sprintf("class %02d", i/25)))
			}
			w.Sell(b, w.Offer(school, r, licensing.Count(n)))
			order := storetest.To(school, r, licensing.ToSchool())
			for b.Loop() {
				plan, err := w.Licensing.Plan(b.Context(), order)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := w.Licensing.Apply(b.Context(), storetest.Manager, order, plan.Hash); err != nil {
					b.Fatal(err)
				}
				b.StopTimer()
				if _, err := w.Licensing.Release(b.Context(), storetest.Manager, order); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "copies/s")
		})
	}
}

// BenchmarkAssignHotPool is single assignments from 32 workers out of one pool: the console on the first morning.
func BenchmarkAssignHotPool(b *testing.B) {
	for _, e := range dbtest.Engines() {
		b.Run(string(e.Name), func(b *testing.B) {
			w := storetest.NewWorld(b, e)
			school, r := w.School("099", "340"), w.Resource(false)
			w.Sell(b, w.Offer(school, r, 10_000_000))
			pupils := w.Persons(school.ID, directory.Pupil, 5000, "")
			var next atomic.Int64
			b.SetParallelism(16)
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					// Whoever holds one already costs the same look and gives nothing: the pool stays the hot one.
					p := pupils[int(next.Add(1))%len(pupils)]
					if _, err := w.Licensing.Assign(b.Context(), storetest.Manager, storetest.To(school, r, licensing.ToPerson(p))); err != nil {
						b.Error(err)
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "assignments/s")
		})
	}
}

// BenchmarkUndoSchool2000 undoes what gave copies to a school of 2,000, by the hash of a plan (goal: twice BenchmarkAssignSchool2000).
func BenchmarkUndoSchool2000(b *testing.B) {
	const n = 2000
	for _, e := range dbtest.Engines() {
		b.Run(string(e.Name), func(b *testing.B) {
			w := storetest.NewWorld(b, e)
			school, r := w.School("099", "340"), w.Resource(false)
			w.Persons(school.ID, directory.Pupil, n, "")
			w.Sell(b, w.Offer(school, r, n))
			order := storetest.To(school, r, licensing.ToSchool())
			for b.Loop() {
				b.StopTimer()
				undo := licensing.UndoOrder{School: school.ID, Act: w.Assign(b, order).Act}
				b.StartTimer()
				plan, err := w.Licensing.PlanUndo(b.Context(), undo)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := w.Licensing.Undo(b.Context(), storetest.Manager, undo, plan.Hash); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "copies/s")
		})
	}
}
