package licensing

import (
	"context"

	"pupitre/directory"
)

// Census is how many persons of one school have a right by one subscription, by profile (« cumul des affectations »): who holds a
// copy, or is in a target that a school-wide right is given to.
type Census struct {
	Subscription SubscriptionID
	School       directory.UAI
	Per          map[directory.Profile]int64
}

// Census counts for a distributor: the subscription named, or all of a project code. Exactly one of the two is given. Subscriptions
// of other distributors are as unknown as those that do not exist.
func (s *Service) Census(ctx context.Context, distributor string, id SubscriptionID, projectCode string) ([]Subscription, []Census, error) {
	type answer struct {
		subs   []Subscription
		counts []Census
	}
	out, err := read(ctx, s, func(ctx context.Context, r Reader) (out answer, err error) {
		if id != "" {
			one, err := standing(ctx, r, distributor, id)
			if err != nil {
				return out, err
			}
			out.subs = []Subscription{one}
		} else if out.subs, err = ofProject(ctx, r, distributor, projectCode); err != nil || len(out.subs) == 0 {
			return out, err
		}
		ids := make([]SubscriptionID, len(out.subs))
		for i, sub := range out.subs {
			ids[i] = sub.ID
		}
		out.counts, err = r.Census(ctx, ids)
		return out, err
	})
	return out.subs, out.counts, err
}

// ofProject lists a distributor's standing subscriptions of a project code.
func ofProject(ctx context.Context, r Reader, distributor, code string) ([]Subscription, error) {
	var all []Subscription
	f := Filter{Distributor: distributor, ProjectCode: code, Limit: 1000}
	for {
		page, err := r.ListSubscriptions(ctx, f)
		if all = append(all, page...); err != nil || len(page) < f.Limit {
			return all, err
		}
		f.After = page[len(page)-1].ID
	}
}
