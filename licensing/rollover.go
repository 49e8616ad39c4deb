package licensing

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/journal"
)

// rollWithin is for how many days after a pool's last one its holders may still come into the next pool: time for a node that was down,
// or for an order that comes a little late. Later, last year's holders are not this year's.
const rollWithin = 7

// turning lists the pools that are over, and whose holders may still come into the next, in the order of their ends. What a distributor
// ended does not roll over.
func turning(pools []Pool, today clock.Date) []Pool {
	out := slices.DeleteFunc(slices.Clone(pools), func(p Pool) bool {
		return p.Ended || p.Assigned == 0 || !p.Ends.Before(today) || p.Ends.AddDays(rollWithin).Before(today)
	})
	slices.SortFunc(out, func(a, b Pool) int {
		return cmp.Or(cmp.Compare(a.Ends.String(), b.Ends.String()), cmp.Compare(a.ID, b.ID))
	})
	return out
}

// rollOver lets the holders of each pool that is over come into the next in force, one act a pool, as far as copies go; the others stay
// where they are and are listed (ListEnding). The pools are locked.
func rollOver(ctx context.Context, w Writer, school directory.SchoolID, resource catalogue.ResourceID, pools []Pool, today clock.Date) error {
	for _, over := range turning(pools, today) {
		if !slices.ContainsFunc(pools, func(p Pool) bool { return p.InForce(today) && (p.Total.IsUnlimited() || p.Free() > 0) }) {
			return nil // into what?
		}
		order, err := Order{School: school, Resources: []catalogue.ResourceID{resource}, Targets: []Target{ToSchool()}, Short: ShortServe}.check()
		if err != nil {
			return err
		}
		g, err := survey(ctx, w, order, pools)
		if err != nil {
			return err
		}
		held := g.held[over.ID]
		g.persons = slices.DeleteFunc(g.persons, func(c Candidate) bool { _, ok := held[c.Person]; return !ok })
		for i := range g.persons {
			g.persons[i].Through = Target{Kind: Person}
		}
		order.Targets = nil // the school as such is given nothing
		p := decide(order, g)
		if p.Sum().Gets == 0 {
			continue
		}
		if err := roll(ctx, w, over, p); err != nil {
			return fmt.Errorf("roll pool %s of school %s over: %w", over.ID, school, err)
		}
		pools = p.drawn(pools)
	}
	return nil
}

// roll carries one pool's plan out: the old copies become ended entries, the new ones are held through what the old ones were.
func roll(ctx context.Context, w Writer, over Pool, p Plan) error {
	var persons []directory.PersonID
	into := map[directory.PersonID]PoolID{}
	for _, o := range p.Outcomes {
		if o.Verdict == Gets {
			persons = append(persons, o.Person)
			if !o.SiteWide {
				into[o.Person] = o.Pool
			}
		}
	}
	sum := p.Sum()
	act, err := w.Record(ctx, journal.Entry{School: string(over.School), Actor: journal.System("rollover"), Verb: "licensing." + string(CauseRolled),
		Subject: string(over.Resource), Class: journal.ClassLedger,
		Detail: rolled{Resources: p.Order.Resources, From: over.ID, Gets: sum.Gets, Short: sum.Short, Plan: p.Hash}})
	if err != nil {
		return err
	}
	hands, err := w.Retire(ctx, act, Handover{School: over.School, Pool: over.ID, Persons: persons, Cause: CauseRolled})
	if err != nil {
		return err
	}
	for _, h := range handedOn(over.School, hands, into) {
		if err := w.Give(ctx, act, h); err != nil {
			return err
		}
	}
	for _, g := range p.Targets {
		g.Cause = CauseRolled
		if err := w.GiveTarget(ctx, act, over.School, g); err != nil {
			return err
		}
	}
	return tell(ctx, w, over.School, persons, RightChanged{Resources: p.Order.Resources, Cause: CauseRolled, Everybody: len(p.Targets) > 0})
}

// handedOn groups the copies that are given by the pool that they come out of and by what the old ones were given through.
func handedOn(school directory.SchoolID, hands []Hand, into map[directory.PersonID]PoolID) []Handover {
	var out []Handover
	slices.SortFunc(hands, func(a, b Hand) int { return cmp.Compare(a.Person, b.Person) })
	for _, h := range hands {
		pool, ok := into[h.Person]
		if !ok {
			continue // a right of the whole school lets them in
		}
		if h.Through.Kind == Person {
			h.Through.ID = ""
		}
		i := slices.IndexFunc(out, func(o Handover) bool { return o.Pool == pool && o.Through.String() == h.Through.String() })
		if i < 0 {
			i = len(out)
			out = append(out, Handover{School: school, Pool: pool, Through: h.Through, Cause: CauseRolled})
		}
		out[i].Persons = append(out[i].Persons, h.Person)
	}
	return out
}

// rolled is what the journal keeps of a roll-over.
type rolled struct {
	Resources []catalogue.ResourceID `json:"resources"`
	From      PoolID                 `json:"from"`
	Gets      int64                  `json:"gets"`
	Short     int64                  `json:"short,omitempty"`
	Plan      string                 `json:"plan"`
}

// turnPage is how many schools RollOver reads at a time.
const turnPage = 200

// RollOver gives schools whose pools ended or began lately their turn of the day, which is their own: holders come into the next pool,
// rules serve out of what has begun. It returns how many schools had their turn. Any node may call it at any time: a school has one turn
// a day, and one that fails keeps no other waiting.
func (s *Service) RollOver(ctx context.Context) (int, error) {
	turns := 0
	var failed []error
	after := directory.SchoolID("")
	for {
		var now time.Time
		list, err := read(ctx, s, func(ctx context.Context, r Reader) ([]Turning, error) {
			now = r.Now()
			day := clock.On(now, clock.ZoneOfUAI(""))
			return r.ListTurning(ctx, day, rollWithin, after, turnPage)
		})
		if err != nil {
			return turns, errors.Join(append(failed, err)...)
		}
		for _, t := range list {
			after = t.School.ID
			if !t.Last.Before(clock.On(now, t.School.Zone())) {
				continue
			}
			if err := s.turn(ctx, t.School); err != nil {
				failed = append(failed, fmt.Errorf("turn of school %s: %w", t.School.ID, err))
				continue
			}
			turns++
		}
		if len(list) < turnPage {
			return turns, errors.Join(failed...)
		}
	}
}

// turn is one school's turn of the day, unless it has had it.
func (s *Service) turn(ctx context.Context, school directory.School) error {
	return s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		day := today(w, school)
		pools, err := w.LockPools(ctx, school.ID, nil)
		if err != nil {
			return err
		}
		last, err := w.Turned(ctx, school.ID)
		if err != nil || !last.Before(day) {
			return err
		}
		var resources []catalogue.ResourceID
		for _, p := range pools {
			if began := !day.Before(p.Starts) && !p.Starts.AddDays(rollWithin).Before(day); began || over(p, day) {
				resources = append(resources, p.Resource)
			}
		}
		for _, resource := range distinct(resources) {
			if err := settle(ctx, w, school.ID, resource, false); err != nil {
				return err
			}
		}
		return w.KeepTurn(ctx, school.ID, day)
	})
}

// over reports whether a pool ended in the last days.
func over(p Pool, day clock.Date) bool {
	return p.Ends.Before(day) && !p.Ends.AddDays(rollWithin).Before(day)
}

// stocked lets the rules of the resources whose counters moved look again, and holders of pools that are over, unless copies were only
// given, kept back or opened: then there is nothing more to serve from.
func stocked(ctx context.Context, w Writer, school directory.SchoolID, f journal.Fact) error {
	var news PoolChanged
	if err := json.Unmarshal(f.Body, &news); err != nil {
		return fmt.Errorf("body of a fact on pools: %w", err)
	}
	switch news.Cause {
	case CauseAssigned, CauseServed, CauseReserve, CauseRolled, CauseOpened:
		return nil
	}
	// Where the whole school's right is taken back, a rule has its own class's to give, were nobody in it.
	back := (news.Cause == CauseLeft || news.Cause == CauseReleased) && !news.Everybody
	for _, resource := range news.Resources {
		if err := settle(ctx, w, school, resource, back); err != nil {
			return err
		}
	}
	return nil
}

// EndingPool is a pool that is about to end, or ended in the last days, with what is to become of its holders.
type EndingPool struct {
	Pool    Pool
	Title   string
	Holders int64 // who hold a copy out of it
	Waits   int64 // of those, for how many there is no copy to go on with, as far as counters tell
	Over    bool  // its last day is over: they wait now
}

// ListEnding lists the pools of a school with copies out that end within some days, or ended and whose holders may still roll over; the
// soonest to end first. Waits is an estimate from counters alone: some holders may have another copy already.
func (s *Service) ListEnding(ctx context.Context, school directory.SchoolID, within int) ([]EndingPool, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) ([]EndingPool, error) {
		at, err := r.FindSchool(ctx, school)
		if err != nil {
			return nil, err
		}
		pools, err := r.ListPools(ctx, school, nil)
		if err != nil {
			return nil, err
		}
		out := ending(pools, today(r, at), within)
		ids := make([]catalogue.ResourceID, len(out))
		for i, e := range out {
			ids[i] = e.Pool.Resource
		}
		works, err := r.FindWorks(ctx, ids)
		for i := range out {
			out[i].Title = works[out[i].Pool.Resource].Title
		}
		return out, err
	})
}

// ending says what becomes of the holders of pools that end within some days: who ends first takes from the next pool first. It is pure.
func ending(pools []Pool, today clock.Date, within int) []EndingPool {
	pools = slices.Clone(pools)
	slices.SortFunc(pools, func(a, b Pool) int {
		return cmp.Or(cmp.Compare(a.Ends.String(), b.Ends.String()), cmp.Compare(a.ID, b.ID))
	})
	var out []EndingPool
	for _, p := range pools {
		if p.Ended || p.Assigned == 0 || today.AddDays(within).Before(p.Ends) || p.Ends.AddDays(rollWithin).Before(today) {
			continue
		}
		e := EndingPool{Pool: p, Holders: p.Assigned, Waits: p.Assigned, Over: p.Ends.Before(today)}
		day := p.Ends.AddDays(1)
		if day.Before(today) {
			day = today
		}
		for i, next := range pools {
			switch {
			case next.Resource != p.Resource || !next.InForce(day) || !next.Serves(p.Publics):
			case next.Total.IsUnlimited():
				e.Waits = 0
			default:
				n := min(e.Waits, next.Free())
				pools[i].Assigned += n
				e.Waits -= n
			}
		}
		out = append(out, e)
	}
	return out
}
