package licensing

import (
	"cmp"
	"context"
	"slices"

	"pupitre/catalogue"
	"pupitre/directory"
)

// Muster (« effectif ») is who is in a school now, and who holds a copy out of some pools: what heads are counted on. Thousands of persons are
// counted quicker here, for twenty rules or for sixty classes, than by a question for each.
type Muster struct {
	Attached []Attached
	Members  map[directory.CohortID][]directory.PersonID // of its classes and groups, where they were asked for; who left may be among them
	Classes  map[directory.CohortID]bool                 // which of them are classes
	Holders  map[PoolID][]directory.PersonID             // who left may be among them

	pools   []Pool
	given   []GivenTarget // school-wide rights out of these pools
	at      map[directory.PersonID]int
	cohorts map[directory.PersonID][]directory.CohortID // where rights are given
}

// Attached is a person, and one of their profiles.
type Attached struct {
	Person  directory.PersonID
	Profile directory.Profile
}

// muster gathers a school's persons beside these pools.
func muster(ctx context.Context, r Reader, school directory.SchoolID, pools []Pool, members bool) (Muster, error) {
	var all []PoolID
	var wide []catalogue.ResourceID
	for _, p := range pools {
		all = append(all, p.ID)
		if p.SiteWide() {
			wide = append(wide, p.Resource)
		}
	}
	out, err := r.FindMuster(ctx, school, all, members || len(wide) > 0)
	if err != nil {
		return out, err
	}
	out.pools = pools
	if len(wide) > 0 {
		if out.given, err = r.ListGiven(ctx, school, distinct(wide)); err != nil {
			return out, err
		}
	}
	out.index()
	return out, nil
}

// surveyMuster is survey for figures alone (Service.Weigh): of persons it knows neither name nor class, of copies neither whether nor when
// they were opened.
func surveyMuster(ctx context.Context, r Reader, order Order, pools []Pool) (ground, error) {
	g, _, err := lay(ctx, r, order, pools)
	if err != nil {
		return ground{}, err
	}
	members := slices.ContainsFunc(order.Targets, func(t Target) bool { return t.Kind == Cohort })
	there, err := muster(ctx, r, order.School, pools, members)
	if err != nil {
		return ground{}, err
	}
	return g.peopled(there, order.Targets), nil
}

// peopled is a ground with the persons whom targets name, and the copies out of the muster's pools.
func (g ground) peopled(there Muster, targets []Target) ground {
	g.persons = there.candidates(targets)
	g.held = make(map[PoolID]map[directory.PersonID]Held, len(there.Holders))
	for pool, persons := range there.Holders {
		g.held[pool] = make(map[directory.PersonID]Held, len(persons))
		for _, person := range persons {
			g.held[pool][person] = Held{Pool: pool, Person: person}
		}
	}
	return g
}

// candidates lists whom targets name, each person once.
func (m Muster) candidates(targets []Target) []Candidate {
	var out []Candidate
	seen := make([]bool, len(m.Attached)) // at a person's first place
	for _, t := range targets {
		from, through := len(out), t
		if t.Kind == Person {
			through = Target{Kind: Person} // the person is said beside it
		}
		m.of(t, func(i int) {
			a := m.Attached[i]
			switch at := m.at[a.Person]; {
			case len(out) > from && out[len(out)-1].Person == a.Person:
				last := &out[len(out)-1]
				last.Profiles = append(last.Profiles, a.Profile)
			case !seen[at]:
				seen[at] = true
				out = append(out, Candidate{Person: a.Person, Profiles: []directory.Profile{a.Profile}, Cohorts: m.cohorts[a.Person], Through: through})
			}
		})
	}
	return out
}

// of calls f with the place of every profile that a target names.
func (m Muster) of(t Target, f func(i int)) {
	named := func(i int) {
		if len(t.Profiles) == 0 || slices.Contains(t.Profiles, m.Attached[i].Profile) {
			f(i)
		}
	}
	switch t.Kind {
	case Person:
		m.each([]directory.PersonID{directory.PersonID(t.ID)}, named)
	case Cohort:
		m.each(m.Members[directory.CohortID(t.ID)], named)
	default:
		for i := range m.Attached {
			named(i)
		}
	}
}

// index puts a person's profiles beside one another, and notes where they begin.
func (m *Muster) index() {
	slices.SortFunc(m.Attached, func(a, b Attached) int {
		return cmp.Or(cmp.Compare(a.Person, b.Person), cmp.Compare(a.Profile, b.Profile))
	})
	m.at = make(map[directory.PersonID]int, len(m.Attached))
	for i := len(m.Attached) - 1; i >= 0; i-- {
		m.at[m.Attached[i].Person] = i
	}
	if len(m.given) == 0 {
		return
	}
	m.cohorts = map[directory.PersonID][]directory.CohortID{}
	for cohort, members := range m.Members {
		for _, person := range members {
			m.cohorts[person] = append(m.cohorts[person], cohort)
		}
	}
}

// each calls f with the place of every profile that these persons have here.
func (m Muster) each(persons []directory.PersonID, f func(i int)) {
	for _, person := range persons {
		if i, here := m.at[person]; here {
			for ; i < len(m.Attached) && m.Attached[i].Person == person; i++ {
				f(i)
			}
		}
	}
}

// having says of each profile whether its person has a copy out of one of the pools, or a right to one that takes them in under it.
func (m Muster) having(pools []Pool) []bool {
	has := make([]bool, len(m.Attached))
	for _, p := range pools {
		m.each(m.Holders[p.ID], func(i int) { has[i] = true })
		if !p.SiteWide() {
			continue
		}
		for i, a := range m.Attached {
			c := Candidate{Person: a.Person, Profiles: []directory.Profile{a.Profile}, Cohorts: m.cohorts[a.Person]}
			has[i] = has[i] || covered(m.given, c, p)
		}
	}
	return has
}

// named counts whom a rule names, each person once, by the first of its targets that names them: Served has the resource out of one of
// these pools, which are in force, or by a right of the whole school; Size has, or could be given it if there were enough. Where there is
// no pool everybody could, for they wait for one.
func (m Muster) named(rule Rule, pools []Pool) Headcount {
	has := m.having(pools)
	const nobody, served, able, unable = -1, 0, 1, 2
	best := make([]int, len(m.Attached)) // of a person at their first place: the target's, times four, and how they stand
	for i := range best {
		best[i] = nobody
	}
	for place, t := range rule.Targets {
		m.of(t, func(i int) {
			a, stands := m.Attached[i], unable
			switch {
			case has[i]:
				stands = served
			case len(pools) == 0 || slices.ContainsFunc(pools, func(p Pool) bool { return slices.Contains(p.Publics, a.Profile) }):
				stands = able
			}
			if at := m.at[a.Person]; best[at] == nobody || 4*place+stands < best[at] {
				best[at] = 4*place + stands
			}
		})
	}
	var n Headcount
	for _, b := range best {
		if b == nobody || b%4 == unable {
			continue
		}
		n.Size++
		if b%4 == served {
			n.Served++
		}
	}
	return n
}

// heads counts a school's persons by profile, and those of the filter's profile by class and group; within the filter's scope.
func (m Muster) heads(f directory.Filter, pools []Pool) (profiles map[directory.Profile]Headcount, cohorts map[directory.CohortID]Headcount) {
	profiles, cohorts = map[directory.Profile]Headcount{}, map[directory.CohortID]Headcount{}
	has := m.having(pools)
	in := make([]bool, len(m.Attached))
	for _, cohort := range f.Among {
		m.each(m.Members[cohort], func(i int) { in[i] = true })
	}
	for i, a := range m.Attached {
		if len(f.Among) == 0 || in[i] {
			profiles[a.Profile] = profiles[a.Profile].and(has[i])
		}
	}
	for cohort, members := range m.Members {
		if len(f.Among) > 0 && !slices.Contains(f.Among, cohort) {
			continue
		}
		var n Headcount
		m.each(members, func(i int) {
			if f.Profile == "" || m.Attached[i].Profile == f.Profile {
				n = n.and(has[i])
			}
		})
		if n.Size > 0 {
			cohorts[cohort] = n
		}
	}
	return profiles, cohorts
}

// and is the count with one more.
func (h Headcount) and(served bool) Headcount {
	h.Size++
	if served {
		h.Served++
	}
	return h
}
