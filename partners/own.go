package partners

import (
	"context"
	"time"

	"golang.org/x/time/rate"

	"pupitre/internal/fault"
	"pupitre/licensing"
)

// finder finds a subscription; with the distributor "" it asks on behalf of the house.
type finder interface {
	FindSubscription(ctx context.Context, distributor string, id licensing.SubscriptionID) (licensing.Subscription, error)
}

// own finds a subscription that must be the partner's. Another's is refused as if it did not exist, and written down.
func (g *Gate) own(c *call, subs finder, id licensing.SubscriptionID) (licensing.Subscription, error) {
	sub, err := subs.FindSubscription(c.r.Context(), "", id)
	if err == nil && sub.Distributor != c.partner.Distributor {
		return licensing.Subscription{}, g.refuse(c, string(id), sub.Distributor)
	}
	return sub, err
}

// refuse writes down that a partner reached for another's, and returns the refusal.
func (g *Gate) refuse(c *call, subject, distributor string) error {
	if err := g.note(c, subject, distributor); err != nil {
		return err
	}
	return fault.New(fault.Denied, "partners.distributor.other", "own", c.partner.Distributor)
}

// note writes one line in the journal. A partner that keeps reaching fills it no faster than a line a minute, after the first ones.
func (g *Gate) note(c *call, subject, whose string) error {
	const first = 20
	if !g.notes.take(c.partner.ID, rate.Every(time.Minute), first).Allow() {
		return nil
	}
	return g.Partners.Refused(c.r.Context(), c.partner.ID, subject, whose)
}
