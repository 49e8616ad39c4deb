package storetest

import (
	"slices"
	"sync/atomic"
	"testing"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/licensing"
)

// narrow is a mandate over class A and the first resource.
func (o *office) narrow(t testing.TB, budget licensing.Count) *licensing.Mandate {
	t.Helper()
	m := o.terms(budget, o.a)
	m.Resources = []catalogue.ResourceID{o.work.ID}
	m = o.delegate(t, m)
	return &m
}

func (o *office) assigned(t testing.TB, by directory.PersonID, r licensing.Work, targets ...licensing.Target) journal.ActID {
	t.Helper()
	done, err := o.w.Licensing.Assign(t.Context(), actor(by), To(o.school, r, targets...))
	if err != nil || done.Act == "" {
		t.Fatalf("act %q, %v", done.Act, err)
	}
	return done.Act
}

// undo plans the undo of an act as the keeper, and carries it out.
func (o *office) undo(t testing.TB, act journal.ActID) (licensing.Undone, error) {
	t.Helper()
	order := licensing.UndoOrder{School: o.school.ID, Act: act, For: o.keeper}
	plan, err := o.w.Licensing.PlanUndo(t.Context(), order)
	if err != nil {
		// Whoever does not say for whom they ask is held to the mandate all the same.
		_, again := o.w.Licensing.Undo(t.Context(), actor(o.keeper), licensing.UndoOrder{School: o.school.ID, Act: act}, "")
		refused(t, again, fault.KindOf(err), fault.CodeOf(err))
		return licensing.Undone{}, err
	}
	return o.w.Licensing.Undo(t.Context(), actor(o.keeper), order, plan.Hash)
}

// A delegate reads of each act what touched the scope: neither whom else it served, nor how many.
func delegateHistory(t *testing.T, w *World) {
	o := newOffice(t, w)
	m := o.narrow(t, licensing.Unlimited)
	all := o.assigned(t, o.manager, o.work, licensing.ToSchool(directory.Pupil))
	beyond := o.assigned(t, o.manager, o.other, licensing.ToSchool(directory.Pupil))
	back, err := w.Licensing.Release(t.Context(), actor(o.manager), To(o.school, o.work, licensing.ToCohort(o.b), licensing.ToPerson(o.inA[0])))
	if err != nil {
		t.Fatal(err)
	}
	elsewhere, err := w.Licensing.Release(t.Context(), actor(o.manager), To(o.school, o.work, licensing.ToSchool(directory.Staff), licensing.ToPerson(o.inA[1])))
	if err != nil || elsewhere.Act == "" {
		t.Fatal(err)
	}
	own := o.assigned(t, o.keeper, o.work, licensing.ToPerson(o.inA[0]))
	deeds, err := w.Licensing.History(t.Context(), licensing.HistoryFilter{School: o.school.ID, Within: m})
	if err != nil || len(deeds) != 5 || deeds[4].Verb != licensing.VerbDelegated {
		t.Fatalf("%d acts, the first of them the delegate’s naming: %v", len(deeds), err)
	}
	for i, want := range []struct {
		act         journal.ActID
		given, back int64
		targets     int
		undoable    bool
	}{{own, 1, 0, 1, true}, {elsewhere.Act, 0, 1, 1, false}, {back.Act, 0, 1, 1, false}, {all, 3, 0, 0, false}} {
		got := deeds[i]
		sum := got.Sum()
		if got.Act != want.act || sum.Given != want.given || sum.Back != want.back || len(got.Targets) != want.targets || got.Until.IsZero() == want.undoable {
			t.Errorf("act %d: %+v, want %+v", i, got, want)
		}
		if one := must[licensing.Deed](t)(w.Licensing.FindDeed(t.Context(), o.school.ID, want.act, m)); one.Sum() != sum {
			t.Errorf("by itself it did %+v, in the list %+v", one.Sum(), sum)
		}
	}
	_, err = w.Licensing.FindDeed(t.Context(), o.school.ID, beyond, m)
	refused(t, err, fault.NotFound, "licensing.act.unknown")
	lines := must[[]licensing.CopyLine](t)(w.Licensing.Lines(t.Context(), licensing.LineFilter{School: o.school.ID, Act: all, Within: m}))
	if len(lines) != 3 {
		t.Errorf("%d lines of the act", len(lines))
	}
	for _, p := range []directory.PersonID{o.inB[0], "nobody"} {
		if lines := must[[]licensing.CopyLine](t)(w.Licensing.Lines(t.Context(), licensing.LineFilter{School: o.school.ID, Person: p, Within: m})); len(lines) != 0 {
			t.Errorf("%d lines of %s, who is not in the scope", len(lines), p)
		}
	}
	if lines := must[[]licensing.CopyLine](t)(w.Licensing.Lines(t.Context(), licensing.LineFilter{School: o.school.ID, Person: o.inA[0], Within: m})); len(lines) != 3 {
		t.Errorf("%d lines of a pupil: of the other resource, too?", len(lines))
	}
	// Who changes class takes what was done to them along.
	w.exec(`update membership set cohort = $3 where school = $1 and person = $2`, string(o.school.ID), string(o.inA[0]), string(o.b))
	_, err = w.Licensing.FindDeed(t.Context(), o.school.ID, own, m)
	refused(t, err, fault.NotFound, "licensing.act.unknown")
	// A mandate over all of the school reads it all.
	whole := o.delegate(t, o.terms(licensing.Unlimited))
	if deeds := must[[]licensing.Deed](t)(w.Licensing.History(t.Context(), licensing.HistoryFilter{School: o.school.ID, Resource: o.other.ID, Verb: "licensing.assigned", Within: &whole})); len(deeds) != 1 || deeds[0].Sum().Given != 6 {
		t.Errorf("got %+v", deeds)
	}
}

// Rights of the whole school that were given to a class of the scope, or to somebody in it, are of its history; others are not.
func delegateHistoryWide(t *testing.T, w *World) {
	o := newOffice(t, w)
	wide := w.Resource(false)
	sub := w.Offer(o.school, wide, licensing.Unlimited)
	sub.Kind = licensing.Establishment
	w.Sell(t, sub)
	m := o.delegate(t, o.terms(0, o.a))
	long := w.Class(o.school.ID, "5e A bis") // whose name begins like the scope's
	for _, c := range []struct {
		target licensing.Target
		seen   bool
	}{
		{licensing.ToCohort(o.a), true}, {licensing.ToCohort(o.a, directory.Pupil), true}, {licensing.ToPerson(o.inA[0]), true},
		{licensing.ToCohort(o.b), false}, {licensing.ToPerson(o.inB[0]), false}, {licensing.ToSchool(directory.Pupil), false}, {licensing.ToCohort(long), false},
	} {
		done, err := w.Licensing.Assign(t.Context(), actor(o.manager), To(o.school, wide, c.target))
		if err != nil || done.Act == "" {
			t.Fatalf("%s: %v", c.target, err)
		}
		d, err := w.Licensing.FindDeed(t.Context(), o.school.ID, done.Act, &m)
		if seen := err == nil; seen != c.seen || seen && d.Sum().Opened != 1 {
			t.Errorf("%s: seen %t, %+v, %v", c.target, seen, d, err)
		}
		if _, err := w.Licensing.Release(t.Context(), actor(o.manager), To(o.school, wide, c.target)); err != nil {
			t.Fatal(err)
		}
	}
	own := o.assigned(t, o.keeper, wide, licensing.ToCohort(o.a))
	done, err := o.undo(t, own)
	if err != nil || len(done.Plan.Back) != 1 {
		t.Fatalf("%+v, %v", done.Plan, err)
	}
	if again, err := o.undo(t, done.Act); err != nil || len(again.Plan.Again) != 1 {
		t.Errorf("%+v, %v", again.Plan, err)
	}
}

// A delegate undoes their own acts where all that would move is in the scope; the budget counts what is given and what comes back.
func delegateUndo(t *testing.T, w *World) {
	o := newOffice(t, w)
	m := o.terms(4, o.a, o.b)
	o.delegate(t, m)
	mine := o.assigned(t, o.keeper, o.work, licensing.ToCohort(o.a))
	theirs := o.assigned(t, o.manager, o.work, licensing.ToPerson(o.inB[0]))
	_, err := o.undo(t, theirs)
	refused(t, err, fault.Denied, "licensing.mandate.act")
	_, err = o.undo(t, "no-act")
	refused(t, err, fault.NotFound, "licensing.act.unknown")
	done, err := o.undo(t, mine)
	if err != nil || done.Plan.Sum().Loses != 3 || o.spent(t) != 0 {
		t.Fatalf("%+v, %d out, %v", done.Plan.Sum(), o.spent(t), err)
	}
	// The undo undone gives again, and is spent like any other act.
	again, err := o.undo(t, done.Act)
	if err != nil || again.Plan.Sum().Gets != 3 || o.spent(t) != 3 {
		t.Fatalf("%+v, %d out, %v", again.Plan.Sum(), o.spent(t), err)
	}
	// What the delegate gave and took back costs the budget, once it is given again; what a manager gave does not.
	taken, err := w.Licensing.Release(t.Context(), actor(o.keeper), To(o.school, o.work, licensing.ToSchool(), licensing.ToCohort(o.b)))
	refused(t, err, fault.Denied, "licensing.mandate.school")
	o.assigned(t, o.keeper, o.work, licensing.ToPerson(o.inB[1]))
	if taken, err = w.Licensing.Release(t.Context(), actor(o.keeper), To(o.school, o.work, licensing.ToCohort(o.b))); err != nil || taken.Plan.Sum().Loses != 2 || o.spent(t) != 3 {
		t.Fatalf("%+v, %d out, %v", taken.Plan.Sum(), o.spent(t), err)
	}
	o.assigned(t, o.keeper, o.work, licensing.ToPerson(o.inB[2]))
	order := licensing.UndoOrder{School: o.school.ID, Act: taken.Act, For: o.keeper}
	plan, err := w.Licensing.PlanUndo(t.Context(), order)
	if err != nil || plan.Sum().Gets != 1 || plan.Sum().Short != 1 || plan.Outcomes[1].Why != licensing.WhyBudget {
		t.Fatalf("%+v, %v", plan.Outcomes, err)
	}
	_, err = w.Licensing.Undo(t.Context(), actor(o.keeper), order, plan.Hash)
	refused(t, err, fault.Exhausted, "licensing.mandate.budget")
	if param(err, "n") != int64(1) || param(err, "asked") != int64(2) || param(err, "short") != int64(1) || o.spent(t) != 4 {
		t.Errorf("figures of the refusal: %v; %d out", fault.ParamsOf(err), o.spent(t))
	}
	order.Short = licensing.ShortServe
	if _, err := w.Licensing.Undo(t.Context(), actor(o.keeper), order, plan.Hash); err != nil || o.spent(t) != 4 {
		t.Errorf("%d out, %v", o.spent(t), err)
	}
	// A manager sees the same act whole, and is held to no budget.
	if plan := must[licensing.UndoPlan](t)(w.Licensing.PlanUndo(t.Context(), licensing.UndoOrder{School: o.school.ID, Act: taken.Act, For: o.manager})); plan.Sum().Short != 0 {
		t.Errorf("to a manager: %+v", plan.Sum())
	}
	if err := w.Licensing.EndMandate(t.Context(), actor(o.manager), o.school.ID, o.keeper); err != nil {
		t.Fatal(err)
	}
	_, err = o.undo(t, mine)
	refused(t, err, fault.Denied, "licensing.mandate.over")
}

// Of the stock a delegate is told the copies, which are the school's; of suggestions and of who was given a right, what is of the scope.
func delegateStock(t *testing.T, w *World) {
	o := newOffice(t, w)
	wide := w.Resource(false)
	offer := w.Offer(o.school, wide, licensing.Unlimited)
	offer.Kind = licensing.Establishment
	w.Sell(t, offer)
	w.Assign(t, To(o.school, wide, licensing.ToCohort(o.a), licensing.ToCohort(o.b)))
	w.Assign(t, To(o.school, o.work, licensing.ToCohort(o.b)))
	for _, classes := range [][]directory.CohortID{{o.a}, {o.b}, {o.a, o.b}} {
		w.suggest(t, w.teach(o.school.ID, classes...), licensing.Suggestion{School: o.school.ID, Resource: o.other.ID, Targets: of(classes...)})
	}
	m := o.delegate(t, o.terms(5, o.a))
	figures := func(within *licensing.Mandate, r licensing.Work) licensing.Stock {
		t.Helper()
		one, err := w.Licensing.FindStock(t.Context(), o.school.ID, r.ID, within)
		if err != nil {
			t.Fatal(err)
		}
		return one
	}
	if all, own := figures(nil, o.other).Counters.Suggested, figures(&m, o.other).Counters.Suggested; all != 6 || own != 3 {
		t.Errorf("suggested: %d in the school, %d in the scope", all, own)
	}
	if n := figures(&m, o.work).Counters.Assigned; n != 3 {
		t.Errorf("%d of the school’s copies are out", n)
	}
	if all, own := figures(nil, wide).Targets, figures(&m, wide).Targets; len(all) != 2 || len(own) != 1 {
		t.Errorf("given to %v in the school, to %v in the scope", all, own)
	}
	w.Assign(t, To(o.school, wide, licensing.ToSchool()))
	if own := figures(&m, wide).Targets; !slices.ContainsFunc(own, func(g licensing.GivenTarget) bool { return g.Target.Kind == licensing.WholeSchool }) {
		t.Errorf("what the whole school was given lets the scope in, too: %v", own)
	}
	m.Resources = []catalogue.ResourceID{o.work.ID}
	list, err := w.Licensing.ListStock(t.Context(), o.school.ID, &m)
	if err != nil || len(list) != 1 || list[0].Resource != o.work.ID {
		t.Errorf("of one resource: %v, %v", list, err)
	}
	if one := figures(&m, o.other); len(one.Pools) != 0 || one.Counters.Total != 0 {
		t.Errorf("what is not in the scope is told: %+v", one)
	}
}

// The undo of taking back leaves the budget as it was before: a copy that a manager gave costs nothing, however often it is taken and given
// back; one that the delegate gave costs what it did.
func undoSparesTheBudget(t *testing.T, w *World) {
	o := newOffice(t, w)
	o.delegate(t, o.terms(1, o.a))
	o.assigned(t, o.manager, o.work, licensing.ToCohort(o.a))
	o.assigned(t, o.manager, o.other, licensing.ToPerson(o.inA[1]))
	o.assigned(t, o.keeper, o.other, licensing.ToPerson(o.inA[0]))
	take := func(r licensing.Work) journal.ActID {
		t.Helper()
		done, err := w.Licensing.Release(t.Context(), actor(o.keeper), To(o.school, r, licensing.ToCohort(o.a)))
		if err != nil {
			t.Fatal(err)
		}
		return done.Act
	}
	for range 2 { // what was given back so is taken like any other
		done, err := o.undo(t, take(o.work))
		if err != nil || done.Plan.Sum().Gets != 3 || len(done.Plan.Spared) != 3 {
			t.Fatalf("with the budget spent: %+v, %v", done.Plan.Sum(), err)
		}
		if n := o.spent(t); n != 1 {
			t.Errorf("%d out", n)
		}
	}
	both := take(o.other)
	if n := o.spent(t); n != 0 {
		t.Errorf("%d out once all of it is back", n)
	}
	done, err := o.undo(t, both)
	if err != nil || done.Plan.Sum().Gets != 2 || len(done.Plan.Spared) != 1 || o.spent(t) != 1 {
		t.Errorf("one's own and a manager's: %+v, %d out, %v", done.Plan, o.spent(t), err)
	}
	// The undo undone frees one's own alone; and what it frees may be spent before it is asked for again.
	back, err := o.undo(t, done.Act)
	if err != nil || o.spent(t) != 0 {
		t.Fatalf("%d out, %v", o.spent(t), err)
	}
	o.assigned(t, o.keeper, o.other, licensing.ToPerson(o.inA[2]))
	plan, err := w.Licensing.PlanUndo(t.Context(), licensing.UndoOrder{School: o.school.ID, Act: back.Act, For: o.keeper})
	if f := plan.Sum(); err != nil || f.Gets != 1 || f.Short != 1 || plan.Spared[0].Person != o.inA[1] {
		t.Errorf("the budget spent meanwhile: %+v, %v", plan, err)
	}
	// Under another mandate nothing of the first counts.
	if err := w.Licensing.EndMandate(t.Context(), actor(o.manager), o.school.ID, o.keeper); err != nil {
		t.Fatal(err)
	}
	o.delegate(t, o.terms(0, o.a))
	if done, err := o.undo(t, take(o.other)); err != nil || done.Plan.Sum().Gets != 1 || o.spent(t) != 0 {
		t.Errorf("another mandate: %+v, %d out, %v", done.Plan.Sum(), o.spent(t), err)
	}
	w.Sound(t)
}

// What has left the scope since is nothing of the delegate's: an act that would move it is not theirs to undo; one that would not, is.
func delegateUndoBeyond(t *testing.T, w *World) {
	o := newOffice(t, w)
	m := o.narrow(t, 10)
	act := o.assigned(t, o.keeper, o.work, licensing.ToCohort(o.a))
	move := func(p directory.PersonID, to directory.CohortID) {
		w.exec(`update membership set cohort = $3 where school = $1 and person = $2`, string(o.school.ID), string(p), string(to))
	}
	move(o.inA[0], o.b)
	_, err := o.undo(t, act)
	refused(t, err, fault.Denied, "licensing.mandate.undo")
	// Once a manager has taken that copy, nothing of it is left to undo, and nothing of it is told.
	if _, err := w.Licensing.Release(t.Context(), actor(o.manager), To(o.school, o.work, licensing.ToPerson(o.inA[0]))); err != nil {
		t.Fatal(err)
	}
	plan := must[licensing.UndoPlan](t)(w.Licensing.PlanUndo(t.Context(), licensing.UndoOrder{School: o.school.ID, Act: act, For: o.keeper}))
	if len(plan.Outcomes) != 2 || plan.Sum().Loses != 2 || plan.Sum().Lacks != 0 {
		t.Errorf("%+v, %+v", plan.Outcomes, plan.Sum())
	}
	// Nor does an act on what is a manager's alone now.
	wider := o.terms(10)
	o.delegate(t, wider)
	both, err := w.Licensing.Assign(t.Context(), actor(o.keeper), licensing.Order{School: o.school.ID, Resources: []catalogue.ResourceID{o.work.ID, o.other.ID}, Targets: []licensing.Target{licensing.ToCohort(o.b)}})
	if err != nil {
		t.Fatal(err)
	}
	m.Budget = 20
	m.Cohorts = []directory.CohortID{o.b}
	o.delegate(t, *m)
	_, err = o.undo(t, both.Act)
	refused(t, err, fault.Denied, "licensing.mandate.undo")
	m.Resources = nil
	o.delegate(t, *m)
	if _, err := o.undo(t, both.Act); err != nil {
		t.Error(err)
	}
}

// The doubles that a delegate undoes are those of the scope.
func delegateDoubles(t *testing.T, w *World) {
	o := newOffice(t, w)
	w.twice(t, o.school, o.work, o.inA[0], o.inB[0])
	m := o.narrow(t, 0)
	if list := must[[]licensing.Double](t)(w.Licensing.ListDoubles(t.Context(), o.school.ID, m)); len(list) != 1 || list[0].Persons[0] != o.inA[0] {
		t.Errorf("got %+v", list)
	}
	var all []string
	for _, d := range must[[]licensing.Double](t)(w.Licensing.ListDoubles(t.Context(), o.school.ID, nil)) {
		all = append(all, d.Key())
	}
	plan := must[licensing.Plan](t)(w.Licensing.PlanUndouble(t.Context(), o.school.ID, o.keeper, all))
	if plan.Sum().Loses != 1 || len(plan.Outcomes) != 2 {
		t.Fatalf("got %+v", plan.Outcomes)
	}
	whole := must[licensing.Plan](t)(w.Licensing.PlanUndouble(t.Context(), o.school.ID, o.manager, all))
	_, err := w.Licensing.ReleaseDoubles(t.Context(), actor(o.keeper), o.school.ID, all, whole.Hash)
	refused(t, err, fault.Conflict, "licensing.plan.changed")
	done, err := w.Licensing.ReleaseDoubles(t.Context(), actor(o.keeper), o.school.ID, all, plan.Hash)
	if err != nil || done.Act == "" {
		t.Fatal(err)
	}
	if list := must[[]licensing.Double](t)(w.Licensing.ListDoubles(t.Context(), o.school.ID, nil)); len(list) != 1 || list[0].Persons[0] != o.inB[0] {
		t.Errorf("what is left: %+v", list)
	}
	m.Resources = []catalogue.ResourceID{o.other.ID}
	m.Cohorts = nil
	o.delegate(t, *m)
	if plan := must[licensing.Plan](t)(w.Licensing.PlanUndouble(t.Context(), o.school.ID, o.keeper, all)); len(plan.Outcomes) != 0 {
		t.Errorf("of another resource: %+v", plan.Outcomes)
	}
}

// A delegate answers what is suggested for classes and resources that are all in the scope, within the budget.
func delegateSuggestions(t *testing.T, w *World) {
	o := newOffice(t, w)
	m := o.narrow(t, 2)
	suggest := func(r licensing.Work, classes ...directory.CohortID) licensing.Suggestion {
		return w.suggest(t, w.teach(o.school.ID, o.a, o.b), licensing.Suggestion{School: o.school.ID, Resource: r.ID, Targets: of(classes...)})
	}
	mine := suggest(o.work, o.a)
	across, beyond, other := suggest(o.work, o.a, o.b), suggest(o.work, o.b), suggest(o.other, o.a)
	list := must[[]licensing.Suggestion](t)(w.Licensing.ListSuggestions(t.Context(), licensing.SuggestionFilter{School: o.school.ID, Open: true, Within: m}))
	n := must[int64](t)(w.Licensing.CountSuggestions(t.Context(), o.school.ID, m))
	found := must[[]licensing.Suggestion](t)(w.Licensing.FindSuggestions(t.Context(), o.school.ID, m, mine.ID, across.ID, beyond.ID, other.ID))
	if len(list) != 1 || list[0].ID != mine.ID || n != 1 || len(found) != 1 || found[0].ID != mine.ID {
		t.Errorf("%d listed, %d counted, %d found", len(list), n, len(found))
	}
	if n := must[int64](t)(w.Licensing.CountSuggestions(t.Context(), o.school.ID, nil)); n != 4 {
		t.Errorf("a manager counts %d", n)
	}
	for _, s := range []licensing.Suggestion{across, beyond, other} {
		a := licensing.Acceptance{School: o.school.ID, For: o.keeper, Parts: []licensing.Part{{Suggestion: s.ID}}}
		_, err := w.Licensing.PlanSuggestions(t.Context(), a)
		refused(t, err, fault.NotFound, "licensing.suggestion.unknown")
		a.For = ""
		_, err = w.Licensing.ApplySuggestions(t.Context(), actor(o.keeper), a, "")
		refused(t, err, fault.NotFound, "licensing.suggestion.unknown")
		err = w.Licensing.DeclineSuggestions(t.Context(), actor(o.keeper), o.school.ID, []licensing.SuggestionID{mine.ID, s.ID}, "non")
		refused(t, err, fault.NotFound, "licensing.suggestion.unknown")
	}
	a := licensing.Acceptance{School: o.school.ID, For: o.keeper, Parts: []licensing.Part{{Suggestion: mine.ID}}}
	plan := must[licensing.Plan](t)(w.Licensing.PlanSuggestions(t.Context(), a))
	if plan.Sum().Gets != 2 || plan.Sum().Short != 1 {
		t.Fatalf("the plan gives %+v", plan.Sum())
	}
	_, err := w.Licensing.ApplySuggestions(t.Context(), actor(o.keeper), a, plan.Hash)
	refused(t, err, fault.Exhausted, "licensing.mandate.budget")
	a.Short = licensing.ShortServe
	if _, err := w.Licensing.ApplySuggestions(t.Context(), actor(o.keeper), a, plan.Hash); err != nil || o.spent(t) != 2 {
		t.Fatalf("%d out, %v", o.spent(t), err)
	}
	if got := must[[]licensing.Suggestion](t)(w.Licensing.FindSuggestions(t.Context(), o.school.ID, m, mine.ID)); got[0].State != licensing.Partly || got[0].By != o.keeper {
		t.Errorf("it is %+v", got[0])
	}
	// With nothing left, a suggestion is not answered by giving nobody anything.
	spent := suggest(o.work, o.a)
	a.Parts = []licensing.Part{{Suggestion: spent.ID}}
	plan = must[licensing.Plan](t)(w.Licensing.PlanSuggestions(t.Context(), a))
	_, err = w.Licensing.ApplySuggestions(t.Context(), actor(o.keeper), a, plan.Hash)
	refused(t, err, fault.Exhausted, "licensing.mandate.budget")
	if err := w.Licensing.DeclineSuggestions(t.Context(), actor(o.keeper), o.school.ID, []licensing.SuggestionID{spent.ID}, "Le budget est dépensé."); err != nil {
		t.Error(err)
	}
	// The budget is one for all that is accepted together.
	o.delegate(t, o.terms(4, o.a, o.b))
	a.Parts = []licensing.Part{{Suggestion: across.ID}, {Suggestion: other.ID}}
	if plan := must[licensing.Plan](t)(w.Licensing.PlanSuggestions(t.Context(), a)); plan.Sum().Gets != 2 {
		t.Errorf("with two left of four: %+v", plan.Sum())
	}
}

// Standing assignments are the managers': no budget could hold what gives by itself.
func delegateRules(t *testing.T, w *World) {
	o := newOffice(t, w)
	rule := licensing.Rule{School: o.school.ID, Resource: o.work.ID, Targets: []licensing.Target{licensing.ToCohort(o.a)}}
	made, err := w.Licensing.AddRule(t.Context(), actor(o.manager), rule, "")
	if err != nil {
		t.Fatal(err)
	}
	o.delegate(t, o.terms(licensing.Unlimited))
	rule.Targets = []licensing.Target{licensing.ToCohort(o.b)}
	_, err = w.Licensing.AddRule(t.Context(), actor(o.keeper), rule, "")
	refused(t, err, fault.Denied, "licensing.mandate.rule")
	_, err = w.Licensing.ResumeRule(t.Context(), actor(o.keeper), o.school.ID, made.Rule.ID, "")
	refused(t, err, fault.Denied, "licensing.mandate.rule")
	_, err = w.Licensing.SuspendRule(t.Context(), actor(o.keeper), o.school.ID, made.Rule.ID)
	refused(t, err, fault.Denied, "licensing.mandate.rule")
	_, err = w.Licensing.DropRule(t.Context(), actor(o.keeper), o.school.ID, made.Rule.ID)
	refused(t, err, fault.Denied, "licensing.mandate.rule")
}

// To a delegate's file or program, what is outside the scope is as unknown as what does not exist.
func delegateRoll(t *testing.T, w *World) {
	o := newOffice(t, w)
	act := o.assigned(t, o.manager, o.work, licensing.ToSchool(directory.Pupil))
	beyond := o.assigned(t, o.manager, o.other, licensing.ToCohort(o.a))
	m := o.narrow(t, 10)
	roll, err := w.Licensing.Roll(t.Context(), o.school.ID, m)
	if err != nil || len(roll.Persons) != 3 || len(roll.Cohorts) != 1 || len(roll.Works) != 1 {
		t.Fatalf("%d persons, %d classes, %d resources, %v", len(roll.Persons), len(roll.Cohorts), len(roll.Works), err)
	}
	_, err = roll.Find(string(o.inB[0]))
	refused(t, err, fault.NotFound, "licensing.roll.identifier")
	_, err = roll.Cohort("5e B")
	refused(t, err, fault.NotFound, "licensing.roll.cohort")
	receipt, err := w.Licensing.Receipt(t.Context(), o.school.ID, act, m)
	if err != nil || len(receipt.Copies) != 3 {
		t.Errorf("%d copies, %v", len(receipt.Copies), err)
	}
	_, err = w.Licensing.Receipt(t.Context(), o.school.ID, beyond, m)
	refused(t, err, fault.NotFound, "licensing.act.unknown")
	prepare := func(by directory.PersonID, r licensing.Work, class directory.CohortID) licensing.Batch {
		t.Helper()
		b, err := w.Licensing.Prepare(t.Context(), actor(by), licensing.Draft{School: o.school.ID, Orders: []licensing.Order{{Resources: []catalogue.ResourceID{r.ID}, Take: true, Targets: []licensing.Target{licensing.ToCohort(class)}}}})
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	theirs, mine := prepare(o.manager, o.work, o.a), prepare(o.keeper, o.work, o.a)
	_, err = w.Licensing.FindBatch(t.Context(), o.school.ID, theirs.ID, m)
	refused(t, err, fault.NotFound, "licensing.batch.unknown")
	_, err = w.Licensing.Outcomes(t.Context(), o.school.ID, theirs.ID, 1, m)
	refused(t, err, fault.NotFound, "licensing.batch.unknown")
	_, err = w.Licensing.RefusedLines(t.Context(), o.school.ID, theirs.ID, 0, m)
	refused(t, err, fault.NotFound, "licensing.batch.unknown")
	err = w.Licensing.Start(t.Context(), actor(o.keeper), o.school.ID, theirs.ID, theirs.Hash, licensing.ShortStop)
	refused(t, err, fault.NotFound, "licensing.batch.unknown")
	for _, b := range []struct {
		by directory.PersonID
		licensing.Batch
	}{{o.manager, theirs}, {o.keeper, mine}} {
		if err := w.Licensing.Start(t.Context(), actor(b.by), o.school.ID, b.ID, b.Hash, licensing.ShortStop); err != nil {
			t.Fatal(err)
		}
	}
	if list := must[[]licensing.Batch](t)(w.Licensing.ListBatches(t.Context(), o.school.ID, 10, m)); len(list) != 1 || list[0].ID != mine.ID {
		t.Errorf("%d batches", len(list))
	}
	w.exec(`update membership set cohort = $3 where school = $1 and person = $2`, string(o.school.ID), string(o.inA[0]), string(o.b))
	if out := must[[]licensing.Outcome](t)(w.Licensing.Outcomes(t.Context(), o.school.ID, mine.ID, 1, m)); len(out) != 2 {
		t.Errorf("%d outcomes once a pupil has changed class", len(out))
	}
	m.Resources = []catalogue.ResourceID{o.other.ID}
	if list := must[[]licensing.Batch](t)(w.Licensing.ListBatches(t.Context(), o.school.ID, 10, m)); len(list) != 0 {
		t.Errorf("%d batches of a resource that is not in the scope any more", len(list))
	}
}

// undoRace has one delegate give, undo, undo the undo and accept suggestions from many places at once: never one more is out than the
// budget says, and what is out is what is held.
func undoRace(t *testing.T, w *World) {
	o := newOffice(t, w)
	const budget = 9
	o.delegate(t, o.terms(budget, o.a, o.b))
	pupils := w.Persons(o.school.ID, directory.Pupil, 64, o.a)
	var suggestions []licensing.Suggestion
	for _, r := range []licensing.Work{o.work, o.other} {
		// Of the small class: whoever comes first does not spend the whole budget, and leaves a race.
		suggestions = append(suggestions, w.suggest(t, w.teach(o.school.ID, o.b), licensing.Suggestion{School: o.school.ID, Resource: r.ID, Targets: of(o.b)}))
	}
	known := func(err error) bool { // what a race may answer, and nothing else
		return err == nil || fault.CodeOf(err) == "licensing.mandate.budget" || fault.CodeOf(err) == "licensing.plan.changed"
	}
	var given, undone, restored, accepted atomic.Int64
	together(len(pupils), func(i int) {
		if i%32 == 0 {
			a := licensing.Acceptance{School: o.school.ID, For: o.keeper, Short: licensing.ShortServe, Parts: []licensing.Part{{Suggestion: suggestions[i/32].ID}}}
			plan, err := w.Licensing.PlanSuggestions(t.Context(), a)
			if err == nil {
				_, err = w.Licensing.ApplySuggestions(t.Context(), actor(o.keeper), a, plan.Hash)
			}
			if !known(err) {
				t.Errorf("accept: %v", err)
			} else if err == nil {
				accepted.Add(1)
			}
			return
		}
		done, err := w.Licensing.Assign(t.Context(), actor(o.keeper), To(o.school, []licensing.Work{o.work, o.other}[i%2], licensing.ToPerson(pupils[i])))
		if !known(err) {
			t.Errorf("give: %v", err)
		}
		if err != nil || done.Act == "" {
			return
		}
		given.Add(1)
		if i%4 == 3 {
			return
		}
		back, err := o.undo(t, done.Act)
		if !known(err) {
			t.Errorf("undo: %v", err)
		}
		if err != nil || back.Act == "" {
			return
		}
		undone.Add(1)
		if again, err := o.undo(t, back.Act); !known(err) {
			t.Errorf("undo the undo: %v", err)
		} else if err == nil && again.Act != "" {
			restored.Add(1)
		}
		if n := o.spent(t); n > budget {
			t.Errorf("%d out of a budget of %d", n, budget)
		}
	})
	held := w.Counters(t, o.school, o.work).Assigned + w.Counters(t, o.school, o.other).Assigned
	if n := o.spent(t); n != held || n > budget {
		t.Errorf("%d copies are held and %d are out under the mandate of %d", held, n, budget)
	}
	if given.Load() == 0 { // what suggestions leave of the budget is always given; what is undone of it, and restored, is as it falls out
		t.Errorf("the race is none: %d given, %d undone, %d restored, %d accepted", given.Load(), undone.Load(), restored.Load(), accepted.Load())
	}
}
