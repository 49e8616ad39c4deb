package federation_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/db"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/fault"
	"pupitre/store/storetest/federationtest"
)

func TestAPersonArrivesUnderANewSessionEachTime(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		w := federationtest.New(t, e)
		first := w.Arrive(t, "ent-ines")
		// Session fixation: the token that the browser came with is worth nothing afterwards.
		second, session, err := w.Service.Arrive(t.Context(), federation.Arrival{Project: "A70", External: "ent-ines", Upstream: "cas", Replaces: first})
		if err != nil {
			t.Fatal(err)
		}
		if second == first {
			t.Error("the token did not change")
		}
		if session.Person != federationtest.Ines || session.School != federationtest.College || session.Profile != directory.Pupil {
			t.Errorf("got %+v", session)
		}
		if _, err := w.Service.Find(t.Context(), first); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("the old session still opens: %v", err)
		}
		if _, err := w.Service.Find(t.Context(), second); err != nil {
			t.Error(err)
		}
	})
}

func TestTokensAreKeptAsHashesOnly(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		w := federationtest.New(t, e)
		token := w.Arrive(t, "ent-ines")
		var kept string
		err := w.Store.DB.Read(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			return tx.One(ctx, `select token from session`, nil, &kept)
		})
		if err != nil || kept != string(token.Hash()) || kept == string(token) {
			t.Errorf("kept %q, %v", kept, err)
		}
	})
}

func TestOnlyProvisionedPersonsOfTheirOwnProjectComeIn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		w := federationtest.New(t, e)
		for name, a := range map[string]federation.Arrival{
			"unknown":                     {Project: "A70", External: "ent-nobody"},
			"same name, another project":  {Project: "B0", External: "ent-ines"},
			"another case":                {Project: "A70", External: "ENT-INES"},
			"nobody":                      {Project: "A70", External: ""},
			"our own id is not a name":    {Project: "A70", External: string(federationtest.Ines)},
			"the name with a space after": {Project: "A70", External: "ent-ines "},
		} {
			_, _, err := w.Service.Arrive(t.Context(), a)
			if !fault.Is(err, fault.Denied) || fault.CodeOf(err) != "federation.person.unknown" {
				t.Errorf("%s: got %v", name, err)
			}
		}
		w.Leave(t, federationtest.Noe, federationtest.College)
		if _, _, err := w.Service.Arrive(t.Context(), federation.Arrival{Project: "A70", External: "ent-noe"}); fault.CodeOf(err) != "federation.person.nowhere" {
			t.Errorf("somebody who left: %v", err)
		}
	})
}

func TestASessionEndsByItself(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		w := federationtest.New(t, e)
		token := w.Arrive(t, "ent-ines")
		// Used every hour, it lasts until its absolute limit and not longer.
		for range 11 {
			w.Clock.Advance(time.Hour)
			if _, err := w.Service.Find(t.Context(), token); err != nil {
				t.Fatal(err)
			}
		}
		w.Clock.Advance(time.Hour)
		if _, err := w.Service.Find(t.Context(), token); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("after twelve hours: %v", err)
		}
		token = w.Arrive(t, "ent-ines")
		w.Clock.Advance(2*time.Hour + time.Second)
		if _, err := w.Service.Find(t.Context(), token); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("idle for two hours: %v", err)
		}
	})
}

func TestTheHolderOfTwoPlacesChooses(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		w := federationtest.New(t, e)
		token := w.Arrive(t, "ent-renard")
		p, err := w.Service.Present(t.Context(), token)
		if err != nil {
			t.Fatal(err)
		}
		if len(p.Places) != 2 || p.Here().School.ID != federationtest.College || p.Person.Name.Family != "Renard" {
			t.Fatalf("got %+v", p.Places)
		}
		if _, err := w.Service.Choose(t.Context(), token, federationtest.Lycee, directory.Teacher); err != nil {
			t.Fatal(err)
		}
		if p, err = w.Service.Present(t.Context(), token); err != nil || p.Here().School.Town != "Valmoré" || p.Here().School.ID != federationtest.Lycee {
			t.Errorf("got %+v, %v", p.Here(), err)
		}
		for _, wrong := range []directory.Profile{directory.Pupil, ""} {
			if _, err := w.Service.Choose(t.Context(), token, federationtest.Lycee, wrong); !fault.Is(err, fault.Denied) {
				t.Errorf("as %q: %v", wrong, err)
			}
		}
	})
}

// Who has two places is asked at the first sign-in in a browser, and then comes back to what they chose there, however long ago, until the
// school year is over or they are somewhere else than they were.
func TestWhoHasTwoPlacesIsAskedOnceInEachBrowser(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		w := federationtest.New(t, e)
		arrive := func(external string, hint federation.Token) (federation.Token, federation.Session) {
			t.Helper()
			w.Clock.Advance(time.Minute)
			token, session, err := w.Service.Arrive(t.Context(), federation.Arrival{Project: "A70", External: external, Upstream: "cas", Hint: hint})
			if err != nil {
				t.Fatal(err)
			}
			return token, session
		}
		token, first := arrive("ent-renard", "")
		if !first.Unchosen || first.School != federationtest.College {
			t.Errorf("the first time: %+v", first)
		}
		hint, err := w.Service.Choose(t.Context(), token, federationtest.Lycee, directory.Teacher)
		if err != nil || hint == "" {
			t.Fatal(hint, err)
		}
		w.Clock.Advance(90 * 24 * time.Hour)
		if n, err := w.Service.Sweep(t.Context(), 100); err != nil || n == 0 {
			t.Fatal(n, err)
		}
		if _, next := arrive("ent-renard", hint); next.Unchosen || next.School != federationtest.Lycee || next.Profile != directory.Teacher {
			t.Errorf("three months later: %+v", next)
		}
		if _, elsewhere := arrive("ent-renard", ""); !elsewhere.Unchosen || elsewhere.School != federationtest.College {
			t.Errorf("in another browser: %+v", elsewhere)
		}
		back, err := w.Service.Choose(t.Context(), token, federationtest.College, directory.Teacher)
		if !fault.Is(err, fault.Unauthenticated) || back != "" {
			t.Errorf("a session that is over chooses: %q, %v", back, err)
		}
		if _, one := arrive("ent-ines", hint); one.Unchosen {
			t.Error("who has one place is asked")
		}
		w.Clock.Advance(270 * 24 * time.Hour) // November of the next year
		if _, later := arrive("ent-renard", hint); !later.Unchosen || later.School != federationtest.College {
			t.Errorf("a new school year: %+v", later)
		}
	})
}

// What a browser remembers is a hint among the places of who arrives, and nothing else: another's, a forged one, that of a place where they
// are no more, or of before there was another to choose, puts nobody anywhere.
func TestARememberedPlaceIsNeverTrusted(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		w := federationtest.New(t, e)
		arrive := func(external string, hint federation.Token) (federation.Token, federation.Session) {
			t.Helper()
			token, session, err := w.Service.Arrive(t.Context(), federation.Arrival{Project: "A70", External: external, Upstream: "cas", Hint: hint})
			if err != nil {
				t.Fatal(err)
			}
			return token, session
		}
		w.Leave(t, federationtest.Noe, federationtest.College) // to be where she is
		w.Attach(t, federationtest.Noe, federationtest.College, directory.Teacher)
		w.Attach(t, federationtest.Noe, federationtest.Lycee, directory.Teacher)
		token, _ := arrive("ent-renard", "")
		atLycee, err := w.Service.Choose(t.Context(), token, federationtest.Lycee, directory.Teacher)
		if err != nil {
			t.Fatal(err)
		}
		for _, known := range []string{string(federationtest.Renard), string(federationtest.Lycee), "0995678S", "enseignant", "Renard"} {
			if strings.Contains(string(atLycee), known) {
				t.Errorf("the hint says %q", known)
			}
		}
		noes, _ := arrive("ent-noe", "")
		of, err := w.Service.Choose(t.Context(), noes, federationtest.Lycee, directory.Teacher)
		if err != nil || of == atLycee {
			t.Errorf("two persons of the same places leave the same hint, %v", err)
		}
		for name, hint := range map[string]federation.Token{"another's": of, "a forged one": "school-lycee/enseignant", "cut short": atLycee[:8]} {
			if _, s := arrive("ent-renard", hint); !s.Unchosen || s.School != federationtest.College {
				t.Errorf("%s: %+v", name, s)
			}
		}
		w.Attach(t, federationtest.Renard, federationtest.Lycee, directory.Librarian)
		if _, s := arrive("ent-renard", atLycee); !s.Unchosen {
			t.Errorf("one more place: %+v", s)
		}
		w.Leave(t, federationtest.Noe, federationtest.Lycee)
		w.Attach(t, federationtest.Noe, federationtest.College, directory.Staff)
		if _, s := arrive("ent-noe", of); !s.Unchosen || s.School != federationtest.College {
			t.Errorf("the chosen place is gone: %+v", s)
		}
	})
}

func TestThePortalsSignOutEndsTheSession(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		w := federationtest.New(t, e)
		token, _, err := w.Service.Arrive(t.Context(), federation.Arrival{Project: "A70", External: "ent-ines", Upstream: "cas", Index: "ST-one"})
		if err != nil {
			t.Fatal(err)
		}
		other := w.Arrive(t, "ent-noe")
		for _, try := range []struct {
			project directory.ProjectID
			index   federation.Token
			want    int
		}{{"B0", "ST-one", 0}, {"A70", "ST-two", 0}, {"A70", "", 0}, {"A70", "ST-one", 1}, {"A70", "ST-one", 0}} {
			if there, err := w.Service.SignOutThere(t.Context(), federation.Closing{Project: try.project, Indexes: []federation.Token{try.index}}); err != nil || len(there) != try.want {
				t.Errorf("%v: ended %v, %v", try, there, err)
			}
		}
		if _, err := w.Service.Find(t.Context(), token); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("it still opens: %v", err)
		}
		if _, err := w.Service.Find(t.Context(), other); err != nil {
			t.Errorf("somebody else's went with it: %v", err)
		}
	})
}

func TestWhoLeavesIsMovedOrSignedOut(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		w := federationtest.New(t, e)
		pupil, teacher := w.Arrive(t, "ent-ines"), w.Arrive(t, "ent-renard")
		w.Leave(t, federationtest.Ines, federationtest.College)
		w.Leave(t, federationtest.Renard, federationtest.College)
		federationtest.Follow(t, 2, w.Service.Follow)
		if _, err := w.Service.Find(t.Context(), pupil); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("the pupil is still signed in: %v", err)
		}
		s, err := w.Service.Find(t.Context(), teacher)
		if err != nil || s.School != federationtest.Lycee {
			t.Errorf("the teacher is at %s, %v", s.School, err)
		}
	})
}

func TestEntersOnlyWhatIsHeldAndTheClientsOwn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		w := federationtest.New(t, e)
		exos, err := w.Service.FindClient(t.Context(), federationtest.ExosID)
		if err != nil {
			t.Fatal(err)
		}
		session := func(external string) federation.Session {
			s, err := w.Service.Find(t.Context(), w.Arrive(t, external))
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
		ines, noe := session("ent-ines"), session("ent-noe")
		entry, err := w.Service.Enter(t.Context(), federation.Visitor{Session: ines, Client: exos, ARK: federationtest.Grammar}, nil)
		if err != nil {
			t.Fatal(err)
		}
		want := []federation.Attribute{federation.IDO, federation.UAI, federation.PRO, federation.PRE, federation.DIV, federation.GRO}
		if diff := cmp.Diff(want, entry.Attributes.Names()); diff != "" {
			t.Error(diff)
		}
		if entry.Act == "" {
			t.Error("the access is not in the journal")
		}
		if _, err := w.Service.Enter(t.Context(), federation.Visitor{Session: noe, Client: exos, ARK: federationtest.Grammar}, nil); fault.CodeOf(err) != "licensing.right.none" {
			t.Errorf("somebody without a copy: %v", err)
		}
		for _, ark := range []string{federationtest.Atlas, "ark:/99999/nothing", ""} {
			if _, err := w.Service.Enter(t.Context(), federation.Visitor{Session: ines, Client: exos, ARK: ark}, nil); fault.CodeOf(err) != "federation.resource.foreign" {
				t.Errorf("%q: %v", ark, err)
			}
		}
		w.Rights.Withdraw(federationtest.Ines, federationtest.College, directory.Pupil, federationtest.Grammar)
		if _, err := w.Service.Again(t.Context(), federation.Given{Session: ines, Client: exos, ARK: federationtest.Grammar}); !fault.Is(err, fault.Denied) {
			t.Errorf("withdrawn a moment ago: %v", err)
		}
	})
}

func TestSweepingLeavesLiveSessions(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		w := federationtest.New(t, e)
		w.Arrive(t, "ent-ines")
		w.Arrive(t, "ent-noe")
		w.Clock.Advance(37 * time.Hour)
		live := w.Arrive(t, "ent-renard")
		for _, want := range []int{1, 1, 0} {
			if n, err := w.Service.Sweep(t.Context(), 1); err != nil || n != want {
				t.Errorf("swept %d, %v; want %d", n, err, want)
			}
		}
		if _, err := w.Service.Find(t.Context(), live); err != nil {
			t.Error(err)
		}
	})
}

// writes counts the turns at the writer.
type writes struct {
	federation.Store
	n int
}

func (w *writes) Write(ctx context.Context, f func(ctx context.Context, w federation.Writer) error) error {
	w.n++
	return w.Store.Write(ctx, f)
}

func TestAStrangersSignOutCostsNoWrite(t *testing.T) {
	t.Parallel()
	w := federationtest.New(t, dbtest.Engines()[0])
	counted := &writes{Store: w.Service.Store}
	w.Service.Store = counted
	if _, err := w.Service.SignOut(t.Context(), federation.NewToken()); !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("got %v", err)
	}
	if there, err := w.Service.SignOutThere(t.Context(), federation.Closing{Project: "A70", Indexes: []federation.Token{"ST-nobody"}}); len(there) != 0 || err != nil {
		t.Errorf("got %v, %v", there, err)
	}
	if counted.n != 0 {
		t.Errorf("%d writes for what anybody may send", counted.n)
	}
}

// What is read along with the session is what would be read of it alone: of a pupil and of a teacher, before a visit and after.
func TestWhoIsReceivedEntersAsTheyAre(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		w := federationtest.New(t, e)
		w.Rights.Give(federationtest.Renard, federationtest.College, directory.Teacher, federationtest.Grammar)
		client, err := w.Service.FindClient(t.Context(), federationtest.ExosID)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"ent-ines", "ent-renard"} {
			token := w.Arrive(t, name)
			session, err := w.Service.Find(t.Context(), token)
			if err != nil {
				t.Fatal(err)
			}
			want, err := w.Service.Enter(t.Context(), federation.Visitor{Session: session, Client: client, ARK: federationtest.Grammar}, nil)
			if err != nil {
				t.Fatal(err)
			}
			for range 2 {
				got := federationtest.Enter(t, w, token, federationtest.ExosID, federationtest.Grammar)
				if got.Session != want.Session || got.Pseudonym != want.Pseudonym || got.SessionName != want.SessionName {
					t.Errorf("%s: another person, or another session", name)
				}
				if diff := cmp.Diff(want.Attributes, got.Attributes); diff != "" || len(got.Attributes) < 5 {
					t.Errorf("%s: %s", name, diff)
				}
			}
			visits := 0
			if err := w.Store.DB.Read(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				return tx.One(ctx, `select count(*) from visit where session = $1`, []any{string(session.ID)}, &visits)
			}); err != nil || visits != 1 {
				t.Errorf("%s: %d visits are kept, %v", name, visits, err)
			}
		}
		token := w.Arrive(t, "ent-ines")
		w.Leave(t, federationtest.Ines, federationtest.College)
		visitor, err := w.Service.Receive(t.Context(), token, client, federationtest.Grammar)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Service.Enter(t.Context(), visitor, nil); fault.CodeOf(err) != "federation.place.gone" {
			t.Errorf("who has left the school: %v", err)
		}
		if _, err := w.Service.SignOut(t.Context(), token); err != nil {
			t.Fatal(err)
		}
		for _, token := range []federation.Token{token, "", federation.NewToken()} {
			for _, ark := range []string{federationtest.Grammar, federationtest.Atlas} {
				if _, err := w.Service.Receive(t.Context(), token, client, ark); !fault.Is(err, fault.Unauthenticated) {
					t.Errorf("nobody, at %s: %v", ark, err)
				}
			}
		}
	})
}
