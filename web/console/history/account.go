package history

import (
	"slices"
	"strings"

	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/licensing"
	"pupitre/web/console/hall"
)

// Account says an account: a name, its classes and groups here, its identifier at the portal. Of one that is erased nothing is known.
func (s *Sayer) Account(person directory.PersonID) (string, error) {
	who, err := s.Room.People.FindPerson(s.R.Context(), person)
	if fault.Is(err, fault.NotFound) {
		return s.Name(person)
	} else if err != nil {
		return "", err
	}
	in, err := s.Room.House.People.CohortsOf(s.R.Context(), person, s.At.School.ID)
	if err != nil {
		return "", err
	}
	slices.SortFunc(in, func(a, b directory.Cohort) int {
		return strings.Compare(directory.Fold(a.Label), directory.Fold(b.Label))
	})
	var labels []string
	for _, kind := range []directory.CohortKind{directory.Class, directory.Group} {
		for _, cohort := range in {
			if _, told := s.Labels[cohort.ID]; told && cohort.Kind == kind { // a delegate's scope does not have them all
				labels = append(labels, cohort.Label)
			}
		}
	}
	class := s.Shell.T("console.doubles.account.classless")
	if len(labels) > 0 {
		class = strings.Join(labels, ", ")
	}
	return s.Shell.T("console.doubles.account", "name", who.Name.Family+" "+who.Name.Given, "class", class, "id", who.External), nil
}

// accounts are what an act said of two persons' accounts, as its page tells it; nothing for another act.
type accounts struct {
	Rows  []string
	Text  string
	Again string // the address that compares a pair again
	Pairs []pair // those that can be
}

// pair is two accounts, as the form that compares them again has them.
type pair struct{ Value, Text string }

func (s *Sayer) accounts(d licensing.Deed) (a accounts, err error) {
	if len(d.Persons) == 0 {
		return a, nil
	}
	said := map[directory.PersonID]string{}
	for _, person := range d.Persons {
		if said[person], err = s.Account(person); err != nil {
			return a, err
		}
		a.Rows = append(a.Rows, said[person])
	}
	a.Again = s.At.Path(hall.ComparePath)
	for _, two := range d.Apart {
		a.Pairs = append(a.Pairs, pair{string(two[0]) + " " + string(two[1]), s.Shell.T("console.act.again", "one", said[two[0]], "other", said[two[1]])})
	}
	switch n := len(d.Persons); {
	case d.Verb == licensing.VerbCompared, d.UndoneBy != "":
		a.Text = s.Shell.T("console.act.compared")
	case len(a.Pairs) == 0: // who is erased is another no more
	case len(a.Pairs) < n*(n-1)/2:
		a.Text = s.Shell.T("console.act.partly")
	default:
		a.Text = s.Shell.T("console.act.apart")
	}
	return a, nil
}
