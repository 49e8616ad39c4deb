package orders

import (
	"context"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/fault"
)

// A page of orders or offers.
const (
	PageSize = 50 // where nobody says otherwise
	maxPage  = 200
)

func limit(n int) int {
	if n <= 0 {
		return PageSize
	}
	return min(n, maxPage)
}

// Find returns an order to who may see it: who orders for its school, the bookseller that made it.
func (s *Service) Find(ctx context.Context, buyer Buyer, key Key) (Order, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) (Order, error) {
		if _, err := buyable(ctx, r, BasketKey{key.School, buyer}); err != nil {
			return Order{}, err
		}
		o, err := r.FindOrder(ctx, key)
		if err == nil && buyer.Bookseller != "" && o.Buyer != buyer {
			err = unknown(key)
		}
		return o, err
	})
}

// List returns a page of a school's orders, the latest first: for a bookseller those that it made.
func (s *Service) List(ctx context.Context, of BasketKey, f Filter) ([]Order, error) {
	f.School, f.Bookseller, f.Distributor, f.Limit = of.School, of.Buyer.Bookseller, "", limit(f.Limit)
	return read(ctx, s, func(ctx context.Context, r Reader) ([]Order, error) {
		if _, err := buyable(ctx, r, of); err != nil {
			return nil, err
		}
		return r.ListOrders(ctx, f)
	})
}

// KeyOf returns the place of the order of a number, which says nothing of whose it is.
func (s *Service) KeyOf(ctx context.Context, number string) (Key, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) (Key, error) { return r.FindKey(ctx, number) })
}

// FindReceived returns an order that was sent to a distributor.
func (s *Service) FindReceived(ctx context.Context, distributor string, key Key) (Order, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) (Order, error) {
		o, err := r.FindOrder(ctx, key)
		if err == nil && (o.Distributor != distributor || o.SentAt.IsZero()) {
			err = unknown(key)
		}
		return o, err
	})
}

// ListReceived returns a page of the orders that were sent to a distributor, the latest first.
func (s *Service) ListReceived(ctx context.Context, distributor string, f Filter) ([]Order, error) {
	if distributor == "" {
		return nil, fault.New(fault.Denied, "orders.buyer.none")
	}
	f.School, f.Bookseller, f.Distributor, f.Limit = "", "", distributor, limit(f.Limit)
	return read(ctx, s, func(ctx context.Context, r Reader) ([]Order, error) { return r.ListOrders(ctx, f) })
}

// ListOrdered returns a page of what a bookseller ordered, the latest first, for all the schools that take it still.
func (s *Service) ListOrdered(ctx context.Context, seller BooksellerID, f Filter) ([]Order, error) {
	if seller == "" {
		return nil, mayNot()
	}
	f.School, f.Bookseller, f.Distributor, f.Limit = "", seller, "", limit(f.Limit)
	return read(ctx, s, func(ctx context.Context, r Reader) ([]Order, error) { return r.ListOrders(ctx, f) })
}

// Offers returns a page of what a school may order today of a resource, of all for "": for who orders for it, and for its teachers, who may ask.
func (s *Service) Offers(ctx context.Context, of BasketKey, resource catalogue.ResourceID, after OfferKey) ([]Offer, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) ([]Offer, error) {
		school, err := s.askable(ctx, r, of)
		if err != nil {
			return nil, err
		}
		return r.ListOffers(ctx, OfferFilter{School: school.UAI, Tries: school.ID, Today: today(school, r.Now()), Resource: resource, After: after, Limit: PageSize})
	})
}

// askable is buyable, and a teacher of the school too.
func (s *Service) askable(ctx context.Context, r Reader, of BasketKey) (directory.School, error) {
	school, err := buyable(ctx, r, of)
	if err == nil || of.Buyer.Person == "" || !fault.Is(err, fault.Denied) {
		return school, err
	}
	office, err := r.FindOffice(ctx, of.School, of.Buyer.Person)
	if err != nil {
		return school, err
	}
	if !office.Teaches {
		return school, mayNot()
	}
	return r.FindSchool(ctx, of.School)
}

// OwnOffers returns a page of a distributor's offers that stand.
func (s *Service) OwnOffers(ctx context.Context, distributor string, after OfferKey) ([]Offer, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) ([]Offer, error) {
		return r.ListOffers(ctx, OfferFilter{Distributor: distributor, After: after, Limit: PageSize})
	})
}
