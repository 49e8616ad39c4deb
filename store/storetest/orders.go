package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/fault"
	"pupitre/licensing"
	"pupitre/orders"
	"pupitre/orders/trade"
	"pupitre/privacy"
)

// Orders runs the rules of orders on one engine.
func Orders(t *testing.T, e dbtest.Engine) {
	w := NewWorld(t, e)
	service := &orders.Service{Store: w.Store.Orders(), IDs: w.Store.IDs, Subscriptions: w.Licensing}
	for name, rule := range map[string]func(t *testing.T, m *market){
		"AnOrderBecomesCopies":                     orderBecomesCopies,
		"AnOrderComesInParts":                      orderComesInParts,
		"WhatIsCancelledIsTakenBack":               cancelledIsTakenBack,
		"AnOrderMovesOnceForOneSight":              movesOnce,
		"ManyDeliveriesOfOneSightAreOne":           manyDeliveries,
		"CopiesThatAreAssignedStay":                assignedStay,
		"ADoubleClickIsOneOrder":                   doubleClick,
		"ManyClicksAreOneOrder":                    manyClicks,
		"PricesStandStillOnceQuoted":               pricesStand,
		"AQuoteIsOverAfterThirtyDays":              quoteIsOver,
		"WhatIsWrongInABasketIsTold":               wrongInABasket,
		"NobodySeesAnothers":                       nobodySeesAnothers,
		"ABooksellerOrdersForSchoolsThatTookIt":    booksellerOrders,
		"ABuyerIsNamedByTheHead":                   buyerIsNamed,
		"ATeacherAsksAndTheBuyerAnswers":           teacherAsks,
		"OffersComeAllOrNone":                      offersAllOrNone,
		"AStandingAssignmentServesWhatIsDelivered": standingServed,
		"WhatAPersonAskedForIsForgotten":           forgotten,
		"WhatTheDistributorEndedItselfCanBeAgain":  endedByItself,
		"ATrialIsThereAtOnceAndEndsByItself":       trialAtOnce,
		"ATrialWaitsForItsDistributor":             trialWaits,
		"ASchoolTriesAResourceOnce":                triedOnce,
		"ATeacherAsksForATrial":                    teacherTries,
		"WhatBecameATrialInABasketIsNotQuoted":     basketTried,
		"ARequestIsTakenAsItWasSeen":               takenAsSeen,
		"AnOrdersHistoryIsToldToBothSides":         historyTold,
		"ARenewalShowsWhatBecameOfTheYearBefore":   renewalShows,
		"ARenewalNamesWhatIsNotOfferedAnyMore":     renewalNames,
		"ARenewalIsOrderedOnce":                    renewalOnce,
		"ARenewalCountsWhatComesForItsPublics":     renewalPublics,
	} {
		t.Run(name, func(t *testing.T) { rule(t, newMarket(t, w, service)) })
	}
}

// market is a school with a head and a teacher, and a distributor's offer of one resource.
type market struct {
	*World
	*orders.Service
	school        directory.School
	work          licensing.Work
	head, teacher orders.Buyer
	offer         orders.Offer
	distributor   string
}

// siret is a number whose sum is right.
const siret = "19991234500014"

func newMarket(t testing.TB, w *World, s *orders.Service) *market {
	w.SetNow(Monday)
	m := &market{World: w, Service: s, school: w.School("099", "340"), work: w.Resource(false)}
	m.distributor = fmt.Sprintf("9%08d_0000000000000000", w.serial.Add(1))
	m.head = orders.Buyer{Person: w.Persons(m.school.ID, directory.Staff, 1, "")[0]}
	m.teacher = orders.Buyer{Person: w.Persons(m.school.ID, directory.Teacher, 1, "")[0]}
	w.Head(m.school.ID, m.head.Person)
	m.offer = m.made(m.work, "cahier-eleve-1-an", 450)
	m.keep(t, m.offer)
	return m
}

// made is an offer of a resource for pupils, for a year.
func (m *market) made(r licensing.Work, id orders.OfferID, net orders.Cents) orders.Offer {
	return orders.Offer{
		OfferKey: orders.OfferKey{Distributor: m.distributor, ID: id}, ARK: r.ARK, Title: r.Title, Kind: licensing.Individual, Transferable: true,
		Publics: []directory.Profile{directory.Pupil}, Years: 1, Net: net, Rate: 550, Least: 1,
	}
}

func (m *market) keep(t testing.TB, offers ...orders.Offer) {
	t.Helper()
	if err := m.KeepOffers(context.Background(), Seller, m.distributor, offers); err != nil {
		t.Fatal(err)
	}
}

func (m *market) basket(of orders.Buyer) orders.BasketKey {
	return orders.BasketKey{School: m.school.ID, Buyer: of}
}

// put puts so many of the market's offer in a buyer's basket.
func (m *market) put(t testing.TB, of orders.Buyer, n int) {
	t.Helper()
	if err := m.Put(context.Background(), m.basket(of), orders.Change{Offer: m.offer.OfferKey, Quantity: n}); err != nil {
		t.Fatal(err)
	}
}

func (m *market) quoted(t testing.TB, of orders.Buyer, n int) orders.Order {
	t.Helper()
	m.put(t, of, n)
	b, err := m.FindBasket(context.Background(), m.basket(of))
	if err != nil {
		t.Fatal(err)
	}
	made, err := m.Quote(context.Background(), m.basket(of), b.Version)
	if err != nil || len(made) != 1 {
		t.Fatalf("%d quotes, %v", len(made), err)
	}
	return made[0]
}

func (m *market) sent(t testing.TB, of orders.Buyer, n int) orders.Order {
	t.Helper()
	o, err := m.Send(context.Background(), of, m.quoted(t, of, n).Key, orders.References{SIRET: siret, PurchaseOrder: "BC-1"})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func (m *market) total(t *testing.T) int64 {
	t.Helper()
	return m.Counters(t, m.school, m.work).Total
}

// seen is an order as its distributor sees it now.
func (m *market) seen(t testing.TB, o orders.Order) orders.Sight {
	t.Helper()
	o, err := m.FindReceived(context.Background(), m.distributor, o.Key)
	if err != nil {
		t.Fatal(err)
	}
	return o.Sight()
}

func orderBecomesCopies(t *testing.T, m *market) {
	ctx := t.Context()
	o := m.sent(t, m.head, 6)
	if o.State != orders.Sent || o.Number == "" || o.Total().Gross != 2849 { // 6 × 4,50 € and 5,5 %
		t.Errorf("%+v", o)
	}
	if got := m.total(t); got != 0 {
		t.Errorf("%v copies before the distributor's word", got)
	}
	list, err := m.ListReceived(ctx, m.distributor, orders.Filter{})
	if err != nil || len(list) != 1 || list[0].ID != o.ID || len(list[0].Lines) != 1 {
		t.Fatalf("%+v, %v", list, err)
	}
	if o, err = m.Deliver(ctx, Seller, m.distributor, o.Key, "", nil); err != nil || o.State != orders.Delivered {
		t.Fatalf("%v, %v", o.State, err)
	}
	if got := m.total(t); got != 6 {
		t.Errorf("%v copies", got)
	}
	pupil := m.Persons(m.school.ID, directory.Pupil, 1, "")[0]
	m.Assign(t, To(m.school, m.work, licensing.ToPerson(pupil)))
	if _, err := m.Licensing.Open(ctx, licensing.Opening{Person: pupil, School: m.school.ID, Resource: m.work.ID}); err != nil {
		t.Errorf("the pupil cannot open it: %v", err)
	}
	// Delivered twice is delivered once.
	if o, err = m.Deliver(ctx, Seller, m.distributor, o.Key, "", nil); err != nil || m.total(t) != 6 {
		t.Errorf("%v, %v copies", err, m.total(t))
	}
	if n := m.count(`select count(*) from journal where school = $1 and subject = $2`, string(m.school.ID), string(o.ID)); n != 3 {
		t.Errorf("%d entries: one each for the quote, the order, the delivery", n)
	}
}

func orderComesInParts(t *testing.T, m *market) {
	ctx := t.Context()
	o := m.sent(t, m.head, 10)
	for _, step := range []struct {
		parts orders.Parts
		state orders.State
		total int64
	}{{orders.Parts{1: 0}, orders.Confirmed, 0}, {orders.Parts{1: 4}, orders.Confirmed, 4}, {orders.Parts{1: 3}, orders.Confirmed, 7}, {nil, orders.Delivered, 10}} {
		after, err := m.Deliver(ctx, Seller, m.distributor, o.Key, m.seen(t, o), step.parts)
		if err != nil || after.State != step.state || m.total(t) != step.total {
			t.Errorf("%v: %v, %v copies, %v", step.parts, after.State, m.total(t), err)
		}
	}
	_, err := m.Deliver(ctx, Seller, m.distributor, o.Key, m.seen(t, o), orders.Parts{1: 1})
	refused(t, err, fault.Conflict, "orders.state.deliver")
	other := m.sent(t, m.head, 5)
	_, err = m.Deliver(ctx, Seller, m.distributor, other.Key, m.seen(t, other), orders.Parts{1: 6})
	refused(t, err, fault.Invalid, "orders.deliver.many")
	_, err = m.Deliver(ctx, Seller, m.distributor, other.Key, m.seen(t, other), orders.Parts{2: 1})
	refused(t, err, fault.Invalid, "orders.part.unknown")
	if got := m.total(t); got != 10 {
		t.Errorf("what was refused left %v copies", got)
	}
}

func cancelledIsTakenBack(t *testing.T, m *market) {
	ctx := t.Context()
	o := m.sent(t, m.head, 10)
	if _, err := m.Deliver(ctx, Seller, m.distributor, o.Key, m.seen(t, o), orders.Parts{1: 6}); err != nil {
		t.Fatal(err)
	}
	_, err := m.Cancel(ctx, Seller, m.distributor, o.Key, m.seen(t, o), orders.Parts{1: 5}, "")
	refused(t, err, fault.Invalid, "orders.reason.missing")
	// Of five, four had not come, one had.
	after, err := m.Cancel(ctx, Seller, m.distributor, o.Key, m.seen(t, o), orders.Parts{1: 5}, "épuisé")
	if err != nil || after.State != orders.Delivered || after.Lines[0].Delivered != 5 || m.total(t) != 5 || after.Total().Net != 5*450 {
		t.Errorf("%+v, %v copies, %v", after, m.total(t), err)
	}
	_, err = m.Cancel(ctx, Seller, m.distributor, o.Key, m.seen(t, o), orders.Parts{1: 6}, "trop")
	refused(t, err, fault.Invalid, "orders.cancel.many")
	after, err = m.Cancel(ctx, Seller, m.distributor, o.Key, m.seen(t, o), orders.Parts{1: 5}, "rien n’est venu")
	if err != nil || after.State != orders.Cancelled || m.total(t) != 0 || after.Total().Gross != 0 {
		t.Errorf("%+v, %v copies, %v", after, m.total(t), err)
	}
}

func movesOnce(t *testing.T, m *market) {
	ctx := t.Context()
	o := m.sent(t, m.head, 10)
	sights := map[orders.Sight]bool{}
	moves := func(what string, wantTotal int64, do func(seen orders.Sight) (orders.Order, error)) {
		t.Helper()
		seen := m.seen(t, o)
		if sights[seen] {
			t.Errorf("%s: the order looks as it did before", what)
		}
		sights[seen] = true
		after, err := do(seen)
		if err != nil || after.Sight() != m.seen(t, o) {
			t.Errorf("%s: %v, seen %q, kept %q", what, err, after.Sight(), m.seen(t, o))
		}
		entries := m.entriesOf(o)
		for _, old := range []orders.Sight{seen, ""} { // sent again, and by somebody who saw nothing
			_, err = do(old)
			refused(t, err, fault.Conflict, "orders.order.moved")
		}
		if got := m.total(t); got != wantTotal {
			t.Errorf("%s: %d copies, want %d", what, got, wantTotal)
		}
		if got := m.entriesOf(o); got != entries {
			t.Errorf("%s: %d entries more", what, got-entries)
		}
	}
	deliver := func(n int) func(orders.Sight) (orders.Order, error) {
		return func(seen orders.Sight) (orders.Order, error) {
			return m.Deliver(ctx, Seller, m.distributor, o.Key, seen, orders.Parts{1: n})
		}
	}
	cancel := func(n int) func(orders.Sight) (orders.Order, error) {
		return func(seen orders.Sight) (orders.Order, error) {
			return m.Cancel(ctx, Seller, m.distributor, o.Key, seen, orders.Parts{1: n}, "retour")
		}
	}
	// The clock stands still all the while, and each change has its own sight.
	moves("confirmed", 0, deliver(0))
	moves("four", 4, deliver(4))
	moves("four more", 8, deliver(4))
	moves("three back", 7, cancel(3))
	moves("none back, for the same reason", 7, cancel(0))

	// What is asked of the whole is there already: no failure, and nothing done, whatever was seen.
	first := m.sent(t, m.head, 5)
	seen := m.seen(t, first)
	for _, as := range []orders.Sight{seen, seen, ""} {
		if o, err := m.Deliver(ctx, Seller, m.distributor, first.Key, as, nil); err != nil || o.State != orders.Delivered || m.total(t) != 7+5 {
			t.Errorf("%v, %v copies, %v", o.State, m.total(t), err)
		}
	}
	_, err := m.Cancel(ctx, Seller, m.distributor, first.Key, seen, nil, "erreur")
	refused(t, err, fault.Conflict, "orders.order.moved")
	seen = m.seen(t, first)
	for _, as := range []orders.Sight{seen, seen, ""} {
		if o, err := m.Cancel(ctx, Seller, m.distributor, first.Key, as, nil, "erreur"); err != nil || o.State != orders.Cancelled || m.total(t) != 7 {
			t.Errorf("%v, %v copies, %v", o.State, m.total(t), err)
		}
	}
	if n := m.entriesOf(first); n != 4 {
		t.Errorf("%d entries: one each for the quote, the order, the delivery, the cancellation", n)
	}
	_, err = m.Cancel(ctx, Seller, m.distributor, first.Key, "", nil, "autre chose")
	refused(t, err, fault.Conflict, "orders.state.cancel")
}

// entriesOf counts what the journal says of an order.
func (m *market) entriesOf(o orders.Order) int64 {
	return m.count(`select count(*) from journal where school = $1 and subject = $2`, string(o.School), string(o.ID))
}

func manyDeliveries(t *testing.T, m *market) {
	o := m.sent(t, m.head, 10)
	var done, moved atomic.Int32
	each(t, 16, func(ctx context.Context) error {
		_, err := m.Deliver(ctx, Seller, m.distributor, o.Key, o.Sight(), orders.Parts{1: 4})
		switch {
		case err == nil:
			done.Add(1)
		case fault.CodeOf(err) == "orders.order.moved":
			moved.Add(1)
			err = nil
		}
		return err
	})
	if done.Load() != 1 || moved.Load() != 15 || m.total(t) != 4 {
		t.Errorf("%d delivered, %d too late, %v copies", done.Load(), moved.Load(), m.total(t))
	}
}

func assignedStay(t *testing.T, m *market) {
	ctx := t.Context()
	o := m.sent(t, m.head, 3)
	if _, err := m.Deliver(ctx, Seller, m.distributor, o.Key, "", nil); err != nil {
		t.Fatal(err)
	}
	for _, p := range m.Persons(m.school.ID, directory.Pupil, 2, "") {
		m.Assign(t, To(m.school, m.work, licensing.ToPerson(p)))
	}
	_, err := m.Cancel(ctx, Seller, m.distributor, o.Key, m.seen(t, o), orders.Parts{1: 2}, "retour")
	if !fault.Is(err, fault.Conflict) {
		t.Errorf("two of three taken back where two are assigned: %v", err)
	}
	if o, err := m.FindReceived(ctx, m.distributor, o.Key); err != nil || o.State != orders.Delivered || o.Lines[0].Delivered != 3 || m.total(t) != 3 {
		t.Errorf("half of it was done: %+v, %v", o, err)
	}
}

func doubleClick(t *testing.T, m *market) {
	ctx := t.Context()
	m.put(t, m.head, 4)
	b, err := m.FindBasket(ctx, m.basket(m.head))
	if err != nil {
		t.Fatal(err)
	}
	first, err := m.Quote(ctx, m.basket(m.head), b.Version)
	if err != nil || len(first) != 1 {
		t.Fatal(first, err)
	}
	second, err := m.Quote(ctx, m.basket(m.head), b.Version)
	if err != nil || len(second) != 1 || second[0].ID != first[0].ID {
		t.Errorf("%+v, %v", second, err)
	}
	_, err = m.Quote(ctx, m.basket(m.head), b.Version+5)
	refused(t, err, fault.Conflict, "orders.basket.moved")
	_, err = m.Quote(ctx, m.basket(m.head), b.Version+1)
	refused(t, err, fault.Invalid, "orders.basket.empty")
	refs := orders.References{SIRET: "199 912 345 00014"}
	for range 2 {
		if o, err := m.Send(ctx, m.head, first[0].Key, refs); err != nil || o.State != orders.Sent || o.References.SIRET != siret {
			t.Errorf("%+v, %v", o, err)
		}
	}
	if n := m.count(`select count(*) from journal where school = $1 and verb = 'orders.sent'`, string(m.school.ID)); n != 1 {
		t.Errorf("sent %d times", n)
	}
}

func manyClicks(t *testing.T, m *market) {
	ctx := t.Context()
	m.put(t, m.head, 4)
	b, err := m.FindBasket(ctx, m.basket(m.head))
	if err != nil {
		t.Fatal(err)
	}
	each(t, 16, func(ctx context.Context) error {
		made, err := m.Quote(ctx, m.basket(m.head), b.Version)
		if err == nil && len(made) != 1 {
			err = fmt.Errorf("%d quotes", len(made))
		}
		return err
	})
	list, err := m.List(ctx, m.basket(m.head), orders.Filter{})
	if err != nil || len(list) != 1 {
		t.Fatalf("%d orders, %v", len(list), err)
	}
	each(t, 16, func(ctx context.Context) error {
		_, err := m.Send(ctx, m.head, list[0].Key, orders.References{SIRET: siret})
		return err
	})
	each(t, 16, func(ctx context.Context) error {
		_, err := m.Deliver(ctx, Seller, m.distributor, list[0].Key, "", nil)
		return err
	})
	if got := m.total(t); got != 4 {
		t.Errorf("%v copies", got)
	}
}

// each runs f many times at once; none may fail.
func each(t *testing.T, n int, f func(ctx context.Context) error) {
	t.Helper()
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			if err := f(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func pricesStand(t *testing.T, m *market) {
	ctx := t.Context()
	o := m.quoted(t, m.head, 2)
	m.put(t, m.head, 2)
	dearer := m.offer
	dearer.Net = 900
	m.keep(t, dearer)
	b, err := m.FindBasket(ctx, m.basket(m.head))
	if err != nil || b.Total().Net != 1800 {
		t.Errorf("the basket comes to %v, %v", b.Total().Net, err)
	}
	if o, err := m.Send(ctx, m.head, o.Key, orders.References{SIRET: siret}); err != nil || o.Total().Net != 900 {
		t.Errorf("the order comes to %v, %v", o.Total().Net, err)
	}
}

func quoteIsOver(t *testing.T, m *market) {
	ctx := t.Context()
	o := m.quoted(t, m.head, 2)
	m.SetNow(Monday.AddDate(0, 0, orders.QuoteDays+1))
	_, err := m.Send(ctx, m.head, o.Key, orders.References{SIRET: siret})
	refused(t, err, fault.Conflict, "orders.quote.over")
	m.SetNow(Monday.AddDate(0, 0, orders.QuoteDays))
	if _, err := m.Send(ctx, m.head, o.Key, orders.References{SIRET: siret}); err != nil {
		t.Error(err)
	}
}

func wrongInABasket(t *testing.T, m *market) {
	ctx := t.Context()
	few := m.made(m.work, "par-dix", 400)
	few.Least = 10
	whole := m.made(m.work, "etablissement", 18900)
	whole.Kind = licensing.Establishment
	private := m.made(m.work, "autre", 100)
	private.Schools = []directory.UAI{"0990001A"}
	past := m.made(m.work, "hier", 100)
	past.Until = clock.Date{Year: 2026, Month: 11, Day: 22}
	m.keep(t, few, whole, private, past)
	for _, c := range []struct {
		offer orders.Offer
		n     int
		year  string
		kind  fault.Kind
		code  string
	}{
		{few, 9, "", fault.Invalid, "orders.quantity.least"},
		{few, -1, "", fault.Invalid, "orders.quantity.least"},
		{few, orders.MaxQuantity + 1, "", fault.Invalid, "orders.quantity.most"},
		{whole, 2, "", fault.Invalid, "orders.quantity.one"},
		{private, 1, "", fault.NotFound, "orders.offer.unknown"},
		{past, 1, "", fault.NotFound, "orders.offer.unknown"},
		{m.offer, 1, "2028-2029", fault.Invalid, "orders.year.choice"},
		{m.offer, 1, "2026", fault.Invalid, "orders.year.choice"},
	} {
		refused(t, m.Put(ctx, m.basket(m.head), orders.Change{Offer: c.offer.OfferKey, Quantity: c.n, Year: c.year}), c.kind, c.code)
	}
	m.put(t, m.head, 3)
	if err := m.Put(ctx, m.basket(m.head), orders.Change{Offer: whole.OfferKey, Quantity: 1, Year: "2027-2028"}); err != nil {
		t.Fatal(err)
	}
	if err := m.EndOffer(ctx, Seller, m.offer.OfferKey); err != nil {
		t.Fatal(err)
	}
	b, err := m.FindBasket(ctx, m.basket(m.head))
	if err != nil || len(b.Items) != 2 || fault.CodeOf(b.Items[0].Wrong) != "orders.offer.over" || b.Items[1].Wrong != nil {
		t.Fatalf("%+v, %v", b, err)
	}
	_, err = m.Quote(ctx, m.basket(m.head), b.Version)
	refused(t, err, fault.Conflict, "orders.offer.over")
	m.put(t, m.head, 0)
	b, err = m.FindBasket(ctx, m.basket(m.head))
	if err != nil || len(b.Items) != 1 {
		t.Fatalf("%+v, %v", b, err)
	}
	o := m.ordered(t, b)
	// Next year's right for the school is not there yet.
	if _, err := m.Deliver(ctx, Seller, m.distributor, o.Key, "", nil); err != nil {
		t.Fatal(err)
	}
	if n := m.count(`select count(*) from subscription where ark = $1 and starts = '2027-08-16' and ends = '2028-08-15' and kind = 'ETABL'`, string(m.work.ARK)); n != 1 {
		t.Errorf("%d subscriptions for next year", n)
	}
}

// ordered quotes and sends a basket of one distributor.
func (m *market) ordered(t *testing.T, b orders.Basket) orders.Order {
	t.Helper()
	made, err := m.Quote(t.Context(), b.BasketKey, b.Version)
	if err != nil || len(made) != 1 {
		t.Fatal(made, err)
	}
	for _, c := range []struct {
		refs orders.References
		code string
	}{
		{orders.References{}, "orders.siret.missing"},
		{orders.References{SIRET: "1999123450001"}, "orders.siret.length"},
		{orders.References{SIRET: "19991234500018"}, "orders.siret.sum"},
		{orders.References{SIRET: "1999123450001x"}, "orders.siret.digits"},
		{orders.References{SIRET: siret, Mail: "personne"}, "orders.mail.form"},
		{orders.References{SIRET: siret, Engagement: "a\nb"}, "orders.reference.form"},
	} {
		_, err := m.Send(t.Context(), b.Buyer, made[0].Key, c.refs)
		refused(t, err, fault.Invalid, c.code)
	}
	o, err := m.Send(t.Context(), b.Buyer, made[0].Key, orders.References{SIRET: siret})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func nobodySeesAnothers(t *testing.T, m *market) {
	ctx := t.Context()
	quote, o := m.quoted(t, m.head, 1), m.sent(t, m.head, 2)
	other := newMarket(t, m.World, m.Service)
	stranger := orders.BasketKey{School: m.school.ID, Buyer: other.head}
	for name, err := range map[string]error{
		"a stranger's list":    second(m.List(ctx, stranger, orders.Filter{})),
		"a stranger's order":   second(m.Find(ctx, other.head, o.Key)),
		"a stranger's basket":  second(m.FindBasket(ctx, stranger)),
		"a stranger's offers":  second(m.Offers(ctx, stranger, "", orders.OfferKey{})),
		"a stranger's sending": second(m.Send(ctx, other.head, quote.Key, orders.References{SIRET: siret})),
		"a pupil's list":       second(m.List(ctx, m.basket(orders.Buyer{Person: m.Persons(m.school.ID, directory.Pupil, 1, "")[0]}), orders.Filter{})),
		"a teacher's list":     second(m.List(ctx, m.basket(m.teacher), orders.Filter{})),
		"a stranger's put":     m.Put(ctx, stranger, orders.Change{Offer: m.offer.OfferKey, Quantity: 1}),
		"nobody's":             second(m.List(ctx, orders.BasketKey{School: m.school.ID}, orders.Filter{})),
	} {
		if !fault.Is(err, fault.Denied) || fault.CodeOf(err) != "orders.buyer.none" {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, err := range map[string]error{
		"another distributor finds":    second(m.FindReceived(ctx, other.distributor, o.Key)),
		"another distributor delivers": second(m.Deliver(ctx, Seller, other.distributor, o.Key, "", nil)),
		"another distributor refuses":  second(m.Refuse(ctx, Seller, other.distributor, o.Key, "non")),
		"a quote is found":             second(m.FindReceived(ctx, m.distributor, quote.Key)),
		"a quote is delivered":         second(m.Deliver(ctx, Seller, m.distributor, quote.Key, "", nil)),
	} {
		if !fault.Is(err, fault.NotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if list, err := m.ListReceived(ctx, other.distributor, orders.Filter{}); err != nil || len(list) != 0 {
		t.Errorf("%+v, %v", list, err)
	}
	if list, err := m.ListReceived(ctx, m.distributor, orders.Filter{States: []orders.State{orders.Sent}}); err != nil || len(list) != 1 || list[0].ID != o.ID {
		t.Errorf("%+v, %v", list, err)
	}
	if taken, err := m.Withdraw(ctx, m.head, o.Key); err != nil || taken.State != orders.Cancelled {
		t.Errorf("%v, %v", taken.State, err)
	}
	_, err := m.Deliver(ctx, Seller, m.distributor, o.Key, "", nil)
	refused(t, err, fault.Conflict, "orders.state.deliver")
}

func second[T any](_ T, err error) error { return err }

func booksellerOrders(t *testing.T, m *market) {
	ctx := t.Context()
	b, err := m.AddBookseller(ctx, Seller, "Librairie du Préau", siretOf(m.serial.Add(1)))
	if err != nil {
		t.Fatal(err)
	}
	seller := orders.Buyer{Bookseller: b.ID}
	denied := func(when string) {
		t.Helper()
		if err := m.Put(ctx, m.basket(seller), orders.Change{Offer: m.offer.OfferKey, Quantity: 1}); !fault.Is(err, fault.Denied) {
			t.Errorf("%s: %v", when, err)
		}
	}
	denied("before it asked")
	refused(t, m.AnswerClient(ctx, m.head.Person, m.school.ID, b.ID, true), fault.Conflict, "orders.client.unasked")
	if err := m.AskClient(ctx, b.ID, m.school.ID); err != nil {
		t.Fatal(err)
	}
	denied("before the school took it")
	refused(t, m.AnswerClient(ctx, m.teacher.Person, m.school.ID, b.ID, true), fault.Denied, "orders.buyer.none")
	if err := m.AnswerClient(ctx, m.head.Person, m.school.ID, b.ID, true); err != nil {
		t.Fatal(err)
	}
	own, o := m.sent(t, m.head, 1), m.sent(t, seller, 5)
	if list, err := m.List(ctx, m.basket(seller), orders.Filter{}); err != nil || len(list) != 1 || list[0].ID != o.ID {
		t.Errorf("%+v, %v", list, err)
	}
	if list, err := m.ListOrdered(ctx, b.ID, orders.Filter{}); err != nil || len(list) != 1 || list[0].ID != o.ID {
		t.Errorf("over all schools: %+v, %v", list, err)
	}
	elsewhere := newMarket(t, m.World, m.Service)
	if err := m.AskClient(ctx, b.ID, elsewhere.school.ID); err != nil {
		t.Fatal(err)
	}
	if err := m.AnswerClient(ctx, elsewhere.head.Person, elsewhere.school.ID, b.ID, true); err != nil {
		t.Fatal(err)
	}
	there := elsewhere.sent(t, seller, 2)
	if list, err := m.ListOrdered(ctx, b.ID, orders.Filter{}); err != nil || len(list) != 2 || list[0].ID != there.ID {
		t.Errorf("over two schools: %+v, %v", list, err)
	}
	if list, err := m.ListOrdered(ctx, b.ID, orders.Filter{States: []orders.State{orders.Refused}}); err != nil || len(list) != 0 {
		t.Errorf("%+v, %v", list, err)
	}
	refused(t, second(m.ListOrdered(ctx, "", orders.Filter{})), fault.Denied, "orders.buyer.none")
	if _, err := m.Find(ctx, seller, own.Key); !fault.Is(err, fault.NotFound) {
		t.Errorf("the bookseller finds the school's own order: %v", err)
	}
	if _, err := m.Find(ctx, m.head, o.Key); err != nil {
		t.Errorf("the school does not find what was ordered for it: %v", err)
	}
	if err := m.AnswerClient(ctx, m.head.Person, m.school.ID, b.ID, false); err != nil {
		t.Fatal(err)
	}
	denied("after the school ended it")
	if list, err := m.ListOrdered(ctx, b.ID, orders.Filter{}); err != nil || len(list) != 1 || list[0].ID != there.ID {
		t.Errorf("after one school ended it: %+v, %v", list, err)
	}
}

// siretOf is the n-th SIRET of a fictional unit.
func siretOf(n int64) string {
	for check := range 10 {
		s := fmt.Sprintf("9%012d%d", n, check)
		sum := 0
		for i := range s {
			d := int(s[i] - '0')
			if i%2 == 0 {
				if d *= 2; d > 9 {
					d -= 9
				}
			}
			sum += d
		}
		if sum%10 == 0 {
			return s
		}
	}
	return ""
}

func buyerIsNamed(t *testing.T, m *market) {
	ctx := t.Context()
	refused(t, m.Put(ctx, m.basket(m.teacher), orders.Change{Offer: m.offer.OfferKey, Quantity: 1}), fault.Denied, "orders.buyer.none")
	refused(t, m.Name(ctx, m.teacher.Person, m.school.ID, m.teacher.Person), fault.Denied, "orders.head.only")
	pupil := m.Persons(m.school.ID, directory.Pupil, 1, "")[0]
	refused(t, m.Name(ctx, m.head.Person, m.school.ID, pupil), fault.Invalid, "orders.buyer.person")
	for range 2 {
		if err := m.Name(ctx, m.head.Person, m.school.ID, m.teacher.Person); err != nil {
			t.Fatal(err)
		}
	}
	m.put(t, m.teacher, 1)
	if list, err := m.ListNamed(ctx, m.head.Person, m.school.ID); err != nil || len(list) != 1 || list[0].Person != m.teacher.Person {
		t.Errorf("%+v, %v", list, err)
	}
	m.Slip(m.school.ID, m.teacher.Person) // who left orders no more
	refused(t, m.Put(ctx, m.basket(m.teacher), orders.Change{Offer: m.offer.OfferKey, Quantity: 1}), fault.Denied, "orders.buyer.none")
	for range 2 {
		if err := m.Unname(ctx, m.head.Person, m.school.ID, m.teacher.Person); err != nil {
			t.Fatal(err)
		}
	}
	if n := m.count(`select count(*) from journal where school = $1 and verb in ('orders.named', 'orders.unnamed')`, string(m.school.ID)); n != 2 {
		t.Errorf("%d entries", n)
	}
}

func teacherAsks(t *testing.T, m *market) {
	ctx := t.Context()
	q, err := m.Ask(ctx, m.teacher.Person, m.school.ID, m.offer.OfferKey, 28, "Pour la 5e B")
	if err != nil {
		t.Fatal(err)
	}
	pupil := m.Persons(m.school.ID, directory.Pupil, 1, "")[0]
	_, err = m.Ask(ctx, pupil, m.school.ID, m.offer.OfferKey, 1, "")
	refused(t, err, fault.Denied, "orders.buyer.none")
	other := m.Persons(m.school.ID, directory.Teacher, 1, "")[0]
	if list, err := m.ListRequests(ctx, other, m.school.ID, true); err != nil || len(list) != 0 {
		t.Errorf("another teacher reads %+v, %v", list, err)
	}
	refused(t, m.Unask(ctx, other, m.school.ID, q.ID), fault.NotFound, "orders.request.unknown")
	refused(t, second(m.Take(ctx, m.teacher.Person, m.school.ID, q.ID, false)), fault.Denied, "orders.buyer.none")
	m.put(t, m.head, 2)
	if o, err := m.Take(ctx, m.head.Person, m.school.ID, q.ID, false); err != nil || o.ID != "" {
		t.Fatal(o, err)
	}
	refused(t, second(m.Take(ctx, m.head.Person, m.school.ID, q.ID, false)), fault.Conflict, "orders.request.answered")
	if b, err := m.FindBasket(ctx, m.basket(m.head)); err != nil || len(b.Items) != 1 || b.Items[0].Quantity != 30 {
		t.Errorf("%+v, %v", b, err)
	}
	if q, err = m.Ask(ctx, m.teacher.Person, m.school.ID, m.offer.OfferKey, 3, ""); err != nil {
		t.Fatal(err)
	}
	refused(t, m.Decline(ctx, m.head.Person, m.school.ID, q.ID, " "), fault.Invalid, "orders.reason.missing")
	if err := m.Decline(ctx, m.head.Person, m.school.ID, q.ID, "Pas cette année"); err != nil {
		t.Fatal(err)
	}
	list, err := m.ListRequests(ctx, m.teacher.Person, m.school.ID, false)
	if err != nil || len(list) != 2 || list[0].State != orders.Declined || list[0].Reason != "Pas cette année" || list[1].State != orders.Taken || list[0].Offer.Title != m.work.Title {
		t.Errorf("%+v, %v", list, err)
	}
}

func offersAllOrNone(t *testing.T, m *market) {
	ctx := t.Context()
	good, unknown, family := m.made(m.work, "bonne", 100), m.made(m.work, "inconnue", 100), m.made(m.Resource(true), "famille", 100)
	unknown.ARK = "ark:/99999/personne"
	twice := good
	for _, c := range []struct {
		offers []orders.Offer
		at     int
		code   string
	}{
		{[]orders.Offer{good, unknown}, 1, "orders.offer.resource"},
		{[]orders.Offer{good, family}, 1, "orders.offer.family"},
		{[]orders.Offer{good, twice}, 1, "orders.offer.twice"},
	} {
		err := m.KeepOffers(ctx, Seller, m.distributor, c.offers)
		if placed, ok := errors.AsType[orders.PlacedError](err); !ok || placed.At != c.at || fault.CodeOf(err) != c.code {
			t.Errorf("%v", err)
		}
	}
	if list, err := m.OwnOffers(ctx, m.distributor, orders.OfferKey{}); err != nil || len(list) != 1 {
		t.Errorf("%d offers, %v", len(list), err)
	}
	foreign := good
	foreign.Distributor = "123456789_0000000000000009"
	if err := m.KeepOffers(ctx, Seller, m.distributor, []orders.Offer{foreign}); !fault.Is(err, fault.Denied) {
		t.Errorf("another's offer: %v", err)
	}
	m.keep(t, good)
	if list, err := m.Offers(ctx, m.basket(m.teacher), m.work.ID, orders.OfferKey{}); err != nil || len(list) != 2 || list[0].ID != "bonne" {
		t.Errorf("%+v, %v", list, err)
	}
}

func endedByItself(t *testing.T, m *market) {
	ctx := t.Context()
	o := m.sent(t, m.head, 6)
	if _, err := m.Deliver(ctx, Seller, m.distributor, o.Key, m.seen(t, o), orders.Parts{1: 2}); err != nil {
		t.Fatal(err)
	}
	if err := m.Licensing.End(ctx, Seller, m.distributor, licensing.SubscriptionID(o.Number+"-1")); err != nil {
		t.Fatal(err)
	}
	if o, err := m.Deliver(ctx, Seller, m.distributor, o.Key, "", nil); err != nil || m.total(t) != 6 {
		t.Errorf("%v, %v copies, %v", o.State, m.total(t), err)
	}
}

func forgotten(t *testing.T, m *market) {
	ctx := t.Context()
	keeper, who := orders.Keeper{Store: m.Service.Store}, privacy.Subject{ID: string(m.teacher.Person)}
	if err := m.Name(ctx, m.head.Person, m.school.ID, m.teacher.Person); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Ask(ctx, m.teacher.Person, m.school.ID, m.offer.OfferKey, 28, "Pour la 5e B"); err != nil {
		t.Fatal(err)
	}
	o, err := m.Send(ctx, m.teacher, m.quoted(t, m.teacher, 1).Key, orders.References{SIRET: siret, Mail: "affectations@tilleuls.example"})
	if err != nil {
		t.Fatal(err)
	}
	m.put(t, m.teacher, 2)
	if kept, err := keeper.Export(ctx, who); err != nil || kept == nil {
		t.Fatalf("%+v, %v", kept, err)
	}
	if err := keeper.Erase(ctx, who); err != nil {
		t.Fatal(err)
	}
	if kept, err := keeper.Export(ctx, who); err != nil || kept != nil {
		t.Errorf("%+v, %v", kept, err)
	}
	if again, err := m.Find(ctx, m.head, o.Key); err != nil || again.References.Mail != "" || again.State != orders.Sent || again.References.SIRET != siret {
		t.Errorf("%+v, %v", again, err)
	}
	if n := m.count(`select (select count(*) from basket where person = $1) + (select count(*) from basket_item where person = $1)`, who.ID); n != 0 {
		t.Errorf("%d rows of a basket", n)
	}

	old, err := m.Ask(ctx, m.head.Person, m.school.ID, m.offer.OfferKey, 1, "")
	if err != nil {
		t.Fatal(err)
	}
	m.SetNow(Monday.Add(orders.RequestsKept + time.Minute))
	if n, err := m.SweepRequests(ctx, 100); err != nil || n == 0 {
		t.Errorf("%d swept, %v", n, err)
	}
	if _, err := m.ListRequests(ctx, m.head.Person, m.school.ID, false); err != nil {
		t.Error(err)
	}
	if n := m.count(`select count(*) from order_request where school = $1 and id = $2`, string(m.school.ID), string(old.ID)); n != 0 {
		t.Error("an old request is still there")
	}
}

// Delivered is a school whose class of so many waits for copies of a resource, by a standing assignment; deliver delivers an order of
// as many, and returns once each of them may open it.
func Delivered(t testing.TB, w *World, n int) (deliver func()) {
	t.Helper()
	m := newMarket(t, w, &orders.Service{Store: w.Store.Orders(), IDs: w.Store.IDs, Subscriptions: w.Licensing})
	class := m.Class(m.school.ID, fmt.Sprintf("c%06d", w.serial.Add(1)))
	pupils := m.Persons(m.school.ID, directory.Pupil, n, class)
	m.Sell(t, m.World.Offer(m.school, m.work, 0)) // known to the school, and out of stock
	m.Stand(t, rule(m.school, m.work, 0, licensing.ToCohort(class, directory.Pupil)))
	o := m.sent(t, m.head, n)
	return func() {
		if _, err := m.Deliver(context.Background(), Seller, m.distributor, o.Key, "", nil); err != nil {
			t.Fatal(err)
		}
		m.World.Follow()
		for _, p := range pupils {
			if !m.holds(m.school, m.work, p) {
				t.Fatalf("%s has nothing to open", p)
			}
		}
	}
}

func standingServed(t *testing.T, m *market) {
	Delivered(t, m.World, 3)()
}

// Each side reads what was done with an order, when, by which side, and of its own house by whom; nobody else reads anything.
func historyTold(t *testing.T, m *market) {
	ctx := t.Context()
	o := m.sent(t, m.head, 5)
	agent, err := (&trade.Service{Store: m.World.Store.Trade(), IDs: m.World.Store.IDs}).Add(ctx, Seller,
		trade.Agent{Name: directory.Name{Given: "Basile", Family: "Thévenin"}, House: trade.House{Distributor: m.distributor}})
	if err != nil {
		t.Fatal(err)
	}
	sight := func() orders.Sight {
		now, err := m.FindReceived(ctx, m.distributor, o.Key)
		if err != nil {
			t.Fatal(err)
		}
		return now.Sight()
	}
	m.SetNow(Monday.Add(time.Hour))
	if _, err := m.Deliver(ctx, agent.Actor(), m.distributor, o.Key, sight(), orders.Parts{1: 2}); err != nil {
		t.Fatal(err)
	}
	m.SetNow(Monday.Add(2 * time.Hour))
	if _, err := m.Cancel(ctx, Seller, m.distributor, o.Key, sight(), orders.Parts{1: 3}, "épuisé"); err != nil {
		t.Fatal(err)
	}
	type step struct {
		State              orders.State
		Hours              int
		Seller, Named      bool
		Delivered, Dropped int
	}
	tell := func(list []orders.Step, err error) (out []step) {
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range list {
			out = append(out, step{s.State, int(s.At.Sub(Monday).Hours()), s.BySeller, s.Name != directory.Name{}, s.Delivered, s.Cancelled})
		}
		return out
	}
	school := []step{{orders.Quoted, 0, false, true, 0, 0}, {orders.Sent, 0, false, true, 0, 0}, {orders.Confirmed, 1, true, false, 2, 0}, {orders.Delivered, 2, true, false, 0, 3}}
	if diff := cmp.Diff(school, tell(m.History(ctx, m.head, o.Key))); diff != "" {
		t.Errorf("the school reads: %s", diff)
	}
	seller := []step{{orders.Sent, 0, false, false, 0, 0}, {orders.Confirmed, 1, true, true, 2, 0}, {orders.Delivered, 2, true, false, 0, 3}}
	if diff := cmp.Diff(seller, tell(m.HistoryReceived(ctx, m.distributor, o.Key))); diff != "" {
		t.Errorf("the distributor reads: %s", diff)
	}
	other := newMarket(t, m.World, m.Service)
	if list, err := m.History(ctx, other.head, o.Key); !fault.Is(err, fault.Denied) || len(list) > 0 {
		t.Errorf("a stranger reads %v, %v", list, err)
	}
	if list, err := m.HistoryReceived(ctx, other.distributor, o.Key); !fault.Is(err, fault.NotFound) || len(list) > 0 {
		t.Errorf("another distributor reads %v, %v", list, err)
	}
}
