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
	if o.Only.narrows() && !o.Take {
		return o, fault.New(fault.Invalid, "licensing.order.only")
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
	g, siteWide, err := lay(ctx, r, order, pools)
	if err != nil {
		return ground{}, err
	}
	if g.persons, err = candidates(ctx, r, order, pools, siteWide); err != nil {
		return ground{}, err
	}
	return g, g.loadHeld(ctx, r, order, pools)
}

// lay begins a ground: what there is to give, and nobody yet. siteWide is whether rights given to groups have to be weighed.
func lay(ctx context.Context, r Reader, order Order, pools []Pool) (ground, bool, error) {
	school, err := r.FindSchool(ctx, order.School)
	if err != nil {
		return ground{}, false, err
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
			return ground{}, false, err
		}
		for _, t := range given {
			g.given[t.Resource] = append(g.given[t.Resource], t)
		}
	}
	return g, siteWide, nil
}

func (g ground) loadHeld(ctx context.Context, r Reader, order Order, pools []Pool) error {
	if len(g.persons) == 0 {
		return nil
	}
	persons, among := make([]directory.PersonID, len(g.persons)), make(map[directory.PersonID]bool, len(g.persons))
	for i, c := range g.persons {
		persons[i], among[c.Person] = c.Person, true
	}
	for _, p := range pools {
		if p.Ended || p.Assigned == 0 {
			continue // nobody holds a copy out of it
		}
		of := persons
		if int64(len(of)) > p.Assigned {
			of = nil // all copies are fewer
		}
		held, err := r.ListHeld(ctx, order.School, p.ID, of)
		if err != nil {
			return err
		}
		g.held[p.ID] = make(map[directory.PersonID]Held, len(held))
		for _, h := range held {
			if among[h.Person] {
				g.held[p.ID][h.Person] = h
			}
		}
	}
	return nil
}

// candidates lists whom the targets name and the order is for, each person once, with their class; with their groups where rights given
// to groups have to be weighed.
func candidates(ctx context.Context, r Reader, order Order, pools []Pool, groups bool) ([]Candidate, error) {
	var all []Candidate
	at := map[directory.PersonID]int{}
	school := false
	byName, err := oneByOne(ctx, r, order)
	if err != nil {
		return nil, err
	}
	for _, t := range order.Targets {
		school = school || t.Kind == WholeSchool
		some, err := order.named(ctx, r, pools, t, byName)
		if err != nil {
			return nil, err
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
	var placed []directory.PersonID
	if !school || order.Only.few() {
		for _, c := range all {
			placed = append(placed, c.Person)
		}
	}
	if order.Rank == ByName && !groups {
		return all, nil // nobody asks for classes
	}
	return settled(ctx, r, order.School, groups, all, placed)
}

// settled adds to each candidate the class they are in, and with groups their groups. persons are all of them, or none where they are a
// whole school's.
func settled(ctx context.Context, r Reader, school directory.SchoolID, groups bool, all []Candidate, persons []directory.PersonID) ([]Candidate, error) {
	if len(all) == 0 {
		return nil, nil
	}
	places, err := r.ListPlaces(ctx, school, groups, persons)
	if err != nil {
		return nil, err
	}
	at := make(map[directory.PersonID]int, len(all))
	for i, c := range all {
		at[c.Person] = i
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

// oneByOne finds whoever the order names one by one, by target, in one question however many they are. Who left is among them where copies
// are taken back.
func oneByOne(ctx context.Context, r Reader, order Order) (map[string][]Candidate, error) {
	out := map[string][]Candidate{}
	var persons []directory.PersonID
	for _, t := range order.Targets {
		if t.Kind == Person && len(t.Profiles) == 0 {
			persons = append(persons, directory.PersonID(t.ID))
			out[t.String()] = nil
		}
	}
	if len(persons) < 2 {
		return nil, nil // ListCandidates asks as much
	}
	some, err := r.ListNamed(ctx, order.School, persons, order.Take)
	if err != nil {
		return nil, err
	}
	for _, c := range some {
		t := ToPerson(c.Person).String()
		out[t] = append(out[t], c)
	}
	return out, nil
}
