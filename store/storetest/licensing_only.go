package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/licensing"
)

// take is an order that takes back, for the copies that only says.
func take(school directory.School, only licensing.Only, target licensing.Target, works ...licensing.Work) licensing.Order {
	o := licensing.Order{School: school.ID, Targets: []licensing.Target{target}, Take: true, Only: only}
	for _, r := range works {
		o.Resources = append(o.Resources, r.ID)
	}
	return o
}

// said is what a plan makes of each person and resource.
func said(p licensing.Plan) map[directory.PersonID]string {
	out := map[directory.PersonID]string{}
	for _, o := range p.Outcomes {
		out[o.Person] += string(o.Verdict) + string(o.Why) + " "
	}
	return out
}

// applied plans, applies exactly that, and must succeed.
func (w *World) applied(t *testing.T, o licensing.Order) licensing.Applied {
	t.Helper()
	plan, err := w.Licensing.Plan(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	done, err := w.Licensing.Apply(t.Context(), Manager, o, plan.Hash)
	if err != nil {
		t.Fatal(err)
	}
	return done
}

func onlySome(t *testing.T, w *World) {
	school, free, kept := w.School("099", "340"), w.Resource(false), w.Resource(false)
	w.Sell(t, w.Offer(school, free, 9))
	sub := w.Offer(school, kept, 9)
	sub.Transferable = false
	w.Sell(t, sub)
	pupils := w.Persons(school.ID, directory.Pupil, 4, w.Class(school.ID, "5e B"))
	for _, r := range []licensing.Work{free, kept} {
		w.Assign(t, To(school, r, licensing.ToCohort("5e B")))
		if _, err := w.Open(school, r, pupils[0]); err != nil {
			t.Fatal(err)
		}
	}
	w.SetOpened(t, school, pupils[0], Monday.Add(time.Hour))

	unopened := take(school, licensing.Only{Unopened: true}, licensing.ToCohort("5e B"), free, kept)
	plan, err := w.Licensing.Plan(t.Context(), unopened)
	if err != nil {
		t.Fatal(err)
	}
	want := map[directory.PersonID]string{pupils[0]: "cannotopened cannotlocked ", pupils[1]: "loses loses ", pupils[2]: "loses loses ", pupils[3]: "loses loses "}
	if diff := cmp.Diff(want, said(plan)); diff != "" {
		t.Errorf("of the class, what was never opened (-want +got):\n%s", diff)
	}
	if at := plan.Outcomes[0]; at.Person != pupils[0] || !at.Used.Equal(Monday.Add(time.Hour)) || !plan.Outcomes[1].Used.IsZero() {
		t.Errorf("the latest opening is not told: %+v", plan.Outcomes[:2])
	}

	listed := take(school, licensing.Only{Persons: []directory.PersonID{pupils[1], "stranger"}}, licensing.ToSchool(), free, kept)
	done := w.applied(t, listed)
	if diff := cmp.Diff(map[directory.PersonID]string{pupils[1]: "loses loses "}, said(done.Plan)); diff != "" {
		t.Errorf("of the list (-want +got):\n%s", diff)
	}
	if got := w.Counters(t, school, free); got.Assigned != 3 || got.Available != 6 {
		t.Errorf("what came back is not free at once: %+v", got)
	}
	// Somebody opens between the plan and the word: their copy is not what was asked for any more.
	if _, err := w.Open(school, free, pupils[2]); err != nil {
		t.Fatal(err)
	}
	_, err = w.Licensing.Apply(t.Context(), Manager, unopened, plan.Hash)
	refused(t, err, fault.Conflict, "licensing.plan.changed")

	// The same persons, asked for in another way, are another plan.
	a, errA := w.Licensing.Plan(t.Context(), take(school, licensing.Only{Persons: pupils}, licensing.ToSchool(), free))
	b, errB := w.Licensing.Plan(t.Context(), take(school, licensing.Only{}, licensing.ToSchool(), free))
	if errA != nil || errB != nil || a.Hash == b.Hash {
		t.Errorf("one fingerprint for two orders (%v, %v)", errA, errB)
	}
	give := To(school, free, licensing.ToSchool())
	give.Only.Left = true
	_, err = w.Licensing.Plan(t.Context(), give)
	refused(t, err, fault.Invalid, "licensing.order.only")
}

// SetOpened stamps a person's openings in a school.
func (w *World) SetOpened(t *testing.T, school directory.School, person directory.PersonID, at time.Time) {
	t.Helper()
	w.exec(`update holding set last_at = $3 where school = $1 and person = $2 and opened_at > 0`, string(school.ID), string(person), at.UnixMicro())
}

// openedMeanwhile opens a transferable copy between the look of a retrieval and its hand: such openings do not wait for the pool.
func openedMeanwhile(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	w.Sell(t, w.Offer(school, r, 2))
	pupils := w.Persons(school.ID, directory.Pupil, 2, "")
	w.Assign(t, To(school, r, licensing.ToSchool()))
	if _, err := w.Open(school, r, pupils[0]); err != nil {
		t.Fatal(err)
	}
	take := func(persons ...directory.PersonID) (back bool, err error) {
		err = w.Store.Licensing().Write(t.Context(), func(ctx context.Context, tx licensing.Writer) error {
			pools, err := tx.LockPools(ctx, school.ID, []catalogue.ResourceID{r.ID})
			if err != nil {
				return err
			}
			act, err := tx.Record(ctx, journal.Entry{School: string(school.ID), Actor: Manager, Verb: "licensing.released", Class: journal.ClassLedger})
			if err != nil {
				return err
			}
			back, err = tx.TakeBack(ctx, act, licensing.Handover{School: school.ID, Pool: pools[0].ID, Persons: persons, Through: licensing.ToSchool(),
				Cause: licensing.CauseReleased, Unopened: true})
			return err
		})
		return back, err
	}
	if _, err := take(pupils...); !fault.Is(err, fault.Conflict) {
		t.Errorf("both copies are asked for: %v, want a conflict", err)
	}
	if back, err := take(pupils[0]); err != nil || back {
		t.Errorf("the opened copy came back: %v, %v", back, err)
	}
	if back, err := take(pupils[1]); err != nil || !back {
		t.Errorf("the copy that nobody opened: %v, %v", back, err)
	}
	if _, err := w.Open(school, r, pupils[0]); err != nil {
		t.Errorf("who opened lost the copy: %v", err)
	}
}

func backFromTheGone(t *testing.T, w *World) {
	school, free, kept, other := w.School("099", "340"), w.Resource(false), w.Resource(false), w.Resource(false)
	w.Sell(t, w.Offer(school, free, 9))
	w.Sell(t, w.Offer(school, other, 9))
	sub := w.Offer(school, kept, 9)
	sub.Transferable, sub.Publics = false, []directory.Profile{directory.Pupil, directory.Teacher}
	w.Sell(t, sub)
	pupils, teacher := w.Persons(school.ID, directory.Pupil, 3, w.Class(school.ID, "5e B")), w.Persons(school.ID, directory.Teacher, 1, "")[0]
	for _, r := range []licensing.Work{free, kept, other} {
		w.Assign(t, To(school, r, licensing.ToSchool()))
	}
	if _, err := w.Open(school, kept, pupils[0]); err != nil {
		t.Fatal(err)
	}
	w.Slip(school.ID, pupils[0])
	w.Slip(school.ID, teacher)

	left := take(school, licensing.Only{Left: true}, licensing.ToSchool(), free, kept)
	want := map[directory.PersonID]string{pupils[0]: "loses cannotlocked ", teacher: "loses "} // of what they never had nothing is said
	plan, err := w.Licensing.Plan(t.Context(), left)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, said(plan)); diff != "" {
		t.Errorf("of those who left (-want +got):\n%s", diff)
	}
	if p, err := w.Licensing.Plan(t.Context(), take(school, licensing.Only{Left: true}, licensing.ToSchool(directory.Teacher), free, kept)); err != nil || len(said(p)) != 1 {
		t.Errorf("of the teachers who left: %v, %v", said(p), err)
	}
	if p, err := w.Licensing.Plan(t.Context(), take(school, licensing.Only{Left: true}, licensing.ToCohort("5e B"), free)); err != nil || len(p.Outcomes) != 0 {
		t.Errorf("who left is in no class: %v, %v", said(p), err)
	}
	all, err := w.Licensing.Plan(t.Context(), take(school, licensing.Only{}, licensing.ToSchool(), free))
	if err != nil || all.Sum().Loses != 3 {
		t.Errorf("everybody's copies: %v, %v", said(all), err)
	}
	w.applied(t, left)
	if got := w.Counters(t, school, free); got.Assigned != 2 {
		t.Errorf("got %+v", got)
	}
	if got := w.Counters(t, school, kept); got.Assigned != 3 || got.Locked != 1 {
		t.Errorf("got %+v", got)
	}
	if got := w.Counters(t, school, other); got.Assigned != 3 {
		t.Errorf("a resource that was not asked for: %+v", got)
	}

	two := w.Persons(school.ID, directory.Teacher, 2, "")
	w.Slip(school.ID, two[1])
	back := take(school, licensing.Only{}, licensing.ToPerson(two[1]), other)
	back.Targets = append(back.Targets, licensing.ToPerson(two[0]))
	p, err := w.Licensing.Plan(t.Context(), back)
	if err != nil || len(p.Outcomes) != 2 || p.Outcomes[0].Person != two[0] || p.Outcomes[1].Person != two[1] {
		t.Errorf("one by one, who left is in the order of names, too: %+v, %v", p.Outcomes, err)
	}
}

func onlySomeSchoolWide(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	sub := w.Offer(school, r, licensing.Unlimited)
	sub.Kind = licensing.Establishment
	w.Sell(t, sub)
	pupils := w.Persons(school.ID, directory.Pupil, 3, w.Class(school.ID, "5e B"))
	outside := w.Persons(school.ID, directory.Pupil, 2, "")
	w.Assign(t, To(school, r, licensing.ToCohort("5e B")))
	w.Assign(t, To(school, r, licensing.ToPerson(outside[0])))
	w.Assign(t, To(school, r, licensing.ToPerson(outside[1])))
	for _, only := range []licensing.Only{{Unopened: true}, {Left: true}} {
		if plan, err := w.Licensing.Plan(t.Context(), take(school, only, licensing.ToSchool(), r)); err != nil || !plan.Empty() {
			t.Errorf("%s: %+v, %v", only.String(), plan.Targets, err)
		}
	}
	done := w.applied(t, take(school, licensing.Only{Persons: []directory.PersonID{pupils[0], outside[0]}}, licensing.ToSchool(), r))
	want := map[directory.PersonID]string{pupils[0]: "cannotthrough ", outside[0]: "loses "}
	if diff := cmp.Diff(want, said(done.Plan)); diff != "" {
		t.Errorf("of the list (-want +got):\n%s", diff)
	}
	for p, want := range map[directory.PersonID]bool{pupils[0]: true, pupils[1]: true, outside[0]: false, outside[1]: true} {
		if _, err := w.Open(school, r, p); (err == nil) != want {
			t.Errorf("%s: %v", p, err)
		}
	}
}

func severalResources(t *testing.T, w *World) {
	school, a, b := w.School("099", "340"), w.Resource(false), w.Resource(false)
	w.Sell(t, w.Offer(school, a, 5))
	w.Sell(t, w.Offer(school, b, 1))
	w.Persons(school.ID, directory.Pupil, 2, w.Class(school.ID, "5e B"))
	both := licensing.Order{School: school.ID, Resources: []catalogue.ResourceID{a.ID, b.ID}, Targets: []licensing.Target{licensing.ToCohort("5e B")}}
	plan, err := w.Licensing.Plan(t.Context(), both)
	if err != nil {
		t.Fatal(err)
	}
	if f := plan.Figures; len(f) != 2 || f[0].Gets != 2 || f[1].Gets != 1 || f[1].Short != 1 {
		t.Errorf("figures per resource: %+v", f)
	}
	_, err = w.Licensing.Apply(t.Context(), Manager, both, plan.Hash)
	refused(t, err, fault.Exhausted, "licensing.plan.short")
	if got := w.Counters(t, school, a).Assigned; got != 0 {
		t.Errorf("one resource was short, and %d copies of the other were given", got)
	}
	both.Short = licensing.ShortServe
	done, err := w.Licensing.Apply(t.Context(), Manager, both, plan.Hash)
	if err != nil {
		t.Fatal(err)
	}
	back := w.applied(t, take(school, licensing.Only{}, licensing.ToCohort("5e B"), a, b))
	if back.Plan.Sum().Loses != 3 {
		t.Errorf("back: %+v", back.Plan.Sum())
	}
	for _, act := range []licensing.Applied{done, back} {
		if n := w.count(`select count(*) from journal where school = $1 and id = $2`, string(school.ID), string(act.Act)); n != 1 {
			t.Errorf("%d journal entries for one act", n)
		}
	}
}
