package licensing

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/journal"
)

// On the first morning everybody gives one copy to one pupil, out of the same few pools, each of which is one row that lets one
// transaction in at a time. So single assignments of one resource in one school that wait at the same moment share one transaction: each
// is decided by itself on what the ones before it left, refused by itself, and has its own act; what they write is written once.
//
// What they are decided on is read before the row is locked, while the group before is still being committed. What is written holds only
// where it was still so: where not, the same is done again behind the lock.

// single is one assignment that waits for its turn, and what came of it.
type single struct {
	by    journal.Actor
	order Order // of one resource to one person

	plan Plan
	done Applied
	err  error
	told chan struct{} // closed when done and err are said
}

// counter (« guichet ») is where single assignments of one resource in one school queue.
type counter struct {
	mu      sync.Mutex
	waiting map[pile][]*single
	serving map[pile]int // how many groups are being served there
}

type pile struct {
	school   directory.SchoolID
	resource catalogue.ResourceID
}

// abreast is how many groups are served at once at one counter: one is read while the other is written.
const abreast = 2

// mostAtOnce bounds how many share a transaction, so that the first is not kept waiting by a crowd.
const mostAtOnce = 128

// isSingle reports whether an order gives one resource to one person.
func (o Order) isSingle() bool {
	return !o.Take && len(o.Resources) == 1 && len(o.Targets) == 1 && o.Targets[0].Kind == Person && len(o.Targets[0].Profiles) == 0
}

// one gives one copy, in a transaction that it may share. Whoever finds a place to serve serves all who wait. Once in the queue an
// assignment is not abandoned half-way: the answer is the truth, whatever became of ctx.
func (s *Service) one(ctx context.Context, by journal.Actor, order Order) (Applied, error) {
	mine := &single{by: by, order: order, told: make(chan struct{})}
	at := pile{order.School, order.Resources[0]}
	ctx = context.WithoutCancel(ctx)
	if s.counter.join(at, mine) {
		if first := s.counter.next(at); first != nil { // nil: the other who serves has taken us in
			s.serve(ctx, at, first)
			if rest := s.counter.next(at); rest != nil { // a crowd without end is not for the first of it to serve
				go func() {
					for ; rest != nil; rest = s.counter.next(at) {
						s.serve(ctx, at, rest)
					}
				}()
			}
		}
	}
	<-mine.told
	if mine.err != nil {
		return Applied{Plan: mine.plan}, fmt.Errorf("assign in school %s: %w", order.School, mine.err)
	}
	return mine.done, nil
}

// join queues, and reports whether the one who joined is to serve.
func (c *counter) join(at pile, one *single) (serves bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.waiting == nil {
		c.waiting, c.serving = map[pile][]*single{}, map[pile]int{}
	}
	c.waiting[at] = append(c.waiting[at], one)
	if c.serving[at] == abreast {
		return false
	}
	c.serving[at]++
	return true
}

// next takes those who waited longest; nil where nobody is left: whoever asked serves no more, and does not ask again.
func (c *counter) next(at pile) []*single {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := c.waiting[at]
	n := min(len(all), mostAtOnce)
	if c.waiting[at] = all[n:]; n == len(all) {
		delete(c.waiting, at)
	}
	if n > 0 {
		return all[:n:n]
	}
	if c.serving[at]--; c.serving[at] == 0 {
		delete(c.serving, at)
	}
	return nil
}

// serve does what a group asks, and tells each what came of it.
func (s *Service) serve(ctx context.Context, at pile, group []*single) {
	footing, err := s.stand(ctx, at, group)
	free := slices.DeleteFunc(slices.Clone(group), func(one *single) bool { return slices.Contains(footing.Mandated, personOf(one.by)) })
	if err == nil && len(free) > 0 {
		if err = s.serveOpenly(ctx, at, footing, free); errors.Is(err, errStale) {
			err = s.serveBehindLock(ctx, at, free)
		}
	}
	for _, one := range group {
		switch {
		case err != nil:
			one.err, one.done = err, Applied{}
		case !slices.Contains(free, one): // what a mandate limits is decided by itself
			one.done, one.err = s.apply(ctx, one.by, one.order, Plan.served)
			one.plan = one.done.Plan
		}
		close(one.told)
	}
}

// errStale says that what a group was decided on is not so any more, or cannot be read in one question.
var errStale = errors.New("what was decided on has changed")

// stood is what a group is decided on, and when it was read.
type stood struct {
	Footing
	now time.Time
}

// stand reads it, without a lock.
func (s *Service) stand(ctx context.Context, at pile, group []*single) (stood, error) {
	var actors []directory.PersonID
	for _, one := range group {
		if p := personOf(one.by); p != "" {
			actors = append(actors, p)
		}
	}
	actors = distinct(actors)
	return look(ctx, s, func(ctx context.Context, r Reader) (stood, error) {
		found, err := r.FindFooting(ctx, at.school, at.resource, personsOf(group), actors)
		return stood{found, r.Now()}, err
	})
}

// serveOpenly decides on what was read without a lock.
func (s *Service) serveOpenly(ctx context.Context, at pile, footing stood, group []*single) error {
	g := ground{today: clock.On(footing.now, footing.School.Zone()), persons: footing.Persons, pools: map[catalogue.ResourceID][]Pool{at.resource: footing.Pools},
		held: map[PoolID]map[directory.PersonID]Held{}, given: map[catalogue.ResourceID][]GivenTarget{}}
	for _, p := range footing.Pools {
		if p.Kind == Establishment { // rights of classes and groups have to be weighed
			return errStale
		}
		g.held[p.ID] = map[directory.PersonID]Held{}
	}
	for _, h := range footing.Held {
		g.held[h.Pool][h.Person] = h
	}
	served := g.each(group)
	if slices.ContainsFunc(group, func(one *single) bool { return one.err != nil }) {
		return errStale // nobody is refused because of what may have changed
	}
	if len(served) == 0 {
		return nil
	}
	err := s.Store.Write(ctx, func(ctx context.Context, w Writer) error { return give(ctx, w, at, footing.Pools, served) })
	if fault.Is(err, fault.Conflict) || fault.Is(err, fault.Exhausted) {
		return errStale
	}
	return err
}

// serveBehindLock decides and gives in one transaction that has locked the pools.
func (s *Service) serveBehindLock(ctx context.Context, at pile, group []*single) error {
	return s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		pools, err := w.LockPools(ctx, at.school, []catalogue.ResourceID{at.resource})
		if err != nil {
			return err
		}
		g, err := survey(ctx, w, together(at, group), pools)
		if err != nil {
			return err
		}
		return give(ctx, w, at, pools, g.each(group))
	})
}

// personsOf are those to whom a group gives.
func personsOf(group []*single) []directory.PersonID {
	persons := make([]directory.PersonID, len(group))
	for i, one := range group {
		persons[i] = directory.PersonID(one.order.Targets[0].ID)
	}
	return distinct(persons)
}

// together is the order of all, for the survey.
func together(at pile, group []*single) Order {
	all := Order{School: at.school, Resources: []catalogue.ResourceID{at.resource}, Rank: ByName}
	for _, p := range personsOf(group) {
		all.Targets = append(all.Targets, ToPerson(p))
	}
	return all
}

// each decides one after the other, each on what the ones before it left, and returns those whose plan is to be carried out.
func (g ground) each(group []*single) []*single {
	persons := g.persons
	var serve []*single
	for _, one := range group {
		one.plan, one.done, one.err = Plan{}, Applied{}, nil
		g.persons = nil
		for _, c := range persons {
			if string(c.Person) == one.order.Targets[0].ID {
				g.persons = []Candidate{c}
			}
		}
		one.plan = decide(one.order, g)
		if one.err = one.plan.served(); one.err != nil {
			continue
		}
		one.done = Applied{Plan: one.plan}
		if !one.plan.Empty() {
			g.after(one.plan)
			serve = append(serve, one)
		}
	}
	return serve
}

// after changes the ground as the plan will.
func (g ground) after(p Plan) {
	for _, o := range p.Outcomes {
		if o.Verdict != Gets || o.SiteWide {
			continue
		}
		pools := g.pools[o.Resource]
		for i := range pools {
			if pools[i].ID == o.Pool {
				pools[i].Assigned++
			}
		}
		if g.held[o.Pool] == nil {
			g.held[o.Pool] = map[directory.PersonID]Held{}
		}
		g.held[o.Pool][o.Person] = Held{Pool: o.Pool, Person: o.Person}
	}
	for _, t := range p.Targets {
		g.given[t.Resource] = append(g.given[t.Resource], t)
	}
}

// give writes what a group was given out of pools.
func give(ctx context.Context, w Writer, at pile, pools []Pool, group []*single) error {
	if len(group) == 0 {
		return nil
	}
	entries := make([]journal.Entry, len(group))
	var touched []directory.PersonID
	seen := map[directory.PersonID]bool{}
	for i, one := range group {
		_, persons := one.plan.handovers()
		entries[i] = one.plan.entry(one.by, persons)
		for _, p := range persons {
			if !seen[p] {
				seen[p] = true
				touched = append(touched, p)
			}
		}
	}
	acts, err := w.RecordAll(ctx, entries)
	if err != nil {
		return err
	}
	copies, order := map[PoolID][]OwnCopy{}, []PoolID{}
	news := RightChanged{Resources: []catalogue.ResourceID{at.resource}, Cause: CauseAssigned}
	for i, one := range group {
		one.done.Act = acts[i]
		for _, o := range one.plan.Outcomes {
			if o.Verdict != Gets || o.SiteWide {
				continue
			}
			if copies[o.Pool] == nil {
				order = append(order, o.Pool)
			}
			copies[o.Pool] = append(copies[o.Pool], OwnCopy{o.Person, acts[i]})
		}
		for _, t := range one.plan.Targets {
			news.Everybody = true
			if err := w.GiveTarget(ctx, acts[i], at.school, t); err != nil {
				return err
			}
		}
	}
	slices.Sort(order) // as LockPools takes them
	for _, id := range order {
		if err := w.GiveEach(ctx, pools[slices.IndexFunc(pools, func(p Pool) bool { return p.ID == id })], copies[id]); err != nil {
			return err
		}
	}
	return tell(ctx, w, at.school, touched, news)
}
