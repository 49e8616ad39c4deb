package licensing

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
)

// ground is everything that a decision stands on. It is gathered by survey; decide adds nothing to it.
type ground struct {
	today   clock.Date
	persons []Candidate                            // whom the targets name, each once
	pools   map[catalogue.ResourceID][]Pool        // all of the school's, in force or not
	held    map[PoolID]map[directory.PersonID]Held // of these persons
	given   map[catalogue.ResourceID][]GivenTarget // school-wide rights there are
	mandate *Mandate                               // the delegate's who asks; nil for a manager
	spent   map[HeldCopy]bool                      // (undo) what counted under it until the act took it back
}

// decide makes the plan of an order. It is pure: the same order on the same ground gives the same plan.
func decide(order Order, g ground) Plan {
	p := outline(order, g)
	p.Hash = fingerprint(p)
	return p
}

// outline is decide without the hash, for what is looked at and not applied.
func outline(order Order, g ground) Plan {
	p := Plan{Order: order}
	persons := slices.Clone(g.persons)
	slices.SortFunc(persons, order.Rank.compare)
	purse := g.mandate.purse()
	p.Outcomes = slices.Grow(p.Outcomes, len(persons)*len(order.Resources))
	for _, resource := range order.Resources {
		d := decision{order: order, ground: g, resource: resource, pools: slices.Clone(g.pools[resource]), outcomes: p.Outcomes,
			figures: Figures{Resource: resource}, purse: purse}
		slices.SortFunc(d.pools, Pool.drawnBefore)
		before := slices.Clone(d.pools)
		if order.Take {
			d.take(persons)
		} else {
			d.give(persons)
		}
		d.count(before)
		p.Outcomes = d.outcomes
		p.Targets = append(p.Targets, d.targets...)
		p.Figures = append(p.Figures, d.figures)
	}
	return p
}

// compare orders candidates by rank. Whoever has no class comes after the classes.
func (r Rank) compare(a, b Candidate) int {
	if r != ByName {
		if d := cmp.Or(-cmp.Compare(min(len(a.Class), 1), min(len(b.Class), 1)), cmp.Compare(a.Class, b.Class)); d != 0 {
			return d
		}
	}
	return cmp.Or(cmp.Compare(a.Folded, b.Folded), cmp.Compare(a.Person, b.Person))
}

// decision is the plan of one resource in the making. Its pools are copies whose counters follow the outcomes.
type decision struct {
	order    Order
	ground   ground
	resource catalogue.ResourceID
	pools    []Pool    // in the order of drawing
	outcomes []Outcome // after those of the resources before
	targets  []GivenTarget
	figures  Figures
	purse    *int64           // what is left of a delegate's budget, over all resources; nil without limit
	asked    map[PoolID]int64 // who gets a copy out of a pool, or would if it had one more
}

// count fills the counters, from the pools as they were and as they are now.
func (d *decision) count(before []Pool) {
	f, was, is := &d.figures, poolsInForce(before, d.ground.today), poolsInForce(d.pools, d.ground.today)
	f.Before, f.After = sum(was).Select(f.Gets+f.Short), sum(is)
	f.PortionsBefore, f.PortionsAfter = portions(was, d.asked), portions(is, nil)
}

// ask counts somebody who is selected for a copy of a pool; of none where no pool serves them.
func (d *decision) ask(p Pool) {
	if p.ID == "" {
		return
	}
	if d.asked == nil {
		d.asked = map[PoolID]int64{}
	}
	d.asked[p.ID]++
}

func (d *decision) say(c Candidate, verdict Verdict, from Pool, why Why) {
	h, holds := d.ground.held[from.ID][c.Person]
	d.outcomes = append(d.outcomes, Outcome{Resource: d.resource, Person: c.Person, Verdict: verdict, Pool: from.ID, Why: why,
		SiteWide: from.SiteWide() && !holds, Through: c.Through, Used: h.Last})
	switch verdict {
	case Gets:
		d.figures.Gets++
		d.ask(from)
	case Has:
		d.figures.Has++
	case Loses:
		d.figures.Loses++
	case Lacks:
		d.figures.Lacks++
	case Cannot:
		d.figures.Cannot++
		if why == WhyShort || why == WhyBudget {
			d.figures.Short++
			d.ask(from)
		}
	}
}

func (d *decision) give(persons []Candidate) {
	inForce := slices.DeleteFunc(slices.Clone(d.pools), func(p Pool) bool { return !p.InForce(d.ground.today) })
	for _, p := range inForce {
		if p.Kind == Establishment {
			d.giveTargets(p)
		}
	}
	for _, c := range persons {
		if pool, ok := d.holdsAlready(c, inForce); ok {
			d.say(c, Has, pool, "")
			continue
		}
		pool, why := d.draw(c)
		if why != "" {
			d.say(c, Cannot, Pool{}, why) // out of no pool,
			d.ask(pool)                   // and counted with the one that has no more
			continue
		}
		d.say(c, Gets, pool, "")
		if pool.SiteWide() && !covered(d.targets, c, pool) {
			d.targets = append(d.targets, GivenTarget{Resource: d.resource, Pool: pool.ID, Target: ToPerson(c.Person)})
		}
	}
}

// giveTargets notes the school, classes and groups that a school-wide pool is to be given to: those of the order, narrowed to
// the pool's publics, that no target given before already takes in, each once: narrowed, two may say the same. A person is given the one pool
// that serves them.
func (d *decision) giveTargets(p Pool) {
	for _, t := range d.order.Targets {
		t, ok := t.within(p.Publics)
		if !ok || t.Kind == Person || slices.ContainsFunc(d.ground.given[d.resource], func(g GivenTarget) bool { return g.Pool == p.ID && g.Target.takesIn(t) }) {
			continue
		}
		if slices.ContainsFunc(d.targets, func(g GivenTarget) bool { return g.Pool == p.ID && g.Target.String() == t.String() }) {
			continue
		}
		d.targets = append(d.targets, GivenTarget{Resource: d.resource, Pool: p.ID, Target: t})
	}
}

// covered reports whether one of the targets lets the candidate into the pool.
func covered(given []GivenTarget, c Candidate, p Pool) bool {
	return p.Serves(c.Profiles) && slices.ContainsFunc(given, func(g GivenTarget) bool { return g.Pool == p.ID && g.Target.covers(c) })
}

// covered reports whether a target given before lets the candidate in.
func (d *decision) covered(c Candidate, p Pool) bool {
	return covered(d.ground.given[d.resource], c, p)
}

func (d *decision) holdsAlready(c Candidate, inForce []Pool) (Pool, bool) {
	for _, p := range inForce {
		if _, ok := d.ground.held[p.ID][c.Person]; ok || p.SiteWide() && d.covered(c, p) {
			return p, true
		}
	}
	return Pool{}, false
}

// draw takes a copy for the candidate out of the first pool that serves them and has one; where none has, or the budget is spent, it
// returns the pool that they are counted with.
func (d *decision) draw(c Candidate) (Pool, Why) {
	why, full := WhySubscription, Pool{}
	for i := range d.pools {
		p := &d.pools[i]
		switch {
		case !p.InForce(d.ground.today):
		case !p.Serves(c.Profiles):
			if why == WhySubscription {
				why = WhyPublic
			}
		case p.SiteWide():
			return *p, ""
		case !p.Total.IsUnlimited() && p.Free() < 1:
			if why != WhyShort {
				why, full = WhyShort, *p
			}
		case d.purse != nil && *d.purse < 1:
			return *p, WhyBudget
		default:
			if d.purse != nil {
				*d.purse--
			}
			p.Assigned++
			return *p, ""
		}
	}
	return full, why
}

func (d *decision) take(persons []Candidate) {
	d.takeTargets(persons)
	for _, c := range persons {
		found := false
		for i := range d.pools {
			p := &d.pools[i]
			h, ok := d.ground.held[p.ID][c.Person]
			switch {
			case ok && h.lockedIn(*p):
				d.say(c, Cannot, *p, WhyLocked)
			case ok && d.order.Only.Unopened && h.Opened:
				d.say(c, Cannot, *p, WhyOpened)
			case ok:
				p.Assigned--
				d.say(c, Loses, *p, "")
			case p.SiteWide() && p.InForce(d.ground.today) && d.covered(c, *p):
				d.sayThrough(c, *p)
			default:
				continue
			}
			found = true
		}
		// Who left is found among a whole school as long as they hold one of the order's resources: of the others nothing is said, so that
		// each resource's part of a plan is what it would be alone.
		if gone := len(c.Profiles) == 0 && c.Through.Kind == WholeSchool; !found && !gone {
			d.say(c, Lacks, Pool{}, "")
		}
	}
}

// takeTargets notes the targets that the order takes back: exactly those that were given. An order for some copies only takes nothing
// from a class or the school, for others have it through them; what was given to one of its persons by name, it does.
func (d *decision) takeTargets(persons []Candidate) {
	if d.order.Only.narrows() {
		d.takeNamed(persons)
		return
	}
	for _, g := range d.ground.given[d.resource] {
		p := slices.IndexFunc(d.pools, func(p Pool) bool { return p.ID == g.Pool })
		if p >= 0 && slices.ContainsFunc(d.order.Targets, func(t Target) bool {
			t, ok := t.within(d.pools[p].Publics)
			return ok && t.String() == g.Target.String()
		}) {
			d.targets = append(d.targets, g)
		}
	}
}

// takeNamed notes the rights that were given to one of these persons by name. Nobody knows of such a right whether it was ever opened.
func (d *decision) takeNamed(persons []Candidate) {
	if d.order.Only.Unopened {
		return
	}
	for _, g := range d.ground.given[d.resource] {
		if g.Target.Kind == Person && slices.ContainsFunc(persons, func(c Candidate) bool { return g.Target.ID == string(c.Person) }) {
			d.targets = append(d.targets, g)
		}
	}
}

// sayThrough tells of somebody whom a school-wide right covers: they lose it if every target that covers them is taken back.
func (d *decision) sayThrough(c Candidate, p Pool) {
	for _, g := range d.ground.given[d.resource] {
		if g.Pool == p.ID && g.Target.covers(c) && !slices.ContainsFunc(d.targets, func(t GivenTarget) bool { return t.Pool == g.Pool && t.Target.String() == g.Target.String() }) {
			d.say(c, Cannot, p, WhyThrough)
			return
		}
	}
	d.say(c, Loses, p, "")
}

// fingerprint hashes what a plan does: order, outcomes and targets, and no counter.
func fingerprint(p Plan) string {
	hash := sha256.New()
	b := fmt.Appendf(nil, "plan 1\t%s\t%t%s\n", p.Order.School, p.Order.Take, p.Order.Only)
	for _, o := range p.Outcomes {
		if len(b) > 4096 { // a plan of thousands need not stand in memory once more
			hash.Write(b)
			b = b[:0]
		}
		for _, part := range []string{string(o.Resource), string(o.Person), string(o.Verdict), string(o.Pool), string(o.Why)} {
			b = append(append(b, part...), '\t')
		}
		b = append(append(b, o.Through.String()...), '\n')
	}
	for _, t := range p.Targets {
		b = fmt.Appendf(b, "%s\t%s\t%s\n", t.Resource, t.Pool, t.Target)
	}
	hash.Write(b)
	return hex.EncodeToString(hash.Sum(nil))
}

// digest is a plan’s fingerprint of what it hashes.
func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
