package storetest

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/licensing"
	"pupitre/privacy"
)

// call gives persons one name and one secondary identifier ("" for none).
func (w *World) call(name, secondary string, persons ...directory.PersonID) {
	w.TB.Helper()
	for _, p := range persons {
		w.exec(`update person set family_name = $2, folded = $2, secondary = $3 where id = $1`, string(p), name, secondary)
	}
}

// found lists the doubles that a school is told of.
func (w *World) found(t testing.TB, school directory.School, want ...licensing.Double) {
	t.Helper()
	list, err := w.Licensing.ListDoubles(context.Background(), school.ID, nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, list); diff != "" {
		t.Errorf("doubles of %s (-want +got):\n%s", school.ID, diff)
	}
}

// giveBack takes the doubles of some kinds back, and must succeed.
func (w *World) giveBack(t testing.TB, school directory.School, kinds ...licensing.DoubleKind) licensing.Applied {
	t.Helper()
	chosen, plan := w.undouble(t, school, kinds...)
	done, err := w.Licensing.ReleaseDoubles(context.Background(), Manager, school.ID, chosen, plan.Hash)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(plan, done.Plan); diff != "" {
		t.Errorf("what was done is not the plan (-plan +done):\n%s", diff)
	}
	return done
}

func doublesOfNamesakes(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	pupils, teacher := w.Persons(school.ID, directory.Pupil, 4, ""), w.Persons(school.ID, directory.Teacher, 1, "")[0]
	offer := w.Offer(school, r, 10)
	offer.Publics = directory.Profiles
	w.Sell(t, offer)
	w.call("marchal ines", "", pupils[0], pupils[1], teacher)
	w.call("marchal yanis", "", pupils[2])
	w.Assign(t, To(school, r, licensing.ToSchool()))
	if _, err := w.Open(school, r, pupils[0]); err != nil {
		t.Fatal(err)
	}
	// A pupil and a teacher of one name are two persons.
	want := double(licensing.DoubleNamesakes, r, pupils[0], pupils[1])
	w.found(t, school, want)
	if sure, err := w.Licensing.ListSureDoubles(t.Context(), school.ID, nil); err != nil || len(sure) != 0 {
		t.Errorf("sure of a name: %v, %v", sure, err)
	}
	none, err := w.Licensing.PlanUndouble(t.Context(), school.ID, "", nil)
	if err != nil || len(none.Outcomes) != 0 || !none.Empty() {
		t.Errorf("a double that nobody chose: %+v, %v", none.Outcomes, err)
	}
	done := w.giveBack(t, school)
	got := w.holding(t, school, r)
	if _, kept := got[pupils[0]]; !kept || len(got) != 4 {
		t.Errorf("the account that was never used is to give back: %v", got)
	}
	w.found(t, school)
	if f := w.undo(t, school, done.Act).Plan.Sum(); f.Gets != 1 {
		t.Errorf("undone: %+v", f)
	}
	w.found(t, school, want)
}

// namesakesApart: who was told apart is compared no more, for any resource, until somebody takes it back; a third of the name may be
// either's, and is never made one with both.
func namesakesApart(t *testing.T, w *World) {
	school, elsewhere, r, other := w.School("099", "340"), w.School("099", "340"), w.Resource(false), w.Resource(false)
	class := w.Class(school.ID, "5e B")
	pupils := append(w.Persons(school.ID, directory.Pupil, 2, class), w.Persons(school.ID, directory.Pupil, 1, w.Class(school.ID, "5e A"))...)
	w.call("marchal ines", "", pupils[:2]...)
	for _, x := range []licensing.Work{r, other} {
		w.Sell(t, w.Offer(school, x, 10))
		w.Assign(t, To(school, x, licensing.ToSchool()))
	}
	one, two := double(licensing.DoubleNamesakes, r, pupils[0], pupils[1]), double(licensing.DoubleNamesakes, other, pupils[0], pupils[1])
	w.found(t, school, one, two)
	chosen, plan := w.undouble(t, school)
	refused(t, w.Licensing.TellApart(t.Context(), Manager, elsewhere.ID, one.Key()), fault.NotFound, "licensing.double.unknown")
	refused(t, w.Licensing.CompareAgain(t.Context(), Manager, school.ID, pupils[0], pupils[1]), fault.NotFound, "licensing.double.unknown")
	if err := w.Licensing.TellApart(t.Context(), Manager, school.ID, one.Key()); err != nil {
		t.Fatal(err)
	}
	w.found(t, school)
	_, err := w.Licensing.ReleaseDoubles(t.Context(), Manager, school.ID, chosen, plan.Hash)
	refused(t, err, fault.Conflict, "licensing.plan.changed") // what was seen before is not taken back
	refused(t, w.Licensing.TellApart(t.Context(), Manager, school.ID, one.Key()), fault.NotFound, "licensing.double.unknown")
	if list, err := w.Licensing.ListApart(t.Context(), school.ID, nil); err != nil || len(list) != 1 || list[0].Persons != [2]directory.PersonID{pupils[0], pupils[1]} {
		t.Errorf("told apart: %+v, %v", list, err)
	}
	if n := w.count(`select count(*) from journal where school = $1 and verb = 'licensing.told-apart'`, string(school.ID)); n != 1 {
		t.Errorf("%d entries of the journal", n)
	}
	// A third of the name may be either's.
	w.call("marchal ines", "", pupils[2])
	apart := [][2]directory.PersonID{{pupils[0], pupils[1]}}
	third := []licensing.Double{double(licensing.DoubleNamesakes, r, pupils[0], pupils[2]), double(licensing.DoubleNamesakes, r, pupils[1], pupils[2]),
		double(licensing.DoubleNamesakes, other, pupils[0], pupils[2]), double(licensing.DoubleNamesakes, other, pupils[1], pupils[2])}
	for i := range third {
		third[i].Apart = apart
	}
	w.found(t, school, third...)
	if _, plan := w.undouble(t, school); plan.Sum().Loses != 2 || plan.Sum().Has != 2 {
		t.Errorf("all chosen: %+v, want one copy of each resource back", plan.Sum())
	}
	// What a portal says of two accounts stays, whatever was said of their name.
	w.call("marchal ines", "INE-3", pupils[1:]...)
	if err := w.Licensing.TellApart(t.Context(), Manager, school.ID, third[0].Key()); err != nil {
		t.Fatal(err)
	}
	w.found(t, school, double(licensing.DoubleAccounts, r, pupils[1:]...), double(licensing.DoubleAccounts, other, pupils[1:]...))
	refused(t, w.Licensing.TellApart(t.Context(), Manager, school.ID, double(licensing.DoubleAccounts, r, pupils[1:]...).Key()), fault.Invalid, "licensing.double.kind")
	for _, p := range []directory.PersonID{pupils[1], pupils[2]} {
		if err := w.Licensing.CompareAgain(t.Context(), Manager, school.ID, p, pupils[0]); err != nil {
			t.Fatal(err)
		}
	}
	w.call("marchal ines", "", pupils[1:]...)
	w.found(t, school, double(licensing.DoubleNamesakes, r, pupils...), double(licensing.DoubleNamesakes, other, pupils...))
	// Of three that are told apart at once, each is another; who is erased is told of no more.
	if err := w.Licensing.TellApart(t.Context(), Manager, school.ID, double(licensing.DoubleNamesakes, r, pupils...).Key()); err != nil {
		t.Fatal(err)
	}
	w.found(t, school)
	within := &licensing.Mandate{School: school.ID, Cohorts: []directory.CohortID{class}}
	if list, err := w.Licensing.ListApart(t.Context(), school.ID, within); err != nil || len(list) != 1 {
		t.Errorf("in the scope of a class: %+v, %v", list, err)
	}
	keeper, subject := licensing.Keeper{Store: w.Licensing.Store}, privacy.Subject{ID: string(pupils[0])}
	if out, err := keeper.Export(t.Context(), subject); err != nil || !strings.Contains(fmt.Sprintf("%+v", out), string(school.ID)) {
		t.Errorf("exported %+v, %v", out, err)
	}
	if err := keeper.Erase(t.Context(), subject); err != nil {
		t.Fatal(err)
	}
	if list, err := w.Licensing.ListApart(t.Context(), school.ID, nil); err != nil || len(list) != 1 || w.count(`select count(*) from apart where person = $1 or other = $1`, string(pupils[0])) != 0 {
		t.Errorf("once one is erased: %+v, %v", list, err)
	}
}

func doublesOfAccounts(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	pupils := w.Persons(school.ID, directory.Pupil, 3, "")
	w.twice(t, school, r, pupils[0])
	w.Assign(t, To(school, r, licensing.ToPerson(pupils[1]), licensing.ToPerson(pupils[2])))
	w.call("marchal ines", "INE-1", pupils...)
	here, accounts := double(licensing.DoubleHere, r, pupils[0]), double(licensing.DoubleAccounts, r, pupils...)
	w.found(t, school, here, accounts)
	if sure, err := w.Licensing.ListSureDoubles(t.Context(), school.ID, nil); err != nil || !cmp.Equal(sure, []licensing.Double{here, accounts}) {
		t.Errorf("sure: %v, %v", sure, err)
	}
	// Nobody used any: the newest account keeps one of the four copies, and who has two copies and two accounts is decided on once.
	if done := w.giveBack(t, school); done.Plan.Sum().Loses != 3 {
		t.Errorf("got %+v", done.Plan.Sum())
	}
	if got := slices.Collect(maps.Keys(w.holding(t, school, r))); !slices.Equal(got, pupils[2:]) {
		t.Errorf("left with %v", got)
	}
	// An account that the portal withdrew is nobody's double: its copies come back by themselves.
	w.Assign(t, To(school, r, licensing.ToPerson(pupils[0])))
	w.Leave(school.ID, pupils[0])
	w.found(t, school)
	// A secondary identifier of another name is no word on who is who.
	w.Assign(t, To(school, r, licensing.ToPerson(pupils[1])))
	w.call("autre", "INE-1", pupils[1])
	w.found(t, school)
}

func doublesStopRules(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	pupils := w.Persons(school.ID, directory.Pupil, 2, w.Class(school.ID, "5e B"))
	w.Sell(t, w.Offer(school, r, 10))
	w.call("marchal ines", "INE-2", pupils...)
	made := w.Stand(t, rule(school, r, 0, licensing.ToCohort("5e B")))
	_, plan := w.undouble(t, school)
	stopped, err := w.Licensing.Suspends(t.Context(), plan.Bare())
	if err != nil || len(stopped) != 1 || stopped[0].ID != made.ID {
		t.Errorf("told to stop: %v, %v", stopped, err)
	}
	w.giveBack(t, school)
	w.Follow()
	if s, err := w.Licensing.FindRule(t.Context(), school.ID, made.ID); err != nil || s.Rule.State != licensing.RuleSuspended {
		t.Errorf("the rule: %+v, %v", s.Rule, err)
	}
	w.found(t, school)
}

func doublesElsewhere(t *testing.T, w *World) {
	here, there, r := w.School("099", "340"), w.School("099", "340"), w.Resource(false)
	person := w.Persons(here.ID, directory.Pupil, 1, "")[0]
	w.Arrive(there.ID, person, directory.Pupil, "")
	sooner := w.Offer(here, r, 10)
	sooner.SchoolYear, sooner.Ends = "", clock.On(w.Now(), here.Zone()).AddDays(30)
	w.Sell(t, sooner)
	w.Sell(t, w.Offer(there, r, 10))
	w.Assign(t, To(here, r, licensing.ToPerson(person)))
	w.found(t, here)
	w.Assign(t, To(there, r, licensing.ToPerson(person)))
	want := double(licensing.DoubleElsewhere, r, person)
	want.There = there.ID
	w.found(t, here, want)
	w.found(t, there) // what ends sooner is no reason to give back what lasts
	done := w.giveBack(t, here)
	if f := done.Plan.Sum(); f.Loses != 1 || f.Has != 0 {
		t.Errorf("got %+v", f)
	}
	if len(w.holding(t, here, r)) != 0 || len(w.holding(t, there, r)) != 1 {
		t.Error("the copy of the other school was to stay, this one's to come back")
	}
	w.undo(t, here, done.Act)
	w.found(t, here, want)

	// What is given back there meanwhile is a double no more: nothing comes back here.
	chosen, plan := w.undouble(t, here)
	w.release(t, licensing.Order{School: there.ID, Resources: To(there, r).Resources, Targets: []licensing.Target{licensing.ToPerson(person)}})
	again, err := w.Licensing.ReleaseDoubles(t.Context(), Manager, here.ID, chosen, plan.Hash)
	refused(t, err, fault.Conflict, "licensing.plan.changed")
	if len(again.Plan.Outcomes) != 0 {
		t.Errorf("still planned: %+v", again.Plan.Outcomes)
	}
	// A right that there covers the whole school is one, too; who left has none.
	wide := w.Offer(there, r, licensing.Unlimited)
	wide.Kind = licensing.Establishment
	w.Sell(t, wide)
	w.Assign(t, To(there, r, licensing.ToSchool()))
	w.found(t, here, want)
	w.Leave(there.ID, person)
	w.found(t, here)
}

func doublesElsewhereTogether(t *testing.T, w *World) {
	r := w.Resource(false)
	schools := []directory.School{w.School("099", "340"), w.School("099", "340")}
	person := w.Persons(schools[0].ID, directory.Pupil, 1, "")[0]
	w.Arrive(schools[1].ID, person, directory.Pupil, "")
	for _, s := range schools {
		w.Sell(t, w.Offer(s, r, 10))
	}
	for range 6 {
		for _, s := range schools {
			if len(w.holding(t, s, r)) == 0 {
				w.Assign(t, To(s, r, licensing.ToPerson(person)))
			}
		}
		var keys [2][]string
		var plans [2]licensing.Plan
		for i, s := range schools {
			if keys[i], plans[i] = w.undouble(t, s); plans[i].Sum().Loses != 1 {
				t.Fatalf("of %s: %+v", s.ID, plans[i].Sum())
			}
		}
		var at sync.WaitGroup
		errs := make([]error, 2)
		for i, s := range schools {
			at.Go(func() {
				_, errs[i] = w.Licensing.ReleaseDoubles(context.Background(), Manager, s.ID, keys[i], plans[i].Hash)
			})
		}
		at.Wait()
		lost := slices.IndexFunc(errs, func(err error) bool { return err != nil })
		if lost < 0 || errs[1-lost] != nil {
			t.Fatalf("one of two was to succeed: %v", errs)
		}
		refused(t, errs[lost], fault.Conflict, "licensing.plan.changed")
		if n := len(w.holding(t, schools[0], r)) + len(w.holding(t, schools[1], r)); n != 1 {
			t.Fatalf("%d copies are left", n)
		}
	}
}

func doublesAcrossPortals(t *testing.T, w *World) {
	here, there, r := w.School("099", "340"), w.School("099", "302"), w.Resource(false)
	one, other := w.Persons(here.ID, directory.Pupil, 1, "")[0], w.Persons(there.ID, directory.Pupil, 1, "")[0]
	w.exec(`update school set project = 'B20' where school = $1`, string(there.ID))
	w.exec(`update person set project = 'B20' where id = $1`, string(other))
	for school, person := range map[directory.School]directory.PersonID{here: one, there: other} {
		w.Sell(t, w.Offer(school, r, 10))
		w.Assign(t, To(school, r, licensing.ToPerson(person)))
	}
	w.call("vasseur claire", "", one, other)
	w.found(t, here) // a name tells nothing of who is in another school
	w.call("vasseur claire", "7", one, other)
	want := double(licensing.DoubleElsewhere, r, one)
	want.There, want.Account = there.ID, true
	w.found(t, here, want)
	w.call("autre", "7", other)
	w.found(t, here) // two registers may number alike
	w.call("vasseur claire", "7", other)
	if done := w.giveBack(t, here); done.Plan.Sum().Loses != 1 {
		t.Errorf("got %+v", done.Plan.Sum())
	}
	if len(w.holding(t, there, r)) != 1 {
		t.Error("the other school’s copy came back")
	}
}

func doublesSpent(t *testing.T, w *World) {
	left, here, r := w.School("099", "340"), w.School("099", "340"), w.Resource(false)
	person := w.Persons(left.ID, directory.Pupil, 1, "")[0]
	locked := w.Offer(left, r, 10)
	locked.Transferable = false
	w.Sell(t, locked)
	w.Sell(t, w.Offer(here, r, 10))
	w.Assign(t, To(left, r, licensing.ToPerson(person)))
	if _, err := w.Open(left, r, person); err != nil {
		t.Fatal(err)
	}
	w.Leave(left.ID, person)
	w.Arrive(here.ID, person, directory.Pupil, "")
	w.found(t, here)
	w.Assign(t, To(here, r, licensing.ToPerson(person)))
	want := double(licensing.DoubleSpent, r, person)
	want.There = left.ID
	w.found(t, here, want)
	w.found(t, left)
	if _, plan := w.undouble(t, here); len(plan.Outcomes) != 0 {
		t.Errorf("what is told only is planned: %+v", plan.Outcomes)
	}
}

// doublesAtRandom makes persons of few names in two schools, some in both, gives and opens at random, and undoes any choice of what is
// found: whoever was chosen keeps a right, nothing else moves, and the act can be undone.
func doublesAtRandom(t *testing.T, w *World) {
	for seed := range uint64(25) {
		o := newOdds(t, w, seed)
		school := o.schools[0]
		all, err := w.Licensing.ListDoubles(t.Context(), school.ID, nil)
		if err != nil {
			t.Fatal(err)
		}
		var some []licensing.Double
		var chosen []string
		for _, d := range all {
			if o.IntN(3) > 0 {
				some, chosen = append(some, d), append(chosen, d.Key())
			}
		}
		before := o.holdings(t)
		plan, err := w.Licensing.PlanUndouble(t.Context(), school.ID, "", chosen)
		if err != nil {
			t.Fatal(err)
		}
		done, err := w.Licensing.ReleaseDoubles(t.Context(), Manager, school.ID, chosen, plan.Hash)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		after := o.holdings(t)
		loses := map[string]bool{}
		for _, out := range plan.Outcomes {
			if out.Verdict == licensing.Loses {
				loses[fmt.Sprint(school.ID, out.Resource, out.Pool, out.Person)] = true
			}
		}
		for key, opened := range before {
			switch _, held := after[key]; {
			case held == loses[key]:
				t.Errorf("seed %d: %s: held %v, planned to go %v", seed, key, held, loses[key])
			case loses[key] && opened == "locked":
				t.Errorf("seed %d: %s was consumed", seed, key)
			}
		}
		for _, d := range some {
			if !o.lets(t, d, some) {
				t.Errorf("seed %d: %v has nothing left", seed, d)
			}
		}
		if done.Act == "" {
			continue
		}
		if f := w.undo(t, school, done.Act).Plan.Sum(); f.Gets+f.Has != int64(len(loses)) {
			t.Errorf("seed %d: %d copies came back, undone %+v", seed, len(loses), f)
		}
		for _, d := range all {
			if d.Kind == licensing.DoubleHere || !slices.Contains(chosen, d.Key()) {
				continue
			}
			again, err := w.Licensing.ListDoubles(t.Context(), school.ID, nil)
			if err != nil || !slices.ContainsFunc(again, func(x licensing.Double) bool { return x.Key() == d.Key() }) {
				t.Errorf("seed %d: after the undo %v is no double: %v", seed, d, err)
			}
		}
	}
	w.Sound(t)
}

// odds is a world made at random.
type odds struct {
	*rand.Rand
	w       *World
	schools []directory.School
	works   []licensing.Work
	persons []directory.PersonID // all of them are in the first school
	both    map[directory.PersonID]bool
}

func newOdds(t *testing.T, w *World, seed uint64) odds {
	o := odds{Rand: rand.New(rand.NewPCG(seed, 1)), w: w, schools: []directory.School{w.School("099", "340"), w.School("099", "340")}}
	o.persons, o.both = w.Persons(o.schools[0].ID, directory.Pupil, 8, ""), map[directory.PersonID]bool{}
	for _, p := range o.persons {
		n := o.IntN(4)
		secondary := ""
		if o.IntN(2) == 0 {
			secondary = fmt.Sprintf("%d-%d", seed, n)
		}
		w.call(fmt.Sprintf("nom %d %d", seed, n), secondary, p)
		if o.IntN(3) == 0 {
			w.Arrive(o.schools[1].ID, p, directory.Pupil, "")
			o.both[p] = true
		}
	}
	for range 2 {
		r := w.Resource(false)
		o.works = append(o.works, r)
		for i, s := range o.schools {
			if some := o.some(i); len(some) > 0 && o.IntN(2) == 0 {
				w.twice(t, s, r, some...)
			}
			offer := w.Offer(s, r, 20)
			offer.Transferable = o.IntN(2) == 0
			if i == 0 && o.IntN(4) == 0 {
				offer = w.Offer(s, r, licensing.Unlimited)
				offer.Kind = licensing.Establishment
			}
			w.Sell(t, offer)
			var targets []licensing.Target
			for _, p := range o.some(i) {
				targets = append(targets, licensing.ToPerson(p))
			}
			if len(targets) > 0 {
				w.Assign(t, To(s, r, targets...))
			}
			for _, p := range o.some(i) {
				_, _ = w.Open(s, r, p) // who has none opens nothing
			}
		}
	}
	return o
}

// some are some of those who are in a school.
func (o odds) some(school int) []directory.PersonID {
	return slices.DeleteFunc(slices.Clone(o.persons), func(p directory.PersonID) bool { return school == 1 && !o.both[p] || o.IntN(2) == 0 })
}

// holdings lists every copy in both schools, and whether it was opened or is consumed.
func (o odds) holdings(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, s := range o.schools {
		for _, r := range o.works {
			list, err := o.w.Licensing.ListHolders(context.Background(), s.ID, r.ID, directory.Page{})
			if err != nil {
				t.Fatal(err)
			}
			for _, h := range list {
				state := ""
				if h.Locked {
					state = "locked"
				}
				out[fmt.Sprint(s.ID, r.ID, h.Pool, h.Person)] = state
			}
		}
	}
	return out
}

// lets reports whether the person of a double may still open the resource, by some account in some school: one of the double, of another
// that was chosen too, or that has its name and secondary identifier.
func (o odds) lets(t *testing.T, d licensing.Double, chosen []licensing.Double) bool {
	t.Helper()
	accounts := slices.Clone(d.Persons)
	for range o.persons {
		for _, x := range chosen {
			if x.Resource == d.Resource && slices.ContainsFunc(x.Persons, func(p directory.PersonID) bool { return slices.Contains(accounts, p) }) {
				accounts = append(accounts, x.Persons...)
			}
		}
	}
	for _, p := range o.persons {
		if !slices.Contains(accounts, p) && !o.sameAs(p, accounts) {
			continue
		}
		if _, err := o.w.Licensing.May(context.Background(), licensing.Opening{Person: p, Resource: d.Resource}); err == nil {
			return true
		}
	}
	return false
}

// sameAs reports whether an account has the name and the secondary identifier of another.
func (o odds) sameAs(p directory.PersonID, persons []directory.PersonID) bool {
	return slices.ContainsFunc(persons, func(q directory.PersonID) bool {
		return o.w.count(`select count(*) from person a join person b on b.folded = a.folded and b.secondary = a.secondary where a.id = $1 and b.id = $2 and a.secondary <> ''`,
			string(p), string(q)) == 1
	})
}
