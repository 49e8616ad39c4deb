package web

import (
	"context"
	"slices"

	"pupitre/directory"
	"pupitre/licensing"
)

// Mandates tells under which mandates somebody gives copies. licensing.Service satisfies it.
type Mandates interface {
	MandatesOf(ctx context.Context, person directory.PersonID) ([]licensing.Mandate, error)
}

// Delegation is a school where the reader is a delegate, and what for.
type Delegation struct {
	School  directory.School
	Mandate licensing.Mandate
}

// delegations are the reader's, in the order of their schools. A mandate is in force only where its delegate is.
func (h *House) delegations(ctx context.Context, reader *Reader) ([]Delegation, error) {
	if h.Mandates == nil || reader.IsPupil() {
		return nil, nil
	}
	mandates, err := h.Mandates.MandatesOf(ctx, reader.Person.ID)
	if err != nil {
		return nil, err
	}
	var list []Delegation
	for _, m := range mandates {
		for _, place := range reader.Places {
			if place.School.ID == m.School && !slices.ContainsFunc(list, func(d Delegation) bool { return d.School.ID == m.School }) {
				list = append(list, Delegation{place.School, m})
			}
		}
	}
	return list, nil
}

// Assigns lists the schools where the reader gives copies, as a manager or as a delegate.
func (r *Reader) Assigns() []directory.School {
	all := slices.Clone(r.Manages)
	for _, d := range r.Delegated {
		if !slices.ContainsFunc(all, func(s directory.School) bool { return s.ID == d.School.ID }) {
			all = append(all, d.School)
		}
	}
	return all
}
