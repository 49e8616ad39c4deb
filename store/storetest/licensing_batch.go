package storetest

import (
	"context"
	"testing"
	"time"

	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/licensing"
)

// twoResources is a school with two resources of 10 copies, and 6 pupils.
func twoResources(t *testing.T, w *World) (directory.School, []licensing.Work, []directory.PersonID) {
	school, works := w.School("099", "340"), []licensing.Work{w.Resource(false), w.Resource(false)}
	for _, r := range works {
		w.Sell(t, w.Offer(school, r, 10))
	}
	return school, works, w.Persons(school.ID, directory.Pupil, 6, "")
}

// prepare drafts a batch of these orders, and must succeed.
func (w *World) prepare(t *testing.T, school directory.School, orders ...licensing.Order) licensing.Batch {
	t.Helper()
	b, err := w.Licensing.Prepare(t.Context(), Manager, licensing.Draft{School: school.ID, Name: "classe.csv", Lines: 3, Orders: orders,
		Refused: []licensing.Refused{{Line: 7, Err: fault.New(fault.Invalid, "licensing.line.person.several", "name", "Inès", "n", 2)}}})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func batches(t *testing.T, w *World) {
	ctx := t.Context()
	school, works, pupils := twoResources(t, w)
	b := w.prepare(t, school, To(school, works[0], licensing.ToPerson(pupils[0])), To(school, works[1], licensing.ToPerson(pupils[0])), To(school, works[0], licensing.ToPerson(pupils[1])))
	if len(b.Steps) != 2 || b.Sum().Gets != 3 || !b.Whole || w.Counters(t, school, works[0]).Assigned != 0 {
		t.Fatalf("%+v", b)
	}
	refused(t, w.Licensing.Start(ctx, Manager, school.ID, b.ID, "another", ""), fault.Conflict, "licensing.plan.changed")
	other := w.School("099", "340")
	refused(t, w.Licensing.Start(ctx, Manager, other.ID, b.ID, b.Hash, ""), fault.NotFound, "licensing.batch.unknown")
	if n, err := w.Licensing.Work(ctx, "w"); n != 0 || err != nil {
		t.Fatalf("a draft was worked on: %d, %v", n, err)
	}
	if err := w.Licensing.Start(ctx, Manager, school.ID, b.ID, b.Hash, ""); err != nil {
		t.Fatal(err)
	}
	refused(t, w.Licensing.Start(ctx, Manager, school.ID, b.ID, b.Hash, ""), fault.Conflict, "licensing.batch.started")
	if n, err := w.Licensing.Work(ctx, "w"); n != 1 || err != nil {
		t.Fatalf("%d, %v", n, err)
	}
	b, err := w.Licensing.FindBatch(ctx, school.ID, b.ID, nil)
	if done, total := b.Progress(); err != nil || b.State != licensing.BatchDone || done != 2 || total != 2 || b.Steps[0].Act == "" || b.Ended.IsZero() {
		t.Fatalf("%+v, %v", b, err)
	}
	if n := w.count(`select count(*) from outbox where topic = $1 and school = $2 and subject = $3`, licensing.FactBatchChanged, string(school.ID), string(b.ID)); n != 3 {
		t.Errorf("told %d times that it started, was begun and ended", n)
	}
	if w.Counters(t, school, works[0]).Assigned != 2 || w.Counters(t, school, works[1]).Assigned != 1 {
		t.Error("not what was planned")
	}
	if n := w.count(`select count(*) from ledger where school = $1 and act = $2`, string(school.ID), string(b.Steps[0].Act)); n != 1 {
		t.Errorf("%d lines of the ledger by the step's act", n)
	}
	receipt, err := w.Licensing.Receipt(ctx, school.ID, b.Steps[0].Act, nil)
	if err != nil || len(receipt.Copies) != 2 || !receipt.Copies[0].Given || receipt.Copies[0].Resource != works[0].ID || receipt.By != Manager || receipt.Verb != "licensing.assigned" {
		t.Errorf("%+v, %v", receipt, err)
	}
	order := To(school, works[1], licensing.ToPerson(pupils[5]))
	order.Program = "a-token"
	alone := w.Assign(t, order).Act // by the way of single assignments
	byProgram, err := w.Licensing.Receipt(ctx, school.ID, alone, nil)
	if err != nil {
		t.Error(err)
	}
	if deed, err := w.Licensing.FindDeed(ctx, school.ID, alone, nil); err != nil || deed.Program != "a-token" || byProgram.Program() != "a-token" {
		t.Errorf("the program is told as %q and %q: %v", deed.Program, byProgram.Program(), err)
	}
	_, err = w.Licensing.Receipt(ctx, other.ID, b.Steps[0].Act, nil)
	refused(t, err, fault.NotFound, "licensing.act.unknown")
	outcomes, err := w.Licensing.Outcomes(ctx, school.ID, b.ID, 1, nil)
	if err != nil || len(outcomes) != 2 || outcomes[0].Verdict != licensing.Gets || outcomes[0].Resource != works[0].ID {
		t.Errorf("%+v, %v", outcomes, err)
	}
	lines, err := w.Licensing.RefusedLines(ctx, school.ID, b.ID, 0, nil)
	if err != nil || len(lines) != 1 || lines[0].Line != 7 || param(lines[0].Err, "n") != int64(2) || !fault.Is(lines[0].Err, fault.Invalid) {
		t.Errorf("%+v, %v", lines, err)
	}
	if list, err := w.Licensing.ListBatches(ctx, school.ID, 10, nil); err != nil || len(list) != 1 || list[0].Sum().Gets != 3 {
		t.Errorf("%+v, %v", list, err)
	}
	if n, err := w.Licensing.Work(ctx, "w"); n != 0 || err != nil {
		t.Errorf("done twice: %d, %v", n, err)
	}
	_, err = w.Licensing.Prepare(ctx, Manager, licensing.Draft{School: school.ID, Orders: []licensing.Order{To(school, works[0], licensing.ToSchool()),
		{School: school.ID, Resources: To(school, works[0]).Resources, Targets: []licensing.Target{licensing.ToSchool()}, Take: true}}})
	refused(t, err, fault.Invalid, "licensing.batch.both")
}

// A batch of one transaction is done whole or not at all; one that goes step by step does what it can.
func staleBatch(t *testing.T, w *World) {
	ctx := t.Context()
	for _, whole := range []bool{true, false} {
		school, works, pupils := twoResources(t, w)
		b := w.prepare(t, school, To(school, works[0], licensing.ToPerson(pupils[0])), To(school, works[1], licensing.ToPerson(pupils[0]), licensing.ToPerson(pupils[1])))
		if !whole {
			w.exec(`update batch set whole = $3 where school = $1 and id = $2`, string(school.ID), string(b.ID), false)
		}
		w.Assign(t, To(school, works[1], licensing.ToPerson(pupils[1])))
		if err := w.Licensing.Start(ctx, Manager, school.ID, b.ID, b.Hash, ""); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Licensing.Work(ctx, "w"); err != nil {
			t.Fatal(err)
		}
		b, err := w.Licensing.FindBatch(ctx, school.ID, b.ID, nil)
		if err != nil {
			t.Fatal(err)
		}
		given, state := int64(0), licensing.BatchRefused
		if !whole {
			given, state = 1, licensing.BatchDone
		}
		if b.State != state || b.Steps[1].State != licensing.BatchRefused || fault.CodeOf(b.Steps[1].Err()) != "licensing.plan.changed" {
			t.Errorf("whole %v: %s, %+v", whole, b.State, b.Steps[1])
		}
		if got := w.Counters(t, school, works[0]).Assigned; got != given {
			t.Errorf("whole %v: %d copies of the first resource, want %d", whole, got, given)
		}
	}
}

func shortBatch(t *testing.T, w *World) {
	ctx := t.Context()
	school, r := w.School("099", "340"), w.Resource(false)
	w.Sell(t, w.Offer(school, r, 2))
	order := To(school, r, licensing.ToSchool())
	w.Persons(school.ID, directory.Pupil, 3, "")
	b := w.prepare(t, school, order)
	refused(t, w.Licensing.Start(ctx, Manager, school.ID, b.ID, b.Hash, licensing.ShortStop), fault.Exhausted, "licensing.plan.short")
	if err := w.Licensing.Start(ctx, Manager, school.ID, b.ID, b.Hash, licensing.ShortServe); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Licensing.Work(ctx, "w"); err != nil {
		t.Fatal(err)
	}
	if c := w.Counters(t, school, r); c.Assigned != 2 {
		t.Errorf("%+v", c)
	}
}

// A worker that dies leaves its batch to the next one when its lease is over; what it had done is not done again.
func batchOfADeadWorker(t *testing.T, w *World) {
	ctx := t.Context()
	school, works, pupils := twoResources(t, w)
	b := w.prepare(t, school, To(school, works[0], licensing.ToPerson(pupils[0])), To(school, works[1], licensing.ToPerson(pupils[0])))
	w.exec(`update batch set whole = $3 where school = $1 and id = $2`, string(school.ID), string(b.ID), false)
	if err := w.Licensing.Start(ctx, Manager, school.ID, b.ID, b.Hash, ""); err != nil {
		t.Fatal(err)
	}
	claim := func(worker string) (found bool) {
		if err := w.Store.Licensing().Write(ctx, func(ctx context.Context, wr licensing.Writer) (err error) {
			_, _, found, err = wr.ClaimBatch(ctx, worker, wr.Now().Add(time.Minute))
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return found
	}
	if !claim("dead") || claim("second") {
		t.Fatal("a batch is one worker's")
	}
	w.SetNow(w.Now().Add(2 * time.Minute))
	if n, err := w.Licensing.Work(ctx, "second"); n != 1 || err != nil {
		t.Fatalf("%d, %v", n, err)
	}
	held := true
	if err := w.Store.Licensing().Write(ctx, func(ctx context.Context, wr licensing.Writer) (err error) {
		held, err = wr.RenewBatch(ctx, school.ID, b.ID, "dead", wr.Now().Add(time.Minute))
		return err
	}); err != nil || held {
		t.Errorf("the dead worker still holds it: %v", err)
	}
	if w.Counters(t, school, works[0]).Assigned != 1 || w.Counters(t, school, works[1]).Assigned != 1 {
		t.Error("not done, or done twice")
	}
	w.prepare(t, school, To(school, works[0], licensing.ToPerson(pupils[3])))
	w.SetNow(w.Now().Add(25 * time.Hour))
	if n, err := w.Licensing.SweepBatches(ctx, 100); n != 1 || err != nil {
		t.Errorf("swept %d drafts, %v", n, err)
	}
	if lines, err := w.Licensing.RefusedLines(ctx, school.ID, b.ID, 0, nil); err != nil || len(lines) != 0 {
		t.Errorf("names are still there: %v, %v", lines, err)
	}
	w.SetNow(w.Now().Add(31 * 24 * time.Hour))
	if n, err := w.Licensing.SweepBatches(ctx, 100); n != 5 || err != nil { // all that ended, of every case
		t.Errorf("swept %d batches, %v", n, err)
	}
	_, err := w.Licensing.FindBatch(ctx, school.ID, b.ID, nil)
	refused(t, err, fault.NotFound, "licensing.batch.unknown")
	w.Sound(t)
}

// A delegate's batch is held to their scope and budget: when it is planned, over all its resources, and when it is carried out.
func batchOfADelegate(t *testing.T, w *World) {
	ctx, o := t.Context(), newOffice(t, w)
	keeper := actor(o.keeper)
	o.delegate(t, o.terms(3, o.a))
	draft := func(orders ...licensing.Order) licensing.Draft {
		return licensing.Draft{School: o.school.ID, Orders: orders}
	}
	_, err := w.Licensing.Prepare(ctx, keeper, draft(To(o.school, o.work, licensing.ToCohort(o.b))))
	refused(t, err, fault.Denied, "licensing.mandate.cohort")

	work := func(b licensing.Batch, short licensing.Short) licensing.Batch {
		t.Helper()
		if err := w.Licensing.Start(ctx, keeper, o.school.ID, b.ID, b.Hash, short); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Licensing.Work(ctx, "w"); err != nil {
			t.Fatal(err)
		}
		b, err := w.Licensing.FindBatch(ctx, o.school.ID, b.ID, nil)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	b, err := w.Licensing.Prepare(ctx, keeper, draft(To(o.school, o.work, licensing.ToCohort(o.a)), To(o.school, o.other, licensing.ToPerson(o.inA[0]))))
	if sum := b.Sum(); err != nil || sum.Gets != 3 || sum.Short != 1 {
		t.Fatalf("%+v, %v", sum, err)
	}
	if b = work(b, licensing.ShortServe); b.State != licensing.BatchDone || o.spent(t) != 3 || w.Counters(t, o.school, o.other).Assigned != 0 {
		t.Errorf("%s, %d spent", b.State, o.spent(t))
	}

	o.delegate(t, o.terms(9, o.a))
	if b, err = w.Licensing.Prepare(ctx, keeper, draft(To(o.school, o.other, licensing.ToPerson(o.inA[0])))); err != nil {
		t.Fatal(err)
	}
	o.delegate(t, o.terms(9, o.b))
	if b = work(b, licensing.ShortStop); b.State != licensing.BatchRefused || b.Steps[0].Code != "licensing.mandate.person" || w.Counters(t, o.school, o.other).Assigned != 0 {
		t.Errorf("a mandate that was narrowed meanwhile: %s, %s", b.State, b.Steps[0].Code)
	}
}
