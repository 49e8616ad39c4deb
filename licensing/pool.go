package licensing

import (
	"slices"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
)

// PoolID identifies a pool within its school.
type PoolID string

// Pool is the copies of one subscription in one school for one set of publics. Assigned + Reserved never exceeds Total.
type Pool struct {
	School       directory.SchoolID
	ID           PoolID
	Subscription SubscriptionID
	Resource     catalogue.ResourceID
	Kind         Kind
	Transferable bool
	Publics      []directory.Profile
	Starts       clock.Date
	Ends         clock.Date // inclusive
	Total        Count
	Assigned     int64
	Reserved     int64 // kept back by a standing rule
	Locked       int64 // of Assigned: opened, and not transferable
	Seq          int64 // how many acts changed it; orders its ledger
	Ended        bool  // the distributor deleted or shortened it
	Trial        bool  // « essai »
}

// InForce reports whether the pool's copies may be given and opened on the day, which is the school's.
func (p Pool) InForce(today clock.Date) bool {
	return !p.Ended && !today.Before(p.Starts) && !p.Ends.Before(today)
}

// poolsInForce are those of some pools that may be drawn from on the day.
func poolsInForce(pools []Pool, today clock.Date) []Pool {
	return slices.DeleteFunc(slices.Clone(pools), func(p Pool) bool { return !p.InForce(today) })
}

// Free is how many copies are left to give; 0 where Total is Unlimited, so ask that first.
func (p Pool) Free() int64 {
	if p.Total.IsUnlimited() {
		return 0
	}
	return int64(p.Total) - p.Reserved - p.Assigned
}

// SiteWide reports whether a given target is enough to open: no copy is counted.
func (p Pool) SiteWide() bool { return p.Kind == Establishment && p.Total.IsUnlimited() }

// Serves reports whether any of the profiles is of the pool's publics.
func (p Pool) Serves(profiles []directory.Profile) bool {
	return slices.ContainsFunc(profiles, func(x directory.Profile) bool { return slices.Contains(p.Publics, x) })
}

// drawnBefore is the order in which pools serve one person: those that burn no copy first, then the soonest to expire.
func (p Pool) drawnBefore(q Pool) int {
	burns := func(p Pool) int {
		switch {
		case p.SiteWide():
			return 0
		case p.Total.IsUnlimited():
			return 1
		case p.Kind == Establishment:
			return 2
		}
		return 3
	}
	if d := burns(p) - burns(q); d != 0 {
		return d
	}
	if p.Ends != q.Ends {
		if p.Ends.Before(q.Ends) {
			return -1
		}
		return 1
	}
	// Ids sort by the time of making: the elder first, and always the same.
	switch {
	case p.ID < q.ID:
		return -1
	case p.ID > q.ID:
		return 1
	}
	return 0
}
