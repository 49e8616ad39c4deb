package licensing

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/journal"
)

// Double is one person who has one resource twice in a school (« exemplaire en double »): two copies out of two subscriptions, or a copy
// beside a right of the whole school.
type Double struct {
	Resource catalogue.ResourceID
	Person   directory.PersonID
}

// DoubleReader finds who has something twice.
type DoubleReader interface {
	// ListDoubles returns, by resource and person, who has a resource twice in a school by pools in force on the day.
	ListDoubles(ctx context.Context, school directory.SchoolID, today clock.Date) ([]Double, error)
}

// ListDoubles lists who has a resource twice in a school, by resource and person; within a delegate's mandate, those in its scope.
func (s *Service) ListDoubles(ctx context.Context, school directory.SchoolID, within *Mandate) ([]Double, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) ([]Double, error) { return doubles(ctx, r, school, within) })
}

func doubles(ctx context.Context, r Reader, school directory.SchoolID, within *Mandate) ([]Double, error) {
	at, err := r.FindSchool(ctx, school)
	if err != nil {
		return nil, err
	}
	list, err := r.ListDoubles(ctx, school, today(r, at))
	if err != nil || within == nil {
		return list, err
	}
	who := make([]directory.PersonID, len(list))
	for i, d := range list {
		who[i] = d.Person
	}
	in, err := within.among(ctx, r, who)
	return slices.DeleteFunc(list, func(d Double) bool { return !within.Allows(d.Resource) || !in(d.Person) }), err
}

// PlanUndouble says which of the copies that people have twice would come back; nothing changes. What stays anyway is kept: a right of the
// whole school, a copy that was opened and is consumed. Where nothing does, the copy that was opened is kept, else the one that would be
// drawn first. For each double the plan says what is kept (Has, or Cannot where it is consumed) and what comes back (Loses). Where the person
// asks as a delegate, it is of their scope; ReleaseDoubles holds its actor to it as well.
func (s *Service) PlanUndouble(ctx context.Context, school directory.SchoolID, person directory.PersonID) (Plan, error) {
	p, err := read(ctx, s, func(ctx context.Context, r Reader) (Plan, error) {
		return undouble(ctx, r, school, r.ListPools, person, r.FindMandate)
	})
	if err != nil {
		return Plan{}, fmt.Errorf("plan to undo doubles in school %s: %w", school, err)
	}
	return p, nil
}

// ReleaseDoubles carries out the plan whose Hash the manager saw, in one act: a release like any other. If outcomes have changed since, it
// does nothing and answers Conflict (licensing.plan.changed) with the new plan.
func (s *Service) ReleaseDoubles(ctx context.Context, by journal.Actor, school directory.SchoolID, hash string) (Applied, error) {
	var done Applied
	err := s.Store.Write(ctx, func(ctx context.Context, w Writer) (err error) {
		done = Applied{}
		if done.Plan, err = undouble(ctx, w, school, w.LockPools, personOf(by), w.LockMandate); err != nil {
			return err
		}
		if done.Plan.Hash != hash {
			return fault.New(fault.Conflict, "licensing.plan.changed")
		}
		done.Act, err = carryWith(ctx, w, by, done.Plan, false) // everybody keeps one: no rule would give another
		return err
	})
	if err != nil {
		return Applied{Plan: done.Plan}, fmt.Errorf("release doubles in school %s: %w", school, err)
	}
	return done, nil
}

// undouble gathers the ground of the doubles there are, and decides. pools is ListPools or LockPools.
func undouble(ctx context.Context, r Reader, school directory.SchoolID, pools func(context.Context, directory.SchoolID, []catalogue.ResourceID) ([]Pool, error),
	person directory.PersonID, find finding) (Plan, error) {
	mandate, err := limiting(ctx, r, r.FindMandate, school, person)
	if err != nil {
		return Plan{}, err
	}
	doubled, err := doubles(ctx, r, school, mandate)
	if err != nil {
		return Plan{}, err
	}
	order := Order{School: school, Rank: ByClass, Take: true}
	var persons []directory.PersonID
	for _, d := range doubled {
		order.Resources, persons = append(order.Resources, d.Resource), append(persons, d.Person)
	}
	if order.Resources, persons = distinct(order.Resources), distinct(persons); len(doubled) == 0 {
		return decideDoubles(order, ground{}, nil), nil
	}
	locked, err := pools(ctx, school, order.Resources)
	if err != nil {
		return Plan{}, err
	}
	held := order // to the mandate as it is now, behind its lock
	for _, p := range persons {
		held.Targets = append(held.Targets, ToPerson(p))
	}
	if _, err := mandated(ctx, r, find, person, held); err != nil {
		return Plan{}, err
	}
	g, siteWide, err := lay(ctx, r, order, locked)
	if err != nil {
		return Plan{}, err
	}
	named, err := r.ListNamed(ctx, school, persons)
	if err != nil {
		return Plan{}, err
	}
	if g.persons, err = settled(ctx, r, school, siteWide, named, persons); err != nil {
		return Plan{}, err
	}
	if err := g.loadHeld(ctx, r, order, locked); err != nil {
		return Plan{}, err
	}
	return decideDoubles(order, g, doubled), nil
}

// decideDoubles makes the plan. It is pure.
func decideDoubles(order Order, g ground, doubles []Double) Plan {
	p := Plan{Order: order}
	persons := slices.Clone(g.persons)
	slices.SortFunc(persons, order.Rank.compare)
	for _, resource := range order.Resources {
		d := decision{order: order, ground: g, resource: resource, pools: slices.Clone(g.pools[resource]), figures: Figures{Resource: resource}}
		slices.SortFunc(d.pools, Pool.drawnBefore)
		d.figures.Before = Tally(d.pools, g.today)
		for _, c := range persons {
			if slices.Contains(doubles, Double{resource, c.Person}) {
				c.Through = Target{Kind: Person}
				d.keepOne(c)
			}
		}
		d.figures.After = Tally(d.pools, g.today)
		p.Outcomes = append(p.Outcomes, d.outcomes...)
		p.Figures = append(p.Figures, d.figures)
	}
	p.Hash = fingerprint(p)
	return p
}

// keepOne keeps one of a person's rights, and takes the other copies back.
func (d *decision) keepOne(c Candidate) {
	var loose []*Pool // copies that can come back
	stays := false
	for i := range d.pools {
		p := &d.pools[i]
		if !p.InForce(d.ground.today) {
			continue
		}
		h, holds := d.ground.held[p.ID][c.Person]
		switch {
		case holds && h.lockedIn(*p):
			d.say(c, Cannot, *p, WhyLocked)
			stays = true
		case holds:
			loose = append(loose, p)
		case p.SiteWide() && d.covered(c, *p):
			d.say(c, Has, *p, "")
			stays = true
		}
	}
	if !stays {
		opened := func(p *Pool) int { return boolInt(d.ground.held[p.ID][c.Person].Opened) }
		slices.SortStableFunc(loose, func(a, b *Pool) int { return cmp.Compare(opened(b), opened(a)) })
		if len(loose) > 0 {
			d.say(c, Has, *loose[0], "")
			loose = loose[1:]
		}
	}
	for _, p := range loose {
		p.Assigned--
		d.say(c, Loses, *p, "")
	}
}
