package partners_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"pupitre/directory"
	"pupitre/internal/db/dbtest"
	"pupitre/licensing"
	"pupitre/partners"
)

// BenchmarkPut measures durable subscriptions over mutual TLS, 16 connections at once (goal: 1,500 a second).
func BenchmarkPut(b *testing.B) {
	for _, e := range dbtest.Engines() {
		b.Run(string(e.Name), func(b *testing.B) {
			h := open(b, e, func(d *partners.Door) { d.Rate = 1e6 })
			sold := newSales(h)
			pair, _, err := h.ca.Kept(ours)
			if err != nil {
				b.Fatal(err)
			}
			certificate := h.load(pair)
			var serial, failed atomic.Int64
			const connections = 16
			b.SetParallelism(connections / 2)
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				c := h.client(certificate)
				for pb.Next() {
					id, body := sold.next(serial.Add(1))
					r, err := http.NewRequestWithContext(b.Context(), http.MethodPut, "https://"+host+"/"+id, strings.NewReader(body))
					if err != nil {
						b.Error(err)
						return
					}
					answer, err := c.Do(r)
					if err != nil {
						b.Error(err)
						return
					}
					io.Copy(io.Discard, answer.Body)
					answer.Body.Close()
					if answer.StatusCode != http.StatusCreated {
						failed.Add(1)
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "put/s")
			if failed.Load() > 0 {
				b.Errorf("%d refused", failed.Load())
			}
		})
	}
}

// BenchmarkList measures GET /abonnements of 5,000 (goal: 100 ms).
func BenchmarkList(b *testing.B) {
	for _, e := range dbtest.Engines() {
		b.Run(string(e.Name), func(b *testing.B) {
			h := open(b, e, func(d *partners.Door) { d.Rate = 1e6 })
			sold := newSales(h)
			for i := range int64(5000) {
				id, body := sold.next(i)
				if r := h.do(h.mine, "PUT", "/"+id, body); r.status != http.StatusCreated {
					b.Fatal(r.body)
				}
			}
			for b.Loop() {
				if r := h.do(h.mine, "GET", "/abonnements", ""); strings.Count(r.body, "<abonnement>") != 5000 {
					b.Fatal(len(r.body))
				}
			}
		})
	}
}

// BenchmarkReport measures how a report of 1,000,000 rights in 20,000 schools is written (goal: 1 s); what it holds does not grow with them.
func BenchmarkReport(b *testing.B) {
	lines := func(yield func(licensing.Movement, error) bool) {
		m := licensing.Movement{ARK: "ark:/99999/preau-labo-grammaire-5e", Title: "Le labo de grammaire 5e", Kind: licensing.Individual, Given: 50}
		for i := range 20_000 {
			m.Subscription, m.School = licensing.SubscriptionID(fmt.Sprintf("s%06d", i/40)), directory.UAI(fmt.Sprintf("%07dA", i))
			if !yield(m, nil) {
				return
			}
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := partners.PackReport(io.Discard, ours, lines); err != nil {
			b.Fatal(err)
		}
	}
}

// sales are subscriptions as a distributor has them: many schools, many works, few subscriptions for one work in one school.
type sales struct {
	h       *house
	schools []string
	works   []string
}

func newSales(h *house) sales {
	s := sales{h: h}
	for range 400 {
		s.schools = append(s.schools, string(h.School("099", "340").UAI))
	}
	for range 40 {
		s.works = append(s.works, string(h.Resource(false).ARK))
	}
	return s
}

func (s sales) next(i int64) (id, body string) {
	id = fmt.Sprintf("b%d", i)
	return id, s.h.abonnement(id, "uaiEtab", s.schools[int(i)%len(s.schools)], "idRessource", s.works[int(i)/len(s.schools)%len(s.works)])
}
