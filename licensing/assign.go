package licensing

import (
	"context"
	"fmt"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/internal/tx"
	"pupitre/journal"
)

// Plan says what an order would do; nothing changes.
func (s *Service) Plan(ctx context.Context, order Order) (Plan, error) {
	return s.plan(ctx, order, 0, survey)
}

// Weigh is Plan of an order that gives, for its figures and for who is in it: persons come in no order that matters, and nobody is told
// what they did with a copy.
func (s *Service) Weigh(ctx context.Context, order Order) (Plan, error) {
	order.Rank, order.Take = ByName, false
	return s.plan(ctx, order, 0, surveyMuster)
}

// surveying is survey or surveyMuster.
type surveying func(ctx context.Context, r Reader, order Order, pools []Pool) (ground, error)

// plan is Plan after so many copies of a delegate's budget.
func (s *Service) plan(ctx context.Context, order Order, spent int64, survey surveying) (Plan, error) {
	order, err := order.check()
	if err != nil {
		return Plan{}, err
	}
	var p Plan
	err = s.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		pools, err := r.ListPools(ctx, order.School, order.Resources)
		if err != nil {
			return err
		}
		mandate, err := mandated(ctx, r, r.FindMandate, order.For, order)
		if err != nil {
			return err
		}
		g, err := survey(ctx, r, order, pools)
		if mandate != nil {
			mandate.Spent += spent
		}
		g.mandate = mandate
		p = decide(order, g)
		return err
	})
	if err != nil {
		return Plan{}, fmt.Errorf("plan for school %s: %w", order.School, err)
	}
	return p, nil
}

// Apply carries out the plan of order whose Hash the manager saw. If outcomes have changed since, it does nothing and answers
// Conflict (licensing.plan.changed) with the new plan. Where copies are short and the order does not say ShortServe, it
// answers Exhausted (licensing.plan.short) with the figures.
func (s *Service) Apply(ctx context.Context, by journal.Actor, order Order, hash string) (Applied, error) {
	return s.apply(ctx, by, order, func(p Plan) error { return p.agreed(hash) })
}

// Assign plans and applies at once: for a single person, or where the caller takes the plan as it comes (standing rules,
// commands). Somebody who cannot be served is an error where the order names one person, an outcome otherwise.
func (s *Service) Assign(ctx context.Context, by journal.Actor, order Order) (Applied, error) {
	order.Take = false
	order, err := order.check()
	if err == nil && order.isSingle() && !tx.IsTogether(ctx) { // what is part of somebody's transaction shares none with others
		return s.one(ctx, by, order)
	}
	return s.apply(ctx, by, order, Plan.served)
}

// Release takes copies back at once: Assign with Take.
func (s *Service) Release(ctx context.Context, by journal.Actor, order Order) (Applied, error) {
	order.Take = true
	return s.apply(ctx, by, order, Plan.served)
}

// apply makes the plan anew behind the locks of its pools, asks whether it may be carried out, and does exactly that.
func (s *Service) apply(ctx context.Context, by journal.Actor, order Order, may func(Plan) error) (Applied, error) {
	order, err := order.check()
	if err != nil {
		return Applied{}, err
	}
	var done Applied
	err = s.Store.Write(ctx, func(ctx context.Context, w Writer) (err error) {
		done, err = within(ctx, w, by, order, may)
		return err
	})
	if err != nil {
		return Applied{Plan: done.Plan}, fmt.Errorf("apply a plan in school %s: %w", order.School, err)
	}
	return done, nil
}

// within is apply inside a transaction, for an order that was checked. A plan that may not be carried out is in what it returns.
func within(ctx context.Context, w Writer, by journal.Actor, order Order, may func(Plan) error) (Applied, error) {
	pools, err := w.LockPools(ctx, order.School, order.Resources)
	if err != nil {
		return Applied{}, err
	}
	// The pools before the mandate, as everywhere: two delegates wait for one another instead of dying together.
	mandate, err := mandated(ctx, w, w.LockMandate, personOf(by), order)
	if err != nil {
		return Applied{}, err
	}
	g, err := survey(ctx, w, order, pools)
	if err != nil {
		return Applied{}, err
	}
	g.mandate = mandate
	done := Applied{Plan: decide(order, g)}
	if err := may(done.Plan); err != nil {
		return done, err
	}
	if done.Act, err = carry(ctx, w, by, done.Plan); err != nil {
		return done, err
	}
	return done, mandate.spend(ctx, w, done.Act, done.Plan)
}

// enough refuses a plan that is short of copies, unless the manager chose to serve some.
func (p Plan) enough() error {
	s := p.Sum()
	if s.Short == 0 || p.Order.Short == ShortServe {
		return nil
	}
	if over := p.overBudget(); over > 0 {
		return fault.New(fault.Exhausted, "licensing.mandate.budget", "n", s.Gets, "asked", s.Gets+s.Short, "short", over)
	}
	if len(p.Outcomes) == 1 {
		return fault.New(fault.Exhausted, "licensing.pool.exhausted", "n", p.Figures[0].Before.Available)
	}
	return fault.New(fault.Exhausted, "licensing.plan.short", "n", s.Gets, "asked", s.Gets+s.Short, "short", s.Short)
}

// served is enough, and holds a plan for a single person to serving that person.
func (p Plan) served() error {
	if err := p.enough(); err != nil {
		return err
	}
	if len(p.Order.Targets) != 1 || p.Order.Targets[0].Kind != Person || len(p.Order.Resources) != 1 {
		return nil
	}
	if len(p.Outcomes) == 0 {
		return fault.New(fault.NotFound, "licensing.person.elsewhere")
	}
	for _, o := range p.Outcomes {
		switch {
		case o.Verdict != Cannot:
			return nil
		case o.Why == WhyShort:
			return fault.New(fault.Exhausted, "licensing.pool.exhausted", "n", p.Figures[0].Before.Available)
		case o.Why == WhyBudget:
			return fault.New(fault.Exhausted, "licensing.mandate.budget", "n", 0, "asked", 1, "short", 1)
		}
	}
	return fault.New(fault.Conflict, "licensing.why."+string(p.Outcomes[0].Why))
}

// carry writes the plan: one journal entry, one handover per pool and target, one fact per 500 persons. A plan that changes
// nothing writes nothing. What takes back suspends the rules that would give back at once.
func carry(ctx context.Context, w Writer, by journal.Actor, p Plan) (journal.ActID, error) {
	taking := Plan{}
	if p.Order.Take {
		taking = p
	}
	return carryWith(ctx, w, by, p, taking)
}

// carryWith is carry, suspending the rules that would give back at once what is in taking.
func carryWith(ctx context.Context, w Writer, by journal.Actor, p, taking Plan) (journal.ActID, error) {
	if p.Empty() {
		return "", nil
	}
	handovers, touched := p.handovers()
	act, err := w.Record(ctx, p.entry(by, touched))
	if err != nil {
		return "", err
	}
	if len(taking.Outcomes)+len(taking.Targets) > 0 {
		if err := suspendGivingBack(ctx, w, act, taking, ByRelease); err != nil {
			return "", err
		}
	}
	for _, h := range handovers {
		if p.Order.Take {
			back, err := w.TakeBack(ctx, act, h)
			if err != nil {
				return "", err
			}
			if !back {
				// An opening beat us to a copy between our look and our hand: the caller sees the new plan.
				return "", fault.New(fault.Conflict, "licensing.plan.changed")
			}
		} else if err := w.Give(ctx, act, h); err != nil {
			return "", err
		}
	}
	for _, g := range p.Targets {
		move := w.GiveTarget
		if p.Order.Take {
			move = w.TakeTarget
		}
		if err := move(ctx, act, p.Order.School, g); err != nil {
			return "", err
		}
	}
	return act, tell(ctx, w, p.Order.School, touched, RightChanged{Resources: p.moved(), Cause: p.cause(), Everybody: len(p.Targets) > 0})
}

func (p Plan) cause() Cause {
	if p.Order.Take {
		return CauseReleased
	}
	return CauseAssigned
}

// handovers groups the copies that the order gives, or takes back, by pool and target, in the order of the plan, and lists the persons
// touched, each once.
func (p Plan) handovers() ([]Handover, []directory.PersonID) {
	type key struct {
		pool    PoolID
		through string
	}
	var out []Handover
	var touched []directory.PersonID
	at := map[key]int{}
	seen := map[directory.PersonID]bool{}
	var last key // those of one pool and target mostly follow one another
	i, moves := 0, Gets
	if p.Order.Take {
		moves = Loses
	}
	for _, o := range p.Outcomes {
		if o.Verdict != moves {
			continue
		}
		if !seen[o.Person] {
			seen[o.Person] = true
			touched = append(touched, o.Person)
		}
		if o.SiteWide {
			continue // no copy moves: the right is the target's
		}
		if k := (key{o.Pool, o.Through.String()}); k != last {
			var ok bool
			if i, ok = at[k]; !ok {
				i = len(out)
				at[k] = i
				out = append(out, Handover{School: p.Order.School, Pool: o.Pool, Through: o.Through, Cause: p.cause(), Unopened: p.Order.Only.Unopened})
			}
			last = k
		}
		out[i].Persons = append(out[i].Persons, o.Person)
	}
	return out, touched
}

// moved lists the resources of which something changes.
func (p Plan) moved() []catalogue.ResourceID {
	var out []catalogue.ResourceID
	for _, f := range p.Figures {
		if f.Gets > 0 || f.Loses > 0 || p.givesTarget(f.Resource) {
			out = append(out, f.Resource)
		}
	}
	return out
}

func (p Plan) givesTarget(resource catalogue.ResourceID) bool {
	for _, t := range p.Targets {
		if t.Resource == resource {
			return true
		}
	}
	return false
}

// done is what the journal keeps of a plan carried out: ids and figures only.
type done struct {
	Resources []catalogue.ResourceID `json:"resources"`
	Targets   []string               `json:"targets"`
	Gets      int64                  `json:"gets,omitempty"`
	Loses     int64                  `json:"loses,omitempty"`
	Short     int64                  `json:"short,omitempty"`
	Only      string                 `json:"only,omitempty"` // which copies were to come back, where not all
	Plan      string                 `json:"plan"`
	Program   string                 `json:"program,omitempty"` // by which of the actor's programs
	Batch     BatchID                `json:"batch,omitempty"`
	Answers   []SuggestionID         `json:"suggestions,omitempty"`
}

func (p Plan) entry(by journal.Actor, touched []directory.PersonID) journal.Entry {
	s := p.Sum()
	e := journal.Entry{School: string(p.Order.School), Actor: by, Verb: "licensing." + string(p.cause()), Class: journal.ClassLedger}
	d := done{Resources: p.moved(), Gets: s.Gets, Loses: s.Loses, Short: s.Short, Only: p.Order.Only.kind(), Plan: p.Hash,
		Program: p.Order.Program, Batch: p.Order.Batch, Answers: p.Suggestions}
	for _, t := range p.Order.Targets {
		d.Targets = append(d.Targets, t.String())
	}
	e.Detail = d
	if len(d.Resources) == 1 {
		e.Subject = string(d.Resources[0])
	}
	if len(touched) == 1 {
		e.Person = string(touched[0])
	}
	return e
}
