package harvest_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	diff "github.com/google/go-cmp/cmp"

	"pupitre/catalogue"
	"pupitre/catalogue/harvest"
	"pupitre/catalogue/search"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/fault"
	"pupitre/internal/id"
	"pupitre/journal"
	"pupitre/store"
)

// repository is another's server of notices, a few to a page.
type repository struct {
	records []record
	each    int
	clock   string // what it says the time is
	grain   string // how fine its dates are; "": seconds
	asked   []string
	before  func(w http.ResponseWriter, r *http.Request) bool // answers instead, where it says so
}

type record struct {
	name    string
	stamp   string // when it last changed
	deleted bool
	title   string
	more    string // further elements of its notice
}

func (x *repository) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if q.Get("verb") == "Identify" {
		fmt.Fprintf(w, `<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>%s</responseDate><Identify><granularity>%s</granularity></Identify></OAI-PMH>`,
			x.clock, cmp.Or(x.grain, "YYYY-MM-DDThh:mm:ssZ"))
		return
	}
	x.asked = append(x.asked, r.URL.RawQuery)
	if x.before != nil && x.before(w, r) {
		return
	}
	from, at := q.Get("from"), 0
	if token := q.Get("resumptionToken"); token != "" {
		place, since, _ := strings.Cut(token, "/")
		at, _ = strconv.Atoi(place)
		from = since
	}
	var body strings.Builder
	n, next := 0, ""
	for i := at; i < len(x.records); i++ {
		one := x.records[i]
		if one.stamp < from {
			continue
		}
		if n == x.each {
			next = fmt.Sprintf("%d/%s", i, from)
			break
		}
		n++
		body.WriteString(one.xml())
	}
	answer := `<ListRecords>` + body.String() + `<resumptionToken>` + next + `</resumptionToken></ListRecords>`
	if n == 0 {
		answer = `<error code="noRecordsMatch">rien</error>`
	}
	fmt.Fprintf(w, `<?xml version="1.0" encoding="UTF-8"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>%s</responseDate><request>x</request>%s</OAI-PMH>`, x.clock, answer)
}

func (r record) xml() string {
	if r.deleted {
		return fmt.Sprintf(`<record><header status="deleted"><identifier>oai:x:%s</identifier><datestamp>%s</datestamp></header></record>`, r.name, r.stamp)
	}
	return fmt.Sprintf(`<record><header><identifier>oai:x:%[1]s</identifier><datestamp>%[2]s</datestamp></header><metadata>
		<lom:lom xmlns:lom="http://ltsc.ieee.org/xsd/LOM"><lom:general><lom:identifier><lom:entry>ark:/99999/%[1]s</lom:entry></lom:identifier><lom:title><lom:string>%[3]s</lom:string></lom:title></lom:general>
		<lom:lifeCycle><lom:contribute><lom:role><lom:value>publisher</lom:value></lom:role><lom:entity>FN:Maison NOTE:SIREN=999000999 END:VCARD</lom:entity></lom:contribute></lom:lifeCycle>
		<lom:technical><lom:location>https://exemple.test/%[1]s</lom:location></lom:technical>%[4]s</lom:lom></metadata></record>`, r.name, r.stamp, r.title, r.more)
}

// world is a catalogue that harvests a repository.
type world struct {
	source    *repository
	catalogue *catalogue.Service
	harvest   *harvest.Service
	id        harvest.ID
	now       atomic.Int64
	waited    []time.Duration
}

func open(t testing.TB, e dbtest.Engine) *world {
	t.Helper()
	w := &world{source: &repository{each: 2, clock: "2026-09-01T08:00:00Z"}}
	clock := func() time.Time { return time.Date(2026, 9, 1, 8, 0, 0, 0, time.UTC).Add(time.Duration(w.now.Load())) }
	server := httptest.NewServer(w.source)
	t.Cleanup(server.Close)
	ids := id.Seeded(clock, 1)
	stored := &store.Store{DB: e.Open(t, store.Migrations(), clock), IDs: ids}
	w.catalogue = &catalogue.Service{Store: stored.Catalogue(), IDs: ids}
	w.harvest = &harvest.Service{Store: stored.Harvest(), Notices: w.catalogue, IDs: ids, Worker: "one", Log: slog.New(slog.DiscardHandler),
		Client: &harvest.Client{HTTP: server.Client(), Now: clock, Wait: func(_ context.Context, d time.Duration) error { w.waited = append(w.waited, d); return nil }}}
	source, err := w.harvest.Add(t.Context(), journal.System("test"), harvest.Source{Address: server.URL + "/oai", Prefix: harvest.UsualPrefix})
	if err != nil {
		t.Fatal(err)
	}
	w.id = source.ID
	for _, name := range []string{"a", "b", "c", "d", "e"} {
		w.source.records = append(w.source.records, record{name: name, stamp: "2026-08-01T00:00:00Z", title: "Titre " + name})
	}
	return w
}

func (w *world) titles(t *testing.T) string {
	t.Helper()
	w.now.Add(int64(2 * time.Second))
	found, err := w.catalogue.Search(t.Context(), search.Query{Limit: 50})
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, r := range found.Resources {
		list = append(list, r.Title)
	}
	return strings.Join(list, " | ")
}

func (w *world) run(t *testing.T) harvest.Report {
	t.Helper()
	r, err := w.harvest.Run(t.Context(), w.id)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestAHarvestFollowsWhatChangesAndWhatGoes(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		w := open(t, e)
		w.source.records[2].title = ""
		if r := w.run(t); r.Pages != 3 || r.Read != 5 || r.New != 4 || r.Refused != 1 || r.Findings[0].File != "oai:x:c" {
			t.Errorf("%+v", r)
		}
		if got := w.titles(t); got != "Titre a | Titre b | Titre d | Titre e" {
			t.Error(got)
		}
		w.source.asked, w.source.clock = nil, "2026-09-02T08:00:00Z"
		w.source.records[0] = record{name: "a", stamp: "2026-09-01T09:00:00Z", title: "Autre a"}
		w.source.records[1] = record{name: "b", stamp: "2026-09-01T09:00:00Z", deleted: true}
		w.source.records = append(w.source.records, record{name: "never", stamp: "2026-09-01T09:00:00Z", deleted: true})
		if r := w.run(t); r.Read != 1 || r.Changed != 1 || r.Deleted != 1 {
			t.Errorf("%+v", r)
		}
		if d := diff.Diff([]string{"from=2026-09-01T08%3A00%3A00Z&metadataPrefix=scolomfr&verb=ListRecords", "resumptionToken=5%2F2026-09-01T08%3A00%3A00Z&verb=ListRecords"}, w.source.asked); d != "" {
			t.Error(d)
		}
		if got := w.titles(t); got != "Autre a | Titre d | Titre e" {
			t.Error(got)
		}
		b, err := w.catalogue.FindByARK(t.Context(), "ark:/99999/b")
		if err != nil || !b.Withdrawn {
			t.Errorf("who holds it still finds it: %+v, %v", b, err)
		}
		w.source.clock = "2026-09-03T08:00:00Z"
		w.source.records[1] = record{name: "b", stamp: "2026-09-02T09:00:00Z", title: "Titre b"}
		w.run(t)
		if got := w.titles(t); got != "Autre a | Titre b | Titre d | Titre e" {
			t.Errorf("it comes back, the same as it was: %s", got)
		}
		w.source.clock = "2026-09-04T08:00:00Z"
		if r := w.run(t); r.Read != 0 {
			t.Errorf("nothing has changed: %+v", r)
		}
	})
}

func TestAHarvestGoesOnWhereItWas(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		w := open(t, e)
		ctx, die := context.WithCancel(t.Context())
		w.source.before = func(_ http.ResponseWriter, r *http.Request) bool {
			if strings.HasPrefix(r.URL.Query().Get("resumptionToken"), "2/") {
				die()
				<-r.Context().Done()
				return true
			}
			return false
		}
		if _, err := w.harvest.Run(ctx, w.id); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		w.source.before = nil
		other := *w.harvest
		other.Worker = "two"
		if _, err := other.Run(t.Context(), w.id); fault.CodeOf(err) != "harvest.busy" {
			t.Errorf("the dead one has it: %v", err)
		}
		w.now.Add(int64(time.Hour))
		w.source.asked, w.source.clock = nil, "2026-09-01T10:00:00Z"
		if worked, err := other.Next(t.Context()); err != nil || !worked {
			t.Fatalf("%v, %v", worked, err)
		}
		if got := w.titles(t); got != "Titre a | Titre b | Titre c | Titre d | Titre e" || len(w.source.asked) != 2 {
			t.Errorf("%s after %q", got, w.source.asked)
		}
		list, err := w.harvest.List(t.Context())
		if err != nil || list[0].Since != "2026-09-01T08:00:00Z" || list[0].Notices != 5 || list[0].Token != "" {
			t.Errorf("what changed while it was under way is asked for again: %+v, %v", list, err)
		}
		if worked, err := other.Next(t.Context()); err != nil || worked {
			t.Errorf("nothing is due: %v, %v", worked, err)
		}
	})
}

func TestASourceThatKnowsDaysIsAskedByDays(t *testing.T) {
	t.Parallel()
	w := open(t, dbtest.Engines()[0])
	w.source.grain = "YYYY-MM-DD"
	w.run(t)
	w.source.asked = nil
	w.run(t)
	if d := diff.Diff([]string{"from=2026-09-01&metadataPrefix=scolomfr&verb=ListRecords"}, w.source.asked); d != "" {
		t.Error(d)
	}
}

func TestASourceThatIsBusyIsAskedLater(t *testing.T) {
	t.Parallel()
	w := open(t, dbtest.Engines()[0])
	n := 0
	w.source.before = func(h http.ResponseWriter, _ *http.Request) bool {
		if n++; n > 2 {
			return false
		}
		h.Header().Set("Retry-After", "40")
		h.WriteHeader(http.StatusServiceUnavailable)
		return true
	}
	if r := w.run(t); r.New != 5 {
		t.Errorf("%+v", r)
	}
	if d := diff.Diff([]time.Duration{40 * time.Second, 80 * time.Second}, w.waited); d != "" {
		t.Error(d)
	}
}

func TestATroubleIsKeptAndTheSourceAskedAgain(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ body, code string }{
		"an error":          {`<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2026-09-01</responseDate><error code="cannotDisseminateFormat">non</error></OAI-PMH>`, "harvest.refused"},
		"a page for people": {`<html><body>Bonjour</body></html>`, "harvest.answer.form"},
		"broken XML":        {`<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>`, "xmlgate.document.truncated"},
		"entities":          {`<!DOCTYPE x [<!ENTITY a "b">]><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"/>`, "xmlgate.doctype.refused"},
		"no identifier":     {`<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords><record><header/></record></ListRecords></OAI-PMH>`, "harvest.answer.identifier"},
		"a broken second":   {strings.Replace(`<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords>X<record></ListRecords></OAI-PMH>`, "X", record{name: "z", title: "z"}.xml(), 1), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := open(t, dbtest.Engines()[0])
			w.source.before = func(h http.ResponseWriter, _ *http.Request) bool { fmt.Fprint(h, c.body); return true }
			_, err := w.harvest.Run(t.Context(), w.id)
			if err == nil || c.code != "" && fault.CodeOf(err) != c.code {
				t.Errorf("%v, want %s", err, c.code)
			}
			if got := w.titles(t); got != "" {
				t.Errorf("half a page came in: %s", got)
			}
			list, err := w.harvest.List(t.Context())
			if err != nil || list[0].Trouble == "" || list[0].Due.Sub(list[0].Ended) != time.Hour {
				t.Errorf("%+v, %v", list, err)
			}
			w.source.before = nil
			w.now.Add(int64(time.Hour))
			if worked, err := w.harvest.Next(t.Context()); err != nil || !worked || w.titles(t) == "" {
				t.Errorf("%v, %v", worked, err)
			}
		})
	}
}

func TestAPlaceThatItsSourceForgotIsTheBeginning(t *testing.T) {
	t.Parallel()
	w := open(t, dbtest.Engines()[0])
	forgotten := false
	w.source.before = func(h http.ResponseWriter, r *http.Request) bool {
		if forgotten || r.URL.Query().Get("resumptionToken") == "" {
			return false
		}
		forgotten = true
		fmt.Fprint(h, `<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>x</responseDate><error code="badResumptionToken"/></OAI-PMH>`)
		return true
	}
	if r := w.run(t); r.New != 5 || r.Same != 2 {
		t.Errorf("%+v", r)
	}
}

func TestASourceIsAddedOnceAndAsAnAddress(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		w := open(t, e)
		list, err := w.harvest.List(t.Context())
		if err != nil || len(list) != 1 {
			t.Fatal(list, err)
		}
		for want, s := range map[string]harvest.Source{
			"harvest.known":        {Address: list[0].Address, Prefix: harvest.UsualPrefix},
			"harvest.address.form": {Address: "file:///etc/passwd", Prefix: "x"},
			"harvest.prefix.form":  {Address: "https://exemple.test/oai", Prefix: "a b"},
		} {
			if _, err := w.harvest.Add(t.Context(), journal.System("test"), s); fault.CodeOf(err) != want {
				t.Errorf("%+v: %v, want %s", s, err, want)
			}
		}
		if _, err := w.harvest.Run(t.Context(), "none"); fault.CodeOf(err) != "harvest.unknown" {
			t.Error(err)
		}
	})
}
