package console

import (
	"net/http"
	"slices"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/licensing"
)

// maxPersons bounds how many persons one form may name one by one; classes and the school stand for any number.
const maxPersons = 2000

// selection is whom the manager has chosen so far, as the form carries it (« cible », once for each). A person is written with
// the profile under which they were chosen, so that pages can say « élèves »; the order itself names the person alone.
type selection []licensing.Target

// readSelection reads the form's targets. Every class and group must be of this school: somebody else's looks like one that does
// not exist. Persons are checked by the plan, which names those it found (known).
func readSelection(r *http.Request, may func(licensing.Target) bool) (selection, error) {
	var chosen selection
	persons := 0
	seen := map[string]bool{}
	for _, value := range r.Form["cible"] {
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

// of allows the classes and groups of the school, and the school itself.
func (m cohorts) of(t licensing.Target) bool {
	if t.Kind == licensing.Cohort {
		_, ok := m[directory.CohortID(t.ID)]
		return ok
	}
	return t.Kind == licensing.WholeSchool
}

// has reports whether the selection holds exactly this target.
func (s selection) has(t licensing.Target) bool {
	return slices.ContainsFunc(s, func(x licensing.Target) bool { return x.String() == t.String() })
}

// with adds a target once.
func (s selection) with(t licensing.Target) selection {
	if s.has(t) {
		return s
	}
	return append(s, t)
}

// values writes the selection as a form carries it.
func (s selection) values() []string {
	out := make([]string, len(s))
	for i, t := range s {
		out[i] = t.String()
	}
	return out
}

// order makes an order of the selection.
func (s selection) order(d desk) licensing.Order {
	order := licensing.Order{School: d.school.ID, Resources: []catalogue.ResourceID{d.stock.Resource}, For: d.asker()}
	for _, t := range s {
		if t.Kind == licensing.Person {
			t = licensing.ToPerson(directory.PersonID(t.ID))
		}
		order.Targets = append(order.Targets, t)
	}
	return order
}

// known refuses a plan that does not speak of every person who was named: they are not in this school, or not any more.
func (s selection) known(p licensing.Plan) error {
	spoken := make(map[string]bool, len(p.Outcomes))
	for _, o := range p.Outcomes {
		spoken[string(o.Person)] = true
	}
	for _, t := range s {
		if t.Kind == licensing.Person && !spoken[t.ID] {
			return fault.New(fault.NotFound, "console.person.unknown")
		}
	}
	return nil
}

// unit is the word for those chosen: pupils, teachers, or persons where they are not all of one kind.
func (s selection) unit() string {
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
