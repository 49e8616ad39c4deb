package partners_test

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/db"
	"pupitre/internal/db/dbtest"
	"pupitre/licensing"
	"pupitre/partners"
	"pupitre/store/storetest"
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

// BenchmarkResources measures the list of a person who holds 40 resources, gzipped, over mutual TLS, 16 connections at once, among
// 1,000,000 persons (goal: 2,000 answers a second, the slowest of a hundred within 20 ms).
func BenchmarkResources(b *testing.B) {
	const connections, asked, works = 16, 200, 40
	for _, e := range dbtest.Engines() {
		b.Run(string(e.Name), func(b *testing.B) {
			h := open(b, e)
			persons := h.crowd(asked, works)
			pair, certificate := h.certificate("portail-A70", long)
			portal, err := h.service.Register(b.Context(), operator, partners.Partner{Name: "Portail", Project: "A70"})
			if err != nil {
				b.Fatal(err)
			}
			if _, err := h.service.Pin(b.Context(), operator, portal.ID, partners.ForResourceList, certificate); err != nil {
				b.Fatal(err)
			}
			if list := h.resources(h.client(pair), h.listPath("A70", persons[0])); len(list) != works {
				b.Fatalf("%d resources", len(list))
			}
			clients := make([]*http.Client, connections)
			for i := range clients {
				clients[i] = h.client(pair)
			}
			ask := func(paths <-chan string) []time.Duration {
				took := make([][]time.Duration, connections)
				var done sync.WaitGroup
				for i, c := range clients {
					done.Go(func() {
						for path := range paths {
							began := clock.System()
							if got := h.at(c, lists, "GET", path, "", "Accept-Encoding", "gzip"); got.status != http.StatusOK || got.header.Get("Content-Encoding") != "gzip" {
								b.Errorf("%s: %d", path, got.status)
							}
							took[i] = append(took[i], clock.System().Sub(began))
						}
					})
				}
				done.Wait()
				return slices.Concat(took...)
			}
			path := func(n int) string { return h.listPath("A70", persons[n%asked]) }
			// A connection of PostgreSQL's plans a statement five times before it settles on one plan, which takes longer than the answer.
			warm := make(chan string, 8*connections)
			for n := range cap(warm) {
				warm <- path(n)
			}
			close(warm)
			ask(warm)

			paths, took := make(chan string), make(chan []time.Duration, 1)
			go func() { took <- ask(paths) }()
			for n := 0; b.Loop(); n++ {
				paths <- path(n)
			}
			close(paths)
			all := <-took
			slices.Sort(all)
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "answers/s")
			b.ReportMetric(all[len(all)*99/100].Seconds()*1000, "ms/p99")
		})
	}
}

// crowd fills an academy with 1,000,000 persons in 1,000 schools, who would take minutes to arrive by the front door, and gives some
// pupils of the house's own school all of these works by it.
func (h *house) crowd(asked, works int) []directory.PersonID {
	h.t.Helper()
	class := h.Class(h.school.ID, "5B")
	persons := h.Persons(h.school.ID, directory.Pupil, asked, class)
	order := storetest.To(h.school, h.work, licensing.ToCohort(class))
	order.Resources = nil
	for range works {
		work := h.Resource(false)
		h.Sell(h.t, h.Offer(h.school, work, licensing.Count(asked)))
		order.Resources = append(order.Resources, work.ID)
	}
	h.Assign(h.t, order)
	statements := []string{
		`update resource set thumbnail = 'https://vignettes.preau.example/' || id || '.png', presentation = 'MAN',
			description = 'Un cahier pour toute l''année : ' || title || ', ses leçons, ses exercices interactifs et leurs corrigés, pour la classe et la maison, avec le suivi des progrès de chacun.',
			levels = '[{"URI":"http://data.education.fr/voc/scolomfr/scolomfr-voc-022/scolomfr-voc-022-num-084","Label":"5e"}]',
			subjects = '[{"URI":"http://data.education.fr/voc/scolomfr/concept/00290","Label":"français (cycle 4)"}]'`,
		`insert into school (school, project, uai, name, town, nature, degree, contract, phone, mail, seat, created_at)
			with recursive n(i) as (select 1 union all select i + 1 from n where i < 1000)
			select 'c' || i, 'A70', 'c' || i, 'Collège ' || i, 'Bourg', '340', '2D', 'PU', '', '', '', 0 from n`,
		`insert into person (project, id, external, secondary, family_name, given_name, civility, mails, folded, secret, created_at)
			with recursive n(i) as (select 1 union all select i + 1 from n where i < 1000000)
			select 'A70', 'q' || (1000000 + i), 'e' || (1000000 + i), '', 'Nom' || i, 'Inès', '', '[]', 'nom' || i || ' ines', '', 0 from n`,
		`insert into attachment (school, person, profile, level, courses, subjects, posts, digest, since)
			with recursive n(i) as (select 1 union all select i + 1 from n where i < 1000000)
			select 'c' || (1 + i / 1000), 'q' || (1000000 + i), 'eleve', '', '[]', '[]', '[]', '', '2026-09-01' from n`,
	}
	if h.Store.DB.Engine == db.PostgreSQL {
		statements = append(statements, "vacuum analyze") // as its autovacuum would
	}
	for _, s := range statements {
		if _, err := h.Store.DB.Pool().ExecContext(h.t.Context(), s); err != nil {
			h.t.Fatalf("%s: %v", s, err)
		}
	}
	return persons
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
