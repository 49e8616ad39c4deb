package lti_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/federation/lti"
	"pupitre/internal/db"
	"pupitre/internal/db/dbtest"
	"pupitre/journal"
	"pupitre/store/storetest/federationtest"
)

// pin keeps a link as a teacher's choice would, a second after the one before.
func (h *house) pin(t testing.TB, by journal.Actor, l lti.Link) {
	t.Helper()
	h.Clock.Advance(time.Second)
	err := h.Store.LTI().Write(t.Context(), func(ctx context.Context, w lti.Writer) error {
		act, err := w.Record(ctx, journal.Entry{School: string(l.School), Actor: by, Verb: "federation.link-pinned", Subject: string(l.ID), Class: journal.ClassChange})
		if err != nil {
			return err
		}
		return w.Pin(ctx, act, l)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// link is a link of the grammar to a class, by a name that is its identifier and title.
func link(name string, school directory.SchoolID, class directory.CohortID) lti.Link {
	return lti.Link{ID: lti.LinkID(name), School: school, Cohort: class, Client: toolID, ARK: federationtest.Grammar, URL: toolTarget, Title: name}
}

func (h *house) pinnedFor(t testing.TB, w lti.Wanted) (titles []string) {
	t.Helper()
	found, err := h.Platform.Pinned(t.Context(), w)
	if err != nil {
		t.Fatal(err)
	}
	titles = []string{}
	for _, l := range found {
		titles = append(titles, fmt.Sprintf("%s %s %s", l.Title, l.Cohort, l.By))
	}
	return titles
}

func (h *house) change(t testing.TB, statement string, args ...any) {
	t.Helper()
	err := h.Store.DB.Write(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, statement, args...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestWhatIsPinnedForAllClassesIsOneList(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		claire := journal.Actor{Kind: journal.ByPerson, ID: string(federationtest.Renard)}
		h.change(t, `insert into cohort (school, id, kind, code, label, level) values ('school-lycee', 'c-5b', 'DIVISION', '5B', 'of another school', '')`)
		h.change(t, `insert into membership (school, cohort, person, subjects) values ('school-college', 'c-5c', 'person-noe', '[]')`)
		h.pin(t, claire, link("one", federationtest.College, "c-5b"))
		h.pin(t, journal.System("import"), link("two", federationtest.College, "c-lat"))
		h.pin(t, claire, link("elsewhere", federationtest.Lycee, "c-5b"))
		h.pin(t, claire, link("another-class", federationtest.College, "c-5c"))
		other := link("another-resource", federationtest.College, "c-5b")
		other.ARK = federationtest.Atlas
		h.pin(t, claire, other)
		other = link("another-tool", federationtest.College, "c-5b")
		other.Client = otherID
		h.pin(t, claire, other)
		h.pin(t, claire, link("three", federationtest.College, "c-5b"))

		hers := lti.Wanted{School: federationtest.College, Person: federationtest.Ines, ARKs: []string{"ark:/99999/another", federationtest.Grammar}, Tools: []federation.ClientID{toolID}, Most: 10}
		check := func(what string, w lti.Wanted, wants ...string) {
			t.Helper()
			if diff := cmp.Diff(append([]string{}, wants...), h.pinnedFor(t, w)); diff != "" {
				t.Errorf("%s: %s", what, diff)
			}
		}
		check("the newest first", hers, "three c-5b Claire Renard", "two c-lat ", "one c-5b Claire Renard")
		few := hers
		few.Most = 2
		check("at most two", few, "three c-5b Claire Renard", "two c-lat ")
		none := hers
		none.ARKs = nil
		check("nothing held", none)
		there := hers
		there.School = federationtest.Lycee
		check("at another school", there)
		noe := hers
		noe.Person = federationtest.Noe
		check("another class's pupil", noe, "another-class c-5c Claire Renard")

		h.change(t, `update attachment set until = '2026-11-20' where school = 'school-college' and person = 'person-renard'`)
		check("who has left the school is not named", few, "three c-5b ", "two c-lat ")
		h.change(t, `update cohort set closed = true where school = 'school-college' and id = 'c-5b'`)
		check("a class that is closed", hers, "two c-lat ")
		h.change(t, `delete from membership where person = 'person-ines'`)
		check("in no class", hers)
	})
}

func TestALinkIsOpenedByItsToolAsItIsRegisteredNow(t *testing.T) {
	t.Parallel()
	tool := federation.Client{ID: toolID, LTI: &federation.LTI{Targets: []federation.LTITarget{{Address: toolTarget}}}}
	pinned := link("one", federationtest.College, "c-5b")
	moved, plain, another := tool, tool, tool
	moved.LTI = &federation.LTI{Targets: []federation.LTITarget{{Address: "https://labo.example/lti/autre"}}}
	plain.LTI, another.ID = nil, otherID
	for name, try := range map[string]struct {
		tool federation.Client
		want bool
	}{"as it was": {tool, true}, "elsewhere": {moved, false}, "no tool any more": {plain, false}, "another": {another, false}, "none": {federation.Client{}, false}} {
		if got := pinned.Opens(try.tool); got != try.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
