package storetest

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/licensing"
)

// appointments are the acts of a filter that say who assigns copies, newest first.
func (w *World) appointments(t testing.TB, f licensing.HistoryFilter) (list []licensing.Appointment, by []journal.Actor) {
	t.Helper()
	deeds, err := w.Licensing.History(t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range deeds {
		if d.Appointment != nil {
			list, by = append(list, *d.Appointment), append(by, d.By)
		}
	}
	return list, by
}

// historyOfDelegates has a delegate named, changed, withdrawn and named again, and reads what each act changed.
func historyOfDelegates(t *testing.T, w *World) {
	o := newOffice(t, w)
	end := clock.Date{Year: 2027, Month: 8, Day: 15}
	first := o.delegate(t, o.terms(10, o.a, o.b))
	narrow := o.terms(20, o.a)
	narrow.Resources, narrow.Until = []catalogue.ResourceID{o.work.ID}, clock.Date{Year: 2027, Month: 1, Day: 31}
	o.delegate(t, narrow)
	w.exec(`update attachment set head = true where school = $1 and person = $2`, string(o.school.ID), string(o.inB[0]))
	if err := w.Licensing.EndMandate(t.Context(), actor(o.inB[0]), o.school.ID, o.keeper); err != nil {
		t.Fatal(err)
	}
	again := o.delegate(t, o.terms(licensing.Unlimited))
	given := o.assigned(t, o.keeper, o.work, licensing.ToPerson(o.inA[0]))

	wide := &licensing.Mandate{Cohorts: []directory.CohortID{o.a, o.b}, Budget: 10, Until: end}
	slim := &licensing.Mandate{Cohorts: narrow.Cohorts, Resources: narrow.Resources, Budget: 20, Until: narrow.Until}
	free := &licensing.Mandate{Budget: licensing.Unlimited, Until: end}
	want := []licensing.Appointment{{Person: o.keeper, After: free}, {Person: o.keeper, Before: slim}, {Person: o.keeper, Before: wide, After: slim}, {Person: o.keeper, After: wide}}
	for name, f := range map[string]licensing.HistoryFilter{
		"of the school": {School: o.school.ID}, "of the delegate": {School: o.school.ID, Person: o.keeper}, "of whom was named": {School: o.school.ID, Named: o.keeper},
		"as the delegate reads it": {School: o.school.ID, Within: &again},
	} {
		got, by := w.appointments(t, f)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if diff := cmp.Diff([]journal.Actor{actor(o.manager), actor(o.inB[0]), actor(o.manager), actor(o.manager)}, by); diff != "" {
			t.Errorf("%s, by (-want +got):\n%s", name, diff)
		}
	}
	for name, c := range map[string]struct {
		filter licensing.HistoryFilter
		acts   int
	}{
		"of the head, who was named nothing": {licensing.HistoryFilter{School: o.school.ID, Named: o.inB[0]}, 0},
		"of another school":                  {licensing.HistoryFilter{School: w.School("099", "340").ID, Named: o.keeper}, 0},
		"of one verb":                        {licensing.HistoryFilter{School: o.school.ID, Verb: licensing.VerbUndelegated}, 1},
		"by the head":                        {licensing.HistoryFilter{School: o.school.ID, Actor: string(o.inB[0])}, 1},
		"of a resource":                      {licensing.HistoryFilter{School: o.school.ID, Resource: o.work.ID}, 0},
	} {
		if got, _ := w.appointments(t, c.filter); len(got) != c.acts {
			t.Errorf("%s: %+v, want %d", name, got, c.acts)
		}
	}
	if deeds := must[[]licensing.Deed](t)(w.Licensing.History(t.Context(), licensing.HistoryFilter{School: o.school.ID, Named: o.keeper})); len(deeds) != 4 || !deeds[0].Until.IsZero() {
		t.Errorf("the copies that a delegate gave are no naming, nor is a naming undone: %+v", deeds)
	} else if _, err := w.Licensing.PlanUndo(t.Context(), licensing.UndoOrder{School: o.school.ID, Act: deeds[0].Act}); !fault.Is(err, fault.NotFound) {
		t.Errorf("the undo of a naming: %v", err)
	}
	if d := must[licensing.Deed](t)(w.Licensing.FindDeed(t.Context(), o.school.ID, given, nil)); d.Appointment != nil {
		t.Errorf("an act on copies names %+v", d.Appointment)
	}
	// Another delegate reads of it nothing, whatever the scope.
	other := first
	other.Person, other.Cohorts = o.inA[1], nil
	if got, _ := w.appointments(t, licensing.HistoryFilter{School: o.school.ID, Within: &other}); len(got) != 0 {
		t.Errorf("another delegate reads %+v", got)
	}
}

// historyOfManagers has the head name, withdraw and confirm managers.
func historyOfManagers(t *testing.T, w *World) {
	o := newOffice(t, w)
	people := &directory.Service{Store: w.Store.Directory()}
	w.exec(`update attachment set head = true where school = $1 and person = $2`, string(o.school.ID), string(o.manager))
	w.exec(`insert into assignment_manager (school, person, state, source) values ($1, $2, 'named', 'portal')`, string(o.school.ID), string(o.keeper))
	keeper := directory.AssignmentManager{School: o.school.ID, Person: o.keeper}
	for _, err := range []error{people.ConfirmManager(t.Context(), o.manager, keeper), people.WithdrawManager(t.Context(), o.manager, keeper), people.NameManager(t.Context(), o.manager, keeper)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	got, by := w.appointments(t, licensing.HistoryFilter{School: o.school.ID})
	const none, named, confirmed, withdrawn = directory.ManagerState(""), directory.ManagerNamed, directory.ManagerConfirmed, directory.ManagerWithdrawn
	want := []licensing.Appointment{{Person: o.keeper, Was: none, Is: confirmed}, {Person: o.keeper, Was: confirmed, Is: withdrawn}, {Person: o.keeper, Was: named, Is: confirmed}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if len(by) != 3 || by[0] != actor(o.manager) {
		t.Errorf("by %v", by)
	}
	// An entry of before it kept states says what its name says.
	w.exec(`update journal set detail = '{}' where school = $1 and verb = $2`, string(o.school.ID), directory.VerbManagerWithdrawn)
	if got, _ := w.appointments(t, licensing.HistoryFilter{School: o.school.ID, Verb: directory.VerbManagerWithdrawn}); len(got) != 1 || got[0].Is != withdrawn || !got[0].Manages() {
		t.Errorf("an old entry: %+v", got)
	}
}
