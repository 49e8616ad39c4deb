package federationtest

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/db"
	"pupitre/internal/fault"
	"pupitre/journal"
)

// Attach puts somebody in a school, with a profile.
func (w *World) Attach(t testing.TB, person directory.PersonID, school directory.SchoolID, profile directory.Profile) {
	t.Helper()
	if err := w.Store.DB.Write(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `insert into attachment (school, person, profile, level, courses, subjects, posts, digest, since)
			values ($1, $2, $3, '', '[]', '[]', '[]', '', '2026-09-01')`, string(school), string(person), string(profile))
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// GiveAt gives Renard, as a teacher of a school, the right to Grammar.
func (w *World) GiveAt(school directory.SchoolID) {
	w.Rights.Give(Renard, school, directory.Teacher, Grammar)
}

// WithdrawAt takes back what GiveAt gave.
func (w *World) WithdrawAt(school directory.SchoolID) {
	w.Rights.Withdraw(Renard, school, directory.Teacher, Grammar)
}

// GiveTwiceElsewhere puts Renard at the lycée with two profiles, and gives both the right to Grammar: a launch has to ask by which.
func (w *World) GiveTwiceElsewhere(t testing.TB) {
	t.Helper()
	w.Attach(t, Renard, Lycee, directory.Librarian)
	w.GiveAt(Lycee)
	w.Rights.Give(Renard, Lycee, directory.Librarian, Grammar)
}

// Launched is what came of a launch of Grammar that a site of Préau's began: one of the three.
type Launched struct {
	UAI   string // of the school that the site was told
	Asked string // where the browser was sent to say which
	Code  string // why not
}

// Launch begins one in the browser of a session, and follows it until the site is told who is there; silently, where nobody may be asked.
type Launch func(session federation.Token, silently bool) Launched

// Elsewhere holds that a launch begun by a site goes by the place where the person has the right. Every face passes it.
func Elsewhere(t *testing.T, w *World, launch Launch) {
	t.Helper()
	const college, lycee = "0991234D", "0995678S"
	session := w.Arrive(t, "ent-renard") // who is at the college, and teaches at the lycée, too
	give := func(school directory.SchoolID, profile directory.Profile) {
		w.Rights.Give(Renard, school, profile, Grammar)
	}
	is := func(what string, want Launched) {
		t.Helper()
		if got := launch(session, false); got != want {
			t.Errorf("%s: got %+v, want %+v", what, got, want)
		}
	}
	opened := func(what string, want ...directory.SchoolID) {
		t.Helper()
		var got []directory.SchoolID
		if err := w.Store.Journal().Read(t.Context(), func(ctx context.Context, r journal.Reader) error {
			all, err := r.OfPerson(ctx, string(Renard), "", 100)
			for _, e := range all {
				if e.Entry.Verb == "licensing.opened" {
					got = append(got, directory.SchoolID(e.Entry.School))
				}
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if len(got) != len(want) {
			t.Fatalf("%s: opened at %v, want %v", what, got, want)
		}
		for i := range got {
			if got[i] != want[i] {
				t.Errorf("%s: opened at %v, want %v", what, got, want)
			}
		}
	}
	none := Launched{Code: "licensing.right.none"}

	is("no right anywhere", none)
	give(Lycee, directory.Teacher)
	is("the other place alone has it", Launched{UAI: lycee})
	opened("the other place alone has it", Lycee)
	if s, err := w.Service.Find(t.Context(), session); err != nil || s.School != College {
		t.Errorf("the session went with the launch: %+v, %v", s, err)
	}
	if got := launch(session, true); got != (Launched{UAI: lycee}) {
		t.Errorf("silently: %+v", got)
	}
	w.Clock.Advance(time.Second)
	give(College, directory.Teacher)
	is("where one is has it too", Launched{UAI: college})
	opened("where one is has it too", College, Lycee, Lycee)
	w.Rights.Withdraw(Renard, College, directory.Teacher, Grammar)
	w.Rights.Withdraw(Renard, Lycee, directory.Teacher, Grammar)
	is("withdrawn in both places", none)

	give(Lycee, directory.Teacher)
	give(Lycee, directory.Librarian)
	is("a right at a place where one is not counts for nothing", Launched{UAI: lycee})
	w.Attach(t, Renard, Lycee, directory.Librarian)
	asked := launch(session, false)
	to, err := url.Parse(asked.Asked)
	if err != nil || to.Path != PlacesPath || to.Query().Get("ressource") != Grammar || !strings.HasPrefix(to.Query().Get("next"), "/") {
		t.Errorf("two other places have it: %+v", asked)
	}
	if got := launch(session, true); got.UAI != "" || strings.HasPrefix(got.Asked, PlacesPath) {
		t.Errorf("two other places have it, silently: %+v", got)
	}
	opened("asked, not opened", Lycee, College, Lycee, Lycee)
	if of, err := w.Service.PlacesFor(t.Context(), sessionOf(t, w, session), Grammar); err != nil || len(of) != 2 || of[0].School.ID != Lycee || of[1].School.ID != Lycee {
		t.Errorf("the page offers %v, %v", of, err)
	}
	if _, err := w.Service.Choose(t.Context(), session, Lycee, directory.Librarian); err != nil {
		t.Fatal(err)
	}
	is("after the choice", Launched{UAI: lycee})
	if _, err := w.Service.Choose(t.Context(), session, College, directory.Teacher); err != nil {
		t.Fatal(err)
	}
	w.Rights.Withdraw(Renard, Lycee, directory.Teacher, Grammar)
	w.Rights.Withdraw(Renard, Lycee, directory.Librarian, Grammar)
	is("withdrawn before the choice was used", none)
	give(Lycee, directory.Teacher)
	w.Leave(t, Renard, Lycee)
	is("the other place has ended", none)
}

func sessionOf(t testing.TB, w *World, token federation.Token) federation.Session {
	t.Helper()
	s, err := w.Service.Find(t.Context(), token)
	if err != nil && !fault.Is(err, fault.Unauthenticated) {
		t.Fatal(err)
	}
	return s
}
