package storetest

import (
	"testing"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/licensing"
)

// Adopt makes books of a mother's family.
func (w *World) Adopt(mother licensing.Work, books ...licensing.Work) {
	w.TB.Helper()
	for _, b := range books {
		w.exec(`update resource set family = $2 where id = $1`, string(b.ID), string(mother.ID))
	}
}

// Mother sells a mother of family to a school, for all its pupils.
func (w *World) Mother(t testing.TB, school directory.School) licensing.Work {
	t.Helper()
	m := w.Resource(true)
	sub := w.Offer(school, m, licensing.Unlimited)
	sub.Kind = licensing.Establishment
	w.Sell(t, sub)
	return m
}

// A file that gives books tells which families go with them, and can be planned anew with those.
func familiesOfADraft(t *testing.T, w *World) {
	ctx := t.Context()
	school, works, pupils := twoResources(t, w)
	mother := w.Mother(t, school)
	w.Adopt(mother, works...)
	roll, err := w.Licensing.Roll(ctx, school.ID, nil)
	if err != nil {
		t.Fatal(err)
	}
	w.Assign(t, To(school, mother, licensing.ToPerson(pupils[0])))
	b := w.prepare(t, school, To(school, works[0], licensing.ToPerson(pupils[0]), licensing.ToPerson(pupils[1])), To(school, works[1], licensing.ToPerson(pupils[2])))
	list, err := w.Licensing.UngivenBy(ctx, roll, b.ID, nil)
	if err != nil || len(list) != 1 || list[0].Order.Resources[0] != mother.ID || list[0].Gets != 2 {
		t.Fatalf("%+v, %v", list, err)
	}
	both, err := w.Licensing.AddFamilies(ctx, Manager, roll, b.ID, nil)
	if err != nil || both.ID == b.ID || len(both.Steps) != 3 || both.Steps[2].Order.Resources[0] != mother.ID || both.Steps[2].Figures.Gets != 2 || both.Name != b.Name || both.Lines != b.Lines || both.Refused != 1 {
		t.Fatalf("%+v, %v", both, err)
	}
	if list, err := w.Licensing.UngivenBy(ctx, roll, both.ID, nil); err != nil || len(list) != 0 {
		t.Errorf("the family is missed again: %+v, %v", list, err)
	}
	if err := w.Licensing.Start(ctx, Manager, school.ID, both.ID, both.Hash, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Licensing.Work(ctx, "w"); err != nil {
		t.Fatal(err)
	}
	for i, want := range []bool{true, true, true, false} {
		if got := w.Has(t, school, mother, pupils[i]); got != want {
			t.Errorf("pupil %d has the family: %v, want %v", i, got, want)
		}
	}
	_, err = w.Licensing.AddFamilies(ctx, Manager, roll, both.ID, nil)
	refused(t, err, fault.Conflict, "licensing.batch.started")
	_, err = w.Licensing.AddFamilies(ctx, Manager, roll, b.ID, &licensing.Mandate{School: school.ID, Person: "another"})
	refused(t, err, fault.NotFound, "licensing.batch.unknown")
	back := To(school, works[0], licensing.ToSchool())
	back.Take = true
	if list, err := w.Licensing.Ungiven(ctx, roll, []licensing.Order{back}); err != nil || len(list) != 0 {
		t.Errorf("what comes back asks for a family: %+v, %v", list, err)
	}
}

// Has reports whether somebody has a resource, which need not be one that is opened.
func (w *World) Has(t testing.TB, school directory.School, r licensing.Work, person directory.PersonID) bool {
	t.Helper()
	plan, err := w.Licensing.Plan(t.Context(), To(school, r, licensing.ToPerson(person)))
	if err != nil || len(plan.Outcomes) != 1 {
		t.Fatalf("%+v, %v", plan.Outcomes, err)
	}
	return plan.Outcomes[0].Verdict == licensing.Has
}

// The family is given by the act that accepts suggestions of its books, to those who are accepted and nobody else; a delegate's scope holds.
func familyBesideSuggestions(t *testing.T, w *World) {
	l := w.lesson(t, 10)
	mother := w.Mother(t, l.school)
	w.Adopt(mother, l.r)
	s := w.suggest(t, l.teacher, l.suggestion("5e A", "5e B"))
	a := licensing.Acceptance{School: l.school.ID, Parts: []licensing.Part{{Suggestion: s.ID, Targets: of("5e A")}},
		Also: []licensing.Beside{{Resource: mother.ID, With: []catalogue.ResourceID{l.r.ID}}}}
	keeper := w.Persons(l.school.ID, directory.Teacher, 1, "")[0]
	manager := w.Persons(l.school.ID, directory.Teacher, 1, "")[0]
	w.exec(`insert into assignment_manager (school, person, state, source) values ($1, $2, 'confirmed', 'portal')`, string(l.school.ID), string(manager))
	o := &office{w: w, school: l.school, manager: manager, keeper: keeper}
	terms := o.terms(9)
	terms.Resources = []catalogue.ResourceID{l.r.ID}
	o.delegate(t, terms)
	limited := a
	limited.For, limited.Parts = keeper, []licensing.Part{{Suggestion: s.ID}}
	_, err := w.Licensing.PlanSuggestions(t.Context(), limited)
	refused(t, err, fault.NotFound, "licensing.mandate.resource")

	alone := a
	alone.Also = nil
	plan, err := w.Licensing.PlanSuggestions(t.Context(), alone)
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.Licensing.ApplySuggestions(t.Context(), Manager, a, plan.Hash)
	refused(t, err, fault.Conflict, "licensing.plan.changed")
	done, err := w.accept(t, a)
	if err != nil || done.Plan.Sum().Gets != 8 || len(done.Plan.Targets) != 1 {
		t.Fatalf("%+v, %v", done.Plan.Figures, err)
	}
	if !w.Has(t, l.school, mother, l.a[0]) || w.Has(t, l.school, mother, l.b[0]) {
		t.Error("the family is not with those who were accepted")
	}
	w.undo(t, l.school, done.Act)
	if w.Has(t, l.school, mother, l.a[0]) || w.Counters(t, l.school, l.r).Assigned != 0 {
		t.Error("the act is not undone as one")
	}
}
