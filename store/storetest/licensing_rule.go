package storetest

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/licensing"
)

// rule is a standing assignment of a resource on the point of being made.
func rule(school directory.School, r licensing.Work, reserve int64, targets ...licensing.Target) licensing.Rule {
	return licensing.Rule{School: school.ID, Resource: r.ID, Targets: targets, Reserve: reserve}
}

// Stand makes a rule, and must succeed.
func (w *World) Stand(t testing.TB, r licensing.Rule) licensing.Rule {
	t.Helper()
	done, err := w.Licensing.AddRule(context.Background(), Manager, r, "")
	if err != nil {
		t.Fatalf("add rule: %v", err)
	}
	return done.Rule
}

// holds reports whether somebody may open a resource.
func (w *World) holds(school directory.School, r licensing.Work, p directory.PersonID) bool {
	_, err := w.Licensing.May(context.Background(), licensing.Opening{Person: p, School: school.ID, Resource: r.ID})
	return err == nil
}

// newcomer comes to a school.
func (w *World) newcomer(school directory.School, class directory.CohortID) directory.PersonID {
	p := directory.PersonID(fmt.Sprintf("new%06d", w.serial.Add(1)))
	w.Arrive(school.ID, p, directory.Pupil, class)
	return p
}

func ruleServesNewcomers(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	w.Sell(t, w.Offer(school, r, 5))
	class := w.Class(school.ID, "4e A")
	there := w.Persons(school.ID, directory.Pupil, 2, class)
	x := rule(school, r, 2, licensing.ToCohort(class, directory.Pupil))
	plan, err := w.Licensing.PlanRule(t.Context(), x)
	if err != nil {
		t.Fatal(err)
	}
	if plan.Plan.Sum().Gets != 2 || plan.Reserved != 2 || !plan.Plan.Figures[0].After.Balanced() {
		t.Errorf("planned: %+v, reserve %d", plan.Plan.Figures[0], plan.Reserved)
	}
	if got := w.Counters(t, school, r); got.Assigned+got.Reserved != 0 {
		t.Errorf("a plan moved counters: %+v", got)
	}
	done, err := w.Licensing.AddRule(t.Context(), Manager, x, plan.Plan.Hash)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := w.Counters(t, school, r), (licensing.Counters{Available: 1, Remaining: 1, Assigned: 2, Total: 5, Reserved: 2}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if n := w.count(`select count(*) from journal where school = $1 and id = $2 and verb = 'licensing.rule'`, string(school.ID), string(done.Act)); n != 1 {
		t.Errorf("%d journal entries for the rule", n)
	}
	if d, err := w.Licensing.FindDeed(t.Context(), school.ID, done.Act, nil); err != nil || d.How != "added" {
		t.Errorf("the history tells %+v, %v", d, err)
	}

	// What is kept back is for those whom the rule names, and for nobody else.
	outside := w.Persons(school.ID, directory.Pupil, 2, "")
	w.Assign(t, To(school, r, licensing.ToPerson(outside[0])))
	_, err = w.Licensing.Assign(t.Context(), Manager, To(school, r, licensing.ToPerson(outside[1])))
	refused(t, err, fault.Exhausted, "licensing.pool.exhausted")

	first, second, third := w.newcomer(school, class), w.newcomer(school, class), w.newcomer(school, class)
	w.Follow()
	if !w.holds(school, r, first) || !w.holds(school, r, second) || w.holds(school, r, third) {
		t.Error("two newcomers are served out of the reserve, and the third waits")
	}
	if got, want := w.Counters(t, school, r), (licensing.Counters{Assigned: 5, Total: 5}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	stands, err := w.Licensing.FindRule(t.Context(), school.ID, done.Rule.ID)
	if err != nil || stands.Served != 4 || stands.Waiting != 1 || stands.Waits[0].Person != third || stands.Kept != 0 {
		t.Errorf("the rule stands at %+v, %v", stands, err)
	}

	// A copy that comes back goes to who waits, the next one into the reserve.
	w.Leave(school.ID, there[0])
	w.Follow()
	if !w.holds(school, r, third) {
		t.Error("a copy came back, and who waited was not served")
	}
	w.Leave(school.ID, there[1])
	w.Follow()
	if got, want := w.Counters(t, school, r), (licensing.Counters{Assigned: 4, Total: 5, Reserved: 1}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	told := w.told(school, licensing.FactRightChanged)
	served := 0
	for _, c := range told {
		if c.Cause == licensing.CauseServed {
			served += len(c.Persons)
		}
	}
	if served != 3 {
		t.Errorf("three newcomers were served, %d told of", served)
	}
}

func whoWaitsIsServed(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	w.Sell(t, w.Offer(school, r, 1))
	pupils := w.Persons(school.ID, directory.Pupil, 2, "")
	w.Stand(t, rule(school, r, 0, licensing.ToSchool()))
	w.Follow()
	w.Leave(school.ID, pupils[0])
	w.Follow()
	if !w.holds(school, r, pupils[1]) {
		t.Error("a copy came back, and who waited was not served")
	}
}

func rulesInTheirOrder(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	sub := w.Sell(t, w.Offer(school, r, 0))
	a, b := w.Class(school.ID, "4e A"), w.Class(school.ID, "4e B")
	inA, inB := w.Persons(school.ID, directory.Pupil, 2, a), w.Persons(school.ID, directory.Pupil, 2, b)
	w.Stand(t, rule(school, r, 1, licensing.ToCohort(b)))
	w.Stand(t, rule(school, r, 0, licensing.ToCohort(a)))
	for _, step := range []struct {
		total    licensing.Count
		a, b     int
		reserved int64
	}{{1, 0, 1, 0}, {2, 0, 2, 0}, {3, 0, 2, 1}, {4, 1, 2, 1}, {6, 2, 2, 1}} {
		sub.Global = &step.total
		if _, err := w.Licensing.Amend(t.Context(), Seller, sub); err != nil {
			t.Fatal(err)
		}
		w.Follow()
		gotA, gotB := 0, 0
		for i := range 2 {
			if w.holds(school, r, inA[i]) {
				gotA++
			}
			if w.holds(school, r, inB[i]) {
				gotB++
			}
		}
		if got := w.Counters(t, school, r).Reserved; gotA != step.a || gotB != step.b || got != step.reserved {
			t.Errorf("of %d copies: %d and %d served, %d kept back, want %+v", step.total, gotA, gotB, got, step)
		}
	}
	_, err := w.Licensing.Amend(t.Context(), Seller, shrunk(sub, 4))
	refused(t, err, fault.Conflict, "licensing.pool.shrink")
}

func shrunk(sub licensing.Subscription, n licensing.Count) licensing.Subscription {
	sub.Global = &n
	return sub
}

func ruleRefusals(t *testing.T, w *World) {
	school, other, r := w.School("099", "340"), w.School("099", "340"), w.Resource(false)
	w.Sell(t, w.Offer(school, r, 5))
	elsewhere := w.Class(other.ID, "4e A")
	add := func(x licensing.Rule) error {
		_, err := w.Licensing.AddRule(t.Context(), Manager, x, "")
		return err
	}
	refused(t, add(rule(school, r, 0, licensing.ToPerson("somebody"))), fault.Invalid, "licensing.rule.target")
	refused(t, add(rule(school, r, -1, licensing.ToSchool())), fault.Invalid, "licensing.rule.reserve")
	refused(t, add(rule(school, r, 0, licensing.ToCohort(elsewhere))), fault.NotFound, "licensing.rule.cohort")
	refused(t, add(rule(school, w.Resource(false), 0, licensing.ToSchool())), fault.NotFound, "licensing.rule.resource")
	refused(t, add(rule(school, r, 0)), fault.Invalid, "licensing.order.empty")
	x := w.Stand(t, rule(school, r, 0, licensing.ToSchool()))
	refused(t, add(rule(school, r, 3, licensing.ToSchool())), fault.Conflict, "licensing.rule.exists")
	_, err := w.Licensing.DropRule(t.Context(), Manager, other.ID, x.ID)
	refused(t, err, fault.NotFound, "licensing.rule.unknown")
	if _, err := w.Licensing.DropRule(t.Context(), Manager, school.ID, x.ID); err != nil {
		t.Fatal(err)
	}
	_, err = w.Licensing.ResumeRule(t.Context(), Manager, school.ID, x.ID, "")
	refused(t, err, fault.NotFound, "licensing.rule.unknown")
	if list, err := w.Licensing.ListRules(t.Context(), school.ID); err != nil || len(list) != 0 {
		t.Errorf("a dropped rule is listed: %+v, %v", list, err)
	}

	w.Persons(school.ID, directory.Pupil, 1, "")
	plan, err := w.Licensing.PlanRule(t.Context(), rule(school, r, 1, licensing.ToSchool()))
	if err != nil {
		t.Fatal(err)
	}
	w.Persons(school.ID, directory.Pupil, 1, "")
	done, err := w.Licensing.AddRule(t.Context(), Manager, rule(school, r, 1, licensing.ToSchool()), plan.Plan.Hash)
	refused(t, err, fault.Conflict, "licensing.plan.changed")
	if done.Act != "" || done.Plan.Plan.Sum().Gets != 2 {
		t.Errorf("the new plan: %+v", done.Plan.Plan.Figures)
	}
}

func ruleKeepsOrGivesBack(t *testing.T, w *World) {
	school, kept, back := w.School("099", "340"), w.Resource(false), w.Resource(false)
	a, b, c := w.Class(school.ID, "4e A"), w.Class(school.ID, "4e B"), w.Class(school.ID, "4e C")
	pupil := w.Persons(school.ID, directory.Pupil, 1, a)[0]
	for _, r := range []licensing.Work{kept, back} {
		w.Sell(t, w.Offer(school, r, 3))
		x := rule(school, r, 0, licensing.ToCohort(a))
		if r == back {
			x.Keep = licensing.GiveBack
		}
		w.Stand(t, x)
	}
	w.Stand(t, rule(school, back, 0, licensing.ToCohort(c)))
	w.Move(school.ID, pupil, c)
	w.Follow()
	if !w.holds(school, kept, pupil) || !w.holds(school, back, pupil) {
		t.Error("another rule names who moved: the copy stays")
	}
	w.Move(school.ID, pupil, b)
	w.Follow()
	if !w.holds(school, kept, pupil) || w.holds(school, back, pupil) {
		t.Error("who leaves the class keeps the one and gives the other back")
	}
	w.Move(school.ID, pupil, a)
	w.Follow()
	if !w.holds(school, back, pupil) {
		t.Error("who comes into the class has the copy again")
	}
}

func takingBackSuspends(t *testing.T, w *World) {
	school, r, wide := w.School("099", "340"), w.Resource(false), w.Resource(false)
	w.Sell(t, w.Offer(school, r, 5))
	site := w.Offer(school, wide, licensing.Unlimited)
	site.Kind = licensing.Establishment
	w.Sell(t, site)
	a, b := w.Class(school.ID, "4e A"), w.Class(school.ID, "4e B")
	pupil := w.Persons(school.ID, directory.Pupil, 1, a)[0]
	w.Persons(school.ID, directory.Pupil, 1, b)
	mine, other := w.Stand(t, rule(school, r, 1, licensing.ToCohort(a))), w.Stand(t, rule(school, r, 1, licensing.ToCohort(b)))
	order := To(school, r, licensing.ToPerson(pupil))
	order.Take = true
	plan, err := w.Licensing.Plan(t.Context(), order)
	if err != nil {
		t.Fatal(err)
	}
	if list, err := w.Licensing.Suspends(t.Context(), plan); err != nil || len(list) != 1 || list[0].ID != mine.ID {
		t.Errorf("it would suspend %+v, %v", list, err)
	}
	if _, err := w.Licensing.Release(t.Context(), Manager, order); err != nil {
		t.Fatal(err)
	}
	w.Follow()
	if w.holds(school, r, pupil) {
		t.Error("a rule gave back at once what a manager had taken")
	}
	for _, c := range []struct {
		id    licensing.RuleID
		state licensing.RuleState
		why   licensing.Reason
	}{{mine.ID, licensing.RuleSuspended, licensing.ByRelease}, {other.ID, licensing.RuleInForce, ""}} {
		if s, err := w.Licensing.FindRule(t.Context(), school.ID, c.id); err != nil || s.Rule.State != c.state || s.Rule.Reason != c.why {
			t.Errorf("rule %+v, %v, want %+v", s.Rule, err, c)
		}
	}
	if got := w.Counters(t, school, r).Reserved; got != 1 {
		t.Errorf("%d kept back, want the other rule's one", got)
	}
	if _, err := w.Licensing.ResumeRule(t.Context(), Manager, school.ID, mine.ID, ""); err != nil {
		t.Fatal(err)
	}
	if got, want := w.Counters(t, school, r), (licensing.Counters{Available: 1, Remaining: 1, Assigned: 2, Total: 5, Reserved: 2}); got != want || !w.holds(school, r, pupil) {
		t.Errorf("resumed: %+v, want %+v", got, want)
	}

	x := w.Stand(t, rule(school, wide, 3, licensing.ToSchool()))
	if _, err := w.Licensing.Release(t.Context(), Manager, To(school, wide, licensing.ToSchool())); err != nil {
		t.Fatal(err)
	}
	w.Follow()
	if s, err := w.Licensing.FindRule(t.Context(), school.ID, x.ID); err != nil || s.Rule.State != licensing.RuleSuspended || w.holds(school, wide, pupil) {
		t.Errorf("a right of the school taken back: %+v, %v", s.Rule, err)
	}
}

// rolling moves the world's clock.
func rolling(t *testing.T, w *World) {
	school, island, r := w.School("099", "340"), w.School("974", "340"), w.Resource(false)
	day := clock.On(w.Now(), school.Zone())
	old, next := w.Offer(school, r, 10), w.Offer(school, r, 3)
	old.SchoolYear, old.Ends, old.Transferable = "", day, false
	next.SchoolYear, next.Starts, next.Ends = "", day.AddDays(1), day.AddDays(90)
	old.Schools, next.Schools = append(old.Schools, island.UAI), append(next.Schools, island.UAI)
	w.Sell(t, old)
	w.Sell(t, next)
	class := w.Class(school.ID, "4e A")
	pupils, there := w.Persons(school.ID, directory.Pupil, 4, class), w.Persons(island.ID, directory.Pupil, 1, "")[0]
	w.Assign(t, To(school, r, licensing.ToCohort(class)))
	w.Assign(t, To(island, r, licensing.ToSchool()))
	if _, err := w.Open(school, r, pupils[0]); err != nil {
		t.Fatal(err)
	}
	list, err := w.Licensing.ListEnding(t.Context(), school.ID, 30)
	if err != nil || len(list) != 1 || list[0].Holders != 4 || list[0].Waits != 1 || list[0].Title != r.Title || list[0].Over {
		t.Errorf("a month ahead: %+v, %v", list, err)
	}
	turn := func(want int) {
		t.Helper()
		if n, err := w.Licensing.RollOver(t.Context()); err != nil || n != want {
			t.Errorf("%d schools had their turn, want %d: %v", n, want, err)
		}
		w.Follow()
	}
	turn(2) // of the first day: nothing has ended yet
	if got := w.Counters(t, school, r).Assigned; got != 4 {
		t.Fatalf("%d copies before the end", got)
	}
	w.SetNow(day.End(island.Zone())) // midnight in Saint-Denis, nine in the evening in Paris
	turn(1)
	if !w.holds(island, r, there) || !w.holds(school, r, pupils[0]) || w.Counters(t, school, r).Total != 10 {
		t.Error("each school turns at its own midnight")
	}
	w.SetNow(day.End(school.Zone()))
	turn(1)
	for i, p := range pupils {
		if w.holds(school, r, p) != (i < 3) {
			t.Errorf("pupil %d: open %v", i, i >= 3)
		}
	}
	if got, want := w.Counters(t, school, r), (licensing.Counters{Assigned: 3, Total: 3}); got != want {
		t.Errorf("got %+v, want %+v: a copy that was consumed is a new one", got, want)
	}
	if n := w.count(`select count(*) from journal where school = $1 and verb = 'licensing.rolled'`, string(school.ID)); n != 1 {
		t.Errorf("%d acts for one pool", n)
	}
	if n := w.count(`select count(*) from holding where school = $1 and state = 'held' and through = 'cohort:4e A'`, string(school.ID)); n != 4 {
		t.Errorf("%d copies say through which class, want those of 4 pupils", n)
	}
	turn(0)
	if list, err := w.Licensing.ListEnding(t.Context(), school.ID, 30); err != nil || len(list) != 1 || list[0].Holders != 1 || list[0].Waits != 1 || !list[0].Over {
		t.Errorf("who could not is listed: %+v, %v", list, err)
	}
	if _, err := w.Licensing.Amend(t.Context(), Seller, shrunk(next, 4)); err != nil { // the copy that was missing, within the week
		t.Fatal(err)
	}
	w.Follow()
	if !w.holds(school, r, pupils[3]) {
		t.Error("the last one did not follow when a copy came")
	}
	w.Sound(t)
}

// lateStock moves the world's clock: last year's holders do not come into what is sold in September.
func lateStock(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	day := clock.On(w.Now(), school.Zone())
	old := w.Offer(school, r, 10)
	old.SchoolYear, old.Ends = "", day
	w.Sell(t, old)
	pupil := w.Persons(school.ID, directory.Pupil, 1, "")[0]
	w.Assign(t, To(school, r, licensing.ToSchool()))
	w.SetNow(day.AddDays(9).Start(school.Zone()))
	next := w.Offer(school, r, 5)
	next.SchoolYear, next.Ends = "", day.AddDays(90)
	w.Sell(t, next)
	w.Follow()
	if w.holds(school, r, pupil) {
		t.Error("a copy of this year's was given to last year's holder")
	}
	if list, err := w.Licensing.ListEnding(t.Context(), school.ID, 30); err != nil || len(list) != 0 {
		t.Errorf("listed: %+v, %v", list, err)
	}
}

// outlook moves the world's clock.
func outlook(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	w.Sell(t, w.Offer(school, r, 30))
	others := w.Offer(school, r, 40) // which do not put off the day
	others.Publics = []directory.Profile{directory.Teacher}
	w.Sell(t, others)
	w.Persons(school.ID, directory.Pupil, 10, "")
	x := w.Stand(t, rule(school, r, 5, licensing.ToSchool(directory.Pupil)))
	day := clock.On(w.Now(), school.Zone())
	runs := func() clock.Date {
		t.Helper()
		s, err := w.Licensing.FindRule(t.Context(), school.ID, x.ID)
		if err != nil {
			t.Fatal(err)
		}
		return s.RunsOut
	}
	if got := runs(); !got.IsZero() {
		t.Errorf("on the first day nothing can be foretold: %s", got)
	}
	for i := range 10 { // one newcomer a day for ten days
		w.SetNow(day.AddDays(i + 1).Start(school.Zone()).Add(8 * 3600e9))
		w.newcomer(school, "")
		w.Follow()
	}
	if got, want := runs(), day.AddDays(20); got != want {
		t.Errorf("10 copies are left, one goes a day: %s, want %s", got, want)
	}
}

// rulesTogether lets managers, newcomers, the clock and rules work at the same time on few copies.
func rulesTogether(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	w.Sell(t, w.Offer(school, r, 12))
	w.Persons(school.ID, directory.Pupil, 6, w.Class(school.ID, "4e A"))
	w.Persons(school.ID, directory.Pupil, 6, w.Class(school.ID, "4e B"))
	w.Stand(t, rule(school, r, 2, licensing.ToCohort("4e A")))
	x := w.Stand(t, rule(school, r, 2, licensing.ToCohort("4e B")))
	fine := func(err error) {
		if err != nil && !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.Exhausted) {
			t.Error(err)
		}
	}
	var all sync.WaitGroup
	for i := range 6 {
		all.Go(func() {
			for range 5 {
				switch ctx := t.Context(); i {
				case 0:
					_, err := w.Licensing.SuspendRule(ctx, Manager, school.ID, x.ID)
					fine(err)
					_, err = w.Licensing.ResumeRule(ctx, Manager, school.ID, x.ID, "")
					fine(err)
				case 1:
					_, err := w.Licensing.Release(ctx, Manager, To(school, r, licensing.ToCohort("4e A")))
					fine(err)
				case 2:
					_, err := w.Licensing.Assign(ctx, Manager, To(school, r, licensing.ToSchool()))
					fine(err)
				case 3:
					w.newcomer(school, "4e B")
				default:
					_, err := w.Licensing.Follow(ctx, 20)
					fine(err)
				}
			}
		})
	}
	all.Wait()
	w.Follow()
	w.Sound(t)
	if got := w.Counters(t, school, r); !got.Balanced() || got.Assigned+got.Reserved > got.Total {
		t.Errorf("got %+v", got)
	}
}

// A class needs no right of its own while the whole school has one. When the school's is taken back, a standing assignment gives the class
// its own, were nobody in it and the rule content already today.
func ruleGivesItsClassItsOwn(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	sub := w.Offer(school, r, licensing.Unlimited)
	sub.Kind = licensing.Establishment
	w.Sell(t, sub)
	class, everybody := w.Class(school.ID, "4e B"), To(school, r, licensing.ToSchool())
	p := w.Persons(school.ID, directory.Pupil, 1, "")[0]
	w.Assign(t, everybody)
	x := w.Stand(t, rule(school, r, 0, licensing.ToCohort(class)))
	take := everybody
	take.Take = true
	again := func() {
		t.Helper()
		if _, err := w.Licensing.Release(t.Context(), Manager, take); err != nil {
			t.Fatal(err)
		}
		w.Follow()
	}
	w.Follow()
	again()
	w.Assign(t, everybody)
	w.Move(school.ID, p, class)
	w.Follow()
	again()
	if found, err := w.Licensing.FindRule(t.Context(), school.ID, x.ID); err != nil || found.Rule.State != licensing.RuleInForce || !w.holds(school, r, p) {
		t.Errorf("the rule is %s, its pupil holds %v; %v", found.Rule.State, w.holds(school, r, p), err)
	}
}
