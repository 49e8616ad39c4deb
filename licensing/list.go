package licensing

import (
	"cmp"
	"context"
	"slices"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/internal/tx"
)

// FindSubscription returns one subscription of a distributor; "" asks on behalf of the house. One that was deleted is found
// by the house only.
func (s *Service) FindSubscription(ctx context.Context, distributor string, id SubscriptionID) (Subscription, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) (Subscription, error) {
		if distributor == "" {
			return r.FindSubscription(ctx, id)
		}
		return standing(ctx, r, distributor, id)
	})
}

// ListSubscriptions returns a page of subscriptions by ID.
func (s *Service) ListSubscriptions(ctx context.Context, f Filter) ([]Subscription, error) {
	if f.Limit < 1 || f.Limit > 1000 {
		f.Limit = 200
	}
	return read(ctx, s, func(ctx context.Context, r Reader) ([]Subscription, error) { return r.ListSubscriptions(ctx, f) })
}

// Distributors tells, of these resources, which distributors have a standing subscription to each, by number.
func (s *Service) Distributors(ctx context.Context, resources ...catalogue.ResourceID) (map[catalogue.ResourceID][]string, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) (map[catalogue.ResourceID][]string, error) {
		return r.ListDistributors(ctx, resources)
	})
}

// Stock is one resource in one school, as the console lists it.
type Stock struct {
	Resource catalogue.ResourceID
	Title    string // the catalogue's
	Family   bool   // a « mère de famille »
	Pools    []Pool // in force, in the order of drawing
	Targets  []GivenTarget
	Counters Counters // of all publics; Portions has each
}

// ListStock returns the resources that have a pool in force in the school, by title; within a mandate, those of its scope. What is counted
// of the stock is the school's to a delegate too: a copy that is gone is gone. Suggestions, and to whom a right was given, are of the scope.
func (s *Service) ListStock(ctx context.Context, school directory.SchoolID, within *Mandate) ([]Stock, error) {
	return s.stock(ctx, school, nil, within)
}

// FindStock returns one resource of ListStock, also when no pool is in force (then all counters are 0).
func (s *Service) FindStock(ctx context.Context, school directory.SchoolID, resource catalogue.ResourceID, within *Mandate) (Stock, error) {
	all, err := s.stock(ctx, school, []catalogue.ResourceID{resource}, within)
	if err != nil || len(all) == 1 {
		return append(all, Stock{})[0], err
	}
	return read(ctx, s, func(ctx context.Context, r Reader) (Stock, error) {
		work, err := r.FindWorkByID(ctx, resource)
		return Stock{Resource: resource, Title: work.Title, Family: work.Family}, err
	})
}

func (s *Service) stock(ctx context.Context, school directory.SchoolID, resources []catalogue.ResourceID, within *Mandate) ([]Stock, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) ([]Stock, error) {
		at, err := r.FindSchool(ctx, school)
		if err != nil {
			return nil, err
		}
		pools, err := r.ListPools(ctx, school, resources)
		if err != nil {
			return nil, err
		}
		pools = slices.DeleteFunc(pools, func(p Pool) bool { return !within.allows(p.Resource) })
		given, err := r.ListGiven(ctx, school, resources)
		if err != nil {
			return nil, err
		}
		if given, err = within.given(ctx, r, given); err != nil {
			return nil, err
		}
		out, err := shelve(ctx, r, pools, clock.On(r.Now(), at.Zone()))
		for i := range out {
			for _, g := range given {
				if slices.ContainsFunc(out[i].Pools, func(p Pool) bool { return p.ID == g.Pool }) {
					out[i].Targets = append(out[i].Targets, g)
				}
			}
		}
		if err != nil {
			return nil, err
		}
		suggested, err := r.CountSuggested(ctx, school, resources, clock.On(r.Now(), at.Zone()), within)
		for i := range out {
			out[i].Counters.Suggested = suggested[out[i].Resource]
		}
		return out, err
	})
}

// shelve gathers the pools in force by resource, in the order of titles.
func shelve(ctx context.Context, r Reader, pools []Pool, today clock.Date) ([]Stock, error) {
	pools = poolsInForce(pools, today)
	works, err := r.FindWorks(ctx, resourcesIn(pools))
	if err != nil {
		return nil, err
	}
	out := make([]Stock, 0, len(works))
	at := map[catalogue.ResourceID]int{}
	for _, p := range pools {
		i, ok := at[p.Resource]
		if !ok {
			i = len(out)
			at[p.Resource] = i
			out = append(out, Stock{Resource: p.Resource, Title: works[p.Resource].Title, Family: works[p.Resource].Family})
		}
		out[i].Pools = append(out[i].Pools, p)
	}
	for i := range out {
		slices.SortFunc(out[i].Pools, Pool.drawnBefore)
		out[i].Counters = Tally(out[i].Pools, today)
	}
	slices.SortFunc(out, func(a, b Stock) int {
		return cmp.Or(cmp.Compare(directory.Fold(a.Title), directory.Fold(b.Title)), cmp.Compare(a.Resource, b.Resource))
	})
	return out, nil
}

// resourcesIn are the resources that pools are of, each once.
func resourcesIn(pools []Pool) []catalogue.ResourceID {
	out := make([]catalogue.ResourceID, len(pools))
	for i, p := range pools {
		out[i] = p.Resource
	}
	return distinct(out)
}

// ListHolders lists who holds a copy of a resource in a school, by name: those who left too, as long as they do.
func (s *Service) ListHolders(ctx context.Context, school directory.SchoolID, resource catalogue.ResourceID, page directory.Page) ([]Holder, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) ([]Holder, error) {
		return r.ListHolders(ctx, school, resource, page.Bounded())
	})
}

// ListHoldersAmong is ListHolders of those who are in one of some classes and groups now: of a delegate's scope. None is everybody.
func (s *Service) ListHoldersAmong(ctx context.Context, school directory.SchoolID, resource catalogue.ResourceID, cohorts []directory.CohortID,
	page directory.Page) ([]Holder, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) ([]Holder, error) {
		return r.ListHoldersAmong(ctx, school, resource, cohorts, page.Bounded())
	})
}

// read runs one question in one transaction.
func read[T any](ctx context.Context, s *Service, ask func(ctx context.Context, r Reader) (T, error)) (T, error) {
	return tx.Answer(ctx, s.Store.Read, ask)
}

// look is read for what a Reader asks once.
func look[T any](ctx context.Context, s *Service, ask func(ctx context.Context, r Reader) (T, error)) (T, error) {
	return tx.Answer(ctx, s.Store.Look, ask)
}

// absent reports a NotFound, for those to whom it is no trouble.
func absent(err error) bool { return fault.Is(err, fault.NotFound) }
