package local

import (
	"context"
	"slices"
	"strings"

	"pupitre/directory"
	"pupitre/internal/fault"
)

// Locate finds a person of a school by what an operator has: the identifier that the package or archive gives them
// (GARPersonIdentifiant, sourcedId), or that of their account; and says it as an order for them alone.
func (s *Service) Locate(ctx context.Context, uai directory.UAI, identifier string) (Order, error) {
	var order Order
	err := s.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		school, err := r.SchoolByUAI(ctx, uai)
		if err != nil {
			return err
		}
		if err := isLocal(ctx, r, school.Project); err != nil {
			return err
		}
		person, err := r.PersonByExternal(ctx, school.Project, identifier)
		if fault.Is(err, fault.NotFound) {
			var a Account
			if a, err = r.AccountByLogin(ctx, school.Project, ParseLogin(identifier)); err == nil {
				person, err = r.Person(ctx, a.Person)
			}
		}
		if fault.Is(err, fault.NotFound) {
			return fault.New(fault.NotFound, "local.operator.unknown", "identifier", identifier, "uai", string(uai))
		} else if err != nil {
			return err
		}
		order, err = orderFor(ctx, r, school, person.ID)
		return err
	})
	return order, err
}

// orderFor is an order for one person, in the part of the school where they are.
func orderFor(ctx context.Context, r Reader, school directory.School, person directory.PersonID) (Order, error) {
	order := Order{School: school.ID, Person: person}
	pupil, err := isAt(ctx, r, school, person, directory.Pupil)
	if err != nil || !pupil {
		return order, err
	}
	cohorts, err := r.CohortsOf(ctx, school.ID, person)
	if err != nil || len(cohorts) == 0 {
		return order, orErr(err, errPerson)
	}
	i := max(0, slices.IndexFunc(cohorts, func(c directory.Cohort) bool { return c.Kind == directory.Class }))
	order.Cohort = cohorts[i].ID
	return order, nil
}

// Listed is an account as an operator sees it.
type Listed struct {
	Account
	External string
	Name     directory.Name
}

// Accounts lists the accounts of those who are in a school, by identifier.
func (s *Service) Accounts(ctx context.Context, uai directory.UAI) ([]Listed, error) {
	var out []Listed
	err := s.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		out = nil
		school, err := r.SchoolByUAI(ctx, uai)
		if err != nil {
			return err
		}
		all, err := r.AccountsIn(ctx, school.ID)
		if err != nil {
			return err
		}
		for _, a := range all {
			person, err := r.Person(ctx, a.Person)
			if err != nil {
				return err
			}
			out = append(out, Listed{a, person.External, person.Name})
		}
		return nil
	})
	slices.SortFunc(out, func(a, b Listed) int { return strings.Compare(string(a.Login), string(b.Login)) })
	return out, err
}
