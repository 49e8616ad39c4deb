package storetest

import (
	"testing"

	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/licensing"
)

// An undo takes back for good: the rule that would give again at once stops, in the same act, and lets its reserve go.
func undoSuspends(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	w.Sell(t, w.Offer(school, r, 6))
	a, b := w.Class(school.ID, "4e A"), w.Class(school.ID, "4e B")
	pupils := w.Persons(school.ID, directory.Pupil, 2, a)
	w.Persons(school.ID, directory.Pupil, 1, b)
	w.Stand(t, rule(school, r, 0, licensing.ToCohort(b)))
	made, err := w.Licensing.AddRule(t.Context(), Manager, rule(school, r, 2, licensing.ToCohort(a)), "")
	if err != nil {
		t.Fatal(err)
	}
	if d, err := w.Licensing.FindDeed(t.Context(), school.ID, made.Act, nil); err != nil || d.Sum().Given != 2 || d.Until.IsZero() {
		t.Errorf("the history tells of a rule that gave two and can be undone: %+v, %v", d, err)
	}
	plan, err := w.Licensing.PlanUndo(t.Context(), licensing.UndoOrder{School: school.ID, Act: made.Act})
	if err != nil {
		t.Fatal(err)
	}
	if list, err := w.Licensing.Suspends(t.Context(), plan.Taking()); err != nil || len(list) != 1 || list[0].ID != made.Rule.ID {
		t.Errorf("it would suspend %+v, %v", list, err)
	}
	undone := w.undo(t, school, made.Act)
	w.Follow()
	s, err := w.Licensing.FindRule(t.Context(), school.ID, made.Rule.ID)
	if err != nil || s.Rule.State != licensing.RuleSuspended || s.Rule.Reason != licensing.ByUndo || s.Rule.Act != undone.Act {
		t.Errorf("the rule: %+v, %v", s.Rule, err)
	}
	want := licensing.Counters{Available: 5, Remaining: 5, Assigned: 1, Total: 6}
	if got := w.Counters(t, school, r); got != want || w.holds(school, r, pupils[0]) {
		t.Errorf("undone: %+v, want %+v", got, want)
	}
	// What the undo took is given again by undoing it, reserve or not; the rule stays suspended.
	w.undo(t, school, undone.Act)
	w.Follow()
	if s, err = w.Licensing.FindRule(t.Context(), school.ID, made.Rule.ID); err != nil || s.Rule.State != licensing.RuleSuspended || !w.holds(school, r, pupils[1]) {
		t.Errorf("undone twice: %+v, %v", s.Rule, err)
	}
}

// A release that stopped a rule with a reserve is undone like any other; what a rule did by itself is nobody's act.
func undoBesideRules(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	w.Sell(t, w.Offer(school, r, 6))
	a := w.Class(school.ID, "4e A")
	pupil := w.Persons(school.ID, directory.Pupil, 1, a)[0]
	w.Stand(t, rule(school, r, 2, licensing.ToCohort(a)))
	late := w.Persons(school.ID, directory.Pupil, 1, "")[0]
	w.Move(school.ID, late, a)
	w.Follow()
	deeds, err := w.Licensing.History(t.Context(), licensing.HistoryFilter{School: school.ID, Verb: "licensing.served", Limit: 10})
	if err != nil || len(deeds) != 1 || !w.holds(school, r, late) {
		t.Fatalf("served: %+v, %v", deeds, err)
	}
	if !deeds[0].Until.IsZero() {
		t.Errorf("what a rule did by itself is said to be undone until %s", deeds[0].Until)
	}
	_, err = w.Licensing.PlanUndo(t.Context(), licensing.UndoOrder{School: school.ID, Act: deeds[0].Act})
	refused(t, err, fault.Conflict, "licensing.undo.kind")

	order := To(school, r, licensing.ToPerson(pupil))
	order.Take = true
	taken, err := w.Licensing.Release(t.Context(), Manager, order)
	if err != nil {
		t.Fatal(err)
	}
	w.Follow()
	if d, err := w.Licensing.FindDeed(t.Context(), school.ID, taken.Act, nil); err != nil || d.Until.IsZero() || d.Sum().Back != 1 {
		t.Errorf("the history of a release that stopped a rule: %+v, %v", d, err)
	}
	w.undo(t, school, taken.Act)
	if !w.holds(school, r, pupil) {
		t.Error("the release is not undone")
	}
	_, err = w.Licensing.PlanUndo(t.Context(), licensing.UndoOrder{School: school.ID, Act: journal.ActID("none")})
	refused(t, err, fault.NotFound, "licensing.act.unknown")
}

// Whoever gives a double back keeps one copy: no rule would give another, and none stops.
func doublesKeepRules(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	pupil := w.Persons(school.ID, directory.Pupil, 1, "")[0]
	w.twice(t, school, r, pupil)
	made := w.Stand(t, rule(school, r, 1, licensing.ToSchool()))
	chosen, plan := w.undouble(t, school)
	if plan.Sum().Loses != 1 {
		t.Fatalf("got %+v", plan.Sum())
	}
	if _, err := w.Licensing.ReleaseDoubles(t.Context(), Manager, school.ID, chosen, plan.Hash); err != nil {
		t.Fatal(err)
	}
	w.Follow()
	s, err := w.Licensing.FindRule(t.Context(), school.ID, made.ID)
	if err != nil || s.Rule.State != licensing.RuleInForce || s.Kept != 1 || s.Served != 1 {
		t.Errorf("the rule: %+v, %v", s, err)
	}
	if list, err := w.Licensing.ListDoubles(t.Context(), school.ID, nil); err != nil || len(list) != 0 {
		t.Errorf("doubles again: %v, %v", list, err)
	}
}

// Copies given one by one, many at the same moment, leave what rules keep back.
func singlesLeaveReserves(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	w.Sell(t, w.Offer(school, r, 6))
	a := w.Class(school.ID, "4e A")
	w.Stand(t, rule(school, r, 4, licensing.ToCohort(a)))
	pupils := w.Persons(school.ID, directory.Pupil, 6, "")
	answers := make(chan error, len(pupils))
	for _, p := range pupils {
		go func() {
			_, err := w.Licensing.Assign(t.Context(), Manager, To(school, r, licensing.ToPerson(p)))
			answers <- err
		}()
	}
	served := 0
	for range pupils {
		if err := <-answers; err == nil {
			served++
		} else if fault.CodeOf(err) != "licensing.pool.exhausted" {
			t.Error(err)
		}
	}
	want := licensing.Counters{Assigned: 2, Total: 6, Reserved: 4}
	if got := w.Counters(t, school, r); served != 2 || got != want {
		t.Errorf("%d served: %+v, want %+v", served, got, want)
	}
}
