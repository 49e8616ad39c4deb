package licensing

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
)

// News is what a manager who comes back finds changed in a school, and what will change by itself.
type News struct {
	Since    time.Time // the end of their visit before; zero: they were never here
	From     time.Time // what is new is new since then: Since, or a month ago
	Arrivals []Arrival // pools opened since then and still in force or to come, the latest first
	Freed    Freed
	Ending   []Ending // the soonest first
}

// Arrival is copies that came: one resource, all its pools opened since then.
type Arrival struct {
	Resource catalogue.ResourceID
	At       time.Time // of the last
	Total    Count     // Unlimited where any of the pools is
}

// Freed is what came back from persons who left the school.
type Freed struct {
	Persons   int
	Copies    int64
	Resources []catalogue.ResourceID
	Last      time.Time
}

// Ending is copies of a resource that end soon, with nothing there yet to go on with.
type Ending struct {
	Resource catalogue.ResourceID
	Ends     clock.Date // the last day of the first that end
	Assigned int64      // copies that somebody will lose
	SiteWide bool       // a right of the whole school ends: how many lose it is told by its targets
}

// Visit is how a manager looked at a school's console.
type Visit struct {
	Since time.Time // the end of the visit before; zero: there was none
	Seen  time.Time // when they last looked; zero: never
}

const (
	sitting    = time.Hour       // whoever looks again within that time is still on the same visit
	noteEvery  = 5 * time.Minute // how often it is written down that somebody looks
	firstNews  = 30              // days that are news to whoever comes for the first time
	endingSoon = 30              // days
)

// look is the visit once its manager looks again, and whether that is worth writing down.
func (v Visit) look(now time.Time) (Visit, bool) {
	switch {
	case v.Seen.IsZero():
		return Visit{Seen: now}, true
	case now.Sub(v.Seen) >= sitting:
		return Visit{Since: v.Seen, Seen: now}, true
	case now.Sub(v.Seen) >= noteEvery:
		return Visit{Since: v.Since, Seen: now}, true
	}
	return v, false
}

// from is since when things are new to this visitor.
func (v Visit) from(now time.Time) time.Time {
	if v.Since.IsZero() {
		return now.AddDate(0, 0, -firstNews)
	}
	return v.Since
}

// News tells a manager what is new in a school since their last visit, and notes that they are there: no act, nobody is told. Without a
// look of their own (glance: a page that renews itself) nothing is noted, and no visit begins: what they were told stays.
func (s *Service) News(ctx context.Context, school directory.SchoolID, manager directory.PersonID, glance bool) (News, error) {
	var noted Visit
	var note bool
	news, err := read(ctx, s, func(ctx context.Context, r Reader) (News, error) {
		last, err := r.FindVisit(ctx, school, manager)
		if err != nil {
			return News{}, err
		}
		if noted, note = last, false; !glance {
			noted, note = last.look(r.Now())
		}
		n := News{Since: noted.Since, From: noted.from(r.Now())}
		at, err := r.FindSchool(ctx, school)
		if err != nil {
			return n, err
		}
		today := clock.On(r.Now(), at.Zone())
		if n.Arrivals, err = r.ListArrivals(ctx, school, n.From, today); err != nil {
			return n, err
		}
		if n.Freed, err = r.FindFreed(ctx, school, n.From); err != nil {
			return n, err
		}
		pools, err := r.ListPools(ctx, school, nil)
		n.Ending = EndingSoon(pools, today)
		return n, err
	})
	if err != nil || !note {
		return news, err
	}
	err = s.Store.Write(ctx, func(ctx context.Context, w Writer) error { return w.NoteVisit(ctx, school, manager, noted) })
	return news, err
}

// EndingSoon lists the resources of which copies in force end within a month, unless a pool for the same publics goes on, or will. It is pure.
func EndingSoon(pools []Pool, today clock.Date) []Ending {
	limit := today.AddDays(endingSoon)
	goesOn := func(p Pool) bool {
		return slices.ContainsFunc(pools, func(q Pool) bool {
			return q.Resource == p.Resource && !q.Ended && limit.Before(q.Ends) && !slices.ContainsFunc(p.Publics, func(x directory.Profile) bool { return !slices.Contains(q.Publics, x) })
		})
	}
	var out []Ending
	for _, p := range pools {
		if !p.InForce(today) || limit.Before(p.Ends) || goesOn(p) {
			continue
		}
		i := slices.IndexFunc(out, func(e Ending) bool { return e.Resource == p.Resource })
		if i < 0 {
			i, out = len(out), append(out, Ending{Resource: p.Resource, Ends: p.Ends})
		}
		e := &out[i]
		if p.Ends.Before(e.Ends) {
			e.Ends = p.Ends
		}
		e.Assigned, e.SiteWide = e.Assigned+p.Assigned, e.SiteWide || p.SiteWide()
	}
	slices.SortFunc(out, func(a, b Ending) int {
		return cmp.Or(strings.Compare(a.Ends.String(), b.Ends.String()), cmp.Compare(a.Resource, b.Resource))
	})
	return out
}
