package storetest

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/db"
	"pupitre/internal/fault"
	"pupitre/licensing"
)

func opensPools(t *testing.T, w *World) {
	a, b, r := w.School("099", "340"), w.School("099", "340"), w.Resource(false)
	sub := w.Offer(a, r, 0)
	sub.Global, sub.Schools = nil, []directory.UAI{b.UAI, a.UAI, a.UAI}
	sub.Publics = []directory.Profile{directory.Teacher, directory.Pupil}
	sub.Per = map[directory.Profile]licensing.Count{directory.Pupil: 150, directory.Teacher: licensing.Unlimited}
	sub.Comment, sub.ProjectCode = "rentrée", "REGION-2026"
	kept := w.Sell(t, sub)
	if want := (clock.Date{Year: 2027, Month: time.August, Day: 15}); kept.Ends != want {
		t.Errorf("the school year ends %s, want %s", kept.Ends, want)
	}
	for _, school := range []directory.School{a, b} {
		stock, err := w.Licensing.ListStock(t.Context(), school.ID, nil)
		if err != nil || len(stock) != 1 || len(stock[0].Pools) != 2 {
			t.Fatalf("%s: got %+v, %v, want one resource in two pools", school.UAI, stock, err)
		}
		want := licensing.Counters{Available: 150, Remaining: 150, Total: 150, Unlimited: true}
		if diff := cmp.Diff(want, stock[0].Counters); diff != "" {
			t.Errorf("%s: counters (-want +got):\n%s", school.UAI, diff)
		}
	}
	found, err := w.Licensing.FindSubscription(t.Context(), Distributor, sub.ID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(kept, found); diff != "" {
		t.Errorf("read back (-kept +found):\n%s", diff)
	}
	for name, f := range map[string]licensing.Filter{
		"distributor": {Distributor: Distributor}, "school": {School: b.UAI}, "resource": {Resource: r.ID}, "project": {ProjectCode: "REGION-2026"},
	} {
		f.After, f.Limit = sub.ID[:len(sub.ID)-1], 1
		page, err := w.Licensing.ListSubscriptions(t.Context(), f)
		if err != nil || len(page) != 1 || name != "distributor" && page[0].ID != sub.ID {
			t.Errorf("by %s: got %d, %v", name, len(page), err)
		}
	}
}

func unknownIsRefused(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	for _, c := range []struct {
		code, field string
		spoil       func(*licensing.Subscription)
	}{
		{"licensing.school.unknown", "uaiEtab", func(s *licensing.Subscription) { s.Schools = append(s.Schools, "0990000D") }},
		{"licensing.resource.unknown", "idRessource", func(s *licensing.Subscription) { s.ARK = "ark:/99999/nulle-part" }},
		{"licensing.end.before", "finValidite", func(s *licensing.Subscription) { s.SchoolYear, s.Ends = "", s.Starts.AddDays(-1) }},
	} {
		sub := w.Offer(school, r, 10)
		c.spoil(&sub)
		_, err := w.Licensing.Subscribe(t.Context(), Seller, sub)
		refused(t, err, fault.Invalid, c.code)
		if got := param(err, "field"); got != c.field {
			t.Errorf("%s names %v, want %s", c.code, got, c.field)
		}
		if _, err := w.Licensing.FindSubscription(t.Context(), "", sub.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("%s: something was kept: %v", c.code, err)
		}
	}
	primary := w.School("099", "151")
	sub := w.Offer(primary, r, 10)
	sub.Publics = []directory.Profile{directory.Librarian}
	_, err := w.Licensing.Subscribe(t.Context(), Seller, sub)
	refused(t, err, fault.Invalid, "licensing.public.firstdegree")
}

func standsOnce(t *testing.T, w *World) {
	sub := w.Sell(t, w.Offer(w.School("099", "340"), w.Resource(false), 10))
	_, err := w.Licensing.Subscribe(t.Context(), Seller, sub)
	refused(t, err, fault.Conflict, "licensing.subscription.exists")
}

func shrinking(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	sub := w.Sell(t, w.Offer(school, r, 10))
	w.Persons(school.ID, directory.Pupil, 7, "")
	w.Assign(t, To(school, r, licensing.ToSchool()))

	sub.Global = number(6)
	_, err := w.Licensing.Amend(t.Context(), Seller, sub)
	refused(t, err, fault.Conflict, "licensing.pool.shrink")
	if got := param(err, "n"); got != int64(7) {
		t.Errorf("the refusal says %v, want 7", got)
	}
	for _, n := range []licensing.Count{7, 300, licensing.Unlimited, 8} {
		sub.Global = number(n)
		if _, err := w.Licensing.Amend(t.Context(), Seller, sub); err != nil {
			t.Errorf("to %s: %v", n, err)
		}
	}
	if got, want := w.Counters(t, school, r), (licensing.Counters{Available: 1, Remaining: 1, Assigned: 7, Total: 8}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func number(n licensing.Count) *licensing.Count { return &n }

func fixedFields(t *testing.T, w *World) {
	school, other, r := w.School("099", "340"), w.School("099", "340"), w.Resource(false)
	sold := w.Sell(t, w.Offer(school, r, 10))
	for field, change := range map[string]func(*licensing.Subscription){
		"typeAffectation":      func(s *licensing.Subscription) { s.Kind = licensing.Establishment },
		"categorieAffectation": func(s *licensing.Subscription) { s.Transferable = false },
		"idRessource":          func(s *licensing.Subscription) { s.ARK = w.Resource(false).ARK },
		"uaiEtab":              func(s *licensing.Subscription) { s.Schools = []directory.UAI{other.UAI} },
	} {
		sub := sold
		change(&sub)
		_, err := w.Licensing.Amend(t.Context(), Seller, sub)
		refused(t, err, fault.Conflict, "licensing.amend.fixed")
		if got := param(err, "field"); got != field {
			t.Errorf("got field %v, want %s", got, field)
		}
	}
}

func anotherDistributor(t *testing.T, w *World) {
	sub := w.Sell(t, w.Offer(w.School("099", "340"), w.Resource(false), 10))
	const stranger = "987654321_0000000000000000"
	refused(t, w.Licensing.End(t.Context(), Seller, stranger, sub.ID), fault.NotFound, "licensing.subscription.unknown")
	_, err := w.Licensing.FindSubscription(t.Context(), stranger, sub.ID)
	refused(t, err, fault.NotFound, "licensing.subscription.unknown")
	sub.Distributor = stranger
	_, err = w.Licensing.Amend(t.Context(), Seller, sub)
	refused(t, err, fault.NotFound, "licensing.subscription.unknown")
}

func endsAndReopens(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	sub := w.Sell(t, w.Offer(school, r, 10))
	pupils := w.Persons(school.ID, directory.Pupil, 4, "")
	w.Assign(t, To(school, r, licensing.ToSchool()))
	if _, err := w.Open(school, r, pupils[0]); err != nil {
		t.Fatal(err)
	}
	if err := w.Licensing.End(t.Context(), Seller, Distributor, sub.ID); err != nil {
		t.Fatal(err)
	}
	_, err := w.Open(school, r, pupils[0])
	refused(t, err, fault.Denied, "licensing.right.ended")
	if got := w.Counters(t, school, r); got != (licensing.Counters{}) {
		t.Errorf("after the end: %+v", got)
	}
	if list, err := w.Licensing.ListStock(t.Context(), school.ID, nil); err != nil || len(list) != 0 {
		t.Errorf("after the end the console lists %+v, %v", list, err)
	}
	if told := w.told(school, licensing.FactRightChanged); !slices.ContainsFunc(told, func(c licensing.RightChanged) bool {
		return c.Cause == licensing.CauseEnded && len(c.Persons) == 4
	}) {
		t.Errorf("the four holders were not told of: %+v", told)
	}
	refused(t, w.Licensing.End(t.Context(), Seller, Distributor, sub.ID), fault.NotFound, "licensing.subscription.unknown")

	w.Sell(t, sub)
	_, err = w.Open(school, r, pupils[0])
	refused(t, err, fault.Denied, "licensing.right.ended")
	if got, want := w.Counters(t, school, r), (licensing.Counters{Available: 10, Remaining: 10, Total: 10}); got != want {
		t.Errorf("opened anew: %+v, want %+v", got, want)
	}
	w.Assign(t, To(school, r, licensing.ToPerson(pupils[0])))
	if _, err := w.Open(school, r, pupils[0]); err != nil {
		t.Errorf("given anew: %v", err)
	}
}

func shortening(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	sub := w.Sell(t, w.Offer(school, r, 10))
	pupil := w.Persons(school.ID, directory.Pupil, 1, "")[0]
	w.Assign(t, To(school, r, licensing.ToSchool()))
	yesterday := clock.On(w.Now(), school.Zone()).AddDays(-1)
	long := sub.Ends
	sub.SchoolYear, sub.Ends = "", yesterday
	if _, err := w.Licensing.Amend(t.Context(), Seller, sub); err != nil {
		t.Fatal(err)
	}
	_, err := w.Open(school, r, pupil)
	refused(t, err, fault.Denied, "licensing.right.ended")
	sub.Ends = long
	if _, err := w.Licensing.Amend(t.Context(), Seller, sub); err != nil {
		t.Fatal(err)
	}
	_, err = w.Open(school, r, pupil)
	refused(t, err, fault.Denied, "licensing.right.ended") // the entry stays ended: giving again is a manager's act
}

func joiningSchool(t *testing.T, w *World) {
	here, r := w.School("099", "320"), w.Resource(false)
	sub := w.Offer(here, r, 5)
	sub.Schools, sub.Natures = nil, []string{"320"}
	w.Sell(t, sub)
	if got := w.Counters(t, here, r).Total; got != 5 {
		t.Errorf("a school there from the first has %d copies, want 5", got)
	}
	late := w.School("099", "320")
	w.move(directory.SchoolJoined, late.ID, "", func(context.Context, *db.Tx) error { return nil })
	w.Follow()
	if got := w.Counters(t, late, r).Total; got != 5 {
		t.Errorf("a school that joined has %d copies, want 5", got)
	}
}
