package licensing

import (
	"context"
	"errors"

	"pupitre/catalogue"
	"pupitre/internal/fault"
	"pupitre/journal"
)

// AtOnce is how many copies Undertake moves while whoever asked waits. A copy costs 10 to 15 µs by the goals of make bench-console: on a
// machine ten times slower three thousand are given in less than half a second, and a school of the usual size is still given a resource
// in one act.
const AtOnce = 3000

// errLong says that a plan is not for one answer.
var errLong = errors.New("a plan of many copies")

// Undertake is Apply for an order of any size. A plan that moves more than AtOnce copies is left to a batch that is started at once:
// Applied.Batch names it, and nothing has moved yet. The batch does exactly that plan or, where it no longer holds when its turn comes,
// nothing; up to WholeBatch copies it is one act, as Apply's.
func (s *Service) Undertake(ctx context.Context, by journal.Actor, order Order, hash string) (Applied, error) {
	done, err := s.apply(ctx, by, order, func(p Plan) error {
		if err := p.agreed(hash); err != nil {
			return err
		}
		if copies, _ := p.Moves(); copies > AtOnce {
			return errLong
		}
		return nil
	})
	if !errors.Is(err, errLong) {
		return done, err
	}
	b := Sketch{Batch: s.newBatch(by, order.School)}
	for _, part := range done.Plan.parts() {
		b.add(part)
	}
	b.settle()
	if _, err := s.Keep(ctx, b); err != nil {
		return done, err
	}
	done.Batch = b.ID
	return done, s.Start(ctx, by, b.School, b.ID, b.Hash, done.Plan.Order.Short)
}

// agreed refuses a plan that is not the one that was seen, or that is short of copies without the manager's word.
func (p Plan) agreed(hash string) error {
	if p.Hash != hash {
		return fault.New(fault.Conflict, "licensing.plan.changed")
	}
	return p.enough()
}

// Moves counts the copies that a plan gives or takes, and the persons whom it lets in (or out) without one.
func (p Plan) Moves() (copies, opened int64) {
	for _, o := range p.Outcomes {
		switch {
		case o.Verdict != Gets && o.Verdict != Loses:
		case o.SiteWide:
			opened++
		default:
			copies++
		}
	}
	return copies, opened
}

// parts are the plans of a plan's resources, each as it would be alone after those before it.
func (p Plan) parts() []Plan {
	out := make([]Plan, len(p.Order.Resources))
	at := 0 // outcomes come resource by resource
	for i, resource := range p.Order.Resources {
		one := Plan{Order: p.Order, Figures: p.Figures[i : i+1 : i+1]}
		one.Order.Resources = []catalogue.ResourceID{resource}
		from := at
		for at < len(p.Outcomes) && p.Outcomes[at].Resource == resource {
			at++
		}
		one.Outcomes = p.Outcomes[from:at:at]
		for _, t := range p.Targets {
			if t.Resource == resource {
				one.Targets = append(one.Targets, t)
			}
		}
		one.Hash = fingerprint(one)
		out[i] = one
	}
	return out
}
