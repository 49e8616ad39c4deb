package store_test

import (
	"fmt"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"pupitre/exos"
	"pupitre/exos/store"
	"pupitre/exos/store/storetest"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/id"
)

// BenchmarkAnswer is an answer's way through the server, durable: enter by cookie, submit, score, mark.
// alone is one pupil after another; class is 64 pupils at once.
func BenchmarkAnswer(b *testing.B) {
	for _, e := range dbtest.Engines() {
		for _, pupils := range []int{1, 64} {
			b.Run(fmt.Sprintf("%s/%d", e.Name, pupils), func(b *testing.B) { answers(b, e, pupils) })
		}
	}
}

func answers(b *testing.B, e dbtest.Engine, pupils int) {
	w := storetest.NewWorld(b, func(t testing.TB, now func() time.Time) storetest.Stores {
		return &store.Store{DB: e.Open(t, store.Migrations(), now), IDs: id.NewMaker(now)}
	})
	w.Tries = 1 << 30 // an attempt that never ends
	tokens := make([]exos.Token, pupils)
	sittings := make([]exos.Sitting, pupils)
	for i := range pupils {
		tokens[i] = w.Arrive(storetest.Claims(exos.Pseudonym(fmt.Sprint(i)), exos.Pupil), "s")
		sittings[i] = w.Sit(w.Visit(tokens[i]), 0)
	}
	var next atomic.Int64
	b.SetParallelism(max(1, pupils/2))
	spent := cpu()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			i := int(next.Add(1)) % pupils
			event, err := w.Act(sittings[i], exos.Answered, storetest.Wrong)
			if err != nil {
				b.Error(err)
			}
			v, err := w.Enter(b.Context(), tokens[i])
			if err != nil {
				b.Error(err)
			}
			got, err := w.Submit(b.Context(), v, []exos.Event{event})
			if err != nil || got[0].Status != exos.Accepted {
				b.Errorf("%+v, %v", got, err)
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "answers/s")
	b.ReportMetric(float64((cpu()-spent).Microseconds())/1e3/float64(b.N), "ms-cpu/answer") // of this process: not PostgreSQL's own
}

// cpu is the processor time of this process so far.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
