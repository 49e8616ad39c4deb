package licensing

import (
	"context"
	"fmt"
	"slices"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/journal"
)

// Ungiven is a mother of family (« mère de famille ») that not all who would have one of its books have been given.
type Ungiven struct {
	Order Order // that gives it to them
	Gets  int64 // how many of them would get it
}

// mothers are orders of the mothers of the books that orders give, for those who are to have the books: of those mothers that the school has
// and that are in none of the orders.
func (r *Roll) mothers(orders []Order) (more []Order) {
	works := make(map[catalogue.ResourceID]Work, len(r.Works))
	for _, w := range r.Works {
		works[w.ID] = w
	}
	ordered := func(id catalogue.ResourceID) bool {
		return slices.ContainsFunc(orders, func(o Order) bool { return slices.Contains(o.Resources, id) })
	}
	for _, o := range orders {
		for _, id := range o.Resources {
			mother, ok := works[works[id].Mother]
			if !ok || o.Take || ordered(mother.ID) {
				continue
			}
			i := slices.IndexFunc(more, func(m Order) bool { return m.Resources[0] == mother.ID })
			if i < 0 {
				i = len(more)
				one := o
				one.Resources, one.Targets = []catalogue.ResourceID{mother.ID}, nil
				more = append(more, one)
			}
			more[i].Targets = append(more[i].Targets, o.Targets...)
		}
	}
	return more
}

// Ungiven finds the mothers that go with the books of some orders of the roll's school, and that not all of their persons have.
func (s *Service) Ungiven(ctx context.Context, roll *Roll, orders []Order) (list []Ungiven, err error) {
	for _, o := range roll.mothers(orders) {
		plan, err := s.Weigh(ctx, o)
		if err != nil {
			return nil, err
		}
		if n := plan.Sum().Gets; n > 0 || len(plan.Targets) > 0 {
			list = append(list, Ungiven{o, n})
		}
	}
	return list, nil
}

// draft reads a draft with whom its steps name, and the lines of its file that are refused. A batch that was started is Conflict.
func (s *Service) draft(ctx context.Context, school directory.SchoolID, id BatchID, within *Mandate) (Draft, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) (d Draft, err error) {
		b, err := r.FindWhole(ctx, school, id)
		switch {
		case err != nil:
			return d, err
		case !b.within(within):
			return d, fault.New(fault.NotFound, "licensing.batch.unknown")
		case b.State != BatchDraft:
			return d, fault.New(fault.Conflict, "licensing.batch.started")
		}
		d = Draft{School: school, Name: b.Name, Lines: b.Lines}
		for _, step := range b.Steps {
			if within != nil {
				step.Order.For = within.Person
			}
			d.Orders = append(d.Orders, step.Order)
		}
		d.Refused, err = r.ListRefused(ctx, school, id, 0)
		return d, err
	})
}

// UngivenBy is Ungiven for the orders of a draft.
func (s *Service) UngivenBy(ctx context.Context, roll *Roll, id BatchID, within *Mandate) ([]Ungiven, error) {
	d, err := s.draft(ctx, roll.School.ID, id, within)
	if err != nil {
		return nil, err
	}
	return s.Ungiven(ctx, roll, d.Orders)
}

// AddFamilies plans a draft anew with the mothers that UngivenBy finds for it, as another draft: what was seen is not changed.
func (s *Service) AddFamilies(ctx context.Context, by journal.Actor, roll *Roll, id BatchID, within *Mandate) (Batch, error) {
	d, err := s.draft(ctx, roll.School.ID, id, within)
	if err != nil {
		return Batch{}, err
	}
	list, err := s.Ungiven(ctx, roll, d.Orders)
	if err != nil {
		return Batch{}, fmt.Errorf("families of batch %s: %w", id, err)
	}
	for _, one := range list {
		d.Orders = append(d.Orders, one.Order)
	}
	return s.Prepare(ctx, by, d)
}
