package storetest

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/licensing"
)

func planThenApply(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	w.Sell(t, w.Offer(school, r, 10))
	w.Persons(school.ID, directory.Pupil, 4, w.Class(school.ID, "5e B"))
	order := To(school, r, licensing.ToCohort("5e B"))
	plan, err := w.Licensing.Plan(t.Context(), order)
	if err != nil {
		t.Fatal(err)
	}
	want := licensing.Counters{Selected: 4, Available: 10, Remaining: 6, Total: 10}
	if diff := cmp.Diff(want, plan.Figures[0].Before); diff != "" {
		t.Errorf("before (-want +got):\n%s", diff)
	}
	if got := w.Counters(t, school, r); got.Assigned != 0 {
		t.Errorf("a plan gave %d copies", got.Assigned)
	}
	done, err := w.Licensing.Apply(t.Context(), Manager, order, plan.Hash)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(plan, done.Plan); diff != "" {
		t.Errorf("what was done is not the plan (-plan +done):\n%s", diff)
	}
	if got := w.Counters(t, school, r); got != plan.Figures[0].After {
		t.Errorf("after: got %+v, want %+v", got, plan.Figures[0].After)
	}
	if n := w.count(`select count(*) from journal where school = $1 and id = $2`, string(school.ID), string(done.Act)); n != 1 {
		t.Errorf("%d journal entries for one act", n)
	}
}

// A subscription that counts by profile has counters for each: pupils who are short are not covered by the teachers' copies, in no figure.
func planByPublic(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	offer := w.Offer(school, r, 1)
	offer.Global, offer.Publics = nil, []directory.Profile{directory.Pupil, directory.Teacher}
	offer.Per = map[directory.Profile]licensing.Count{directory.Pupil: 3, directory.Teacher: 2}
	w.Sell(t, offer)
	pupils := w.Persons(school.ID, directory.Pupil, 6, "")
	w.Persons(school.ID, directory.Teacher, 1, "")
	w.Assign(t, To(school, r, licensing.ToPerson(pupils[0])))
	order := To(school, r, licensing.ToSchool(directory.Pupil, directory.Teacher))
	order.Short = licensing.ShortServe
	plan, err := w.Licensing.Plan(t.Context(), order)
	if err != nil {
		t.Fatal(err)
	}
	of := func(profile directory.Profile, c licensing.Counters) licensing.Portion {
		return licensing.Portion{Publics: []directory.Profile{profile}, Counters: c}
	}
	f := plan.Figures[0]
	if diff := cmp.Diff(licensing.Counters{Selected: 6, Available: 4, Remaining: -2, Assigned: 1, Total: 5}, f.Before); diff != "" {
		t.Errorf("in sum (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]licensing.Portion{of(directory.Pupil, licensing.Counters{Selected: 5, Available: 2, Remaining: -3, Assigned: 1, Total: 3}),
		of(directory.Teacher, licensing.Counters{Selected: 1, Available: 2, Remaining: 1, Total: 2})}, f.PortionsBefore); diff != "" {
		t.Errorf("before (-want +got):\n%s", diff)
	}
	w.Assign(t, order)
	stock, err := w.Licensing.FindStock(t.Context(), school.ID, r.ID, nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(f.PortionsAfter, stock.Portions()); diff != "" {
		t.Errorf("after (-planned +got):\n%s", diff)
	}
	if low := stock.Low(); len(low) != 1 || low[0].Available != 0 || low[0].Total != 3 {
		t.Errorf("low: %+v", low)
	}
}

func stalePlan(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	w.Sell(t, w.Offer(school, r, 10))
	pupils := w.Persons(school.ID, directory.Pupil, 3, "")
	order := To(school, r, licensing.ToSchool())
	plan, err := w.Licensing.Plan(t.Context(), order)
	if err != nil {
		t.Fatal(err)
	}
	w.Assign(t, To(school, r, licensing.ToPerson(pupils[1])))
	done, err := w.Licensing.Apply(t.Context(), Manager, order, plan.Hash)
	refused(t, err, fault.Conflict, "licensing.plan.changed")
	if done.Act != "" || done.Plan.Sum().Gets != 2 || done.Plan.Sum().Has != 1 {
		t.Errorf("the new plan gives %+v", done.Plan.Sum())
	}
	if got := w.Counters(t, school, r).Assigned; got != 1 {
		t.Errorf("a refused plan left %d copies given, want 1", got)
	}
	if _, err := w.Licensing.Apply(t.Context(), Manager, order, done.Plan.Hash); err != nil {
		t.Errorf("the new plan: %v", err)
	}
}

func twoManagers(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	w.Sell(t, w.Offer(school, r, 10))
	w.Persons(school.ID, directory.Pupil, 5, w.Class(school.ID, "5e A"))
	w.Persons(school.ID, directory.Pupil, 5, w.Class(school.ID, "5e B"))
	a, b := To(school, r, licensing.ToCohort("5e A")), To(school, r, licensing.ToCohort("5e B"))
	planA, errA := w.Licensing.Plan(t.Context(), a)
	planB, errB := w.Licensing.Plan(t.Context(), b)
	if errA != nil || errB != nil {
		t.Fatal(errA, errB)
	}
	if _, err := w.Licensing.Apply(t.Context(), Manager, a, planA.Hash); err != nil {
		t.Error(err)
	}
	if _, err := w.Licensing.Apply(t.Context(), Manager, b, planB.Hash); err != nil {
		t.Errorf("there was stock for both: %v", err)
	}
}

func shortOfCopies(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	w.Sell(t, w.Offer(school, r, 25))
	w.Persons(school.ID, directory.Pupil, 31, "")
	order := To(school, r, licensing.ToSchool())
	plan, err := w.Licensing.Plan(t.Context(), order)
	if err != nil {
		t.Fatal(err)
	}
	if f := plan.Figures[0]; f.Gets != 25 || f.Short != 6 || f.Before.Remaining != -6 || f.After.Available != 0 {
		t.Errorf("got %+v", f)
	}
	_, err = w.Licensing.Apply(t.Context(), Manager, order, plan.Hash)
	refused(t, err, fault.Exhausted, "licensing.plan.short")
	if param(err, "n") != int64(25) || param(err, "asked") != int64(31) || param(err, "short") != int64(6) {
		t.Errorf("figures of the refusal: %v", fault.ParamsOf(err))
	}
	order.Short = licensing.ShortServe
	if _, err := w.Licensing.Apply(t.Context(), Manager, order, plan.Hash); err != nil {
		t.Errorf("the manager's choice is not part of the plan's hash: %v", err)
	}
	if got := w.Counters(t, school, r); got.Assigned != 25 || got.Available != 0 {
		t.Errorf("got %+v", got)
	}
}

func ranks(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	w.Sell(t, w.Offer(school, r, 2))
	late := w.Persons(school.ID, directory.Pupil, 2, w.Class(school.ID, "5e Z"))
	early := w.Persons(school.ID, directory.Pupil, 2, w.Class(school.ID, "5e A"))
	for _, c := range []struct {
		rank licensing.Rank
		want []directory.PersonID
	}{{licensing.ByClass, early}, {licensing.ByName, late}} {
		order := To(school, r, licensing.ToSchool())
		order.Rank = c.rank
		plan, err := w.Licensing.Plan(t.Context(), order)
		if err != nil {
			t.Fatal(err)
		}
		var got []directory.PersonID
		for _, o := range plan.Outcomes {
			if o.Verdict == licensing.Gets {
				got = append(got, o.Person)
			}
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("by %s (-want +got):\n%s", c.rank, diff)
		}
	}
}

func drawOrder(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	sell := func(ends clock.Date, n licensing.Count, kind licensing.Kind) licensing.SubscriptionID {
		sub := w.Offer(school, r, n)
		sub.SchoolYear, sub.Ends, sub.Kind = "", ends, kind
		return w.Sell(t, sub).ID
	}
	day := clock.On(w.Now(), school.Zone())
	later := sell(day.AddDays(90), 1, licensing.Individual)
	sooner := sell(day.AddDays(30), 1, licensing.Individual)
	pupils := w.Persons(school.ID, directory.Pupil, 3, "")
	from := func(p directory.PersonID) licensing.SubscriptionID {
		g, err := w.Open(school, r, p)
		if err != nil {
			t.Fatal(err)
		}
		return g.Subscription
	}
	w.Assign(t, To(school, r, licensing.ToPerson(pupils[0])))
	w.Assign(t, To(school, r, licensing.ToPerson(pupils[1])))
	if from(pupils[0]) != sooner || from(pupils[1]) != later {
		t.Error("the soonest to expire was not drawn first")
	}
	sell(day.AddDays(300), licensing.Unlimited, licensing.Individual)
	wide := sell(day.AddDays(365), licensing.Unlimited, licensing.Establishment)
	w.Assign(t, To(school, r, licensing.ToPerson(pupils[2])))
	if from(pupils[2]) != wide {
		t.Error("a copy was drawn where a school-wide right burns none")
	}
}

func noSecondCopy(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	w.Sell(t, w.Offer(school, r, 10))
	w.Sell(t, w.Offer(school, r, 10))
	w.Persons(school.ID, directory.Pupil, 3, w.Class(school.ID, "5e B"))
	for range 2 {
		w.Assign(t, To(school, r, licensing.ToSchool(), licensing.ToCohort("5e B")))
	}
	if got := w.Counters(t, school, r).Assigned; got != 3 {
		t.Errorf("three pupils hold %d copies", got)
	}
}

func onlyThePublic(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	w.Sell(t, w.Offer(school, r, 10))
	teacher := w.Persons(school.ID, directory.Teacher, 1, "")[0]
	_, err := w.Licensing.Assign(t.Context(), Manager, To(school, r, licensing.ToPerson(teacher)))
	refused(t, err, fault.Conflict, "licensing.why.public")
	_, err = w.Licensing.Assign(t.Context(), Manager, To(school, w.Resource(false), licensing.ToPerson(teacher)))
	refused(t, err, fault.Conflict, "licensing.why.subscription")
	elsewhere := w.Persons(w.School("099", "340").ID, directory.Pupil, 1, "")[0]
	_, err = w.Licensing.Assign(t.Context(), Manager, To(school, r, licensing.ToPerson(elsewhere)))
	refused(t, err, fault.NotFound, "licensing.person.elsewhere")
	_, err = w.Licensing.Assign(t.Context(), Manager, To(school, r))
	refused(t, err, fault.Invalid, "licensing.order.empty")
}

func equations(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	sub := w.Offer(school, r, 0)
	sub.Global, sub.Publics = nil, []directory.Profile{directory.Pupil, directory.Teacher}
	sub.Per = map[directory.Profile]licensing.Count{directory.Pupil: 5, directory.Teacher: 2}
	w.Sell(t, sub)
	expired := w.Offer(school, r, 100)
	expired.SchoolYear, expired.Ends = "", clock.On(w.Now(), school.Zone()).AddDays(-1)
	w.Sell(t, expired)
	future := w.Offer(school, r, 100)
	future.SchoolYear, future.Starts, future.Ends = "", expired.Ends.AddDays(2), expired.Ends.AddDays(50)
	w.Sell(t, future)
	w.Persons(school.ID, directory.Pupil, 3, "")
	w.Persons(school.ID, directory.Teacher, 1, "")
	w.Assign(t, To(school, r, licensing.ToSchool()))
	got := w.Counters(t, school, r)
	if want := (licensing.Counters{Available: 3, Remaining: 3, Assigned: 4, Total: 7}); got != want || !got.Balanced() {
		t.Errorf("got %+v, want %+v: neither the expired nor the future count", got, want)
	}
}

func schoolWide(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	sub := w.Offer(school, r, licensing.Unlimited)
	sub.Kind, sub.Publics = licensing.Establishment, []directory.Profile{directory.Pupil, directory.Teacher}
	w.Sell(t, sub)
	b := w.Class(school.ID, "5e B")
	pupil, teacher := w.Persons(school.ID, directory.Pupil, 1, b)[0], w.Persons(school.ID, directory.Teacher, 1, "")[0]
	opens := func(p directory.PersonID) bool { _, err := w.Open(school, r, p); return err == nil }

	w.Assign(t, To(school, r, licensing.ToCohort(b)))
	if !opens(pupil) || opens(teacher) {
		t.Error("a right given to a class opens to the class and to nobody else")
	}
	newcomer := w.Persons(school.ID, directory.Pupil, 1, b)[0]
	if !opens(newcomer) {
		t.Error("a newcomer to the class is not let in")
	}
	w.Assign(t, To(school, r, licensing.ToSchool(directory.Teacher)))
	outside := w.Persons(school.ID, directory.Pupil, 1, "")[0]
	if !opens(teacher) || opens(outside) {
		t.Error("a right given to the teachers opens to them and to no pupil outside the class")
	}
	if _, err := w.Licensing.Release(t.Context(), Manager, To(school, r, licensing.ToCohort(b))); err != nil {
		t.Fatal(err)
	}
	if opens(pupil) || !opens(teacher) {
		t.Error("taking back from the class closes to the class and to nobody else")
	}
	if got := w.Counters(t, school, r); !got.Unlimited || !got.SiteWide || got.Assigned != 0 {
		t.Errorf("no copy is counted: got %+v", got)
	}
}

func countedSchoolWide(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	sub := w.Offer(school, r, 3)
	sub.Kind = licensing.Establishment
	w.Sell(t, sub)
	w.Persons(school.ID, directory.Pupil, 2, "")
	w.Assign(t, To(school, r, licensing.ToSchool()))
	first, second := directory.PersonID("n1"+school.ID), directory.PersonID("n2"+school.ID)
	w.Arrive(school.ID, first, directory.Pupil, "")
	w.Arrive(school.ID, second, directory.Pupil, "")
	w.Follow()
	if _, err := w.Open(school, r, first); err != nil {
		t.Errorf("a newcomer while copies last: %v", err)
	}
	_, err := w.Open(school, r, second)
	refused(t, err, fault.Denied, "licensing.right.none")
	if got := w.Counters(t, school, r); got.Assigned != 3 || got.Available != 0 {
		t.Errorf("got %+v", got)
	}
}

// Whoever has the resource by something else when they come burns no counted copy of the school's.
func countedForWhoHasNone(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	counted, wide := w.Offer(school, r, 1), w.Offer(school, r, licensing.Unlimited)
	counted.Kind, wide.Kind = licensing.Establishment, licensing.Establishment
	w.Sell(t, counted)
	w.Sell(t, w.Offer(school, r, 1))
	pupils := w.Persons(school.ID, directory.Pupil, 2, "")
	w.Assign(t, To(school, r, licensing.ToSchool())) // one copy of either subscription
	if _, err := w.Licensing.Release(t.Context(), Manager, To(school, r, licensing.ToPerson(pupils[0]))); err != nil {
		t.Fatal(err)
	}
	w.Move(school.ID, pupils[1], w.Class(school.ID, "5e D"))
	w.Follow()
	if got, want := w.Counters(t, school, r), (licensing.Counters{Available: 1, Remaining: 1, Assigned: 1, Total: 2}); got != want {
		t.Errorf("somebody who holds a copy changed class: got %+v, want %+v", got, want)
	}
	w.Sell(t, wide)
	w.Assign(t, To(school, r, licensing.ToSchool()))
	w.Arrive(school.ID, w.Persons(w.School("099", "340").ID, directory.Pupil, 1, "")[0], directory.Pupil, "")
	w.Follow()
	if got := w.Counters(t, school, r); got.Assigned != 1 {
		t.Errorf("somebody came whom a right of the whole school lets in: %+v", got)
	}
}

// Of a selection that says the same to a right of the whole school twice (« tous », and « les élèves »), it is given and taken back once.
func givenOnceSaidTwice(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	sub := w.Offer(school, r, licensing.Unlimited)
	sub.Kind = licensing.Establishment
	w.Sell(t, sub)
	pupil := w.Persons(school.ID, directory.Pupil, 1, "")[0]
	twice := To(school, r, licensing.ToSchool(), licensing.ToSchool(directory.Pupil), licensing.ToPerson(pupil))
	w.Assign(t, twice)
	if _, err := w.Open(school, r, pupil); err != nil {
		t.Error(err)
	}
	if _, err := w.Licensing.Release(t.Context(), Manager, twice); err != nil {
		t.Error(err)
	}
	_, err := w.Open(school, r, pupil)
	refused(t, err, fault.Denied, "licensing.right.none")
}

func releaseThrough(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	sub := w.Offer(school, r, licensing.Unlimited)
	sub.Kind = licensing.Establishment
	w.Sell(t, sub)
	pupil := w.Persons(school.ID, directory.Pupil, 1, w.Class(school.ID, "5e B"))[0]
	w.Assign(t, To(school, r, licensing.ToCohort("5e B")))
	_, err := w.Licensing.Release(t.Context(), Manager, To(school, r, licensing.ToPerson(pupil)))
	refused(t, err, fault.Conflict, "licensing.why.through")
}

func factsOfABatch(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	w.Sell(t, w.Offer(school, r, 2000))
	persons := w.Persons(school.ID, directory.Pupil, 1200, "")
	w.Assign(t, To(school, r, licensing.ToSchool()))
	var sizes []int
	var told []directory.PersonID
	for _, c := range w.told(school, licensing.FactRightChanged) {
		sizes = append(sizes, len(c.Persons))
		told = append(told, c.Persons...)
	}
	slices.Sort(told)
	if !slices.Equal(sizes, []int{500, 500, 200}) || !slices.Equal(told, persons) {
		t.Errorf("facts of %v persons", sizes)
	}
}

// lastDay moves the world's clock: Réunion is three hours ahead of Paris in winter.
func lastDay(t *testing.T, w *World) {
	paris, island, r := w.School("099", "340"), w.School("974", "340"), w.Resource(false)
	sub := w.Offer(paris, r, 10)
	sub.Schools = append(sub.Schools, island.UAI)
	sub.SchoolYear, sub.Ends = "", clock.Date{Year: 2026, Month: time.December, Day: 18}
	w.Sell(t, sub)
	here, there := w.Persons(paris.ID, directory.Pupil, 1, "")[0], w.Persons(island.ID, directory.Pupil, 1, "")[0]
	w.Assign(t, To(paris, r, licensing.ToSchool()))
	w.Assign(t, To(island, r, licensing.ToSchool()))
	for _, c := range []struct {
		at          string
		here, there bool
	}{
		{"2026-12-18T19:59:59Z", true, true},
		{"2026-12-18T20:00:00Z", true, false}, // midnight in Saint-Denis
		{"2026-12-18T22:59:59Z", true, false},
		{"2026-12-18T23:00:00Z", false, false}, // midnight in Paris
	} {
		at, err := time.Parse(time.RFC3339, c.at)
		if err != nil {
			t.Fatal(err)
		}
		w.SetNow(at)
		for _, p := range []struct {
			school directory.School
			person directory.PersonID
			open   bool
		}{{paris, here, c.here}, {island, there, c.there}} {
			_, err := w.Open(p.school, r, p.person)
			if p.open && err != nil {
				t.Errorf("%s in %s: %v", c.at, p.school.UAI, err)
			}
			if !p.open {
				refused(t, err, fault.Denied, "licensing.right.expired")
				if got := param(err, "end"); got != sub.Ends {
					t.Errorf("the refusal names %v, want %s", got, sub.Ends)
				}
			}
		}
	}
	if got := w.Counters(t, paris, r); got != (licensing.Counters{}) {
		t.Errorf("an expired pool still counts: %+v", got)
	}
	w.Sound(t)
}
