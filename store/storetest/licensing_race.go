package storetest

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pupitre/directory"
	"pupitre/internal/db"
	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/licensing"
)

// workers is how many managers press the button at once, at two nodes of the broker (World.nodes): what one remembers or queues, the other
// knows nothing of.
const workers = 32

// together runs f in workers goroutines that start at the same moment, n calls in all.
func together(n int, f func(i int)) {
	var wait sync.WaitGroup
	start := make(chan struct{})
	var next atomic.Int64
	for range workers {
		wait.Go(func() {
			<-start
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				f(i)
			}
		})
	}
	close(start)
	wait.Wait()
}

func lastCopies(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	w.Sell(t, w.Offer(school, r, 5))
	w.Sell(t, w.Offer(school, r, 6))
	pupils := w.Persons(school.ID, directory.Pupil, 96, "")
	nodes := w.nodes()
	var given, refusals atomic.Int64
	var served [96]bool
	together(len(pupils), func(i int) {
		_, err := nodes[i%2].Assign(t.Context(), Manager, To(school, r, licensing.ToPerson(pupils[i])))
		if served[i] = err == nil; served[i] {
			given.Add(1)
			return
		}
		refusals.Add(1)
		refused(t, err, fault.Exhausted, "licensing.pool.exhausted")
		if got := param(err, "n"); got != int64(0) {
			t.Errorf("a refusal says that %v were left", got)
		}
	})
	if given.Load() != 11 || refusals.Load() != 85 {
		t.Errorf("%d given and %d refused of 11 copies for 96", given.Load(), refusals.Load())
	}
	if got, want := w.Counters(t, school, r), (licensing.Counters{Assigned: 11, Total: 11}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	for i, p := range pupils {
		_, err := nodes[1-i%2].May(t.Context(), licensing.Opening{Person: p, School: school.ID, Resource: r.ID})
		if (err == nil) != served[i] {
			t.Errorf("pupil %d was given a copy: %v; the other node says %v", i, served[i], err)
		}
	}
	w.Sound(t)
}

func lastBatches(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	w.Sell(t, w.Offer(school, r, 100))
	var classes []directory.CohortID
	for i := range 40 {
		classes = append(classes, w.Class(school.ID, string(rune('A'+i/10))+string(rune('0'+i%10))))
		w.Persons(school.ID, directory.Pupil, 7, classes[i])
	}
	nodes := w.nodes()
	var given atomic.Int64
	together(len(classes), func(i int) {
		_, err := nodes[i%2].Assign(t.Context(), Manager, To(school, r, licensing.ToCohort(classes[i])))
		if err == nil {
			given.Add(7)
			return
		}
		refused(t, err, fault.Exhausted, "licensing.plan.short")
		if got := param(err, "n"); got != int64(2) {
			t.Errorf("a refusal says that %v of 7 could be served, want 2", got)
		}
	})
	if given.Load() != 98 {
		t.Errorf("%d copies went in whole classes of 7, want 98", given.Load())
	}
	if got := w.Counters(t, school, r); got.Assigned != 98 || got.Available != 2 {
		t.Errorf("got %+v", got)
	}
	w.Sound(t)
}

// openingAgainstRelease races each pupil's first opening of a copy that is consumed by it against its release: either the
// release wins and the door is closed, or the opening does and the copy is locked.
func openingAgainstRelease(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	sub := w.Offer(school, r, 40)
	sub.Transferable = false
	w.Sell(t, sub)
	pupils := w.Persons(school.ID, directory.Pupil, 40, "")
	w.Assign(t, To(school, r, licensing.ToSchool()))
	nodes := w.nodes()
	var opened, released [40]bool
	together(80, func(i int) {
		p := pupils[i/2]
		if i%2 == 0 {
			_, err := nodes[i/2%2].Open(t.Context(), licensing.Opening{Person: p, School: school.ID, Resource: r.ID})
			opened[i/2] = err == nil
			if err != nil {
				refused(t, err, fault.Denied, "licensing.right.none")
			}
			return
		}
		_, err := nodes[1-i/2%2].Release(t.Context(), Manager, To(school, r, licensing.ToPerson(p)))
		released[i/2] = err == nil
		if err != nil {
			refused(t, err, fault.Conflict, "licensing.why.locked")
		}
	})
	locked := int64(0)
	for i := range pupils {
		if opened[i] == released[i] {
			t.Errorf("pupil %d: opened %v, released %v", i, opened[i], released[i])
		}
		if opened[i] {
			locked++
		}
	}
	if got := w.Counters(t, school, r); got.Locked != locked || got.Assigned != locked {
		t.Errorf("got %+v, want %d locked", got, locked)
	}
	w.Sound(t)
}

func schemaGuards(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	w.Sell(t, w.Offer(school, r, 5))
	for _, spoil := range []string{"assigned = 6", "assigned = 4, reserved = 2", "assigned = -1", "assigned = 1, locked = 2"} {
		err := w.Store.DB.Write(t.Context(), func(ctx context.Context, x *db.Tx) error {
			_, err := x.Exec(ctx, `update pool set `+spoil+` where school = $1`, string(school.ID))
			return err
		})
		if !db.IsCheck(err) {
			t.Errorf("set %s: got %v, want the schema's refusal", spoil, err)
		}
	}
}

// checkFinds breaks a database by hand, one promise at a time.
func checkFinds(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	w.Sell(t, w.Offer(school, r, 5))
	w.Persons(school.ID, directory.Pupil, 3, "")
	w.Assign(t, To(school, r, licensing.ToSchool()))
	w.Sound(t)
	for _, c := range []struct{ spoil, mend, code string }{
		{`update pool set assigned = 4`, `update pool set assigned = 3`, "licensing.check.assigned"},
		{`update pool set total = 6`, `update pool set total = 5`, "licensing.check.total"},
		{`update holding set state = 'ended'`, `update holding set state = 'held'`, "licensing.check.holdings"},
		{`update ledger_copy set assigned = 2`, `update ledger_copy set assigned = 1`, "licensing.check.disputed"},
		{`update ledger set act = 'x' || act`, `update ledger set act = substr(act, 2)`, "licensing.check.unsigned"},
	} {
		w.exec(c.spoil)
		_, broken, err := w.Licensing.Check(t.Context())
		found := false
		for _, f := range broken {
			found = found || f.Code == c.code && f.School == school.ID
		}
		if err != nil || !found {
			t.Errorf("%s: got %v, %v, want %s", c.spoil, broken, err, c.code)
		}
		w.exec(c.mend)
	}
	o := newOffice(t, w)
	o.delegate(t, o.terms(2))
	if err := o.give(t, o.work, licensing.ToPerson(o.inA[0])); err != nil {
		t.Fatal(err)
	}
	w.Sound(t)
	w.exec(`update mandate set budget = 0, spent = 0`)
	if _, broken, err := w.Licensing.Check(t.Context()); err != nil || len(broken) != 1 || broken[0].Code != "licensing.check.budget" || broken[0].School != o.school.ID {
		t.Errorf("an overspent budget: %v, %v", broken, err)
	}
	w.exec(`update mandate set budget = 1`)
	w.Sound(t)
}

func oneIdentifier(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	sub := w.Offer(school, r, 5)
	nodes := w.nodes()
	var opened atomic.Int64
	together(workers, func(i int) {
		_, err := nodes[i%2].Subscribe(t.Context(), Seller, sub)
		if err == nil {
			opened.Add(1)
			return
		}
		refused(t, err, fault.Conflict, "licensing.subscription.exists")
	})
	if opened.Load() != 1 {
		t.Errorf("%d subscriptions opened under one identifier", opened.Load())
	}
	if got := w.Counters(t, school, r).Total; got != 5 {
		t.Errorf("%d copies of 5", got)
	}
	w.Sound(t)
}

// Somebody leaves, and the departure is acted on, while a copy is on its way to them: it comes back.
func givenWhileLeaving(t *testing.T, w *World) {
	if w.Store.DB.Engine == db.SQLite {
		t.Skip("SQLite writes one transaction at a time: nobody can leave while a copy is being given")
	}
	school, r := w.School("099", "340"), w.Resource(false)
	w.Sell(t, w.Offer(school, r, 1))
	p := w.Persons(school.ID, directory.Pupil, 1, "")[0]
	left, decided, gone, given, over := make(chan struct{}), make(chan struct{}), make(chan struct{}), make(chan error, 1), make(chan struct{})
	go func() {
		defer close(over)
		w.move(directory.PersonLeft, school.ID, p, func(ctx context.Context, x *db.Tx) error {
			err := leave(school.ID, p)(ctx, x)
			close(left)
			<-decided // as somebody who is still there
			return err
		})
	}()
	<-left
	go func() {
		given <- w.Store.Licensing().Write(context.Background(), func(ctx context.Context, x licensing.Writer) error {
			f, err := x.LockFooting(ctx, school.ID, r.ID, []directory.PersonID{p}, nil)
			close(decided)
			if err != nil {
				return err
			}
			<-gone
			act, err := x.Record(ctx, journal.Entry{School: string(school.ID), Actor: Manager, Verb: "licensing.assigned", Person: string(p), Class: journal.ClassLedger})
			if err != nil {
				return err
			}
			return x.GiveEach(ctx, school.ID, f.Pools[0].ID, []licensing.OwnCopy{{Person: p, Act: act}})
		})
	}()
	<-over
	followed := make(chan struct{})
	go func() {
		defer close(followed)
		w.Follow()
	}()
	select { // whoever follows without waiting for the copy is done before it is there
	case <-followed:
	case <-time.After(300 * time.Millisecond):
	}
	close(gone)
	if err := <-given; err != nil {
		t.Fatal(err)
	}
	<-followed
	if got, want := w.Counters(t, school, r), (licensing.Counters{Available: 1, Remaining: 1, Total: 1}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	w.Sound(t)
}
