package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/licensing"
	"pupitre/orders"
)

// tryable is the market's resource as a trial of thirty days for three pupils.
func (m *market) tryable(t *testing.T, atOnce bool) orders.Offer {
	t.Helper()
	o := m.made(m.work, "essai", 0)
	o.Trial = orders.Trial{Days: 30, Most: 3, AtOnce: atOnce}
	m.keep(t, o)
	return o
}

func trialAtOnce(t *testing.T, m *market) {
	ctx := t.Context()
	trial := m.tryable(t, true)
	refused(t, second(m.Try(ctx, m.basket(m.head), trial.OfferKey, 4)), fault.Invalid, "orders.trial.most")
	refused(t, second(m.Try(ctx, m.basket(m.head), trial.OfferKey, 0)), fault.Invalid, "orders.quantity.least")
	refused(t, second(m.Try(ctx, m.basket(m.head), m.offer.OfferKey, 1)), fault.Invalid, "orders.trial.none")
	refused(t, second(m.Try(ctx, m.basket(m.teacher), trial.OfferKey, 1)), fault.Denied, "orders.buyer.none")
	refused(t, m.Put(ctx, m.basket(m.head), orders.Change{Offer: trial.OfferKey, Quantity: 1}), fault.Invalid, "orders.trial.basket")
	if m.total(t) != 0 {
		t.Fatal("what was refused opened copies")
	}
	o, err := m.Try(ctx, m.basket(m.head), trial.OfferKey, 2)
	if err != nil || o.State != orders.Delivered || !o.Trial() || o.Total().Gross != 0 || o.References != (orders.References{}) || o.SentAt.IsZero() {
		t.Fatalf("%+v, %v", o, err)
	}
	again, err := m.Find(ctx, m.head, o.Key)
	if err != nil || !again.Trial() || again.State != orders.Delivered || again.Lines[0].Tried().String() != "2026-12-22" {
		t.Errorf("%+v, %v", again, err)
	}
	if got := m.total(t); got != 2 {
		t.Errorf("%d copies", got)
	}
	stock, err := m.Licensing.FindStock(ctx, m.school.ID, m.work.ID, nil)
	if err != nil || len(stock.Pools) != 1 || !stock.Pools[0].Trial {
		t.Fatalf("the console is not told of a trial: %+v, %v", stock.Pools, err)
	}
	pupil := m.Persons(m.school.ID, directory.Pupil, 1, "")[0]
	m.Assign(t, To(m.school, m.work, licensing.ToPerson(pupil)))
	if g, err := m.Open(m.school, m.work, pupil); err != nil || !g.Trial {
		t.Errorf("%+v, %v", g, err)
	}
	rights, err := m.Licensing.Rights(ctx, pupil)
	if err != nil || len(rights) != 1 || !rights[0].Trial || rights[0].Ends != again.Lines[0].Tried() {
		t.Errorf("%+v, %v", rights, err)
	}
	// The thirtieth day is the last.
	m.SetNow(time.Date(2026, time.December, 22, 20, 0, 0, 0, time.UTC))
	if _, err := m.Open(m.school, m.work, pupil); err != nil {
		t.Errorf("on its last day: %v", err)
	}
	m.SetNow(time.Date(2026, time.December, 23, 6, 0, 0, 0, time.UTC))
	_, err = m.Open(m.school, m.work, pupil)
	refused(t, err, fault.Denied, "licensing.right.expired")
	m.Sound(t)
	// What is bought beside it is no trial.
	if _, err := m.Deliver(ctx, Seller, m.distributor, m.sent(t, m.head, 1).Key, "", nil); err != nil {
		t.Fatal(err)
	}
	if n := m.count(`select count(*) from pool where school = $1 and not trial and ends = '2027-08-15'`, string(m.school.ID)); n != 1 {
		t.Errorf("%d pools of what is bought", n)
	}
}

func trialWaits(t *testing.T, m *market) {
	ctx := t.Context()
	trial := m.tryable(t, false)
	o, err := m.Try(ctx, m.basket(m.head), trial.OfferKey, 3)
	if err != nil || o.State != orders.Sent || m.total(t) != 0 {
		t.Fatalf("%+v, %d copies, %v", o, m.total(t), err)
	}
	if list, err := m.ListReceived(ctx, m.distributor, orders.Filter{}); err != nil || len(list) != 1 || !list[0].Trial() {
		t.Errorf("%+v, %v", list, err)
	}
	m.SetNow(Monday.AddDate(0, 0, 10))
	if o, err = m.Deliver(ctx, Seller, m.distributor, o.Key, "", nil); err != nil || o.State != orders.Delivered || m.total(t) != 3 {
		t.Fatalf("%v, %d copies, %v", o.State, m.total(t), err)
	}
	if n := m.count(`select count(*) from pool where school = $1 and trial and starts = '2026-12-03' and ends = '2027-01-01'`, string(m.school.ID)); n != 1 {
		t.Errorf("%d pools of thirty days from the delivery on", n)
	}
}

func triedOnce(t *testing.T, m *market) {
	ctx := t.Context()
	trial := m.tryable(t, false)
	other := m.made(m.work, "essai-long", 0)
	other.Trial = orders.Trial{Days: 60, Most: 10}
	m.keep(t, other)
	o, err := m.Try(ctx, m.basket(m.head), trial.OfferKey, 3)
	if err != nil {
		t.Fatal(err)
	}
	// A double click, and sixteen at once.
	each(t, 16, func(ctx context.Context) error {
		again, err := m.Try(ctx, m.basket(m.head), trial.OfferKey, 3)
		if err == nil && again.ID != o.ID {
			err = fmt.Errorf("order %s beside %s", again.Number, o.Number)
		}
		return err
	})
	refused(t, second(m.Try(ctx, m.basket(m.head), other.OfferKey, 3)), fault.Conflict, "orders.trial.once")
	if list, err := m.Offers(ctx, m.basket(m.head), m.work.ID, orders.OfferKey{}); err != nil || len(list) != 1 || list[0].IsTrial() {
		t.Errorf("what was tried is offered again: %+v, %v", list, err)
	}
	// Refused, it was none.
	if _, err := m.Refuse(ctx, Seller, m.distributor, o.Key, "pas maintenant"); err != nil {
		t.Fatal(err)
	}
	if list, err := m.Offers(ctx, m.basket(m.head), m.work.ID, orders.OfferKey{}); err != nil || len(list) != 3 {
		t.Errorf("%+v, %v", list, err)
	}
	longer, err := m.Try(ctx, m.basket(m.head), other.OfferKey, 3)
	if err != nil || longer.ID == o.ID || longer.Number == o.Number {
		t.Fatalf("%+v, %v", longer, err)
	}
	if _, err := m.Withdraw(ctx, m.head, longer.Key); err != nil {
		t.Fatal(err)
	}
	third, err := m.Try(ctx, m.basket(m.head), trial.OfferKey, 1)
	if err != nil {
		t.Fatal(err)
	}
	// Once its copies were there, it is had, also where the distributor takes them back.
	if _, err := m.Deliver(ctx, Seller, m.distributor, third.Key, "", nil); err != nil {
		t.Fatal(err)
	}
	if again, err := m.Try(ctx, m.basket(m.head), trial.OfferKey, 1); err != nil || again.ID != third.ID {
		t.Errorf("%+v, %v", again, err)
	}
	if _, err := m.Cancel(ctx, Seller, m.distributor, third.Key, "", nil, "erreur"); err != nil {
		t.Fatal(err)
	}
	refused(t, second(m.Try(ctx, m.basket(m.head), trial.OfferKey, 1)), fault.Conflict, "orders.trial.once")
	// Another school has a trial of its own.
	elsewhere := newMarket(t, m.World, m.Service)
	if _, err := m.Try(ctx, elsewhere.basket(elsewhere.head), trial.OfferKey, 1); err != nil {
		t.Error(err)
	}
}

func teacherTries(t *testing.T, m *market) {
	ctx := t.Context()
	trial := m.tryable(t, true)
	refused(t, second(m.Ask(ctx, m.teacher.Person, m.school.ID, trial.OfferKey, 4, "")), fault.Invalid, "orders.trial.most")
	q, err := m.Ask(ctx, m.teacher.Person, m.school.ID, trial.OfferKey, 3, "Pour voir")
	if err != nil {
		t.Fatal(err)
	}
	o, err := m.Take(ctx, m.head.Person, m.school.ID, q.ID, true)
	if err != nil || o.State != orders.Delivered || m.total(t) != 3 {
		t.Fatalf("%+v, %d copies, %v", o, m.total(t), err)
	}
	if b, err := m.FindBasket(ctx, m.basket(m.head)); err != nil || len(b.Items) != 0 {
		t.Errorf("%+v, %v", b, err)
	}
	if list, err := m.ListRequests(ctx, m.teacher.Person, m.school.ID, false); err != nil || len(list) != 1 || list[0].State != orders.Taken {
		t.Errorf("%+v, %v", list, err)
	}
}

// Baskets follow their offers: one that its distributor files again as a trial goes by Try alone, which counts.
func basketTried(t *testing.T, m *market) {
	ctx := t.Context()
	sold := m.made(m.work, "vendue", 300)
	m.keep(t, sold)
	m.put(t, m.head, 2)
	if err := m.Put(ctx, m.basket(m.head), orders.Change{Offer: sold.OfferKey, Quantity: 5}); err != nil {
		t.Fatal(err)
	}
	trial := m.offer
	trial.Net, trial.Trial = 0, orders.Trial{Days: 30, Most: 3}
	m.keep(t, trial)
	b, err := m.FindBasket(ctx, m.basket(m.head))
	if err != nil || len(b.Items) != 2 || fault.CodeOf(b.Items[0].Wrong) != "orders.trial.basket" || b.Items[1].Wrong != nil {
		t.Fatalf("%+v, %v", b, err)
	}
	// As it stands, and as the page's own form says it again.
	for _, changes := range [][]orders.Change{nil, {{Offer: trial.OfferKey, Quantity: 2}, {Offer: sold.OfferKey, Quantity: 5}}} {
		refused(t, second(m.Quote(ctx, m.basket(m.head), b.Version, changes...)), fault.Invalid, "orders.trial.basket")
	}
	if n := m.count(`select count(*) from school_order where school = $1`, string(m.school.ID)); n != 0 {
		t.Errorf("%d orders of what was refused", n)
	}
	// Asked for by itself it is the one trial; taken out, the rest is quoted.
	if _, err := m.Try(ctx, m.basket(m.head), trial.OfferKey, 2); err != nil {
		t.Fatal(err)
	}
	made, err := m.Quote(ctx, m.basket(m.head), b.Version, orders.Change{Offer: trial.OfferKey})
	if err != nil || len(made) != 1 || len(made[0].Lines) != 1 || made[0].Lines[0].TrialDays != 0 {
		t.Fatalf("%+v, %v", made, err)
	}
	// Sold again, it is ordered as anything.
	m.keep(t, m.offer)
	if o := m.quoted(t, m.head, 2); o.Trial() || o.Total().Net != 900 {
		t.Errorf("%+v", o)
	}
}

// A request follows its offer too: who saw it as a sale does not use up the school's trial by it, nor buys who saw a trial.
func takenAsSeen(t *testing.T, m *market) {
	ctx := t.Context()
	q, err := m.Ask(ctx, m.teacher.Person, m.school.ID, m.offer.OfferKey, 2, "")
	if err != nil {
		t.Fatal(err)
	}
	trial := m.offer
	trial.Net, trial.Trial = 0, orders.Trial{Days: 30, Most: 3, AtOnce: true}
	for _, step := range []struct {
		offer orders.Offer
		seen  bool
	}{{trial, false}, {m.offer, true}} {
		m.keep(t, step.offer)
		refused(t, second(m.Take(ctx, m.head.Person, m.school.ID, q.ID, step.seen)), fault.Conflict, "orders.request.changed")
	}
	b, err := m.FindBasket(ctx, m.basket(m.head))
	if n := m.count(`select count(*) from school_order where school = $1`, string(m.school.ID)); err != nil || n != 0 || len(b.Items) != 0 || m.total(t) != 0 {
		t.Fatalf("%d orders, %+v, %v", n, b, err)
	}
	if list, err := m.ListRequests(ctx, m.head.Person, m.school.ID, true); err != nil || len(list) != 1 {
		t.Errorf("%+v, %v", list, err)
	}
	// Sold again and seen so, it goes to the basket, at its price.
	if o, err := m.Take(ctx, m.head.Person, m.school.ID, q.ID, false); err != nil || o.ID != "" {
		t.Fatal(o, err)
	}
	if b, err := m.FindBasket(ctx, m.basket(m.head)); err != nil || len(b.Items) != 1 || b.Total().Net != 900 {
		t.Errorf("%+v, %v", b, err)
	}
}
