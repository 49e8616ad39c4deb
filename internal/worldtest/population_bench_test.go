package worldtest_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/directory/provision"
	"pupitre/directory/provision/academy"
	"pupitre/federation"
	"pupitre/internal/app/brokerapp"
	"pupitre/internal/clock"
	"pupitre/internal/db"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/demo/notices"
	"pupitre/internal/lang"
	"pupitre/journal"
	"pupitre/licensing"
)

// BenchmarkPopulationPage is what the console's page of 200 persons costs the server in a school of 3,000 pupils, of whom half have a
// copy already: the whole broker over a real database, from the session's cookie to the last byte (goal: 30 ms). « alone » is a database
// of that school and two small ones, « among » one of PUPITRE_BENCH_SCHOOLS (40) schools of 500 more; « nobody », with nobody chosen;
// « everybody », with the whole school; « results », with the 1,500 who are without a copy, person by person; « filtered », a page of
// those of a level without a copy.
func BenchmarkPopulationPage(b *testing.B) {
	among, err := strconv.Atoi(os.Getenv("PUPITRE_BENCH_SCHOOLS"))
	if err != nil {
		among = 40
	}
	for _, e := range dbtest.Engines() {
		for _, others := range []int{0, among} {
			b.Run(string(e.Name)+"/"+map[bool]string{true: "alone", false: "among"}[others == 0], func(b *testing.B) {
				hall := newHall(b, e.Address(b), others)
				hall.choose(b, url.Values{"vider": {"1"}})
				b.Run("nobody", func(b *testing.B) { hall.measure(b, "", 200) })
				b.Run("filtered", func(b *testing.B) { hall.measure(b, "?niveau=5e&sans=1", 200) })
				hall.choose(b, url.Values{"toute": {"1"}})
				b.Run("everybody", func(b *testing.B) { hall.measure(b, "", 200) })
				hall.choose(b, url.Values{"vider": {"1"}})
				hall.choose(b, url.Values{"toute": {"1"}, "sans": {"1"}})
				b.Run("results", func(b *testing.B) { hall.measure(b, "", 200) })
			})
		}
	}
}

// hall is a broker with a school of 3,000 pupils, its manager, and a resource that half of them have.
type hall struct {
	*house
	manager federation.Token
	address string
}

func newHall(b *testing.B, database string, others int) *hall {
	broker, err := brokerapp.Open(b.Context(), brokerapp.Settings{
		Database: database, Base: "http://pupitre.localhost", Log: slog.New(slog.DiscardHandler), Now: clock.System, Words: lang.MustLoad(),
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { broker.Close() })
	h := &hall{house: &house{Broker: broker}}
	h.fill(b, academy.Options{Schools: 3, Pupils: 3000, Seed: 2026, Project: "A70"})
	if others > 0 {
		h.fill(b, academy.Options{Schools: others, Seed: 2027, Project: "A71"})
	}
	if h.Store.DB.Engine == db.PostgreSQL { // what its autovacuum does within a minute of such a change
		if _, err := h.Store.DB.Pool().ExecContext(b.Context(), "analyze"); err != nil {
			b.Fatal(err)
		}
	}
	h.enter(b)
	h.give(b)
	return h
}

// fill brings an academy in by the door of archives.
func (h *hall) fill(b *testing.B, o academy.Options) {
	archive, err := academy.WriteArchive(b.TempDir(), o)
	if err != nil {
		b.Fatal(err)
	}
	source, err := provision.Open(archive)
	if err != nil {
		b.Fatal(err)
	}
	report, err := h.Importer.Import(b.Context(), source, provision.Options{Project: o.Project})
	if err != nil || report.Err() != nil {
		b.Fatal(err, report.Err())
	}
}

// enter signs the large school's manager in.
func (h *hall) enter(b *testing.B) {
	schools, err := h.Directory.ListSchools(b.Context(), directory.SchoolFilter{Project: "A70"}, directory.Page{})
	if err != nil {
		b.Fatal(err)
	}
	for _, school := range schools {
		if n, err := h.Directory.CountPersons(b.Context(), school.ID, directory.Filter{Profile: directory.Pupil}); err != nil {
			b.Fatal(err)
		} else if n >= 3000 {
			h.school = school
		}
	}
	managers, err := h.Directory.ManagersOf(b.Context(), h.school.ID)
	if err != nil || len(managers) == 0 {
		b.Fatalf("%d managers of %q, %v", len(managers), h.school.UAI, err)
	}
	manager, err := h.Directory.FindPerson(b.Context(), managers[0].Person)
	if err != nil {
		b.Fatal(err)
	}
	if h.manager, _, err = h.Federation.Arrive(b.Context(), federation.Arrival{Project: "A70", External: manager.External, Upstream: "cas"}); err != nil {
		b.Fatal(err)
	}
}

// give sells the school 3,000 copies and gives every other pupil one.
func (h *hall) give(b *testing.B) {
	by, copies := journal.System("benchmark"), licensing.Count(3200)
	all, err := notices.Files(notices.Bases{Exos: "http://exos.localhost", Publisher: "http://editeur.localhost"})
	if err != nil {
		b.Fatal(err)
	}
	var files []catalogue.NoticeFile
	for _, f := range all {
		files = append(files, catalogue.NoticeFile{Name: f.Name, Body: f.Body})
	}
	if report, err := h.Catalogue.ImportNotices(b.Context(), by, files); err != nil || len(report.Findings) > 0 {
		b.Fatalf("%+v, %v", report, err)
	}
	resource, err := h.Catalogue.FindByARK(b.Context(), workbookARK)
	if err != nil {
		b.Fatal(err)
	}
	today := clock.On(clock.System(), h.school.Zone())
	if _, err := h.Licensing.Subscribe(b.Context(), by, licensing.Subscription{
		ID: "abo", Distributor: "999000808_0000000000000808", ARK: resource.ARK, Title: resource.Title, Starts: today.AddDays(-1), Ends: today.AddDays(200),
		Schools: []directory.UAI{h.school.UAI}, Kind: licensing.Individual, Transferable: true, Publics: []directory.Profile{directory.Pupil}, Global: &copies,
	}); err != nil {
		b.Fatal(err)
	}
	order := licensing.Order{School: h.school.ID, Resources: []catalogue.ResourceID{resource.ID}}
	page := directory.Page{Limit: directory.MaxPage}
	for {
		some, err := h.Directory.ListPersons(b.Context(), h.school.ID, directory.Filter{Profile: directory.Pupil}, page)
		if err != nil {
			b.Fatal(err)
		}
		for i, m := range some {
			if i%2 == 0 {
				order.Targets = append(order.Targets, licensing.ToPerson(m.Person))
			}
		}
		if len(some) < page.Limit {
			break
		}
		page.After = some[len(some)-1].Key
	}
	if _, err := h.Licensing.Assign(b.Context(), by, order); err != nil {
		b.Fatal(err)
	}
	h.address = fmt.Sprintf("/affectation/%s/ressources/%s/population", h.school.UAI, resource.ID)
}

// choose posts the page's form.
func (h *hall) choose(b *testing.B, form url.Values) {
	if w := h.visit(b.Context(), h.manager, http.MethodPost, h.address, form); w.Code != http.StatusSeeOther {
		b.Fatalf("%d: %s", w.Code, w.Body)
	}
}

// measure reads a page again and again; it lists so many persons.
func (h *hall) measure(b *testing.B, query string, persons int) {
	look := func() string {
		ctx, done := context.WithCancel(b.Context()) // as a server's requests have one
		defer done()
		w := h.visit(ctx, h.manager, http.MethodGet, h.address+query, nil)
		if w.Code != http.StatusOK {
			b.Fatalf("%d: %s", w.Code, w.Body)
		}
		return w.Body.String()
	}
	if text := look(); strings.Count(text, `<th scope="row">`) != persons {
		b.Fatalf("the page lists %d persons", strings.Count(text, `<th scope="row">`))
	}
	for b.Loop() {
		look()
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/1000/float64(b.N), "ms/op")
}
