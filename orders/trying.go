package orders

import (
	"context"

	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/journal"
)

// Try asks a distributor for a trial: an order of its own, without a quote and without an invoice, that is sent as it is made, and delivered
// with it where the offer says so. A school tries a resource once; asked again while its trial waits or runs, it is the same order. One of
// which nothing came, refused or taken back, was none.
func (s *Service) Try(ctx context.Context, of BasketKey, offer OfferKey, quantity int) (out Order, err error) {
	err = s.write(ctx, "ask for a trial", func(ctx context.Context, w Writer) error {
		school, err := buyable(ctx, w, of)
		if err != nil {
			return err
		}
		out, err = s.try(ctx, w, school, of.Buyer, offer, quantity)
		return err
	})
	return out, err
}

func (s *Service) try(ctx context.Context, w Writer, school directory.School, buyer Buyer, key OfferKey, quantity int) (Order, error) {
	day := today(school, w.Now())
	offer, err := offered(ctx, w, school, key, day)
	if err != nil {
		return Order{}, err
	}
	if !offer.IsTrial() {
		return Order{}, fault.New(fault.Invalid, "orders.trial.none", "title", offer.Title)
	}
	item := Item{Offer: offer, Quantity: quantity, Year: clock.SchoolYear(day)}
	if err := item.check(school.UAI, day); err != nil {
		return Order{}, err
	}
	id := OrderID(s.IDs.New())
	first, err := w.TakeTrial(ctx, Key{school.ID, id}, offer.Resource)
	if err != nil {
		return Order{}, err
	}
	if first != id {
		return tried(ctx, w, Key{school.ID, first}, buyer, offer, day)
	}
	o, err := s.draft(ctx, w, school, buyer, offer.Distributor, []Item{item})
	if err != nil {
		return o, err
	}
	o.ID = id
	act, err := record(ctx, w, buyer.Actor(), "orders.tried", o, map[string]any{"copies": quantity, "days": offer.Trial.Days})
	if err != nil {
		return o, err
	}
	if err := w.AddOrder(ctx, act, o); err != nil {
		return o, err
	}
	sent := o
	sent.State = Sent
	if err := s.keep(ctx, w, buyer.Actor(), "orders.sent", o, &sent, nil); err != nil || !offer.Trial.AtOnce {
		return sent, err
	}
	there, err := sent.deliver(nil, day)
	if err == nil {
		err = s.open(ctx, journal.System("trial"), sent, there)
	}
	return there, s.keep(ctx, w, journal.System("trial"), "orders.delivered", sent, &there, err)
}

// tried is the trial that a school has already, where it is the one that is asked for; else a refusal.
func tried(ctx context.Context, r Reader, key Key, buyer Buyer, offer Offer, day clock.Date) (Order, error) {
	o, err := r.FindOrder(ctx, key)
	if err != nil {
		return o, err
	}
	l := o.Lines[0]
	over := o.State == Cancelled || !l.Tried().IsZero() && l.Tried().Before(day)
	if o.Buyer != buyer || o.Distributor != offer.Distributor || l.Offer != offer.ID || over {
		return Order{}, fault.New(fault.Conflict, "orders.trial.once", "title", offer.Title)
	}
	return o, nil
}
