package licensing

import (
	"slices"

	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
)

// review compares what a subscription says with the pools that it has in one school. It is pure: today is the school's.
type review struct {
	sub    Subscription
	school directory.School
	today  clock.Date
}

// change is what a subscription does to one pool of a school.
type change struct {
	pool   Pool
	opens  bool // the pool is new; its ID is still to be made
	closes bool // access ends now: holdings become ended entries
	dates  bool // what holders were told of their right changes
}

// of lists the changes that bring the pools in line. Shrinking one below what is assigned and reserved is Conflict with the
// figures, unless it closes in the same breath.
func (r review) of(old []Pool) ([]change, error) {
	left := slices.Clone(old)
	var out []change
	for _, share := range r.sub.Shares() {
		was, found := r.match(&left, share)
		c, err := r.weigh(was, !found, share)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	// What the subscription no longer names: an empty pool closes with the targets it was given to, another would be shrunk to nothing.
	for _, was := range left {
		if was.Assigned+was.Reserved > 0 {
			return nil, r.shrunk(was, 0)
		}
		now := was
		now.Total, now.Ended = 0, true
		out = append(out, change{pool: now, closes: true})
	}
	return out, nil
}

// closing lists the changes of a subscription that ends: every pool that stands closes.
func closing(old []Pool) []change {
	var out []change
	for _, p := range old {
		if !p.Ended {
			p.Ended = true
			out = append(out, change{pool: p, closes: true, dates: true})
		}
	}
	return out
}

// match takes the old pool that carries on as the share's: that of the same publics; a global count has but one.
func (r review) match(left *[]Pool, share Share) (Pool, bool) {
	i := slices.IndexFunc(*left, func(p Pool) bool { return slices.Equal(p.Publics, share.Publics) })
	if i < 0 && r.sub.Global != nil && len(*left) == 1 {
		i = 0
	}
	if i < 0 {
		return Pool{}, false
	}
	was := (*left)[i]
	*left = slices.Delete(*left, i, i+1)
	return was, true
}

func (r review) weigh(was Pool, opens bool, share Share) (change, error) {
	now := was
	now.School, now.Subscription, now.Resource = r.school.ID, r.sub.ID, r.sub.Resource
	now.Kind, now.Transferable, now.Publics = r.sub.Kind, r.sub.Transferable, share.Publics
	now.Starts, now.Ends, now.Total, now.Trial = r.sub.Starts, r.sub.Ends, share.Total, r.sub.Trial
	if opens {
		return change{pool: now, opens: true}, nil
	}
	over := now.Ends.Before(r.today)
	c := change{pool: now, closes: over && !was.Ended && !was.Ends.Before(r.today)}
	c.pool.Ended = c.closes || was.Ended && over
	c.dates = was.Ended != c.pool.Ended || was.Starts != now.Starts || was.Ends != now.Ends
	stay := was.Assigned
	if c.closes {
		stay = 0
	}
	switch {
	case now.Total.IsUnlimited():
		return c, nil
	case was.SiteWide():
		// Rights given to targets have no copies behind them that a number could count.
		return change{}, fault.New(fault.Conflict, "licensing.amend.sitewide", "field", "nbLicenceGlobale", "uai", string(r.school.UAI))
	case stay+was.Reserved > int64(now.Total):
		return change{}, r.shrunk(was, now.Total)
	}
	return c, nil
}

func (r review) shrunk(p Pool, to Count) error {
	field := "nbLicenceGlobale"
	if r.sub.Global == nil && len(p.Publics) == 1 {
		field = countFields[p.Publics[0]]
	}
	return fault.New(fault.Conflict, "licensing.pool.shrink", "field", field, "uai", string(r.school.UAI),
		"n", p.Assigned+p.Reserved, "asked", int64(to))
}
