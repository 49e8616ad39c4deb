package saml_test

import (
	"net/url"
	"slices"
	"sync"
	"testing"
	"time"

	"pupitre/federation"
	"pupitre/internal/clock"
	"pupitre/internal/db/dbtest"
	"pupitre/store/storetest/federationtest"
)

// BenchmarkFlow is a launch after the sign-in: a link, then the posted assertion with one signature, durable, right checked, access
// journalled, by eight callers at once (goal: with RSA-2048 ten times LemonLDAP's 75 a second, and 30 % of what Go signs on the two
// cores, 2,600 a second). The client shares the machine.
func BenchmarkFlow(b *testing.B) {
	for _, e := range dbtest.Engines() {
		for _, algorithm := range []federation.Algorithm{federation.RS256, federation.ES256} {
			b.Run(string(e.Name)+"/"+string(algorithm), func(b *testing.B) {
				h := open(b, e)
				c, err := h.Service.FindClient(b.Context(), "labo")
				if err != nil {
					b.Fatal(err)
				}
				c.Algorithm = algorithm
				if err := h.Service.Register(b.Context(), federationtest.Tester, c, ""); err != nil {
					b.Fatal(err)
				}
				session := h.Arrive(b, "ent-ines")
				link := "/saml/start?sp=" + url.QueryEscape(labo)
				const callers = 8
				took := make([][]time.Duration, callers)
				turns := make(chan struct{})
				var all sync.WaitGroup
				for i := range callers {
					all.Go(func() {
						for range turns {
							began := clock.System()
							if got := h.get(b, session, link); len(got.Form.Fields) == 0 {
								b.Error("a flow failed")
							}
							took[i] = append(took[i], clock.System().Sub(began))
						}
					})
				}
				for b.Loop() {
					turns <- struct{}{}
				}
				close(turns)
				all.Wait()
				each := slices.Concat(took...)
				slices.Sort(each)
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "flows/s")
				b.ReportMetric(each[len(each)*99/100].Seconds()*1e3, "ms/p99")
			})
		}
	}
}
