package licensing

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/journal"
)

// bench is the rules of one resource of a school at work, inside a transaction that has locked its pools.
type bench struct {
	w        Writer
	school   directory.SchoolID
	resource catalogue.ResourceID
	today    clock.Date
	pools    []Pool // as they are now: they follow what is done
	rules    []Rule // in force
	kept     map[RuleID]map[PoolID]int64
	changed  bool // a rule found something to do
	back     bool // copies came back, and nothing else happened
}

// settle lets holders of pools that are over come into the next, then serves the rules of a resource in their order. Where nothing is
// to be done it changes nothing, so it may be called at any time. back says that copies came back and nothing else happened: then
// rules for which nobody waited have nobody to look for.
func settle(ctx context.Context, w Writer, school directory.SchoolID, resource catalogue.ResourceID, back bool) error {
	at, err := w.FindSchool(ctx, school)
	if err != nil {
		return err
	}
	// Most resources have neither rules nor holders who are to roll over: these are not worth a lock.
	b, err := openBench(ctx, w, at, resource)
	if err != nil {
		return err
	}
	if len(turning(b.pools, b.today)) == 0 && !slices.ContainsFunc(b.rules, func(r Rule) bool { return !back || !b.content(r) }) {
		return nil
	}
	pools, err := w.LockPools(ctx, school, []catalogue.ResourceID{resource})
	if err != nil {
		return err
	}
	if err := rollOver(ctx, w, school, resource, pools, b.today); err != nil {
		return err
	}
	if b, err = openBench(ctx, w, at, resource); err != nil {
		return err
	}
	b.back = back
	return b.all(ctx)
}

// content reports whether a rule keeps back what it should, and looked today and nobody waited.
func (b *bench) content(r Rule) bool {
	return r.Content == b.today && maps.Equal(r.keeps(withoutReserve(b.pools, b.kept[r.ID]), b.today), b.kept[r.ID])
}

// all lets every rule look, in their order, until none finds anything to do: where one moves what it keeps back to another pool, one
// before it may have waited for just that.
func (b *bench) all(ctx context.Context) error {
	for range 1 + len(b.rules) {
		b.changed = false
		for i, r := range b.rules {
			waits, err := b.look(ctx, r)
			if err != nil {
				return fmt.Errorf("serve rule %s of school %s: %w", r.ID, b.school, err)
			}
			if err := b.note(ctx, i, waits); err != nil {
				return err
			}
		}
		if !b.changed {
			return nil
		}
	}
	return nil
}

// note remembers whether somebody may wait for a rule.
func (b *bench) note(ctx context.Context, i int, waits bool) error {
	day := b.today
	if waits {
		day = clock.Date{}
	}
	if b.rules[i].Content == day {
		return nil
	}
	b.rules[i].Content = day
	return b.w.NoteContent(ctx, b.rules[i])
}

// openBench reads rules, pools and reserves of a resource.
func openBench(ctx context.Context, w Writer, at directory.School, resource catalogue.ResourceID) (*bench, error) {
	b := &bench{w: w, school: at.ID, resource: resource, today: today(w, at)}
	only := []catalogue.ResourceID{resource}
	var err error
	if b.pools, err = w.ListPools(ctx, at.ID, only); err != nil {
		return nil, err
	}
	all, err := w.ListRules(ctx, at.ID, only)
	if err != nil {
		return nil, err
	}
	b.rules = inForce(all)
	b.kept, err = reserves(ctx, w, at.ID, only)
	return b, err
}

func inForce(rules []Rule) []Rule {
	return slices.DeleteFunc(rules, func(r Rule) bool { return r.State != RuleInForce })
}

// reserves reads what the rules of some resources keep back, by rule and pool.
func reserves(ctx context.Context, r Reader, school directory.SchoolID, resources []catalogue.ResourceID) (map[RuleID]map[PoolID]int64, error) {
	list, err := r.ListReserves(ctx, school, resources)
	out := map[RuleID]map[PoolID]int64{}
	for _, k := range list {
		if out[k.Rule] == nil {
			out[k.Rule] = map[PoolID]int64{}
		}
		out[k.Rule][k.Pool] = k.N
	}
	return out, err
}

// look serves everybody whom a rule names, unless a glance says that there is nothing to do. It reports whether somebody
// may wait.
func (b *bench) look(ctx context.Context, r Rule) (waits bool, err error) {
	if b.back && b.content(r) {
		return false, nil
	}
	if idle, waits, err := b.idle(ctx, r); err != nil || idle {
		return waits, err
	}
	order, err := r.order().check()
	if err != nil {
		return false, err
	}
	g, err := survey(ctx, b.w, order, b.pools)
	if err != nil {
		return false, err
	}
	return b.serve(ctx, r, g)
}

// idle reports whether a rule keeps back what it should and either has no copy to give, where somebody may wait, or nobody to give one
// to. It costs a question or two, where a plan reads everybody.
func (b *bench) idle(ctx context.Context, r Rule) (idle, waits bool, err error) {
	pools := withoutReserve(b.pools, b.kept[r.ID])
	if !maps.Equal(r.keeps(pools, b.today), b.kept[r.ID]) {
		return false, false, nil
	}
	any := false
	var ids []PoolID
	var publics []directory.Profile
	for _, p := range pools {
		if !p.InForce(b.today) {
			continue
		}
		if p.Kind == Establishment {
			return false, false, nil // rights given to targets are the plan's to weigh
		}
		ids, publics = append(ids, p.ID), append(publics, p.Publics...)
		any = any || p.Total.IsUnlimited() || p.Free() > 0
	}
	if !any {
		return true, true, nil
	}
	for _, t := range r.Targets {
		narrow, ok := t.within(publics)
		if !ok {
			continue
		}
		if some, err := b.w.AnyWithout(ctx, b.school, narrow, ids); err != nil || some {
			return false, false, err
		}
	}
	return true, false, nil
}

// serve carries out what a rule decides on a ground: copies and reserve in one act. Pools follow, for the rules after it. It reports
// whether somebody on that ground waits.
func (b *bench) serve(ctx context.Context, r Rule, g ground) (waits bool, err error) {
	g.pools = map[catalogue.ResourceID][]Pool{b.resource: b.pools}
	p := r.decide(g, b.kept[r.ID])
	waits = p.Plan.Sum().Short > 0
	if p.Plan.Empty() && maps.Equal(p.keeps, b.kept[r.ID]) {
		return waits, nil
	}
	b.changed = true
	act, err := b.w.Record(ctx, p.entry(journal.System("rules"), CauseServed, ""))
	if err != nil {
		return false, err
	}
	return waits, b.carry(ctx, act, p, CauseServed)
}

// carry writes a rule's plan under an act. What it keeps back shrinks before copies are given and grows after, so that at no moment
// is there one too many.
func (b *bench) carry(ctx context.Context, act journal.ActID, p RulePlan, cause Cause) error {
	if err := b.keepBack(ctx, act, p, func(now, was int64) bool { return now < was }); err != nil {
		return err
	}
	handovers, touched := p.Plan.handovers()
	for _, h := range handovers {
		h.Cause = cause
		if err := b.w.Give(ctx, act, h); err != nil {
			return err
		}
	}
	for _, g := range p.Plan.Targets {
		g.Cause = cause
		if err := b.w.GiveTarget(ctx, act, b.school, g); err != nil {
			return err
		}
	}
	if err := b.keepBack(ctx, act, p, func(now, was int64) bool { return now > was }); err != nil {
		return err
	}
	b.pools = p.Plan.drawn(withoutReserve(b.pools, b.kept[p.Rule.ID]))
	for i := range b.pools {
		b.pools[i].Reserved += p.keeps[b.pools[i].ID]
	}
	b.kept[p.Rule.ID] = p.keeps
	if p.Plan.Empty() {
		return tellPools(ctx, b.w, b.school, b.resource, CauseReserve)
	}
	return tell(ctx, b.w, b.school, touched, RightChanged{Resources: []catalogue.ResourceID{b.resource}, Cause: cause, Everybody: len(p.Plan.Targets) > 0})
}

// keepBack writes those changes of a rule's reserve that go one way, in the order of the pools.
func (b *bench) keepBack(ctx context.Context, act journal.ActID, p RulePlan, goes func(now, was int64) bool) error {
	for _, pool := range b.pools {
		now, was := p.keeps[pool.ID], b.kept[p.Rule.ID][pool.ID]
		if !goes(now, was) {
			continue
		}
		if err := b.w.KeepBack(ctx, act, b.school, Kept{Pool: pool.ID, Rule: p.Rule.ID, N: now}); err != nil {
			return err
		}
	}
	return nil
}

// letGo gives back to the stock what a rule keeps.
func (b *bench) letGo(ctx context.Context, act journal.ActID, r Rule) error {
	return b.keepBack(ctx, act, RulePlan{Rule: r}, func(now, was int64) bool { return now < was })
}

// tellPools puts in the outbox that counters moved, where nobody's right did.
func tellPools(ctx context.Context, w Writer, school directory.SchoolID, resource catalogue.ResourceID, cause Cause) error {
	return w.Tell(ctx, journal.Fact{Topic: FactPoolChanged, School: string(school), Subject: string(resource)},
		PoolChanged{Resources: []catalogue.ResourceID{resource}, Cause: cause})
}

// newcomer lets the rules of a school look at one person who came, or changed class: copies that are to come back do, then whoever
// names the person serves them.
func newcomer(ctx context.Context, w Writer, school directory.SchoolID, person directory.PersonID) error {
	all, err := w.ListRules(ctx, school, nil)
	rules := inForce(all)
	if err != nil || len(rules) == 0 {
		return err
	}
	at, err := w.FindSchool(ctx, school)
	if err != nil {
		return err
	}
	order := Order{School: school, Targets: []Target{ToPerson(person)}}
	for _, r := range rules {
		order.Resources = append(order.Resources, r.Resource)
	}
	order.Resources = distinct(order.Resources)
	pools, err := w.LockPools(ctx, school, order.Resources)
	if err != nil {
		return err
	}
	persons, err := candidates(ctx, w, order, pools, true)
	if err != nil || len(persons) == 0 {
		return err // gone again
	}
	if err := movedOn(ctx, w, at, rules, pools, persons[0]); err != nil {
		return err
	}
	for _, resource := range order.Resources {
		b, err := openBench(ctx, w, at, resource)
		if err != nil {
			return err
		}
		if err := b.serveOne(ctx, persons[0]); err != nil {
			return fmt.Errorf("serve %s of school %s: %w", person, school, err)
		}
	}
	return nil
}

// serveOne lets the rules of a resource serve one person: the first that names them and has a copy does.
func (b *bench) serveOne(ctx context.Context, c Candidate) error {
	for i, r := range b.rules {
		through, ok := r.covering(c)
		if !ok {
			continue
		}
		// Anew for each: what the one before gave is seen by the next.
		g, err := survey(ctx, b.w, Order{School: b.school, Resources: []catalogue.ResourceID{b.resource}, Targets: []Target{ToPerson(c.Person)}}, b.pools)
		if err != nil {
			return err
		}
		c.Through = through
		g.persons = []Candidate{c}
		waits, err := b.serve(ctx, r, g)
		if err != nil {
			return err
		}
		if !waits {
			continue // of this one person; of the others nothing is known
		}
		if err := b.note(ctx, i, true); err != nil {
			return err
		}
	}
	return nil
}

// movedOn takes back the copies that somebody has through a class that they are no longer in, where its rule says so, unless another
// rule in force names them.
func movedOn(ctx context.Context, w Writer, at directory.School, rules []Rule, pools []Pool, c Candidate) error {
	var hands []Hand
	for _, r := range rules {
		if r.Keep != GiveBack {
			continue
		}
		if slices.ContainsFunc(rules, func(x Rule) bool { _, ok := x.covering(c); return ok && x.Resource == r.Resource }) {
			continue
		}
		if hands == nil {
			var err error
			if hands, err = w.ListHands(ctx, at.ID, c.Person); err != nil {
				return err
			}
		}
		for _, h := range hands {
			i := slices.IndexFunc(pools, func(p Pool) bool { return p.ID == h.Pool })
			if i < 0 || pools[i].Resource != r.Resource || h.lockedIn(pools[i]) || !pools[i].InForce(today(w, at)) ||
				!slices.ContainsFunc(r.Targets, func(t Target) bool { return t.String() == h.Through.String() }) {
				continue
			}
			if err := comeBack(ctx, w, r, h); err != nil {
				return err
			}
		}
	}
	return nil
}

// comeBack takes one copy back in a rule's name.
func comeBack(ctx context.Context, w Writer, r Rule, h Hand) error {
	act, err := w.Record(ctx, journal.Entry{School: string(r.School), Actor: journal.System("rules"), Verb: "licensing.released", Subject: string(r.Resource),
		Person: string(h.Person), Class: journal.ClassLedger, Detail: ruled{Rule: r.ID, Resources: []catalogue.ResourceID{r.Resource}, Targets: texts(r.Targets), Loses: 1}})
	if err != nil {
		return err
	}
	back, err := w.TakeBack(ctx, act, Handover{School: r.School, Pool: h.Pool, Persons: []directory.PersonID{h.Person}, Through: h.Through, Cause: CauseReleased})
	if err != nil || !back {
		return err // opened in between: consumed
	}
	return tell(ctx, w, r.School, []directory.PersonID{h.Person}, RightChanged{Resources: []catalogue.ResourceID{r.Resource}, Cause: CauseReleased})
}
