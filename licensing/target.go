package licensing

import (
	"slices"
	"strings"

	"pupitre/directory"
	"pupitre/internal/fault"
)

// TargetKind says what a target is.
type TargetKind string

// The kinds of target. A class and a group are both cohorts.
const (
	WholeSchool TargetKind = "school"
	Cohort      TargetKind = "cohort"
	Person      TargetKind = "person"
)

// Target is to whom a manager gives: the school, a class, a group or a person, narrowed to some profiles or not.
type Target struct {
	Kind     TargetKind
	ID       string              // a directory.CohortID or directory.PersonID; "" for the whole school
	Profiles []directory.Profile // whom of them; none means all
}

// ToSchool targets everybody of the school who has one of the profiles; with none, everybody.
func ToSchool(profiles ...directory.Profile) Target {
	return Target{Kind: WholeSchool, Profiles: inOrder(profiles)}
}

// ToCohort targets a class or a group.
func ToCohort(id directory.CohortID, profiles ...directory.Profile) Target {
	return Target{Kind: Cohort, ID: string(id), Profiles: inOrder(profiles)}
}

// ToPerson targets one person.
func ToPerson(id directory.PersonID) Target { return Target{Kind: Person, ID: string(id)} }

// String writes the target as the store and forms keep it: "school", "cohort:ID/eleve,enseignant", "person:ID".
func (t Target) String() string {
	s := string(t.Kind)
	if t.ID != "" {
		s += ":" + t.ID
	}
	if len(t.Profiles) > 0 {
		s += "/" + JoinProfiles(t.Profiles)
	}
	return s
}

// ParseTarget reads what String wrote.
func ParseTarget(s string) (Target, error) {
	head, profiles, _ := strings.Cut(s, "/")
	kind, id, _ := strings.Cut(head, ":")
	t := Target{Kind: TargetKind(kind), ID: id, Profiles: SplitProfiles(profiles)}
	switch {
	case t.Kind == WholeSchool && id == "", t.Kind == Cohort && id != "", t.Kind == Person && id != "":
		return t, nil
	}
	return Target{}, fault.New(fault.Invalid, "licensing.target.form", "value", s)
}

// JoinProfiles writes a set of profiles as the store keeps it: in the order of directory.Profiles, commas between.
func JoinProfiles(list []directory.Profile) string {
	var b strings.Builder
	for i, p := range inOrder(list) {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(string(p))
	}
	return b.String()
}

// SplitProfiles reads what JoinProfiles wrote; words that are no profile are left out.
func SplitProfiles(s string) []directory.Profile {
	var list []directory.Profile
	for word := range strings.SplitSeq(s, ",") {
		list = append(list, directory.Profile(word))
	}
	return inOrder(list)
}

// covers reports whether the target names the candidate.
func (t Target) covers(c Candidate) bool {
	if len(t.Profiles) > 0 && !slices.ContainsFunc(c.Profiles, func(p directory.Profile) bool { return slices.Contains(t.Profiles, p) }) {
		return false
	}
	switch t.Kind {
	case WholeSchool:
		return true
	case Cohort:
		return slices.Contains(c.Cohorts, directory.CohortID(t.ID))
	}
	return t.ID == string(c.Person)
}

// within narrows a target to a pool's publics; false when nobody is left. A person stays as they are.
func (t Target) within(publics []directory.Profile) (Target, bool) {
	if t.Kind == Person {
		return t, true
	}
	of := t.Profiles
	if len(of) == 0 {
		of = directory.Profiles
	}
	both := slices.DeleteFunc(inOrder(of), func(p directory.Profile) bool { return !slices.Contains(publics, p) })
	t.Profiles = both
	if len(both) == len(directory.Profiles) {
		t.Profiles = nil
	}
	return t, len(both) > 0
}

// takesIn reports whether whoever is in u is in t, by what the two targets say.
func (t Target) takesIn(u Target) bool {
	if u.Kind == Person {
		return t.Kind == Person && t.ID == u.ID
	}
	if t.Kind != WholeSchool && (t.Kind != u.Kind || t.ID != u.ID) {
		return false
	}
	if len(t.Profiles) == 0 {
		return true
	}
	return len(u.Profiles) > 0 && !slices.ContainsFunc(u.Profiles, func(p directory.Profile) bool { return !slices.Contains(t.Profiles, p) })
}
