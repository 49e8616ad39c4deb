package hall

import (
	"context"

	"pupitre/directory"
	"pupitre/licensing"
)

// Halves are how many persons of classes and groups are chosen one by one, and so by which their boxes are half ticked.
type Halves map[directory.CohortID]int

// Halves counts them.
func (c *Hall) Halves(ctx context.Context, school directory.SchoolID, persons []directory.PersonID) (Halves, error) {
	places, err := c.Copies.Places(ctx, school, persons)
	out := Halves{}
	for _, in := range places {
		for _, cohort := range in {
			out[cohort]++
		}
	}
	return out, err
}

// Persons are those of the selection who were chosen one by one under a profile, or under any for "".
func (s Selection) Persons(profile directory.Profile) (out []directory.PersonID) {
	for _, t := range s {
		if t.Kind == licensing.Person && (profile == "" || len(t.Profiles) == 1 && t.Profiles[0] == profile) {
			out = append(out, directory.PersonID(t.ID))
		}
	}
	return out
}
