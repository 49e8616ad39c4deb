package storetest

import (
	"context"
	"slices"

	"pgregory.net/rapid"

	"pupitre/directory"
	"pupitre/licensing"
)

// MandateMachine is a state machine over one delegate in a school of two classes: it does at random what the delegate, a manager and the
// pupils do, beside a model. After each step what is out under the mandate must be what the model says, and never over the budget.
type MandateMachine struct {
	*office
	pupils  []directory.PersonID
	class   map[directory.PersonID]directory.CohortID // "" for one who is gone
	by      map[directory.PersonID]licensing.MandateID
	holds   map[directory.PersonID]bool
	mandate licensing.Mandate
}

// NewMandateMachine begins a run in a school of its own.
func NewMandateMachine(w *World) *MandateMachine {
	m := &MandateMachine{office: newOffice(w.TB, w), class: map[directory.PersonID]directory.CohortID{}, by: map[directory.PersonID]licensing.MandateID{},
		holds: map[directory.PersonID]bool{}}
	for _, p := range m.inA {
		m.class[p] = m.a
	}
	for _, p := range m.inB {
		m.class[p] = m.b
	}
	m.pupils = slices.Concat(m.inA, m.inB)
	m.mandate = m.delegate(w.TB, m.terms(3, m.a))
	return m
}

func (m *MandateMachine) out() (n int64) {
	for _, p := range m.pupils {
		if m.holds[p] && m.by[p] == m.mandate.ID {
			n++
		}
	}
	return n
}

func (m *MandateMachine) pupil(t *rapid.T) directory.PersonID {
	return rapid.SampledFrom(m.pupils).Draw(t, "pupil")
}

// target draws whom an act is about, and lists who of them are there.
func (m *MandateMachine) target(t *rapid.T) (licensing.Target, []directory.PersonID) {
	var all []directory.PersonID
	switch rapid.IntRange(0, 3).Draw(t, "target") {
	case 0:
		for _, p := range m.pupils {
			if m.class[p] != "" {
				all = append(all, p)
			}
		}
		return licensing.ToSchool(directory.Pupil), all
	case 1:
		class := rapid.SampledFrom([]directory.CohortID{m.a, m.b}).Draw(t, "class")
		for _, p := range m.pupils {
			if m.class[p] == class {
				all = append(all, p)
			}
		}
		return licensing.ToCohort(class), all
	}
	p := m.pupil(t)
	if m.class[p] != "" {
		all = append(all, p)
	}
	return licensing.ToPerson(p), all
}

// scoped is the code with which the mandate refuses a target; "" where it does not.
func (m *MandateMachine) scoped(target licensing.Target) string {
	in := func(c directory.CohortID) bool { return slices.Contains(m.mandate.Cohorts, c) }
	switch {
	case m.mandate.State != licensing.MandateStanding:
		return "licensing.mandate.over"
	case len(m.mandate.Cohorts) == 0:
		return ""
	case target.Kind == licensing.WholeSchool:
		return "licensing.mandate.school"
	case target.Kind == licensing.Cohort && !in(directory.CohortID(target.ID)):
		return "licensing.mandate.cohort"
	case target.Kind == licensing.Person && !in(m.class[directory.PersonID(target.ID)]):
		return "licensing.mandate.person"
	}
	return ""
}

// Give has the delegate give, all or as far as the budget goes.
func (m *MandateMachine) Give(t *rapid.T) {
	target, there := m.target(t)
	o := To(m.school, m.work, target)
	if rapid.Bool().Draw(t, "serve") {
		o.Short = licensing.ShortServe
	}
	_, err := m.w.Licensing.Assign(context.Background(), actor(m.keeper), o)
	want := m.scoped(target)
	lack := slices.DeleteFunc(slices.Clone(there), func(p directory.PersonID) bool { return m.holds[p] })
	left := int64(len(lack))
	if !m.mandate.Budget.IsUnlimited() {
		left = max(0, int64(m.mandate.Budget)-m.out())
	}
	short := left < int64(len(lack))
	switch {
	case want != "":
	case target.Kind == licensing.Person && len(there) == 0:
		want = "licensing.person.elsewhere"
	case short && (o.Short != licensing.ShortServe || target.Kind == licensing.Person):
		want = "licensing.mandate.budget"
	}
	expect(t, err, want)
	if want != "" {
		return
	}
	// By class, then by name: the order in which persons were made, unless they changed class.
	slices.SortStableFunc(lack, func(p, q directory.PersonID) int {
		if m.class[p] == m.class[q] {
			return 0
		}
		return map[bool]int{true: -1, false: 1}[m.class[p] < m.class[q]]
	})
	for _, p := range lack[:min(left, int64(len(lack)))] {
		m.holds[p], m.by[p] = true, m.mandate.ID
	}
}

// Take has the delegate take back.
func (m *MandateMachine) Take(t *rapid.T) {
	target, there := m.target(t)
	_, err := m.w.Licensing.Release(context.Background(), actor(m.keeper), To(m.school, m.work, target))
	want := m.scoped(target)
	expect(t, err, want)
	if want == "" {
		m.back(there)
	}
}

func (m *MandateMachine) back(persons []directory.PersonID) {
	for _, p := range persons {
		delete(m.holds, p)
		delete(m.by, p)
	}
}

// Manage has the manager give or take back, whom no mandate limits.
func (m *MandateMachine) Manage(t *rapid.T) {
	target, there := m.target(t)
	if len(there) == 0 {
		t.Skip("nobody is there")
	}
	if rapid.Bool().Draw(t, "take") {
		_, err := m.w.Licensing.Release(context.Background(), actor(m.manager), To(m.school, m.work, target))
		expect(t, err, "")
		m.back(there)
		return
	}
	_, err := m.w.Licensing.Assign(context.Background(), actor(m.manager), To(m.school, m.work, target))
	expect(t, err, "")
	for _, p := range there {
		m.holds[p] = true
	}
}

// Name gives new terms, or a new mandate once the last has ended.
func (m *MandateMachine) Name(t *rapid.T) {
	next := m.terms(licensing.Count(rapid.IntRange(-1, 5).Draw(t, "budget")))
	for _, c := range []directory.CohortID{m.a, m.b} {
		if rapid.Bool().Draw(t, "class "+string(c)) {
			next.Cohorts = append(next.Cohorts, c)
		}
	}
	got, err := m.w.Licensing.Delegate(context.Background(), actor(m.manager), next)
	want := ""
	if stands := m.mandate.State == licensing.MandateStanding; stands && !next.Budget.IsUnlimited() && m.out() > int64(next.Budget) {
		want = "licensing.mandate.spent"
	}
	expect(t, err, want)
	if want == "" {
		m.mandate = got
	}
}

// End takes the mandate back.
func (m *MandateMachine) End(t *rapid.T) {
	if rapid.IntRange(0, 2).Draw(t, "really") > 0 {
		t.Skip("managers seldom do")
	}
	want := ""
	if m.mandate.State != licensing.MandateStanding {
		want = "licensing.mandate.unknown"
	}
	expect(t, m.w.Licensing.EndMandate(context.Background(), actor(m.manager), m.school.ID, m.keeper), want)
	m.mandate.State = licensing.MandateEnded
}

// Move has a pupil leave, come back, or change class.
func (m *MandateMachine) Move(t *rapid.T) {
	p := m.pupil(t)
	to := rapid.SampledFrom([]directory.CohortID{m.a, m.b, ""}).Draw(t, "to")
	switch was := m.class[p]; {
	case was == to:
		t.Skip("there already")
	case to == "":
		m.w.Leave(m.school.ID, p)
		m.w.Follow()
		m.back([]directory.PersonID{p})
	case was == "":
		m.w.Arrive(m.school.ID, p, directory.Pupil, to)
	default:
		m.w.exec(`update membership set cohort = $3 where school = $1 and person = $2`, string(m.school.ID), string(p), string(to))
	}
	m.class[p] = to
}

// Check compares what is out with the model.
func (m *MandateMachine) Check(t *rapid.T) {
	all, err := m.w.Licensing.ListMandates(context.Background(), m.school.ID)
	if err != nil {
		t.Fatal(err)
	}
	if m.mandate.State != licensing.MandateStanding {
		if len(all) != 0 {
			t.Fatalf("ended, yet listed: %+v", all)
		}
		return
	}
	if len(all) != 1 || all[0].Spent != m.out() || !all[0].Budget.IsUnlimited() && all[0].Spent > int64(all[0].Budget) {
		t.Fatalf("got %+v, want %d out", all, m.out())
	}
}
