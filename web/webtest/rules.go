package webtest

import (
	"context"
	"fmt"
	"slices"

	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/licensing"
)

// Rules are the standing assignments of Tilleuls over a Stock. It satisfies console.Rules.
type Rules struct {
	Stock  *Stock
	Ending []licensing.EndingPool
	Made   []licensing.Rule                // in the order of their making; dropped ones too
	Out    map[licensing.RuleID]clock.Date // when the copies of a rule run out
}

// ListRules implements console.Rules.
func (s *Rules) ListRules(ctx context.Context, school directory.SchoolID) ([]licensing.RuleStanding, error) {
	var out []licensing.RuleStanding
	for _, r := range s.Made {
		if x, err := s.FindRule(ctx, school, r.ID); err == nil {
			out = append(out, x)
		}
	}
	return out, nil
}

// ListUnserved implements console.Rules.
func (s *Rules) ListUnserved(ctx context.Context, school directory.SchoolID) ([]licensing.Unserved, error) {
	list, err := s.ListRules(ctx, school)
	var out []licensing.Unserved
	for _, x := range list { // a resource has one rule here
		if x.Waiting > 0 && x.Rule.State == licensing.RuleInForce {
			out = append(out, licensing.Unserved{Resource: x.Rule.Resource, Persons: x.Waiting})
		}
	}
	return out, err
}

// FindRule implements console.Rules.
func (s *Rules) FindRule(ctx context.Context, school directory.SchoolID, id licensing.RuleID) (licensing.RuleStanding, error) {
	i, err := s.find(school, id)
	if err != nil {
		return licensing.RuleStanding{}, err
	}
	r := s.Made[i]
	plan, err := s.Stock.Plan(ctx, s.order(r))
	x := licensing.RuleStanding{Rule: r, Title: s.Stock.Notice(r.Resource).Title, Plan: licensing.RulePlan{Rule: r, Plan: plan, Reserved: r.Reserve}, RunsOut: s.Out[r.ID]}
	if r.State == licensing.RuleInForce {
		x.Kept = r.Reserve
	}
	for _, o := range plan.Outcomes {
		switch o.Verdict {
		case licensing.Has:
			x.Served++
		case licensing.Gets, licensing.Cannot:
			x.Waits = append(x.Waits, o)
		}
	}
	x.Waiting = int64(len(x.Waits))
	return x, err
}

func (s *Rules) find(school directory.SchoolID, id licensing.RuleID) (int, error) {
	i := slices.IndexFunc(s.Made, func(r licensing.Rule) bool {
		return r.School == school && r.ID == id && r.State != licensing.RuleDropped
	})
	if i < 0 {
		return i, fault.New(fault.NotFound, "licensing.rule.unknown")
	}
	return i, nil
}

func (s *Rules) order(r licensing.Rule) licensing.Order {
	o := licensing.Order{School: r.School, Targets: r.Targets, Rank: r.Rank, Short: licensing.ShortServe}
	o.Resources = append(o.Resources, r.Resource)
	return o
}

// AddRule implements console.Rules.
func (s *Rules) AddRule(ctx context.Context, by journal.Actor, r licensing.Rule, hash string) (licensing.Ruled, error) {
	for _, x := range s.Made {
		if x.Resource == r.Resource && x.State != licensing.RuleDropped {
			return licensing.Ruled{}, fault.New(fault.Conflict, "licensing.rule.exists")
		}
	}
	done, err := s.Stock.Apply(ctx, by, s.order(r), hash)
	if err != nil {
		return licensing.Ruled{Plan: licensing.RulePlan{Plan: done.Plan}}, err
	}
	r.ID, r.State, r.Created, r.Changed = licensing.RuleID(fmt.Sprint("rule-", len(s.Made)+1)), licensing.RuleInForce, Now, Now
	s.Made = append(s.Made, r)
	return licensing.Ruled{Rule: r, Act: done.Act, Plan: licensing.RulePlan{Rule: r, Plan: done.Plan, Reserved: r.Reserve}}, nil
}

// ResumeRule implements console.Rules.
func (s *Rules) ResumeRule(ctx context.Context, by journal.Actor, school directory.SchoolID, id licensing.RuleID, hash string) (licensing.Ruled, error) {
	i, err := s.find(school, id)
	if err != nil {
		return licensing.Ruled{}, err
	}
	done, err := s.Stock.Apply(ctx, by, s.order(s.Made[i]), hash)
	if err == nil {
		s.Made[i].State, s.Made[i].Reason = licensing.RuleInForce, ""
	}
	return licensing.Ruled{Rule: s.Made[i], Plan: licensing.RulePlan{Plan: done.Plan}}, err
}

// SuspendRule implements console.Rules.
func (s *Rules) SuspendRule(_ context.Context, _ journal.Actor, school directory.SchoolID, id licensing.RuleID) (licensing.Rule, error) {
	return s.lower(school, id, licensing.RuleSuspended, licensing.ByManager)
}

// DropRule implements console.Rules.
func (s *Rules) DropRule(_ context.Context, _ journal.Actor, school directory.SchoolID, id licensing.RuleID) (licensing.Rule, error) {
	return s.lower(school, id, licensing.RuleDropped, "")
}

func (s *Rules) lower(school directory.SchoolID, id licensing.RuleID, to licensing.RuleState, why licensing.Reason) (licensing.Rule, error) {
	i, err := s.find(school, id)
	if err != nil {
		return licensing.Rule{}, err
	}
	s.Made[i].State, s.Made[i].Reason, s.Made[i].Changed = to, why, Now
	return s.Made[i], nil
}

// ListEnding implements console.Rules.
func (s *Rules) ListEnding(context.Context, directory.SchoolID, int) ([]licensing.EndingPool, error) {
	return s.Ending, nil
}

// Suspends implements console.Rules.
func (s *Rules) Suspends(_ context.Context, p licensing.Plan) (list []licensing.Rule, _ error) {
	for _, r := range s.Made {
		if r.State == licensing.RuleInForce && slices.ContainsFunc(p.Outcomes, func(o licensing.Outcome) bool { return o.Resource == r.Resource && o.Verdict == licensing.Loses }) {
			list = append(list, r)
		}
	}
	return list, nil
}
