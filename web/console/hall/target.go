package hall

import (
	"net/http"
	"slices"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/licensing"
)

// Box is one target that may be chosen.
type Box struct {
	Value, Label, Note string
	On                 bool
	Cohort             directory.CohortID   // of a class or group
	Half               int                  // how many of it are chosen one by one, where it is not chosen itself
	In                 []directory.CohortID // of a person: the classes and groups that their box half ticks
}

// ProfileChoice is one of the publics, with how many there are.
type ProfileChoice struct {
	Value, Text string
	Count       int
	On          bool
}

// Person is a person as the form carries them: with the profile under which they were chosen.
func Person(id directory.PersonID, p directory.Profile) licensing.Target {
	t := licensing.ToPerson(id)
	t.Profiles = []directory.Profile{p}
	return t
}

// Stands reports whether the selection can be a standing assignment's: the school, classes and groups, and no person.
func (s Selection) Stands() bool {
	for _, t := range s {
		if t.Kind == licensing.Person {
			return false
		}
	}
	return len(s) > 0
}

// maxPersons bounds how many persons one form may name one by one; « tous les résultats », classes and the school stand for any number.
const maxPersons = 2000

// Selection is whom the manager has chosen. A person is written with the profile under which they were chosen, so that pages can say
// « élèves »; the order itself names the person alone.
type Selection []licensing.Target

// ReadSelection reads the form's targets (« cible », once for each). Every class and group must be of this school: somebody else's looks
// like one that does not exist. Persons are checked where they are used: by the plan, which names those it found (known), or by the
// selection that they are added to.
func ReadSelection(r *http.Request, may func(licensing.Target) bool) (Selection, error) {
	return ReadTargets(r.Form["cible"], may)
}

func ReadTargets(values []string, may func(licensing.Target) bool) (Selection, error) {
	var chosen Selection
	persons := 0
	seen := map[string]bool{}
	for _, value := range values {
		if seen[value] {
			continue
		}
		seen[value] = true
		t, err := licensing.ParseTarget(value)
		if err != nil {
			return nil, err
		}
		if t.Kind == licensing.Person {
			if persons++; persons > maxPersons {
				return nil, fault.New(fault.Invalid, "console.selection.large", "most", maxPersons)
			}
		} else if !may(t) {
			return nil, fault.New(fault.NotFound, "console.cohort.unknown")
		}
		chosen = append(chosen, t)
	}
	return chosen, nil
}

// Selecting says which selection is the reader's for a resource.
func (at Site) Selecting(resource catalogue.ResourceID) licensing.SelectionKey {
	return licensing.SelectionKey{School: at.School.ID, Manager: at.Reader.Person.ID, Purpose: string(resource)}
}

// Has reports whether the selection holds exactly this target.
func (s Selection) Has(t licensing.Target) bool {
	return slices.ContainsFunc(s, func(x licensing.Target) bool { return x.String() == t.String() })
}

// With adds a target once.
func (s Selection) With(t licensing.Target) Selection {
	if s.Has(t) {
		return s
	}
	return append(s, t)
}

// Values writes the selection as a form carries it.
func (s Selection) Values() []string {
	out := make([]string, len(s))
	for i, t := range s {
		out[i] = t.String()
	}
	return out
}

// Order makes an order of the selection.
func (s Selection) Order(d Desk) licensing.Order {
	order := licensing.Order{School: d.School.ID, Resources: []catalogue.ResourceID{d.Stock.Resource}, For: d.Asker()}
	for _, t := range s {
		if t.Kind == licensing.Person {
			t = licensing.ToPerson(directory.PersonID(t.ID))
		}
		order.Targets = append(order.Targets, t)
	}
	return order
}

// Known refuses a plan that does not speak of every person who was named: they are not in this school, or not any more.
func (s Selection) Known(p licensing.Plan) error {
	if len(s.Unknown(p)) > 0 {
		return fault.New(fault.NotFound, "console.person.unknown")
	}
	return nil
}

// Unknown are the persons of whom the plan does not speak.
func (s Selection) Unknown(p licensing.Plan) (out Selection) {
	spoken := make(map[string]bool, len(p.Outcomes))
	for _, o := range p.Outcomes {
		spoken[string(o.Person)] = true
	}
	for _, t := range s {
		if t.Kind == licensing.Person && !spoken[t.ID] {
			out = append(out, t)
		}
	}
	return out
}

// Unit is the word for those chosen: pupils, teachers, or persons where they are not all of one kind.
func (s Selection) Unit() string {
	unit := ""
	for _, t := range s {
		if len(t.Profiles) != 1 || unit != "" && unit != string(t.Profiles[0]) {
			return "personne"
		}
		unit = string(t.Profiles[0])
	}
	switch directory.Profile(unit) {
	case directory.Pupil, directory.Teacher:
		return unit
	}
	return "personne"
}

// Beyond are the targets that the other selection does not have.
func (s Selection) Beyond(other Selection) []licensing.Target {
	there := map[string]bool{}
	for _, value := range other.Values() {
		there[value] = true
	}
	return slices.DeleteFunc(slices.Clone(s), func(t licensing.Target) bool { return there[t.String()] })
}
