package store_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"pupitre/exos"
	"pupitre/exos/offline"
	"pupitre/exos/store"
	"pupitre/exos/store/storetest"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/id"
)

// BenchmarkAway is 10,000 answers that one device did out of reach, sent when the line is back, 200 at a time as the app sends them:
// read, verified, scored, marked, each batch durable. In /class they are 32 devices' of 32 pupils, at once.
func BenchmarkAway(b *testing.B) {
	const acts = 10_000
	for _, e := range dbtest.Engines() {
		for name, devices := range map[string]int{"one": 1, "class": 32} {
			b.Run(fmt.Sprintf("%s/%s", e.Name, name), func(b *testing.B) {
				for range b.N {
					b.StopTimer()
					w, requests := queued(b, e, devices, acts/devices)
					b.StartTimer()
					var wg sync.WaitGroup
					for _, mine := range requests {
						wg.Go(func() {
							for _, r := range mine {
								out, err := w.Devices.Speak(b.Context(), r, storetest.ByKey)
								if err != nil {
									b.Error(err)
									return
								}
								for _, v := range out.Verdicts {
									if v.Outcome != offline.Taken {
										b.Errorf("%+v", v)
									}
								}
							}
						})
					}
					wg.Wait()
				}
				b.ReportMetric(float64(b.N*acts)/b.Elapsed().Seconds(), "events/s")
			})
		}
	}
}

// queued are devices with what they have to say.
func queued(b *testing.B, e dbtest.Engine, devices, each int) (*storetest.World, [][]offline.Signed) {
	w := storetest.NewWorld(b, func(t testing.TB, now func() time.Time) storetest.Stores {
		return &store.Store{DB: e.Open(t, store.Migrations(), now), IDs: id.NewMaker(now)}
	})
	w.Tries = 1 << 30 // an attempt that never ends
	var out [][]offline.Signed
	for i := range devices {
		v := w.Pupil(exos.Pseudonym(fmt.Sprint(i)))
		app := w.Lend(v)
		at := app.Open(w.Exercise(v, 0), "", 7)
		for range each - 1 {
			app.Answer(at, storetest.Wrong)
		}
		out = append(out, app.Requests(200))
	}
	return w, out
}
