package webtest

import (
	"context"
	"slices"
	"strings"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/licensing"
)

// FindSelection implements console.Drafts.
func (s *Stock) FindSelection(_ context.Context, of licensing.SelectionKey) (licensing.Selection, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.within(s.selection(of)), nil
}

func (s *Stock) selection(of licensing.SelectionKey) licensing.Selection {
	kept := s.drafts[of]
	kept.SelectionKey, kept.Targets = of, slices.Clone(kept.Targets)
	return kept
}

// within keeps what the delegate whose selection it is may give to.
func (s *Stock) within(sel licensing.Selection) licensing.Selection {
	all := sel.Targets
	sel.Targets = nil
	for _, t := range all {
		if s.covers(sel.Manager, t) {
			sel.Targets = append(sel.Targets, t)
		} else {
			sel.Beyond = append(sel.Beyond, t)
		}
	}
	return sel
}

// covers reports whether a target is in somebody's scope; everything is a manager's.
func (s *Stock) covers(who directory.PersonID, t licensing.Target) bool {
	i := slices.IndexFunc(s.mandates, func(m *licensing.Mandate) bool { return m.Person == who })
	if i < 0 || s.mandates[i].Covers(t) {
		return true
	}
	return t.Kind == licensing.Person && slices.ContainsFunc(s.World.find(directory.PersonID(t.ID)).In, func(id directory.CohortID) bool {
		return slices.Contains(s.mandates[i].Cohorts, id)
	})
}

// Choose implements console.Drafts.
func (s *Stock) Choose(_ context.Context, c licensing.Choosing) (licensing.Chosen, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range c.Add {
		if !s.covers(c.Of.Manager, t) {
			return licensing.Chosen{}, fault.New(fault.Denied, "licensing.mandate.person")
		}
		if t.Kind == licensing.Person && !slices.ContainsFunc(s.World.members(c.Of.School, directory.Filter{}), func(m directory.Member) bool { return string(m.Person) == t.ID }) {
			return licensing.Chosen{}, fault.New(fault.NotFound, "licensing.person.elsewhere")
		}
	}
	kept := s.selection(c.Of)
	done := licensing.Chosen{Moved: c.Seen != licensing.AnyVersion && c.Seen != kept.Version}
	before := len(kept.Targets)
	if c.Empty && !done.Moved {
		kept.Targets = nil
	}
	add := c.Add
	if c.All != nil {
		for _, m := range s.crowd(*c.All) {
			add = append(add, licensing.Target{Kind: licensing.Person, ID: string(m.Person), Profiles: []directory.Profile{c.All.Filter.Profile}})
		}
	}
	among := func(list []licensing.Target, t licensing.Target) bool {
		return slices.ContainsFunc(list, func(x licensing.Target) bool { return x.String() == t.String() })
	}
	kept.Targets = slices.DeleteFunc(kept.Targets, func(t licensing.Target) bool { return among(c.Remove, t) && !among(add, t) })
	done.Changed = len(kept.Targets) != before
	for _, t := range add {
		if !among(kept.Targets, t) {
			kept.Targets = append(kept.Targets, t)
			done.Changed = true
		}
	}
	slices.SortFunc(kept.Targets, func(a, b licensing.Target) int { return strings.Compare(a.String(), b.String()) })
	if done.Changed {
		kept.Version++
	}
	if s.drafts == nil {
		s.drafts = map[licensing.SelectionKey]licensing.Selection{}
	}
	s.drafts[c.Of] = kept
	done.Selection = s.within(s.selection(c.Of))
	return done, nil
}

// crowd lists who passes.
func (s *Stock) crowd(c licensing.Crowd) []directory.Member {
	return slices.DeleteFunc(s.World.members(c.School, c.Filter), func(m directory.Member) bool { return c.Without && s.serves(c.Resource, m.Person) })
}

// serves reports whether somebody has a resource.
func (s *Stock) serves(id catalogue.ResourceID, person directory.PersonID) bool {
	_, holds := s.held[id][person]
	return holds || s.pools[id][0].SiteWide() && len(s.given[id]) > 0
}

// Draft implements resource.Drafts.
func (s *Stock) Draft(_ context.Context, c licensing.Crowd, page directory.Page, chosen licensing.Order) (licensing.Population, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, err := s.population(c, page)
	if err == nil && len(chosen.Targets) > 0 {
		p.Plan, err = s.decide(chosen)
	}
	return p, err
}

func (s *Stock) population(c licensing.Crowd, page directory.Page) (licensing.Population, error) {
	p := licensing.Population{Publics: map[directory.Profile]int{}, Cohorts: map[directory.CohortID]licensing.Headcount{},
		Members: map[directory.CohortID][]directory.PersonID{}}
	for _, m := range s.World.members(c.School, directory.Filter{}) {
		for _, id := range s.World.find(m.Person).In {
			p.Members[id] = append(p.Members[id], m.Person)
		}
	}
	for _, m := range s.World.members(c.School, directory.Filter{Among: c.Filter.Among}) {
		p.Publics[m.Profile]++
	}
	for _, m := range s.World.members(c.School, directory.Filter{Profile: c.Filter.Profile, Among: c.Filter.Among}) {
		for _, id := range s.World.find(m.Person).In {
			if len(c.Filter.Among) > 0 && !slices.Contains(c.Filter.Among, id) {
				continue
			}
			head := p.Cohorts[id]
			head.Size++
			if s.serves(c.Resource, m.Person) {
				head.Served++
			}
			p.Cohorts[id] = head
		}
	}
	without := c
	without.Without = true
	list := s.crowd(c)
	p.Total, p.Without = len(list), len(s.crowd(without))
	if at := slices.IndexFunc(list, func(m directory.Member) bool { return string(m.Person) == page.After }); at >= 0 {
		list = list[at+1:]
	}
	for _, m := range list[:min(len(list), page.Bounded().Limit)] {
		m.Key = string(m.Person)
		who := licensing.Standing{Member: m}
		plan, err := s.decide(licensing.Order{School: c.School, Resources: []catalogue.ResourceID{c.Resource}, Targets: []licensing.Target{licensing.ToPerson(m.Person)}})
		if err != nil {
			return p, err
		}
		o := plan.Outcomes[0]
		who.Verdict, who.Why, who.SiteWide, who.Last = o.Verdict, o.Why, o.SiteWide, s.held[c.Resource][m.Person].LastOpened
		for _, id := range s.World.find(m.Person).In {
			switch s.World.kind(id) {
			case directory.Group:
				who.Groups = append(who.Groups, id)
			case directory.Class:
				if m.Profile == directory.Pupil && who.Class == "" {
					who.Class = id
				}
			}
		}
		p.Persons = append(p.Persons, who)
	}
	return p, nil
}

// Places implements hall.Copies.
func (s *Stock) Places(_ context.Context, school directory.SchoolID, persons []directory.PersonID) (map[directory.PersonID][]directory.CohortID, error) {
	out := map[directory.PersonID][]directory.CohortID{}
	for _, id := range persons {
		if p := s.World.find(id); p != nil && school == Tilleuls.ID && len(p.In) > 0 {
			out[id] = p.In
		}
	}
	return out, nil
}
