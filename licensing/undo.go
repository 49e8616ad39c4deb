package licensing

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/journal"
)

// UndoDays is for how many days an act can be undone; the last of them counts whole, in the school's zone.
const UndoDays = 30

// UndoOrder is what a manager asks for: one act of the school undone.
type UndoOrder struct {
	School directory.SchoolID
	Act    journal.ActID
	Short  Short              // what to do where copies that the act took back are no longer there for everybody
	For    directory.PersonID // who asks to see the plan: a delegate's is held to their mandate, as Undo holds its actor
}

// UndoPlan says, before anything changes, what undoing an act would do to the entries of it that are still in force. A copy that it gave
// is taken back (Loses), or is not there any more (Lacks), or cannot come back (Cannot). A copy that it took back is given again to the
// same person out of the same pool (Gets), unless they have one (Has) or cannot (Cannot).
type UndoPlan struct {
	Order    UndoOrder
	Outcomes []Outcome     // by resource: first what was given, then what was taken back, in the order of service
	Back     []GivenTarget // school-wide rights that it gave, and that are taken back
	Again    []GivenTarget // those that it took back, and that are given again
	Kept     []GivenTarget // those of either kind of which nothing is left to undo
	Spared   []Outcome     // of those who get theirs again: what the delegate's budget did not count when it was taken back, and does not now
	Figures  []Figures     // one per resource that the act touched
	Until    clock.Date    // the last day on which the act can be undone
	Hash     string
}

// Undone is what Undo did. When it answers fault.Conflict or fault.Exhausted, nothing was done, Act is "" and Plan is the plan as it is now.
type Undone struct {
	Act  journal.ActID
	Plan UndoPlan
}

// Trace is where an act left its mark: a resource of which it changed a pool, and why.
type Trace struct {
	Resource catalogue.ResourceID
	Cause    Cause
	At       time.Time
}

// Move is one copy that an act gave or took back.
type Move struct {
	Pool    PoolID
	Person  directory.PersonID
	Given   bool
	Through Target // by which target they had it: for a copy taken back, before it was
	Held    bool   // (given) they hold it still, by this act
	Opened  bool
	Since   bool // (taken back) another act has moved this person's copy since
}

// TargetMove is one school-wide right that an act gave to a target or took from it.
type TargetMove struct {
	Pool   PoolID
	Target Target
	Given  bool
	Held   bool // (given) it is there still, by this act
	Since  bool // (taken back) another act has moved it since
}

// UndoReader finds what an act did, and whether it is in force still.
type UndoReader interface {
	// ListTraces returns the resources that an act changed, with their causes, by resource; none for an act that changed no pool of the school.
	// That a rule's reserve changed besides says nothing: it is left out where the act did something else to the pools of the school.
	ListTraces(ctx context.Context, school directory.SchoolID, act journal.ActID) ([]Trace, error)
	// ListMoves returns the copies that an act gave or took back, by pool and person.
	ListMoves(ctx context.Context, school directory.SchoolID, act journal.ActID) ([]Move, error)
	// ListTargetMoves returns the school-wide rights that it gave or took back, by pool and target.
	ListTargetMoves(ctx context.Context, school directory.SchoolID, act journal.ActID) ([]TargetMove, error)
	// ListReopened returns, of these acts (of all for none), what distributors ended and have opened again, in force on the day.
	ListReopened(ctx context.Context, school directory.SchoolID, today clock.Date, acts []journal.ActID) ([]Reopened, error)
}

// PlanUndo says what undoing an act would do; nothing changes. An act that changed nothing of the school's copies is NotFound; one that
// nobody can undo, or no longer, is Conflict. A delegate undoes their own acts only, where all that would move lies in their scope (else
// Denied); an act that touched nothing of the scope is NotFound. What an undo gives again is spent from the budget if it was when it was
// taken back, and what it takes back is there to be given again: the undo of taking back leaves a budget as it was before.
func (s *Service) PlanUndo(ctx context.Context, o UndoOrder) (UndoPlan, error) {
	p, err := read(ctx, s, func(ctx context.Context, r Reader) (UndoPlan, error) {
		p, _, err := o.plan(ctx, r, r.ListPools, o.For, r.FindMandate)
		return p, err
	})
	if err != nil {
		return UndoPlan{}, fmt.Errorf("plan to undo %s in school %s: %w", o.Act, o.School, err)
	}
	return p, nil
}

// Undo carries out the plan whose Hash the manager saw, in one transaction. If outcomes have changed since, it does nothing and answers
// Conflict (licensing.plan.changed) with the new plan. Where copies are short for those who would have theirs again, and the order does
// not say ShortServe, it answers Exhausted (licensing.plan.short) with the figures. What it did is an act like any other: it can be undone.
func (s *Service) Undo(ctx context.Context, by journal.Actor, o UndoOrder, hash string) (Undone, error) {
	var done Undone
	err := s.Store.Write(ctx, func(ctx context.Context, w Writer) (err error) {
		done = Undone{}
		var mandate *Mandate
		if done.Plan, mandate, err = o.plan(ctx, w, w.LockPools, personOf(by), w.LockMandate); err != nil {
			return err
		}
		if done.Plan.Hash != hash {
			return fault.New(fault.Conflict, "licensing.plan.changed")
		}
		if err := done.Plan.enough(); err != nil {
			return err
		}
		if done.Act, err = done.Plan.carry(ctx, w, by); err != nil {
			return err
		}
		return mandate.spendAgain(ctx, w, done.Act, done.Plan)
	})
	if err != nil {
		return Undone{Plan: done.Plan}, fmt.Errorf("undo %s in school %s: %w", o.Act, o.School, err)
	}
	return done, nil
}

// enough refuses an undo that is short of copies, unless the manager chose to serve some.
func (p UndoPlan) enough() error {
	s := p.Sum()
	if s.Short == 0 || p.Order.Short == ShortServe {
		return nil
	}
	if over := (Plan{Outcomes: p.Outcomes}).overBudget(); over > 0 {
		return fault.New(fault.Exhausted, "licensing.mandate.budget", "n", s.Gets, "asked", s.Gets+s.Short, "short", over)
	}
	return fault.New(fault.Exhausted, "licensing.plan.short", "n", s.Gets, "asked", s.Gets+s.Short, "short", s.Short)
}

// plan gathers what the act did, and decides, held to the mandate of the person who asks if they are a delegate. pools is ListPools or
// LockPools: behind locks, what it reads of the pools stays true.
func (o UndoOrder) plan(ctx context.Context, r Reader, pools func(context.Context, directory.SchoolID, []catalogue.ResourceID) ([]Pool, error),
	person directory.PersonID, find finding) (UndoPlan, *Mandate, error) {
	if o.Short != ShortStop && o.Short != ShortServe {
		return UndoPlan{}, nil, fault.New(fault.Invalid, "licensing.order.choice")
	}
	if err := o.own(ctx, r, person); err != nil {
		return UndoPlan{}, nil, err
	}
	traces, err := r.ListTraces(ctx, o.School, o.Act)
	if err != nil {
		return UndoPlan{}, nil, err
	}
	school, err := r.FindSchool(ctx, o.School)
	if err != nil {
		return UndoPlan{}, nil, err
	}
	reopened, err := r.ListReopened(ctx, o.School, today(r, school), []journal.ActID{o.Act})
	if err != nil {
		return UndoPlan{}, nil, err
	}
	until, err := mayUndo(o.Act, traces, reopened, school.Zone(), today(r, school))
	if err != nil {
		return UndoPlan{}, nil, err
	}
	order := Order{School: o.School, Rank: ByClass}
	for _, t := range traces {
		order.Resources = append(order.Resources, t.Resource)
	}
	order.Resources = distinct(order.Resources)
	locked, err := pools(ctx, o.School, order.Resources)
	if err != nil {
		return UndoPlan{}, nil, err
	}
	mandate, err := limiting(ctx, r, find, o.School, person)
	if err != nil {
		return UndoPlan{}, nil, err
	}
	g, siteWide, err := lay(ctx, r, order, locked)
	if err != nil {
		return UndoPlan{}, nil, err
	}
	g.mandate = mandate
	moves, err := r.ListMoves(ctx, o.School, o.Act)
	if err != nil {
		return UndoPlan{}, nil, err
	}
	targets, err := r.ListTargetMoves(ctx, o.School, o.Act)
	if err != nil {
		return UndoPlan{}, nil, err
	}
	if err := g.loadMoved(ctx, r, order, siteWide, locked, moves); err != nil {
		return UndoPlan{}, nil, err
	}
	if mandate != nil {
		counted, err := r.ListCounted(ctx, *mandate, o.Act)
		if err != nil {
			return UndoPlan{}, nil, err
		}
		g.spent = make(map[HeldCopy]bool, len(counted))
		for _, c := range counted {
			g.spent[c] = true
		}
	}
	p, err := unwind(o, order, g, moves, targets).within(ctx, r, mandate)
	p.Until = until
	p.Hash = p.fingerprint()
	return p, mandate, err
}

// undoUntil is the last day on which what was done at an instant can be undone.
func undoUntil(at time.Time, zone *time.Location) clock.Date {
	return clock.On(at, zone).AddDays(UndoDays)
}

// mayUndo refuses acts that changed no copy, those that are nobody's choice here (a subscription's, a departure), and those too long past;
// it returns the last day. What a distributor ended is theirs too, until they open it again: from then on, whoever had it may have it again.
func mayUndo(act journal.ActID, traces []Trace, reopened []Reopened, zone *time.Location, today clock.Date) (until clock.Date, err error) {
	if len(traces) == 0 {
		return until, fault.New(fault.NotFound, "licensing.act.unknown")
	}
	until, again := reopenedUntil(reopened, act, zone)
	if !again {
		if slices.ContainsFunc(traces, func(t Trace) bool { return !t.Cause.undoable() }) {
			return until, fault.New(fault.Conflict, "licensing.undo.kind")
		}
		until = undoUntil(traces[0].At, zone)
	}
	if until.Before(today) {
		return until, fault.New(fault.Conflict, "licensing.undo.late", "end", until)
	}
	return until, nil
}

// undoable reports whether what was done for this cause is the school's own doing. What a rule did later, and a roll-over, are nobody's
// act: who is not to have the copy has it taken back, which stops the rule.
func (c Cause) undoable() bool {
	switch c {
	case CauseServed, CauseReserve, CauseRule, CauseRolled, CauseSubscribed, CauseAmended, CauseEnded, CauseLeft, CauseOpened:
		return false
	}
	return true
}

// loadMoved finds out about those who would have a copy again: only they are weighed anew.
func (g *ground) loadMoved(ctx context.Context, r Reader, order Order, siteWide bool, pools []Pool, moves []Move) error {
	var again []directory.PersonID
	for _, m := range moves {
		if !m.Given {
			again = append(again, m.Person)
		}
	}
	among := make(map[directory.PersonID]bool, len(again))
	if len(again) > 0 {
		again = distinct(again)
		for _, person := range again {
			among[person] = true
		}
		named, err := r.ListNamed(ctx, order.School, again, false)
		if err == nil {
			g.persons, err = settled(ctx, r, order.School, siteWide, named, again)
		}
		if err == nil {
			err = g.loadHeld(ctx, r, order, pools)
		}
		if err != nil {
			return err
		}
	}
	for _, m := range moves {
		if m.Held && (siteWide || among[m.Person]) { // of others nobody asks
			if g.held[m.Pool] == nil {
				g.held[m.Pool] = map[directory.PersonID]Held{}
			}
			g.held[m.Pool][m.Person] = Held{Pool: m.Pool, Person: m.Person, Opened: m.Opened}
		}
	}
	return nil
}

// unwind makes the plan of an undo. It is pure, but that it takes from the ground the copies that come back.
func unwind(o UndoOrder, order Order, g ground, moves []Move, targets []TargetMove) UndoPlan {
	p := UndoPlan{Order: o}
	purse := g.mandate.purse()
	of := g.movesOf(moves)
	p.Outcomes = slices.Grow(p.Outcomes, len(moves))
	for _, resource := range order.Resources {
		u := undoing{decision{order: order, ground: g, resource: resource, pools: slices.Clone(g.pools[resource]), outcomes: p.Outcomes,
			figures: Figures{Resource: resource}, purse: purse}, &p}
		slices.SortFunc(u.pools, Pool.drawnBefore)
		before := slices.Clone(u.pools)
		u.back(of[resource])
		u.again(of[resource])
		u.count(before)
		p.Outcomes = u.outcomes
		p.Figures = append(p.Figures, u.figures)
		u.turn(targets)
	}
	return p
}

// movesOf parts moves by the resource of their pool.
func (g ground) movesOf(moves []Move) map[catalogue.ResourceID][]Move {
	resource := map[PoolID]catalogue.ResourceID{}
	for _, pools := range g.pools {
		for _, p := range pools {
			resource[p.ID] = p.Resource
		}
	}
	out := map[catalogue.ResourceID][]Move{}
	for from, to := 0, 0; from < len(moves); from = to { // they come pool by pool
		for to < len(moves) && moves[to].Pool == moves[from].Pool {
			to++
		}
		r := resource[moves[from].Pool]
		out[r] = append(out[r], moves[from:to]...)
	}
	return out
}

// undoing is the undo of one resource in the making.
type undoing struct {
	decision
	plan *UndoPlan
}

// pool is one of the resource's, nil for another's.
func (u *undoing) pool(id PoolID) *Pool {
	if i := slices.IndexFunc(u.pools, func(p Pool) bool { return p.ID == id }); i >= 0 {
		return &u.pools[i]
	}
	return nil
}

// back takes back what the act gave and that is held by it still.
func (u *undoing) back(moves []Move) {
	for _, m := range moves {
		p := u.pool(m.Pool)
		if !m.Given || p == nil {
			continue
		}
		c := Candidate{Person: m.Person, Through: m.Through}
		switch {
		case !m.Held:
			u.say(c, Lacks, *p, "")
		case (Held{Opened: m.Opened}).lockedIn(*p):
			u.say(c, Cannot, *p, WhyLocked)
		default:
			p.Assigned--
			u.say(c, Loses, *p, "")
			delete(u.ground.held[m.Pool], m.Person)
		}
	}
}

// again gives again what the act took back, in the order of service.
func (u *undoing) again(moves []Move) {
	here := make(map[directory.PersonID]Candidate, len(u.ground.persons))
	for _, c := range u.ground.persons {
		here[c.Person] = c
	}
	var taken []Move
	for _, m := range moves {
		if !m.Given && u.pool(m.Pool) != nil {
			taken = append(taken, m)
		}
	}
	slices.SortFunc(taken, func(a, b Move) int {
		return cmp.Or(u.order.Rank.compare(here[a.Person], here[b.Person]), cmp.Compare(a.Person, b.Person), cmp.Compare(a.Pool, b.Pool))
	})
	inForce := slices.DeleteFunc(slices.Clone(u.pools), func(p Pool) bool { return !p.InForce(u.ground.today) })
	again := map[directory.PersonID]bool{} // a person who lost two copies has one again
	for _, m := range taken {
		c, present := here[m.Person]
		c.Person, c.Through = m.Person, m.Through
		p := u.pool(m.Pool)
		counted := u.ground.spent[HeldCopy{m.Pool, m.Person}]
		costs := u.purse != nil && counted
		had, holds := u.holdsAlready(c, inForce)
		switch {
		case holds:
			u.say(c, Has, had, "")
		case again[m.Person]:
			u.say(c, Has, *p, "")
		case m.Since:
			u.say(c, Cannot, *p, WhySince)
		case !present:
			u.say(c, Cannot, *p, WhyGone)
		case !p.InForce(u.ground.today) || p.SiteWide():
			u.say(c, Cannot, *p, WhySubscription)
		case !p.Serves(c.Profiles):
			u.say(c, Cannot, *p, WhyPublic)
		case !p.Total.IsUnlimited() && p.Free() < 1:
			u.say(c, Cannot, *p, WhyShort)
		case costs && *u.purse < 1:
			u.say(c, Cannot, *p, WhyBudget)
		default:
			if costs {
				*u.purse--
			}
			p.Assigned++
			again[m.Person] = true
			u.say(c, Gets, *p, "")
			if u.ground.mandate != nil && !counted {
				u.plan.Spared = append(u.plan.Spared, u.outcomes[len(u.outcomes)-1])
			}
		}
	}
}

// turn undoes what the act did to targets.
func (u *undoing) turn(targets []TargetMove) {
	for _, m := range targets {
		p := u.pool(m.Pool)
		if p == nil {
			continue
		}
		g := GivenTarget{Resource: u.resource, Pool: m.Pool, Target: m.Target}
		there := slices.ContainsFunc(u.ground.given[u.resource], func(x GivenTarget) bool { return x.Pool == m.Pool && x.Target.takesIn(m.Target) })
		switch {
		case m.Given && m.Held:
			g.Cause = CauseUndone
			u.plan.Back = append(u.plan.Back, g)
		case !m.Given && !m.Since && !there && p.InForce(u.ground.today):
			g.Cause = CauseRestored
			u.plan.Again = append(u.plan.Again, g)
		default:
			u.plan.Kept = append(u.plan.Kept, g)
		}
	}
}

// Sum adds up the figures of all resources.
func (p UndoPlan) Sum() Figures { return Plan{Figures: p.Figures}.Sum() }

// Empty reports whether the plan changes nothing.
func (p UndoPlan) Empty() bool {
	s := p.Sum()
	return s.Gets == 0 && s.Loses == 0 && len(p.Back) == 0 && len(p.Again) == 0
}

// fingerprint hashes what an undo does, and no counter. In which order it is told is not of it: somebody who changes class between two
// looks changes nothing.
func (p UndoPlan) fingerprint() string {
	b := fmt.Appendf(nil, "undo 1\t%s\t%s\n", p.Order.School, p.Order.Act)
	outcomes, by := p.Outcomes, func(a, b Outcome) int {
		return cmp.Or(cmp.Compare(a.Resource, b.Resource), cmp.Compare(a.Person, b.Person), cmp.Compare(a.Pool, b.Pool), cmp.Compare(a.Verdict, b.Verdict))
	}
	if !slices.IsSortedFunc(outcomes, by) { // what only gave is
		outcomes = slices.Clone(outcomes)
		slices.SortFunc(outcomes, by)
	}
	b = append(b, fingerprint(Plan{Outcomes: outcomes})...)
	for i, list := range [][]GivenTarget{p.Back, p.Again, p.Kept} {
		for _, t := range list {
			b = fmt.Appendf(b, "\n%d\t%s\t%s\t%s", i, t.Resource, t.Pool, t.Target)
		}
	}
	return digest(b)
}

// carry writes the plan: copies come back before others are given, so that what one act moved from pool to pool can move again. A plan
// that changes nothing writes nothing.
func (p UndoPlan) carry(ctx context.Context, w Writer, by journal.Actor) (journal.ActID, error) {
	if p.Empty() {
		return "", nil
	}
	taking := p.Taking()
	back, lose := taking.handovers()
	again, get := Plan{Order: Order{School: p.Order.School}, Outcomes: p.Outcomes}.handovers()
	touched := distinct(slices.Concat(lose, get, persons(p.Back), persons(p.Again)))
	act, err := w.Record(ctx, p.entry(by, touched))
	if err != nil {
		return "", err
	}
	if err := suspendGivingBack(ctx, w, act, taking, ByUndo); err != nil {
		return "", err
	}
	for _, h := range back {
		h.Cause = CauseUndone
		back, err := w.TakeBack(ctx, act, h)
		if err != nil {
			return "", err
		}
		if !back {
			return "", fault.New(fault.Conflict, "licensing.plan.changed")
		}
	}
	for _, h := range again {
		h.Cause = CauseRestored
		if err := w.Give(ctx, act, h); err != nil {
			return "", err
		}
	}
	for _, g := range p.Back {
		if err := w.TakeTarget(ctx, act, p.Order.School, g); err != nil {
			return "", err
		}
	}
	for _, g := range p.Again {
		if err := w.GiveTarget(ctx, act, p.Order.School, g); err != nil {
			return "", err
		}
	}
	return act, tell(ctx, w, p.Order.School, touched, RightChanged{Resources: p.moved(), Cause: CauseUndone, Everybody: len(p.Back)+len(p.Again) > 0})
}

// Taking is the part of an undo that takes back, as the plan of a release would say it.
func (p UndoPlan) Taking() Plan {
	taking := Plan{Order: Order{School: p.Order.School, Take: true}, Outcomes: make([]Outcome, 0, p.Sum().Loses), Targets: p.Back}
	for _, o := range p.Outcomes {
		if o.Verdict == Loses {
			taking.Outcomes = append(taking.Outcomes, o)
		}
	}
	for _, f := range p.Figures {
		taking.Order.Resources = append(taking.Order.Resources, f.Resource)
	}
	return taking
}

// persons are those whom targets name one by one.
func persons(targets []GivenTarget) []directory.PersonID {
	var out []directory.PersonID
	for _, g := range targets {
		if g.Target.Kind == Person {
			out = append(out, directory.PersonID(g.Target.ID))
		}
	}
	return out
}

// moved lists the resources of which something changes.
func (p UndoPlan) moved() []catalogue.ResourceID {
	return Plan{Figures: p.Figures, Targets: slices.Concat(p.Back, p.Again)}.moved()
}

// undone is what the journal keeps of an undo.
type undone struct {
	done
	Undoes journal.ActID `json:"undoes"`
}

// entry names the act undone as its subject: that is how the act is found to be.
func (p UndoPlan) entry(by journal.Actor, touched []directory.PersonID) journal.Entry {
	s := p.Sum()
	d := undone{done{Resources: p.moved(), Targets: []string{}, Gets: s.Gets, Loses: s.Loses, Short: s.Short, Plan: p.Hash}, p.Order.Act}
	for _, g := range slices.Concat(p.Back, p.Again) {
		d.Targets = append(d.Targets, g.Target.String())
	}
	e := journal.Entry{School: string(p.Order.School), Actor: by, Verb: "licensing.undone", Subject: string(p.Order.Act), Class: journal.ClassLedger, Detail: d}
	if len(touched) == 1 {
		e.Person = string(touched[0])
	}
	return e
}
