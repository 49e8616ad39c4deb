package storetest

import (
	"testing"

	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/licensing"
)

// crowded is a school with a class so large that three resources for all of it are more than one act may move, and ten copies too few of
// the third.
func crowded(t *testing.T, w *World) (directory.School, []licensing.Work, []directory.PersonID) {
	t.Helper()
	const n = licensing.AtOnce/3 + 10
	school, works := w.School("099", "340"), []licensing.Work{w.Resource(false), w.Resource(false), w.Resource(false)}
	for i, r := range works {
		w.Sell(t, w.Offer(school, r, licensing.Count(n-10*(i/2))))
	}
	return school, works, w.Persons(school.ID, directory.Pupil, n, w.Class(school.ID, "5e A"))
}

// undertaken plans an order and undertakes exactly that, as somebody.
func (w *World) undertaken(t *testing.T, by journal.Actor, o licensing.Order) (licensing.Applied, error) {
	t.Helper()
	if by.Kind == journal.ByPerson {
		o.For = directory.PersonID(by.ID)
	}
	plan, err := w.Licensing.Plan(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return w.Licensing.Undertake(t.Context(), by, o, plan.Hash)
}

// worked lets a batch be done, in one transaction or not, and returns what became of it.
func (w *World) worked(t *testing.T, school directory.School, done licensing.Applied, whole bool) licensing.Batch {
	t.Helper()
	if !whole {
		w.exec(`update batch set whole = $3 where school = $1 and id = $2`, string(school.ID), string(done.Batch), false)
	}
	if _, err := w.Licensing.Work(t.Context(), "w"); err != nil {
		t.Fatal(err)
	}
	b, err := w.Licensing.FindBatch(t.Context(), school.ID, done.Batch, nil)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// What is too much for one answer is a batch that is under way, held to the same plan and the same word; it is one act, undone in one.
func undertakeMuch(t *testing.T, w *World) {
	ctx := t.Context()
	school, works, pupils := crowded(t, w)
	few, err := w.undertaken(t, Manager, To(school, works[0], licensing.ToPerson(pupils[0])))
	if err != nil || few.Batch != "" || few.Act == "" {
		t.Fatalf("one copy is not given at once: %+v, %v", few, err)
	}
	all := To(school, works[0], licensing.ToCohort("5e A"))
	all.Resources = append(all.Resources, works[1].ID, works[2].ID)
	stale, err := w.Licensing.Undertake(ctx, Manager, all, "yesterday's")
	refused(t, err, fault.Conflict, "licensing.plan.changed")
	if stale.Plan.Sum().Gets == 0 || stale.Batch != "" {
		t.Errorf("the new plan is not told: %+v", stale.Plan.Figures)
	}
	_, err = w.undertaken(t, Manager, all)
	refused(t, err, fault.Exhausted, "licensing.plan.short")
	all.Short = licensing.ShortServe
	done, err := w.undertaken(t, Manager, all)
	if err != nil || done.Batch == "" || done.Act != "" || w.Counters(t, school, works[1]).Assigned != 0 {
		t.Fatalf("%s, %s, %v", done.Batch, done.Act, err)
	}
	b := w.worked(t, school, done, true)
	n := int64(len(pupils))
	if b.State != licensing.BatchDone || b.Sum().Gets != 3*n-1-10 || b.Sum().Short != 10 || b.Steps[0].Act == "" || b.Steps[0].Act != b.Steps[2].Act || b.By != Manager {
		t.Fatalf("%s, %+v", b.State, b.Steps)
	}
	if outcomes, err := w.Licensing.Outcomes(ctx, school.ID, b.ID, 3, nil); err != nil || len(outcomes) != len(pupils) || outcomes[0].Resource != works[2].ID || outcomes[n-1].Why != licensing.WhyShort {
		t.Errorf("%d outcomes of the third resource, %v", len(outcomes), err)
	}
	if deed, err := w.Licensing.FindDeed(ctx, school.ID, b.Steps[0].Act, nil); err != nil || len(deed.Changes) != 3 || deed.Short != 10 || deed.By != Manager {
		t.Errorf("the history has %+v, %v", deed, err)
	}
	w.undo(t, school, b.Steps[0].Act)
	for i, r := range works {
		if got := w.Counters(t, school, r).Assigned; got != int64(1-(i+1)/2) {
			t.Errorf("%s: %d copies are left after the undo", r.Title, got)
		}
	}

	// Between the word and the work somebody got a copy: nothing is done.
	done, err = w.undertaken(t, Manager, all)
	if err != nil || done.Batch == "" {
		t.Fatal(err)
	}
	w.Assign(t, To(school, works[1], licensing.ToPerson(pupils[7])))
	if b = w.worked(t, school, done, true); b.State != licensing.BatchRefused || b.Steps[1].State != licensing.BatchRefused || fault.CodeOf(b.Steps[1].Err()) != "licensing.plan.changed" || w.Counters(t, school, works[2]).Assigned != 0 {
		t.Errorf("%s, %+v", b.State, b.Steps)
	}
	w.Sound(t)
}

// Copies come back by a batch as by an act: those that were asked for, of those who left too, who hold but some of the resources.
func undertakeBack(t *testing.T, w *World) {
	for _, whole := range []bool{true, false} {
		school, works, pupils := crowded(t, w)
		for _, r := range works {
			o := To(school, r, licensing.ToSchool())
			o.Short = licensing.ShortServe
			w.Assign(t, o)
		}
		gone := pupils[0]
		for _, r := range works[1:] {
			w.release(t, To(school, r, licensing.ToPerson(gone)))
		}
		w.Slip(school.ID, gone)
		if _, err := w.Open(school, works[0], pupils[1]); err != nil {
			t.Fatal(err)
		}
		done, err := w.undertaken(t, Manager, take(school, licensing.Only{Unopened: true}, licensing.ToSchool(), works...))
		if err != nil || done.Batch == "" {
			t.Fatal(err)
		}
		b := w.worked(t, school, done, whole)
		if b.State != licensing.BatchDone || b.Sum().Cannot != 1 || w.Counters(t, school, works[0]).Assigned != 1 || w.Counters(t, school, works[1]).Assigned != 0 {
			t.Errorf("whole %v: %s, %+v", whole, b.State, b.Steps)
		}
		if one := b.Steps[0].Act == b.Steps[1].Act; one != whole {
			t.Errorf("whole %v: the steps are one act: %v", whole, one)
		}
	}
	w.Sound(t)
}

// A delegate's budget is held over all the resources of what they undertake.
func undertakeOnBudget(t *testing.T, w *World) {
	school, works, pupils := crowded(t, w)
	staff := w.Persons(school.ID, directory.Teacher, 2, "")
	w.exec(`insert into assignment_manager (school, person, state, source) values ($1, $2, 'confirmed', 'portal')`, string(school.ID), string(staff[0]))
	o := &office{w: w, school: school, manager: staff[0], keeper: staff[1]}
	const budget = licensing.AtOnce + 1
	w.Sell(t, w.Offer(school, works[2], 20))
	o.delegate(t, o.terms(budget, "5e A"))
	order := To(school, works[0], licensing.ToCohort("5e A"))
	order.Resources = append(order.Resources, works[1].ID, works[2].ID)
	_, err := w.undertaken(t, actor(o.keeper), order)
	refused(t, err, fault.Exhausted, "licensing.mandate.budget")
	order.Short = licensing.ShortServe
	done, err := w.undertaken(t, actor(o.keeper), order)
	if err != nil || done.Batch == "" {
		t.Fatal(err)
	}
	b := w.worked(t, school, done, true)
	if b.State != licensing.BatchDone || b.Sum().Gets != budget || b.Sum().Short != int64(3*len(pupils)-budget) || o.spent(t) != budget {
		t.Errorf("%s, %d given, %d spent", b.State, b.Sum().Gets, o.spent(t))
	}
	w.Sound(t)
}
