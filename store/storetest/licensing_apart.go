package storetest

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/licensing"
	"pupitre/privacy"
)

// apartInHistory: that accounts are two persons' is an act like any other: who, when, whose; it stands until they are compared again, all of
// them, and a delegate reads of those whose accounts are all in the scope.
func apartInHistory(t *testing.T, w *World) {
	o := newOffice(t, w)
	ctx := t.Context()
	three, mixed := o.inA, []directory.PersonID{o.inA[0], o.inB[0]}
	w.call("marchal ines", "", three...)
	given := o.assigned(t, o.manager, o.work, licensing.ToSchool(directory.Pupil))
	tell := func(persons ...directory.PersonID) {
		t.Helper()
		if err := w.Licensing.TellApart(ctx, actor(o.manager), o.school.ID, double(licensing.DoubleNamesakes, o.work, persons...).Key()); err != nil {
			t.Fatal(err)
		}
	}
	again := func(a, b directory.PersonID) {
		t.Helper()
		if err := w.Licensing.CompareAgain(ctx, actor(o.manager), o.school.ID, a, b); err != nil {
			t.Fatal(err)
		}
	}
	latest := func(within *licensing.Mandate) []licensing.Deed {
		t.Helper()
		list := must[[]licensing.Deed](t)(w.Licensing.History(ctx, licensing.HistoryFilter{School: o.school.ID, Within: within}))
		list = slices.DeleteFunc(list, func(d licensing.Deed) bool { return d.Appointment != nil }) // of the delegates below
		return list[:min(len(list), 3)]
	}
	tell(three...)
	told := latest(nil)[0]
	pairs := [][2]directory.PersonID{{three[0], three[1]}, {three[0], three[2]}, {three[1], three[2]}}
	want := licensing.Deed{Act: told.Act, At: w.Now(), By: actor(o.manager), Verb: licensing.VerbApart, Subject: string(three[0]), Persons: three, Apart: pairs}
	if diff := cmp.Diff(want, told); diff != "" || told.Act == given {
		t.Fatalf("told apart (-want +got):\n%s", diff)
	}
	again(three[1], three[0])
	if d := must[licensing.Deed](t)(w.Licensing.FindDeed(ctx, o.school.ID, told.Act, nil)); len(d.Apart) != 2 || d.UndoneBy != "" {
		t.Errorf("of three, two are compared again: %+v", d)
	}
	again(three[0], three[2])
	again(three[1], three[2])
	back := latest(nil)[0]
	if back.Verb != licensing.VerbCompared || back.Undoes != told.Act || !cmp.Equal(back.Persons, three[1:]) || back.Until != (clock.Date{}) || len(back.Apart) != 0 {
		t.Errorf("compared again: %+v", back)
	}
	if d := must[licensing.Deed](t)(w.Licensing.FindDeed(ctx, o.school.ID, told.Act, nil)); len(d.Apart) != 0 || d.UndoneBy != back.Act || !d.UndoneAt.Equal(back.At) {
		t.Errorf("once all of them are: %+v", d)
	}
	_, err := w.Licensing.PlanUndo(ctx, licensing.UndoOrder{School: o.school.ID, Act: told.Act})
	refused(t, err, fault.NotFound, "licensing.act.unknown") // it moved no copy
	for verb, n := range map[string]int{licensing.VerbApart: 1, licensing.VerbCompared: 3} {
		if list := must[[]licensing.Deed](t)(w.Licensing.History(ctx, licensing.HistoryFilter{School: o.school.ID, Verb: verb})); len(list) != n {
			t.Errorf("%d acts %s, want %d", len(list), verb, n)
		}
	}
	if list := must[[]licensing.Deed](t)(w.Licensing.History(ctx, licensing.HistoryFilter{School: o.school.ID, Resource: o.work.ID, Verb: licensing.VerbApart})); len(list) != 0 {
		t.Errorf("of a resource: %+v", list)
	}
	// A delegate of 5e A.
	w.call("autre", "", three[1:]...)
	w.call("marchal ines", "", mixed...)
	tell(mixed...)
	m := o.delegate(t, o.terms(licensing.Unlimited, o.a))
	if list := latest(&m); len(list) != 3 || list[0].Act != back.Act {
		t.Errorf("within 5e A: %+v", list)
	}
	_, err = w.Licensing.FindDeed(ctx, o.school.ID, latest(nil)[0].Act, &m)
	refused(t, err, fault.NotFound, "licensing.act.unknown")
	whole := o.delegate(t, o.terms(licensing.Unlimited))
	if list := latest(&whole); len(list) != 3 || !cmp.Equal(list[0].Persons, mixed) {
		t.Errorf("within the whole school: %+v", list)
	}
	// Of who is erased nobody is told apart any more, and the act stays.
	if err := (licensing.Keeper{Store: w.Licensing.Store}).Erase(ctx, privacy.Subject{ID: string(mixed[0])}); err != nil {
		t.Fatal(err)
	}
	if d := latest(nil)[0]; len(d.Apart) != 0 || d.UndoneBy != "" || d.Verb != licensing.VerbApart {
		t.Errorf("once one is erased: %+v", d)
	}
}
