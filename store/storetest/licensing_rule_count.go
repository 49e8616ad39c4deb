package storetest

import (
	"slices"
	"testing"

	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/licensing"
)

// The list of rules counts what the page of each finds person by person, and the first page says for whom there is no copy.
func rulesAreCounted(t *testing.T, w *World) {
	school := w.School("099", "340")
	a, b := w.Class(school.ID, "4e A"), w.Class(school.ID, "4e B")
	inA, inB := w.Persons(school.ID, directory.Pupil, 3, a), w.Persons(school.ID, directory.Pupil, 2, b)
	teachers := w.Persons(school.ID, directory.Teacher, 2, a)
	w.Arrive(school.ID, inA[0], directory.Staff, "") // two profiles

	enough, short, wide, none, next := w.Resource(false), w.Resource(false), w.Resource(false), w.Resource(false), w.Resource(false)
	w.Sell(t, w.Offer(school, enough, 20))
	w.Sell(t, w.Offer(school, short, 2))
	w.sold(t, school, wide, licensing.Unlimited, licensing.Establishment)
	later := w.Offer(school, next, 5)
	later.Starts, later.SchoolYear, later.Ends = clock.Date{Year: 2026, Month: 12, Day: 1}, "", clock.Date{Year: 2027, Month: 8, Day: 15}
	w.Sell(t, later)
	all := w.Offer(school, none, 0)
	all.Publics = directory.Profiles
	w.Sell(t, all)

	w.Assign(t, To(school, short, licensing.ToPerson(inB[0])))
	for _, r := range []licensing.Rule{
		rule(school, enough, 3, licensing.ToSchool(directory.Teacher, directory.Pupil)),
		rule(school, enough, 0, licensing.ToCohort(a), licensing.ToCohort(b, directory.Pupil)),
		rule(school, short, 0, licensing.ToCohort(a), licensing.ToCohort(b)),
		rule(school, short, 0, licensing.ToSchool(directory.Pupil)),
		rule(school, wide, 0, licensing.ToCohort(a)),
		rule(school, wide, 0, licensing.ToSchool(directory.Pupil)),
		rule(school, next, 1, licensing.ToCohort(a)),
		rule(school, none, 0, licensing.ToCohort(a, directory.Teacher), licensing.ToSchool()),
	} {
		w.Stand(t, r)
	}
	w.Follow()
	stopped := w.Stand(t, rule(school, none, 0, licensing.ToCohort(b)))
	if _, err := w.Licensing.SuspendRule(t.Context(), Manager, school.ID, stopped.ID); err != nil {
		t.Fatal(err)
	}
	w.Leave(school.ID, inB[1])
	late := w.newcomer(school, a)
	w.Follow()
	if _, err := w.Licensing.Release(t.Context(), Manager, To(school, enough, licensing.ToPerson(late))); err != nil { // its rules stop
		t.Fatal(err)
	}
	w.Follow()
	for _, p := range []directory.PersonID{teachers[0], inA[1]} {
		w.Leave(school.ID, p)
	}
	w.Follow()

	list, err := w.Licensing.ListRules(t.Context(), school.ID)
	if err != nil || len(list) != 9 {
		t.Fatalf("%d rules, %v", len(list), err)
	}
	want := map[licensing.Unserved]bool{}
	for _, got := range list {
		one, err := w.Licensing.FindRule(t.Context(), school.ID, got.Rule.ID)
		if err != nil {
			t.Fatal(err)
		}
		if got.Title != one.Title || got.Served != one.Served || got.Waiting != one.Waiting || got.Kept != one.Kept || got.RunsOut != one.RunsOut {
			t.Errorf("%s to %v: counted %d served, %d waiting, %d kept, found %d, %d, %d", got.Title, got.Rule.Targets,
				got.Served, got.Waiting, got.Kept, one.Served, one.Waiting, one.Kept)
		}
	}
	unserved, err := w.Licensing.ListUnserved(t.Context(), school.ID)
	for _, r := range []licensing.Work{short, next, none} {
		n := int64(0)
		for _, x := range list {
			if x.Rule.Resource == r.ID && x.Rule.State == licensing.RuleInForce {
				n += x.Waiting
			}
		}
		if n == 0 {
			t.Errorf("nobody waits for %s", r.Title)
		}
		want[licensing.Unserved{Resource: r.ID, Persons: n}] = true
	}
	if len(unserved) != 3 || err != nil || slices.ContainsFunc(unserved, func(u licensing.Unserved) bool { return !want[u] }) {
		t.Errorf("unserved: %v, %v, want %v", unserved, err, want)
	}
}

// A rule that found nobody waiting is asked about again once its copies run out by their date, before anybody has looked.
func contentUntilCopiesEnd(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	w.Sell(t, w.Offer(school, r, 5))
	w.Persons(school.ID, directory.Pupil, 3, "")
	w.Stand(t, rule(school, r, 0, licensing.ToSchool()))
	for _, c := range []struct {
		day  clock.Date
		want int
	}{{clock.Date{Year: 2027, Month: 8, Day: 15}, 0}, {clock.Date{Year: 2027, Month: 8, Day: 16}, 1}} {
		w.SetNow(c.day.Start(school.Zone()))
		if got, err := w.Licensing.ListUnserved(t.Context(), school.ID); err != nil || len(got) != c.want || c.want > 0 && got[0].Persons != 3 {
			t.Errorf("on %v: %v, %v", c.day, got, err)
		}
	}
}
