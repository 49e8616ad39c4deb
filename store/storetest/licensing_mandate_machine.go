package storetest

import (
	"cmp"
	"context"
	"slices"

	"pgregory.net/rapid"

	"pupitre/directory"
	"pupitre/journal"
	"pupitre/licensing"
)

// MandateMachine is a state machine over one delegate in a school of two classes: it does at random what the delegate, a manager, a teacher
// and the pupils do, beside a model. After each step what is out under the mandate must be what the model says, and never over the budget.
type MandateMachine struct {
	*office
	pupils  []directory.PersonID
	class   map[directory.PersonID]directory.CohortID // "" for one who is gone
	by      map[directory.PersonID]licensing.MandateID
	holds   map[directory.PersonID]bool
	last    map[directory.PersonID]journal.ActID // the act that moved their copy last; "" for a departure
	mandate licensing.Mandate
	acts    []mandateAct
	teacher directory.PersonID
	asked   *licensing.Suggestion // what the teacher suggests, and nobody has answered
}

// mandateAct is an act that moved copies: one gives, or takes back.
type mandateAct struct {
	id           journal.ActID
	own          bool // the delegate's
	given, taken []directory.PersonID
	under        map[directory.PersonID]licensing.MandateID // whose copies counted under which mandate until the act took them
}

// NewMandateMachine begins a run in a school of its own.
func NewMandateMachine(w *World) *MandateMachine {
	m := &MandateMachine{office: newOffice(w.TB, w), class: map[directory.PersonID]directory.CohortID{}, by: map[directory.PersonID]licensing.MandateID{},
		holds: map[directory.PersonID]bool{}, last: map[directory.PersonID]journal.ActID{}}
	for _, p := range m.inA {
		m.class[p] = m.a
	}
	for _, p := range m.inB {
		m.class[p] = m.b
	}
	m.pupils = slices.Concat(m.inA, m.inB)
	m.teacher = w.teach(m.school.ID, m.a, m.b)
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
	done, err := m.w.Licensing.Assign(context.Background(), actor(m.keeper), o)
	want := m.scoped(target)
	lack := m.without(there)
	left := m.left(lack)
	short := left < len(lack)
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
	m.given(done.Act, lack[:left])
}

// without lists those of some persons who have no copy, by class, then by name: the order in which they were made.
func (m *MandateMachine) without(there []directory.PersonID) []directory.PersonID {
	lack := slices.DeleteFunc(slices.Clone(there), func(p directory.PersonID) bool { return m.holds[p] })
	slices.SortFunc(lack, func(p, q directory.PersonID) int {
		return cmp.Or(cmp.Compare(m.class[p], m.class[q]), cmp.Compare(slices.Index(m.pupils, p), slices.Index(m.pupils, q)))
	})
	return lack
}

// left is how many of these the budget serves.
func (m *MandateMachine) left(lack []directory.PersonID) int {
	if m.mandate.Budget.IsUnlimited() {
		return len(lack)
	}
	return min(len(lack), max(0, int(m.mandate.Budget)-int(m.out())))
}

// given notes what an act of the delegate's gave.
func (m *MandateMachine) given(act journal.ActID, persons []directory.PersonID) {
	for _, p := range persons {
		m.holds[p], m.by[p], m.last[p] = true, m.mandate.ID, act
	}
	if len(persons) > 0 {
		m.acts = append(m.acts, mandateAct{id: act, own: true, given: persons})
	}
}

// Take has the delegate take back.
func (m *MandateMachine) Take(t *rapid.T) {
	target, there := m.target(t)
	done, err := m.w.Licensing.Release(context.Background(), actor(m.keeper), To(m.school, m.work, target))
	want := m.scoped(target)
	expect(t, err, want)
	if want == "" {
		m.back(done.Act, true, there)
	}
}

// back notes what an act took back; of a departure, which is none, act is "".
func (m *MandateMachine) back(act journal.ActID, own bool, persons []directory.PersonID) {
	held := slices.DeleteFunc(slices.Clone(persons), func(p directory.PersonID) bool { return !m.holds[p] })
	under := map[directory.PersonID]licensing.MandateID{}
	for _, p := range held {
		under[p] = m.by[p]
		delete(m.holds, p)
		delete(m.by, p)
		m.last[p] = act
	}
	if len(held) > 0 && act != "" {
		m.acts = append(m.acts, mandateAct{id: act, own: own, taken: held, under: under})
	}
}

// inside reports whether a pupil is in the scope now.
func (m *MandateMachine) inside(p directory.PersonID) bool {
	return len(m.mandate.Cohorts) == 0 || slices.Contains(m.mandate.Cohorts, m.class[p])
}

// Undo has the delegate undo an act: any that there was, theirs or a manager's, undone or not.
func (m *MandateMachine) Undo(t *rapid.T) {
	if len(m.acts) == 0 {
		t.Skip("nothing done")
	}
	a := rapid.SampledFrom(m.acts).Draw(t, "act")
	o := licensing.UndoOrder{School: m.school.ID, Act: a.id, For: m.keeper}
	if rapid.Bool().Draw(t, "serve") {
		o.Short = licensing.ShortServe
	}
	loses := slices.DeleteFunc(slices.Clone(a.given), func(p directory.PersonID) bool { return !m.holds[p] || m.last[p] != a.id })
	again := slices.DeleteFunc(m.without(a.taken), func(p directory.PersonID) bool { return m.class[p] == "" || m.last[p] != a.id })
	want := ""
	switch {
	case m.mandate.State != licensing.MandateStanding:
		want = "licensing.mandate.over"
	case !slices.ContainsFunc(slices.Concat(a.given, a.taken), m.inside):
		want = "licensing.act.unknown"
	case !a.own:
		want = "licensing.mandate.act"
	case slices.ContainsFunc(slices.Concat(loses, again), func(p directory.PersonID) bool { return !m.inside(p) }):
		want = "licensing.mandate.undo"
	}
	plan, err := m.w.Licensing.PlanUndo(context.Background(), o)
	expect(t, err, want)
	if want != "" {
		_, err := m.w.Licensing.Undo(context.Background(), actor(m.keeper), o, plan.Hash)
		expect(t, err, want)
		return
	}
	// What did not count when it was taken back does not now.
	costs := slices.DeleteFunc(slices.Clone(again), func(p directory.PersonID) bool { return a.under[p] != m.mandate.ID })
	left := m.left(costs)
	if left < len(costs) && o.Short != licensing.ShortServe {
		want = "licensing.mandate.budget"
	}
	done, err := m.w.Licensing.Undo(context.Background(), actor(m.keeper), o, plan.Hash)
	expect(t, err, want)
	if want == "" {
		m.back(done.Act, true, loses)
		m.given(done.Act, slices.DeleteFunc(again, func(p directory.PersonID) bool { return slices.Contains(costs[left:], p) }))
		for _, p := range again {
			if a.under[p] != m.mandate.ID {
				delete(m.by, p)
			}
		}
	}
}

// Answer has the teacher suggest something, unless they have, and the delegate answer it.
func (m *MandateMachine) Answer(t *rapid.T) {
	ctx := context.Background()
	if m.asked == nil {
		s := licensing.Suggestion{School: m.school.ID, Resource: m.work.ID, Targets: of(rapid.SampledFrom([][]directory.CohortID{{m.a}, {m.b}, {m.a, m.b}}).Draw(t, "classes")...)}
		made, err := m.w.Licensing.Suggest(ctx, actor(m.teacher), s)
		if err != nil {
			expect(t, err, "licensing.suggestion.held|licensing.suggestion.nobody")
			return
		}
		m.asked = &made
	}
	want := ""
	switch {
	case m.mandate.State != licensing.MandateStanding:
		want = "licensing.mandate.over"
	case slices.ContainsFunc(m.asked.Targets, func(target licensing.Target) bool { return m.scoped(target) != "" }):
		want = "licensing.suggestion.unknown"
	}
	if rapid.IntRange(0, 3).Draw(t, "answer") == 0 {
		expect(t, m.w.Licensing.DeclineSuggestions(ctx, actor(m.keeper), m.school.ID, []licensing.SuggestionID{m.asked.ID}, "Au second trimestre."), want)
		if want == "" {
			m.asked = nil
		}
		return
	}
	a := licensing.Acceptance{School: m.school.ID, For: m.keeper, Parts: []licensing.Part{{Suggestion: m.asked.ID}}}
	if rapid.Bool().Draw(t, "serve") {
		a.Short = licensing.ShortServe
	}
	plan, err := m.w.Licensing.PlanSuggestions(ctx, a)
	expect(t, err, want)
	var there []directory.PersonID
	for _, p := range m.pupils {
		if slices.ContainsFunc(m.asked.Targets, func(target licensing.Target) bool { return target.ID == string(m.class[p]) }) {
			there = append(there, p)
		}
	}
	lack := m.without(there)
	left := m.left(lack)
	switch {
	case want != "":
	case left < len(lack) && (a.Short != licensing.ShortServe || left == 0):
		want = "licensing.mandate.budget"
	case len(there) == 0:
		want = "licensing.suggestion.nobody"
	}
	done, err := m.w.Licensing.ApplySuggestions(ctx, actor(m.keeper), a, plan.Hash)
	expect(t, err, want)
	if want == "" {
		m.given(done.Act, lack[:left])
		m.asked = nil
	}
}

// Manage has the manager give or take back, whom no mandate limits.
func (m *MandateMachine) Manage(t *rapid.T) {
	target, there := m.target(t)
	if len(there) == 0 {
		t.Skip("nobody is there")
	}
	if rapid.Bool().Draw(t, "take") {
		done, err := m.w.Licensing.Release(context.Background(), actor(m.manager), To(m.school, m.work, target))
		expect(t, err, "")
		m.back(done.Act, false, there)
		return
	}
	done, err := m.w.Licensing.Assign(context.Background(), actor(m.manager), To(m.school, m.work, target))
	expect(t, err, "")
	lack := m.without(there)
	for _, p := range lack {
		m.holds[p], m.last[p] = true, done.Act
	}
	if len(lack) > 0 {
		m.acts = append(m.acts, mandateAct{id: done.Act, given: lack})
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
		m.back("", false, []directory.PersonID{p})
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
