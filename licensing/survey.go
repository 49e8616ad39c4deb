package licensing

import (
	"context"
	"slices"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
)

// check holds an order to its form, and settles it: each resource and target once, the default rank.
func (o Order) check() (Order, error) {
	if o.School == "" || len(o.Resources) == 0 || len(o.Targets) == 0 {
		return o, fault.New(fault.Invalid, "licensing.order.empty")
	}
	if o.Rank == "" {
		o.Rank = ByClass
	}
	if o.Rank != ByClass && o.Rank != ByName || o.Short != ShortStop && o.Short != ShortServe {
		return o, fault.New(fault.Invalid, "licensing.order.choice")
	}
	seen := map[catalogue.ResourceID]bool{}
	o.Resources = slices.DeleteFunc(slices.Clone(o.Resources), func(r catalogue.ResourceID) bool {
		again := seen[r]
		seen[r] = true
		return again
	})
	named := map[string]bool{}
	o.Targets = slices.DeleteFunc(slices.Clone(o.Targets), func(t Target) bool {
		again := named[t.String()]
		named[t.String()] = true
		return again
	})
	return o, nil
}

// survey gathers the ground of an order. In Apply the pools have been locked, so what it reads of them stays true.
func survey(ctx context.Context, r Reader, order Order, pools []Pool) (ground, error) {
	school, err := r.FindSchool(ctx, order.School)
	if err != nil {
		return ground{}, err
	}
	g := ground{today: clock.On(r.Now(), school.Zone()), pools: map[catalogue.ResourceID][]Pool{},
		held: map[PoolID]map[directory.PersonID]Held{}, given: map[catalogue.ResourceID][]GivenTarget{}}
	siteWide := false
	for _, p := range pools {
		g.pools[p.Resource] = append(g.pools[p.Resource], p)
		siteWide = siteWide || p.Kind == Establishment
	}
	if siteWide {
		given, err := r.ListGiven(ctx, order.School, order.Resources)
		if err != nil {
			return ground{}, err
		}
		for _, t := range given {
			g.given[t.Resource] = append(g.given[t.Resource], t)
		}
	}
	if g.persons, err = candidates(ctx, r, order, siteWide); err != nil {
		return ground{}, err
	}
	return g, g.loadHeld(ctx, r, order, pools)
}

func (g ground) loadHeld(ctx context.Context, r Reader, order Order, pools []Pool) error {
	persons := make([]directory.PersonID, len(g.persons))
	for i, c := range g.persons {
		persons[i] = c.Person
	}
	for _, p := range pools {
		if p.Ended || p.Assigned == 0 {
			continue // nobody holds a copy out of it
		}
		held, err := r.ListHeld(ctx, order.School, p.ID, persons)
		if err != nil {
			return err
		}
		g.held[p.ID] = make(map[directory.PersonID]Held, len(held))
		for _, h := range held {
			g.held[p.ID][h.Person] = h
		}
	}
	return nil
}

// candidates lists whom the targets name, each person once, with their class; with their groups where rights given to groups
// have to be weighed.
func candidates(ctx context.Context, r Reader, order Order, groups bool) ([]Candidate, error) {
	var all []Candidate
	at := map[directory.PersonID]int{}
	school := false
	one, err := named(ctx, r, order)
	if err != nil {
		return nil, err
	}
	for _, t := range order.Targets {
		school = school || t.Kind == WholeSchool
		some := one[t.ID]
		if t.Kind != Person || len(t.Profiles) > 0 {
			if some, err = r.ListCandidates(ctx, order.School, t, order.Take); err != nil {
				return nil, err
			}
		}
		for _, c := range some {
			if _, ok := at[c.Person]; !ok {
				c.Through = t
				if t.Kind == Person {
					c.Through = Target{Kind: Person} // the person is said beside it
				}
				at[c.Person] = len(all)
				all = append(all, c)
			}
		}
	}
	var persons []directory.PersonID
	if !school {
		for _, c := range all {
			persons = append(persons, c.Person)
		}
	}
	if len(all) == 0 {
		return nil, nil
	}
	places, err := r.ListPlaces(ctx, order.School, groups, persons)
	if err != nil {
		return nil, err
	}
	for _, p := range places {
		if i, ok := at[p.Person]; ok {
			all[i].Cohorts = append(all[i].Cohorts, p.Cohort)
			// Teachers are in many classes: only a pupil is of one.
			if p.Class != "" && slices.Contains(all[i].Profiles, directory.Pupil) && (all[i].Class == "" || p.Class < all[i].Class) {
				all[i].Class = p.Class
			}
		}
	}
	return all, nil
}

// named lists the persons whom the order names one by one, in one question: a file may name thousands.
func named(ctx context.Context, r Reader, order Order) (map[string][]Candidate, error) {
	var ids []directory.PersonID
	for _, t := range order.Targets {
		if t.Kind == Person && len(t.Profiles) == 0 {
			ids = append(ids, directory.PersonID(t.ID))
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	list, err := r.ListNamed(ctx, order.School, ids, order.Take)
	out := make(map[string][]Candidate, len(list))
	for _, c := range list {
		out[string(c.Person)] = []Candidate{c}
	}
	return out, err
}
