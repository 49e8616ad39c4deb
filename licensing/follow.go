package licensing

import (
	"context"
	"fmt"
	"slices"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/journal"
)

// follower is the name under which licensing remembers how far it has read.
const follower = "licensing"

// Follow acts on what the directory tells, at most limit facts; call again while it returns limit. Each fact is acted on once,
// and acting on it again would change nothing.
//
//	a person left          the copies that can come back do; the consumed ones stay consumed; what they suggested is withdrawn
//	arrived, moved         counted school-wide rights given to their school or class reach them, as long as copies last; standing rules
//	                       serve them, or take back what they are to give back
//	a school joined        subscriptions by nature open their pools there
//	counters moved         standing rules serve those who wait, where copies may have come
func (s *Service) Follow(ctx context.Context, limit int) (int, error) {
	return s.Store.Follow(ctx, follower, limit, func(ctx context.Context, w Writer, f journal.Fact) error {
		school, person := directory.SchoolID(f.School), directory.PersonID(f.Person)
		switch f.Topic {
		case directory.PersonLeft:
			if err := left(ctx, w, school, person); err != nil {
				return err
			}
			return retire(ctx, w, school, person) // after the pools: suggestions are locked last
		case directory.PersonArrived, directory.PersonMoved:
			if err := reach(ctx, w, school, person); err != nil {
				return err
			}
			return newcomer(ctx, w, school, person)
		case FactPoolChanged:
			return stocked(ctx, w, school, f)
		case directory.SchoolJoined:
			return s.join(ctx, w, school)
		}
		return nil
	})
}

// left takes back what somebody who is gone can give back, and tells that school-wide rights no longer reach them.
func left(ctx context.Context, w Writer, school directory.SchoolID, person directory.PersonID) error {
	still, err := w.ListCandidates(ctx, school, ToPerson(person), false)
	if err != nil || len(still) > 0 {
		return err // they have come back since, or keep another profile here
	}
	// Whoever is giving them a copy at this moment still took them for present: their locks are waited for, and what they gave is seen.
	pools, err := w.LockPools(ctx, school, nil)
	if err != nil {
		return err
	}
	held, err := w.ListHeldBy(ctx, school, person)
	if err != nil {
		return err
	}
	resources, err := given(ctx, w, school)
	if err != nil {
		return err
	}
	back, err := takeBackAll(ctx, w, school, person, pools, held)
	if err != nil {
		return err
	}
	resources = append(resources, back...)
	if len(held) == 0 && len(resources) == 0 {
		return nil
	}
	return tell(ctx, w, school, []directory.PersonID{person}, RightChanged{Resources: distinct(resources), Cause: CauseLeft})
}

// takeBackAll takes back, out of locked pools, the copies that are not consumed, and returns the resources of all of them: the person can open none
// of these here any more.
func takeBackAll(ctx context.Context, w Writer, school directory.SchoolID, person directory.PersonID, pools []Pool, held []Held) ([]catalogue.ResourceID, error) {
	if len(held) == 0 {
		return nil, nil
	}
	act, err := w.Record(ctx, journal.Entry{School: string(school), Actor: journal.System("departures"), Verb: "licensing.left",
		Subject: string(person), Person: string(person), Class: journal.ClassLedger})
	if err != nil {
		return nil, err
	}
	var resources []catalogue.ResourceID
	for _, p := range pools {
		i := slices.IndexFunc(held, func(h Held) bool { return h.Pool == p.ID })
		if i < 0 {
			continue
		}
		resources = append(resources, p.Resource)
		if held[i].lockedIn(p) {
			continue
		}
		if _, err := w.TakeBack(ctx, act, Handover{School: school, Pool: p.ID, Persons: []directory.PersonID{person},
			Through: Target{Kind: Person}, Cause: CauseLeft}); err != nil {
			return nil, fmt.Errorf("take back copies of %s: %w", person, err)
		}
	}
	return resources, nil
}

// given lists the resources that the school gives to targets.
func given(ctx context.Context, r Reader, school directory.SchoolID) ([]catalogue.ResourceID, error) {
	all, err := r.ListGiven(ctx, school, nil)
	var out []catalogue.ResourceID
	for _, g := range all {
		out = append(out, g.Resource)
	}
	return distinct(out), err
}

// reach gives somebody who came, or changed class, what was given to the school or class that they are now in.
func reach(ctx context.Context, w Writer, school directory.SchoolID, person directory.PersonID) error {
	resources, err := given(ctx, w, school)
	if err != nil || len(resources) == 0 {
		return err
	}
	pools, err := w.LockPools(ctx, school, resources)
	if err != nil {
		return err
	}
	order, err := Order{School: school, Resources: resources, Targets: []Target{ToPerson(person)}, Short: ShortServe}.check()
	if err != nil {
		return err
	}
	g, err := survey(ctx, w, order, pools)
	if err != nil {
		return err
	}
	if len(g.persons) == 0 {
		return nil // gone again
	}
	g.counted()
	order.Resources = g.resources(order.Resources)
	if len(order.Resources) > 0 {
		if _, err := carry(ctx, w, journal.System("newcomers"), standingOnly(decide(order, g))); err != nil {
			return err
		}
	}
	return tell(ctx, w, school, []directory.PersonID{person}, RightChanged{Resources: resources, Cause: CauseAssigned})
}

// counted keeps the pools whose rights, though given to targets, are counted, and that a target opens to the person: none of a resource that
// they have already, by whatever pool.
func (g ground) counted() {
	for resource, pools := range g.pools {
		d := decision{ground: g, resource: resource}
		_, has := d.holdsAlready(g.persons[0], poolsInForce(pools, g.today))
		g.pools[resource] = slices.DeleteFunc(pools, func(p Pool) bool {
			return has || p.Kind != Establishment || p.SiteWide() || !covered(g.given[resource], g.persons[0], p)
		})
	}
}

func (g ground) resources(all []catalogue.ResourceID) []catalogue.ResourceID {
	return slices.DeleteFunc(slices.Clone(all), func(r catalogue.ResourceID) bool { return len(g.pools[r]) == 0 })
}

// standingOnly leaves out the targets: the right is there already, only its copy was missing.
func standingOnly(p Plan) Plan {
	p.Targets = nil
	return p
}

// join opens the pools of the subscriptions that name the nature of a school that was not there before.
func (s *Service) join(ctx context.Context, w Writer, id directory.SchoolID) error {
	school, err := w.FindSchool(ctx, id)
	if err != nil {
		return err
	}
	f := Filter{Nature: school.Nature, Limit: 200}
	for {
		subs, err := w.ListSubscriptions(ctx, f)
		if err != nil {
			return err
		}
		for _, sub := range subs {
			if sub.suits(school) != nil || sub.Ends.Before(today(w, school)) {
				continue
			}
			if err := s.supply(ctx, w, site{by: journal.System("newschools"), verb: "licensing.subscribed", cause: CauseSubscribed, school: school, sub: sub}); err != nil {
				return err
			}
		}
		if len(subs) < f.Limit {
			return nil
		}
		f.After = subs[len(subs)-1].ID
	}
}
