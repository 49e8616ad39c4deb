package storetest

import (
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/licensing"
)

func acceptInOneAct(t *testing.T, w *World) {
	l := w.lesson(t, 10)
	other := w.Resource(false)
	w.Sell(t, w.Offer(l.school, other, 10))
	colleague := w.teach(l.school.ID, "5e A")
	first := w.suggest(t, l.teacher, l.suggestion("5e A", "5e B"))
	same := w.suggest(t, colleague, l.suggestion("5e A"))
	also := l.suggestion("5e A")
	also.Resource = other.ID
	third := w.suggest(t, colleague, also)
	a := licensing.Acceptance{School: l.school.ID, Reason: "5e B : au second trimestre.", Parts: []licensing.Part{{Suggestion: first.ID, Targets: of("5e A")}, {Suggestion: same.ID}, {Suggestion: third.ID}}}
	plan, err := w.Licensing.PlanSuggestions(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	if s := plan.Sum(); len(plan.Figures) != 2 || plan.Figures[0].Gets != 4 || plan.Figures[1].Gets != 4 || s.Gets != 8 {
		t.Fatalf("the plan gives %+v", plan.Figures)
	}
	if got := w.Counters(t, l.school, l.r); got.Assigned != 0 {
		t.Errorf("a plan gave %d copies", got.Assigned)
	}
	_, err = w.Licensing.ApplySuggestions(t.Context(), Manager, licensing.Acceptance{School: l.school.ID, Parts: a.Parts[:2]}, plan.Hash)
	refused(t, err, fault.Conflict, "licensing.plan.changed")
	twin, err := w.Licensing.PlanSuggestions(t.Context(), licensing.Acceptance{School: l.school.ID, Parts: a.Parts[:1]}) // the same copies, another answer
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.Licensing.ApplySuggestions(t.Context(), Manager, licensing.Acceptance{School: l.school.ID, Parts: a.Parts[1:2]}, twin.Hash)
	refused(t, err, fault.Conflict, "licensing.plan.changed")
	done, err := w.Licensing.ApplySuggestions(t.Context(), Manager, a, plan.Hash)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(plan, done.Plan); diff != "" {
		t.Errorf("what was done is not the plan (-plan +done):\n%s", diff)
	}
	for _, c := range []struct {
		s     licensing.Suggestion
		state licensing.SuggestionState
		given []licensing.Target
	}{{first, licensing.Partly, of("5e A")}, {same, licensing.Accepted, of("5e A")}, {third, licensing.Accepted, of("5e A")}} {
		got := w.suggestion(t, c.s)
		want := c.s
		want.State, want.Given, want.Act, want.Reason, want.By, want.Answered = c.state, c.given, done.Act, a.Reason, directory.PersonID(Manager.ID), got.Answered
		if diff := cmp.Diff(want, got); diff != "" || got.Answered.IsZero() {
			t.Errorf("%s (-want +got):\n%s", c.s.ID, diff)
		}
	}
	if n := w.count(`select count(*) from journal where school = $1 and actor = $2`, string(l.school.ID), Manager.ID); n != 1 {
		t.Errorf("%d journal entries for one act", n)
	}
	if got := w.Counters(t, l.school, l.r); got.Assigned != 4 || got.Suggested != 0 {
		t.Errorf("got %+v", got)
	}
	if _, err := w.Open(l.school, l.r, l.a[0]); err != nil {
		t.Errorf("a pupil has it, and: %v", err)
	}
	if _, err := w.Open(l.school, l.r, l.b[0]); fault.KindOf(err) != fault.Denied {
		t.Errorf("a class that was left out: %v", err)
	}
	if diff := cmp.Diff([]string{"open", "open", "open", "partly", "accepted", "accepted"}, w.news(t, l.school)); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
	_, err = w.accept(t, a)
	refused(t, err, fault.Conflict, "licensing.suggestion.answered")
}

func acceptShort(t *testing.T, w *World) {
	l := w.lesson(t, 6)
	s := w.suggest(t, l.teacher, l.suggestion("5e A", "5e B"))
	a := licensing.Acceptance{School: l.school.ID, Parts: []licensing.Part{{Suggestion: s.ID}}}
	_, err := w.accept(t, a)
	refused(t, err, fault.Exhausted, "licensing.plan.short")
	if got := w.suggestion(t, s); got.State != licensing.Suggested {
		t.Errorf("refused, and %s", got.State)
	}
	a.Short = licensing.ShortServe
	if _, err = w.accept(t, a); err != nil {
		t.Fatal(err)
	}
	if got := w.suggestion(t, s); got.State != licensing.Partly {
		t.Errorf("two go without: %s", got.State)
	}
	again := w.suggest(t, l.teacher, l.suggestion("5e B"))
	a.Parts[0].Suggestion = again.ID
	_, err = w.accept(t, a)
	refused(t, err, fault.Exhausted, "licensing.pool.exhausted")
	w.Assign(t, licensing.Order{School: l.school.ID, Resources: []catalogue.ResourceID{l.r.ID}, Targets: of("5e B"), Short: licensing.ShortServe})
	w.Sell(t, w.Offer(l.school, l.r, 10))
	w.Assign(t, To(l.school, l.r, of("5e B")...))
	done, err := w.accept(t, a)
	if err != nil || done.Act == "" || w.suggestion(t, again).State != licensing.Accepted {
		t.Errorf("all have it, so it is granted: %v, %q, %s", err, done.Act, w.suggestion(t, again).State)
	}
}

// acceptFruitless: what was suggested can be given no more, for the distributor ended it meanwhile; nothing beside it is accepted either.
func acceptFruitless(t *testing.T, w *World) {
	l := w.lesson(t, 10)
	ended := w.Resource(false)
	sub := w.Sell(t, w.Offer(l.school, ended, 10))
	first := w.suggest(t, l.teacher, l.suggestion("5e A"))
	also := l.suggestion("5e A")
	also.Resource = ended.ID
	second := w.suggest(t, l.teacher, also)
	if err := w.Licensing.End(t.Context(), Seller, Distributor, sub.ID); err != nil {
		t.Fatal(err)
	}
	a := licensing.Acceptance{School: l.school.ID, Parts: []licensing.Part{{Suggestion: first.ID}, {Suggestion: second.ID}}}
	plan, err := w.Licensing.PlanSuggestions(t.Context(), a)
	if err != nil || len(plan.Fruitless()) != 1 || plan.Fruitless()[0] != ended.ID {
		t.Fatalf("fruitless: %v, %v", plan.Fruitless(), err)
	}
	_, err = w.Licensing.ApplySuggestions(t.Context(), Manager, a, plan.Hash)
	refused(t, err, fault.Conflict, "licensing.suggestion.subscription")
	if w.suggestion(t, first).State != licensing.Suggested || w.Counters(t, l.school, l.r).Assigned != 0 {
		t.Error("half of it was done")
	}
}

func acceptWhatIsThere(t *testing.T, w *World) {
	l, elsewhere := w.lesson(t, 10), w.lesson(t, 10)
	s, theirs := w.suggest(t, l.teacher, l.suggestion("5e A")), w.suggest(t, elsewhere.teacher, elsewhere.suggestion("5e A"))
	for _, c := range []struct {
		parts []licensing.Part
		kind  fault.Kind
		code  string
	}{
		{nil, fault.Invalid, "licensing.suggestion.none"},
		{[]licensing.Part{{Suggestion: theirs.ID}}, fault.NotFound, "licensing.suggestion.unknown"},
		{[]licensing.Part{{Suggestion: s.ID}, {Suggestion: "none"}}, fault.NotFound, "licensing.suggestion.unknown"},
		{[]licensing.Part{{Suggestion: s.ID, Targets: of("5e B")}}, fault.NotFound, "licensing.suggestion.unknown"},
		{[]licensing.Part{{Suggestion: s.ID, Targets: []licensing.Target{licensing.ToSchool()}}}, fault.NotFound, "licensing.suggestion.unknown"},
		{[]licensing.Part{{Suggestion: s.ID}, {Suggestion: s.ID}}, fault.Invalid, "licensing.order.choice"},
	} {
		a := licensing.Acceptance{School: l.school.ID, Parts: c.parts}
		_, err := w.Licensing.PlanSuggestions(t.Context(), a)
		refused(t, err, c.kind, c.code)
		_, err = w.Licensing.ApplySuggestions(t.Context(), Manager, a, "x")
		refused(t, err, c.kind, c.code)
	}
	err := w.Licensing.DeclineSuggestions(t.Context(), Manager, l.school.ID, []licensing.SuggestionID{s.ID, theirs.ID}, "Non.")
	refused(t, err, fault.NotFound, "licensing.suggestion.unknown")
	if w.suggestion(t, s).State != licensing.Suggested || w.suggestion(t, theirs).State != licensing.Suggested {
		t.Error("something was answered")
	}
}

func declineWithReason(t *testing.T, w *World) {
	l := w.lesson(t, 10)
	s := w.suggest(t, l.teacher, l.suggestion("5e A"))
	ids := []licensing.SuggestionID{s.ID, s.ID}
	refused(t, w.Licensing.DeclineSuggestions(t.Context(), Manager, l.school.ID, ids, " \n"), fault.Invalid, "licensing.suggestion.reason")
	refused(t, w.Licensing.DeclineSuggestions(t.Context(), Manager, l.school.ID, nil, "Non."), fault.Invalid, "licensing.suggestion.none")
	if err := w.Licensing.DeclineSuggestions(t.Context(), Manager, l.school.ID, ids, "Le 4e B l’attend déjà."); err != nil {
		t.Fatal(err)
	}
	list, err := w.Licensing.ListSuggestions(t.Context(), licensing.SuggestionFilter{School: l.school.ID, Teacher: l.teacher})
	if err != nil || len(list) != 1 || list[0].State != licensing.Declined || list[0].Reason != "Le 4e B l’attend déjà." || list[0].By != directory.PersonID(Manager.ID) || len(list[0].Given) != 0 {
		t.Errorf("the teacher reads %+v, %v", list, err)
	}
	refused(t, w.Licensing.DeclineSuggestions(t.Context(), Manager, l.school.ID, ids, "Non."), fault.Conflict, "licensing.suggestion.answered")
	refused(t, w.Licensing.Withdraw(t.Context(), Teacher(l.teacher), l.school.ID, s.ID), fault.Conflict, "licensing.suggestion.answered")
	w.suggest(t, l.teacher, l.suggestion("5e A")) // answered is not open
}

func withdrawOwn(t *testing.T, w *World) {
	l := w.lesson(t, 10)
	s := w.suggest(t, l.teacher, l.suggestion("5e A"))
	colleague := w.teach(l.school.ID, "5e A")
	refused(t, w.Licensing.Withdraw(t.Context(), Teacher(colleague), l.school.ID, s.ID), fault.NotFound, "licensing.suggestion.unknown")
	if err := w.Licensing.Withdraw(t.Context(), Teacher(l.teacher), l.school.ID, s.ID); err != nil {
		t.Fatal(err)
	}
	_, err := w.accept(t, licensing.Acceptance{School: l.school.ID, Parts: []licensing.Part{{Suggestion: s.ID}}})
	refused(t, err, fault.Conflict, "licensing.suggestion.answered")
}

func suggestionsArePaged(t *testing.T, w *World) {
	l := w.lesson(t, 10)
	var made []licensing.SuggestionID
	for range 5 {
		made = append(made, w.suggest(t, w.teach(l.school.ID, "5e A", "5e B"), l.suggestion("5e A", "5e B")).ID)
	}
	for _, open := range []bool{true, false} {
		var got []licensing.SuggestionID
		f := licensing.SuggestionFilter{School: l.school.ID, Open: open, Limit: 2}
		for {
			some, err := w.Licensing.ListSuggestions(t.Context(), f)
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range some {
				if len(s.Targets) != 2 {
					t.Errorf("%d targets", len(s.Targets))
				}
				if open {
					got = append(got, s.ID)
				} else {
					got = append([]licensing.SuggestionID{s.ID}, got...)
				}
			}
			if len(some) < 2 {
				break
			}
			f.After = some[1].ID
		}
		if diff := cmp.Diff(made, got); diff != "" {
			t.Errorf("open %v (-want +got):\n%s", open, diff)
		}
	}
}

func oneAnswerOnly(t *testing.T, w *World) {
	l := w.lesson(t, 100)
	for range 3 {
		s := w.suggest(t, l.teacher, l.suggestion("5e A", "5e B"))
		a := licensing.Acceptance{School: l.school.ID, Parts: []licensing.Part{{Suggestion: s.ID}}}
		plan, err := w.Licensing.PlanSuggestions(t.Context(), a)
		if err != nil {
			t.Fatal(err)
		}
		var accepted, declined, withdrawn atomic.Int64
		together(48, func(i int) {
			var err error
			var one *atomic.Int64
			switch {
			case i%3 == 0:
				_, err = w.Licensing.ApplySuggestions(t.Context(), Manager, a, plan.Hash)
				one = &accepted
			case i%3 == 1:
				err = w.Licensing.DeclineSuggestions(t.Context(), Manager, l.school.ID, []licensing.SuggestionID{s.ID}, "Non.")
				one = &declined
			default:
				err = w.Licensing.Withdraw(t.Context(), Teacher(l.teacher), l.school.ID, s.ID)
				one = &withdrawn
			}
			if err == nil {
				one.Add(1)
			} else {
				refused(t, err, fault.Conflict, "licensing.suggestion.answered")
			}
		})
		if n := accepted.Load() + declined.Load() + withdrawn.Load(); n != 1 {
			t.Errorf("answered %d times", n)
		}
		want := int64(0)
		if accepted.Load() == 1 {
			want = 8
		}
		if got := w.Counters(t, l.school, l.r).Assigned; got != want {
			t.Errorf("%d copies given, want %d", got, want)
		}
		if want > 0 {
			if _, err := w.Licensing.Release(t.Context(), Manager, To(l.school, l.r, licensing.ToSchool())); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// managersAcceptAtOnce races acceptances that share suggestions two by two: each suggestion is answered by one act.
func managersAcceptAtOnce(t *testing.T, w *World) {
	l := w.lesson(t, 1000)
	var made []licensing.Suggestion
	for range 8 {
		r := w.Resource(false)
		w.Sell(t, w.Offer(l.school, r, 20))
		s := l.suggestion("5e A")
		s.Resource = r.ID
		made = append(made, w.suggest(t, l.teacher, s))
	}
	var acts atomic.Int64
	together(32, func(i int) {
		a := licensing.Acceptance{School: l.school.ID, Parts: []licensing.Part{{Suggestion: made[i%8].ID}, {Suggestion: made[(i+1)%8].ID}}}
		if i%2 == 0 {
			a.Parts[0], a.Parts[1] = a.Parts[1], a.Parts[0]
		}
		if _, err := w.accept(t, a); err == nil {
			acts.Add(1)
		} else if code := fault.CodeOf(err); code != "licensing.suggestion.answered" && code != "licensing.plan.changed" {
			t.Errorf("%v", err)
		}
	})
	byAct := map[journal.ActID]int{}
	for _, s := range made {
		if got := w.suggestion(t, s); got.State == licensing.Accepted {
			byAct[got.Act]++
		}
	}
	for act, n := range byAct {
		if n != 2 {
			t.Errorf("act %s answered %d suggestions, want the two that it was for", act, n)
		}
	}
	if len(byAct) != int(acts.Load()) || len(byAct) == 0 {
		t.Errorf("%d acts answered, %d were done", len(byAct), acts.Load())
	}
	if n := w.count(`select count(*) from journal where school = $1 and actor = $2`, string(l.school.ID), Manager.ID); n != acts.Load() {
		t.Errorf("%d journal entries for %d acts", n, acts.Load())
	}
}

func teacherLeaves(t *testing.T, w *World) {
	l := w.lesson(t, 10)
	colleague := w.teach(l.school.ID, "5e A")
	s, stays := w.suggest(t, l.teacher, l.suggestion("5e A")), w.suggest(t, colleague, l.suggestion("5e A"))
	w.Leave(l.school.ID, l.teacher)
	w.Follow()
	if got := w.suggestion(t, s); got.State != licensing.Withdrawn || got.By != "" || got.Answered.IsZero() {
		t.Errorf("the teacher left, and it is %+v", got)
	}
	if got := w.suggestion(t, stays); got.State != licensing.Suggested {
		t.Errorf("somebody else's is %s", got.State)
	}
}
