package harvest_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"pupitre/catalogue"
	"pupitre/catalogue/harvest"
	"pupitre/internal/db/dbtest"
	"pupitre/journal"
)

const isMother = `<acces xmlns="urn:pupitre:notice:1"><mereFamille>true</mereFamille></acces>`

// in is the relation of a member to its mother; part says the same of anything.
func in(mother string) string {
	return `<lom:relation><lom:kind><lom:value>membreFamille</lom:value></lom:kind><lom:resource><lom:identifier><lom:entry>ark:/99999/` + mother + `</lom:entry></lom:identifier></lom:resource></lom:relation>`
}

func part(of string) string { return strings.Replace(in(of), "membreFamille", "ispartof", 1) }

// lists makes the source list these, two to a page: « a » or « a<m », « a(m) » where it is only part of m, « m* » for a mother, « -a » for
// what is gone; « a=Autre » gives the title.
func (w *world) lists(stamp string, records ...string) {
	w.source.records = nil
	for _, text := range records {
		one := record{stamp: stamp}
		text, one.deleted = strings.CutPrefix(text, "-")
		text, title, retitled := strings.Cut(text, "=")
		if text, _ = strings.CutSuffix(text, "*"); strings.HasSuffix(records[len(w.source.records)], "*") {
			one.more = isMother
		}
		name, mother, member := strings.Cut(text, "<")
		if member {
			one.more += in(mother)
		} else if name, mother, member = strings.Cut(strings.TrimSuffix(text, ")"), "("); member {
			one.more += part(mother)
		}
		one.name, one.title = name, "Titre "+name
		if retitled {
			one.title = title
		}
		w.source.records = append(w.source.records, one)
	}
}

// families says what is in the catalogue: « a<m m* », with the title where it is another.
func (w *world) families(t *testing.T) string {
	t.Helper()
	all, err := w.catalogue.List(t.Context(), catalogue.Find{Hidden: true})
	if err != nil {
		t.Fatal(err)
	}
	names := map[catalogue.ResourceID]string{}
	for _, r := range all {
		names[r.ID] = strings.TrimPrefix(string(r.ARK), "ark:/99999/")
	}
	var said []string
	for _, r := range all {
		one := names[r.ID]
		if r.IsFamily {
			one += "*"
		}
		if r.Family != "" {
			one += "<" + names[r.Family]
		}
		if r.Title != "Titre "+names[r.ID] {
			one += "=" + r.Title
		}
		said = append(said, one)
	}
	return strings.Join(said, " ")
}

// aside is how many notices are set aside.
func (w *world) aside(t *testing.T) (n int) {
	t.Helper()
	if err := w.harvest.Store.Read(t.Context(), func(ctx context.Context, r harvest.Reader) error {
		for _, ends := range []bool{false, true} {
			list, err := r.ListAside(ctx, w.id, ends, harvest.Aside{}, 100)
			if err != nil {
				return err
			}
			n += len(list)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

func (w *world) holds(t *testing.T, want string, aside int) {
	t.Helper()
	if got := w.families(t); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got := w.aside(t); got != aside {
		t.Errorf("%d are set aside, want %d", got, aside)
	}
}

func TestAMemberIsInThoughItsMotherIsOnALaterPage(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		w := open(t, e)
		w.lists("2026-08-01T00:00:00Z", "a<m", "b(m)", "c(none)", "d<none", "e(x)", "x", "f<f", "m*")
		r := w.run(t)
		if r.Pages != 4 || r.Read != 8 || r.New != 6 || r.Changed+r.Same != 0 || r.Refused != 2 || len(r.Findings) != 2 ||
			r.Findings[0].Fault.Code != "catalogue.notice.family.itself" || r.Findings[1].Fault.Code != "catalogue.notice.family.unknown" || r.Findings[1].File != "oai:x:d" {
			t.Errorf("%+v", r)
		}
		w.holds(t, "a<m b<m c e m* x", 0)
		w.source.clock = "2026-09-02T08:00:00Z"
		w.lists("2026-09-01T09:00:00Z", "-a", "-b")
		if r := w.run(t); r.Deleted != 2 {
			t.Errorf("whose records they are is known: %+v", r)
		}
	})
}

// More than are read at a time.
func TestManyMembersWaitForOneMother(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		w := open(t, e)
		var all []string
		for i := range 120 {
			all = append(all, fmt.Sprintf("n%03d<m", i))
		}
		w.lists("2026-08-01T00:00:00Z", append(all, "m*")...)
		w.source.each = 25
		if r := w.run(t); r.New != 121 || r.Read != 121 || r.Refused != 0 {
			t.Errorf("%+v", r)
		}
		w.holds(t, "m* "+strings.Join(all, " "), 0)
	})
}

// A family that ends is listed before the members that leave it: after a page of them all.
func TestAFamilyEndsThoughItsMembersLeaveOnALaterPage(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		w := open(t, e)
		w.lists("2026-08-01T00:00:00Z", "old*", "z<old", "b<old")
		w.run(t)
		w.source.clock = "2026-09-02T08:00:00Z"
		w.lists("2026-09-01T09:00:00Z", "old", "x", "z<new", "b", "new*")
		if r := w.run(t); r.Refused != 0 || r.Changed != 3 || r.New != 2 {
			t.Errorf("%+v", r)
		}
		w.holds(t, "b new* old x z<new", 0)
	})
}

func TestWhatIsSetAsideOutlivesACrash(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		w := open(t, e)
		w.lists("2026-08-01T00:00:00Z", "a<m", "b(m)", "c", "d", "m*")
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
		w.holds(t, "", 2)
		w.now.Add(int64(time.Hour))
		other := *w.harvest
		other.Worker = "two"
		r, err := other.Run(t.Context(), w.id)
		if err != nil || r.Pages != 2 || r.New != 5 || r.Refused != 0 {
			t.Errorf("%+v, %v", r, err)
		}
		w.holds(t, "a<m b<m c d m*", 0)
	})
}

// failing is a catalogue that brings nothing in at the end of a harvest.
type failing struct{ *catalogue.Service }

var errDown = errors.New("the database is down")

func (failing) ImportNotices(context.Context, journal.Actor, []catalogue.NoticeFile) (catalogue.Report, error) {
	return catalogue.Report{}, errDown
}

func TestAHarvestThatEndsInATroubleStillHasWhatWasSetAside(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		w := open(t, e)
		w.lists("2026-08-01T00:00:00Z", "a<m", "b", "c<m", "m*")
		other := *w.harvest
		other.Notices = failing{w.catalogue}
		if _, err := other.Run(t.Context(), w.id); !errors.Is(err, errDown) {
			t.Fatal(err)
		}
		list, err := w.harvest.List(t.Context())
		if err != nil || list[0].Since != "" || list[0].Trouble == "" {
			t.Errorf("it has not ended well: %+v, %v", list, err)
		}
		w.holds(t, "b c<m m*", 1)
		w.run(t)
		w.holds(t, "a<m b c<m m*", 0)
		if list, err = w.harvest.List(t.Context()); err != nil || list[0].Since == "" || list[0].Notices != 4 {
			t.Errorf("%+v, %v", list, err)
		}
	})
}

// What a record said on an earlier page is not brought in over what it says on a later one.
func TestARecordsLaterWordCounts(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		w := open(t, e)
		w.lists("2026-08-01T00:00:00Z", "a<m", "b<m", "c<m", "d<m", "m*", "a<m=Neuf", "-b", "c<m=", "d<n=Neuf")
		r := w.run(t)
		if r.Refused != 2 || r.Findings[0].Fault.Code != "catalogue.notice.title.missing" || r.Findings[1].Fault.Code != "catalogue.notice.family.unknown" {
			t.Errorf("%+v", r)
		}
		w.holds(t, "a<m=Neuf m*", 0)
	})
}

// A harvest that begins anew forgets what the one before it had set aside: its source may no longer list it.
func TestAHarvestThatBeginsAnewHasNothingSetAside(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		w := open(t, e)
		w.lists("2026-08-01T00:00:00Z", "a<m", "b<m", "c", "m*")
		w.source.before = func(h http.ResponseWriter, r *http.Request) bool {
			if r.URL.Query().Get("resumptionToken") == "" {
				return false
			}
			w.source.before = nil
			w.lists("2026-08-01T00:00:00Z", "b<m", "c", "m*")
			fmt.Fprint(h, `<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>x</responseDate><error code="badResumptionToken"/></OAI-PMH>`)
			return true
		}
		if r := w.run(t); r.New != 3 || r.Refused != 0 {
			t.Errorf("%+v", r)
		}
		w.holds(t, "b<m c m*", 0)
	})
}
