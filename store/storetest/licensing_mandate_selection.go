package storetest

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/licensing"
)

// crowd is the pupils whom the keeper chooses among.
func (o *office) crowd(among ...directory.CohortID) licensing.Crowd {
	return licensing.Crowd{School: o.school.ID, Resource: o.work.ID, Filter: directory.Filter{Profile: directory.Pupil, Among: among}}
}

func populationInScope(t *testing.T, w *World) {
	o := newOffice(t, w)
	w.Assign(t, To(o.school, o.work, licensing.ToPerson(o.inA[0]), licensing.ToPerson(o.inB[0])))
	in := func(c licensing.Crowd, change func(*licensing.Crowd)) licensing.Crowd {
		change(&c)
		return c
	}
	a := o.crowd(o.a)
	for _, c := range []struct {
		name                     string
		crowd                    licensing.Crowd
		total, without, teachers int
		cohorts                  map[directory.CohortID]licensing.Headcount
	}{
		{"the school", o.crowd(), 6, 4, 2, map[directory.CohortID]licensing.Headcount{o.a: {Size: 3, Served: 1}, o.b: {Size: 3, Served: 1}}},
		{"the scope", a, 3, 2, 0, map[directory.CohortID]licensing.Headcount{o.a: {Size: 3, Served: 1}}},
		{"two classes", o.crowd(o.a, o.b), 6, 4, 0, map[directory.CohortID]licensing.Headcount{o.a: {Size: 3, Served: 1}, o.b: {Size: 3, Served: 1}}},
		{"without a copy", in(a, func(c *licensing.Crowd) { c.Without = true }), 2, 2, 0, map[directory.CohortID]licensing.Headcount{o.a: {Size: 3, Served: 1}}},
		{"the class of the scope", in(a, func(c *licensing.Crowd) { c.Filter.Cohort = o.a }), 3, 2, 0, map[directory.CohortID]licensing.Headcount{o.a: {Size: 3, Served: 1}}},
		{"another class", in(a, func(c *licensing.Crowd) { c.Filter.Cohort = o.b }), 0, 0, 0, map[directory.CohortID]licensing.Headcount{o.a: {Size: 3, Served: 1}}},
	} {
		p, err := w.Licensing.Population(t.Context(), c.crowd, directory.Page{})
		if err != nil || p.Total != c.total || p.Without != c.without || len(p.Persons) != c.total || p.Publics[directory.Teacher] != c.teachers {
			t.Errorf("%s: %d persons, %d in total, %d without, publics %v, %v", c.name, len(p.Persons), p.Total, p.Without, p.Publics, err)
		}
		if diff := cmp.Diff(c.cohorts, p.Cohorts); diff != "" {
			t.Errorf("%s: cohorts (-want +got):\n%s", c.name, diff)
		}
	}
}

func selectionInScope(t *testing.T, w *World) {
	o := newOffice(t, w)
	o.delegate(t, o.terms(licensing.Unlimited))
	d := drafts{w, licensing.SelectionKey{School: o.school.ID, Manager: o.keeper, Purpose: string(o.work.ID)}}
	pupil := func(id directory.PersonID) licensing.Target {
		return licensing.Target{Kind: licensing.Person, ID: string(id), Profiles: []directory.Profile{directory.Pupil}}
	}
	d.choose(t, licensing.Choosing{Add: []licensing.Target{licensing.ToCohort(o.a), licensing.ToCohort(o.b), licensing.ToSchool(directory.Teacher), pupil(o.inA[0]), pupil(o.inB[0])}})

	// The scope shrinks: what is beyond it is told, and counts no more.
	o.delegate(t, o.terms(licensing.Unlimited, o.a))
	d.holds(t, "cohort:5e A", pupil(o.inA[0]).String())
	s, err := w.Licensing.FindSelection(t.Context(), d.of)
	if want := []string{"cohort:5e B", pupil(o.inB[0]).String(), "school/enseignant"}; err != nil || !slices.Equal(texts(s.Beyond), want) {
		t.Errorf("beyond the scope are %q, want %q, %v", texts(s.Beyond), want, err)
	}
	if done := d.choose(t, licensing.Choosing{Remove: s.Beyond}); len(done.Beyond) > 0 {
		t.Errorf("they stay: %q", texts(done.Beyond))
	}

	// Nothing beyond it is chosen, by name or by « tous les résultats ».
	for _, target := range []licensing.Target{licensing.ToCohort(o.b), licensing.ToSchool(), pupil(o.inB[1])} {
		_, err := w.Licensing.Choose(t.Context(), licensing.Choosing{Of: d.of, Seen: licensing.AnyVersion, Add: []licensing.Target{target}})
		if !fault.Is(err, fault.Denied) {
			t.Errorf("%s is chosen: %v", target, err)
		}
	}
	all := o.crowd()
	d.choose(t, licensing.Choosing{Remove: []licensing.Target{licensing.ToCohort(o.a)}, All: &all})
	want := []string{pupil(o.inA[0]).String(), pupil(o.inA[1]).String(), pupil(o.inA[2]).String()}
	slices.Sort(want)
	d.holds(t, want...)

	// A manager's selection is whole, whatever mandate they once had.
	w.exec(`insert into assignment_manager (school, person, state, source) values ($1, $2, 'confirmed', 'portal')`, string(o.school.ID), string(o.keeper))
	d.choose(t, licensing.Choosing{Add: []licensing.Target{licensing.ToSchool()}})
	d.holds(t, append(want, "school")...)
}
