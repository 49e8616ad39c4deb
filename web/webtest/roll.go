package webtest

import (
	"context"
	"slices"

	"pupitre/directory"
	"pupitre/licensing"
)

// Roll implements console.Copies.
func (s *Stock) Roll(ctx context.Context, id directory.SchoolID, within *licensing.Mandate) (*licensing.Roll, error) {
	var school directory.School
	var persons []licensing.Enrolled
	var places []licensing.Place
	cohorts, err := s.World.Cohorts(ctx, id)
	labels := map[directory.CohortID]string{}
	for _, c := range cohorts {
		if c.Kind == directory.Class {
			labels[c.ID] = c.Label
		}
	}
	for _, p := range s.World.Everyone {
		e := licensing.Enrolled{Person: p.ID, External: p.External, Name: p.Name}
		for _, at := range p.At {
			if at.School.ID == id {
				school, e.Profiles = at.School, append(e.Profiles, at.Profile)
			}
		}
		if e.Profiles == nil || within != nil && len(within.Cohorts) > 0 && !slices.ContainsFunc(p.In, func(c directory.CohortID) bool { return slices.Contains(within.Cohorts, c) }) {
			continue
		}
		persons = append(persons, e)
		for _, in := range p.In {
			places = append(places, licensing.Place{Person: p.ID, Cohort: in, Class: labels[in]})
		}
	}
	var works []licensing.Work
	for _, n := range s.notices {
		if within != nil && !within.Allows(n.ID) {
			continue
		}
		works = append(works, licensing.Work{ID: n.ID, ARK: n.ARK, Title: n.Title, Family: n.IsFamily})
	}
	return licensing.NewRoll(school, persons, cohorts, works, places), err
}
