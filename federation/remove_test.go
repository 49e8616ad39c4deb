package federation_test

import (
	"context"
	"testing"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/federation/events"
	"pupitre/internal/db"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/fault"
	"pupitre/internal/recent"
	"pupitre/journal"
	"pupitre/store/storetest/federationtest"
)

// A program that is removed is nobody's: at once here, a second later on another node. What it was given is gone, nobody tells it anything, and
// its persons are its publisher's still.
func TestARemovedProgramLeavesItsPublisherThePersons(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		w := federationtest.New(t, e)
		other := w.Node(t)
		exos, err := other.Service.FindClient(t.Context(), federationtest.ExosID)
		if err != nil {
			t.Fatal(err)
		}
		exos.EventsURL, exos.LogoutURL = "https://exos.example/events", "https://exos.example/logout"
		if err := other.Service.Register(t.Context(), federationtest.Tester, exos, ""); err != nil {
			t.Fatal(err)
		}
		w.Rights.Give(federationtest.Ines, federationtest.College, directory.Pupil, federationtest.Atlas)
		session, second := w.Arrive(t, "ent-ines"), w.Arrive(t, "ent-ines")
		before := federationtest.Enter(t, w, session, federationtest.ExosID, federationtest.Grammar)
		federationtest.Enter(t, w, second, federationtest.ExosID, federationtest.Grammar)
		federationtest.Enter(t, w, session, federationtest.AtlasID, federationtest.Atlas)
		if _, err := w.Service.SignOut(t.Context(), second); err != nil { // and it is to be told of that
			t.Fatal(err)
		}
		teller := &events.Teller{Store: w.Store.Events(), Federation: w.Service, Keys: w.Keys, Now: w.Clock.Now}
		federationtest.Follow(t, 1, teller.Follow)
		if n := count(t, w, `select count(*) from push where client = 'exos'`); n == 0 {
			t.Fatal("nothing is to be told: the test tries nothing")
		}
		if _, err := other.Service.FindClient(t.Context(), federationtest.ExosID); err != nil {
			t.Fatal(err)
		}

		gone, err := w.Service.Remove(t.Context(), federationtest.Tester, federationtest.ExosID)
		if err != nil || gone.Name != "Biblio Exos" || gone.Sessions != 1 {
			t.Fatalf("%+v, %v", gone, err)
		}
		unknown := func(when string, s *federation.Service, want bool) {
			t.Helper()
			if _, err := s.FindClient(t.Context(), federationtest.ExosID); fault.Is(err, fault.NotFound) != want {
				t.Errorf("%s: %v", when, err)
			}
		}
		unknown("here", w.Service, true)
		late := federationtest.Enter(t, other, session, federationtest.ExosID, federationtest.Grammar) // by what that node remembers
		w.Clock.Advance(recent.Moment)
		unknown("there, a second later", other.Service, true)
		if late.Pseudonym != before.Pseudonym {
			t.Errorf("%s, before %s", late.Pseudonym, before.Pseudonym)
		}
		if _, err := w.Service.Remove(t.Context(), federationtest.Tester, federationtest.ExosID); fault.CodeOf(err) != "federation.client.unknown" {
			t.Errorf("removed again: %v", err)
		}
		for table, want := range map[string]int{"client": 0, "push": 0, "acquaintance": 1} {
			column := map[string]string{"client": "id", "push": "client", "acquaintance": "sector"}[table]
			value := map[string]string{"acquaintance": string(federationtest.Preau)}[table]
			if value == "" {
				value = string(federationtest.ExosID)
			}
			if n := count(t, w, `select count(*) from `+table+` where `+column+` = $1`, value); n != want {
				t.Errorf("%s: %d rows, want %d", table, n, want)
			}
		}
		if n := count(t, w, `select count(*) from oidc_grant where client = 'atlas'`) + count(t, w, `select count(*) from visit where client = 'atlas'`); n != 2 {
			t.Errorf("another program has %d rows, want 2", n)
		}
		told := 0
		if err := w.Store.Journal().Read(t.Context(), func(ctx context.Context, r journal.Reader) error {
			list, err := r.OfSubject(ctx, "", string(federationtest.ExosID), "", 10)
			for _, entry := range list {
				if entry.Entry.Verb == "federation.client-removed" && entry.Entry.Actor == federationtest.Tester {
					told++
				}
			}
			return err
		}); err != nil || told != 1 {
			t.Errorf("the journal tells of it %d times, %v", told, err)
		}

		// Registered again, it has nothing of before, not even of the moment after the removal; and it knows everybody by the same name.
		if err := w.Service.Register(t.Context(), federationtest.Tester, exos, federationtest.ExosProof); err != nil {
			t.Fatal(err)
		}
		if n := count(t, w, `select (select count(*) from oidc_grant where client = 'exos') + (select count(*) from visit where client = 'exos')`); n != 0 {
			t.Errorf("%d rows of before", n)
		}
		if again := federationtest.Enter(t, w, session, federationtest.ExosID, federationtest.Grammar); again.Pseudonym != before.Pseudonym {
			t.Errorf("%s, before %s", again.Pseudonym, before.Pseudonym)
		}
		// Said anew of a program that is registered, what it was given stays.
		if err := w.Service.Register(t.Context(), federationtest.Tester, exos, ""); err != nil {
			t.Fatal(err)
		}
		if n := count(t, w, `select count(*) from oidc_grant where client = 'exos'`); n != 1 {
			t.Errorf("%d grants stay", n)
		}
	})
}

// count counts the rows of a query.
func count(t *testing.T, w *federationtest.World, query string, args ...any) (n int) {
	t.Helper()
	if err := w.Store.DB.Read(t.Context(), func(ctx context.Context, q *db.Tx) error { return q.One(ctx, query, args, &n) }); err != nil {
		t.Fatal(err)
	}
	return n
}
