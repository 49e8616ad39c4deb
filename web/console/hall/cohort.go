package hall

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"pupitre/directory"
	"pupitre/internal/look"
	"pupitre/licensing"
)

// Cohorts are a school's classes and groups by their id.
type Cohorts map[directory.CohortID]directory.Cohort

func ByID(list []directory.Cohort) Cohorts {
	m := make(Cohorts, len(list))
	for _, c := range list {
		m[c.ID] = c
	}
	return m
}

// Whom names targets within a sentence: « 5e B, 5e D et 3 personnes choisies une à une ».
func (m Cohorts) Whom(s *look.Shell, targets []licensing.Target) string {
	var names []string
	persons := 0
	for _, t := range targets {
		if t.Kind == licensing.Person {
			persons++
		} else {
			names = append(names, m.Label(s, t))
		}
	}
	if len(names) > 8 {
		names = append(names[:8], s.T("console.plan.whom.more", "n", len(names)-8))
	}
	if persons > 0 {
		names = append(names, s.T("console.plan.whom.persons", "n", persons))
	}
	return strings.Join(names, ", ")
}

// Label says a target within a sentence: « 5e B », « les enseignants de 5e B », « tous les élèves », « tout l’établissement ».
func (m Cohorts) Label(s *look.Shell, t licensing.Target) string {
	if t.Kind == licensing.Person {
		return s.T("console.target.person")
	}
	public := ""
	for i, p := range t.Profiles {
		if i > 0 {
			public += ", "
		}
		public += s.T("console.public." + string(p))
	}
	if t.Kind == licensing.WholeSchool {
		if public == "" {
			return s.T("console.target.everybody")
		}
		return s.T("console.target.all", "public", public)
	}
	name := s.T("console.target.gone")
	if c, ok := m[directory.CohortID(t.ID)]; ok {
		name = c.Label
	}
	if public == "" || len(t.Profiles) == 1 && t.Profiles[0] == directory.Pupil {
		return name
	}
	return s.T("console.target.public", "name", name, "public", public)
}

// ClassOf is the first class among a person's, as far as it is of these.
func (m Cohorts) ClassOf(in []directory.CohortID) (directory.Cohort, bool) {
	for _, id := range in {
		if c, ok := m[id]; ok && c.Kind == directory.Class {
			return c, true
		}
	}
	return directory.Cohort{}, false
}

// Of allows the classes and groups of the school, and the school itself.
func (m Cohorts) Of(t licensing.Target) bool {
	if t.Kind == licensing.Cohort {
		_, ok := m[directory.CohortID(t.ID)]
		return ok
	}
	return t.Kind == licensing.WholeSchool
}

// ManyClasses is how many classes and groups are worth a field to find one by.
const ManyClasses = 12

// Sorted lists classes and groups by their label.
func Sorted(m Cohorts) []directory.Cohort {
	return slices.SortedFunc(maps.Values(m), func(a, b directory.Cohort) int {
		return cmp.Or(cmp.Compare(directory.Fold(a.Label), directory.Fold(b.Label)), cmp.Compare(a.ID, b.ID))
	})
}

// Groups names the first of somebody's groups by label, and how many more there are.
func (m Cohorts) Groups(s *look.Shell, ids []directory.CohortID) string {
	var labels []string
	for _, id := range ids {
		if c, ok := m[id]; ok { // a delegate's scope does not have them all
			labels = append(labels, c.Label)
		}
	}
	slices.Sort(labels)
	const most = 2
	if more := len(labels) - most; more > 0 {
		labels = append(labels[:most], s.T("console.plan.whom.more", "n", more))
	}
	return strings.Join(labels, ", ")
}

// Short is the name of a target without its public.
func (m Cohorts) Short(s *look.Shell, t licensing.Target) string {
	t.Profiles = nil
	return m.Label(s, t)
}
