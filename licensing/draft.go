package licensing

import (
	"context"
	"fmt"
	"slices"

	"pupitre/catalogue"
	"pupitre/directory"
)

// Draft is Population, and what an order that gives the crowd's resource in its school would do: Weigh, of the same reading and without a
// hash. An order of nobody is not weighed.
func (s *Service) Draft(ctx context.Context, c Crowd, page directory.Page, chosen Order) (Population, error) {
	out, err := read(ctx, s, func(ctx context.Context, r Reader) (p Population, err error) {
		of := Order{School: c.School, Resources: []catalogue.ResourceID{c.Resource}, Rank: ByName}
		pools, err := r.ListPools(ctx, of.School, of.Resources)
		if err != nil {
			return p, err
		}
		g, _, err := lay(ctx, r, of, pools)
		if err != nil {
			return p, err
		}
		inForce := poolsInForce(pools, g.today)
		there, err := muster(ctx, r, c.School, inForce, true)
		if err != nil {
			return p, err
		}
		if p, err = c.count(ctx, r, there, inForce); err != nil {
			return p, err
		}
		p.Members = there.Members
		members, err := r.ListCrowd(ctx, c, inForce, page.Bounded())
		if err != nil {
			return p, err
		}
		if p.Persons, err = stand(ctx, r, of, g, there, members); err != nil || len(chosen.Targets) == 0 {
			return p, err
		}
		of.Targets, of.For = chosen.Targets, chosen.For
		p.Plan, err = weighed(ctx, r, of, g, there)
		return p, err
	})
	if err != nil {
		return Population{}, fmt.Errorf("population of %s for %s: %w", c.School, c.Resource, err)
	}
	return out, nil
}

// weighed weighs an order on a ground that has nobody yet.
func weighed(ctx context.Context, r Reader, order Order, g ground, there Muster) (Plan, error) {
	order, err := order.check()
	if err != nil {
		return Plan{}, err
	}
	if g.mandate, err = mandated(ctx, r, r.FindMandate, order.For, order); err != nil {
		return Plan{}, err
	}
	return outline(order, g.peopled(there, order.Targets)), nil
}

// stand says how each member stands, by a plan that is not applied, on a ground that has nobody yet.
func stand(ctx context.Context, r Reader, order Order, g ground, there Muster, members []directory.Member) ([]Standing, error) {
	out := make([]Standing, len(members))
	at := make(map[directory.PersonID]*Standing, len(members))
	for i, m := range members {
		out[i].Member = m
		at[m.Person] = &out[i]
		order.Targets = append(order.Targets, ToPerson(m.Person))
	}
	g.persons = there.candidates(order.Targets)
	g.held = map[PoolID]map[directory.PersonID]Held{}
	if err := g.loadHeld(ctx, r, order, there.pools); err != nil { // the muster does not know when a copy was opened
		return nil, err
	}
	for _, o := range outline(order, g).Outcomes {
		who := at[o.Person]
		who.Verdict, who.Why, who.SiteWide, who.Last = o.Verdict, o.Why, o.SiteWide, o.Used
	}
	there.place(at)
	return out, nil
}

// place says which class and groups they are in.
func (m Muster) place(who map[directory.PersonID]*Standing) {
	for cohort, members := range m.Members {
		for _, person := range members {
			switch s := who[person]; {
			case s == nil:
			case !m.Classes[cohort]:
				s.Groups = append(s.Groups, cohort)
			case s.Profile == directory.Pupil && (s.Class == "" || cohort < s.Class):
				s.Class = cohort
			}
		}
	}
	for _, s := range who {
		slices.Sort(s.Groups)
	}
}
