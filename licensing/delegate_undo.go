package licensing

import (
	"context"
	"slices"

	"pupitre/directory"
	"pupitre/internal/fault"
)

// own refuses to a delegate an act that is not theirs. One that touched nothing of their scope is not there.
func (o UndoOrder) own(ctx context.Context, r Reader, person directory.PersonID) error {
	m, err := limiting(ctx, r, r.FindMandate, o.School, person)
	if m == nil || err != nil {
		return err
	}
	entry, err := findEntry(ctx, r, o.School, o.Act, m)
	if err == nil && personOf(entry.Entry.Actor) != m.Person {
		err = fault.New(fault.Denied, "licensing.mandate.act")
	}
	return err
}

// within holds an undo to a delegate's scope: whatever would move must lie in it. Of what has nothing left to undo, what lies outside is
// not told.
func (p UndoPlan) within(ctx context.Context, r Reader, m *Mandate) (UndoPlan, error) {
	if m == nil {
		return p, nil
	}
	touched := persons(slices.Concat(p.Back, p.Again, p.Kept))
	for _, o := range p.Outcomes {
		touched = append(touched, o.Person)
	}
	in, err := m.among(ctx, r, touched)
	if err != nil {
		return p, err
	}
	outside := func(g GivenTarget) bool { return !m.Allows(g.Resource) || !m.reaches(g.Target, in) }
	beyond := slices.ContainsFunc(slices.Concat(p.Back, p.Again), outside)
	p.Figures = slices.Clone(p.Figures)
	p.Outcomes = slices.DeleteFunc(p.Outcomes, func(o Outcome) bool {
		if m.Allows(o.Resource) && in(o.Person) {
			return false
		}
		beyond = beyond || o.Verdict == Gets || o.Verdict == Loses || o.Why == WhyShort || o.Why == WhyBudget
		p.forget(o)
		return true
	})
	if beyond {
		return UndoPlan{}, fault.New(fault.Denied, "licensing.mandate.undo")
	}
	p.Kept = slices.DeleteFunc(p.Kept, outside)
	p.Figures = slices.DeleteFunc(p.Figures, func(f Figures) bool { return !m.Allows(f.Resource) })
	return p, nil
}

// forget takes an outcome that moves nothing out of the figures.
func (p UndoPlan) forget(o Outcome) {
	i := slices.IndexFunc(p.Figures, func(f Figures) bool { return f.Resource == o.Resource })
	switch f := &p.Figures[i]; o.Verdict {
	case Has:
		f.Has--
	case Lacks:
		f.Lacks--
	case Cannot:
		f.Cannot--
	}
}

// within leaves of an act what lies in a delegate's scope: of its resources, its copies and whom it named. Whether others waited is not
// theirs to know unless the act was; nor can they undo it then.
func (d Deed) within(ctx context.Context, r Reader, m *Mandate, changes []Change) (Deed, error) {
	if m == nil {
		return d, nil
	}
	in, err := m.among(ctx, r, named(d.Targets))
	d.Changes = changes
	d.Targets = slices.DeleteFunc(d.Targets, func(t Target) bool { return !m.reaches(t, in) })
	if personOf(d.By) != m.Person {
		d.Short = 0
	}
	return d, err
}
