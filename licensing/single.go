package licensing

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/journal"
)

// On the first morning everybody gives one copy to one pupil, out of the same few pools, each of which is one row that lets one
// transaction in at a time. So single assignments of one resource in one school that wait at the same moment share one transaction: each
// is decided by itself on what the ones before it left, refused by itself, and has its own act; what all are decided on is read at once,
// and what they write is written at once.

// single is one assignment that waits for its turn, and what came of it.
type single struct {
	by    journal.Actor
	order Order // of one resource to one person

	plan Plan
	done Applied
	err  error
	told chan struct{} // closed when done and err are said
}

// counter (« guichet ») is where single assignments of one resource in one school queue. A queue is there while somebody serves it.
type counter struct {
	mu      sync.Mutex
	waiting map[pile][]*single
}

type pile struct {
	school   directory.SchoolID
	resource catalogue.ResourceID
}

// mostAtOnce bounds how many share a transaction, so that the first is not kept waiting by a crowd.
const mostAtOnce = 128

// isSingle reports whether an order gives one resource to one person.
func (o Order) isSingle() bool {
	return !o.Take && len(o.Resources) == 1 && len(o.Targets) == 1 && o.Targets[0].Kind == Person && len(o.Targets[0].Profiles) == 0
}

// one gives one copy, in a transaction that it may share. Whoever finds nobody serving serves all who wait. Once in the queue an assignment
// is not abandoned half-way: the answer is the truth, whatever became of ctx.
func (s *Service) one(ctx context.Context, by journal.Actor, order Order) (Applied, error) {
	mine := &single{by: by, order: order, told: make(chan struct{})}
	at := pile{order.School, order.Resources[0]}
	ctx = context.WithoutCancel(ctx)
	if s.counter.join(at, mine) {
		s.serve(ctx, at, s.counter.next(at))
		go func() { // a crowd without end is not for the first of it to serve
			for {
				// Whoever was told may have another to give at once: the more share a transaction, the less each costs.
				runtime.Gosched()
				rest := s.counter.next(at)
				if rest == nil {
					return
				}
				s.serve(ctx, at, rest)
			}
		}()
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
		c.waiting = map[pile][]*single{}
	}
	queue, served := c.waiting[at]
	c.waiting[at] = append(queue, one)
	return !served
}

// next takes those who waited longest; nil where nobody is left: whoever asked serves no more.
func (c *counter) next(at pile) []*single {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := c.waiting[at]
	if len(all) == 0 {
		delete(c.waiting, at)
		return nil
	}
	n := min(len(all), mostAtOnce)
	c.waiting[at] = all[n:]
	return all[:n:n]
}

// serve does what a group asks, and tells each what came of it.
func (s *Service) serve(ctx context.Context, at pile, group []*single) {
	var limited []*single
	err := s.Store.Write(ctx, func(ctx context.Context, w Writer) (err error) {
		limited, err = together(ctx, w, at, group)
		return err
	})
	for _, one := range group {
		switch {
		case err != nil:
			one.err, one.done = err, Applied{}
		case slices.Contains(limited, one): // what a mandate limits is decided by itself
			one.done, one.err = s.apply(ctx, one.by, one.order, Plan.served)
			one.plan = one.done.Plan
		}
		close(one.told)
	}
}

// together decides and gives what a group asks, behind the lock of the pools. Those whom a mandate limits are left out and returned.
func together(ctx context.Context, w Writer, at pile, group []*single) (limited []*single, err error) {
	var actors []directory.PersonID
	for _, one := range group {
		if p := personOf(one.by); p != "" {
			actors = append(actors, p)
		}
	}
	footing, err := w.LockFooting(ctx, at.school, at.resource, personsOf(group), distinct(actors))
	if err != nil {
		return nil, err
	}
	var free []*single
	for _, one := range group {
		if slices.Contains(footing.Mandated, personOf(one.by)) {
			limited = append(limited, one)
		} else {
			free = append(free, one)
		}
	}
	g, err := footing.ground(ctx, w, at, free)
	if err != nil {
		return nil, err
	}
	return limited, give(ctx, w, at, g.each(free))
}

// ground is what is decided on. Where rights of classes and groups have to be weighed, they are asked for.
func (f Footing) ground(ctx context.Context, r Reader, at pile, group []*single) (ground, error) {
	if slices.ContainsFunc(f.Pools, func(p Pool) bool { return p.Kind == Establishment }) {
		return survey(ctx, r, orderOf(at, group), f.Pools)
	}
	g := ground{today: today(r, f.School), persons: f.Persons, pools: map[catalogue.ResourceID][]Pool{at.resource: f.Pools},
		held: map[PoolID]map[directory.PersonID]Held{}, given: map[catalogue.ResourceID][]GivenTarget{}}
	for _, p := range f.Pools {
		g.held[p.ID] = map[directory.PersonID]Held{}
	}
	for _, h := range f.Held {
		g.held[h.Pool][h.Person] = h
	}
	return g, nil
}

// personsOf are those to whom a group gives.
func personsOf(group []*single) []directory.PersonID {
	persons := make([]directory.PersonID, len(group))
	for i, one := range group {
		persons[i] = directory.PersonID(one.order.Targets[0].ID)
	}
	return distinct(persons)
}

// orderOf is the order of all, for the survey.
func orderOf(at pile, group []*single) Order {
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

// give writes what a group was given.
func give(ctx context.Context, w Writer, at pile, group []*single) error {
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
	slices.Sort(order)
	for _, id := range order {
		if err := w.GiveEach(ctx, at.school, id, copies[id]); err != nil {
			return err
		}
	}
	return tell(ctx, w, at.school, touched, news)
}
