package storetest

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/licensing"
)

// double is a double of one kind.
func double(kind licensing.DoubleKind, r licensing.Work, persons ...directory.PersonID) licensing.Double {
	return licensing.Double{Kind: kind, Resource: r.ID, Persons: persons}
}

// undouble plans to undo all doubles that there are in a school of some kinds, of all for none; and returns their keys too.
func (w *World) undouble(t testing.TB, school directory.School, kinds ...licensing.DoubleKind) ([]string, licensing.Plan) {
	t.Helper()
	list, err := w.Licensing.ListDoubles(context.Background(), school.ID, nil)
	if err != nil {
		t.Fatal(err)
	}
	var chosen []string
	for _, d := range list {
		if len(kinds) == 0 || slices.Contains(kinds, d.Kind) {
			chosen = append(chosen, d.Key())
		}
	}
	plan, err := w.Licensing.PlanUndouble(context.Background(), school.ID, "", chosen)
	if err != nil {
		t.Fatal(err)
	}
	return chosen, plan
}

func doubles(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	pupils := w.Persons(school.ID, directory.Pupil, 4, "")
	sooner, later := w.twice(t, school, r, pupils[0], pupils[1])
	w.Assign(t, To(school, r, licensing.ToPerson(pupils[2]))) // once, as it should be
	// The first of them has opened the copy that would not be drawn first.
	w.exec(`update holding set opened_at = 1, last_at = 1 where school = $1 and person = $2 and pool =
		(select id from pool where school = $1 and subscription = $3)`, string(school.ID), string(pupils[0]), string(later.ID))

	list, err := w.Licensing.ListDoubles(t.Context(), school.ID, nil)
	if diff := cmp.Diff([]licensing.Double{double(licensing.DoubleHere, r, pupils[0]), double(licensing.DoubleHere, r, pupils[1])}, list); err != nil || diff != "" {
		t.Fatalf("%v (-want +got):\n%s", err, diff)
	}
	if sure, err := w.Licensing.ListSureDoubles(t.Context(), school.ID, nil); err != nil || !cmp.Equal(list, sure) {
		t.Errorf("sure: %v, %v", sure, err)
	}
	chosen, plan := w.undouble(t, school)
	if f := plan.Sum(); f.Loses != 2 || f.Has != 2 || plan.Figures[0].Before.Assigned != 5 || plan.Figures[0].After.Assigned != 3 {
		t.Errorf("got %+v", plan.Figures)
	}
	_, err = w.Licensing.ReleaseDoubles(t.Context(), Manager, school.ID, chosen, "of yesterday")
	refused(t, err, fault.Conflict, "licensing.plan.changed")
	done, err := w.Licensing.ReleaseDoubles(t.Context(), Manager, school.ID, chosen, plan.Hash)
	if err != nil || done.Act == "" || !cmp.Equal(plan, done.Plan) {
		t.Fatalf("%v: %+v", err, done)
	}
	for i, want := range []licensing.SubscriptionID{later.ID, sooner.ID, sooner.ID} {
		if g, err := w.Open(school, r, pupils[i]); err != nil || g.Subscription != want {
			t.Errorf("pupil %d keeps %s, %v, want %s", i, g.Subscription, err, want)
		}
	}
	if again, err := w.Licensing.PlanUndouble(t.Context(), school.ID, "", chosen); err != nil || !again.Empty() || len(again.Outcomes) != 0 {
		t.Errorf("%v: %+v", err, again)
	}
	if f := w.undo(t, school, done.Act).Plan.Sum(); f.Gets != 0 || f.Has != 2 {
		t.Errorf("an undo makes doubles again: %+v", f)
	}
	if chosen, other := w.undouble(t, w.School("099", "340")); len(chosen) > 0 || !other.Empty() {
		t.Errorf("another school: %v, %+v", chosen, other)
	}
}

// A right of the whole school stays whatever becomes of the copy beside it; a copy that is consumed stays too.
func doublesBesideRights(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	in, out := w.Persons(school.ID, directory.Pupil, 3, w.Class(school.ID, "5e B")), w.Persons(school.ID, directory.Pupil, 1, "")[0]
	counted := w.Offer(school, r, 10)
	counted.Transferable = false
	w.Sell(t, counted)
	w.Assign(t, To(school, r, licensing.ToSchool()))
	if _, err := w.Open(school, r, in[2]); err != nil {
		t.Fatal(err)
	}
	wide := w.Offer(school, r, licensing.Unlimited)
	wide.Kind = licensing.Establishment
	w.Sell(t, wide)
	w.Assign(t, To(school, r, licensing.ToCohort("5e B")))

	chosen, plan := w.undouble(t, school)
	if f := plan.Sum(); f.Loses != 2 || f.Cannot != 1 || f.Has != 3 {
		t.Errorf("got %+v", f)
	}
	if _, err := w.Licensing.ReleaseDoubles(t.Context(), Manager, school.ID, chosen, plan.Hash); err != nil {
		t.Fatal(err)
	}
	if got := w.holding(t, school, r); len(got) != 2 || got[out] == "" || got[in[2]] == "" {
		t.Errorf("left: %v", got)
	}
	for _, p := range in {
		if _, err := w.Open(school, r, p); err != nil {
			t.Errorf("%s is shut out: %v", p, err)
		}
	}
}
