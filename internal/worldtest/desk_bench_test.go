package worldtest_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

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

// BenchmarkDesk48 is what « Mes ressources » costs the server where a pupil holds 48 resources: the whole broker over a real
// database, from the session's cookie to the last byte, its loops running beside (goal: 3 ms).
func BenchmarkDesk48(b *testing.B) {
	for _, e := range dbtest.Engines() {
		b.Run(string(e.Name), func(b *testing.B) {
			house := newHouse(b, e.Address(b))
			house.furnish(b, 48)
			house.measure(b, house.arrive(b, house.ines.Login), 0)
		})
	}
}

// BenchmarkDesk48Pinned is the same where teachers pinned 40 links for the pupil's class, and 400 for the others.
func BenchmarkDesk48Pinned(b *testing.B) {
	for _, e := range dbtest.Engines() {
		b.Run(string(e.Name), func(b *testing.B) {
			house := newHouse(b, e.Address(b))
			house.furnish(b, 48)
			board := house.board(b)
			for i := range 40 {
				for _, class := range append(board.others(10), board.class) {
					board.pin(b, fmt.Sprintf("Leçon %d", i), class)
				}
			}
			house.measure(b, house.arrive(b, house.ines.Login), 6)
		})
	}
}

// measure reads the desk of a session again and again: 48 cards, and links that are pinned.
func (h *house) measure(b *testing.B, token federation.Token, pins int) {
	look := func() *httptest.ResponseRecorder {
		ctx, done := context.WithCancel(b.Context()) // as a server's requests have one
		defer done()
		return h.visit(ctx, token, http.MethodGet, "/mediacentre", nil)
	}
	page := look().Body.String()
	if n, pinned := strings.Count(page, `class="card-link"`), strings.Count(page, `class="card-link pin-link"`); n != 48 || pinned != pins {
		b.Fatalf("the page shows %d cards, %d pinned links: %s", n, pinned, page)
	}
	if h.Store.DB.Engine == db.PostgreSQL { // what its autovacuum does within a minute of such a change
		if _, err := h.Store.DB.Pool().ExecContext(b.Context(), "analyze"); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		if w := look(); w.Code != http.StatusOK {
			b.Fatal(w.Code)
		}
	}
}

// visit asks for a page as the browser of a session.
func (h *house) visit(ctx context.Context, token federation.Token, method, address string, form url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequestWithContext(ctx, method, "http://pupitre.localhost"+address, strings.NewReader(form.Encode()))
	r.Header.Set("Accept", "text/html")
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.AddCookie(&http.Cookie{Name: federation.SessionCookie, Value: string(token)})
	w := httptest.NewRecorder()
	h.Handler.ServeHTTP(w, r)
	return w
}

// arrive signs one of the cast in.
func (h *house) arrive(t testing.TB, login string) federation.Token {
	t.Helper()
	who, ok := academy.FindCharacter(login)
	if !ok {
		t.Fatal(login)
	}
	token, _, err := h.Federation.Arrive(t.Context(), federation.Arrival{Project: h.school.Project, External: who.External, Upstream: "cas"})
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// house is a running broker with the demonstration's academy, for whoever has no need of the other parties.
type house struct {
	*brokerapp.Broker
	school directory.School
	ines   academy.Character
}

// nobody answers what the broker tells publishers' programs: those of a house have no address.
type nobody struct{}

func (nobody) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, errors.New("nobody is there")
}

func newHouse(t testing.TB, database string, change ...func(*brokerapp.Settings)) *house {
	t.Helper()
	return newHouseAt(t, database, clock.System, change...)
}

// newNode runs a broker on a database: one more, where there is one.
func newNode(t testing.TB, database string, now func() time.Time, change ...func(*brokerapp.Settings)) *brokerapp.Broker {
	t.Helper()
	settings := brokerapp.Settings{
		Database: database, Base: "http://pupitre.localhost", Log: slog.New(slog.DiscardHandler), Now: now, Words: lang.MustLoad(),
		Client: &http.Client{Transport: nobody{}}, Names: []string{garName},
	}
	for _, f := range change {
		f(&settings)
	}
	broker, err := brokerapp.Open(t.Context(), settings)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { broker.Close() })
	broker.Run(t.Context())
	return broker
}

// garName is the GAR's name for the broker's sign-in.
const garName = "idp-auth.partenaires.localhost"

// newHouseAt is newHouse by another clock than the system's.
func newHouseAt(t testing.TB, database string, now func() time.Time, change ...func(*brokerapp.Settings)) *house {
	t.Helper()
	broker := newNode(t, database, now, change...)
	h := &house{Broker: broker}
	h.ines, _ = academy.FindCharacter("ines.marchal")

	archive, err := academy.WriteArchive(t.TempDir(), academy.Options{Seed: 2026, Project: "A70"})
	if err != nil {
		t.Fatal(err)
	}
	source, err := provision.Open(archive)
	if err != nil {
		t.Fatal(err)
	}
	report, err := broker.Importer.Import(t.Context(), source, provision.Options{Project: "A70"})
	if err != nil || report.Err() != nil {
		t.Fatal(err, report.Err())
	}
	if h.school, err = broker.Directory.FindSchoolByUAI(t.Context(), academy.Tilleuls); err != nil {
		t.Fatal(err)
	}
	return h
}

// furnish publishes n resources and gives each to every pupil of the school: half of them class by class, half to the whole school.
func (h *house) furnish(t testing.TB, n int) {
	t.Helper()
	by := journal.System("benchmark")
	if report, err := h.Catalogue.ImportNotices(t.Context(), by, shelf(t, n)); err != nil || len(report.Findings) > 0 {
		t.Fatalf("%+v, %v", report, err)
	}
	cohorts, err := h.Directory.Cohorts(t.Context(), h.school.ID)
	if err != nil {
		t.Fatal(err)
	}
	var classes []licensing.Target
	for _, c := range cohorts {
		if c.Kind == directory.Class {
			classes = append(classes, licensing.ToCohort(c.ID, directory.Pupil))
		}
	}
	resources, err := h.Catalogue.List(t.Context(), catalogue.Find{Limit: n + 1})
	if err != nil {
		t.Fatal(err)
	}
	resources = slices.DeleteFunc(resources, func(r catalogue.Resource) bool { return r.IsFamily })
	today := clock.On(clock.System(), h.school.Zone())
	for i, r := range resources {
		copies := licensing.Count(600)
		if _, err := h.Licensing.Subscribe(t.Context(), by, licensing.Subscription{
			ID: licensing.SubscriptionID(fmt.Sprintf("abo-%02d", i)), Distributor: "999000808_0000000000000808", ARK: r.ARK, Title: r.Title,
			Starts: today.AddDays(-1), Ends: today.AddDays(200), Schools: []directory.UAI{h.school.UAI},
			Kind: licensing.Individual, Transferable: true, Publics: []directory.Profile{directory.Pupil}, Global: &copies,
		}); err != nil {
			t.Fatal(err)
		}
		order := licensing.Order{School: h.school.ID, Resources: []catalogue.ResourceID{r.ID}, Targets: classes}
		if i%2 == 0 {
			order.Targets = []licensing.Target{licensing.ToSchool(directory.Pupil)}
		}
		if _, err := h.Licensing.Assign(t.Context(), by, order); err != nil {
			t.Fatal(err)
		}
	}
}

// shelf is the notices of n books, and of the mother that some have: the demonstration's, again and again under other identifiers.
func shelf(t testing.TB, n int) []catalogue.NoticeFile {
	t.Helper()
	all, err := notices.Files(notices.Bases{Exos: "http://exos.localhost", Publisher: "http://editeur.localhost"})
	if err != nil {
		t.Fatal(err)
	}
	var out, books []catalogue.NoticeFile
	for _, f := range all {
		if f.Name == "preau-bibliotheque.xml" { // a mother is no card: she comes once
			out = append(out, catalogue.NoticeFile{Name: f.Name, Body: f.Body})
		} else {
			books = append(books, catalogue.NoticeFile{Name: f.Name, Body: f.Body})
		}
	}
	for i := range n {
		book := books[i%len(books)]
		book.Body = bytes.Replace(book.Body, []byte("<lom:entry>ark:/99999/"), fmt.Appendf(nil, "<lom:entry>ark:/99999/n%d-", i/len(books)), 1)
		out = append(out, book)
	}
	return out
}
