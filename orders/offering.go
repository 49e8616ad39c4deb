package orders

import (
	"context"
	"fmt"

	"pupitre/catalogue"
	"pupitre/internal/fault"
	"pupitre/journal"
)

// PlacedError is a refusal that says which of several offers is at fault.
type PlacedError struct {
	At int // its place in the list, from 0
	error
}

// Unwrap implements errors.
func (e PlacedError) Unwrap() error { return e.error }

const maxOffers = 10_000

// KeepOffers writes a distributor's offers over what is there of their references: all of them, or none where one is refused (PlacedError).
// What is in baskets follows; quotes and orders keep their prices.
func (s *Service) KeepOffers(ctx context.Context, by journal.Actor, distributor string, offers []Offer) error {
	if len(offers) > maxOffers {
		return fault.New(fault.Invalid, "orders.offers.many", "most", maxOffers, "n", len(offers))
	}
	seen := map[OfferID]int{}
	var arks []catalogue.ARK
	for i, o := range offers {
		if err := o.Validate(); err != nil {
			return PlacedError{i, err}
		}
		if o.Distributor != distributor {
			return PlacedError{i, fault.New(fault.Denied, "orders.offer.other", "field", "distributeur", "value", o.Distributor)}
		}
		if first, twice := seen[o.ID]; twice {
			return PlacedError{i, fault.New(fault.Invalid, "orders.offer.twice", "field", "reference", "value", string(o.ID), "first", first+1)}
		}
		seen[o.ID] = i
		arks = append(arks, o.ARK)
	}
	return s.write(ctx, "keep offers", func(ctx context.Context, w Writer) error {
		works, err := w.FindWorks(ctx, arks)
		if err != nil || len(offers) == 0 {
			return err
		}
		act, err := w.Record(ctx, journal.Entry{Actor: by, Verb: "orders.offered", Subject: distributor, Class: journal.ClassLedger, Detail: map[string]any{"offers": len(offers)}})
		if err != nil {
			return err
		}
		for i, o := range offers {
			work, there := works[o.ARK]
			switch {
			case !there:
				return PlacedError{i, fault.New(fault.Invalid, "orders.offer.resource", "field", "ressource", "value", string(o.ARK))}
			case work.Family:
				return PlacedError{i, fault.New(fault.Invalid, "orders.offer.family", "field", "ressource", "value", string(o.ARK))}
			}
			o.Resource = work.ID
			if err := w.KeepOffer(ctx, act, o); err != nil {
				return fmt.Errorf("offer %s: %w", o.ID, err)
			}
		}
		return nil
	})
}

// EndOffer takes an offer back. What is quoted may still be sent while the quote stands.
func (s *Service) EndOffer(ctx context.Context, by journal.Actor, key OfferKey) error {
	return s.write(ctx, "end an offer", func(ctx context.Context, w Writer) error {
		o, err := w.FindOffer(ctx, key)
		switch {
		case err != nil:
			return err
		case !o.Ended.IsZero():
			return unknownOffer(key)
		}
		act, err := w.Record(ctx, journal.Entry{Actor: by, Verb: "orders.offer-ended", Subject: key.Distributor, Class: journal.ClassLedger, Detail: map[string]any{"offer": key.ID}})
		if err != nil {
			return err
		}
		o.Ended = w.Now()
		return w.KeepOffer(ctx, act, o)
	})
}

func unknownOffer(key OfferKey) error {
	return fault.New(fault.NotFound, "orders.offer.unknown", "field", "offre", "value", string(key.ID))
}
