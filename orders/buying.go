package orders

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/journal"
)

// FindBasket returns what a buyer is gathering for a school, each item with what is wrong with it today.
func (s *Service) FindBasket(ctx context.Context, of BasketKey) (Basket, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) (Basket, error) {
		school, err := buyable(ctx, r, of)
		if err != nil {
			return Basket{}, err
		}
		b, err := r.FindBasket(ctx, of)
		day := today(school, r.Now())
		for i, item := range b.Items {
			b.Items[i].Wrong = item.quotable(school.UAI, day)
		}
		return b, err
	})
}

// Put changes the basket: so many of an offer, over what is there of it; none takes it out.
func (s *Service) Put(ctx context.Context, of BasketKey, changes ...Change) error {
	return s.write(ctx, "put in the basket", func(ctx context.Context, w Writer) error {
		school, err := buyable(ctx, w, of)
		if err != nil {
			return err
		}
		basket, err := w.LockBasket(ctx, of)
		if err != nil {
			return err
		}
		return put(ctx, w, school, basket, changes)
	})
}

// put changes a basket that is locked. What is there already as it is asked for leaves the version where it was.
func put(ctx context.Context, w Writer, school directory.School, basket Basket, changes []Change) error {
	day, items, moved := today(school, w.Now()), len(basket.Items), false
	for _, c := range changes {
		was := Item{}
		if i := slices.IndexFunc(basket.Items, func(i Item) bool { return i.Offer.OfferKey == c.Offer }); i >= 0 {
			was = basket.Items[i]
		}
		c.Year = cmp.Or(c.Year, was.Year, clock.SchoolYear(day))
		if c.Quantity == was.Quantity && (c.Quantity == 0 || c.Year == was.Year) {
			continue
		}
		if c.Quantity != 0 {
			found, err := offered(ctx, w, school, c.Offer, day)
			if err != nil {
				return err
			}
			if err := (Item{Offer: found, Quantity: c.Quantity, Year: c.Year}).quotable(school.UAI, day); err != nil {
				return err
			}
		}
		switch {
		case c.Quantity == 0:
			items--
		case was.Quantity == 0:
			items++
		}
		if items > maxItems {
			return fault.New(fault.Conflict, "orders.basket.full", "most", maxItems)
		}
		if err := w.PutItem(ctx, basket.BasketKey, c); err != nil {
			return err
		}
		moved = true
	}
	if !moved {
		return nil
	}
	return w.StampBasket(ctx, basket.BasketKey)
}

// offered finds an offer that is made to a school: another's price is not told.
func offered(ctx context.Context, r Reader, school directory.School, key OfferKey, day clock.Date) (Offer, error) {
	o, err := r.FindOffer(ctx, key)
	if err == nil && !o.MadeTo(school.UAI, day) {
		err = unknownOffer(key)
	}
	return o, err
}

// Change is so many of an offer in a basket, over what is there of it.
type Change struct {
	Offer    OfferKey
	Quantity int
	Year     string // "" as it was, or this school year
}

// Quote makes a quote of the basket for each distributor in it, in the order of their numbers, and empties it; first it makes the changes.
// The version is the one that the buyer saw: where the basket has moved since it is fault.Conflict (orders.basket.moved), and where it moved
// by this very call, asked before, the quotes of then are returned.
func (s *Service) Quote(ctx context.Context, of BasketKey, version int64, changes ...Change) (out []Order, err error) {
	err = s.write(ctx, "quote", func(ctx context.Context, w Writer) error {
		out = nil
		school, err := buyable(ctx, w, of)
		if err != nil {
			return err
		}
		basket, err := w.LockBasket(ctx, of)
		if err != nil {
			return err
		}
		if basket.Version != version {
			out, err = madeOf(ctx, w, of, version)
			if err == nil && len(out) == 0 {
				err = fault.New(fault.Conflict, "orders.basket.moved")
			}
			return err
		}
		if err := put(ctx, w, school, basket, changes); err != nil {
			return err
		}
		if basket, err = w.FindBasket(ctx, of); err != nil {
			return err
		}
		if len(basket.Items) == 0 {
			return fault.New(fault.Invalid, "orders.basket.empty")
		}
		basket.Version = version
		if out, err = s.quotes(ctx, w, school, basket); err != nil {
			return err
		}
		if err := w.EmptyBasket(ctx, of); err != nil {
			return err
		}
		return w.StampBasket(ctx, of)
	})
	return out, err
}

// madeOf returns the orders that were made of a version of a basket.
func madeOf(ctx context.Context, r Reader, of BasketKey, version int64) ([]Order, error) {
	all, err := r.ListOrders(ctx, Filter{School: of.School, Limit: maxItems})
	mine := slices.DeleteFunc(all, func(o Order) bool { return o.Buyer != of.Buyer || o.Basket != version || o.Trial() })
	slices.Reverse(mine)
	return mine, err
}

// quotes makes and keeps a quote for each distributor of a basket.
func (s *Service) quotes(ctx context.Context, w Writer, school directory.School, basket Basket) ([]Order, error) {
	day := today(school, w.Now())
	parts := map[string][]Item{}
	for _, item := range basket.Items {
		if err := item.quotable(school.UAI, day); err != nil {
			return nil, err
		}
		parts[item.Offer.Distributor] = append(parts[item.Offer.Distributor], item)
	}
	var out []Order
	for _, distributor := range slices.Sorted(maps.Keys(parts)) {
		o, err := s.draft(ctx, w, school, basket.Buyer, distributor, parts[distributor])
		if err != nil {
			return nil, err
		}
		o.ValidUntil, o.Basket = day.AddDays(QuoteDays), basket.Version
		act, err := record(ctx, w, o.Buyer.Actor(), "orders.quoted", o, map[string]any{"net": o.Total().Net, "lines": len(o.Lines)})
		if err != nil {
			return nil, err
		}
		if err := w.AddOrder(ctx, act, o); err != nil {
			return nil, err
		}
		out = append(out, o)
	}
	return out, nil
}

// draft is an order of these items with a number of its own, which is not kept yet.
func (s *Service) draft(ctx context.Context, w Writer, school directory.School, buyer Buyer, distributor string, items []Item) (Order, error) {
	day := today(school, w.Now())
	n, err := w.NextNumber(ctx, school.ID, day.Year)
	o := Order{
		Key: Key{school.ID, OrderID(s.IDs.New())}, UAI: school.UAI, Number: fmt.Sprintf("%s-%d-%04d", school.UAI, day.Year, n), Distributor: distributor,
		Buyer: buyer, State: Quoted, Made: w.Now(), Changed: w.Now(), ValidUntil: day,
	}
	for i, item := range items {
		f := item.Offer
		o.Lines = append(o.Lines, Line{
			No: i + 1, Offer: f.ID, Resource: f.Resource, ARK: f.ARK, Title: f.Title, Kind: f.Kind, Transferable: f.Transferable, Publics: f.Publics,
			Year: item.Year, Years: f.Years, Net: f.Net, Rate: f.Rate, Ordered: item.Quantity, TrialDays: f.Trial.Days,
		})
	}
	return o, err
}

// Send sends a quote as an order, with the references of the school's accounting. Asked again it has been sent once.
func (s *Service) Send(ctx context.Context, buyer Buyer, key Key, refs References) (Order, error) {
	return s.buyers(ctx, buyer, key, "orders.sent", func(o Order, day clock.Date) (Order, error) {
		if o.State == Sent && o.References == refs.settled() {
			return o, errSame
		}
		return o.send(refs, day)
	})
}

// Withdraw takes back a quote, or an order that its distributor has not answered.
func (s *Service) Withdraw(ctx context.Context, buyer Buyer, key Key) (Order, error) {
	return s.buyers(ctx, buyer, key, "orders.withdrawn", func(o Order, _ clock.Date) (Order, error) {
		if o.State == Cancelled {
			return o, errSame
		}
		return o.withdraw()
	})
}

// errSame says that a change is made already: nothing is written, and nobody told.
var errSame = errors.New("the same again")

// buyers changes an order for one who may: whoever orders for the school, a bookseller its own only.
func (s *Service) buyers(ctx context.Context, buyer Buyer, key Key, verb string, change func(o Order, day clock.Date) (Order, error)) (out Order, err error) {
	err = s.write(ctx, verb, func(ctx context.Context, w Writer) error {
		school, err := buyable(ctx, w, BasketKey{key.School, buyer})
		if err != nil {
			return err
		}
		was, err := w.LockOrder(ctx, key)
		if err != nil {
			return err
		}
		if buyer.Bookseller != "" && was.Buyer != buyer {
			return unknown(key)
		}
		out, err = change(was, today(school, w.Now()))
		return s.keep(ctx, w, buyer.Actor(), verb, was, &out, err)
	})
	return out, err
}

// keep writes what became of an order, and tells whoever follows.
func (s *Service) keep(ctx context.Context, w Writer, by journal.Actor, verb string, was Order, now *Order, err error) error {
	if err == errSame {
		return nil
	}
	if err != nil {
		return err
	}
	now.Changed = w.Now()
	if least := was.Changed.Add(time.Microsecond); now.Changed.Before(least) { // two changes have two sights, whatever the clocks say
		now.Changed = least
	}
	if now.State == Sent && was.State != Sent {
		now.SentAt = w.Now()
	}
	act, err := record(ctx, w, by, verb, *now, now.moved(was))
	if err != nil {
		return err
	}
	if err := w.KeepOrder(ctx, act, *now); err != nil {
		return err
	}
	if now.Trial() && (now.State == Refused || now.State == Cancelled) && now.Lines[0].Opened.IsZero() {
		if err := w.FreeTrial(ctx, now.School, now.Lines[0].Resource); err != nil {
			return err
		}
	}
	topic := OrderAnswered
	if verb == "orders.sent" || verb == "orders.withdrawn" {
		topic = OrderSent
	}
	return tell(ctx, w, topic, *now, now.happened(verb))
}

// happened is what an act did, in a word.
func (o Order) happened(verb string) string {
	if verb != "orders.delivered" && verb != "orders.cancelled" {
		return strings.TrimPrefix(verb, "orders.") // sent, withdrawn, refused
	}
	delivered := slices.ContainsFunc(o.Lines, func(l Line) bool { return l.Delivered > 0 })
	switch {
	case verb == "orders.cancelled" && o.State != Cancelled:
		return "reduced"
	case o.State == Confirmed && delivered:
		return "partly"
	}
	return string(o.State) // confirmed, delivered, cancelled
}

// moved is what an act did, for the journal: figures only.
func (o Order) moved(was Order) map[string]any {
	lines := map[int][2]int{}
	for i, l := range o.Lines {
		if before := was.Lines[i]; l.Delivered != before.Delivered || l.Cancelled != before.Cancelled {
			lines[l.No] = [2]int{l.Delivered - before.Delivered, l.Cancelled - before.Cancelled}
		}
	}
	return map[string]any{"state": o.State, "lines": lines}
}

func unknown(key Key) error {
	return fault.New(fault.NotFound, "orders.order.unknown", "value", string(key.ID))
}
