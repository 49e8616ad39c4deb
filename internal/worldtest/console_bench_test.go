package worldtest_test

import (
	"context"
	"net/http"
	"os"
	"strconv"
	"testing"
	"time"

	"pupitre/directory/provision/academy"
	"pupitre/internal/clock"
	"pupitre/internal/db"
	"pupitre/internal/db/dbtest"
)

// consolePages are the console's pages, below the address of a school; the first four are of a resource.
var consolePages = []string{"/population", "/population?nom=mar", "/population?niveau=5e&sans=1", "/attributions",
	"", "/ressources", "/populations", "/recuperation", "/familles", "/suggestions", "/permanentes", "/historique", "/doubles", "/delegues?nom=mar"}

// BenchmarkConsolePages reads each page of the console in a school of 3,000 pupils, first in a database of that school and two small ones,
// then once PUPITRE_BENCH_SCHOOLS (40) of 500 pupils have come in beside it: 2000 make a million persons. The figure is of the page that
// grew the most, so « alone » says whether any page asks the nation (goal: 1.5, for a page of few ms on a machine that does other things).
func BenchmarkConsolePages(b *testing.B) {
	among, err := strconv.Atoi(os.Getenv("PUPITRE_BENCH_SCHOOLS"))
	if err != nil {
		among = 40
	}
	for _, e := range dbtest.Engines() {
		b.Run(string(e.Name), func(b *testing.B) {
			h := newHall(b, e.Address(b), 0)
			alone := h.walk(b)
			h.fill(b, academy.Options{Schools: among, Seed: 2027, Project: "A71"})
			if e.Name == db.PostgreSQL {
				if _, err := h.Store.DB.Pool().ExecContext(b.Context(), "analyze"); err != nil {
					b.Fatal(err)
				}
			}
			worst, page, slowest := 0.0, "", time.Duration(0)
			for b.Loop() {
				for path, took := range h.walk(b) {
					if x := took.Seconds() / alone[path].Seconds(); x > worst {
						worst, page = x, path
					}
					slowest = max(slowest, took)
				}
			}
			b.Logf("the most by %s: %v alone", page, alone[page])
			b.ReportMetric(worst, "x/alone")
			b.ReportMetric(float64(slowest.Microseconds())/1000, "ms/slowest")
		})
	}
}

// walk reads each page of the console some times, and says how long the fastest reading took.
func (h *hall) walk(b *testing.B) map[string]time.Duration {
	b.Helper()
	took := map[string]time.Duration{}
	school, resource := "/affectation/"+string(h.school.UAI), h.address[:len(h.address)-len("/population")]
	for i, path := range consolePages {
		at := school + path
		if i < 4 {
			at = resource + path
		}
		for n := range 12 {
			ctx, done := context.WithCancel(b.Context())
			began := clock.System()
			w := h.visit(ctx, h.manager, http.MethodGet, at, nil)
			if d := clock.System().Sub(began); n == 0 || d < took[path] {
				took[path] = d
			}
			done()
			if w.Code != http.StatusOK {
				b.Fatalf("%s: %d", at, w.Code)
			}
		}
	}
	return took
}
