package web

import (
	"context"

	"pupitre/directory"
)

// Lister lists the persons of a school. directory.Service satisfies it.
type Lister interface {
	ListPersons(ctx context.Context, school directory.SchoolID, filter directory.Filter, page directory.Page) ([]directory.Member, error)
}

// Adults finds those of a school who are no pupils and are called so: each once, under the first of their profiles, at most so many; more
// tells whether there are others.
func Adults(ctx context.Context, people Lister, school directory.SchoolID, called string, most int) (found []directory.Member, more bool, err error) {
	seen := map[directory.PersonID]bool{}
	for _, profile := range directory.Profiles {
		if profile == directory.Pupil {
			continue
		}
		members, err := people.ListPersons(ctx, school, directory.Filter{Profile: profile, Text: called}, directory.Page{Limit: most + 1})
		if err != nil {
			return nil, false, err
		}
		for _, m := range members {
			if seen[m.Person] {
				continue
			}
			if seen[m.Person] = true; len(found) == most {
				return found, true, nil
			}
			m.Profile = profile
			found = append(found, m)
		}
	}
	return found, false, nil
}
