package storetest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/licensing"
	"pupitre/privacy"
)

// news: what is new is new since the end of the visit before, to each manager their own, and each school has its own.
func news(t *testing.T, w *World) {
	school, other := w.School("099", "340"), w.School("099", "340")
	const claire, paul directory.PersonID = "claire", "paul"
	tell := func(who directory.PersonID, glance bool) licensing.News {
		t.Helper()
		n, err := w.Licensing.News(t.Context(), school.ID, who, glance)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	after := func(d time.Duration) time.Time { w.SetNow(w.Now().Add(d)); return w.Now() }

	// The first time, a month is news.
	r, endless := w.Resource(false), w.Resource(false)
	w.Sell(t, w.Offer(school, r, 30))
	w.Sell(t, w.Offer(school, r, 10))
	w.Sell(t, w.Offer(other, r, 99))
	came := w.Now()
	first := after(time.Hour)
	got := tell(claire, false)
	want := licensing.News{From: first.AddDate(0, 0, -30), Arrivals: []licensing.Arrival{{Resource: r.ID, At: came, Total: 40}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the first visit: %s", diff)
	}
	// Whoever looks again during the same visit is told the same; a page that renews itself is no visit.
	last := after(40 * time.Minute)
	if got := tell(claire, false); !got.Since.IsZero() || len(got.Arrivals) != 1 {
		t.Errorf("in the same visit: %+v", got)
	}
	after(2 * time.Hour)
	if got := tell(claire, true); !got.Since.IsZero() || len(got.Arrivals) != 1 {
		t.Errorf("a glance: %+v", got)
	}
	// The next day: what came meanwhile, and what those who left gave back.
	p := w.Persons(school.ID, directory.Pupil, 3, "")
	w.Sell(t, w.Offer(school, endless, licensing.Unlimited))
	w.Assign(t, To(school, r, licensing.ToPerson(p[0]), licensing.ToPerson(p[1]), licensing.ToPerson(p[2])))
	w.Assign(t, To(school, endless, licensing.ToPerson(p[1])))
	came = w.Now()
	left := after(time.Hour)
	w.Leave(school.ID, p[0])
	w.Leave(school.ID, p[1])
	w.Follow()
	after(20 * time.Hour)
	got = tell(claire, false)
	want = licensing.News{Since: last, From: last, Arrivals: []licensing.Arrival{{Resource: endless.ID, At: came, Total: licensing.Unlimited}},
		Freed: licensing.Freed{Persons: 2, Copies: 3, Resources: []catalogue.ResourceID{r.ID, endless.ID}, Last: left}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the next day: %s", diff)
	}
	if got := tell(paul, false); !got.Since.IsZero() || len(got.Arrivals) != 2 {
		t.Errorf("another manager was told %+v", got)
	}
	// What the distributor took away is no news, and what ends without anything to follow is.
	after(time.Minute)
	short := w.Offer(school, w.Resource(false), 5)
	short.SchoolYear, short.Ends = "", clock.On(w.Now(), time.UTC).AddDays(20)
	short = w.Sell(t, short)
	gone := w.Sell(t, w.Offer(school, w.Resource(false), 5))
	if err := w.Licensing.End(t.Context(), Seller, gone.Distributor, gone.ID); err != nil {
		t.Fatal(err)
	}
	w.Assign(t, licensing.Order{School: school.ID, Resources: []catalogue.ResourceID{short.Resource}, Targets: []licensing.Target{licensing.ToPerson(p[2])}})
	after(24 * time.Hour)
	got = tell(claire, false)
	if len(got.Arrivals) != 1 || got.Arrivals[0].Resource != short.Resource || got.Freed.Persons != 0 {
		t.Errorf("the third day: %+v", got)
	}
	if diff := cmp.Diff([]licensing.Ending{{Resource: short.Resource, Ends: short.Ends, Assigned: 1}}, got.Ending); diff != "" {
		t.Errorf("ending: %s", diff)
	}

	// A visit is of a person: they get it, and it goes with them.
	kept, who := licensing.Visitors{Store: w.Store.Licensing()}, privacy.Subject{Project: "A70", ID: string(claire)}
	if data, err := kept.Export(t.Context(), who); err != nil || data == nil {
		t.Errorf("exported %v, %v", data, err)
	}
	if err := kept.Erase(t.Context(), who); err != nil {
		t.Fatal(err)
	}
	if data, err := kept.Export(t.Context(), who); err != nil || data != nil {
		t.Errorf("after the erasure %v, %v", data, err)
	}
	if got := tell(paul, false); got.Since.IsZero() {
		t.Error("another manager's visits went too")
	}
	w.Sound(t)
}
