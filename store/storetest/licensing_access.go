package storetest

import (
	"encoding/json"
	"testing"

	"context"

	"github.com/google/go-cmp/cmp"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/licensing"
)

func accessEntry(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	sub := w.Sell(t, w.Offer(school, r, 1))
	pupil := w.Persons(school.ID, directory.Pupil, 1, "")[0]
	given := w.Assign(t, To(school, r, licensing.ToSchool()))
	for i := range 2 {
		g, err := w.Licensing.Open(t.Context(), licensing.Opening{Person: pupil, Resource: r.ID, Publisher: "preau", Released: []catalogue.Attribute{"PRE", "DIV"}})
		if err != nil {
			t.Fatal(err)
		}
		if g.First != (i == 0) || g.Act != given.Act || g.Subscription != sub.ID || g.School != school.ID {
			t.Errorf("opening %d: got %+v", i+1, g)
		}
		var entries []journal.Written
		if err := w.Store.Journal().Read(t.Context(), func(ctx context.Context, r journal.Reader) error {
			var err error
			entries, err = r.OfPerson(ctx, string(pupil), "", 1)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		e := entries[0]
		var detail struct {
			Publisher, Subscription string
			Released                []string
		}
		if err := json.Unmarshal(e.Body, &detail); err != nil {
			t.Fatal(err)
		}
		if e.ID != g.Entry || e.Entry.Verb != "licensing.opened" || e.Entry.Class != journal.ClassAccess || e.Entry.Subject != string(r.ID) ||
			detail.Publisher != "preau" || detail.Subscription != string(sub.ID) || !cmp.Equal(detail.Released, []string{"PRE", "DIV"}) {
			t.Errorf("got entry %+v with %s", e.Entry, e.Body)
		}
	}
	before := w.count(`select count(*) from journal where person = $1`, string(pupil))
	if _, err := w.Licensing.May(t.Context(), licensing.Opening{Person: pupil, Resource: r.ID}); err != nil {
		t.Error(err)
	}
	if after := w.count(`select count(*) from journal where person = $1`, string(pupil)); after != before {
		t.Error("May wrote an access")
	}
}

func refusals(t *testing.T, w *World) {
	school := w.School("099", "340")
	pupil := w.Persons(school.ID, directory.Pupil, 1, "")[0]
	day := clock.On(w.Now(), school.Zone())
	never, future, family, left := w.Resource(false), w.Resource(false), w.Resource(true), w.Resource(false)
	w.Sell(t, w.Offer(school, never, 1))
	_, err := w.Open(school, never, pupil)
	refused(t, err, fault.Denied, "licensing.right.none")

	sub := w.Sell(t, w.Offer(school, future, 1))
	w.Assign(t, To(school, future, licensing.ToSchool()))
	sub.Starts = day.AddDays(7)
	if _, err := w.Licensing.Amend(t.Context(), Seller, sub); err != nil {
		t.Fatal(err)
	}
	_, err = w.Open(school, future, pupil)
	refused(t, err, fault.Denied, "licensing.right.future")
	if got := param(err, "start"); got != day.AddDays(7) {
		t.Errorf("the refusal names %v", got)
	}

	_, err = w.Open(school, family, pupil)
	refused(t, err, fault.Denied, "licensing.resource.family")
	_, err = w.Open(school, licensing.Work{ID: "nothing"}, pupil)
	refused(t, err, fault.NotFound, "licensing.resource.unknown")

	w.Sell(t, w.Offer(school, left, 1))
	w.Assign(t, To(school, left, licensing.ToSchool()))
	elsewhere := w.School("099", "340")
	w.Arrive(elsewhere.ID, pupil, directory.Pupil, "")
	if _, err := w.Open(elsewhere, left, pupil); fault.CodeOf(err) != "licensing.right.none" {
		t.Errorf("a copy of one school opened in another: %v", err)
	}
	w.Leave(school.ID, pupil)
	_, err = w.Open(school, left, pupil) // at once: nothing waits for the copy to be taken back
	refused(t, err, fault.Denied, "licensing.right.none")
}

func notTransferable(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	sub := w.Offer(school, r, 2)
	sub.Transferable = false
	w.Sell(t, sub)
	pupils := w.Persons(school.ID, directory.Pupil, 2, "")
	w.Assign(t, To(school, r, licensing.ToSchool()))
	for range 2 {
		if _, err := w.Open(school, r, pupils[0]); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := w.Counters(t, school, r), (licensing.Counters{Assigned: 2, Total: 2, Locked: 1}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	_, err := w.Licensing.Release(t.Context(), Manager, To(school, r, licensing.ToPerson(pupils[0])))
	refused(t, err, fault.Conflict, "licensing.why.locked")
	done, err := w.Licensing.Release(t.Context(), Manager, To(school, r, licensing.ToSchool()))
	if err != nil || done.Plan.Sum().Loses != 1 || done.Plan.Sum().Cannot != 1 {
		t.Errorf("of one opened and one not: %+v, %v", done.Plan.Sum(), err)
	}
	if got, want := w.Counters(t, school, r), (licensing.Counters{Available: 1, Remaining: 1, Assigned: 1, Total: 2, Locked: 1}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func transferable(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	w.Sell(t, w.Offer(school, r, 1))
	pupils := w.Persons(school.ID, directory.Pupil, 2, "")
	w.Assign(t, To(school, r, licensing.ToPerson(pupils[0])))
	if _, err := w.Open(school, r, pupils[0]); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Licensing.Release(t.Context(), Manager, To(school, r, licensing.ToPerson(pupils[0]))); err != nil {
		t.Fatal(err)
	}
	_, err := w.Open(school, r, pupils[0])
	refused(t, err, fault.Denied, "licensing.right.none")
	w.Assign(t, To(school, r, licensing.ToPerson(pupils[1])))
	if _, err := w.Open(school, r, pupils[1]); err != nil {
		t.Errorf("the copy that came back: %v", err)
	}
}

func departure(t *testing.T, w *World) {
	school, free, consumed := w.School("099", "340"), w.Resource(false), w.Resource(false)
	w.Sell(t, w.Offer(school, free, 5))
	sub := w.Offer(school, consumed, 5)
	sub.Transferable = false
	w.Sell(t, sub)
	pupils := w.Persons(school.ID, directory.Pupil, 2, "")
	for _, r := range []licensing.Work{free, consumed} {
		w.Assign(t, To(school, r, licensing.ToSchool()))
		if _, err := w.Open(school, r, pupils[0]); err != nil {
			t.Fatal(err)
		}
	}
	w.Leave(school.ID, pupils[0])
	w.Leave(school.ID, pupils[0]) // told twice
	w.Follow()
	if got := w.Counters(t, school, free); got.Assigned != 1 || got.Available != 4 {
		t.Errorf("a transferable copy did not come back: %+v", got)
	}
	if got := w.Counters(t, school, consumed); got.Assigned != 2 || got.Locked != 1 {
		t.Errorf("a consumed copy came back: %+v", got)
	}
	told := w.told(school, licensing.FactRightChanged)
	if last := told[len(told)-1]; last.Cause != licensing.CauseLeft || !cmp.Equal(last.Persons, pupils[:1]) {
		t.Errorf("last told: %+v", last)
	}
	// Back before anybody looked: the word that they left is old, and takes nothing.
	w.LeaveAndReturn(school.ID, pupils[1], directory.Pupil, "")
	w.Follow()
	if _, err := w.Open(school, free, pupils[1]); err != nil {
		t.Errorf("who came back lost their copy: %v", err)
	}
}

func holders(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	w.Sell(t, w.Offer(school, r, 10))
	pupils := w.Persons(school.ID, directory.Pupil, 5, w.Class(school.ID, "5e B"))
	act := w.Assign(t, To(school, r, licensing.ToCohort("5e B"))).Act
	if _, err := w.Open(school, r, pupils[3]); err != nil {
		t.Fatal(err)
	}
	w.Slip(school.ID, pupils[4])
	var got []directory.PersonID
	page := directory.Page{Limit: 2}
	for {
		some, err := w.Licensing.ListHolders(t.Context(), school.ID, r.ID, page)
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range some {
			got = append(got, h.Person)
			i := len(got) - 1
			if h.Act != act || h.Through.String() != "cohort:5e B" || h.Left != (i == 4) || h.Opened.IsZero() != (i != 3) || i < 4 && h.Class != "5e B" {
				t.Errorf("holder %d: %+v", i, h)
			}
			page.After = h.Key
		}
		if len(some) < page.Limit {
			break
		}
	}
	if diff := cmp.Diff(pupils, got); diff != "" {
		t.Errorf("pages together (-want +got):\n%s", diff)
	}
}

func rights(t *testing.T, w *World) {
	school, mine, wide := w.School("099", "340"), w.Resource(false), w.Resource(false)
	sub := w.Sell(t, w.Offer(school, mine, 1))
	site := w.Offer(school, wide, licensing.Unlimited)
	site.Kind = licensing.Establishment
	w.Sell(t, site)
	pupil := w.Persons(school.ID, directory.Pupil, 1, w.Class(school.ID, "5e B"))[0]
	own := w.Assign(t, To(school, mine, licensing.ToPerson(pupil))).Act
	shared := w.Assign(t, To(school, wide, licensing.ToCohort("5e B"))).Act
	list, err := w.Licensing.Rights(t.Context(), pupil)
	if err != nil || len(list) != 2 {
		t.Fatalf("got %+v, %v", list, err)
	}
	if r := list[0]; r.Resource != mine.ID || r.Through.String() != "person:"+string(pupil) || r.Act != own || r.Status != licensing.Active ||
		!r.Closes.Equal(sub.Ends.End(school.Zone())) {
		t.Errorf("own copy: %+v", r)
	}
	if r := list[1]; r.Resource != wide.ID || r.Through.String() != "cohort:5e B/eleve" || r.Act != shared || r.Kind != licensing.Establishment {
		t.Errorf("school-wide right: %+v", r)
	}
	if list, err := w.Licensing.Rights(t.Context(), "stranger"); err != nil || len(list) != 0 {
		t.Errorf("a stranger has %+v, %v", list, err)
	}
}
