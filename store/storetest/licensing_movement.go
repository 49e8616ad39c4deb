package storetest

import (
	"fmt"
	"iter"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/licensing"
)

// moves tells what moved of a distributor's subscriptions in some time, or (from the zero time) what is given now: a line per
// subscription and school.
func (w *World) moves(t testing.TB, distributor string, from, until time.Time) []string {
	t.Helper()
	var out []string
	write := func(lines iter.Seq2[licensing.Movement, error]) error {
		out = nil
		for m, err := range lines {
			if err != nil {
				return err
			}
			out = append(out, fmt.Sprintf("%s %s %s +%d -%d", m.Subscription, m.School, m.Ends, m.Given, m.Back))
		}
		return nil
	}
	err := w.Licensing.Movements(t.Context(), distributor, from, until, write)
	if from.IsZero() {
		err = w.Licensing.Given(t.Context(), distributor, write)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// sold is a subscription of a distributor that sells nothing else.
func (w *World) sold(t testing.TB, school directory.School, r licensing.Work, n licensing.Count, kind licensing.Kind) licensing.Subscription {
	sub := w.Offer(school, r, n)
	sub.Distributor = fmt.Sprintf("%09d_0000000000000001", w.serial.Add(1))
	sub.Kind = kind
	return w.Sell(t, sub)
}

// movements: the days add up to what is given, an opening moves nothing, and other distributors' are not told.
func movements(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	sub := w.sold(t, school, r, 10, licensing.Individual)
	line := func(what string) []string {
		return []string{fmt.Sprintf("%s %s %s %s", sub.ID, school.UAI, sub.Ends, what)}
	}
	p := w.Persons(school.ID, directory.Pupil, 3, "")
	day := func(n int) time.Time { return Monday.AddDate(0, 0, n) }
	on := func(n int) clock.Date { return clock.On(day(n), time.UTC) }
	w.Assign(t, To(school, r, licensing.ToPerson(p[0]), licensing.ToPerson(p[1])))
	w.SetNow(day(1))
	if _, err := w.Open(school, r, p[0]); err != nil {
		t.Fatal(err)
	}
	w.SetNow(day(2))
	if _, err := w.Licensing.Release(t.Context(), Manager, To(school, r, licensing.ToPerson(p[1]))); err != nil {
		t.Fatal(err)
	}
	w.Assign(t, To(school, r, licensing.ToPerson(p[2])))
	w.SetNow(day(3))
	for _, c := range []struct {
		of          string
		from, until time.Time
		want        []string
	}{
		{"the first day", day(0), day(1), line("+2 -0")}, {"a day of openings", day(1), day(2), nil}, {"the third day", day(2), day(3), line("+1 -1")},
		{"all of them", day(0), day(3), line("+3 -1")}, {"now", time.Time{}, day(3), line("+2 -0")},
	} {
		if diff := cmp.Diff(c.want, w.moves(t, sub.Distributor, c.from, c.until)); diff != "" {
			t.Errorf("%s: %s", c.of, diff)
		}
	}
	days, err := w.Licensing.MovementDays(t.Context(), sub.Distributor, on(-5), on(9), time.UTC)
	if diff := cmp.Diff([]clock.Date{on(0), on(2)}, days); err != nil || diff != "" {
		t.Errorf("days: %s %v", diff, err)
	}
	// The end closes access, and is told as a day like any other.
	if err := w.Licensing.End(t.Context(), Seller, sub.Distributor, sub.ID); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(line("+0 -2"), w.moves(t, sub.Distributor, day(3), day(4))); diff != "" {
		t.Errorf("the end: %s", diff)
	}
	if got := w.moves(t, sub.Distributor, time.Time{}, day(4)); got != nil {
		t.Errorf("after the end: %v", got)
	}
}

// schoolWideMovements: a right given to targets is told by targets, unless its copies are counted.
func schoolWideMovements(t *testing.T, w *World) {
	now, later := w.Now(), w.Now().Add(time.Second)
	wide, counted := w.School("099", "340"), w.School("099", "340")
	for _, c := range []struct {
		school directory.School
		n      licensing.Count
		given  int
	}{{wide, licensing.Unlimited, 2}, {counted, 10, 3}} {
		class := w.Class(c.school.ID, "5e B")
		w.Persons(c.school.ID, directory.Pupil, 3, class)
		r := w.Resource(false)
		sub := w.sold(t, c.school, r, c.n, licensing.Establishment)
		w.Assign(t, To(c.school, r, licensing.ToCohort(class), licensing.ToSchool()))
		line := func(what string, n ...any) []string {
			return []string{fmt.Sprintf("%s %s %s "+what, append([]any{sub.ID, c.school.UAI, sub.Ends}, n...)...)}
		}
		if diff := cmp.Diff(line("+%d -0", c.given), w.moves(t, sub.Distributor, now, later)); diff != "" {
			t.Errorf("%s given: %s", c.n, diff)
		}
		if diff := cmp.Diff(line("+%d -0", c.given), w.moves(t, sub.Distributor, time.Time{}, later)); diff != "" {
			t.Errorf("%s now: %s", c.n, diff)
		}
		if err := w.Licensing.End(t.Context(), Seller, sub.Distributor, sub.ID); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(line("+%d -%d", c.given, c.given), w.moves(t, sub.Distributor, now, later)); diff != "" {
			t.Errorf("%s ended: %s", c.n, diff)
		}
	}
}
