package storetest

import (
	"context"
	"testing"

	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/db"
	"pupitre/journal"
	"pupitre/licensing"
)

// Whoever has a copy already, or one too many, keeps the whole group from being written: no line, no act.
func singlesAreWrittenWhole(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	w.Sell(t, w.Offer(school, r, 4))
	pupils := w.Persons(school.ID, directory.Pupil, 6, "")
	w.Assign(t, To(school, r, licensing.ToPerson(pupils[0])))
	give := func(persons ...directory.PersonID) error {
		return w.Store.Licensing().Write(t.Context(), func(ctx context.Context, x licensing.Writer) error {
			f, err := x.LockFooting(ctx, school.ID, r.ID, persons, nil)
			if err != nil {
				return err
			}
			var copies []licensing.OwnCopy
			for _, person := range persons {
				act, err := x.Record(ctx, journal.Entry{School: string(school.ID), Actor: Manager, Verb: "licensing.assigned", Person: string(person), Class: journal.ClassLedger})
				if err != nil {
					return err
				}
				copies = append(copies, licensing.OwnCopy{Person: person, Act: act})
			}
			return x.GiveEach(ctx, school.ID, f.Pools[0].ID, copies)
		})
	}
	if err := give(pupils[3], pupils[0]); err == nil {
		t.Error("a second copy was given")
	}
	if err := give(pupils[2], pupils[3], pupils[4], pupils[5]); !db.IsCheck(err) {
		t.Errorf("one copy too many: %v", err)
	}
	if n := w.count(`select count(*) from journal where school = $1 and verb = 'licensing.assigned'`, string(school.ID)); n != 1 {
		t.Errorf("%d acts are kept, want the one before", n)
	}
	if err := give(pupils[5], pupils[2], pupils[4]); err != nil {
		t.Fatal(err)
	}
	if got, want := w.Counters(t, school, r), (licensing.Counters{Assigned: 4, Total: 4}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	seq := w.count(`select seq from pool where school = $1`, string(school.ID))
	for i, p := range []directory.PersonID{pupils[5], pupils[2], pupils[4]} {
		if n := w.count(`select count(*) from ledger l join ledger_copy c on c.school = l.school and c.pool = l.pool and c.seq = l.seq
			join journal j on j.school = l.school and j.id = l.act join holding h on h.school = l.school and h.pool = l.pool and h.act = l.act
			where l.school = $1 and l.seq = $2 and c.person = $3 and j.person = $3 and h.person = $3`, string(school.ID), seq-2+int64(i), string(p)); n != 1 {
			t.Errorf("line %d is not that of %s", seq-2+int64(i), p)
		}
	}
	w.Sound(t)
}

// An entry that ended with its subscription is no copy: who has one is given a copy again.
func singlesAfterAnEnd(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	sub := w.Sell(t, w.Offer(school, r, 2))
	pupils := w.Persons(school.ID, directory.Pupil, 2, "")
	w.Assign(t, To(school, r, licensing.ToPerson(pupils[0])))
	if err := w.Licensing.End(t.Context(), Seller, Distributor, sub.ID); err != nil {
		t.Fatal(err)
	}
	sub.Ends = clock.Date{}
	w.Sell(t, sub)
	for _, p := range pupils {
		w.Assign(t, To(school, r, licensing.ToPerson(p)))
	}
	if got := w.Counters(t, school, r).Assigned; got != 2 {
		t.Errorf("%d copies are out", got)
	}
	w.Sound(t)
}

// A whole school is given its copies in one go, some of it again after theirs ended.
func schoolAfterAnEnd(t *testing.T, w *World) {
	const persons = 150
	school, r := w.School("099", "340"), w.Resource(false)
	sub := w.Sell(t, w.Offer(school, r, persons))
	pupils := w.Persons(school.ID, directory.Pupil, persons, "")
	w.Assign(t, To(school, r, licensing.ToPerson(pupils[7]), licensing.ToPerson(pupils[90])))
	if err := w.Licensing.End(t.Context(), Seller, Distributor, sub.ID); err != nil {
		t.Fatal(err)
	}
	sub.Ends = clock.Date{}
	w.Sell(t, sub)
	w.Assign(t, To(school, r, licensing.ToSchool()))
	if got := w.holding(t, school, r); len(got) != persons || got[pupils[7]] != licensing.ToSchool().String() {
		t.Errorf("%d have a copy, %s by %q", len(got), pupils[7], got[pupils[7]])
	}
	w.Sound(t)
}
