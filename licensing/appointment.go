package licensing

import (
	"encoding/json"
	"fmt"
	"slices"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/journal"
)

// The acts on a delegate's mandate. Those on managers are the directory's.
const (
	VerbDelegated   = "licensing.delegated"
	VerbUndelegated = "licensing.undelegated"
)

// AppointmentVerbs are the acts of History that say who assigns copies. They move none, and explain who could.
var AppointmentVerbs = []string{VerbDelegated, VerbUndelegated, directory.VerbManagerNamed, directory.VerbManagerConfirmed, directory.VerbManagerWithdrawn}

// Appointment (« nomination ») is what an act said of who assigns copies in a school: a delegate's terms, or a manager's state, as they
// were before it and are after.
type Appointment struct {
	Person        directory.PersonID
	Before, After *Mandate               // a delegate's Cohorts, Resources, Budget and Until; nil where there was, or is, no mandate in force
	Was, Is       directory.ManagerState // a manager's; "" where the person was none. Both "" in an act on a delegate
}

// Manages reports whether the act is on a manager, and not on a delegate.
func (a Appointment) Manages() bool { return a.Was+a.Is != "" }

// mandateTerms is what the journal keeps of a mandate's terms.
type mandateTerms struct {
	Cohorts   []directory.CohortID   `json:"cohorts,omitempty"`
	Resources []catalogue.ResourceID `json:"resources,omitempty"`
	Budget    Count                  `json:"budget"` // -1 is without limit
	Until     string                 `json:"until"`
}

func (m Mandate) terms() mandateTerms {
	return mandateTerms{m.Cohorts, m.Resources, m.Budget, m.Until.String()}
}

// mandate is the terms read back.
func (t *mandateTerms) mandate() (*Mandate, error) {
	if t == nil {
		return nil, nil
	}
	until, err := clock.ParseDate(t.Until)
	return &Mandate{Cohorts: t.Cohorts, Resources: t.Resources, Budget: t.Budget, Until: until}, err
}

// delegated is what the journal keeps of an act on a mandate: its terms and, of one whose terms changed, those that it had.
type delegated struct {
	Mandate MandateID `json:"mandate"`
	mandateTerms
	Was *mandateTerms `json:"was,omitempty"`
}

// told is what the journal says of it, in the ledger’s class: it is kept, and told, with the acts on copies.
func (m Mandate) told(by journal.Actor, verb string, was *mandateTerms) journal.Entry {
	return journal.Entry{School: string(m.School), Actor: by, Verb: verb, Subject: string(m.Person), Person: string(m.Person), Class: journal.ClassLedger,
		Detail: delegated{m.ID, m.terms(), was}}
}

// appointed reads what an entry says of who assigns copies; nil of any other.
func appointed(e journal.Written) (*Appointment, error) {
	if !slices.Contains(AppointmentVerbs, e.Entry.Verb) {
		return nil, nil
	}
	a := &Appointment{Person: directory.PersonID(e.Entry.Person)}
	if e.Entry.Verb != VerbDelegated && e.Entry.Verb != VerbUndelegated {
		change, err := directory.ReadManagerChange(e.Entry.Verb, e.Body)
		a.Was, a.Is = change.Was, change.Is
		return a, err
	}
	var body delegated
	if err := json.Unmarshal(e.Body, &body); err != nil {
		return nil, fmt.Errorf("terms of act %s: %w", e.ID, err)
	}
	mine, err := body.mandate()
	if err == nil && e.Entry.Verb == VerbUndelegated {
		a.Before = mine
	} else if err == nil {
		a.After = mine
		a.Before, err = body.Was.mandate()
	}
	if err != nil {
		return nil, fmt.Errorf("terms of act %s: %w", e.ID, err)
	}
	return a, nil
}
