package licensing

import (
	"context"
	"fmt"
	"slices"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/journal"
)

// Ruled is what became of a rule: the act that the journal and every copy carry, and the plan that was carried out with it. When the
// answer is fault.Conflict, nothing was done, Act is "" and Plan is the new plan to show.
type Ruled struct {
	Rule Rule
	Act  journal.ActID
	Plan RulePlan
}

// PlanRule says what a rule would do now: one that is to be made (without ID), or one that there is, by its ID and School alone.
func (s *Service) PlanRule(ctx context.Context, r Rule) (RulePlan, error) {
	out, err := read(ctx, s, func(ctx context.Context, rd Reader) (RulePlan, error) {
		r, err := found(ctx, rd, r)
		if err != nil {
			return RulePlan{}, err
		}
		pools, err := rd.ListPools(ctx, r.School, []catalogue.ResourceID{r.Resource})
		if err != nil {
			return RulePlan{}, err
		}
		return planRule(ctx, rd, r, pools)
	})
	if err != nil {
		return RulePlan{}, fmt.Errorf("plan a rule of school %s: %w", r.School, err)
	}
	return out, nil
}

// found reads a rule that there is, and holds one that is to be made to its form and to the school's classes.
func found(ctx context.Context, rd Reader, r Rule) (Rule, error) {
	if r.ID != "" {
		return standingRule(ctx, rd, r.School, r.ID)
	}
	r, err := r.check()
	if err != nil {
		return r, err
	}
	for _, t := range r.Targets {
		if t.Kind != Cohort {
			continue
		}
		if there, err := rd.HasCohort(ctx, r.School, directory.CohortID(t.ID)); err != nil {
			return r, err
		} else if !there {
			return r, fault.New(fault.NotFound, "licensing.rule.cohort", "field", "targets", "value", t.ID)
		}
	}
	return r, nil
}

// standingRule finds a rule that is not dropped.
func standingRule(ctx context.Context, rd Reader, school directory.SchoolID, id RuleID) (Rule, error) {
	r, err := rd.FindRule(ctx, school, id)
	if err == nil && r.State == RuleDropped {
		err = fault.New(fault.NotFound, "licensing.rule.unknown")
	}
	return r, err
}

func planRule(ctx context.Context, rd Reader, r Rule, pools []Pool) (RulePlan, error) {
	if len(pools) == 0 {
		return RulePlan{}, fault.New(fault.NotFound, "licensing.rule.resource")
	}
	order, err := r.order().check()
	if err != nil {
		return RulePlan{}, err
	}
	g, err := survey(ctx, rd, order, pools)
	if err != nil {
		return RulePlan{}, err
	}
	kept, err := reserves(ctx, rd, r.School, []catalogue.ResourceID{r.Resource})
	return r.decide(g, kept[r.ID]), err
}

// AddRule makes a rule and does at once what its plan, whose Hash the manager saw, says; "" takes the plan as it comes. If outcomes have
// changed since, it does nothing and answers Conflict (licensing.plan.changed) with the new plan. A rule that asks for what another one
// that stands asks for already is Conflict (licensing.rule.exists).
func (s *Service) AddRule(ctx context.Context, by journal.Actor, r Rule, hash string) (Ruled, error) {
	r.ID, r.State, r.Reason = "", RuleInForce, ""
	return s.rule(ctx, by, r, "added", func(ctx context.Context, w Writer, r Rule, all []Rule) (Rule, put, error) {
		if i := slices.IndexFunc(all, r.same); i >= 0 {
			return r, nil, fault.New(fault.Conflict, "licensing.rule.exists", "state", string(all[i].State))
		}
		r.ID, r.Created = RuleID(s.IDs.New()), w.Now()
		return r, w.AddRule, nil
	}, hash)
}

// ResumeRule puts a suspended rule in force again and does at once what it was kept from doing, as AddRule does. One that is in force
// stays as it is.
func (s *Service) ResumeRule(ctx context.Context, by journal.Actor, school directory.SchoolID, id RuleID, hash string) (Ruled, error) {
	return s.rule(ctx, by, Rule{School: school, ID: id}, "resumed", func(ctx context.Context, w Writer, r Rule, _ []Rule) (Rule, put, error) {
		if r.State == RuleInForce {
			return r, nil, nil
		}
		r.State, r.Reason, r.Changed = RuleInForce, "", w.Now()
		return r, w.KeepRule, nil
	}, hash)
}

// notDelegated refuses a delegate what is the managers': a standing assignment gives to all who arrive, so that no budget could hold it.
func notDelegated(ctx context.Context, r Reader, by journal.Actor, school directory.SchoolID) error {
	m, err := limiting(ctx, r, r.FindMandate, school, personOf(by))
	if m != nil && err == nil {
		err = fault.New(fault.Denied, "licensing.mandate.rule")
	}
	return err
}

// put writes a rule under an act.
type put func(ctx context.Context, act journal.ActID, r Rule) error

// rule puts a rule in force: change decides how it is written, nil for a rule that stays as it is.
func (s *Service) rule(ctx context.Context, by journal.Actor, r Rule, how string,
	change func(ctx context.Context, w Writer, r Rule, all []Rule) (Rule, put, error), hash string) (Ruled, error) {
	school := r.School
	var done Ruled
	err := s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		done = Ruled{}
		if err := notDelegated(ctx, w, by, school); err != nil {
			return err
		}
		r, b, err := lockRule(ctx, w, r)
		if err != nil {
			return err
		}
		all, err := w.ListRules(ctx, school, []catalogue.ResourceID{r.Resource})
		if err != nil {
			return err
		}
		next, write, err := change(ctx, w, r, all)
		if done.Rule = next; err != nil || write == nil {
			return err
		}
		if done.Plan, err = planRule(ctx, w, next, b.pools); err != nil {
			return err
		}
		if hash != "" && done.Plan.Plan.Hash != hash {
			return fault.New(fault.Conflict, "licensing.plan.changed")
		}
		if done.Act, err = w.Record(ctx, done.Plan.entry(by, CauseRule, how)); err != nil {
			return err
		}
		done.Rule.Act = done.Act
		if done.Rule.Content = b.today; done.Plan.Plan.Sum().Short > 0 {
			done.Rule.Content = clock.Date{}
		}
		if err := write(ctx, done.Act, done.Rule); err != nil {
			return err
		}
		return b.carry(ctx, done.Act, done.Plan, CauseAssigned)
	})
	if err != nil {
		return Ruled{Plan: done.Plan}, fmt.Errorf("%s a rule of school %s: %w", how, school, err)
	}
	return done, nil
}

// lockRule finds a rule, or checks a new one, and locks the pools of its resource.
func lockRule(ctx context.Context, w Writer, r Rule) (Rule, *bench, error) {
	at, err := w.FindSchool(ctx, r.School)
	if err != nil {
		return r, nil, err
	}
	asked := r
	if r, err = found(ctx, w, asked); err != nil {
		return r, nil, err
	}
	if _, err := w.LockPools(ctx, r.School, []catalogue.ResourceID{r.Resource}); err != nil {
		return r, nil, err
	}
	if r.ID != "" { // behind the lock it is what it stays
		if r, err = found(ctx, w, asked); err != nil {
			return r, nil, err
		}
	}
	b, err := openBench(ctx, w, at, r.Resource)
	return r, b, err
}

// SuspendRule stops a rule until it is resumed: what it gave stays given, what it keeps back goes to the stock.
func (s *Service) SuspendRule(ctx context.Context, by journal.Actor, school directory.SchoolID, id RuleID) (Rule, error) {
	return s.lower(ctx, by, school, id, RuleSuspended, ByManager)
}

// DropRule ends a rule for good: what it gave stays given, what it keeps back goes to the stock.
func (s *Service) DropRule(ctx context.Context, by journal.Actor, school directory.SchoolID, id RuleID) (Rule, error) {
	return s.lower(ctx, by, school, id, RuleDropped, "")
}

func (s *Service) lower(ctx context.Context, by journal.Actor, school directory.SchoolID, id RuleID, to RuleState, why Reason) (Rule, error) {
	var out Rule
	err := s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		if err := notDelegated(ctx, w, by, school); err != nil {
			return err
		}
		r, b, err := lockRule(ctx, w, Rule{School: school, ID: id})
		if out = r; err != nil || r.State == to {
			return err
		}
		act, err := w.Record(ctx, RulePlan{Rule: r}.entry(by, CauseRule, string(to)))
		if err != nil {
			return err
		}
		if out, err = b.lay(ctx, act, r, to, why); err != nil {
			return err
		}
		return tellPools(ctx, w, school, r.Resource, CauseRule)
	})
	if err != nil {
		return Rule{}, fmt.Errorf("rule %s of school %s to %s: %w", id, school, to, err)
	}
	return out, nil
}

// lay writes that a rule is not in force any more.
func (b *bench) lay(ctx context.Context, act journal.ActID, r Rule, to RuleState, why Reason) (Rule, error) {
	if err := b.letGo(ctx, act, r); err != nil {
		return r, err
	}
	r.State, r.Reason, r.Act, r.Changed = to, why, act, b.w.Now()
	return r, b.w.KeepRule(ctx, act, r)
}

// suspendGivingBack suspends, under the act of a plan that takes back, the rules in force that would give back at once what it takes.
// The pools of the plan's resources are locked.
func suspendGivingBack(ctx context.Context, w Writer, act journal.ActID, p Plan, why Reason) error {
	rules, err := givingBack(ctx, w, p)
	if err != nil || len(rules) == 0 {
		return err
	}
	at, err := w.FindSchool(ctx, p.Order.School)
	if err != nil {
		return err
	}
	for _, r := range rules {
		b, err := openBench(ctx, w, at, r.Resource)
		if err != nil {
			return err
		}
		if _, err := b.lay(ctx, act, r, RuleSuspended, why); err != nil {
			return err
		}
	}
	return nil
}

// givingBack lists the rules in force that name somebody who loses a copy by the plan, or a target that it takes back.
func givingBack(ctx context.Context, r Reader, p Plan) ([]Rule, error) {
	all, err := r.ListRules(ctx, p.Order.School, p.Order.Resources)
	rules := inForce(all)
	if err != nil || len(rules) == 0 {
		return nil, err
	}
	loses := map[catalogue.ResourceID]map[directory.PersonID]bool{}
	for _, o := range p.Outcomes {
		if o.Verdict == Loses {
			if loses[o.Resource] == nil {
				loses[o.Resource] = map[directory.PersonID]bool{}
			}
			loses[o.Resource][o.Person] = true
		}
	}
	var out []Rule
	for _, rule := range rules {
		gives, err := rule.givesBack(ctx, r, p.Targets, loses[rule.Resource])
		if err != nil {
			return nil, err
		}
		if gives {
			out = append(out, rule)
		}
	}
	return out, nil
}

func (r Rule) givesBack(ctx context.Context, rd Reader, taken []GivenTarget, loses map[directory.PersonID]bool) (bool, error) {
	for _, t := range r.Targets {
		if slices.ContainsFunc(taken, func(g GivenTarget) bool {
			return g.Resource == r.Resource && g.Target.Kind == t.Kind && g.Target.ID == t.ID
		}) {
			return true, nil
		}
		if len(loses) == 0 {
			continue
		}
		named, err := rd.ListCandidates(ctx, r.School, t, false)
		if err != nil {
			return false, err
		}
		if slices.ContainsFunc(named, func(c Candidate) bool { return loses[c.Person] }) {
			return true, nil
		}
	}
	return false, nil
}

// Suspends lists the rules that carrying out a plan would suspend, because they would give back at once what it takes.
func (s *Service) Suspends(ctx context.Context, p Plan) ([]Rule, error) {
	if !p.Order.Take {
		return nil, nil
	}
	return read(ctx, s, func(ctx context.Context, r Reader) ([]Rule, error) { return givingBack(ctx, r, p) })
}

// ruled is what the journal keeps of what a rule did, or of what was done to it.
type ruled struct {
	Rule      RuleID                 `json:"rule"`
	How       string                 `json:"how,omitempty"` // added, resumed, suspended, dropped
	Resources []catalogue.ResourceID `json:"resources"`
	Targets   []string               `json:"targets"`
	Reserve   int64                  `json:"reserve,omitempty"`
	Kept      int64                  `json:"kept,omitempty"`
	Gets      int64                  `json:"gets,omitempty"`
	Loses     int64                  `json:"loses,omitempty"`
	Short     int64                  `json:"short,omitempty"`
	Plan      string                 `json:"plan,omitempty"`
}

func (p RulePlan) entry(by journal.Actor, cause Cause, how string) journal.Entry {
	sum := p.Plan.Sum()
	if cause == CauseServed && p.Plan.Empty() {
		cause = CauseReserve
	}
	e := journal.Entry{School: string(p.Rule.School), Actor: by, Verb: "licensing." + string(cause), Subject: string(p.Rule.Resource), Class: journal.ClassLedger,
		Detail: ruled{Rule: p.Rule.ID, How: how, Resources: []catalogue.ResourceID{p.Rule.Resource}, Targets: texts(p.Rule.Targets), Reserve: p.Rule.Reserve,
			Kept: p.Reserved, Gets: sum.Gets, Short: sum.Short, Plan: p.Plan.Hash}}
	if len(p.Plan.Outcomes) == 1 && sum.Gets == 1 {
		e.Person = string(p.Plan.Outcomes[0].Person)
	}
	return e
}

func texts(targets []Target) []string {
	out := make([]string, len(targets))
	for i, t := range targets {
		out[i] = t.String()
	}
	return out
}
