package licensing

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"pupitre/directory"
	"pupitre/internal/fault"
)

// RollReader finds who and what a school's files and programs may name.
type RollReader interface {
	// ListRoll returns the persons who are or were in the school, by name; those who were have no profile. Classes are left out.
	ListRoll(ctx context.Context, school directory.SchoolID) ([]Enrolled, error)
	// ListCohorts returns the school's classes, then its groups, by label.
	ListCohorts(ctx context.Context, school directory.SchoolID) ([]directory.Cohort, error)
}

// Enrolled is a person as files and programs know them: by the portal's identifier, or by name and class.
type Enrolled struct {
	Person   directory.PersonID
	External string
	Name     directory.Name
	Class    string // the label of a pupil's class
	Profiles []directory.Profile
}

// Roll (« appel ») is a school's persons, classes and resources by the names that files and programs give them. It is of one moment.
type Roll struct {
	School  directory.School
	Persons []Enrolled
	Cohorts []directory.Cohort
	Works   []Work // of which the school has or had copies, by title

	external map[string]int
	named    map[string][]int
	whole    map[string][]int // by the whole name in one, either part first
	ids      map[directory.PersonID]int
	cohorts  map[string]directory.CohortID // codes and labels, folded
	works    map[string][]int              // ARKs and titles, folded
}

// Roll reads a school's roll; within a delegate's mandate, of its scope only: what is outside is as unknown as what does not exist.
func (s *Service) Roll(ctx context.Context, school directory.SchoolID, within *Mandate) (*Roll, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) (*Roll, error) { return callRoll(ctx, r, school, within) })
}

func callRoll(ctx context.Context, r Reader, school directory.SchoolID, within *Mandate) (*Roll, error) {
	roll := &Roll{}
	var err error
	if roll.School, err = r.FindSchool(ctx, school); err != nil {
		return nil, err
	}
	if roll.Persons, err = r.ListRoll(ctx, school); err != nil {
		return nil, err
	}
	if roll.Cohorts, err = r.ListCohorts(ctx, school); err != nil {
		return nil, err
	}
	pools, err := r.ListPools(ctx, school, nil)
	if err != nil {
		return nil, err
	}
	works, err := r.FindWorks(ctx, resourcesIn(slices.DeleteFunc(pools, func(p Pool) bool { return !within.allows(p.Resource) })))
	if err != nil {
		return nil, err
	}
	roll.Works = slices.AppendSeq(make([]Work, 0, len(works)), maps.Values(works))
	places, err := r.ListPlaces(ctx, school, false, nil)
	if err != nil {
		return nil, err
	}
	if within != nil && len(within.Cohorts) > 0 {
		ids := make([]directory.PersonID, len(roll.Persons))
		for i, p := range roll.Persons {
			ids[i] = p.Person
		}
		in, err := within.among(ctx, r, ids)
		if err != nil {
			return nil, err
		}
		roll.Persons = slices.DeleteFunc(roll.Persons, func(e Enrolled) bool { return !in(e.Person) })
		roll.Cohorts = slices.DeleteFunc(roll.Cohorts, func(c directory.Cohort) bool { return !slices.Contains(within.Cohorts, c.ID) })
	}
	return roll.index(places), nil
}

// NewRoll is a roll of what is already at hand; of the persons' places, those in classes tell the class of the pupils.
func NewRoll(school directory.School, persons []Enrolled, cohorts []directory.Cohort, works []Work, places []Place) *Roll {
	return (&Roll{School: school, Persons: persons, Cohorts: cohorts, Works: works}).index(places)
}

// index puts everybody and everything under their names.
func (r *Roll) index(places []Place) *Roll {
	r.external, r.named, r.whole, r.ids = map[string]int{}, map[string][]int{}, map[string][]int{}, map[directory.PersonID]int{}
	r.cohorts, r.works = map[string]directory.CohortID{}, map[string][]int{}
	slices.SortFunc(r.Works, func(a, b Work) int {
		return cmp.Or(cmp.Compare(directory.Fold(a.Title), directory.Fold(b.Title)), cmp.Compare(a.ARK, b.ARK))
	})
	for i, p := range r.Persons {
		r.ids[p.Person] = i
		r.external[p.External] = i
		r.named[nameKey(p.Name.Family, p.Name.Given)] = append(r.named[nameKey(p.Name.Family, p.Name.Given)], i)
		for _, name := range slices.Compact(p.wholes()) {
			r.whole[name] = append(r.whole[name], i)
		}
	}
	for _, place := range places {
		// Teachers are in many classes: only a pupil is of one.
		if i, ok := r.ids[place.Person]; ok && place.Class != "" && slices.Contains(r.Persons[i].Profiles, directory.Pupil) {
			if was := r.Persons[i].Class; was == "" || place.Class < was {
				r.Persons[i].Class = place.Class
			}
		}
	}
	for _, c := range slices.Backward(r.Cohorts) { // where a group has a class's label, the class has it
		r.cohorts[tight(c.Label)] = c.ID
	}
	for _, c := range r.Cohorts {
		r.cohorts[tight(c.Code)] = c.ID
	}
	for i, w := range r.Works {
		for _, name := range []string{string(w.ARK), directory.Fold(w.Title)} {
			r.works[name] = append(r.works[name], i)
		}
	}
	return r
}

func nameKey(family, given string) string {
	return directory.Fold(family) + "\t" + directory.Fold(given)
}

// tight is a class's name as people type it: « 5e B », « 5EB », « 5e-B » are one.
func tight(label string) string { return strings.ReplaceAll(directory.Fold(label), " ", "") }

// Named returns a person of the roll by our id.
func (r *Roll) Named(id directory.PersonID) (Enrolled, bool) {
	i, ok := r.ids[id]
	if !ok {
		return Enrolled{}, false
	}
	return r.Persons[i], true
}

// Find returns the person whom the portal calls so.
func (r *Roll) Find(external string) (Enrolled, error) {
	if i, ok := r.external[external]; ok {
		return r.Persons[i], nil
	}
	return Enrolled{}, fault.New(fault.NotFound, "licensing.roll.identifier", "identifier", external, "uai", string(r.School.UAI))
}

// Cohort returns the class or group with this code or label, whatever its case and blanks.
func (r *Roll) Cohort(name string) (directory.Cohort, error) {
	id, ok := r.cohorts[tight(name)]
	i := slices.IndexFunc(r.Cohorts, func(c directory.Cohort) bool { return c.ID == id })
	if !ok || i < 0 {
		return directory.Cohort{}, fault.New(fault.NotFound, "licensing.roll.cohort", "name", name, "uai", string(r.School.UAI))
	}
	return r.Cohorts[i], nil
}

// Work returns the resource with this ARK or title.
func (r *Roll) Work(name string) (Work, error) {
	found := r.works[strings.TrimSpace(name)]
	if len(found) == 0 {
		found = r.works[directory.Fold(name)]
	}
	switch len(found) {
	case 0:
		return Work{}, fault.New(fault.NotFound, "licensing.roll.resource", "name", name, "uai", string(r.School.UAI))
	case 1:
		return r.Works[found[0]], nil
	}
	return Work{}, fault.New(fault.Invalid, "licensing.roll.resource.several", "name", name, "n", len(found))
}

// Target reads to whom somebody gives: a class or group by code or label, a person by identifier, the whole school for "school" or « tous ».
func (r *Roll) Target(name string, profiles ...directory.Profile) (Target, error) {
	switch tight(name) {
	case "school", "etablissement", "tous":
		return ToSchool(profiles...), nil
	}
	if c, err := r.Cohort(name); err == nil {
		return ToCohort(c.ID, profiles...), nil
	}
	if p, err := r.Find(name); err == nil {
		return ToPerson(p.Person), nil
	}
	return Target{}, fault.New(fault.NotFound, "licensing.roll.target", "name", name, "uai", string(r.School.UAI))
}
