package orders

import (
	"context"
	"time"

	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/licensing"
	"pupitre/privacy"
)

// RequestsKept is for how long teachers' requests are kept once made or answered.
const RequestsKept = licensing.SuggestionsKept

// OrdersKept is for how long orders are: public accounting asks for it.
const OrdersKept = 10 * 365 * 24 * time.Hour

// Keeper is orders' part of the register of personal data: what persons asked for, in their words; who is named to order; an address
// that an order gives. Orders know persons by their internal ids alone, and stay true and nameless.
type Keeper struct{ Store Store }

var _ privacy.Holder = Keeper{}

// Area implements privacy.Holder.
func (Keeper) Area() string { return "orders" }

// Describe implements privacy.Holder.
func (Keeper) Describe() []privacy.Kept {
	return []privacy.Kept{
		{Table: "order_request", What: "orders.kept.request", Why: "orders.why-kept.request", For: RequestsKept, Source: "person"},
		{Table: "order_buyer", What: "orders.kept.buyer", Why: "orders.why-kept.buyer", Source: "head"},
		{Table: "school_order", What: "orders.kept.order", Why: "orders.why-kept.order", For: OrdersKept, Source: "person"},
	}
}

type exportedRequest struct {
	School   directory.SchoolID `json:"school"`
	Title    string             `json:"title"`
	Quantity int                `json:"quantity"`
	Word     string             `json:"word,omitempty"`
	Made     time.Time          `json:"made"`
	State    RequestState       `json:"state"`
	Reason   string             `json:"reason,omitempty"`
}

// Export implements privacy.Holder.
func (k Keeper) Export(ctx context.Context, who privacy.Subject) (any, error) {
	var out struct {
		Requests []exportedRequest    `json:"requests,omitempty"`
		Orders   []directory.SchoolID `json:"ordersFor,omitempty"`
	}
	err := k.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		out.Requests = nil
		all, err := r.ListRequestsOf(ctx, directory.PersonID(who.ID))
		if err != nil {
			return err
		}
		for _, q := range all {
			out.Requests = append(out.Requests, exportedRequest{q.School, q.Offer.Title, q.Quantity, string(q.Word), q.Made, q.State, string(q.Reason)})
		}
		out.Orders, err = r.ListBuying(ctx, directory.PersonID(who.ID))
		return err
	})
	if err != nil || len(out.Requests)+len(out.Orders) == 0 {
		return nil, err
	}
	return out, nil
}

// Erase implements privacy.Holder.
func (k Keeper) Erase(ctx context.Context, who privacy.Subject) error {
	if who.ID == "" {
		return fault.New(fault.Invalid, "licensing.person.elsewhere")
	}
	return k.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		act, err := w.Record(ctx, journal.Entry{Actor: journal.System("erasure"), Verb: "orders.person-forgotten", Subject: who.ID, Person: who.ID, Class: journal.ClassChange})
		if err != nil {
			return err
		}
		return w.Forget(ctx, act, directory.PersonID(who.ID))
	})
}

// SweepRequests removes at most limit requests that were made or answered long enough ago.
func (s *Service) SweepRequests(ctx context.Context, limit int) (n int, err error) {
	err = s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		n, err = w.SweepRequests(ctx, w.Now().Add(-RequestsKept), limit)
		return err
	})
	return n, err
}
