package worldtest_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"pupitre/catalogue"
	"pupitre/directory/provision"
	"pupitre/directory/provision/academy"
	"pupitre/federation"
	"pupitre/internal/db/dbtest"
)

// BenchmarkLaunchDuringImport opens a resource fifty times a second, each time by another pupil of the school, while another project's
// first archive comes in (40 schools, 95,000 persons, or as many schools as PUPITRE_BENCH_SCHOOLS says), then its next day's (goal: the
// 99th of a hundred launches takes 100 ms).
func BenchmarkLaunchDuringImport(b *testing.B) {
	o := academy.Options{Schools: 40, Pupils: 2300, Seed: 7, Project: "B71"}
	if n, err := strconv.Atoi(os.Getenv("PUPITRE_BENCH_SCHOOLS")); err == nil {
		o.Schools = n
	}
	var archives []string
	for _, o := range []academy.Options{o, o.NextDay()} {
		path, err := academy.WriteArchive(b.TempDir(), o)
		if err != nil {
			b.Fatal(err)
		}
		archives = append(archives, path)
	}
	for _, e := range dbtest.Engines() {
		b.Run(string(e.Name), func(b *testing.B) {
			house := newHouse(b, e.Address(b))
			house.furnish(b, 1)
			path, tokens := house.launches(b)
			for b.Loop() {
				for i, day := range []string{"first", "next"} {
					done := make(chan error, 1)
					go func() {
						source, err := provision.Open(archives[i])
						if err == nil {
							_, err = house.Importer.Import(b.Context(), source, provision.Options{})
						}
						done <- err
					}()
					took := house.launch(b, path, tokens, done)
					b.ReportMetric(float64(len(took)), "launches-"+day)
					b.ReportMetric(took[len(took)/2].Seconds()*1e3, "ms/p50-"+day)
					b.ReportMetric(took[len(took)*99/100].Seconds()*1e3, "ms/p99-"+day)
					b.ReportMetric(took[len(took)-1].Seconds()*1e3, "ms/max-"+day)
				}
			}
		})
	}
}

// launches are the address of the one resource that there is, and the sessions of the pupils who hold it.
func (h *house) launches(b *testing.B) (path string, tokens []federation.Token) {
	b.Helper()
	resources, err := h.Catalogue.List(b.Context(), catalogue.Find{})
	if err != nil {
		b.Fatal(err)
	}
	resources = slices.DeleteFunc(resources, func(r catalogue.Resource) bool { return r.IsFamily })
	return "/acces/" + string(resources[0].ARK), h.tokens(b)
}

// launch opens the resource again and again until done, and returns what each took, the shortest first. Launches that are late begin as
// soon as they can, and are counted from when they should have begun.
func (h *house) launch(b *testing.B, path string, tokens []federation.Token, done <-chan error) []time.Duration {
	b.Helper()
	const every = 20 * time.Millisecond
	answers := make(chan time.Duration, 1000)
	tick := time.NewTicker(every)
	defer tick.Stop()
	begun := 0
	var took []time.Duration
	for over := false; !over || len(took) < begun; {
		select {
		case err := <-done:
			if err != nil {
				b.Fatal(err)
			}
			over = true
		case d := <-answers:
			took = append(took, d)
		case due := <-tick.C:
			if over {
				continue
			}
			token := tokens[begun%len(tokens)]
			begun++
			go func() {
				ctx, end := context.WithCancel(b.Context())
				defer end()
				r := httptest.NewRequestWithContext(ctx, http.MethodGet, "http://pupitre.localhost"+path, nil)
				r.AddCookie(&http.Cookie{Name: federation.SessionCookie, Value: string(token)})
				w := httptest.NewRecorder()
				h.Handler.ServeHTTP(w, r)
				if w.Code != http.StatusFound {
					b.Errorf("a launch was answered %d", w.Code)
				}
				answers <- time.Since(due)
			}()
		}
	}
	slices.Sort(took)
	return took
}
