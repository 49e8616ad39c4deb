package federationtest

import (
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pupitre/internal/clock"
)

// slice is how long the flows go on before what is measured beside them has its turn.
const slice = 2 * time.Second

// Callers has a flow done by so many callers at once for as long as the benchmark lasts, and reports how many there were in a second
// (flows/s), and what the slowest of a hundred took (ms/p99). It returns the former. The flow is given its caller's number, and
// reports whether all of it went well: one that did not fails the benchmark.
func Callers(b *testing.B, callers int, flow func(caller int) bool) (perSecond float64) {
	b.Helper()
	return Beside(b, callers, flow, func() {})
}

// Beside is Callers which, every two seconds and at the end, waits for its callers and lets something else be measured, on a machine
// that is as fast or as slow at that moment: what it takes is not counted.
func Beside(b *testing.B, callers int, flow func(caller int) bool, other func()) (perSecond float64) {
	b.Helper()
	took := make([][]time.Duration, callers)
	var failed atomic.Int64
	for more := b.Loop(); more; {
		turns := make(chan struct{})
		var all sync.WaitGroup
		for i := range callers {
			all.Go(func() {
				for range turns {
					began := clock.System()
					if !flow(i) {
						failed.Add(1)
					}
					took[i] = append(took[i], clock.System().Sub(began))
				}
			})
		}
		for began := clock.System(); more && clock.System().Sub(began) < slice; more = b.Loop() {
			turns <- struct{}{}
		}
		close(turns)
		all.Wait()
		if more {
			b.StopTimer()
			other()
			b.StartTimer()
		}
	}
	elapsed := b.Elapsed()
	other()
	if n := failed.Load(); n > 0 {
		b.Errorf("%d of %d flows failed", n, b.N)
	}
	each := slices.Concat(took...)
	slices.Sort(each)
	perSecond = float64(b.N) / elapsed.Seconds()
	b.ReportMetric(perSecond, "flows/s")
	b.ReportMetric(each[len(each)*99/100].Seconds()*1e3, "ms/p99")
	return perSecond
}

// PerSecond has a flow done by so many callers at once for so long, beside what is measured, and returns how many there were in a second.
// One that did not go well fails the benchmark.
func PerSecond(b *testing.B, callers int, long time.Duration, flow func(caller int) bool) float64 {
	b.Helper()
	began := clock.System()
	var done, failed atomic.Int64
	var all sync.WaitGroup
	for i := range callers {
		all.Go(func() {
			for clock.System().Sub(began) < long {
				if !flow(i) {
					failed.Add(1)
					return
				}
				done.Add(1)
			}
		})
	}
	all.Wait()
	if n := failed.Load(); n > 0 {
		b.Errorf("%d callers failed beside", n)
	}
	return float64(done.Load()) / clock.System().Sub(began).Seconds()
}
