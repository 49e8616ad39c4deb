package orders

import (
	"context"

	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/licensing"
)

// maxAsked bounds the open requests of one teacher in a school.
const maxAsked = 20

// Ask asks who orders for the school for so many of an offer, with a word.
func (s *Service) Ask(ctx context.Context, teacher directory.PersonID, school directory.SchoolID, offer OfferKey, quantity int, word licensing.Word) (q Request, err error) {
	if word, err = word.Tidy(); err != nil {
		return q, err
	}
	err = s.write(ctx, "ask for an offer", func(ctx context.Context, w Writer) error {
		place, err := s.askable(ctx, w, BasketKey{school, Buyer{Person: teacher}})
		if err != nil {
			return err
		}
		day := today(place, w.Now())
		found, err := offered(ctx, w, place, offer, day)
		if err != nil {
			return err
		}
		if err := (Item{Offer: found, Quantity: quantity, Year: Years(day)[0]}).check(place.UAI, day); err != nil {
			return err
		}
		open, err := w.ListRequests(ctx, school, teacher, true)
		if err != nil {
			return err
		}
		if len(open) >= maxAsked {
			return fault.New(fault.Conflict, "orders.request.many", "most", maxAsked)
		}
		q = Request{School: school, ID: RequestID(s.IDs.New()), Teacher: teacher, Offer: found, Quantity: quantity, Word: word, Made: w.Now(), State: Asked}
		act, err := requested(ctx, w, teacher, "orders.requested", q)
		if err != nil {
			return err
		}
		return w.AddRequest(ctx, act, q)
	})
	return q, err
}

// Unask takes a teacher's own request back while it is open.
func (s *Service) Unask(ctx context.Context, teacher directory.PersonID, school directory.SchoolID, id RequestID) error {
	return s.answer(ctx, teacher, school, id, "orders.request-withdrawn", func(ctx context.Context, w Writer, q *Request) error {
		if q.Teacher != teacher {
			return unknownRequest(id)
		}
		q.State = Withdrawn
		return nil
	})
}

// Take puts what a teacher asked for into the buyer's own basket, beside what lies there. A trial it asks for at once: that is the order that it
// returns, zero for everything else. trial is what the buyer saw of the request, which follows its offer: where a sale has become a trial
// since, or a trial a sale, it is fault.Conflict (orders.request.changed), for a school tries a resource once.
func (s *Service) Take(ctx context.Context, buyer directory.PersonID, school directory.SchoolID, id RequestID, trial bool) (tried Order, err error) {
	return tried, s.answer(ctx, buyer, school, id, "orders.request-taken", func(ctx context.Context, w Writer, q *Request) error {
		of := BasketKey{school, Buyer{Person: buyer}}
		place, err := buyable(ctx, w, of)
		if err != nil {
			return err
		}
		if trial != q.Offer.IsTrial() {
			return fault.New(fault.Conflict, "orders.request.changed", "title", q.Offer.Title)
		}
		if q.State = Taken; trial {
			tried, err = s.try(ctx, w, place, of.Buyer, q.Offer.OfferKey, q.Quantity)
			return err
		}
		basket, err := w.LockBasket(ctx, of)
		if err != nil {
			return err
		}
		n := q.Quantity
		for _, item := range basket.Items {
			if item.Offer.OfferKey == q.Offer.OfferKey {
				n += item.Quantity
			}
		}
		if q.Offer.Kind == licensing.Establishment {
			n = 1
		}
		return put(ctx, w, place, basket, []Change{{Offer: q.Offer.OfferKey, Quantity: n}})
	})
}

// Decline answers a request with no, and why.
func (s *Service) Decline(ctx context.Context, buyer directory.PersonID, school directory.SchoolID, id RequestID, why licensing.Word) error {
	why, err := why.Tidy()
	if err != nil {
		return err
	}
	if why == "" {
		return fault.New(fault.Invalid, "orders.reason.missing", "field", "motif")
	}
	return s.answer(ctx, buyer, school, id, "orders.request-declined", func(ctx context.Context, w Writer, q *Request) error {
		if _, err := buyable(ctx, w, BasketKey{school, Buyer{Person: buyer}}); err != nil {
			return err
		}
		q.State, q.Reason = Declined, why
		return nil
	})
}

func (s *Service) answer(ctx context.Context, by directory.PersonID, school directory.SchoolID, id RequestID, verb string, change func(ctx context.Context, w Writer, q *Request) error) error {
	return s.write(ctx, verb, func(ctx context.Context, w Writer) error {
		q, err := w.FindRequest(ctx, school, id)
		if err != nil {
			return err
		}
		if err := change(ctx, w, &q); err != nil {
			return err
		}
		q.By, q.Answered = by, w.Now()
		act, err := requested(ctx, w, by, verb, q)
		if err != nil {
			return err
		}
		open, err := w.AnswerRequest(ctx, act, q)
		if err == nil && !open {
			err = fault.New(fault.Conflict, "orders.request.answered")
		}
		return err
	})
}

func requested(ctx context.Context, w Writer, by directory.PersonID, verb string, q Request) (journal.ActID, error) {
	topic := RequestAnswer
	if q.State == Asked {
		topic = RequestMade
	}
	if err := w.Tell(ctx, journal.Fact{Topic: topic, School: string(q.School), Person: string(q.Teacher), Subject: string(q.ID)}, nil); err != nil {
		return "", err
	}
	return w.Record(ctx, journal.Entry{School: string(q.School), Actor: Buyer{Person: by}.Actor(), Verb: verb, Subject: string(q.ID), Person: string(q.Teacher),
		Class: journal.ClassChange, Detail: map[string]any{"quantity": q.Quantity}})
}

// ListRequests returns a school's requests, the latest first: all to who orders for it, to a teacher their own.
func (s *Service) ListRequests(ctx context.Context, person directory.PersonID, school directory.SchoolID, open bool) ([]Request, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) ([]Request, error) {
		office, err := r.FindOffice(ctx, school, person)
		switch {
		case err != nil:
			return nil, err
		case office.MayOrder():
			return r.ListRequests(ctx, school, "", open)
		case office.Teaches:
			return r.ListRequests(ctx, school, person, open)
		}
		return nil, mayNot()
	})
}

func unknownRequest(id RequestID) error {
	return fault.New(fault.NotFound, "orders.request.unknown", "value", string(id))
}
