package licensing

import (
	"slices"

	"pupitre/directory"
	"pupitre/internal/clock"
)

// Counters are the six figures of the console, and three that explain them. Over the pools in force,
//
//	Total     = Assigned + Reserved + Available
//	Remaining = Available − Selected
//	Locked    ≤ Assigned
//
// Remaining is negative where copies are short. Where Unlimited is set, at least one pool has no end: Total, Available and
// Remaining then count the other pools only, and pages show « illimité ».
type Counters struct {
	Selected  int64 // « Sélectionnés »: of those selected, who does not hold one yet
	Available int64 // « Disponibles »
	Remaining int64 // « Restants »
	Suggested int64 // « Suggérés »
	Assigned  int64 // « Attribués »
	Total     int64 // « Total »
	Reserved  int64 // « Réserve »
	Locked    int64 // « verrouillés »
	Unlimited bool  // « illimité »
	SiteWide  bool  // a right of the whole school is in it: what is assigned is told by its targets
}

// Scarce reports whether so few copies are left that it is worth a warning: a tenth of the stock, or less.
func Scarce(left, total int64) bool { return left*10 <= total }

// Tally sums the pools in force on the day.
func Tally(pools []Pool, today clock.Date) Counters { return sum(poolsInForce(pools, today)) }

func sum(pools []Pool) (c Counters) {
	for _, p := range pools {
		c.SiteWide = c.SiteWide || p.SiteWide()
		c.Assigned += p.Assigned
		c.Locked += p.Locked
		c.Reserved += p.Reserved
		if p.Total.IsUnlimited() {
			// So that Total = Assigned + Reserved + Available holds over the sum, what was given without counting is in both.
			c.Unlimited = true
			c.Total += p.Assigned + p.Reserved
			continue
		}
		c.Total += int64(p.Total)
		c.Available += p.Free()
	}
	c.Remaining = c.Available
	return c
}

// Portion is what a stock has for one public, or for a set of publics that share copies: a subscription that counts by profile has a portion
// for each of its profiles. The equations hold for each portion as they do for the sum of them, and what is left of one covers nobody of
// another's public.
type Portion struct {
	Publics []directory.Profile // in the order of directory.Profiles
	Counters
}

// Of reports whether a pool in force is counted in the portion.
func (p Portion) Of(pool Pool) bool { return slices.Equal(inOrder(pool.Publics), p.Publics) }

// Portions parts the pools in force on the day by their publics, in the order of directory.Profiles.
func Portions(pools []Pool, today clock.Date) []Portion {
	return portions(poolsInForce(pools, today), nil)
}

// Portions are those of the stock; none is selected.
func (s Stock) Portions() []Portion { return portions(s.Pools, nil) }

// portions is Portions with the persons counted who ask for a copy out of each pool.
func portions(pools []Pool, asked map[PoolID]int64) []Portion {
	var out []Portion
	var of [][]Pool
	for _, p := range pools {
		i := slices.IndexFunc(out, func(x Portion) bool { return x.Of(p) })
		if i < 0 {
			i = len(out)
			out, of = append(out, Portion{Publics: inOrder(p.Publics)}), append(of, nil)
		}
		out[i].Selected += asked[p.ID]
		of[i] = append(of[i], p)
	}
	for i := range out {
		out[i].Counters = sum(of[i]).Select(out[i].Selected)
	}
	slices.SortFunc(out, func(a, b Portion) int {
		return slices.CompareFunc(a.Publics, b.Publics, func(x, y directory.Profile) int {
			return slices.Index(directory.Profiles, x) - slices.Index(directory.Profiles, y)
		})
	})
	return out
}

// Low lists for whom so few copies are left that it is worth a warning, each public with the figures of all pools that serve it: where
// pupils and teachers have copies of their own, those that teachers have left are no pupil's. Publics that the same pools serve are told
// together.
func (s Stock) Low() []Portion {
	var out []Portion
	var of [][]Pool
	for _, profile := range directory.Profiles {
		pools := slices.DeleteFunc(slices.Clone(s.Pools), func(p Pool) bool { return !slices.Contains(p.Publics, profile) })
		same := func(q []Pool) bool { return slices.EqualFunc(q, pools, func(p, q Pool) bool { return p.ID == q.ID }) }
		if i := slices.IndexFunc(of, same); i >= 0 {
			out[i].Publics = append(out[i].Publics, profile)
		} else if len(pools) > 0 {
			of, out = append(of, pools), append(out, Portion{[]directory.Profile{profile}, sum(pools)})
		}
	}
	return slices.DeleteFunc(out, func(p Portion) bool { return p.Unlimited || p.Total == 0 || !Scarce(p.Available, p.Total) })
}

// Select returns the counters with n persons selected who do not hold a copy yet.
func (c Counters) Select(n int64) Counters {
	c.Selected, c.Remaining = n, c.Available-n
	return c
}

// Balanced reports whether the equations hold: an assertion of Check.
func (c Counters) Balanced() bool {
	return c.Total == c.Assigned+c.Reserved+c.Available && c.Remaining == c.Available-c.Selected &&
		c.Locked <= c.Assigned && c.Available >= 0 && c.Assigned >= 0 && c.Reserved >= 0 && c.Locked >= 0
}
