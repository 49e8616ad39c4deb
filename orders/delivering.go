package orders

import (
	"context"

	"pupitre/internal/clock"
	"pupitre/journal"
	"pupitre/licensing"
)

// Deliver takes an order that was sent to the distributor, or goes on with one: so many of each line that is named are delivered, of
// all of them whatever is open for nil. Their copies are there when it returns. Where the order has moved since it was seen it is
// fault.Conflict (orders.order.moved), and nothing is done: who asks again after a lost answer, or clicks twice, delivers once. Parts without a
// sight are refused in the same way; all of an order needs none, and asked again it has been delivered once.
func (s *Service) Deliver(ctx context.Context, by journal.Actor, distributor string, key Key, seen Sight, parts Parts) (Order, error) {
	return s.sellers(ctx, by, distributor, key, "orders.delivered", func(o Order, day clock.Date) (Order, error) {
		if parts == nil && o.State == Delivered {
			return o, errSame
		}
		if err := o.still(seen, parts); err != nil {
			return o, err
		}
		return o.deliver(parts, day)
	})
}

// Refuse answers an order that was sent with no, and why.
func (s *Service) Refuse(ctx context.Context, by journal.Actor, distributor string, key Key, why licensing.Word) (Order, error) {
	return s.sellers(ctx, by, distributor, key, "orders.refused", func(o Order, _ clock.Date) (Order, error) {
		why, err := why.Tidy()
		if err != nil {
			return o, err
		}
		if o.State == Refused && o.Reason == why {
			return o, errSame
		}
		return o.refuse(why)
	})
}

// Cancel takes so many back of each line that is named, of all of them whatever stands for nil, first of what has not come, and why. Copies that
// are assigned or held back stay: less than those is fault.Conflict, with the figure. What was seen is as for Deliver.
func (s *Service) Cancel(ctx context.Context, by journal.Actor, distributor string, key Key, seen Sight, parts Parts, why licensing.Word) (Order, error) {
	return s.sellers(ctx, by, distributor, key, "orders.cancelled", func(o Order, _ clock.Date) (Order, error) {
		why, err := why.Tidy()
		if err != nil {
			return o, err
		}
		if parts == nil && o.State == Cancelled && why != "" && o.Reason == why {
			return o, errSame
		}
		if err := o.still(seen, parts); err != nil {
			return o, err
		}
		return o.cancel(parts, why)
	})
}

// sellers changes an order for its distributor, and the subscriptions with it.
func (s *Service) sellers(ctx context.Context, by journal.Actor, distributor string, key Key, verb string, change func(o Order, day clock.Date) (Order, error)) (out Order, err error) {
	err = s.write(ctx, verb, func(ctx context.Context, w Writer) error {
		was, err := w.LockOrder(ctx, key)
		if err != nil {
			return err
		}
		if was.Distributor != distributor || was.State == Quoted || was.SentAt.IsZero() {
			return unknown(key)
		}
		school, err := w.FindSchool(ctx, key.School)
		if err != nil {
			return err
		}
		out, err = change(was, today(school, w.Now()))
		if err == nil {
			err = s.open(ctx, by, was, out)
		}
		return s.keep(ctx, w, by, verb, was, &out, err)
	})
	return out, err
}
