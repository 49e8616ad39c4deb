package licensing

import (
	"context"
	"slices"
	"time"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/journal"
)

// MandateID identifies one naming of a delegate: who is named again after the end has another, and spends from nothing.
type MandateID string

// MandateState tells whether a mandate stands.
type MandateState string

// FactMandateChanged tells that the mandate of Fact.Person in Fact.School has other terms, or ended. It has no body.
const FactMandateChanged = "licensing.mandate.changed"

// The states. A mandate that stands may still be over by its last day: see InForce.
const (
	MandateStanding MandateState = "standing"
	MandateEnded    MandateState = "ended" // by the word of a manager or the head
)

// Mandate (« délégation ») lets somebody of a school, the delegate (« délégué »), who is not one of its assignment managers give and
// take copies there as a manager does, but within a scope and a budget. A school's delegate has one.
type Mandate struct {
	School    directory.SchoolID
	Person    directory.PersonID
	ID        MandateID
	Cohorts   []directory.CohortID   // the classes and groups in its scope; none means the whole school
	Resources []catalogue.ResourceID // the resources in its scope; none means all
	Budget    Count                  // how many copies may be out under it at once, Unlimited for any number
	Spent     int64                  // of them, how many are: given by the delegate, and not come back
	Until     clock.Date             // its last day, the school's
	By        directory.PersonID     // who gave it its present terms
	Since     time.Time
	State     MandateState
	Present   bool           // the delegate is in the school now; who left may do nothing, and may again once back
	Name      directory.Name // of the delegate, for lists
	Over      bool           // its last day is past, for lists
}

// InForce reports whether the delegate may act on the day, which is the school's.
func (m Mandate) InForce(today clock.Date) bool {
	return m.State == MandateStanding && m.Present && !m.Until.Before(today)
}

// Left is how many copies the delegate may still give; 0 where Budget is Unlimited, so ask that first.
func (m Mandate) Left() int64 {
	if m.Budget.IsUnlimited() {
		return 0
	}
	return max(0, int64(m.Budget)-m.Spent)
}

// Allows reports whether a resource is in the scope.
func (m Mandate) Allows(resource catalogue.ResourceID) bool {
	return len(m.Resources) == 0 || slices.Contains(m.Resources, resource)
}

// Covers reports whether a target is in the scope by itself. Of a person only where they are tells (see admits).
func (m Mandate) Covers(t Target) bool {
	return len(m.Cohorts) == 0 || t.Kind == Cohort && slices.Contains(m.Cohorts, directory.CohortID(t.ID))
}

// purse is what a decision may spend of the budget; nil is no limit.
func (m *Mandate) purse() *int64 {
	if m == nil || m.Budget.IsUnlimited() {
		return nil
	}
	left := m.Left()
	return &left
}

// finding is the reader's FindMandate or, where something will be carried out, the writer's LockMandate.
type finding func(context.Context, directory.SchoolID, directory.PersonID) (Mandate, error)

// mandated returns the mandate under which somebody acts, once it has been held to the order; nil for whoever needs none.
func mandated(ctx context.Context, r Reader, find finding, person directory.PersonID, order Order) (*Mandate, error) {
	m, err := limiting(ctx, r, find, order.School, person)
	if m == nil || err != nil {
		return nil, err
	}
	return m, m.admits(ctx, r, order)
}

// limiting returns the mandate that limits somebody in a school, nil for whoever needs none; one that is over lets nobody act.
//
// An assignment manager needs none, whatever mandate they once had. That anybody else may act at all is the caller's to know: whoever
// has no mandate here passes.
func limiting(ctx context.Context, r Reader, find finding, school directory.SchoolID, person directory.PersonID) (*Mandate, error) {
	if person == "" {
		return nil, nil
	}
	m, err := find(ctx, school, person)
	if absent(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	at, err := r.FindSchool(ctx, school)
	if err != nil {
		return nil, err
	}
	if !m.InForce(today(r, at)) {
		return nil, fault.New(fault.Denied, "licensing.mandate.over", "end", m.Until)
	}
	return &m, nil
}

// personOf is the person whose mandate limits what an actor does.
func personOf(by journal.Actor) directory.PersonID {
	if by.Kind != journal.ByPerson {
		return ""
	}
	return directory.PersonID(by.ID)
}

// admits refuses an order that the mandate does not cover, and says of which part.
func (m Mandate) admits(ctx context.Context, r Reader, order Order) error {
	for _, resource := range order.Resources {
		if !m.Allows(resource) {
			return fault.New(fault.NotFound, "licensing.mandate.resource", "resource", string(resource))
		}
	}
	if len(m.Cohorts) == 0 {
		return nil
	}
	var persons []directory.PersonID
	for _, t := range order.Targets {
		switch {
		case m.Covers(t):
		case t.Kind == Person:
			persons = append(persons, directory.PersonID(t.ID))
		case t.Kind == WholeSchool:
			return fault.New(fault.Denied, "licensing.mandate.school")
		default:
			return m.outside(ctx, r, directory.CohortID(t.ID))
		}
	}
	return m.amongst(ctx, r, persons)
}

// outside names the class that is not in the scope; one of another school looks like one that does not exist.
func (m Mandate) outside(ctx context.Context, r Reader, id directory.CohortID) error {
	known, err := r.ListLabels(ctx, m.School, []directory.CohortID{id})
	switch label, ok := known[id]; {
	case err != nil:
		return err
	case ok:
		return fault.New(fault.Denied, "licensing.mandate.cohort", "name", label)
	}
	return fault.New(fault.NotFound, "licensing.mandate.cohort.unknown")
}

// amongst refuses persons who are in none of the scope's classes and groups now.
func (m Mandate) amongst(ctx context.Context, r Reader, persons []directory.PersonID) error {
	in, err := m.among(ctx, r, persons)
	if err != nil {
		return err
	}
	for _, p := range persons {
		if !in(p) {
			return fault.New(fault.Denied, "licensing.mandate.person", "person", string(p))
		}
	}
	return nil
}

// among tells which of some persons are in the scope now: in one of its classes and groups, or anybody where it is the whole school. No
// mandate is no limit.
func (m *Mandate) among(ctx context.Context, r Reader, persons []directory.PersonID) (in func(directory.PersonID) bool, err error) {
	if m == nil || len(m.Cohorts) == 0 {
		return func(directory.PersonID) bool { return true }, nil
	}
	there := make(map[directory.PersonID]bool, len(persons))
	if len(persons) > 0 {
		var places []Place
		places, err = r.ListPlaces(ctx, m.School, true, distinct(persons))
		for _, p := range places {
			there[p.Person] = there[p.Person] || slices.Contains(m.Cohorts, p.Cohort)
		}
	}
	return func(p directory.PersonID) bool { return there[p] }, err
}

// named are the persons among some targets.
func named(targets []Target) (list []directory.PersonID) {
	for _, t := range targets {
		if t.Kind == Person {
			list = append(list, directory.PersonID(t.ID))
		}
	}
	return list
}

// reaches reports whether a target is in the scope; in is what among said of the persons.
func (m *Mandate) reaches(t Target, in func(directory.PersonID) bool) bool {
	return m == nil || m.Covers(t) || t.Kind == Person && in(directory.PersonID(t.ID))
}

// given keeps the targets that let in somebody of the scope: those of it, and the whole school.
func (m *Mandate) given(ctx context.Context, r Reader, all []GivenTarget) ([]GivenTarget, error) {
	var targets []Target
	for _, g := range all {
		targets = append(targets, g.Target)
	}
	in, err := m.among(ctx, r, named(targets))
	return slices.DeleteFunc(all, func(g GivenTarget) bool { return g.Target.Kind != WholeSchool && !m.reaches(g.Target, in) }), err
}

// allows is Allows, of whoever needs no mandate too.
func (m *Mandate) allows(resource catalogue.ResourceID) bool { return m == nil || m.Allows(resource) }

// spend counts the copies that a plan gave against the mandate.
func (m *Mandate) spend(ctx context.Context, w Writer, act journal.ActID, p Plan) error {
	if m == nil || act == "" {
		return nil
	}
	if n := p.spends(); n > 0 {
		return w.SpendMandate(ctx, act, *m, n)
	}
	return nil
}

// spendAgain counts the copies that an undo gave again, but for those that the mandate did not count when they were taken back.
func (m *Mandate) spendAgain(ctx context.Context, w Writer, act journal.ActID, p UndoPlan) error {
	if m == nil || act == "" {
		return nil
	}
	n := Plan{Outcomes: p.Outcomes}.spends() - int64(len(p.Spared))
	if n == 0 {
		return nil
	}
	if err := w.SpendMandate(ctx, act, *m, n); err != nil {
		return err
	}
	spared := make([]HeldCopy, len(p.Spared))
	for i, o := range p.Spared {
		spared[i] = HeldCopy{o.Pool, o.Person}
	}
	return w.SpareMandate(ctx, act, *m, spared)
}

// spends is how many copies a plan takes from a delegate's budget.
func (p Plan) spends() (n int64) {
	for _, o := range p.Outcomes {
		if o.Verdict == Gets && !o.SiteWide {
			n++
		}
	}
	return n
}

// overBudget counts those of a plan who cannot be served because the delegate's budget is spent.
func (p Plan) overBudget() (n int64) {
	for _, o := range p.Outcomes {
		if o.Why == WhyBudget {
			n++
		}
	}
	return n
}
