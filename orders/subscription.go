package orders

import (
	"context"
	"fmt"

	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/internal/tx"
	"pupitre/journal"
	"pupitre/licensing"
)

// Subscriptions are what a delivery opens: licensing.Service, as the distributors' web service uses it.
type Subscriptions interface {
	Subscribe(ctx context.Context, by journal.Actor, sub licensing.Subscription) (licensing.Subscription, error)
	Amend(ctx context.Context, by journal.Actor, sub licensing.Subscription) (licensing.Subscription, error)
	End(ctx context.Context, by journal.Actor, distributor string, id licensing.SubscriptionID) error
}

var _ Subscriptions = (*licensing.Service)(nil)

// subscription is what a line of an order has opened: its copies over all its publics, or the right of the whole school without a number.
func (o Order) subscription(l Line) licensing.Subscription {
	count := licensing.Unlimited
	if l.Kind == licensing.Individual {
		count = licensing.Count(l.Delivered)
	}
	sub := licensing.Subscription{
		ID: o.SubscriptionID(l), Distributor: o.Distributor, ARK: l.ARK, Title: l.Title,
		Starts: l.Opened, Schools: []directory.UAI{o.UAI},
		Kind: l.Kind, Transferable: l.Transferable, Publics: l.Publics, Global: &count,
	}
	if l.TrialDays > 0 {
		sub.Ends, sub.Trial = l.Tried(), true
	} else {
		sub.SchoolYear = fmt.Sprintf("%d-%d", l.firstYear(), l.firstYear()+l.Years)
	}
	return sub
}

// SubscriptionID is what a line's subscription is called, from its first delivery on.
func (o Order) SubscriptionID(l Line) licensing.SubscriptionID {
	return licensing.SubscriptionID(fmt.Sprintf("%s-%d", o.Number, l.No))
}

// open brings the subscriptions of an order's lines from what they were to what they are now, in the transaction that ctx is of. What the
// distributor ended meanwhile by its own program stays ended where nothing is delivered any more, and is opened anew where more is.
func (s *Service) open(ctx context.Context, by journal.Actor, was, now Order) error {
	for i, l := range now.Lines {
		before := was.Lines[i].Delivered
		if l.Delivered == before {
			continue
		}
		if err := s.settle(ctx, by, before, now.subscription(l), l.Delivered); err != nil {
			return fmt.Errorf("line %d of order %s: %w", l.No, now.Number, err)
		}
	}
	return nil
}

func (s *Service) settle(ctx context.Context, by journal.Actor, before int, sub licensing.Subscription, after int) error {
	if after == 0 {
		err := s.Subscriptions.End(tx.Together(ctx), by, sub.Distributor, sub.ID)
		if fault.Is(err, fault.NotFound) {
			return nil
		}
		return err
	}
	if before > 0 {
		_, err := s.Subscriptions.Amend(tx.Together(ctx), by, sub)
		if !fault.Is(err, fault.NotFound) {
			return err
		}
	}
	_, err := s.Subscriptions.Subscribe(tx.Together(ctx), by, sub)
	return err
}
