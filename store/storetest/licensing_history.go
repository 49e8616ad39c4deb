package storetest

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/licensing"
)

// history is the acts of a filter in one line each, newest first.
func (w *World) history(t testing.TB, f licensing.HistoryFilter) (lines []string, deeds []licensing.Deed) {
	t.Helper()
	deeds, err := w.Licensing.History(t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range deeds {
		s := d.Sum()
		line := fmt.Sprintf("%s by %s: +%d -%d", d.Verb, d.By.ID, s.Given, s.Back)
		if s.Opened+s.Closed > 0 {
			line += fmt.Sprintf(", targets +%d -%d", s.Opened, s.Closed)
		}
		lines = append(lines, line)
	}
	return lines, deeds
}

func historyOfActs(t *testing.T, w *World) {
	school, r, wide := w.School("099", "340"), w.Resource(false), w.Resource(false)
	w.Sell(t, w.Offer(school, r, 10))
	sub := w.Offer(school, wide, licensing.Unlimited)
	sub.Kind = licensing.Establishment
	w.Sell(t, sub)
	pupils := w.Persons(school.ID, directory.Pupil, 3, w.Class(school.ID, "5e B"))
	given := w.Assign(t, To(school, r, licensing.ToCohort("5e B")))
	w.Assign(t, To(school, wide, licensing.ToCohort("5e B")))
	if _, err := w.Open(school, r, pupils[0]); err != nil {
		t.Fatal(err)
	}
	w.Leave(school.ID, pupils[2])
	w.Follow()
	undo := w.undo(t, school, given.Act)

	got, deeds := w.history(t, licensing.HistoryFilter{School: school.ID})
	want := []string{"licensing.undone by manager: +0 -2", "licensing.left by departures: +0 -1", "licensing.assigned by manager: +0 -0, targets +1 -0",
		"licensing.assigned by manager: +3 -0", "licensing.subscribed by seller: +0 -0", "licensing.subscribed by seller: +0 -0"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("no access is among them (-want +got):\n%s", diff)
	}
	last := clock.On(Monday, school.Zone()).AddDays(licensing.UndoDays)
	for i, until := range []clock.Date{last, {}, last, {}, {}, {}} {
		if deeds[i].Until != until {
			t.Errorf("%s can be undone until %s, want %s", want[i], deeds[i].Until, until)
		}
	}
	if deeds[0].Undoes != given.Act || deeds[3].UndoneBy != undo.Act || deeds[3].Plan != given.Plan.Hash ||
		!cmp.Equal(deeds[3].Targets, []licensing.Target{licensing.ToCohort("5e B")}) {
		t.Errorf("the undo %+v\nand what it undid %+v", deeds[0], deeds[3])
	}
	for _, c := range []struct {
		filter licensing.HistoryFilter
		want   []string
	}{
		{licensing.HistoryFilter{School: school.ID, Resource: wide.ID}, []string{want[2], want[4]}},
		{licensing.HistoryFilter{School: school.ID, Person: pupils[2]}, []string{want[1], want[3]}},
		{licensing.HistoryFilter{School: school.ID, Actor: "departures"}, want[1:2]},
		{licensing.HistoryFilter{School: school.ID, Verb: "licensing.undone"}, want[:1]},
		{licensing.HistoryFilter{School: school.ID, Before: deeds[0].Act, Limit: 2}, want[1:3]},
		{licensing.HistoryFilter{School: w.School("099", "340").ID}, nil},
	} {
		got, _ := w.history(t, c.filter)
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%+v (-want +got):\n%s", c.filter, diff)
		}
	}
	one, err := w.Licensing.FindDeed(t.Context(), school.ID, given.Act, nil)
	if diff := cmp.Diff(deeds[3], one); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
	for _, act := range []journal.ActID{"", "nonsense", given.Act + "0"} {
		_, err := w.Licensing.FindDeed(t.Context(), school.ID, act, nil)
		refused(t, err, fault.NotFound, "licensing.act.unknown")
	}
}

func historyOfACopy(t *testing.T, w *World) {
	school, r, other := w.School("099", "340"), w.Resource(false), w.Resource(false)
	sub := w.Offer(school, r, 10)
	sub.Transferable = false
	sub = w.Sell(t, sub)
	w.Sell(t, w.Offer(school, other, 10))
	pupil := w.Persons(school.ID, directory.Pupil, 2, w.Class(school.ID, "5e B"))[0]
	w.Assign(t, To(school, other, licensing.ToPerson(pupil)))
	act := w.Assign(t, To(school, r, licensing.ToCohort("5e B"))).Act
	first := w.undo(t, school, act)
	w.undo(t, school, first.Act)
	if _, err := w.Open(school, r, pupil); err != nil {
		t.Fatal(err)
	}
	if err := w.Licensing.End(t.Context(), Seller, Distributor, sub.ID); err != nil {
		t.Fatal(err)
	}
	f := licensing.LineFilter{School: school.ID, Person: pupil, Resource: r.ID, Limit: 2}
	var got []string
	for { // by pages of two
		page, err := w.Licensing.Lines(t.Context(), f)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range page {
			got = append(got, fmt.Sprintf("%s %+d %s", l.Cause, l.Moved, l.Through))
			f.After = l.Key
		}
		if len(page) < f.Limit {
			break
		}
	}
	want := []string{"ended -1 ", "opened +0 cohort:5e B", "restored +1 cohort:5e B", "undone -1 cohort:5e B", "assigned +1 cohort:5e B"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if all, err := w.Licensing.Lines(t.Context(), licensing.LineFilter{School: school.ID, Person: pupil}); err != nil || len(all) != 6 {
		t.Errorf("%d lines of all resources, want 6, %v", len(all), err)
	}
	if all, err := w.Licensing.Lines(t.Context(), licensing.LineFilter{School: school.ID, Act: act}); err != nil || len(all) != 2 {
		t.Errorf("%d lines of the act, want 2, %v", len(all), err)
	}
	_, err := w.Licensing.Lines(t.Context(), licensing.LineFilter{School: school.ID})
	refused(t, err, fault.NotFound, "licensing.act.unknown")
	_, err = w.Licensing.Lines(t.Context(), licensing.LineFilter{School: school.ID, Person: pupil, After: "x"})
	refused(t, err, fault.Invalid, "licensing.history.key")
}
