package oidc_test

import (
	"sync"
	"sync/atomic"
	"testing"

	"pupitre/federation"
	"pupitre/internal/db/dbtest"
	"pupitre/store/storetest/federationtest"
)

// BenchmarkFlow is a launch after the sign-in: authorize, then code for tokens, durable, right checked, access journalled, by eight
// callers at once (goal: 900 a second on two cores, decision 10). The client shares the machine.
func BenchmarkFlow(b *testing.B) {
	for _, e := range dbtest.Engines() {
		for _, a := range federation.Algorithms {
			b.Run(string(e.Name)+"/"+string(a), func(b *testing.B) {
				h := open(b, e)
				exos, err := h.Service.FindClient(b.Context(), federationtest.ExosID)
				if err != nil {
					b.Fatal(err)
				}
				exos.Algorithm = a
				if err := h.Service.Register(b.Context(), federationtest.Tester, exos, ""); err != nil {
					b.Fatal(err)
				}
				session := h.Arrive(b, "ent-ines")
				h.token(b, exchange(h.code(b, session))) // keys are made at the first use
				var left atomic.Int64
				left.Store(int64(b.N))
				var all sync.WaitGroup
				b.ResetTimer()
				for range 8 {
					all.Go(func() {
						for left.Add(-1) >= 0 {
							if h.token(b, exchange(h.code(b, session))).ID == "" {
								b.Error("a flow failed")
							}
						}
					})
				}
				all.Wait()
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "flows/s")
			})
		}
	}
}
