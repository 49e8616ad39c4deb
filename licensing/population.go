package licensing

import (
	"context"
	"fmt"
	"slices"
	"time"

	"pupitre/catalogue"
	"pupitre/directory"
)

// Crowd is some of a school's persons, as somebody who gives a resource looks for them.
type Crowd struct {
	School   directory.SchoolID
	Resource catalogue.ResourceID
	Filter   directory.Filter
	Without  bool // only those without a copy of the resource, and without a right to it (« sans exemplaire »)
}

// Standing is a person of a crowd, and how they stand to the resource: what a plan for them alone would say.
type Standing struct {
	directory.Member
	Class    directory.CohortID   // a pupil's; "" for none
	Groups   []directory.CohortID // by id
	Last     time.Time            // the latest opening of the copy that they hold; zero for never, and for none
	Verdict  Verdict
	Why      Why
	SiteWide bool
}

// Headcount is how many persons of a profile are in a class or group, and how many of them have the resource.
type Headcount struct{ Size, Served int }

// Population is a page of a crowd, and the figures around it.
type Population struct {
	Persons []Standing
	Total   int // how many the crowd is
	Without int // how many pass its filter and have no copy
	Publics map[directory.Profile]int
	Cohorts map[directory.CohortID]Headcount // of the filter's profile; those with nobody of it are left out
}

// Population lists a crowd by name, a page at a time: the page's key is the person of the last row before it. Each question costs what
// the school is, not what the database is.
func (s *Service) Population(ctx context.Context, c Crowd, page directory.Page) (Population, error) {
	out, err := read(ctx, s, func(ctx context.Context, r Reader) (p Population, err error) {
		pools, err := inForceIn(ctx, r, c.School, c.Resource)
		if err != nil {
			return p, err
		}
		there, err := muster(ctx, r, c.School, pools, true)
		if err != nil {
			return p, err
		}
		if p, err = c.count(ctx, r, there, pools); err != nil {
			return p, err
		}
		members, err := r.ListCrowd(ctx, c, pools, page.Bounded())
		if err != nil {
			return p, err
		}
		p.Persons, err = stand(ctx, r, c, there, members)
		return p, err
	})
	if err != nil {
		return Population{}, fmt.Errorf("population of %s for %s: %w", c.School, c.Resource, err)
	}
	return out, nil
}

// count finds the figures of a crowd. The school and its classes are counted in any case; who passes a filter, only where there is one.
func (c Crowd) count(ctx context.Context, r Reader, there Muster, pools []Pool) (out Population, err error) {
	profiles, cohorts := there.heads(c.Filter, pools)
	out.Publics, out.Cohorts = make(map[directory.Profile]int, len(profiles)), cohorts
	for profile, heads := range profiles {
		out.Publics[profile] = heads.Size
	}
	switch {
	case c.narrowed():
		if out.Total, out.Without, err = r.CountCrowd(ctx, c, pools); err != nil {
			return out, err
		}
	case c.Filter.Cohort != "":
		heads := cohorts[c.Filter.Cohort]
		out.Total, out.Without = heads.Size, heads.Size-heads.Served
	default:
		heads := profiles[c.Filter.Profile]
		out.Total, out.Without = heads.Size, heads.Size-heads.Served
	}
	if c.Without {
		out.Total = out.Without
	}
	return out, nil
}

// narrowed reports whether the filter says more than a profile of the school, or of one of its classes and groups.
func (c Crowd) narrowed() bool {
	f := c.Filter
	return f.Profile == "" || f.Group != "" || f.Level != "" || f.Subject != "" || f.Text != "" ||
		f.Cohort != "" && len(f.Among) > 0 && !slices.Contains(f.Among, f.Cohort)
}

// stand says how each member stands, by a plan that is not applied.
func stand(ctx context.Context, r Reader, c Crowd, there Muster, members []directory.Member) ([]Standing, error) {
	if len(members) == 0 {
		return nil, nil
	}
	order := Order{School: c.School, Resources: []catalogue.ResourceID{c.Resource}, Rank: ByName}
	out := make([]Standing, len(members))
	at := make(map[directory.PersonID]*Standing, len(members))
	for i, m := range members {
		out[i].Member = m
		at[m.Person] = &out[i]
		order.Targets = append(order.Targets, ToPerson(m.Person))
	}
	pools, err := r.ListPools(ctx, c.School, order.Resources)
	if err != nil {
		return nil, err
	}
	g, _, err := lay(ctx, r, order, pools)
	if err != nil {
		return nil, err
	}
	g.persons = there.candidates(order.Targets)
	if err := g.loadHeld(ctx, r, order, pools); err != nil {
		return nil, err
	}
	for _, o := range decide(order, g).Outcomes {
		who := at[o.Person]
		who.Verdict, who.Why, who.SiteWide, who.Last = o.Verdict, o.Why, o.SiteWide, o.Used
	}
	places, err := r.ListPlaces(ctx, c.School, true, names(members))
	if err != nil {
		return nil, err
	}
	for _, p := range places {
		who := at[p.Person]
		switch {
		case p.Class == "":
			who.Groups = append(who.Groups, p.Cohort)
		case who.Profile == directory.Pupil && (who.Class == "" || p.Cohort < who.Class):
			who.Class = p.Cohort
		}
	}
	for i := range out {
		slices.Sort(out[i].Groups)
	}
	return out, nil
}

func names(members []directory.Member) []directory.PersonID {
	out := make([]directory.PersonID, len(members))
	for i, m := range members {
		out[i] = m.Person
	}
	return out
}

// inForceIn lists the pools of a resource that are in force in a school.
func inForceIn(ctx context.Context, r Reader, school directory.SchoolID, resource catalogue.ResourceID) ([]Pool, error) {
	at, err := r.FindSchool(ctx, school)
	if err != nil {
		return nil, err
	}
	pools, err := r.ListPools(ctx, school, []catalogue.ResourceID{resource})
	return poolsInForce(pools, today(r, at)), err
}

// Places returns in which classes and groups of a school some persons are now; who is in none is left out.
func (s *Service) Places(ctx context.Context, school directory.SchoolID, persons []directory.PersonID) (map[directory.PersonID][]directory.CohortID, error) {
	if len(persons) == 0 {
		return nil, nil
	}
	return read(ctx, s, func(ctx context.Context, r Reader) (map[directory.PersonID][]directory.CohortID, error) {
		places, err := r.ListPlaces(ctx, school, true, persons)
		out := map[directory.PersonID][]directory.CohortID{}
		for _, p := range places {
			out[p.Person] = append(out[p.Person], p.Cohort)
		}
		return out, err
	})
}
