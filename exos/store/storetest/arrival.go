package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pupitre/exos"
	"pupitre/internal/fault"
	"pupitre/journal"
)

func arrival(t *testing.T, open Opener) {
	t.Run("a learner is found again by the pseudonym", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		first := w.Pupil("ines")
		again := Claims("ines", exos.Pupil)
		again.GivenName, again.Cohorts = "", []exos.Cohort{{Kind: exos.Class, Code: "4A", Label: "4e A"}}
		second := w.Visit(w.Arrive(again, "s2"))
		if first.Learner.ID != second.Learner.ID {
			t.Errorf("two learners: %s, %s", first.Learner.ID, second.Learner.ID)
		}
		if second.Learner.GivenName != "" {
			t.Error("a name that is released no more is still kept")
		}
		if diff := cmp.Diff(again.Cohorts, second.Learner.Cohorts); diff != "" {
			t.Error(diff)
		}
		if other := w.Pupil("tom"); other.Learner.ID == first.Learner.ID {
			t.Error("two pseudonyms, one learner")
		}
	})

	t.Run("an issuer that moves takes its learners along, and nobody else's", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		ines, tom := w.Pupil("ines"), w.Pupil("tom")
		const now = "https://ailleurs.example"
		moved := func(subject exos.Pseudonym) exos.Claims {
			c := Claims(subject, exos.Pupil)
			c.Issuer = now
			return c
		}
		known := w.Visit(w.Arrive(moved("tom"), "s9")) // has come under the new address already
		by := journal.System("test")
		if n, err := w.Moved(t.Context(), by, Claims("ines", exos.Pupil).Issuer, now); n != 1 || err != nil {
			t.Fatalf("%d learners moved, %v", n, err)
		}
		if again := w.Visit(w.Arrive(moved("ines"), "s10")); again.Learner.ID != ines.Learner.ID {
			t.Error("Ines is another learner at the new address")
		}
		if again := w.Visit(w.Arrive(moved("tom"), "s11")); again.Learner.ID != known.Learner.ID || again.Learner.ID == tom.Learner.ID {
			t.Error("who was known at the new address was taken over")
		}
		if n, err := w.Moved(t.Context(), by, "https://personne.example", now); n != 0 || err != nil {
			t.Errorf("another issuer: %d learners moved, %v", n, err)
		}
		_, err := w.Moved(t.Context(), by, now, now)
		wantCode(t, err, fault.Invalid, "exos.issuer.same")
	})

	t.Run("a session ends at its hour, and when it is left", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		token := w.Arrive(Claims("ines", exos.Pupil), "s1")
		w.Visit(token)
		if credential, err := w.Leave(t.Context(), token); err != nil || string(credential) != "access" {
			t.Fatal(credential, err)
		}
		wantCode(t, w.enter(token), fault.Unauthenticated, "exos.session.none")
		if credential, err := w.Leave(t.Context(), token); err != nil || credential != nil {
			t.Errorf("leaving twice: %v, %v", credential, err)
		}
		token = w.Arrive(Claims("ines", exos.Pupil), "s2")
		w.Clock.Pass(10*time.Hour + time.Second)
		wantCode(t, w.enter(token), fault.Unauthenticated, "exos.session.ended")
		wantCode(t, w.enter("stolen"), fault.Unauthenticated, "exos.session.none")
		wantCode(t, w.enter(""), fault.Unauthenticated, "exos.session.none")
	})

	t.Run("what is stored of a token opens nothing", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		token := w.Arrive(Claims("ines", exos.Pupil), "s1")
		wantCode(t, w.enter(exos.Token(token.Hash())), fault.Unauthenticated, "exos.session.none")
		err := w.Store.Read(t.Context(), func(ctx context.Context, r exos.Reader) error {
			here, err := r.Session(ctx, token.Hash())
			if len(here.Session.Sealed) == 0 || string(here.Session.Sealed) == "access" {
				t.Errorf("the credential is stored as %q", here.Session.Sealed)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})

	t.Run("sessions that are over are swept away", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		w.Arrive(Claims("ines", exos.Pupil), "s1")
		w.Clock.Pass(5 * time.Hour)
		stays := w.Arrive(Claims("ines", exos.Pupil), "s2")
		w.Clock.Pass(6 * time.Hour)
		n, err := w.Sweep(t.Context())
		if err != nil || n != 1 {
			t.Errorf("swept %d, %v", n, err)
		}
		w.Visit(stays)
	})
}

func notices(t *testing.T, open Opener) {
	down := fault.New(fault.Unavailable, "test.down")
	notice := func(jti string, kind exos.NoticeKind) exos.Notice {
		return exos.Notice{Issuer: issuer, ID: jti, Kind: kind, Subject: "ines"}
	}

	t.Run("a right taken back closes at the next request", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		token := w.Arrive(Claims("ines", exos.Pupil), "s1")
		if err := w.Visit(token).May(ark, "", w.Now()); err != nil {
			t.Fatal(err)
		}
		if w.Broker.Asked() != 0 {
			t.Error("rights a moment old were asked for again")
		}
		ended := OpenRight()
		ended.Status = exos.RightEnded
		w.Broker.Give(nil, ended)
		w.heed(notice("n1", exos.RightsChanged))
		wantCode(t, w.Visit(token).May(ark, "", w.Now()), fault.Denied, "exos.right.ended")
	})

	t.Run("rights are asked for again when they are old", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		token := w.Arrive(Claims("ines", exos.Pupil), "s1")
		w.Broker.Give(nil)
		w.Clock.Pass(3 * time.Minute)
		wantCode(t, w.Visit(token).May(ark, "Le labo", w.Now()), fault.Denied, "exos.right.none")
		w.Visit(token)
		if got := w.Broker.Asked(); got != 1 {
			t.Errorf("asked %d times", got)
		}
	})

	t.Run("a broker that is down closes nothing that it did not take back", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		token := w.Arrive(Claims("ines", exos.Pupil), "s1")
		w.Broker.Give(down)
		w.Clock.Pass(10 * time.Minute)
		if err := w.Visit(token).May(ark, "", w.Now()); err != nil {
			t.Errorf("within the grace: %v", err)
		}
		w.Clock.Pass(30 * time.Minute)
		wantCode(t, w.Visit(token).May(ark, "", w.Now()), fault.Unavailable, "exos.rights.unreachable")
		w.Broker.Give(nil, OpenRight())
		if err := w.Visit(token).May(ark, "", w.Now()); err != nil {
			t.Errorf("once it is back: %v", err)
		}
		w.Broker.Give(down)
		w.heed(notice("n1", exos.RightsChanged))
		wantCode(t, w.Visit(token).May(ark, "", w.Now()), fault.Unavailable, "exos.rights.unreachable")
	})

	t.Run("news that passes the answer on its way is not lost", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		token := w.Arrive(Claims("ines", exos.Pupil), "s1")
		w.Clock.Pass(3 * time.Minute)
		w.Broker.during = func() { w.heed(notice("n1", exos.RightsChanged)) }
		w.Visit(token)
		w.Broker.during = nil
		w.Broker.Give(nil)
		wantCode(t, w.Visit(token).May(ark, "", w.Now()), fault.Denied, "exos.right.none")
	})

	t.Run("news that comes while somebody signs in is not lost", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		w.Arrive(Claims("ines", exos.Pupil), "s1")
		w.Clock.Pass(time.Second)
		in := exos.SignIn{Claims: Claims("ines", exos.Pupil), Upstream: "s2", Credential: exos.Credential("access"), Rights: []exos.Right{OpenRight()}, RightsAt: w.Clock.Now()}
		w.Clock.Pass(time.Second)
		w.Broker.Give(nil)
		w.heed(notice("n1", exos.RightsChanged))
		w.Clock.Pass(time.Second)
		token, err := w.SignIn(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		wantCode(t, w.Visit(token).May(ark, "", w.Now()), fault.Denied, "exos.right.none")
	})

	t.Run("older news never replaces newer", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		token := w.Arrive(Claims("ines", exos.Pupil), "s1")
		v := w.Visit(token)
		err := w.Store.Write(t.Context(), func(ctx context.Context, x exos.Writer) error {
			return errors.Join(x.PutRights(ctx, v.Learner.ID, nil, v.RightsAt.Add(time.Second)),
				x.PutRights(ctx, v.Learner.ID, []exos.Right{OpenRight()}, v.RightsAt))
		})
		if err != nil {
			t.Fatal(err)
		}
		wantCode(t, w.Visit(token).May(ark, "", w.Now()), fault.Denied, "exos.right.none")
	})

	t.Run("a request that comes late to an answer does not ask again", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		token := w.Arrive(Claims("ines", exos.Pupil), "s1")
		w.heed(notice("n1", exos.RightsChanged))
		// While this request has read its session and nothing more, another one asks and is answered: what this one holds
		// is a credential that may have been good for one use.
		inner := w.Store
		w.Store = late{inner, func() {
			w.Store = inner
			w.Visit(token)
		}}
		w.Visit(token)
		if got := w.Broker.Asked(); got != 1 {
			t.Errorf("asked %d times", got)
		}
	})

	t.Run("a credential that is taken no more asks for a sign-in", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		token := w.Arrive(Claims("ines", exos.Pupil), "s1")
		w.Broker.Give(fault.New(fault.Unauthenticated, "test.expired"))
		w.Clock.Pass(3 * time.Minute) // an answer, if a bad one: the grace is for a broker that gives none
		wantCode(t, w.enter(token), fault.Unauthenticated, "exos.session.renew")
		w.heed(notice("n1", exos.RightsChanged))
		wantCode(t, w.enter(token), fault.Unauthenticated, "exos.session.renew")
	})

	t.Run("a notice heard twice acts once", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		w.Arrive(Claims("ines", exos.Pupil), "s1")
		if !w.heed(notice("n1", exos.SessionRevoked)) {
			t.Error("not heard the first time")
		}
		token := w.Arrive(Claims("ines", exos.Pupil), "s2")
		if w.heed(notice("n1", exos.SessionRevoked)) {
			t.Error("heard twice")
		}
		w.Visit(token)
	})

	t.Run("a revoked session ends, and only it", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		here, there := w.Arrive(Claims("ines", exos.Pupil), "s1"), w.Arrive(Claims("ines", exos.Pupil), "s2")
		tom := w.Arrive(Claims("tom", exos.Pupil), "s3")
		w.heed(exos.Notice{Issuer: issuer, ID: "n1", Kind: exos.SessionRevoked, Upstream: "s1"})
		wantCode(t, w.enter(here), fault.Unauthenticated, "exos.session.none")
		w.Visit(there)
		w.heed(exos.Notice{Issuer: "https://other.example", ID: "n1", Kind: exos.SessionRevoked, Subject: "ines"})
		w.heed(exos.Notice{Issuer: "https://other.example", ID: "n2", Kind: exos.SessionRevoked, Upstream: "s2"})
		w.Visit(there)
		w.heed(notice("n2", exos.SessionRevoked))
		wantCode(t, w.enter(there), fault.Unauthenticated, "exos.session.none")
		w.Visit(tom)
	})

	t.Run("an erased person leaves nothing behind", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		token := w.Arrive(Claims("ines", exos.Pupil), "s1")
		v := w.Visit(token)
		s := w.Sit(v, 0)
		w.Tell(v, w.Event(s, exos.Answered, w.Declared(0, s.Seed)))
		w.heed(notice("n1", exos.PersonErased))
		wantCode(t, w.enter(token), fault.Unauthenticated, "exos.session.none")
		err := w.Store.Read(t.Context(), func(ctx context.Context, r exos.Reader) error {
			if _, err := r.LearnerCalled(ctx, issuer, "ines"); !fault.Is(err, fault.NotFound) {
				t.Errorf("the learner: %v", err)
			}
			if _, err := r.Attempt(ctx, v.Learner.ID, s.Attempt); !fault.Is(err, fault.NotFound) {
				t.Errorf("the attempt: %v", err)
			}
			done, err := r.History(ctx, v.Learner.ID, "", 10)
			if len(done) > 0 {
				t.Errorf("answers: %v", done)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
		w.heed(notice("n2", exos.PersonErased))
	})
}

func (w *World) enter(token exos.Token) error {
	_, err := w.Enter(w.Context(), token)
	return err
}

func (w *World) heed(n exos.Notice) bool {
	w.T.Helper()
	n.Ends = w.Now().Add(time.Hour)
	first, err := w.Heed(w.Context(), n)
	if err != nil {
		w.T.Fatalf("heed: %v", err)
	}
	return first
}

func wantCode(t testing.TB, err error, kind fault.Kind, code string) {
	t.Helper()
	if fault.KindOf(err) != kind || fault.CodeOf(err) != code || err == nil {
		t.Errorf("got %v, want %s %s", err, kind, code)
	}
}

// late is a store after whose first look something else happens.
type late struct {
	exos.Store
	then func()
}

func (l late) Look(ctx context.Context, f func(ctx context.Context, r exos.Reader) error) error {
	err := l.Store.Look(ctx, f)
	l.then()
	return err
}
