package webtest

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/fault"
	"pupitre/web"
)

// Tilleuls is the school, Saules another one that Claire Vasseur does not manage.
var (
	Tilleuls = directory.School{ID: "school-tilleuls", Project: "A99", UAI: "0991234D", Name: "Collège Les Tilleuls", Town: "Rochebrune", Nature: "340", Degree: directory.SecondDegree}
	Saules   = directory.School{ID: "school-saules", Project: "A99", UAI: "0991235E", Name: "Lycée Les Saules", Town: "Pont-aux-Saules", Nature: "300", Degree: directory.SecondDegree}
)

// Some persons that tests speak of.
const (
	Vasseur = directory.PersonID("p-vasseur") // teacher, assignment manager of Tilleuls
	Both    = directory.PersonID("p-both")    // librarian of both schools, assignment manager of both
	Aubry   = directory.PersonID("p-aubry")   // teacher of 5e B, no manager
	Ines    = directory.PersonID("p-ines")    // pupil of 5e B
	Stray   = directory.PersonID("p-stray")   // pupil of the other school
)

// Someone is a person where they are.
type Someone struct {
	directory.Person
	At []federation.Place
	In []directory.CohortID
}

// World is everybody, and the schools' classes and groups. It satisfies web.Sessions, web.People and hall.People.
type World struct {
	Everyone []Someone
	Classes  []directory.Cohort
	Managers []directory.AssignmentManager
	Head     directory.PersonID // of Tilleuls
	AsksHead bool
	Mandates web.Mandates // nil: nobody is a delegate
}

// NewWorld returns Tilleuls with two classes of 5e (28 pupils each, Ines in the B), one of 6e, a group, and five adults.
func NewWorld() *World {
	w := &World{Classes: []directory.Cohort{
		cohort(Tilleuls, "c-5a", directory.Class, "5e A", "5e"), cohort(Tilleuls, "c-5b", directory.Class, "5e B", "5e"), cohort(Tilleuls, "c-6a", directory.Class, "6e A", "6e"),
		cohort(Tilleuls, "g-latin", directory.Group, "Latin 5e", "5e"), cohort(Saules, "c-2de1", directory.Class, "2de 1", "2de"),
	}}
	family := []string{"Abadie", "Bellanger", "Cissé", "Da Costa", "Delorme", "El Amrani", "Fabre", "Garrigue", "Haddad", "Joubert", "Kaczmarek", "Lefort", "Moreau", "Nguyen"}
	given := []string{"Noé", "Salomé", "Amadou", "Lina", "Gabin", "Yasmine", "Jules", "Apolline", "Sami", "Maëlle", "Tom", "Zélie", "Rose", "Evan"}
	for i := range 28 {
		for _, class := range []directory.CohortID{"c-5a", "c-5b", "c-6a"} {
			in := []directory.CohortID{class}
			if class != "c-6a" && i%4 == 0 {
				in = append(in, "g-latin")
			}
			name := directory.Name{Family: family[i%14], Given: given[(i*3+len(class)+i/14)%14]}
			w.add(directory.PersonID(fmt.Sprintf("p-%s-%02d", class, i)), name, in, federation.Place{School: Tilleuls, Profile: directory.Pupil})
		}
	}
	w.add(Ines, directory.Name{Family: "Marchal", Given: "Inès"}, []directory.CohortID{"c-5b", "g-latin"}, federation.Place{School: Tilleuls, Profile: directory.Pupil})
	w.add(Vasseur, directory.Name{Family: "Vasseur", Given: "Claire", Civility: "Mme"}, nil, federation.Place{School: Tilleuls, Profile: directory.Teacher})
	w.add(Aubry, directory.Name{Family: "Aubry", Given: "Hélène", Civility: "Mme"}, []directory.CohortID{"c-5b"}, federation.Place{School: Tilleuls, Profile: directory.Teacher})
	w.add(Both, directory.Name{Family: "Sow", Given: "Ibrahima", Civility: "M."}, nil, federation.Place{School: Tilleuls, Profile: directory.Librarian}, federation.Place{School: Saules, Profile: directory.Librarian})
	w.add(Stray, directory.Name{Family: "Tissier", Given: "Evan"}, []directory.CohortID{"c-2de1"}, federation.Place{School: Saules, Profile: directory.Pupil})
	w.Managers = []directory.AssignmentManager{
		{School: Tilleuls.ID, Person: Vasseur, State: directory.ManagerConfirmed}, {School: Tilleuls.ID, Person: Aubry, State: directory.ManagerNamed},
		{School: Saules.ID, Person: Both, State: directory.ManagerConfirmed},
	}
	return w
}

func cohort(s directory.School, id directory.CohortID, kind directory.CohortKind, label, level string) directory.Cohort {
	return directory.Cohort{School: s.ID, ID: id, Kind: kind, Code: strings.ReplaceAll(label, " ", ""), Label: label, Level: level}
}

func (w *World) add(id directory.PersonID, name directory.Name, in []directory.CohortID, at ...federation.Place) {
	w.Everyone = append(w.Everyone, Someone{directory.Person{ID: id, Project: "A99", External: "ext-" + string(id), Name: name}, at, in})
}

// Present finds the session whose token is the person's id.
func (w *World) Present(_ context.Context, token federation.Token) (federation.Presence, error) {
	for _, p := range w.Everyone {
		if string(p.ID) == string(token) {
			here := p.At[0]
			return federation.Presence{Session: federation.Session{ID: "s-" + federation.SessionID(p.ID), Project: p.Project, Person: p.ID, School: here.School.ID, Profile: here.Profile}, Person: p.Person, Places: p.At}, nil
		}
	}
	return federation.Presence{}, fault.New(fault.Unauthenticated, "federation.session.none")
}

// Glance implements web.Sessions.
func (w *World) Glance(ctx context.Context, token federation.Token) (federation.Presence, error) {
	return w.Present(ctx, token)
}

// SchoolsOfManager implements web.People.
func (w *World) SchoolsOfManager(_ context.Context, person directory.PersonID) (list []directory.School, _ error) {
	for _, s := range []directory.School{Tilleuls, Saules} {
		if slices.Contains(w.Managers, directory.AssignmentManager{School: s.ID, Person: person, State: directory.ManagerConfirmed}) {
			list = append(list, s)
		}
	}
	return list, nil
}

// IsHead implements web.People.
func (w *World) IsHead(_ context.Context, person directory.PersonID, school directory.SchoolID) (bool, error) {
	return person == w.Head && school == Tilleuls.ID, nil
}

// HeadsOf implements web.People.
func (w *World) HeadsOf(_ context.Context, school directory.SchoolID) (list []directory.Person, _ error) {
	if p := w.find(w.Head); p != nil && school == Tilleuls.ID {
		list = append(list, p.Person)
	}
	return list, nil
}

// ManagingOf implements head.School.
func (w *World) ManagingOf(ctx context.Context, school directory.SchoolID) (m directory.Managing, err error) {
	m.AsksHead = w.AsksHead
	m.Managers, err = w.ManagersOf(ctx, school)
	return m, err
}

// ConfirmManager implements head.School.
func (w *World) ConfirmManager(_ context.Context, head directory.PersonID, manager directory.AssignmentManager) error {
	if head != w.Head {
		return fault.New(fault.Denied, "directory.head.only")
	}
	for i, m := range w.Managers {
		if m.School == manager.School && m.Person == manager.Person {
			w.Managers[i].State = directory.ManagerConfirmed
			return nil
		}
	}
	return fault.New(fault.NotFound, "directory.manager.unknown")
}

// AskHead implements head.School.
func (w *World) AskHead(_ context.Context, head directory.PersonID, _ directory.SchoolID, asks bool) error {
	if head != w.Head {
		return fault.New(fault.Denied, "directory.head.only")
	}
	w.AsksHead = asks
	return nil
}

// ManagersOf implements web.People.
func (w *World) ManagersOf(_ context.Context, school directory.SchoolID) (list []directory.AssignmentManager, _ error) {
	for _, m := range w.Managers {
		if m.School == school {
			list = append(list, m)
		}
	}
	return list, nil
}

// CohortsOf implements web.People.
func (w *World) CohortsOf(_ context.Context, person directory.PersonID, school directory.SchoolID) (list []directory.Cohort, _ error) {
	for _, c := range w.Classes {
		if p := w.find(person); p != nil && c.School == school && slices.Contains(p.In, c.ID) {
			list = append(list, c)
		}
	}
	return list, nil
}

// Cohorts implements hall.People.
func (w *World) Cohorts(_ context.Context, school directory.SchoolID) (list []directory.Cohort, _ error) {
	for _, c := range w.Classes {
		if c.School == school {
			list = append(list, c)
		}
	}
	return list, nil
}

// FindPerson implements web.People and hall.People.
func (w *World) FindPerson(_ context.Context, id directory.PersonID) (directory.Person, error) {
	if p := w.find(id); p != nil {
		return p.Person, nil
	}
	return directory.Person{}, fault.New(fault.NotFound, "directory.person.unknown")
}

func (w *World) find(id directory.PersonID) *Someone {
	i := slices.IndexFunc(w.Everyone, func(p Someone) bool { return p.ID == id })
	if i < 0 {
		return nil
	}
	return &w.Everyone[i]
}

// kind says whether a cohort is a class or a group.
func (w *World) kind(id directory.CohortID) directory.CohortKind {
	i := slices.IndexFunc(w.Classes, func(c directory.Cohort) bool { return c.ID == id })
	if i < 0 {
		return ""
	}
	return w.Classes[i].Kind
}

// Subjects implements hall.People.
func (w *World) Subjects(_ context.Context, school directory.SchoolID) ([]directory.Subject, error) {
	if school != Tilleuls.ID {
		return nil, nil
	}
	return []directory.Subject{{Code: "020700", Label: "Français"}, {Code: "061300", Label: "Mathématiques"}}, nil
}

// members lists who passes a filter; nobody teaches or follows a subject but Aubry, who teaches French.
func (w *World) members(school directory.SchoolID, filter directory.Filter) (list []directory.Member) {
	for _, p := range w.Everyone {
		i := slices.IndexFunc(p.At, func(at federation.Place) bool {
			return at.School.ID == school && (filter.Profile == "" || at.Profile == filter.Profile)
		})
		folded := p.Name.Sorting()
		begins := directory.Fold(filter.Text)
		if filter.Group != "" && !slices.Contains(p.In, filter.Group) || filter.Level != "" && !slices.Contains(w.levels(p.In), filter.Level) ||
			filter.Subject != "" && (p.ID != Aubry || filter.Subject != "020700") {
			continue
		}
		if len(filter.Among) > 0 && !slices.ContainsFunc(p.In, func(c directory.CohortID) bool { return slices.Contains(filter.Among, c) }) {
			continue
		}
		if i < 0 || filter.Cohort != "" && !slices.Contains(p.In, filter.Cohort) || !strings.HasPrefix(folded, begins) && !strings.Contains(folded, " "+begins) {
			continue
		}
		list = append(list, directory.Member{Person: p.ID, Profile: p.At[i].Profile, Name: p.Name, Key: folded + "\t" + string(p.ID)})
	}
	slices.SortFunc(list, func(a, b directory.Member) int { return strings.Compare(a.Key, b.Key) })
	return list
}

func (w *World) levels(in []directory.CohortID) (list []string) {
	for _, c := range w.Classes {
		if slices.Contains(in, c.ID) && c.Kind == directory.Class {
			list = append(list, c.Level)
		}
	}
	return list
}

// ListPersons implements hall.People.
func (w *World) ListPersons(_ context.Context, school directory.SchoolID, filter directory.Filter, page directory.Page) ([]directory.Member, error) {
	list := w.members(school, filter)
	list = slices.DeleteFunc(list, func(m directory.Member) bool { return m.Key <= page.After })
	return list[:min(len(list), page.Bounded().Limit)], nil
}

// Headcounts implements hall.People.
func (w *World) Headcounts(_ context.Context, school directory.SchoolID, filter directory.Filter) (directory.Headcounts, error) {
	all := directory.Filter{Among: filter.Among}
	out := directory.Headcounts{Everybody: len(w.members(school, all)), Profiles: map[directory.Profile]int{}, Cohorts: map[directory.CohortID]int{}}
	for _, profile := range directory.Profiles {
		all.Profile = profile
		out.Profiles[profile] = len(w.members(school, all))
	}
	for _, c := range w.Classes {
		if n := len(w.members(school, directory.Filter{Profile: filter.Profile, Among: filter.Among, Cohort: c.ID})); n > 0 {
			out.Cohorts[c.ID] = n
		}
	}
	return out, nil
}

// CountPersons implements hall.People.
func (w *World) CountPersons(_ context.Context, school directory.SchoolID, filter directory.Filter) (int, error) {
	return len(w.members(school, filter)), nil
}
