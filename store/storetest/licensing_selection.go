package storetest

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/licensing"
)

// drafts are the selections of one manager in one school for one resource.
type drafts struct {
	*World
	of licensing.SelectionKey
}

func (w *World) drafts(school directory.School, r licensing.Work) drafts {
	return drafts{w, licensing.SelectionKey{School: school.ID, Manager: "manager", Purpose: string(r.ID)}}
}

// choose changes the selection, and must succeed.
func (d drafts) choose(t testing.TB, c licensing.Choosing) licensing.Chosen {
	t.Helper()
	c.Of = d.of
	out, err := d.Licensing.Choose(t.Context(), c)
	if err != nil {
		t.Fatalf("choose: %v", err)
	}
	return out
}

// holds fails the test unless the selection is these targets.
func (d drafts) holds(t testing.TB, want ...string) {
	t.Helper()
	s, err := d.Licensing.FindSelection(t.Context(), d.of)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, texts(s.Targets)); diff != "" {
		t.Errorf("the selection (-want +got):\n%s", diff)
	}
}

func texts(targets []licensing.Target) (out []string) {
	for _, target := range targets {
		out = append(out, target.String())
	}
	return out
}

func selectionKept(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	class := w.Class(school.ID, "5e B")
	pupils := w.Persons(school.ID, directory.Pupil, 3, class)
	d := w.drafts(school, r)
	d.holds(t)
	person := licensing.Target{Kind: licensing.Person, ID: string(pupils[0]), Profiles: []directory.Profile{directory.Pupil}}
	first := d.choose(t, licensing.Choosing{Add: []licensing.Target{licensing.ToCohort(class, directory.Pupil), person}})
	if first.Moved || !first.Changed || first.Version != 1 {
		t.Errorf("the first choice: %+v", first)
	}
	d.holds(t, "cohort:5e B/eleve", person.String())
	again := d.choose(t, licensing.Choosing{Seen: 1, Add: []licensing.Target{person}, Remove: []licensing.Target{person}})
	if again.Moved || again.Changed || again.Version != 1 {
		t.Errorf("what is there already is chosen again: %+v", again)
	}
	d.choose(t, licensing.Choosing{Seen: 1, Remove: []licensing.Target{licensing.ToCohort(class, directory.Pupil)}})
	d.holds(t, person.String())
	// Another resource, another manager and another school know nothing of it.
	for _, of := range []licensing.SelectionKey{
		{School: d.of.School, Manager: "manager", Purpose: "another"}, {School: d.of.School, Manager: "colleague", Purpose: d.of.Purpose}, {School: "another", Manager: "manager", Purpose: d.of.Purpose},
	} {
		if s, err := w.Licensing.FindSelection(t.Context(), of); err != nil || len(s.Targets) > 0 || s.Version != 0 {
			t.Errorf("%+v: %+v, %v", of, s, err)
		}
	}
	d.choose(t, licensing.Choosing{Seen: 2, Empty: true})
	d.holds(t)
}

// What two windows do is merged; the one that was behind is told, and does not empty what it has not seen.
func selectionShared(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	a, b := licensing.ToCohort(w.Class(school.ID, "5e A")), licensing.ToCohort(w.Class(school.ID, "5e B"))
	d := w.drafts(school, r)
	d.choose(t, licensing.Choosing{Add: []licensing.Target{a}})
	late := d.choose(t, licensing.Choosing{Seen: 0, Add: []licensing.Target{b}})
	if !late.Moved || !late.Changed || late.Version != 2 || len(late.Targets) != 2 {
		t.Errorf("the window that was behind: %+v", late)
	}
	if refused := d.choose(t, licensing.Choosing{Seen: 1, Empty: true}); !refused.Moved || refused.Changed || len(refused.Targets) != 2 {
		t.Errorf("emptied unseen: %+v", refused)
	}
	if any := d.choose(t, licensing.Choosing{Seen: licensing.AnyVersion, Remove: []licensing.Target{a}}); any.Moved || len(any.Targets) != 1 {
		t.Errorf("a caller without a window: %+v", any)
	}
	// Many at once: each is kept, and each has a version of its own.
	var wait sync.WaitGroup
	for i := range 8 {
		class := licensing.ToCohort(w.Class(school.ID, fmt.Sprintf("6e %d", i)))
		wait.Go(func() { d.choose(t, licensing.Choosing{Seen: licensing.AnyVersion, Add: []licensing.Target{class}}) })
	}
	wait.Wait()
	if s, err := w.Licensing.FindSelection(t.Context(), d.of); err != nil || len(s.Targets) != 9 || s.Version != 11 {
		t.Errorf("%d targets, version %d, %v", len(s.Targets), s.Version, err)
	}
}

// « Tous les résultats » are the persons whom the filter found then, in one act.
func selectionOfAll(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	w.Sell(t, w.Offer(school, r, 3000))
	class := w.Class(school.ID, "5e B")
	pupils := w.Persons(school.ID, directory.Pupil, 1500, class)
	w.Persons(school.ID, directory.Teacher, 3, class)
	w.Assign(t, To(school, r, licensing.ToPerson(pupils[0]), licensing.ToPerson(pupils[1])))
	d := w.drafts(school, r)
	all := licensing.Crowd{School: school.ID, Resource: r.ID, Filter: directory.Filter{Profile: directory.Pupil}, Without: true}
	chosen := d.choose(t, licensing.Choosing{All: &all})
	if len(chosen.Targets) != 1498 || slices.Contains(texts(chosen.Targets), "person:"+string(pupils[0])+"/eleve") {
		t.Fatalf("%d persons chosen", len(chosen.Targets))
	}
	order := To(school, r)
	for _, target := range chosen.Targets {
		order.Targets = append(order.Targets, licensing.ToPerson(directory.PersonID(target.ID)))
	}
	plan, err := w.Licensing.Plan(t.Context(), order)
	if err != nil || plan.Sum().Gets != 1498 {
		t.Fatalf("%+v, %v", plan.Sum(), err)
	}
	// Somebody who arrives, and a copy for somebody else, change nothing of it.
	w.Persons(school.ID, directory.Pupil, 1, class)
	if done, err := w.Licensing.Apply(t.Context(), Manager, order, plan.Hash); err != nil || done.Plan.Sum().Gets != 1498 {
		t.Errorf("%+v, %v", done.Plan.Sum(), err)
	}
	if n := d.choose(t, licensing.Choosing{Seen: 1, All: &all}); n.Moved || len(n.Targets) != 1499 {
		t.Errorf("the newcomer is found by the next one only: %d", len(n.Targets))
	}
}

// Nobody of another school is ever chosen, and a refusal changes nothing.
func selectionOfOurs(t *testing.T, w *World) {
	school, other, r := w.School("099", "340"), w.School("099", "340"), w.Resource(false)
	ours, theirs := w.Persons(school.ID, directory.Pupil, 2, ""), w.Persons(other.ID, directory.Pupil, 1, "")
	w.Leave(school.ID, ours[1])
	d := w.drafts(school, r)
	for _, who := range []directory.PersonID{theirs[0], ours[1], "nobody"} {
		_, err := w.Licensing.Choose(t.Context(), licensing.Choosing{Of: d.of, Add: []licensing.Target{licensing.ToPerson(ours[0]), licensing.ToPerson(who)}})
		refused(t, err, fault.NotFound, "licensing.person.elsewhere")
	}
	d.holds(t)
}

// A selection that nobody touches for 30 days is forgotten; one that is touched begins anew.
func selectionExpires(t *testing.T, w *World) {
	school, r, old := w.School("099", "340"), w.Resource(false), w.Resource(false)
	class := licensing.ToCohort(w.Class(school.ID, "5e B"))
	d, left := w.drafts(school, r), w.drafts(school, old)
	d.choose(t, licensing.Choosing{Add: []licensing.Target{class}})
	left.choose(t, licensing.Choosing{Add: []licensing.Target{class, licensing.ToSchool()}})
	w.SetNow(Monday.Add(licensing.SelectionKept))
	d.holds(t, class.String())
	w.SetNow(Monday.Add(licensing.SelectionKept + time.Second))
	d.holds(t)
	if fresh := d.choose(t, licensing.Choosing{Seen: 0, Add: []licensing.Target{licensing.ToSchool()}}); fresh.Moved || len(fresh.Targets) != 1 {
		t.Errorf("begun anew: %+v", fresh)
	}
	if n, err := w.Licensing.SweepSelections(t.Context(), 10); err != nil || n != 1 {
		t.Errorf("swept %d, %v", n, err)
	}
	if n := w.count(`select count(*) from selection_target`); n != 1 {
		t.Errorf("%d targets are left", n)
	}
	d.holds(t, "school")
}

func population(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	w.Sell(t, w.Offer(school, r, 300))
	b, a := w.Class(school.ID, "5e B"), w.Class(school.ID, "5e A")
	latin := directory.CohortID("latin-" + string(school.ID))
	w.exec(`insert into cohort (school, id, kind, code, label, level) values ($1, $2, 'GROUPE', $2, 'Latin', '5e')`, string(school.ID), string(latin))
	inB, inA := w.Persons(school.ID, directory.Pupil, 230, b), w.Persons(school.ID, directory.Pupil, 20, a)
	teachers := w.Persons(school.ID, directory.Teacher, 2, b)
	w.exec(`update attachment set level = '5e', subjects = '["LAT","MA_%"]' where school = $1 and profile = 'eleve'`, string(school.ID))
	w.exec(`update attachment set level = '4e', subjects = '[]' where school = $1 and person = $2`, string(school.ID), string(inB[0]))
	w.exec(`update membership set subjects = '["MATH"]' where school = $1 and person = $2`, string(school.ID), string(teachers[1]))
	w.exec(`insert into membership (school, cohort, person) values ($1, $2, $3), ($1, $2, $4)`, string(school.ID), string(latin), string(inB[3]), string(inA[0]))
	w.Assign(t, To(school, r, licensing.ToPerson(inB[3]), licensing.ToPerson(inB[4])))
	if _, err := w.Open(school, r, inB[4]); err != nil {
		t.Fatal(err)
	}
	w.Persons(w.School("099", "340").ID, directory.Pupil, 3, b) // a class of the same id elsewhere

	pupil := directory.Filter{Profile: directory.Pupil}
	for _, c := range []struct {
		name           string
		filter         directory.Filter
		without        bool
		total, lacking int
	}{
		{"pupils", pupil, false, 250, 248},
		{"without", pupil, true, 248, 248},
		{"a class", directory.Filter{Profile: directory.Pupil, Cohort: b}, false, 230, 228},
		{"a class and a group", directory.Filter{Profile: directory.Pupil, Cohort: b, Group: latin}, false, 1, 0},
		{"a group, without", directory.Filter{Profile: directory.Pupil, Cohort: latin}, true, 1, 1},
		{"a level", directory.Filter{Profile: directory.Pupil, Level: "4e"}, false, 1, 1},
		{"a subject that pupils follow", directory.Filter{Profile: directory.Pupil, Subject: "LAT"}, false, 249, 247},
		{"half a subject", directory.Filter{Profile: directory.Pupil, Subject: "LA"}, false, 0, 0},
		{"a subject with signs", directory.Filter{Profile: directory.Pupil, Subject: "MA_%"}, false, 249, 247},
		{"signs are no wildcards", directory.Filter{Profile: directory.Pupil, Subject: "M%"}, false, 0, 0},
		{"who teaches", directory.Filter{Profile: directory.Teacher, Subject: "MATH"}, false, 1, 1},
		{"who teaches there", directory.Filter{Profile: directory.Teacher, Subject: "MATH", Cohort: a}, false, 0, 0},
		{"a name", directory.Filter{Profile: directory.Pupil, Text: "nom" + string(inB[4])}, false, 1, 0},
	} {
		crowd := licensing.Crowd{School: school.ID, Resource: r.ID, Filter: c.filter, Without: c.without}
		p, err := w.Licensing.Population(t.Context(), crowd, directory.Page{Limit: 7})
		if err != nil || p.Total != c.total || p.Without != c.lacking || len(p.Persons) != min(7, c.total) {
			t.Errorf("%s: %d in all, %d without, %d listed, %v; want %d and %d", c.name, p.Total, p.Without, len(p.Persons), err, c.total, c.lacking)
		}
	}

	crowd := licensing.Crowd{School: school.ID, Resource: r.ID, Filter: pupil}
	first, err := w.Licensing.Population(t.Context(), crowd, directory.Page{})
	if err != nil || len(first.Persons) != 200 {
		t.Fatalf("%d persons, %v", len(first.Persons), err)
	}
	second, err := w.Licensing.Population(t.Context(), crowd, directory.Page{After: first.Persons[199].Key})
	var got []directory.PersonID
	for _, who := range append(first.Persons, second.Persons...) {
		got = append(got, who.Person)
	}
	if diff := cmp.Diff(slices.Concat(inB, inA), got); err != nil || diff != "" {
		t.Errorf("pages together, %v (-want +got):\n%s", err, diff)
	}
	if who := first.Persons[3]; who.Verdict != licensing.Has || who.Class != b || !slices.Equal(who.Groups, []directory.CohortID{latin}) || !who.Last.IsZero() {
		t.Errorf("who has it: %+v", who)
	}
	if who := first.Persons[4]; who.Groups != nil || !who.Last.Equal(Monday) {
		t.Errorf("who has opened it: %+v", who)
	}
	if who := first.Persons[5]; who.Verdict != licensing.Gets {
		t.Errorf("who has not: %+v", who)
	}
	want := map[directory.CohortID]licensing.Headcount{b: {Size: 230, Served: 2}, a: {Size: 20}, latin: {Size: 2, Served: 1}}
	if diff := cmp.Diff(want, first.Cohorts); diff != "" {
		t.Errorf("classes and groups (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[directory.Profile]int{directory.Pupil: 250, directory.Teacher: 2}, first.Publics); diff != "" {
		t.Errorf("publics (-want +got):\n%s", diff)
	}
	if got := first.CountPlaces([]directory.PersonID{inB[3], inB[5], inA[0], "nobody"}); !cmp.Equal(got, map[directory.CohortID]int{b: 2, a: 1, latin: 2}) {
		t.Errorf("who of four is where: %v", got)
	}
	adults, err := w.Licensing.Population(t.Context(), licensing.Crowd{School: school.ID, Resource: r.ID, Filter: directory.Filter{Profile: directory.Teacher}}, directory.Page{})
	if err != nil || len(adults.Persons) != 2 || adults.Persons[0].Why != licensing.WhyPublic || adults.Persons[0].Class != "" {
		t.Errorf("teachers: %+v, %v", adults.Persons, err)
	}
}

// A right of the school, a class or a person leaves nobody of them without.
func populationWide(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	site := w.Offer(school, r, licensing.Unlimited)
	site.Kind = licensing.Establishment
	site.Publics = []directory.Profile{directory.Pupil, directory.Teacher}
	w.Sell(t, site)
	a, b := w.Class(school.ID, "5e A"), w.Class(school.ID, "5e B")
	w.Persons(school.ID, directory.Pupil, 4, a)
	inB := w.Persons(school.ID, directory.Pupil, 3, b)
	w.Persons(school.ID, directory.Teacher, 1, b)
	without := func(profile directory.Profile) int {
		t.Helper()
		p, err := w.Licensing.Population(t.Context(), licensing.Crowd{School: school.ID, Resource: r.ID, Filter: directory.Filter{Profile: profile}, Without: true}, directory.Page{})
		if err != nil || p.Total != len(p.Persons) {
			t.Errorf("%d of %d listed, %v", len(p.Persons), p.Total, err)
		}
		return p.Total
	}
	for _, step := range []struct {
		target           licensing.Target
		pupils, teachers int
	}{{licensing.ToPerson(inB[0]), 6, 1}, {licensing.ToCohort(b, directory.Pupil), 4, 1}, {licensing.ToSchool(directory.Teacher), 4, 0}, {licensing.ToSchool(), 0, 0}} {
		w.Assign(t, To(school, r, step.target))
		if p, q := without(directory.Pupil), without(directory.Teacher); p != step.pupils || q != step.teachers {
			t.Errorf("after %s: %d pupils and %d teachers are without, want %d and %d", step.target, p, q, step.pupils, step.teachers)
		}
	}
}

// What is weighed for its figures is what the plan says of each person.
func weighed(t *testing.T, w *World) {
	school, r, wide := w.School("099", "340"), w.Resource(false), w.Resource(false)
	w.Sell(t, w.Offer(school, r, 7))
	site := w.Offer(school, wide, licensing.Unlimited)
	site.Kind, site.Publics = licensing.Establishment, []directory.Profile{directory.Pupil, directory.Teacher}
	w.Sell(t, site)
	a, b := w.Class(school.ID, "5e A"), w.Class(school.ID, "5e B")
	inA, inB := w.Persons(school.ID, directory.Pupil, 4, a), w.Persons(school.ID, directory.Pupil, 4, b)
	both := w.Persons(school.ID, directory.Teacher, 2, b)[0]
	w.Arrive(school.ID, both, directory.Librarian, a)
	w.Assign(t, To(school, r, licensing.ToPerson(inA[0]), licensing.ToPerson(inB[3])))
	w.Assign(t, To(school, wide, licensing.ToCohort(b), licensing.ToPerson(inA[1])))
	w.Leave(school.ID, inB[0])
	w.Leave(school.ID, inB[3])

	for _, resource := range []licensing.Work{r, wide} {
		for _, targets := range [][]licensing.Target{
			{licensing.ToSchool()},
			{licensing.ToSchool(directory.Teacher)},
			{licensing.ToCohort(a), licensing.ToCohort(b, directory.Pupil)},
			{licensing.ToPerson(inB[1]), licensing.ToPerson(inB[0]), licensing.ToPerson(both), licensing.ToCohort(b)},
			{licensing.ToPerson(inA[0]), licensing.ToPerson("nobody")},
		} {
			order := To(school, resource, targets...)
			order.Rank = licensing.ByName
			plan, err := w.Licensing.Plan(t.Context(), order)
			if err != nil {
				t.Fatal(err)
			}
			got, err := w.Licensing.Weigh(t.Context(), order)
			if err != nil {
				t.Fatal(err)
			}
			crowd := licensing.Crowd{School: school.ID, Resource: resource.ID, Filter: directory.Filter{Profile: directory.Pupil}}
			if draft, err := w.Licensing.Draft(t.Context(), crowd, directory.Page{}, order); err != nil {
				t.Error(err)
			} else {
				draft.Plan.Hash = got.Hash // a draft has none
				if diff := cmp.Diff(got, draft.Plan); diff != "" {
					t.Errorf("%s: (-weighed +draft):\n%s", targets, diff)
				}
			}
			by := func(p licensing.Plan) (out []licensing.Outcome) {
				out = slices.SortedFunc(slices.Values(p.Outcomes), func(x, y licensing.Outcome) int { return strings.Compare(string(x.Person), string(y.Person)) })
				for i := range out {
					out[i].Used = time.Time{}
				}
				return out
			}
			if diff := cmp.Diff(plan.Figures, got.Figures); diff != "" {
				t.Errorf("%s: figures (-plan +weighed):\n%s", targets, diff)
			}
			if diff := cmp.Diff(plan.Targets, got.Targets); diff != "" {
				t.Errorf("%s: targets (-plan +weighed):\n%s", targets, diff)
			}
			if diff := cmp.Diff(by(plan), by(got)); diff != "" { // here names come in the order of ids
				t.Errorf("%s: outcomes (-plan +weighed):\n%s", targets, diff)
			}
		}
	}
}
