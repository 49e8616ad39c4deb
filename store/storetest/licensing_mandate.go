package storetest

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/db"
	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/licensing"
	"pupitre/privacy"
)

// office is a school with two classes of three pupils, a manager, and a teacher to be its delegate.
type office struct {
	w               *World
	school          directory.School
	work, other     licensing.Work
	a, b            directory.CohortID
	inA, inB        []directory.PersonID
	manager, keeper directory.PersonID
}

func newOffice(t testing.TB, w *World) *office {
	t.Helper()
	o := &office{w: w, school: w.School("099", "340"), work: w.Resource(false), other: w.Resource(false), a: "5e A", b: "5e B"}
	w.Sell(t, w.Offer(o.school, o.work, 200))
	w.Sell(t, w.Offer(o.school, o.other, 200))
	o.inA, o.inB = w.Persons(o.school.ID, directory.Pupil, 3, w.Class(o.school.ID, "5e A")), w.Persons(o.school.ID, directory.Pupil, 3, w.Class(o.school.ID, "5e B"))
	staff := w.Persons(o.school.ID, directory.Teacher, 2, "")
	o.manager, o.keeper = staff[0], staff[1]
	w.exec(`insert into assignment_manager (school, person, state, source) values ($1, $2, 'confirmed', 'portal')`, string(o.school.ID), string(o.manager))
	return o
}

func actor(p directory.PersonID) journal.Actor {
	return journal.Actor{Kind: journal.ByPerson, ID: string(p)}
}

// terms is a mandate of the keeper with a budget, over classes.
func (o *office) terms(budget licensing.Count, cohorts ...directory.CohortID) licensing.Mandate {
	return licensing.Mandate{School: o.school.ID, Person: o.keeper, Budget: budget, Cohorts: cohorts}
}

func (o *office) delegate(t testing.TB, m licensing.Mandate) licensing.Mandate {
	t.Helper()
	out, err := o.w.Licensing.Delegate(t.Context(), actor(o.manager), m)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func (o *office) give(t testing.TB, r licensing.Work, targets ...licensing.Target) error {
	t.Helper()
	_, err := o.w.Licensing.Assign(t.Context(), actor(o.keeper), To(o.school, r, targets...))
	return err
}

// spent is what is out under the keeper's mandate.
func (o *office) spent(t testing.TB) int64 {
	t.Helper()
	all, err := o.w.Licensing.ListMandates(t.Context(), o.school.ID)
	if err != nil || len(all) != 1 {
		t.Fatalf("%d mandates, %v", len(all), err)
	}
	return all[0].Spent
}

func delegateInScope(t *testing.T, w *World) {
	o := newOffice(t, w)
	m := o.terms(licensing.Unlimited, o.a)
	m.Resources = []catalogue.ResourceID{o.work.ID}
	o.delegate(t, m)
	for _, c := range []struct {
		name   string
		work   licensing.Work
		target licensing.Target
		kind   fault.Kind
		code   string
	}{
		{"another class", o.work, licensing.ToCohort(o.b), fault.Denied, "licensing.mandate.cohort"},
		{"a class of nowhere", o.work, licensing.ToCohort("elsewhere"), fault.NotFound, "licensing.mandate.cohort.unknown"},
		{"the school", o.work, licensing.ToSchool(), fault.Denied, "licensing.mandate.school"},
		{"all pupils", o.work, licensing.ToSchool(directory.Pupil), fault.Denied, "licensing.mandate.school"},
		{"a pupil of another class", o.work, licensing.ToPerson(o.inB[0]), fault.Denied, "licensing.mandate.person"},
		{"a person of nowhere", o.work, licensing.ToPerson("nobody"), fault.Denied, "licensing.mandate.person"},
		{"another resource", o.other, licensing.ToCohort(o.a), fault.NotFound, "licensing.mandate.resource"},
	} {
		order := To(o.school, c.work, licensing.ToCohort(o.a), c.target)
		order.For = o.keeper
		_, err := w.Licensing.Plan(t.Context(), order)
		refused(t, err, c.kind, c.code)
		order.For = "" // an order that does not say whose it is is held to its actor all the same
		_, err = w.Licensing.Apply(t.Context(), actor(o.keeper), order, "")
		refused(t, err, c.kind, c.code)
		_, err = w.Licensing.Assign(t.Context(), actor(o.keeper), order)
		refused(t, err, c.kind, c.code)
		_, err = w.Licensing.Release(t.Context(), actor(o.keeper), order)
		refused(t, err, c.kind, c.code)
		if c.code == "licensing.mandate.cohort" && param(err, "name") != string(o.b) {
			t.Errorf("the refusal does not name the class: %v", fault.ParamsOf(err))
		}
		if got := w.Counters(t, o.school, c.work).Assigned; got != 0 {
			t.Fatalf("%s: %d copies were given", c.name, got)
		}
	}
	if err := o.give(t, o.work, licensing.ToPerson(o.inA[0])); err != nil {
		t.Errorf("a pupil of the class: %v", err)
	}
	if err := o.give(t, o.work, licensing.ToCohort(o.a, directory.Pupil)); err != nil {
		t.Errorf("the class: %v", err)
	}
	if got := w.Counters(t, o.school, o.work).Assigned; got != 3 {
		t.Errorf("%d copies given, want 3", got)
	}
	// Who changes class leaves the scope, and who comes into it is in it.
	w.exec(`update membership set cohort = $3 where school = $1 and person = $2`, string(o.school.ID), string(o.inA[0]), string(o.b))
	w.exec(`update membership set cohort = $3 where school = $1 and person = $2`, string(o.school.ID), string(o.inB[0]), string(o.a))
	_, err := w.Licensing.Release(t.Context(), actor(o.keeper), To(o.school, o.work, licensing.ToPerson(o.inA[0])))
	refused(t, err, fault.Denied, "licensing.mandate.person")
	if err := o.give(t, o.work, licensing.ToPerson(o.inB[0])); err != nil {
		t.Errorf("a pupil who came into the class: %v", err)
	}
}

func delegateBudget(t *testing.T, w *World) {
	o := newOffice(t, w)
	o.delegate(t, o.terms(4))
	plan, err := w.Licensing.Plan(t.Context(), licensing.Order{School: o.school.ID, Resources: []catalogue.ResourceID{o.work.ID}, Targets: []licensing.Target{licensing.ToSchool(directory.Pupil)}, For: o.keeper})
	if err != nil || plan.Sum().Gets != 4 || plan.Sum().Short != 2 || plan.Outcomes[4].Why != licensing.WhyBudget {
		t.Fatalf("the plan gives %+v, %v", plan.Sum(), err)
	}
	err = o.give(t, o.work, licensing.ToSchool(directory.Pupil))
	refused(t, err, fault.Exhausted, "licensing.mandate.budget")
	if param(err, "n") != int64(4) || param(err, "asked") != int64(6) || param(err, "short") != int64(2) {
		t.Errorf("figures of the refusal: %v", fault.ParamsOf(err))
	}
	// The budget is one for all resources of an order, and serves in the order of rank where the delegate says so.
	both := licensing.Order{School: o.school.ID, Resources: []catalogue.ResourceID{o.work.ID, o.other.ID}, Targets: []licensing.Target{licensing.ToCohort(o.a)}, Short: licensing.ShortServe}
	done, err := w.Licensing.Assign(t.Context(), actor(o.keeper), both)
	if err != nil || done.Plan.Sum().Gets != 4 || o.spent(t) != 4 {
		t.Fatalf("served %+v with %d out, %v", done.Plan.Sum(), o.spent(t), err)
	}
	refused(t, o.give(t, o.work, licensing.ToPerson(o.inB[0])), fault.Exhausted, "licensing.mandate.budget")
	// A copy that comes back, whoever takes it, is one to give again; one that a manager gave costs nothing.
	if _, err := w.Licensing.Release(t.Context(), actor(o.manager), To(o.school, o.work, licensing.ToPerson(o.inA[0]))); err != nil {
		t.Fatal(err)
	}
	w.Leave(o.school.ID, o.inA[1])
	w.Follow()
	if got := o.spent(t); got != 2 {
		t.Errorf("%d out after one was taken back and one left, want 2", got)
	}
	w.Assign(t, To(o.school, o.work, licensing.ToPerson(o.inB[1])))
	w.Assign(t, To(o.school, o.work, licensing.ToPerson(o.inA[0])))
	if got := o.spent(t); got != 2 {
		t.Errorf("%d out after a manager gave two, want 2", got)
	}
	if err := o.give(t, o.other, licensing.ToPerson(o.inB[0])); err != nil {
		t.Error(err)
	}
	_, err = w.Licensing.Delegate(t.Context(), actor(o.manager), o.terms(2))
	refused(t, err, fault.Conflict, "licensing.mandate.spent")
	if param(err, "n") != int64(3) {
		t.Errorf("the refusal says %v", fault.ParamsOf(err))
	}
	o.delegate(t, o.terms(3))
	refused(t, o.give(t, o.other, licensing.ToPerson(o.inB[1])), fault.Exhausted, "licensing.mandate.budget")
}

// delegateSiteWide has a right of the whole school, which burns no copy and so no budget; the scope holds.
func delegateSiteWide(t *testing.T, w *World) {
	o := newOffice(t, w)
	wide := w.Resource(false)
	sub := w.Offer(o.school, wide, licensing.Unlimited)
	sub.Kind = licensing.Establishment
	w.Sell(t, sub)
	o.delegate(t, o.terms(0, o.a))
	if err := o.give(t, wide, licensing.ToCohort(o.a)); err != nil {
		t.Fatal(err)
	}
	refused(t, o.give(t, wide, licensing.ToSchool()), fault.Denied, "licensing.mandate.school")
	refused(t, o.give(t, o.work, licensing.ToCohort(o.a)), fault.Exhausted, "licensing.mandate.budget")
	if o.spent(t) != 0 {
		t.Errorf("%d out", o.spent(t))
	}
	// Nor does a copy whose subscription its distributor has ended.
	third := w.Resource(false)
	counted := w.Sell(t, w.Offer(o.school, third, 10))
	o.delegate(t, o.terms(3, o.a))
	if err := o.give(t, third, licensing.ToCohort(o.a)); err != nil || o.spent(t) != 3 {
		t.Fatalf("%d out, %v", o.spent(t), err)
	}
	if err := w.Licensing.End(t.Context(), Seller, Distributor, counted.ID); err != nil || o.spent(t) != 0 {
		t.Errorf("%d out once the subscription is over, %v", o.spent(t), err)
	}
}

func delegateOver(t *testing.T, w *World) {
	o := newOffice(t, w)
	today := clock.On(w.Now(), o.school.Zone())
	if m := o.delegate(t, o.terms(10)); m.Until != (clock.Date{Year: 2027, Month: 8, Day: 15}) {
		t.Errorf("it ends on %s", m.Until)
	}
	if err := o.give(t, o.work, licensing.ToPerson(o.inA[0])); err != nil {
		t.Fatal(err)
	}
	if n := len(must[[]licensing.Mandate](t)(w.Licensing.MandatesOf(t.Context(), o.keeper))); n != 1 {
		t.Errorf("%d mandates in force", n)
	}
	closed := func(code string) {
		t.Helper()
		refused(t, o.give(t, o.work, licensing.ToPerson(o.inA[1])), fault.Denied, code)
		if n := len(must[[]licensing.Mandate](t)(w.Licensing.MandatesOf(t.Context(), o.keeper))); n != 0 {
			t.Errorf("%d mandates in force", n)
		}
	}
	w.exec(`update mandate set until = $2 where school = $1`, string(o.school.ID), today.AddDays(-1).String())
	closed("licensing.mandate.over")
	w.exec(`update mandate set until = $2 where school = $1`, string(o.school.ID), today.String())
	w.Leave(o.school.ID, o.keeper)
	closed("licensing.mandate.over")
	w.Arrive(o.school.ID, o.keeper, directory.Teacher, "")
	if err := o.give(t, o.work, licensing.ToPerson(o.inA[1])); err != nil {
		t.Errorf("once back: %v", err)
	}
	if err := w.Licensing.EndMandate(t.Context(), actor(o.manager), o.school.ID, o.keeper); err != nil {
		t.Fatal(err)
	}
	closed("licensing.mandate.over")
	refused(t, w.Licensing.EndMandate(t.Context(), actor(o.manager), o.school.ID, o.keeper), fault.NotFound, "licensing.mandate.unknown")
	// Named again, they spend from nothing.
	o.delegate(t, o.terms(1))
	if o.spent(t) != 0 {
		t.Errorf("%d out under a new mandate", o.spent(t))
	}
	if err := o.give(t, o.work, licensing.ToPerson(o.inA[2])); err != nil {
		t.Error(err)
	}
	// Nothing is kept of who is forgotten.
	other := w.Persons(o.school.ID, directory.Teacher, 1, "")[0]
	o.delegate(t, licensing.Mandate{School: o.school.ID, Person: other})
	if err := (directory.Holder{Store: w.Store.Directory()}).Erase(t.Context(), privacy.Subject{Project: "A70", ID: string(other)}); err != nil {
		t.Fatal(err)
	}
	if n := w.count(`select count(*) from mandate where person = $1`, string(other)); n != 0 {
		t.Error("the mandate of somebody who is forgotten is kept")
	}
	// Who becomes a manager is limited by no mandate any more.
	w.exec(`insert into assignment_manager (school, person, state, source) values ($1, $2, 'confirmed', 'portal')`, string(o.school.ID), string(o.keeper))
	if err := o.give(t, o.work, licensing.ToSchool(directory.Pupil)); err != nil {
		t.Errorf("as a manager: %v", err)
	}
}

func delegateTerms(t *testing.T, w *World) {
	o := newOffice(t, w)
	elsewhere := newOffice(t, w)
	foreign := licensing.Work{ID: "r-none"}
	w.exec(`insert into cohort (school, id, kind, code, label, level) values ($1, 'far', 'DIVISION', 'far', 'far', '')`, string(elsewhere.school.ID))
	past := clock.On(w.Now(), o.school.Zone()).AddDays(-1)
	for _, c := range []struct {
		name string
		by   directory.PersonID
		m    licensing.Mandate
		kind fault.Kind
		code string
	}{
		{"by a teacher", o.inA[0], o.terms(1), fault.Denied, "licensing.mandate.giver"},
		{"by themselves", o.keeper, o.terms(1), fault.Denied, "licensing.mandate.giver"},
		{"by another school's manager", elsewhere.manager, o.terms(1), fault.Denied, "licensing.mandate.giver"},
		{"a negative budget", o.manager, o.terms(-5), fault.Invalid, "licensing.mandate.budget.form"},
		{"a budget too large", o.manager, o.terms(100_000_001), fault.Invalid, "licensing.mandate.budget.form"},
		{"a class of another school", o.manager, o.terms(1, "far"), fault.NotFound, "licensing.mandate.cohort.unknown"},
		{"a resource of nowhere", o.manager, licensing.Mandate{School: o.school.ID, Person: o.keeper, Resources: []catalogue.ResourceID{o.work.ID, foreign.ID}}, fault.NotFound, "licensing.mandate.resource"},
		{"a resource of another school", o.manager, licensing.Mandate{School: o.school.ID, Person: o.keeper, Resources: []catalogue.ResourceID{elsewhere.work.ID}}, fault.NotFound, "licensing.mandate.resource"},
		{"a day that is past", o.manager, licensing.Mandate{School: o.school.ID, Person: o.keeper, Until: past}, fault.Invalid, "licensing.mandate.until"},
		{"a pupil", o.manager, licensing.Mandate{School: o.school.ID, Person: o.inA[0]}, fault.Invalid, "licensing.mandate.pupil"},
		{"a manager", o.manager, licensing.Mandate{School: o.school.ID, Person: o.manager}, fault.Conflict, "licensing.mandate.manager"},
		{"somebody of another school", o.manager, licensing.Mandate{School: o.school.ID, Person: elsewhere.keeper}, fault.NotFound, "licensing.person.elsewhere"},
	} {
		_, err := w.Licensing.Delegate(t.Context(), actor(c.by), c.m)
		if fault.KindOf(err) != c.kind || fault.CodeOf(err) != c.code {
			t.Errorf("%s: got %v, want %s", c.name, err, c.code)
		}
	}
	if n := len(must[[]licensing.Mandate](t)(w.Licensing.ListMandates(t.Context(), o.school.ID))); n != 0 {
		t.Fatalf("%d mandates were given", n)
	}
	o.delegate(t, o.terms(10, o.b, o.a, o.b))
	m := o.delegate(t, o.terms(20, o.a))
	got := must[[]licensing.Mandate](t)(w.Licensing.ListMandates(t.Context(), o.school.ID))
	if len(got) != 1 || got[0].ID != m.ID || got[0].Budget != 20 || !slices.Equal(got[0].Cohorts, []directory.CohortID{o.a}) || got[0].By != o.manager || got[0].Name.Given != "Inès" {
		t.Errorf("got %+v", got)
	}
	refused(t, w.Licensing.EndMandate(t.Context(), actor(elsewhere.manager), o.school.ID, o.keeper), fault.Denied, "licensing.mandate.giver")
	// The head names delegates too.
	w.exec(`update attachment set head = true where school = $1 and person = $2`, string(o.school.ID), string(o.inB[0]))
	if _, err := w.Licensing.Delegate(t.Context(), actor(o.inB[0]), o.terms(5)); err != nil {
		t.Errorf("by the head: %v", err)
	}
	if n := w.count(`select count(*) from journal where school = $1 and verb = 'licensing.delegated' and person = $2`, string(o.school.ID), string(o.keeper)); n != 3 {
		t.Errorf("%d entries of three namings", n)
	}
	if n := w.count(`select count(*) from outbox where school = $1 and topic = $2`, string(o.school.ID), licensing.FactMandateChanged); n != 3 {
		t.Errorf("%d facts of three namings", n)
	}
}

// budgetRace has a delegate's copies given from many places at once, over two resources, while a manager takes some back: never one
// more is out than the budget says.
func budgetRace(t *testing.T, w *World) {
	o := newOffice(t, w)
	o.delegate(t, o.terms(11))
	pupils := w.Persons(o.school.ID, directory.Pupil, 48, "")
	works := []licensing.Work{o.work, o.other}
	var given, refusals atomic.Int64
	together(2*len(pupils), func(i int) {
		err := o.give(t, works[i%2], licensing.ToPerson(pupils[i/2]))
		if err == nil {
			given.Add(1)
			return
		}
		refusals.Add(1)
		refused(t, err, fault.Exhausted, "licensing.mandate.budget")
	})
	if given.Load() != 11 || refusals.Load() != 85 || o.spent(t) != 11 {
		t.Errorf("%d given, %d refused, %d out of a budget of 11", given.Load(), refusals.Load(), o.spent(t))
	}
	var back, again atomic.Int64
	together(2*len(pupils), func(i int) {
		if i%3 == 0 {
			if done, err := w.Licensing.Release(t.Context(), actor(o.manager), To(o.school, works[i%2], licensing.ToPerson(pupils[i/2]))); err == nil && done.Act != "" {
				back.Add(1)
			}
		} else if err := o.give(t, works[i%2], licensing.ToPerson(pupils[i/2])); err == nil {
			again.Add(1) // or they have it already
		} else {
			refused(t, err, fault.Exhausted, "licensing.mandate.budget")
		}
		if n := o.spent(t); n > 11 {
			t.Errorf("%d out of a budget of 11", n)
		}
	})
	if n := w.Counters(t, o.school, o.work).Assigned + w.Counters(t, o.school, o.other).Assigned; n != o.spent(t) || n > 11 {
		t.Errorf("%d copies are held and %d are out under the mandate", n, o.spent(t))
	}
	if back.Load() == 0 {
		t.Error("nothing came back: the race is none")
	}
	err := w.Store.DB.Write(t.Context(), func(ctx context.Context, x *db.Tx) error {
		_, err := x.Exec(ctx, `update mandate set spent = 12 where school = $1`, string(o.school.ID))
		return err
	})
	if !db.IsCheck(err) {
		t.Errorf("the schema does not hold the budget: %v", err)
	}
}

// endedMidway ends a mandate while its delegate gives: what they gave before stands, nothing is given after.
func endedMidway(t *testing.T, w *World) {
	o := newOffice(t, w)
	o.delegate(t, o.terms(licensing.Unlimited))
	pupils := w.Persons(o.school.ID, directory.Pupil, 64, "")
	var given atomic.Int64
	ended := make(chan struct{})
	together(len(pupils), func(i int) {
		if i == 20 {
			err := w.Licensing.EndMandate(t.Context(), actor(o.manager), o.school.ID, o.keeper)
			close(ended)
			if err != nil {
				t.Error(err)
			}
			if err := o.give(t, o.work, licensing.ToPerson(pupils[i])); !fault.Is(err, fault.Denied) {
				t.Errorf("after the end: %v", err)
			}
			return
		}
		if i >= 40 {
			<-ended // the others come before it, or at the same moment
		}
		err := o.give(t, o.work, licensing.ToPerson(pupils[i]))
		switch {
		case err != nil:
			refused(t, err, fault.Denied, "licensing.mandate.over")
		case i >= 40:
			t.Errorf("pupil %d was given a copy after the end", i)
		default:
			given.Add(1)
		}
	})
	if got := w.Counters(t, o.school, o.work).Assigned; got != given.Load() {
		t.Errorf("%d copies held, %d given", got, given.Load())
	}
}
